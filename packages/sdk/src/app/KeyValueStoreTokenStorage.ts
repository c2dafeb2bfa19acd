/**
 * Keeps tokens in any `KeyValueStore` of Effect: a table, a browser's storage, a store of your own. Use it where there
 * are no files, or where a program has such a store already. Who may read the store is for the store to say; it should
 * be the person only.
 *
 * Each account is one value, in JSON. A value that cannot be understood is set aside under another key, which is told in
 * a warning, and the account begins anew. A `KeyValueStore` has no locks, so what this storage promises of
 * {@link Service.modify} and {@link Service.exclusively} holds within a program, not between several ones.
 *
 * ```ts
 * import { KeyValueStoreTokenStorage, UserApp } from "@effect-globus/sdk/app"
 * import { Layer } from "effect"
 * import { KeyValueStore } from "effect/persistence"
 *
 * const app = UserApp.layer({ appName: "my-app", clientId: "3f1d1c2a-0000-4000-8000-000000000001" }).pipe(
 *   Layer.provide(KeyValueStoreTokenStorage.layer),
 *   Layer.provide(KeyValueStore.layerStorage(() => localStorage))
 * )
 * ```
 */
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import { TokenStorageError } from "../model/TokenStorageError.ts"
import { type Account, TokenRecord, type Tokens, TokenStorage } from "./TokenStorage.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const Value = Schema.fromJsonString(Schema.Record(Schema.String, TokenRecord))
const encodeValue = Schema.encodeEffect(Value)
const decodeValue = Schema.decodeEffect(Value)

const isEmpty = (tokens: Tokens): boolean => Object.keys(tokens).length === 0

/** What each key begins with. */
const prefix = "globus-tokens:"

const Key = Schema.fromJsonString(Schema.Tuple([Schema.String, Schema.String, Schema.String, Schema.String]))
const decodeKey = Schema.decodeUnknownOption(Key)

const appOf = ({ appName, clientId, environment }: Omit<Account, "profile">) => [
  clientId,
  environment,
  appName
]

/** The key of an account. JSON keeps apart whatever the parts are called, and writes what is no character in ASCII. */
const keyOf = (account: Account): string => prefix + JSON.stringify([...appOf(account), account.profile])

/** The profile of a key, if it is one of this app's. */
const profileOf = (app: Omit<Account, "profile">, key: string): Option.Option<string> =>
  decodeKey(key.slice(prefix.length)).pipe(
    Option.map(([, , , profile]) => profile),
    Option.filter((profile) => keyOf({ ...app, profile }) === key)
  )

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** Another program may be writing the value in several steps: what looks torn is read again. */
const soon = Schedule.spaced("50 millis").pipe(Schedule.upTo({ times: 3 }))

/** A storage in this store. */
export const make = (store: KeyValueStore.KeyValueStore): TokenStorage["Service"] => {
  const turns = new Map<string, Semaphore.Semaphore>()

  const inTurn =
    (what: "modify" | "exclusively", key: string) =>
    <A, E, R>(effect: Effect.Effect<A, E, R>) =>
      Effect.suspend(() => {
        const turn = turns.get(`${what} ${key}`) ?? Semaphore.makeUnsafe(1)
        turns.set(`${what} ${key}`, turn)
        return turn.withPermit(effect)
      })

  const locationOf = (key: string) => `under the key ${key} of a key-value store`

  const failed =
    (key: string, kind: "unreadable" | "unwritable") =>
    ({ message }: KeyValueStore.KeyValueStoreError) =>
      new TokenStorageError({ location: locationOf(key), kind, detail: message })

  const read = (key: string): Effect.Effect<Tokens, TokenStorageError> =>
    store.get(key).pipe(
      Effect.mapError(failed(key, "unreadable")),
      Effect.flatMap((value) =>
        value === undefined
          ? Effect.succeed({})
          : Effect.mapError(
              decodeValue(value),
              // The error of the schema quotes the value.
              () =>
                new TokenStorageError({
                  location: locationOf(key),
                  kind: "corrupt",
                  detail: "it is not the JSON of tokens"
                })
            )
      ),
      Effect.retry({ schedule: soon, while: (error) => error.kind === "corrupt" })
    )

  const write = Effect.fnUntraced(function* (key: string, tokens: Tokens) {
    if (isEmpty(tokens)) return yield* Effect.mapError(store.remove(key), failed(key, "unwritable"))
    const value = yield* Effect.mapError(
      encodeValue(tokens),
      () =>
        new TokenStorageError({
          location: locationOf(key),
          kind: "unwritable",
          detail: "what was to be stored is no token"
        })
    )
    yield* Effect.mapError(store.set(key, value), failed(key, "unwritable"))
  })

  /** Reads, and makes room for new tokens where the old ones cannot be understood. For whose turn it is. */
  const readOrSetAside = (key: string) =>
    Effect.catchIf(
      read(key),
      (error) => error.kind === "corrupt",
      Effect.fnUntraced(
        function* (error: TokenStorageError) {
          const aside = `corrupt ${yield* Effect.sync(() => SecureRandom.uuidV4Unsafe())} ${key}`
          yield* store.set(aside, (yield* store.get(key)) ?? "")
          yield* store.remove(key)
          yield* Effect.logWarning(
            `The tokens ${error.location} could not be understood: ${error.detail}. They were set aside under ` +
              `the key ${aside}; a new login will be needed.`
          )
          return {} satisfies Tokens
        },
        Effect.mapError(failed(key, "unwritable"))
      )
    )

  return TokenStorage.of({
    location: (account) => Effect.succeed(locationOf(keyOf(account))),
    get: Effect.fn("TokenStorage.get")(function* (account: Account) {
      const key = keyOf(account)
      return yield* Effect.catchIf(
        read(key),
        (error) => error.kind === "corrupt",
        () => inTurn("modify", key)(Effect.uninterruptible(readOrSetAside(key)))
      )
    }),
    modify: Effect.fn("TokenStorage.modify")(function* <A, E, R>(
      account: Account,
      decide: (tokens: Tokens) => Effect.Effect<readonly [A, Tokens], E, R>
    ) {
      const key = keyOf(account)
      return yield* inTurn(
        "modify",
        key
      )(
        Effect.uninterruptibleMask((restore) =>
          Effect.gen(function* () {
            const before = yield* readOrSetAside(key)
            const [value, after] = yield* restore(decide(before))
            // From here on nothing interrupts: the old tokens may be worthless already.
            if (after !== before && !(isEmpty(after) && isEmpty(before))) yield* write(key, after)
            return value
          })
        )
      )
    }),
    exclusively: Effect.fn("TokenStorage.exclusively")(function* (account, effect) {
      return yield* inTurn("exclusively", keyOf(account))(effect)
    }),
    profiles: Effect.fn("TokenStorage.profiles")(function* (app) {
      const keys = yield* Effect.mapError(
        store.keys,
        ({ message }) =>
          new TokenStorageError({ location: "in a key-value store", kind: "unreadable", detail: message })
      )
      const profiles = keys.flatMap((key) => Option.toArray(profileOf(app, key)))
      return yield* Effect.filter(profiles, (profile) =>
        read(keyOf({ ...app, profile })).pipe(
          Effect.map((tokens) => !isEmpty(tokens)),
          // Whoever asks for its tokens is told.
          Effect.catchIf(
            (error) => error.kind === "corrupt",
            () => Effect.succeed(false)
          )
        )
      )
    })
  })
}

// -----------------------------------------------------------------------------
// layers
// -----------------------------------------------------------------------------

/** Keeps tokens in the `KeyValueStore` at hand. */
export const layer: Layer.Layer<TokenStorage, never, KeyValueStore.KeyValueStore> = Layer.effect(
  TokenStorage,
  // Whoever provides a store has loaded this module. The others are spared it, and what it knows of SQL.
  Effect.flatMap(
    Effect.promise(() => import("effect/persistence/KeyValueStore")),
    ({ KeyValueStore }) => Effect.map(KeyValueStore, make)
  )
)

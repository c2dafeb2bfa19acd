/**
 * Where tokens are kept between runs. A store serves many apps and users: each lookup is for one {@link Account} of one
 * app, and gives its tokens by resource server. The one way to change anything is {@link Service.modify}, which holds
 * the store's lock, across processes where it has several, while it reads, decides and writes.
 *
 * `NodeGlobus.layer` keeps tokens in a JSON file that the official Python SDK reads and writes too, and has others for
 * SQLite and for encryption; `KeyValueStoreTokenStorage` keeps them wherever Effect has a store; `layerMemory` forgets
 * them with the program.
 *
 * ```ts
 * import { TokenStorage, UserApp } from "@effect-globus/sdk/app"
 * import { Layer } from "effect"
 *
 * const forgetful = UserApp.layer({ appName: "demo", clientId: "3f1d1c2a-0000-4000-8000-000000000001" }).pipe(
 *   Layer.provide(TokenStorage.layerMemory)
 * )
 * ```
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as SynchronizedRef from "effect/SynchronizedRef"
import * as Document from "../model/Document.ts"
import { type ClientId, IdentityId, received, ResourceServer } from "../model/Id.ts"
import type { InvalidConfiguration } from "../model/InvalidConfiguration.ts"
import type { TokenStorageError } from "../model/TokenStorageError.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const Secret = Schema.RedactedFromValue(Schema.NonEmptyString)

/**
 * One token, as it is kept for one resource server. The names are those of the official SDK's files; fields that other
 * programs added are kept.
 */
export const TokenRecord = Document.make({
  resource_server: received(ResourceServer),
  /** Whose token it is, where Globus Auth said so. */
  identity_id: Schema.optionalKey(Schema.NullOr(received(IdentityId))),
  /** The granted scopes, separated by spaces. */
  scope: Schema.String,
  access_token: Secret,
  refresh_token: Schema.optionalKey(Schema.NullOr(Secret)),
  /** When the access token expires, in whole seconds since 1970. */
  expires_at_seconds: Schema.Int,
  token_type: Schema.optionalKey(Schema.NullOr(Schema.String)),
  extra: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Schema.Unknown)))
})
export type TokenRecord = typeof TokenRecord.Type

/** The tokens of one account, by resource server. */
export type Tokens = { readonly [resourceServer: string]: TokenRecord }

/** Whose tokens: a store keeps those of different apps, environments and profiles apart. */
export interface Account {
  readonly clientId: ClientId
  readonly appName: string
  /** The Globus environment, such as `production`. */
  readonly environment: string
  /** What the official SDK calls the namespace. The usual one is `DEFAULT`. */
  readonly profile: string
}

/** Where tokens are kept between runs. */
export interface Service {
  /**
   * Where this account's tokens are, in words for a person: a path, or a description. Fails if there can be no such
   * place, for example because the app's name makes no file name.
   */
  readonly location: (account: Account) => Effect.Effect<string, InvalidConfiguration>
  /** The tokens of an account; empty if there are none. */
  readonly get: (account: Account) => Effect.Effect<Tokens, TokenStorageError>
  /**
   * Reads an account's tokens, decides, and writes what is decided, while nobody else can. If `decide` fails or is
   * interrupted, nothing is written.
   */
  readonly modify: <A, E, R>(
    account: Account,
    decide: (tokens: Tokens) => Effect.Effect<readonly [A, Tokens], E, R>
  ) => Effect.Effect<A, E | TokenStorageError, R>
  /**
   * Runs an effect, such as a login, while no other one is run so for the same account, in any program that uses the
   * store. It takes as long as a person takes, so it keeps nobody from `get` and `modify`. Whoever waits goes on when
   * the one that runs has ended, however it did, or its process has died.
   */
  readonly exclusively: <A, E, R>(
    account: Account,
    effect: Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E | TokenStorageError, R>
  /** The profiles of an app that have tokens. */
  readonly profiles: (
    account: Omit<Account, "profile">
  ) => Effect.Effect<ReadonlyArray<string>, TokenStorageError>
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const appOf = ({ appName, clientId, environment }: Omit<Account, "profile">): string =>
  JSON.stringify([clientId, environment, appName])

/** What is kept of one account, and its turns. */
interface Kept {
  // Each account has a lock of its own: renewing one person's token takes time that others need not wait for.
  readonly tokens: SynchronizedRef.SynchronizedRef<Tokens>
  readonly turn: Semaphore.Semaphore
}

const makeMemory = Effect.sync(() => {
  const apps = new Map<string, Map<string, Kept>>()

  const profilesOf = (account: Omit<Account, "profile">) => {
    const profiles = apps.get(appOf(account)) ?? new Map<string, Kept>()
    apps.set(appOf(account), profiles)
    return profiles
  }

  const keptOf = (account: Account) =>
    Effect.sync(() => {
      const profiles = profilesOf(account)
      const kept = profiles.get(account.profile) ?? {
        tokens: SynchronizedRef.makeUnsafe<Tokens>({}),
        turn: Semaphore.makeUnsafe(1)
      }
      profiles.set(account.profile, kept)
      return kept
    })

  return TokenStorage.of({
    location: () => Effect.succeed("the memory of this program"),
    get: (account) => Effect.flatMap(keptOf(account), ({ tokens }) => SynchronizedRef.get(tokens)),
    modify: (account, decide) =>
      Effect.flatMap(keptOf(account), ({ tokens }) => SynchronizedRef.modifyEffect(tokens, decide)),
    exclusively: (account, effect) => Effect.flatMap(keptOf(account), ({ turn }) => turn.withPermit(effect)),
    profiles: (account) =>
      Effect.sync(() =>
        Array.from(profilesOf(account))
          .filter(([, { tokens }]) => Object.keys(SynchronizedRef.getUnsafe(tokens)).length > 0)
          .map(([profile]) => profile)
      )
  })
})

/** Where tokens are kept between runs. */
export class TokenStorage extends Context.Service<TokenStorage, Service>()(
  "@effect-globus/sdk/app/TokenStorage"
) {
  /** Keeps tokens in memory: they are gone with the program. */
  static readonly layerMemory: Layer.Layer<TokenStorage> = Layer.effect(TokenStorage, makeMemory)
}

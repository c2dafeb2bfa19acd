/** Tokens in a key-value store: by the contract that holds for every storage, and what is its own. */
import { type Account, KeyValueStoreTokenStorage, TokenRecord, TokenStorage } from "@effect-globus/sdk/app"
import { ClientId, TokenStorageError } from "@effect-globus/sdk/model"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, FileSystem, Layer, Logger, Schema } from "effect"
import { KeyValueStore } from "effect/persistence"
import { TestClock } from "effect/testing"
import { inspect } from "node:util"
import { Damage, damage, fuzz } from "../internal/Fuzz.ts"
import { contract } from "./internal/tokenStorageContract.ts"

const inMemory = KeyValueStoreTokenStorage.layer.pipe(Layer.provideMerge(KeyValueStore.layerMemory))

const inFiles = KeyValueStoreTokenStorage.layer.pipe(
  Layer.provide(
    Layer.unwrap(
      Effect.map(
        Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped()),
        KeyValueStore.layerFileSystem
      )
    )
  ),
  Layer.provide([NodeFileSystem.layer, NodePath.layer])
)

contract("in a key-value store in memory", inMemory)
contract("in a key-value store in files", inFiles)

const account: Account = {
  clientId: ClientId.make("3f1d1c2a-0000-4000-8000-000000000001"),
  appName: "test",
  environment: "production",
  profile: "DEFAULT"
}

/** The key of {@link account}: what is stored has to be found again by a later version. */
const key = `globus-tokens:["${account.clientId}","production","test","DEFAULT"]`

const encoded = {
  resource_server: "a",
  scope: "a:all",
  access_token: "canary-access",
  expires_at_seconds: 2_000_000_000
}

const record = Schema.decodeUnknownSync(TokenRecord)(encoded)

const get = Effect.flatMap(TokenStorage, (storage) => storage.get(account))

const put = Effect.flatMap(TokenStorage, (storage) =>
  storage.modify(account, (tokens) => Effect.succeed([undefined, { ...tokens, a: record }] as const))
)

/** What was logged, and a layer that logs to it. */
const logged = () => {
  const lines: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => {
    lines.push(`${logLevel} ${String(message)}`)
  })
  return { lines, layer: Logger.layer([logger]) }
}

/** Runs an effect that waits now and then, without waiting. */
const hurried = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    yield* TestClock.adjust("1 second")
    return yield* Fiber.join(fiber)
  })

/** The values of all keys that begin so. */
const valuesOf = (prefix: string) =>
  Effect.gen(function* () {
    const store = yield* KeyValueStore.KeyValueStore
    const keys = (yield* store.keys).filter((each) => each.startsWith(prefix))
    return yield* Effect.forEach(keys, store.get)
  })

describe("the value of an account", () => {
  it.effect("is the JSON of its tokens, under a key of its own, and gone with the last of them", () =>
    Effect.gen(function* () {
      yield* put
      const store = yield* KeyValueStore.KeyValueStore
      assert.deepStrictEqual(yield* store.keys, [key])
      assert.deepStrictEqual(JSON.parse((yield* store.get(key)) ?? ""), { a: encoded })
      const storage = yield* TokenStorage
      assert.include(yield* storage.location(account), key)
      yield* storage.modify(account, () => Effect.succeed([undefined, {}] as const))
      assert.deepStrictEqual(yield* store.keys, [])
    }).pipe(Effect.provide(inMemory))
  )

  it.live.each([
    { what: "is empty", value: "" },
    { what: "was cut short", value: `{"a":{"access_token":"canary` },
    { what: "is something else", value: `["canary"]` },
    { what: "has a token that is none", value: JSON.stringify({ a: { ...encoded, access_token: 7 } }) }
  ])("that $what is set aside, which is told, and a new one begins", ({ value }) =>
    Effect.gen(function* () {
      const store = yield* KeyValueStore.KeyValueStore
      for (const use of [get, Effect.asVoid(put)]) {
        const { layer, lines } = logged()
        yield* store.clear
        yield* store.set(key, value)
        yield* Effect.provide(use, layer)
        const [aside] = (yield* store.keys).filter((each) => each.startsWith("corrupt "))
        assert.strictEqual(yield* store.get(aside ?? ""), value)
        assert.lengthOf(lines, 1)
        assert.include(lines[0], "Warn")
        assert.include(lines[0], aside)
        assert.notInclude(lines[0], "canary")
        yield* Effect.provide(get, layer)
        assert.lengthOf(lines, 1)
      }
      assert.deepStrictEqual(Object.keys(yield* get), ["a"])
    }).pipe(Effect.provide(inMemory))
  )

  it.live("that cannot be understood makes no profile", () =>
    Effect.gen(function* () {
      const store = yield* KeyValueStore.KeyValueStore
      yield* store.set(key, "{")
      yield* store.set("something else", "{}")
      assert.deepStrictEqual(yield* (yield* TokenStorage).profiles(account), [])
      assert.sameMembers([...(yield* store.keys)], [key, "something else"])
    }).pipe(Effect.provide(inMemory))
  )

  it.live("that another program is just writing is read again", () =>
    Effect.gen(function* () {
      const store = yield* KeyValueStore.KeyValueStore
      yield* store.set(key, `{"a":`)
      const later = Effect.andThen(Effect.sleep("40 millis"), store.set(key, JSON.stringify({ a: encoded })))
      const [tokens] = yield* Effect.all([get, later], { concurrency: 2 })
      assert.deepStrictEqual(Object.keys(tokens), ["a"])
    }).pipe(Effect.provide(inMemory))
  )

  const Fields = Schema.Struct({
    scope: Schema.String,
    access_token: Schema.NonEmptyString,
    refresh_token: Schema.optionalKey(Schema.NonEmptyString),
    expires_at_seconds: Schema.Int,
    added_by_others: Schema.optionalKey(Schema.Json)
  })

  it.effect.prop(
    "comes back as it was, whatever it is and whoever's",
    [
      Schema.Struct({ appName: Schema.String, environment: Schema.String, profile: Schema.String }),
      Schema.Record(Schema.NonEmptyString, Fields)
    ],
    ([names, records]) =>
      Effect.gen(function* () {
        const storage = yield* TokenStorage
        const owner = { ...account, ...names }
        const Tokens = Schema.Record(Schema.String, TokenRecord)
        const given = Object.fromEntries(
          Object.entries(records).map(([server, fields]) => [server, { resource_server: server, ...fields }])
        )
        const tokens = yield* Schema.decodeUnknownEffect(Tokens)(given)
        yield* storage.modify(owner, () => Effect.succeed([undefined, tokens] as const))
        const found = yield* Schema.encodeEffect(Tokens)(yield* storage.get(owner))
        // JSON has no negative zero.
        assert.deepStrictEqual<unknown>(JSON.parse(JSON.stringify(found)), JSON.parse(JSON.stringify(given)))
        assert.deepStrictEqual(
          yield* storage.profiles(owner),
          Object.keys(given).length === 0 ? [] : [owner.profile]
        )
      }).pipe(Effect.provide(Layer.fresh(inMemory))),
    fuzz
  )

  const whole = new TextEncoder().encode(JSON.stringify({ b: encoded, c: encoded }))

  it.effect.prop(
    "may be anything at all: nothing dies, and nothing is lost",
    [Schema.Union([Damage, Schema.Json])],
    ([given]) =>
      Effect.gen(function* () {
        const store = yield* KeyValueStore.KeyValueStore
        const value = Schema.is(Damage)(given)
          ? new TextDecoder().decode(damage(whole, given))
          : JSON.stringify(given)
        yield* store.set(key, value)
        const before = yield* hurried(get)
        yield* put
        assert.sameMembers(Object.keys(yield* get), ["a", ...Object.keys(before)])
        const aside = yield* valuesOf("corrupt ")
        if (Object.keys(before).length === 0) assert.deepStrictEqual(aside, value === "{}" ? [] : [value])
        else assert.deepStrictEqual(aside, [])
      }).pipe(Effect.provide([Layer.fresh(inMemory), logged().layer])),
    fuzz
  )
})

describe("a store that fails", () => {
  const broken = KeyValueStoreTokenStorage.layer.pipe(
    Layer.provide(
      Layer.succeed(
        KeyValueStore.KeyValueStore,
        (() => {
          const failure = Effect.fail(
            new KeyValueStore.KeyValueStoreError({ method: "any", message: "the store is gone" })
          )
          return KeyValueStore.make({
            get: () => failure,
            getUint8Array: () => failure,
            set: () => failure,
            remove: () => failure,
            clear: failure,
            size: failure,
            keys: failure
          })
        })()
      )
    )
  )

  it.effect("is reported, with what it says", () =>
    Effect.gen(function* () {
      const storage = yield* TokenStorage
      for (const use of [get, Effect.asVoid(put), Effect.asVoid(storage.profiles(account))]) {
        const error = yield* Effect.flip(use)
        assert.instanceOf(error, TokenStorageError)
        assert.strictEqual(error.kind, "unreadable")
        assert.include(error.message, "the store is gone")
        assert.notInclude(inspect(error), "canary")
      }
    }).pipe(Effect.provide(broken))
  )
})

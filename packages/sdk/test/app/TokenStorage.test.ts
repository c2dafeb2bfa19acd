/** Where tokens are kept: in memory, by the contract that holds for every storage. */
import { type Account, TokenRecord, TokenStorage } from "@effect-globus/sdk/app"
import { ClientId } from "@effect-globus/sdk/model"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Redacted, Result, Schema } from "effect"
import { contract } from "./internal/tokenStorageContract.ts"

contract("in memory", TokenStorage.layerMemory)

const account = (profile: string): Account => ({
  clientId: ClientId.make("3f1d1c2a-0000-4000-8000-000000000001"),
  appName: "test",
  environment: "production",
  profile
})

describe("the memory of a program", () => {
  it.effect("is forgotten with it: another program's has nothing of it", () =>
    Effect.gen(function* () {
      const within = <A, E>(effect: Effect.Effect<A, E, TokenStorage>) =>
        Effect.provide(effect, Layer.fresh(TokenStorage.layerMemory))
      const record = yield* Schema.decodeUnknownEffect(TokenRecord)({
        resource_server: "a",
        scope: "a",
        access_token: "canary",
        expires_at_seconds: 1
      })
      yield* within(
        Effect.flatMap(TokenStorage, (storage) =>
          storage.modify(account("DEFAULT"), () => Effect.succeed([undefined, { a: record }] as const))
        )
      )
      const kept = yield* within(Effect.flatMap(TokenStorage, (storage) => storage.get(account("DEFAULT"))))
      assert.deepStrictEqual(kept, {})
    })
  )

  it.effect("lets nobody wait for what takes time with somebody else's tokens", () =>
    Effect.gen(function* () {
      const storage = yield* TokenStorage
      const gate = yield* Deferred.make<void>()
      const slow = yield* Effect.forkChild(
        storage.modify(account("alice"), (kept) =>
          Effect.as(Deferred.await(gate), [undefined, kept] as const)
        )
      )
      yield* Effect.yieldNow
      assert.strictEqual(
        yield* storage.modify(account("bob"), (kept) => Effect.succeed(["done", kept] as const)),
        "done"
      )
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(slow)
    }).pipe(Effect.provide(TokenStorage.layerMemory))
  )
})

describe("a record", () => {
  const decode = Schema.decodeUnknownResult(TokenRecord)
  const encoded = {
    resource_server: "a",
    scope: "x y",
    access_token: "canary-access",
    refresh_token: null,
    identity_id: null,
    expires_at_seconds: 1_700_000_000,
    token_type: null,
    extra: null,
    unknown: [1, 2]
  }

  it("is written as it was read, unknown fields and nulls too", () => {
    const record = Result.getOrThrow(decode(encoded))
    assert.strictEqual(Redacted.value(record.access_token), "canary-access")
    assert.deepStrictEqual(Schema.encodeSync(TokenRecord)(record), encoded)
  })

  it.each([
    { what: "no token", change: { access_token: undefined } },
    { what: "an empty token", change: { access_token: "" } },
    { what: "a token that is no text", change: { access_token: ["canary"] } },
    { what: "an empty refresh token", change: { refresh_token: "" } },
    { what: "a time that is no whole number", change: { expires_at_seconds: 1.5 } },
    { what: "a time that is text", change: { expires_at_seconds: "canary" } }
  ])("is none with $what", ({ change }) => {
    const result = decode({ ...encoded, ...change })
    assert(Result.isFailure(result))
    if (!("expires_at_seconds" in change)) assert.notInclude(result.failure.message, "canary")
  })
})

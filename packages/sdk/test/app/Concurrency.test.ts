/** Many callers at once: one login, one renewal, and nobody pays for another's interruption. */
import { GlobusApp, LoginFlow, UserApp } from "@effect-globus/sdk/app"
import { LoginFailed, TimedOut } from "@effect-globus/sdk/model"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Ref } from "effect"
import { TestClock } from "effect/testing"
import { clientId, FakeGlobus, layer as globus } from "./internal/fakeGlobus.ts"

const getEndpoint = Effect.flatMap(TransferClient, (transfer) =>
  transfer.getEndpoint("6c54cade-bde5-45c1-bdea-f4bd71dba2cc")
)

const userApp = (options: Partial<UserApp.Options> = {}) =>
  TransferClient.layer.pipe(Layer.provideMerge(UserApp.layer({ appName: "test", clientId, ...options })))

const thousand = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.forEach(Array.from({ length: 1000 }), () => Effect.exit(effect), { concurrency: "unbounded" })

/** Waits until a login is under way. */
const hasBegun = (begun: Ref.Ref<number>) =>
  Effect.repeat(Effect.andThen(Effect.yieldNow, Ref.get(begun)), { until: (count) => count > 0 })

/** A flow that waits to be told to go on, over the fake's own. */
const gated = Effect.gen(function* () {
  const gate = yield* Deferred.make<void, LoginFailed>()
  const begun = yield* Ref.make(0)
  const layer = Layer.effect(
    LoginFlow,
    Effect.map(LoginFlow, (flow) =>
      LoginFlow.of({
        name: "gated",
        run: (request) =>
          Ref.update(begun, (count) => count + 1).pipe(
            Effect.andThen(Deferred.await(gate)),
            Effect.andThen(flow.run(request))
          )
      })
    )
  )
  const app = userApp().pipe(Layer.provide(layer), Layer.provideMerge(globus))
  return { gate, begun, app }
})

describe("on a cold cache", () => {
  it.effect("1000 callers cause one login", () =>
    Effect.gen(function* () {
      const exits = yield* thousand(getEndpoint)
      assert.isTrue(exits.every(Exit.isSuccess))
      const fake = yield* FakeGlobus
      assert.strictEqual((yield* fake.logins).length, 1)
      assert.strictEqual(yield* fake.grants("authorization_code"), 1)
    }).pipe(Effect.provide(userApp().pipe(Layer.provideMerge(globus))))
  )

  it.effect("an interrupted caller harms nobody, not even if it began the login", () =>
    Effect.gen(function* () {
      const { app, begun, gate } = yield* gated
      yield* Effect.gen(function* () {
        const first = yield* Effect.forkChild(getEndpoint)
        yield* hasBegun(begun)
        const others = yield* Effect.forEach(Array.from({ length: 10 }), () => Effect.forkChild(getEndpoint))
        for (let turn = 0; turn < 20; turn++) yield* Effect.yieldNow
        yield* Fiber.interrupt(first)
        yield* Deferred.succeed(gate, undefined)
        const endpoints = yield* Effect.forEach(others, (fiber) => Fiber.join(fiber))
        assert.strictEqual(endpoints.length, 10)
        assert.strictEqual(yield* Ref.get(begun), 1)
      }).pipe(Effect.provide(app))
    })
  )

  it.effect("a login that nobody waits for any more is given up, and the next caller begins another", () =>
    Effect.gen(function* () {
      const { app, begun, gate } = yield* gated
      yield* Effect.gen(function* () {
        const only = yield* Effect.forkChild(getEndpoint)
        yield* hasBegun(begun)
        yield* Fiber.interrupt(only)
        yield* Deferred.succeed(gate, undefined)
        yield* getEndpoint
        assert.strictEqual(yield* Ref.get(begun), 2)
      }).pipe(Effect.provide(app))
    })
  )

  it.effect("a failed login fails every caller that waited for it, and the next one tries anew", () =>
    Effect.gen(function* () {
      const { app, begun, gate } = yield* gated
      yield* Effect.gen(function* () {
        const callers = yield* Effect.forkChild(thousand(getEndpoint))
        yield* hasBegun(begun)
        for (let turn = 0; turn < 2000; turn++) yield* Effect.yieldNow
        yield* Deferred.fail(gate, new LoginFailed({ reason: new TimedOut({ seconds: 900 }) }))
        const exits = yield* Fiber.join(callers)
        assert.isTrue(exits.every(Exit.isFailure))
        assert.strictEqual(yield* Ref.get(begun), 1)
        yield* Effect.exit(getEndpoint)
        assert.strictEqual(yield* Ref.get(begun), 2)
      }).pipe(Effect.provide(app))
    })
  )
})

describe("on an expired token", () => {
  it.effect("1000 callers cause one renewal", () =>
    Effect.gen(function* () {
      yield* getEndpoint
      yield* TestClock.adjust("48 hours")
      const exits = yield* thousand(getEndpoint)
      assert.isTrue(exits.every(Exit.isSuccess))
      const fake = yield* FakeGlobus
      assert.strictEqual(yield* fake.grants("refresh_token"), 1)
      assert.strictEqual((yield* fake.logins).length, 1)
    }).pipe(Effect.provide(userApp({ requestRefreshTokens: true }).pipe(Layer.provideMerge(globus))))
  )

  it.effect("two programs of the same account renew it once between them", () =>
    Effect.gen(function* () {
      const app = userApp({ requestRefreshTokens: true })
      yield* Effect.provide(getEndpoint, app)
      yield* TestClock.adjust("48 hours")
      yield* Effect.all([Effect.provide(getEndpoint, app), Effect.provide(getEndpoint, Layer.fresh(app))], {
        concurrency: 2
      })
      assert.strictEqual(yield* (yield* FakeGlobus).grants("refresh_token"), 1)
    }).pipe(Effect.provide(globus))
  )
})

describe("different needs at the same time", () => {
  it.effect("a login that was under way and knew nothing of a need is followed by one that does", () =>
    Effect.gen(function* () {
      const { app, begun, gate } = yield* gated
      yield* Effect.gen(function* () {
        const globusApp = yield* GlobusApp
        const first = yield* Effect.forkChild(getEndpoint)
        yield* hasBegun(begun)
        yield* globusApp.addScopeRequirements({
          "transfer.api.globus.org": "urn:globus:auth:scope:transfer.api.globus.org:gcp_install"
        })
        const second = yield* Effect.forkChild(getEndpoint)
        for (let turn = 0; turn < 20; turn++) yield* Effect.yieldNow
        yield* Deferred.succeed(gate, undefined)
        yield* Fiber.join(second)
        yield* Effect.exit(Fiber.join(first))
        assert.isFalse(yield* globusApp.loginRequired)
      }).pipe(Effect.provide(app))
    })
  )
})

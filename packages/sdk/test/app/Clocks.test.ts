/**
 * Programs on machines whose clock is wrong, or is set while they run: tokens are used as long as they are good, renewed
 * when they are not, and stored with the time at which they really expire.
 */
import { GlobusApp, RefreshTokenAuthorizer, UserApp } from "@effect-globus/sdk/app"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { account, clientId, FakeGlobus, json, layer as globus } from "./internal/fakeGlobus.ts"

const hour = 3_600_000
const halfAnHour = 1800

/** What this machine's clock shows at first. */
const begin = Date.UTC(2026, 0, 1)

const userApp = (options: Partial<UserApp.Options> = {}) =>
  TransferClient.layer.pipe(
    Layer.provideMerge(
      UserApp.layer({ appName: account.appName, clientId, requestRefreshTokens: true, ...options })
    )
  )

/** Runs where the clock of Globus is ahead of this machine's, and tokens are good for half an hour. */
const run = <A, E>(
  ahead: number | undefined,
  effect: Effect.Effect<A, E, TransferClient | GlobusApp | FakeGlobus | UserApp.Requirements>,
  app = userApp()
) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(begin)
    yield* (yield* FakeGlobus).set({ ahead, expiresIn: halfAnHour, refusesExpired: true })
    return yield* Effect.provide(effect, app)
  }).pipe(Effect.provide(globus))

/** Does something as a later run of the program would: it knows nothing but what is stored. */
const later = <A, E>(effect: Effect.Effect<A, E, TransferClient | GlobusApp>, app = userApp()) =>
  Effect.provide(effect, Layer.fresh(app))

const getEndpoint = Effect.flatMap(TransferClient, (transfer) =>
  transfer.getEndpoint("6c54cade-bde5-45c1-bdea-f4bd71dba2cc")
)

const requests = Effect.gen(function* () {
  const fake = yield* FakeGlobus
  const asked = yield* fake.asked
  return {
    transfer: asked.filter(({ url }) => url.hostname === "transfer.api.globus.org").length,
    renewals: yield* fake.grants("refresh_token"),
    logins: (yield* fake.logins).length
  }
})

const expiry = Effect.map(
  Effect.flatMap(FakeGlobus, (fake) => fake.stored),
  (tokens) => tokens["transfer.api.globus.org"]?.expires_at_seconds ?? 0
)

const clocks = [
  { what: "is right", ahead: 0 },
  { what: "is an hour slow", ahead: hour },
  { what: "is an hour fast", ahead: -hour }
]

describe.each(clocks)("on a machine whose clock $what", ({ ahead }) => {
  it.effect("a login works, and its tokens are stored with the time at which they really expire", () =>
    run(
      ahead,
      Effect.gen(function* () {
        yield* getEndpoint
        assert.approximately(yield* expiry, (begin + ahead) / 1000 + halfAnHour, 2)
      })
    )
  )

  it.effect("a token is used until a minute of it remains, and renewed then, once", () =>
    run(
      ahead,
      Effect.gen(function* () {
        yield* getEndpoint
        yield* TestClock.adjust("28 minutes")
        yield* getEndpoint
        assert.deepStrictEqual(yield* requests, { transfer: 2, renewals: 0, logins: 1 })
        yield* TestClock.adjust("1 minute")
        for (let time = 0; time < 5; time++) yield* getEndpoint
        assert.deepStrictEqual(yield* requests, { transfer: 7, renewals: 1, logins: 1 })
        assert.approximately(yield* expiry, (begin + ahead) / 1000 + 29 * 60 + halfAnHour, 2)
      })
    )
  )

  it.effect("without refresh tokens, a token is used as long, and a login is made then, once", () =>
    run(
      ahead,
      Effect.gen(function* () {
        yield* getEndpoint
        yield* TestClock.adjust("28 minutes")
        yield* getEndpoint
        assert.deepStrictEqual(yield* requests, { transfer: 2, renewals: 0, logins: 1 })
        yield* TestClock.adjust("1 minute")
        for (let time = 0; time < 5; time++) yield* getEndpoint
        assert.deepStrictEqual(yield* requests, { transfer: 7, renewals: 0, logins: 2 })
      }),
      userApp({ requestRefreshTokens: false })
    )
  )

  it.effect("a token that has expired between two runs is renewed once, not with each request", () =>
    run(
      ahead,
      Effect.gen(function* () {
        yield* later(getEndpoint)
        yield* TestClock.adjust("35 minutes")
        yield* later(Effect.repeat(getEndpoint, { times: 4 }))
        const { logins, renewals } = yield* requests
        assert.deepStrictEqual({ logins, renewals }, { logins: 1, renewals: 1 })
      })
    )
  )

  it.effect(
    "a token that is good is renewed once in a run at most: no run knows yet that the clock is wrong",
    () =>
      run(
        ahead,
        Effect.gen(function* () {
          yield* later(getEndpoint)
          yield* later(Effect.repeat(getEndpoint, { times: 4 }))
          const { logins, renewals } = yield* requests
          assert.strictEqual(logins, 1)
          assert.strictEqual(renewals, ahead < 0 ? 1 : 0)
        })
      )
  )

  it.effect("an authorizer without an app renews its token when a minute of it remains", () =>
    Effect.gen(function* () {
      const fake = yield* FakeGlobus
      yield* TestClock.setTime(begin)
      yield* fake.set({
        ahead,
        token: () =>
          json({
            access_token: "canary-access-transfer.api.globus.org-1",
            scope: "urn:globus:auth:scope:transfer.api.globus.org:all",
            resource_server: "transfer.api.globus.org",
            expires_in: halfAnHour,
            token_type: "Bearer"
          })
      })
      yield* Effect.gen(function* () {
        yield* getEndpoint
        yield* TestClock.adjust("28 minutes")
        yield* getEndpoint
        assert.strictEqual(yield* fake.grants("refresh_token"), 1)
        yield* TestClock.adjust("1 minute")
        yield* Effect.repeat(getEndpoint, { times: 4 })
        assert.strictEqual(yield* fake.grants("refresh_token"), 2)
      }).pipe(
        Effect.provide(
          TransferClient.layer.pipe(
            Layer.provide(
              RefreshTokenAuthorizer.layer({ clientId, refreshToken: Redacted.make("canary-refresh") })
            )
          )
        )
      )
    }).pipe(Effect.provide(globus))
  )
})

describe("a clock that is set while a program runs", () => {
  const quiet = userApp({ requestRefreshTokens: false, onUnmetRequirement: "fail" })
  const login = Effect.flatMap(GlobusApp, (app) => app.login())

  it.effect.each([1, 24, 24 * 365])("back by %d hours does not make an expired token good again", (hours) =>
    run(
      0,
      Effect.gen(function* () {
        yield* login
        yield* TestClock.adjust("30 minutes")
        assert.strictEqual((yield* Effect.flip(getEndpoint))._tag, "ExpiredToken")
        yield* TestClock.setTime(begin - hours * hour)
        assert.strictEqual((yield* Effect.flip(getEndpoint))._tag, "ExpiredToken")
        assert.strictEqual((yield* requests).transfer, 0)
      }),
      quiet
    )
  )

  it.effect("back, and a token that came since is used as long as it is good", () =>
    run(
      0,
      Effect.gen(function* () {
        yield* getEndpoint
        // Globus knows better: its clock goes on.
        yield* TestClock.setTime(begin - hour)
        yield* (yield* FakeGlobus).set({ ahead: hour + 29 * 60_000 })
        yield* TestClock.adjust("30 minutes")
        yield* getEndpoint
        const { logins, renewals } = yield* requests
        yield* TestClock.adjust("28 minutes")
        yield* Effect.repeat(getEndpoint, { times: 4 })
        assert.deepStrictEqual([(yield* requests).logins, (yield* requests).renewals], [logins, renewals])
        assert.strictEqual(logins, 1)
        assert.strictEqual(renewals, 1)
      })
    )
  )

  it.effect("forwards by a day, and back again, makes one renewal each way at most", () =>
    run(
      0,
      Effect.gen(function* () {
        yield* getEndpoint
        yield* TestClock.setTime(begin + 24 * hour)
        yield* (yield* FakeGlobus).set({ ahead: -24 * hour })
        yield* Effect.repeat(getEndpoint, { times: 4 })
        assert.strictEqual((yield* requests).renewals, 1)
        assert.approximately(yield* expiry, begin / 1000 + halfAnHour, 2)
        yield* TestClock.setTime(begin + 60_000)
        yield* (yield* FakeGlobus).set({ ahead: 0 })
        yield* Effect.repeat(getEndpoint, { times: 4 })
        yield* TestClock.adjust("30 minutes")
        yield* Effect.repeat(getEndpoint, { times: 4 })
        assert.isAtMost((yield* requests).renewals, 2)
        assert.strictEqual((yield* requests).logins, 1)
      })
    )
  )
})

describe("a Globus that does not tell the time", () => {
  it.effect("is taken to have the time of this machine", () =>
    run(
      undefined,
      Effect.gen(function* () {
        yield* getEndpoint
        assert.strictEqual(yield* expiry, begin / 1000 + halfAnHour)
        yield* TestClock.adjust("29 minutes")
        yield* Effect.repeat(getEndpoint, { times: 4 })
        assert.strictEqual((yield* requests).renewals, 1)
      })
    )
  )
})

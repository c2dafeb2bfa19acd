/** What becomes of tokens when they are renewed, and when that goes wrong: none is lost, and none is kept that is no good. */
import { ClientApp, GlobusApp, type TokenRecord, UserApp } from "@effect-globus/sdk/app"
import { dataAccess, type GlobusError, ResourceServer, TransferScopes } from "@effect-globus/sdk/model"
import type { Transport } from "@effect-globus/sdk/service"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Redacted } from "effect"
import { HttpClientResponse } from "effect/http"
import { TestClock } from "effect/testing"
import * as Between from "./internal/between.ts"
import { alice, bob, clientId, FakeGlobus, json, layer as globus } from "./internal/fakeGlobus.ts"

const collection = "6c54cade-bde5-45c1-bdea-f4bd71dba2cc"
const transferServer = ResourceServer.make("transfer.api.globus.org")

const userApp = (options: Partial<UserApp.Options> = {}) =>
  TransferClient.layer.pipe(Layer.provideMerge(UserApp.layer({ appName: "test", clientId, ...options })))

const refreshing = (options: Partial<UserApp.Options> = {}) =>
  userApp({ requestRefreshTokens: true, ...options })

type App = ReturnType<typeof userApp>

const none: Layer.Layer<Transport, never, Transport> = Between.layer((_, answer) => answer)

/** Runs a program with an app on a fresh Globus, with something in between or not. */
const run = <A, E>(
  effect: Effect.Effect<A, E, TransferClient | GlobusApp | FakeGlobus | UserApp.Requirements>,
  app: App = refreshing(),
  between = none
) => effect.pipe(Effect.provide(app.pipe(Layer.provideMerge(between), Layer.provideMerge(globus))))

/** Another program of the same account, with the same storage. */
const elsewhere = <A, E>(effect: Effect.Effect<A, E, TransferClient | GlobusApp>, app: App = refreshing()) =>
  Effect.provide(effect, Layer.fresh(app))

const getEndpoint = Effect.flatMap(TransferClient, (transfer) => transfer.getEndpoint(collection))
const login = Effect.flatMap(GlobusApp, (app) => app.login())
const loginAgain = Effect.flatMap(GlobusApp, (app) => app.login({ force: true }))
const untilStale = TestClock.adjust("48 hours")

const countLogins = Effect.map(
  Effect.flatMap(FakeGlobus, (fake) => fake.logins),
  (logins) => logins.length
)
const countRenewals = Effect.flatMap(FakeGlobus, (fake) => fake.grants("refresh_token"))

/** What storage has for Transfer, with its secrets. */
const kept = Effect.gen(function* () {
  const record = (yield* (yield* FakeGlobus).stored)[transferServer]
  assert.isDefined(record)
  const { access_token, refresh_token, ...rest } = record
  return {
    ...rest,
    access_token: Redacted.value(access_token),
    refresh_token:
      refresh_token === undefined || refresh_token === null ? undefined : Redacted.value(refresh_token)
  }
})

/** Changes what storage has for Transfer behind the back of the app. */
const tamper = (change: (record: TokenRecord) => TokenRecord) =>
  Effect.gen(function* () {
    const fake = yield* FakeGlobus
    const tokens = yield* fake.stored
    const record = tokens[transferServer]
    assert.isDefined(record)
    yield* fake.store({ ...tokens, [transferServer]: change(record) })
  })

/** Answers every renewal so. */
const onRenewal = (answer: (form: URLSearchParams) => Response | undefined) =>
  Effect.flatMap(FakeGlobus, (fake) =>
    fake.set({ token: (form) => (form.get("grant_type") === "refresh_token" ? answer(form) : undefined) })
  )

const grant = (changes: Readonly<Record<string, unknown>> = {}) => ({
  access_token: "canary-access-transfer.api.globus.org-renewed",
  scope: TransferScopes.all,
  resource_server: transferServer,
  expires_in: 172_800,
  token_type: "Bearer",
  ...changes
})

const failure = <A, R>(effect: Effect.Effect<A, GlobusError, R>) => Effect.flip(effect)

describe("a renewal that fails", () => {
  it.effect("because the network fails leaves the tokens as they are, and the next call succeeds", () => {
    let failures = 1
    return run(
      Effect.gen(function* () {
        yield* login
        const before = yield* kept
        yield* untilStale
        const error = yield* failure(getEndpoint)
        assert.strictEqual(error._tag, "NetworkError")
        assert.deepStrictEqual(yield* kept, before)
        assert.strictEqual((yield* getEndpoint).display_name, "A collection")
        assert.strictEqual(yield* countLogins, 1)
      }),
      refreshing(),
      Between.layer((request, answer) =>
        Between.isGrant(request, "refresh_token") && failures-- > 0 ? Between.broken(request, answer) : answer
      )
    )
  })

  it.effect.each([
    { what: "Globus Auth is in trouble", answer: () => json({}, 503), tag: "ApiError" },
    {
      what: "the client is not accepted",
      answer: () => json({ error: "invalid_client" }, 401),
      tag: "ApiError"
    },
    { what: "the answer is a page", answer: () => new Response("<html>"), tag: "ResponseError" },
    { what: "the answer has no token", answer: () => json({ scope: "openid" }), tag: "ResponseError" },
    {
      what: "the answer is a token for another service",
      answer: () => json(grant({ resource_server: "flows.globus.org" })),
      tag: "ResponseError"
    },
    {
      what: "the answer has several tokens",
      answer: () => json(grant({ other_tokens: [grant({ resource_server: "flows.globus.org" })] })),
      tag: "ResponseError"
    }
  ])("because $what leaves the tokens as they are, and logs nobody in", ({ answer, tag }) =>
    run(
      Effect.gen(function* () {
        yield* login
        const before = yield* (yield* FakeGlobus).stored
        yield* untilStale
        yield* onRenewal(answer)
        const error = yield* failure(getEndpoint)
        assert.strictEqual(error._tag, tag)
        assert.notMatch(error.message, /canary/)
        assert.deepStrictEqual(yield* (yield* FakeGlobus).stored, before)
        yield* onRenewal(() => undefined)
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, 1)
      })
    )
  )

  it.effect.each([400, 401])(
    "because the refresh token is worthless (%s) is followed by one login, whatever waits for it",
    (status) =>
      run(
        Effect.gen(function* () {
          yield* login
          yield* untilStale
          yield* onRenewal(() => json({ error: "invalid_grant" }, status))
          yield* Effect.all(
            Array.from({ length: 50 }, () => getEndpoint),
            { concurrency: "unbounded" }
          )
          assert.strictEqual(yield* countLogins, 2)
          assert.strictEqual(yield* countRenewals, 1)
        })
      )
  )

  it.effect("because a ClientApp's secret was withdrawn says that the client was not accepted", () =>
    run(
      Effect.gen(function* () {
        yield* getEndpoint
        yield* untilStale
        yield* (yield* FakeGlobus).set({ token: () => json({ error: "invalid_client" }, 401) })
        const error = yield* failure(getEndpoint)
        assert.strictEqual(error._tag === "LoginFailed" ? error.reason._tag : error._tag, "ClientRejected")
        assert.include(error.message, "Check client id and secret")
      }),
      TransferClient.layer.pipe(
        Layer.provideMerge(
          ClientApp.layer({ appName: "test", clientId, clientSecret: Redacted.make("canary-secret") })
        )
      )
    )
  )
})

describe("what is kept of a renewal", () => {
  it.effect("is the new token, with everything of the old one that was not replaced", () =>
    run(
      Effect.gen(function* () {
        yield* login
        yield* tamper((record) => ({ ...record, extra: { mine: 1 }, of_another_program: true }))
        const before = yield* kept
        yield* untilStale
        yield* onRenewal(() => json(grant()))
        yield* elsewhere(getEndpoint)
        assert.deepStrictEqual(yield* kept, {
          ...before,
          access_token: "canary-access-transfer.api.globus.org-renewed",
          expires_at_seconds: before.expires_at_seconds + 172_800
        })
        assert.strictEqual((yield* kept).identity_id, alice)
      })
    )
  )

  it.effect("is the new refresh token, if there is one, and it is what is used next", () =>
    run(
      Effect.gen(function* () {
        yield* login
        const used: Array<string | null> = []
        yield* onRenewal((form) => {
          used.push(form.get("refresh_token"))
          return json(grant({ refresh_token: `canary-rotated-${used.length}` }))
        })
        const first = (yield* kept).refresh_token ?? null
        for (let day = 0; day < 3; day++) {
          yield* untilStale
          yield* getEndpoint
        }
        assert.deepStrictEqual(used, [first, "canary-rotated-1", "canary-rotated-2"])
        assert.strictEqual((yield* kept).refresh_token, "canary-rotated-3")
      })
    )
  )

  it.effect(
    "outlives the caller that began it: Globus Auth may have replaced the refresh token already",
    () =>
      Effect.gen(function* () {
        const gate = yield* Deferred.make<void>()
        yield* run(
          Effect.gen(function* () {
            yield* login
            yield* untilStale
            yield* onRenewal(() => json(grant({ refresh_token: "canary-rotated" })))
            const caller = yield* Effect.forkChild(getEndpoint)
            yield* Effect.repeat(Effect.andThen(Effect.yieldNow, countRenewals), {
              until: (count) => count > 0
            })
            yield* Fiber.interrupt(caller)
            yield* Deferred.succeed(gate, undefined)
            yield* getEndpoint
            assert.strictEqual((yield* kept).refresh_token, "canary-rotated")
            assert.deepStrictEqual([yield* countRenewals, yield* countLogins], [1, 1])
          }),
          refreshing(),
          Between.layer(Between.heldBack(gate, (request) => Between.isGrant(request, "refresh_token")))
        )
      })
  )

  it.effect("may hold less than is required, which is noticed before a request leaves", () =>
    run(
      Effect.gen(function* () {
        yield* login
        yield* untilStale
        yield* onRenewal(() => json(grant({ scope: TransferScopes.gcp_install })))
        const transferAsked = Effect.map((yield* FakeGlobus).asked, (asked) =>
          asked.filter(({ url }) => url.hostname === transferServer)
        )
        const error = yield* failure(getEndpoint)
        assert.deepStrictEqual(error._tag === "UnmetScopes" ? error.missing : error._tag, [
          TransferScopes.all
        ])
        assert.strictEqual((yield* transferAsked).length, 0)
        // Under the default policy, a login mends it.
        yield* onRenewal(() => undefined)
        yield* elsewhere(getEndpoint)
        assert.strictEqual(yield* countLogins, 2)
      }),
      refreshing({ onUnmetRequirement: "fail" })
    )
  )

  it.effect("may be short-lived: each call renews it once, and none goes on for ever", () =>
    run(
      Effect.gen(function* () {
        yield* login
        yield* untilStale
        yield* onRenewal(() => json(grant({ expires_in: 30 })))
        yield* getEndpoint
        assert.strictEqual(yield* countRenewals, 1)
        yield* getEndpoint
        assert.strictEqual(yield* countRenewals, 2)
      })
    )
  )
})

describe("another program of the same account", () => {
  it.effect("has logged in: its tokens are used instead of another login", () =>
    run(
      Effect.gen(function* () {
        yield* login
        yield* untilStale
        yield* elsewhere(login, userApp())
        assert.strictEqual(yield* countLogins, 2)
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, 2)
      }),
      userApp()
    )
  )

  it.effect("has logged in before this one needed anything", () =>
    run(
      Effect.gen(function* () {
        yield* Effect.flip(getEndpoint)
        yield* elsewhere(login, userApp())
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, 1)
      }),
      userApp({ onUnmetRequirement: "fail" })
    )
  )

  it.effect("has renewed the token: it is not renewed again", () =>
    run(
      Effect.gen(function* () {
        yield* getEndpoint
        yield* untilStale
        yield* elsewhere(getEndpoint)
        yield* getEndpoint
        assert.strictEqual(yield* countRenewals, 1)
      })
    )
  )

  it.effect("has replaced a token that is refused: the new one is sent, and nothing is renewed", () =>
    run(
      Effect.gen(function* () {
        yield* getEndpoint
        const old = (yield* kept).access_token
        yield* elsewhere(loginAgain)
        yield* (yield* FakeGlobus).set({
          transfer: (request) =>
            request.headers["authorization"] === `Bearer ${old}` ? json({ code: "Revoked" }, 401) : undefined
        })
        yield* getEndpoint
        assert.deepStrictEqual([yield* countRenewals, yield* countLogins], [0, 2])
      })
    )
  )

  it.effect("has logged in without a refresh token: when that has expired, somebody has to log in", () =>
    run(
      Effect.gen(function* () {
        yield* getEndpoint
        yield* untilStale
        // Between the look into storage and the renewal, the record is replaced by one that cannot be renewed.
        yield* tamper(({ refresh_token: _refreshToken, ...rest }) => ({
          ...rest,
          access_token: Redacted.make("x")
        }))
        yield* getEndpoint
        assert.deepStrictEqual([yield* countRenewals, yield* countLogins], [0, 2])
      })
    )
  )

  it.effect("has logged out: a token that is refused is not brought back", () =>
    run(
      Effect.gen(function* () {
        yield* login
        yield* elsewhere(Effect.flatMap(GlobusApp, (app) => app.logout()))
        yield* (yield* FakeGlobus).set({ transfer: () => json({ code: "Revoked" }, 401) })
        const error = yield* failure(getEndpoint)
        assert.strictEqual(error._tag, "MissingToken")
        assert.deepStrictEqual(yield* (yield* FakeGlobus).stored, {})
        assert.strictEqual(yield* countRenewals, 0)
      }),
      refreshing({ onUnmetRequirement: "fail" })
    )
  )

  it.effect(
    "has logged in as somebody else after a logout: what was known of the former's consents counts no more",
    () =>
      run(
        Effect.gen(function* () {
          const fake = yield* FakeGlobus
          const access = dataAccess(collection)
          yield* fake.set({
            consents: [
              { scope_name: TransferScopes.all, dependency_path: [1] },
              { scope_name: access.dependencies[0]?.scope ?? "", dependency_path: [1, 2] }
            ]
          })
          yield* login
          yield* getEndpoint
          yield* elsewhere(Effect.flatMap(GlobusApp, (app) => app.logout()))
          yield* fake.set({
            identity: bob,
            consents: [{ scope_name: TransferScopes.all, dependency_path: [1] }]
          })
          yield* elsewhere(login)
          // What is in memory is refused, which leads to what is in storage.
          let refusals = 1
          yield* fake.set({ transfer: () => (refusals-- > 0 ? json({ code: "Revoked" }, 401) : undefined) })
          const error = yield* failure(getEndpoint)
          assert.strictEqual(error._tag, "UnmetDependentScopes")
          assert.include((yield* fake.asked).at(-1)?.url.pathname ?? "", bob)
        }),
        refreshing({
          onUnmetRequirement: "fail",
          scopeRequirements: { [transferServer]: dataAccess(collection) }
        })
      )
  )
})

describe("a token of Globus Auth that is not accepted any more", () => {
  const demanding = { scopeRequirements: { [transferServer]: dataAccess(collection) } }

  const consents = [
    { scope_name: TransferScopes.all, dependency_path: [1] },
    { scope_name: `https://auth.globus.org/scopes/${collection}/data_access`, dependency_path: [1, 2] }
  ]

  /** Refuses the present token of Auth wherever consents are asked for. */
  const refusing = (refused: () => string | undefined) =>
    Between.layer((request, answer) =>
      request.url.endsWith("/consents") && request.headers["authorization"] === refused()
        ? Effect.succeed(HttpClientResponse.fromWeb(request, json({}, 401)))
        : answer
    )

  const authHeader = Effect.gen(function* () {
    const record = (yield* (yield* FakeGlobus).stored)["auth.globus.org"]
    assert.isDefined(record)
    return `Bearer ${Redacted.value(record.access_token)}`
  })

  it.effect.each([
    { what: "is renewed, if it can be", requestRefreshTokens: true, logins: 1, renewals: 1 },
    { what: "is replaced by a login, if not", requestRefreshTokens: false, logins: 2, renewals: 0 }
  ])("when consents are asked for, $what", ({ logins, renewals, requestRefreshTokens }) => {
    let refused: string | undefined
    return run(
      Effect.gen(function* () {
        yield* (yield* FakeGlobus).set({ consents })
        yield* login
        refused = yield* authHeader
        yield* getEndpoint
        assert.deepStrictEqual([yield* countLogins, yield* countRenewals], [logins, renewals])
      }),
      userApp({ requestRefreshTokens, ...demanding }),
      refusing(() => refused)
    )
  })
})

describe("a clock that is set back", () => {
  it.effect("makes an expired token look good again: that it is refused leads to one login", () =>
    run(
      Effect.gen(function* () {
        yield* TestClock.setTime(1_000_000_000)
        yield* getEndpoint
        const old = (yield* kept).access_token
        yield* untilStale
        yield* (yield* FakeGlobus).set({
          transfer: (request) =>
            request.headers["authorization"] === `Bearer ${old}` ? json({ code: "Expired" }, 401) : undefined
        })
        yield* TestClock.setTime(1_000_000_000)
        yield* Effect.all(
          Array.from({ length: 20 }, () => getEndpoint),
          { concurrency: "unbounded" }
        )
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, 2)
      }),
      userApp()
    )
  )

  it.effect(
    "leads to one renewal where there is a refresh token, and the new token counts from the new time",
    () =>
      run(
        Effect.gen(function* () {
          yield* TestClock.setTime(1_000_000_000)
          yield* getEndpoint
          const old = (yield* kept).access_token
          yield* TestClock.setTime(0)
          yield* (yield* FakeGlobus).set({
            transfer: (request) =>
              request.headers["authorization"] === `Bearer ${old}`
                ? json({ code: "Expired" }, 401)
                : undefined
          })
          yield* getEndpoint
          yield* getEndpoint
          assert.strictEqual((yield* kept).expires_at_seconds, 172_800)
          assert.deepStrictEqual([yield* countRenewals, yield* countLogins], [1, 1])
        })
      )
  )
})

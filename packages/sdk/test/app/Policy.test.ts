/** What an app does about unmet requirements when many ask at once, when asking itself asks, and when it is in vain. */
import { GlobusApp, LoginFlow, UserApp } from "@effect-globus/sdk/app"
import { FlowsClient } from "@effect-globus/sdk/flows"
import { Denied, FlowsScopes, type GlobusError, LoginFailed, TransferScopes } from "@effect-globus/sdk/model"
import type { Transport } from "@effect-globus/sdk/service"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { assert, describe, it } from "@effect/vitest"
import { Context, Deferred, Effect, Exit, Fiber, Layer, Option, Ref, Stream } from "effect"
import type { HttpClientRequest } from "effect/http"
import * as Between from "./internal/between.ts"
import { clientId, FakeGlobus, json, layer as globus } from "./internal/fakeGlobus.ts"

const userApp = (options: Partial<UserApp.Options> = {}) =>
  Layer.mergeAll(TransferClient.layer, FlowsClient.layer).pipe(
    Layer.provideMerge(UserApp.layer({ appName: "test", clientId, ...options }))
  )

type App = ReturnType<typeof userApp>

const none: Layer.Layer<Transport, never, Transport> = Between.layer((_, answer) => answer)

const run = <A, E>(
  effect: Effect.Effect<A, E, TransferClient | FlowsClient | GlobusApp | FakeGlobus | UserApp.Requirements>,
  app: App = userApp(),
  between = none
) => effect.pipe(Effect.provide(app.pipe(Layer.provideMerge(between), Layer.provideMerge(globus))))

const getEndpoint = Effect.flatMap(TransferClient, (transfer) =>
  transfer.getEndpoint("6c54cade-bde5-45c1-bdea-f4bd71dba2cc")
)
const listFlows = Effect.flatMap(FlowsClient, (flows) => Stream.runCollect(flows.listFlows()))
/** Needs `manage_flows`, which no client requires. */
const validateFlow = Effect.flatMap(FlowsClient, (flows) =>
  flows.validateFlow({ definition: { StartAt: "A", States: {} } })
)

const logins = Effect.flatMap(FakeGlobus, (fake) => fake.logins)
const countLogins = Effect.map(logins, (urls) => urls.length)
const scopesOfLastLogin = Effect.map(logins, (urls) => urls.at(-1)?.searchParams.get("scope") ?? "")

const tagOf = <A, R>(effect: Effect.Effect<A, GlobusError, R>) =>
  Effect.map(Effect.flip(effect), (error) => error._tag)

const many = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.forEach(Array.from({ length: 200 }), () => Effect.exit(effect), { concurrency: "unbounded" })

describe("a policy of one's own", () => {
  it.effect("is carried out once for many who miss the same", () =>
    Effect.gen(function* () {
      const calls = yield* Ref.make(0)
      yield* run(
        Effect.gen(function* () {
          const exits = yield* many(getEndpoint)
          assert.isTrue(exits.every(Exit.isSuccess))
          assert.strictEqual(yield* countLogins, 1)
        }),
        userApp({
          onUnmetRequirement: (_, app) =>
            Effect.andThen(
              Ref.update(calls, (count) => count + 1),
              app.login({ authParams: { session_message: "Please" } })
            )
        })
      )
      assert.strictEqual(yield* Ref.get(calls), 1)
    })
  )

  it.effect("is asked about each thing that is missing", () =>
    Effect.gen(function* () {
      const seen = yield* Ref.make<ReadonlyArray<string>>([])
      yield* run(
        Effect.gen(function* () {
          yield* Effect.all([many(getEndpoint), many(listFlows)], { concurrency: 2 })
          assert.deepStrictEqual(
            new Set(yield* Ref.get(seen)),
            new Set(["transfer.api.globus.org", "flows.globus.org"])
          )
        }),
        userApp({
          onUnmetRequirement: (requirement) =>
            Ref.update(seen, (all) => [
              ...all,
              requirement._tag === "MissingToken" ? String(requirement.resourceServer) : requirement._tag
            ])
        })
      )
    })
  )

  it.effect("is carried out once for many whom a service refuses for the same reason", () =>
    Effect.gen(function* () {
      const calls = yield* Ref.make(0)
      yield* run(
        Effect.gen(function* () {
          yield* (yield* GlobusApp).login()
          let requests = 0
          yield* (yield* FakeGlobus).set({
            transfer: () =>
              ++requests > 200
                ? undefined
                : json(
                    {
                      code: "AuthorizationRequired",
                      request_id: `request-${requests}`,
                      authorization_parameters: { session_required_mfa: true }
                    },
                    403
                  )
          })
          const exits = yield* many(getEndpoint)
          assert.isTrue(exits.every(Exit.isSuccess))
          assert.strictEqual(yield* Ref.get(calls), 1)
        }),
        userApp({
          onUnmetRequirement: () =>
            // A person takes a while, in which the last of them is refused.
            Effect.andThen(
              Ref.update(calls, (count) => count + 1),
              Effect.repeat(Effect.yieldNow, { times: 5000 })
            )
        })
      )
    })
  )

  it.effect("that fails is what every caller sees, and the next one asks anew", () =>
    Effect.gen(function* () {
      const calls = yield* Ref.make(0)
      yield* run(
        Effect.gen(function* () {
          const exits = yield* many(getEndpoint)
          assert.isTrue(exits.every(Exit.isFailure))
          assert.strictEqual(yield* tagOf(getEndpoint), "LoginFailed")
          assert.strictEqual(yield* Ref.get(calls), 2)
        }),
        userApp({
          onUnmetRequirement: () =>
            Effect.andThen(
              Ref.update(calls, (count) => count + 1),
              new LoginFailed({ reason: new Denied({ error: "access_denied" }) })
            )
        })
      )
    })
  )

  it.effect("may use the app's own clients, for which it is not carried out again", () =>
    Effect.gen(function* () {
      const client = yield* Deferred.make<TransferClient["Service"]>()
      const seen = yield* Ref.make<ReadonlyArray<string>>([])
      yield* run(
        Effect.gen(function* () {
          yield* Deferred.succeed(client, yield* TransferClient)
          yield* getEndpoint
          assert.deepStrictEqual(yield* Ref.get(seen), ["MissingToken", "found"])
        }),
        userApp({
          onUnmetRequirement: (_, app) =>
            Effect.gen(function* () {
              const transfer = yield* Deferred.await(client)
              const endpoint = transfer.getEndpoint("6c54cade-bde5-45c1-bdea-f4bd71dba2cc")
              const unmet = yield* tagOf(endpoint).pipe(Effect.orDie)
              yield* app.login()
              yield* endpoint
              yield* Ref.set(seen, [unmet, "found"])
            })
        })
      )
    })
  )

  it.effect("may use another app, which does what its own policy says", () =>
    run(
      Effect.scoped(
        Effect.gen(function* () {
          const other = yield* Layer.build(Layer.fresh(userApp({ appName: "other" })))
          const flows = Context.get(other, FlowsClient)
          const app = userApp({
            onUnmetRequirement: (_, app) => Effect.andThen(Stream.runDrain(flows.listFlows()), app.login())
          })
          const endpoint = yield* Effect.provide(getEndpoint, Layer.fresh(app))
          assert.strictEqual(endpoint.display_name, "A collection")
          assert.deepStrictEqual(
            (yield* logins).map((url) => url.searchParams.get("prefill_named_grant")),
            ["other on testbed", "test on testbed"]
          )
        })
      )
    )
  )
})

describe("a login flow", () => {
  it.effect("that needs the app's own tokens is told that there are none, and does not wait for itself", () =>
    Effect.gen(function* () {
      const client = yield* Deferred.make<TransferClient["Service"]>()
      const seen = yield* Ref.make<string>("nothing")
      const flow = Layer.effect(
        LoginFlow,
        Effect.map(LoginFlow, (flow) =>
          LoginFlow.of({
            name: "curious",
            run: (request) =>
              Effect.gen(function* () {
                const transfer = yield* Deferred.await(client)
                const unmet = yield* tagOf(transfer.getEndpoint("6c54cade-bde5-45c1-bdea-f4bd71dba2cc")).pipe(
                  Effect.orDie
                )
                yield* Ref.set(seen, unmet)
                return yield* flow.run(request)
              })
          })
        )
      )
      yield* run(
        Effect.gen(function* () {
          yield* Deferred.succeed(client, yield* TransferClient)
          yield* (yield* GlobusApp).login()
          yield* getEndpoint
          assert.strictEqual(yield* Ref.get(seen), "MissingToken")
          assert.strictEqual(yield* countLogins, 1)
        }),
        userApp().pipe(Layer.provide(flow))
      )
    })
  )
})

describe("an operation whose scope is not granted", () => {
  it.effect("does not stand in the way of others, under the policy `fail`", () =>
    run(
      Effect.gen(function* () {
        yield* (yield* GlobusApp).login()
        assert.strictEqual(yield* tagOf(validateFlow), "UnmetScopes")
        yield* listFlows
        yield* getEndpoint
      }),
      userApp({ onUnmetRequirement: "fail" })
    )
  )

  it.effect("does not stand in the way of others when the person denies it", () => {
    let denies = false
    const flow = Layer.effect(
      LoginFlow,
      Effect.map(LoginFlow, (flow) =>
        LoginFlow.of({
          name: "denying",
          run: (request) =>
            denies
              ? Effect.fail(new LoginFailed({ reason: new Denied({ error: "access_denied" }) }))
              : flow.run(request)
        })
      )
    )
    return run(
      Effect.gen(function* () {
        yield* listFlows
        denies = true
        assert.strictEqual(yield* tagOf(validateFlow), "LoginFailed")
        yield* listFlows
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, 1)
      }),
      userApp().pipe(Layer.provide(flow))
    )
  })

  it.effect("is what the next login by hand asks for, as its error advises", () =>
    run(
      Effect.gen(function* () {
        const app = yield* GlobusApp
        yield* app.login()
        assert.isFalse(yield* app.loginRequired)
        const error = yield* Effect.flip(validateFlow)
        assert.include(error.message, "log in to grant it")
        assert.isTrue(yield* app.loginRequired)
        yield* app.login()
        assert.include(yield* scopesOfLastLogin, FlowsScopes.manage_flows)
        assert.isFalse(yield* app.loginRequired)
        assert.strictEqual(yield* countLogins, 2)
      }),
      userApp({ onUnmetRequirement: "fail" })
    )
  )

  it.effect(
    "is looked for in what is granted: a resource server of which no scope is required asks for none",
    () =>
      run(
        Effect.gen(function* () {
          const app = yield* GlobusApp
          yield* app.addScopeRequirements({ "nothing.example.org": [] })
          yield* app.login()
          assert.isFalse(yield* app.loginRequired)
          yield* app.login()
          assert.strictEqual(yield* countLogins, 1)
        })
      )
  )
})

describe("a login by hand", () => {
  it.effect("that meets one under way which knows less is followed by another", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const begun = yield* Ref.make(0)
      const flow = Layer.effect(
        LoginFlow,
        Effect.map(LoginFlow, (flow) =>
          LoginFlow.of({
            name: "gated",
            run: (request) =>
              Effect.gen(function* () {
                // The URL is what counts: it is made before the requirements grow.
                request.authorizeUrl(request.codePageUri)
                yield* Ref.update(begun, (count) => count + 1)
                yield* Deferred.await(gate)
                return yield* flow.run(request)
              })
          })
        )
      )
      yield* run(
        Effect.gen(function* () {
          const app = yield* GlobusApp
          const first = yield* Effect.forkChild(app.login())
          yield* Effect.repeat(Effect.andThen(Effect.yieldNow, Ref.get(begun)), {
            until: (count) => count > 0
          })
          yield* app.addScopeRequirements({ "transfer.api.globus.org": TransferScopes.gcp_install })
          const second = yield* Effect.forkChild(app.login())
          for (let turn = 0; turn < 20; turn++) yield* Effect.yieldNow
          yield* Deferred.succeed(gate, undefined)
          yield* Fiber.join(second)
          yield* Fiber.await(first)
          assert.isFalse(yield* app.loginRequired)
          assert.strictEqual(yield* countLogins, 2)
        }),
        userApp().pipe(Layer.provide(flow))
      )
    })
  )

  it.effect(
    "that is forced while others are under way waits for its turn: people are asked one thing at a time",
    () =>
      Effect.gen(function* () {
        const asking = yield* Ref.make(0)
        const flow = Layer.effect(
          LoginFlow,
          Effect.map(LoginFlow, (flow) =>
            LoginFlow.of({
              name: "counting",
              run: (request) =>
                Effect.gen(function* () {
                  assert.strictEqual(yield* Ref.updateAndGet(asking, (count) => count + 1), 1)
                  for (let turn = 0; turn < 20; turn++) yield* Effect.yieldNow
                  yield* Ref.update(asking, (count) => count - 1)
                  return yield* flow.run(request)
                })
            })
          )
        )
        yield* run(
          Effect.gen(function* () {
            const app = yield* GlobusApp
            yield* Effect.all(
              [
                getEndpoint,
                app.login({ force: true }),
                app.login({ authParams: { session_required_mfa: true } }),
                app.login(),
                listFlows
              ],
              { concurrency: "unbounded" }
            )
          }),
          userApp().pipe(Layer.provide(flow))
        )
      })
  )
})

describe("a logout", () => {
  it.effect("revokes the refresh token even if the access token cannot be revoked", () =>
    Effect.gen(function* () {
      const revoked = yield* Ref.make<ReadonlyArray<string>>([])
      const tokenIn = (body: Uint8Array): string =>
        new URLSearchParams(new TextDecoder().decode(body)).get("token") ?? ""
      yield* run(
        Effect.gen(function* () {
          const app = yield* GlobusApp
          yield* app.login()
          const { removed, unrevoked } = yield* app.logout()
          assert.strictEqual(removed.length, 3)
          assert.sameMembers(
            unrevoked.map(({ resourceServer }) => resourceServer),
            [...removed]
          )
          assert.strictEqual(unrevoked[0]?.error._tag, "NetworkError")
          assert.deepStrictEqual(
            (yield* Ref.get(revoked)).map((token) => token.split("-")[1]),
            ["refresh", "refresh", "refresh"]
          )
          assert.deepStrictEqual(yield* (yield* FakeGlobus).stored, {})
          assert.isTrue(Option.isNone(yield* app.identity))
        }),
        userApp({ requestRefreshTokens: true }),
        Between.layer((request, answer) => {
          if (!request.url.endsWith("/revoke") || request.body._tag !== "Uint8Array") return answer
          const token = tokenIn(request.body.body)
          return token.startsWith("canary-access")
            ? Between.distrusted(request, answer)
            : Effect.tap(answer, () => Ref.update(revoked, (all) => [...all, token]))
        })
      )
    })
  )

  it.effect("in another program is noticed by who asks who is logged in", () =>
    run(
      Effect.gen(function* () {
        const app = yield* GlobusApp
        yield* app.login()
        assert.isTrue(Option.isSome(yield* app.identity))
        yield* Effect.provide(
          Effect.flatMap(GlobusApp, (other) => other.logout()),
          Layer.fresh(userApp())
        )
        assert.isTrue(Option.isNone(yield* app.identity))
      })
    )
  )
})

describe("a token that a service refuses before it has expired", () => {
  const refuseAll = Effect.flatMap(FakeGlobus, (fake) =>
    fake.set({ transfer: () => json({ code: "Strange" }, 401) })
  )
  const refuseNone = Effect.flatMap(FakeGlobus, (fake) => fake.set({ transfer: () => undefined }))

  it.effect("makes one ask a person once, not for ever", () =>
    run(
      Effect.gen(function* () {
        yield* refuseAll
        assert.strictEqual(yield* tagOf(getEndpoint), "ApiError")
        assert.strictEqual(yield* countLogins, 2)
      })
    )
  )

  it.effect("is mended by a login by hand, as its error advises", () =>
    run(
      Effect.gen(function* () {
        const app = yield* GlobusApp
        yield* app.login()
        yield* refuseAll
        const error = yield* Effect.flip(getEndpoint)
        assert.strictEqual(error._tag, "ExpiredToken")
        assert.include(error.message, "log in again")
        assert.isTrue(yield* app.loginRequired)
        yield* app.login()
        yield* refuseNone
        yield* getEndpoint
        assert.isFalse(yield* app.loginRequired)
        assert.strictEqual(yield* countLogins, 2)
      }),
      userApp({ onUnmetRequirement: "fail" })
    )
  )

  it.effect("is sent again all the same: the service may have been wrong", () =>
    run(
      Effect.gen(function* () {
        yield* (yield* GlobusApp).login()
        yield* refuseAll
        assert.strictEqual(yield* tagOf(getEndpoint), "ExpiredToken")
        yield* refuseNone
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, 1)
      }),
      userApp({ onUnmetRequirement: "fail" })
    )
  )

  it.effect("is mended by a policy of one's own that logs in", () =>
    run(
      Effect.gen(function* () {
        yield* getEndpoint
        let refusals = 1
        yield* (yield* FakeGlobus).set({
          transfer: () => (refusals-- > 0 ? json({ code: "Strange" }, 401) : undefined)
        })
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, 2)
      }),
      userApp({ onUnmetRequirement: (_, app) => app.login() })
    )
  )
})

describe("a service that demands a login of a request which was sent before one was made", () => {
  const demand = json(
    { code: "AuthorizationRequired", authorization_parameters: { session_required_mfa: true } },
    403
  )
  const isTransfer = (request: HttpClientRequest.HttpClientRequest) =>
    request.url.includes("transfer.api.globus.org")

  /** Lets Transfer demand a login with a second factor of every token but those of later logins than this one. */
  const demandAfter = (count: number) =>
    Effect.gen(function* () {
      const fake = yield* FakeGlobus
      yield* fake.set({
        transfer: (request) => {
          const index = Number(request.headers["authorization"]?.split("-").at(-1))
          // Each login brings tokens for Auth, Transfer and Flows, and they are numbered.
          return index > 3 * count ? undefined : demand.clone()
        }
      })
    })

  /** A request that is refused, but hears of it only when the gate opens. */
  const late = Effect.gen(function* () {
    const gate = yield* Deferred.make<void>()
    const arrived = yield* Deferred.make<void>()
    let isFirst = true
    const between = Between.layer((request, answer) => {
      if (!isFirst || !isTransfer(request)) return answer
      isFirst = false
      return answer.pipe(
        Effect.tap(() => Deferred.succeed(arrived, undefined)),
        Effect.tap(() => Deferred.await(gate))
      )
    })
    return { between, open: Deferred.succeed(gate, undefined), arrived: Deferred.await(arrived) }
  })

  it.effect("gets it with the token of that login, and asks nobody again", () =>
    Effect.gen(function* () {
      const { arrived, between, open } = yield* late
      yield* run(
        Effect.gen(function* () {
          const app = yield* GlobusApp
          yield* app.login()
          yield* demandAfter(1)
          const request = yield* Effect.forkChild(getEndpoint)
          yield* arrived
          yield* app.login({ authParams: { session_required_mfa: true } })
          yield* open
          yield* Fiber.join(request)
          assert.strictEqual(yield* countLogins, 2)
        }),
        userApp(),
        between
      )
    })
  )

  it.effect("gets it with the token of a login in another program", () =>
    Effect.gen(function* () {
      const { arrived, between, open } = yield* late
      yield* run(
        Effect.gen(function* () {
          yield* (yield* GlobusApp).login()
          yield* demandAfter(1)
          const request = yield* Effect.forkChild(getEndpoint)
          yield* arrived
          yield* Effect.provide(
            Effect.flatMap(GlobusApp, (other) => other.login({ force: true })),
            Layer.fresh(userApp())
          )
          yield* open
          yield* Fiber.join(request)
          assert.strictEqual(yield* countLogins, 2)
        }),
        userApp(),
        between
      )
    })
  )

  it.effect("gets the login that it demands, if that one did not do", () =>
    Effect.gen(function* () {
      const { arrived, between, open } = yield* late
      yield* run(
        Effect.gen(function* () {
          const app = yield* GlobusApp
          yield* app.login()
          yield* demandAfter(2)
          const request = yield* Effect.forkChild(getEndpoint)
          yield* arrived
          yield* app.login({ force: true })
          yield* open
          yield* Fiber.join(request)
          assert.strictEqual(yield* countLogins, 3)
          assert.strictEqual((yield* logins)[2]?.searchParams.get("session_required_mfa"), "True")
        }),
        userApp(),
        between
      )
    })
  )

  it.effect("gets no end of logins, if none of them does", () =>
    run(
      Effect.gen(function* () {
        yield* (yield* GlobusApp).login()
        yield* demandAfter(99)
        assert.strictEqual(yield* tagOf(getEndpoint), "ApiError")
        assert.strictEqual(yield* countLogins, 2)
      })
    )
  )

  it.effect("gets one, whatever the number of programs that it demands it of", () =>
    run(
      Effect.gen(function* () {
        yield* (yield* GlobusApp).login()
        yield* demandAfter(1)
        yield* Effect.forEach(
          Array.from({ length: 5 }),
          () => Effect.provide(getEndpoint, Layer.fresh(userApp())),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(yield* countLogins, 2)
      })
    )
  )
})

/**
 * Tokens that are renewed without a person: what is stored of each answer, what is kept when there is none, and how
 * programs that share a store get along.
 */
import { ClientApp, GlobusApp, type LoginFlow, TokenStorage, UserApp } from "@effect-globus/sdk/app"
import { FlowsClient } from "@effect-globus/sdk/flows"
import { FlowsScopes, ResourceServer, TransferScopes } from "@effect-globus/sdk/model"
import type { Transport } from "@effect-globus/sdk/service"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Predicate, Redacted, References, Stream } from "effect"
import { TestClock } from "effect/testing"
import { account, clientId, FakeGlobus, json, layer as globus } from "./internal/fakeGlobus.ts"

const transferServer = ResourceServer.make("transfer.api.globus.org")
const transferAccess = `canary-access-${transferServer}`

type Surroundings = FakeGlobus | Transport | TokenStorage | LoginFlow

const clients = Layer.mergeAll(TransferClient.layer, FlowsClient.layer)
const userApp = (options: Partial<UserApp.Options> = {}) =>
  clients.pipe(
    Layer.provideMerge(UserApp.layer({ appName: "test", clientId, requestRefreshTokens: true, ...options }))
  )
const clientApp = (options: Partial<ClientApp.Options> = {}) =>
  clients.pipe(
    Layer.provideMerge(
      ClientApp.layer({
        appName: "test",
        clientId,
        clientSecret: Redacted.make("canary-secret"),
        ...options
      })
    )
  )
type App = ReturnType<typeof userApp>

const run = <A, E>(
  effect: Effect.Effect<A, E, TransferClient | FlowsClient | GlobusApp | Surroundings>,
  app: App = userApp()
) => effect.pipe(Effect.provide(app.pipe(Layer.provideMerge(globus))))

/** Does the same as another program with the same account. */
const elsewhere = <A, E>(
  effect: Effect.Effect<A, E, TransferClient | FlowsClient | GlobusApp>,
  app: App = userApp()
) => Effect.provide(effect, Layer.fresh(app))

const getEndpoint = Effect.flatMap(TransferClient, (transfer) =>
  transfer.getEndpoint("6c54cade-bde5-45c1-bdea-f4bd71dba2cc")
)
const listFlows = Effect.flatMap(FlowsClient, (flows) => Stream.runCollect(flows.listFlows()))
const validateFlow = Effect.flatMap(FlowsClient, (flows) =>
  flows.validateFlow({ definition: { StartAt: "A", States: {} } })
)
const login = Effect.flatMap(GlobusApp, (app) => app.login())

/** Lets the time pass that repetitions take. */
const patiently = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect, { startImmediately: true })
    yield* TestClock.adjust("1 minute")
    return yield* Fiber.join(fiber)
  })

const countLogins = Effect.map(
  Effect.flatMap(FakeGlobus, (fake) => fake.logins),
  (logins) => logins.length
)
const countRenewals = Effect.flatMap(FakeGlobus, (fake) => fake.grants("refresh_token"))

/** What is stored, with the secrets open: redacted ones are deeply equal whatever they hold. */
const stored = Effect.map(
  Effect.flatMap(FakeGlobus, (fake) => fake.stored),
  (tokens) =>
    Object.fromEntries(
      Object.entries(tokens).map(([server, { access_token, refresh_token, ...rest }]) => [
        server,
        {
          ...rest,
          access: Redacted.value(access_token),
          refresh: Predicate.isNotNullish(refresh_token) ? Redacted.value(refresh_token) : undefined
        }
      ])
    )
)
const storedForTransfer = Effect.map(stored, (all) => all[transferServer])

/** Lets Globus Auth answer renewals so, and everything else as usual. */
const onRenewal = (answer: (form: URLSearchParams) => Response | undefined) =>
  Effect.flatMap(FakeGlobus, (fake) =>
    fake.set({ token: (form) => (form.get("grant_type") === "refresh_token" ? answer(form) : undefined) })
  )

/** The answer to a renewal of the token for Transfer. */
const renewedToken = (changes: Readonly<Record<string, unknown>> = {}) => ({
  access_token: `${transferAccess}-renewed`,
  scope: TransferScopes.all,
  resource_server: transferServer,
  expires_in: 172_800,
  token_type: "Bearer",
  ...changes
})

/** Lets Transfer accept no other token than this. */
const acceptOnly = (token: string) =>
  Effect.flatMap(FakeGlobus, (fake) =>
    fake.set({
      transfer: (request) =>
        request.headers["authorization"] === `Bearer ${token}`
          ? undefined
          : json({ code: "AuthenticationFailed", message: "no longer good" }, 401)
    })
  )

/** The scopes that were asked for with the client's own credentials. */
const scopesOfClient = Effect.map(
  Effect.flatMap(FakeGlobus, (fake) => fake.asked),
  (all) => all.filter(({ form }) => form.has("grant_type")).map(({ form }) => form.get("scope"))
)

/** Nobody grants what `validateFlow` needs. */
const ungranted = Effect.flatMap(FakeGlobus, (fake) =>
  fake.set({ grant: (scopes) => scopes.filter((scope) => scope !== FlowsScopes.manage_flows) })
)

/** Waits until whoever is changing the store is done. */
const settled = Effect.flatMap(TokenStorage, (storage) =>
  storage.modify(account, (tokens) => Effect.succeed([undefined, tokens] as const))
)

describe("a renewal", () => {
  it.effect("stores the new tokens, and the next one uses the refresh token that came", () =>
    run(
      Effect.gen(function* () {
        yield* login
        const first = yield* storedForTransfer
        yield* TestClock.adjust("48 hours")
        yield* getEndpoint
        const second = yield* storedForTransfer
        assert.notStrictEqual(second?.access, first?.access)
        assert.notStrictEqual(second?.refresh, first?.refresh)
        assert.strictEqual(second?.expires_at_seconds, 2 * 172_800)
        assert.strictEqual(second?.identity_id, first?.identity_id)
        yield* TestClock.adjust("48 hours")
        yield* getEndpoint
        const renewals = (yield* (yield* FakeGlobus).asked).filter(
          ({ form }) => form.get("grant_type") === "refresh_token"
        )
        assert.deepStrictEqual(
          renewals.map(({ form }) => form.get("refresh_token") ?? undefined),
          [first?.refresh, second?.refresh]
        )
        assert.strictEqual(yield* countLogins, 1)
      })
    )
  )

  it.effect.each([{}, { refresh_token: null }])(
    "whose answer has no refresh token (%j) keeps the old one, and what other programs added",
    (answer) =>
      run(
        Effect.gen(function* () {
          yield* login
          const fake = yield* FakeGlobus
          const tokens = yield* fake.stored
          const record = tokens[transferServer]
          assert.isDefined(record)
          yield* fake.store({ ...tokens, [transferServer]: { ...record, extra: { note: "kept" } } })
          const before = yield* stored
          yield* TestClock.adjust("48 hours")
          yield* onRenewal(() => json(renewedToken(answer)))
          yield* elsewhere(getEndpoint)
          assert.deepStrictEqual(yield* stored, {
            ...before,
            [transferServer]: {
              ...before[transferServer],
              access: `${transferAccess}-renewed`,
              expires_at_seconds: 2 * 172_800
            }
          })
        })
      )
  )

  it.effect("is made for what is used only", () =>
    run(
      Effect.gen(function* () {
        yield* login
        const before = yield* stored
        yield* TestClock.adjust("48 hours")
        yield* getEndpoint
        const after = yield* stored
        assert.deepStrictEqual(after["flows.globus.org"], before["flows.globus.org"])
        assert.notDeepEqual(after[transferServer], before[transferServer])
      })
    )
  )

  it.effect("mends a token that a service refuses, and the request is sent again", () =>
    run(
      Effect.gen(function* () {
        yield* getEndpoint
        yield* onRenewal(() => json(renewedToken()))
        yield* acceptOnly(`${transferAccess}-renewed`)
        yield* getEndpoint
        assert.strictEqual(yield* countRenewals, 1)
        assert.strictEqual(yield* countLogins, 1)
      })
    )
  )

  it.effect("of a ClientApp asks for all that is required, dependencies included", () =>
    run(
      Effect.gen(function* () {
        yield* getEndpoint
        yield* TestClock.adjust("48 hours")
        yield* getEndpoint
        assert.deepStrictEqual(yield* scopesOfClient, [
          `openid ${TransferScopes.all}[*dependency] ${FlowsScopes.view_flows} ${FlowsScopes.run_status}`,
          `${TransferScopes.all}[*dependency]`
        ])
      }),
      clientApp({ scopeRequirements: { [transferServer]: `${TransferScopes.all}[*dependency]` } })
    )
  )

  it.effect("of a ClientApp does not ask again for what is not granted to it", () =>
    run(
      Effect.gen(function* () {
        yield* ungranted
        yield* Effect.flip(validateFlow)
        yield* TestClock.adjust("48 hours")
        yield* listFlows
        assert.strictEqual(
          (yield* scopesOfClient).at(-1),
          `${FlowsScopes.view_flows} ${FlowsScopes.run_status}`
        )
      }),
      clientApp()
    )
  )
})

describe("many callers", () => {
  const fifty = Effect.forEach(Array.from({ length: 50 }), () => Effect.exit(getEndpoint), {
    concurrency: "unbounded"
  })

  it.effect.each([3, 5, 7, 16, 32])(
    "cause one login and one renewal, even if they take turns after every %d steps",
    (steps) =>
      run(
        Effect.gen(function* () {
          const first = yield* Effect.provideService(fifty, References.MaxOpsBeforeYield, steps)
          assert.isTrue(first.every(Exit.isSuccess))
          yield* TestClock.adjust("48 hours")
          const second = yield* Effect.provideService(fifty, References.MaxOpsBeforeYield, steps)
          assert.isTrue(second.every(Exit.isSuccess))
          assert.strictEqual(yield* countLogins, 1)
          assert.strictEqual(yield* countRenewals, 1)
        })
      )
  )
})

describe("a renewal that fails loses nothing", () => {
  it.effect.each<{
    readonly what: string
    readonly tag: string
    readonly answer: () => Response
  }>([
    {
      what: "for another service",
      tag: "ResponseError",
      answer: () => json(renewedToken({ resource_server: "flows.globus.org" }))
    },
    {
      what: "for several services",
      tag: "ResponseError",
      answer: () =>
        json(renewedToken({ other_tokens: [renewedToken({ resource_server: "flows.globus.org" })] }))
    },
    {
      what: "that is no token",
      tag: "ResponseError",
      answer: () => json({ ...renewedToken(), access_token: 7 })
    },
    { what: "that is a web page", tag: "ResponseError", answer: () => new Response("<html>canary</html>") },
    {
      what: "that refuses the client",
      tag: "ApiError",
      answer: () => json({ error: "invalid_client" }, 401)
    },
    {
      what: "that Globus Auth is in trouble",
      tag: "ApiError",
      answer: () => json({ error: "oops" }, 500)
    }
  ])("an answer $what", ({ answer, tag }) =>
    run(
      Effect.gen(function* () {
        yield* login
        const before = yield* stored
        yield* TestClock.adjust("48 hours")
        yield* onRenewal(answer)
        const error = yield* patiently(Effect.flip(getEndpoint))
        assert.strictEqual(error._tag, tag)
        assert.notMatch(error.message, /canary/)
        assert.deepStrictEqual(yield* stored, before)
        // A person could not have helped, and none was asked.
        assert.strictEqual(yield* countLogins, 1)
        yield* onRenewal(() => undefined)
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, 1)
      })
    )
  )

  it.effect("no network", () =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        yield* login
        const before = yield* stored
        yield* TestClock.adjust("48 hours")
        yield* fake.set({ before: () => Effect.fail({ code: "ECONNRESET" }) })
        const error = yield* patiently(Effect.flip(getEndpoint))
        assert.strictEqual(error._tag, "NetworkError")
        assert.include(error.message, "auth.globus.org")
        assert.deepStrictEqual(yield* stored, before)
        yield* fake.set({ before: () => Effect.void })
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, 1)
        // The first was tried again five times.
        assert.strictEqual(yield* countRenewals, 7)
      })
    )
  )

  it.effect("a caller that goes away: the renewal is finished without it", () =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        const gate = yield* Deferred.make<void>()
        const begun = yield* Deferred.make<void>()
        yield* login
        const before = yield* storedForTransfer
        yield* TestClock.adjust("48 hours")
        yield* fake.set({
          before: ({ form }) =>
            form.get("grant_type") === "refresh_token"
              ? Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(gate))
              : Effect.void
        })
        const callers = yield* Effect.forEach([1, 2], () => Effect.forkChild(getEndpoint))
        yield* Deferred.await(begun)
        yield* Effect.forEach(callers, (caller) => Fiber.interrupt(caller))
        yield* Deferred.succeed(gate, undefined)
        yield* settled
        const after = yield* storedForTransfer
        assert.notStrictEqual(after?.refresh, before?.refresh)
        assert.notStrictEqual(after?.access, before?.access)
        yield* getEndpoint
        assert.strictEqual(yield* countRenewals, 1)
        assert.strictEqual(yield* countLogins, 1)
      })
    )
  )
})

describe("a program that ends while a token is renewed", () => {
  /** A program with a renewal under way, which goes on when the gate opens, and a way to end it. */
  const renewing = Effect.gen(function* () {
    const fake = yield* FakeGlobus
    const gate = yield* Deferred.make<void>()
    const begun = yield* Deferred.make<void>()
    yield* elsewhere(login)
    yield* TestClock.adjust("48 hours")
    yield* fake.set({
      before: ({ form }) =>
        form.get("grant_type") === "refresh_token"
          ? Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(gate))
          : Effect.void
    })
    const program = yield* Effect.forkChild(elsewhere(getEndpoint))
    yield* Deferred.await(begun)
    const ended = yield* Effect.forkChild(Fiber.interrupt(program))
    for (let turn = 0; turn < 50; turn++) yield* Effect.yieldNow
    return { gate, ended }
  })

  it.effect("waits for it: the refresh token that it brings is not lost", () =>
    Effect.gen(function* () {
      const before = yield* Effect.andThen(elsewhere(login), storedForTransfer)
      const { ended, gate } = yield* renewing
      assert.isUndefined(ended.pollUnsafe())
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(ended)
      const after = yield* storedForTransfer
      assert.notStrictEqual(after?.refresh, before?.refresh)
      yield* elsewhere(getEndpoint)
      assert.strictEqual(yield* countRenewals, 1)
      assert.strictEqual(yield* countLogins, 1)
    }).pipe(Effect.provide(globus))
  )

  it.effect("waits for it no longer than ten seconds, and leaves the store as it was", () =>
    Effect.gen(function* () {
      const before = yield* Effect.andThen(elsewhere(login), stored)
      const { ended } = yield* renewing
      yield* TestClock.adjust("9 seconds")
      assert.isUndefined(ended.pollUnsafe())
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(ended)
      assert.deepStrictEqual(yield* stored, before)
      yield* settled
    }).pipe(Effect.provide(globus))
  )
})

describe("a renewal that cannot help leads to a login", () => {
  it.effect("a worthless refresh token is dropped, and not tried again", () =>
    run(
      Effect.gen(function* () {
        yield* login
        const before = yield* stored
        yield* TestClock.adjust("48 hours")
        yield* onRenewal(() => json({ error: "invalid_grant" }, 400))
        const quiet = elsewhere(getEndpoint, userApp({ onUnmetRequirement: "fail" }))
        assert.strictEqual((yield* Effect.flip(quiet))._tag, "ExpiredToken")
        assert.deepStrictEqual(yield* stored, {
          ...before,
          [transferServer]: { ...before[transferServer], refresh: undefined }
        })
        assert.strictEqual((yield* Effect.flip(quiet))._tag, "MissingRefreshToken")
        assert.strictEqual(yield* countRenewals, 1)
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, 2)
        assert.isDefined((yield* storedForTransfer)?.refresh)
      })
    )
  )

  it.effect("a worthless refresh token for a token that a service refuses", () =>
    run(
      Effect.gen(function* () {
        yield* getEndpoint
        const refused = (yield* storedForTransfer)?.access
        yield* onRenewal(() => json({ error: "invalid_grant" }, 400))
        yield* (yield* FakeGlobus).set({
          transfer: (request) =>
            request.headers["authorization"] === `Bearer ${refused}` ? json({ code: "Gone" }, 401) : undefined
        })
        yield* getEndpoint
        assert.strictEqual(yield* countRenewals, 1)
        assert.strictEqual(yield* countLogins, 2)
      })
    )
  )

  it.effect("fewer scopes than before", () =>
    run(
      Effect.gen(function* () {
        yield* login
        yield* TestClock.adjust("48 hours")
        yield* onRenewal(() => json(renewedToken({ scope: TransferScopes.gcp_install })))
        const error = yield* Effect.flip(elsewhere(getEndpoint, userApp({ onUnmetRequirement: "fail" })))
        assert.deepStrictEqual(error._tag === "UnmetScopes" ? error.missing : error._tag, [
          TransferScopes.all
        ])
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, 2)
        assert.strictEqual(yield* countRenewals, 1)
        assert.include((yield* storedForTransfer)?.scope.split(" ") ?? [], TransferScopes.all)
      })
    )
  )

  it.effect("fewer scopes than before, in the program that renewed", () =>
    run(
      Effect.gen(function* () {
        yield* getEndpoint
        yield* TestClock.adjust("48 hours")
        yield* onRenewal(() => json(renewedToken({ scope: TransferScopes.gcp_install })))
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, 2)
        assert.strictEqual(yield* countRenewals, 1)
      })
    )
  )
})

describe("programs that share a store", () => {
  const onlyLogins = userApp({ requestRefreshTokens: false })

  it.effect("a login of one is picked up by another that waits for one", () =>
    run(
      Effect.gen(function* () {
        assert.strictEqual((yield* Effect.flip(getEndpoint))._tag, "MissingToken")
        yield* elsewhere(login)
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, 1)
      }),
      userApp({ onUnmetRequirement: "fail" })
    )
  )

  it.effect("a login of one is picked up by another whose token has expired", () =>
    run(
      Effect.gen(function* () {
        yield* getEndpoint
        yield* TestClock.adjust("48 hours")
        yield* elsewhere(login, onlyLogins)
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, 2)
      }),
      onlyLogins
    )
  )

  it.effect("a login of one is picked up by another whose token is too narrow", () =>
    run(
      Effect.gen(function* () {
        yield* getEndpoint
        const more = { [transferServer]: TransferScopes.gcp_install }
        yield* elsewhere(login, userApp({ scopeRequirements: more }))
        yield* (yield* GlobusApp).addScopeRequirements(more)
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, 2)
      })
    )
  )

  it.effect("a renewal by one serves another, which makes none", () =>
    run(
      Effect.gen(function* () {
        yield* getEndpoint
        yield* TestClock.adjust("48 hours")
        yield* elsewhere(getEndpoint)
        yield* getEndpoint
        assert.strictEqual(yield* countRenewals, 1)
      })
    )
  )

  it.effect.each([
    { what: "with refresh tokens", app: userApp() },
    { what: "without refresh tokens", app: onlyLogins }
  ])("a token that is refused is replaced by the one that is stored by now, $what", ({ app }) =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        yield* getEndpoint
        const tokens = yield* fake.stored
        const record = tokens[transferServer]
        assert.isDefined(record)
        const replaced = { ...record, access_token: Redacted.make(`${transferAccess}-replaced`) }
        yield* fake.store({ ...tokens, [transferServer]: replaced })
        yield* acceptOnly(`${transferAccess}-replaced`)
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, 1)
        assert.strictEqual(yield* countRenewals, 0)
      }),
      app
    )
  )

  it.effect("a logout of one is noticed by another when its token is refused", () =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        yield* getEndpoint
        const revoked = (yield* storedForTransfer)?.access
        yield* elsewhere(Effect.flatMap(GlobusApp, (app) => app.logout()))
        yield* fake.set({
          transfer: (request) =>
            request.headers["authorization"] === `Bearer ${revoked}` ? json({ code: "Gone" }, 401) : undefined
        })
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, 2)
        assert.strictEqual(yield* countRenewals, 0)
      })
    )
  )

  it.effect("a logout of one is noticed by another when its token has to be renewed", () =>
    run(
      Effect.gen(function* () {
        yield* elsewhere(login)
        yield* getEndpoint
        yield* elsewhere(Effect.flatMap(GlobusApp, (app) => app.logout()))
        yield* TestClock.adjust("48 hours")
        assert.strictEqual((yield* Effect.flip(getEndpoint))._tag, "MissingToken")
        assert.strictEqual(yield* countRenewals, 0)
        yield* elsewhere(login)
        yield* getEndpoint
      }),
      userApp({ onUnmetRequirement: "fail" })
    )
  )
})

describe("a need that only one operation has", () => {
  it.effect("is what that operation fails for, after one login", () =>
    run(
      Effect.gen(function* () {
        yield* ungranted
        yield* login
        const error = yield* Effect.flip(validateFlow)
        assert.deepStrictEqual(error._tag === "UnmetScopes" ? error.missing : error._tag, [
          FlowsScopes.manage_flows
        ])
        const scopes = (yield* (yield* FakeGlobus).logins).map((url) => url.searchParams.get("scope") ?? "")
        assert.deepStrictEqual(
          scopes.map((scope) => scope.split(" ").includes(FlowsScopes.manage_flows)),
          [false, true]
        )
      })
    )
  )

  it.effect("stands in the way of no other operation: not now, and not after a renewal", () =>
    run(
      Effect.gen(function* () {
        yield* ungranted
        yield* Effect.flip(validateFlow)
        const logins = yield* countLogins
        yield* listFlows
        yield* getEndpoint
        yield* TestClock.adjust("48 hours")
        yield* listFlows
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, logins)
      })
    )
  )

  it.effect("stands in the way of no other operation that has to log in", () =>
    run(
      Effect.gen(function* () {
        yield* ungranted
        yield* Effect.flip(validateFlow)
        const logins = yield* countLogins
        yield* TestClock.adjust("48 hours")
        yield* listFlows
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, logins + 1)
      }),
      userApp({ requestRefreshTokens: false })
    )
  )

  it.effect("stands in no way of a ClientApp either", () =>
    run(
      Effect.gen(function* () {
        yield* ungranted
        assert.strictEqual((yield* Effect.flip(validateFlow))._tag, "UnmetScopes")
        yield* listFlows
        yield* TestClock.adjust("48 hours")
        yield* listFlows
        yield* getEndpoint
      }),
      clientApp()
    )
  )

  it.effect("is none where something that is required holds it already", () =>
    run(
      Effect.gen(function* () {
        const app = yield* GlobusApp
        yield* app.addScopeRequirements({ "flows.globus.org": FlowsScopes.all })
        yield* Effect.exit(validateFlow)
        const [scopes, ...others] = (yield* (yield* FakeGlobus).logins).map(
          (url) => url.searchParams.get("scope") ?? ""
        )
        assert.deepStrictEqual(others, [])
        assert.notInclude(scopes ?? "", FlowsScopes.manage_flows)
      })
    )
  )
})

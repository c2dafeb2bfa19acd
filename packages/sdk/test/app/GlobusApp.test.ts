/** "Using a GlobusApp", promise by promise. */
import { ClientApp, GlobusApp, UserApp } from "@effect-globus/sdk/app"
import { FlowsClient } from "@effect-globus/sdk/flows"
import {
  AuthScopes,
  dataAccess,
  FlowsScopes,
  GlobusScope,
  type InvalidConfiguration,
  ResourceServer,
  TransferScopes
} from "@effect-globus/sdk/model"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option, Redacted, Stream } from "effect"
import { TestClock } from "effect/testing"
import { alice, bob, clientId, FakeGlobus, json, layer as globus } from "./internal/fakeGlobus.ts"

const collection = "6c54cade-bde5-45c1-bdea-f4bd71dba2cc"
const name = { appName: "test", clientId }

/** A user's app with the clients of Transfer and Flows bound to it. */
const userApp = (options: Partial<UserApp.Options> = {}) =>
  Layer.mergeAll(TransferClient.layer, FlowsClient.layer).pipe(
    Layer.provideMerge(UserApp.layer({ ...name, ...options }))
  )

const clientApp = (options: Partial<ClientApp.Options> = {}) =>
  Layer.mergeAll(TransferClient.layer, FlowsClient.layer).pipe(
    Layer.provideMerge(ClientApp.layer({ ...name, clientSecret: Redacted.make("canary-secret"), ...options }))
  )

type Bound = TransferClient | FlowsClient | GlobusApp

type App = Layer.Layer<Bound, InvalidConfiguration | GlobusScope.ScopeError, UserApp.Requirements>

const run = <A, E>(
  effect: Effect.Effect<A, E, Bound | FakeGlobus | UserApp.Requirements>,
  app: App = userApp()
) => effect.pipe(Effect.provide(app.pipe(Layer.provideMerge(globus))))

/** Runs with another app on the same Globus and the same storage, as a later run of a program would. */
const later = <A, E>(effect: Effect.Effect<A, E, Bound>, app: App = userApp()) =>
  Effect.provide(effect, Layer.fresh(app))

const getEndpoint = Effect.flatMap(TransferClient, (transfer) => transfer.getEndpoint(collection))
const listFlows = Effect.flatMap(FlowsClient, (flows) => Stream.runCollect(flows.listFlows()))
const scopesAsked = Effect.map(
  Effect.flatMap(FakeGlobus, (fake) => fake.logins),
  (logins) => logins.map((url) => new Set((url.searchParams.get("scope") ?? "").split(" ")))
)
const requirements = Effect.gen(function* () {
  const all = yield* (yield* GlobusApp).scopeRequirements
  return Object.fromEntries(Array.from(all, ([server, scopes]) => [server, GlobusScope.serialize(scopes)]))
})

describe("binding clients to an app", () => {
  const expected = {
    "auth.globus.org": "openid",
    "transfer.api.globus.org": TransferScopes.all,
    "flows.globus.org": `${FlowsScopes.view_flows} ${FlowsScopes.run_status}`
  }

  it.effect("registers their default scopes with a UserApp, before anything is asked", () =>
    run(
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* requirements, expected)
        assert.strictEqual((yield* (yield* FakeGlobus).asked).length, 0)
      })
    )
  )

  it.effect("registers their default scopes with a ClientApp, before anything is asked", () =>
    run(
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* requirements, expected)
        assert.strictEqual((yield* (yield* FakeGlobus).asked).length, 0)
      }),
      clientApp()
    )
  )
})

describe("a UserApp", () => {
  it.effect("lists flows after a first login, which covers every client that is bound", () =>
    run(
      Effect.gen(function* () {
        const flows = yield* listFlows
        assert.deepStrictEqual(
          flows.map((flow) => flow.title),
          ["A flow"]
        )
        yield* getEndpoint
        const asked = yield* scopesAsked
        assert.deepStrictEqual(asked, [
          new Set([AuthScopes.openid, TransferScopes.all, FlowsScopes.view_flows, FlowsScopes.run_status])
        ])
      })
    )
  )

  it.effect("caches tokens for later runs", () =>
    Effect.gen(function* () {
      yield* later(getEndpoint)
      yield* later(getEndpoint)
      assert.strictEqual((yield* (yield* FakeGlobus).logins).length, 1)
    }).pipe(Effect.provide(globus))
  )

  it.effect("logs in again when the token has expired", () =>
    run(
      Effect.gen(function* () {
        yield* getEndpoint
        yield* TestClock.adjust("48 hours")
        yield* getEndpoint
        assert.strictEqual((yield* (yield* FakeGlobus).logins).length, 2)
      })
    )
  )

  it.effect("logs in again when the token has too few scopes", () =>
    Effect.gen(function* () {
      yield* later(getEndpoint)
      yield* later(
        getEndpoint,
        userApp({ scopeRequirements: { "transfer.api.globus.org": TransferScopes.gcp_install } })
      )
      const asked = yield* scopesAsked
      assert.strictEqual(asked.length, 2)
      assert.isTrue(asked[1]?.has(TransferScopes.gcp_install))
    }).pipe(Effect.provide(globus))
  )

  it.effect("logs in when a client is new to a later run", () =>
    Effect.gen(function* () {
      const onlyTransfer = TransferClient.layer.pipe(Layer.provideMerge(UserApp.layer(name)))
      yield* Effect.provide(getEndpoint, onlyTransfer)
      yield* later(listFlows)
      assert.strictEqual((yield* scopesAsked).length, 2)
    }).pipe(Effect.provide(globus))
  )

  it.effect("is native without a secret: it sends its id, a challenge, and a name for the grant", () =>
    run(
      Effect.gen(function* () {
        yield* getEndpoint
        const fake = yield* FakeGlobus
        const [url] = yield* fake.logins
        assert.strictEqual(url?.origin, "https://auth.globus.org")
        const query = Object.fromEntries(url?.searchParams ?? [])
        assert.strictEqual(query["client_id"], clientId)
        assert.strictEqual(query["redirect_uri"], "https://auth.globus.org/v2/web/auth-code")
        assert.strictEqual(query["access_type"], "online")
        assert.strictEqual(query["code_challenge_method"], "S256")
        assert.strictEqual(query["prefill_named_grant"], "test on testbed")
        const exchange = (yield* fake.asked).find(
          ({ form }) => form.get("grant_type") === "authorization_code"
        )
        assert.strictEqual(exchange?.authorization, undefined)
        assert.strictEqual(exchange?.form.get("client_id"), clientId)
        assert.match(exchange?.form.get("code_verifier") ?? "", /^[\w-]{43,128}$/)
      })
    )
  )

  it.effect("is confidential with a secret: it authenticates with Basic, and uses PKCE all the same", () =>
    run(
      Effect.gen(function* () {
        yield* getEndpoint
        const fake = yield* FakeGlobus
        const [url] = yield* fake.logins
        assert.strictEqual(url?.searchParams.get("redirect_uri"), "https://app.example.org/callback")
        assert.strictEqual(url?.searchParams.get("code_challenge_method"), "S256")
        const exchange = (yield* fake.asked).find(
          ({ form }) => form.get("grant_type") === "authorization_code"
        )
        assert.strictEqual(exchange?.authorization, `Basic ${btoa(`${clientId}:canary-secret`)}`)
        assert.isNull(exchange?.form.get("client_id") ?? null)
      }),
      userApp({
        clientSecret: Redacted.make("canary-secret"),
        redirectUri: "https://app.example.org/callback"
      })
    )
  )

  it.effect("asks for refresh tokens if told to, and then renews instead of logging in", () =>
    run(
      Effect.gen(function* () {
        yield* getEndpoint
        yield* TestClock.adjust("48 hours")
        yield* getEndpoint
        const fake = yield* FakeGlobus
        const logins = yield* fake.logins
        assert.strictEqual(logins.length, 1)
        assert.strictEqual(logins[0]?.searchParams.get("access_type"), "offline")
        assert.strictEqual(yield* fake.grants("refresh_token"), 1)
      }),
      userApp({ requestRefreshTokens: true })
    )
  )
})

describe("a ClientApp", () => {
  it.effect("lists flows with tokens that it gets from Globus Auth, asking nobody", () =>
    run(
      Effect.gen(function* () {
        assert.strictEqual((yield* listFlows).length, 1)
        yield* getEndpoint
        const fake = yield* FakeGlobus
        assert.strictEqual((yield* fake.logins).length, 0)
        assert.strictEqual(yield* fake.grants("client_credentials"), 1)
      }),
      clientApp()
    )
  )

  it.effect("gets new tokens when old ones have expired", () =>
    run(
      Effect.gen(function* () {
        yield* getEndpoint
        yield* TestClock.adjust("48 hours")
        yield* getEndpoint
        assert.strictEqual(yield* (yield* FakeGlobus).grants("client_credentials"), 2)
      }),
      clientApp()
    )
  )

  it.effect("caches tokens for later runs", () =>
    Effect.gen(function* () {
      yield* later(getEndpoint, clientApp())
      yield* later(getEndpoint, clientApp())
      assert.strictEqual(yield* (yield* FakeGlobus).grants("client_credentials"), 1)
    }).pipe(Effect.provide(globus))
  )
})

describe("logging in by hand", () => {
  const login = (options?: Parameters<GlobusApp["Service"]["login"]>[0]) =>
    Effect.flatMap(GlobusApp, (app) => app.login(options))
  const countLogins = Effect.map(
    Effect.flatMap(FakeGlobus, (fake) => fake.logins),
    (logins) => logins.length
  )

  it.effect("logs in only if something is missing", () =>
    run(
      Effect.gen(function* () {
        const app = yield* GlobusApp
        assert.isTrue(yield* app.loginRequired)
        yield* login()
        assert.isFalse(yield* app.loginRequired)
        yield* login()
        assert.strictEqual(yield* countLogins, 1)
      })
    )
  )

  it.effect("tells whether a login is required without making one", () =>
    run(
      Effect.gen(function* () {
        assert.isTrue(yield* (yield* GlobusApp).loginRequired)
        assert.strictEqual((yield* (yield* FakeGlobus).asked).length, 0)
      })
    )
  )

  it.effect("logs in whether or not it is required, if forced", () =>
    run(
      Effect.gen(function* () {
        yield* login()
        yield* login({ force: true })
        assert.strictEqual(yield* countLogins, 2)
      })
    )
  )

  it.effect("logs in with session parameters, which reach the authorization URL", () =>
    run(
      Effect.gen(function* () {
        yield* login()
        yield* login({
          authParams: {
            session_message: "Please authenticate with MFA",
            session_required_mfa: true,
            session_required_identities: [alice],
            session_required_policies: ["p1", "p2"],
            session_required_single_domain: ["example.org"],
            prompt: "login",
            required_scopes: [FlowsScopes.manage_flows]
          }
        })
        const url = (yield* (yield* FakeGlobus).logins)[1]
        const query = Object.fromEntries(url?.searchParams ?? [])
        assert.strictEqual(query["session_message"], "Please authenticate with MFA")
        assert.strictEqual(query["session_required_mfa"], "True")
        assert.strictEqual(query["session_required_identities"], alice)
        assert.strictEqual(query["session_required_policies"], "p1,p2")
        assert.strictEqual(query["session_required_single_domain"], "example.org")
        assert.strictEqual(query["prompt"], "login")
        assert.include(query["scope"], FlowsScopes.manage_flows)
        assert.include(query["scope"], TransferScopes.all)
      })
    )
  )

  it.effect("caches the tokens of the login", () =>
    run(
      Effect.gen(function* () {
        yield* login()
        yield* getEndpoint
        yield* listFlows
        assert.strictEqual(yield* countLogins, 1)
      })
    )
  )
})

describe("defining scopes by hand", () => {
  it.effect("replaces the default scopes of a client when it is bound", () =>
    Effect.gen(function* () {
      const all = yield* requirements
      assert.strictEqual(all["flows.globus.org"], FlowsScopes.manage_flows)
    }).pipe(
      Effect.provide(
        FlowsClient.layerWith({ scopes: FlowsScopes.manage_flows }).pipe(
          Layer.provideMerge(UserApp.layer(name)),
          Layer.provide(globus)
        )
      )
    )
  )

  it.effect("adds to the default scopes of a client later", () =>
    run(
      Effect.gen(function* () {
        yield* (yield* FlowsClient).addScopes(FlowsScopes.manage_flows)
        yield* listFlows
        const [asked] = yield* scopesAsked
        for (const scope of [FlowsScopes.view_flows, FlowsScopes.run_status, FlowsScopes.manage_flows]) {
          assert.isTrue(asked?.has(scope))
        }
      })
    )
  )

  it.effect("takes scopes that no client requires, from the start or later", () =>
    run(
      Effect.gen(function* () {
        const app = yield* GlobusApp
        yield* app.addScopeRequirements({ "auth.globus.org": "email profile" })
        yield* app.login()
        const [asked] = yield* scopesAsked
        for (const scope of [
          "openid",
          "email",
          "profile",
          "urn:globus:auth:scope:groups.api.globus.org:all"
        ]) {
          assert.isTrue(asked?.has(scope), scope)
        }
      }),
      userApp({
        scopeRequirements: { "groups.api.globus.org": "urn:globus:auth:scope:groups.api.globus.org:all" }
      })
    )
  )

  it.effect("asks, before the request leaves, for the scope of an operation that no requirement holds", () =>
    run(
      Effect.gen(function* () {
        yield* listFlows
        const flows = yield* FlowsClient
        yield* flows.validateFlow({ definition: { StartAt: "A", States: {} } }).pipe(Effect.exit)
        const asked = yield* scopesAsked
        assert.strictEqual(asked.length, 2)
        assert.isTrue(asked[1]?.has(FlowsScopes.manage_flows))
        assert.isTrue(asked[1]?.has(FlowsScopes.view_flows))
      })
    )
  )

  it.effect("is content with a token of a wider scope", () =>
    run(
      Effect.gen(function* () {
        yield* listFlows
        assert.strictEqual((yield* scopesAsked).length, 1)
      }),
      FlowsClient.layerWith({ scopes: FlowsScopes.all }).pipe(
        Layer.provideMerge(TransferClient.layer),
        Layer.provideMerge(UserApp.layer(name))
      )
    )
  )

  it.effect("knows from Globus Auth when dependent scopes are consented to already", () =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        yield* getEndpoint
        const access = dataAccess(collection)
        yield* (yield* GlobusApp).addScopeRequirements({ "transfer.api.globus.org": access })
        yield* fake.set({
          consents: [
            { scope_name: TransferScopes.all, dependency_path: [1] },
            { scope_name: access.dependencies[0]?.scope ?? "", dependency_path: [1, 2] }
          ]
        })
        yield* getEndpoint
        yield* getEndpoint
        assert.strictEqual((yield* fake.logins).length, 1)
        const lookups = (yield* fake.asked).filter(({ url }) => url.pathname.endsWith("/consents"))
        assert.strictEqual(lookups.length, 1)
      })
    )
  )
})

describe("who logs in", () => {
  it.effect("must stay the same: another identity is refused and what is stored stays", () =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        const app = yield* GlobusApp
        yield* app.login()
        const before = yield* fake.stored
        yield* fake.set({ identity: bob })
        const error = yield* Effect.flip(app.login({ force: true }))
        assert.strictEqual(error._tag, "IdentityMismatch")
        assert.deepStrictEqual(yield* fake.stored, before)
      })
    )
  )

  it.effect("may change after a logout", () =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        const app = yield* GlobusApp
        yield* app.login()
        yield* app.logout()
        yield* fake.set({ identity: bob })
        yield* app.login()
        assert.deepStrictEqual(yield* app.identity, Option.some(bob))
        assert.strictEqual((yield* fake.stored)["auth.globus.org"]?.identity_id, bob)
      })
    )
  )

  it.effect("must be known: tokens without an identity are not stored", () =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        yield* fake.set({ idToken: false })
        const error = yield* Effect.flip((yield* GlobusApp).login())
        assert.strictEqual(error._tag, "MissingIdentity")
        assert.deepStrictEqual(yield* fake.stored, {})
      })
    )
  )
})

describe("logging out", () => {
  /** A token that another program of the same account has left. */
  const storeOther = Effect.gen(function* () {
    const fake = yield* FakeGlobus
    const tokens = yield* fake.stored
    const record = tokens["transfer.api.globus.org"]
    assert.isDefined(record)
    yield* fake.store({ ...tokens, other: { ...record, resource_server: ResourceServer.make("other") } })
  })

  it.effect("revokes and removes the tokens of what is required, and leaves others", () =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        const app = yield* GlobusApp
        yield* app.login()
        yield* storeOther
        const report = yield* app.logout()
        assert.sameMembers(
          [...report.removed],
          ["auth.globus.org", "transfer.api.globus.org", "flows.globus.org"]
        )
        assert.deepStrictEqual(report.unrevoked, [])
        assert.deepStrictEqual(Object.keys(yield* fake.stored), ["other"])
        const revoked = (yield* fake.asked).filter(({ url }) => url.pathname.endsWith("/revoke"))
        assert.strictEqual(revoked.length, 3)
        assert.isTrue(yield* app.loginRequired)
      })
    )
  )

  it.effect("removes every token of the account with `sweep`, refresh tokens revoked too", () =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        const app = yield* GlobusApp
        yield* app.login()
        yield* storeOther
        yield* app.logout({ sweep: true })
        assert.deepStrictEqual(yield* fake.stored, {})
        const revoked = (yield* fake.asked).filter(({ url }) => url.pathname.endsWith("/revoke"))
        assert.strictEqual(revoked.length, 8)
      }),
      userApp({ requestRefreshTokens: true })
    )
  )

  it.effect("removes tokens even when they cannot be revoked, and reports that", () =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        const app = yield* GlobusApp
        yield* app.login()
        yield* fake.set({ revoke: () => json({ error: "server_error" }, 400) })
        const report = yield* app.logout()
        assert.strictEqual(report.unrevoked.length, 3)
        assert.deepStrictEqual(yield* fake.stored, {})
      })
    )
  )
})

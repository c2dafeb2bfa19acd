/**
 * What cannot be right is found out early: the error names the setting, says what would be right, and repeats nothing
 * that could be a secret; no request has left, nobody was asked to log in, and stored tokens are as they were.
 */
import { ClientApp, GlobusApp, type LoginOptions, type TokenRecord, UserApp } from "@effect-globus/sdk/app"
import { InvalidConfiguration, ResourceServer, TransferScopes } from "@effect-globus/sdk/model"
import { type Authorizer, Transport } from "@effect-globus/sdk/service"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import { inspect } from "node:util"
import { clientId, FakeGlobus, layer as globus } from "./internal/fakeGlobus.ts"

const transferServer = ResourceServer.make("transfer.api.globus.org")
const appName = "test"
const clientSecret = Redacted.make("canary-secret")
const redirectUri = "https://app.example.org/callback"

type App = Layer.Layer<GlobusApp | Authorizer, InvalidConfiguration, UserApp.Requirements>

/** A token of an earlier run. */
const kept: TokenRecord = {
  resource_server: transferServer,
  scope: TransferScopes.all,
  access_token: Redacted.make("canary-access-transfer.api.globus.org-0"),
  refresh_token: Redacted.make("canary-refresh-transfer.api.globus.org-0"),
  expires_at_seconds: 172_800
}

/** Runs with a token in storage; afterwards it must be there, and nobody must have been asked for anything. */
const undisturbed = <A, E>(effect: Effect.Effect<A, E, FakeGlobus | UserApp.Requirements>) =>
  Effect.gen(function* () {
    const fake = yield* FakeGlobus
    yield* fake.store({ [transferServer]: kept })
    const result = yield* effect
    assert.strictEqual((yield* fake.asked).length, 0)
    assert.strictEqual((yield* fake.logins).length, 0)
    const stored = yield* fake.stored
    assert.deepStrictEqual(Object.keys(stored), [transferServer])
    // The same record, because redacted values of whatever content are deeply equal.
    assert.strictEqual(stored[transferServer], kept)
    return result
  }).pipe(Effect.provide(globus))

const assertSilent = (error: Error) => {
  assert.notMatch(error.message, /canary/)
  assert.notMatch(inspect(error, { depth: 20, showHidden: true }), /canary/)
}

/** What an app cannot be made for. */
const refusal = (app: App) =>
  undisturbed(
    Effect.map(Effect.flip(Effect.scoped(Layer.build(app))), (error) => {
      assert.instanceOf(error, InvalidConfiguration)
      assertSilent(error)
      assert.strictEqual(error.message, `The setting ${error.setting} is wrong: ${error.detail}`)
      return error
    })
  )

const malformedScopes = ["a[", "a[]", "a[b", "a]", "*", "* a", "a [b]", "[a]", "a[b]c", "a[b[a]]"]

describe("an option that cannot be right", () => {
  const userApp = (options: Partial<UserApp.Options>): App => UserApp.layer({ appName, clientId, ...options })
  const clientApp = (options: Partial<ClientApp.Options>): App =>
    ClientApp.layer({ appName, clientId, clientSecret, ...options })

  it.effect.each<{
    readonly what: string
    readonly app: App
    readonly setting: string
    readonly says: RegExp
  }>([
    ...["", "canary-secret", "3f1d1c2a", `{${clientId}}`, `${clientId}\n`].flatMap((wrong) => [
      {
        what: `a UserApp with the id ${JSON.stringify(wrong)}`,
        app: userApp({ clientId: wrong }),
        setting: "clientId",
        says: /not a UUID.*https:\/\/app\.globus\.org\/settings\/developers/
      },
      {
        what: `a ClientApp with the id ${JSON.stringify(wrong)}`,
        app: clientApp({ clientId: wrong }),
        setting: "clientId",
        says: /not a UUID.*https:\/\/app\.globus\.org\/settings\/developers/
      }
    ]),
    {
      what: "a UserApp with an empty secret",
      app: userApp({ clientSecret: Redacted.make(""), redirectUri }),
      setting: "clientSecret",
      says: /empty/
    },
    {
      what: "a ClientApp with an empty secret",
      app: clientApp({ clientSecret: Redacted.make("") }),
      setting: "clientSecret",
      says: /empty/
    },
    {
      what: "a UserApp with a secret and no redirect URI",
      app: userApp({ clientSecret }),
      setting: "redirectUri",
      says: /confidential client/
    },
    ...["", "/callback", "app.example.org/callback", "https://", `${redirectUri}#here`].map((wrong) => ({
      what: `a UserApp with the redirect URI ${JSON.stringify(wrong)}`,
      app: userApp({ clientSecret, redirectUri: wrong }),
      setting: "redirectUri",
      says: /absolute URI/
    })),
    ...malformedScopes.map((wrong) => ({
      what: `a UserApp that requires the scopes ${JSON.stringify(wrong)}`,
      app: userApp({ scopeRequirements: { "auth.globus.org": "openid", [transferServer]: ["a", wrong] } }),
      setting: "scopeRequirements",
      says: wrong === "a[b[a]]" ? /a.*b.*a/ : new RegExp(wrong.replace(/[[\]*]/g, "\\$&"))
    })),
    {
      what: "a ClientApp that requires scopes which cannot be read",
      app: clientApp({ scopeRequirements: { [transferServer]: "a[b" } }),
      setting: "scopeRequirements",
      says: /a\[b/
    },
    {
      what: "a UserApp that requires scopes of a service without a name",
      app: userApp({ scopeRequirements: { "": "some:scope" } }),
      setting: "scopeRequirements",
      says: /^the name of a resource server is empty/
    },
    {
      what: "a ClientApp that requires scopes of a service without a name",
      app: clientApp({ scopeRequirements: { "": "some:scope" } }),
      setting: "scopeRequirements",
      says: /^the name of a resource server is empty/
    }
  ])("$what", ({ app, says, setting }) =>
    Effect.gen(function* () {
      const error = yield* refusal(app)
      assert.strictEqual(error.setting, setting)
      assert.match(error.detail, says)
    })
  )

  it.effect.each([redirectUri, "http://localhost:8080", "org.example.app:/callback"])(
    "%s may be a redirect URI",
    (redirectUri) => undisturbed(Effect.scoped(Layer.build(userApp({ redirectUri }))))
  )

  it.effect("scopes that a client is to require", () =>
    Effect.gen(function* () {
      const client = TransferClient.layerWith({ scopes: "a[b" }).pipe(Layer.provide(userApp({})))
      const error = yield* undisturbed(Effect.flip(Effect.scoped(Layer.build(client))))
      assert.strictEqual(error._tag, "ScopeParseError")
      assert.include(error.message, "a[b")
    })
  )
})

describe("the environment", () => {
  type Variables = Readonly<Record<string, string>>
  const within = (variables: Variables, app: App): App =>
    // By default an empty variable is not even seen.
    Layer.provide(
      app,
      ConfigProvider.layer(ConfigProvider.fromEnv({ env: variables, preserveEmptyStrings: true }))
    )
  const userApp = (variables: Variables) => within(variables, UserApp.layerConfig({ appName, redirectUri }))
  const clientApp = (variables: Variables) => within(variables, ClientApp.layerConfig({ appName }))

  it.effect.each<{
    readonly what: string
    readonly app: App
    readonly setting: string
    readonly says: RegExp
  }>([
    ...[{}, { GLOBUS_CLIENT_ID: "" }, { GLOBUS_CLIENT_ID: "", GLOBUS_CLIENT_SECRET: "canary" }].flatMap(
      (variables) => [
        {
          what: `a UserApp with ${JSON.stringify(variables)}`,
          app: userApp(variables),
          setting: "GLOBUS_CLIENT_ID",
          says: /not set.*https:\/\/app\.globus\.org\/settings\/developers/
        },
        {
          what: `a ClientApp with ${JSON.stringify(variables)}`,
          app: clientApp(variables),
          setting: "GLOBUS_CLIENT_ID",
          says: /not set.*https:\/\/app\.globus\.org\/settings\/developers/
        }
      ]
    ),
    ...[{ GLOBUS_CLIENT_ID: clientId }, { GLOBUS_CLIENT_ID: clientId, GLOBUS_CLIENT_SECRET: "" }].map(
      (variables) => ({
        what: `a ClientApp with ${JSON.stringify(variables)}`,
        app: clientApp(variables),
        setting: "GLOBUS_CLIENT_SECRET",
        says: /not set.*needs its secret/
      })
    ),
    {
      what: "a UserApp whose variables are the wrong way round",
      app: userApp({ GLOBUS_CLIENT_ID: "canary-secret", GLOBUS_CLIENT_SECRET: clientId }),
      setting: "GLOBUS_CLIENT_ID",
      says: /not a UUID/
    },
    {
      what: "a ClientApp whose variables are the wrong way round",
      app: clientApp({ GLOBUS_CLIENT_ID: "canary-secret", GLOBUS_CLIENT_SECRET: clientId }),
      setting: "GLOBUS_CLIENT_ID",
      says: /not a UUID/
    },
    {
      what: "a UserApp with a secret and no redirect URI",
      app: within(
        { GLOBUS_CLIENT_ID: clientId, GLOBUS_CLIENT_SECRET: "canary-secret" },
        UserApp.layerConfig({ appName })
      ),
      setting: "redirectUri",
      says: /confidential client/
    },
    {
      what: "a UserApp whose other options are wrong",
      app: within(
        { GLOBUS_CLIENT_ID: clientId },
        UserApp.layerConfig({ appName, scopeRequirements: { [transferServer]: "a[" } })
      ),
      setting: "scopeRequirements",
      says: /a\[/
    }
  ])("$what", ({ app, says, setting }) =>
    Effect.gen(function* () {
      const error = yield* refusal(app)
      assert.strictEqual(error.setting, setting)
      assert.match(error.detail, says)
    })
  )

  it.effect("makes a native UserApp of an id, and of an empty secret", () =>
    Effect.gen(function* () {
      const fake = yield* FakeGlobus
      const app = userApp({ GLOBUS_CLIENT_ID: clientId, GLOBUS_CLIENT_SECRET: "" })
      yield* Effect.provide(
        Effect.flatMap(GlobusApp, (app) => app.login()),
        app
      )
      const exchange = (yield* fake.asked).find(({ form }) => form.get("grant_type") === "authorization_code")
      assert.strictEqual(exchange?.form.get("client_id"), clientId)
      assert.strictEqual(exchange?.authorization, undefined)
    }).pipe(Effect.provide(globus))
  )

  it.effect("makes a confidential UserApp, and a ClientApp, of an id and a secret", () =>
    Effect.gen(function* () {
      const fake = yield* FakeGlobus
      const variables = { GLOBUS_CLIENT_ID: clientId, GLOBUS_CLIENT_SECRET: "canary-secret" }
      for (const app of [userApp(variables), clientApp(variables)]) {
        yield* Effect.provide(
          Effect.flatMap(GlobusApp, (app) => app.login({ force: true })),
          app
        )
      }
      const tokens = (yield* fake.asked).filter(({ form }) => form.has("grant_type"))
      assert.deepStrictEqual(
        tokens.map(({ authorization, form }) => [form.get("grant_type"), authorization]),
        ["authorization_code", "client_credentials"].map((grant) => [
          grant,
          `Basic ${btoa(`${clientId}:canary-secret`)}`
        ])
      )
    }).pipe(Effect.provide(globus))
  )

  it.effect.each([
    {
      what: "an unknown environment",
      variables: { GLOBUS_SDK_ENVIRONMENT: "prodution" },
      says: /prodution.*production.*preview/s
    },
    {
      what: "an address without a scheme",
      variables: { GLOBUS_SDK_SERVICE_URL_AUTH: "auth.example.org" },
      says: /auth\.example\.org/
    },
    {
      what: "a timeout in words",
      variables: { GLOBUS_SDK_HTTP_TIMEOUT: "a while" },
      says: /finite number/
    },
    {
      what: "a timeout that is no number",
      variables: { GLOBUS_SDK_HTTP_TIMEOUT: "NaN" },
      says: /finite number/
    }
  ])("stops an app that it leads to nowhere: $what", ({ says, variables }) =>
    undisturbed(
      Effect.gen(function* () {
        const transport = Transport.layer.pipe(
          Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: variables }))),
          Layer.provide(FetchHttpClient.layer)
        )
        const app = UserApp.layer({ appName, clientId }).pipe(Layer.provide(transport))
        const error = yield* Effect.flip(Effect.scoped(Layer.build(app)))
        assert.strictEqual(error._tag, "ConfigError")
        for (const name of Object.keys(variables)) assert.include(error.message, name)
        assert.match(error.message, says)
      })
    )
  )
})

describe("a login by hand with what cannot be right", () => {
  const apps = [
    { kind: "UserApp", app: UserApp.layer({ appName, clientId }) },
    { kind: "ClientApp", app: ClientApp.layer({ appName, clientId, clientSecret }) }
  ]
  const cases = apps.flatMap(({ app, kind }) => malformedScopes.map((wrong) => ({ app, kind, wrong })))

  it.effect.each(cases)("$kind, $wrong", ({ app, wrong }) =>
    undisturbed(
      Effect.gen(function* () {
        const options: LoginOptions = { authParams: { required_scopes: ["openid", wrong] } }
        const error = yield* Effect.flip((yield* GlobusApp).login(options))
        assert.strictEqual(error._tag, "InvalidRequest")
        assert.include(error.message, "login of auth was not sent: authParams.required_scopes is wrong")
      }).pipe(Effect.provide(app))
    )
  )

  it.effect("and the next login is as if there had been none", () =>
    Effect.gen(function* () {
      const app = yield* GlobusApp
      yield* Effect.flip(app.login({ authParams: { required_scopes: ["a["] } }))
      yield* app.login()
      const logins = yield* (yield* FakeGlobus).logins
      assert.deepStrictEqual(
        logins.map((url) => url.searchParams.get("scope")),
        ["openid"]
      )
    }).pipe(Effect.provide(Layer.provideMerge(UserApp.layer({ appName, clientId }), globus)))
  )
})

describe("scopes that are required later", () => {
  const app = UserApp.layer({ appName, clientId })

  it.effect.each(malformedScopes)("%j is refused, and nothing that came with it is required", (wrong) =>
    undisturbed(
      Effect.gen(function* () {
        const { addScopeRequirements, scopeRequirements } = yield* GlobusApp
        const before = yield* scopeRequirements
        const error = yield* Effect.flip(
          addScopeRequirements({ "auth.globus.org": "email", [transferServer]: wrong })
        )
        assert.include(["ScopeParseError", "ScopeCycleError"], error._tag)
        assert.deepStrictEqual(yield* scopeRequirements, before)
      }).pipe(Effect.provide(app))
    )
  )

  it.effect("a service without a name is refused, and nothing that came with it is required", () =>
    undisturbed(
      Effect.gen(function* () {
        const { addScopeRequirements, scopeRequirements } = yield* GlobusApp
        const before = yield* scopeRequirements
        const error = yield* Effect.flip(addScopeRequirements({ "auth.globus.org": "email", "": "openid" }))
        assert.strictEqual(error._tag === "InvalidConfiguration" ? error.setting : "", "scopeRequirements")
        assert.deepStrictEqual(yield* scopeRequirements, before)
      }).pipe(Effect.provide(app))
    )
  )

  it.effect("what is a cycle only together is found out when it is asked for, before anything is sent", () =>
    undisturbed(
      Effect.gen(function* () {
        const { addScopeRequirements, login } = yield* GlobusApp
        yield* addScopeRequirements({ one: "a[b]" })
        yield* addScopeRequirements({ another: "b[a]" })
        const error = yield* Effect.flip(login())
        assert.strictEqual(error._tag === "InvalidRequest" ? error.field : error._tag, "scopeRequirements")
      }).pipe(Effect.provide(app))
    )
  )

  it.effect.each(["", []])("no scopes (%j) require nothing: a login does not look for their token", (none) =>
    Effect.gen(function* () {
      const app = yield* GlobusApp
      yield* app.addScopeRequirements({ [transferServer]: none })
      yield* app.login()
      assert.isFalse(yield* app.loginRequired)
      yield* app.login()
      assert.strictEqual((yield* (yield* FakeGlobus).logins).length, 1)
    }).pipe(Effect.provide(Layer.provideMerge(app, globus)))
  )
})

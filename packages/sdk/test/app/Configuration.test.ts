/** Settings that cannot be right: each is a typed error that says what and where and what to do, and nothing is sent. */
import { ClientApp, GlobusApp, UserApp } from "@effect-globus/sdk/app"
import { AuthClient } from "@effect-globus/sdk/auth"
import { FlowsClient } from "@effect-globus/sdk/flows"
import { Transport } from "@effect-globus/sdk/service"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { assert, describe, it } from "@effect/vitest"
import { type Config, ConfigProvider, Effect, Layer, Option, Redacted } from "effect"
import { inspect } from "node:util"
import * as StubHttp from "../service/internal/StubHttp.ts"
import { clientId, FakeGlobus, layer as globus } from "./internal/fakeGlobus.ts"

const clientSecret = Redacted.make("canary-secret")

type Failure = { readonly _tag: string; readonly message: string }

/** What a layer fails with, once it is certain that nothing was sent and that no secret shows. */
const failureOf = <A, E extends Failure>(app: Layer.Layer<A, E, UserApp.Requirements>) =>
  Effect.gen(function* () {
    const error = yield* Effect.flip(Effect.scoped(Layer.build(app)))
    assert.deepStrictEqual((yield* (yield* FakeGlobus).asked).length, 0)
    const shown = [error.message, JSON.stringify(error), inspect(error, { depth: 20, showHidden: true })]
    assert.notMatch(shown.join(), /canary/)
    return error
  }).pipe(Effect.provide(globus))

const withEnvironment = (env: Readonly<Record<string, string>>) =>
  Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env }))

const settingOf = (error: Failure | { readonly setting: string }): string =>
  "setting" in error ? error.setting : `${error._tag}: ${error.message}`

describe("an app", () => {
  it.effect.each<{
    readonly what: string
    readonly app: Layer.Layer<GlobusApp, Failure & { readonly setting?: string }, UserApp.Requirements>
    readonly setting: string
    readonly says: RegExp
  }>([
    {
      what: "a client id that is no UUID",
      app: UserApp.layer({ clientId: "canary" }),
      setting: "clientId",
      says: /not a UUID.*app\.globus\.org\/settings\/developers/
    },
    {
      what: "an empty client id",
      app: ClientApp.layer({ clientId: "", clientSecret }),
      setting: "clientId",
      says: /not a UUID/
    },
    {
      what: "id and secret confused",
      app: ClientApp.layer({ clientId: Redacted.value(clientSecret), clientSecret: Redacted.make(clientId) }),
      setting: "clientId",
      says: /not a UUID/
    },
    {
      what: "an empty secret",
      app: ClientApp.layer({ clientId, clientSecret: Redacted.make("") }),
      setting: "clientSecret",
      says: /empty/
    },
    {
      what: "a secret, but no redirect URI to which people come back",
      app: UserApp.layer({ clientId, clientSecret }),
      setting: "redirectUri",
      says: /confidential client.*redirect URIs/
    },
    {
      what: "required scopes that cannot be read",
      app: UserApp.layer({ clientId, scopeRequirements: { "transfer.api.globus.org": "a[b" } }),
      setting: "scopeRequirements",
      says: /"a\[b" is wrong at position 1/
    },
    {
      what: "required scopes that depend on themselves",
      app: UserApp.layer({ clientId, scopeRequirements: { "transfer.api.globus.org": ["a[b]", "b[a]"] } }),
      setting: "scopeRequirements",
      says: /depends on itself/
    },
    {
      what: "a resource server without a name",
      app: ClientApp.layer({ clientId, clientSecret, scopeRequirements: { "": "openid" } }),
      setting: "scopeRequirements",
      says: /resource server is empty/
    }
  ])("cannot be made with $what", ({ app, says, setting }) =>
    Effect.gen(function* () {
      const error = yield* failureOf(app)
      assert.strictEqual(error._tag, "InvalidConfiguration")
      assert.strictEqual(settingOf(error), setting)
      assert.match(error.message, says)
    })
  )
})

describe("an app from the environment", () => {
  it.effect.each<{
    readonly what: string
    readonly app: Layer.Layer<GlobusApp, Failure & { readonly setting?: string }, UserApp.Requirements>
    readonly env: Readonly<Record<string, string>>
    readonly setting: string
  }>([
    {
      what: "a person's without GLOBUS_CLIENT_ID",
      app: UserApp.layerConfig({}),
      env: {},
      setting: "GLOBUS_CLIENT_ID"
    },
    {
      what: "a person's with an empty GLOBUS_CLIENT_ID, which is as good as none",
      app: UserApp.layerConfig({}),
      env: { GLOBUS_CLIENT_ID: "" },
      setting: "GLOBUS_CLIENT_ID"
    },
    {
      what: "a client's without GLOBUS_CLIENT_ID",
      app: ClientApp.layerConfig({}),
      env: { GLOBUS_CLIENT_SECRET: "canary-secret" },
      setting: "GLOBUS_CLIENT_ID"
    },
    {
      what: "a client's without GLOBUS_CLIENT_SECRET",
      app: ClientApp.layerConfig({}),
      env: { GLOBUS_CLIENT_ID: clientId },
      setting: "GLOBUS_CLIENT_SECRET"
    },
    {
      what: "a client's with an empty GLOBUS_CLIENT_SECRET, which is as good as none",
      app: ClientApp.layerConfig({}),
      env: { GLOBUS_CLIENT_ID: clientId, GLOBUS_CLIENT_SECRET: "" },
      setting: "GLOBUS_CLIENT_SECRET"
    },
    {
      what: "one whose GLOBUS_CLIENT_ID is no UUID",
      app: UserApp.layerConfig({}),
      env: { GLOBUS_CLIENT_ID: "canary" },
      setting: "clientId"
    },
    {
      what: "a person's with a secret, but no redirect URI",
      app: UserApp.layerConfig({}),
      env: { GLOBUS_CLIENT_ID: clientId, GLOBUS_CLIENT_SECRET: "canary-secret" },
      setting: "redirectUri"
    }
  ])("cannot be $what", ({ app, env, setting }) =>
    Effect.gen(function* () {
      const error = yield* failureOf(app)
      assert.strictEqual(error._tag, "InvalidConfiguration")
      assert.strictEqual(settingOf(error), setting)
    }).pipe(withEnvironment(env))
  )

  it.effect("is native without GLOBUS_CLIENT_SECRET, also if that is empty", () =>
    Effect.gen(function* () {
      const app = yield* GlobusApp
      assert.strictEqual(app.clientId, clientId)
    }).pipe(
      Effect.provide(UserApp.layerConfig({}).pipe(Layer.provide(globus))),
      withEnvironment({ GLOBUS_CLIENT_ID: clientId, GLOBUS_CLIENT_SECRET: "" })
    )
  )

  it.effect("that is a client's authenticates with the secret of the environment", () =>
    Effect.gen(function* () {
      yield* (yield* GlobusApp).login()
      const [first] = yield* (yield* FakeGlobus).asked
      assert.strictEqual(first?.authorization, `Basic ${btoa(`${clientId}:canary-secret`)}`)
    }).pipe(
      Effect.provide(ClientApp.layerConfig({ appName: "test" }).pipe(Layer.provideMerge(globus))),
      withEnvironment({ GLOBUS_CLIENT_ID: clientId, GLOBUS_CLIENT_SECRET: "canary-secret" })
    )
  )
})

describe("scopes that cannot be read", () => {
  const app = UserApp.layer({ appName: "test", clientId })

  it.effect.each<{
    readonly what: string
    readonly layer: Layer.Layer<never, Failure, UserApp.Requirements>
  }>([
    {
      what: "TransferClient",
      layer: TransferClient.layerWith({ scopes: "a b]" }).pipe(Layer.provide(app))
    },
    { what: "FlowsClient", layer: FlowsClient.layerWith({ scopes: "a b]" }).pipe(Layer.provide(app)) },
    { what: "AuthClient", layer: AuthClient.layerWith({ scopes: "a b]" }).pipe(Layer.provide(app)) }
  ])("make no $what", ({ layer }) =>
    Effect.gen(function* () {
      const error = yield* failureOf(layer)
      assert.strictEqual(error._tag, "ScopeParseError")
      assert.include(error.message, "position 3")
    })
  )

  it.effect("add nothing to a client or to the app, not even those beside them that can", () =>
    Effect.gen(function* () {
      const globusApp = yield* GlobusApp
      const transfer = yield* TransferClient
      const before = yield* globusApp.scopeRequirements
      const failures = [
        yield* Effect.flip(transfer.addScopes(["openid", "a[["])),
        yield* Effect.flip(globusApp.addScopeRequirements({ "a.example": "a", "b.example": "b[" })),
        yield* Effect.flip(globusApp.addScopeRequirements({ "a.example": "a", "": "b" }))
      ]
      assert.deepStrictEqual(
        failures.map(({ _tag }) => _tag),
        ["ScopeParseError", "ScopeParseError", "InvalidConfiguration"]
      )
      assert.deepStrictEqual(yield* globusApp.scopeRequirements, before)
      assert.strictEqual((yield* (yield* FakeGlobus).asked).length, 0)
    }).pipe(Effect.provide(TransferClient.layer.pipe(Layer.provideMerge(app), Layer.provideMerge(globus))))
  )

  it.effect("make no login, and the error says where they are", () =>
    Effect.gen(function* () {
      const globusApp = yield* GlobusApp
      const fake = yield* FakeGlobus
      const mine = yield* Effect.flip(globusApp.login({ authParams: { required_scopes: ["a", "b[c"] } }))
      assert(mine._tag === "InvalidRequest")
      assert.strictEqual(mine.field, "authParams.required_scopes")
      assert.match(mine.message, /login of auth was not sent: authParams\.required_scopes is wrong: .+"b\[c"/)
      // Each of two clients may be right, and both together wrong.
      yield* globusApp.addScopeRequirements({ "a.example": "a[b]" })
      yield* globusApp.addScopeRequirements({ "b.example": "b[a]" })
      const together = yield* Effect.flip(globusApp.login())
      assert.strictEqual(together._tag === "InvalidRequest" && together.field, "scopeRequirements")
      assert.include(together.message, "depends on itself")
      assert.deepStrictEqual([(yield* fake.logins).length, (yield* fake.asked).length], [0, 0])
    }).pipe(Effect.provide(app.pipe(Layer.provideMerge(globus))))
  )
})

describe("an environment", () => {
  const http = StubHttp.make(() => StubHttp.json({}))

  const transportWith = (env: Readonly<Record<string, string>>) =>
    Effect.provide(Transport, Transport.layerConfig().pipe(Layer.provide(http.layer))).pipe(
      withEnvironment(env)
    )

  const failureWith = (env: Readonly<Record<string, string>>): Effect.Effect<Config.ConfigError, unknown> =>
    Effect.flip(transportWith(env))

  it.effect.each([
    { variable: "GLOBUS_SDK_ENVIRONMENT", value: "prod", says: /production.*preview/s },
    { variable: "GLOBUS_SDK_ENVIRONMENT", value: "Production", says: /production.*preview/s },
    {
      variable: "GLOBUS_SDK_SERVICE_URL_AUTH",
      value: "auth.example.org",
      says: /absolute URL that begins with http:\/\/ or https:\/\//
    },
    {
      variable: "GLOBUS_SDK_SERVICE_URL_TRANSFER",
      value: "https://me:canary@transfer.example.org",
      says: /leave out the user name and the password/
    },
    { variable: "GLOBUS_SDK_HTTP_TIMEOUT", value: "soon", says: /number/ }
  ])("cannot be $variable=$value", ({ says, value, variable }) =>
    Effect.gen(function* () {
      const error = yield* failureWith({ [variable]: value })
      assert.strictEqual(error._tag, "ConfigError")
      assert.match(error.message, says)
      assert.include(error.message, variable)
      assert.notInclude(error.message, "canary")
      assert.strictEqual(http.sent.length, 0)
    })
  )

  it.effect("is where tokens are kept apart: those of production are no good in another", () =>
    Effect.gen(function* () {
      const transport = yield* transportWith({ GLOBUS_SDK_ENVIRONMENT: "preview" })
      assert.strictEqual(transport.environment.name, "preview")
      yield* Effect.gen(function* () {
        yield* (yield* GlobusApp).login()
        assert.isTrue(Option.isSome(yield* (yield* GlobusApp).identity))
        const elsewhere = UserApp.layer({ appName: "test", clientId, onUnmetRequirement: "fail" }).pipe(
          Layer.provide(Layer.succeed(Transport, transport))
        )
        yield* Effect.gen(function* () {
          assert.isTrue(yield* (yield* GlobusApp).loginRequired)
          assert.isTrue(Option.isNone(yield* (yield* GlobusApp).identity))
        }).pipe(Effect.provide(Layer.fresh(elsewhere)))
      }).pipe(Effect.provide(UserApp.layer({ appName: "test", clientId }).pipe(Layer.provideMerge(globus))))
    })
  )
})

/** Each unmet requirement: what it fails with, whether a login mends it, and what the policy says. */
import { ClientApp, GlobusApp, LoginFlow, type TokenRecord, UserApp } from "@effect-globus/sdk/app"
import {
  Denied,
  dataAccess,
  type GlobusError,
  type InvalidConfiguration,
  LoginFailed,
  ResourceServer,
  StateMismatch,
  TransferScopes
} from "@effect-globus/sdk/model"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option, Redacted, Ref } from "effect"
import { TestClock } from "effect/testing"
import { alice, bob, clientId, FakeGlobus, json, layer as globus } from "./internal/fakeGlobus.ts"

const collection = "6c54cade-bde5-45c1-bdea-f4bd71dba2cc"
const transferServer = ResourceServer.make("transfer.api.globus.org")

const userApp = (options: Partial<UserApp.Options> = {}) =>
  TransferClient.layer.pipe(Layer.provideMerge(UserApp.layer({ appName: "test", clientId, ...options })))

type App = ReturnType<typeof userApp>

const run = <A, E>(
  effect: Effect.Effect<A, E, TransferClient | GlobusApp | FakeGlobus | UserApp.Requirements>,
  app: App = userApp()
) => effect.pipe(Effect.provide(app.pipe(Layer.provideMerge(globus))))

const fail = userApp({ onUnmetRequirement: "fail" })

const getEndpoint = Effect.flatMap(TransferClient, (transfer) => transfer.getEndpoint(collection))
const login = Effect.flatMap(GlobusApp, (app) => app.login())
const countLogins = Effect.map(
  Effect.flatMap(FakeGlobus, (fake) => fake.logins),
  (logins) => logins.length
)

/** Changes the stored token for Transfer behind the back of the app. */
const tamper = (change: (record: TokenRecord) => TokenRecord) =>
  Effect.gen(function* () {
    const fake = yield* FakeGlobus
    const tokens = yield* fake.stored
    const record = tokens[transferServer]
    yield* fake.store({ ...tokens, ...(record === undefined ? {} : { [transferServer]: change(record) }) })
  })

/** A later run with the same storage. */
const later = <A, E>(effect: Effect.Effect<A, E, TransferClient | GlobusApp>, app: App = fail) =>
  Effect.provide(effect, Layer.fresh(app))

/** What an effect fails with; an app that cannot be made is a mistake of the test. */
const error = <A, R>(effect: Effect.Effect<A, GlobusError | InvalidConfiguration, R>) =>
  Effect.flip(Effect.catchTag(effect, "InvalidConfiguration", Effect.die))

const gare = {
  code: "AuthorizationRequired",
  authorization_parameters: { session_message: "Prove it", session_required_mfa: true }
}

describe("a requirement that a login can mend", () => {
  it.effect("missing token", () =>
    run(
      Effect.gen(function* () {
        const failure = yield* error(getEndpoint)
        assert.strictEqual(failure._tag, "MissingToken")
        assert.include(failure.message, transferServer)
        assert.strictEqual(yield* countLogins, 0)
      }),
      fail
    )
  )

  it.effect("expired token, with the instant; a minute early, because requests take time", () =>
    run(
      Effect.gen(function* () {
        yield* login
        yield* TestClock.adjust("2878 minutes")
        yield* later(getEndpoint)
        yield* TestClock.adjust("1 minute")
        const failure = yield* error(later(getEndpoint))
        assert.strictEqual(failure._tag, "ExpiredToken")
        assert.include(failure.message, "1970-01-03T00:00:00.000Z")
      })
    )
  )

  it.effect("missing refresh token, where refresh tokens are in use", () =>
    run(
      Effect.gen(function* () {
        yield* login
        const failure = yield* error(
          later(getEndpoint, userApp({ requestRefreshTokens: true, onUnmetRequirement: "fail" }))
        )
        assert.strictEqual(failure._tag, "MissingRefreshToken")
        yield* later(getEndpoint, userApp({ requestRefreshTokens: true }))
        assert.strictEqual(yield* countLogins, 2)
      })
    )
  )

  it.effect("unmet scopes, naming exactly the missing ones", () =>
    run(
      Effect.gen(function* () {
        yield* login
        yield* tamper((record) => ({ ...record, scope: TransferScopes.gcp_install }))
        const failure = yield* error(later(getEndpoint))
        assert.strictEqual(failure._tag, "UnmetScopes")
        assert.deepStrictEqual(failure._tag === "UnmetScopes" ? failure.missing : [], [TransferScopes.all])
        yield* later(getEndpoint, userApp())
        assert.strictEqual(yield* countLogins, 2)
      })
    )
  )

  it.effect("unmet dependent scopes, found out from the consents", () =>
    run(
      Effect.gen(function* () {
        yield* login
        const fake = yield* FakeGlobus
        const required = { scopeRequirements: { [transferServer]: dataAccess([collection]) } }
        yield* fake.set({ consents: [{ scope_name: TransferScopes.all, dependency_path: [1] }] })
        const failure = yield* error(later(getEndpoint, userApp({ ...required, onUnmetRequirement: "fail" })))
        assert.strictEqual(failure._tag, "UnmetDependentScopes")
        assert.include(
          failure.message,
          `${TransferScopes.all}[*https://auth.globus.org/scopes/${collection}/data_access]`
        )
        const again = later(getEndpoint, userApp(required))
        // Nobody consents in this login either, so it is made once and the requirement is what the program sees.
        assert.strictEqual((yield* error(again))._tag, "UnmetDependentScopes")
        assert.strictEqual(yield* countLogins, 2)
        yield* fake.set({
          consents: [
            { scope_name: TransferScopes.all, dependency_path: [1] },
            {
              scope_name: `https://auth.globus.org/scopes/${collection}/data_access`,
              dependency_path: [1, 2]
            }
          ]
        })
        yield* again
        assert.strictEqual(yield* countLogins, 2)
      })
    )
  )

  it.effect("authorization required by a service, once a request", () =>
    run(
      Effect.gen(function* () {
        yield* login
        const fake = yield* FakeGlobus
        yield* fake.set({ transfer: () => json(gare, 403) })
        const failure = yield* error(later(getEndpoint))
        assert.strictEqual(failure._tag, "AuthorizationRequired")
        assert.include(failure.message, "Prove it")
        assert.strictEqual(yield* countLogins, 1)
        // The service goes on refusing: one login, then its refusal is what the program sees.
        const refused = yield* error(later(getEndpoint, userApp()))
        assert.strictEqual(
          refused._tag === "ApiError" ? refused.reason._tag : refused._tag,
          "ConsentRequired"
        )
        assert.strictEqual(yield* countLogins, 2)
        const url = (yield* fake.logins)[1]
        assert.strictEqual(url?.searchParams.get("session_required_mfa"), "True")
        assert.strictEqual(url?.searchParams.get("session_message"), "Prove it")
      })
    )
  )

  it.effect("authorization required, and satisfied by the login", () =>
    run(
      Effect.gen(function* () {
        yield* login
        const fake = yield* FakeGlobus
        let refusals = 1
        yield* fake.set({ transfer: () => (refusals-- > 0 ? json(gare, 403) : undefined) })
        const endpoint = yield* getEndpoint
        assert.strictEqual(endpoint.display_name, "A collection")
        assert.strictEqual(yield* countLogins, 2)
      })
    )
  )

  it.effect("a token that the service does not accept any more", () =>
    run(
      Effect.gen(function* () {
        yield* login
        yield* tamper((record) => ({ ...record, access_token: Redacted.make("canary-revoked") }))
        assert.strictEqual((yield* error(later(getEndpoint)))._tag, "ExpiredToken")
        yield* later(getEndpoint, userApp())
        assert.strictEqual(yield* countLogins, 2)
      })
    )
  )

  it.effect("a refresh token that is worthless leads to one login", () =>
    run(
      Effect.gen(function* () {
        yield* login
        const fake = yield* FakeGlobus
        yield* TestClock.adjust("48 hours")
        yield* fake.set({
          token: (form) =>
            form.get("grant_type") === "refresh_token" ? json({ error: "invalid_grant" }, 400) : undefined
        })
        yield* getEndpoint
        assert.strictEqual(yield* countLogins, 2)
        assert.strictEqual(yield* fake.grants("refresh_token"), 1)
      }),
      userApp({ requestRefreshTokens: true })
    )
  )
})

describe("what a login cannot mend fails fast", () => {
  it.effect("identity mismatch, with both identities", () =>
    run(
      Effect.gen(function* () {
        yield* login
        const fake = yield* FakeGlobus
        yield* TestClock.adjust("48 hours")
        yield* fake.set({ identity: bob })
        const failure = yield* error(getEndpoint)
        assert.strictEqual(failure._tag, "IdentityMismatch")
        assert.include(failure.message, alice)
        assert.include(failure.message, bob)
        assert.strictEqual(yield* countLogins, 2)
      })
    )
  )

  it.effect("missing identity", () =>
    run(
      Effect.gen(function* () {
        yield* (yield* FakeGlobus).set({ idToken: false })
        assert.strictEqual((yield* error(getEndpoint))._tag, "MissingIdentity")
        assert.strictEqual(yield* countLogins, 1)
      })
    )
  )

  it.effect("a session that a ClientApp cannot have", () =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        yield* fake.set({ transfer: () => json(gare, 403) })
        assert.strictEqual((yield* error(getEndpoint))._tag, "AuthorizationRequired")
        assert.strictEqual(yield* fake.grants("client_credentials"), 1)
      }),
      TransferClient.layer.pipe(
        Layer.provideMerge(
          ClientApp.layer({ appName: "test", clientId, clientSecret: Redacted.make("canary-secret") })
        )
      )
    )
  )
})

describe("a policy of one's own", () => {
  it.effect("is given the requirement and the app, and the request is made again", () =>
    Effect.gen(function* () {
      const seen = yield* Ref.make<ReadonlyArray<string>>([])
      const app = userApp({
        onUnmetRequirement: (requirement, app) =>
          Effect.andThen(
            Ref.update(seen, (all) => [...all, requirement._tag]),
            app.login({ authParams: { session_message: "because we must" } })
          )
      })
      yield* run(
        Effect.gen(function* () {
          yield* getEndpoint
          const [url] = yield* (yield* FakeGlobus).logins
          assert.strictEqual(url?.searchParams.get("session_message"), "because we must")
        }),
        app
      )
      assert.deepStrictEqual(yield* Ref.get(seen), ["MissingToken"])
    })
  )
})

describe("a login", () => {
  /** The app with a flow that answers something else. */
  const withFlow = (flow: LoginFlow["Service"]["run"]) =>
    userApp().pipe(Layer.provide(Layer.succeed(LoginFlow, { name: "other", run: flow })))

  const answer = (change: {
    readonly state?: Option.Option<string>
    readonly issuer?: Option.Option<string>
  }) =>
    withFlow((request) =>
      Effect.sync(() => {
        const url = new URL(request.authorizeUrl(request.codePageUri))
        return {
          code: Redacted.make("canary-code"),
          redirectUri: request.codePageUri,
          state: Option.fromNullishOr(url.searchParams.get("state")),
          issuer: Option.none(),
          ...change
        }
      })
    )

  const reason = (failure: GlobusError) =>
    failure._tag === "LoginFailed" ? failure.reason._tag : failure._tag

  it.effect("that brings another login's state is refused, and its code is not exchanged", () =>
    run(
      Effect.gen(function* () {
        assert.strictEqual(reason(yield* error(login)), "StateMismatch")
        assert.strictEqual((yield* (yield* FakeGlobus).asked).length, 0)
      }),
      answer({ state: Option.some("forged") })
    )
  )

  it.effect("that comes from another issuer is refused, and its code is not exchanged", () =>
    run(
      Effect.gen(function* () {
        assert.strictEqual(reason(yield* error(login)), "IssuerMismatch")
        assert.strictEqual(yield* (yield* FakeGlobus).grants("authorization_code"), 0)
      }),
      answer({ issuer: Option.some("https://evil.example") })
    )
  )

  it.effect.each([
    ["in the name of another issuer", "https://evil.example", "IssuerMismatch"],
    ["in the name of Globus Auth", "https://auth.globus.org", "Denied"],
    ["in no name", undefined, "Denied"]
  ] as const)("that is denied %s fails as it must", ([, issuer, expected]) =>
    run(
      Effect.gen(function* () {
        assert.strictEqual(reason(yield* error(login)), expected)
      }),
      withFlow(
        () =>
          new LoginFailed({
            reason: new Denied({ error: "access_denied", ...(issuer === undefined ? {} : { issuer }) })
          })
      )
    )
  )

  it.effect("whose code is not accepted says so, and is not made again by itself", () =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        yield* fake.set({ token: () => json({ error: "invalid_grant", error_description: "expired" }, 401) })
        const failure = yield* error(getEndpoint)
        assert.strictEqual(reason(failure), "InvalidCode")
        assert.include(failure.message, "expired")
        assert.strictEqual(yield* countLogins, 1)
        assert.deepStrictEqual(yield* fake.stored, {})
      })
    )
  )

  it.effect("that is granted less than required stores nothing, and says exactly what is missing", () =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        yield* fake.set({
          grant: (scopes) =>
            scopes.map((scope) => (scope === TransferScopes.all ? TransferScopes.gcp_install : scope))
        })
        const failure = yield* error(login)
        assert.deepStrictEqual(failure._tag === "UnmetScopes" ? failure.missing : failure._tag, [
          TransferScopes.all
        ])
        assert.deepStrictEqual(yield* fake.stored, {})
      })
    )
  )

  it.effect(
    "that the person denies fails the request with that reason, and the next request asks again",
    () =>
      Effect.gen(function* () {
        const asked = yield* Ref.make(0)
        yield* run(
          Effect.gen(function* () {
            assert.strictEqual(reason(yield* error(getEndpoint)), "StateMismatch")
            assert.strictEqual(reason(yield* error(getEndpoint)), "StateMismatch")
          }),
          withFlow(() =>
            Effect.andThen(
              Ref.update(asked, (count) => count + 1),
              new LoginFailed({ reason: new StateMismatch() })
            )
          )
        )
        assert.strictEqual(yield* Ref.get(asked), 2)
      })
  )
})

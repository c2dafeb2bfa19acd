/** What a login asks for, what it must bring, and what becomes of its tokens when it is refused. */
import { ClientApp, GlobusApp, UserApp } from "@effect-globus/sdk/app"
import { FlowsScopes, TransferScopes } from "@effect-globus/sdk/model"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger, Option, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { account, alice, bob, clientId, FakeGlobus, json, layer as globus } from "./internal/fakeGlobus.ts"

const transferServer = "transfer.api.globus.org"
const name = { appName: account.appName, clientId }

type Requirements = NonNullable<UserApp.Options["scopeRequirements"]>

/** Programs of one account, which require different scopes. */
const userApp = (scopeRequirements: Requirements, options: Partial<UserApp.Options> = {}) =>
  UserApp.layer({ ...name, scopeRequirements, ...options })
const clientApp = (scopeRequirements: Requirements) =>
  ClientApp.layer({ ...name, scopeRequirements, clientSecret: Redacted.make("canary-secret") })

const transfers = { [transferServer]: TransferScopes.all }
const installs = { [transferServer]: TransferScopes.gcp_install }
const runsFlows = { "flows.globus.org": FlowsScopes.run_status }

type App = ReturnType<typeof userApp>

/** Does something in a program of its own, which knows nothing but what is stored. */
const as = <A, E>(app: App, effect: (app: GlobusApp["Service"]) => Effect.Effect<A, E>) =>
  Effect.provide(Effect.flatMap(GlobusApp, effect), Layer.fresh(app))

const login = (app: App, options?: Parameters<GlobusApp["Service"]["login"]>[0]) =>
  as(app, (app) => app.login(options))
const loginRequired = (app: App) => as(app, (app) => app.loginRequired)

/** The scopes that each login has asked for. */
const asked = Effect.map(
  Effect.flatMap(FakeGlobus, (fake) => fake.logins),
  (logins) => logins.map((url) => (url.searchParams.get("scope") ?? "").split(" ").toSorted())
)

const sorted = (...scopes: ReadonlyArray<string>) => scopes.toSorted()

const run = <A, E>(effect: Effect.Effect<A, E, FakeGlobus | UserApp.Requirements>) =>
  Effect.provide(effect, globus)

/** Lets Globus Auth grant none of these. */
const grantNone = (...scopes: ReadonlyArray<string>) =>
  Effect.flatMap(FakeGlobus, (fake) =>
    fake.set({ grant: (wanted) => wanted.filter((scope) => !scopes.includes(scope)) })
  )

/** The tokens that were revoked, without their numbers. */
const revoked = Effect.map(
  Effect.flatMap(FakeGlobus, (fake) => fake.asked),
  (all) =>
    all
      .filter(({ url }) => url.pathname.endsWith("/revoke"))
      .map(({ form }) => (form.get("token") ?? "").replace(/^canary-(.*)-\d+$/, "$1"))
      .toSorted()
)

describe("a login that only adds scopes", () => {
  it.effect("keeps those already granted: programs of one account do not take them from each other", () =>
    run(
      Effect.gen(function* () {
        const programs = [userApp(transfers), userApp(installs)] as const
        yield* login(programs[0])
        yield* login(programs[1])
        assert.isFalse(yield* loginRequired(programs[0]))
        assert.isFalse(yield* loginRequired(programs[1]))
        yield* login(programs[0])
        assert.deepStrictEqual(yield* asked, [
          sorted("openid", TransferScopes.all),
          sorted("openid", TransferScopes.all, TransferScopes.gcp_install)
        ])
      })
    )
  )

  it.effect("asks again for nothing of a service whose token it leaves as it is", () =>
    run(
      Effect.gen(function* () {
        yield* login(userApp(transfers))
        const before = (yield* (yield* FakeGlobus).stored)[transferServer]
        yield* login(userApp(runsFlows))
        assert.deepStrictEqual((yield* asked)[1], sorted("openid", FlowsScopes.run_status))
        assert.deepStrictEqual((yield* (yield* FakeGlobus).stored)[transferServer], before)
      })
    )
  )

  it.effect("asks again for those of a service that is named in the login's parameters only", () =>
    run(
      Effect.gen(function* () {
        yield* login(userApp(transfers))
        yield* login(userApp(runsFlows), { authParams: { required_scopes: [TransferScopes.gcp_install] } })
        assert.deepStrictEqual(
          (yield* asked)[1],
          sorted("openid", FlowsScopes.run_status, TransferScopes.gcp_install, TransferScopes.all)
        )
      })
    )
  )

  it.effect("keeps them as a service demands a login, too", () =>
    run(
      Effect.gen(function* () {
        yield* login(userApp(transfers))
        yield* login(userApp(installs), { authParams: { session_required_mfa: true } })
        assert.isFalse(yield* loginRequired(userApp(transfers)))
      })
    )
  )

  it.effect("keeps them if it is a client's own", () =>
    run(
      Effect.gen(function* () {
        yield* login(clientApp(transfers))
        yield* login(clientApp(installs))
        assert.isFalse(yield* loginRequired(clientApp(transfers)))
      })
    )
  )

  it.effect("does without what is granted no more, and is not held up by it", () =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        yield* login(clientApp(transfers))
        const isRefused = (scope: string | null) => (scope ?? "").split(" ").includes(TransferScopes.all)
        yield* fake.set({
          token: (form) => (isRefused(form.get("scope")) ? json({ error: "invalid_scope" }, 400) : undefined)
        })
        yield* login(clientApp(installs))
        assert.strictEqual((yield* fake.stored)[transferServer]?.scope, TransferScopes.gcp_install)
        const error = yield* Effect.flip(login(clientApp(transfers)))
        assert.strictEqual(error._tag === "ApiError" ? error.code : error._tag, "invalid_scope")
      })
    )
  )

  it.effect("does not ask for ever for what a program once required: what has expired is forgotten", () =>
    run(
      Effect.gen(function* () {
        yield* login(userApp({ [transferServer]: [TransferScopes.all, TransferScopes.gcp_install] }))
        yield* TestClock.adjust("48 hours")
        yield* login(userApp(transfers))
        assert.deepStrictEqual((yield* asked)[1], sorted("openid", TransferScopes.all))
      })
    )
  )

  it.effect("asks for what has expired but could be renewed", () =>
    run(
      Effect.gen(function* () {
        const refreshing = { requestRefreshTokens: true }
        yield* login(userApp(transfers, refreshing))
        yield* TestClock.adjust("48 hours")
        yield* login(userApp(installs, refreshing))
        assert.isFalse(yield* loginRequired(userApp(transfers, refreshing)))
      })
    )
  )
})

describe("a login that is forced", () => {
  it.effect("asks for what is required, and gives up what was granted beyond that", () =>
    run(
      Effect.gen(function* () {
        yield* login(userApp({ [transferServer]: [TransferScopes.all, TransferScopes.gcp_install] }))
        yield* login(userApp(transfers), { force: true })
        assert.deepStrictEqual((yield* asked)[1], sorted("openid", TransferScopes.all))
        assert.strictEqual((yield* (yield* FakeGlobus).stored)[transferServer]?.scope, TransferScopes.all)
      })
    )
  )
})

describe("a login after a logout", () => {
  it.effect("asks for what is required and nothing else", () =>
    run(
      Effect.gen(function* () {
        yield* login(userApp({ [transferServer]: [TransferScopes.all, TransferScopes.gcp_install] }))
        yield* as(userApp(transfers), (app) => app.logout())
        yield* login(userApp(transfers))
        assert.deepStrictEqual((yield* asked)[1], sorted("openid", TransferScopes.all))
      })
    )
  )

  it.effect.each([{ force: true }, {}])("may be made with another identity: %j", (options) =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        yield* login(userApp(transfers))
        yield* as(userApp(transfers), (app) => app.logout())
        yield* fake.set({ identity: bob })
        yield* login(userApp(transfers), options)
        assert.deepStrictEqual(yield* as(userApp(transfers), (app) => app.identity), Option.some(bob))
      })
    )
  )
})

describe("a partial grant is reported as exactly what is unmet", () => {
  const both = userApp({
    [transferServer]: [TransferScopes.all, TransferScopes.gcp_install],
    "flows.globus.org": FlowsScopes.run_status
  })

  it.effect("of one service", () =>
    run(
      Effect.gen(function* () {
        yield* grantNone(TransferScopes.gcp_install)
        const error = yield* Effect.flip(login(both))
        assert(error._tag === "UnmetScopes")
        assert.strictEqual(String(error.resourceServer), transferServer)
        assert.deepStrictEqual(error.missing, [TransferScopes.gcp_install])
        assert.isUndefined(error.others)
        assert.include(
          error.message,
          `The token for ${transferServer} lacks ${TransferScopes.gcp_install}: log in`
        )
      })
    )
  )

  it.effect("of several", () =>
    run(
      Effect.gen(function* () {
        yield* grantNone(TransferScopes.gcp_install, FlowsScopes.run_status)
        const error = yield* Effect.flip(login(both))
        assert(error._tag === "UnmetScopes")
        const lacks = [error, ...(error.others ?? [])].map((lack) => [
          String(lack.resourceServer),
          lack.missing
        ])
        assert.deepStrictEqual(lacks, [
          [transferServer, [TransferScopes.gcp_install]],
          ["flows.globus.org", [FlowsScopes.run_status]]
        ])
        assert.include(error.message, `and the token for flows.globus.org lacks ${FlowsScopes.run_status}`)
      })
    )
  )

  it.effect("of a service of which nothing was granted", () =>
    run(
      Effect.gen(function* () {
        yield* grantNone(FlowsScopes.run_status)
        const error = yield* Effect.flip(login(both))
        assert(error._tag === "UnmetScopes")
        assert.deepStrictEqual(
          [String(error.resourceServer), error.missing],
          ["flows.globus.org", [FlowsScopes.run_status]]
        )
      })
    )
  )

  it.effect("and nothing is kept of it: what was stored stays", () =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        yield* login(userApp(transfers))
        const before = yield* fake.stored
        yield* grantNone(TransferScopes.gcp_install)
        yield* Effect.flip(login(both))
        assert.deepStrictEqual(yield* fake.stored, before)
        assert.isFalse(yield* loginRequired(userApp(transfers)))
      })
    )
  )

  it.effect("unless only another program needs what was not granted", () =>
    run(
      Effect.gen(function* () {
        yield* login(userApp(transfers))
        yield* grantNone(TransferScopes.all)
        yield* login(userApp(installs))
        assert.isFalse(yield* loginRequired(userApp(installs)))
        assert.isTrue(yield* loginRequired(userApp(transfers)))
      })
    )
  )
})

describe("the tokens of a login that is refused", () => {
  const app = userApp(transfers, { requestRefreshTokens: true })
  const pairs = [
    "access-auth.globus.org",
    `access-${transferServer}`,
    "refresh-auth.globus.org",
    `refresh-${transferServer}`
  ]

  it.effect("because it was made with another identity are revoked, and what was stored stays", () =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        yield* login(app)
        const before = yield* fake.stored
        yield* fake.set({ identity: bob })
        const error = yield* Effect.flip(login(app, { force: true }))
        assert(error._tag === "IdentityMismatch")
        assert.deepStrictEqual([error.stored, error.received], [alice, bob])
        assert.deepStrictEqual(yield* fake.stored, before)
        assert.deepStrictEqual(yield* revoked, pairs)
        const stored = Object.values(before).map((record) => Redacted.value(record.access_token))
        const gone = (yield* fake.asked).map(({ form }) => form.get("token") ?? "")
        assert.isFalse(stored.some((token) => gone.includes(token)))
      })
    )
  )

  it.effect("because nobody knows whose they are", () =>
    run(
      Effect.gen(function* () {
        yield* (yield* FakeGlobus).set({ idToken: false })
        assert.strictEqual((yield* Effect.flip(login(app)))._tag, "MissingIdentity")
        assert.deepStrictEqual(yield* revoked, pairs)
      })
    )
  )

  it.effect("because they are too narrow", () =>
    run(
      Effect.gen(function* () {
        yield* grantNone(TransferScopes.gcp_install)
        const wider = userApp({ [transferServer]: [TransferScopes.all, TransferScopes.gcp_install] })
        assert.strictEqual((yield* Effect.flip(login(wider)))._tag, "UnmetScopes")
        assert.deepStrictEqual(yield* revoked, ["access-auth.globus.org", `access-${transferServer}`])
      })
    )
  )

  it.effect("are reported, without showing them, if they cannot be revoked", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => {
        lines.push(`${logLevel} ${JSON.stringify(message)}`)
      })
      yield* run(
        Effect.gen(function* () {
          const fake = yield* FakeGlobus
          yield* login(userApp(transfers))
          yield* fake.set({ identity: bob, revoke: () => json({ error: "oops" }, 400) })
          assert.strictEqual(
            (yield* Effect.flip(login(userApp(transfers), { force: true })))._tag,
            "IdentityMismatch"
          )
        })
      ).pipe(Effect.provide(Logger.layer([logger])))
      assert.lengthOf(lines, 2)
      assert.match(lines[1] ?? "", /^Warn .*transfer\.api\.globus\.org .*could not be revoked/)
      assert.notMatch(lines.join(), /canary/)
    })
  )
})

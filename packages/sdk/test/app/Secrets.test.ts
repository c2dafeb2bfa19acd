/**
 * No secret shows: a whole session runs with tokens, codes and secrets that all contain `canary`, at trace level with
 * everything recorded, and the word is nowhere to be found.
 */
import { GlobusApp, type LoginFlow, TokenStorage, UserApp } from "@effect-globus/sdk/app"
import { OAuth2Client } from "@effect-globus/sdk/auth"
import { Authorizer, Transport } from "@effect-globus/sdk/service"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Layer, Logger, Option, Redacted, References, Tracer } from "effect"
import { TestClock } from "effect/testing"
import { inspect } from "node:util"
import { clientId, FakeGlobus, json, layer as globus } from "./internal/fakeGlobus.ts"

const secret = /canary/

/** All the ways in which a value may end up before somebody's eyes. */
const renderings = (value: unknown): ReadonlyArray<string> => [
  inspect(value, { depth: 30, showHidden: true, getters: true }),
  String(value),
  JSON.stringify(value) ?? ""
]

const assertSilent = (what: string, value: unknown) => {
  for (const text of renderings(value)) assert.notMatch(text, secret, what)
}

/** Keeps every span with all that is said about it. */
const recordingTracer = (spans: Array<Tracer.NativeSpan>) =>
  Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })

const recordingLogger = (lines: Array<string>) =>
  Logger.make(({ cause, message, ...rest }) => {
    lines.push(...renderings(message), Cause.pretty(cause), ...renderings(rest.date))
  })

const getEndpoint = Effect.flatMap(TransferClient, (transfer) =>
  transfer.getEndpoint("6c54cade-bde5-45c1-bdea-f4bd71dba2cc")
)

/** A session in which everything happens: logins, renewals, refusals, failures, a logout. */
const session = Effect.gen(function* () {
  const fake = yield* FakeGlobus
  const app = yield* GlobusApp
  const exits: Array<Exit.Exit<unknown, unknown>> = []
  const attempt = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.tap(Effect.exit(Effect.tapCause(effect, (cause) => Effect.logError("failed", cause))), (exit) =>
      Effect.sync(() => exits.push(exit))
    )
  const fails = (status: number, body: unknown) => fake.set({ token: () => json(body, status) })

  yield* attempt(getEndpoint)
  yield* TestClock.adjust("48 hours")
  yield* attempt(getEndpoint)
  yield* TestClock.adjust("48 hours")
  yield* fails(400, { error: "invalid_grant", error_description: "no longer good" })
  yield* attempt(getEndpoint)
  yield* fails(200, { access_token: 7, refresh_token: "canary-in-a-malformed-answer" })
  yield* attempt(app.login({ force: true }))
  yield* fake.set({ token: () => new Response("<html>canary in a page</html>", { status: 200 }) })
  yield* attempt(app.login({ force: true }))
  yield* fake.set({
    token: () => undefined,
    transfer: () => json({ code: "ConsentRequired", required_scopes: ["a"] }, 403)
  })
  yield* attempt(getEndpoint)
  yield* fake.set({ transfer: () => json({ code: "AuthenticationFailed" }, 401) })
  yield* attempt(getEndpoint)
  yield* fake.set({ transfer: () => undefined, revoke: () => json({ error: "server_error" }, 400) })
  yield* attempt(getEndpoint)
  const loggedIn = yield* fake.stored
  yield* attempt(app.logout({ sweep: true }))
  return { exits, loggedIn }
})

const userApp = TransferClient.layer.pipe(
  Layer.provideMerge(
    UserApp.layer({
      appName: "test",
      clientId,
      clientSecret: Redacted.make("canary-secret"),
      redirectUri: "https://app.example.org/callback",
      requestRefreshTokens: true
    })
  ),
  Layer.provideMerge(globus)
)

describe("a whole session", () => {
  it.effect("leaves no secret in logs, spans, errors, or in anything that a program can print", () =>
    Effect.gen(function* () {
      const spans: Array<Tracer.NativeSpan> = []
      const lines: Array<string> = []
      const recording = Layer.mergeAll(
        Layer.succeed(Tracer.Tracer, recordingTracer(spans)),
        Logger.layer([recordingLogger(lines)]),
        Layer.succeed(References.MinimumLogLevel, "Trace")
      )
      yield* Effect.gen(function* () {
        const services = yield* Effect.context<
          TransferClient | GlobusApp | Authorizer | TokenStorage | Transport | LoginFlow
        >()
        const { exits, loggedIn } = yield* session
        assert.isAtLeast(exits.length, 9)
        assert.isTrue(exits.some(Exit.isFailure) && exits.some(Exit.isSuccess))
        for (const [index, exit] of exits.entries()) {
          assertSilent(`the exit of step ${index}`, exit)
          if (Exit.isFailure(exit))
            assert.notMatch(Cause.pretty(exit.cause), secret, `the cause of step ${index}`)
        }
        assert.isAtLeast(Object.keys(loggedIn).length, 2)
        assertSilent("stored tokens", loggedIn)
        for (const tag of [TransferClient, GlobusApp, Authorizer, TokenStorage, Transport]) {
          assertSilent(tag.key, services.mapUnsafe.get(tag.key))
        }
      }).pipe(Effect.provide(userApp.pipe(Layer.provideMerge(recording))))
      assert.isAbove(spans.length, 20)
      for (const span of spans) {
        assertSilent(`span ${span.name}`, [span.name, [...span.attributes], span.events, span.links])
        if (span.status._tag === "Ended") assertSilent(`the exit of span ${span.name}`, span.status.exit)
      }
      assert.isAbove(lines.length, 5)
      for (const line of lines) assert.notMatch(line, secret)
    })
  )

  it.effect(
    "gives tokens to programs that ask for them, and only in a wrapping that does not show them",
    () =>
      Effect.gen(function* () {
        const oauth = yield* OAuth2Client.make({ clientId, clientSecret: Redacted.make("canary-secret") })
        const response = yield* oauth.clientCredentials("openid")
        assertSilent("a token response", response)
        assert.match(Redacted.value(response.access_token), secret)
        assertSilent("the client", oauth)
        const authorizer = yield* Effect.provide(
          Authorizer,
          Authorizer.layerAccessToken(Redacted.make("canary-token"))
        )
        const header = yield* authorizer.authorize({ resourceServer: "x" as never, anyOf: [] })
        assertSilent("a header", header)
        assert.isTrue(Option.exists(header, (value) => secret.test(Redacted.value(value))))
      }).pipe(Effect.provide(globus))
  )
})

/** Whatever Globus answers, a program gets what it asked for or a typed error, and no token is lost. */
import { GlobusApp, type Tokens, UserApp } from "@effect-globus/sdk/app"
import { AuthorizationParameters, type GlobusError } from "@effect-globus/sdk/model"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Layer, Redacted, Ref, Schema } from "effect"
import { HttpClientResponse } from "effect/http"
import { TestClock } from "effect/testing"
import { inspect } from "node:util"
import { Damage, damage, fuzz } from "../internal/Fuzz.ts"
import * as Between from "./internal/between.ts"
import { clientId, FakeGlobus, json, layer as globus } from "./internal/fakeGlobus.ts"

// -----------------------------------------------------------------------------
// what comes
// -----------------------------------------------------------------------------

const field = Schema.Literals([
  "access_token",
  "refresh_token",
  "id_token",
  "scope",
  "resource_server",
  "expires_in",
  "token_type",
  "other_tokens"
])
const value = Schema.Union([
  Schema.Literals(["", "canary-token", "a\r\nb", "__proto__", "transfer.api.globus.org", "invalid_grant"]),
  Schema.Literals([0, -1, 1e300, 0.5, -1e12]),
  Schema.Null,
  Schema.Json
])

/** What becomes of a token response. */
const Change = Schema.Struct({
  status: Schema.Literals([200, 200, 200, 200, 204, 302, 400, 401, 403, 500, 503]),
  body: Schema.Union([
    Schema.Struct({
      fields: Schema.Record(field, value),
      error: Schema.Union([Schema.Literals(["invalid_grant", "invalid_client"]), Schema.Json]),
      error_description: Schema.Union([Schema.Literals(["a\r\nb", "\u001b[2J"]), Schema.Json]),
      gone: Schema.Array(field),
      isInner: Schema.Boolean
    }),
    Schema.Struct({ damages: Schema.Array(Damage) }),
    Schema.Struct({ instead: Schema.Json })
  ])
})

type Json = Readonly<Record<string, unknown>>

const without = (document: Json, gone: ReadonlyArray<string>): Json =>
  Object.fromEntries(Object.entries(document).filter(([name]) => !gone.includes(name)))

const bodyOf = ({ body }: typeof Change.Type, usual: string): string => {
  if ("instead" in body) return JSON.stringify(body.instead)
  if ("damages" in body) {
    return Buffer.from(body.damages.reduce<Uint8Array>(damage, Buffer.from(usual))).toString()
  }
  const { other_tokens: others, ...document } = JSON.parse(usual) as Json
  const { error, error_description, fields, gone } = body
  const changed = (original: Json) => without({ ...original, error, error_description, ...fields }, gone)
  return JSON.stringify(
    body.isInner && Array.isArray(others)
      ? { ...document, other_tokens: others.map(changed) }
      : changed({ ...document, other_tokens: others })
  )
}

const isRefused = (change: typeof Change.Type): boolean =>
  (change.status === 400 || change.status === 401) && bodyOf(change, "{}").includes("invalid_grant")

/** Token responses change from now on. */
const changing = (current: Ref.Ref<typeof Change.Type | undefined>) =>
  Between.layer((request, answer) =>
    Effect.gen(function* () {
      const change = yield* Ref.get(current)
      const response = yield* answer
      if (change === undefined || !request.url.endsWith("/v2/oauth2/token")) return response
      const body = bodyOf(change, yield* response.text)
      return HttpClientResponse.fromWeb(
        request,
        new Response(change.status === 204 ? null : body, {
          status: change.status,
          headers: { "content-type": "application/json" }
        })
      )
    })
  )

// -----------------------------------------------------------------------------
// what becomes of it
// -----------------------------------------------------------------------------

/** What is not of the clock, such as signatures, takes a moment of its own. */
const moment = Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))

/** Lets a program run and wait between attempts as it likes. It succeeds or fails; it does not die, and it ends. */
const endOf = Effect.fnUntraced(function* <A, R>(program: Effect.Effect<A, GlobusError, R>) {
  const fiber = yield* Effect.forkChild(program)
  const began = performance.now()
  let exit = fiber.pollUnsafe()
  while (exit === undefined) {
    if (performance.now() - began > 5000) return assert.fail("it does not end")
    yield* TestClock.adjust("10 seconds")
    yield* moment
    exit = fiber.pollUnsafe()
  }
  if (Exit.isSuccess(exit)) return undefined
  assert.isFalse(Exit.hasDies(exit) || Exit.hasInterrupts(exit), Cause.pretty(exit.cause))
  const error = Cause.squash(exit.cause) as GlobusError
  assert.isString(error._tag)
  assert.notMatch(error.message, /\p{C}/u)
  assert.notMatch(error.message + inspect(error, { depth: 20, showHidden: true }), /canary/)
  return error
})

const revealed = (tokens: Tokens) =>
  Object.fromEntries(
    Object.entries(tokens).map(([server, { access_token, refresh_token, scope }]) => [
      server,
      {
        access: Redacted.value(access_token),
        refresh: refresh_token ? Redacted.value(refresh_token) : undefined,
        scope
      }
    ])
  )

const run = <A, E>(
  effect: Effect.Effect<A, E, TransferClient | GlobusApp | FakeGlobus>,
  options: Partial<UserApp.Options> = {},
  between: ReturnType<typeof changing> = Between.layer((_, answer) => answer)
) =>
  effect.pipe(
    Effect.provide(
      TransferClient.layer.pipe(
        Layer.provideMerge(UserApp.layer({ appName: "test", clientId, ...options })),
        Layer.provideMerge(between),
        Layer.provideMerge(Layer.fresh(globus))
      )
    )
  )

const getEndpoint = Effect.flatMap(TransferClient, (transfer) =>
  transfer.getEndpoint("6c54cade-bde5-45c1-bdea-f4bd71dba2cc")
)
const login = Effect.flatMap(GlobusApp, (app) => app.login({ force: true }))
const stored = Effect.flatMap(FakeGlobus, (fake) => Effect.map(fake.stored, revealed))

describe("a token response that is anything", () => {
  it.effect.prop(
    "makes a login, or a typed error after which the tokens are what they were",
    [Change],
    ([change]) =>
      Effect.gen(function* () {
        const current = yield* Ref.make<typeof Change.Type | undefined>(undefined)
        const options = { requestRefreshTokens: true }
        yield* run(
          Effect.gen(function* () {
            yield* login
            const before = yield* stored
            yield* Ref.set(current, change)
            const error = yield* endOf(login)
            const after = yield* stored
            if (error !== undefined) return assert.deepStrictEqual(after, before)
            assert.containsAllKeys(after, Object.keys(before))
            for (const { access } of Object.values(after)) assert.match(access, /^[\x20-\x7e]+$/)
          }),
          options,
          changing(current)
        )
      }),
    fuzz
  )

  it.effect.prop(
    "renews a token, or leaves it and its refresh token as they were",
    [Change],
    ([change]) =>
      Effect.gen(function* () {
        const current = yield* Ref.make<typeof Change.Type | undefined>(undefined)
        const options = { requestRefreshTokens: true, onUnmetRequirement: "fail" as const }
        yield* run(
          Effect.gen(function* () {
            yield* login
            const before = yield* stored
            yield* TestClock.adjust("3 days")
            yield* Ref.set(current, change)
            yield* endOf(getEndpoint)
            const after = yield* stored
            assert.hasAllKeys(after, Object.keys(before))
            for (const [server, { access, refresh }] of Object.entries(after)) {
              // Only who says that it is worthless, and may say so, makes it go.
              const isWorthless = isRefused(change) && refresh === undefined
              if (!isWorthless) assert.match(refresh ?? "", /^[\x20-\x7e]+$/)
              if (isWorthless) assert.strictEqual(access, before[server]?.access)
              else if (access === before[server]?.access)
                assert.deepStrictEqual(after[server], before[server])
            }
          }),
          options,
          changing(current)
        )
      }),
    fuzz
  )
})

describe("a demand for another login that is anything", () => {
  const hostile = Schema.Record(
    Schema.Union([
      Schema.Literals(["redirect_uri", "client_id", "state", "scope", "response_type", "code_challenge"]),
      Schema.Literals(["required_scopes", "session_message", "prompt", "session_required_mfa", "__proto__"]),
      Schema.String
    ]),
    Schema.Union([
      Schema.Json,
      Schema.String,
      Schema.Array(Schema.Literals(["openid", "a[b", "a[a]", "*", "", "a b"])),
      Schema.Literals(["https://evil.example/?a=b&redirect_uri=c#d", "\u001b[2J", "login&state=known"])
    ])
  )
  const parameters = Schema.Union([AuthorizationParameters.AuthorizationParameters, hostile, Schema.Json])
  const body = Schema.Union([
    Schema.Struct({ code: Schema.String, authorization_parameters: parameters }),
    Schema.Struct({
      code: Schema.Literals(["ConsentRequired", "AuthorizationRequired"]),
      required_scopes: Schema.Json,
      message: Schema.Json,
      authorization_parameters: Schema.optionalKey(parameters)
    }),
    Schema.Struct({ errors: Schema.Array(Schema.Struct({ authorization_parameters: parameters })) }),
    Schema.Json
  ])

  it.effect.prop(
    "leads to one login at Globus Auth and back to the program, or to a typed error",
    [body, Schema.Literals([401, 403, 400])],
    ([body, status]) =>
      run(
        Effect.gen(function* () {
          const fake = yield* FakeGlobus
          yield* login
          const before = yield* stored
          yield* fake.set({ transfer: () => json(body, status) })
          yield* endOf(getEndpoint)
          assert.containsAllKeys(yield* stored, Object.keys(before))
          const urls = yield* fake.logins
          assert.isAtMost(urls.length, 2)
          for (const url of urls) {
            const names = [...url.searchParams.keys()]
            assert.lengthOf(names, new Set(names).size)
            assert.strictEqual(url.origin + url.pathname, "https://auth.globus.org/v2/oauth2/authorize")
            assert.strictEqual(url.hash, "")
            assert.strictEqual(url.searchParams.get("client_id"), clientId)
            assert.strictEqual(
              url.searchParams.get("redirect_uri"),
              "https://auth.globus.org/v2/web/auth-code"
            )
            assert.strictEqual(url.searchParams.get("response_type"), "code")
            assert.match(url.searchParams.get("state") ?? "", /^[\w-]{43}$/)
            assert.match(url.searchParams.get("code_challenge") ?? "", /^[\w-]{43}$/)
          }
        })
      ),
    fuzz
  )
})

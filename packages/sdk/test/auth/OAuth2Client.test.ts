/** What is sent to Globus Auth for each grant, what is not sent twice, and what comes of each answer. */
import { OAuth2Client } from "@effect-globus/sdk/auth"
import type { GlobusError } from "@effect-globus/sdk/model"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { inspect } from "node:util"
import * as StubHttp from "../service/internal/StubHttp.ts"
import * as FakeAuth from "./internal/fakeAuth.ts"

const { clientId, formOf, tokenResponse } = FakeAuth
const { json } = StubHttp

const basic = `Basic ${btoa(`${clientId}:canary-secret`)}`
const transferAll = "urn:globus:auth:scope:transfer.api.globus.org:all"

type Client = OAuth2Client.OAuth2Client

/** Calls a client of a Globus Auth that answers so, and tells what was sent. */
const call = <A, E>(
  make: typeof FakeAuth.native,
  use: (client: Client) => Effect.Effect<A, E>,
  answer: (sent: StubHttp.Sent, index: number) => StubHttp.Answer = () => json(tokenResponse())
) => {
  let index = 0
  const fake = FakeAuth.make({ others: (sent) => answer(sent, index++) })
  return Effect.map(
    Effect.result(make.pipe(Effect.orDie, Effect.flatMap(use), Effect.provide(fake.layer))),
    (result) => ({ result, sent: fake.sent })
  )
}

const exchange = (client: Client) =>
  client.exchangeCode({
    code: Redacted.make("canary-code"),
    redirectUri: "https://auth.globus.org/v2/web/auth-code",
    codeVerifier: Redacted.make("canary-verifier")
  })
const refresh = (client: Client) => client.refresh(Redacted.make("canary-refresh"))
const clientCredentials = (client: Client) => client.clientCredentials(`openid ${transferAll}[*a b]`)
const dependentTokens = (client: Client) => client.dependentTokens(Redacted.make("canary-access"))
const revoke = (client: Client) => client.revoke(Redacted.make("canary-access"))
const introspect = (client: Client) => client.introspect(Redacted.make("canary-access"))

describe("what is sent", () => {
  const cases: ReadonlyArray<{
    readonly what: string
    readonly make: typeof FakeAuth.native
    readonly use: (client: Client) => Effect.Effect<unknown, GlobusError>
    readonly path: string
    readonly form: Record<string, string>
    readonly authorization: string | undefined
    readonly answer?: () => StubHttp.Answer
  }> = [
    {
      what: "a native client exchanges a code under its id",
      make: FakeAuth.native,
      use: exchange,
      path: "/v2/oauth2/token",
      form: {
        grant_type: "authorization_code",
        code: "canary-code",
        redirect_uri: "https://auth.globus.org/v2/web/auth-code",
        code_verifier: "canary-verifier",
        client_id: clientId
      },
      authorization: undefined
    },
    {
      what: "a confidential client exchanges a code with Basic",
      make: FakeAuth.confidential,
      use: exchange,
      path: "/v2/oauth2/token",
      form: {
        grant_type: "authorization_code",
        code: "canary-code",
        redirect_uri: "https://auth.globus.org/v2/web/auth-code",
        code_verifier: "canary-verifier"
      },
      authorization: basic
    },
    {
      what: "a code is exchanged without a verifier where there is none",
      make: FakeAuth.native,
      use: (client) =>
        client.exchangeCode({ code: Redacted.make("c&d=e f"), redirectUri: "https://x.example/?a=b&c" }),
      path: "/v2/oauth2/token",
      form: {
        grant_type: "authorization_code",
        code: "c&d=e f",
        redirect_uri: "https://x.example/?a=b&c",
        client_id: clientId
      },
      authorization: undefined
    },
    {
      what: "a native client refreshes under its id",
      make: FakeAuth.native,
      use: refresh,
      path: "/v2/oauth2/token",
      form: { grant_type: "refresh_token", refresh_token: "canary-refresh", client_id: clientId },
      authorization: undefined
    },
    {
      what: "a confidential client refreshes with Basic, and with fields that the caller adds",
      make: FakeAuth.confidential,
      use: (client) => client.refresh(Redacted.make("canary-refresh"), { scope: "openid" }),
      path: "/v2/oauth2/token",
      form: { grant_type: "refresh_token", refresh_token: "canary-refresh", scope: "openid" },
      authorization: basic
    },
    {
      what: "client credentials are Basic, and the scopes as they were given",
      make: FakeAuth.confidential,
      use: clientCredentials,
      path: "/v2/oauth2/token",
      form: { grant_type: "client_credentials", scope: `openid ${transferAll}[*a b]` },
      authorization: basic
    },
    {
      what: "dependent tokens are asked for in the name of a token",
      make: FakeAuth.confidential,
      use: dependentTokens,
      path: "/v2/oauth2/token",
      form: { grant_type: "urn:globus:auth:grant_type:dependent_token", token: "canary-access" },
      authorization: basic,
      answer: () => json([])
    },
    {
      what: "dependent tokens may be narrowed, and come with refresh tokens",
      make: FakeAuth.confidential,
      use: (client) =>
        client.dependentTokens(Redacted.make("canary-access"), { refreshTokens: true, scope: transferAll }),
      path: "/v2/oauth2/token",
      form: {
        grant_type: "urn:globus:auth:grant_type:dependent_token",
        token: "canary-access",
        access_type: "offline",
        scope: transferAll
      },
      authorization: basic,
      answer: () => json([])
    },
    {
      what: "a native client revokes under its id",
      make: FakeAuth.native,
      use: revoke,
      path: "/v2/oauth2/token/revoke",
      form: { token: "canary-access", client_id: clientId },
      authorization: undefined,
      answer: () => json({ active: false })
    },
    {
      what: "a confidential client revokes with Basic",
      make: FakeAuth.confidential,
      use: revoke,
      path: "/v2/oauth2/token/revoke",
      form: { token: "canary-access" },
      authorization: basic,
      answer: () => json({ active: false })
    },
    {
      what: "introspection says what else is to be told",
      make: FakeAuth.confidential,
      use: (client) =>
        client.introspect(Redacted.make("canary-access"), { include: "identity_set,session_info" }),
      path: "/v2/oauth2/token/introspect",
      form: { token: "canary-access", include: "identity_set,session_info" },
      authorization: basic,
      answer: () => json({ active: false })
    }
  ]

  it.effect.each(cases)("$what", ({ answer, authorization, form, make, path, use }) =>
    Effect.gen(function* () {
      const { result, sent } = yield* call(make, use, answer ?? (() => json(tokenResponse())))
      assert.strictEqual(result._tag, "Success")
      assert.strictEqual(sent.length, 1)
      assert.strictEqual(sent[0]?.method, "POST")
      assert.strictEqual(sent[0]?.url.href, `https://auth.globus.org${path}`)
      assert.deepStrictEqual(formOf(sent[0]), form)
      assert.strictEqual(sent[0]?.headers["authorization"], authorization)
      assert.include(sent[0]?.headers["content-type"] ?? "", "application/x-www-form-urlencoded")
      assert.include(sent[0]?.headers["user-agent"] ?? "", "(test)")
    })
  )
})

describe("what comes back", () => {
  it.effect("a token, with those of other resource servers, all of them redacted", () =>
    Effect.gen(function* () {
      const { result } = yield* call(FakeAuth.native, exchange, () =>
        json(
          tokenResponse({
            refresh_token: "canary-refresh",
            id_token: "canary-id",
            new_field: 7,
            other_tokens: [
              tokenResponse({ access_token: "canary-other", resource_server: "flows.globus.org" })
            ]
          })
        )
      )
      assert(result._tag === "Success")
      const { success: response } = result
      assert.strictEqual(Redacted.value(response.access_token), "canary-access")
      assert.strictEqual(response["new_field"], 7)
      assert.deepStrictEqual(
        response.other_tokens?.map((token) => [token.resource_server, Redacted.value(token.access_token)]),
        [["flows.globus.org", "canary-other"]]
      )
      assert.notMatch(inspect(response, { depth: 10, showHidden: true }) + JSON.stringify(response), /canary/)
    })
  )

  it.effect("dependent tokens, one for each service", () =>
    Effect.gen(function* () {
      const { result } = yield* call(FakeAuth.confidential, dependentTokens, () =>
        json([
          tokenResponse({ resource_server: "transfer.api.globus.org" }),
          tokenResponse({ resource_server: "flows.globus.org", refresh_token: "canary-refresh" })
        ])
      )
      assert(result._tag === "Success")
      assert.deepStrictEqual(
        result.success.map(({ resource_server }) => String(resource_server)),
        ["transfer.api.globus.org", "flows.globus.org"]
      )
    })
  )

  it.effect("what a token is worth", () =>
    Effect.gen(function* () {
      const { result } = yield* call(FakeAuth.confidential, introspect, () =>
        json({ active: true, sub: FakeAuth.alice, scope: transferAll, exp: 3600, session_info: { a: 1 } })
      )
      assert(result._tag === "Success")
      assert.isTrue(result.success.active)
      assert.strictEqual(result.success.sub, FakeAuth.alice)
      assert.deepStrictEqual(result.success["session_info"], { a: 1 })
    })
  )

  it.effect("revoking a token that is revoked already is no failure", () =>
    Effect.gen(function* () {
      const { result } = yield* call(FakeAuth.native, revoke, () => json({ active: false }))
      assert.strictEqual(result._tag, "Success")
    })
  )

  it.effect.each([
    { status: 401, error: "invalid_client" },
    { status: 400, error: "invalid_grant" },
    { status: 401, error: "invalid_grant" },
    { status: 400, error: "unauthorized_client" },
    { status: 403, error: "access_denied" }
  ])("a refusal with its code: $status $error", ({ error, status }) =>
    Effect.gen(function* () {
      const { result, sent } = yield* call(FakeAuth.confidential, refresh, () =>
        json({ error, error_description: "because" }, { status })
      )
      assert(result._tag === "Failure" && result.failure._tag === "ApiError")
      assert.strictEqual(result.failure.code, error)
      assert.strictEqual(result.failure.status, status)
      assert.strictEqual(result.failure.operation, "token")
      assert.strictEqual(result.failure.detail, "because")
      assert.notMatch(inspect(result.failure, { depth: 20 }) + JSON.stringify(result.failure), /canary/)
      assert.strictEqual(sent.length, 1)
    })
  )
})

describe("what is not as documented is a typed error that repeats nothing of it", () => {
  const secret = "canary-in-the-wrong-place"
  const bodies: ReadonlyArray<{ readonly what: string; readonly answer: () => Response }> = [
    { what: "a token that is no text", answer: () => json(tokenResponse({ access_token: [secret] })) },
    { what: "a token in an object", answer: () => json(tokenResponse({ access_token: { value: secret } })) },
    {
      what: "an empty token",
      answer: () => json(tokenResponse({ access_token: "", refresh_token: secret }))
    },
    {
      what: "a token that would end its header",
      answer: () => json(tokenResponse({ access_token: `${secret}\r\nX-Evil: 1` }))
    },
    {
      what: "a refresh token with invisible characters",
      answer: () => json(tokenResponse({ refresh_token: `${secret}\u200b` }))
    },
    { what: "a token of another type", answer: () => json(tokenResponse({ token_type: secret })) },
    { what: "a token that lasts for ever", answer: () => json(tokenResponse({ expires_in: 1e300 })) },
    {
      what: "no token",
      answer: () => json({ ...tokenResponse({ token: secret }), access_token: undefined })
    },
    { what: "a refresh token in a list", answer: () => json(tokenResponse({ refresh_token: [secret] })) },
    { what: "an id token in an object", answer: () => json(tokenResponse({ id_token: { secret } })) },
    { what: "a token instead of the time", answer: () => json(tokenResponse({ expires_in: secret })) },
    { what: "a token instead of others", answer: () => json(tokenResponse({ other_tokens: secret })) },
    { what: "tokens instead of others", answer: () => json(tokenResponse({ other_tokens: [secret] })) },
    {
      what: "another token that is no text",
      answer: () => json(tokenResponse({ other_tokens: [tokenResponse({ access_token: [secret] })] }))
    },
    { what: "a token alone", answer: () => json(secret) },
    { what: "a list of tokens", answer: () => json([secret]) },
    { what: "several responses", answer: () => json([tokenResponse({ access_token: secret })]) },
    { what: "null", answer: () => json(null) },
    { what: "text that ends too early", answer: () => new Response(`{"access_token":"${secret}`) },
    { what: "a page", answer: () => new Response(`<html>${secret}</html>`) },
    { what: "nothing", answer: () => new Response("") }
  ]

  it.effect.each(bodies)("$what", ({ answer }) =>
    Effect.gen(function* () {
      for (const use of [exchange, refresh, clientCredentials]) {
        const { result } = yield* call(FakeAuth.confidential, use, answer)
        assert(result._tag === "Failure")
        const { failure } = result
        assert.strictEqual(failure._tag, "ResponseError", failure.message)
        const shown = [
          failure.message,
          JSON.stringify(failure),
          inspect(failure, { depth: 20, showHidden: true })
        ]
        assert.notMatch(shown.join(), /canary/)
      }
    })
  )

  it.effect("introspection, too", () =>
    Effect.gen(function* () {
      const { result } = yield* call(FakeAuth.confidential, introspect, () => json({ active: secret }))
      assert(result._tag === "Failure")
      assert.strictEqual(result.failure._tag, "ResponseError")
      assert.strictEqual(result.failure._tag === "ResponseError" && result.failure.path, "active")
    })
  )
})

describe("what may have arrived", () => {
  it.live.each([
    { what: "a 503", answer: () => json({}, { status: 503 }) },
    { what: "a 500", answer: () => json({}, { status: 500 }) },
    { what: "a reset", answer: () => ({ code: "ECONNRESET" }) },
    { what: "a body that broke off", answer: () => ({ code: "UND_ERR_SOCKET" }) }
  ])("a code is not sent twice after $what", ({ answer }) =>
    Effect.gen(function* () {
      const { result, sent } = yield* call(FakeAuth.native, exchange, () => answer())
      assert.strictEqual(result._tag, "Failure")
      assert.strictEqual(sent.length, 1)
    })
  )

  it.live.each([
    { what: "a connection that was refused", answer: { code: "ECONNREFUSED" } },
    { what: "a name that was not found", answer: { code: "ENOTFOUND" } }
  ])("they are sent again after $what, for they have not arrived", ({ answer }) =>
    Effect.gen(function* () {
      for (const use of [exchange, refresh]) {
        const { result, sent } = yield* call(FakeAuth.native, use, (_, index) =>
          index < 2 ? answer : json(tokenResponse())
        )
        assert.strictEqual(result._tag, "Success")
        assert.strictEqual(sent.length, 3)
      }
    })
  )

  it.live("they are sent again after a 429, for they were not looked at", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* call(FakeAuth.native, exchange, (_, index) =>
        index === 0 ? json({}, { status: 429 }) : json(tokenResponse())
      )
      assert.strictEqual(result._tag, "Success")
      assert.strictEqual(sent.length, 2)
    })
  )

  it.live.each<{
    readonly what: string
    readonly use: (client: Client) => Effect.Effect<unknown, GlobusError>
  }>([
    { what: "a revocation", use: revoke },
    { what: "an introspection", use: introspect },
    { what: "a refresh token", use: refresh },
    { what: "a request for a client's own tokens", use: clientCredentials }
  ])("$what is sent again: twice does no more than once", ({ use }) =>
    Effect.gen(function* () {
      const { result, sent } = yield* call(FakeAuth.confidential, use, (_, index) =>
        index === 0 ? json({}, { status: 503 }) : json({ ...tokenResponse(), active: false })
      )
      assert.strictEqual(result._tag, "Success")
      assert.strictEqual(sent.length, 2)
    })
  )

  it.live("a network that stays away is a NetworkError that names the host", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* call(FakeAuth.native, exchange, () => ({ code: "ECONNREFUSED" }))
      assert(result._tag === "Failure" && result.failure._tag === "NetworkError")
      assert.strictEqual(result.failure.host, "auth.globus.org")
      assert.strictEqual(sent.length, 6)
    })
  )
})

describe("what Globus Auth says about itself", () => {
  it.effect("is asked for once, by any number of callers", () =>
    Effect.gen(function* () {
      const fake = FakeAuth.make({})
      const client = yield* Effect.provide(FakeAuth.native, fake.layer)
      const all = yield* Effect.all(
        Array.from({ length: 20 }, () => client.openIdConfiguration),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(all[0]?.issuer, FakeAuth.issuer)
      yield* client.openIdConfiguration
      assert.strictEqual(fake.sent.length, 1)
    })
  )

  it.effect("is asked for again after a failure, which is not remembered", () =>
    Effect.gen(function* () {
      let failures = 1
      const fake = FakeAuth.make({
        configuration: () =>
          failures-- > 0 ? json({ issuer: 7 }) : json({ ...FakeAuth.configuration, more: true })
      })
      const client = yield* Effect.provide(FakeAuth.native, fake.layer)
      const error = yield* Effect.flip(client.openIdConfiguration)
      assert.strictEqual(error._tag, "ResponseError")
      assert.strictEqual((yield* client.openIdConfiguration)["more"], true)
      assert.strictEqual(fake.sent.length, 2)
    })
  )
})

describe("a client that cannot be one is found out before anything is sent", () => {
  const made = (options: OAuth2Client.Options) => {
    const fake = FakeAuth.make({})
    return Effect.map(Effect.flip(OAuth2Client.make(options)).pipe(Effect.provide(fake.layer)), (error) => ({
      error,
      sent: fake.sent
    }))
  }

  it.effect.each(["", "canary-secret", "3f1d1c2a", `${clientId} `, `{${clientId}}`, "☃"])(
    "an id that is no UUID: %j",
    (id) =>
      Effect.gen(function* () {
        const { error, sent } = yield* made({ clientId: id })
        assert.strictEqual(error._tag, "InvalidConfiguration")
        assert.strictEqual(error.setting, "clientId")
        assert.include(error.message, "https://app.globus.org/settings/developers")
        // Who confuses id and secret must not find the secret in a log.
        assert.notInclude(error.message, "canary")
        assert.strictEqual(sent.length, 0)
      })
  )

  it.effect("an empty secret", () =>
    Effect.gen(function* () {
      const { error, sent } = yield* made({ clientId, clientSecret: Redacted.make("") })
      assert.strictEqual(error.setting, "clientSecret")
      assert.include(error.message, "empty")
      assert.strictEqual(sent.length, 0)
    })
  )

  it.effect("an id in capitals is a UUID, and sent as it is", () =>
    Effect.gen(function* () {
      const fake = FakeAuth.make({ others: () => json(tokenResponse()) })
      const id = clientId.toUpperCase()
      const client = yield* Effect.provide(OAuth2Client.make({ clientId: id }), fake.layer)
      yield* refresh(client)
      assert.strictEqual(formOf(fake.sent[0])["client_id"], id)
      assert.isFalse(client.isConfidential)
    })
  )
})

describe("an authorization URL", () => {
  it.effect("leads to Globus Auth, for this client", () =>
    Effect.gen(function* () {
      const client = yield* Effect.provide(FakeAuth.native, FakeAuth.make({}).layer)
      const url = new URL(
        client.authorizeUrl({ redirectUri: client.codePageUri, scope: "openid", state: "s" })
      )
      assert.strictEqual(`${url.origin}${url.pathname}`, "https://auth.globus.org/v2/oauth2/authorize")
      assert.strictEqual(url.searchParams.get("client_id"), clientId)
      assert.strictEqual(url.searchParams.get("redirect_uri"), "https://auth.globus.org/v2/web/auth-code")
    })
  )
})

/** The URL at which a person logs in: what a login asks for arrives as it was asked. */
import { AuthorizeUrl } from "@effect-globus/sdk/auth"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"

const options: AuthorizeUrl.Options = {
  authUrl: "https://auth.globus.org/",
  clientId: "3f1d1c2a-0000-4000-8000-000000000001",
  redirectUri: "https://auth.globus.org/v2/web/auth-code",
  scope: "openid",
  state: "s"
}

const make = (changes: Partial<AuthorizeUrl.Options> = {}) =>
  new URL(AuthorizeUrl.make({ ...options, ...changes }))

const queryOf = (changes: Partial<AuthorizeUrl.Options> = {}): Record<string, string> =>
  Object.fromEntries(make(changes).searchParams)

describe("the address of Globus Auth", () => {
  const cases = [
    ["https://auth.globus.org", "https://auth.globus.org"],
    ["https://auth.globus.org/", "https://auth.globus.org"],
    ["https://auth.globus.org///", "https://auth.globus.org"],
    ["http://localhost:8080/auth", "http://localhost:8080/auth"],
    ["http://localhost:8080/auth/", "http://localhost:8080/auth"],
    ["http://[::1]:8080/a/b/", "http://[::1]:8080/a/b"]
  ] as const

  it.each(cases)("may have a path, with a slash at its end or without: %s", (authUrl, base) => {
    const url = make({ authUrl })
    assert.strictEqual(`${url.origin}${url.pathname}`, `${base}/v2/oauth2/authorize`)
    assert.strictEqual(AuthorizeUrl.codePageUri(authUrl), `${base}/v2/web/auth-code`)
  })

  it("is used as it is, so that what is wrong with it throws nothing", () => {
    assert.match(AuthorizeUrl.make({ ...options, authUrl: "nonsense" }), /^nonsense\/v2\/oauth2\/authorize\?/)
  })
})

describe("a login", () => {
  it("asks for a code and for nothing that was not asked for", () => {
    assert.deepStrictEqual(queryOf(), {
      client_id: options.clientId,
      redirect_uri: options.redirectUri,
      scope: "openid",
      state: "s",
      response_type: "code",
      access_type: "online"
    })
  })

  it("asks for refresh tokens, with S256 for a challenge, and names the grant", () => {
    const query = queryOf({ refreshTokens: true, codeChallenge: "c", prefillNamedGrant: "a on b" })
    assert.strictEqual(query["access_type"], "offline")
    assert.strictEqual(query["code_challenge"], "c")
    assert.strictEqual(query["code_challenge_method"], "S256")
    assert.strictEqual(query["prefill_named_grant"], "a on b")
  })

  it("writes session requirements as Globus Auth reads them", () => {
    const query = queryOf({
      parameters: {
        session_message: "Why, oh why?",
        session_required_identities: ["a@example.org", "b@example.org"],
        session_required_policies: ["p"],
        session_required_single_domain: ["x.example", "y.example"],
        session_required_mfa: false,
        prompt: "login",
        required_scopes: ["not here: they are in `scope`"]
      }
    })
    assert.deepStrictEqual(query, {
      ...queryOf(),
      session_message: "Why, oh why?",
      session_required_identities: "a@example.org,b@example.org",
      session_required_policies: "p",
      session_required_single_domain: "x.example,y.example",
      session_required_mfa: "False",
      prompt: "login"
    })
  })

  it("takes further parameters, which win over all others", () => {
    const query = queryOf({
      refreshTokens: true,
      parameters: { prompt: "login" },
      query: { prompt: "none", access_type: "online", state: "mine", idp: "x" }
    })
    assert.strictEqual(query["prompt"], "none")
    assert.strictEqual(query["access_type"], "online")
    assert.strictEqual(query["state"], "mine")
    assert.strictEqual(query["idp"], "x")
    assert.strictEqual(make({ query: { state: "mine" } }).searchParams.getAll("state").length, 1)
  })
})

describe("whatever is in a value", () => {
  it("stays in its parameter", () => {
    const url = AuthorizeUrl.make({
      ...options,
      scope: "urn:a:all[*https://b/c?d=e&f#g h]",
      redirectUri: "https://x.example/cb?a=b&state=forged#f",
      prefillNamedGrant: 'é ☃ "<script>" &state=forged',
      query: { "odd &name=": "=?&#" }
    })
    assert.match(url, /^[\x21-\x7e]+$/)
    assert.notMatch(url, /[<>"#[\]]/)
    const { hash, searchParams } = new URL(url)
    assert.strictEqual(hash, "")
    assert.deepStrictEqual(searchParams.getAll("state"), ["s"])
    assert.strictEqual(searchParams.get("scope"), "urn:a:all[*https://b/c?d=e&f#g h]")
    assert.strictEqual(searchParams.get("redirect_uri"), "https://x.example/cb?a=b&state=forged#f")
    assert.strictEqual(searchParams.get("prefill_named_grant"), 'é ☃ "<script>" &state=forged')
    assert.strictEqual(searchParams.get("odd &name="), "=?&#")
  })

  it.prop("any text comes back as it was", [Schema.String, Schema.String], ([scope, message]) => {
    const query = queryOf({ scope, parameters: { session_message: message } })
    // What is no text in Unicode, half of a pair, cannot be in a URL.
    assert.strictEqual(query["scope"], scope.toWellFormed())
    assert.strictEqual(query["session_message"], message.toWellFormed())
    assert.strictEqual(query["state"], "s")
  })
})

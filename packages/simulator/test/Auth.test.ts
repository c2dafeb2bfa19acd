/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return -- answers are looked at as they came */
import { AuthScopes, dataAccess, FlowsScopes, TransferScopes } from "@effect-globus/sdk/model"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { createLocalJWKSet, jwtVerify } from "jose"
import { Simulator, World } from "../src/index.ts"
import {
  authorize,
  basic,
  codeFor,
  exchange,
  form,
  get,
  linus,
  logIn,
  redirected,
  rosalind,
  submit,
  verifier
} from "./Browser.ts"

const inProcess = Effect.provide(Simulator.layerBackend())

const [, , cluster] = World.defaultWorld.collections

describe("the login pages", () => {
  it.effect("ask who logs in, then whether that is allowed, then lead back with a code", () =>
    Effect.gen(function* () {
      const login = yield* authorize()
      expect(login.status).toBe(200)
      expect(login.text).toContain("rosalind@example.org")
      const consent = yield* submit({ identity: rosalind })
      expect(consent.text).toContain("Quickstart would like to")
      expect(consent.text).toContain("Know who you are in Globus")
      const allowed = yield* submit({ identity: rosalind, decision: "allow" })
      expect(allowed.status).toBe(302)
      expect(redirected(allowed)).toEqual({
        code: expect.stringMatching(/.{40}/),
        state: "a-state",
        iss: "https://globus.simulator/auth"
      })
    }).pipe(inProcess)
  )

  it.effect("say that they are a simulation", () =>
    Effect.gen(function* () {
      for (const page of [
        yield* authorize(),
        yield* submit({ identity: rosalind }),
        yield* authorize({ client_id: "x" })
      ]) {
        expect(page.text).toContain("This is not Globus")
        expect(page.headers["x-globus-simulator"]).toBe("true")
      }
    }).pipe(inProcess)
  )

  it.effect("tell a program that it was denied", () =>
    Effect.gen(function* () {
      expect(redirected(yield* submit({ identity: rosalind, decision: "deny" }))).toMatchObject({
        error: "access_denied",
        state: "a-state"
      })
    }).pipe(inProcess)
  )

  it.effect("list what depends on a scope, in words", () =>
    Effect.gen(function* () {
      const { text } = yield* submit({ identity: rosalind }, { scope: String(dataAccess(cluster!.id)) })
      expect(text).toContain("Manage data using Globus Transfer")
      expect(text).toContain("Access data on Ridgeline Cluster Scratch")
    }).pipe(inProcess)
  )

  it.effect("know the scopes of single collections", () =>
    Effect.gen(function* () {
      const https = `https://auth.globus.org/scopes/${cluster!.id}/https`
      const manage = `urn:globus:auth:scope:${cluster!.id}:manage_collections`
      const { text } = yield* submit({ identity: rosalind }, { scope: `${https} ${manage}` })
      expect(text).toContain("Read and write files on Ridgeline Cluster Scratch over HTTPS")
      expect(text).toContain("Manage collections on Ridgeline Cluster Scratch")
      const tokens = yield* logIn(`${https} openid`)
      expect(Object.keys(tokens).toSorted()).toEqual([cluster!.id, "auth.globus.org"].toSorted())
      const [tutorial] = World.defaultWorld.collections
      const none = `https://auth.globus.org/scopes/${tutorial!.id}/data_access`
      expect(redirected(yield* authorize({ scope: none }))).toMatchObject({ error: "invalid_scope" })
    }).pipe(inProcess)
  )

  it.effect("show the code for copying where nothing can be redirected to", () =>
    Effect.gen(function* () {
      for (const redirect_uri of [
        "https://globus.simulator/auth/v2/web/auth-code",
        "https://auth.globus.org/v2/web/auth-code"
      ]) {
        const page = yield* submit({ identity: rosalind, decision: "allow" }, { redirect_uri })
        const [, code] = /<code id="authorization-code">([^<]+)</.exec(page.text) ?? []
        expect((yield* exchange(code ?? "", { redirect_uri })).status).toBe(200)
        const denied = yield* submit({ identity: rosalind, decision: "deny" }, { redirect_uri })
        expect(denied.text).toContain("You did not allow it")
      }
    }).pipe(inProcess)
  )

  it.effect("do not ask at all when told to approve", () =>
    Effect.gen(function* () {
      expect(redirected(yield* authorize())).toMatchObject({ code: expect.any(String), state: "a-state" })
      const page = yield* authorize({ redirect_uri: "https://globus.simulator/auth/v2/web/auth-code" })
      expect(page.text).toContain('<code id="authorization-code">')
      expect((yield* (yield* Simulator).activity).pagesShown).toBe(0)
      yield* (yield* Simulator).setPerson({ decision: "deny" })
      expect(redirected(yield* authorize())).toMatchObject({ error: "access_denied" })
    }).pipe(Effect.provide(Simulator.layerBackend({ autoApprove: true })))
  )

  it.effect("do not reflect what they were given as HTML", () =>
    Effect.gen(function* () {
      const message = "<script>alert(1)</script>"
      const page = yield* authorize({ session_message: message, client_id: World.nativeClientId })
      expect(page.text).not.toContain(message)
      expect(page.text).toContain("alert(1)")
      expect((yield* authorize({ client_id: message })).text).not.toContain(message)
    }).pipe(inProcess)
  )

  it.effect("choose the identity that the session requires, and say what else it does", () =>
    Effect.gen(function* () {
      const page = yield* authorize({
        session_required_identities: "linus@lab.example.edu",
        session_required_mfa: "True",
        prompt: "login",
        session_message: "Please log in at the laboratory."
      })
      expect(page.text).toContain("Please log in at the laboratory.")
      expect(page.text).toContain("A second factor is required.")
      expect(page.text).not.toContain("rosalind@example.org")
      const byDomain = yield* authorize({ session_required_single_domain: "lab.example.edu" })
      expect(byDomain.text).not.toContain("rosalind@example.org")
      const nobody = yield* authorize({ session_required_identities: "nobody@example.org" })
      expect(redirected(nobody)).toMatchObject({ error: "access_denied" })
    }).pipe(inProcess)
  )

  it.effect("remember what they were asked, and what became of it", () =>
    Effect.gen(function* () {
      yield* authorize({ session_required_mfa: "True" })
      yield* submit({ identity: linus, mfa: "yes", decision: "allow" }, { session_required_mfa: "True" })
      yield* authorize({ response_type: "token" })
      const { logins, pagesShown } = yield* (yield* Simulator).activity
      expect(pagesShown).toBe(1)
      expect(logins).toMatchObject([
        {
          outcome: "allowed",
          username: "linus@lab.example.edu",
          parameters: { session_required_mfa: "True" }
        },
        { outcome: "refused", username: null }
      ])
    }).pipe(inProcess)
  )

  it.effect("ask again when somebody else is sent", () =>
    Effect.gen(function* () {
      expect((yield* submit({ identity: "somebody", decision: "allow" })).text).toContain(
        "Choose one of these"
      )
    }).pipe(inProcess)
  )

  it.effect.each([
    ["an unknown client", { client_id: "9c9b3a3e-4a0d-4b5e-8f0a-1d2c3b4a5f60" }],
    ["a redirect URI that is not registered", { redirect_uri: "https://evil.example.org/" }],
    ["a redirect URI that is none", { redirect_uri: "nonsense" }],
    ["a redirect URI that only looks like loopback", { redirect_uri: "http://localhost.evil.example.org/" }]
  ] as const)("tell only the person about %s", ([, others]) =>
    Effect.gen(function* () {
      const page = yield* authorize(others)
      expect(page.status).toBe(400)
      expect(page.headers["location"]).toBeUndefined()
    }).pipe(inProcess)
  )

  it.effect.each([
    ["another response type", { response_type: "token" }, "unsupported_response_type"],
    ["PKCE without S256", { code_challenge_method: "plain" }, "invalid_request"],
    ["a scope string that cannot be read", { scope: "a[" }, "invalid_scope"],
    ["no scope", { scope: "" }, "invalid_scope"],
    ["an unknown scope", { scope: "openid urn:globus:auth:scope:nowhere.org:all" }, "invalid_scope"],
    ["an unknown dependency", { scope: `${TransferScopes.all}[nonsense]` }, "invalid_scope"],
    ["a login that must not ask", { prompt: "none" }, "login_required"]
  ] as const)("send a program back that asks for %s", ([, others, error]) =>
    Effect.gen(function* () {
      expect(redirected(yield* authorize(others))).toMatchObject({ error, state: "a-state" })
    }).pipe(inProcess)
  )

  it.effect("require PKCE of a native client", () =>
    Effect.gen(function* () {
      const query = {
        client_id: World.nativeClientId,
        redirect_uri: "http://127.0.0.1:1/",
        scope: "openid",
        response_type: "code"
      }
      const answer = yield* get("auth", "v2/oauth2/authorize", { query })
      expect(redirected(answer)).toMatchObject({ error: "invalid_request" })
    }).pipe(inProcess)
  )
})

describe("the token endpoint", () => {
  it.effect("gives a token for each service, that of Auth first, and says who logged in", () =>
    Effect.gen(function* () {
      const scope = `${TransferScopes.all} openid email profile ${FlowsScopes.view_flows}`
      const { json, status } = yield* exchange(yield* codeFor({ scope }))
      expect(status).toBe(200)
      expect(json).toMatchObject({
        resource_server: "auth.globus.org",
        scope: "openid email profile",
        expires_in: 172_800,
        token_type: "Bearer",
        other_tokens: [
          { resource_server: "transfer.api.globus.org", scope: TransferScopes.all },
          { resource_server: "flows.globus.org", scope: FlowsScopes.view_flows }
        ]
      })
      expect(json).not.toHaveProperty("refresh_token")
      const { json: configuration } = yield* get("auth", ".well-known/openid-configuration")
      const { json: keys } = yield* get("auth", "jwk.json")
      const { payload } = yield* Effect.promise(() =>
        jwtVerify(json.id_token as string, createLocalJWKSet(keys as never), {
          issuer: configuration.issuer as string,
          audience: World.nativeClientId,
          algorithms: configuration.id_token_signing_alg_values_supported as Array<string>,
          currentDate: new Date(0)
        })
      )
      expect(payload).toMatchObject({
        sub: rosalind,
        preferred_username: "rosalind@example.org",
        email: "rosalind@example.org"
      })
    }).pipe(inProcess)
  )

  it.effect("says no more about a person than was asked for", () =>
    Effect.gen(function* () {
      const { json } = yield* exchange(yield* codeFor({ nonce: "a-nonce" }))
      const payload = JSON.parse(
        Buffer.from(json.id_token.split(".")[1] as string, "base64url").toString()
      ) as object
      expect(payload).toMatchObject({ sub: rosalind, nonce: "a-nonce" })
      expect(payload).not.toHaveProperty("email")
      expect(payload).not.toHaveProperty("preferred_username")
    }).pipe(inProcess)
  )

  it.effect.each([
    ["a wrong code", { code: "wrong" }],
    ["another redirect URI", { redirect_uri: "http://localhost:1/" }],
    ["a wrong verifier", { code_verifier: `${verifier}x` }]
  ] as const)("refuses %s", ([, others]) =>
    Effect.gen(function* () {
      const { json, status } = yield* exchange(yield* codeFor(), others)
      expect(status).toBe(401)
      expect(json).toMatchObject({ error: "invalid_grant" })
    }).pipe(inProcess)
  )

  it.effect("refuses a code that was used or has grown old, or that came to another client", () =>
    Effect.gen(function* () {
      const used = yield* codeFor()
      const first = yield* exchange(used)
      expect((yield* exchange(used)).json).toMatchObject({ error: "invalid_grant" })
      expect((yield* get("auth", "v2/oauth2/userinfo", { token: first.json.access_token })).status).toBe(401)
      const old = yield* codeFor()
      yield* TestClock.adjust("11 minutes")
      expect((yield* exchange(old)).json).toMatchObject({ error: "invalid_grant" })
      const others = yield* exchange(yield* codeFor(), { client_id: World.confidentialClientId }, basic())
      expect(others.json).toMatchObject({ error: "invalid_grant" })
    }).pipe(inProcess)
  )

  it.effect("works for a client with a secret, which needs no PKCE", () =>
    Effect.gen(function* () {
      const query = {
        client_id: World.confidentialClientId,
        redirect_uri: "http://localhost/callback",
        scope: "openid",
        response_type: "code"
      }
      const answer = yield* form("v2/oauth2/authorize", { identity: rosalind, decision: "allow" }, { query })
      const { code } = redirected(answer)
      const fields = { grant_type: "authorization_code", code: code ?? "", redirect_uri: query.redirect_uri }
      expect((yield* form("v2/oauth2/token", fields)).json).toMatchObject({ error: "invalid_client" })
      expect((yield* form("v2/oauth2/token", fields, basic())).status).toBe(200)
    }).pipe(inProcess)
  )

  it.effect("renews a token, keeping the refresh token", () =>
    Effect.gen(function* () {
      const scope = `openid ${TransferScopes.all}`
      const { json } = yield* exchange(yield* codeFor({ scope, access_type: "offline" }))
      const [transfer] = json.other_tokens
      const fields = {
        grant_type: "refresh_token",
        refresh_token: transfer.refresh_token as string,
        client_id: World.nativeClientId
      }
      const renewed = yield* form("v2/oauth2/token", fields)
      expect(renewed.json).toMatchObject({ resource_server: "transfer.api.globus.org", other_tokens: [] })
      expect(renewed.json.access_token).not.toBe(transfer.access_token)
      expect(renewed.json.refresh_token).toBe(transfer.refresh_token)
      expect((yield* form("v2/oauth2/token", fields)).status).toBe(200)
      expect((yield* (yield* Simulator).activity).refreshes).toBe(2)
    }).pipe(inProcess)
  )

  it.effect("brings a refresh token to whoever asks for offline access by a scope", () =>
    Effect.gen(function* () {
      const { json } = yield* exchange(yield* codeFor({ scope: "openid offline_access" }))
      expect(json).toMatchObject({ scope: "openid", refresh_token: expect.any(String) as string })
    }).pipe(inProcess)
  )

  it.effect("replaces the refresh token when told to rotate", () =>
    Effect.gen(function* () {
      const { json } = yield* exchange(yield* codeFor({ access_type: "offline" }))
      const refresh = (refresh_token: string) =>
        form("v2/oauth2/token", {
          grant_type: "refresh_token",
          refresh_token,
          client_id: World.nativeClientId
        })
      const renewed = yield* refresh(json.refresh_token as string)
      expect(renewed.json.refresh_token).not.toBe(json.refresh_token)
      expect((yield* refresh(json.refresh_token as string)).json).toMatchObject({ error: "invalid_grant" })
      expect((yield* refresh(renewed.json.refresh_token as string)).status).toBe(200)
    }).pipe(Effect.provide(Simulator.layerBackend({ refreshTokens: "rotate" })))
  )

  it.effect("says nothing about the refresh token when told so, and takes it again", () =>
    Effect.gen(function* () {
      const { json } = yield* exchange(yield* codeFor({ access_type: "offline" }))
      const fields = {
        grant_type: "refresh_token",
        refresh_token: json.refresh_token as string,
        client_id: World.nativeClientId
      }
      expect((yield* form("v2/oauth2/token", fields)).json).not.toHaveProperty("refresh_token")
      expect((yield* form("v2/oauth2/token", fields)).status).toBe(200)
    }).pipe(Effect.provide(Simulator.layerBackend({ refreshTokens: "omit" })))
  )

  it.effect("gives a client tokens of its own", () =>
    Effect.gen(function* () {
      const credentials = (scope: string) =>
        form("v2/oauth2/token", { grant_type: "client_credentials", scope }, basic())
      const { json } = yield* credentials(TransferScopes.all)
      expect(json).toMatchObject({ resource_server: "transfer.api.globus.org", other_tokens: [] })
      expect((yield* credentials("nonsense")).json).toMatchObject({ error: "invalid_scope" })
      expect((yield* credentials("")).json).toMatchObject({ error: "invalid_scope" })
      expect((yield* credentials("a[")).json).toMatchObject({ error: "invalid_scope" })
    }).pipe(inProcess)
  )

  it.effect("gives a service tokens for what is behind it, as far as the user consented", () =>
    Effect.gen(function* () {
      const service = `https://auth.globus.org/scopes/${World.confidentialClientId}/use`
      const { [World.confidentialClientId]: token } = yield* logIn(`${service}[${TransferScopes.all}]`)
      const dependent = (fields: Record<string, string>) =>
        form(
          "v2/oauth2/token",
          { grant_type: "urn:globus:auth:grant_type:dependent_token", token: token ?? "", ...fields },
          basic()
        )
      const { json } = yield* dependent({ access_type: "offline" })
      expect(json).toMatchObject([
        { resource_server: "transfer.api.globus.org", refresh_token: expect.any(String) }
      ])
      const refused = yield* dependent({ scope: FlowsScopes.all })
      expect(refused.status).toBe(403)
      expect(refused.json).toMatchObject({
        error: "dependent_consent_required",
        errors: [{ unapproved_scopes: [FlowsScopes.all] }]
      })
      const { json: other } = yield* dependent({ token: (yield* logIn("openid"))["auth.globus.org"] ?? "" })
      expect(other).toMatchObject({ error: "invalid_grant" })
      expect((yield* dependent({ token: "nonsense" })).json).toMatchObject({ error: "invalid_grant" })
    }).pipe(inProcess)
  )

  it.effect("knows its clients", () =>
    Effect.gen(function* () {
      const fields = { grant_type: "client_credentials", scope: "openid" }
      const ask = (others: Record<string, string>, options = {}) =>
        Effect.map(form("v2/oauth2/token", { ...fields, ...others }, options), ({ json, status }) => [
          status,
          json.error
        ])
      expect(yield* ask({})).toEqual([401, "invalid_client"])
      expect(yield* ask({}, basic(World.confidentialClientId, "wrong"))).toEqual([401, "invalid_client"])
      expect(yield* ask({}, basic("9c9b3a3e-4a0d-4b5e-8f0a-1d2c3b4a5f60"))).toEqual([401, "invalid_client"])
      expect(yield* ask({}, { headers: { authorization: "Basic !" } })).toEqual([401, "invalid_client"])
      expect(yield* ask({ client_id: World.nativeClientId })).toEqual([400, "unauthorized_client"])
      expect(yield* ask({ client_id: World.nativeClientId, client_secret: "x" })).toEqual([
        401,
        "invalid_client"
      ])
      expect(
        yield* ask({ client_id: World.confidentialClientId, client_secret: World.confidentialClientSecret })
      ).toEqual([200, undefined])
    }).pipe(inProcess)
  )

  it.effect("says what is wrong with a request that is none", () =>
    Effect.gen(function* () {
      expect((yield* form("v2/oauth2/token", { grant_type: "password" })).json).toMatchObject({
        error: "unsupported_grant_type"
      })
      expect((yield* form("v2/oauth2/token", {})).json).toMatchObject({ error: "invalid_request" })
      const { json, status } = yield* form("v2/oauth2/token", { grant_type: "authorization_code" })
      expect(status).toBe(400)
      expect(json).toMatchObject({ error: "invalid_request" })
      expect((yield* form("v2/oauth2/token/revoke", {})).json).toMatchObject({ error: "invalid_request" })
    }).pipe(inProcess)
  )
})

describe("what a token is worth", () => {
  const introspect = (token: string) =>
    form("v2/oauth2/token/introspect", { token, include: "identity_set" }, basic())

  it.effect("is told to the client it was issued to", () =>
    Effect.gen(function* () {
      const { json } = yield* form(
        "v2/oauth2/token",
        { grant_type: "client_credentials", scope: "openid" },
        basic()
      )
      expect((yield* introspect(json.access_token as string)).json).toMatchObject({
        active: true,
        scope: "openid",
        client_id: World.confidentialClientId,
        sub: World.confidentialClientId,
        username: `${World.confidentialClientId}@clients.auth.globus.org`,
        aud: ["auth.globus.org"],
        exp: 172_800,
        identity_set: [World.confidentialClientId]
      })
      expect((yield* introspect("nonsense")).json).toEqual({ active: false })
      const others = yield* logIn("openid")
      expect((yield* introspect(others["auth.globus.org"] ?? "")).json).toEqual({ active: false })
    }).pipe(inProcess)
  )

  it.effect("ends when it is revoked, and the refresh token with it", () =>
    Effect.gen(function* () {
      const { json } = yield* exchange(yield* codeFor({ access_type: "offline" }))
      const token = json.access_token as string
      expect((yield* get("auth", "v2/oauth2/userinfo", { token })).json).toEqual({ sub: rosalind })
      const revoked = yield* form("v2/oauth2/token/revoke", { token, client_id: World.nativeClientId })
      expect(revoked.json).toEqual({ active: false })
      expect((yield* get("auth", "v2/oauth2/userinfo", { token })).status).toBe(401)
      const refreshed = yield* form("v2/oauth2/token", {
        grant_type: "refresh_token",
        refresh_token: json.refresh_token as string,
        client_id: World.nativeClientId
      })
      expect(refreshed.json).toMatchObject({ error: "invalid_grant" })
    }).pipe(inProcess)
  )

  it.effect("ends when it expires", () =>
    Effect.gen(function* () {
      const { "auth.globus.org": token } = yield* logIn("openid")
      yield* TestClock.adjust("59 minutes")
      expect((yield* get("auth", "v2/oauth2/userinfo", { token })).status).toBe(200)
      yield* TestClock.adjust("1 minute")
      const { json, status } = yield* get("auth", "v2/oauth2/userinfo", { token })
      expect(status).toBe(401)
      expect(json.errors).toMatchObject([
        { status: "401", code: "UNAUTHORIZED", detail: "Token is not active" }
      ])
    }).pipe(Effect.provide(Simulator.layerBackend({ tokenLifetime: "1 hour" })))
  )

  it.live("is measured by the clock of whoever asks", () =>
    Effect.gen(function* () {
      const { "auth.globus.org": token } = yield* logIn("openid")
      const status = Effect.map(get("auth", "v2/oauth2/userinfo", { token }), ({ status }) => status)
      expect(yield* status).toBe(200)
      const later = Effect.andThen(TestClock.setTime(Number.MAX_SAFE_INTEGER), status)
      expect(yield* Effect.provide(later, TestClock.layer())).toBe(401)
      expect(yield* status).toBe(200)
    }).pipe(inProcess)
  )

  it.effect("is nothing to another service", () =>
    Effect.gen(function* () {
      const { "transfer.api.globus.org": token } = yield* logIn(`openid ${TransferScopes.all}`)
      expect((yield* get("auth", "v2/oauth2/userinfo", { token })).status).toBe(401)
    }).pipe(inProcess)
  )
})

describe("identities", () => {
  it.effect("are found by user name or by id, those of clients too", () =>
    Effect.gen(function* () {
      const { "auth.globus.org": token } = yield* logIn("openid")
      const find = (query: Record<string, string>) => get("auth", "v2/api/identities", { token, query })
      const { json } = yield* find({ usernames: "rosalind@example.org,nobody@example.org" })
      expect(json.identities).toMatchObject([{ id: rosalind, status: "used", name: "Rosalind Okafor" }])
      const byIds = yield* find({ ids: `${linus},${World.confidentialClientId}` })
      expect(byIds.json.identities).toMatchObject([{ id: linus }, { identity_type: "client" }])
      expect((yield* find({ ids: linus, usernames: "x@y" })).status).toBe(400)
      expect((yield* find({ ids: "nonsense" })).json.errors).toMatchObject([{ code: "MALFORMED_REQUEST" }])
    }).pipe(inProcess)
  )

  it.effect("are known to a client with a secret as well, and to nobody without a token", () =>
    Effect.gen(function* () {
      const query = { usernames: "rosalind@example.org" }
      expect((yield* get("auth", "v2/api/identities", { query, ...basic() })).status).toBe(200)
      expect((yield* get("auth", "v2/api/identities", { query })).status).toBe(401)
      const wrong = yield* get("auth", "v2/api/identities", { query, ...basic(undefined, "wrong") })
      expect(wrong.status).toBe(401)
    }).pipe(inProcess)
  )

  it.effect("come from a provider for each domain", () =>
    Effect.gen(function* () {
      const { "auth.globus.org": token } = yield* logIn("openid")
      const { json } = yield* get("auth", "v2/api/identity_providers", {
        token,
        query: { domains: "example.org" }
      })
      expect(json.identity_providers).toMatchObject([{ domains: ["example.org"] }])
    }).pipe(inProcess)
  )
})

describe("consents", () => {
  it.effect("are those that were given, with their dependencies below them", () =>
    Effect.gen(function* () {
      const { "auth.globus.org": token } = yield* logIn(`openid ${String(dataAccess(cluster!.id))}`)
      const { json } = yield* get("auth", `v2/api/identities/${rosalind}/consents`, { token })
      expect(
        json.consents.map((consent: Record<string, unknown>) => [
          consent["scope_name"],
          consent["dependency_path"]
        ])
      ).toEqual([
        ["openid", [1]],
        [TransferScopes.all, [2]],
        [`https://auth.globus.org/scopes/${cluster!.id}/data_access`, [2, 3]]
      ])
    }).pipe(inProcess)
  )

  it.effect("are shown to whom they belong, all of them only with the scope for that", () =>
    Effect.gen(function* () {
      const { "auth.globus.org": token } = yield* logIn("openid")
      expect((yield* get("auth", `v2/api/identities/${linus}/consents`, { token })).status).toBe(403)
      const all = { token, query: { all: "true" } }
      const refused = yield* get("auth", `v2/api/identities/${rosalind}/consents`, all)
      expect(refused.status).toBe(403)
      expect(refused.json.errors).toMatchObject([{ code: "FORBIDDEN" }])
      const { "auth.globus.org": wider } = yield* logIn(`openid ${AuthScopes.view_consents}`)
      const shown = yield* get("auth", `v2/api/identities/${rosalind}/consents`, { ...all, token: wider })
      expect(shown.json.consents).toHaveLength(2)
    }).pipe(inProcess)
  )

  it.effect("take the tokens along that they allowed, when they are revoked", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const { "auth.globus.org": token } = yield* logIn("openid email")
      yield* simulator.revokeConsents({ scope: "email", identity: "linus@lab.example.edu" })
      expect((yield* get("auth", "v2/oauth2/userinfo", { token })).status).toBe(200)
      yield* simulator.revokeConsents({ scope: "email", identity: "rosalind@example.org" })
      expect((yield* get("auth", "v2/oauth2/userinfo", { token })).status).toBe(401)
    }).pipe(inProcess)
  )
})

describe("a test", () => {
  it.effect("lets tokens expire, and revokes them", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const status = (token: string | undefined) =>
        Effect.map(get("auth", "v2/oauth2/userinfo", { token }), ({ status }) => status)
      const { "auth.globus.org": first } = yield* logIn("openid")
      yield* simulator.expireTokens({ resourceServer: "flows.globus.org" })
      expect(yield* status(first)).toBe(200)
      yield* simulator.expireTokens({ resourceServer: "auth.globus.org" })
      expect(yield* status(first)).toBe(401)
      const { "auth.globus.org": second } = yield* logIn("openid")
      yield* simulator.revokeTokens({ client: World.confidentialClientId })
      expect(yield* status(second)).toBe(200)
      yield* simulator.revokeTokens()
      expect(yield* status(second)).toBe(401)
    }).pipe(inProcess)
  )
})

describe("what is not there", () => {
  it.effect("is said to be so", () =>
    Effect.gen(function* () {
      const { json, status } = yield* get("auth", "v2/api/nonsense")
      expect(status).toBe(404)
      expect(json.errors).toMatchObject([{ code: "NOT_FOUND" }])
    }).pipe(inProcess)
  )
})

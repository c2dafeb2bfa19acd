/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access -- answers are looked at as they came */
/** What logins, consents and tokens are worth, and for how long, beyond a single service. */
import { dataAccess, TransferScopes } from "@effect-globus/sdk/model"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import { Simulator, Snapshot, World } from "../src/index.ts"
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
  submit
} from "./Browser.ts"

const work = "81060f8e-d0f9-40f2-91f5-7406ce260b34"
const project = "2bf0ae28-7a93-4a9c-bb9f-1ea0a8c0a5de"
const staff = "4df2c04a-9cb5-4cbe-9db1-30c2cae2c7f0"
const guests = "5ef3d15b-adc6-4dcf-8ec2-41d3dbf3d801"
const deep = "6ff4e26c-bed7-4ed0-9fd3-52e4ec04e912"
const archive = "70f5f37d-cfe8-4fe1-80e4-63f5fd15fa23"
const home = "1a2b3c4d-5e6f-4a1b-8c2d-3e4f5a6b7c8d"
const office = "2b3c4d5e-6f7a-4b2c-9d3e-4f5a6b7c8d9e"

const front = World.confidentialClientId
const frontScope = `https://auth.globus.org/scopes/${front}/front`
const deepScope = `https://auth.globus.org/scopes/${deep}/deep`

const [, , cluster] = World.defaultWorld.collections

const world = {
  ...World.defaultWorld,
  identities: [
    ...World.defaultWorld.identities,
    { id: work, username: "r.okafor@labs.work.example", name: "R. Okafor", linked_to: "rosalind@example.org" }
  ],
  clients: [
    ...World.defaultWorld.clients,
    { type: "confidential", id: deep, name: "Deep", secret: "deep-secret", redirect_uris: [] }
  ],
  projects: [{ id: project, display_name: "P" }],
  policies: [
    { id: staff, project_id: project, display_name: "Staff", domain_constraints_include: ["*.work.example"] },
    {
      id: guests,
      project_id: project,
      display_name: "Guests",
      domain_constraints_exclude: ["*.work.example"]
    }
  ],
  scopes: [
    { client: front, scope_string: frontScope },
    { client: deep, scope_string: deepScope },
    {
      client: deep,
      scope_string: `https://auth.globus.org/scopes/${deep}/brief`,
      allows_refresh_token: false
    }
  ],
  groups: [
    {
      id: home,
      name: "Home",
      members: [{ identity: "rosalind@example.org", role: "admin" }],
      policies: { is_high_assurance: true, authentication_assurance_timeout: 600 }
    },
    {
      id: office,
      name: "Office",
      members: [{ identity: "r.okafor@labs.work.example", role: "admin" }],
      policies: { is_high_assurance: true, authentication_assurance_timeout: 600 }
    }
  ],
  collections: [
    ...World.defaultWorld.collections,
    { id: archive, display_name: "Archive", authentication_policy_id: staff, files: { "x.txt": "x" } }
  ]
} as const satisfies World.Input

const inProcess = Effect.provide(Simulator.layerBackend({ world }))

const dependent = (token: string, id: string, secret: string, others: Record<string, string> = {}) =>
  form(
    "v2/oauth2/token",
    { grant_type: "urn:globus:auth:grant_type:dependent_token", token, ...others },
    basic(id, secret)
  )

const refresh = (refresh_token: string, client_id: string = World.nativeClientId) =>
  form("v2/oauth2/token", { grant_type: "refresh_token", refresh_token, client_id })

const isActive = (token: string, id: string, secret: string) =>
  Effect.map(
    form("v2/oauth2/token/introspect", { token }, basic(id, secret)),
    ({ json }) => json.active as boolean
  )

describe("a policy", () => {
  it.effect("may mean all domains below one", () =>
    Effect.gen(function* () {
      const inside = yield* authorize({ session_required_policies: staff })
      expect(inside.text).toContain("r.okafor@labs.work.example")
      expect(inside.text).not.toContain("rosalind@example.org")
      const outside = yield* authorize({ session_required_policies: guests })
      expect(outside.text).not.toContain("r.okafor@labs.work.example")
      expect(outside.text).toContain("rosalind@example.org")
      const both = yield* authorize({ session_required_policies: `${staff},${guests}` })
      expect(redirected(both)).toMatchObject({ error: "access_denied" })
    }).pipe(inProcess)
  )

  it.effect("that asks for nothing but an account is satisfied by having one", () =>
    Effect.gen(function* () {
      const status = (identity: string) =>
        Effect.gen(function* () {
          const { "transfer.api.globus.org": token } = yield* logIn(TransferScopes.all, identity)
          return (yield* get("transfer", `v0.10/operation/endpoint/${archive}/ls`, { token })).status
        })
      expect(yield* status(rosalind)).toBe(200)
      expect(yield* status(linus)).toBe(403)
    }).pipe(inProcess)
  )
})

describe("a session", () => {
  const opens = (token: string | undefined, group: string) =>
    Effect.map(get("groups", `v2/groups/${group}`, { token }), ({ status }) => status === 200)
  const scope = "urn:globus:auth:scope:groups.api.globus.org:all"
  const tokenOf = (identity: string) =>
    Effect.map(logIn(scope, identity), (tokens) => tokens["groups.api.globus.org"])

  it.effect("goes on: a login with one account does not end that with another", () =>
    Effect.gen(function* () {
      const first = yield* tokenOf(rosalind)
      expect([yield* opens(first, home), yield* opens(first, office)]).toEqual([true, false])
      yield* TestClock.adjust("6 minutes")
      const second = yield* tokenOf(work)
      expect([yield* opens(second, home), yield* opens(second, office)]).toEqual([true, true])
      yield* TestClock.adjust("6 minutes")
      expect([yield* opens(second, home), yield* opens(second, office)]).toEqual([false, true])
      // A token stays in the session that brought it.
      expect(yield* opens(first, office)).toBe(false)
    }).pipe(inProcess)
  )

  it.effect("has all accounts that were asked for, if they are of one person", () =>
    Effect.gen(function* () {
      const wish = { scope, session_required_identities: `${rosalind},r.okafor@labs.work.example` }
      const { json } = yield* exchange(yield* codeFor(wish))
      const token = json.access_token as string
      expect([yield* opens(token, home), yield* opens(token, office)]).toEqual([true, true])
    }).pipe(inProcess)
  )

  it.effect("is no younger for a refreshed token, nor for what depends on it", () =>
    Effect.gen(function* () {
      const { json } = yield* exchange(yield* codeFor({ scope, access_type: "offline" }))
      yield* TestClock.adjust("11 minutes")
      const renewed = yield* refresh(json.refresh_token as string)
      expect(yield* opens(renewed.json.access_token as string, home)).toBe(false)
      const { json: again } = yield* exchange(yield* codeFor({ scope, prompt: "login" }))
      expect(yield* opens(again.access_token as string, home)).toBe(true)
    }).pipe(inProcess)
  )

  it.effect("is of an account of the domain that was asked for", () =>
    Effect.gen(function* () {
      const wish = { scope, session_required_single_domain: "labs.work.example" }
      expect((yield* submit({ identity: rosalind, decision: "allow" }, wish)).text).toContain(
        "Choose one of these"
      )
      const { json } = yield* exchange(yield* codeFor(wish, work))
      expect(yield* opens(json.access_token as string, office)).toBe(true)
    }).pipe(inProcess)
  )

  it.effect("is in a snapshot", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* tokenOf(rosalind)
      const token = yield* tokenOf(work)
      const json = Schema.fromJsonString(Snapshot)
      const written = yield* Schema.encodeEffect(json)(yield* simulator.snapshot)
      yield* simulator.revokeTokens()
      yield* simulator.restore(yield* Schema.decodeEffect(json)(written))
      expect(yield* Schema.encodeEffect(json)(yield* simulator.snapshot)).toBe(written)
      expect([yield* opens(token, home), yield* opens(token, office)]).toEqual([true, true])
    }).pipe(inProcess)
  )
})

describe("a refresh token", () => {
  it.effect("is good as long as it is used twice a year", () =>
    Effect.gen(function* () {
      const { json } = yield* exchange(yield* codeFor({ access_type: "offline" }))
      const token = json.refresh_token as string
      yield* TestClock.adjust("180 days")
      expect((yield* refresh(token)).status).toBe(200)
      yield* TestClock.adjust("180 days")
      expect((yield* refresh(token)).status).toBe(200)
      yield* TestClock.adjust("184 days")
      expect((yield* refresh(token)).json).toMatchObject({ error: "invalid_grant" })
    }).pipe(inProcess)
  )

  it.effect("is not had for a scope that allows none", () =>
    Effect.gen(function* () {
      const brief = `https://auth.globus.org/scopes/${deep}/brief`
      const { json } = yield* exchange(yield* codeFor({ scope: `openid ${brief}`, access_type: "offline" }))
      expect(json).toMatchObject({ refresh_token: expect.any(String) as string })
      expect(json.other_tokens).toMatchObject([{ resource_server: deep }])
      expect(json.other_tokens[0]).not.toHaveProperty("refresh_token")
    }).pipe(inProcess)
  )

  it.effect("ends with the consent that it rests on", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const scope = `openid ${TransferScopes.all}`
      const { json } = yield* exchange(yield* codeFor({ scope, access_type: "offline" }))
      yield* simulator.revokeConsents({ scope: TransferScopes.all })
      const [transfer] = json.other_tokens
      expect((yield* refresh(transfer.refresh_token as string)).json).toMatchObject({
        error: "invalid_grant"
      })
      expect((yield* refresh(json.refresh_token as string)).status).toBe(200)
    }).pipe(inProcess)
  )
})

describe("services behind services", () => {
  const chain = Effect.gen(function* () {
    const tokens = yield* logIn(`${frontScope}[${deepScope}[${TransferScopes.all}]]`)
    const first = yield* dependent(tokens[front] ?? "", front, World.confidentialClientSecret, {
      access_type: "offline"
    })
    expect(first.json).toMatchObject([{ resource_server: deep, scope: deepScope }])
    const token = first.json[0].access_token as string
    const second = yield* dependent(token, deep, "deep-secret")
    expect(second.json).toMatchObject([
      { resource_server: "transfer.api.globus.org", scope: TransferScopes.all }
    ])
    return {
      front: tokens[front] ?? "",
      deep: token,
      refresh: first.json[0].refresh_token as string,
      transfer: second.json[0].access_token as string
    }
  })

  const lists = (token: string) =>
    Effect.map(get("transfer", "v0.10/bookmark_list", { token }), ({ status }) => status === 200)

  it.effect("get tokens as deep as the user has consented, and no deeper", () =>
    Effect.gen(function* () {
      const tokens = yield* chain
      expect(yield* lists(tokens.transfer)).toBe(true)
      const refused = yield* dependent(tokens.deep, deep, "deep-secret", { scope: frontScope })
      expect(refused.json).toMatchObject({
        error: "dependent_consent_required",
        errors: [{ unapproved_scopes: [frontScope] }]
      })
      // What was consented to for one service is nothing that another may use.
      const { [deep]: own } = yield* logIn(deepScope)
      expect((yield* dependent(own ?? "", deep, "deep-secret")).json).toEqual([])
    }).pipe(inProcess)
  )

  it.effect("renew their tokens with the consents that those rest on", () =>
    Effect.gen(function* () {
      const tokens = yield* chain
      const renewed = yield* form(
        "v2/oauth2/token",
        { grant_type: "refresh_token", refresh_token: tokens.refresh },
        basic()
      )
      const again = yield* dependent(renewed.json.access_token as string, deep, "deep-secret")
      expect(again.json).toMatchObject([{ scope: TransferScopes.all }])
    }).pipe(inProcess)
  )

  it.effect("lose their tokens with the consent, all the way down", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const tokens = yield* chain
      yield* simulator.revokeConsents({ scope: deepScope })
      // The one above stays.
      expect(yield* isActive(tokens.front, front, World.confidentialClientSecret)).toBe(true)
      expect(yield* isActive(tokens.deep, deep, "deep-secret")).toBe(false)
      expect(yield* lists(tokens.transfer)).toBe(false)
      const renewed = yield* form(
        "v2/oauth2/token",
        { grant_type: "refresh_token", refresh_token: tokens.refresh },
        basic()
      )
      expect(renewed.json).toMatchObject({ error: "invalid_grant" })
    }).pipe(inProcess)
  )

  it.effect("use collections as far as the user has consented to it for them", () =>
    Effect.gen(function* () {
      const ls = (scope: string) =>
        Effect.gen(function* () {
          const tokens = yield* logIn(scope)
          const { json } = yield* dependent(tokens[front] ?? "", front, World.confidentialClientSecret)
          const path = `v0.10/operation/endpoint/${cluster!.id}/ls`
          const token = json[0].access_token as string
          return yield* get("transfer", path, { token, query: { path: "/~/" } })
        })
      expect((yield* ls(`${frontScope}[${TransferScopes.all}]`)).json).toMatchObject({
        code: "ConsentRequired"
      })
      expect((yield* ls(`${frontScope}[${String(dataAccess(cluster!.id))}]`)).status).toBe(200)
    }).pipe(inProcess)
  )

  it.effect("are named in the consents, each as what may use a scope", () =>
    Effect.gen(function* () {
      const { "auth.globus.org": token } = yield* logIn(`openid ${frontScope}[${deepScope}]`)
      const { json } = yield* get("auth", `v2/api/identities/${rosalind}/consents`, { token })
      expect(json.consents).toMatchObject([
        { scope_name: "openid", client: World.nativeClientId },
        { scope_name: frontScope, client: World.nativeClientId },
        { scope_name: deepScope, client: front }
      ])
    }).pipe(inProcess)
  )
})

describe("a token that is revoked", () => {
  it.effect("leaves alone what a service has got for it", () =>
    Effect.gen(function* () {
      const tokens = yield* logIn(`${frontScope}[${deepScope}]`)
      const token = tokens[front] ?? ""
      const { json } = yield* dependent(token, front, World.confidentialClientSecret)
      yield* form("v2/oauth2/token/revoke", { token, client_id: World.nativeClientId })
      expect(yield* isActive(token, front, World.confidentialClientSecret)).toBe(false)
      // So that timers, for example, run on after their owner has logged out.
      expect(yield* isActive(json[0].access_token as string, deep, "deep-secret")).toBe(true)
    }).pipe(inProcess)
  )
})

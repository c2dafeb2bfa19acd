/* oxlint-disable typescript/no-unsafe-assignment -- answers are looked at as they came */
import { GlobusApp, TokenStorage, UserApp } from "@effect-globus/sdk/app"
import { AuthClient, ConsentForest, OAuth2Client } from "@effect-globus/sdk/auth"
import { AuthScopes, ClientId, GlobusScope } from "@effect-globus/sdk/model"
import { Transport } from "@effect-globus/sdk/service"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { Simulator, World } from "../src/index.ts"
import { authorize, basic, form, get, linus, logIn, redirected, rosalind, submit } from "./Browser.ts"
import { missingIn } from "./Recorded.ts"

const project = "2bf0ae28-7a93-4a9c-bb9f-1ea0a8c0a5de"
const others = "3cf1bf39-8ba4-4bad-8ca0-2fb1b9d1b6ef"
const staff = "4df2c04a-9cb5-4cbe-9db1-30c2cae2c7f0"
const strict = "5ef3d15b-adc6-4dcf-8ec2-41d3dbf3d801"
const vault = "6ff4e26c-bed7-4ed0-9fd3-52e4ec04e912"
const clinic = "70f5f37d-cfe8-4fe1-80e4-63f5fd15fa23"
const work = "81060f8e-d0f9-40f2-91f5-7406ce260b34"
const service = World.confidentialClientId

const world: World.Input = {
  ...World.defaultWorld,
  identities: [
    ...World.defaultWorld.identities,
    { id: work, username: "r.okafor@work.example.com", name: "R. Okafor", linked_to: "rosalind@example.org" }
  ],
  identity_providers: [
    { id: "92171a9f-e10a-4103-a206-8517df371c45", name: "Work", domains: ["work.example.com", "example.com"] }
  ],
  clients: World.defaultWorld.clients.map((client) =>
    client.id === service ? { ...client, project, fqdns: ["sync.example.org"] } : client
  ),
  projects: [
    { id: project, display_name: "Mine" },
    { id: others, display_name: "Another's", admin_ids: ["linus@lab.example.edu"] }
  ],
  policies: [
    {
      id: staff,
      project_id: project,
      display_name: "Staff",
      description: "Accounts at work",
      domain_constraints_include: ["work.example.com"]
    },
    {
      id: strict,
      project_id: project,
      display_name: "Strict",
      high_assurance: true,
      required_mfa: true,
      authentication_assurance_timeout: 600
    }
  ],
  scopes: [
    {
      client: service,
      scope_string: `https://auth.globus.org/scopes/${service}/sync`,
      description: "Synchronize",
      dependent_scopes: [{ scope: AuthScopes.view_consents }]
    }
  ],
  collections: [
    { id: vault, display_name: "Vault", authentication_policy_id: strict, files: { "x.txt": "x" } },
    {
      id: clinic,
      display_name: "Clinic",
      entity_type: "GCSv5_mapped_collection",
      high_assurance: true,
      authentication_timeout_mins: 10,
      mfa_required: true,
      files: { "y.txt": "y" }
    }
  ]
}

const app = UserApp.layer({ appName: "registry", clientId: World.nativeClientId })

const Clients = Layer.mergeAll(
  AuthClient.layerWith({
    scopes: [
      AuthScopes.openid,
      AuthScopes.email,
      AuthScopes.profile,
      AuthScopes.manage_projects,
      AuthScopes.view_identity_set,
      AuthScopes.view_consents
    ]
  }),
  TransferClient.layer
).pipe(
  Layer.provideMerge(app),
  Layer.provideMerge(
    Layer.mergeAll(
      Layer.unwrap(Effect.map(Simulator, ({ environment }) => Transport.layerWith({ environment }))),
      Simulator.layerLogin,
      TokenStorage.layerMemory
    )
  ),
  Layer.provideMerge(Simulator.layerBackend({ world }))
)

const inProcess = Effect.provide(Clients)

const onTheWire = Effect.provide(Simulator.layerBackend({ world }))

const refused = <A, E extends { readonly _tag: string }>(effect: Effect.Effect<A, E>) =>
  Effect.map(Effect.flip(effect), (error) => ("status" in error ? error.status : error._tag))

describe("projects", () => {
  it.effect("are those that the caller administers, in the shape that Globus gives them", () =>
    Effect.gen(function* () {
      const auth = yield* AuthClient
      const listed = yield* auth.listProjects()
      expect(listed.projects.map(({ display_name }) => display_name)).toEqual(["Mine"])
      expect(missingIn(listed, "auth.get_projects.default")).toEqual([])
      expect(yield* refused(auth.getProject(others))).toBe(403)
      expect(yield* refused(auth.getProject(staff))).toBe(404)
    }).pipe(inProcess)
  )

  it.effect("are created, changed and removed; not while there is something in them", () =>
    Effect.gen(function* () {
      const auth = yield* AuthClient
      const made = yield* auth.createProject({
        project: { display_name: "New", contact_email: "new@example.org", admin_ids: [rosalind] }
      })
      expect(missingIn(made, "auth.create_project.admin_group")).toEqual([])
      const { id } = made.project
      yield* auth.updateProject(id, { project: { ...made.project, display_name: "Newer" } })
      expect((yield* auth.getProject(id)).project).toMatchObject({
        display_name: "Newer",
        contact_email: "new@example.org",
        admin_ids: [rosalind]
      })
      yield* auth.deleteProject(id)
      expect(yield* refused(auth.getProject(id))).toBe(404)
      expect(yield* refused(auth.deleteProject(project))).toBe(409)
    }).pipe(inProcess)
  )

  it.effect("need the scope for them", () =>
    Effect.gen(function* () {
      const tokens = yield* logIn("openid")
      const answer = yield* get("auth", "v2/api/projects", { token: tokens["auth.globus.org"] })
      expect([answer.status, answer.json]).toMatchObject([403, { errors: [{ code: "FORBIDDEN" }] }])
    }).pipe(onTheWire)
  )
})

describe("clients", () => {
  it.effect("are registered in a project, given a secret, and then log in with it", () =>
    Effect.gen(function* () {
      const auth = yield* AuthClient
      const made = yield* auth.createClient({
        client: {
          name: "Portal",
          project,
          client_type: "confidential_client",
          redirect_uris: ["https://p.example.org/"]
        }
      })
      expect(missingIn(made, "auth.create_client.default")).toEqual([])
      const { id } = made.client
      const credential = yield* auth.createClientCredential(id, { credential: { name: "first" } })
      expect(missingIn(credential, "auth.create_client_credential.default")).toEqual([])
      const clientSecret = credential.credential.secret
      if (!clientSecret) return expect.fail("there is no secret")
      const ours = yield* OAuth2Client.make({ clientId: id, clientSecret })
      const token = yield* ours.clientCredentials("openid")
      expect(yield* ours.validate(token.access_token)).toEqual({ active: true })
      const { credentials } = yield* auth.listClientCredentials(id)
      expect(credentials).toMatchObject([{ name: "first", secret: null }])
      yield* auth.deleteClientCredential(id, credential.credential.id)
      expect(yield* refused(ours.clientCredentials("openid"))).toBe(401)
      yield* auth.updateClient(id, { client: { name: "Gate", visibility: "public" } })
      expect((yield* auth.getClient(id)).client).toMatchObject({
        name: "Gate",
        visibility: "public",
        redirect_uris: ["https://p.example.org/"]
      })
      expect((yield* auth.listClients()).clients.map(({ name }) => name)).toEqual(["Nightly Sync", "Gate"])
      yield* auth.deleteClient(id)
      expect(yield* refused(auth.getClient(id))).toBe(404)
    }).pipe(inProcess)
  )

  it.effect("are found by a domain of theirs", () =>
    Effect.gen(function* () {
      const auth = yield* AuthClient
      const found = yield* auth.getClientByFqdn("sync.example.org")
      expect(found.client.id).toBe(service)
      expect(missingIn(found, "auth.get_client.fqdn")).toEqual([])
      expect(yield* refused(auth.getClientByFqdn("nobody.example.org"))).toBe(404)
    }).pipe(inProcess)
  )

  it.effect("belong to a project that the caller administers", () =>
    Effect.gen(function* () {
      const auth = yield* AuthClient
      const client = { name: "X", client_type: "confidential_client" } as const
      expect(yield* refused(auth.createClient({ client: { ...client, project: others } }))).toBe(403)
      expect(yield* refused(auth.createClient({ client }))).toBe(400)
      expect(yield* refused(auth.deleteClient(World.nativeClientId))).toBe(403)
    }).pipe(inProcess)
  )

  it.effect("register children of theirs, and native applications instances of themselves", () =>
    Effect.gen(function* () {
      const native = yield* OAuth2Client.make({ clientId: World.nativeClientId })
      const instance = yield* native.createNativeAppInstance({ name: "on this machine" })
      expect(instance.client.parent_client).toBe(World.nativeClientId)
      const own = yield* OAuth2Client.make(instance)
      expect((yield* own.clientCredentials("openid")).scope).toBe("openid")
      const parent = yield* OAuth2Client.make({
        clientId: service,
        clientSecret: Redacted.make(World.confidentialClientSecret)
      })
      const child = yield* parent.createChildClient({ name: "Child", client_type: "public_installed_client" })
      expect(child.client).toMatchObject({ parent_client: service, public_client: true, project: null })
      const nobody = yield* Effect.flip(
        native.createNativeAppInstance({ name: "x", templateId: ClientId.make(rosalind) })
      )
      expect(nobody).toMatchObject({ status: 404 })
    }).pipe(inProcess)
  )
})

describe("policies", () => {
  it.effect("are created, changed, listed and removed", () =>
    Effect.gen(function* () {
      const auth = yield* AuthClient
      const made = yield* auth.createPolicy({
        policy: {
          project_id: project,
          display_name: "P",
          description: "p",
          authentication_assurance_timeout: 35
        }
      })
      expect(missingIn(made, "auth.create_policy.default")).toEqual([])
      const { id } = made.policy
      const changed = yield* auth.updatePolicy(id, { policy: { required_mfa: true } })
      expect(changed.policy).toMatchObject({ required_mfa: true, authentication_assurance_timeout: 35 })
      expect(missingIn(changed, "auth.update_policy.default")).toEqual([])
      const listed = yield* auth.listPolicies()
      expect(missingIn(listed, "auth.get_policies.default")).toEqual([])
      expect(listed.policies).toHaveLength(3)
      yield* auth.deletePolicy(id)
      expect(yield* refused(auth.getPolicy(id))).toBe(404)
      expect(
        yield* refused(
          auth.createPolicy({ policy: { project_id: others, display_name: "P", description: "p" } })
        )
      ).toBe(403)
    }).pipe(inProcess)
  )
})

describe("scopes", () => {
  it.effect("are defined, depend on others, and exist from then on", () =>
    Effect.gen(function* () {
      const auth = yield* AuthClient
      const { scopes } = yield* auth.listScopes({ scope_strings: [AuthScopes.view_identities] })
      const [theirs] = scopes
      if (theirs === undefined) return expect.fail("there is no such scope")
      const made = yield* auth.createScope(service, {
        scope: {
          name: "Read",
          description: "Read samples",
          scope_suffix: "read",
          dependent_scopes: [{ scope: theirs.id, optional: false, requires_refresh_token: false }]
        }
      })
      expect(missingIn(made, "auth.create_scope.default")).toEqual([])
      expect(missingIn(made, "auth.update_scope.dependent_scopes")).toEqual([])
      const { id, scope_string } = made.scope
      expect(scope_string).toBe(`https://auth.globus.org/scopes/${service}/read`)
      expect((yield* auth.getClientScope(service, id)).scope.name).toBe("Read")
      expect(
        yield* refused(auth.createScope(service, { scope: { ...made.scope, scope_suffix: "read" } }))
      ).toBe(409)
      const app = yield* GlobusApp
      yield* app.addScopeRequirements({ [service]: scope_string })
      yield* app.login()
      const { consents } = yield* auth.getConsents(rosalind)
      const forest = ConsentForest.make(consents)
      const wanted = GlobusScope.makeUnsafe(scope_string, {
        dependencies: [GlobusScope.makeUnsafe(AuthScopes.view_identities)]
      })
      expect(ConsentForest.covers(forest, wanted)).toBe(true)
      yield* auth.deleteScope(id)
      expect(yield* refused(auth.getScope(id))).toBe(404)
      expect(redirected(yield* authorize({ scope: scope_string }))).toMatchObject({ error: "invalid_scope" })
    }).pipe(inProcess)
  )

  it.effect("bring what they depend on along, for the service behind them", () =>
    Effect.gen(function* () {
      const scope = `https://auth.globus.org/scopes/${service}/sync`
      const tokens = yield* logIn(scope)
      const { json } = yield* form(
        "v2/oauth2/token",
        { grant_type: "urn:globus:auth:grant_type:dependent_token", token: tokens[service] ?? "" },
        basic()
      )
      expect(json).toMatchObject([{ resource_server: "auth.globus.org", scope: AuthScopes.view_consents }])
    }).pipe(onTheWire)
  )
})

describe("linked identities", () => {
  it.effect("are of one person, who acts as the primary one", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* simulator.setPerson({ identity: "r.okafor@work.example.com" })
      const auth = yield* AuthClient
      const who = yield* auth.userinfo()
      expect(who.sub).toBe(rosalind)
      expect(who.identity_set?.map(({ sub }) => sub)).toEqual([rosalind, work])
      const { identity, included } = yield* auth.getIdentity(work, { include: ["identity_provider"] })
      expect(identity.identity_provider).toBe("92171a9f-e10a-4103-a206-8517df371c45")
      expect(included?.identity_providers).toMatchObject([{ name: "Work" }])
      expect(yield* refused(auth.getIdentity(vault))).toBe(404)
    }).pipe(inProcess)
  )

  it.effect("are told to a service, with how their person logged in", () =>
    Effect.gen(function* () {
      const scope = `https://auth.globus.org/scopes/${service}/sync`
      const tokens = yield* logIn(scope, work)
      const { json } = yield* form(
        "v2/oauth2/token/introspect",
        { token: tokens[service] ?? "", include: "identity_set,session_info" },
        basic()
      )
      expect(json).toMatchObject({
        sub: rosalind,
        identity_set: [rosalind, work],
        session_info: { authentications: { [work]: { amr: ["pwd"] } } }
      })
    }).pipe(onTheWire)
  )

  it.effect("that nobody has used yet are provisioned, and cannot log in", () =>
    Effect.gen(function* () {
      const auth = yield* AuthClient
      const usernames = ["new@example.org"]
      expect((yield* auth.getIdentities({ usernames })).identities).toEqual([])
      const { identities } = yield* auth.getIdentities({ usernames, provision: true })
      expect(identities).toMatchObject([{ username: "new@example.org", status: "unused", name: null }])
      const again = yield* auth.getIdentities({ usernames, provision: true })
      expect(again.identities[0]?.id).toBe(identities[0]?.id)
      const page = yield* authorize({ session_required_identities: "new@example.org" })
      expect(redirected(page)).toMatchObject({ error: "access_denied" })
    }).pipe(inProcess)
  )
})

describe("a session", () => {
  it.effect("is what a collection of high assurance asks for, until it is too old", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      expect((yield* transfer.ls(clinic)).DATA).toHaveLength(1)
      const { logins } = yield* (yield* Simulator).activity
      expect(logins.at(-1)?.parameters).toMatchObject({
        session_required_identities: rosalind,
        session_required_mfa: "True",
        prompt: "login"
      })
      yield* TestClock.adjust("9 minutes")
      yield* transfer.ls(clinic)
      expect((yield* (yield* Simulator).activity).logins).toHaveLength(logins.length)
      yield* TestClock.adjust("2 minutes")
      yield* transfer.ls(clinic)
      expect((yield* (yield* Simulator).activity).logins).toHaveLength(logins.length + 1)
    }).pipe(inProcess)
  )

  it.effect("satisfies a policy, or is refused by name", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      expect((yield* transfer.ls(vault)).DATA).toHaveLength(1)
      const { logins } = yield* (yield* Simulator).activity
      expect(logins.at(-1)?.parameters).toMatchObject({ session_required_policies: strict })
      yield* (yield* Simulator).setPerson({ mfa: false })
      yield* TestClock.adjust("1 hour")
      expect(yield* Effect.flip(transfer.ls(vault))).toMatchObject({ _tag: "LoginFailed" })
    }).pipe(inProcess)
  )

  it.effect("is refused with a body that says what to do", () =>
    Effect.gen(function* () {
      const tokens = yield* logIn("urn:globus:auth:scope:transfer.api.globus.org:all")
      const answer = yield* get("transfer", `v0.10/operation/endpoint/${vault}/ls`, {
        token: tokens["transfer.api.globus.org"]
      })
      expect([answer.status, answer.json]).toMatchObject([
        403,
        { code: "AuthorizationRequired", authorization_parameters: { session_required_policies: [strict] } }
      ])
    }).pipe(onTheWire)
  )

  it.effect("is made on the pages: the right account, and a second factor", () =>
    Effect.gen(function* () {
      const atWork = yield* authorize({ session_required_policies: staff })
      expect(atWork.text).toContain("r.okafor@work.example.com")
      expect(atWork.text).not.toContain("linus@lab.example.edu")
      expect(atWork.text).toContain("Staff: Accounts at work")
      const wish = { session_required_policies: strict }
      const factor = yield* submit({ identity: linus }, wish)
      expect(factor.text).toContain("second factor")
      // Allowing it does not go around the factor.
      expect((yield* submit({ identity: linus, decision: "allow" }, wish)).text).toContain("second factor")
      expect(redirected(yield* submit({ identity: linus, mfa: "no" }, wish))).toMatchObject({
        error: "access_denied"
      })
      const consent = yield* submit({ identity: linus, mfa: "yes" }, wish)
      expect(consent.text).toContain("Allow")
      const unknown = yield* authorize({ session_required_policies: vault })
      expect(redirected(unknown)).toMatchObject({ error: "invalid_request" })
    }).pipe(onTheWire)
  )
})

describe("the registry", () => {
  it.effect("is in the snapshot", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const auth = yield* AuthClient
      const { client } = yield* auth.createClient({
        client: { name: "Kept", project, client_type: "confidential_client" }
      })
      const { credential } = yield* auth.createClientCredential(client.id, { credential: { name: "kept" } })
      const kept = yield* simulator.snapshot
      yield* auth.deleteClient(client.id)
      yield* simulator.restore(kept)
      if (!credential.secret) return expect.fail("there is no secret")
      const ours = yield* OAuth2Client.make({ clientId: client.id, clientSecret: credential.secret })
      expect((yield* ours.clientCredentials("openid")).scope).toBe("openid")
      const { projects = [], policies = [], scopes = [] } = yield* simulator.world
      expect([projects.length, policies.length, scopes.length]).toEqual([2, 2, 1])
    }).pipe(inProcess)
  )
})

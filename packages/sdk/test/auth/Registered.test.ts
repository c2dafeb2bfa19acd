/** What is registered with Globus Auth: each operation as it goes on the wire, and what comes back. */
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { inspect } from "node:util"
import { AuthClient, type Service } from "../../src/auth/AuthClient.ts"
import type { GlobusError } from "../../src/model/GlobusError.ts"
import { AuthScopes } from "../../src/model/Scopes.ts"
import * as StubHttp from "../service/internal/StubHttp.ts"
import * as Registered from "./internal/Registered.ts"

const { canary, client, clientId, credential, credentialId, groupId, identity, identityId } = Registered
const { policy, policyId, project, projectId, scope, scopeId } = Registered

const dependency = { scope: scopeId, optional: true, requires_refresh_token: false }

interface Case {
  readonly name: keyof Service
  readonly call: (auth: Service) => Effect.Effect<unknown, GlobusError>
  readonly request: string
  readonly body?: unknown
  readonly answer: unknown
  readonly scopes?: ReadonlyArray<string>
}

const ofProjects: ReadonlyArray<Case> = [
  {
    name: "listProjects",
    call: (auth) => auth.listProjects(),
    request: "GET /v2/api/projects",
    answer: { projects: [project, { ...project, admins: undefined, brand_new: 1 }] }
  },
  {
    name: "createProject",
    call: (auth) =>
      auth.createProject({
        project: {
          display_name: "Beamline 7",
          contact_email: "beamline7@example.org",
          admin_ids: [identityId],
          admin_group_ids: [groupId]
        }
      }),
    request: "POST /v2/api/projects",
    body: {
      project: {
        display_name: "Beamline 7",
        contact_email: "beamline7@example.org",
        admin_ids: [identityId],
        admin_group_ids: [groupId]
      }
    },
    answer: { project }
  },
  {
    name: "getProject",
    call: (auth) => auth.getProject(projectId),
    request: `GET /v2/api/projects/${projectId}`,
    answer: { project }
  },
  {
    name: "updateProject",
    call: (auth) => auth.updateProject(projectId, { project: { display_name: "Beamline 8" } }),
    request: `PUT /v2/api/projects/${projectId}`,
    body: { project: { display_name: "Beamline 8" } },
    answer: { project }
  },
  {
    name: "deleteProject",
    call: (auth) => auth.deleteProject(projectId),
    request: `DELETE /v2/api/projects/${projectId}`,
    answer: { project }
  }
]

const ofPolicies: ReadonlyArray<Case> = [
  {
    name: "listPolicies",
    call: (auth) => auth.listPolicies(),
    request: "GET /v2/api/policies",
    answer: { policies: [policy] }
  },
  {
    name: "createPolicy",
    call: (auth) =>
      auth.createPolicy({
        policy: {
          project_id: projectId,
          display_name: "Staff",
          description: "",
          high_assurance: true,
          authentication_assurance_timeout: 60,
          domain_constraints_include: null
        }
      }),
    request: "POST /v2/api/policies",
    body: {
      policy: {
        project_id: projectId,
        display_name: "Staff",
        description: "",
        high_assurance: true,
        authentication_assurance_timeout: 60,
        domain_constraints_include: null
      }
    },
    answer: { policy }
  },
  {
    name: "getPolicy",
    call: (auth) => auth.getPolicy(policyId),
    request: `GET /v2/api/policies/${policyId}`,
    answer: { policy }
  },
  {
    name: "updatePolicy",
    call: (auth) => auth.updatePolicy(policyId, { policy: { domain_constraints_exclude: [] } }),
    request: `PUT /v2/api/policies/${policyId}`,
    body: { policy: { domain_constraints_exclude: [] } },
    answer: { policy: { project_id: projectId, display_name: "Staff", description: "" } }
  },
  {
    name: "deletePolicy",
    call: (auth) => auth.deletePolicy(policyId),
    request: `DELETE /v2/api/policies/${policyId}`,
    answer: { policy }
  }
]

const links = {
  terms_and_conditions: "https://example.org/terms",
  privacy_policy: "https://example.org/privacy"
}

const ofClients: ReadonlyArray<Case> = [
  {
    name: "listClients",
    call: (auth) => auth.listClients(),
    request: "GET /v2/api/clients",
    answer: { clients: [client] }
  },
  {
    name: "createClient",
    call: (auth) =>
      auth.createClient({
        client: { name: "Portal", project: projectId, client_type: "confidential_client", links, extra: 1 }
      }),
    request: "POST /v2/api/clients",
    body: {
      client: { name: "Portal", project: projectId, client_type: "confidential_client", links, extra: 1 }
    },
    answer: { client }
  },
  {
    name: "getClient",
    call: (auth) => auth.getClient(clientId),
    request: `GET /v2/api/clients/${clientId}`,
    answer: { client: { ...client, client_type: "a_type_of_the_future" } }
  },
  {
    name: "getClientByFqdn",
    call: (auth) => auth.getClientByFqdn("example.org"),
    request: "GET /v2/api/clients?fqdn=example.org",
    answer: { client }
  },
  {
    name: "updateClient",
    call: (auth) =>
      auth.updateClient(clientId, {
        client: {
          name: "Portal",
          required_idp: null,
          links: { terms_and_conditions: null, privacy_policy: null }
        }
      }),
    request: `PUT /v2/api/clients/${clientId}`,
    body: {
      client: {
        name: "Portal",
        required_idp: null,
        links: { terms_and_conditions: null, privacy_policy: null }
      }
    },
    answer: { client }
  },
  {
    name: "deleteClient",
    call: (auth) => auth.deleteClient(clientId),
    request: `DELETE /v2/api/clients/${clientId}`,
    answer: { client }
  }
]

const ofCredentials: ReadonlyArray<Case> = [
  {
    name: "listClientCredentials",
    call: (auth) => auth.listClientCredentials(clientId),
    request: `GET /v2/api/clients/${clientId}/credentials`,
    answer: { credentials: [credential] }
  },
  {
    name: "createClientCredential",
    call: (auth) => auth.createClientCredential(clientId, { credential: { name: "first" } }),
    request: `POST /v2/api/clients/${clientId}/credentials`,
    body: { credential: { name: "first" } },
    answer: { credential }
  },
  {
    name: "deleteClientCredential",
    call: (auth) => auth.deleteClientCredential(clientId, credentialId),
    request: `DELETE /v2/api/clients/${clientId}/credentials/${credentialId}`,
    answer: { credential }
  }
]

const ofScopes: ReadonlyArray<Case> = [
  {
    name: "listScopes",
    call: (auth) => auth.listScopes({ ids: [scopeId, clientId] }),
    request: `GET /v2/api/scopes?ids=${scopeId},${clientId}`,
    answer: { scopes: [scope] }
  },
  {
    name: "createScope",
    call: (auth) =>
      auth.createScope(clientId, {
        scope: {
          name: "Manage",
          description: "Manage samples",
          scope_suffix: "manage",
          dependent_scopes: [dependency]
        }
      }),
    request: `POST /v2/api/clients/${clientId}/scopes`,
    body: {
      scope: {
        name: "Manage",
        description: "Manage samples",
        scope_suffix: "manage",
        dependent_scopes: [dependency]
      }
    },
    answer: { scope }
  },
  {
    name: "getScope",
    call: (auth) => auth.getScope(scopeId),
    request: `GET /v2/api/scopes/${scopeId}`,
    answer: { scope }
  },
  {
    name: "getClientScope",
    call: (auth) => auth.getClientScope(clientId, scopeId),
    request: `GET /v2/api/clients/${clientId}/scopes/${scopeId}`,
    answer: { scope }
  },
  {
    name: "updateScope",
    call: (auth) => auth.updateScope(scopeId, { scope: { advertised: true, required_domains: [] } }),
    request: `PUT /v2/api/scopes/${scopeId}`,
    body: { scope: { advertised: true, required_domains: [] } },
    answer: { scope }
  },
  {
    name: "deleteScope",
    call: (auth) => auth.deleteScope(scopeId),
    request: `DELETE /v2/api/scopes/${scopeId}`,
    answer: { scope }
  }
]

const provider = {
  id: groupId,
  name: "Example",
  short_name: "ex",
  alternative_names: [],
  domains: ["ex.org"]
}

const ofIdentities: ReadonlyArray<Case> = [
  {
    name: "userinfo",
    call: (auth) => auth.userinfo(),
    request: "GET /v2/oauth2/userinfo",
    answer: { sub: identityId, preferred_username: "ada@example.org", brand_new: 1 },
    scopes: ["openid"]
  },
  {
    name: "getIdentities",
    call: (auth) => auth.getIdentities({ usernames: ["ada@example.org"], include: "identity_provider" }),
    request: "GET /v2/api/identities?usernames=ada@example.org&provision=false&include=identity_provider",
    answer: { identities: [identity], included: { identity_providers: [provider] } },
    scopes: []
  },
  {
    name: "getIdentity",
    call: (auth) => auth.getIdentity(identityId, { include: "identity_provider" }),
    request: `GET /v2/api/identities/${identityId}?include=identity_provider`,
    answer: { identity, included: { identity_providers: [provider] } },
    scopes: []
  },
  {
    name: "getConsents",
    call: (auth) => auth.getConsents(identityId),
    request: `GET /v2/api/identities/${identityId}/consents?all=false`,
    answer: { consents: [{ id: 1, scope_name: "openid", dependency_path: [1] }] },
    scopes: []
  },
  {
    name: "getIdentityProviders",
    call: (auth) => auth.getIdentityProviders({ domains: "ex.org" }),
    request: "GET /v2/api/identity_providers?domains=ex.org",
    answer: { identity_providers: [provider] },
    scopes: []
  }
]

const cases = [...ofIdentities, ...ofProjects, ...ofPolicies, ...ofClients, ...ofCredentials, ...ofScopes]

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe("an operation", () => {
  it.effect.each(cases)("$name: $request", ({ answer, body, call, request, scopes }) =>
    Effect.gen(function* () {
      const { bodyOf, layer, lines, needs } = Registered.answering(answer)
      const answered = yield* Effect.flatMap(AuthClient, call).pipe(Effect.provide(layer))
      assert.deepStrictEqual(lines(), [request])
      assert.deepStrictEqual(bodyOf(0), body)
      assert.deepStrictEqual(json(answered), json(answer))
      assert.deepStrictEqual(
        needs.map((need) => ({ ...need })),
        [{ resourceServer: AuthScopes.resourceServer, anyOf: scopes ?? [AuthScopes.manage_projects] }]
      )
    })
  )

  it.effect("is among those above", () =>
    Effect.gen(function* () {
      const auth = yield* Effect.provide(AuthClient, Registered.answering({}).layer)
      // What is authenticated by clients themselves is the business of `OAuth2Client`.
      const ofOAuth2Client = [
        "token",
        "revoke",
        "introspect",
        "validate",
        "getOpenIdConfiguration",
        "getJsonWebKeySet"
      ]
      assert.deepStrictEqual(
        Object.keys(auth).toSorted(),
        [...cases.map(({ name }) => name), ...ofOAuth2Client, "addScopes"].toSorted()
      )
    })
  )

  it.effect.each(cases)("$name is told apart from an answer to another question", ({ call }) =>
    Effect.gen(function* () {
      const { layer } = Registered.answering({ index: [] })
      const error = yield* Effect.flatMap(AuthClient, call).pipe(Effect.flip, Effect.provide(layer))
      assert.strictEqual(error._tag, "ResponseError")
    })
  )
})

describe("whatever is answered", () => {
  it.effect.prop(
    "is the document that was asked for, or a typed error",
    [Schema.Json, Schema.Literals(["project", "policies", "client", "credential", "scopes", "identity"])],
    ([answer, name]) =>
      Effect.gen(function* () {
        for (const body of [answer, { [name]: answer }, { [name]: [answer] }]) {
          for (const { call } of cases) {
            const { layer } = Registered.answering(body)
            const exit = yield* Effect.exit(Effect.flatMap(AuthClient, call)).pipe(Effect.provide(layer))
            if (Exit.isSuccess(exit)) continue
            const error = Cause.squash(exit.cause)
            assert(Predicate.isTagged(error, "ResponseError"), Cause.pretty(exit.cause))
          }
        }
      }),
    { arbitrary: { runs: 10 } }
  )
})

describe("a client of Globus Auth", () => {
  it.effect("is not taken for a list of them, nor a list for one", () =>
    Effect.gen(function* () {
      const one = yield* Effect.flatMap(AuthClient, (auth) => auth.listClients()).pipe(
        Effect.flip,
        Effect.provide(Registered.answering({ client }).layer)
      )
      assert(one._tag === "ResponseError")
      assert.strictEqual(one.path, "clients")
      const several = yield* Effect.flatMap(AuthClient, (auth) => auth.getClientByFqdn("example.org")).pipe(
        Effect.flip,
        Effect.provide(Registered.answering({ clients: [client] }).layer)
      )
      assert(several._tag === "ResponseError")
      assert.strictEqual(several.path, "client")
    })
  )

  it.effect("that is new has an id, or its answer is not as documented", () =>
    Effect.gen(function* () {
      const { id: _, ...withoutId } = client
      const error = yield* Effect.flatMap(AuthClient, (auth) =>
        auth.createClient({ client: { name: "Portal", public_client: true } })
      ).pipe(Effect.flip, Effect.provide(Registered.answering({ client: withoutId }).layer))
      assert(error._tag === "ResponseError")
      assert.strictEqual(error.path, "client.id")
    })
  )

  it.effect.each([
    ["beside it", { client, included: { client_credential: { ...credential, secret: canary } } }],
    [
      "one level deeper",
      { client: { client, included: { client_credential: { ...credential, secret: canary } } } }
    ]
  ] as const)("that comes with a credential %s hides its secret", ([, answer]) =>
    Effect.gen(function* () {
      const created = yield* Effect.flatMap(AuthClient, (auth) =>
        auth.createClient({ client: { name: "Portal", client_type: "confidential_client" } })
      ).pipe(Effect.provide(Registered.answering(answer).layer))
      assert.strictEqual(created.client.id, clientId)
      const secret = created.included?.client_credential?.secret
      assert.strictEqual(secret && Redacted.value(secret), canary)
      assert.notInclude(inspect(created, { depth: 20 }) + JSON.stringify(created), canary)
    })
  )
})

describe("a secret", () => {
  it.effect("of a new credential shows nowhere, and can be read where it is meant to be", () =>
    Effect.gen(function* () {
      const { layer } = Registered.answering({ credential: { ...credential, secret: canary } })
      const answer = yield* Effect.flatMap(AuthClient, (auth) =>
        auth.createClientCredential(clientId, { credential: { name: "first" } })
      ).pipe(Effect.provide(layer))
      const { secret } = answer.credential
      assert.strictEqual(secret && Redacted.value(secret), canary)
      assert.notInclude(inspect(answer, { depth: 20 }) + JSON.stringify(answer), canary)
    })
  )

  it.effect("shows in no error about the answer that has it", () =>
    Effect.gen(function* () {
      const { layer } = Registered.answering({ credential: { ...credential, client: 7, secret: canary } })
      const error = yield* Effect.flatMap(AuthClient, (auth) =>
        auth.createClientCredential(clientId, { credential: { name: "first" } })
      ).pipe(Effect.flip, Effect.provide(layer))
      assert(error._tag === "ResponseError")
      assert.strictEqual(error.path, "credential.client")
      assert.notInclude(error.message + inspect(error, { depth: 20 }) + JSON.stringify(error), canary)
    })
  )
})

describe("what was read, changed and written back", () => {
  const brandNew = { brand_new: { deep: [null, true] } }
  const readAndWrite: ReadonlyArray<
    readonly [what: string, document: object, change: (auth: Service) => Effect.Effect<unknown, GlobusError>]
  > = [
    [
      "project",
      { ...project, ...brandNew },
      (auth) =>
        Effect.flatMap(auth.getProject(projectId), ({ project }) =>
          auth.updateProject(projectId, { project: { ...project, display_name: "changed" } })
        )
    ],
    [
      "policy",
      { ...policy, ...brandNew },
      (auth) =>
        Effect.flatMap(auth.getPolicy(policyId), ({ policy }) =>
          auth.updatePolicy(policyId, { policy: { ...policy, display_name: "changed" } })
        )
    ],
    [
      "client",
      { ...client, ...brandNew },
      (auth) =>
        Effect.flatMap(auth.getClient(clientId), ({ client }) =>
          auth.updateClient(clientId, { client: { ...client, display_name: "changed" } })
        )
    ],
    [
      "scope",
      { ...scope, ...brandNew },
      (auth) =>
        Effect.flatMap(auth.getScope(scopeId), ({ scope }) =>
          auth.updateScope(scopeId, { scope: { ...scope, display_name: "changed" } })
        )
    ]
  ]

  it.effect.each(readAndWrite)("loses nothing of a %s, known or not", ([what, document, change]) =>
    Effect.gen(function* () {
      const { bodyOf, layer } = Registered.answering({ [what]: document })
      yield* Effect.flatMap(AuthClient, change).pipe(Effect.provide(layer))
      assert.deepStrictEqual(bodyOf(1), { [what]: { ...document, display_name: "changed" } })
    })
  )
})

describe("bad input", () => {
  /** What a program without types may pass. */
  const untyped = (value: unknown) => value as never

  const bad: ReadonlyArray<
    readonly [what: string, field: string, call: (auth: Service) => Effect.Effect<unknown, GlobusError>]
  > = [
    ["an id that is not one", "project_id", (auth) => auth.getProject("mine")],
    ["an id that leads elsewhere", "policy_id", (auth) => auth.deletePolicy("../projects")],
    ["a client that is not an id", "client_id", (auth) => auth.listClientCredentials("portal")],
    [
      "a credential that is not an id",
      "credential_id",
      (auth) => auth.deleteClientCredential(clientId, "first")
    ],
    ["a scope's string in place of its id", "scope_id", (auth) => auth.getScope(scope.scope_string)],
    ["an identity's name in place of its id", "identity_id", (auth) => auth.getIdentity("ada@example.org")],
    [
      "identities by names and by ids",
      "query.ids",
      (auth) => auth.getIdentities({ usernames: "ada@example.org", ids: identityId })
    ],
    ["identities by no id", "query.ids", (auth) => auth.getIdentities({ ids: [] })],
    ["identities by no name", "query.usernames", (auth) => auth.getIdentities({ usernames: [] })],
    [
      "identity providers by domains and by ids",
      "query.ids",
      (auth) => auth.getIdentityProviders({ domains: ["ex.org"], ids: [groupId] })
    ],
    [
      "identity providers by no domain",
      "query.domains",
      (auth) => auth.getIdentityProviders({ domains: "" })
    ],
    [
      "an identity provider that is not an id",
      "query.ids[0]",
      (auth) => auth.getIdentityProviders({ ids: ["globus"] })
    ],
    [
      "scopes by strings and by ids",
      "query.ids",
      (auth) => auth.listScopes({ scope_strings: scope.scope_string, ids: scopeId })
    ],
    ["scopes by no string", "query.scope_strings", (auth) => auth.listScopes({ scope_strings: [] })],
    ["a client of no domain", "query.fqdn", (auth) => auth.getClientByFqdn("")],
    [
      "a project without a name",
      "payload.project.display_name",
      (auth) => auth.createProject({ project: { display_name: "", contact_email: "a@example.org" } })
    ],
    [
      "a project without anybody who administers it",
      "payload.project.admin_ids",
      (auth) =>
        auth.createProject({
          project: { display_name: "x", contact_email: "a@example.org", admin_ids: [], admin_group_ids: null }
        })
    ],
    [
      "an administrator that is not an id",
      "payload.project.admin_ids[1]",
      (auth) => auth.updateProject(projectId, { project: { admin_ids: [identityId, "ada"] } })
    ],
    [
      "a document without its envelope",
      "payload.project",
      (auth) => auth.updateProject(projectId, untyped({}))
    ],
    [
      "a policy of no project",
      "payload.policy.project_id",
      (auth) => auth.createPolicy({ policy: { project_id: "x", display_name: "x", description: "" } })
    ],
    [
      "a policy that nobody can satisfy in time",
      "payload.policy.authentication_assurance_timeout",
      (auth) => auth.updatePolicy(policyId, { policy: { authentication_assurance_timeout: 0 } })
    ],
    [
      "a policy by parts of seconds",
      "payload.policy.authentication_assurance_timeout",
      (auth) => auth.updatePolicy(policyId, { policy: { authentication_assurance_timeout: 1.5 } })
    ],
    [
      "a client of no kind",
      "payload.client.client_type",
      (auth) => auth.createClient({ client: { name: "Portal", project: projectId } })
    ],
    [
      "a client of two kinds",
      "payload.client.public_client",
      (auth) =>
        auth.createClient({
          client: { name: "Portal", client_type: "client_identity", public_client: false }
        })
    ],
    [
      "a name in two lines",
      "payload.client.name",
      (auth) => auth.createClient({ client: { name: "Portal\nof Example", public_client: true } })
    ],
    [
      "terms without a privacy policy",
      "payload.client.links.privacy_policy",
      (auth) =>
        auth.createClient({
          client: {
            name: "Portal",
            public_client: true,
            links: { terms_and_conditions: "https://example.org" }
          }
        })
    ],
    [
      "a privacy policy and no terms",
      "payload.client.links.terms_and_conditions",
      (auth) =>
        auth.updateClient(clientId, {
          client: { links: { privacy_policy: "https://example.org", terms_and_conditions: null } }
        })
    ],
    [
      "an identity provider of a client that is not an id",
      "payload.client.required_idp",
      (auth) => auth.updateClient(clientId, { client: { required_idp: "example.org" } })
    ],
    [
      "a credential without a name",
      "payload.credential.name",
      (auth) => auth.createClientCredential(clientId, { credential: { name: "" } })
    ],
    [
      "a scope without an end",
      "payload.scope.scope_suffix",
      (auth) => auth.createScope(clientId, { scope: { name: "x", description: "x", scope_suffix: "" } })
    ],
    [
      "a dependency by its string",
      "payload.scope.dependent_scopes[0].scope",
      (auth) =>
        auth.updateScope(scopeId, {
          scope: { dependent_scopes: [{ ...dependency, scope: scope.scope_string }] }
        })
    ]
  ]

  it.effect.each(bad)("%s is named, and nothing is sent", ([, field, call]) =>
    Effect.gen(function* () {
      const { layer, sent } = Registered.answering({})
      const error = yield* Effect.flatMap(AuthClient, call).pipe(Effect.flip, Effect.provide(layer))
      assert(error._tag === "InvalidRequest", error.message)
      assert.strictEqual(error.field, field)
      assert.lengthOf(sent, 0)
    })
  )
})

describe("a refusal", () => {
  it.effect("of Globus Auth names its codes", () =>
    Effect.gen(function* () {
      const { layer } = Registered.globus(() =>
        StubHttp.json(
          {
            errors: [
              { id: "e1", status: "404", code: "RESOURCE_NOT_FOUND", detail: "No such project", title: "t" }
            ]
          },
          { status: 404 }
        )
      )
      const error = yield* Effect.flatMap(AuthClient, (auth) => auth.deleteProject(projectId)).pipe(
        Effect.flip,
        Effect.provide(layer)
      )
      assert(error._tag === "ApiError")
      assert.isTrue(error.is("RESOURCE_NOT_FOUND"))
      assert.strictEqual(error.reason._tag, "NotFound")
    })
  )
})

/**
 * Who is who in Globus, and what is registered with it: the identity behind a token, other identities, the providers
 * they come from, what an identity has consented to; and, for those who develop with Globus, their projects with the
 * clients, credentials, scopes and policies in them.
 *
 * Documents stand in envelopes, as on the wire, in both directions: `{ project: … }` is read, changed and written back.
 *
 * ```ts
 * import { AuthClient } from "@effect-globus/sdk/auth"
 * import { Console, Effect } from "effect"
 *
 * const whoAmI = Effect.gen(function*() {
 *   const auth = yield* AuthClient
 *   const me = yield* auth.userinfo()
 *   yield* Console.log(me.preferred_username)
 * })
 *
 * const register = Effect.gen(function*() {
 *   const auth = yield* AuthClient
 *   const { sub } = yield* auth.userinfo()
 *   const { project } = yield* auth.createProject({
 *     project: { display_name: "Beamline 7", contact_email: "beamline7@example.org", admin_ids: [sub] }
 *   })
 *   const { client } = yield* auth.createClient({
 *     client: { name: "Beamline 7 robot", project: project.id, client_type: "client_identity" }
 *   })
 *   const { credential } = yield* auth.createClientCredential(client.id, { credential: { name: "first" } })
 *   return [client.id, credential.secret] as const // a `Redacted` secret
 * })
 * ```
 *
 * Docs: https://docs.globus.org/api/auth/reference/
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type GlobusError, ResponseError } from "../model/GlobusError.ts"
import * as GlobusScope from "../model/GlobusScope.ts"
import { AuthScopes } from "../model/Scopes.ts"
import { Authorizer } from "../service/Authorizer.ts"
import type * as Operation from "../service/Operation.ts"
import * as ServiceClient from "../service/ServiceClient.ts"
import type { Transport } from "../service/Transport.ts"
import { AuthApi } from "./Api.ts"
import type * as ClientsApi from "./api/Clients.ts"
import type * as CredentialsApi from "./api/Credentials.ts"
import type * as IdentitiesApi from "./api/Identities.ts"
import type * as OAuth2Api from "./api/OAuth2.ts"
import type * as PoliciesApi from "./api/Policies.ts"
import type * as ProjectsApi from "./api/Projects.ts"
import type * as ScopesApi from "./api/Scopes.ts"
import type { ClientCreate, ClientDocument, Clients } from "./ClientDocument.ts"
import { createdClient } from "./internal/createdClient.ts"
import * as LookUp from "./internal/lookUp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The operations of Globus Auth that a token authorizes. */
export interface AuthOperations {
  // identities

  /** Gets the identity behind the token, with what the token's scopes allow to see. Needs `openid`; `email` and `profile` show more. Docs: https://docs.globus.org/api/auth/reference/#get_or_post_v2_oauth2_userinfo_resource */
  readonly userinfo: Operation.Operation<typeof OAuth2Api.userinfo>
  /** Looks up identities by user names or by ids (one of the two). With `provision`, unknown user names become identities; it is `false` unless given. Needs any scope of Auth; `view_identities` shows more. Docs: https://docs.globus.org/api/auth/reference/#v2_api_identities_resources */
  readonly getIdentities: Operation.Operation<typeof IdentitiesApi.getIdentities>
  /** Gets one identity, with `include: "identity_provider"` also the provider that it comes from. Needs any scope of Auth; `view_identities` shows more. Docs: https://docs.globus.org/api/auth/reference/#get_identity */
  readonly getIdentity: Operation.Operation<typeof IdentitiesApi.getIdentity>
  /** Gets what an identity has consented to, for this client or, with `all`, for every client; `ConsentForest` reads it. Needs any scope of Auth for this client's consents. */
  readonly getConsents: Operation.Operation<typeof IdentitiesApi.getConsents>
  /** Looks up identity providers by domains or by ids (one of the two). Needs any scope of Auth. Docs: https://docs.globus.org/api/auth/reference/#get_identity_providers */
  readonly getIdentityProviders: Operation.Operation<typeof IdentitiesApi.getIdentityProviders>

  // projects

  /** Lists the projects that the caller administers. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#get_projects */
  readonly listProjects: Operation.Operation<typeof ProjectsApi.listProjects>
  /** Creates a project. The caller is among its administrators only if it says so. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#create_project */
  readonly createProject: Operation.Operation<typeof ProjectsApi.createProject>
  /** Gets one project. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#get_projects */
  readonly getProject: Operation.Operation<typeof ProjectsApi.getProject>
  /** Changes a project: the given fields, or a whole project that was read and changed. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#update_project */
  readonly updateProject: Operation.Operation<typeof ProjectsApi.updateProject>
  /** Removes a project, and answers what it was. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#delete_project */
  readonly deleteProject: Operation.Operation<typeof ProjectsApi.deleteProject>

  // policies

  /** Lists the authentication policies of the projects that the caller administers. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#get_policies */
  readonly listPolicies: Operation.Operation<typeof PoliciesApi.listPolicies>
  /** Creates an authentication policy. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#create_policy */
  readonly createPolicy: Operation.Operation<typeof PoliciesApi.createPolicy>
  /** Gets one authentication policy. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#get_policies */
  readonly getPolicy: Operation.Operation<typeof PoliciesApi.getPolicy>
  /** Changes an authentication policy: the given fields, or a whole policy that was read and changed. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#update_policy */
  readonly updatePolicy: Operation.Operation<typeof PoliciesApi.updatePolicy>
  /** Removes an authentication policy, and answers what it was. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#delete_policy */
  readonly deletePolicy: Operation.Operation<typeof PoliciesApi.deletePolicy>

  // clients

  /** Lists the clients of the projects that the caller administers. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#get_clients */
  readonly listClients: (query?: Record<string, unknown>) => Effect.Effect<Clients, GlobusError>
  /** Registers a client. Its secret, if it is to have one, is made by {@link createClientCredential}. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#create_client */
  readonly createClient: (payload: {
    readonly client: ClientCreate
  }) => Effect.Effect<ClientDocument, GlobusError>
  /** Gets one client. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#get_clients */
  readonly getClient: Operation.Operation<typeof ClientsApi.getClient>
  /** Gets the client to which a domain belongs. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#get_clients */
  readonly getClientByFqdn: (fqdn: string) => Effect.Effect<ClientDocument, GlobusError>
  /** Changes a client: the given fields, or a whole client that was read and changed. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#update_client */
  readonly updateClient: Operation.Operation<typeof ClientsApi.updateClient>
  /** Removes a client, and answers what it was. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#delete_client */
  readonly deleteClient: Operation.Operation<typeof ClientsApi.deleteClient>

  // credentials

  /** Lists the credentials of a client, without their secrets. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#get_client_credentials */
  readonly listClientCredentials: Operation.Operation<typeof CredentialsApi.listClientCredentials>
  /** Makes a secret for a client; only this answer has it. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#create_client_credential */
  readonly createClientCredential: Operation.Operation<typeof CredentialsApi.createClientCredential>
  /** Removes a credential, so that its secret is worthless from now on. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#delete_client_credentials */
  readonly deleteClientCredential: Operation.Operation<typeof CredentialsApi.deleteClientCredential>

  // scopes

  /** Lists the scopes of the projects that the caller administers, or looks up scopes by their strings or by ids (one of the two). Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#get_scopes */
  readonly listScopes: Operation.Operation<typeof ScopesApi.listScopes>
  /** Defines a scope of a client. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#create_scope */
  readonly createScope: Operation.Operation<typeof ScopesApi.createScope>
  /** Gets one scope. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#get_scopes */
  readonly getScope: Operation.Operation<typeof ScopesApi.getScope>
  /** Gets one scope of a client. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#get_scopes */
  readonly getClientScope: Operation.Operation<typeof ScopesApi.getClientScope>
  /** Changes a scope: the given fields, or a whole scope that was read and changed. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#update_scope */
  readonly updateScope: Operation.Operation<typeof ScopesApi.updateScope>
  /** Removes a scope, and answers what it was. Needs `manage_projects`. Docs: https://docs.globus.org/api/auth/reference/#delete_scope */
  readonly deleteScope: Operation.Operation<typeof ScopesApi.deleteScope>
}

/** A client of Globus Auth. */
export interface Service extends AuthOperations {
  /** Makes more scopes of Auth a requirement. */
  readonly addScopes: (scopes: GlobusScope.ScopeInput) => Effect.Effect<void, GlobusScope.ScopeError>
}

/** What can be set. */
export interface Options {
  /** The scopes to require. Default: `openid`, `email` and `profile`. */
  readonly scopes?: GlobusScope.ScopeInput | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const { resourceServer } = AuthScopes

const isList = (answer: Clients | ClientDocument): answer is Clients => "clients" in answer

/** That an answer is for another question. */
const unexpected = (path: string) =>
  new ResponseError({ service: "auth", operation: "listClients", status: 200, path, detail: "Missing key" })

/** A client of Globus Auth over the `Authorizer` and `Transport` at hand. */
export const make = Effect.fnUntraced(function* (options: Options = {}) {
  const authorizer = yield* Authorizer
  const addScopes = (scopes: GlobusScope.ScopeInput) =>
    Effect.flatMap(GlobusScope.fromInputEffect(scopes), (scopes) =>
      authorizer.require(resourceServer, scopes)
    )
  yield* addScopes(options.scopes ?? [AuthScopes.openid, AuthScopes.email, AuthScopes.profile])
  const operations = yield* ServiceClient.make(AuthApi, {
    service: "auth",
    name: "Auth",
    need: (anyOf) => ({ resourceServer, anyOf })
  })
  return AuthClient.of({
    ...operations,
    getIdentities: (query) =>
      Effect.andThen(
        LookUp.check("getIdentities", ["usernames", "ids"], query),
        operations.getIdentities(query?.usernames === undefined ? query : { provision: false, ...query })
      ),
    getConsents: (identityId, query) => operations.getConsents(identityId, { all: false, ...query }),
    getIdentityProviders: (query) =>
      Effect.andThen(
        LookUp.check("getIdentityProviders", ["domains", "ids"], query),
        operations.getIdentityProviders(query)
      ),
    listClients: (query) =>
      Effect.flatMap(operations.listClients(query), (answer) =>
        isList(answer) ? Effect.succeed(answer) : Effect.fail(unexpected("clients"))
      ),
    createClient: (payload) => Effect.flatMap(operations.createClient(payload), createdClient),
    getClientByFqdn: (fqdn) =>
      Effect.flatMap(operations.listClients({ fqdn }), (answer) =>
        isList(answer) ? Effect.fail(unexpected("client")) : Effect.succeed(answer)
      ),
    listScopes: (query) =>
      Effect.andThen(
        LookUp.check("listScopes", ["scope_strings", "ids"], query),
        operations.listScopes(query)
      ),
    addScopes
  })
})

/** A client of Globus Auth. */
export class AuthClient extends Context.Service<AuthClient, Service>()("@effect-globus/sdk/auth/AuthClient") {
  /** Requires the default scopes. */
  static readonly layer: Layer.Layer<AuthClient, never, Authorizer | Transport> = Layer.orDie(
    Layer.effect(AuthClient, make())
  )
  /** Requires the given scopes instead of the defaults. */
  static readonly layerWith = (
    options: Options
  ): Layer.Layer<AuthClient, GlobusScope.ScopeError, Authorizer | Transport> =>
    Layer.effect(AuthClient, make(options))
}

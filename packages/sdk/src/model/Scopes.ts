/**
 * The scopes of Globus' services, by resource server, so that nobody types a scope string. Use a constant wherever a
 * scope is asked for; use the functions for scopes that belong to one flow, endpoint or collection.
 *
 * ```ts
 * import { dataAccess, GlobusScope, TimersScopes, TransferScopes } from "@effect-globus/sdk/model"
 *
 * TransferScopes.all // "urn:globus:auth:scope:transfer.api.globus.org:all"
 *
 * // To use the data of a mapped collection, with Transfer and in a timer:
 * const transfer = dataAccess("6c54cade-bde5-45c1-bdea-f4bd71dba2cc")
 * const timer = GlobusScope.makeUnsafe(TimersScopes.timer, { dependencies: [transfer] })
 * ```
 */
import * as GlobusScope from "./GlobusScope.ts"
import type { EndpointId, FlowId, Input } from "./Id.ts"
import { ResourceServer } from "./Id.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** Scopes of Globus Auth itself: who the user is, and the management of projects, clients and consents. */
export const AuthScopes = {
  resourceServer: ResourceServer.make("auth.globus.org"),
  openid: "openid",
  email: "email",
  profile: "profile",
  manage_projects: "urn:globus:auth:scope:auth.globus.org:manage_projects",
  view_authentications: "urn:globus:auth:scope:auth.globus.org:view_authentications",
  view_clients: "urn:globus:auth:scope:auth.globus.org:view_clients",
  view_clients_and_scopes: "urn:globus:auth:scope:auth.globus.org:view_clients_and_scopes",
  view_consents: "urn:globus:auth:scope:auth.globus.org:view_consents",
  view_identities: "urn:globus:auth:scope:auth.globus.org:view_identities",
  view_identity_set: "urn:globus:auth:scope:auth.globus.org:view_identity_set"
} as const

/** Scopes of Globus Compute. */
export const ComputeScopes = {
  resourceServer: ResourceServer.make("funcx_service"),
  all: "https://auth.globus.org/scopes/facd7ccc-c5f4-42aa-916b-a0e270e2c2a9/all"
} as const

/** Scopes of Globus Flows; starting one flow needs that flow's own scope, see {@link specificFlowScopes}. */
export const FlowsScopes = {
  resourceServer: ResourceServer.make("flows.globus.org"),
  all: "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/all",
  manage_flows: "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/manage_flows",
  view_flows: "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/view_flows",
  run: "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/run",
  run_status: "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/run_status",
  run_manage: "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/run_manage"
} as const

/** Scopes of Globus Groups. */
export const GroupsScopes = {
  resourceServer: ResourceServer.make("groups.api.globus.org"),
  all: "urn:globus:auth:scope:groups.api.globus.org:all",
  view_my_groups_and_memberships: "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships"
} as const

/** Scopes of Nexus, the predecessor of Globus Groups. */
export const NexusScopes = {
  resourceServer: ResourceServer.make("nexus.api.globus.org"),
  groups: "urn:globus:auth:scope:nexus.api.globus.org:groups"
} as const

/** Scopes of Globus Search. */
export const SearchScopes = {
  resourceServer: ResourceServer.make("search.api.globus.org"),
  all: "urn:globus:auth:scope:search.api.globus.org:all",
  globus_connect_server: "urn:globus:auth:scope:search.api.globus.org:globus_connect_server",
  ingest: "urn:globus:auth:scope:search.api.globus.org:ingest",
  search: "urn:globus:auth:scope:search.api.globus.org:search"
} as const

/** Scopes of Globus Timers. */
export const TimersScopes = {
  resourceServer: ResourceServer.make("524230d7-ea86-4a52-8312-86065a9e0417"),
  timer: "https://auth.globus.org/scopes/524230d7-ea86-4a52-8312-86065a9e0417/timer"
} as const

/** Scopes of Globus Transfer; the data of a mapped collection needs a dependency too, see {@link dataAccess}. */
export const TransferScopes = {
  resourceServer: ResourceServer.make("transfer.api.globus.org"),
  all: "urn:globus:auth:scope:transfer.api.globus.org:all",
  gcp_install: "urn:globus:auth:scope:transfer.api.globus.org:gcp_install"
} as const

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

// An id is a UUID. Should it be something else, it must still not add a second scope or a dependency to the string.
const escape = (id: string): string =>
  id.replace(/[[\]* ]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

const resourceServerOf = (id: string): ResourceServer => ResourceServer.make(id, { disableChecks: true })

/** The resource server of one flow, and `user`, the scope that starts it and acts on its runs. */
export const specificFlowScopes = (flowId: Input<FlowId>) => {
  const id = escape(flowId)
  return {
    resourceServer: resourceServerOf(flowId),
    user: `https://auth.globus.org/scopes/${id}/flow_${id.replaceAll("-", "_")}_user`
  } as const
}

/** The resource server of one Globus Connect Server endpoint, and the scope that manages its collections. */
export const gcsEndpointScopes = (endpointId: Input<EndpointId>) =>
  ({
    resourceServer: resourceServerOf(endpointId),
    manage_collections: `urn:globus:auth:scope:${escape(endpointId)}:manage_collections`
  }) as const

/**
 * The resource server of one collection, and its scopes: `data_access` lets Transfer reach the data of a mapped
 * collection (as a dependency, see {@link dataAccess}), `https` reads and writes files over HTTPS.
 */
export const gcsCollectionScopes = (collectionId: Input<EndpointId>) =>
  ({
    resourceServer: resourceServerOf(collectionId),
    data_access: `https://auth.globus.org/scopes/${escape(collectionId)}/data_access`,
    https: `https://auth.globus.org/scopes/${escape(collectionId)}/https`
  }) as const

/**
 * Transfer's `all` with access to the data of one mapped collection, or of several. The access is optional, so that
 * the user can revoke it alone.
 */
export const dataAccess = (
  collections: Input<EndpointId> | ReadonlyArray<Input<EndpointId>>
): GlobusScope.GlobusScope =>
  GlobusScope.makeUnsafe(TransferScopes.all, {
    dependencies: (typeof collections === "string" ? [collections] : collections).map((id) =>
      GlobusScope.makeUnsafe(gcsCollectionScopes(id).data_access, { optional: true })
    )
  })

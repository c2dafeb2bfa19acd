/** Which scopes exist, whom a token for them is for, and what they mean in words. */
import {
  AuthScopes,
  ComputeScopes,
  FlowsScopes,
  gcsCollectionScopes,
  gcsEndpointScopes,
  GlobusScope,
  GroupsScopes,
  NexusScopes,
  type ScopeId,
  SearchScopes,
  specificFlowScopes,
  TimersScopes,
  TransferScopes
} from "@effect-globus/sdk/model"
import * as Option from "effect/Option"

export interface KnownScope {
  readonly resourceServer: string
  readonly description: string
}

/** A scope that a client has defined. */
export interface Registered {
  readonly id: ScopeId
  readonly client: string
  readonly scope_string: string
  readonly description: string
  readonly required_domains: ReadonlyArray<string>
  readonly allows_refresh_token: boolean
  readonly dependent_scopes: ReadonlyArray<{ readonly scope: string; readonly optional: boolean }>
}

interface Collection {
  readonly display_name: string
  readonly entity_type: string
  readonly data_access: boolean
  readonly high_assurance: boolean
  readonly https: boolean
}

/** What scopes may refer to, by id: what people call it. */
export interface Things {
  readonly collections: ReadonlyMap<string, Collection>
  readonly flows: ReadonlyMap<string, { readonly title: string }>
  readonly clients: ReadonlyMap<string, { readonly name: string }>
  /** The scopes that clients have defined. */
  readonly scopes: ReadonlyMap<string, Registered>
}

const inFlows = (name: string) => FlowsScopes.all.replace(/all$/, name)

const words: ReadonlyArray<readonly [resourceServer: string, scope: string, description: string]> = [
  [AuthScopes.resourceServer, AuthScopes.openid, "Know who you are in Globus"],
  [AuthScopes.resourceServer, AuthScopes.email, "Know your email address"],
  [AuthScopes.resourceServer, AuthScopes.profile, "Know your name and organization"],
  [AuthScopes.resourceServer, AuthScopes.manage_projects, "Manage your projects and clients in Globus Auth"],
  [AuthScopes.resourceServer, AuthScopes.view_authentications, "View how and when you logged in"],
  [AuthScopes.resourceServer, AuthScopes.view_clients, "View clients in Globus Auth"],
  [AuthScopes.resourceServer, AuthScopes.view_clients_and_scopes, "View clients and scopes in Globus Auth"],
  [AuthScopes.resourceServer, AuthScopes.view_consents, "View what you consented to"],
  [AuthScopes.resourceServer, AuthScopes.view_identities, "View identities in Globus Auth"],
  [AuthScopes.resourceServer, AuthScopes.view_identity_set, "View your linked identities"],
  [TransferScopes.resourceServer, TransferScopes.all, "Manage data using Globus Transfer"],
  [TransferScopes.resourceServer, TransferScopes.gcp_install, "Set up Globus Connect Personal"],
  [FlowsScopes.resourceServer, FlowsScopes.all, "Manage flows and runs using Globus Flows"],
  [FlowsScopes.resourceServer, FlowsScopes.manage_flows, "Create, change and delete flows"],
  [FlowsScopes.resourceServer, FlowsScopes.view_flows, "View flows"],
  [FlowsScopes.resourceServer, FlowsScopes.run, "Start flows"],
  [FlowsScopes.resourceServer, FlowsScopes.run_status, "View the runs of flows"],
  [FlowsScopes.resourceServer, FlowsScopes.run_manage, "Manage the runs of flows"],
  [FlowsScopes.resourceServer, inFlows("web_input_view"), "View the questions that runs ask"],
  [FlowsScopes.resourceServer, inFlows("web_input_respond"), "Answer the questions that runs ask"],
  [GroupsScopes.resourceServer, GroupsScopes.all, "Manage your groups"],
  [GroupsScopes.resourceServer, GroupsScopes.view_my_groups_and_memberships, "View your groups"],
  [NexusScopes.resourceServer, NexusScopes.groups, "Manage your groups"],
  [SearchScopes.resourceServer, SearchScopes.all, "Manage and search indices using Globus Search"],
  [SearchScopes.resourceServer, SearchScopes.globus_connect_server, "Index collections using Globus Search"],
  [SearchScopes.resourceServer, SearchScopes.ingest, "Add to indices using Globus Search"],
  [SearchScopes.resourceServer, SearchScopes.search, "Search using Globus Search"],
  [TimersScopes.resourceServer, TimersScopes.timer, "Schedule work using Globus Timers"],
  [ComputeScopes.resourceServer, ComputeScopes.all, "Run functions using Globus Compute"]
]

const known: ReadonlyMap<string, KnownScope> = new Map(
  words.map(([resourceServer, scope, description]) => [scope, { resourceServer, description }])
)

/** Mapped collections have the scope, unless they are of high assurance. */
const hasDataAccess = (collection: Collection): boolean =>
  collection.data_access ||
  (collection.entity_type.endsWith("mapped_collection") && !collection.high_assurance)

const owned = /^(?:https:\/\/auth\.globus\.org\/scopes\/|urn:globus:auth:scope:)([0-9a-f-]{36})[/:](.+)$/

/** All scopes that belong to no thing, each with its name. */
export const all: ReadonlyMap<string, KnownScope> = known

/** What a client has said about a scope that it defines. */
export const registered = (things: Things, name: string): Registered | undefined =>
  [...things.scopes.values()].find(({ scope_string }) => scope_string === name)

/** The scope of this name, if there is one. */
export const find = (things: Things, name: string): Option.Option<KnownScope> => {
  const fixed = known.get(name)
  if (fixed !== undefined) return Option.some(fixed)
  const defined = registered(things, name)
  if (defined !== undefined) {
    return Option.some({ resourceServer: defined.client, description: defined.description })
  }
  const [, id, suffix] = owned.exec(name) ?? []
  if (id === undefined || suffix === undefined) return Option.none()
  const collection = things.collections.get(id)
  if (collection !== undefined) {
    const scopes = gcsCollectionScopes(id)
    const of = (description: string) => Option.some({ resourceServer: id, description })
    if (name === scopes.data_access && hasDataAccess(collection))
      return of(`Access data on ${collection.display_name}`)
    if (name === scopes.https && collection.https)
      return of(`Read and write files on ${collection.display_name} over HTTPS`)
    if (name === gcsEndpointScopes(id).manage_collections)
      return of(`Manage collections on ${collection.display_name}`)
  }
  const flow = things.flows.get(id)
  if (flow !== undefined && name === specificFlowScopes(id).user) {
    return Option.some({ resourceServer: id, description: `Start the flow “${flow.title}”` })
  }
  const client = things.clients.get(id)
  const hasOthers = [...things.scopes.values()].some((scope) => scope.client === id)
  return client === undefined || hasOthers
    ? Option.none()
    : Option.some({ resourceServer: id, description: `Use ${client.name} (${suffix})` })
}

/** The first name among these scopes and all that they depend on that is not known. */
export const unknown = (
  things: Things,
  scopes: ReadonlyArray<GlobusScope.GlobusScope>
): Option.Option<string> => {
  for (const { dependencies, scope } of scopes) {
    if (Option.isNone(find(things, scope))) return Option.some(scope)
    const below = unknown(things, dependencies)
    if (Option.isSome(below)) return below
  }
  return Option.none()
}

/** Scopes with all that they bring along: what their clients have said that they depend on. */
export const withDependencies = (
  things: Things,
  scopes: ReadonlyArray<GlobusScope.GlobusScope>,
  above: ReadonlyArray<string> = []
): ReadonlyArray<GlobusScope.GlobusScope> =>
  scopes.map((scope) => {
    const path = [...above, scope.scope]
    // Two services may well depend on each other.
    const without = new Set([...path, ...scope.dependencies.map((dependency) => dependency.scope)])
    const brought = (registered(things, scope.scope)?.dependent_scopes ?? [])
      .filter((dependency) => !dependency.optional && !without.has(dependency.scope))
      .map((dependency) => GlobusScope.makeUnsafe(dependency.scope))
    const below = withDependencies(things, [...scope.dependencies, ...brought], path)
    return below.length === 0
      ? scope
      : GlobusScope.makeUnsafe(scope.scope, { optional: scope.optional, dependencies: below })
  })

/** The names of scopes by whom a token for them is for, in order of first appearance; unknown ones are left out. */
export const byResourceServer = (
  things: Things,
  names: ReadonlyArray<string>
): ReadonlyArray<readonly [resourceServer: string, scopes: ReadonlyArray<string>]> => {
  const groups = new Map<string, Array<string>>()
  for (const name of names) {
    const found = Option.getOrUndefined(find(things, name))
    if (found === undefined) continue
    const group = groups.get(found.resourceServer) ?? []
    if (!group.includes(name)) group.push(name)
    groups.set(found.resourceServer, group)
  }
  return [...groups]
}

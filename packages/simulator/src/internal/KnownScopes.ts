/** Which scopes exist, whom a token for them is for, and what they mean in words. */
import {
  AuthScopes,
  ComputeScopes,
  FlowsScopes,
  gcsCollectionScopes,
  gcsEndpointScopes,
  type GlobusScope,
  GroupsScopes,
  NexusScopes,
  SearchScopes,
  specificFlowScopes,
  TimersScopes,
  TransferScopes
} from "@effect-globus/sdk/model"
import * as Hash from "effect/Hash"
import * as Option from "effect/Option"

export interface KnownScope {
  readonly resourceServer: string
  readonly description: string
}

/** What scopes may refer to, by id: what people call it. */
export interface Things {
  readonly collections: ReadonlyMap<
    string,
    { readonly display_name: string; readonly data_access: boolean; readonly https: boolean }
  >
  readonly flows: ReadonlyMap<string, { readonly title: string }>
  readonly clients: ReadonlyMap<string, { readonly name: string }>
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

const owned = /^(?:https:\/\/auth\.globus\.org\/scopes\/|urn:globus:auth:scope:)([0-9a-f-]{36})[/:](.+)$/

/** The scope of this name, if there is one. */
export const find = (things: Things, name: string): Option.Option<KnownScope> => {
  const fixed = known.get(name)
  if (fixed !== undefined) return Option.some(fixed)
  const [, id, suffix] = owned.exec(name) ?? []
  if (id === undefined || suffix === undefined) return Option.none()
  const collection = things.collections.get(id)
  if (collection !== undefined) {
    const scopes = gcsCollectionScopes(id)
    const of = (description: string) => Option.some({ resourceServer: id, description })
    if (name === scopes.data_access && collection.data_access)
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
  return client === undefined
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

/** An id that follows from a text, for what has an id in Globus but none in a world. */
export const uuidOf = (text: string): string => {
  const part = (salt: string) => (Hash.string(salt + text) >>> 0).toString(16).padStart(8, "0")
  const digits = part("1") + part("2") + part("3") + part("4")
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20)}`
}

/** What a world refers to must be there, and nothing may be there twice. */
/** What is wrong with a world, and where. */
export interface Problem {
  readonly setting: string
  readonly detail: string
}

type Some<A> = ReadonlyArray<A> | undefined

interface Thing {
  readonly id: string
}

interface Owned extends Thing {
  readonly owner?: string | undefined
}

/** What refers to something in a world, and what can be referred to. */
interface Described {
  readonly identities: ReadonlyArray<
    Thing & { readonly username: string; readonly linked_to?: string | undefined }
  >
  readonly clients: ReadonlyArray<Thing & { readonly project?: string | undefined }>
  readonly projects?: Some<Thing & { readonly admin_ids?: Some<string> }>
  readonly policies?: Some<Thing & { readonly project_id: string }>
  readonly scopes?: Some<{ readonly client: string }>
  readonly collections: ReadonlyArray<
    Owned & {
      readonly host?: { readonly collection: string } | undefined
      readonly storage_gateway?: string | undefined
      readonly settings?:
        | { readonly owner_string?: string | undefined; readonly guest_auth_policy_id?: string | undefined }
        | undefined
      readonly sharing_policies?: Some<unknown>
      readonly authentication_policy_id?: string | undefined
    }
  >
  readonly gcs_endpoints?: Some<
    Owned & {
      readonly administrators?: Some<string>
      readonly owner_string?: string | undefined
      readonly storage_gateways?: Some<Thing>
      readonly user_credentials?: Some<{ readonly identity: string; readonly storage_gateway: string }>
    }
  >
  readonly compute_endpoints?: Some<
    Owned & { readonly authentication_policy?: string | undefined; readonly admins?: Some<string> }
  >
  readonly compute_functions?: Some<Owned & { readonly ha_endpoint_id?: string | undefined }>
  readonly flows?: Some<Owned & { readonly authentication_policy_id?: string | undefined }>
  readonly registered_apis?: Some<Thing>
  readonly groups?: Some<
    Thing & {
      readonly parent_id?: string | undefined
      readonly members?: Some<{ readonly identity: string }>
    }
  >
  readonly indices?: Some<Owned>
  readonly insights_catalogs?: Some<
    Thing & {
      readonly collection_id: string
      readonly file_datamart_id?: string | undefined
      readonly visible_to_group_id?: string | undefined
    }
  >
  readonly timers?: Some<
    Owned & {
      readonly timer_type: string
      readonly client?: string | undefined
      readonly flow_id?: string | undefined
    }
  >
}

const problem = (setting: string, detail: string): Problem => ({ setting, detail })

type Kinds = { readonly [kind: string]: Some<Thing> }

/** A reference to something, wherever in the world it stands. */
interface Reference {
  readonly setting: string
  readonly what: string
  readonly to: string | undefined
  readonly among: ReadonlySet<string>
}

const idsOf = (things: Some<Thing>): ReadonlySet<string> => new Set(things?.map(({ id }) => id))

const kindsOf = (world: Described) =>
  ({
    identities: world.identities,
    clients: world.clients,
    projects: world.projects,
    policies: world.policies,
    collections: world.collections,
    gcs_endpoints: world.gcs_endpoints,
    compute_endpoints: world.compute_endpoints,
    compute_functions: world.compute_functions,
    flows: world.flows,
    registered_apis: world.registered_apis,
    groups: world.groups,
    indices: world.indices,
    insights_catalogs: world.insights_catalogs,
    timers: world.timers
  }) satisfies Kinds

const owned = [
  "collections",
  "gcs_endpoints",
  "compute_endpoints",
  "compute_functions",
  "flows",
  "indices",
  "timers"
] as const

const referencesOf = function* (world: Described): Generator<Reference, void, undefined> {
  const clients = idsOf(world.clients)
  // A client is an identity too.
  const people = new Set([...world.identities.flatMap(({ id, username }) => [id, username]), ...clients])
  const primary = new Set(
    world.identities.flatMap(({ id, linked_to, username }) => (linked_to === undefined ? [id, username] : []))
  )
  for (const [index, { linked_to: to }] of world.identities.entries()) {
    const what = "identity that is not linked itself"
    yield { setting: `identities.${index}.linked_to`, what, to, among: primary }
  }
  const projects = idsOf(world.projects)
  for (const [index, { project: to }] of world.clients.entries()) {
    yield { setting: `clients.${index}.project`, what: "project", to, among: projects }
  }
  for (const [index, { admin_ids = [] }] of (world.projects ?? []).entries()) {
    for (const [admin, to] of admin_ids.entries()) {
      yield { setting: `projects.${index}.admin_ids.${admin}`, what: "identity", to, among: people }
    }
  }
  for (const [index, { project_id: to }] of (world.policies ?? []).entries()) {
    yield { setting: `policies.${index}.project_id`, what: "project", to, among: projects }
  }
  for (const [index, { client: to }] of (world.scopes ?? []).entries()) {
    yield { setting: `scopes.${index}.client`, what: "client", to, among: clients }
  }
  const policies = idsOf(world.policies)
  const hosts = idsOf(world.collections.filter(({ host }) => host === undefined))
  const gateways = idsOf((world.gcs_endpoints ?? []).flatMap(({ storage_gateways = [] }) => storage_gateways))
  for (const [index, collection] of world.collections.entries()) {
    const at = `collections.${index}`
    const { authentication_policy_id: policy, host, storage_gateway: gateway } = collection
    yield { setting: `${at}.authentication_policy_id`, what: "policy", to: policy, among: policies }
    yield {
      setting: `${at}.host.collection`,
      what: "collection with files of its own",
      to: host?.collection,
      among: hosts
    }
    yield { setting: `${at}.storage_gateway`, what: "storage gateway", to: gateway, among: gateways }
    const { guest_auth_policy_id: guests, owner_string: shown } = collection.settings ?? {}
    yield { setting: `${at}.settings.owner_string`, what: "identity", to: shown, among: people }
    yield { setting: `${at}.settings.guest_auth_policy_id`, what: "policy", to: guests, among: policies }
  }
  for (const [index, { administrators = [], owner_string: to, storage_gateways, user_credentials = [] }] of (
    world.gcs_endpoints ?? []
  ).entries()) {
    yield { setting: `gcs_endpoints.${index}.owner_string`, what: "identity", to, among: people }
    for (const [credential, { identity, storage_gateway: on }] of user_credentials.entries()) {
      const at = `gcs_endpoints.${index}.user_credentials.${credential}`
      yield { setting: `${at}.identity`, what: "identity", to: identity, among: people }
      yield {
        setting: `${at}.storage_gateway`,
        what: "storage gateway",
        to: on,
        among: idsOf(storage_gateways)
      }
    }
    for (const [administrator, to] of administrators.entries()) {
      const setting = `gcs_endpoints.${index}.administrators.${administrator}`
      yield { setting, what: "identity", to, among: people }
    }
  }
  for (const [index, { authentication_policy: to }] of (world.compute_endpoints ?? []).entries()) {
    yield { setting: `compute_endpoints.${index}.authentication_policy`, what: "policy", to, among: policies }
  }
  for (const [index, { authentication_policy_id: to }] of (world.flows ?? []).entries()) {
    yield { setting: `flows.${index}.authentication_policy_id`, what: "policy", to, among: policies }
  }
  for (const [index, { admins = [] }] of (world.compute_endpoints ?? []).entries()) {
    for (const [admin, to] of admins.entries()) {
      yield { setting: `compute_endpoints.${index}.admins.${admin}`, what: "identity", to, among: people }
    }
  }
  const computers = idsOf(world.compute_endpoints)
  for (const [index, { ha_endpoint_id: to }] of (world.compute_functions ?? []).entries()) {
    yield { setting: `compute_functions.${index}.ha_endpoint_id`, what: "endpoint", to, among: computers }
  }
  for (const kind of owned) {
    for (const [index, { owner: to }] of (world[kind] ?? []).entries()) {
      yield { setting: `${kind}.${index}.owner`, what: "identity", to, among: people }
    }
  }
  const groups = idsOf(world.groups)
  for (const [index, { members = [], parent_id }] of (world.groups ?? []).entries()) {
    yield { setting: `groups.${index}.parent_id`, what: "group", to: parent_id, among: groups }
    for (const [member, { identity: to }] of members.entries()) {
      yield { setting: `groups.${index}.members.${member}.identity`, what: "identity", to, among: people }
    }
  }
  const collections = idsOf(world.collections)
  const indices = idsOf(world.indices)
  for (const [index, catalog] of (world.insights_catalogs ?? []).entries()) {
    const at = `insights_catalogs.${index}`
    const { collection_id: collection, file_datamart_id: datamart, visible_to_group_id: group } = catalog
    yield { setting: `${at}.collection_id`, what: "collection", to: collection, among: collections }
    yield { setting: `${at}.file_datamart_id`, what: "index", to: datamart, among: indices }
    yield { setting: `${at}.visible_to_group_id`, what: "group", to: group, among: groups }
  }
  const flows = idsOf(world.flows)
  for (const [index, timer] of (world.timers ?? []).entries()) {
    yield { setting: `timers.${index}.client`, what: "client", to: timer.client, among: clients }
    if (timer.timer_type === "flow") {
      yield { setting: `timers.${index}.flow_id`, what: "flow", to: timer.flow_id, among: flows }
    }
  }
}

const twiceIn = (world: Described): Problem | undefined => {
  const seen = new Set<string>()
  for (const [kind, things = []] of Object.entries<Kinds[string]>(kindsOf(world))) {
    for (const [index, { id }] of things.entries()) {
      if (seen.has(id.toLowerCase())) return problem(`${kind}.${index}.id`, `${id} is there twice`)
      seen.add(id.toLowerCase())
    }
  }
  return undefined
}

/** What only a server says of a collection, said of one that has none. */
const withoutServer = ({ collections }: Described): Problem | undefined => {
  const onGateway = new Set(
    collections.flatMap(({ id, storage_gateway }) => (storage_gateway === undefined ? [] : [id]))
  )
  for (const [index, { host, id, settings, sharing_policies }] of collections.entries()) {
    if (onGateway.has(id) || onGateway.has(host?.collection ?? "")) continue
    const said = settings === undefined ? sharing_policies && "sharing_policies" : "settings"
    if (said !== undefined) {
      return problem(`collections.${index}.${said}`, "the collection is on no storage gateway")
    }
  }
  return undefined
}

/** A group that is below itself. */
const circular = ({ groups = [] }: Described): Problem | undefined => {
  const parents = new Map(groups.map(({ id, parent_id }) => [id, parent_id]))
  for (const [index, { id, parent_id }] of groups.entries()) {
    const above = new Set<string>()
    for (let parent = parent_id; parent !== undefined && !above.has(parent); parent = parents.get(parent)) {
      above.add(parent)
    }
    if (above.has(id)) return problem(`groups.${index}.parent_id`, "the group would be below itself")
  }
  return undefined
}

/** The first thing that is wrong. */
export const problemIn = (world: Described): Problem | undefined => {
  const wrong = twiceIn(world) ?? withoutServer(world) ?? circular(world)
  if (wrong !== undefined) return wrong
  for (const { among, setting, to, what } of referencesOf(world)) {
    if (to !== undefined && !among.has(to)) return problem(setting, `there is no ${what} ${to}`)
  }
  return undefined
}

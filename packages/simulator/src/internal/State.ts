/** All that a simulated Globus knows, as one immutable value: keeping it is a snapshot, putting it back restores it. */
import type { PolicyId, SubscriptionId } from "@effect-globus/sdk/model"
import * as Hash from "effect/Hash"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Struct from "effect/Struct"
import type { Notification } from "../Notification.ts"
import type * as World from "../World.ts"
import * as Registry from "./auth/Registry.ts"
import * as ComputeRegistry from "./compute/Registry.ts"
import * as Consents from "./Consents.ts"
import * as FileTree from "./FileTree.ts"
import type * as FlowDefinition from "./FlowDefinition.ts"
import * as RegisteredApis from "./flows/RegisteredApi.ts"
import * as GcsResource from "./gcs/Resource.ts"
import * as Groups from "./groups/Groups.ts"
import * as Catalogs from "./search/Catalogs.ts"
import * as Indices from "./search/Indices.ts"
import * as Timers from "./timers/Timers.ts"
import * as Tokens from "./Tokens.ts"
import type * as Records from "./transfer/Records.ts"
import * as TransferTasks from "./TransferTasks.ts"
import { uuidOf } from "./uuidOf.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

export interface Collection {
  readonly id: World.Collection["id"]
  readonly display_name: string
  readonly entity_type: NonNullable<World.Collection["entity_type"]>
  /** The id of an identity. */
  readonly owner: string
  readonly description: string | null
  readonly organization: string | null
  readonly keywords: ReadonlyArray<string>
  readonly public: boolean
  readonly data_access: boolean
  readonly high_assurance: boolean
  readonly authentication_timeout_mins: number
  readonly mfa_required: boolean
  readonly subscription_id: SubscriptionId | null
  readonly subscription_admin_verified: boolean
  readonly authentication_policy_id: PolicyId | null
  readonly home: FileTree.Path
  readonly default_directory: string
  readonly https: boolean
  /** The collection of which this one shares a directory, and which one. Its own `root` is empty then. */
  readonly host: { readonly collection: string; readonly path: FileTree.Path } | null
  readonly root: FileTree.Directory
  /** The folder of this machine that its files are in. */
  readonly folder: string | null
  /** How many bytes its files may have altogether. */
  readonly quota: number | null
}

/** Who may use the files below a path of a guest collection. */
export interface AccessRule {
  readonly id: string
  readonly collection: string
  readonly principal_type: "identity" | "group" | "all_authenticated_users" | "anonymous"
  /** The id of an identity or a group, or empty. */
  readonly principal: string
  readonly path: string
  readonly permissions: "r" | "rw"
  /** The role that brought the rule. */
  readonly role: string | null
  /** Milliseconds since 1970. */
  readonly created: number
  readonly expires: number | null
}

export interface Flow {
  readonly id: World.Flow["id"]
  readonly title: string
  readonly subtitle: string
  readonly description: string
  readonly keywords: ReadonlyArray<string>
  /** The id of an identity. */
  readonly owner: string
  readonly definition: World.Flow["definition"]
  readonly input_schema: NonNullable<World.Flow["input_schema"]> | null
  readonly viewers: ReadonlyArray<string>
  readonly starters: ReadonlyArray<string>
  readonly administrators: ReadonlyArray<string>
  readonly run_managers: ReadonlyArray<string>
  readonly run_monitors: ReadonlyArray<string>
  readonly subscription_id: SubscriptionId | null
  readonly authentication_policy_id: PolicyId | null
  /** Milliseconds since 1970. */
  readonly created: number
  readonly updated: number
}

/** A run of a flow: what it does was worked out when it was started. */
export interface Run {
  readonly id: string
  readonly flow: string
  /** The flow as it was when the run was started. */
  readonly title: string
  readonly flowUpdated: number
  readonly definition: Flow["definition"]
  readonly input_schema: Flow["input_schema"]
  readonly owner: string
  /** The client with whose consents it acts, and the scopes of the services on whose behalf. */
  readonly client: string
  readonly behalf: ReadonlyArray<string>
  readonly label: string | null
  readonly tags: ReadonlyArray<string>
  /** When its owner wants to be told about it. */
  readonly notifies: ReadonlyArray<string>
  readonly managers: ReadonlyArray<string>
  readonly monitors: ReadonlyArray<string>
  readonly input: FlowDefinition.Object
  /** Milliseconds since 1970. */
  readonly started: number
  readonly canceled: number | null
  readonly course: FlowDefinition.Course
}

/** A name that somebody gave to a place on a collection. */
export interface Bookmark {
  readonly id: string
  readonly owner: string
  readonly name: string
  readonly endpoint_id: string
  readonly path: string
}

export interface State {
  /** From which world it began. */
  readonly seed: string
  readonly identities: ReadonlyMap<string, World.Identity>
  readonly identityProviders: ReadonlyMap<string, World.IdentityProvider>
  readonly clients: ReadonlyMap<string, World.Client>
  readonly credentials: ReadonlyMap<string, Registry.Credential>
  readonly projects: ReadonlyMap<string, Registry.Project>
  readonly policies: ReadonlyMap<string, Registry.Policy>
  readonly scopes: ReadonlyMap<string, Registry.Scope>
  readonly pace: Required<World.Pace>
  readonly collections: ReadonlyMap<string, Collection>
  readonly flows: ReadonlyMap<string, Flow>
  readonly runs: ReadonlyMap<string, Run>
  readonly registeredApis: ReadonlyMap<string, RegisteredApis.RegisteredApi>
  readonly groups: ReadonlyMap<string, Groups.Group>
  /** What identities let groups do, by their ids. */
  readonly preferences: ReadonlyMap<string, Groups.Preference>
  readonly indices: ReadonlyMap<string, Indices.Index>
  readonly indexTasks: Indices.Tasks
  readonly catalogs: ReadonlyMap<string, Catalogs.Catalog>
  readonly scans: ReadonlyMap<string, Catalogs.Scan>
  readonly timers: ReadonlyMap<string, Timers.Timer>
  readonly tokens: Tokens.Tokens
  readonly consents: Consents.Consents
  readonly tasks: TransferTasks.Tasks
  /** The mails that would have been sent, the latest last. */
  readonly notifications: ReadonlyArray<Notification>
  readonly bookmarks: ReadonlyMap<string, Bookmark>
  readonly accessRules: ReadonlyMap<string, AccessRule>
  readonly roles: ReadonlyMap<string, Records.Role>
  readonly pauseRules: ReadonlyMap<string, Records.PauseRule>
  readonly cancelOrders: ReadonlyMap<string, Records.CancelOrder>
  readonly tunnels: ReadonlyMap<string, Records.Tunnel>
  /** What the endpoints of Globus Connect Server have. */
  readonly gcs: GcsResource.Resources
  readonly compute: ComputeRegistry.Compute
  /** The key that signs id tokens, as JSON, once there was need of one. */
  readonly signingKey: Option.Option<Redacted.Redacted<string>>
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const defaultPace: Required<World.Pace> = {
  task_start_seconds: 0.4,
  task_deadline_seconds: 86_400,
  bytes_per_second: 120_000_000,
  seconds_per_file: 0.02,
  action_seconds: 1.5,
  index_task_seconds: 0.5,
  function_seconds: 1
}

/** Things by their ids. */
export const byId = <A extends { readonly id: string }>(things: ReadonlyArray<A>): ReadonlyMap<string, A> =>
  new Map(things.map((thing) => [thing.id, thing]))

/** What tells one world from another; what goes wrong in it does not matter. */
export const seedOf = (world: World.Input): string => {
  const text = JSON.stringify({ ...world, faults: undefined })
  return `${text.length}-${Hash.string(text)}`
}

const timeOf = (text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : Date.parse(text)

const isGuestType = (type: World.Collection["entity_type"]): boolean =>
  (type ?? "GCSv5_guest_collection").endsWith("guest_collection")

/** The access rules of a guest collection: everybody may use it, unless it is said otherwise. */
const accessRulesOf = (
  { access, entity_type, id }: World.Collection,
  identityOf: (name: string) => string,
  now: number
): ReadonlyArray<AccessRule> => {
  const everybody = { principal: "all_authenticated_users", permissions: "rw" } as const
  return (access ?? (isGuestType(entity_type) ? [everybody] : [])).map((rule: World.AccessRule, index) => {
    const isIdentity = rule.principal !== "all_authenticated_users" && rule.principal !== "anonymous"
    return {
      id: uuidOf(`access rule ${index} of ${id}`),
      collection: id,
      principal_type: isIdentity ? "identity" : rule.principal,
      principal: isIdentity ? identityOf(rule.principal) : "",
      path: rule.path ?? "/",
      permissions: rule.permissions ?? "r",
      role: null,
      created: now,
      expires: null
    }
  })
}

/** An endpoint of Globus Connect Server, as Transfer knows it. */
const asCollection = (endpoint: World.GcsEndpoint): World.Collection => ({
  public: false,
  ...Struct.pick(endpoint, [
    "id",
    "display_name",
    "owner",
    "public",
    "description",
    "organization",
    "subscription_id"
  ]),
  entity_type: "GCSv5_endpoint",
  https: false
})

/** A Globus that has just begun. */
export const fromWorld = (world: World.World, seed: string, now: number): State => {
  const [first] = world.identities
  const people = new Map(
    world.identities.flatMap(({ id, username }) => [[id as string, id] as const, [username, id] as const])
  )
  const ownerOf = (owner: string | undefined) =>
    owner === undefined ? first.id : (people.get(owner) ?? owner)
  return {
    seed,
    identities: byId(
      world.identities.map((identity) =>
        identity.linked_to === undefined ? identity : { ...identity, linked_to: ownerOf(identity.linked_to) }
      )
    ),
    identityProviders: byId(world.identity_providers ?? []),
    clients: byId(world.clients),
    credentials: byId(world.clients.flatMap((client) => Registry.credentialsOf(client, now))),
    projects: byId(
      (world.projects ?? []).map((project) =>
        Registry.projectOf(project, {
          idOf: ownerOf,
          emailOf: (id) => {
            const identity = world.identities.find((identity) => identity.id === id)
            return identity?.email ?? identity?.username ?? ""
          },
          first: first.id
        })
      )
    ),
    policies: byId((world.policies ?? []).map(Registry.policyOf)),
    scopes: byId((world.scopes ?? []).map(Registry.scopeOf)),
    pace: { ...defaultPace, ...world.pace },
    roles: new Map(),
    pauseRules: new Map(),
    cancelOrders: new Map(),
    tunnels: new Map(),
    gcs: GcsResource.fromWorld(world, ownerOf, now),
    compute: ComputeRegistry.fromWorld(world, ownerOf),
    collections: byId(
      [
        ...world.collections.map((collection) => ({
          ...GcsResource.protectionIn(world, collection),
          ...collection
        })),
        ...(world.gcs_endpoints ?? []).map(asCollection)
      ].map((collection) => ({
        id: collection.id,
        display_name: collection.display_name,
        entity_type: collection.entity_type ?? "GCSv5_guest_collection",
        owner: ownerOf(collection.owner),
        description: collection.description ?? null,
        organization: collection.organization ?? null,
        keywords: collection.keywords ?? [],
        public: collection.public ?? true,
        data_access: collection.data_access ?? false,
        high_assurance: collection.high_assurance ?? false,
        authentication_timeout_mins: collection.authentication_timeout_mins ?? 30,
        mfa_required: collection.mfa_required ?? false,
        subscription_id: collection.subscription_id ?? null,
        subscription_admin_verified: collection.subscription_admin_verified ?? false,
        authentication_policy_id: collection.authentication_policy_id ?? null,
        home: FileTree.parsePath(collection.home ?? "/", []),
        default_directory: collection.default_directory ?? "/~/",
        https: collection.https ?? (collection.entity_type ?? "GCSv5_guest_collection").startsWith("GCSv5"),
        host:
          collection.host === undefined
            ? null
            : {
                collection: collection.host.collection,
                path: FileTree.parsePath(collection.host.path, [])
              },
        folder: collection.folder ?? null,
        quota: collection.quota ?? null,
        root: FileTree.fromFiles(collection.files ?? {}, { modified: now, user: "globus", group: "globus" })
      }))
    ),
    flows: byId(
      (world.flows ?? []).map((flow) => ({
        id: flow.id,
        title: flow.title,
        subtitle: flow.subtitle ?? "",
        description: flow.description ?? "",
        keywords: flow.keywords ?? [],
        owner: ownerOf(flow.owner),
        definition: flow.definition,
        input_schema: flow.input_schema ?? null,
        viewers: flow.viewers ?? ["public"],
        starters: flow.starters ?? ["all_authenticated_users"],
        administrators: flow.administrators ?? [],
        run_managers: flow.run_managers ?? [],
        run_monitors: flow.run_monitors ?? [],
        subscription_id: flow.subscription_id ?? null,
        authentication_policy_id: flow.authentication_policy_id ?? null,
        created: timeOf(flow.created, now),
        updated: timeOf(flow.updated, now)
      }))
    ),
    runs: new Map(),
    registeredApis: byId(
      (world.registered_apis ?? []).map((api) =>
        RegisteredApis.fromWorld(api, `urn:globus:auth:identity:${first.id}`, now)
      )
    ),
    groups: byId((world.groups ?? []).map((group) => Groups.fromWorld(group, ownerOf, now))),
    preferences: new Map(),
    indices: byId((world.indices ?? []).map((index) => Indices.fromWorld(index, ownerOf, now))),
    indexTasks: Indices.noTasks,
    catalogs: byId((world.insights_catalogs ?? []).map((catalog) => Catalogs.fromWorld(catalog, now))),
    scans: new Map(),
    timers: byId(
      (world.timers ?? []).map((timer) => Timers.fromWorld(timer, ownerOf, world.clients[0]?.id ?? "", now))
    ),
    tokens: Tokens.empty,
    consents: Consents.empty,
    tasks: TransferTasks.empty,
    notifications: [],
    bookmarks: new Map(),
    accessRules: byId(
      world.collections.flatMap((collection) =>
        accessRulesOf(collection, (name) => people.get(name) ?? name, now)
      )
    ),
    signingKey: Option.none()
  }
}

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** What follows the `@` of a user name. */
export const domainOf = (username: string): string => username.slice(username.indexOf("@") + 1)

/** Where an identity comes from; one provider for each domain that none of the world's providers has. */
export const identityProviderOf = (state: State, username: string) => {
  const domain = domainOf(username)
  const known = [...state.identityProviders.values()].find(({ domains }) => domains.includes(domain))
  return {
    id: known?.id ?? uuidOf(`identity provider ${domain}`),
    name: known?.name ?? domain,
    short_name: known?.short_name ?? domain,
    alternative_names: known?.alternative_names ?? [],
    domains: known?.domains ?? [domain]
  }
}

/** The identity of this id and those that are linked to it, the primary one first. */
export const identitySet = (state: State, id: string): ReadonlyArray<Principal> => {
  const primary = primaryOf(state, id)
  const others = [...state.identities.values()].filter(({ linked_to }) => linked_to === primary)
  return [primary, ...others.map(({ id }) => id)].flatMap((id) => Option.toArray(principal(state, id)))
}

/** As whom somebody acts who logs in with this identity. */
export const primaryOf = (state: State, id: string): string => state.identities.get(id)?.linked_to ?? id

/** Somebody, or a client, which is an identity too. */
export interface Principal {
  readonly id: string
  readonly username: string
  readonly name: string
  readonly email: string | null
  readonly organization: string | null
  readonly isClient: boolean
}

const ofIdentity = (identity: World.Identity): Principal => ({
  id: identity.id,
  username: identity.username,
  name: identity.name,
  email: identity.email ?? identity.username,
  organization: identity.organization ?? null,
  isClient: false
})

const ofClient = (client: World.Client): Principal => ({
  id: client.id,
  username: `${client.id}@clients.auth.globus.org`,
  name: client.name,
  email: null,
  organization: null,
  isClient: true
})

/** The identity of this id or user name, which may be that of a client. */
export const principal = (state: State, idOrUsername: string): Option.Option<Principal> => {
  const wanted = idOrUsername.toLowerCase()
  const identity =
    state.identities.get(wanted) ??
    [...state.identities.values()].find(({ username }) => username.toLowerCase() === wanted)
  if (identity !== undefined) return Option.some(ofIdentity(identity))
  const client = state.clients.get(wanted.replace(/@clients\.auth\.globus\.org$/, ""))
  return client?.type === "confidential" ? Option.some(ofClient(client)) : Option.none()
}

/** A state in which one thing is as given. */
export const set = <A extends { readonly id: string }>(
  things: ReadonlyMap<string, A>,
  thing: A
): ReadonlyMap<string, A> => new Map(things).set(thing.id, thing)

/** The things that remain without one. */
export const without = <A>(things: ReadonlyMap<string, A>, id: string): ReadonlyMap<string, A> => {
  const others = new Map(things)
  others.delete(id)
  return others
}

const emptyRoot = FileTree.directory({ modified: 0, user: "globus", group: "globus" })

type Collections = State["collections"]

/** The files of a collection: its own, or those that it shares. */
export const rootOf = (collections: Collections, { host, root }: Collection): FileTree.Directory => {
  if (host === null) return root
  const mapped = collections.get(host.collection)
  const shared =
    mapped === undefined ? undefined : Option.getOrUndefined(FileTree.find(mapped.root, host.path))
  return shared?._tag === "Directory" ? shared : emptyRoot
}

/** Collections of which one has other files. */
export const changeRoot = (
  collections: Collections,
  id: string,
  how: (root: FileTree.Directory) => FileTree.Directory
): Collections => {
  const collection = collections.get(id)
  if (collection === undefined) return collections
  if (collection.host === null) return set(collections, { ...collection, root: how(collection.root) })
  const mapped = collections.get(collection.host.collection)
  if (mapped === undefined) return collections
  const root = FileTree.update(mapped.root, collection.host.path, how)
  return Result.isSuccess(root) ? set(collections, { ...mapped, root: root.success }) : collections
}

/** A state without a collection, and without what hangs on it. */
export const withoutCollection = (state: State, id: string): State => {
  const notOf = <A extends { readonly collection: string }>(things: ReadonlyMap<string, A>) =>
    new Map([...things].filter(([, { collection }]) => collection !== id))
  const isOf = ({ endpoint, fields, id: other, kind }: GcsResource.Resource) =>
    endpoint === id ||
    (kind === "collection" ? other === id : fields["collection"] === id || fields["collection_id"] === id)
  return {
    ...state,
    collections: without(state.collections, id),
    accessRules: notOf(state.accessRules),
    roles: notOf(state.roles),
    pauseRules: notOf(state.pauseRules),
    gcs: new Map([...state.gcs].filter(([, resource]) => !isOf(resource)))
  }
}

/** So many mails are kept, the latest. */
const mostMails = 1000

/** The mails that would have been sent, with more of them. */
export const withMails = (
  before: State["notifications"],
  mails: State["notifications"]
): State["notifications"] => (mails.length === 0 ? before : [...before, ...mails].slice(-mostMails))

/** How many bytes there is room for in a collection, and in the one of which it shares a directory. */
export const roomOf = (collections: Collections, collection: Collection): number => {
  const { host, quota } = collection
  const mapped = host === null ? undefined : collections.get(host.collection)
  const own = quota === null ? Infinity : quota - FileTree.sizeOf(rootOf(collections, collection))
  return mapped === undefined ? own : Math.min(own, roomOf(collections, mapped))
}

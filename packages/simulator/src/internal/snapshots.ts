/** A state as a snapshot, and back. */
import { EndpointId, StorageGatewayId } from "@effect-globus/sdk/model"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Snapshot } from "../Snapshot.ts"
import type * as World from "../World.ts"
import * as ComputeRegistry from "./compute/Registry.ts"
import * as Consents from "./Consents.ts"
import * as FileTree from "./FileTree.ts"
import * as RegisteredApis from "./flows/RegisteredApi.ts"
import * as GcsResource from "./gcs/Resource.ts"
import * as Groups from "./groups/Groups.ts"
import * as Instant from "./Instant.ts"
import * as Catalogs from "./search/Catalogs.ts"
import * as Indices from "./search/Indices.ts"
import * as State from "./State.ts"
import * as Timers from "./timers/Timers.ts"
import * as TransferTasks from "./TransferTasks.ts"

const isGuest = ({ entity_type }: State.Collection): boolean => entity_type.endsWith("guest_collection")

const texts = <A>(tokens: HashMap.HashMap<string, A>, label: string) =>
  HashMap.toEntries(tokens).map(([text, token]) => ({ text: Redacted.make(text, { label }), ...token }))

const byText = <A extends { readonly text: Redacted.Redacted<string> }>(tokens: ReadonlyArray<A>) =>
  HashMap.fromIterable(tokens.map(({ text, ...token }) => [Redacted.value(text), token] as const))

const ruleOf = ({ path, permissions, principal, principal_type }: State.AccessRule): World.AccessRule => ({
  principal: principal === "" ? principal_type : principal,
  path,
  permissions
})

const gatewayOf = (state: State.State, { host, id }: State.Collection) => {
  const gateway =
    host === null
      ? state.gcs.get(GcsResource.keyOf("collection", id))?.fields["storage_gateway_id"]
      : undefined
  return typeof gateway === "string" ? { storage_gateway: StorageGatewayId.make(gateway) } : {}
}

const collectionOf = (state: State.State, collection: State.Collection): World.Collection => ({
  ...gatewayOf(state, collection),
  ...GcsResource.collectionToWorld(state.gcs, collection.id),
  id: collection.id,
  display_name: collection.display_name,
  entity_type: collection.entity_type,
  owner: collection.owner,
  ...(collection.description === null ? {} : { description: collection.description }),
  ...(collection.organization === null ? {} : { organization: collection.organization }),
  keywords: collection.keywords,
  public: collection.public,
  data_access: collection.data_access,
  high_assurance: collection.high_assurance,
  authentication_timeout_mins: collection.authentication_timeout_mins,
  mfa_required: collection.mfa_required,
  ...(collection.subscription_id === null ? {} : { subscription_id: collection.subscription_id }),
  subscription_admin_verified: collection.subscription_admin_verified,
  ...(collection.authentication_policy_id === null
    ? {}
    : { authentication_policy_id: collection.authentication_policy_id }),
  home: FileTree.formatPath(collection.home),
  default_directory: collection.default_directory,
  https: collection.https,
  ...(collection.quota === null ? {} : { quota: collection.quota }),
  ...(isGuest(collection)
    ? {
        access: [...state.accessRules.values()]
          .filter((rule) => rule.collection === collection.id)
          .map(ruleOf)
      }
    : {}),
  ...(collection.host !== null
    ? {
        host: {
          collection: EndpointId.make(collection.host.collection),
          path: FileTree.formatPath(collection.host.path)
        }
      }
    : collection.folder !== null
      ? { folder: collection.folder }
      : { files: FileTree.toFiles(collection.root) })
})

const flowOf = ({
  authentication_policy_id,
  created,
  input_schema,
  subscription_id,
  updated,
  ...flow
}: State.Flow): World.Flow => ({
  ...flow,
  ...(subscription_id === null ? {} : { subscription_id }),
  ...(authentication_policy_id === null ? {} : { authentication_policy_id }),
  ...(input_schema === null ? {} : { input_schema }),
  created: Instant.format(created),
  updated: Instant.format(updated)
})

export const take = (state: State.State): Snapshot => {
  const [first, ...others] = [...state.identities.values()]
  return {
    format: "effect-globus-simulator-1",
    seed: state.seed,
    world: {
      // A world has at least one identity, and they do not go away.
      identities: [first as World.Identity, ...others],
      identity_providers: [...state.identityProviders.values()],
      clients: [...state.clients.values()],
      projects: [...state.projects.values()],
      policies: [...state.policies.values()],
      scopes: [...state.scopes.values()],
      collections: [...state.collections.values()].flatMap((collection) =>
        state.gcs.has(GcsResource.keyOf("endpoint", collection.id)) ? [] : [collectionOf(state, collection)]
      ),
      gcs_endpoints: GcsResource.toWorld(state.gcs, (id) => {
        const endpoint = state.collections.get(id)
        return endpoint === undefined
          ? undefined
          : {
              id: endpoint.id,
              display_name: endpoint.display_name,
              owner: endpoint.owner,
              public: endpoint.public,
              ...(endpoint.description === null ? {} : { description: endpoint.description }),
              ...(endpoint.organization === null ? {} : { organization: endpoint.organization }),
              ...(endpoint.subscription_id === null ? {} : { subscription_id: endpoint.subscription_id })
            }
      }),
      compute_endpoints: ComputeRegistry.endpointsOfWorld(state.compute),
      compute_functions: ComputeRegistry.functionsOfWorld(state.compute),
      flows: [...state.flows.values()].map(flowOf),
      registered_apis: [...state.registeredApis.values()].map(RegisteredApis.toWorld),
      groups: [...state.groups.values()].map(Groups.toWorld),
      indices: [...state.indices.values()].map(Indices.toWorld),
      insights_catalogs: [...state.catalogs.values()].map(Catalogs.toWorld),
      timers: [...state.timers.values()].map((timer) =>
        Timers.toWorld(timer, state.clients.get(timer.client)?.id)
      ),
      pace: state.pace
    },
    ...Option.match(state.signingKey, { onNone: () => ({}), onSome: (signingKey) => ({ signingKey }) }),
    nextGrant: state.tokens.nextGrant,
    sessions: HashMap.toEntries(state.tokens.sessions).map(([grant, session]) => ({ grant, ...session })),
    credentials: [...state.credentials.values()],
    codes: texts(state.tokens.codes, "authorization code"),
    accessTokens: texts(state.tokens.accessTokens, "access token"),
    refreshTokens: texts(state.tokens.refreshTokens, "refresh token"),
    consents: Consents.toList(state.consents),
    tasks: TransferTasks.toList(state.tasks),
    notifications: state.notifications,
    bookmarks: [...state.bookmarks.values()],
    accessRules: [...state.accessRules.values()],
    roles: [...state.roles.values()],
    pauseRules: [...state.pauseRules.values()],
    cancelOrders: [...state.cancelOrders.values()],
    tunnels: [...state.tunnels.values()],
    gcs: [...state.gcs.values()],
    runs: [...state.runs.values()],
    preferences: [...state.preferences.values()],
    indexTasks: [...state.indexTasks.byId.values()],
    scans: [...state.scans.values()],
    timers: [...state.timers.values()],
    compute: ComputeRegistry.toRegistry(state.compute)
  }
}

export const restore = (snapshot: Snapshot): State.State => ({
  ...State.fromWorld(snapshot.world, snapshot.seed, 0),
  signingKey: Option.fromUndefinedOr(snapshot.signingKey),
  ...(snapshot.credentials === undefined ? {} : { credentials: State.byId(snapshot.credentials) }),
  tokens: {
    nextGrant: snapshot.nextGrant,
    sessions: HashMap.fromIterable(
      (snapshot.sessions ?? []).map(({ grant, ...session }) => [grant, session] as const)
    ),
    codes: byText(snapshot.codes),
    accessTokens: byText(snapshot.accessTokens),
    refreshTokens: byText(snapshot.refreshTokens)
  },
  consents: Consents.fromList(snapshot.consents),
  tasks: TransferTasks.fromList(snapshot.tasks),
  notifications: snapshot.notifications ?? [],
  bookmarks: State.byId(snapshot.bookmarks),
  roles: State.byId(snapshot.roles ?? []),
  pauseRules: State.byId(snapshot.pauseRules ?? []),
  cancelOrders: State.byId(snapshot.cancelOrders ?? []),
  tunnels: State.byId(snapshot.tunnels ?? []),
  ...(snapshot.compute === undefined ? {} : { compute: ComputeRegistry.fromRegistry(snapshot.compute) }),
  ...(snapshot.gcs === undefined ? {} : { gcs: GcsResource.fromList(snapshot.gcs) }),
  ...(snapshot.accessRules === undefined ? {} : { accessRules: State.byId(snapshot.accessRules) }),
  runs: State.byId(snapshot.runs),
  preferences: State.byId(snapshot.preferences),
  indexTasks: Indices.fromList(snapshot.indexTasks),
  scans: State.byId(snapshot.scans ?? []),
  timers: State.byId(snapshot.timers)
})

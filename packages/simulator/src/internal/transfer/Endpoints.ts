/** Endpoints and collections: finding, describing and removing them. */
import { IdentityId, PolicyId } from "@effect-globus/sdk/model"
import type { TransferApi } from "@effect-globus/sdk/transfer"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { isGuest, isMapped, rolesOf } from "../Access.ts"
import * as CollectionFiles from "../CollectionFiles.ts"
import * as FileTree from "../FileTree.ts"
import { ownerString } from "../gcs/OwnerStrings.ts"
import { keyOf } from "../gcs/Resource.ts"
import { addressOf } from "../gcs/Server.ts"
import * as Settings from "../gcs/Settings.ts"
import * as Terms from "../gcs/Terms.ts"
import * as Listing from "../Listing.ts"
import { Caller, type Handlers } from "../Service.ts"
import { type Collection, principal, set, type State, withoutCollection } from "../State.ts"
import { Store } from "../Store.ts"
import * as TransferTasks from "../TransferTasks.ts"
import { badQuery, refusal, result } from "./Answer.ts"
import { collectionOf, managed } from "./Collections.ts"
import { limitedRuleOf, rulesFor } from "./Pauses.ts"

/** Where the server of a collection is managed, or of the endpoint itself. */
const managerOf = (state: State, url: string, { id }: Collection): string | null => {
  const resource = state.gcs.get(keyOf("collection", id)) ?? state.gcs.get(keyOf("endpoint", id))
  return resource === undefined ? null : addressOf(url, resource.endpoint)
}

/** A collection as Transfer describes it to somebody. */
export const endpointOf = (state: State, url: string, collection: Collection, identity: string) => {
  const owner = Option.getOrUndefined(principal(state, collection.owner))
  const roles = rolesOf(state, collection, identity)
  const host = collection.host === null ? undefined : state.collections.get(collection.host.collection)
  const settings = Settings.of(state, collection)
  const { authentication_policy_id: policy } = Terms.protectionOf(state, collection)
  const { contact_email, shareable, ...shown } = Settings.shown(state, collection)
  return {
    ...shown,
    DATA_TYPE: "endpoint",
    id: collection.id,
    display_name: collection.display_name,
    entity_type: collection.entity_type,
    owner_id: IdentityId.make(collection.owner),
    owner_string: ownerString(state, collection),
    canonical_name: `${collection.owner}#${collection.id}`,
    name: collection.id,
    username: owner?.username ?? null,
    organization: collection.organization,
    keywords: collection.keywords.length === 0 ? null : collection.keywords.join(","),
    description: collection.description,
    contact_email: contact_email ?? owner?.email ?? null,
    public: collection.public,
    subscription_id: collection.subscription_id,
    subscription_admin_verified: collection.subscription_admin_verified,
    french_english_bilingual: false,
    default_directory: collection.default_directory,
    my_effective_roles: roles,
    mapped_collection_id: host?.id ?? null,
    mapped_collection_display_name: host?.display_name ?? null,
    host_endpoint_id: host?.id ?? null,
    host_endpoint: null,
    host_endpoint_display_name: host?.display_name ?? null,
    host_path: collection.host === null ? null : FileTree.formatDirectory(collection.host.path),
    shareable: isMapped(collection) && shareable,
    acl_available: isGuest(collection),
    acl_editable:
      isGuest(collection) && roles.some((role) => role === "administrator" || role === "access_manager"),
    acl_max_expiration_period_mins: settings.ruleMinutes,
    high_assurance: collection.high_assurance,
    authentication_timeout_mins: collection.high_assurance ? collection.authentication_timeout_mins : null,
    authentication_policy_id: policy === null ? null : PolicyId.make(policy),
    mfa_required: collection.mfa_required,
    requester_pays: false,
    force_encryption: settings.encrypts,
    force_verify: settings.verifies === true,
    disable_verify: settings.verifies === false,
    disable_anonymous_writes: !settings.anonymousWrites,
    is_globus_connect: collection.entity_type.startsWith("GCP"),
    gcp_connected: collection.entity_type.startsWith("GCP") ? true : null,
    gcp_paused: collection.entity_type.startsWith("GCP") ? false : null,
    globus_connect_setup_key: null,
    gcs_version: collection.entity_type.startsWith("GCSv5") ? "5.4.80" : null,
    gcs_manager_url: managerOf(state, url, collection),
    https_server: collection.https ? CollectionFiles.addressOf(url, collection.id) : null,
    tlsftp_server: null,
    local_user_info_available: isMapped(collection),
    location: null,
    non_functional: collection.entity_type === "GCSv5_endpoint",
    non_functional_endpoint_id: null,
    non_functional_endpoint_display_name: null,
    in_use: false,
    expires_in: -1,
    activated: false,
    DATA: []
  }
}

/** The collections that one of an identity's tasks uses. */
const used = (state: State, identity: string): ReadonlySet<string> =>
  new Set(
    TransferTasks.ofOwner(state.tasks, identity).flatMap(({ destination, source }) =>
      destination === null ? [source] : [source, destination]
    )
  )

const isInScope = (state: State, identity: string, scope: string): ((collection: Collection) => boolean) => {
  const isOwn = ({ owner }: Collection) => owner === identity
  const isGuest = ({ entity_type }: Collection) => entity_type.endsWith("guest_collection")
  switch (scope) {
    case "all":
      return (collection) => collection.public || isOwn(collection)
    case "my-endpoints":
      return isOwn
    case "administered-by-me":
      return (collection) => rolesOf(state, collection, identity).includes("administrator")
    case "my-gcp-endpoints":
      return (collection) => isOwn(collection) && collection.entity_type === "GCP_mapped_collection"
    case "shared-by-me":
      return (collection) => isOwn(collection) && isGuest(collection)
    case "shared-with-me":
      return (collection) => !isOwn(collection) && isGuest(collection) && collection.public
    case "recently-used":
    case "in-use": {
      const ids = used(state, identity)
      return ({ id }) => ids.has(id)
    }
    default:
      return () => false
  }
}

/** Whether every word is in what is said about a collection. */
const isAbout = (state: State, collection: Collection, text: string): boolean => {
  const owner = Option.getOrUndefined(principal(state, collection.owner))
  const said = [
    collection.id,
    collection.display_name,
    collection.description,
    collection.organization,
    owner?.username,
    ...collection.keywords
  ]
    .join(" ")
    .toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word))
}

const scopes = new Set([
  "all",
  "my-endpoints",
  "administered-by-me",
  "my-gcp-endpoints",
  "shared-by-me",
  "shared-with-me",
  "recently-used",
  "in-use"
])
// -----------------------------------------------------------------------------
// handlers
// -----------------------------------------------------------------------------

/** Whether an endpoint of Globus Connect Server has collections. */
const hasCollections = (state: State, id: string): boolean =>
  [...state.gcs.values()].some(({ endpoint, kind }) => kind === "collection" && endpoint === id)

export const endpoints: Handlers<(typeof TransferApi)["groups"]["endpoints"]> = {
  getEndpoint: Effect.fnUntraced(function* ({ params }) {
    const { current, url } = yield* Store
    const state = yield* current
    const { identity } = yield* Caller
    return endpointOf(state, url, yield* Effect.fromResult(collectionOf(state, params.endpoint_id)), identity)
  }),

  updateEndpoint: Effect.fnUntraced(function* ({ params, payload }) {
    const { attempt } = yield* Store
    const { identity } = yield* Caller
    yield* attempt((state) => {
      const changed = Result.map(
        managed(state, identity, params.endpoint_id),
        (collection) =>
          ({
            ...collection,
            display_name: payload.display_name ?? collection.display_name,
            description: payload.description === undefined ? collection.description : payload.description,
            organization: payload.organization === undefined ? collection.organization : payload.organization,
            keywords:
              payload.keywords === undefined
                ? collection.keywords
                : (payload.keywords ?? "").split(",").filter((word) => word !== ""),
            public: payload.public ?? collection.public,
            default_directory: payload.default_directory ?? collection.default_directory
          }) satisfies Collection
      )
      return Result.isSuccess(changed)
        ? [changed, { ...state, collections: set(state.collections, changed.success) }]
        : [changed, state]
    })
    return yield* result("Updated", "Endpoint updated successfully")
  }),

  deleteEndpoint: Effect.fnUntraced(function* ({ params }) {
    const { attempt } = yield* Store
    const { identity } = yield* Caller
    yield* attempt((state) => {
      const found = managed(state, identity, params.endpoint_id).pipe(
        Result.filterOrFail(
          (collection) => !Settings.of(state, collection).isProtected,
          () => refusal(403, "PermissionDenied", "The collection is protected from being deleted")
        ),
        // Without their server, nobody would say any more who may use them.
        Result.filterOrFail(
          ({ id }) => !hasCollections(state, id),
          () => refusal(409, "Conflict", "There are collections on the endpoint")
        )
      )
      return Result.isSuccess(found) ? [found, withoutCollection(state, found.success.id)] : [found, state]
    })
    return yield* result("Deleted", "Endpoint deleted successfully")
  }),

  searchEndpoints: Effect.fnUntraced(function* ({ query }) {
    const { current, url } = yield* Store
    const state = yield* current
    const { identity } = yield* Caller
    const scope = query.filter_scope ?? "all"
    const text = query.filter_fulltext?.trim() ?? ""
    if (!scopes.has(scope)) return yield* badQuery(`Invalid filter_scope: ${scope}`)
    if (query.filter_entity_type !== undefined && query.filter_non_functional !== undefined) {
      return yield* badQuery("filter_entity_type and filter_non_functional exclude each other")
    }
    const isNarrow =
      text !== "" || query.filter_owner_id !== undefined || query.filter_host_endpoint !== undefined
    if (scope === "all" && !isNarrow) {
      return yield* badQuery("filter_fulltext is required when filter_scope is 'all'")
    }
    const isMeant = isInScope(state, identity, scope)
    const found = [...state.collections.values()].filter(
      (collection) =>
        isMeant(collection) &&
        (text === "" || isAbout(state, collection, text)) &&
        (query.filter_owner_id === undefined || query.filter_owner_id === collection.owner) &&
        (query.filter_host_endpoint === undefined ||
          query.filter_host_endpoint === collection.host?.collection) &&
        (query.filter_entity_type === undefined || query.filter_entity_type === collection.entity_type) &&
        (query.filter_non_functional === undefined ||
          query.filter_non_functional === (collection.entity_type === "GCSv5_endpoint"))
    )
    const { items, limit, offset, total } = Listing.part(found, query, { limit: 100, maximum: 100 })
    return {
      DATA_TYPE: "endpoint_list",
      DATA: items.map((collection) => endpointOf(state, url, collection, identity)),
      limit,
      offset,
      has_next_page: offset + items.length < Math.min(total, 1000)
    }
  }),

  listMyEffectivePauseRules: Effect.fnUntraced(function* ({ params }) {
    const state = yield* (yield* Store).current
    const { identity } = yield* Caller
    const collection = yield* Effect.fromResult(collectionOf(state, params.endpoint_id))
    return {
      DATA_TYPE: "pause_rule_list",
      DATA: rulesFor(state, collection.id, identity).map((rule) => limitedRuleOf(state, rule))
    }
  })
}

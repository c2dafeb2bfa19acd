/** Guest collections on others, servers, and subscriptions. */
import { EndpointId, IdentityId, SubscriptionId } from "@effect-globus/sdk/model"
import type { TransferApi } from "@effect-globus/sdk/transfer"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as FileTree from "../FileTree.ts"
import type * as Refusals from "../Refusal.ts"
import { Caller, type Handlers } from "../Service.ts"
import { type Collection, set, type State } from "../State.ts"
import { Store } from "../Store.ts"
import { badRequest, refusal, result } from "./Answer.ts"
import { collectionOf, managed, usable, type Who } from "./Collections.ts"
import { endpointOf } from "./Endpoints.ts"

/** The guest collections that share a directory of a collection. */
export const guestsOf = (state: State, id: string): ReadonlyArray<Collection> =>
  [...state.collections.values()].filter(({ host }) => host?.collection === id)

interface NewCollection {
  readonly host_endpoint_id?: string | undefined
  readonly host_path?: string | undefined
  readonly display_name?: string | null | undefined
  readonly description?: string | null | undefined
  readonly organization?: string | null | undefined
  readonly keywords?: string | null | undefined
  readonly default_directory?: string | null | undefined
}

/** A guest collection of the caller's on a collection of Globus Connect Personal. */
const shared = (
  state: State,
  who: Who,
  id: string,
  asked: NewCollection,
  now: number
): Result.Result<Collection, Refusals.Refusal> =>
  Result.gen(function* () {
    if (asked.host_endpoint_id === undefined)
      return yield* Result.fail(badRequest("host_endpoint_id is required"))
    if (asked.host_path === undefined) return yield* Result.fail(badRequest("host_path is required"))
    if (!asked.display_name) return yield* Result.fail(badRequest("display_name is required"))
    const host = yield* usable(state, who, asked.host_endpoint_id, now)
    if (host.entity_type !== "GCP_mapped_collection") {
      const detail =
        host.entity_type === "GCSv5_mapped_collection"
          ? "Guest collections of Globus Connect Server are made by its manager"
          : `'${host.display_name}' is no mapped collection`
      return yield* Result.fail(refusal(409, "NotSupported", detail))
    }
    const path = FileTree.parsePath(asked.host_path, host.home)
    const directory = Option.getOrUndefined(FileTree.find(host.root, path))
    if (directory?._tag !== "Directory") {
      return yield* Result.fail(badRequest(`There is no directory ${asked.host_path}`))
    }
    const collection: Collection = {
      ...host,
      id: EndpointId.make(id),
      display_name: asked.display_name,
      entity_type: "GCP_guest_collection",
      owner: who.identity,
      description: asked.description ?? null,
      organization: asked.organization ?? null,
      keywords: (asked.keywords ?? "").split(",").filter((word) => word !== ""),
      public: true,
      data_access: false,
      home: [],
      default_directory: asked.default_directory ?? "/",
      https: false,
      host: { collection: host.id, path },
      folder: null,
      root: FileTree.directory({ modified: now, user: "globus", group: "globus" })
    }
    return collection
  })

const usualPage = 100

export const sharing: Handlers<(typeof TransferApi)["groups"]["endpoints"]> = {
  createSharedEndpoint: Effect.fnUntraced(function* ({ payload }) {
    const { attempt, uuid } = yield* Store
    const who = yield* Caller
    const id = yield* uuid
    yield* attempt((state, now) => {
      const collection = shared(state, who, id, payload, now)
      return Result.isSuccess(collection)
        ? [collection, { ...state, collections: set(state.collections, collection.success) }]
        : [collection, state]
    })
    return {
      ...(yield* result("Created", "Shared endpoint created successfully", "endpoint_create_result")),
      id: EndpointId.make(id)
    }
  }),

  listMySharedEndpoints: Effect.fnUntraced(function* ({ params }) {
    const { current, url } = yield* Store
    const state = yield* current
    const { identity } = yield* Caller
    const host = yield* Effect.fromResult(collectionOf(state, params.endpoint_id))
    const DATA = guestsOf(state, host.id).flatMap((guest) =>
      guest.owner === identity ? [endpointOf(state, url, guest, identity)] : []
    )
    return { DATA_TYPE: "endpoint_list", DATA, length: DATA.length }
  }),

  listSharedEndpoints: Effect.fnUntraced(function* ({ params, query }) {
    const state = yield* (yield* Store).current
    const { identity } = yield* Caller
    const host = yield* Effect.fromResult(managed(state, identity, params.endpoint_id))
    const guests = guestsOf(state, host.id)
    const start = Number(query.next_token ?? 0)
    if (!Number.isInteger(start)) return yield* badRequest(`Invalid next_token: ${query.next_token}`)
    const next = start + (query.max_results ?? usualPage)
    return {
      shared_endpoints: guests
        .slice(start, next)
        .map(({ display_name, id, owner }) => ({ id, display_name, owner_id: IdentityId.make(owner) })),
      next_token: next < guests.length ? String(next) : null
    }
  }),

  listEndpointServers: Effect.fnUntraced(function* ({ params }) {
    const collection = yield* Effect.fromResult(
      collectionOf(yield* (yield* Store).current, params.endpoint_id)
    )
    // The servers of Globus Connect Server 5 and of Globus Connect Personal are none of Transfer's.
    return { DATA_TYPE: "endpoint_server_list", DATA: [], endpoint: collection.id }
  }),

  getEndpointServer: Effect.fnUntraced(function* ({ params }) {
    yield* Effect.fromResult(collectionOf(yield* (yield* Store).current, params.endpoint_id))
    return yield* refusal(404, "ServerNotFound", `No such server '${params.server_id}'`)
  }),

  setSubscriptionId: Effect.fnUntraced(function* ({ params, payload }) {
    const { attempt } = yield* Store
    const { identity } = yield* Caller
    yield* attempt((state) => {
      const collection = managed(state, identity, params.collection_id)
      if (Result.isFailure(collection)) return [Result.fail(collection.failure), state]
      const { subscription_id } = payload
      if (subscription_id === "DEFAULT") {
        return [Result.fail(refusal(400, "BadRequest", "Please specify the subscription ID to use.")), state]
      }
      const changed = {
        ...collection.success,
        subscription_id: subscription_id === null ? null : SubscriptionId.make(subscription_id)
      }
      return [Result.succeed(undefined), { ...state, collections: set(state.collections, changed) }]
    })
    return yield* result("Updated", "Endpoint updated successfully")
  }),

  setSubscriptionAdminVerified: Effect.fnUntraced(function* ({ params, payload }) {
    const { attempt } = yield* Store
    const { identity } = yield* Caller
    yield* attempt((state) => {
      const collection = managed(state, identity, params.collection_id)
      if (Result.isFailure(collection)) return [Result.fail(collection.failure), state]
      if (collection.success.subscription_id === null) {
        return [
          Result.fail(
            refusal(
              400,
              "BadRequest",
              "The collection must be associated with a subscription to set subscription_admin_verified"
            )
          ),
          state
        ]
      }
      const { subscription_admin_verified } = payload
      const changed = { ...collection.success, subscription_admin_verified }
      return [Result.succeed(undefined), { ...state, collections: set(state.collections, changed) }]
    })
    return yield* result("Updated", "Endpoint updated successfully")
  })
}

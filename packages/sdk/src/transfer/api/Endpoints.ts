/**
 * The operations on endpoints and collections themselves: to find, describe, share and remove them.
 *
 * ```ts
 * import { TransferApi } from "@effect-globus/sdk/transfer"
 *
 * TransferApi.groups.endpoints.endpoints.getEndpoint.path // "/v0.10/endpoint/:endpoint_id"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import { EndpointId, Uuid } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import * as Paging from "../../service/Paging.ts"
import * as Query from "../../service/Query.ts"
import * as Endpoint from "../EndpointDocument.ts"
import { PauseRuleListDocument } from "../PauseRuleDocument.ts"
import { ResultDocument } from "../ResultDocument.ts"

const params = { endpoint_id: EndpointId } as const

export const getEndpoint = Operation.get("getEndpoint", "/v0.10/endpoint/:endpoint_id", {
  params,
  query: {},
  success: Endpoint.EndpointDocument
})

export const updateEndpoint = Operation.put("updateEndpoint", "/v0.10/endpoint/:endpoint_id", {
  params,
  query: {},
  payload: Endpoint.EndpointUpdate,
  success: ResultDocument
})

export const deleteEndpoint = Operation.del("deleteEndpoint", "/v0.10/endpoint/:endpoint_id", {
  params,
  query: {},
  success: ResultDocument
})

export const createSharedEndpoint = Operation.post("createSharedEndpoint", "/v0.10/shared_endpoint", {
  query: {},
  payload: Endpoint.SharedEndpointCreate,
  success: Endpoint.EndpointCreatedDocument
})

export const searchEndpoints = Operation.get("searchEndpoints", "/v0.10/endpoint_search", {
  query: {
    filter_fulltext: Query.string,
    filter_scope: Query.string,
    filter_owner_id: Query.string,
    filter_host_endpoint: Schema.optional(Uuid),
    filter_non_functional: Query.flag,
    filter_entity_type: Schema.optional(Endpoint.EntityType),
    limit: Query.positive,
    offset: Query.natural
  },
  success: Endpoint.EndpointSearchDocument
}).pipe(Operation.paged(Paging.hasNext("DATA", { pageSize: 100, maximum: 1000 })))

export const listMyEffectivePauseRules = Operation.get(
  "listMyEffectivePauseRules",
  "/v0.10/endpoint/:endpoint_id/my_effective_pause_rule_list",
  { params, query: {}, success: PauseRuleListDocument }
)

export const listMySharedEndpoints = Operation.get(
  "listMySharedEndpoints",
  "/v0.10/endpoint/:endpoint_id/my_shared_endpoint_list",
  { params, query: {}, success: Endpoint.EndpointListDocument }
)

export const listSharedEndpoints = Operation.get(
  "listSharedEndpoints",
  "/v0.10/endpoint/:endpoint_id/shared_endpoint_list",
  {
    params,
    query: { max_results: Query.positive, next_token: Query.string },
    success: Endpoint.SharedEndpointListDocument
  }
).pipe(Operation.paged(Paging.nextToken("shared_endpoints")))

export const listEndpointServers = Operation.get(
  "listEndpointServers",
  "/v0.10/endpoint/:endpoint_id/server_list",
  {
    params,
    query: {},
    success: Endpoint.ServerListDocument
  }
)

export const getEndpointServer = Operation.get(
  "getEndpointServer",
  "/v0.10/endpoint/:endpoint_id/server/:server_id",
  {
    params: { endpoint_id: EndpointId, server_id: Schema.FiniteFromString.check(Schema.isInt()) },
    query: {},
    success: Endpoint.ServerDocument
  }
)

export const setSubscriptionId = Operation.put(
  "setSubscriptionId",
  "/v0.10/endpoint/:collection_id/subscription",
  {
    params: { collection_id: EndpointId },
    query: {},
    payload: Endpoint.SubscriptionAssignment,
    success: ResultDocument
  }
)

export const setSubscriptionAdminVerified = Operation.put(
  "setSubscriptionAdminVerified",
  "/v0.10/endpoint/:collection_id/subscription_admin_verified",
  {
    params: { collection_id: EndpointId },
    query: {},
    payload: Endpoint.SubscriptionVerification,
    success: ResultDocument
  }
)

/** The operations on endpoints and collections. */
export const Endpoints = HttpApiGroup.make("endpoints").add(
  getEndpoint,
  updateEndpoint,
  deleteEndpoint,
  createSharedEndpoint,
  searchEndpoints,
  listMyEffectivePauseRules,
  listMySharedEndpoints,
  listSharedEndpoints,
  listEndpointServers,
  getEndpointServer,
  setSubscriptionId,
  setSubscriptionAdminVerified
)

/**
 * The operations of version 3 of Globus Compute.
 *
 * ```ts
 * import { ComputeApi } from "@effect-globus/sdk/compute"
 *
 * ComputeApi.groups.v3.endpoints.submit.path // "/v3/endpoints/:endpoint_id/submit"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { ComputeEndpointId, given } from "../../model/Id.ts"
import { ComputeScopes } from "../../model/Scopes.ts"
import { RequiredScopes } from "../../service/GlobusService.ts"
import * as Operation from "../../service/Operation.ts"
import * as Query from "../../service/Query.ts"
import * as Endpoint from "../EndpointDocument.ts"
import * as Function from "../FunctionDocument.ts"
import * as Task from "../TaskDocument.ts"

const params = { endpoint_id: ComputeEndpointId } as const

export const registerEndpoint = Operation.post("registerEndpoint", "/v3/endpoints", {
  payload: Endpoint.NewEndpointV3,
  success: Endpoint.EndpointRegistered
})

export const updateEndpoint = Operation.put("updateEndpoint", "/v3/endpoints/:endpoint_id", {
  params,
  payload: Endpoint.NewEndpointV3,
  success: Endpoint.EndpointRegistered
})

export const deleteEndpoint = Operation.del("deleteEndpoint", "/v3/endpoints/:endpoint_id", {
  params,
  query: {},
  success: HttpApiSchema.NoContent
})

export const lockEndpoint = Operation.post("lockEndpoint", "/v3/endpoints/:endpoint_id/lock", {
  params,
  query: {},
  success: Endpoint.EndpointLock
})

export const getEndpointAllowlist = Operation.get(
  "getEndpointAllowlist",
  "/v3/endpoints/:endpoint_id/allowed_functions",
  { params, query: {}, success: Endpoint.AllowedFunctions }
)

export const getEndpointConsole = Operation.get("getEndpointConsole", "/v3/endpoints/:endpoint_id/console", {
  params,
  query: {
    /** The endpoint of one user alone. */
    user_endpoint_id: Schema.optional(given(ComputeEndpointId)),
    /** Which fields to answer. */
    include_fields: Query.string
  },
  success: Endpoint.EndpointConsole
})

export const setSubscriptionAdminVerified = Operation.put(
  "setSubscriptionAdminVerified",
  "/v3/endpoints/:endpoint_id/subscription-admin-verified",
  {
    params,
    payload: Endpoint.SubscriptionAdminVerified,
    success: Endpoint.SubscriptionAdminVerified
  }
)

export const submit = Operation.post("submit", "/v3/endpoints/:endpoint_id/submit", {
  params,
  payload: Task.TaskSubmissionV3,
  success: Task.TasksSubmittedV3
})

export const registerFunction = Operation.post("registerFunction", "/v3/functions", {
  payload: Function.NewFunctionV3,
  success: Function.FunctionRegistered
})

/** The operations of version 3. */
export const V3 = HttpApiGroup.make("v3")
  .add(
    registerEndpoint,
    updateEndpoint,
    deleteEndpoint,
    lockEndpoint,
    getEndpointAllowlist,
    getEndpointConsole,
    setSubscriptionAdminVerified,
    submit,
    registerFunction
  )
  .annotate(RequiredScopes, [ComputeScopes.all])

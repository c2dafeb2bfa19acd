/**
 * The operations of version 2 of Globus Compute.
 *
 * ```ts
 * import { ComputeApi } from "@effect-globus/sdk/compute"
 *
 * ComputeApi.groups.v2.endpoints.submit.path // "/v2/submit"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import * as Document from "../../model/Document.ts"
import { ComputeEndpointId, ComputeTaskId, ContainerId, FunctionId, TaskGroupId } from "../../model/Id.ts"
import { ComputeScopes } from "../../model/Scopes.ts"
import { RequiredScopes } from "../../service/GlobusService.ts"
import * as Operation from "../../service/Operation.ts"
import * as Container from "../ContainerDocument.ts"
import * as Endpoint from "../EndpointDocument.ts"
import * as Function from "../FunctionDocument.ts"
import * as Service from "../ServiceDocument.ts"
import * as Task from "../TaskDocument.ts"

// -----------------------------------------------------------------------------
// models: the service
// -----------------------------------------------------------------------------

const ofVersion = { service: Schema.optional(Document.openLiterals(["api", "all"])) }

export const getVersion = Operation.get("getVersion", "/v2/version", {
  query: ofVersion,
  success: Service.ComputeVersion
})

export const headVersion = Operation.head("headVersion", "/v2/version", {
  query: ofVersion,
  success: HttpApiSchema.NoContent
})

export const checkAuthentication = Operation.get("checkAuthentication", "/v2/authenticate", {
  query: {},
  success: Schema.String
})

export const getResultAmqpUrl = Operation.get("getResultAmqpUrl", "/v2/get_amqp_result_connection_url", {
  query: {},
  success: Service.ResultAmqpUrl
})

// -----------------------------------------------------------------------------
// models: endpoints
// -----------------------------------------------------------------------------

const ofEndpoint = { endpoint_id: ComputeEndpointId } as const

export const listEndpoints = Operation.get("listEndpoints", "/v2/endpoints", {
  query: { role: Schema.optional(Document.openLiterals(["owner", "any"])) },
  success: Endpoint.EndpointList
})

export const registerEndpoint = Operation.post("registerEndpoint", "/v2/endpoints", {
  payload: Endpoint.NewEndpointV2,
  success: Endpoint.EndpointRegistered
})

export const getEndpoint = Operation.get("getEndpoint", "/v2/endpoints/:endpoint_id", {
  params: ofEndpoint,
  query: {},
  success: Endpoint.ComputeEndpoint
})

export const deleteEndpoint = Operation.del("deleteEndpoint", "/v2/endpoints/:endpoint_id", {
  params: ofEndpoint,
  query: {},
  success: Endpoint.EndpointDeleted
})

export const getEndpointStatus = Operation.get("getEndpointStatus", "/v2/endpoints/:endpoint_id/status", {
  params: ofEndpoint,
  query: {},
  success: Endpoint.EndpointStatus
})

export const lockEndpoint = Operation.post("lockEndpoint", "/v2/endpoints/:endpoint_id/lock", {
  params: ofEndpoint,
  query: {},
  success: Endpoint.EndpointLock
})

// -----------------------------------------------------------------------------
// models: functions
// -----------------------------------------------------------------------------

const ofFunction = { function_id: FunctionId } as const

export const registerFunction = Operation.post("registerFunction", "/v2/functions", {
  payload: Function.NewFunctionV2,
  success: Function.FunctionRegistered
})

export const getFunction = Operation.get("getFunction", "/v2/functions/:function_id", {
  params: ofFunction,
  query: {},
  success: Function.ComputeFunction
})

export const deleteFunction = Operation.del("deleteFunction", "/v2/functions/:function_id", {
  params: ofFunction,
  query: {},
  success: Function.FunctionDeleted
})

// -----------------------------------------------------------------------------
// models: tasks
// -----------------------------------------------------------------------------

export const submit = Operation.post("submit", "/v2/submit", {
  payload: Task.TaskSubmissionV2,
  success: Task.TasksSubmittedV2
})

export const getTask = Operation.get("getTask", "/v2/tasks/:task_id", {
  params: { task_id: ComputeTaskId },
  query: {},
  success: Task.ComputeTask
})

export const getTaskBatch = Operation.post("getTaskBatch", "/v2/batch_status", {
  payload: Task.TaskBatchRequest,
  success: Task.TaskBatchStatus,
  idempotent: true
})

export const getTaskGroup = Operation.get("getTaskGroup", "/v2/taskgroup/:task_group_id", {
  params: { task_group_id: TaskGroupId },
  query: {},
  success: Task.TaskGroup
})

// -----------------------------------------------------------------------------
// models: containers
// -----------------------------------------------------------------------------

export const registerContainer = Operation.post("registerContainer", "/v2/containers", {
  payload: Container.NewContainer,
  success: Container.ContainerRegistered
})

export const buildContainer = Operation.post("buildContainer", "/v2/containers/build", {
  payload: Container.ContainerBuild,
  success: Container.ContainerRegistered
})

export const getContainerBuildStatus = Operation.get(
  "getContainerBuildStatus",
  "/v2/containers/build/:container_id",
  { params: { container_id: ContainerId }, query: {}, success: Container.ContainerBuildStatus }
)

export const getContainer = Operation.get("getContainer", "/v2/containers/:container_id/:container_type", {
  params: {
    container_id: ContainerId,
    container_type: Container.ContainerRuntime.check(Schema.isNonEmpty())
  },
  query: {},
  success: Container.ContainerStatus
})

/** The operations of version 2. */
export const V2 = HttpApiGroup.make("v2")
  .add(
    getVersion,
    headVersion,
    checkAuthentication,
    getResultAmqpUrl,
    listEndpoints,
    registerEndpoint,
    getEndpoint,
    deleteEndpoint,
    getEndpointStatus,
    lockEndpoint,
    registerFunction,
    getFunction,
    deleteFunction,
    submit,
    getTask,
    getTaskBatch,
    getTaskGroup,
    registerContainer,
    buildContainer,
    getContainerBuildStatus,
    getContainer
  )
  .annotate(RequiredScopes, [ComputeScopes.all])

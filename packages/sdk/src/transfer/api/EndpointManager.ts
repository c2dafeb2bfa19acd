/**
 * The operations for those who manage collections: to watch what others do there, and to cancel, pause and resume it.
 *
 * ```ts
 * import { TransferApi } from "@effect-globus/sdk/transfer"
 *
 * TransferApi.groups.endpointManager.endpoints.managerListTasks.path // "/v0.10/endpoint_manager/task_list"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import * as Document from "../../model/Document.ts"
import { AdminCancelId, EndpointId, PauseRuleId, TaskId, Uuid } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import * as Paging from "../../service/Paging.ts"
import * as Query from "../../service/Query.ts"
import { AccessRuleListDocument } from "../AccessRuleDocument.ts"
import * as Endpoint from "../EndpointDocument.ts"
import * as PauseRule from "../PauseRuleDocument.ts"
import { ResultDocument } from "../ResultDocument.ts"
import * as Task from "../TaskDocument.ts"

const ofEndpoint = { endpoint_id: EndpointId } as const
const ofTask = { task_id: TaskId } as const
const ofPauseRule = { pause_rule_id: PauseRuleId } as const

export const managerListMonitoredEndpoints = Operation.get(
  "managerListMonitoredEndpoints",
  "/v0.10/endpoint_manager/monitored_endpoints",
  { query: {}, success: Endpoint.EndpointListDocument }
)

export const managerListHostedEndpoints = Operation.get(
  "managerListHostedEndpoints",
  "/v0.10/endpoint_manager/endpoint/:endpoint_id/hosted_endpoint_list",
  { params: ofEndpoint, query: {}, success: Endpoint.EndpointListDocument }
)

export const managerGetEndpoint = Operation.get(
  "managerGetEndpoint",
  "/v0.10/endpoint_manager/endpoint/:endpoint_id",
  { params: ofEndpoint, query: {}, success: Endpoint.EndpointDocument }
)

export const managerListAccessRules = Operation.get(
  "managerListAccessRules",
  "/v0.10/endpoint_manager/endpoint/:endpoint_id/access_list",
  { params: ofEndpoint, query: {}, success: AccessRuleListDocument }
)

export const managerListTasks = Operation.get("managerListTasks", "/v0.10/endpoint_manager/task_list", {
  query: {
    filter_status: Query.commas(Schema.String),
    filter_task_id: Query.commas(Uuid),
    filter_owner_id: Schema.optional(Uuid),
    filter_endpoint: Schema.optional(Uuid),
    filter_endpoint_use: Schema.optional(Document.openLiterals(["source", "destination"])),
    filter_is_paused: Query.boolean,
    filter_completion_time: Query.commas(Schema.String),
    filter_min_faults: Query.natural,
    filter_local_user: Query.string,
    last_key: Query.string
  },
  checkQuery: ({ filter_endpoint, filter_endpoint_use }) =>
    filter_endpoint_use !== undefined && filter_endpoint === undefined
      ? { path: ["filter_endpoint"], issue: "Expected a collection, because of filter_endpoint_use" }
      : undefined,
  success: Task.ManagedTaskListDocument
}).pipe(Operation.paged(Paging.lastKey("DATA")))

export const managerGetTask = Operation.get("managerGetTask", "/v0.10/endpoint_manager/task/:task_id", {
  params: ofTask,
  query: {},
  success: Task.ManagedTaskDocument
})

export const managerListTaskEvents = Operation.get(
  "managerListTaskEvents",
  "/v0.10/endpoint_manager/task/:task_id/event_list",
  {
    params: ofTask,
    query: { limit: Query.positive, offset: Query.natural, filter_is_error: Query.flag },
    success: Task.EventListDocument
  }
).pipe(Operation.paged(Paging.limitOffsetTotal("DATA", { pageSize: 1000, maximum: 1000 })))

export const managerGetTaskPauseInfo = Operation.get(
  "managerGetTaskPauseInfo",
  "/v0.10/endpoint_manager/task/:task_id/pause_info",
  { params: ofTask, query: {}, success: PauseRule.PauseInfoDocument }
)

export const managerListTaskSuccessfulTransfers = Operation.get(
  "managerListTaskSuccessfulTransfers",
  "/v0.10/endpoint_manager/task/:task_id/successful_transfers",
  { params: ofTask, query: { marker: Query.string }, success: Task.SuccessfulTransferListDocument }
).pipe(Operation.paged(Paging.nullableMarker("DATA", "next_marker")))

export const managerListTaskSkippedErrors = Operation.get(
  "managerListTaskSkippedErrors",
  "/v0.10/endpoint_manager/task/:task_id/skipped_errors",
  { params: ofTask, query: { marker: Query.string }, success: Task.SkippedErrorListDocument }
).pipe(Operation.paged(Paging.nullableMarker("DATA", "next_marker")))

export const managerCancelTasks = Operation.post(
  "managerCancelTasks",
  "/v0.10/endpoint_manager/admin_cancel",
  {
    query: {},
    payload: PauseRule.AdminOrder,
    success: PauseRule.AdminCancelDocument
  }
)

export const managerGetCancelStatus = Operation.get(
  "managerGetCancelStatus",
  "/v0.10/endpoint_manager/admin_cancel/:admin_cancel_id",
  {
    params: { admin_cancel_id: Schema.Union([AdminCancelId, Schema.FiniteFromString]) },
    query: {},
    success: PauseRule.AdminCancelDocument
  }
)

// Globus documents the GET above; its own JavaScript SDK asks like this.
export const managerPostCancelStatus = Operation.post(
  "managerPostCancelStatus",
  "/v0.10/endpoint_manager/admin_cancel/:admin_cancel_id",
  {
    params: { admin_cancel_id: Schema.Union([AdminCancelId, Schema.FiniteFromString]) },
    query: {},
    success: PauseRule.AdminCancelDocument,
    idempotent: true
  }
)

export const managerPauseTasks = Operation.post("managerPauseTasks", "/v0.10/endpoint_manager/admin_pause", {
  query: {},
  payload: PauseRule.AdminOrder,
  success: ResultDocument,
  idempotent: true
})

export const managerResumeTasks = Operation.post(
  "managerResumeTasks",
  "/v0.10/endpoint_manager/admin_resume",
  {
    query: {},
    payload: PauseRule.AdminResume,
    success: ResultDocument,
    idempotent: true
  }
)

export const managerListPauseRules = Operation.get(
  "managerListPauseRules",
  "/v0.10/endpoint_manager/pause_rule_list",
  { query: { filter_endpoint: Schema.optional(Uuid) }, success: PauseRule.PauseRuleListDocument }
)

export const managerCreatePauseRule = Operation.post(
  "managerCreatePauseRule",
  "/v0.10/endpoint_manager/pause_rule",
  { query: {}, payload: PauseRule.PauseRuleCreate, success: PauseRule.PauseRuleDocument }
)

export const managerGetPauseRule = Operation.get(
  "managerGetPauseRule",
  "/v0.10/endpoint_manager/pause_rule/:pause_rule_id",
  { params: ofPauseRule, query: {}, success: PauseRule.PauseRuleDocument }
)

export const managerUpdatePauseRule = Operation.put(
  "managerUpdatePauseRule",
  "/v0.10/endpoint_manager/pause_rule/:pause_rule_id",
  {
    params: ofPauseRule,
    query: {},
    payload: PauseRule.PauseRuleUpdate,
    success: PauseRule.PauseRuleDocument
  }
)

export const managerDeletePauseRule = Operation.del(
  "managerDeletePauseRule",
  "/v0.10/endpoint_manager/pause_rule/:pause_rule_id",
  { params: ofPauseRule, query: {}, success: ResultDocument }
)

/** The operations for those who manage collections. */
export const EndpointManager = HttpApiGroup.make("endpointManager").add(
  managerListMonitoredEndpoints,
  managerListHostedEndpoints,
  managerGetEndpoint,
  managerListAccessRules,
  managerListTasks,
  managerGetTask,
  managerListTaskEvents,
  managerGetTaskPauseInfo,
  managerListTaskSuccessfulTransfers,
  managerListTaskSkippedErrors,
  managerCancelTasks,
  managerGetCancelStatus,
  managerPostCancelStatus,
  managerPauseTasks,
  managerResumeTasks,
  managerListPauseRules,
  managerCreatePauseRule,
  managerGetPauseRule,
  managerUpdatePauseRule,
  managerDeletePauseRule
)

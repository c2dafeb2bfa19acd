/**
 * The operations on one's own tasks: to submit, watch, change, cancel and forget them.
 *
 * ```ts
 * import { TransferApi } from "@effect-globus/sdk/transfer"
 *
 * TransferApi.groups.tasks.endpoints.submitTransfer.path // "/v0.10/transfer"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import { TaskId } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import * as Paging from "../../service/Paging.ts"
import * as Query from "../../service/Query.ts"
import { DeleteDocument } from "../DeleteData.ts"
import { ResultDocument } from "../ResultDocument.ts"
import * as Task from "../TaskDocument.ts"
import { TransferDocument } from "../TransferData.ts"
import { TransferFilter } from "../TransferFilter.ts"

const params = { task_id: TaskId } as const
const limited = { pageSize: 1000, maximum: 1000 } as const

export const getSubmissionId = Operation.get("getSubmissionId", "/v0.10/submission_id", {
  query: {},
  success: Task.SubmissionIdDocument
})

// A submission id makes it safe to send a submission twice: the client never sends one without.
export const submitTransfer = Operation.post("submitTransfer", "/v0.10/transfer", {
  query: {},
  payload: TransferDocument,
  success: Task.SubmissionDocument,
  idempotent: true
})

export const submitDelete = Operation.post("submitDelete", "/v0.10/delete", {
  query: {},
  payload: DeleteDocument,
  success: Task.SubmissionDocument,
  idempotent: true
})

export const listTasks = Operation.get("listTasks", "/v0.10/task_list", {
  query: {
    limit: Query.positive,
    offset: Query.natural,
    orderby: Query.commas(Schema.String),
    filter: Schema.optional(TransferFilter)
  },
  success: Task.TaskListDocument
}).pipe(Operation.paged(Paging.limitOffsetTotal("DATA", limited)))

export const getTask = Operation.get("getTask", "/v0.10/task/:task_id", {
  params,
  query: {},
  success: Task.TaskDocument
})

export const updateTask = Operation.put("updateTask", "/v0.10/task/:task_id", {
  params,
  query: {},
  payload: Task.TaskUpdate,
  success: ResultDocument
})

export const cancelTask = Operation.post("cancelTask", "/v0.10/task/:task_id/cancel", {
  params,
  query: {},
  success: ResultDocument,
  idempotent: true
})

export const removeTask = Operation.post("removeTask", "/v0.10/task/:task_id/remove", {
  params,
  query: {},
  success: ResultDocument,
  idempotent: true
})

export const getTaskPauseInfo = Operation.get("getTaskPauseInfo", "/v0.10/task/:task_id/pause_info", {
  params,
  query: {},
  success: Task.PauseInfoLimitedDocument
})

export const listTaskEvents = Operation.get("listTaskEvents", "/v0.10/task/:task_id/event_list", {
  params,
  query: { limit: Query.positive, offset: Query.natural },
  success: Task.EventListDocument
}).pipe(Operation.paged(Paging.limitOffsetTotal("DATA", limited)))

export const listTaskSuccessfulTransfers = Operation.get(
  "listTaskSuccessfulTransfers",
  "/v0.10/task/:task_id/successful_transfers",
  { params, query: { marker: Query.string }, success: Task.SuccessfulTransferListDocument }
).pipe(Operation.paged(Paging.nullableMarker("DATA", "next_marker")))

export const listTaskSkippedErrors = Operation.get(
  "listTaskSkippedErrors",
  "/v0.10/task/:task_id/skipped_errors",
  { params, query: { marker: Query.string }, success: Task.SkippedErrorListDocument }
).pipe(Operation.paged(Paging.nullableMarker("DATA", "next_marker")))

/** The operations on one's own tasks. */
export const Tasks = HttpApiGroup.make("tasks").add(
  getSubmissionId,
  submitTransfer,
  submitDelete,
  listTasks,
  getTask,
  updateTask,
  cancelTask,
  removeTask,
  getTaskPauseInfo,
  listTaskEvents,
  listTaskSuccessfulTransfers,
  listTaskSkippedErrors
)

/**
 * Tasks of Globus Compute: calls of functions on endpoints, submitted in batches. Arguments and results are text in the
 * form in which the SDK for Python serializes them.
 *
 * ```ts
 * import { ComputeClientV3 } from "@effect-globus/sdk/compute"
 * import { Effect } from "effect"
 *
 * declare const argument: string
 *
 * const call = Effect.gen(function* () {
 *   const compute = yield* ComputeClientV3
 *   const { tasks } = yield* compute.submit("f1bef704-e7b9-11f1-a556-02fc00000001", {
 *     tasks: { "f1bef812-e7b9-11f1-a556-02fc00000001": [argument] }
 *   })
 *   return tasks
 * })
 * ```
 *
 * Docs: https://compute.api.globus.org/redoc
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import {
  ComputeEndpointId,
  ComputeTaskId,
  FunctionId,
  given,
  received,
  TaskGroupId,
  Uuid
} from "../model/Id.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models: how tasks are
// -----------------------------------------------------------------------------

/** How a task is doing: `success` and `failed` are final. */
export const ComputeTaskStatus = Document.openLiterals([
  "received",
  "waiting-for-ep",
  "waiting-for-nodes",
  "waiting-for-launch",
  "running",
  "success",
  "failed"
])
export type ComputeTaskStatus = typeof ComputeTaskStatus.Type

const fieldsOfTask = {
  task_id: received(ComputeTaskId),
  status: Field.maybe(ComputeTaskStatus),
  /** What the function has answered, serialized. */
  result: Field.string,
  /** When it ended. */
  completion_t: Field.maybe(Field.instant),
  /** What the function has thrown, serialized. */
  exception: Field.string
}

/** A task, and what has come of it. */
export const ComputeTask = Document.make({ ...fieldsOfTask, details: Field.maybe(Document.Any) })
export type ComputeTask = typeof ComputeTask.Type

/** The tasks that are asked after. */
export const TaskBatchRequest = Document.make({
  task_ids: Schema.Array(given(ComputeTaskId)).check(Schema.isNonEmpty())
})
export type TaskBatchRequest = typeof TaskBatchRequest.Type

/** A task of several that were asked after. */
export const TaskBatchResult = Document.make({
  ...fieldsOfTask,
  /** Why there is nothing to say about it. */
  reason: Field.string
})
export type TaskBatchResult = typeof TaskBatchResult.Type

/** The tasks that were asked after, by id. */
export const TaskBatchStatus = Document.make({
  response: Field.string,
  results: Schema.Record(Schema.String, TaskBatchResult)
})
export type TaskBatchStatus = typeof TaskBatchStatus.Type

/** The tasks of a group. */
export const TaskGroup = Document.make({
  taskgroup_id: received(TaskGroupId),
  create_websockets_queue: Field.boolean,
  tasks: Schema.Array(Document.make({ id: received(ComputeTaskId), created_at: Field.string }))
})
export type TaskGroup = typeof TaskGroup.Type

// -----------------------------------------------------------------------------
// models: submission
// -----------------------------------------------------------------------------

/** Calls to be made, with version 2 of the API. */
export const TaskSubmissionV2 = Document.given({
  /** The group that they join. Default: a new one. */
  task_group_id: Field.optional(given(TaskGroupId)),
  create_websocket_queue: Field.optional(Schema.Boolean),
  /** Of each call the function, the endpoint, and the arguments, serialized. */
  tasks: Schema.Array(Schema.Tuple([given(FunctionId), given(ComputeEndpointId), Schema.String])).check(
    Schema.isNonEmpty()
  )
})
export type TaskSubmissionV2 = typeof TaskSubmissionV2.Type

/** That calls will be made, or will not. */
export const TasksSubmittedV2 = Document.make({
  response: Field.string,
  task_group_id: Field.maybe(received(TaskGroupId)),
  results: Schema.Array(
    Schema.Union([
      Document.make({
        status: Schema.String,
        task_uuid: received(ComputeTaskId),
        http_status_code: Field.number,
        /** Why the call will not be made. */
        reason: Field.string
      }),
      Schema.String
    ])
  )
})
export type TasksSubmittedV2 = typeof TasksSubmittedV2.Type

/** On how many nodes a function that uses MPI runs, and how. */
export const ResourceSpecification = Document.make({
  num_nodes: Field.optional(Schema.Int),
  ranks_per_node: Field.optional(Schema.Int),
  num_ranks: Field.optional(Schema.Int),
  launcher_options: Field.optional(Schema.String)
})
export type ResourceSpecification = typeof ResourceSpecification.Type

const text = Field.optional(Schema.String)

/** With what the caller serialized the arguments. */
export const UserRuntime = Document.make({
  globus_compute_sdk_version: text,
  globus_sdk_version: text,
  python_version: text,
  python: Field.optional(
    Document.make({
      version: text,
      version_tuple: Field.optional(Schema.Array(Schema.Finite)),
      version_info: Field.optional(Schema.Array(Schema.Union([Schema.Finite, Schema.String]))),
      version_description: text,
      implementation: text,
      compiler: text
    })
  ),
  platform: Field.optional(
    Document.make({
      architecture: Field.optional(Schema.Array(Schema.String)),
      machine: text,
      node: text,
      platform: text,
      processor: text,
      release: text
    })
  )
})
export type UserRuntime = typeof UserRuntime.Type

/** Calls to be made on one endpoint, with version 3 of the API. */
export const TaskSubmissionV3 = Document.given({
  /** The group that they join. Default: a new one. */
  task_group_id: Field.optional(given(TaskGroupId)),
  /** What the caller sets in the template of an endpoint of many users. */
  user_endpoint_config: Field.optional(Document.Any),
  resource_specification: Field.optional(ResourceSpecification),
  /** Whether results are to be had from a queue, see `getResultAmqpUrl`. */
  create_queue: Field.optional(Schema.Boolean),
  /** By function, the arguments of each call, serialized. */
  tasks: Schema.Record(Schema.String, Schema.Array(Schema.String).check(Schema.isNonEmpty())).check(
    Schema.isPropertyNames(Uuid),
    Schema.isMinProperties(1)
  ),
  user_runtime: Field.optional(UserRuntime),
  /** How results may be serialized, the best first. */
  result_serializers: Field.optional(Schema.Array(Schema.String))
})
export type TaskSubmissionV3 = typeof TaskSubmissionV3.Type

/** That calls will be made: their tasks by function, in the order of the arguments. */
export const TasksSubmittedV3 = Document.make({
  request_id: Field.string,
  task_group_id: received(TaskGroupId),
  endpoint_id: received(ComputeEndpointId),
  tasks: Schema.Record(Schema.String, Schema.Array(received(ComputeTaskId))),
  ha_warning: Field.string
})
export type TasksSubmittedV3 = typeof TasksSubmittedV3.Type

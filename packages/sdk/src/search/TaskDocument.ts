/**
 * The tasks of Search: what was written to an index or removed from it, and how far that is.
 *
 * ```ts
 * import { SearchClient } from "@effect-globus/sdk/search"
 * import { Effect } from "effect"
 *
 * const failed = Effect.gen(function* () {
 *   const search = yield* SearchClient
 *   const { tasks } = yield* search.listTasks("60d1160b-f016-40b0-8545-99619865873d")
 *   return tasks.filter((task) => task.state === "FAILED").map((task) => task.message)
 * })
 * ```
 *
 * Docs: https://docs.globus.org/api/search/reference/get_task
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { IndexId, IndexTaskId, received } from "../model/Id.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** How a task is doing: `SUCCESS`, `FAILED` and `CANCELLED` are final. */
export const IndexTaskState = Document.openLiterals([
  "CREATING",
  "PENDING",
  "PROGRESS",
  "SUCCESS",
  "FAILED",
  "CANCELLED"
])
export type IndexTaskState = typeof IndexTaskState.Type

/** A task that writes to an index. */
export const IndexTask = Document.make({
  task_id: received(IndexTaskId),
  state: IndexTaskState,
  /** The state in a sentence. */
  state_description: Field.stringOrNull,
  task_type: Field.stringOrNull,
  index_id: Schema.optionalKey(received(IndexId)),
  creation_date: Field.stringOrNull,
  completion_date: Field.stringOrNull,
  /** What the task did, or what went wrong. */
  message: Field.stringOrNull,
  additional_details: Schema.optionalKey(Schema.Unknown)
})
export type IndexTask = typeof IndexTask.Type

/** The tasks of an index. */
export const IndexTaskList = Document.make({
  index_id: Schema.optionalKey(received(IndexId)),
  tasks: Schema.Array(IndexTask)
})
export type IndexTaskList = typeof IndexTaskList.Type

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** Whether a task will never change its state again. */
export const isOver = (task: { readonly state: string }): boolean =>
  task.state === "SUCCESS" || task.state === "FAILED" || task.state === "CANCELLED"

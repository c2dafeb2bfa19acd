/**
 * That a task had not ended when there was no more time to wait for it. The task goes on, and one can wait again.
 *
 * ```ts
 * import { TransferClient } from "@effect-globus/sdk/transfer"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const transfer = yield* TransferClient
 *   const id = "d625cc04-2f08-5453-b980-834c9cceb289"
 *   return yield* transfer.waitForTask(id, { timeout: "1 hour" }).pipe(
 *     Effect.catchTag("TaskStillActive", () => transfer.cancelTask(id))
 *   )
 * })
 * ```
 */
import * as Schema from "effect/Schema"
import * as PlainText from "../model/PlainText.ts"
import { TaskDocument } from "./TaskDocument.ts"

/** A task had not ended when there was no more time to wait for it. */
export class TaskStillActive extends Schema.TaggedError<TaskStillActive>()("TaskStillActive", {
  /** The task as it was found last. */
  task: TaskDocument,
  /** How long it was waited for, such as `10s`. */
  waited: Schema.String
}) {
  override get message() {
    const said = this.task.nice_status_short_description ?? this.task.nice_status
    const why = typeof said === "string" ? ` (${PlainText.oneLine(said)})` : ""
    return (
      `Task ${this.task.task_id} was still ${this.task.status}${why} after ${this.waited}. ` +
      "It goes on: wait again, wait longer, or cancel it with cancelTask."
    )
  }
}

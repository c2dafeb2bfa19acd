/**
 * Mails that a simulated Globus would have sent: nobody gets them, and `Simulator.notifications` lists them. Look there in a
 * test of a program that says whether people hear of the end of a transfer, of access to a collection, or of an invitation.
 *
 * ```ts
 * import { Simulator } from "@effect-globus/simulator"
 * import { Effect } from "effect"
 *
 * const subjectsTo = (address: string) =>
 *   Effect.gen(function* () {
 *     const { notifications } = yield* Simulator
 *     return (yield* notifications).filter(({ to }) => to === address).map(({ subject }) => subject)
 *   })
 * ```
 */
import * as Schema from "effect/Schema"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** A mail that would have been sent. */
export const Notification = Schema.Struct({
  /** When, in milliseconds since 1970. */
  sent: Schema.Number,
  /** The address of whoever would have got it. */
  to: Schema.String,
  /** What it is about: the end of a task, access to a collection, or an invitation to a group. */
  event: Schema.Literals(["task_succeeded", "task_failed", "access_granted", "group_invitation"]),
  /** The id of the task, the collection, or the group. */
  about: Schema.String,
  subject: Schema.String,
  text: Schema.String
})
export type Notification = typeof Notification.Type

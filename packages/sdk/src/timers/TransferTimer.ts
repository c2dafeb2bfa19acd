/**
 * The document that describes a timer that transfers: what, and when. Make one here and create it with
 * `TimersClient.createTimer`. It is plain data in the form that Timers reads; it is checked when it is sent.
 *
 * ```ts
 * import { TimerSchedule, TransferTimer } from "@effect-globus/sdk/timers"
 * import { TransferData } from "@effect-globus/sdk/transfer"
 * import { Duration } from "effect"
 *
 * const nightly = TransferTimer.make({
 *   name: "nightly backup",
 *   schedule: TimerSchedule.recurring({ interval_seconds: Duration.days(1) }),
 *   body: TransferData.make({
 *     source_endpoint: "6c54cade-bde5-45c1-bdea-f4bd71dba2cc",
 *     destination_endpoint: "31ce9ba0-176d-45a5-add3-f37d233ba47d",
 *     items: [{ source_path: "/data/", destination_path: "/backup/data/", recursive: true }]
 *   })
 * })
 * ```
 *
 * Docs: https://docs.globus.org/api/timers
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { EndpointId, given, type Input } from "../model/Id.ts"
import { TimerSchedule } from "./TimerSchedule.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** A file, or a directory with everything in it, and where it goes. */
export const TransferTimerItem = Document.make({
  source_path: Schema.NonEmptyString,
  destination_path: Schema.NonEmptyString
})
export type TransferTimerItem = typeof TransferTimerItem.Type

/** What is transferred at each run: a transfer as `TransferData` of Transfer makes it, without a submission id. */
export const TransferTimerBody = Document.make({
  source_endpoint: given(EndpointId),
  destination_endpoint: given(EndpointId),
  DATA: Schema.Array(TransferTimerItem).check(Schema.isMinLength(1))
})
export type TransferTimerBody = typeof TransferTimerBody.Type

/** The schema of a timer that transfers, as it is sent. */
export const TransferTimer = Document.make({
  timer_type: Schema.Literal("transfer"),
  /** What the owner calls it. */
  name: Schema.optional(Schema.NullOr(Schema.String)),
  schedule: TimerSchedule,
  body: TransferTimerBody
})
export type TransferTimer = typeof TransferTimer.Type

/** A transfer, as `TransferData` of Transfer makes it or written by hand. */
export interface TransferDocument {
  readonly source_endpoint: Input<EndpointId>
  readonly destination_endpoint: Input<EndpointId>
  readonly DATA: ReadonlyArray<TransferTimerItem>
  readonly [field: string]: unknown
}

/** What a timer that transfers is made of. */
export interface Options {
  /** What the owner calls it. */
  readonly name?: string | undefined
  readonly schedule: TimerSchedule
  /** What is transferred at each run. What only a single submission may have is left out. */
  readonly body: TransferDocument
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** A timer that transfers. */
export const make = ({ body, name, schedule }: Options): TransferTimer => {
  // Each run gets a submission id of its own from Timers, which refuses these two.
  const { skip_activation_check: _, submission_id: __, ...transfer } = body
  return { timer_type: "transfer", ...(name === undefined ? {} : { name }), schedule, body: transfer }
}

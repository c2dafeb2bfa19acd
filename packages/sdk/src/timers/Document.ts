/**
 * The documents of Globus Timers: timers as they are created, timers as the older operations show them ("jobs"), and
 * what came of their runs. What Globus sends keeps every field, also those that are not listed here; dates are ISO 8601
 * strings as they came.
 *
 * ```ts
 * import { Job } from "@effect-globus/sdk/timers"
 * import { Effect, Schema } from "effect"
 *
 * declare const stored: unknown
 *
 * const next = Schema.decodeUnknownEffect(Job)(stored).pipe(Effect.map((job) => job.next_run))
 * ```
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { FlowId, JobId, received } from "../model/Id.ts"
import { FlowTimer } from "./FlowTimer.ts"
import { TransferTimer } from "./TransferTimer.ts"

const text = Schema.optionalKey(Schema.NullOr(Schema.String))
const number = Schema.optionalKey(Schema.NullOr(Schema.Finite))
const document = Schema.optionalKey(Schema.NullOr(Document.Any))

// -----------------------------------------------------------------------------
// models: what timers have in common
// -----------------------------------------------------------------------------

/** What a timer does: a transfer, a run of a flow, or a call of some other action provider. */
export const TimerType = Document.openLiterals(["transfer", "flow", "generic"])
export type TimerType = typeof TimerType.Type

/** When a timer has run for the last time. */
export const ScheduleEndDocument = Document.make({
  condition: Schema.optionalKey(Document.openLiterals(["iterations", "time"])),
  count: number,
  datetime: text
})
export type ScheduleEndDocument = typeof ScheduleEndDocument.Type

/** When a timer runs. */
export const ScheduleDocument = Document.make({
  type: Document.openLiterals(["once", "recurring"]),
  /** Of a timer that runs once. */
  datetime: text,
  /** Of a timer that recurs. */
  interval_seconds: number,
  start: text,
  end: Schema.optionalKey(Schema.NullOr(ScheduleEndDocument))
})
export type ScheduleDocument = typeof ScheduleDocument.Type

/** Why a timer does not run: somebody paused it, or it lacks a consent or a login, which `Gare.detect` finds in `detail`. */
export const InactiveReason = Document.make({
  cause: Document.openLiterals(["user", "globus_auth_requirements"]),
  detail: document
})
export type InactiveReason = typeof InactiveReason.Type

/** What a timer is doing. */
export const Activity = Document.make({
  code: Document.openLiterals(["awaiting_next_run", "run_in_progress", "retrying", "paused"]),
  /** Where it waits for its next run. */
  next_run: text,
  /** Where a run is in progress, or is tried again. */
  start_timestamp: text,
  duration_seconds: number,
  /** Where it is paused. */
  reason: Schema.optionalKey(
    Schema.NullOr(Document.openLiterals(["user", "globus_auth_requirements", "other"]))
  )
})
export type Activity = typeof Activity.Type

const fieldsOfTimer = {
  job_id: received(JobId),
  name: text,
  /** `new`, `active`, `inactive` or `ended`; older timers have others, such as `loaded`. */
  status: Document.openLiterals(["new", "active", "inactive", "ended", "loaded", "deleted"]),
  submitted_at: Schema.String,
  timer_type: Schema.optionalKey(TimerType),
  inactive_reason: Schema.optionalKey(Schema.NullOr(InactiveReason)),
  last_ran_at: text,
  next_run: text,
  activity: Schema.optionalKey(Schema.NullOr(Activity)),
  /** The flow that is run. */
  flow_id: Schema.optionalKey(Schema.NullOr(received(FlowId)))
}

// -----------------------------------------------------------------------------
// models: timers
// -----------------------------------------------------------------------------

/** A timer as `createTimer` shows it. */
export const Timer = Document.make({
  ...fieldsOfTimer,
  schedule: ScheduleDocument,
  number_of_runs: Schema.optionalKey(Schema.Finite),
  number_of_errors: Schema.optionalKey(Schema.Finite),
  /** The transfer, or what runs of the flow are started with. */
  body: document
})
export type Timer = typeof Timer.Type

/** That a timer was created. */
export const TimerCreated = Document.make({ timer: Timer })
export type TimerCreated = typeof TimerCreated.Type

/** A timer of a kind that is not known here; Timers says whether it is one. */
const OtherTimer = Document.make({
  timer_type: Schema.optional(
    Schema.String.check(
      Schema.makeFilter(
        (type) => (type !== "transfer" && type !== "flow") || "Expected another kind of timer"
      )
    )
  )
})

/** What a timer is created from, see `TransferTimer` and `FlowTimer`. */
export const NewTimer = Document.make({ timer: Schema.Union([TransferTimer, FlowTimer, OtherTimer]) })
export type NewTimer = typeof NewTimer.Type

// -----------------------------------------------------------------------------
// models: jobs
// -----------------------------------------------------------------------------

/** What came of one run of a timer. */
export const JobResult = Document.make({
  ran_at: Schema.String,
  run_status: text,
  /** What the action provider answered, such as the state of a transfer task or of a run. */
  data: document,
  errors: document,
  /** The HTTP status with which the action provider answered. */
  status: number,
  /** The task or the run that was started. */
  resource_id: text,
  start_timestamp: text,
  end_timestamp: text,
  last_check_timestamp: text,
  next_check_timestamp: text,
  http_status_submission: number,
  http_status_polled: number
})
export type JobResult = typeof JobResult.Type

/** A page of what came of a timer's runs. */
export const JobResults = Document.make({
  data: Schema.Array(JobResult),
  /** Where the next page begins, for `results_pt` of `getJob`. */
  page_next: text
})
export type JobResults = typeof JobResults.Type

/** A timer as the older operations show it. */
export const Job = Document.make({
  ...fieldsOfTimer,
  schedule: Schema.optionalKey(Schema.NullOr(ScheduleDocument)),
  n_runs: Schema.Finite,
  n_errors: Schema.Finite,
  /** The first page of what came of its runs. `TimersClient.listJobResults` goes through all. */
  results: JobResults,
  start: Schema.String,
  /** The seconds between two runs; null if it runs once. */
  interval: number,
  stop_after: Schema.optionalKey(Schema.NullOr(Document.make({ date: text, n_runs: number }))),
  callback_url: Schema.String,
  callback_body: Document.Any,
  scope: text
})
export type Job = typeof Job.Type

/** The caller's timers. */
export const JobList = Document.make({ jobs: Schema.Array(Job) })
export type JobList = typeof JobList.Type

/** What of a timer is changed. */
export const JobUpdate = Document.make({ name: Schema.optional(Schema.String) })
export type JobUpdate = typeof JobUpdate.Type

/** How a timer goes on. */
export const JobResumption = Document.make({
  /**
   * Whether the timer from now on acts with the consents and the session of this request. Default: Timers does what
   * mends the reason for which the timer is inactive.
   */
  update_credentials: Schema.optional(Schema.Boolean)
})
export type JobResumption = typeof JobResumption.Type

/** What Timers says of something that it did. */
export const Message = Document.make({ message: Schema.String })
export type Message = typeof Message.Type

/**
 * The document that describes a timer of the old kind, which calls any action provider. Make one here and create it with
 * `TimersClient.createJob`. For transfers and flows, `TransferTimer` and `FlowTimer` are easier and do more. It is plain
 * data in the form that Timers reads; it is checked when it is sent.
 *
 * ```ts
 * import { TimerJob } from "@effect-globus/sdk/timers"
 * import { Duration } from "effect"
 *
 * const job = TimerJob.make({
 *   callback_url: "https://actions.example.org/notify/run",
 *   callback_body: { body: { message: "another day" } },
 *   start: "2027-01-01T00:00:00Z",
 *   interval: Duration.days(1),
 *   stop_after_n: 7
 * })
 * ```
 *
 * Docs: https://timer.automate.globus.org/redoc#operation/submit_job_jobs__post
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import * as Instant from "./internal/instant.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const count = Schema.optional(Schema.NullOr(Schema.Int.check(Schema.isGreaterThan(0))))

const Job = Document.make({
  name: Schema.optional(Schema.NullOr(Schema.String)),
  callback_url: Schema.optional(
    Schema.String.check(
      Schema.isPattern(/^https?:\/\/./i, { expected: "a URL that begins with https:// or http://" })
    )
  ),
  callback_body: Schema.optional(Document.Any),
  start: Schema.optional(Schema.String),
  interval: Schema.optional(Schema.NullOr(Instant.Interval)),
  scope: Schema.optional(Schema.NullOr(Schema.NonEmptyString)),
  /** When the last run is, at the latest. */
  stop_after: Schema.optional(
    Schema.NullOr(
      Schema.Union([
        Schema.String,
        Document.make({ date: Schema.optional(Schema.NullOr(Schema.String)), n_runs: count })
      ])
    )
  ),
  stop_after_n: count
})

const problemOf = ({ interval, stop_after, stop_after_n }: typeof Job.Type) => {
  const runs = stop_after_n ?? (Predicate.isString(stop_after) ? undefined : stop_after?.n_runs)
  if (runs === 1 && Predicate.isNumber(interval)) {
    return { path: ["interval"], issue: "Expected null, because the job runs once" }
  }
  return interval === null && runs !== 1
    ? { path: ["interval"], issue: "Expected the seconds between two runs; null is for a job that runs once" }
    : undefined
}

/** The schema of a timer of the old kind, as it is sent. */
export const TimerJob = Job.check(Schema.makeFilter(problemOf))
export type TimerJob = typeof TimerJob.Type

/** What a timer of the old kind is made of. */
export interface Options {
  /** The address at which the action provider starts an action, which usually ends in `/run`. */
  readonly callback_url: string
  /** What is sent there at each run. */
  readonly callback_body: { readonly [field: string]: unknown }
  /** When it runs first: within a year from now. */
  readonly start: Instant.Instant
  /** How long it is between two runs, in seconds or as a `Duration`, from a minute to a year; null if it runs once. */
  readonly interval: Instant.Seconds | null
  /** What the owner calls it. */
  readonly name?: string | undefined
  /** When the last run is, at the latest. */
  readonly stop_after?: Instant.Instant | undefined
  /** How often it runs. */
  readonly stop_after_n?: number | undefined
  /** The scope with which the action provider is called. Default: the one for transfers. */
  readonly scope?: string | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** A timer of the old kind. */
export const make = ({ interval, start, stop_after, ...fields }: Options): TimerJob => ({
  ...fields,
  start: Instant.format(start),
  interval: interval === null ? null : Instant.wholeSeconds(interval),
  ...(stop_after === undefined ? {} : { stop_after: Instant.format(stop_after) })
})

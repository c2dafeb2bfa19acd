/**
 * When a timer runs: once, or again and again until it has run often enough or long enough. Make a schedule here for a
 * `TransferTimer` or a `FlowTimer`. It is plain data in the form that Timers reads; it is checked when it is sent.
 *
 * ```ts
 * import { TimerSchedule } from "@effect-globus/sdk/timers"
 * import { Duration } from "effect"
 *
 * const now = TimerSchedule.once()
 * const later = TimerSchedule.once("2027-01-01T00:00:00Z")
 * const tenTimes = TimerSchedule.recurring({
 *   interval_seconds: Duration.hours(6),
 *   start: "2027-01-01T00:00:00Z",
 *   end: TimerSchedule.after(10)
 * })
 * ```
 *
 * Docs: https://docs.globus.org/api/timers/timer-schedules
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import * as Instant from "./internal/instant.ts"

export type { Instant, Seconds } from "./internal/instant.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const instant = Schema.optional(Schema.NullOr(Schema.String))

/** When a timer that recurs has run for the last time: after `count` runs, or at `datetime`. */
export const EndCondition = Document.make({
  condition: Schema.optional(Document.openLiterals(["iterations", "time"])),
  count: Schema.optional(Schema.Int.check(Schema.isGreaterThan(0))),
  datetime: Schema.optional(Schema.String)
}).check(
  Schema.makeFilter((end: { readonly [field: string]: unknown }) =>
    end["count"] !== undefined && end["datetime"] !== undefined
      ? { path: ["datetime"], issue: "Expected either a count or a datetime, got both" }
      : end["condition"] === "time" && end["datetime"] === undefined
        ? { path: ["datetime"], issue: "Expected the time at which it ends" }
        : undefined
  )
)
export type EndCondition = typeof EndCondition.Type

const Schedule = Document.make({
  type: Document.openLiterals(["once", "recurring"]),
  /** Of a timer that runs once: when. Default: now. */
  datetime: instant,
  /** Of a timer that recurs: how many seconds lie between two runs, from a minute to a year. */
  interval_seconds: Schema.optional(Instant.Interval),
  /** Of a timer that recurs: when it runs first. Default: now. */
  start: instant,
  /** Of a timer that recurs. Default: it goes on until it is paused or deleted. */
  end: Schema.optional(Schema.NullOr(EndCondition))
})

const problemOf = ({ end, interval_seconds, start, type }: typeof Schedule.Type) => {
  if (type === "recurring" && interval_seconds === undefined) {
    return { path: ["interval_seconds"], issue: "Expected the seconds between two runs" }
  }
  const recurring = Object.entries({ end, interval_seconds, start }).find(([, value]) =>
    Predicate.isNotNullish(value)
  )
  return type === "once" && recurring !== undefined
    ? { path: [recurring[0]], issue: "Expected nothing, because the timer runs once" }
    : undefined
}

/** The schema of a schedule as it is sent. */
export const TimerSchedule = Schedule.check(Schema.makeFilter(problemOf))
export type TimerSchedule = typeof TimerSchedule.Type

/** What a schedule that recurs is made of. */
export interface RecurringOptions {
  /** How long it is between two runs, in seconds or as a `Duration`: from a minute to a year. */
  readonly interval_seconds: Instant.Seconds
  /** When it runs first. Default: now. */
  readonly start?: Instant.Instant | undefined
  /** When it ends, see {@link after} and {@link until}. Default: when it is paused or deleted. */
  readonly end?: EndCondition | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** Runs once: at this time, or now. */
export const once = (datetime?: Instant.Instant): TimerSchedule => ({
  type: "once",
  ...(datetime === undefined ? {} : { datetime: Instant.format(datetime) })
})

/** Runs again and again. */
export const recurring = ({ end, interval_seconds, start }: RecurringOptions): TimerSchedule => ({
  type: "recurring",
  interval_seconds: Instant.wholeSeconds(interval_seconds),
  ...(start === undefined ? {} : { start: Instant.format(start) }),
  ...(end === undefined ? {} : { end })
})

/** Ends after this many runs. */
export const after = (count: number): EndCondition => ({ condition: "iterations", count })

/** Ends at this time. */
export const until = (datetime: Instant.Instant): EndCondition => ({
  condition: "time",
  datetime: Instant.format(datetime)
})

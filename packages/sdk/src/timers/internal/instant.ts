/** Instants and intervals as Timers reads them. */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

/** A moment, as ISO 8601 text with a time zone or as a `DateTime`. */
export type Instant = string | DateTime.DateTime

/** The moment as text. */
export const format = (instant: Instant): string =>
  typeof instant === "string" ? instant : DateTime.formatIsoOffset(instant)

/** A time span, in seconds or as a `Duration`. */
export type Seconds = number | Duration.Duration

/** The time span in whole seconds, rounded down as Timers does it. */
export const wholeSeconds = (seconds: Seconds): number =>
  typeof seconds === "number" ? seconds : Math.floor(Duration.toSeconds(seconds))

/** How many seconds may lie between two runs: from a minute to a year. */
export const Interval = Schema.Finite.check(Schema.isBetween({ minimum: 60, maximum: 31_536_000 }))

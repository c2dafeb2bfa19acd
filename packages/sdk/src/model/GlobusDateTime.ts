/**
 * Moments as the Globus services write them. Documents keep them as they came, because services differ and a document
 * that is written back has to say what it said; use this module where a program has to compare or to compute.
 *
 * ```ts
 * import { GlobusDateTime } from "@effect-globus/sdk/model"
 * import { DateTime, Effect } from "effect"
 *
 * const isOld = (file: { readonly last_modified: string }) =>
 *   Effect.gen(function* () {
 *     const modified = yield* GlobusDateTime.parseEffect(file.last_modified) // "2026-01-31 10:30:00+00:00"
 *     return DateTime.isLessThan(modified, DateTime.subtract(yield* DateTime.now, { days: 30 }))
 *   })
 * ```
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as PlainText from "./PlainText.ts"

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const format =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?([Zz]|\+00:00\+00:00|[+-]\d\d(?::?\d\d)?)?)?$/

/**
 * Reads a moment, whichever service wrote it:
 *
 * - a date and a time, with `T` or a space between them (`2026-01-31T10:30:00`, `2026-01-31 10:30:00`), with or without
 *   seconds and fractions of them;
 * - then `Z`, an offset (`+00:00`, `-0600`), or neither, which is UTC, as services that leave it out mean it; some of
 *   Globus Flows write `+00:00` twice;
 * - a date alone, which is its first moment in UTC;
 * - a number, which is seconds since 1970.
 *
 * `DateTime` counts milliseconds, so that what is finer is lost.
 */
export const parse = (input: string | number): Result.Result<DateTime.Utc, DateTimeParseError> => {
  const fail = (detail: string) => Result.fail(new DateTimeParseError({ input: String(input), detail }))
  if (typeof input === "number") {
    return Option.match(DateTime.make(Math.round(input * 1000)), {
      onNone: () => fail("It is no number of seconds since 1970 that a calendar has"),
      onSome: (moment) => Result.succeed(moment)
    })
  }
  const match = format.exec(input)
  if (match === null) return fail("It has none of the forms in which Globus writes dates and times")
  const [, date = "", time = "00:00", seconds = "00", fraction = "", zone = "Z"] = match
  const local = `${date}T${time}:${seconds}.${fraction.slice(0, 3).padEnd(3, "0")}Z`
  const moment = Option.filter(DateTime.make(local), (moment) => DateTime.formatIso(moment) === local)
  const offset = offsetOf(zone)
  return Option.isSome(moment) && offset !== undefined
    ? Result.succeed(DateTime.subtract(moment.value, { minutes: offset }))
    : fail("There is no such day, time or offset")
}

/** {@link parse}, as an effect. */
export const parseEffect = (input: string | number): Effect.Effect<DateTime.Utc, DateTimeParseError> =>
  Effect.suspend(() => Effect.fromResult(parse(input)))

/** The minutes by which the zone is ahead of UTC; none, where there is no such zone. */
const offsetOf = (zone: string): number | undefined => {
  if (zone.length === 1) return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3, 6).replace(":", ""))
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes)
}

// -----------------------------------------------------------------------------
// errors
// -----------------------------------------------------------------------------

/** Text or a number that is no moment. */
export class DateTimeParseError extends Schema.TaggedError<DateTimeParseError>()("DateTimeParseError", {
  input: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    const shown = this.input.length > 50 ? `${this.input.slice(0, 50)}…` : this.input
    return PlainText.oneLine(`${this.detail}: ${JSON.stringify(shown)}.`)
  }
}

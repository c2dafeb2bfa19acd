/** Instants, which are milliseconds since 1970 in here, as the services write them. */
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"

/** A moment in the description of a world. */
export const Text = Schema.String.check(
  Schema.makeFilter((text) => !Number.isNaN(Date.parse(text)), {
    expected: "a date such as 2025-04-01T09:30:00Z"
  })
)

/** The last instant whose year has four digits: a clock under test may stand beyond it, and a flow may wait for longer. */
const last = Date.parse("9999-12-31T23:59:59.999Z")

const utc = (milliseconds: number) => DateTime.makeUnsafe(Math.min(milliseconds, last))

const iso = (milliseconds: number): string => DateTime.formatIso(utc(milliseconds))

/** `2025-04-01T09:30:00.000Z`. */
export const format = iso

/** As Transfer writes the times of tasks: `2025-04-01T09:30:00+00:00`. */
export const ofTask = (milliseconds: number): string => `${iso(milliseconds).slice(0, 19)}+00:00`

/** As Transfer writes the times of files: `2025-04-01 09:30:00+00:00`. */
export const ofFile = (milliseconds: number): string => {
  const text = iso(milliseconds)
  return `${text.slice(0, 10)} ${text.slice(11, 19)}+00:00`
}

/** As Auth and Flows write times: `2025-04-01T09:30:00.000000+00:00`. */
export const withMicroseconds = (milliseconds: number): string => `${iso(milliseconds).slice(0, 23)}000+00:00`

/** As HTTP writes times (RFC 9110 §5.6.7): `Tue, 01 Apr 2025 09:30:00 GMT`. */
export const ofHttp = (milliseconds: number): string => DateTime.toDateUtc(utc(milliseconds)).toUTCString()

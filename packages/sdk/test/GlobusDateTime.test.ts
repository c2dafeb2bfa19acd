import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as GlobusDateTime from "../src/model/GlobusDateTime.ts"

const iso = (input: string | number) => Result.map(GlobusDateTime.parse(input), DateTime.formatIso)

describe("a moment is read", () => {
  it.each<[by: string, input: string | number, moment: string]>([
    ["Transfer, of a task", "2026-01-31T10:30:05+00:00", "2026-01-31T10:30:05.000Z"],
    ["Transfer, of a file", "2026-01-31 10:30:05+00:00", "2026-01-31T10:30:05.000Z"],
    ["Transfer, in a filter", "2026-01-31T10:30:05", "2026-01-31T10:30:05.000Z"],
    ["Auth", "2026-01-31T10:30:05.967289+00:00", "2026-01-31T10:30:05.967Z"],
    ["Flows, of a flow", "2026-01-31T10:30:05.967289+00:00+00:00", "2026-01-31T10:30:05.967Z"],
    ["Groups", "2026-01-31T10:30:05.967289", "2026-01-31T10:30:05.967Z"],
    ["Search, of an index", "2026-01-31 10:30:05", "2026-01-31T10:30:05.000Z"],
    ["Connect Server", "2026-01-31", "2026-01-31T00:00:00.000Z"],
    ["Compute, in seconds", 1769855405.9672, "2026-01-31T10:30:05.967Z"],
    ["Compute, in seconds that binary numbers miss", 1.001, "1970-01-01T00:00:01.001Z"],
    ["JavaScript", "2026-01-31T10:30:05.967Z", "2026-01-31T10:30:05.967Z"],
    ["a person ahead of UTC", "2026-01-31T10:30+0530", "2026-01-31T05:00:00.000Z"],
    ["a person behind it", "2026-12-31T22:30:00-06:00", "2027-01-01T04:30:00.000Z"],
    ["a person who is brief", "2026-01-31T10:30-06", "2026-01-31T16:30:00.000Z"],
    ["nobody, before 1970", "0001-01-01T00:00:00.000001Z", "0001-01-01T00:00:00.000Z"],
    ["the calendar, in a leap year", "2024-02-29", "2024-02-29T00:00:00.000Z"]
  ])("that was written by %s: %s", (_, input, moment) =>
    assert.deepStrictEqual(iso(input), Result.succeed(moment))
  )

  it.prop(
    "whatever its form",
    [
      Schema.Int.check(
        Schema.isBetween({
          minimum: Date.parse("0001-01-02T00:00:00Z"),
          maximum: Date.parse("9999-12-30T00:00:00Z")
        })
      ),
      Schema.Literals(["T", " "]),
      Schema.Literals(["", "Z", "z", "+00:00", "+00:00+00:00", "-00:00", "+0000", "+00"]),
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 }))
    ],
    ([milliseconds, between, zone, digits]) => {
      const whole = DateTime.formatIso(DateTime.makeUnsafe(milliseconds))
      const fraction = `${whole.slice(20, 23)}987654`.slice(0, digits)
      const text = `${whole.slice(0, 10)}${between}${whole.slice(11, 19)}${digits === 0 ? "" : "."}${fraction}${zone}`
      const kept = fraction.slice(0, 3).padEnd(3, "0")
      assert.deepStrictEqual(iso(text), Result.succeed(`${whole.slice(0, 20)}${kept}Z`))
    }
  )

  it.prop(
    "at any offset",
    [
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4_000_000_000_000 })),
      Schema.Int.check(Schema.isBetween({ minimum: -23 * 60, maximum: 23 * 60 }))
    ],
    ([milliseconds, minutes]) => {
      const moment = DateTime.makeZonedUnsafe(milliseconds, {
        timeZone: DateTime.zoneMakeOffset(minutes * 60_000)
      })
      const text = DateTime.formatIsoOffset(moment)
      assert.deepStrictEqual(iso(text), Result.succeed(DateTime.formatIso(moment)))
    }
  )
})

describe("no moment is read", () => {
  it.effect.each<[what: string, input: string | number]>([
    ["nothing", ""],
    ["a word", "yesterday"],
    ["a number as text", "1769855405"],
    ["a year", "2026"],
    ["a time", "10:30:05"],
    ["a day that no month has", "2026-02-30"],
    ["a day that this year lacks", "2025-02-29T10:30:05Z"],
    ["a month that no year has", "2026-13-01"],
    ["an hour that no day has", "2026-01-31T24:00:00Z"],
    ["a minute that no hour has", "2026-01-31T10:60:00Z"],
    ["an offset that is none", "2026-01-31T10:30:05+24:00"],
    ["two offsets", "2026-01-31T10:30:05-06:00+00:00"],
    ["an offset of a day", "2026-01-31+00:00"],
    ["half a fraction", "2026-01-31T10:30:05.Z"],
    ["something before it", " 2026-01-31"],
    ["a line after it", "2026-01-31\n"],
    ["digits of another script", "２０２６-01-31"],
    ["a range", "2026-01-01T00:00:00,2026-02-01T00:00:00"],
    ["no number", NaN],
    ["no end", Infinity],
    ["a time beyond all calendars", 1e300]
  ])("in %s: %j", ([, input]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(GlobusDateTime.parseEffect(input))
      assert.strictEqual(error._tag, "DateTimeParseError")
      assert.strictEqual(error.input, String(input))
      assert.include(error.message, JSON.stringify(String(input)))
    })
  )

  it.prop("in any other text, but a failure", [Schema.String], ([text]) => {
    const result = GlobusDateTime.parse(text)
    assert(Result.isFailure(result) || /^\d{4}-/.test(text))
  })

  it("and the failure repeats no long text", () => {
    const error = Result.getOrThrow(Result.flip(GlobusDateTime.parse("x".repeat(10_000))))
    assert.isBelow(error.message.length, 200)
  })
})

/** What Globus was recorded to answer, ours reads without losing anything, errors and dates included. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { knownCodes } from "../../docs/generator/KnownCodes.ts"
import * as GlobusDateTime from "../../src/model/GlobusDateTime.ts"
import { ApiError } from "../../src/model/GlobusError.ts"
import * as Recording from "./internal/Recording.ts"
import * as Reference from "./internal/Reference.ts"
import { services } from "./internal/services.ts"

const Fixture = Schema.Struct({
  operation: Schema.String,
  case: Schema.String,
  responses: Schema.Array(
    Schema.Struct({
      service: Schema.String,
      method: Schema.String,
      url: Schema.String,
      status: Schema.Number,
      contentType: Schema.NullOr(Schema.String),
      body: Schema.Unknown
    })
  )
})

const isApiError = Schema.is(ApiError)

/** `service.operation.case`, as the files are named. */
const nameOf = (file: string): string => file.replace(/^fixtures\/|\.json$/g, "")

/** All text in a document that is a date, with a time or without. */
const datesIn = (value: unknown): ReadonlyArray<string> => {
  if (Predicate.isString(value)) return /^\d{4}-\d\d-\d\d([T ][\d:.+-]*Z?)?$/.test(value) ? [value] : []
  return Predicate.isObjectKeyword(value) ? Object.values(value).flatMap(datesIn) : []
}

describe("recorded responses", () => {
  const files = Reference.filesIn("fixtures")

  if (files.length === 0) {
    it("are there", ({ skip }) =>
      skip(`${Reference.directory}/fixtures is not there: set GLOBUS_REFERENCE to the directory that has it`))
  }

  for (const file of files) {
    Reference.suite(file, Fixture, ({ responses }) => {
      const dates = datesIn(responses)
      if (dates.length > 0) {
        it(`have ${dates.length} dates that can be read`, () => {
          for (const date of dates) assert.isTrue(Result.isSuccess(GlobusDateTime.parse(date)), date)
        })
      }

      for (const [index, response] of responses.entries()) {
        const path = new URL(response.url).pathname
        it.effect(`${index + 1}: ${response.method} ${path} ${response.status}`, () =>
          Effect.gen(function* () {
            const recorded = services[response.service]?.recorded(response.method, path)
            if (recorded === undefined) return assert.fail(`${nameOf(file)} belongs to no operation of ours`)
            const network = Recording.make(() => ({
              status: response.status,
              body: response.body,
              contentType: response.contentType ?? "application/json"
            }))
            const answer = yield* Effect.result(Effect.provide(recorded.call, network.layer))
            assert.deepStrictEqual(
              network.sent.map(({ method, path }) => `${method} ${path}`),
              [`${response.method} ${path}`]
            )
            if (response.status < 400) {
              const decoded = Result.getOrThrow(answer)
              assert.deepStrictEqual(recorded.encode(decoded), response.body)
            } else {
              const error = Result.isFailure(answer) ? answer.failure : undefined
              if (!isApiError(error)) return assert.fail("an error was taken for something else")
              assert.strictEqual(error.status, response.status)
              assert.deepStrictEqual(error.body, response.body)
              const codes = knownCodes[response.service === "timer" ? "timers" : response.service] ?? []
              assert.isTrue(
                codes.some(({ code }) => error.is(code)),
                `${error.code} is not in the table of codes of the docs`
              )
            }
          })
        )
      }
    })
  }
})

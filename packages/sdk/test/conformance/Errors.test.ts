import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Environment from "../../src/model/Environment.ts"
import * as Probe from "../service/internal/Probe.ts"
import * as StubHttp from "../service/internal/StubHttp.ts"
import * as Reference from "./internal/Reference.ts"

const ErrorCase = Schema.Struct({
  id: Schema.String,
  errorClass: Schema.String,
  status: Schema.Number,
  contentType: Schema.String,
  body: Schema.Unknown,
  headers: Schema.Record(Schema.String, Schema.String),
  expect: Schema.Struct({
    httpStatus: Schema.Number,
    code: Schema.NullOr(Schema.String),
    message: Schema.NullOr(Schema.String),
    messages: Schema.Array(Schema.String),
    errors: Schema.Array(
      Schema.Struct({
        code: Schema.NullOr(Schema.String),
        message: Schema.NullOr(Schema.String),
        raw: Schema.Unknown
      })
    ),
    requestId: Schema.NullOr(Schema.String)
  })
})

/** Which service answers so. Errors are read in one way for all, so the last two may pass for another. */
const services: Readonly<Record<string, Environment.Service>> = {
  AuthAPIError: "auth",
  TransferAPIError: "transfer",
  SearchAPIError: "search",
  FlowsAPIError: "flows",
  GroupsAPIError: "groups",
  TimersAPIError: "timer",
  ComputeAPIError: "compute",
  GCSAPIError: "transfer",
  GlobusAPIError: "transfer"
}

/** A body that is a string is what is on the wire, or else a JSON string: what comes of it is the same. */
const bodiesOf = (body: unknown): ReadonlyArray<string> =>
  typeof body === "string" ? [body, JSON.stringify(body)] : [JSON.stringify(body)]

for (const { suite } of Reference.all) {
  suite("error-cases.json", Schema.Array(ErrorCase), (cases) => {
    for (const { body, contentType, errorClass, expect, headers, id, status } of cases) {
      describe(id, () => {
        for (const text of bodiesOf(body)) {
          it.effect(`${errorClass} ${status} ${text.slice(0, 60)}`, () =>
            Effect.gen(function* () {
              const service = services[errorClass]
              assert(service !== undefined, `no service is known for ${errorClass}`)
              const http = StubHttp.make(
                () => new Response(text, { status, headers: { ...headers, "content-type": contentType } })
              )
              const error = yield* Probe.clientOf(service).pipe(
                Effect.flatMap((probe) => probe.getThing(Probe.thingId)),
                Effect.flip,
                Effect.provide(Probe.layer(http.layer, Probe.once))
              )
              assert(error._tag === "ApiError", String(error))
              assert.strictEqual(error.service, service)
              assert.deepStrictEqual(
                {
                  httpStatus: error.status,
                  code: error.code ?? null,
                  message: error.detail ?? null,
                  messages: error.messages,
                  errors: error.errors.map(({ code = null, message = null, raw }) => ({
                    code,
                    message,
                    raw
                  })),
                  requestId: error.requestId ?? null
                },
                expect
              )
            })
          )
        }
      })
    }
  })
}

/** What holds of every operation of every service: the request that it makes, and what becomes of whatever is answered. */
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { ResponseError } from "../../src/model/GlobusError.ts"
import { Redirects } from "../../src/service/GlobusService.ts"
import * as DocumentLaws from "../service/internal/DocumentLaws.ts"
import * as StubHttp from "../service/internal/StubHttp.ts"
import * as Contracts from "./internal/Contracts.ts"

const isResponseError = Schema.is(ResponseError)

/** A value as JSON holds it, with keys that need no escapes: the JSON parser of Node 24 mistakes some of those for others. */
const json = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(json)
  if (!Predicate.isObject(value)) return DocumentLaws.json(value)
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => [name.replaceAll(/[^ -~]|["\\]/g, "_"), json(field)])
  )
}

/** The query as it stands in a URL. */
const pairsOf = (encoded: unknown): ReadonlyArray<readonly [string, string]> =>
  Object.entries(
    (encoded ?? {}) as Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  ).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((each) => [name, each.toWellFormed()] as const)
  )

/** The schema of what is there; what is not there is `undefined`. */
const codec = (schema: Schema.Constraint | undefined): Contracts.Codec =>
  (schema ?? Schema.Undefined) as unknown as Contracts.Codec

/** With how many values each is tried. */
const runs = 6

for (const service of Object.keys(Contracts.contracts)) {
  describe(service, () => {
    let answer: unknown
    const globus = Contracts.globus(service, () =>
      answer === undefined
        ? new Response(null, { status: 204 })
        : StubHttp.json(answer, { headers: { location: "https://example.org/" } })
    )

    for (const operation of Contracts.operationsOf(service)) {
      const { endpoint, name, payload, success } = operation
      const redirects = Context.getOrElse(endpoint.annotations, Redirects, () => false)
      const params = Schema.encodeUnknownEffect(codec(endpoint.params))
      const query = Schema.encodeUnknownEffect(codec(endpoint.query))
      const sentPayload = Schema.encodeUnknownEffect(codec(payload))
      const answers = codec(success)
      const written = Schema.encodeUnknownEffect(answers)
      const inputs = Contracts.inputsOf(operation)

      describe(name, () => {
        it.effect.prop(
          `is ${endpoint.method} ${endpoint.path}, and reads what is answered`,
          [inputs, Arbitrary.schema(answers)],
          ([given, value]) =>
            Effect.gen(function* () {
              answer = redirects ? {} : json(yield* written(value))
              globus.sent.length = 0
              const read = yield* globus.call(operation, given)

              const [sent, ...others] = globus.sent
              assert(sent !== undefined)
              assert.lengthOf(others, 0)
              assert.strictEqual(sent.method, endpoint.method)
              const inPath = yield* params(given.params)
              assert.strictEqual(
                sent.url.pathname,
                endpoint.path.replaceAll(/:(\w+)/g, (_, parameter: string) =>
                  encodeURIComponent(String(Reflect.get(Object(inPath), parameter)))
                )
              )
              assert.deepStrictEqual<unknown>(
                Array.from(sent.url.searchParams),
                pairsOf(yield* query(given.query))
              )
              if (sent.headers["content-type"]?.includes("form") !== true) {
                assert.deepStrictEqual<unknown>(
                  sent.body === "" ? undefined : json(JSON.parse(sent.body)),
                  json(yield* sentPayload(given.payload))
                )
              }
              if (success !== undefined && !redirects) {
                assert.deepStrictEqual(json(yield* written(read)), answer)
              }
            }),
          { arbitrary: { runs } }
        )

        if (success === undefined || redirects) return
        it.effect.prop(
          "takes nothing for an answer that is none, and says where it is wrong",
          [inputs, Arbitrary.schema(success), Schema.Json, Schema.Natural],
          ([given, value, wrong, index]) =>
            Effect.gen(function* () {
              const right = json(yield* written(value))
              const fields = Predicate.isObject(right) ? right : {}
              const names = Object.keys(fields)
              const field = names[index % Math.max(1, names.length)]
              for (const body of [wrong, ...(field === undefined ? [] : [{ ...fields, [field]: wrong }])]) {
                answer = json(body)
                const exit = yield* Effect.exit(globus.call(operation, given))
                const expected = yield* Effect.exit(Schema.decodeUnknownEffect(success)(answer))
                assert.strictEqual(exit._tag, expected._tag)
                if (Exit.isSuccess(exit)) continue
                const error = Cause.squash(exit.cause)
                assert(isResponseError(error), Cause.pretty(exit.cause))
                assert.strictEqual(error.operation, name)
                assert.include(error.message, name)
              }
            }),
          { arbitrary: { runs } }
        )
      })
    }
  })
}

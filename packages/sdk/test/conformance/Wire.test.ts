/** What each call of the official Python SDK puts on the wire, ours puts there too. */
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Mapping from "./internal/Mapping.ts"
import * as Recording from "./internal/Recording.ts"
import * as Reference from "./internal/Reference.ts"
import { services } from "./internal/services.ts"

const WireCase = Schema.Struct({
  id: Schema.String,
  service: Schema.String,
  client: Schema.String,
  method: Schema.String,
  args: Schema.Record(Schema.String, Schema.Unknown),
  requests: Schema.Array(Recording.Request)
})

interface Named {
  readonly service: string
  readonly client: string
  readonly method: string
}

const nameOf = ({ client, method, service }: Named): string => `${service}.${client}.${method}`

const callOf = ({ client, method, service }: Named) => services[service]?.calls[client]?.[method]

const isResponseError = (error: unknown): boolean => Predicate.isTagged(error, "ResponseError")

for (const { suite } of Reference.all) {
  suite("endpoints.json", Schema.Array(Mapping.Method), (methods) => {
    describe("every method of the Python SDK", () => {
      it("has a call of ours", () => {
        assert.deepStrictEqual(methods.filter((method) => callOf(method) === undefined).map(nameOf), [])
      })
    })

    const methodOf = new Map(methods.map((method) => [nameOf(method), method]))

    suite("wire-cases.json", Schema.Array(WireCase), (cases) => {
      for (const each of cases) {
        it.effect(each.id, () =>
          Effect.gen(function* () {
            const call = callOf(each)
            const method = methodOf.get(nameOf(each))
            if (call === undefined || method === undefined) {
              return assert.fail(`no call of ours is known for ${nameOf(each)}`)
            }
            const { answer = () => ({}), better = (request: Recording.Request) => request } =
              services[each.service] ?? {}
            const network = Recording.make((request) => ({ status: 200, body: answer(request) }))
            const args = Mapping.withoutMissing(each.args) as Mapping.Args
            const exit = yield* Effect.exit(Effect.provide(call(args, method), network.layer))
            // The answer is made up and may not be the right one; everything else has to be in order.
            if (Exit.isFailure(exit) && !isResponseError(Cause.squash(exit.cause))) {
              assert.fail(Cause.pretty(exit.cause))
            }
            assert.deepStrictEqual(
              network.sent,
              each.requests.map((request) => Recording.normalize(better(request)))
            )
          })
        )
      }
    })
  })
}

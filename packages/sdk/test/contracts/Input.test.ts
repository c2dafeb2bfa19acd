/** Input that cannot be right is found out before a request leaves, whichever operation of whichever service gets it. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as StubHttp from "../service/internal/StubHttp.ts"
import * as Contracts from "./internal/Contracts.ts"

/** Ids that need not be UUIDs, and why. */
const otherIds: Readonly<Record<string, string>> = {
  "transfer path.rule_id": "a number",
  "transfer path.role_id": "a name of the service's own",
  "transfer path.admin_cancel_id": "a number",
  "transfer query.filter_owner_id": "an identity or its user name",
  "transfer payload.subscription_id": "DEFAULT, too",
  "gcs payload.subscription_id": "DEFAULT, too",
  "search path.role_id": "a name of the service's own",
  "search path.catalog_id": "a name of the service's own",
  "search path.collection_configuration_id": "a name of the service's own",
  "search path.scan_id": "a name of the service's own",
  "search payload.scan_id": "a name of the service's own",
  "search query.entry_id": "whatever its author calls the entry",
  "search payload.id": "whatever its author calls the entry"
}

/** Parameters that count something, and the least that each can be. */
const counts: Readonly<Record<string, number>> = {
  limit: 1,
  "page[limit]": 1,
  per_page: 1,
  page_size: 1,
  max_results: 1,
  offset: 0,
  result_count: 0,
  filter_min_faults: 0
}

/** Lists that are about nothing if they are empty. */
const neededLists: ReadonlyArray<readonly [service: string, operation: string, field: string]> = [
  ["compute, version 2", "submit", "tasks"],
  ["compute, version 2", "getTaskBatch", "task_ids"],
  ["gcs", "deleteCollections", "ids"],
  ["search", "batchDeleteBySubject", "subjects"],
  ["transfer", "managerCancelTasks", "task_id_list"],
  ["transfer", "managerPauseTasks", "task_id_list"],
  ["transfer", "managerResumeTasks", "task_id_list"]
]

interface Field {
  readonly part: "path" | "query" | "payload"
  readonly name: string
  readonly accepts: (value: unknown) => boolean
}

const partsOf = (part: Field["part"], schema: Schema.Constraint | undefined): ReadonlyArray<Field> => {
  const ast = schema === undefined ? undefined : SchemaAST.toType(schema.ast)
  return ast !== undefined && SchemaAST.isObjects(ast)
    ? ast.propertySignatures.map(({ name, type }) => ({
        part,
        name: String(name),
        accepts: Schema.is(Schema.make(type))
      }))
    : []
}

const fieldsOf = ({ endpoint, payload }: Contracts.Operation): ReadonlyArray<Field> => [
  ...partsOf("path", endpoint.params),
  ...partsOf("query", endpoint.query),
  ...partsOf("payload", payload)
]

const wrongValues = ["", "not an id", "..", "\ud800", -1, 1.5, NaN, {}, [], [{}], ["not an id"], true]

const partNames = { path: "params", query: "query", payload: "payload" } as const

const changed = (input: Contracts.Input, { name, part }: Field, value: unknown): Contracts.Input => {
  const given = input[partNames[part]]
  return { ...input, [partNames[part]]: { ...(Predicate.isObject(given) ? given : {}), [name]: value } }
}

for (const service of Object.keys(Contracts.contracts)) {
  describe(service, () => {
    for (const operation of Contracts.operationsOf(service)) {
      const { name } = operation
      const fields = fieldsOf(operation)
      if (fields.length === 0) continue
      const cases = fields.flatMap((field) =>
        wrongValues
          .filter(
            (value) =>
              !field.accepts(value) ||
              (field.part === "path" && ["..", "\ud800"].some((each) => each === value))
          )
          .map((value) => ({ field, value }))
      )

      describe(name, () => {
        if (cases.length > 0) {
          it.effect.prop(
            "refuses what no field can be, and names the field",
            [Contracts.inputsOf(operation)],
            ([given]) =>
              Effect.gen(function* () {
                const globus = Contracts.globus(service, () => StubHttp.json({}))
                for (const { field, value } of cases) {
                  const error = yield* Effect.flip(globus.call(operation, changed(given, field, value)))
                  assert(Predicate.isTagged(error, "InvalidRequest"), error.message)
                  assert.strictEqual(error.operation, name)
                  const named = field.part === "path" ? field.name : `${field.part}.${field.name}`
                  assert.oneOf(error.field.slice(0, named.length + 1), [named, `${named}.`, `${named}[`])
                }
                assert.lengthOf(globus.sent, 0)
              }),
            { arbitrary: { runs: 2 } }
          )
        }

        for (const { accepts, name, part } of fields) {
          const id = /(^|_)ids?$/.test(name)
          if (id && otherIds[`${service} ${part}.${name}`] === undefined) {
            it(`${name} is a UUID`, () => {
              assert.isFalse(accepts("not an id"))
              assert.isFalse(accepts(["not an id"]))
            })
          }
          const least = service === "search" && name === "limit" ? 0 : counts[name]
          if (part === "query" && least !== undefined) {
            it(`${name} is a whole number, at least ${least}`, () => {
              for (const value of [least - 1, least + 0.5, NaN, Infinity]) assert.isFalse(accepts(value))
              assert.isTrue(accepts(least))
            })
          }
          if (part === "path") it(`${name} is not empty`, () => assert.isFalse(accepts("")))
        }
      })
    }
  })
}

it.each(neededLists)("%s: %s needs something in %s", (service, operation, name) => {
  const found = Contracts.operationsOf(service)
    .filter((each) => each.name === operation)
    .flatMap(fieldsOf)
    .find((field) => field.part === "payload" && field.name === name)
  assert.isFalse(found?.accepts([]))
})

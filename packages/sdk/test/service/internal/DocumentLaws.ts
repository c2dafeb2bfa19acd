/** What holds of every document: reading and writing it changes nothing, whatever Globus adds to it. */
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as KnownFields from "../../../src/service/internal/knownFields.ts"

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** A value as JSON holds it. Not by way of a text: the JSON parser of Node 24 mistakes some escaped keys for others. */
export const json = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(json)
  if (!isObject(value)) return Object.is(value, -0) ? 0 : value
  const entries = Object.entries(value).filter(([, field]) => field !== undefined)
  return Object.fromEntries(entries.map(([name, field]) => [name, json(field)]))
}

/** The documents among the exports of a module. */
export const documentsIn = (
  module: Readonly<Record<string, unknown>>
): ReadonlyArray<readonly [name: string, schema: Schema.Codec<unknown>]> =>
  Object.entries(module).flatMap(([name, value]) =>
    Schema.isSchema(value) ? [[name, value as unknown as Schema.Codec<unknown>] as const] : []
  )

/** Tests of all documents that these modules export. */
export const suite = (...modules: ReadonlyArray<Readonly<Record<string, unknown>>>): void => {
  describe("documents", () => {
    for (const [name, schema] of modules.flatMap(documentsIn)) {
      const decode = Schema.decodeUnknownSync(schema)
      const encode = Schema.encodeUnknownSync(schema)
      it.prop(
        `${name}: what was read is written back as it was`,
        [Arbitrary.schema(schema), Schema.Json],
        ([value, added]) => {
          const written = json(encode(value))
          // A list and a text have no fields, and in a dictionary every field is an entry.
          const isDictionary = schema.ast._tag === "Objects" && schema.ast.propertySignatures.length === 0
          const body = isObject(written) && !isDictionary ? { ...written, added_by_globus: added } : written
          assert.deepStrictEqual(json(encode(decode(body))), json(body))
        },
        { arbitrary: { runs: 50 } }
      )

      const accepts = Option.map(KnownFields.make(schema.ast), (ast) => Schema.is(Schema.make(ast)))
      if (Option.isSome(accepts)) {
        it.prop(
          `${name}: is accepted by its known fields alone if it can be read, and only then`,
          [Arbitrary.schema(schema), Schema.Json, Schema.Natural],
          ([value, wrong, index]) => {
            const written = json(encode(value))
            const fields = isObject(written) ? written : {}
            const names = Object.keys(fields)
            const field = names[index % Math.max(1, names.length)]
            const broken = field === undefined ? wrong : { ...fields, [field]: wrong }
            for (const body of [written, broken, wrong]) {
              const isRead = Option.isSome(Schema.decodeUnknownOption(schema)(body))
              assert.strictEqual(accepts.value(body), isRead, JSON.stringify(body))
            }
          },
          { arbitrary: { runs: 50 } }
        )
      }
    }
  })
}

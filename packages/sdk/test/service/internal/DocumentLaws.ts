/** What holds of every document: reading and writing it changes nothing, whatever Globus adds to it. */
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as KnownFields from "../../../src/service/internal/knownFields.ts"

/** How many values each law is tried with. */
const runs = 20

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

/** The name of a field that no service is known to send. */
const news = "added_by_globus"

/** What was written, with that field in every object of which the schema says what is in it. */
const withNews = (ast: SchemaAST.AST, written: unknown, added: unknown): unknown => {
  if (SchemaAST.isSuspend(ast)) return withNews(ast.thunk(), written, added)
  if (SchemaAST.isUnion(ast)) {
    const member = ast.types.find((type) => Schema.is(Schema.make(type))(written))
    return member === undefined ? written : withNews(member, written, added)
  }
  if (SchemaAST.isArrays(ast) && Array.isArray(written)) {
    return written.map((each, index) => {
      const type = ast.elements[index] ?? ast.rest[0]
      return type === undefined ? (each as unknown) : withNews(type, each, added)
    })
  }
  if (!SchemaAST.isObjects(ast) || !isObject(written)) return written
  const entries = Object.entries(written).map(([name, field]): readonly [string, unknown] => {
    const known = ast.propertySignatures.find((property) => property.name === name)
    const type = known?.type ?? ast.indexSignatures[0]?.type
    return [name, type === undefined ? field : withNews(type, field, added)]
  })
  // In a dictionary every field is an entry.
  return Object.fromEntries(ast.propertySignatures.length === 0 ? entries : [...entries, [news, added]])
}

/** Tests of one document; its values are made up, unless the schema refuses nearly all that can be made up. */
export const law = (
  name: string,
  schema: Schema.Codec<unknown>,
  values: Arbitrary.Arbitrary<unknown> = Arbitrary.schema(schema)
): void => {
  const decode = Schema.decodeUnknownSync(schema)
  const encode = Schema.encodeUnknownSync(schema)
  const encoded = SchemaAST.toEncoded(schema.ast)
  it.prop(
    `${name}: what was read is written back as it was`,
    [values, Schema.Json],
    ([value, added]) => {
      const written = json(encode(value))
      const body = withNews(encoded, written, added)
      assert.deepStrictEqual(json(encode(decode(body))), json(body))
    },
    { arbitrary: { runs } }
  )

  const accepts = Option.map(KnownFields.make(schema.ast), (ast) => Schema.is(Schema.make(ast)))
  if (Option.isSome(accepts)) {
    it.prop(
      `${name}: is accepted by its known fields alone if it can be read, and only then`,
      [values, Schema.Json, Schema.Natural],
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
      { arbitrary: { runs } }
    )
  }
}

/** Tests of all documents that these modules export. */
export const suite = (...modules: ReadonlyArray<Readonly<Record<string, unknown>>>): void => {
  describe("documents", () => {
    for (const [name, schema] of modules.flatMap(documentsIn)) law(name, schema)
  })
}

/**
 * Documents that say what they are: their `DATA_TYPE` is a name and a version, such as `collection#1.4.0`. What is sent
 * gets the lowest version that has all its fields, because an older Globus Connect Server does not know newer ones.
 */
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Document from "../../model/Document.ts"

// -----------------------------------------------------------------------------
// versions
// -----------------------------------------------------------------------------

export type Version = `${number}.${number}.${number}`

/** The version that first had each field, if not the very first; a function where that depends on the value. */
export type Since<Fields> = { readonly [Field in keyof Fields]?: Version | ((value: never) => Version) }

const first: Version = "1.0.0"

/** A number that is higher for a later version. */
const rank = (version: Version): number =>
  version.split(".").reduce((rank, part) => rank * 1000 + Number(part), 0)

type Values = { readonly [field: string]: unknown }

/** What a document with these fields is called; those that are `undefined` are as good as absent. */
const implied = (name: string, since: Since<Readonly<Record<string, unknown>>>, values: Values): string => {
  let version = first
  for (const [field, at] of Object.entries(since)) {
    const value = values[field]
    if (value === undefined || at === undefined) continue
    const needed = typeof at === "string" ? at : at(value as never)
    if (rank(needed) > rank(version)) version = needed
  }
  return `${name}#${version}`
}

// -----------------------------------------------------------------------------
// one document
// -----------------------------------------------------------------------------

/** The `DATA_TYPE` of a document of this name, in any version. */
export const named = <const Name extends string>(name: Name) =>
  Schema.TemplateLiteral([`${name}#`, Schema.String])

/** A document that a service sends under this name. */
export const received = <const Name extends string, const Fields extends Schema.Struct.Fields>(
  name: Name,
  fields: Fields
) => Document.make({ DATA_TYPE: named(name), ...fields })

/**
 * A document that a program sends under this name. Where it does not say its `DATA_TYPE`, its fields imply it; but not
 * if there are only fields that are unknown here, which imply nothing.
 */
export const sent = <const Name extends string, const Fields extends Schema.Struct.Fields>(
  name: Name,
  fields: Fields,
  since: Since<Fields> = {}
) => {
  const document = Document.make({ DATA_TYPE: Schema.optional(Schema.String), ...fields })
  const complete = (values: Values): Values => {
    const present = Object.keys(values).filter((field) => values[field] !== undefined)
    return values["DATA_TYPE"] === undefined &&
      (present.length === 0 || present.some((field) => Object.hasOwn(fields, field)))
      ? { ...values, DATA_TYPE: implied(name, since, values) }
      : values
  }
  return document.pipe(
    Schema.decodeTo(
      Schema.toType(document),
      SchemaTransformation.transform({
        decode: (values) => values,
        encode: (values) => complete(values) as typeof values
      })
    )
  )
}

/** A document of which there are several kinds in one place: its schema, and how to make one. */
export const kind = <const Name extends string, const Fields extends Schema.Struct.Fields>(
  name: Name,
  fields: Fields,
  since: Since<Fields> = {}
) => ({
  name,
  schema: received(name, fields),
  make: (
    values: Schema.Struct.Type<Fields> & { readonly [field: string]: unknown } = {} as never
  ): Schema.Struct.Type<Fields> & { readonly DATA_TYPE: `${Name}#${string}` } & Values => ({
    ...values,
    DATA_TYPE: (values["DATA_TYPE"] ?? implied(name, since, values)) as `${Name}#${string}`
  })
})

// -----------------------------------------------------------------------------
// one of several documents
// -----------------------------------------------------------------------------

/** A document of a kind that is not known here. */
export interface UnknownData {
  readonly DATA_TYPE?: string
  readonly [field: string]: unknown
}

/** A kind of document that may stand in a place. */
export interface Kind {
  readonly name: string
  readonly schema: Schema.Constraint
}

const nameOf = (dataType: string): string => dataType.split("#", 1)[0] ?? ""

/** A document of one of these kinds, told apart by `DATA_TYPE`; or of another, which is then taken as it is. */
export const oneOf = <const Kinds extends ReadonlyArray<Kind>>(kinds: Kinds) => {
  const names = new Set(kinds.map(({ name }) => name))
  const other: Schema.Codec<UnknownData> = Document.make({
    DATA_TYPE: Schema.optionalKey(
      Schema.String.check(
        Schema.makeFilter((dataType) => !names.has(nameOf(dataType)), {
          expected: "a DATA_TYPE of another kind"
        })
      )
    )
  }).check(
    Schema.makeFilter((document) => !Object.values(document).some(Redacted.isRedacted), {
      // It would be sent as `<redacted>`.
      expected: "a DATA_TYPE that says where its secrets are"
    })
  )
  const known: ReadonlyArray<Kinds[number]["schema"]> = kinds.map(({ schema }) => schema)
  return Schema.Union([...known, other])
}

/** Whether a document is of the kind of this name, in whatever version. */
export const isKind =
  <const Kinds extends ReadonlyArray<Kind>>(_kinds: Kinds) =>
  <const Name extends Kinds[number]["name"]>(
    document: { readonly DATA_TYPE?: string },
    name: Name
  ): document is Extract<Kinds[number], { readonly name: Name }>["schema"]["Type"] & {
    readonly DATA_TYPE: `${Name}#${string}`
  } =>
    Predicate.isString(document.DATA_TYPE) && nameOf(document.DATA_TYPE) === name

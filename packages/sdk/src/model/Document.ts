/**
 * The shape of Globus' JSON documents: known fields are typed and checked, and every other field that a service sends
 * is kept, so that a document that was read, changed and written back loses nothing that Globus has added since.
 *
 * ```ts
 * import { Document } from "@effect-globus/sdk/model"
 * import { Schema } from "effect"
 *
 * const Bookmark = Document.make({ DATA_TYPE: Schema.tag("bookmark"), name: Schema.String })
 * ```
 */
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** A struct with the given fields that keeps all other fields as they are. */
export type Document<Fields extends Schema.Struct.Fields> = Schema.StructWithRest<
  Schema.Struct<Fields>,
  readonly [Schema.$Record<Schema.String, Schema.Unknown>]
>

/** One of the known values, or any other string that a service may add in the future. */
export type OpenLiteral<Literal extends string> = Literal | (string & {})

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** A document of which nothing is known but that it is a JSON object. */
export const Any: Schema.$Record<Schema.String, Schema.Unknown> = Schema.Record(Schema.String, Schema.Unknown)

/** The schema of a document with these fields; unknown fields are kept on decoding and on encoding. */
export const make = <const Fields extends Schema.Struct.Fields>(fields: Fields): Document<Fields> =>
  Schema.StructWithRest(Schema.Struct(fields), [Any])

/**
 * The schema of a document that a program sends. Its type asks for every field that is not optional, and what is there
 * is checked; but a document that lacks a field goes out as it is, because what a service can do without is for the
 * service to say.
 */
export const given = <const Fields extends Schema.Struct.Fields>(
  fields: Fields
): Schema.Codec<Document<Fields>["Type"], Document<Fields>["Encoded"]> =>
  Schema.make(
    make(
      Object.fromEntries(
        Object.entries(fields).map(([name, field]) => [
          name,
          SchemaAST.isOptional(field.ast) ? field : Schema.optional(field)
        ])
      )
    ).ast
  )

/**
 * A string enumeration that stays open: the known values are offered by the editor, and a value that Globus adds later
 * decodes all the same.
 */
export const openLiterals = <const Literals extends ReadonlyArray<string>>(
  _known: Literals
): Schema.Codec<OpenLiteral<Literals[number]>, string> => Schema.String

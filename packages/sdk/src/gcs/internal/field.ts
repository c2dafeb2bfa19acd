/** The fields of Globus Connect Server's documents, by what they may hold. */
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import * as Document from "../../model/Document.ts"

export const text = Schema.NullOr(Schema.String)
export const texts = Schema.NullOr(Schema.Array(Schema.String))
export const flag = Schema.NullOr(Schema.Boolean)
export const number = Schema.NullOr(Schema.Finite)
export const json = Schema.NullOr(Document.Any)

/** What nobody but the service should read. */
export const secret = Schema.NullOr(Schema.RedactedFromValue(Schema.String))

/** One of these words, or one that Globus may add. */
export const oneOf = <const Words extends ReadonlyArray<string>>(words: Words) =>
  Schema.NullOr(Document.openLiterals(words))

/** The fields as the service sends them: any may be absent, so that no program breaks over one that it never reads. */
export const received = <const Fields extends Record<string, Schema.Constraint>>(fields: Fields) =>
  Struct.map(fields, Schema.optionalKey)

/** The fields as a program sends them: `undefined` is the same as leaving one out, and `null` is sent as it is. */
export const sent = <const Fields extends Record<string, Schema.Constraint>>(fields: Fields) =>
  Struct.map(fields, Schema.optional)

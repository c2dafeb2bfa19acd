/** The fields of Transfer's documents, by what they may hold. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as Document from "../../model/Document.ts"

// What a service answers: nearly everything may be absent, so that no program breaks over a field that it never reads.

export const string = Schema.optionalKey(Schema.String)
export const stringOrNull = Schema.optionalKey(Schema.NullOr(Schema.String))
export const number = Schema.optionalKey(Schema.Finite)
export const numberOrNull = Schema.optionalKey(Schema.NullOr(Schema.Finite))
export const boolean = Schema.optionalKey(Schema.Boolean)
export const booleanOrNull = Schema.optionalKey(Schema.NullOr(Schema.Boolean))

/** One of these words, or one that Transfer may add. */
export const oneOf = <const Words extends ReadonlyArray<string>>(words: Words) =>
  Schema.optionalKey(Document.openLiterals(words))

export const oneOfOrNull = <const Words extends ReadonlyArray<string>>(words: Words) =>
  Schema.optionalKey(Schema.NullOr(Document.openLiterals(words)))

// What a program sends: `undefined` is the same as leaving a field out, and `null` is sent as it is.

/** A field with a value that is filled in where it was left out, such as the kind of a document. */
export const implied = (value: string) =>
  Schema.optionalKey(Schema.String).pipe(
    Schema.decodeTo(Schema.optional(Schema.String), {
      decode: SchemaGetter.passthrough(),
      encode: SchemaGetter.withDefault(Effect.succeed(value))
    })
  )

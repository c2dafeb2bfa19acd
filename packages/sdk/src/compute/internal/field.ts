/** The fields of Compute's documents, by what they may hold. What may be absent may be null just as well. */
import * as Schema from "effect/Schema"

/** A field of an answer that may be absent. */
export const maybe = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

export const string = maybe(Schema.String)
export const number = maybe(Schema.Finite)
export const boolean = maybe(Schema.Boolean)

/** A field of what a program sends that may be left out; `undefined` is the same as that, and `null` is sent as it is. */
export const optional = <S extends Schema.Constraint>(schema: S) => Schema.optional(Schema.NullOr(schema))

/** A moment: in ISO 8601, or in seconds since 1970. */
export const instant = Schema.Union([Schema.String, Schema.Finite])

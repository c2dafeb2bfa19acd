/** The fields of Search's documents, by what they may hold. */
import * as Schema from "effect/Schema"
import * as Document from "../../model/Document.ts"

// What the service answers: whatever no program could do without may be absent.

export const string = Schema.optionalKey(Schema.String)
export const stringOrNull = Schema.optionalKey(Schema.NullOr(Schema.String))
export const numberOrNull = Schema.optionalKey(Schema.NullOr(Schema.Finite))
export const boolean = Schema.optionalKey(Schema.Boolean)
export const strings = Schema.optionalKey(Schema.Array(Schema.String))

// What a program sends: `undefined` is the same as leaving a field out, and `null` is sent as it is.

/** Search gives away at most so many results of a query; a scroll has no such limit. */
export const maximumResults = 10_000

const upToMaximum = Schema.isBetween({ minimum: 0, maximum: maximumResults })

/** How many results, or after how many, in a document. */
export const count = Schema.optional(Schema.Int.check(upToMaximum))

/** How many results, or after how many, in a query. */
export const countInQuery = Schema.optional(Schema.FiniteFromString.check(Schema.isInt(), upToMaximum))

/** What of an entry is answered. */
export const partOfEntry = Document.openLiterals(["visible_to", "principal_sets", "content"])

/** A kind that is none of those that are known, so that what Globus adds later can be sent today. */
export const otherThan = (...known: ReadonlyArray<string>) =>
  Schema.String.check(
    Schema.makeFilter((kind) => !known.includes(kind), { expected: `another kind than ${known.join(", ")}` })
  )

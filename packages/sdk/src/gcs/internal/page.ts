/** Which page of a listing is asked for. */
import * as Schema from "effect/Schema"
import * as Query from "../../service/Query.ts"

export const page = {
  page_size: Schema.optional(
    Schema.FiniteFromString.check(Schema.isInt(), Schema.isGreaterThanOrEqualTo(1, { expected: "1 or more" }))
  ),
  marker: Query.string
} as const

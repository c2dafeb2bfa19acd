/**
 * Filters of listings: which tasks or files to list, as clauses that all have to hold. A clause names a field and the
 * values that it may have; `!` before a value negates it, `~` makes it a pattern, `<` and `>` compare.
 *
 * ```ts
 * import { TransferFilter } from "@effect-globus/sdk/transfer"
 *
 * TransferFilter.format({ name: ["~*.txt", "!readme.txt"], type: "file" }) // "name:~*.txt,!readme.txt/type:file"
 * ```
 *
 * Docs: https://docs.globus.org/api/transfer/file_operations/#dir_listing_filtering
 */
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** Clauses by the field that they are about; one of the values of each has to match. */
export type Clauses = { readonly [field: string]: string | ReadonlyArray<string> }

/** A filter, as clauses or as Transfer writes it. */
export type TransferFilter = string | Clauses

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** The filter as Transfer writes it: `field:value,value/field:value`. Text is taken as it is. */
export const format = (filter: TransferFilter): string =>
  typeof filter === "string"
    ? filter
    : Object.entries(filter)
        .map(([field, values]) => `${field}:${typeof values === "string" ? values : values.join(",")}`)
        .join("/")

/** The clauses of a filter that Transfer would read: for those who answer a listing. */
export const parse = (text: string): Readonly<Record<string, ReadonlyArray<string>>> =>
  Object.fromEntries(
    text
      .split("/")
      .filter((clause) => clause !== "")
      .map((clause) => {
        const colon = clause.indexOf(":")
        return colon === -1 ? [clause, []] : [clause.slice(0, colon), clause.slice(colon + 1).split(",")]
      })
  )

// -----------------------------------------------------------------------------
// schemas
// -----------------------------------------------------------------------------

const Clauses = Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Array(Schema.String)]))

/** A filter in a query. Read back, it is text. */
export const TransferFilter: Schema.Codec<TransferFilter, string> = Schema.String.pipe(
  Schema.decodeTo(
    Schema.Union([Schema.String, Clauses]),
    SchemaTransformation.transform<TransferFilter, string>({ decode: (text) => text, encode: format })
  )
)

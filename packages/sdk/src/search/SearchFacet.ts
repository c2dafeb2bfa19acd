/**
 * Facets of queries: how the entries that are found spread over the values of a field. Facets are plain data in the form
 * that Search reads; what was counted is in the `facet_results` of the answer.
 *
 * ```ts
 * import { SearchFacet } from "@effect-globus/sdk/search"
 *
 * const facets = [
 *   SearchFacet.terms("file.format", { size: 20, name: "Formats" }),
 *   SearchFacet.dateHistogram("file.created", { date_interval: "year" }),
 *   SearchFacet.avg("file.size")
 * ]
 * ```
 *
 * Docs: https://docs.globus.org/api/search/reference/post_query
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import * as Field from "./internal/field.ts"
import { SearchFilter } from "./SearchFilter.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const onField = {
  /** The path of the field, such as `author.name`; a dot in a name is written `\.`. */
  field_name: Schema.NonEmptyString,
  /** What the result is called. Default: the name of the field; needed where several facets are of one field. */
  name: Schema.optional(Schema.String),
  /** What counts for this facet alone. */
  additional_filters: Schema.optional(Schema.Array(SearchFilter))
}

const size = Schema.Int.check(Schema.isGreaterThan(0))

/** How often each value of the field occurs. */
export const Terms = Document.make({
  ...onField,
  type: Schema.Literal("terms"),
  /** How many values are answered, the most frequent first. Default: 10. */
  size: Schema.optional(size)
})
export type Terms = typeof Terms.Type

/** The sum or the average of the numbers in the field. */
export const Metric = Document.make({
  ...onField,
  type: Schema.Literals(["sum", "avg"]),
  /** What counts where the field is not there. Default: nothing. */
  missing: Schema.optional(Schema.Finite)
})
export type Metric = typeof Metric.Type

/** How many different values the field has, roughly. */
export const DistinctCount = Document.make({ ...onField, type: Schema.Literal("distinct_count") })
export type DistinctCount = typeof DistinctCount.Type

/** How many entries fall in each year, month, … of the dates in the field. */
export const DateHistogram = Document.make({
  ...onField,
  type: Schema.Literal("date_histogram"),
  date_interval: Document.openLiterals([
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "hour",
    "minute",
    "second"
  ]),
  /** The first and the last date that count. */
  histogram_range: Schema.optional(
    Document.make({ low: Schema.optional(Schema.Unknown), high: Schema.optional(Schema.Unknown) })
  )
})
export type DateHistogram = typeof DateHistogram.Type

/** How many entries fall in each of `size` parts of a range of numbers. */
export const NumericHistogram = Document.make({
  ...onField,
  type: Schema.Literal("numeric_histogram"),
  /** In how many parts the range is divided. */
  size,
  histogram_range: Document.make({ low: Schema.Finite, high: Schema.Finite })
})
export type NumericHistogram = typeof NumericHistogram.Type

const OtherType = Field.otherThan(
  "terms",
  "sum",
  "avg",
  "distinct_count",
  "date_histogram",
  "numeric_histogram"
).pipe(Schema.brand("OtherFacetType"))

/** A facet of a kind that is not known here, see {@link other}. */
export const Other = Document.make({ type: OtherType })
export type Other = typeof Other.Type

/** A facet of any kind. */
export type SearchFacet = Terms | Metric | DistinctCount | DateHistogram | NumericHistogram | Other

/** The schema of a facet. */
export const SearchFacet: Schema.Codec<SearchFacet, unknown> = Schema.Union([
  Terms,
  Metric,
  DistinctCount,
  DateHistogram,
  NumericHistogram,
  Other
])

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** What every facet may have. */
export interface Options {
  /** What the result is called. Default: the name of the field; needed where several facets are of one field. */
  readonly name?: string | undefined
  /** What counts for this facet alone. */
  readonly additional_filters?: ReadonlyArray<SearchFilter> | undefined
}

/** How often each value of the field occurs; the `size` most frequent, 10 if nothing is said. */
export const terms = (
  field_name: string,
  options: Options & { readonly size?: number | undefined } = {}
): Terms => ({ type: "terms", field_name, ...options })

/** The sum of the numbers in the field; where it is not there, `missing` counts. */
export const sum = (
  field_name: string,
  options: Options & { readonly missing?: number | undefined } = {}
): Metric => ({ type: "sum", field_name, ...options })

/** The average of the numbers in the field; where it is not there, `missing` counts. */
export const avg = (
  field_name: string,
  options: Options & { readonly missing?: number | undefined } = {}
): Metric => ({ type: "avg", field_name, ...options })

/** How many different values the field has, roughly. */
export const distinctCount = (field_name: string, options: Options = {}): DistinctCount => ({
  type: "distinct_count",
  field_name,
  ...options
})

/** How many entries fall in each year, month, … of the dates in the field. */
export const dateHistogram = (
  field_name: string,
  options: Options & Pick<DateHistogram, "date_interval" | "histogram_range">
): DateHistogram => ({ type: "date_histogram", field_name, ...options })

/** How many entries fall in each of `size` parts of a range of numbers. */
export const numericHistogram = (
  field_name: string,
  options: Options & Pick<NumericHistogram, "size" | "histogram_range">
): NumericHistogram => ({ type: "numeric_histogram", field_name, ...options })

/**
 * A facet of a kind that Globus has added since: its `type` and its fields. One of the types above is refused when the
 * query is sent.
 */
export const other = (type: string, fields: { readonly [field: string]: unknown }): Other => ({
  ...fields,
  type: OtherType.make(type, { disableChecks: true })
})

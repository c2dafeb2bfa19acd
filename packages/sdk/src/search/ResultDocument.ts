/**
 * What queries find: subjects, the entries about each that the caller may see, and what facets have counted. What an
 * index holds is up to its owner, so that the content of an entry is any JSON object; decode it with a schema of yours.
 *
 * ```ts
 * import { SearchClient } from "@effect-globus/sdk/search"
 * import { Effect, Schema, Stream } from "effect"
 *
 * const Paper = Schema.Struct({ title: Schema.String })
 *
 * const titles = Effect.gen(function* () {
 *   const search = yield* SearchClient
 *   return yield* search.search("60d1160b-f016-40b0-8545-99619865873d", { q: "neutrino" }).pipe(
 *     Stream.flatMap(({ entries }) => Stream.fromIterable(entries)),
 *     Stream.mapEffect(({ content }) => Schema.decodeUnknownEffect(Paper)(content)),
 *     Stream.map(({ title }) => title),
 *     Stream.runCollect
 *   )
 * })
 * ```
 *
 * Docs: https://docs.globus.org/api/search/reference/post_query
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** One entry about a subject. */
export const ResultEntry = Document.make({
  /** What tells the entries about a subject apart; null for the only one, or the first. */
  entry_id: Field.stringOrNull,
  content: Schema.optionalKey(Document.Any),
  /** The principal sets of the entry to which the caller belongs. */
  matched_principal_sets: Field.strings,
  /** Who may see it, for those who may know. */
  visible_to: Field.strings,
  principal_sets: Field.strings
})
export type ResultEntry = typeof ResultEntry.Type

/** A subject, with the entries about it that the caller may see. */
export const GMetaResult = Document.make({
  "@datatype": Field.string,
  "@version": Field.string,
  /** What the entries are about, such as a URL. */
  subject: Schema.String,
  entries: Schema.Array(ResultEntry)
})
export type GMetaResult = typeof GMetaResult.Type

/** How many entries have one value of a field, or a value in one range. */
export const GBucket = Document.make({
  "@datatype": Field.string,
  "@version": Field.string,
  value: Schema.Union([
    Schema.String,
    Schema.Finite,
    Schema.Boolean,
    Document.make({ from: Schema.optionalKey(Schema.Unknown), to: Schema.optionalKey(Schema.Unknown) })
  ]),
  count: Schema.Finite
})
export type GBucket = typeof GBucket.Type

/** What a facet has counted: buckets, or one number. */
export const GFacetResult = Document.make({
  "@datatype": Field.string,
  "@version": Field.string,
  name: Schema.String,
  /** Of `terms` and histograms. */
  buckets: Schema.optionalKey(Schema.Array(GBucket)),
  /** Of `sum` and `avg`. */
  value: Field.numberOrNull,
  /** Of `distinct_count`. */
  approximate_value: Field.numberOrNull
})
export type GFacetResult = typeof GFacetResult.Type

const fieldsOfPage = {
  /** How many subjects there are on all pages. */
  total: Schema.Finite,
  /** How many subjects there are on this page. */
  count: Schema.Finite,
  gmeta: Schema.Array(GMetaResult),
  has_next_page: Schema.Boolean
}

/** A page of what a query finds. */
export const GSearchResult = Document.make({
  ...fieldsOfPage,
  "@datatype": Field.string,
  "@version": Field.string,
  offset: Schema.Finite,
  facet_results: Schema.optionalKey(Schema.NullOr(Schema.Array(GFacetResult)))
})
export type GSearchResult = typeof GSearchResult.Type

/** A page of what a scroll finds. */
export const GScrollResult = Document.make({
  ...fieldsOfPage,
  "@datatype": Field.string,
  "@version": Field.string,
  /** Where the next page begins. */
  marker: Schema.optionalKey(Schema.Unknown)
})
export type GScrollResult = typeof GScrollResult.Type

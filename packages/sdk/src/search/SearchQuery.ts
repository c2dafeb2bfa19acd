/**
 * The document that describes a query: what to look for, and how to count, order and weigh what is found. Make one here
 * and run it with `SearchClient.postSearch`. It is plain data in the form that Search reads, so it can be stored or
 * written by hand just as well; it is checked when it is sent.
 *
 * ```ts
 * import { SearchFacet, SearchFilter, SearchQuery } from "@effect-globus/sdk/search"
 * import { pipe } from "effect"
 *
 * const query = pipe(
 *   SearchQuery.make({ q: "neutrino" }),
 *   SearchQuery.addFilter(SearchFilter.range("published", { gte: "2020-01-01" })),
 *   SearchQuery.addFacet(SearchFacet.terms("author.name")),
 *   SearchQuery.addSort({ field_name: "published", order: "desc" })
 * )
 * ```
 *
 * Docs: https://docs.globus.org/api/search/reference/post_query
 */
import { dual } from "effect/Function"
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import * as Field from "./internal/field.ts"
import * as Text from "./internal/queryText.ts"
import { SearchFacet } from "./SearchFacet.ts"
import { SearchFilter } from "./SearchFilter.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** How much a match in one field counts, where 1 is as much as in any other. */
export const Boost = Document.make({ field_name: Schema.NonEmptyString, factor: Schema.Finite })
export type Boost = typeof Boost.Type

/** By which field results are ordered. */
export const Sort = Document.make({
  field_name: Schema.NonEmptyString,
  /** Default: `desc`. */
  order: Schema.optional(Document.openLiterals(["asc", "desc"]))
})
export type Sort = typeof Sort.Type

export { QSettings } from "./internal/queryText.ts"

const filters = Schema.optional(Schema.Array(SearchFilter))

/** The schema of a query, of the present format or of an older one. */
export const SearchQuery = Document.make({
  ...Text.fields,
  /** The format, `query#1.0.0` at present. Where it is not said, Search takes the query for one of `2017-09-01`. */
  "@version": Schema.optional(Document.openLiterals(["query#1.0.0", "2017-09-01"])),
  /** How many results a page has, at most 10 000. */
  limit: Field.count,
  /** After how many results it begins; Search gives away the first 10 000. */
  offset: Field.count,
  /** What entries have to match; counted in facets is what matches. */
  filters,
  facets: Schema.optional(Schema.Array(SearchFacet)),
  /** What entries have to match too, after facets are counted. */
  post_facet_filters: filters,
  boosts: Schema.optional(Schema.Array(Boost)),
  /** The first field decides, those after it only among equals. */
  sort: Schema.optional(Schema.Array(Sort)),
  /** What of each entry is answered. */
  fields: Schema.optional(Schema.Array(Field.partOfEntry))
}).check(Text.advancedOrSettings)
export type SearchQuery = typeof SearchQuery.Type

/** What a query is made of: `q`, `filters`, or both. Other fields go into the document as they are. */
export interface Options {
  /** What is looked for, in Search's syntax of queries. */
  readonly q?: string | undefined
  /** How many results a page has, at most 10 000. Default: 100 for a stream, else 10. */
  readonly limit?: number | undefined
  /** After how many results it begins. Default: 0. */
  readonly offset?: number | undefined
  /** Whether `q` is of the advanced syntax, and refused if it is not well formed. Default: false. */
  readonly advanced?: boolean | undefined
  /** How `q` is read, in place of `advanced`. */
  readonly q_settings?: Text.QSettings | undefined
  /** What entries have to match; {@link addFilter} adds more. */
  readonly filters?: ReadonlyArray<SearchFilter> | undefined
  /** What to count; {@link addFacet} adds more. */
  readonly facets?: ReadonlyArray<SearchFacet> | undefined
  /** What entries have to match too, after facets are counted; {@link addPostFacetFilter} adds more. */
  readonly post_facet_filters?: ReadonlyArray<SearchFilter> | undefined
  /** What counts more; {@link addBoost} adds more. Without effect where results are sorted. */
  readonly boosts?: ReadonlyArray<Boost> | undefined
  /** How results are ordered; {@link addSort} adds more. Default: the best match first. */
  readonly sort?: ReadonlyArray<Sort> | undefined
  /** Whether entries are found that the caller may not see, for administrators of the index. Default: false. */
  readonly bypass_visible_to?: boolean | undefined
  /** Only entries for which the caller belongs to one of these principal sets. */
  readonly filter_principal_sets?: ReadonlyArray<string> | undefined
  /** What of each entry is answered. */
  readonly fields?:
    | ReadonlyArray<Document.OpenLiteral<"visible_to" | "principal_sets" | "content">>
    | undefined
  readonly [field: string]: unknown
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** A query of the present format. */
export const make = (options: Options = {}): SearchQuery => ({ "@version": "query#1.0.0", ...options })

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** The query for entries that match this filter too. */
export const addFilter: {
  (filter: SearchFilter): (self: SearchQuery) => SearchQuery
  (self: SearchQuery, filter: SearchFilter): SearchQuery
} = dual(2, (self: SearchQuery, filter: SearchFilter): SearchQuery => ({
  ...self,
  filters: [...(self.filters ?? []), filter]
}))

/** The query for entries that match this filter too, which facets do not heed. */
export const addPostFacetFilter: {
  (filter: SearchFilter): (self: SearchQuery) => SearchQuery
  (self: SearchQuery, filter: SearchFilter): SearchQuery
} = dual(2, (self: SearchQuery, filter: SearchFilter): SearchQuery => ({
  ...self,
  post_facet_filters: [...(self.post_facet_filters ?? []), filter]
}))

/** The query with one more facet. */
export const addFacet: {
  (facet: SearchFacet): (self: SearchQuery) => SearchQuery
  (self: SearchQuery, facet: SearchFacet): SearchQuery
} = dual(2, (self: SearchQuery, facet: SearchFacet): SearchQuery => ({
  ...self,
  facets: [...(self.facets ?? []), facet]
}))

/** The query in which matches in one more field count more, or less. */
export const addBoost: {
  (boost: Boost): (self: SearchQuery) => SearchQuery
  (self: SearchQuery, boost: Boost): SearchQuery
} = dual(2, (self: SearchQuery, boost: Boost): SearchQuery => ({
  ...self,
  boosts: [...(self.boosts ?? []), boost]
}))

/** The query whose results are ordered by one more field, where those before it are equal. */
export const addSort: {
  (sort: Sort): (self: SearchQuery) => SearchQuery
  (self: SearchQuery, sort: Sort): SearchQuery
} = dual(2, (self: SearchQuery, sort: Sort): SearchQuery => ({
  ...self,
  sort: [...(self.sort ?? []), sort]
}))

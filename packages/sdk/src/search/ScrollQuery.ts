/**
 * The document that describes a scroll: a query for all entries of an index, however many there are, which can be
 * neither sorted nor counted in facets. Make one here and run it with `SearchClient.scroll`. It is plain data in the form
 * that Search reads; it is checked when it is sent.
 *
 * ```ts
 * import { ScrollQuery, SearchFilter } from "@effect-globus/sdk/search"
 * import { pipe } from "effect"
 *
 * const everything = ScrollQuery.make({ q: "*" })
 *
 * const withdrawn = pipe(
 *   ScrollQuery.make({ limit: 500 }),
 *   ScrollQuery.addFilter(SearchFilter.exists("withdrawn"))
 * )
 * ```
 *
 * Docs: https://docs.globus.org/api/search/reference/scroll_query
 */
import { dual } from "effect/Function"
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import * as Field from "./internal/field.ts"
import * as Text from "./internal/queryText.ts"
import { SearchFilter } from "./SearchFilter.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The schema of a scroll, of the present format or of an older one. */
export const ScrollQuery = Document.make({
  ...Text.fields,
  /** The format. Where it is not said, Search takes the scroll for one of `2017-09-01`. */
  "@version": Schema.optional(Document.openLiterals(["scroll#1.0.0", "2017-09-01"])),
  /** How many results a page has. */
  limit: Schema.optional(Schema.Int.check(Schema.isGreaterThan(0))),
  /** Where it goes on, as the page before says; null for the beginning. */
  marker: Schema.optional(Schema.Unknown),
  /** What entries have to match. */
  filters: Schema.optional(Schema.Array(SearchFilter)),
  /** What of each entry is answered. Of the format `scroll#1.0.0`. */
  fields: Schema.optional(Schema.Array(Field.partOfEntry))
}).check(Text.advancedOrSettings)
export type ScrollQuery = typeof ScrollQuery.Type

/** What a scroll is made of: `q`, `filters`, or both. Other fields go into the document as they are. */
export interface Options {
  /** What is looked for, in Search's syntax of queries. */
  readonly q?: string | undefined
  /** How many results a page has. Default: 10. */
  readonly limit?: number | undefined
  /** Whether `q` is of the advanced syntax, and refused if it is not well formed. Default: false. */
  readonly advanced?: boolean | undefined
  /** How `q` is read, in place of `advanced`. */
  readonly q_settings?: Text.QSettings | undefined
  /** Where it goes on, as a page of an earlier scroll says. Default: the beginning. */
  readonly marker?: unknown
  /** What entries have to match; {@link addFilter} adds more. */
  readonly filters?: ReadonlyArray<SearchFilter> | undefined
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

/** A scroll. Its format is said only where it has a field that the older one has not: `fields` or `q_settings`. */
export const make = (options: Options = {}): ScrollQuery => ({
  ...(options.fields === undefined && options.q_settings === undefined ? {} : { "@version": "scroll#1.0.0" }),
  ...options
})

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** The scroll over entries that match this filter too. */
export const addFilter: {
  (filter: SearchFilter): (self: ScrollQuery) => ScrollQuery
  (self: ScrollQuery, filter: SearchFilter): ScrollQuery
} = dual(2, (self: ScrollQuery, filter: SearchFilter): ScrollQuery => ({
  ...self,
  filters: [...(self.filters ?? []), filter]
}))

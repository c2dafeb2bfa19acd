/** What all documents have in common that look for entries: the text, how it is read, and who may see what is found. */
import * as Schema from "effect/Schema"
import * as Document from "../../model/Document.ts"

/** How the text of a query is read. */
export const QSettings = Document.make({
  /** `advanced_query_string` is the advanced syntax; `text_match` takes the text for mere words. */
  mode: Document.openLiterals(["query_string", "advanced_query_string", "text_match"]),
  /** Whether all words have to match, `and`, or one of them, `or`. */
  default_operator: Schema.optional(Schema.String),
  /** How many characters of a word may differ, for `text_match`. */
  fuzziness: Schema.optional(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)))
})
export type QSettings = typeof QSettings.Type

export const fields = {
  /** What is looked for; needed where there are no filters. */
  q: Schema.optional(Schema.String),
  /** Whether `q` is of the advanced syntax. */
  advanced: Schema.optional(Schema.Boolean),
  /** How `q` is read, in place of `advanced`. */
  q_settings: Schema.optional(QSettings),
  /** Whether entries are found that the caller may not see, for administrators of the index. */
  bypass_visible_to: Schema.optional(Schema.Boolean),
  /** Only entries for which the caller belongs to one of these principal sets. */
  filter_principal_sets: Schema.optional(Schema.Array(Schema.String))
}

/** `advanced` and `q_settings` say the same in two ways, so that a query may have one of them. */
export const advancedOrSettings = Schema.makeFilter(
  (query: { readonly advanced?: unknown; readonly q_settings?: unknown }) =>
    query.advanced === undefined || query.q_settings === undefined
      ? undefined
      : { path: ["q_settings"], issue: "Expected either advanced or q_settings, got both" }
)

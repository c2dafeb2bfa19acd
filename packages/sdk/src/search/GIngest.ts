/**
 * The document that describes what is to be written to an index: one entry, or several at once. Make one here and hand it
 * to `SearchClient.ingest`. It is plain data in the form that Search reads; it is checked when it is sent.
 *
 * An index holds subjects, such as URLs, and about each of them one or several entries; an entry says who may see it.
 *
 * ```ts
 * import { GIngest, SearchClient } from "@effect-globus/sdk/search"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const search = yield* SearchClient
 *   const { task_id } = yield* search.ingest(
 *     "60d1160b-f016-40b0-8545-99619865873d",
 *     GIngest.list([
 *       { subject: "https://example.org/1", visible_to: ["public"], content: { title: "One" } },
 *       { subject: "https://example.org/2", visible_to: ["public"], content: { title: "Two" } }
 *     ])
 *   )
 *   return yield* search.waitForTask(task_id)
 * })
 * ```
 *
 * Docs: https://docs.globus.org/api/search/ingest
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const version = Schema.optional(Document.openLiterals(["2017-09-01"]))

/** An entry about a subject, which replaces the one that has the same id. */
export const GMetaEntry = Document.given({
  "@version": version,
  /** What the entry is about, such as a URL: at most 500 bytes. */
  subject: Schema.NonEmptyString,
  /** What tells the entries about a subject apart. Default: null, which is an id too. */
  id: Schema.optional(Schema.NullOr(Schema.String)),
  content: Document.Any,
  /** Principals who may see it, `public`, or `all_authenticated_users`. */
  visible_to: Schema.Array(Schema.String),
  /** Principals by the name of a set, for queries to filter by. */
  principal_sets: Schema.optional(Schema.Record(Schema.String, Schema.Array(Schema.String)))
})
export type GMetaEntry = typeof GMetaEntry.Type

/** Several entries. */
export const GMetaList = Document.given({
  "@version": version,
  gmeta: Schema.Array(GMetaEntry).check(Schema.isNonEmpty())
})
export type GMetaList = typeof GMetaList.Type

const ofIngest = {
  "@version": version,
  /** The types of fields that Search cannot tell by itself, by their paths. */
  field_mapping: Schema.optional(
    Schema.Record(Schema.String, Document.openLiterals(["geo_point", "geo_shape"]))
  )
}

/** One entry to be written. */
export const GIngestEntry = Document.make({
  ...ofIngest,
  ingest_type: Schema.Literal("GMetaEntry"),
  ingest_data: GMetaEntry
})
export type GIngestEntry = typeof GIngestEntry.Type

/** Several entries to be written. */
export const GIngestList = Document.make({
  ...ofIngest,
  ingest_type: Schema.Literal("GMetaList"),
  ingest_data: GMetaList
})
export type GIngestList = typeof GIngestList.Type

/** What is to be written: one entry, or several. A document of another type goes out as it is. */
export type GIngest = GIngestEntry | GIngestList

/** The schema of what is to be written. */
export const GIngest: Schema.Codec<GIngest, unknown> = Schema.make(
  Schema.Union([
    GIngestEntry,
    GIngestList,
    Document.make({ ingest_type: Schema.optional(Field.otherThan("GMetaEntry", "GMetaList")) })
  ]).ast
)

/** What goes with the entries. */
export interface Options {
  /** The types of fields that Search cannot tell by itself, by their paths. */
  readonly field_mapping?:
    | { readonly [path: string]: Document.OpenLiteral<"geo_point" | "geo_shape"> }
    | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** One entry to be written. */
export const entry = (ingest_data: GMetaEntry, options: Options = {}): GIngestEntry => ({
  ingest_type: "GMetaEntry",
  ingest_data,
  ...options
})

/** Several entries to be written, as one task. A request may have 10 MB. */
export const list = (gmeta: ReadonlyArray<GMetaEntry>, options: Options = {}): GIngestList => ({
  ingest_type: "GMetaList",
  ingest_data: { gmeta },
  ...options
})

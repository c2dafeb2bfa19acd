/**
 * How entries are removed from an index, and what Search says when it will write or remove some: that is a task of
 * Search, which the answer names.
 *
 * ```ts
 * import { type DeleteQuery, SearchFilter } from "@effect-globus/sdk/search"
 *
 * const withdrawn: DeleteQuery = {
 *   "@version": "delete_by_query#1.0.0",
 *   filters: [SearchFilter.exists("withdrawn")]
 * }
 * ```
 *
 * Docs: https://docs.globus.org/api/search/reference/delete_by_query
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { IndexTaskId, received } from "../model/Id.ts"
import * as Field from "./internal/field.ts"
import * as Text from "./internal/queryText.ts"
import { SearchFilter } from "./SearchFilter.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The subjects that are to be removed, with all entries about them. */
export const SubjectsToDelete = Document.make({
  subjects: Schema.Array(Schema.NonEmptyString).check(Schema.isNonEmpty())
})
export type SubjectsToDelete = typeof SubjectsToDelete.Type

/** A query for the subjects that are to be removed: of all that it finds, all entries go. */
export const DeleteQuery = Document.make({
  ...Text.fields,
  /** The format. Where it is not said, Search takes the query for one of `2017-09-01`. */
  "@version": Schema.optional(Document.openLiterals(["delete_by_query#1.0.0", "2017-09-01"])),
  filters: Schema.optional(Schema.Array(SearchFilter))
}).check(Text.advancedOrSettings)
export type DeleteQuery = typeof DeleteQuery.Type

/** That a task was accepted, which will write or remove entries. */
export const TaskSubmitted = Document.make({
  task_id: received(IndexTaskId),
  acknowledged: Field.boolean
})
export type TaskSubmitted = typeof TaskSubmitted.Type

/**
 * Indices: what holds entries, who has which role on it, and which fields its entries have.
 *
 * ```ts
 * import type { NewIndexRole } from "@effect-globus/sdk/search"
 *
 * const writer: NewIndexRole = {
 *   role_name: "writer",
 *   principal: "urn:globus:auth:identity:46bd0f56-e24f-11e5-a510-131bef46955c"
 * }
 * ```
 *
 * Docs: https://docs.globus.org/api/search/reference/index_show
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { IndexId, IndexRoleId, received, SubscriptionId } from "../model/Id.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models: indices
// -----------------------------------------------------------------------------

/** The role of somebody on an index: a `writer` writes to it, an `admin` or `owner` gives and takes roles too. */
export const IndexRoleName = Document.openLiterals(["owner", "admin", "writer"])
export type IndexRoleName = typeof IndexRoleName.Type

/** An index: how much it holds, how much it may hold, and how it is. */
export const GSearchIndex = Document.make({
  "@datatype": Field.string,
  "@version": Field.string,
  id: received(IndexId),
  display_name: Schema.String,
  description: Schema.String,
  /** `open`, or `delete-pending` once it was deleted. */
  status: Document.openLiterals(["open", "delete-pending"]),
  /** Whether it answers queries and carries out tasks at present. */
  available: Field.boolean,
  /** Whether it is on trial: small, and gone soon after it was deleted. */
  is_trial: Schema.Boolean,
  subscription_id: Schema.NullOr(received(SubscriptionId)),
  max_size_in_mb: Schema.Finite,
  size_in_mb: Schema.Finite,
  num_subjects: Schema.Finite,
  num_entries: Schema.Finite,
  creation_date: Schema.String,
  content_last_modified_date: Field.stringOrNull,
  /** The JSON Schema of its entries, where it has one. */
  entry_schema: Schema.optionalKey(Schema.NullOr(Document.Any)),
  /** The roles that the caller has. Not in the answers of `createIndex` and `updateIndex`. */
  permissions: Schema.optionalKey(Schema.Array(IndexRoleName))
})
export type GSearchIndex = typeof GSearchIndex.Type

/** The indices on which the caller has a role. */
export const IndexList = Document.make({ index_list: Schema.Array(GSearchIndex) })
export type IndexList = typeof IndexList.Type

/** What an index is created from. */
export const NewIndex = Document.make({ display_name: Schema.String, description: Schema.String })
export type NewIndex = typeof NewIndex.Type

/** What of an index is changed; whatever is left out stays as it is. */
export const IndexUpdate = Document.make({
  display_name: Schema.optional(Schema.NullOr(Schema.String)),
  description: Schema.optional(Schema.NullOr(Schema.String))
})
export type IndexUpdate = typeof IndexUpdate.Type

/** That an index will be deleted, or will not be after all. */
export const IndexAcknowledged = Document.make({
  index_id: received(IndexId),
  acknowledged: Field.boolean
})
export type IndexAcknowledged = typeof IndexAcknowledged.Type

// -----------------------------------------------------------------------------
// models: roles
// -----------------------------------------------------------------------------

/** Who has which role on an index. */
export const IndexRole = Document.make({
  id: received(IndexRoleId),
  role_name: IndexRoleName,
  index_id: Schema.optionalKey(received(IndexId)),
  /** Such as `urn:globus:auth:identity:…` or `urn:globus:groups:id:…`. */
  principal: Schema.String,
  principal_type: Schema.optionalKey(Document.openLiterals(["identity", "group"])),
  creation_date: Field.string
})
export type IndexRole = typeof IndexRole.Type

/** The roles on an index. */
export const IndexRoleList = Document.make({ role_list: Schema.Array(IndexRole) })
export type IndexRoleList = typeof IndexRoleList.Type

/** A role to be given to somebody. */
export const NewIndexRole = Document.given({
  role_name: IndexRoleName,
  /** Such as `urn:globus:auth:identity:…` or `urn:globus:groups:id:…`. */
  principal: Schema.NonEmptyString
})
export type NewIndexRole = typeof NewIndexRole.Type

/** That a role was taken away. */
export const IndexRoleDeleted = Document.make({ deleted: IndexRole, success: Field.boolean })
export type IndexRoleDeleted = typeof IndexRoleDeleted.Type

// -----------------------------------------------------------------------------
// models: fields (beta)
// -----------------------------------------------------------------------------

/** The types of fields, by their full names. Beta. */
export const FieldMappings = Document.make({
  "@version": Field.string,
  mappings: Document.Any
})
export type FieldMappings = typeof FieldMappings.Type

/** How many fields the entries of an index may have, and have. Beta. */
export const FieldBudget = Document.make({
  budget: Schema.Finite,
  used: Schema.Finite,
  remaining: Schema.Finite
})
export type FieldBudget = typeof FieldBudget.Type

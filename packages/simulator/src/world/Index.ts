/** Indices of Globus Search as a world describes them. */
import { Document, IndexId, IndexRoleId, SubscriptionId } from "@effect-globus/sdk/model"
import * as Schema from "effect/Schema"
import * as Instant from "../internal/Instant.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What somebody may do with an index: a `writer` writes, an `admin` or `owner` gives and takes roles too. */
export const IndexRoleName = Schema.Literals(["owner", "admin", "writer"])
export type IndexRoleName = typeof IndexRoleName.Type

/** Who has which role on an index. */
export const IndexRole = Schema.Struct({
  id: Schema.optionalKey(IndexRoleId),
  role_name: IndexRoleName,
  /** Such as `urn:globus:auth:identity:…` or `urn:globus:groups:id:…`. */
  principal: Schema.String,
  created: Schema.optionalKey(Instant.Text)
})
export type IndexRole = typeof IndexRole.Type

/** One entry about a subject. */
export const IndexEntry = Schema.Struct({
  subject: Schema.String,
  /** What tells the entries about a subject apart. Default: null, which is an id too. */
  id: Schema.optionalKey(Schema.NullOr(Schema.String)),
  content: Document.Any,
  /** Principals, `public`, or `all_authenticated_users`. Default: `public`. */
  visible_to: Schema.optionalKey(Schema.Array(Schema.String)),
  /** Principals by the name of a set. */
  principal_sets: Schema.optionalKey(Schema.Record(Schema.String, Schema.Array(Schema.String)))
})
export type IndexEntry = typeof IndexEntry.Type

/** An index of Globus Search, with what is in it. */
export const Index = Schema.Struct({
  id: IndexId,
  display_name: Schema.String,
  description: Schema.optionalKey(Schema.String),
  /** The user name or id of the identity that owns it, where no roles are given. Default: the first identity. */
  owner: Schema.optionalKey(Schema.String),
  roles: Schema.optionalKey(Schema.Array(IndexRole)),
  entries: Schema.optionalKey(Schema.Array(IndexEntry)),
  /** The types of fields that cannot be told by themselves, by their paths. */
  field_mapping: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Literals(["geo_point", "geo_shape"]))
  ),
  /** Default: `open`. */
  status: Schema.optionalKey(Schema.Literals(["open", "delete-pending"])),
  /** The subscription to which it belongs; without one it is on trial. */
  subscription_id: Schema.optionalKey(SubscriptionId),
  /** Default: 1 on trial, else 100. */
  max_size_in_mb: Schema.optionalKey(Schema.Number.check(Schema.isGreaterThan(0))),
  created: Schema.optionalKey(Instant.Text),
  /** When its entries were changed last. */
  modified: Schema.optionalKey(Instant.Text)
})
export type Index = typeof Index.Type

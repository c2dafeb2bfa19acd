/**
 * Bookmarks: names for places on collections, which follow a user through all of Globus' programs. Transfer has them in
 * two versions: the older has flat documents, the newer (`…V2`) JSON:API documents that can include the collections.
 *
 * ```ts
 * import type { BookmarkCreate } from "@effect-globus/sdk/transfer"
 *
 * const results: BookmarkCreate = {
 *   name: "results",
 *   endpoint_id: "25b78e3d-948a-502b-a323-b33b5662f153",
 *   path: "/results/"
 * }
 * ```
 *
 * Docs: https://docs.globus.org/api/transfer/collection_bookmarks
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { BookmarkId, EndpointId, given, received } from "../model/Id.ts"
import * as Field from "./internal/field.ts"
import * as JsonApi from "./internal/jsonApi.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** A name for a place on a collection. */
export const BookmarkDocument = Document.make({
  DATA_TYPE: Field.string,
  id: received(BookmarkId),
  name: Field.stringOrNull,
  endpoint_id: Schema.optionalKey(received(EndpointId)),
  path: Field.stringOrNull
})
export type BookmarkDocument = typeof BookmarkDocument.Type

/** All bookmarks of a user. */
export const BookmarkListDocument = Document.make({
  DATA_TYPE: Field.string,
  DATA: Schema.Array(BookmarkDocument)
})
export type BookmarkListDocument = typeof BookmarkListDocument.Type

/** A name for a place on a collection, as version 2 has it. */
export const BookmarkV2 = Document.make({
  type: Field.oneOf(["Bookmark"]),
  id: received(BookmarkId),
  attributes: Document.make({ name: Field.stringOrNull, path: Field.stringOrNull }),
  relationships: Schema.optionalKey(
    Document.make({ collection: JsonApi.relationship("Collection", received(EndpointId)) })
  )
})
export type BookmarkV2 = typeof BookmarkV2.Type

/** What is included about the collections of bookmarks. */
const Collection = Document.make({
  type: Field.oneOf(["Collection"]),
  id: received(EndpointId),
  attributes: Schema.optionalKey(
    Document.make({ display_name: Field.stringOrNull, high_assurance: Field.booleanOrNull })
  )
})

const included = Schema.optionalKey(Schema.Array(Collection))

/** One bookmark of version 2. */
export const BookmarkV2Document = Document.make({ data: BookmarkV2, included, meta: JsonApi.meta })
export type BookmarkV2Document = typeof BookmarkV2Document.Type

/** One page of the bookmarks of version 2; `links.next` leads to the next. */
export const BookmarkV2ListDocument = Document.make({
  data: Schema.Array(BookmarkV2),
  included,
  links: JsonApi.links,
  meta: JsonApi.meta
})
export type BookmarkV2ListDocument = typeof BookmarkV2ListDocument.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

/** A new bookmark. */
export const BookmarkCreate = Document.make({
  name: Schema.optional(Schema.NonEmptyString),
  endpoint_id: Schema.optional(given(EndpointId)),
  path: Schema.optional(Schema.NonEmptyString)
})
export type BookmarkCreate = typeof BookmarkCreate.Type

/** What may be changed about a bookmark: its name. A whole bookmark will do. */
export const BookmarkUpdate = Document.make({ name: Schema.optional(Schema.NullOr(Schema.NonEmptyString)) })
export type BookmarkUpdate = typeof BookmarkUpdate.Type

/** A new bookmark of version 2, or changes to one. */
export const BookmarkV2Payload = Document.make({
  data: Document.make({
    type: JsonApi.impliedType("Bookmark"),
    attributes: Document.make({
      name: Schema.optional(Schema.NullOr(Schema.String)),
      path: Schema.optional(Schema.NullOr(Schema.String))
    }),
    relationships: Schema.optional(
      Document.make({ collection: JsonApi.givenRelationship("Collection", given(EndpointId)) })
    )
  })
})
export type BookmarkV2Payload = typeof BookmarkV2Payload.Type

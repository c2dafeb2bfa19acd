/**
 * The document that a collection is created from, or changed with: plain data in the form that Globus Connect Server
 * reads. Its `DATA_TYPE` is filled in when it is sent, with the lowest version that has all its fields, so that older
 * servers understand it.
 *
 * ```ts
 * import { CollectionData, GcsClient } from "@effect-globus/sdk/gcs"
 * import { Effect } from "effect"
 *
 * const share = Effect.gen(function* () {
 *   const gcs = yield* GcsClient
 *   const mapped_collection_id = "7edce3f8-5a3b-4b7e-9d3b-5a1f0f5f0d4e"
 *   // Sharing means to hand on the access to the mapped collection, which its users consent to.
 *   yield* gcs.addDataAccess(mapped_collection_id)
 *   const collection = yield* gcs.createCollection(
 *     CollectionData.guest({
 *       mapped_collection_id,
 *       user_credential_id: "af43d884-64a1-4414-897a-680c32374439",
 *       collection_base_path: "/results/2026",
 *       display_name: "Results of 2026"
 *     })
 *   )
 *   return collection.id
 * })
 * ```
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Collections/#createCollection
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import {
  EndpointId,
  given,
  IdentityId,
  type Input,
  PolicyId,
  StorageGatewayId,
  UserCredentialId
} from "../model/Id.ts"
import { fields, fieldsOfGuest, fieldsOfMapped } from "./CollectionDocument.ts"
import * as DataType from "./internal/dataType.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const ofBoth = {
  ...Field.sent(fields),
  identity_id: Schema.optional(Schema.NullOr(given(IdentityId)))
}

const ofMapped = {
  ...Field.sent(fieldsOfMapped),
  storage_gateway_id: Schema.optional(Schema.NullOr(given(StorageGatewayId))),
  guest_auth_policy_id: Schema.optional(Schema.NullOr(given(PolicyId)))
}

const ofGuest = {
  ...Field.sent(fieldsOfGuest),
  mapped_collection_id: Schema.optional(Schema.NullOr(given(EndpointId))),
  user_credential_id: Schema.optional(Schema.NullOr(given(UserCredentialId)))
}

/** The schema of what is said about a collection; in an update, whatever is left out stays as it is. */
export const CollectionData = DataType.sent(
  "collection",
  {
    collection_type: Schema.optional(Document.openLiterals(["mapped", "guest"])),
    ...ofBoth,
    ...ofMapped,
    ...ofGuest
  },
  {
    enable_https: "1.1.0",
    user_message: (text: string | null) => (Array.from(text ?? "").length > 64 ? "1.7.0" : "1.1.0"),
    user_message_link: "1.1.0",
    sharing_users_allow: "1.2.0",
    sharing_users_deny: "1.2.0",
    domain: "1.3.0",
    force_verify: "1.4.0",
    disable_anonymous_writes: "1.5.0",
    guest_auth_policy_id: "1.6.0",
    delete_protected: "1.8.0",
    acl_expiration_mins: "1.10.0",
    restrict_transfers_to_high_assurance: "1.12.0",
    auto_delete_timeout: "1.13.0",
    skip_auto_delete: "1.13.0",
    activity_notification_policy: "1.14.0",
    associated_flow_policy: "1.15.0",
    https_methods: "1.16.0",
    preserve_modtime: "1.16.0"
  }
)
export type CollectionData = typeof CollectionData.Type

const needed: Readonly<Record<string, ReadonlyArray<string>>> = {
  mapped: ["storage_gateway_id", "collection_base_path"],
  guest: ["mapped_collection_id", "user_credential_id", "collection_base_path"]
}

/** The schema of a new collection: it must say what a collection of its type cannot be without. */
export const NewCollection = CollectionData.check(
  Schema.makeFilter((collection) => {
    const { collection_type: type = "" } = collection
    const fields = Object.hasOwn(needed, type) ? (needed[type] ?? []) : []
    return fields
      .filter((field) => !Predicate.isString(collection[field]))
      .map((field) => ({ path: [field], issue: `a new ${type} collection must have one` }))
  })
)

type Fields<Own extends Schema.Struct.Fields, Required extends string> = Omit<
  Schema.Struct.Type<typeof ofBoth & Own>,
  Required
>

/** What a new mapped collection is made of; other fields go into the document as they are. */
export interface Mapped extends Fields<typeof ofMapped, "storage_gateway_id" | "collection_base_path"> {
  readonly storage_gateway_id: Input<StorageGatewayId>
  /** A path of the storage. */
  readonly collection_base_path: string
  readonly [field: string]: unknown
}

/** What a new guest collection is made of; other fields go into the document as they are. */
export interface Guest extends Fields<
  typeof ofGuest,
  "mapped_collection_id" | "user_credential_id" | "collection_base_path"
> {
  readonly mapped_collection_id: Input<EndpointId>
  /** What the storage is reached with: a credential of the collection's owner. */
  readonly user_credential_id: Input<UserCredentialId>
  /** A path of the mapped collection. */
  readonly collection_base_path: string
  readonly [field: string]: unknown
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** A mapped collection: the files behind a storage gateway, for each user as a local account. */
export const mapped = (fields: Mapped): Mapped & { readonly collection_type: "mapped" } => ({
  ...fields,
  collection_type: "mapped"
})

/** A guest collection: a part of a mapped one, for whoever it is shared with. */
export const guest = (fields: Guest): Guest & { readonly collection_type: "guest" } => ({
  ...fields,
  collection_type: "guest"
})

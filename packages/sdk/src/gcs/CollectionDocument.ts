/**
 * Collections, as their server describes them. A mapped collection gives each user the files of a local account; a guest
 * collection shares a part of a mapped one with whoever it is shared with. What is sent to create or change one is in
 * `CollectionData`; a collection that was read and changed will do too.
 *
 * ```ts
 * import type { Collection } from "@effect-globus/sdk/gcs"
 *
 * const isShared = (collection: Collection) =>
 *   collection.collection_type === "guest" || collection.allow_guest_collections === true
 * ```
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5.4/api/schemas/Collection_schema
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import {
  ConnectorId,
  EndpointId,
  given,
  IdentityId,
  PolicyId,
  received,
  StorageGatewayId,
  UserCredentialId
} from "../model/Id.ts"
import { CollectionPolicies } from "./CollectionPolicies.ts"
import { DomainData } from "./DomainDocument.ts"
import * as DataType from "./internal/dataType.ts"
import * as Field from "./internal/field.ts"
import { PathRestrictions } from "./PathRestrictions.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** One flow, by its id. */
const AssociatedFlow = Schema.NullOr(Document.make(Field.sent({ flow: Field.text })))

/**
 * Which flow the web app offers to run beside a transfer to or from the collection.
 *
 * Docs: https://docs.globus.org/api/transfer/endpoints_and_collections/#associated_flow_policy
 */
const FlowAssociation = Document.make(
  Field.sent({
    transfer: Schema.NullOr(
      Document.make(Field.sent({ source: AssociatedFlow, destination: AssociatedFlow }))
    )
  })
)

/** What may be said about collections of both types. */
export const fields = {
  display_name: Field.text,
  /** Where the collection begins: a path of the storage, or for a guest collection one of its mapped collection. */
  collection_base_path: Field.text,
  default_directory: Field.text,
  organization: Field.text,
  department: Field.text,
  description: Field.text,
  keywords: Field.texts,
  contact_email: Field.text,
  contact_info: Field.text,
  info_link: Field.text,
  /** Shown to visitors. */
  user_message: Field.text,
  user_message_link: Field.text,
  /** Whether everybody can find it; this says nothing about who may read its files. */
  public: Field.flag,
  enable_https: Field.flag,
  https_methods: Schema.NullOr(Schema.Array(Document.openLiterals(["GET", "PUT", "DELETE"]))),
  force_encryption: Field.flag,
  /** Whether checksums are always compared, or never. */
  force_verify: Field.flag,
  disable_verify: Field.flag,
  preserve_modtime: Field.oneOf(["inbound", "outbound", "all"]),
  /** Of high assurance: which transfers must have high assurance on their other side too. */
  restrict_transfers_to_high_assurance: Field.oneOf(["inbound", "outbound", "all"]),
  /** How long an access rule may last at most. */
  acl_expiration_mins: Field.number,
  associated_flow_policy: Schema.NullOr(FlowAssociation)
}

/** What may be said about mapped collections alone. */
export const fieldsOfMapped = {
  /** The DNS name; by default one that Globus makes up. */
  domain_name: Field.text,
  domain: Schema.NullOr(DomainData),
  allow_guest_collections: Field.flag,
  /** Local users who may share, or may not. */
  sharing_users_allow: Field.texts,
  sharing_users_deny: Field.texts,
  sharing_restrict_paths: Schema.NullOr(PathRestrictions),
  /** Whether it is safe from being deleted. Default: true. */
  delete_protected: Field.flag,
  /** Whether nobody may let everybody write to a guest collection. */
  disable_anonymous_writes: Field.flag,
  /** After how many days without access guest collections are deleted. */
  auto_delete_timeout: Field.number,
  policies: Schema.NullOr(CollectionPolicies)
}

/** What may be said about guest collections alone. */
export const fieldsOfGuest = {
  /** Whether it is spared when those without access are deleted. */
  skip_auto_delete: Field.flag,
  /** When its managers get an e-mail about a transfer: which outcomes, and on which side. */
  activity_notification_policy: Schema.NullOr(
    Document.make(Field.sent({ status: Field.texts, transfer_use: Field.texts }))
  )
}

/** A collection. What is absent depends on its type, on the version of the server, and on the roles of who asks. */
export const Collection = DataType.received("collection", {
  id: received(EndpointId),
  collection_type: Schema.optionalKey(Document.openLiterals(["mapped", "guest"])),
  identity_id: Schema.optionalKey(Schema.NullOr(received(IdentityId))),
  storage_gateway_id: Schema.optionalKey(Schema.NullOr(received(StorageGatewayId))),
  connector_id: Schema.optionalKey(Schema.NullOr(received(ConnectorId))),
  /** Of a guest collection: the collection that it shares a part of, and with what. */
  mapped_collection_id: Schema.optionalKey(Schema.NullOr(received(EndpointId))),
  user_credential_id: Schema.optionalKey(Schema.NullOr(received(UserCredentialId))),
  /** The authentication policy that users of its guest collections must meet. */
  guest_auth_policy_id: Schema.optionalKey(Schema.NullOr(received(PolicyId))),
  ...Field.received({
    ...fields,
    ...fieldsOfMapped,
    ...fieldsOfGuest,
    root_path: Field.text,
    https_url: Field.text,
    tlsftp_url: Field.text,
    manager_url: Field.text,
    /** Whether users must have authenticated recently, how recently, and whether with a second factor. */
    high_assurance: Field.flag,
    authentication_timeout_mins: Field.number,
    require_mfa: Field.flag,
    /** Whether the administrator of its subscription vouches for it. */
    subscription_admin_verified: Field.flag,
    created_at: Field.text,
    /** The day of the last access. */
    last_access: Field.text,
    deleted: Field.flag
  })
})
export type Collection = typeof Collection.Type

/** What a check of a collection's configuration found. */
export const CheckResult = DataType.received("check_result", {
  /** The id of the collection. */
  id: Schema.optionalKey(received(EndpointId)),
  ...Field.received({
    message: Field.text,
    /** What is wrong, if something is. */
    error: Field.json
  })
})
export type CheckResult = typeof CheckResult.Type

/** Collections that a server is going to delete. */
export const Batch = DataType.received("batch", {
  ids: Schema.optionalKey(Schema.Array(received(EndpointId)))
})
export type Batch = typeof Batch.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

/** Guest collections that are to be deleted. */
export const BatchDelete = DataType.sent("batch", {
  ids: Schema.Array(given(EndpointId)).check(Schema.isMinLength(1, { expected: "one id or more" }))
})
export type BatchDelete = typeof BatchDelete.Type

/** Who owns a collection. */
export const CollectionOwner = DataType.sent("collection_owner", { identity_id: given(IdentityId) })
export type CollectionOwner = typeof CollectionOwner.Type

/** Whether the administrator of its subscription vouches for a collection. */
export const SubscriptionAdminVerified = DataType.sent("subscription_admin_verified", {
  subscription_admin_verified: Schema.Boolean
})
export type SubscriptionAdminVerified = typeof SubscriptionAdminVerified.Type

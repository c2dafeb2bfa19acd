/**
 * Endpoints and collections, as Transfer describes them: an endpoint is an installation of Globus Connect, a collection
 * is where its files are. Both are found by the same operations and have the same document, told apart by
 * `entity_type`.
 *
 * ```ts
 * import type { EndpointDocument } from "@effect-globus/sdk/transfer"
 *
 * const isMapped = (endpoint: EndpointDocument) =>
 *   endpoint.entity_type === "GCSv5_mapped_collection" || endpoint.entity_type === "GCP_mapped_collection"
 * ```
 *
 * Docs: https://docs.globus.org/api/transfer/endpoints_and_collections
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { EndpointId, given, IdentityId, PolicyId, received, SubscriptionId } from "../model/Id.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const endpointIdOrNull = Schema.optionalKey(Schema.NullOr(received(EndpointId)))

/** What an endpoint document stands for. */
export const EntityType = Document.openLiterals([
  "GCP_mapped_collection",
  "GCP_guest_collection",
  "GCSv5_endpoint",
  "GCSv5_mapped_collection",
  "GCSv5_guest_collection"
])
export type EntityType = typeof EntityType.Type

/** A data transfer node of an endpoint. */
export const ServerDocument = Document.make({
  DATA_TYPE: Field.string,
  id: Field.number,
  hostname: Field.stringOrNull,
  port: Field.numberOrNull,
  scheme: Field.oneOfOrNull(["ftp", "gsiftp"]),
  subject: Field.stringOrNull,
  uri: Field.stringOrNull,
  incoming_data_port_start: Field.numberOrNull,
  incoming_data_port_end: Field.numberOrNull,
  outgoing_data_port_start: Field.numberOrNull,
  outgoing_data_port_end: Field.numberOrNull,
  is_connected: Field.booleanOrNull,
  is_paused: Field.booleanOrNull
})
export type ServerDocument = typeof ServerDocument.Type

/** The nodes of an endpoint. */
export const ServerListDocument = Document.make({
  DATA_TYPE: Field.string,
  DATA: Schema.Array(ServerDocument)
})
export type ServerListDocument = typeof ServerListDocument.Type

/**
 * An endpoint or a collection. What is null or absent depends on its `entity_type`, on the roles of who asks, and on
 * whether it was asked for by id or found by a search.
 */
export const EndpointDocument = Document.make({
  DATA_TYPE: Field.string,
  id: received(EndpointId),
  display_name: Schema.NullOr(Schema.String),
  entity_type: Schema.optionalKey(EntityType),
  owner_id: Schema.optionalKey(Schema.NullOr(received(IdentityId))),
  owner_string: Field.stringOrNull,
  canonical_name: Field.stringOrNull,
  name: Field.stringOrNull,
  username: Field.stringOrNull,
  organization: Field.stringOrNull,
  department: Field.stringOrNull,
  keywords: Field.stringOrNull,
  description: Field.stringOrNull,
  contact_email: Field.stringOrNull,
  contact_info: Field.stringOrNull,
  info_link: Field.stringOrNull,
  user_message: Field.stringOrNull,
  user_message_link: Field.stringOrNull,
  /** Whether everybody can find it; this says nothing about who may read its files. */
  public: Field.boolean,
  subscription_id: Schema.optionalKey(Schema.NullOr(received(SubscriptionId))),
  subscription_admin_verified: Field.booleanOrNull,
  french_english_bilingual: Field.booleanOrNull,
  /** Where a listing without a path begins. */
  default_directory: Field.stringOrNull,
  /** Roles of who asks, from `administrator` to `activity_monitor`. */
  my_effective_roles: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String))),
  /** The collection that a guest collection shares a part of. */
  mapped_collection_id: endpointIdOrNull,
  mapped_collection_display_name: Field.stringOrNull,
  host_endpoint_id: endpointIdOrNull,
  host_endpoint: Field.stringOrNull,
  host_endpoint_display_name: Field.stringOrNull,
  host_path: Field.stringOrNull,
  sharing_target_endpoint: Field.stringOrNull,
  sharing_target_root_path: Field.stringOrNull,
  shareable: Field.boolean,
  acl_available: Field.boolean,
  acl_editable: Field.boolean,
  acl_max_expiration_period_mins: Field.numberOrNull,
  /** Whether authentication must be recent and `data_access` is not asked for. */
  high_assurance: Field.booleanOrNull,
  authentication_timeout_mins: Field.numberOrNull,
  authentication_assurance_timeout: Field.numberOrNull,
  authentication_policy_id: Schema.optionalKey(Schema.NullOr(received(PolicyId))),
  restrict_transfers_to_high_assurance: Field.oneOfOrNull(["inbound", "outbound", "all"]),
  mfa_required: Field.booleanOrNull,
  requester_pays: Field.booleanOrNull,
  force_encryption: Field.boolean,
  force_verify: Field.boolean,
  disable_verify: Field.boolean,
  disable_anonymous_writes: Field.boolean,
  preserve_modtime: Field.oneOfOrNull(["inbound", "outbound", "all"]),
  is_globus_connect: Field.boolean,
  /** Of Globus Connect Personal: whether it is reachable now. */
  gcp_connected: Field.booleanOrNull,
  gcp_paused: Field.booleanOrNull,
  globus_connect_setup_key: Field.stringOrNull,
  gcs_version: Field.stringOrNull,
  gcs_manager_url: Field.stringOrNull,
  https_server: Field.stringOrNull,
  tlsftp_server: Field.stringOrNull,
  local_user_info_available: Field.booleanOrNull,
  network_use: Field.oneOfOrNull(["normal", "minimal", "aggressive", "custom"]),
  location: Field.stringOrNull,
  max_concurrency: Field.numberOrNull,
  preferred_concurrency: Field.numberOrNull,
  max_parallelism: Field.numberOrNull,
  preferred_parallelism: Field.numberOrNull,
  /** Whether it is an endpoint of which only the collections can be used. */
  non_functional: Field.boolean,
  non_functional_endpoint_id: endpointIdOrNull,
  non_functional_endpoint_display_name: Field.stringOrNull,
  in_use: Field.boolean,
  skip_auto_delete: Field.booleanOrNull,
  auto_delete_timeout: Field.numberOrNull,
  last_accessed_time: Field.stringOrNull,
  guest_collection_activity_notification_policy: Schema.optionalKey(Schema.NullOr(Document.Any)),
  associated_flow_policy: Schema.optionalKey(Schema.NullOr(Document.Any)),
  DATA: Schema.optionalKey(Schema.Array(ServerDocument))
})
export type EndpointDocument = typeof EndpointDocument.Type

/** Endpoints and collections in one answer. */
export const EndpointListDocument = Document.make({
  DATA_TYPE: Field.string,
  DATA: Schema.Array(EndpointDocument),
  length: Field.number
})
export type EndpointListDocument = typeof EndpointListDocument.Type

/** One page of a search for endpoints and collections. */
export const EndpointSearchDocument = Document.make({
  DATA_TYPE: Field.string,
  DATA: Schema.Array(EndpointDocument),
  limit: Field.number,
  offset: Field.number,
  has_next_page: Field.boolean
})
export type EndpointSearchDocument = typeof EndpointSearchDocument.Type

/** A guest collection in the list of those on a mapped collection; get it by id to learn more. */
export const SharedEndpointDocument = Document.make({
  id: received(EndpointId),
  display_name: Field.stringOrNull,
  owner_id: Schema.optionalKey(Schema.NullOr(received(IdentityId)))
})
export type SharedEndpointDocument = typeof SharedEndpointDocument.Type

/** One page of the guest collections on a mapped collection. */
export const SharedEndpointListDocument = Document.make({
  shared_endpoints: Schema.Array(SharedEndpointDocument),
  next_token: Field.stringOrNull
})
export type SharedEndpointListDocument = typeof SharedEndpointListDocument.Type

/** What Transfer answers to a new guest collection. */
export const EndpointCreatedDocument = Document.make({
  DATA_TYPE: Field.string,
  id: received(EndpointId),
  code: Field.string,
  message: Field.string,
  resource: Field.string,
  request_id: Field.string
})
export type EndpointCreatedDocument = typeof EndpointCreatedDocument.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

const text = Schema.optional(Schema.NullOr(Schema.String))
const number = Schema.optional(Schema.NullOr(Schema.Finite))
const boolean = Schema.optional(Schema.NullOr(Schema.Boolean))

const describing = {
  display_name: text,
  organization: text,
  department: text,
  keywords: text,
  description: text,
  contact_email: text,
  contact_info: text,
  info_link: text,
  default_directory: text,
  force_encryption: boolean,
  disable_verify: boolean,
  acl_max_expiration_period_mins: number
} as const

/** What may be changed about a collection of Globus Connect Personal. A whole endpoint document will do. */
export const EndpointUpdate = Document.make({
  DATA_TYPE: Schema.optional(Schema.String),
  ...describing,
  public: boolean,
  subscription_id: text,
  user_message: text,
  user_message_link: text,
  location: text,
  network_use: text,
  max_concurrency: number,
  preferred_concurrency: number,
  max_parallelism: number,
  preferred_parallelism: number
})
export type EndpointUpdate = typeof EndpointUpdate.Type

/** A new guest collection: what it shares (`host_endpoint_id`, `host_path`), and how it presents itself. */
export const SharedEndpointCreate = Document.make({
  DATA_TYPE: Field.implied("shared_endpoint"),
  host_endpoint_id: Schema.optional(given(EndpointId)),
  host_path: Schema.optional(Schema.NonEmptyString),
  ...describing
})
export type SharedEndpointCreate = typeof SharedEndpointCreate.Type

/** The subscription that a collection belongs to: an id, the only one that one has (`DEFAULT`), or none. */
export const SubscriptionAssignment = Document.make({
  subscription_id: Schema.NullOr(Schema.Union([Schema.Literal("DEFAULT"), given(SubscriptionId)]))
})
export type SubscriptionAssignment = typeof SubscriptionAssignment.Type

/** Whether the administrator of its subscription vouches for a collection. */
export const SubscriptionVerification = Document.make({ subscription_admin_verified: Schema.Boolean })
export type SubscriptionVerification = typeof SubscriptionVerification.Type

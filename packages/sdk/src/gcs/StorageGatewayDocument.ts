/**
 * Storage gateways: which storage an endpoint reaches, who may use it, and as which local account. Collections are
 * created on them.
 *
 * ```ts
 * import { Connectors, StoragePolicies, type StorageGatewayData } from "@effect-globus/sdk/gcs"
 *
 * const gateway: StorageGatewayData = {
 *   display_name: "Cluster",
 *   connector_id: Connectors.posix.id,
 *   allowed_domains: ["example.edu"],
 *   policies: StoragePolicies.posix({ groups_deny: ["guests"] })
 * }
 * ```
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5.4/api/schemas/StorageGateway_schema
 */
import * as Schema from "effect/Schema"
import { ConnectorId, given, received, StorageGatewayId } from "../model/Id.ts"
import { IdentityMapping } from "./IdentityMapping.ts"
import * as DataType from "./internal/dataType.ts"
import * as Field from "./internal/field.ts"
import { PathRestrictions } from "./PathRestrictions.ts"
import { StoragePolicies } from "./StoragePolicies.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const fields = {
  display_name: Field.text,
  /** The path of the storage that collections lie below. */
  root: Field.text,
  /** The domains of the identities that may use it. */
  allowed_domains: Field.texts,
  identity_mappings: Schema.NullOr(Schema.Array(IdentityMapping)),
  restrict_paths: Schema.NullOr(PathRestrictions),
  /** Local users who may use it, or may not. */
  users_allow: Field.texts,
  users_deny: Field.texts,
  /** Whether users must have authenticated recently, how recently, and whether with a second factor. */
  high_assurance: Field.flag,
  authentication_timeout_mins: Field.number,
  require_mfa: Field.flag,
  /** Whether its administrators make the credentials for its users. */
  admin_managed_credentials: Field.flag,
  /** The local user as whom data are read and written; by default each user's own. */
  process_user: Field.text,
  load_dsi_module: Field.text,
  /** How much of the network transfers may use; `custom` goes with the four numbers. */
  network_use: Field.oneOf(["normal", "minimal", "aggressive", "custom"]),
  max_concurrency: Field.number,
  preferred_concurrency: Field.number,
  max_parallelism: Field.number,
  preferred_parallelism: Field.number,
  policies: Schema.NullOr(StoragePolicies)
}

/** A storage gateway. What is private is there only for its administrators, and if it is asked for (`include`). */
export const StorageGateway = DataType.received("storage_gateway", {
  id: received(StorageGatewayId),
  connector_id: Schema.optionalKey(Schema.NullOr(received(ConnectorId))),
  ...Field.received({
    ...fields,
    /** As older versions call what is in `high_assurance` and `authentication_timeout_mins`. */
    require_high_assurance: Field.flag,
    authentication_assurance_timeout: Field.number,
    deleted: Field.flag
  })
})
export type StorageGateway = typeof StorageGateway.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

/** What is said about a storage gateway; in an update, whatever is left out stays as it is. */
export const StorageGatewayData = DataType.sent(
  "storage_gateway",
  { ...Field.sent(fields), connector_id: Schema.optional(Schema.NullOr(given(ConnectorId))) },
  {
    require_mfa: "1.1.0",
    admin_managed_credentials: "1.2.0",
    network_use: "1.3.0",
    max_concurrency: "1.3.0",
    preferred_concurrency: "1.3.0",
    max_parallelism: "1.3.0",
    preferred_parallelism: "1.3.0"
  }
)
export type StorageGatewayData = typeof StorageGatewayData.Type

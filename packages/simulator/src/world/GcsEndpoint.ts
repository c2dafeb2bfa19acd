/** Endpoints of Globus Connect Server, as a world describes them. */
import { ConnectorId, EndpointId, StorageGatewayId, StreamGatewayId } from "@effect-globus/sdk/model"
import * as Schema from "effect/Schema"

/** Storage that an endpoint reaches; a collection says on which it is. */
export const StorageGateway = Schema.Struct({
  id: StorageGatewayId,
  display_name: Schema.NonEmptyString,
  /** Which kind of storage it is. Default: a POSIX filesystem. */
  connector_id: Schema.optionalKey(ConnectorId),
  /** The domains of the identities that may use it. Default: all. */
  allowed_domains: Schema.optionalKey(Schema.Array(Schema.String)),
  /** Whether its users must have logged in recently. Default: false. */
  high_assurance: Schema.optionalKey(Schema.Boolean),
  /** With high assurance: how recently. Default: 30 minutes. */
  authentication_timeout_mins: Schema.optionalKey(Schema.Int),
  /** With high assurance: whether with a second factor. Default: false. */
  require_mfa: Schema.optionalKey(Schema.Boolean)
})
export type StorageGateway = typeof StorageGateway.Type

/** Where streams go in and out: a stream access point of Transfer. */
export const StreamGateway = Schema.Struct({ id: StreamGatewayId, display_name: Schema.NonEmptyString })
export type StreamGateway = typeof StreamGateway.Type

/** An endpoint of Globus Connect Server. Its manager is at `gcs/<id>`, and Transfer says so too (`gcs_manager_url`). */
export const GcsEndpoint = Schema.Struct({
  id: EndpointId,
  display_name: Schema.NonEmptyString,
  /** The user name or id of the identity that owns it. Default: the first identity of the world. */
  owner: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  organization: Schema.optionalKey(Schema.String),
  /** Whether everybody finds it. Default: false. */
  public: Schema.optionalKey(Schema.Boolean),
  /** User names or ids of those who administer it beside the owner. */
  administrators: Schema.optionalKey(Schema.Array(Schema.String)),
  storage_gateways: Schema.optionalKey(Schema.Array(StorageGateway)),
  stream_gateways: Schema.optionalKey(Schema.Array(StreamGateway))
})
export type GcsEndpoint = typeof GcsEndpoint.Type

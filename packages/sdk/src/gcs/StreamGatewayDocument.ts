/**
 * Stream gateways: where an endpoint lets streams of data in and out, who may use them, and the secrets that let a
 * program of the local network into a tunnel. Tunnels themselves are opened with `TransferClient.createTunnel`.
 *
 * ```ts
 * import type { StreamGatewayData } from "@effect-globus/sdk/gcs"
 *
 * const gateway: StreamGatewayData = { display_name: "Detectors", allowed_domains: ["example.edu"], lan_name: "hall-3" }
 * ```
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5.4/api/schemas/StreamGateway_schema
 */
import * as Schema from "effect/Schema"
import {
  given,
  IdentityId,
  LanSecretId,
  received,
  StreamAccessPointId,
  StreamGatewayId,
  TunnelId
} from "../model/Id.ts"
import { IdentityMapping } from "./IdentityMapping.ts"
import * as DataType from "./internal/dataType.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const fields = {
  display_name: Field.text,
  organization: Field.text,
  department: Field.text,
  description: Field.text,
  keywords: Field.texts,
  contact_email: Field.text,
  contact_info: Field.text,
  info_link: Field.text,
  domain_name: Field.text,
  /** The domains of the identities that may use it. */
  allowed_domains: Field.texts,
  authentication_timeout_mins: Field.number,
  identity_mappings: Schema.NullOr(Schema.Array(IdentityMapping)),
  /** Local users who may use it, or may not. */
  users_allow: Field.texts,
  users_deny: Field.texts,
  /** The local network that it serves, and whether programs there need a secret. */
  lan_name: Field.text,
  lan_secret_required: Field.flag,
  run_as_local_user: Field.flag
}

/** A stream gateway. */
export const StreamGateway = DataType.received("stream_gateway", {
  id: received(StreamGatewayId),
  ...Field.received({ ...fields, tlsftp_url: Field.text, deleted: Field.flag })
})
export type StreamGateway = typeof StreamGateway.Type

/** A secret that lets a program of the local network into a tunnel. */
export const LanSecret = DataType.received("lan_secret", {
  id: received(LanSecretId),
  /** There only when it is new. */
  secret: Schema.optionalKey(Field.secret),
  identity_id: Schema.optionalKey(Schema.NullOr(received(IdentityId))),
  stream_access_point_id: Schema.optionalKey(Schema.NullOr(received(StreamAccessPointId))),
  tunnel_id: Schema.optionalKey(Schema.NullOr(received(TunnelId))),
  ...Field.received({
    username: Field.text,
    /** When it expires. */
    expires: Field.number
  })
})
export type LanSecret = typeof LanSecret.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

/** What is said about a stream gateway; in an update, whatever is left out stays as it is. */
export const StreamGatewayData = DataType.sent("stream_gateway", Field.sent(fields), {
  run_as_local_user: "1.1.0"
})
export type StreamGatewayData = typeof StreamGatewayData.Type

/** A secret that is to be made, for a tunnel at one of its access points. */
export const LanSecretCreate = DataType.sent("lan_secret_create", {
  stream_access_point_id: given(StreamAccessPointId),
  tunnel_id: given(TunnelId),
  identity_id: Schema.optional(given(IdentityId)),
  username: Schema.optional(Schema.String),
  /** After how many minutes it expires. */
  expires_in_mins: Schema.optional(Schema.Int.check(Schema.isGreaterThan(0)))
})
export type LanSecretCreate = typeof LanSecretCreate.Type

/**
 * An endpoint: an installation of Globus Connect Server with its nodes, storage gateways and collections. This is what
 * its administrators say about it, and what its server says about itself.
 *
 * ```ts
 * import { GcsClient } from "@effect-globus/sdk/gcs"
 * import { Effect } from "effect"
 *
 * const rename = Effect.gen(function* () {
 *   const gcs = yield* GcsClient
 *   const { data = [] } = yield* gcs.updateEndpoint({ display_name: "Beamline 7" }, { include: "endpoint" })
 *   return data[0]?.display_name // "Beamline 7"
 * })
 * ```
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5.4/api/schemas/Endpoint_schema
 */
import * as Schema from "effect/Schema"
import { ClientId, EndpointId, given, IdentityId, received } from "../model/Id.ts"
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
  /** Whether everybody can find it; this says nothing about who may read its files. */
  public: Field.flag,
  /** The subscription, or in an update `DEFAULT` for the only one that the caller has. */
  subscription_id: Field.text,
  /** How much of the network transfers may use; `custom` goes with the four numbers. */
  network_use: Field.oneOf(["normal", "minimal", "aggressive", "custom"]),
  max_concurrency: Field.number,
  preferred_concurrency: Field.number,
  max_parallelism: Field.number,
  preferred_parallelism: Field.number,
  allow_udt: Field.flag,
  /** The port of the control channel. Default: 443. */
  gridftp_control_channel_port: Field.number
}

/** An endpoint. */
export const Endpoint = DataType.received("endpoint", {
  ...Field.received(fields),
  id: Schema.optionalKey(received(EndpointId)),
  ...Field.received({
    gcs_manager_url: Field.text,
    /** Since when access to collections is recorded. */
    earliest_last_access: Field.text
  })
})
export type Endpoint = typeof Endpoint.Type

/** A connector that the server has: a kind of storage that it can reach. */
export const Connector = DataType.received("connector", {
  id: Schema.String,
  display_name: Schema.String,
  ...Field.received({
    version: Field.text,
    /** Whether it may hold data that must be kept under a business associate agreement. */
    is_baa: Field.flag,
    /** Whether it may hold data that needs high assurance. */
    is_ha: Field.flag
  })
})
export type Connector = typeof Connector.Type

/** What a server says about itself to everybody. */
export const Info = DataType.received("info", {
  /** The name by which Globus Auth knows the endpoint: its resource server. Mostly the same as `endpoint_id`. */
  client_id: Schema.optionalKey(received(ClientId)),
  endpoint_id: Schema.optionalKey(received(EndpointId)),
  ...Field.received({ domain_name: Field.text, api_version: Field.text, manager_version: Field.text })
})
export type Info = typeof Info.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

/** What is said about an endpoint; in an update, whatever is left out stays as it is. */
export const EndpointData = DataType.sent("endpoint", Field.sent(fields), {
  gridftp_control_channel_port: "1.1.0"
})
export type EndpointData = typeof EndpointData.Type

/** Who owns an endpoint: an identity, or the client of the application that does. */
export const EndpointOwner = DataType.sent("endpoint_owner", { identity_id: given(IdentityId) })
export type EndpointOwner = typeof EndpointOwner.Type

/** Whose name is shown as the owner's: one of the owner's identities. */
export const OwnerString = DataType.sent("owner_string", { identity_id: Schema.optional(given(IdentityId)) })
export type OwnerString = typeof OwnerString.Type

/** The subscription that an endpoint belongs to: an id, `DEFAULT` for the only one that one has, or none. */
export const EndpointSubscription = DataType.sent("endpoint_subscription", {
  subscription_id: Schema.NullOr(Schema.String)
})
export type EndpointSubscription = typeof EndpointSubscription.Type

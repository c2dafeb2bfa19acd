/**
 * Tunnels: streams of data between programs on two sides that cannot reach each other, through the stream access points
 * of two endpoints. Globus calls them beta.
 *
 * ```ts
 * import { TransferClient, TunnelData } from "@effect-globus/sdk/transfer"
 * import { Effect } from "effect"
 *
 * const open = Effect.gen(function* () {
 *   const transfer = yield* TransferClient
 *   const { data } = yield* transfer.createTunnel(
 *     TunnelData.make({
 *       initiator: "5be96296-e257-558b-a771-7f924485f725",
 *       listener: "5dc37569-aba6-5f4d-930c-a46a2e97e846"
 *     })
 *   )
 *   return data.attributes.state // "AWAITING_LISTENER"
 * })
 * ```
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { EndpointId, IdentityId, received, StreamAccessPointId, SubmissionId, TunnelId } from "../model/Id.ts"
import * as Field from "./internal/field.ts"
import * as JsonApi from "./internal/jsonApi.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** Where an endpoint lets streams in and out. */
export const StreamAccessPoint = Document.make({
  type: Field.oneOf(["StreamAccessPoint"]),
  id: received(StreamAccessPointId),
  attributes: Document.make({
    display_name: Field.stringOrNull,
    tlsftp_server: Field.stringOrNull,
    advertised_owner: Field.stringOrNull,
    contact_email: Field.stringOrNull,
    contact_info: Field.stringOrNull,
    department: Field.stringOrNull,
    description: Field.stringOrNull,
    info_link: Field.stringOrNull,
    keywords: Field.stringOrNull,
    organization: Field.stringOrNull
  }),
  relationships: Schema.optionalKey(
    Document.make({ host_endpoint: JsonApi.relationship("Endpoint", received(EndpointId)) })
  )
})
export type StreamAccessPoint = typeof StreamAccessPoint.Type

/** One stream access point. */
export const StreamAccessPointDocument = Document.make({ data: StreamAccessPoint, meta: JsonApi.meta })
export type StreamAccessPointDocument = typeof StreamAccessPointDocument.Type

/** One page of stream access points; `links.next` leads to the next. */
export const StreamAccessPointListDocument = Document.make({
  data: Schema.Array(StreamAccessPoint),
  links: JsonApi.links,
  meta: JsonApi.meta
})
export type StreamAccessPointListDocument = typeof StreamAccessPointListDocument.Type

const accessPoint = JsonApi.relationship("StreamAccessPoint", received(StreamAccessPointId))

/** A stream between two access points. */
export const Tunnel = Document.make({
  type: Field.oneOf(["Tunnel"]),
  id: received(TunnelId),
  attributes: Document.make({
    label: Field.stringOrNull,
    state: Field.oneOf(["AWAITING_LISTENER", "STOPPING"]),
    /** The state in words. */
    status: Field.stringOrNull,
    created_time: Field.string,
    /** How many minutes it lives at most. */
    lifetime_mins: Field.numberOrNull,
    restartable: Field.booleanOrNull,
    submission_id: Schema.optionalKey(received(SubmissionId)),
    initiator_ip_address: Field.stringOrNull,
    initiator_port: Field.numberOrNull,
    listener_ip_address: Field.stringOrNull,
    listener_port: Field.numberOrNull
  }),
  relationships: Schema.optionalKey(
    Document.make({
      initiator: accessPoint,
      listener: accessPoint,
      owner: JsonApi.relationship("Identity", received(IdentityId))
    })
  )
})
export type Tunnel = typeof Tunnel.Type

/** One tunnel. */
export const TunnelDocument = Document.make({ data: Tunnel, meta: JsonApi.meta })
export type TunnelDocument = typeof TunnelDocument.Type

/** One page of tunnels; `links.next` leads to the next. */
export const TunnelListDocument = Document.make({
  data: Schema.Array(Tunnel),
  links: JsonApi.links,
  meta: JsonApi.meta
})
export type TunnelListDocument = typeof TunnelListDocument.Type

/** Something that happened to a tunnel. */
export const TunnelEvent = Document.make({
  type: Field.oneOf(["TunnelEvent"]),
  id: Schema.Union([Schema.Finite, Schema.String]),
  attributes: Schema.NullOr(
    Document.make({
      code: Field.oneOf(["STARTED", "TUNNEL_ACTIVE", "TUNNEL_STOPPED"]),
      is_error: Field.boolean,
      description: Field.stringOrNull,
      details: Field.stringOrNull,
      time: Field.string
    })
  )
})
export type TunnelEvent = typeof TunnelEvent.Type

/** One page of what happened to a tunnel; `links.next` leads to the next. */
export const TunnelEventListDocument = Document.make({
  data: Schema.Array(TunnelEvent),
  links: JsonApi.links,
  meta: JsonApi.meta
})
export type TunnelEventListDocument = typeof TunnelEventListDocument.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

/** What may be changed about a tunnel; `state: "STOPPING"` stops it. */
export const TunnelUpdate = Document.make({
  data: Schema.optional(
    Document.make({
      type: JsonApi.impliedType("Tunnel"),
      attributes: Schema.optional(
        Document.make({
          label: Schema.optional(Schema.NullOr(Schema.String)),
          listener_ip_address: Schema.optional(Schema.NullOr(Schema.String)),
          listener_port: Schema.optional(Schema.NullOr(Schema.Int)),
          state: Schema.optional(Schema.NullOr(Document.openLiterals(["STOPPING"])))
        })
      )
    })
  )
})
export type TunnelUpdate = typeof TunnelUpdate.Type

/**
 * The document that describes a tunnel to be opened: between which stream access points, and for how long. Make one
 * here and open it with `TransferClient.createTunnel`.
 *
 * ```ts
 * import { TunnelData } from "@effect-globus/sdk/transfer"
 *
 * const tunnel = TunnelData.make({
 *   initiator: "5be96296-e257-558b-a771-7f924485f725",
 *   listener: "5dc37569-aba6-5f4d-930c-a46a2e97e846",
 *   label: "detector to cluster",
 *   lifetime_mins: 360
 * })
 * ```
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { given, type Input, StreamAccessPointId, SubmissionId } from "../model/Id.ts"
import * as JsonApi from "./internal/jsonApi.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const accessPoint = JsonApi.givenRelationship("StreamAccessPoint", given(StreamAccessPointId))

/** The schema of a tunnel to be opened. */
export const TunnelData = Document.make({
  data: Document.make({
    type: JsonApi.impliedType("Tunnel"),
    attributes: Schema.optional(
      Document.make({
        label: Schema.optional(Schema.NullOr(Schema.String)),
        submission_id: Schema.optional(given(SubmissionId)),
        lifetime_mins: Schema.optional(Schema.Int),
        restartable: Schema.optional(Schema.Boolean),
        listener_ip_address: Schema.optional(Schema.NullOr(Schema.String)),
        listener_port: Schema.optional(Schema.NullOr(Schema.Int))
      })
    ),
    relationships: Schema.optional(Document.make({ initiator: accessPoint, listener: accessPoint }))
  })
})
export type TunnelData = typeof TunnelData.Type

/** What a tunnel is made of; only the two sides are required, and other fields become attributes as they are. */
export interface Options {
  /** The stream access point of the side that opens connections. */
  readonly initiator: Input<StreamAccessPointId>
  /** The stream access point of the side that waits for them. */
  readonly listener: Input<StreamAccessPointId>
  /** What the owner calls it. */
  readonly label?: string | undefined
  /** Makes opening it safe to repeat. Default: made up when it is opened. */
  readonly submission_id?: Input<SubmissionId> | undefined
  /** How many minutes it lives at most. */
  readonly lifetime_mins?: number | undefined
  /** Whether it is opened again when it breaks. */
  readonly restartable?: boolean | undefined
  readonly [attribute: string]: unknown
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const relationship = (id: Input<StreamAccessPointId>) => ({ data: { type: "StreamAccessPoint", id } })

/** A tunnel between two stream access points. */
export const make = ({ initiator, listener, ...attributes }: Options): TunnelData => ({
  data: {
    type: "Tunnel",
    relationships: { listener: relationship(listener), initiator: relationship(initiator) },
    attributes
  }
})

/**
 * Data transfer nodes: the machines of an endpoint.
 *
 * ```ts
 * import type { NodeData } from "@effect-globus/sdk/gcs"
 *
 * const standby: NodeData = { ip_addresses: ["203.0.113.7"], status: "inactive" }
 * ```
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5.4/api/schemas/Node_schema
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { NodeId, received } from "../model/Id.ts"
import * as DataType from "./internal/dataType.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The first port and the last. */
const portRange = Schema.NullOr(Schema.Array(Schema.Finite))

const fields = {
  ip_addresses: Field.texts,
  /** Whether it takes part. */
  status: Field.oneOf(["active", "inactive"]),
  incoming_port_range: portRange,
  outgoing_port_range: portRange,
  /** The addresses for data, where they are others. */
  data_interface: Field.text,
  data_interface6: Field.text,
  internal_stream_port_range: portRange,
  lan_addresses: Schema.NullOr(
    Schema.Array(Document.make({ address: Schema.String, network_name: Schema.optional(Field.text) }))
  )
}

/** A node. */
export const Node = DataType.received("node", { id: received(NodeId), ...Field.received(fields) })
export type Node = typeof Node.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

/** What is said about a node; in an update, whatever is left out stays as it is. */
export const NodeData = DataType.sent("node", Field.sent(fields), {
  data_interface: "1.1.0",
  data_interface6: "1.2.0",
  internal_stream_port_range: "1.3.0",
  lan_addresses: "1.3.0"
})
export type NodeData = typeof NodeData.Type

/**
 * The operations on tunnels and the stream access points that they run between. Globus calls them beta.
 *
 * ```ts
 * import { TransferApi } from "@effect-globus/sdk/transfer"
 *
 * TransferApi.groups.tunnels.endpoints.createTunnel.path // "/v2/tunnels"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import { StreamAccessPointId, TunnelId } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import * as Paging from "../../service/Paging.ts"
import * as Query from "../../service/Query.ts"
import { page } from "../internal/jsonApi.ts"
import { RemovedDocument } from "../ResultDocument.ts"
import { TunnelData } from "../TunnelData.ts"
import * as Tunnel from "../TunnelDocument.ts"

const params = { tunnel_id: TunnelId } as const

// A submission id makes it safe to send this twice: the client never sends it without.
export const createTunnel = Operation.post("createTunnel", "/v2/tunnels", {
  query: {},
  payload: TunnelData,
  success: Tunnel.TunnelDocument,
  idempotent: true
})

export const listTunnels = Operation.get("listTunnels", "/v2/tunnels", {
  query: page,
  success: Tunnel.TunnelListDocument
}).pipe(Operation.paged(Paging.jsonApi("data")))

export const getTunnel = Operation.get("getTunnel", "/v2/tunnels/:tunnel_id", {
  params,
  query: {},
  success: Tunnel.TunnelDocument
})

export const updateTunnel = Operation.patch("updateTunnel", "/v2/tunnels/:tunnel_id", {
  params,
  query: {},
  payload: Tunnel.TunnelUpdate,
  success: Tunnel.TunnelDocument
})

export const deleteTunnel = Operation.del("deleteTunnel", "/v2/tunnels/:tunnel_id", {
  params,
  query: {},
  success: RemovedDocument
})

export const listTunnelEvents = Operation.get("listTunnelEvents", "/v2/tunnels/:tunnel_id/events", {
  params,
  query: { ...page, code_name: Query.string, is_error: Query.boolean },
  success: Tunnel.TunnelEventListDocument
}).pipe(Operation.paged(Paging.jsonApi("data")))

export const listStreamAccessPoints = Operation.get("listStreamAccessPoints", "/v2/stream_access_points", {
  query: { ...page, "filter[fulltext]": Query.string, "filter[endpoint_admin]": Query.boolean },
  success: Tunnel.StreamAccessPointListDocument
}).pipe(Operation.paged(Paging.jsonApi("data")))

export const getStreamAccessPoint = Operation.get(
  "getStreamAccessPoint",
  "/v2/stream_access_points/:stream_ap_id",
  { params: { stream_ap_id: StreamAccessPointId }, query: {}, success: Tunnel.StreamAccessPointDocument }
)

/** The operations on tunnels. */
export const Tunnels = HttpApiGroup.make("tunnels").add(
  createTunnel,
  listTunnels,
  getTunnel,
  updateTunnel,
  deleteTunnel,
  listTunnelEvents,
  listStreamAccessPoints,
  getStreamAccessPoint
)

/**
 * The operations on stream gateways, and on the secrets for their local networks.
 *
 * ```ts
 * import { GcsApi } from "@effect-globus/sdk/gcs"
 *
 * GcsApi.groups.streamGateways.endpoints.listStreamGateways.path // "/api/stream_gateways"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import { LanSecretId, StreamGatewayId } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import * as Paging from "../../service/Paging.ts"
import { page } from "../internal/page.ts"
import { ResultDocument, resultOf, resultWith } from "../ResultDocument.ts"
import { LanSecret, LanSecretCreate, StreamGateway, StreamGatewayData } from "../StreamGatewayDocument.ts"
import { unpacks } from "../Unpacked.ts"

const params = { stream_gateway_id: StreamGatewayId } as const

export const listStreamGateways = Operation.get("listStreamGateways", "/api/stream_gateways", {
  query: page,
  success: resultOf(StreamGateway)
}).pipe(Operation.paged(Paging.marker("data")))

export const createStreamGateway = Operation.post("createStreamGateway", "/api/stream_gateways", {
  query: {},
  payload: StreamGatewayData,
  success: resultWith({ name: "stream_gateway", schema: StreamGateway })
}).pipe(unpacks("stream_gateway"))

export const getStreamGateway = Operation.get("getStreamGateway", "/api/stream_gateways/:stream_gateway_id", {
  params,
  query: {},
  success: resultWith({ name: "stream_gateway", schema: StreamGateway })
}).pipe(unpacks("stream_gateway"))

export const updateStreamGateway = Operation.patch(
  "updateStreamGateway",
  "/api/stream_gateways/:stream_gateway_id",
  {
    params,
    query: {},
    payload: StreamGatewayData,
    success: resultOf(StreamGateway),
    idempotent: true
  }
)

export const deleteStreamGateway = Operation.del(
  "deleteStreamGateway",
  "/api/stream_gateways/:stream_gateway_id",
  { params, query: {}, success: ResultDocument }
)

export const createLanSecret = Operation.post("createLanSecret", "/api/lan_secrets", {
  query: {},
  payload: LanSecretCreate,
  success: resultWith({ name: "lan_secret", schema: LanSecret })
}).pipe(unpacks("lan_secret"))

export const deleteLanSecret = Operation.del("deleteLanSecret", "/api/lan_secrets/:lan_secret_id", {
  params: { lan_secret_id: LanSecretId },
  query: {},
  success: ResultDocument
})

/** The operations on stream gateways. */
export const StreamGateways = HttpApiGroup.make("streamGateways").add(
  listStreamGateways,
  createStreamGateway,
  getStreamGateway,
  updateStreamGateway,
  deleteStreamGateway,
  createLanSecret,
  deleteLanSecret
)

/**
 * The operations on storage gateways.
 *
 * ```ts
 * import { GcsApi } from "@effect-globus/sdk/gcs"
 *
 * GcsApi.groups.storageGateways.endpoints.listStorageGateways.path // "/api/storage_gateways"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Document from "../../model/Document.ts"
import { StorageGatewayId } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import * as Paging from "../../service/Paging.ts"
import * as Query from "../../service/Query.ts"
import { page } from "../internal/page.ts"
import { ResultDocument, resultOf, resultWith } from "../ResultDocument.ts"
import { StorageGateway, StorageGatewayData } from "../StorageGatewayDocument.ts"
import { unpacks } from "../Unpacked.ts"

const params = { storage_gateway_id: StorageGatewayId } as const

/** What is sent along that would otherwise be left out. */
const include = { include: Query.commas(Document.openLiterals(["private_policies", "accounts"])) } as const

export const listStorageGateways = Operation.get("listStorageGateways", "/api/storage_gateways", {
  query: { ...include, ...page },
  success: resultOf(StorageGateway)
}).pipe(Operation.paged(Paging.marker("data")))

export const createStorageGateway = Operation.post("createStorageGateway", "/api/storage_gateways", {
  query: {},
  payload: StorageGatewayData,
  success: resultWith({ name: "storage_gateway", schema: StorageGateway })
}).pipe(unpacks("storage_gateway"))

export const getStorageGateway = Operation.get(
  "getStorageGateway",
  "/api/storage_gateways/:storage_gateway_id",
  {
    params,
    query: include,
    success: resultWith({ name: "storage_gateway", schema: StorageGateway })
  }
).pipe(unpacks("storage_gateway"))

export const updateStorageGateway = Operation.patch(
  "updateStorageGateway",
  "/api/storage_gateways/:storage_gateway_id",
  {
    params,
    query: {},
    payload: StorageGatewayData,
    success: resultOf(StorageGateway),
    idempotent: true
  }
)

export const replaceStorageGateway = Operation.put(
  "replaceStorageGateway",
  "/api/storage_gateways/:storage_gateway_id",
  { params, query: {}, payload: StorageGatewayData, success: resultOf(StorageGateway) }
)

export const deleteStorageGateway = Operation.del(
  "deleteStorageGateway",
  "/api/storage_gateways/:storage_gateway_id",
  { params, query: {}, success: ResultDocument }
)

/** The operations on storage gateways. */
export const StorageGateways = HttpApiGroup.make("storageGateways").add(
  listStorageGateways,
  createStorageGateway,
  getStorageGateway,
  updateStorageGateway,
  replaceStorageGateway,
  deleteStorageGateway
)

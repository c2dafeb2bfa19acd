/**
 * The operations on an endpoint itself: what it says about itself, who owns it, and under which name it is reached.
 *
 * ```ts
 * import { GcsApi } from "@effect-globus/sdk/gcs"
 *
 * GcsApi.groups.endpoint.endpoints.getEndpoint.path // "/api/endpoint"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Document from "../../model/Document.ts"
import * as Operation from "../../service/Operation.ts"
import * as Query from "../../service/Query.ts"
import { Domain, DomainData } from "../DomainDocument.ts"
import * as Endpoint from "../EndpointDocument.ts"
import { ResultDocument, resultOf, resultWith } from "../ResultDocument.ts"
import { unpacks } from "../Unpacked.ts"

/** Whether the answer has the endpoint in it as it is then. */
const include = { include: Query.commas(Document.openLiterals(["endpoint"])) } as const

export const getEndpoint = Operation.get("getEndpoint", "/api/endpoint", {
  query: {},
  success: resultWith({ name: "endpoint", schema: Endpoint.Endpoint })
}).pipe(unpacks("endpoint"))

export const updateEndpoint = Operation.patch("updateEndpoint", "/api/endpoint", {
  query: include,
  payload: Endpoint.EndpointData,
  success: resultOf(Endpoint.Endpoint),
  idempotent: true
})

export const replaceEndpoint = Operation.put("replaceEndpoint", "/api/endpoint", {
  query: include,
  payload: Endpoint.EndpointData,
  success: resultOf(Endpoint.Endpoint)
})

export const setEndpointOwner = Operation.put("setEndpointOwner", "/api/endpoint/owner", {
  query: {},
  payload: Endpoint.EndpointOwner,
  success: ResultDocument
})

export const setEndpointOwnerString = Operation.put("setEndpointOwnerString", "/api/endpoint/owner_string", {
  query: {},
  payload: Endpoint.OwnerString,
  success: ResultDocument
})

export const resetEndpointOwnerString = Operation.del(
  "resetEndpointOwnerString",
  "/api/endpoint/owner_string",
  { query: {}, success: ResultDocument }
)

export const setEndpointSubscriptionId = Operation.put(
  "setEndpointSubscriptionId",
  "/api/endpoint/subscription_id",
  { query: {}, payload: Endpoint.EndpointSubscription, success: ResultDocument }
)

export const getEndpointDomain = Operation.get("getEndpointDomain", "/api/endpoint/domain", {
  query: {},
  success: resultWith({ name: "domain", schema: Domain })
}).pipe(unpacks("domain"))

export const setEndpointDomain = Operation.put("setEndpointDomain", "/api/endpoint/domain", {
  query: {},
  payload: DomainData,
  success: ResultDocument
})

export const deleteEndpointDomain = Operation.del("deleteEndpointDomain", "/api/endpoint/domain", {
  query: {},
  success: ResultDocument
})

/** The operations on an endpoint. */
export const EndpointGroup = HttpApiGroup.make("endpoint").add(
  getEndpoint,
  updateEndpoint,
  replaceEndpoint,
  setEndpointOwner,
  setEndpointOwnerString,
  resetEndpointOwnerString,
  setEndpointSubscriptionId,
  getEndpointDomain,
  setEndpointDomain,
  deleteEndpointDomain
)

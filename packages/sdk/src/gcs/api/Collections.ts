/**
 * The operations on collections: to find, create, change, check and remove them.
 *
 * ```ts
 * import { GcsApi } from "@effect-globus/sdk/gcs"
 *
 * GcsApi.groups.collections.endpoints.getCollection.path // "/api/collections/:collection_id"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import * as Document from "../../model/Document.ts"
import { EndpointId, given, StorageGatewayId } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import * as Paging from "../../service/Paging.ts"
import * as Query from "../../service/Query.ts"
import { CollectionData, NewCollection } from "../CollectionData.ts"
import * as Collection from "../CollectionDocument.ts"
import { Domain, DomainData } from "../DomainDocument.ts"
import { OwnerString } from "../EndpointDocument.ts"
import { page } from "../internal/page.ts"
import { ResultDocument, resultOf, resultWith } from "../ResultDocument.ts"
import { unpacks } from "../Unpacked.ts"

const params = { collection_id: EndpointId } as const

/** What is sent along that would otherwise be left out. */
const include = { include: Query.commas(Document.openLiterals(["private_policies"])) } as const

/** Which collections are meant; all that the caller may see if nothing is said. */
const which = {
  filter: Query.commas(
    Document.openLiterals(["mapped_collections", "guest_collections", "managed_by_me", "created_by_me"])
  ),
  storage_gateway_id: Schema.optional(given(StorageGatewayId)),
  mapped_collection_id: Schema.optional(given(EndpointId))
} as const

export const listCollections = Operation.get("listCollections", "/api/collections", {
  query: { ...which, ...include, ...page },
  success: resultOf(Collection.Collection)
}).pipe(Operation.paged(Paging.marker("data")))

export const createCollection = Operation.post("createCollection", "/api/collections", {
  query: {},
  payload: NewCollection,
  success: resultWith({ name: "collection", schema: Collection.Collection })
}).pipe(unpacks("collection"))

export const getCollection = Operation.get("getCollection", "/api/collections/:collection_id", {
  params,
  query: include,
  success: resultWith({ name: "collection", schema: Collection.Collection })
}).pipe(unpacks("collection"))

export const updateCollection = Operation.patch("updateCollection", "/api/collections/:collection_id", {
  params,
  query: {},
  payload: CollectionData,
  success: resultOf(Collection.Collection),
  idempotent: true
})

export const replaceCollection = Operation.put("replaceCollection", "/api/collections/:collection_id", {
  params,
  query: {},
  payload: CollectionData,
  success: resultOf(Collection.Collection)
})

export const deleteCollection = Operation.del("deleteCollection", "/api/collections/:collection_id", {
  params,
  query: {},
  success: ResultDocument
})

// What is deleted already is passed over, so that this may be sent twice.
export const deleteCollections = Operation.post("deleteCollections", "/api/collections/batch_delete", {
  query: {},
  payload: Collection.BatchDelete,
  success: resultOf(Collection.Batch),
  idempotent: true
})

export const checkCollections = Operation.get("checkCollections", "/api/collections/check", {
  query: { ...which, ...page },
  success: resultOf(Collection.CheckResult)
}).pipe(Operation.paged(Paging.marker("data")))

export const checkCollection = Operation.get("checkCollection", "/api/collections/:collection_id/check", {
  params,
  query: {},
  success: resultWith({ name: "check_result", schema: Collection.CheckResult })
}).pipe(unpacks("check_result"))

export const setCollectionOwner = Operation.put(
  "setCollectionOwner",
  "/api/collections/:collection_id/owner",
  {
    params,
    query: {},
    payload: Collection.CollectionOwner,
    success: ResultDocument
  }
)

export const setCollectionOwnerString = Operation.put(
  "setCollectionOwnerString",
  "/api/collections/:collection_id/owner_string",
  { params, query: {}, payload: OwnerString, success: ResultDocument }
)

export const resetCollectionOwnerString = Operation.del(
  "resetCollectionOwnerString",
  "/api/collections/:collection_id/owner_string",
  { params, query: {}, success: ResultDocument }
)

export const setSubscriptionAdminVerified = Operation.put(
  "setSubscriptionAdminVerified",
  "/api/collections/:collection_id/subscription_admin_verified",
  { params, query: {}, payload: Collection.SubscriptionAdminVerified, success: ResultDocument }
)

export const getCollectionDomain = Operation.get(
  "getCollectionDomain",
  "/api/collections/:collection_id/domain",
  { params, query: {}, success: resultWith({ name: "domain", schema: Domain }) }
).pipe(unpacks("domain"))

export const setCollectionDomain = Operation.put(
  "setCollectionDomain",
  "/api/collections/:collection_id/domain",
  { params, query: {}, payload: DomainData, success: ResultDocument }
)

export const deleteCollectionDomain = Operation.del(
  "deleteCollectionDomain",
  "/api/collections/:collection_id/domain",
  { params, query: {}, success: ResultDocument }
)

/** The operations on collections. */
export const Collections = HttpApiGroup.make("collections").add(
  listCollections,
  createCollection,
  getCollection,
  updateCollection,
  replaceCollection,
  deleteCollection,
  deleteCollections,
  checkCollections,
  checkCollection,
  setCollectionOwner,
  setCollectionOwnerString,
  resetCollectionOwnerString,
  setSubscriptionAdminVerified,
  getCollectionDomain,
  setCollectionDomain,
  deleteCollectionDomain
)

/**
 * The operations on catalogs of collections, and on the scans that fill them, which are beta.
 *
 * ```ts
 * import { SearchApi } from "@effect-globus/sdk/search"
 *
 * SearchApi.groups.insights.endpoints.getInsightsCatalog.path // "/beta/insights/catalog/:catalog_id"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import { CatalogId, CollectionConfigurationId, ScanId, Uuid } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import * as Query from "../../service/Query.ts"
import * as Document from "../InsightsDocument.ts"
import * as Scope from "../internal/scope.ts"

const params = { collection_configuration_id: CollectionConfigurationId } as const
const scopes = Scope.manage

export const listInsightsCatalogs = Operation.get("listInsightsCatalogs", "/beta/insights/catalog", {
  query: { filter_collection_ids: Query.commas(Uuid) },
  success: Document.InsightsCatalogList,
  scopes
})

export const getInsightsCatalog = Operation.get("getInsightsCatalog", "/beta/insights/catalog/:catalog_id", {
  params: { catalog_id: CatalogId },
  query: {},
  success: Document.InsightsCatalog,
  scopes
})

export const startInsightsScan = Operation.post(
  "startInsightsScan",
  "/beta/insights/collection_configuration/:collection_configuration_id/scan_start",
  { params, payload: Document.InsightsScanStart, success: Document.InsightsScanStarted, scopes }
)

export const stopInsightsScan = Operation.post(
  "stopInsightsScan",
  "/beta/insights/collection_configuration/:collection_configuration_id/scan/:scan_id",
  {
    params: { ...params, scan_id: ScanId },
    payload: Document.InsightsScanStop,
    success: Document.InsightsAcknowledged,
    scopes
  }
)

export const ingestInsights = Operation.post(
  "ingestInsights",
  "/beta/insights/:collection_configuration_id/ingest",
  { params, payload: Document.InsightsIngest, success: Document.InsightsAcknowledged, scopes }
)

/** The operations on catalogs and scans. */
export const Insights = HttpApiGroup.make("insights").add(
  listInsightsCatalogs,
  getInsightsCatalog,
  startInsightsScan,
  stopInsightsScan,
  ingestInsights
)

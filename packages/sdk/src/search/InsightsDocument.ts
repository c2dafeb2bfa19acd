/**
 * Insights: catalogs of the files in a collection, and the scans that fill them. Beta: Globus may change them at any time.
 *
 * ```ts
 * import type { InsightsIngest } from "@effect-globus/sdk/search"
 *
 * const observed: InsightsIngest = {
 *   scan_id: "c0ffee",
 *   events: [
 *     {
 *       scan_observed_timestamp: "2025-01-01T00:00:00Z",
 *       attributes: {
 *         object_type: "file",
 *         path: "/data/a.txt",
 *         inode: 7,
 *         size_bytes: 42,
 *         uid: 1000,
 *         gid: 1000,
 *         mode_str: "-rw-r--r--",
 *         atime: "2025-01-01T00:00:00Z",
 *         ctime: "2025-01-01T00:00:00Z",
 *         mtime: "2025-01-01T00:00:00Z"
 *       }
 *     }
 *   ]
 * }
 * ```
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { CatalogId, EndpointId, received, ScanId, SubscriptionId } from "../model/Id.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** A catalog of what is in a collection. */
export const InsightsCatalog = Document.make({
  id: received(CatalogId),
  display_name: Schema.String,
  collection_id: Schema.optionalKey(received(EndpointId)),
  subscription_id: Schema.optionalKey(Schema.NullOr(received(SubscriptionId))),
  file_datamart_id: Field.stringOrNull,
  aggregation_datamart_id: Field.stringOrNull,
  /** The group whose members may see it. */
  visible_to_group_id: Field.stringOrNull,
  status: Field.string,
  created_timestamp: Field.string
})
export type InsightsCatalog = typeof InsightsCatalog.Type

/** The catalogs that the caller may see. */
export const InsightsCatalogList = Document.make({
  catalogs: Schema.optionalKey(Schema.Array(InsightsCatalog))
})
export type InsightsCatalogList = typeof InsightsCatalogList.Type

/** How a scan is started. */
export const InsightsScanStart = Document.given({
  scan_type: Document.openLiterals(["full", "discovery"]),
  scope: Schema.String
})
export type InsightsScanStart = typeof InsightsScanStart.Type

/** That a scan has started. */
export const InsightsScanStarted = Document.make({ scan_id: received(ScanId) })
export type InsightsScanStarted = typeof InsightsScanStarted.Type

/** How a scan has ended. */
export const InsightsScanStop = Document.given({
  status: Document.openLiterals(["succeeded", "failed", "terminated"])
})
export type InsightsScanStop = typeof InsightsScanStop.Type

/** A file or directory that a scan has seen. */
export const InsightsFileScanEvent = Document.given({
  scan_observed_timestamp: Schema.String,
  attributes: Document.given({
    object_type: Document.openLiterals(["file", "dir"]),
    path: Schema.NonEmptyString,
    inode: Schema.Finite,
    size_bytes: Schema.Finite,
    uid: Schema.Finite,
    gid: Schema.Finite,
    /** Such as `-rw-r--r--`. */
    mode_str: Schema.String,
    atime: Schema.String,
    ctime: Schema.String,
    mtime: Schema.String
  })
})
export type InsightsFileScanEvent = typeof InsightsFileScanEvent.Type

/** What a scan has seen. */
export const InsightsIngest = Document.given({
  scan_id: Schema.NonEmptyString,
  events: Schema.optional(Schema.Array(InsightsFileScanEvent))
})
export type InsightsIngest = typeof InsightsIngest.Type

/** That something about a scan was taken note of. */
export const InsightsAcknowledged = Document.make({ acknowledged: Field.boolean })
export type InsightsAcknowledged = typeof InsightsAcknowledged.Type

/** Catalogs of Globus Search Insights, and the scans that fill them. */
import { CatalogId, CollectionConfigurationId, ScanId } from "@effect-globus/sdk/model"
import * as Schema from "effect/Schema"
import type * as World from "../../World.ts"
import * as Instant from "../Instant.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

export interface Catalog {
  readonly id: World.InsightsCatalog["id"]
  readonly display_name: string
  readonly collection: World.InsightsCatalog["collection_id"]
  /** By what those who scan the collection name it. */
  readonly configuration: string
  readonly subscription: NonNullable<World.InsightsCatalog["subscription_id"]> | null
  /** The index to which what scans see is added. */
  readonly index: NonNullable<World.InsightsCatalog["file_datamart_id"]> | null
  readonly group: NonNullable<World.InsightsCatalog["visible_to_group_id"]> | null
  /** Milliseconds since 1970. */
  readonly created: number
}

/** A scan of a collection: somebody looks at its files, and tells what they see. */
export const Scan = Schema.Struct({
  id: ScanId,
  catalog: CatalogId,
  type: Schema.String,
  scope: Schema.String,
  /** Milliseconds since 1970. */
  started: Schema.Number,
  ended: Schema.NullOr(Schema.Number),
  /** `running`, or how it has ended. */
  status: Schema.String,
  /** How many files and directories were seen. */
  seen: Schema.Int
})
export type Scan = typeof Scan.Type

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** A catalog of a world. */
export const fromWorld = (catalog: World.InsightsCatalog, now: number): Catalog => ({
  id: catalog.id,
  display_name: catalog.display_name,
  collection: catalog.collection_id,
  configuration: catalog.collection_configuration_id ?? catalog.collection_id,
  subscription: catalog.subscription_id ?? null,
  index: catalog.file_datamart_id ?? null,
  group: catalog.visible_to_group_id ?? null,
  created: catalog.created === undefined ? now : Date.parse(catalog.created)
})

/** A catalog as a world describes it. */
export const toWorld = (catalog: Catalog): World.InsightsCatalog => ({
  id: catalog.id,
  display_name: catalog.display_name,
  collection_id: catalog.collection,
  collection_configuration_id: CollectionConfigurationId.make(catalog.configuration),
  ...(catalog.subscription === null ? {} : { subscription_id: catalog.subscription }),
  ...(catalog.index === null ? {} : { file_datamart_id: catalog.index }),
  ...(catalog.group === null ? {} : { visible_to_group_id: catalog.group }),
  created: Instant.format(catalog.created)
})

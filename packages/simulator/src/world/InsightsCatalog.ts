/** Catalogs of Globus Search Insights as a world describes them. */
import {
  CatalogId,
  CollectionConfigurationId,
  EndpointId,
  GroupId,
  IndexId,
  SubscriptionId
} from "@effect-globus/sdk/model"
import * as Schema from "effect/Schema"
import * as Instant from "../internal/Instant.ts"

/** A catalog of what is in a collection, which scans fill. Who administers the collection scans it. */
export const InsightsCatalog = Schema.Struct({
  id: CatalogId,
  display_name: Schema.NonEmptyString,
  collection_id: EndpointId,
  /** By what those who scan the collection name it. Default: the id of the collection. */
  collection_configuration_id: Schema.optionalKey(CollectionConfigurationId),
  /** The subscription to which it belongs. Default: none. */
  subscription_id: Schema.optionalKey(SubscriptionId),
  /** The index to which what scans see is added, as entries that one can search. Default: none, it is not kept. */
  file_datamart_id: Schema.optionalKey(IndexId),
  /** The group whose members see it, beside those who administer the collection. Default: none. */
  visible_to_group_id: Schema.optionalKey(GroupId),
  created: Schema.optionalKey(Instant.Text)
})
export type InsightsCatalog = typeof InsightsCatalog.Type

/** The operations of Globus Search Insights: catalogs of what is in collections, and the scans that fill them. */
import { IndexTaskId, ScanId } from "@effect-globus/sdk/model"
import type { InsightsFileScanEvent, SearchApi } from "@effect-globus/sdk/search"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Access from "../Access.ts"
import * as Instant from "../Instant.ts"
import * as Refusals from "../Refusal.ts"
import { Caller, change, type Handlers, listOf, requiring } from "../Service.ts"
import { set, type State } from "../State.ts"
import { Store } from "../Store.ts"
import type { Catalog, Scan } from "./Catalogs.ts"
import * as Indices from "./Indices.ts"
import { conflict, forbidden, invalid, notFound } from "./Permissions.ts"

const documentOf = (catalog: Catalog) => ({
  id: catalog.id,
  display_name: catalog.display_name,
  collection_id: catalog.collection,
  subscription_id: catalog.subscription,
  file_datamart_id: catalog.index,
  aggregation_datamart_id: null,
  visible_to_group_id: catalog.group,
  status: "active",
  created_timestamp: Instant.withMicroseconds(catalog.created)
})

// -----------------------------------------------------------------------------
// permissions
// -----------------------------------------------------------------------------

const administers = (state: State, catalog: Catalog, identity: string): boolean => {
  const collection = state.collections.get(catalog.collection)
  return collection !== undefined && Access.rolesOf(state, collection, identity).includes("administrator")
}

const isVisible = (state: State, catalog: Catalog, identity: string): boolean =>
  administers(state, catalog, identity) ||
  (catalog.group !== null && Access.isMember(state, catalog.group, identity))

/** The catalog of a collection that the caller may scan. */
const scanned = (
  state: State,
  identity: string,
  configuration: string,
  operation: string
): Result.Result<Catalog, Refusals.Refusal> => {
  const catalog = [...state.catalogs.values()].find((catalog) => catalog.configuration === configuration)
  if (catalog === undefined) {
    return Result.fail(
      notFound("NotFound.Generic", `There is no configuration of a collection "${configuration}"`)
    )
  }
  return administers(state, catalog, identity) ? Result.succeed(catalog) : Result.fail(forbidden(operation))
}

/** A scan that is under way. */
const running = (state: State, catalog: Catalog, id: string): Result.Result<Scan, Refusals.Refusal> => {
  const scan = state.scans.get(id)
  return scan === undefined || scan.catalog !== catalog.id
    ? Result.fail(notFound("NotFound.Generic", `There is no scan "${id}"`))
    : scan.ended !== null
      ? Result.fail(conflict("Conflict.Generic", `The scan "${id}" has ended: ${scan.status}`))
      : Result.succeed(scan)
}

// -----------------------------------------------------------------------------
// what is seen
// -----------------------------------------------------------------------------

const entryOf = (
  catalog: Catalog,
  scan: Scan,
  { attributes, scan_observed_timestamp }: InsightsFileScanEvent
): Indices.Entry => ({
  subject: `globus://${catalog.collection}${attributes.path}`,
  id: null,
  content: { collection_id: catalog.collection, scan_id: scan.id, scan_observed_timestamp, ...attributes },
  visible_to: catalog.group === null ? [] : [`urn:globus:groups:id:${catalog.group}`],
  principal_sets: {}
})

/** Takes a task on that adds to the index of a catalog, if it has one. */
const withEntries = (
  state: State,
  catalog: Catalog,
  entries: ReadonlyArray<Indices.Entry>,
  id: string,
  now: number
): State => {
  if (catalog.index === null || entries.length === 0 || !state.indices.has(catalog.index)) return state
  const duration = Math.ceil(state.pace.index_task_seconds * 1000)
  const task: Indices.Task = {
    id: IndexTaskId.make(id),
    index: catalog.index,
    type: "ingest",
    created: now,
    begins: now + Math.floor(duration / 2),
    completes: now + duration,
    change: { _tag: "Ingest", entries, mapping: {} },
    message: ""
  }
  return { ...state, indexTasks: Indices.addTask(state.indexTasks, task) }
}

// -----------------------------------------------------------------------------
// the operations
// -----------------------------------------------------------------------------

const scanTypes = ["full", "discovery"]
const endings = ["succeeded", "failed", "terminated"]

export const insights: Handlers<(typeof SearchApi)["groups"]["insights"]> = {
  listInsightsCatalogs: Effect.fnUntraced(function* ({ query }) {
    const { identity } = yield* Caller
    const state = yield* (yield* Store).current
    const collections = listOf(query.filter_collection_ids)
    return {
      catalogs: [...state.catalogs.values()]
        .filter(
          (catalog) =>
            isVisible(state, catalog, identity) &&
            (collections.length === 0 || collections.includes(catalog.collection))
        )
        .map(documentOf)
    }
  }),

  getInsightsCatalog: Effect.fnUntraced(function* ({ params }) {
    const { identity } = yield* Caller
    const state = yield* (yield* Store).current
    const catalog = state.catalogs.get(params.catalog_id)
    return catalog !== undefined && isVisible(state, catalog, identity)
      ? documentOf(catalog)
      : yield* notFound("NotFound.Generic", `There is no catalog "${params.catalog_id}"`)
  }),

  startInsightsScan: Effect.fnUntraced(function* ({ params, payload }) {
    yield* requiring(Refusals.search, payload, "scan_type", "scope")
    const { scan_type: type, scope } = payload
    if (!scanTypes.includes(type))
      return yield* invalid(`scan_type: Must be one of: ${scanTypes.join(", ")}.`)
    const id = ScanId.make(yield* (yield* Store).uuid)
    return yield* change((state, identity, now) =>
      Result.map(scanned(state, identity, params.collection_configuration_id, "scan_start"), (catalog) => {
        const scan: Scan = {
          id,
          catalog: catalog.id,
          type,
          scope,
          started: now,
          ended: null,
          status: "running",
          seen: 0
        }
        return [{ scan_id: id }, { ...state, scans: set(state.scans, scan) }] as const
      })
    )
  }),

  stopInsightsScan: Effect.fnUntraced(function* ({ params, payload }) {
    yield* requiring(Refusals.search, payload, "status")
    const { status } = payload
    if (!endings.includes(status)) return yield* invalid(`status: Must be one of: ${endings.join(", ")}.`)
    return yield* change((state, identity, now) =>
      Result.gen(function* () {
        const catalog = yield* scanned(state, identity, params.collection_configuration_id, "scan_stop")
        const scan = yield* running(state, catalog, params.scan_id)
        const scans = set(state.scans, { ...scan, ended: now, status })
        return [{ acknowledged: true }, { ...state, scans }] as const
      })
    )
  }),

  ingestInsights: Effect.fnUntraced(function* ({ params, payload }) {
    yield* requiring(Refusals.search, payload, "scan_id")
    for (const event of payload.events ?? []) {
      yield* requiring(Refusals.search, event, "attributes", "scan_observed_timestamp")
      yield* requiring(Refusals.search, event.attributes, "path")
    }
    const task = yield* (yield* Store).uuid
    return yield* change((state, identity, now) =>
      Result.gen(function* () {
        const catalog = yield* scanned(state, identity, params.collection_configuration_id, "insights_ingest")
        const scan = yield* running(state, catalog, payload.scan_id)
        const events = payload.events ?? []
        const scans = set(state.scans, { ...scan, seen: scan.seen + events.length })
        const entries = events.map((event) => entryOf(catalog, scan, event))
        return [
          { acknowledged: true },
          { ...withEntries(state, catalog, entries, task, now), scans }
        ] as const
      })
    )
  })
}

/**
 * Globus Search: look for entries in indices, write and remove them, and manage indices and who may do what with them.
 *
 * ```ts
 * import { SearchClient } from "@effect-globus/sdk/search"
 * import { Console, Effect, Stream } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const search = yield* SearchClient
 *   yield* search.search("60d1160b-f016-40b0-8545-99619865873d", { q: "neutrino" }).pipe(
 *     Stream.take(20),
 *     Stream.runForEach(({ subject }) => Console.log(subject))
 *   )
 * })
 * ```
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import type { GlobusError } from "../model/GlobusError.ts"
import * as GlobusScope from "../model/GlobusScope.ts"
import type { IndexTaskId, Input } from "../model/Id.ts"
import { SearchScopes } from "../model/Scopes.ts"
import { Authorizer } from "../service/Authorizer.ts"
import type * as Operation from "../service/Operation.ts"
import * as ServiceClient from "../service/ServiceClient.ts"
import type { Transport } from "../service/Transport.ts"
import { SearchApi } from "./Api.ts"
import type * as Entries from "./api/Entries.ts"
import type * as Indices from "./api/Indices.ts"
import type * as Insights from "./api/Insights.ts"
import type * as Queries from "./api/Queries.ts"
import { type IndexTask, isOver } from "./TaskDocument.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The operations of Globus Search, each one request, or one a page. */
export interface SearchOperations {
  // queries

  /** Look for entries by text; at most the first 10 000 subjects. Needs `search`. Docs: https://docs.globus.org/api/search/reference/get_query */
  readonly search: Operation.Paged<typeof Queries.search>
  /** Look for entries as a `SearchQuery` says; at most the first 10 000 subjects. What facets count is on each of the `pages`. Needs `search`. Docs: https://docs.globus.org/api/search/reference/post_query */
  readonly postSearch: Operation.Paged<typeof Queries.postSearch>
  /** Go through all entries that match a `ScrollQuery`, however many there are, in no order. Needs `search`. Docs: https://docs.globus.org/api/search/reference/scroll_query */
  readonly scroll: Operation.Paged<typeof Queries.scroll>

  // entries and subjects

  /** Write one entry or several, see `GIngest`, as a task. It is not sent again where it may have arrived. Needs `ingest`. Docs: https://docs.globus.org/api/search/reference/ingest */
  readonly ingest: Operation.Operation<typeof Entries.ingest>
  /** Get one entry: that without an id, unless `entry_id` names another. Needs `search`. Docs: https://docs.globus.org/api/search/reference/get_entry */
  readonly getEntry: Operation.Operation<typeof Entries.getEntry>
  /** Create one entry, as a task; for many, {@link ingest} is faster. Needs `ingest`. Docs: https://docs.globus.org/api/search/reference/create_or_update_entry */
  readonly createEntry: Operation.Operation<typeof Entries.createEntry>
  /** Replace one entry, as a task; for many, {@link ingest} is faster. Needs `ingest`. Docs: https://docs.globus.org/api/search/reference/create_or_update_entry */
  readonly updateEntry: Operation.Operation<typeof Entries.updateEntry>
  /** Remove one entry, as a task: that without an id, unless `entry_id` names another. Needs `ingest`. Docs: https://docs.globus.org/api/search/reference/delete_entry */
  readonly deleteEntry: Operation.Operation<typeof Entries.deleteEntry>
  /** Get a subject with all entries about it that the caller may see. Needs `search`. Docs: https://docs.globus.org/api/search/reference/get_subject */
  readonly getSubject: Operation.Operation<typeof Entries.getSubject>
  /** Remove a subject with all entries about it, also those that the caller may not see, as a task. Needs `ingest`. Docs: https://docs.globus.org/api/search/reference/delete_subject */
  readonly deleteSubject: Operation.Operation<typeof Entries.deleteSubject>
  /** Remove every subject that a query finds, with all entries about it, as a task. Run the query first to see which. Needs `ingest`. Docs: https://docs.globus.org/api/search/reference/delete_by_query */
  readonly deleteByQuery: Operation.Operation<typeof Entries.deleteByQuery>
  /** Remove several subjects with all entries about them, as one task. Needs `ingest`. Docs: https://docs.globus.org/api/search/reference/batch_delete_by_subject */
  readonly batchDeleteBySubject: Operation.Operation<typeof Entries.batchDeleteBySubject>

  // tasks

  /** List the tasks of an index. Needs `search` or `ingest`. Docs: https://docs.globus.org/api/search/reference/task_list */
  readonly listTasks: Operation.Operation<typeof Entries.listTasks>
  /** Get one task. Needs `search` or `ingest`. Docs: https://docs.globus.org/api/search/reference/get_task */
  readonly getTask: Operation.Operation<typeof Entries.getTask>

  // indices

  /** List the indices on which the caller has a role, at most 100. Needs `all`. Docs: https://docs.globus.org/api/search/reference/index_list */
  readonly listIndices: Operation.Operation<typeof Indices.listIndices>
  /** Create an index, on trial; who has as many as allowed fails as `Conflict` (`Conflict.LimitExceeded`). Needs `all`. Docs: https://docs.globus.org/api/search/reference/index_create */
  readonly createIndex: Operation.Operation<typeof Indices.createIndex>
  /** Get one index. Any token of Search will do. Docs: https://docs.globus.org/api/search/reference/index_show */
  readonly getIndex: Operation.Operation<typeof Indices.getIndex>
  /** Change the name or the description of an index. Needs `all`. Docs: https://docs.globus.org/api/search/reference/index_update */
  readonly updateIndex: Operation.Operation<typeof Indices.updateIndex>
  /** Have an index deleted: in some minutes if it is on trial, else in 30 days, until when {@link reopenIndex} keeps it. Needs `all`. Docs: https://docs.globus.org/api/search/reference/index_delete */
  readonly deleteIndex: Operation.Operation<typeof Indices.deleteIndex>
  /** Keep an index that was to be deleted. Needs `all`. Docs: https://docs.globus.org/api/search/reference/index_reopen */
  readonly reopenIndex: Operation.Operation<typeof Indices.reopenIndex>

  // roles

  /** List the roles on an index. Needs `all`. Docs: https://docs.globus.org/api/search/reference/role_list */
  readonly listRoles: Operation.Operation<typeof Indices.listRoles>
  /** Give somebody a role on an index. Needs `all`. Docs: https://docs.globus.org/api/search/reference/role_create */
  readonly createRole: Operation.Operation<typeof Indices.createRole>
  /** Take a role away. Needs `all`. Docs: https://docs.globus.org/api/search/reference/role_delete */
  readonly deleteRole: Operation.Operation<typeof Indices.deleteRole>

  // fields

  /** Beta: it may change at any time. Get how many fields the entries of an index may have, and have. Needs `all`. */
  readonly getFieldBudget: Operation.Operation<typeof Indices.getFieldBudget>
  /** Beta: it may change at any time. Get the types of all fields of an index. Needs `all`. */
  readonly listFieldMappings: Operation.Operation<typeof Indices.listFieldMappings>
  /** Beta: it may change at any time. Get the type of one field of an index, and of those in it. Needs `all`. */
  readonly getFieldMapping: Operation.Operation<typeof Indices.getFieldMapping>

  // insights

  /** Beta: it may change at any time. List the catalogs of collections. Needs `all`. */
  readonly listInsightsCatalogs: Operation.Operation<typeof Insights.listInsightsCatalogs>
  /** Beta: it may change at any time. Get one catalog. Needs `all`. */
  readonly getInsightsCatalog: Operation.Operation<typeof Insights.getInsightsCatalog>
  /** Beta: it may change at any time. Say that a scan of a collection begins. Needs `all`. */
  readonly startInsightsScan: Operation.Operation<typeof Insights.startInsightsScan>
  /** Beta: it may change at any time. Say how a scan of a collection has ended. Needs `all`. */
  readonly stopInsightsScan: Operation.Operation<typeof Insights.stopInsightsScan>
  /** Beta: it may change at any time. Hand in what a scan of a collection has seen. Needs `all`. */
  readonly ingestInsights: Operation.Operation<typeof Insights.ingestInsights>
}

/** How long a task is waited for. */
export interface WaitOptions {
  /** How long to wait between two looks. Default: 10 seconds; less than a second counts as one. */
  readonly pollingInterval?: Duration.Input | undefined
}

/** Globus Search. */
export interface Service extends SearchOperations {
  /**
   * The task as it is now, and then whenever it has changed, until it has succeeded, failed or been cancelled: the last
   * element says which. Needs `search` or `ingest`.
   */
  readonly taskProgress: (
    taskId: Input<IndexTaskId>,
    options?: WaitOptions
  ) => Stream.Stream<IndexTask, GlobusError>
  /**
   * Waits until a task has succeeded, failed or been cancelled; its `state` says which. For a limit of time, add
   * `Effect.timeout`: the task goes on without a watcher. Needs `search` or `ingest`.
   */
  readonly waitForTask: (
    taskId: Input<IndexTaskId>,
    options?: WaitOptions
  ) => Effect.Effect<IndexTask, GlobusError>
  /** Makes further scopes of Globus Search a requirement of the program, for example with dependencies. */
  readonly addScopes: (scopes: GlobusScope.ScopeInput) => Effect.Effect<void, GlobusScope.ScopeError>
}

/** What can be set; everything has a default. */
export interface Options {
  /** The scopes that the program requires. Default: `search`. */
  readonly scopes?: GlobusScope.ScopeInput | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const { resourceServer } = SearchScopes

const every = ({ pollingInterval = "10 seconds" }: WaitOptions) =>
  Schedule.spaced(Duration.max(Duration.fromInputUnsafe(pollingInterval), Duration.seconds(1)))

const makeRequiring = Effect.fnUntraced(function* (scopes: ReadonlyArray<GlobusScope.GlobusScope>) {
  const authorizer = yield* Authorizer
  yield* authorizer.require(resourceServer, scopes)
  const operations: SearchOperations = yield* ServiceClient.make(SearchApi, {
    service: "search",
    name: "Search",
    need: (anyOf) => ({ resourceServer, anyOf })
  })
  return SearchClient.of({
    ...operations,
    taskProgress: (taskId, options = {}) =>
      Stream.fromEffectSchedule(operations.getTask(taskId), every(options)).pipe(
        Stream.takeUntil(isOver),
        Stream.changes
      ),
    waitForTask: Effect.fn("Search.waitForTask")(function* (taskId, options = {}) {
      return yield* Effect.repeat(operations.getTask(taskId), { until: isOver, schedule: every(options) })
    }),
    addScopes: Effect.fn("Search.addScopes")(function* (scopes) {
      yield* authorizer.require(resourceServer, yield* GlobusScope.fromInputEffect(scopes))
    })
  })
})

const withDefaults = Effect.suspend(() => makeRequiring([GlobusScope.makeUnsafe(SearchScopes.search)]))

/** A client of Globus Search, as the layers provide it. Fails if `scopes` cannot be read. */
export const make = Effect.fnUntraced(function* ({ scopes }: Options = {}) {
  return yield* scopes === undefined
    ? withDefaults
    : Effect.flatMap(GlobusScope.fromInputEffect(scopes), makeRequiring)
})

/** Globus Search. */
export class SearchClient extends Context.Service<SearchClient, Service>()(
  "@effect-globus/sdk/search/SearchClient"
) {
  /** Requires `search`; operations that need more ask for it when they are called. */
  static readonly layer: Layer.Layer<SearchClient, never, Authorizer | Transport> = Layer.effect(
    this,
    withDefaults
  )

  /** Requires these scopes instead of the default. */
  static readonly layerWith = (
    options: Options
  ): Layer.Layer<SearchClient, GlobusScope.ScopeError, Authorizer | Transport> =>
    Layer.effect(SearchClient, make(options))
}

/**
 * Globus Transfer: find collections, list and manage their files, transfer and delete them in tasks that Globus carries
 * out, share them, and manage what others do on collections.
 *
 * ```ts
 * import { TransferClient, TransferData } from "@effect-globus/sdk/transfer"
 * import { Console, Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const transfer = yield* TransferClient
 *   const { task_id } = yield* transfer.submitTransfer(
 *     TransferData.make({
 *       source_endpoint: "6c54cade-bde5-45c1-bdea-f4bd71dba2cc",
 *       destination_endpoint: "31ce9ba0-176d-45a5-add3-f37d233ba47d",
 *       items: [{ source_path: "/home/share/godata/file1.txt", destination_path: "/~/file1.txt" }]
 *     })
 *   )
 *   const task = yield* transfer.waitForTask(task_id)
 *   yield* Console.log(task.status)
 * })
 * ```
 *
 * Docs: https://docs.globus.org/api/transfer
 */
import * as Context from "effect/Context"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as AuthorizationParameters from "../model/AuthorizationParameters.ts"
import { type GlobusError, InvalidRequest } from "../model/GlobusError.ts"
import * as GlobusScope from "../model/GlobusScope.ts"
import { EndpointId, type Input, type TaskId } from "../model/Id.ts"
import { dataAccess, TransferScopes } from "../model/Scopes.ts"
import { AuthorizationRequired } from "../model/UnmetRequirement.ts"
import { Authorizer } from "../service/Authorizer.ts"
import type * as Operation from "../service/Operation.ts"
import * as ServiceClient from "../service/ServiceClient.ts"
import type { Transport } from "../service/Transport.ts"
import { TransferApi } from "./Api.ts"
import type * as AccessRules from "./api/AccessRules.ts"
import type * as Bookmarks from "./api/Bookmarks.ts"
import type * as EndpointManager from "./api/EndpointManager.ts"
import type * as Endpoints from "./api/Endpoints.ts"
import type * as Files from "./api/Files.ts"
import type * as Roles from "./api/Roles.ts"
import type * as Tasks from "./api/Tasks.ts"
import type * as Tunnels from "./api/Tunnels.ts"
import { type DeleteData, DeleteDocument } from "./DeleteData.ts"
import type { FileDocument } from "./FileDocument.ts"
import * as Wait from "./internal/wait.ts"
import * as Walk from "./internal/walk.ts"
import type { SubmissionDocument, TaskDocument } from "./TaskDocument.ts"
import type { TaskStillActive } from "./TaskStillActive.ts"
import { type TransferData, TransferDocument } from "./TransferData.ts"
import * as TunnelData from "./TunnelData.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The operations of Globus Transfer. All take further query parameters than those that are declared. */
export interface TransferOperations {
  // endpoints and collections

  /** Gets one endpoint or collection. Needs `all`. Docs: https://docs.globus.org/api/transfer/endpoints_and_collections/#get_endpoint_or_collection_by_id */
  readonly getEndpoint: Operation.Operation<typeof Endpoints.getEndpoint>
  /** Changes a collection of Globus Connect Personal: the given fields, or a whole document that was read and changed. Needs `all`. Docs: https://docs.globus.org/api/transfer/gcp_management/#update_collection_by_id */
  readonly updateEndpoint: Operation.Operation<typeof Endpoints.updateEndpoint>
  /** Removes a collection of Globus Connect Personal. Needs `all`. Docs: https://docs.globus.org/api/transfer/gcp_management/#delete_collection_by_id */
  readonly deleteEndpoint: Operation.Operation<typeof Endpoints.deleteEndpoint>
  /** Creates a guest collection on a collection of Globus Connect Personal. Needs `all`. Docs: https://docs.globus.org/api/transfer/gcp_management/#create_guest_collection */
  readonly createSharedEndpoint: Operation.Operation<typeof Endpoints.createSharedEndpoint>
  /** Finds endpoints and collections by text, owner, host or `filter_scope`, one of which has to be given; at most 1000. Needs `all`. Docs: https://docs.globus.org/api/transfer/endpoint_and_collection_search */
  readonly searchEndpoints: Operation.Paged<typeof Endpoints.searchEndpoints>
  /** Lists the rules that pause what the caller does on a collection. Needs `all`. Docs: https://docs.globus.org/api/transfer/endpoints_and_collections/#get_collection_pause_rules */
  readonly listMyEffectivePauseRules: Operation.Operation<typeof Endpoints.listMyEffectivePauseRules>
  /** Lists the guest collections on a collection that the caller manages. Needs `all`. Docs: https://docs.globus.org/api/transfer/endpoints_and_collections/#get_my_guest_collection_list */
  readonly listMySharedEndpoints: Operation.Operation<typeof Endpoints.listMySharedEndpoints>
  /** Lists all guest collections on a collection. Needs `all`. Docs: https://docs.globus.org/api/transfer/endpoints_and_collections/get_guest_collection_list */
  readonly listSharedEndpoints: Operation.Paged<typeof Endpoints.listSharedEndpoints>
  /** Lists the data transfer nodes of an endpoint. Needs `all`. Docs: https://docs.globus.org/api/transfer/endpoints_and_collections/#get_endpoint_or_collection_server_list */
  readonly listEndpointServers: Operation.Operation<typeof Endpoints.listEndpointServers>
  /** Gets one data transfer node of an endpoint. Needs `all`. Docs: https://docs.globus.org/api/transfer/endpoints_and_collections/#get_server_by_id */
  readonly getEndpointServer: Operation.Operation<typeof Endpoints.getEndpointServer>
  /** Assigns a collection of Globus Connect Personal to a subscription, to the only one there is (`DEFAULT`), or to none (`null`). Needs `all`. Docs: https://docs.globus.org/api/transfer/gcp_management/#associate_collection_subscription */
  readonly setSubscriptionId: Operation.Operation<typeof Endpoints.setSubscriptionId>
  /** Marks a collection as verified by the administrator of its subscription, or as not. Needs `all`. Docs: https://docs.globus.org/api/transfer/gcp_management/#set_subscription_admin_verified */
  readonly setSubscriptionAdminVerified: Operation.Operation<typeof Endpoints.setSubscriptionAdminVerified>

  // files

  /** Lists a directory: `path`, or the collection's default. One request; {@link Service.listFiles} and {@link Service.walk} go on. Needs `all`. Docs: https://docs.globus.org/api/transfer/file_operations/#list_directory_contents */
  readonly ls: Operation.Operation<typeof Files.ls>
  /** Makes a directory; its parent must exist. Needs `all`. Docs: https://docs.globus.org/api/transfer/file_operations/#make_directory */
  readonly mkdir: Operation.Operation<typeof Files.mkdir>
  /** Renames or moves a file or directory within its collection. Needs `all`. Docs: https://docs.globus.org/api/transfer/file_operations/#rename */
  readonly rename: Operation.Operation<typeof Files.rename>
  /** Gets one file or directory. Needs `all`. Docs: https://docs.globus.org/api/transfer/file_operations/#stat */
  readonly stat: Operation.Operation<typeof Files.stat>
  /** Makes a symbolic link, where the collection supports it (`symlink_supported` of a listing). Needs `all`. Docs: https://docs.globus.org/api/transfer/file_operations/#symlink */
  readonly symlink: Operation.Operation<typeof Files.symlink>

  // tasks

  /** Gets an id that makes a submission safe to repeat; submitting does so by itself. Needs `all`. Docs: https://docs.globus.org/api/transfer/task_submit/#get_submission_id */
  readonly getSubmissionId: Operation.Operation<typeof Tasks.getSubmissionId>
  /**
   * Starts a transfer, see `TransferData`. Gets a submission id first unless the document has one, so that repeating the
   * request, which is done where it helps, never starts a second task. If Transfer misses consents to access data, those
   * of both collections are asked for in one login, and the transfer goes on.
   *
   * Needs `all`. Docs: https://docs.globus.org/api/transfer/task_submit/#submit_transfer_task
   */
  readonly submitTransfer: (
    data: TransferData,
    query?: Record<string, unknown>
  ) => Effect.Effect<SubmissionDocument, GlobusError>
  /** Starts a deletion, see `DeleteData`. Gets a submission id and consents as {@link submitTransfer} does. Needs `all`. Docs: https://docs.globus.org/api/transfer/task_submit/#submit_delete_task */
  readonly submitDelete: (
    data: DeleteData,
    query?: Record<string, unknown>
  ) => Effect.Effect<SubmissionDocument, GlobusError>
  /** Lists the caller's tasks, the latest first unless `orderby` says otherwise; at most 1000. Needs `all`. Docs: https://docs.globus.org/api/transfer/task/#get_task_list */
  readonly listTasks: Operation.Paged<typeof Tasks.listTasks>
  /** Gets one task of the caller. Needs `all`. Docs: https://docs.globus.org/api/transfer/task/#get_task_by_id */
  readonly getTask: Operation.Operation<typeof Tasks.getTask>
  /** Changes the label or the deadline of a task that has not ended. Needs `all`. Docs: https://docs.globus.org/api/transfer/task/#update_task_by_id */
  readonly updateTask: Operation.Operation<typeof Tasks.updateTask>
  /** Cancels a task. Its `code` is `TaskComplete` if the task had ended already. Needs `all`. Docs: https://docs.globus.org/api/transfer/task/#cancel_task_by_id */
  readonly cancelTask: Operation.Operation<typeof Tasks.cancelTask>
  /** Removes a task that has ended from the caller's history. Needs `all`. Docs: https://docs.globus.org/api/transfer/task/#remove_task_by_id */
  readonly removeTask: Operation.Operation<typeof Tasks.removeTask>
  /** Gets why a task is paused, or will be. Needs `all`. Docs: https://docs.globus.org/api/transfer/task/#get_task_pause_info */
  readonly getTaskPauseInfo: Operation.Operation<typeof Tasks.getTaskPauseInfo>
  /** Lists what happened while a task ran, the latest first; at most 1000. Needs `all`. Docs: https://docs.globus.org/api/transfer/task/#get_event_list */
  readonly listTaskEvents: Operation.Paged<typeof Tasks.listTaskEvents>
  /** Lists the files that a successful transfer has transferred. Needs `all`. Docs: https://docs.globus.org/api/transfer/task/#get_task_successful_transfers */
  readonly listTaskSuccessfulTransfers: Operation.Paged<typeof Tasks.listTaskSuccessfulTransfers>
  /** Lists the files that a transfer has left out because of errors at their source. Needs `all`. Docs: https://docs.globus.org/api/transfer/task/#get_task_skipped_errors */
  readonly listTaskSkippedErrors: Operation.Paged<typeof Tasks.listTaskSkippedErrors>

  // access rules

  /** Lists the access rules of a guest collection. Needs `all`. Docs: https://docs.globus.org/api/transfer/acl/#rest_access_get_list */
  readonly listAccessRules: Operation.Operation<typeof AccessRules.listAccessRules>
  /** Creates an access rule on a guest collection. Needs `all`. Docs: https://docs.globus.org/api/transfer/acl/#rest_access_create */
  readonly createAccessRule: Operation.Operation<typeof AccessRules.createAccessRule>
  /** Gets one access rule. Needs `all`. Docs: https://docs.globus.org/api/transfer/acl/#get_access_rule_by_id */
  readonly getAccessRule: Operation.Operation<typeof AccessRules.getAccessRule>
  /** Changes the permissions or the expiration of an access rule. Needs `all`. Docs: https://docs.globus.org/api/transfer/acl/#update_access_rule */
  readonly updateAccessRule: Operation.Operation<typeof AccessRules.updateAccessRule>
  /** Removes an access rule. Needs `all`. Docs: https://docs.globus.org/api/transfer/acl/#delete_access_rule */
  readonly deleteAccessRule: Operation.Operation<typeof AccessRules.deleteAccessRule>

  // roles

  /** Lists the roles on a collection of Globus Connect Personal. Needs `all`. Docs: https://docs.globus.org/api/transfer/roles/#role_list */
  readonly listRoles: Operation.Operation<typeof Roles.listRoles>
  /** Gives somebody a role on a collection of Globus Connect Personal. Needs `all`. Docs: https://docs.globus.org/api/transfer/roles/#create_role */
  readonly createRole: Operation.Operation<typeof Roles.createRole>
  /** Gets one role. Needs `all`. Docs: https://docs.globus.org/api/transfer/roles/#get_role_by_id */
  readonly getRole: Operation.Operation<typeof Roles.getRole>
  /** Takes a role away. Needs `all`. Docs: https://docs.globus.org/api/transfer/roles/#delete_role_by_id */
  readonly deleteRole: Operation.Operation<typeof Roles.deleteRole>

  // bookmarks

  /** Lists the caller's bookmarks. Needs `all`. Docs: https://docs.globus.org/api/transfer/collection_bookmarks/#get_list_of_bookmarks */
  readonly listBookmarks: Operation.Operation<typeof Bookmarks.listBookmarks>
  /** Creates a bookmark. Needs `all`. Docs: https://docs.globus.org/api/transfer/collection_bookmarks/#create_bookmark */
  readonly createBookmark: Operation.Operation<typeof Bookmarks.createBookmark>
  /** Gets one bookmark. Needs `all`. Docs: https://docs.globus.org/api/transfer/collection_bookmarks/#get_bookmark_by_id */
  readonly getBookmark: Operation.Operation<typeof Bookmarks.getBookmark>
  /** Renames a bookmark. Needs `all`. Docs: https://docs.globus.org/api/transfer/collection_bookmarks/#update_bookmark */
  readonly updateBookmark: Operation.Operation<typeof Bookmarks.updateBookmark>
  /** Removes a bookmark. Needs `all`. Docs: https://docs.globus.org/api/transfer/collection_bookmarks/#delete_bookmark_by_id */
  readonly deleteBookmark: Operation.Operation<typeof Bookmarks.deleteBookmark>
  /** Lists the caller's bookmarks as version 2 has them; of pages, `include: "collection"` also gives the collections. Needs `all`. Docs: https://docs.globus.org/api/transfer/collection_bookmarks */
  readonly listBookmarksV2: Operation.Paged<typeof Bookmarks.listBookmarksV2>
  /** Creates a bookmark, as version 2 has it. Needs `all`. Docs: https://docs.globus.org/api/transfer/collection_bookmarks */
  readonly createBookmarkV2: Operation.Operation<typeof Bookmarks.createBookmarkV2>
  /** Gets one bookmark, as version 2 has it. Needs `all`. Docs: https://docs.globus.org/api/transfer/collection_bookmarks */
  readonly getBookmarkV2: Operation.Operation<typeof Bookmarks.getBookmarkV2>
  /** Changes the name or the path of a bookmark, as version 2 has it. Needs `all`. Docs: https://docs.globus.org/api/transfer/collection_bookmarks */
  readonly updateBookmarkV2: Operation.Operation<typeof Bookmarks.updateBookmarkV2>
  /** Removes a bookmark, as version 2 does it. Needs `all`. Docs: https://docs.globus.org/api/transfer/collection_bookmarks */
  readonly deleteBookmarkV2: Operation.Operation<typeof Bookmarks.deleteBookmarkV2>

  // collections that the caller manages

  /** Lists the collections on which the caller may watch what others do. Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/#get_monitored_endpoints_and_collections */
  readonly managerListMonitoredEndpoints: Operation.Operation<
    typeof EndpointManager.managerListMonitoredEndpoints
  >
  /** Lists the guest collections on a collection that the caller manages. Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/#get_hosted_collection_list */
  readonly managerListHostedEndpoints: Operation.Operation<typeof EndpointManager.managerListHostedEndpoints>
  /** Gets a collection as those see it who manage it or its host. Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/#mc_get_endpoint_or_collection */
  readonly managerGetEndpoint: Operation.Operation<typeof EndpointManager.managerGetEndpoint>
  /** Lists the access rules of a guest collection on a collection that the caller manages. Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/#get_guest_collection_access_list_as_admin */
  readonly managerListAccessRules: Operation.Operation<typeof EndpointManager.managerListAccessRules>
  /**
   * Lists everybody's tasks on managed collections. Unless only active ones are asked for, `filter_endpoint` or
   * `filter_task_id` has to be given.
   *
   * Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/#get_tasks
   */
  readonly managerListTasks: Operation.Paged<typeof EndpointManager.managerListTasks>
  /** Gets somebody's task. Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/#get_task */
  readonly managerGetTask: Operation.Operation<typeof EndpointManager.managerGetTask>
  /** Lists what happened while somebody's task ran; at most 1000. Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/#get_task_events */
  readonly managerListTaskEvents: Operation.Paged<typeof EndpointManager.managerListTaskEvents>
  /** Gets why somebody's task is paused, or will be. Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/#get_task_pause_info_as_admin */
  readonly managerGetTaskPauseInfo: Operation.Operation<typeof EndpointManager.managerGetTaskPauseInfo>
  /** Lists the files that somebody's transfer has transferred. Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/ */
  readonly managerListTaskSuccessfulTransfers: Operation.Paged<
    typeof EndpointManager.managerListTaskSuccessfulTransfers
  >
  /** Lists the files that somebody's transfer has left out. Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/ */
  readonly managerListTaskSkippedErrors: Operation.Paged<typeof EndpointManager.managerListTaskSkippedErrors>
  /** Orders tasks to be cancelled; {@link managerGetCancelStatus} says when it is done. Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/#admin_cancel */
  readonly managerCancelTasks: Operation.Operation<typeof EndpointManager.managerCancelTasks>
  /** Gets how far an order to cancel tasks is. Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/#get_cancel_status_by_id */
  readonly managerGetCancelStatus: Operation.Operation<typeof EndpointManager.managerGetCancelStatus>
  /** As {@link managerGetCancelStatus}, but asked by `POST`, as Globus' JavaScript SDK does. Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/#get_cancel_status_by_id */
  readonly managerPostCancelStatus: Operation.Operation<typeof EndpointManager.managerPostCancelStatus>
  /** Pauses tasks until they are resumed. Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/#pause_tasks_as_admin */
  readonly managerPauseTasks: Operation.Operation<typeof EndpointManager.managerPauseTasks>
  /** Resumes tasks that were paused. Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/#resume_tasks_as_admin */
  readonly managerResumeTasks: Operation.Operation<typeof EndpointManager.managerResumeTasks>
  /** Lists the pause rules on managed collections. Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/#get_pause_rules */
  readonly managerListPauseRules: Operation.Operation<typeof EndpointManager.managerListPauseRules>
  /** Creates a rule that pauses what is done on a collection. Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/#create_pause_rule */
  readonly managerCreatePauseRule: Operation.Operation<typeof EndpointManager.managerCreatePauseRule>
  /** Gets one pause rule. Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/#get_pause_rule */
  readonly managerGetPauseRule: Operation.Operation<typeof EndpointManager.managerGetPauseRule>
  /** Changes a pause rule. Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/#update_pause_rule */
  readonly managerUpdatePauseRule: Operation.Operation<typeof EndpointManager.managerUpdatePauseRule>
  /** Removes a pause rule. Needs `all`. Docs: https://docs.globus.org/api/transfer/advanced_collection_management/#delete_pause_rule */
  readonly managerDeletePauseRule: Operation.Operation<typeof EndpointManager.managerDeletePauseRule>

  // tunnels

  /**
   * Opens a tunnel, see `TunnelData`. Makes up a submission id unless the document has one, so that repeating the request
   * never opens a second tunnel.
   *
   * Needs `all`.
   */
  readonly createTunnel: Operation.Operation<typeof Tunnels.createTunnel>
  /** Lists the caller's tunnels. Needs `all`. */
  readonly listTunnels: Operation.Paged<typeof Tunnels.listTunnels>
  /** Gets one tunnel. Needs `all`. */
  readonly getTunnel: Operation.Operation<typeof Tunnels.getTunnel>
  /** Changes a tunnel, or stops it (`state: "STOPPING"`). Needs `all`. */
  readonly updateTunnel: Operation.Operation<typeof Tunnels.updateTunnel>
  /** Removes a tunnel. Needs `all`. */
  readonly deleteTunnel: Operation.Operation<typeof Tunnels.deleteTunnel>
  /** Lists what happened to a tunnel. Needs `all`. */
  readonly listTunnelEvents: Operation.Paged<typeof Tunnels.listTunnelEvents>
  /** Lists stream access points. Needs `all`. */
  readonly listStreamAccessPoints: Operation.Paged<typeof Tunnels.listStreamAccessPoints>
  /** Gets one stream access point. Needs `all`. */
  readonly getStreamAccessPoint: Operation.Operation<typeof Tunnels.getStreamAccessPoint>
}

export type { WaitOptions } from "./internal/wait.ts"
export type { WalkEntry, WalkOptions } from "./internal/walk.ts"

/** Globus Transfer. */
export interface Service extends TransferOperations {
  /**
   * Waits until a task has ended, or goes on only when its owner acts (`INACTIVE`), and returns it: its `status` says
   * which. Fails with `TaskStillActive` when `timeout` has passed; the task goes on then, as it does when waiting is
   * interrupted. Needs `all`.
   */
  readonly waitForTask: (
    taskId: Input<TaskId>,
    options?: Wait.WaitOptions
  ) => Effect.Effect<TaskDocument, GlobusError | TaskStillActive>
  /**
   * The task as it is now, and then whenever it has changed, until it has ended as for {@link waitForTask}: the last
   * element says how. Needs `all`.
   */
  readonly taskProgress: (
    taskId: Input<TaskId>,
    options?: Wait.WaitOptions
  ) => Stream.Stream<TaskDocument, GlobusError | TaskStillActive>
  /**
   * The entries of a directory, however many there are: as {@link TransferOperations.ls}, with a request for each
   * `limit` of them. Needs `all`.
   */
  readonly listFiles: (
    endpointId: Input<EndpointId>,
    query?: (typeof Files.ls)["~Query"]["Type"]
  ) => Stream.Stream<FileDocument, GlobusError>
  /**
   * The entries of a directory and of all directories in it, the nearest first. Links are listed but not followed, so
   * every walk ends. Several directories are listed at once, while what was found waits for who reads the stream; only
   * the names of the directories still to be listed are kept. Needs `all`.
   */
  readonly walk: (
    endpointId: Input<EndpointId>,
    options?: Walk.WalkOptions
  ) => Stream.Stream<Walk.WalkEntry, GlobusError>
  /** Makes further scopes of Transfer a requirement of the program, for example with dependencies. */
  readonly addScopes: (scopes: GlobusScope.ScopeInput) => Effect.Effect<void, GlobusScope.ScopeError>
  /**
   * Makes access to the data of mapped collections a requirement of the program, so that the next login asks for it.
   * Without it, consent is asked for when Transfer first misses it. Fails if an id is not one.
   */
  readonly addDataAccess: (
    ...collectionIds: ReadonlyArray<Input<EndpointId>>
  ) => Effect.Effect<void, InvalidRequest>
}

/** What can be set; everything has a default. */
export interface Options {
  /** The scopes that the program requires. Default: `all`. */
  readonly scopes?: GlobusScope.ScopeInput | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const { all, resourceServer } = TransferScopes

const check = <S extends Schema.Constraint>(schema: S, operation: string) =>
  ServiceClient.checkPayload(schema, { service: "transfer", operation })

const withoutItems = ({ DATA }: { readonly DATA?: ReadonlyArray<unknown> | undefined }) =>
  DATA?.length === 0 ? { path: ["DATA"], issue: "Expected at least one item" } : undefined

const checkTransfer = check(TransferDocument.check(Schema.makeFilter(withoutItems)), "submitTransfer")
const checkDelete = check(DeleteDocument.check(Schema.makeFilter(withoutItems)), "submitDelete")
const checkTunnel = check(TunnelData.TunnelData, "createTunnel")
const isEndpointId = Schema.is(EndpointId)

const makeRequiring = Effect.fnUntraced(function* (scopes: ReadonlyArray<GlobusScope.GlobusScope>) {
  const authorizer = yield* Authorizer
  yield* authorizer.require(resourceServer, scopes)
  const operations = yield* ServiceClient.make(TransferApi, {
    service: "transfer",
    name: "Transfer",
    need: (anyOf) => ({ resourceServer, anyOf })
  })

  // Whether Transfer reaches the data of a collection only with a consent of its own. What cannot be looked up adds
  // nothing to what Transfer itself has asked for.
  const needsDataAccess = (collection: Input<EndpointId>) =>
    operations.getEndpoint(collection).pipe(
      Effect.map(
        ({ entity_type, high_assurance }) =>
          entity_type === "GCSv5_mapped_collection" && high_assurance !== true
      ),
      Effect.orElseSucceed(() => false),
      Effect.provideService(ServiceClient.Widening, Effect.succeed)
    )

  // Transfer names the consent that it has missed first; the user is asked once for all that the task will need.
  const withDataAccess = (collections: ReadonlyArray<Input<EndpointId> | undefined>) =>
    Effect.provideService(
      ServiceClient.Widening,
      Effect.fnUntraced(function* (requirement: AuthorizationRequired) {
        if (requirement.parameters.required_scopes === undefined) return requirement
        const candidates = new Set(collections.filter((collection) => collection !== undefined))
        const mapped = yield* Effect.filter(candidates, needsDataAccess, { concurrency: "unbounded" })
        if (mapped.length === 0) return requirement
        const { code, operation, parameters, problems, requestId, service } = requirement
        return new AuthorizationRequired({
          service,
          operation,
          code,
          parameters: AuthorizationParameters.merge(parameters, {
            required_scopes: [GlobusScope.serialize(dataAccess(mapped))]
          }),
          ...(problems === undefined ? {} : { problems }),
          ...(requestId === undefined ? {} : { requestId })
        })
      })
    )

  return TransferClient.of({
    ...operations,
    submitTransfer: Effect.fn("Transfer.submitTransfer")(function* (data, query) {
      yield* checkTransfer(data)
      const submission_id = data.submission_id ?? (yield* operations.getSubmissionId()).value
      return yield* operations
        .submitTransfer({ ...data, submission_id }, query)
        .pipe(withDataAccess([data.source_endpoint, data.destination_endpoint]))
    }),
    submitDelete: Effect.fn("Transfer.submitDelete")(function* (data, query) {
      yield* checkDelete(data)
      const submission_id = data.submission_id ?? (yield* operations.getSubmissionId()).value
      return yield* operations
        .submitDelete({ ...data, submission_id }, query)
        .pipe(withDataAccess([data.endpoint]))
    }),
    createTunnel: Effect.fn("Transfer.createTunnel")(function* (tunnel, query) {
      yield* checkTunnel(tunnel)
      const { attributes } = tunnel.data
      const submission_id = attributes?.submission_id ?? SecureRandom.uuidV4Unsafe()
      const data = { ...tunnel.data, attributes: { ...attributes, submission_id } }
      return yield* operations.createTunnel({ ...tunnel, data }, query)
    }),
    waitForTask: Effect.fn("Transfer.waitForTask")(function* (taskId, options = {}) {
      return yield* Effect.repeat(operations.getTask(taskId), { schedule: Wait.schedule(options) })
    }),
    taskProgress: (taskId, options = {}) =>
      Stream.changes(Stream.fromEffectSchedule(operations.getTask(taskId), Wait.schedule(options))),
    listFiles: Walk.listFiles(operations.ls),
    walk: Walk.walk(operations.ls),
    addScopes: Effect.fn("Transfer.addScopes")(function* (scopes) {
      yield* authorizer.require(resourceServer, yield* GlobusScope.fromInputEffect(scopes))
    }),
    addDataAccess: Effect.fn("Transfer.addDataAccess")(function* (...collectionIds) {
      const wrong = collectionIds.findIndex((id) => !isEndpointId(id))
      if (wrong !== -1) {
        return yield* new InvalidRequest({
          service: "transfer",
          operation: "addDataAccess",
          field: `collectionIds[${wrong}]`,
          detail: `Expected a UUID such as 6c54cade-bde5-45c1-bdea-f4bd71dba2cc, got ${JSON.stringify(collectionIds[wrong])}`
        })
      }
      if (collectionIds.length > 0) yield* authorizer.require(resourceServer, [dataAccess(collectionIds)])
    })
  })
})

const withDefaults = Effect.suspend(() => makeRequiring([GlobusScope.makeUnsafe(all)]))

/** A client of Globus Transfer, as the layers provide it. Fails if `scopes` cannot be read. */
export const make = Effect.fnUntraced(function* ({ scopes }: Options = {}) {
  return yield* scopes === undefined
    ? withDefaults
    : Effect.flatMap(GlobusScope.fromInputEffect(scopes), makeRequiring)
})

/** Globus Transfer. */
export class TransferClient extends Context.Service<TransferClient, Service>()(
  "@effect-globus/sdk/transfer/TransferClient"
) {
  /** Requires the scope `all` of Transfer. */
  static readonly layer: Layer.Layer<TransferClient, never, Authorizer | Transport> = Layer.effect(
    this,
    withDefaults
  )

  /** Requires these scopes instead of the default. */
  static readonly layerWith = (
    options: Options
  ): Layer.Layer<TransferClient, GlobusScope.ScopeError, Authorizer | Transport> =>
    Layer.effect(TransferClient, make(options))
}

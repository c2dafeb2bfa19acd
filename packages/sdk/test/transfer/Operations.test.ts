/** The operations of Transfer: each as it goes on the wire, and what comes back. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import * as DeleteData from "../../src/transfer/DeleteData.ts"
import { type Service, TransferClient } from "../../src/transfer/TransferClient.ts"
import * as TransferData from "../../src/transfer/TransferData.ts"
import * as TunnelData from "../../src/transfer/TunnelData.ts"
import * as D from "./internal/Documents.ts"
import * as Globus from "./internal/Globus.ts"

const { destination, json, source, submissionId, taskId } = Globus
const { accessPointId, bookmarkId, pauseRuleId, roleId, ruleId, tunnelId } = D

interface Case {
  readonly name: string
  readonly use: (transfer: Service) => Effect.Effect<unknown, unknown>
  readonly request: string
  readonly body?: unknown
  readonly answer: unknown
}

const list = (type: string, ...DATA: ReadonlyArray<unknown>) => ({
  DATA_TYPE: type,
  DATA,
  length: DATA.length
})

const submission = (kind: "transfer" | "delete") => ({
  DATA_TYPE: `${kind}_result`,
  code: "Accepted",
  message: "The task has been accepted.",
  task_id: taskId,
  submission_id: submissionId,
  task_link: {
    DATA_TYPE: "link",
    href: `task/${taskId}`,
    rel: "related",
    resource: "task",
    title: "related task"
  },
  resource: `/${kind}`,
  request_id: "abc123"
})

const manager = "/v0.10/endpoint_manager"

const ofEndpoints: ReadonlyArray<Case> = [
  {
    name: "getEndpoint",
    use: (transfer) => transfer.getEndpoint(source),
    request: `GET /v0.10/endpoint/${source}`,
    answer: { ...D.endpoint, brand_new: { deep: [1, null] } }
  },
  {
    name: "updateEndpoint",
    use: (transfer) => transfer.updateEndpoint(source, { display_name: "changed", keywords: null }),
    request: `PUT /v0.10/endpoint/${source}`,
    body: { display_name: "changed", keywords: null },
    answer: D.result("Updated", `/endpoint/${source}`)
  },
  {
    name: "deleteEndpoint",
    use: (transfer) => transfer.deleteEndpoint(source),
    request: `DELETE /v0.10/endpoint/${source}`,
    answer: D.result("Deleted", `/endpoint/${source}`)
  },
  {
    name: "createSharedEndpoint",
    use: (transfer) =>
      transfer.createSharedEndpoint({
        host_endpoint_id: source,
        host_path: "/shared/",
        display_name: "Guests"
      }),
    request: "POST /v0.10/shared_endpoint",
    body: {
      DATA_TYPE: "shared_endpoint",
      host_endpoint_id: source,
      host_path: "/shared/",
      display_name: "Guests"
    },
    answer: {
      ...D.result("Created", "/shared_endpoint"),
      DATA_TYPE: "endpoint_create_result",
      id: destination
    }
  },
  {
    name: "searchEndpoints",
    use: (transfer) =>
      transfer.searchEndpoints.page({ filter_scope: "my-endpoints", filter_non_functional: false, limit: 5 }),
    request: "GET /v0.10/endpoint_search?filter_scope=my-endpoints&filter_non_functional=0&limit=5",
    answer: { DATA_TYPE: "endpoint_list", DATA: [D.endpoint], limit: 5, offset: 0, has_next_page: false }
  },
  {
    name: "listMyEffectivePauseRules",
    use: (transfer) => transfer.listMyEffectivePauseRules(source),
    request: `GET /v0.10/endpoint/${source}/my_effective_pause_rule_list`,
    answer: list("pause_rule_list", { ...D.pauseRule, DATA_TYPE: "pause_rule_limited" })
  },
  {
    name: "listMySharedEndpoints",
    use: (transfer) => transfer.listMySharedEndpoints(source),
    request: `GET /v0.10/endpoint/${source}/my_shared_endpoint_list`,
    answer: list("endpoint_list", { ...D.endpoint, entity_type: "GCSv5_guest_collection" })
  },
  {
    name: "listSharedEndpoints",
    use: (transfer) => transfer.listSharedEndpoints.page(source, { max_results: 10 }),
    request: `GET /v0.10/endpoint/${source}/shared_endpoint_list?max_results=10`,
    answer: { shared_endpoints: [{ id: destination, display_name: "Guests" }], next_token: null }
  },
  {
    name: "listEndpointServers",
    use: (transfer) => transfer.listEndpointServers(source),
    request: `GET /v0.10/endpoint/${source}/server_list`,
    answer: list("endpoint_server_list", D.server)
  },
  {
    name: "getEndpointServer",
    use: (transfer) => transfer.getEndpointServer(source, 985),
    request: `GET /v0.10/endpoint/${source}/server/985`,
    answer: D.server
  },
  {
    name: "setSubscriptionId",
    use: (transfer) => transfer.setSubscriptionId(source, { subscription_id: "DEFAULT" }),
    request: `PUT /v0.10/endpoint/${source}/subscription`,
    body: { subscription_id: "DEFAULT" },
    answer: D.result("Updated", `/endpoint/${source}/subscription`)
  },
  {
    name: "setSubscriptionAdminVerified",
    use: (transfer) => transfer.setSubscriptionAdminVerified(source, { subscription_admin_verified: true }),
    request: `PUT /v0.10/endpoint/${source}/subscription_admin_verified`,
    body: { subscription_admin_verified: true },
    answer: D.result("Updated", `/endpoint/${source}/subscription_admin_verified`)
  }
]

const operation = `/v0.10/operation/endpoint/${source}`

const ofFiles: ReadonlyArray<Case> = [
  {
    name: "ls",
    use: (transfer) => transfer.ls(source, { path: "/~/", limit: 1 }),
    request: `GET ${operation}/ls?path=/~/&limit=1`,
    answer: {
      DATA_TYPE: "file_list",
      DATA: [D.file, { DATA_TYPE: "file", name: "link", type: "a_type_of_the_future", link_target: "/x" }],
      endpoint: source,
      path: "/~/",
      absolute_path: "/home/ada/",
      rename_supported: true,
      symlink_supported: false,
      length: 2,
      total: 2
    }
  },
  {
    name: "mkdir",
    use: (transfer) => transfer.mkdir(source, { path: "/new/" }),
    request: `POST ${operation}/mkdir`,
    body: { DATA_TYPE: "mkdir", path: "/new/" },
    answer: { ...D.result("DirectoryCreated", `${operation}/mkdir`), DATA_TYPE: "mkdir_result" }
  },
  {
    name: "rename",
    use: (transfer) => transfer.rename(source, { old_path: "/a", new_path: "/b", local_user: "ada" }),
    request: `POST ${operation}/rename`,
    body: { DATA_TYPE: "rename", old_path: "/a", new_path: "/b", local_user: "ada" },
    answer: D.result("FileRenamed", `${operation}/rename`)
  },
  {
    name: "stat",
    use: (transfer) => transfer.stat(source, { path: "/data.csv" }),
    request: `GET ${operation}/stat?path=/data.csv`,
    answer: D.file
  },
  {
    name: "symlink",
    use: (transfer) => transfer.symlink(source, { path: "/latest", symlink_target: "/results/7" }),
    request: `POST ${operation}/symlink`,
    body: { DATA_TYPE: "symlink", path: "/latest", symlink_target: "/results/7" },
    answer: D.result("SymlinkCreated", `${operation}/symlink`)
  }
]

const item = { DATA_TYPE: "transfer_item", source_path: "/a", destination_path: "/b" }

const ofTasks: ReadonlyArray<Case> = [
  {
    name: "getSubmissionId",
    use: (transfer) => transfer.getSubmissionId(),
    request: "GET /v0.10/submission_id",
    answer: { DATA_TYPE: "submission_id", value: submissionId }
  },
  {
    name: "submitTransfer",
    use: (transfer) =>
      transfer.submitTransfer(
        TransferData.make({
          source_endpoint: source,
          destination_endpoint: destination,
          submission_id: submissionId,
          items: [item]
        })
      ),
    request: "POST /v0.10/transfer",
    body: {
      DATA_TYPE: "transfer",
      source_endpoint: source,
      destination_endpoint: destination,
      submission_id: submissionId,
      DATA: [item]
    },
    answer: submission("transfer")
  },
  {
    name: "submitDelete",
    use: (transfer) =>
      transfer.submitDelete(
        DeleteData.make({ endpoint: source, submission_id: submissionId, items: ["/a"] })
      ),
    request: "POST /v0.10/delete",
    body: {
      DATA_TYPE: "delete",
      endpoint: source,
      submission_id: submissionId,
      DATA: [{ DATA_TYPE: "delete_item", path: "/a" }]
    },
    answer: submission("delete")
  },
  {
    name: "listTasks",
    use: (transfer) =>
      transfer.listTasks.page({ filter: "status:ACTIVE", orderby: ["label", "faults DESC"] }),
    request: "GET /v0.10/task_list?orderby=label,faults+DESC&filter=status:ACTIVE",
    answer: { ...list("task_list", D.task), limit: 10, offset: 0, total: 1 }
  },
  {
    name: "getTask",
    use: (transfer) => transfer.getTask(taskId),
    request: `GET /v0.10/task/${taskId}`,
    answer: { ...D.task, status: "a_status_of_the_future", fatal_error: { code: "x", description: "y" } }
  },
  {
    name: "updateTask",
    use: (transfer) => transfer.updateTask(taskId, { DATA_TYPE: "task", label: "nightly" }),
    request: `PUT /v0.10/task/${taskId}`,
    body: { DATA_TYPE: "task", label: "nightly" },
    answer: D.result("Updated", `/task/${taskId}`)
  },
  {
    name: "cancelTask",
    use: (transfer) => transfer.cancelTask(taskId),
    request: `POST /v0.10/task/${taskId}/cancel`,
    answer: D.result("Canceled", `/task/${taskId}/cancel`)
  },
  {
    name: "removeTask",
    use: (transfer) => transfer.removeTask(taskId),
    request: `POST /v0.10/task/${taskId}/remove`,
    answer: D.result("Removed", `/task/${taskId}/remove`)
  },
  {
    name: "getTaskPauseInfo",
    use: (transfer) => transfer.getTaskPauseInfo(taskId),
    request: `GET /v0.10/task/${taskId}/pause_info`,
    answer: {
      DATA_TYPE: "pause_info_limited",
      pause_rules: [{ ...D.pauseRule, DATA_TYPE: "pause_rule_limited" }],
      source_pause_message: null,
      source_pause_message_share: null,
      destination_pause_message: "Maintenance",
      destination_pause_message_share: null
    }
  },
  {
    name: "listTaskEvents",
    use: (transfer) => transfer.listTaskEvents.page(taskId, { limit: 3, offset: 6 }),
    request: `GET /v0.10/task/${taskId}/event_list?limit=3&offset=6`,
    answer: { ...list("event_list", D.event), limit: 3, offset: 6, total: 7 }
  },
  {
    name: "listTaskSuccessfulTransfers",
    use: (transfer) => transfer.listTaskSuccessfulTransfers.page(taskId, { marker: "7" }),
    request: `GET /v0.10/task/${taskId}/successful_transfers?marker=7`,
    answer: { DATA_TYPE: "successful_transfers", DATA: [D.successfulTransfer], marker: 7, next_marker: null }
  },
  {
    name: "listTaskSkippedErrors",
    use: (transfer) => transfer.listTaskSkippedErrors.page(taskId),
    request: `GET /v0.10/task/${taskId}/skipped_errors`,
    answer: { DATA_TYPE: "skipped_errors", DATA: [D.skippedError], marker: 0, next_marker: 93979 }
  }
]

const access = `/v0.10/endpoint/${source}/access`

const ofAccessRules: ReadonlyArray<Case> = [
  {
    name: "listAccessRules",
    use: (transfer) => transfer.listAccessRules(source),
    request: `GET ${access}_list`,
    answer: { ...list("access_list", D.accessRule, { ...D.accessRule, id: null }), endpoint: source }
  },
  {
    name: "createAccessRule",
    use: (transfer) =>
      transfer.createAccessRule(source, {
        DATA_TYPE: "access",
        principal_type: "anonymous",
        principal: "",
        path: "/results/",
        permissions: "r",
        notify_email: null
      }),
    request: `POST ${access}`,
    body: {
      DATA_TYPE: "access",
      principal_type: "anonymous",
      principal: "",
      path: "/results/",
      permissions: "r",
      notify_email: null
    },
    answer: { ...D.result("Created", "/access"), DATA_TYPE: "access_create_result", access_id: ruleId }
  },
  {
    name: "getAccessRule",
    use: (transfer) => transfer.getAccessRule(source, ruleId),
    request: `GET ${access}/${ruleId}`,
    answer: D.accessRule
  },
  {
    name: "updateAccessRule",
    use: (transfer) => transfer.updateAccessRule(source, ruleId, { permissions: "rw" }),
    request: `PUT ${access}/${ruleId}`,
    body: { permissions: "rw" },
    answer: D.result("Updated", `/access/${ruleId}`)
  },
  {
    name: "deleteAccessRule",
    use: (transfer) => transfer.deleteAccessRule(source, ruleId),
    request: `DELETE ${access}/${ruleId}`,
    answer: D.result("Deleted", `/access/${ruleId}`)
  }
]

const ofRoles: ReadonlyArray<Case> = [
  {
    name: "listRoles",
    use: (transfer) => transfer.listRoles(source),
    request: `GET /v0.10/endpoint/${source}/role_list`,
    answer: list("role_list", D.role)
  },
  {
    name: "createRole",
    use: (transfer) =>
      transfer.createRole(source, {
        DATA_TYPE: "role",
        principal_type: "identity",
        principal: D.identityId,
        role: "activity_monitor"
      }),
    request: `POST /v0.10/endpoint/${source}/role`,
    body: {
      DATA_TYPE: "role",
      principal_type: "identity",
      principal: D.identityId,
      role: "activity_monitor"
    },
    answer: D.role
  },
  {
    name: "getRole",
    use: (transfer) => transfer.getRole(source, roleId),
    request: `GET /v0.10/endpoint/${source}/role/${roleId}`,
    answer: D.role
  },
  {
    name: "deleteRole",
    use: (transfer) => transfer.deleteRole(source, roleId),
    request: `DELETE /v0.10/endpoint/${source}/role/${roleId}`,
    answer: D.result("Deleted", `/role/${roleId}`)
  }
]

const payloadV2 = {
  data: {
    type: "Bookmark",
    attributes: { name: "results", path: "/results/" },
    relationships: { collection: { data: { type: "Collection", id: source } } }
  }
}

const ofBookmarks: ReadonlyArray<Case> = [
  {
    name: "listBookmarks",
    use: (transfer) => transfer.listBookmarks(),
    request: "GET /v0.10/bookmark_list",
    answer: { DATA_TYPE: "bookmark_list", DATA: [D.bookmark] }
  },
  {
    name: "createBookmark",
    use: (transfer) => transfer.createBookmark({ name: "results", endpoint_id: source, path: "/results/" }),
    request: "POST /v0.10/bookmark",
    body: { name: "results", endpoint_id: source, path: "/results/" },
    answer: D.bookmark
  },
  {
    name: "getBookmark",
    use: (transfer) => transfer.getBookmark(bookmarkId),
    request: `GET /v0.10/bookmark/${bookmarkId}`,
    answer: D.bookmark
  },
  {
    name: "updateBookmark",
    use: (transfer) => transfer.updateBookmark(bookmarkId, { name: "latest" }),
    request: `PUT /v0.10/bookmark/${bookmarkId}`,
    body: { name: "latest" },
    answer: D.bookmark
  },
  {
    name: "deleteBookmark",
    use: (transfer) => transfer.deleteBookmark(bookmarkId),
    request: `DELETE /v0.10/bookmark/${bookmarkId}`,
    answer: D.result("Deleted", `/bookmark/${bookmarkId}`)
  },
  {
    name: "listBookmarksV2",
    use: (transfer) => transfer.listBookmarksV2.page({ include: "collection", "page[limit]": 2 }),
    request: "GET /v2/bookmarks?page[limit]=2&include=collection",
    answer: { data: [D.bookmarkV2], included: [D.collection], links: { next: null }, meta: D.meta }
  },
  {
    name: "createBookmarkV2",
    use: (transfer) =>
      transfer.createBookmarkV2({
        data: {
          attributes: { name: "results", path: "/results/" },
          relationships: { collection: { data: { id: source } } }
        }
      }),
    request: "POST /v2/bookmarks",
    body: payloadV2,
    answer: { data: D.bookmarkV2, meta: D.meta }
  },
  {
    name: "getBookmarkV2",
    use: (transfer) => transfer.getBookmarkV2(bookmarkId, { include: "collection" }),
    request: `GET /v2/bookmarks/${bookmarkId}?include=collection`,
    answer: { data: D.bookmarkV2, included: [D.collection], meta: D.meta }
  },
  {
    name: "updateBookmarkV2",
    use: (transfer) => transfer.updateBookmarkV2(bookmarkId, { data: { attributes: { path: "/latest/" } } }),
    request: `PATCH /v2/bookmarks/${bookmarkId}`,
    body: { data: { type: "Bookmark", attributes: { path: "/latest/" } } },
    answer: { data: D.bookmarkV2, meta: D.meta }
  },
  {
    name: "deleteBookmarkV2",
    use: (transfer) => transfer.deleteBookmarkV2(bookmarkId),
    request: `DELETE /v2/bookmarks/${bookmarkId}`,
    answer: { meta: D.meta }
  }
]

const order = { task_id_list: [taskId], message: "Maintenance" }

const ofEndpointManager: ReadonlyArray<Case> = [
  {
    name: "managerListMonitoredEndpoints",
    use: (transfer) => transfer.managerListMonitoredEndpoints(),
    request: `GET ${manager}/monitored_endpoints`,
    answer: list("monitored_endpoint_list", D.endpoint)
  },
  {
    name: "managerListHostedEndpoints",
    use: (transfer) => transfer.managerListHostedEndpoints(source),
    request: `GET ${manager}/endpoint/${source}/hosted_endpoint_list`,
    answer: list("endpoint_list", D.endpoint)
  },
  {
    name: "managerGetEndpoint",
    use: (transfer) => transfer.managerGetEndpoint(source),
    request: `GET ${manager}/endpoint/${source}`,
    answer: D.endpoint
  },
  {
    name: "managerListAccessRules",
    use: (transfer) => transfer.managerListAccessRules(source),
    request: `GET ${manager}/endpoint/${source}/access_list`,
    answer: { ...list("access_list", D.accessRule), endpoint: source }
  },
  {
    name: "managerListTasks",
    use: (transfer) =>
      transfer.managerListTasks.page({
        filter_status: ["ACTIVE", "INACTIVE"],
        filter_endpoint: source,
        filter_endpoint_use: "source",
        filter_is_paused: true
      }),
    request: `GET ${manager}/task_list?filter_status=ACTIVE,INACTIVE&filter_endpoint=${source}&filter_endpoint_use=source&filter_is_paused=true`,
    answer: { DATA_TYPE: "task_list", DATA: [D.managedTask], last_key: "complete,1,2", has_next_page: false }
  },
  {
    name: "managerGetTask",
    use: (transfer) => transfer.managerGetTask(taskId),
    request: `GET ${manager}/task/${taskId}`,
    answer: D.managedTask
  },
  {
    name: "managerListTaskEvents",
    use: (transfer) => transfer.managerListTaskEvents.page(taskId, { filter_is_error: true }),
    request: `GET ${manager}/task/${taskId}/event_list?filter_is_error=1`,
    answer: { ...list("event_list", D.event), limit: 10, offset: 0, total: 1 }
  },
  {
    name: "managerGetTaskPauseInfo",
    use: (transfer) => transfer.managerGetTaskPauseInfo(taskId),
    request: `GET ${manager}/task/${taskId}/pause_info`,
    answer: { DATA_TYPE: "pause_info", pause_rules: [D.pauseRule], source_pause_message: null }
  },
  {
    name: "managerListTaskSuccessfulTransfers",
    use: (transfer) => transfer.managerListTaskSuccessfulTransfers.page(taskId),
    request: `GET ${manager}/task/${taskId}/successful_transfers`,
    answer: { DATA_TYPE: "successful_transfers", DATA: [D.successfulTransfer], marker: 0, next_marker: null }
  },
  {
    name: "managerListTaskSkippedErrors",
    use: (transfer) => transfer.managerListTaskSkippedErrors.page(taskId, { marker: "3" }),
    request: `GET ${manager}/task/${taskId}/skipped_errors?marker=3`,
    answer: { DATA_TYPE: "skipped_errors", DATA: [D.skippedError], marker: 3, next_marker: null }
  },
  {
    name: "managerCancelTasks",
    use: (transfer) => transfer.managerCancelTasks(order),
    request: `POST ${manager}/admin_cancel`,
    body: order,
    answer: D.adminCancel
  },
  {
    name: "managerGetCancelStatus",
    use: (transfer) => transfer.managerGetCancelStatus("7"),
    request: `GET ${manager}/admin_cancel/7`,
    answer: { ...D.adminCancel, done: true }
  },
  {
    name: "managerPostCancelStatus",
    use: (transfer) => transfer.managerPostCancelStatus(7),
    request: `POST ${manager}/admin_cancel/7`,
    answer: { ...D.adminCancel, id: "7" }
  },
  {
    name: "managerPauseTasks",
    use: (transfer) => transfer.managerPauseTasks(order),
    request: `POST ${manager}/admin_pause`,
    body: order,
    answer: D.result("PauseAccepted", "/admin_pause")
  },
  {
    name: "managerResumeTasks",
    use: (transfer) => transfer.managerResumeTasks({ task_id_list: [taskId] }),
    request: `POST ${manager}/admin_resume`,
    body: { task_id_list: [taskId] },
    answer: D.result("ResumeAccepted", "/admin_resume")
  },
  {
    name: "managerListPauseRules",
    use: (transfer) => transfer.managerListPauseRules({ filter_endpoint: source }),
    request: `GET ${manager}/pause_rule_list?filter_endpoint=${source}`,
    answer: list("pause_rule_list", D.pauseRule)
  },
  {
    name: "managerCreatePauseRule",
    use: (transfer) =>
      transfer.managerCreatePauseRule({
        DATA_TYPE: "pause_rule",
        endpoint_id: source,
        identity_id: null,
        pause_ls: false
      }),
    request: `POST ${manager}/pause_rule`,
    body: { DATA_TYPE: "pause_rule", endpoint_id: source, identity_id: null, pause_ls: false },
    answer: D.pauseRule
  },
  {
    name: "managerGetPauseRule",
    use: (transfer) => transfer.managerGetPauseRule(pauseRuleId),
    request: `GET ${manager}/pause_rule/${pauseRuleId}`,
    answer: D.pauseRule
  },
  {
    name: "managerUpdatePauseRule",
    use: (transfer) => transfer.managerUpdatePauseRule(pauseRuleId, { message: "Until Monday" }),
    request: `PUT ${manager}/pause_rule/${pauseRuleId}`,
    body: { message: "Until Monday" },
    answer: D.pauseRule
  },
  {
    name: "managerDeletePauseRule",
    use: (transfer) => transfer.managerDeletePauseRule(pauseRuleId),
    request: `DELETE ${manager}/pause_rule/${pauseRuleId}`,
    answer: D.result("Deleted", `/pause_rule/${pauseRuleId}`)
  }
]

const tunnelToOpen = TunnelData.make({
  initiator: accessPointId,
  listener: accessPointId,
  submission_id: submissionId
})

const ofTunnels: ReadonlyArray<Case> = [
  {
    name: "createTunnel",
    use: (transfer) => transfer.createTunnel(tunnelToOpen),
    request: "POST /v2/tunnels",
    body: tunnelToOpen,
    answer: { data: D.tunnel, meta: D.meta }
  },
  {
    name: "listTunnels",
    use: (transfer) => transfer.listTunnels.page(),
    request: "GET /v2/tunnels",
    answer: { data: [D.tunnel], links: null, meta: D.meta }
  },
  {
    name: "getTunnel",
    use: (transfer) => transfer.getTunnel(tunnelId),
    request: `GET /v2/tunnels/${tunnelId}`,
    answer: { data: D.tunnel, meta: D.meta }
  },
  {
    name: "updateTunnel",
    use: (transfer) => transfer.updateTunnel(tunnelId, { data: { attributes: { state: "STOPPING" } } }),
    request: `PATCH /v2/tunnels/${tunnelId}`,
    body: { data: { type: "Tunnel", attributes: { state: "STOPPING" } } },
    answer: { data: D.tunnel, meta: D.meta }
  },
  {
    name: "deleteTunnel",
    use: (transfer) => transfer.deleteTunnel(tunnelId),
    request: `DELETE /v2/tunnels/${tunnelId}`,
    answer: { data: null, meta: D.meta }
  },
  {
    name: "listTunnelEvents",
    use: (transfer) => transfer.listTunnelEvents.page(tunnelId, { code_name: "STARTED", is_error: false }),
    request: `GET /v2/tunnels/${tunnelId}/events?code_name=STARTED&is_error=false`,
    answer: { data: [D.tunnelEvent, { ...D.tunnelEvent, attributes: null }], links: null, meta: D.meta }
  },
  {
    name: "listStreamAccessPoints",
    use: (transfer) =>
      transfer.listStreamAccessPoints.page({
        "filter[fulltext]": "detector",
        "filter[endpoint_admin]": true
      }),
    request: "GET /v2/stream_access_points?filter[fulltext]=detector&filter[endpoint_admin]=true",
    answer: { data: [D.accessPoint], meta: D.meta }
  },
  {
    name: "getStreamAccessPoint",
    use: (transfer) => transfer.getStreamAccessPoint(accessPointId),
    request: `GET /v2/stream_access_points/${accessPointId}`,
    answer: { data: D.accessPoint, meta: D.meta }
  }
]

const cases = [
  ...ofEndpoints,
  ...ofFiles,
  ...ofTasks,
  ...ofAccessRules,
  ...ofRoles,
  ...ofBookmarks,
  ...ofEndpointManager,
  ...ofTunnels
]

describe("an operation", () => {
  it.effect.each(cases)("$name: $request", ({ answer, body, request, use }) =>
    Effect.gen(function* () {
      const { bodyOf, layer, sent } = Globus.make(() => json(answer))
      const answered = yield* Effect.flatMap(TransferClient, use).pipe(Effect.provide(layer))
      assert.deepStrictEqual(
        sent.map(({ method, url }) => `${method} ${url.pathname}${decodeURIComponent(url.search)}`),
        [request]
      )
      assert.deepStrictEqual(sent[0]?.body === "" ? undefined : bodyOf(0), body)
      assert.deepStrictEqual(answered, answer)
    })
  )

  it.effect("is among those above", () =>
    Effect.gen(function* () {
      const transfer = yield* Effect.provide(TransferClient, Globus.make(() => json({})).layer)
      const others = ["addDataAccess", "addScopes", "listFiles", "taskProgress", "waitForTask", "walk"]
      assert.deepStrictEqual(
        Object.keys(transfer).toSorted(),
        [...cases.map(({ name }) => name), ...others].toSorted()
      )
    })
  )
})

describe("a listing of version 2", () => {
  const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`

  const listings: ReadonlyArray<
    readonly [
      name: string,
      path: string,
      item: object,
      all: (
        transfer: Service,
        query: { readonly "page[limit]": number }
      ) => Stream.Stream<{ readonly id: unknown }, unknown>
    ]
  > = [
    ["listTunnels", "/v2/tunnels", D.tunnel, (transfer, query) => transfer.listTunnels(query)],
    ["listBookmarksV2", "/v2/bookmarks", D.bookmarkV2, (transfer, query) => transfer.listBookmarksV2(query)],
    [
      "listStreamAccessPoints",
      "/v2/stream_access_points",
      D.accessPoint,
      (transfer, query) => transfer.listStreamAccessPoints(query)
    ],
    [
      "listTunnelEvents",
      `/v2/tunnels/${tunnelId}/events`,
      D.tunnelEvent,
      (transfer, query) => transfer.listTunnelEvents(tunnelId, query)
    ]
  ]

  it.effect.each(listings)("%s goes on where its links lead", ([, path, item, all]) =>
    Effect.gen(function* () {
      const { layer, sent } = Globus.make(({ url }) => {
        const at = Number(url.searchParams.get("page[marker]") ?? 0)
        const data = [0, 1].map((n) => ({ ...item, id: uuid(at + n) }))
        const next = `${path}?page%5Bmarker%5D=${at + 2}&page%5Blimit%5D=2`
        return json({ data, links: { next: at < 4 ? next : null }, meta: D.meta })
      })
      const items = yield* Effect.flatMap(TransferClient, (transfer) =>
        Stream.runCollect(all(transfer, { "page[limit]": 2 }))
      ).pipe(Effect.provide(layer))
      assert.deepStrictEqual(
        items.map(({ id }) => id),
        [0, 1, 2, 3, 4, 5].map(uuid)
      )
      assert.deepStrictEqual(
        sent.map(({ url }) => Object.fromEntries(url.searchParams)),
        [
          { "page[limit]": "2" },
          { "page[limit]": "2", "page[marker]": "2" },
          { "page[limit]": "2", "page[marker]": "4" }
        ]
      )
    })
  )

  it.effect.each(listings)("%s asks for no page of nothing", ([, , , all]) =>
    Effect.gen(function* () {
      const { layer, sent } = Globus.make(() => json({ data: [] }))
      const error = yield* Effect.flatMap(TransferClient, (transfer) =>
        Stream.runDrain(all(transfer, { "page[limit]": 0 }))
      ).pipe(Effect.flip, Effect.provide(layer))
      assert(Predicate.isTagged(error, "InvalidRequest"))
      assert.strictEqual("field" in error && error.field, "query.page[limit]")
      assert.lengthOf(sent, 0)
    })
  )

  it.effect("gives its pages too, with what is included in them", () =>
    Effect.gen(function* () {
      const { layer } = Globus.make(() => json({ data: [D.bookmarkV2], included: [D.collection] }))
      const pages = yield* Effect.flatMap(TransferClient, (transfer) =>
        Stream.runCollect(transfer.listBookmarksV2.pages({ include: "collection" }))
      ).pipe(Effect.provide(layer))
      assert.strictEqual(pages[0]?.included?.[0]?.attributes?.display_name, "Example")
    })
  )
})

describe("a link, a task or an order", () => {
  it.effect("that cannot be is named, and nothing is sent", () =>
    Effect.gen(function* () {
      const { layer, sent } = Globus.make(() => json({}))
      const transfer = yield* Effect.provide(TransferClient, layer)
      const nowhere = yield* Effect.flip(transfer.symlink(source, { path: "/a", symlink_target: "" }))
      assert(nowhere._tag === "InvalidRequest")
      assert.strictEqual(nowhere.field, "payload.symlink_target")
      const noTask = yield* Effect.flip(transfer.removeTask("nightly"))
      assert(noTask._tag === "InvalidRequest")
      assert.strictEqual(noTask.field, "task_id")
      const noTasks = yield* Effect.flip(transfer.managerPauseTasks({ ...order, task_id_list: [] }))
      assert(noTasks._tag === "InvalidRequest")
      assert.strictEqual(noTasks.field, "payload.task_id_list")
      const noItems = { source_endpoint: source, destination_endpoint: destination, items: [] }
      const nothing = yield* Effect.flip(transfer.submitTransfer(TransferData.make(noItems)))
      assert(nothing._tag === "InvalidRequest")
      assert.strictEqual(nothing.field, "payload.DATA")
      const nothingElse = yield* Effect.flip(transfer.submitDelete(DeleteData.make({ endpoint: source })))
      assert(nothingElse._tag === "InvalidRequest")
      assert.strictEqual(nothingElse.field, "payload.DATA")
      const useOfNothing = yield* transfer
        .managerListTasks({ filter_endpoint_use: "source" })
        .pipe(Stream.runDrain, Effect.flip)
      assert(useOfNothing._tag === "InvalidRequest")
      assert.strictEqual(useOfNothing.field, "query.filter_endpoint")
      assert.lengthOf(sent, 0)
    })
  )
})

/** Globus Transfer: methods of the Python SDK, and what they are called here. */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { TransferApi } from "../../../src/transfer/Api.ts"
import * as DeleteData from "../../../src/transfer/DeleteData.ts"
import { TransferClient } from "../../../src/transfer/TransferClient.ts"
import * as TransferData from "../../../src/transfer/TransferData.ts"
import * as TunnelData from "../../../src/transfer/TunnelData.ts"
import * as Mapping from "./Mapping.ts"

const client = Effect.provide(TransferClient, TransferClient.layer)

const rules: Record<string, Mapping.Rule> = {
  get_endpoint: "getEndpoint",
  update_endpoint: "updateEndpoint",
  delete_endpoint: "deleteEndpoint",
  create_shared_endpoint: "createSharedEndpoint",
  endpoint_search: "searchEndpoints",
  my_effective_pause_rule_list: "listMyEffectivePauseRules",
  my_shared_endpoint_list: "listMySharedEndpoints",
  get_shared_endpoint_list: "listSharedEndpoints",
  endpoint_server_list: "listEndpointServers",
  get_endpoint_server: "getEndpointServer",
  set_subscription_id: "setSubscriptionId",
  set_subscription_admin_verified: "setSubscriptionAdminVerified",
  operation_ls: "ls",
  operation_mkdir: "mkdir",
  operation_rename: {
    operation: "rename",
    payload: ({ newpath, oldpath, ...rest }) => ({ old_path: oldpath, new_path: newpath, ...rest })
  },
  operation_stat: "stat",
  get_submission_id: "getSubmissionId",
  submit_transfer: "submitTransfer",
  submit_delete: "submitDelete",
  task_list: "listTasks",
  get_task: "getTask",
  update_task: "updateTask",
  cancel_task: "cancelTask",
  task_pause_info: "getTaskPauseInfo",
  task_event_list: "listTaskEvents",
  task_successful_transfers: "listTaskSuccessfulTransfers",
  task_skipped_errors: "listTaskSkippedErrors",
  endpoint_acl_list: "listAccessRules",
  add_endpoint_acl_rule: "createAccessRule",
  get_endpoint_acl_rule: "getAccessRule",
  update_endpoint_acl_rule: "updateAccessRule",
  delete_endpoint_acl_rule: "deleteAccessRule",
  endpoint_role_list: "listRoles",
  add_endpoint_role: "createRole",
  get_endpoint_role: "getRole",
  delete_endpoint_role: "deleteRole",
  bookmark_list: "listBookmarks",
  create_bookmark: "createBookmark",
  get_bookmark: "getBookmark",
  update_bookmark: "updateBookmark",
  delete_bookmark: "deleteBookmark",
  endpoint_manager_monitored_endpoints: "managerListMonitoredEndpoints",
  endpoint_manager_hosted_endpoint_list: "managerListHostedEndpoints",
  endpoint_manager_get_endpoint: "managerGetEndpoint",
  endpoint_manager_acl_list: "managerListAccessRules",
  endpoint_manager_task_list: "managerListTasks",
  endpoint_manager_get_task: "managerGetTask",
  endpoint_manager_task_event_list: "managerListTaskEvents",
  endpoint_manager_task_pause_info: "managerGetTaskPauseInfo",
  endpoint_manager_task_successful_transfers: "managerListTaskSuccessfulTransfers",
  endpoint_manager_task_skipped_errors: "managerListTaskSkippedErrors",
  endpoint_manager_cancel_tasks: {
    operation: "managerCancelTasks",
    payload: ({ task_ids, ...rest }) => ({ task_id_list: task_ids, ...rest })
  },
  endpoint_manager_cancel_status: "managerGetCancelStatus",
  endpoint_manager_pause_tasks: {
    operation: "managerPauseTasks",
    payload: ({ task_ids, ...rest }) => ({ task_id_list: task_ids, ...rest })
  },
  endpoint_manager_resume_tasks: {
    operation: "managerResumeTasks",
    payload: ({ task_ids, ...rest }) => ({ task_id_list: task_ids, ...rest })
  },
  endpoint_manager_pause_rule_list: "managerListPauseRules",
  endpoint_manager_create_pause_rule: "managerCreatePauseRule",
  endpoint_manager_get_pause_rule: "managerGetPauseRule",
  endpoint_manager_update_pause_rule: "managerUpdatePauseRule",
  endpoint_manager_delete_pause_rule: "managerDeletePauseRule",
  create_tunnel: "createTunnel",
  list_tunnels: "listTunnels",
  get_tunnel: "getTunnel",
  update_tunnel: "updateTunnel",
  delete_tunnel: "deleteTunnel",
  get_tunnel_events: "listTunnelEvents",
  get_stream_access_point: "getStreamAccessPoint"
}

const seconds = (value: unknown) => (typeof value === "number" ? (`${value} seconds` as const) : undefined)

const uuid = "00000000-0000-4000-8000-000000000000"

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** Further fields are beside the others, of the document and of its items. */
const options = <A>({ additional_fields, items, ...args }: Mapping.Args): A =>
  ({
    ...args,
    ...(Array.isArray(items)
      ? {
          items: items.map((item: unknown) =>
            Predicate.isObject(item) ? options(item as Mapping.Args) : item
          )
        }
      : {}),
    ...(additional_fields as object)
  }) as A

/** A document that was built is what is sent: its schema has nothing to add. */
const built = <A>(schema: Schema.Codec<A, unknown>, document: A): unknown => {
  const sent = json(Schema.encodeSync(schema)(document))
  assert.deepStrictEqual(json(document), sent)
  return sent
}

export const transfer: Mapping.Mapping = {
  calls: {
    TransferClient: {
      ...Mapping.calls(TransferApi, client, rules),
      task_wait: ({ polling_interval, task_id, timeout }) =>
        Effect.flatMap(client, (transfer) =>
          transfer.waitForTask(String(task_id), {
            timeout: seconds(timeout),
            pollingInterval: seconds(polling_interval)
          })
        )
    }
  },
  payloads: {
    TransferData: (args) =>
      built(TransferData.TransferDocument, TransferData.make(options<TransferData.Options>(args))),
    DeleteData: (args) =>
      built(DeleteData.DeleteDocument, DeleteData.make(options<DeleteData.Options>(args))),
    CreateTunnelData: ({ initiator_stream_access_point, listener_stream_access_point, ...args }) =>
      built(
        TunnelData.TunnelData,
        TunnelData.make({
          ...options<object>(args),
          initiator: String(initiator_stream_access_point),
          listener: String(listener_stream_access_point)
        })
      )
  },
  recorded: Mapping.recorded(TransferApi, client, {
    mkdir: { path: "/x" },
    rename: { old_path: "/x", new_path: "/y" },
    submitTransfer: { submission_id: uuid },
    submitDelete: { submission_id: uuid },
    setSubscriptionId: { subscription_id: null },
    setSubscriptionAdminVerified: { subscription_admin_verified: true },
    symlink: { path: "/x", symlink_target: "/y" },
    managerCancelTasks: { task_id_list: [uuid], message: "" },
    managerPauseTasks: { task_id_list: [uuid], message: "" },
    managerResumeTasks: { task_id_list: [uuid] },
    createTunnel: { data: {} },
    createBookmarkV2: { data: { attributes: {} } },
    updateBookmarkV2: { data: { attributes: {} } }
  }),
  // Transfer takes no submission and no share that does not say what it is; the official SDK leaves that to its users,
  // where they write the document themselves.
  better: (request) => {
    const type = /^\/v0\.10\/(transfer|delete|shared_endpoint)$/.exec(request.path)?.[1]
    return type === undefined || !Predicate.isObject(request.json)
      ? request
      : { ...request, json: { DATA_TYPE: type, ...request.json } }
  },
  answer: ({ path }) =>
    path === "/v0.10/submission_id"
      ? { value: "5f3d9a4e-0000-4000-8000-0000000000aa" }
      : { task_id: uuid, status: "SUCCEEDED" }
}

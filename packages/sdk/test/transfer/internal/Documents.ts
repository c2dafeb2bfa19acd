/** Documents as Transfer sends them, with every field that is known of the more common ones. */
import { destination, source, submissionId, taskId } from "./Globus.ts"

export const identityId = "ae341a98-d274-11e5-b888-dbae3a8ba545"
export const bookmarkId = "e1efa2c2-da9e-4d59-8ee9-e0da017e867a"
export const pauseRuleId = "8aa1a4a4-0f0e-4f6f-9a3c-8f7b1b4a6c11"
export const ruleId = "12345"
export const roleId = "8ae6a0e2-0000-4000-8000-000000000001"
export const tunnelId = "1c1be52d-2d4d-4200-b4ad-d75d43eb0d9c"
export const accessPointId = "ceedf74d-acb2-4cff-a2cc-53447df71e11"

export const result = (code: string, resource: string) => ({
  DATA_TYPE: "result",
  code,
  message: "It is done.",
  resource,
  request_id: "abc123"
})

export const server = {
  DATA_TYPE: "server",
  id: 985,
  hostname: "dtn.example.org",
  port: 2811,
  scheme: "gsiftp",
  subject: null,
  uri: "gsiftp://dtn.example.org:2811",
  incoming_data_port_start: null,
  incoming_data_port_end: null,
  outgoing_data_port_start: null,
  outgoing_data_port_end: null,
  is_connected: true,
  is_paused: false
}

export const endpoint = {
  DATA_TYPE: "endpoint",
  id: source,
  display_name: "Example",
  entity_type: "GCSv5_mapped_collection",
  owner_id: identityId,
  owner_string: "ada@example.org",
  description: null,
  keywords: null,
  public: true,
  subscription_id: null,
  my_effective_roles: ["administrator"],
  mapped_collection_id: null,
  high_assurance: false,
  force_encryption: false,
  gcp_connected: null,
  french_english_bilingual: false,
  max_concurrency: 4,
  guest_collection_activity_notification_policy: { status: ["SUCCEEDED"], transfer_use: ["source"] },
  associated_flow_policy: null,
  DATA: [server]
}

export const file = {
  DATA_TYPE: "file",
  name: "data.csv",
  type: "file",
  size: 1024,
  last_modified: "2026-01-01 00:00:00+00:00",
  permissions: "0644",
  user: "ada",
  group: null,
  link_target: null
}

export const task = {
  DATA_TYPE: "task",
  task_id: taskId,
  type: "TRANSFER",
  status: "ACTIVE",
  fatal_error: null,
  label: null,
  owner_id: identityId,
  request_time: "2026-01-01T00:00:00+00:00",
  completion_time: null,
  deadline: "2026-01-02T00:00:00+00:00",
  source_endpoint_id: source,
  source_endpoint_display_name: "Example",
  destination_endpoint_id: destination,
  sync_level: null,
  verify_checksum: true,
  files: 3,
  faults: 0,
  bytes_transferred: 0,
  nice_status: null,
  nice_status_expires_in: -1,
  canceled_by_admin: null,
  is_paused: false
}

export const managedTask = {
  ...task,
  owner_string: "ada@example.org",
  source_host_path: null,
  destination_host_path: null,
  source_local_user: null,
  source_local_user_status: "NO_PERMISSION"
}

export const event = {
  DATA_TYPE: "event",
  code: "STARTED",
  is_error: false,
  description: "started",
  details: "{}",
  time: "2026-01-01T00:00:00+00:00"
}

export const successfulTransfer = {
  DATA_TYPE: "successful_transfer",
  source_path: "/a",
  destination_path: "/b",
  checksum: null,
  checksum_algorithm: null,
  dynamic: false,
  size: 12
}

export const skippedError = {
  DATA_TYPE: "skipped_error",
  error_code: "FILE_NOT_FOUND",
  error_details: "no such file",
  error_time: "2026-01-01T00:00:00+00:00",
  source_path: "/a",
  destination_path: "/b",
  is_directory: false,
  is_symlink: false,
  is_delete_destination_extra: false
}

export const accessRule = {
  DATA_TYPE: "access",
  id: ruleId,
  role_id: null,
  role_type: null,
  principal_type: "group",
  principal: "31ce9ba0-176d-45a5-add3-f37d233ba47d",
  path: "/results/",
  permissions: "r",
  create_time: "2026-01-01T00:00:00+00:00",
  expiration_date: null
}

export const role = {
  DATA_TYPE: "role",
  id: roleId,
  principal_type: "identity",
  principal: identityId,
  role: "access_manager"
}

export const bookmark = {
  DATA_TYPE: "bookmark",
  id: bookmarkId,
  name: "results",
  endpoint_id: source,
  path: "/results/"
}

export const bookmarkV2 = {
  type: "Bookmark",
  id: bookmarkId,
  attributes: { name: "results", path: "/results/" },
  relationships: { collection: { data: { type: "Collection", id: source } } }
}

export const collection = {
  type: "Collection",
  id: source,
  attributes: { display_name: "Example", high_assurance: false }
}

export const pauseRule = {
  DATA_TYPE: "pause_rule",
  id: pauseRuleId,
  message: "Maintenance",
  start_time: null,
  endpoint_id: source,
  endpoint_display_name: "Example",
  identity_id: null,
  modified_by_id: identityId,
  created_by_host_manager: false,
  editable: true,
  pause_ls: true,
  pause_task_transfer_read: false
}

export const adminCancel = {
  DATA_TYPE: "admin_cancel",
  id: 7,
  done: false,
  message: "Maintenance",
  task_id_list: [taskId]
}

export const accessPoint = {
  type: "StreamAccessPoint",
  id: accessPointId,
  attributes: {
    display_name: "Detector",
    tlsftp_server: "tlsftp://example.org:443",
    advertised_owner: null,
    contact_email: null,
    organization: null
  },
  relationships: { host_endpoint: { data: { type: "Endpoint", id: source } } }
}

export const tunnel = {
  type: "Tunnel",
  id: tunnelId,
  attributes: {
    label: "detector to cluster",
    state: "AWAITING_LISTENER",
    status: "The tunnel is waiting.",
    created_time: "2026-01-01T00:00:00.000000",
    lifetime_mins: 360,
    restartable: false,
    submission_id: submissionId,
    initiator_ip_address: null,
    initiator_port: null,
    listener_ip_address: null,
    listener_port: null
  },
  relationships: {
    initiator: { data: { type: "StreamAccessPoint", id: accessPointId } },
    listener: { data: { type: "StreamAccessPoint", id: accessPointId } },
    owner: { data: { type: "Identity", id: identityId } }
  }
}

export const tunnelEvent = {
  type: "TunnelEvent",
  id: 2768,
  attributes: {
    code: "STARTED",
    is_error: false,
    description: "started",
    details: "Attempting tunnel establishment",
    time: "2026-01-01T00:00:00.000000"
  }
}

export const meta = { request_id: "e6KkKkNmw" }

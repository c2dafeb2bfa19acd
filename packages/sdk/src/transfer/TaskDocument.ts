/**
 * Tasks: the transfers and deletions that Transfer works on in the background, and what can be learnt about them while
 * they run and after.
 *
 * ```ts
 * import type { TaskDocument } from "@effect-globus/sdk/transfer"
 *
 * const done = (task: TaskDocument) =>
 *   `${task.subtasks_succeeded ?? 0} of ${task.subtasks_total ?? 0}, ${task.bytes_transferred ?? 0} bytes`
 * ```
 *
 * Docs: https://docs.globus.org/api/transfer/task
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { EndpointId, IdentityId, PauseRuleId, received, SubmissionId, TaskId } from "../model/Id.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * How far a task is: `ACTIVE` while Transfer works on it, `INACTIVE` while it waits for its owner, `SUCCEEDED` or
 * `FAILED` when it has ended.
 */
export const TaskStatus = Document.openLiterals(["ACTIVE", "INACTIVE", "SUCCEEDED", "FAILED"])
export type TaskStatus = typeof TaskStatus.Type

const endpointIdOrNull = Schema.optionalKey(Schema.NullOr(received(EndpointId)))

const taskFields = {
  DATA_TYPE: Field.string,
  task_id: received(TaskId),
  type: Field.oneOf(["TRANSFER", "DELETE"]),
  status: TaskStatus,
  label: Field.stringOrNull,
  owner_id: Schema.optionalKey(received(IdentityId)),
  username: Field.stringOrNull,
  request_time: Field.string,
  /** When it ended; null until then. */
  completion_time: Field.stringOrNull,
  /** When Transfer gives up. */
  deadline: Field.stringOrNull,
  source_endpoint: Field.stringOrNull,
  source_endpoint_id: endpointIdOrNull,
  source_endpoint_display_name: Field.stringOrNull,
  destination_endpoint: Field.stringOrNull,
  destination_endpoint_id: endpointIdOrNull,
  destination_endpoint_display_name: Field.stringOrNull,
  source_base_path: Field.stringOrNull,
  destination_base_path: Field.stringOrNull,
  sync_level: Field.numberOrNull,
  encrypt_data: Field.booleanOrNull,
  verify_checksum: Field.booleanOrNull,
  delete_destination_extra: Field.booleanOrNull,
  recursive_symlinks: Field.stringOrNull,
  preserve_timestamp: Field.booleanOrNull,
  skip_source_errors: Field.booleanOrNull,
  fail_on_quota_errors: Field.booleanOrNull,
  filter_rules: Schema.optionalKey(Schema.NullOr(Schema.Array(Document.Any))),
  command: Field.stringOrNull,
  history_deleted: Field.boolean,
  /** How many errors were met so far, most of which Transfer gets over by trying again. */
  faults: Field.numberOrNull,
  files: Field.numberOrNull,
  directories: Field.numberOrNull,
  symlinks: Field.numberOrNull,
  files_skipped: Field.numberOrNull,
  files_transferred: Field.numberOrNull,
  subtasks_total: Field.numberOrNull,
  subtasks_pending: Field.numberOrNull,
  subtasks_retrying: Field.numberOrNull,
  subtasks_succeeded: Field.numberOrNull,
  subtasks_expired: Field.numberOrNull,
  subtasks_canceled: Field.numberOrNull,
  subtasks_failed: Field.numberOrNull,
  subtasks_skipped_errors: Field.numberOrNull,
  bytes_transferred: Field.numberOrNull,
  bytes_checksummed: Field.numberOrNull,
  effective_bytes_per_second: Field.numberOrNull,
  /** While it is active: null or `OK` if all is well, else a word about what hinders it. */
  nice_status: Field.stringOrNull,
  nice_status_short_description: Field.stringOrNull,
  nice_status_details: Schema.optionalKey(Schema.Unknown),
  nice_status_expires_in: Schema.optionalKey(Schema.Unknown),
  is_ok: Field.booleanOrNull,
  is_paused: Field.booleanOrNull,
  /** Why it failed, with a `code` and a `description`. */
  fatal_error: Schema.optionalKey(Schema.NullOr(Document.Any)),
  canceled_by_admin: Field.oneOfOrNull(["SOURCE", "DESTINATION", "BOTH"]),
  canceled_by_admin_message: Field.stringOrNull
} as const

/** A task of one's own. */
export const TaskDocument = Document.make(taskFields)
export type TaskDocument = typeof TaskDocument.Type

/** One page of one's own tasks. */
export const TaskListDocument = Document.make({
  DATA_TYPE: Field.string,
  DATA: Schema.Array(TaskDocument),
  length: Field.number,
  limit: Field.number,
  offset: Field.number,
  total: Field.number
})
export type TaskListDocument = typeof TaskListDocument.Type

const localUserStatus = Field.oneOfOrNull([
  "OK",
  "NO_PERMISSION",
  "NOT_SCANNED",
  "ENDPOINT_ERROR",
  "NO_ENDPOINT"
])

/** Somebody's task, as those see it who manage a collection that it uses. */
export const ManagedTaskDocument = Document.make({
  ...taskFields,
  owner_string: Field.stringOrNull,
  source_host_endpoint: Field.stringOrNull,
  source_host_endpoint_id: endpointIdOrNull,
  source_host_endpoint_display_name: Field.stringOrNull,
  source_host_path: Field.stringOrNull,
  source_mapped_collection_id: endpointIdOrNull,
  source_mapped_collection_display_name: Field.stringOrNull,
  source_local_user: Field.stringOrNull,
  source_local_user_status: localUserStatus,
  destination_host_endpoint: Field.stringOrNull,
  destination_host_endpoint_id: endpointIdOrNull,
  destination_host_endpoint_display_name: Field.stringOrNull,
  destination_host_path: Field.stringOrNull,
  destination_mapped_collection_id: endpointIdOrNull,
  destination_mapped_collection_display_name: Field.stringOrNull,
  destination_local_user: Field.stringOrNull,
  destination_local_user_status: localUserStatus
})
export type ManagedTaskDocument = typeof ManagedTaskDocument.Type

/** One page of the tasks on the collections that one manages. */
export const ManagedTaskListDocument = Document.make({
  DATA_TYPE: Field.string,
  DATA: Schema.Array(ManagedTaskDocument),
  last_key: Field.stringOrNull,
  has_next_page: Field.boolean
})
export type ManagedTaskListDocument = typeof ManagedTaskListDocument.Type

/** Something that happened while a task ran. */
export const EventDocument = Document.make({
  DATA_TYPE: Field.string,
  code: Schema.String,
  is_error: Field.boolean,
  description: Field.stringOrNull,
  details: Field.stringOrNull,
  time: Field.string
})
export type EventDocument = typeof EventDocument.Type

/** One page of what happened while a task ran, the latest first. */
export const EventListDocument = Document.make({
  DATA_TYPE: Field.string,
  DATA: Schema.Array(EventDocument),
  length: Field.number,
  limit: Field.number,
  offset: Field.number,
  total: Field.number
})
export type EventListDocument = typeof EventListDocument.Type

/** A file that a task has transferred. */
export const SuccessfulTransferDocument = Document.make({
  DATA_TYPE: Field.string,
  source_path: Field.stringOrNull,
  destination_path: Field.stringOrNull,
  checksum: Field.stringOrNull,
  checksum_algorithm: Field.stringOrNull,
  size: Field.numberOrNull,
  dynamic: Field.booleanOrNull
})
export type SuccessfulTransferDocument = typeof SuccessfulTransferDocument.Type

const marker = Schema.optionalKey(Schema.NullOr(Schema.Union([Schema.Finite, Schema.String])))

/** One page of the files that a task has transferred. */
export const SuccessfulTransferListDocument = Document.make({
  DATA_TYPE: Field.string,
  DATA: Schema.Array(SuccessfulTransferDocument),
  marker,
  next_marker: marker
})
export type SuccessfulTransferListDocument = typeof SuccessfulTransferListDocument.Type

/** A file that a task has left out because of an error at its source. */
export const SkippedErrorDocument = Document.make({
  DATA_TYPE: Field.string,
  error_code: Field.oneOf(["PERMISSION_DENIED", "FILE_NOT_FOUND"]),
  error_details: Field.stringOrNull,
  error_time: Field.stringOrNull,
  source_path: Field.stringOrNull,
  destination_path: Field.stringOrNull,
  is_directory: Field.booleanOrNull,
  is_symlink: Field.booleanOrNull,
  is_delete_destination_extra: Field.booleanOrNull,
  external_checksum: Field.stringOrNull,
  checksum_algorithm: Field.stringOrNull
})
export type SkippedErrorDocument = typeof SkippedErrorDocument.Type

/** One page of the files that a task has left out. */
export const SkippedErrorListDocument = Document.make({
  DATA_TYPE: Field.string,
  DATA: Schema.Array(SkippedErrorDocument),
  marker,
  next_marker: marker
})
export type SkippedErrorListDocument = typeof SkippedErrorListDocument.Type

/** What a rule that pauses a task lets its owner know. */
export const PauseRuleLimitedDocument = Document.make({
  DATA_TYPE: Field.string,
  id: received(PauseRuleId),
  message: Field.stringOrNull,
  start_time: Field.stringOrNull,
  endpoint_id: endpointIdOrNull,
  endpoint_display_name: Field.stringOrNull,
  identity_id: Schema.optionalKey(Schema.NullOr(received(IdentityId)))
})
export type PauseRuleLimitedDocument = typeof PauseRuleLimitedDocument.Type

const pauseMessages = {
  source_pause_message: Field.stringOrNull,
  source_pause_message_share: Field.stringOrNull,
  destination_pause_message: Field.stringOrNull,
  destination_pause_message_share: Field.stringOrNull
} as const

/** Why a task of one's own is paused, or will be. */
export const PauseInfoLimitedDocument = Document.make({
  DATA_TYPE: Field.string,
  pause_rules: Schema.optionalKey(Schema.Array(PauseRuleLimitedDocument)),
  ...pauseMessages
})
export type PauseInfoLimitedDocument = typeof PauseInfoLimitedDocument.Type

/** An id that makes a submission safe to repeat. */
export const SubmissionIdDocument = Document.make({ DATA_TYPE: Field.string, value: received(SubmissionId) })
export type SubmissionIdDocument = typeof SubmissionIdDocument.Type

/** What Transfer answers to a submission: the task that it has become. */
export const SubmissionDocument = Document.make({
  DATA_TYPE: Field.oneOf(["transfer_result", "delete_result"]),
  /** `Duplicate` if this submission id had been used before; the task is then the one that exists already. */
  code: Field.oneOf(["Accepted", "Duplicate"]),
  message: Field.string,
  task_id: received(TaskId),
  submission_id: Schema.optionalKey(received(SubmissionId)),
  task_link: Schema.optionalKey(Document.Any),
  resource: Field.string,
  request_id: Field.string
})
export type SubmissionDocument = typeof SubmissionDocument.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

/** What may be changed about a task that has not ended. */
export const TaskUpdate = Document.make({
  DATA_TYPE: Schema.optional(Schema.String),
  label: Schema.optional(Schema.NullOr(Schema.String)),
  deadline: Schema.optional(Schema.NullOr(Schema.String))
})
export type TaskUpdate = typeof TaskUpdate.Type

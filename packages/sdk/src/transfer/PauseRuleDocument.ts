/**
 * What those who manage collections do to the tasks of others: rules that pause them, and orders to cancel, pause or
 * resume some of them.
 *
 * ```ts
 * import type { PauseRuleCreate } from "@effect-globus/sdk/transfer"
 *
 * const maintenance: PauseRuleCreate = {
 *   DATA_TYPE: "pause_rule",
 *   endpoint_id: "25b78e3d-948a-502b-a323-b33b5662f153",
 *   message: "The file system is being repaired until Monday."
 * }
 * ```
 *
 * Docs: https://docs.globus.org/api/transfer/advanced_collection_management
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { EndpointId, given, IdentityId, PauseRuleId, received, TaskId } from "../model/Id.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** A rule that pauses what is done on a collection. */
export const PauseRuleDocument = Document.make({
  DATA_TYPE: Field.string,
  id: received(PauseRuleId),
  /** What is shown to those whose tasks it pauses. */
  message: Field.stringOrNull,
  start_time: Field.stringOrNull,
  endpoint_id: Schema.optionalKey(Schema.NullOr(received(EndpointId))),
  endpoint_display_name: Field.stringOrNull,
  /** Whose tasks it pauses; null for everybody's. */
  identity_id: Schema.optionalKey(Schema.NullOr(received(IdentityId))),
  modified_by_id: Schema.optionalKey(Schema.NullOr(received(IdentityId))),
  created_by_host_manager: Field.booleanOrNull,
  editable: Field.booleanOrNull,
  pause_ls: Field.booleanOrNull,
  pause_mkdir: Field.booleanOrNull,
  pause_symlink: Field.booleanOrNull,
  pause_rename: Field.booleanOrNull,
  pause_task_delete: Field.booleanOrNull,
  pause_task_transfer_write: Field.booleanOrNull,
  pause_task_transfer_read: Field.booleanOrNull
})
export type PauseRuleDocument = typeof PauseRuleDocument.Type

/** The rules that pause what is done on collections. */
export const PauseRuleListDocument = Document.make({
  DATA_TYPE: Field.string,
  DATA: Schema.Array(PauseRuleDocument)
})
export type PauseRuleListDocument = typeof PauseRuleListDocument.Type

/** Why somebody's task is paused, or will be, as those see it who manage its collections. */
export const PauseInfoDocument = Document.make({
  DATA_TYPE: Field.string,
  pause_rules: Schema.optionalKey(Schema.Array(PauseRuleDocument)),
  source_pause_message: Field.stringOrNull,
  source_pause_message_share: Field.stringOrNull,
  destination_pause_message: Field.stringOrNull,
  destination_pause_message_share: Field.stringOrNull
})
export type PauseInfoDocument = typeof PauseInfoDocument.Type

/** An order to cancel tasks, which Transfer carries out in the background. */
export const AdminCancelDocument = Document.make({
  DATA_TYPE: Field.string,
  id: Schema.Union([Schema.String, Schema.Finite]),
  done: Field.boolean,
  message: Field.stringOrNull,
  task_id_list: Schema.optionalKey(Schema.Array(received(TaskId)))
})
export type AdminCancelDocument = typeof AdminCancelDocument.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

const boolean = Schema.optional(Schema.NullOr(Schema.Boolean))

const pauses = {
  message: Schema.optional(Schema.NullOr(Schema.String)),
  start_time: Schema.optional(Schema.NullOr(Schema.String)),
  pause_ls: boolean,
  pause_mkdir: boolean,
  pause_symlink: boolean,
  pause_rename: boolean,
  pause_task_delete: boolean,
  pause_task_transfer_write: boolean,
  pause_task_transfer_read: boolean
} as const

/** A new rule that pauses what is done on a collection: everything, unless it says `false` about something. */
export const PauseRuleCreate = Document.make({
  DATA_TYPE: Schema.optional(Schema.String),
  endpoint_id: Schema.optional(given(EndpointId)),
  identity_id: Schema.optional(Schema.NullOr(given(IdentityId))),
  ...pauses
})
export type PauseRuleCreate = typeof PauseRuleCreate.Type

/** What may be changed about a rule. A whole rule will do. */
export const PauseRuleUpdate = Document.make({ DATA_TYPE: Schema.optional(Schema.String), ...pauses })
export type PauseRuleUpdate = typeof PauseRuleUpdate.Type

const taskIds = Schema.Array(given(TaskId)).check(Schema.isNonEmpty())

/** Tasks to be cancelled or paused, and what their owners are told. */
export const AdminOrder = Document.make({
  task_id_list: taskIds,
  message: Schema.String
})
export type AdminOrder = typeof AdminOrder.Type

/** Tasks to be resumed. */
export const AdminResume = Document.make({ task_id_list: taskIds })
export type AdminResume = typeof AdminResume.Type

/** What Transfer keeps about collections besides their files: roles, pauses, and orders of those who manage them. */
import * as Schema from "effect/Schema"

/** A role on a collection. */
export const Role = Schema.Struct({
  id: Schema.String,
  collection: Schema.String,
  principal_type: Schema.Literals(["identity", "group"]),
  principal: Schema.String,
  role: Schema.Literals(["administrator", "access_manager", "activity_manager", "activity_monitor"])
})
export type Role = typeof Role.Type

/** A rule that pauses what is done on a collection. */
export const PauseRule = Schema.Struct({
  id: Schema.String,
  collection: Schema.String,
  /** Whom it is for; everybody if there is none. */
  identity: Schema.NullOr(Schema.String),
  message: Schema.String,
  modifiedBy: Schema.String,
  /** Milliseconds since 1970. */
  starts: Schema.Number,
  ls: Schema.Boolean,
  mkdir: Schema.Boolean,
  symlink: Schema.Boolean,
  rename: Schema.Boolean,
  task_delete: Schema.Boolean,
  task_transfer_write: Schema.Boolean,
  task_transfer_read: Schema.Boolean
})
export type PauseRule = typeof PauseRule.Type

/** An order to cancel tasks. */
export const CancelOrder = Schema.Struct({
  id: Schema.String,
  owner: Schema.String,
  tasks: Schema.Array(Schema.String)
})
export type CancelOrder = typeof CancelOrder.Type

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

/** A stream between two access points. */
export const Tunnel = Schema.Struct({
  id: Schema.String,
  owner: Schema.String,
  submission: Schema.String,
  initiator: Schema.String,
  listener: Schema.String,
  label: Schema.NullOr(Schema.String),
  /** Minutes. */
  lifetime: Schema.Number,
  restartable: Schema.Boolean,
  /** Where it listens. */
  address: Schema.NullOr(Schema.String),
  port: Schema.NullOr(Schema.Number),
  /** Milliseconds since 1970. */
  created: Schema.Number,
  /** Since when it is known where it listens. */
  listening: Schema.NullOr(Schema.Number),
  stopped: Schema.NullOr(Schema.Number)
})
export type Tunnel = typeof Tunnel.Type

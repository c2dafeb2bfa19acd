/** What Transfer keeps besides files and tasks: roles, pauses, and orders. */
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

/** What a transfer is asked to do. */
export const TransferOrder = Schema.Struct({
  items: Schema.Array(
    Schema.Struct({
      source: Schema.String,
      destination: Schema.String,
      recursive: Schema.optional(Schema.Boolean),
      /** Whether it is a link that is to stay one. */
      isLink: Schema.optional(Schema.Boolean),
      /** How checksums are computed. Default: they are not. */
      algorithm: Schema.optional(Schema.String),
      /** Whether the file does not have the checksum that it is said to have. */
      isWrong: Schema.optional(Schema.Boolean)
    })
  ),
  rules: Schema.Array(
    Schema.Struct({
      method: Schema.String,
      name: Schema.String,
      type: Schema.NullOr(Schema.String)
    })
  ),
  syncLevel: Schema.NullOr(Schema.Number),
  /** What becomes of links in directories. */
  links: Schema.Literals(["ignore", "keep", "copy"]),
  deletesExtra: Schema.Boolean,
  skipsErrors: Schema.Boolean,
  failsOnQuota: Schema.Boolean
})
export type TransferOrder = typeof TransferOrder.Type

/** What a deletion is asked to do. */
export const DeleteOrder = Schema.Struct({
  paths: Schema.Array(Schema.String),
  recursive: Schema.Boolean,
  ignoresMissing: Schema.Boolean,
  interpretsGlobs: Schema.Boolean
})
export type DeleteOrder = typeof DeleteOrder.Type

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

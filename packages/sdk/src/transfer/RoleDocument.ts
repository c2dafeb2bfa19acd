/**
 * Roles: who may manage a collection of Globus Connect Personal, its access rules, or the activity on it.
 *
 * ```ts
 * import type { RoleCreate } from "@effect-globus/sdk/transfer"
 *
 * const monitor: RoleCreate = {
 *   DATA_TYPE: "role",
 *   principal_type: "identity",
 *   principal: "a03c46b9-9d7f-5cfc-a229-cec53cf0fed3",
 *   role: "activity_monitor"
 * }
 * ```
 *
 * Docs: https://docs.globus.org/api/transfer/roles
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { received, RoleId } from "../model/Id.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const roles = ["administrator", "access_manager", "activity_manager", "activity_monitor"] as const
const principalTypes = ["identity", "group"] as const

/** Who has which role on a collection. */
export const RoleDocument = Document.make({
  DATA_TYPE: Field.string,
  id: received(RoleId),
  principal_type: Schema.optionalKey(Document.openLiterals(principalTypes)),
  /** The id of the identity or of the group. */
  principal: Field.string,
  role: Schema.optionalKey(Document.openLiterals(roles))
})
export type RoleDocument = typeof RoleDocument.Type

/** The roles on a collection. */
export const RoleListDocument = Document.make({ DATA_TYPE: Field.string, DATA: Schema.Array(RoleDocument) })
export type RoleListDocument = typeof RoleListDocument.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

/** A new role. Transfer wants `DATA_TYPE` to be `role`. */
export const RoleCreate = Document.make({
  DATA_TYPE: Schema.optional(Document.openLiterals(["role"])),
  principal_type: Schema.optional(Document.openLiterals(principalTypes)),
  principal: Schema.optional(Schema.String),
  role: Schema.optional(Document.openLiterals(roles))
})
export type RoleCreate = typeof RoleCreate.Type

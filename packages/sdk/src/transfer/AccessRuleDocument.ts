/**
 * Access rules: who may read or write which folder of a guest collection.
 *
 * ```ts
 * import type { AccessRuleCreate } from "@effect-globus/sdk/transfer"
 *
 * const readers: AccessRuleCreate = {
 *   DATA_TYPE: "access",
 *   principal_type: "group",
 *   principal: "a03c46b9-9d7f-5cfc-a229-cec53cf0fed3",
 *   path: "/results/",
 *   permissions: "r"
 * }
 * ```
 *
 * Docs: https://docs.globus.org/api/transfer/acl
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { AccessRuleId, received, RoleId } from "../model/Id.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const principalTypes = ["identity", "group", "all_authenticated_users", "anonymous"] as const

/** Who may read or write a folder of a guest collection. */
export const AccessRuleDocument = Document.make({
  DATA_TYPE: Field.string,
  /** Null where the access follows from a role rather than from a rule. */
  id: Schema.optionalKey(Schema.NullOr(received(AccessRuleId))),
  role_id: Schema.optionalKey(Schema.NullOr(received(RoleId))),
  role_type: Field.oneOfOrNull(["administrator", "access_manager"]),
  principal_type: Schema.optionalKey(Document.openLiterals(principalTypes)),
  /** The id of an identity or a group; empty for the other types. */
  principal: Field.stringOrNull,
  /** A folder, with a slash at both ends. */
  path: Field.stringOrNull,
  permissions: Field.oneOfOrNull(["r", "rw"]),
  create_time: Field.stringOrNull,
  expiration_date: Field.stringOrNull,
  notify_email: Field.stringOrNull,
  notify_message: Field.stringOrNull
})
export type AccessRuleDocument = typeof AccessRuleDocument.Type

/** The access rules of a guest collection. */
export const AccessRuleListDocument = Document.make({
  DATA_TYPE: Field.string,
  DATA: Schema.Array(AccessRuleDocument),
  length: Field.number,
  endpoint: Field.string
})
export type AccessRuleListDocument = typeof AccessRuleListDocument.Type

/** What Transfer answers to a new access rule. */
export const AccessRuleCreatedDocument = Document.make({
  DATA_TYPE: Field.string,
  access_id: received(AccessRuleId),
  code: Field.string,
  message: Field.string,
  resource: Field.string,
  request_id: Field.string
})
export type AccessRuleCreatedDocument = typeof AccessRuleCreatedDocument.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

const text = Schema.optional(Schema.NullOr(Schema.String))

/** A new access rule. Transfer wants `DATA_TYPE` to be `access`. */
export const AccessRuleCreate = Document.make({
  DATA_TYPE: Schema.optional(Document.openLiterals(["access"])),
  principal_type: Schema.optional(Document.openLiterals(principalTypes)),
  principal: Schema.optional(Schema.String),
  path: Schema.optional(Schema.NonEmptyString),
  permissions: Schema.optional(Document.openLiterals(["r", "rw"])),
  expiration_date: text,
  notify_email: text,
  notify_message: text
})
export type AccessRuleCreate = typeof AccessRuleCreate.Type

/** What may be changed about an access rule. A whole rule will do. */
export const AccessRuleUpdate = Document.make({
  DATA_TYPE: Schema.optional(Schema.String),
  permissions: Schema.optional(Schema.NullOr(Document.openLiterals(["r", "rw"]))),
  expiration_date: text
})
export type AccessRuleUpdate = typeof AccessRuleUpdate.Type

/**
 * Roles: who may manage an endpoint, or one of its collections, and how far.
 *
 * ```ts
 * import type { RoleData } from "@effect-globus/sdk/gcs"
 *
 * const monitor: RoleData = {
 *   principal: "urn:globus:auth:identity:a03c46b9-9d7f-5cfc-a229-cec53cf0fed3",
 *   role: "activity_monitor"
 * }
 * ```
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5.4/api/schemas/Role_schema
 */
import * as Schema from "effect/Schema"
import { EndpointId, GcsRoleId, given, received } from "../model/Id.ts"
import * as DataType from "./internal/dataType.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const fields = {
  /** Who has it: `urn:globus:auth:identity:…` or `urn:globus:groups:id:…`. */
  principal: Field.text,
  role: Field.oneOf([
    "owner",
    "administrator",
    "access_manager",
    "activity_manager",
    "activity_monitor",
    "access_monitor"
  ])
}

/** Who has which role, on a collection or, without one, on the endpoint. */
export const Role = DataType.received("role", {
  id: received(GcsRoleId),
  collection: Schema.optionalKey(Schema.NullOr(received(EndpointId))),
  ...Field.received(fields)
})
export type Role = typeof Role.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

/** A new role, on a collection or, without one, on the endpoint. */
export const RoleData = DataType.sent("role", {
  collection: Schema.optional(Schema.NullOr(given(EndpointId))),
  ...Field.sent(fields)
})
export type RoleData = typeof RoleData.Type

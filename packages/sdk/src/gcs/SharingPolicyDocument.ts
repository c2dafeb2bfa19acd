/**
 * Sharing policies: which paths of a mapped collection some of its users may share, where others may not.
 *
 * ```ts
 * import type { SharingPolicyData } from "@effect-globus/sdk/gcs"
 *
 * const policy: SharingPolicyData = {
 *   collection_id: "7edce3f8-5a3b-4b7e-9d3b-5a1f0f5f0d4e",
 *   users: ["jane"],
 *   sharing_restrict_paths: { read_write: ["/projects/jane"] }
 * }
 * ```
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5.4/api/schemas/SharingPolicy_schema
 */
import * as Schema from "effect/Schema"
import { EndpointId, given, received, SharingPolicyId } from "../model/Id.ts"
import * as DataType from "./internal/dataType.ts"
import * as Field from "./internal/field.ts"
import { PathRestrictions } from "./PathRestrictions.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** Local users. */
const users = Field.texts

/** Who may share what. */
export const SharingPolicy = DataType.received("sharing_policy", {
  id: received(SharingPolicyId),
  collection_id: Schema.optionalKey(received(EndpointId)),
  sharing_restrict_paths: Schema.optionalKey(Schema.NullOr(PathRestrictions)),
  users: Schema.optionalKey(users)
})
export type SharingPolicy = typeof SharingPolicy.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

/** A new sharing policy. */
export const SharingPolicyData = DataType.sent("sharing_policy", {
  collection_id: given(EndpointId),
  sharing_restrict_paths: PathRestrictions,
  users: Schema.optional(users)
})
export type SharingPolicyData = typeof SharingPolicyData.Type

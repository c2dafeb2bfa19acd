/**
 * Authentication policies: with what kind of account, and how recently, somebody must have logged in to use what a
 * policy protects.
 *
 * ```ts
 * import type { PolicyCreate } from "@effect-globus/sdk/auth"
 *
 * const staffOnly: PolicyCreate = {
 *   project_id: "2bf0ae28-7a93-4a9c-bb9f-1ea0a8c0a5de",
 *   display_name: "Staff",
 *   description: "Only people of example.org, logged in within the last hour.",
 *   high_assurance: true,
 *   authentication_assurance_timeout: 3600,
 *   domain_constraints_include: ["example.org"]
 * }
 * ```
 *
 * Docs: https://docs.globus.org/api/auth/reference/#get_policies
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { given, PolicyId, ProjectId, received } from "../model/Id.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const flag = Schema.optionalKey(Schema.NullOr(Schema.Boolean))
const domains = Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String)))

const fieldsOfPolicy = {
  project_id: received(ProjectId),
  display_name: Schema.String,
  description: Schema.String,
  /** Whether it is applied to sessions: a login elsewhere does not count. */
  high_assurance: flag,
  /** How many seconds ago somebody may have logged in at most. */
  authentication_assurance_timeout: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  /** Whether more than one factor is needed. */
  required_mfa: flag,
  /** The domains of accounts that satisfy it; null for all. */
  domain_constraints_include: domains,
  /** The domains of accounts that do not. */
  domain_constraints_exclude: domains
}

/** What is asked of somebody's login. */
export const Policy = Document.make({ id: received(PolicyId), ...fieldsOfPolicy })
export type Policy = typeof Policy.Type

/** One policy. */
export const PolicyDocument = Document.make({ policy: Policy })
export type PolicyDocument = typeof PolicyDocument.Type

/** A policy that was changed; it may come without the id that it was changed by. */
export const PolicyUpdatedDocument = Document.make({
  policy: Document.make({ id: Schema.optionalKey(received(PolicyId)), ...fieldsOfPolicy })
})
export type PolicyUpdatedDocument = typeof PolicyUpdatedDocument.Type

/** The policies of the projects that the caller administers. */
export const Policies = Document.make({ policies: Schema.Array(Policy) })
export type Policies = typeof Policies.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

const constraints = {
  /** How many seconds ago somebody may have logged in at most. */
  authentication_assurance_timeout: Schema.optional(Schema.NullOr(Schema.Int.check(Schema.isGreaterThan(0)))),
  required_mfa: Schema.optional(Schema.NullOr(Schema.Boolean)),
  /** The domains of accounts that satisfy it; null for all. */
  domain_constraints_include: Schema.optional(Schema.NullOr(Schema.Array(Schema.String))),
  /** The domains of accounts that do not. */
  domain_constraints_exclude: Schema.optional(Schema.NullOr(Schema.Array(Schema.String)))
}

/** A new policy. Whether it is `high_assurance` cannot be changed later. */
export const PolicyCreate = Document.make({
  project_id: given(ProjectId),
  display_name: Schema.NonEmptyString,
  description: Schema.String,
  high_assurance: Schema.optional(Schema.NullOr(Schema.Boolean)),
  ...constraints
})
export type PolicyCreate = typeof PolicyCreate.Type

/** What may be changed about a policy. A whole policy will do. */
export const PolicyUpdate = Document.make({
  project_id: Schema.optional(given(ProjectId)),
  display_name: Schema.optional(Schema.NonEmptyString),
  description: Schema.optional(Schema.String),
  ...constraints
})
export type PolicyUpdate = typeof PolicyUpdate.Type

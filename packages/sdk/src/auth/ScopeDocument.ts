/**
 * Scopes as their services define them in Globus Auth: their names, what people read when they are asked for their
 * consent, and on which scopes of other services they depend.
 *
 * ```ts
 * import type { ScopeCreate } from "@effect-globus/sdk/auth"
 *
 * const manage: ScopeCreate = {
 *   name: "Manage samples",
 *   description: "Register, change and remove samples of yours.",
 *   scope_suffix: "manage_samples"
 * }
 * ```
 *
 * Docs: https://docs.globus.org/api/auth/reference/#get_scopes
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { ClientId, given, received, ScopeId } from "../model/Id.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const flag = Schema.optionalKey(Schema.Boolean)

/** A scope as its service has defined it. */
export const RegisteredScope = Document.make({
  id: received(ScopeId),
  /** The client that defines it. */
  client: received(ClientId),
  /** The scope itself, which programs ask for. */
  scope_string: Schema.String,
  /** What people see of it when they are asked for their consent. */
  name: Schema.String,
  description: Schema.String,
  /** Whether everybody may see it, also those who may not see its client. */
  advertised: flag,
  allows_refresh_token: flag,
  /** The domains in which users must have an account; empty for any. */
  required_domains: Schema.optionalKey(Schema.Array(Schema.String)),
  dependent_scopes: Schema.optionalKey(
    Schema.Array(
      Document.make({
        scope: received(ScopeId),
        optional: Schema.Boolean,
        requires_refresh_token: Schema.Boolean
      })
    )
  )
})
export type RegisteredScope = typeof RegisteredScope.Type

/** One scope. */
export const RegisteredScopeDocument = Document.make({ scope: RegisteredScope })
export type RegisteredScopeDocument = typeof RegisteredScopeDocument.Type

/** The scopes that were looked up. */
export const RegisteredScopes = Document.make({ scopes: Schema.Array(RegisteredScope) })
export type RegisteredScopes = typeof RegisteredScopes.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

/** A scope that another one depends on: whoever may use that one lets its service use this one. */
export const DependentScope = Document.make({
  scope: given(ScopeId),
  /** Whether people may refuse it and still use the other. */
  optional: Schema.Boolean,
  /** Whether the service needs to use it when nobody is there. */
  requires_refresh_token: Schema.Boolean
})
export type DependentScope = typeof DependentScope.Type

const settings = {
  /** Whether everybody may see it, also those who may not see its client. Default: false. */
  advertised: Schema.optional(Schema.Boolean),
  /** Default: true. */
  allows_refresh_token: Schema.optional(Schema.Boolean),
  /** The domains in which users must have an account. Default: any. */
  required_domains: Schema.optional(Schema.Array(Schema.String)),
  /** Default: none. */
  dependent_scopes: Schema.optional(Schema.Array(DependentScope))
}

/** A new scope; its string ends with the `scope_suffix`. */
export const ScopeCreate = Document.make({
  name: Schema.NonEmptyString,
  description: Schema.NonEmptyString,
  scope_suffix: Schema.NonEmptyString,
  ...settings
})
export type ScopeCreate = typeof ScopeCreate.Type

/** What may be changed about a scope. A whole scope will do. */
export const ScopeUpdate = Document.make({
  name: Schema.optional(Schema.NonEmptyString),
  description: Schema.optional(Schema.NonEmptyString),
  scope_suffix: Schema.optional(Schema.NonEmptyString),
  ...settings
})
export type ScopeUpdate = typeof ScopeUpdate.Type

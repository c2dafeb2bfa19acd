/**
 * What a login has to bring beyond the scopes that an app requires anyway: more scopes, certain identities, a fresh
 * session. A service names them in a Globus Auth Requirements Error, and a program may ask for them itself. The names
 * are those of the wire; fields that Globus adds later are kept.
 *
 * ```ts
 * import type { AuthorizationParameters } from "@effect-globus/sdk/model"
 *
 * const fresh: AuthorizationParameters.AuthorizationParameters = { prompt: "login", session_required_mfa: true }
 * ```
 *
 * Docs: https://docs.globus.org/guides/overviews/gares
 */
import { dual } from "effect/Function"
import * as Schema from "effect/Schema"
import * as Document from "./Document.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The schema of each documented field. */
export const fields = {
  /** What to tell the user about why another login is needed. */
  session_message: Schema.String,
  /** Identities, by id or user name, that must be in the session. */
  session_required_identities: Schema.Array(Schema.String),
  /** Ids of the authentication policies that the session must satisfy. */
  session_required_policies: Schema.Array(Schema.String),
  /** Domains, of one of which an identity must be in the session. */
  session_required_single_domain: Schema.Array(Schema.String),
  /** Whether the session must have been authenticated with a second factor. */
  session_required_mfa: Schema.Boolean,
  /** Scope strings that must be consented to. */
  required_scopes: Schema.Array(Schema.String),
  /** `login` asks for credentials even though the user is logged in; `none` asks for nothing. */
  prompt: Document.openLiterals(["login", "none"])
} as const

/** What a login has to bring; every field may be absent. */
export const AuthorizationParameters = Document.make({
  session_message: Schema.optionalKey(fields.session_message),
  session_required_identities: Schema.optionalKey(fields.session_required_identities),
  session_required_policies: Schema.optionalKey(fields.session_required_policies),
  session_required_single_domain: Schema.optionalKey(fields.session_required_single_domain),
  session_required_mfa: Schema.optionalKey(fields.session_required_mfa),
  required_scopes: Schema.optionalKey(fields.required_scopes),
  prompt: Schema.optionalKey(fields.prompt)
})
export type AuthorizationParameters = typeof AuthorizationParameters.Type

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

const lists = [
  "session_required_identities",
  "session_required_policies",
  "session_required_single_domain",
  "required_scopes"
] as const

/**
 * What satisfies both: lists are united in order of first appearance, a second factor is required if either requires
 * it, and of everything else that both have, `that` counts. Scope strings are kept as they are; `GlobusScope.fromInput`
 * merges them.
 */
export const merge: {
  (that: AuthorizationParameters): (self: AuthorizationParameters) => AuthorizationParameters
  (self: AuthorizationParameters, that: AuthorizationParameters): AuthorizationParameters
} = dual(2, (self: AuthorizationParameters, that: AuthorizationParameters): AuthorizationParameters => {
  const united = lists.flatMap((name) => {
    const items = [...(self[name] ?? []), ...(that[name] ?? [])]
    return self[name] === undefined && that[name] === undefined ? [] : [[name, [...new Set(items)]] as const]
  })
  const mfa = [self.session_required_mfa, that.session_required_mfa].filter((value) => value !== undefined)
  return {
    ...self,
    ...that,
    ...Object.fromEntries(united),
    ...(mfa.length === 0 ? {} : { session_required_mfa: mfa.includes(true) })
  }
})

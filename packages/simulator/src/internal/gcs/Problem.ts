/** Why a server does not let somebody get at storage, as it says so. */
import { Refusal } from "../Refusal.ts"
import type { Parameters, Protected } from "../Session.ts"
import type { Fields } from "./Resource.ts"

/** Why somebody has no account, or an account that is not enough. */
export type Problem =
  | { readonly _tag: "NotFromAllowedDomain"; readonly domains: ReadonlyArray<string> }
  | { readonly _tag: "InvalidUser"; readonly usernames: ReadonlyArray<string> }
  | { readonly _tag: "CredentialNotFound"; readonly account: Fields }
  | { readonly _tag: "InvalidCredential"; readonly credential: string }

/** What a server says of a problem, in words and as a document. */
export const describe = (problem: Problem): { readonly message: string; readonly detail: Fields } => {
  switch (problem._tag) {
    case "NotFromAllowedDomain":
      return {
        message: "None of your identities is from a domain that is allowed",
        detail: { DATA_TYPE: "not_from_allowed_domain#1.0.0", allowed_domains: problem.domains }
      }
    case "InvalidUser":
      return {
        message:
          "There is an identity from an allowed domain, but it does not map to a valid user of this connector",
        detail: { DATA_TYPE: "invalid_user#1.0.0", usernames: problem.usernames }
      }
    case "CredentialNotFound":
      return {
        message: "You have no credential for this storage",
        detail: { DATA_TYPE: "credential_not_found#1.0.0", accounts: [problem.account] }
      }
    case "InvalidCredential":
      return {
        message: "Your credential for this storage is not valid",
        detail: { DATA_TYPE: "invalid_credential#1.0.0", user_credential_id: problem.credential }
      }
  }
}

const denied = (message: string, detail: Fields, authorization_parameters?: Fields): Refusal =>
  new Refusal({
    status: 403,
    code: "permission_denied",
    message,
    fields: { detail, ...(authorization_parameters === undefined ? {} : { authorization_parameters }) }
  })

/** Refuses whoever has no account, or one that is not enough. */
export const noAccount = (problem: Problem): Refusal => {
  const { detail, message } = describe(problem)
  return denied(message, detail)
}

/** Refuses whoever has to log in again, and says how. */
export const unmetLogin = (thing: Protected, unmet: Parameters): Refusal => {
  const { session_message, session_required_identities, session_required_single_domain } = unmet
  const detail =
    session_required_single_domain === undefined
      ? {
          DATA_TYPE: "authentication_timeout#1.1.0",
          identities: session_required_identities ?? [],
          high_assurance: thing.high_assurance,
          require_mfa: thing.mfa_required
        }
      : {
          DATA_TYPE: "not_from_allowed_domain#1.0.0",
          allowed_domains: session_required_single_domain
        }
  return denied(session_message ?? "You have to log in again", detail, { ...unmet })
}

/** Refuses whoever has not consented to these scopes. */
export const missingScopes = (message: string, required_scopes: ReadonlyArray<string>): Refusal =>
  denied(
    message,
    { DATA_TYPE: "missing_required_scopes#1.0.0", required_scopes },
    { session_message: message, required_scopes }
  )

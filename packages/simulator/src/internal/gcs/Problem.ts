/** Why a server does not let somebody get at storage, as it says so. */
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

/**
 * User credentials: what somebody reaches the storage behind a gateway with, such as the keys of a bucket. For POSIX
 * storage it names the local account.
 *
 * ```ts
 * import { UserCredentialPolicies, type UserCredentialData } from "@effect-globus/sdk/gcs"
 * import { Redacted } from "effect"
 *
 * declare const secretKey: Redacted.Redacted<string>
 *
 * const credential: UserCredentialData = {
 *   storage_gateway_id: "82247cc9-3208-4d71-bd7f-1b8798c95e6b",
 *   display_name: "results bucket",
 *   policies: UserCredentialPolicies.s3({ s3_key_id: "AKIAIOSFODNN7EXAMPLE", s3_secret_key: secretKey })
 * }
 * ```
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5.4/api/schemas/UserCredential_schema
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { ConnectorId, given, IdentityId, received, StorageGatewayId, UserCredentialId } from "../model/Id.ts"
import * as DataType from "./internal/dataType.ts"
import * as Field from "./internal/field.ts"
import { UserCredentialPolicies } from "./UserCredentialPolicies.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const fields = {
  display_name: Field.text,
  /** The local account. */
  username: Field.text,
  policies: Schema.NullOr(UserCredentialPolicies)
}

/** What somebody reaches storage with; secrets in it are not sent back. */
export const UserCredential = DataType.received("user_credential", {
  id: received(UserCredentialId),
  identity_id: Schema.optionalKey(Schema.NullOr(received(IdentityId))),
  connector_id: Schema.optionalKey(Schema.NullOr(received(ConnectorId))),
  storage_gateway_id: Schema.optionalKey(Schema.NullOr(received(StorageGatewayId))),
  ...Field.received({
    ...fields,
    home_directory: Field.text,
    /** Whether an administrator made it. */
    provisioned: Field.flag,
    /** Whether the storage has refused it. */
    invalid: Field.flag,
    deleted: Field.flag
  })
})
export type UserCredential = typeof UserCredential.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

/** What is said about a user credential; in an update, whatever is left out stays as it is. */
export const UserCredentialData = DataType.sent("user_credential", {
  identity_id: Schema.optional(Schema.NullOr(given(IdentityId))),
  connector_id: Schema.optional(Schema.NullOr(given(ConnectorId))),
  storage_gateway_id: Schema.optional(Schema.NullOr(given(StorageGatewayId))),
  ...Field.sent(fields)
})
export type UserCredentialData = typeof UserCredentialData.Type

/** What a login at the provider of a storage begins with. */
export const UserCredentialLogin = Document.make({
  storage_gateway: given(StorageGatewayId),
  /** Whose credential it will be. */
  identity_id: given(IdentityId),
  /** Where the browser ends up. */
  redirect_uri: Schema.NonEmptyString,
  /** The account at the provider, so that the user need not choose. */
  login_hint: Schema.optional(Schema.String),
  /** An access token for the endpoint, where the request itself carries none. */
  access_token: Schema.optional(Schema.RedactedFromValue(Schema.NonEmptyString))
})
export type UserCredentialLogin = typeof UserCredentialLogin.Type

/** Where a browser has to go. */
export const Location = Document.make({ location: Schema.NonEmptyString })
export type Location = typeof Location.Type

/**
 * Credentials: the secrets with which clients of Globus Auth authenticate. A secret is shown once, in the answer that
 * creates it, and is `Redacted` from the moment it is decoded.
 *
 * ```ts
 * import { AuthClient } from "@effect-globus/sdk/auth"
 * import { Effect, type Redacted } from "effect"
 *
 * declare const keep: (secret: Redacted.Redacted<string>) => Effect.Effect<void>
 *
 * const renew = Effect.gen(function* () {
 *   const auth = yield* AuthClient
 *   const clientId = "3f1d1c2a-0000-4000-8000-000000000001"
 *   const { credential } = yield* auth.createClientCredential(clientId, { credential: { name: "2026" } })
 *   if (credential.secret) yield* keep(credential.secret)
 * })
 * ```
 *
 * Docs: https://docs.globus.org/api/auth/reference/#get_client_credentials
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { ClientId, CredentialId, received } from "../model/Id.ts"
import { Secret } from "./internal/secret.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** A secret of a client, without the secret itself but where it was just made. */
export const Credential = Document.make({
  id: received(CredentialId),
  client: received(ClientId),
  name: Schema.String,
  created: Schema.optionalKey(Schema.NullOr(Schema.String)),
  /** Null in every answer but the one that creates it. */
  secret: Schema.optionalKey(Schema.NullOr(Secret))
})
export type Credential = typeof Credential.Type

/** One credential. */
export const CredentialDocument = Document.make({ credential: Credential })
export type CredentialDocument = typeof CredentialDocument.Type

/** The credentials of a client. */
export const Credentials = Document.make({ credentials: Schema.Array(Credential) })
export type Credentials = typeof Credentials.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

/** A new credential. */
export const CredentialCreate = Document.make({ name: Schema.NonEmptyString })
export type CredentialCreate = typeof CredentialCreate.Type

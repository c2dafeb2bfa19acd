/**
 * Who is who: identities, the providers that they come from, and what an identity has consented to.
 *
 * ```ts
 * import type { Identity } from "@effect-globus/sdk/auth"
 *
 * const nameOf = (identity: Identity) => identity.name ?? identity.username ?? identity.id
 * ```
 *
 * Docs: https://docs.globus.org/api/auth/reference/#v2_api_identities_resources
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { ClientId, IdentityId, received } from "../model/Id.ts"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))

/** An identity: one account of a person, or a client. */
export const Identity = Document.make({
  id: received(IdentityId),
  username: Schema.optionalKey(Schema.String),
  name: Text,
  email: Text,
  organization: Text,
  identity_provider: Text,
  identity_type: Text,
  status: Schema.optionalKey(Document.openLiterals(["unused", "used", "private", "closed"]))
})
export type Identity = typeof Identity.Type

/** Where people's accounts come from: a university, a company, Globus itself. */
export const IdentityProvider = Document.make({
  id: Schema.String,
  name: Schema.String,
  short_name: Schema.optionalKey(Schema.String),
  alternative_names: Schema.optionalKey(Schema.Array(Schema.String)),
  domains: Schema.optionalKey(Schema.Array(Schema.String))
})
export type IdentityProvider = typeof IdentityProvider.Type

/** The identity providers that were looked up. */
export const IdentityProviders = Document.make({ identity_providers: Schema.Array(IdentityProvider) })
export type IdentityProviders = typeof IdentityProviders.Type

/** The providers of the identities, where `include: "identity_provider"` asked for them. */
const included = Schema.optionalKey(
  Document.make({ identity_providers: Schema.optionalKey(Schema.Array(IdentityProvider)) })
)

/** One identity. */
export const IdentityDocument = Document.make({ identity: Identity, included })
export type IdentityDocument = typeof IdentityDocument.Type

/** The identities that were looked up. */
export const Identities = Document.make({ identities: Schema.Array(Identity), included })
export type Identities = typeof Identities.Type

/** That an identity lets a client use a scope, alone or on behalf of another scope. */
export const Consent = Document.make({
  id: Schema.Finite,
  client: Schema.optionalKey(received(ClientId)),
  scope: Schema.optionalKey(Schema.String),
  scope_name: Schema.String,
  /** Ids of consents, from the root of the tree to this one. */
  dependency_path: Schema.Array(Schema.Finite),
  status: Schema.optionalKey(Schema.String),
  effective_identity: Schema.optionalKey(received(IdentityId)),
  allows_refresh: Schema.optionalKey(Schema.Boolean),
  auto_approved: Schema.optionalKey(Schema.Boolean),
  atomically_revocable: Schema.optionalKey(Schema.Boolean),
  created: Schema.optionalKey(Schema.String),
  updated: Schema.optionalKey(Schema.String),
  last_used: Text
})
export type Consent = typeof Consent.Type

/** What an identity has consented to; {@link ConsentForest} reads it. */
export const Consents = Document.make({ consents: Schema.Array(Consent) })
export type Consents = typeof Consents.Type

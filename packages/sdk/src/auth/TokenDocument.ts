/**
 * Tokens, and what Globus Auth says about them and about itself: token responses, introspection, validation, user
 * information, configuration and keys. Tokens are `Redacted` from the moment they are decoded.
 *
 * ```ts
 * import { TokenResponse } from "@effect-globus/sdk/auth"
 * import { Schema } from "effect"
 *
 * const decode = Schema.decodeUnknownEffect(TokenResponse)
 * ```
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { ClientId, IdentityId, received, ResourceServer } from "../model/Id.ts"
import { Secret } from "./internal/secret.ts"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))

/** RFC 6749 §A.12, §A.17: visible characters of ASCII. Anything else could not travel in a header. */
const Token = Schema.RedactedFromValue(Schema.NonEmptyString.check(Schema.isPattern(/^[\x20-\x7e]+$/)))

/** Bearer tokens are the only ones that a client of Globus can use (RFC 6749 §7.1). */
const TokenType = Schema.String.check(Schema.isPattern(/^bearer$/i))

const tokenFields = {
  access_token: Token,
  /** The granted scopes, separated by spaces. */
  scope: Schema.String,
  resource_server: received(ResourceServer),
  /** Seconds until the access token expires. */
  expires_in: Schema.Finite.check(Schema.isBetween({ minimum: -1e9, maximum: 1e9 })),
  token_type: Schema.optionalKey(Schema.NullOr(TokenType)),
  refresh_token: Schema.optionalKey(Schema.NullOr(Token)),
  id_token: Schema.optionalKey(Schema.NullOr(Secret))
}

/** One token for one resource server. */
export const TokenGrant = Document.make(tokenFields)
export type TokenGrant = typeof TokenGrant.Type

/** What the token endpoint answers: one token at the root, those of further resource servers in `other_tokens`. */
export const TokenResponse = Document.make({
  ...tokenFields,
  other_tokens: Schema.optionalKey(Schema.NullOr(Schema.Array(TokenGrant)))
})
export type TokenResponse = typeof TokenResponse.Type

/** All tokens of a response, each with its resource server. */
export const grantsOf = (response: TokenResponse): ReadonlyArray<TokenGrant> => [
  response,
  ...(response.other_tokens ?? [])
]

/** What Globus Auth knows about a token (RFC 7662 §2.2). */
export const Introspection = Document.make({
  active: Schema.Boolean,
  scope: Schema.optionalKey(Schema.String),
  client_id: Schema.optionalKey(received(ClientId)),
  sub: Schema.optionalKey(received(IdentityId)),
  username: Schema.optionalKey(Schema.String),
  aud: Schema.optionalKey(Schema.Union([Schema.String, Schema.Array(Schema.String)])),
  iss: Schema.optionalKey(Schema.String),
  exp: Schema.optionalKey(Schema.Finite),
  iat: Schema.optionalKey(Schema.Finite),
  nbf: Schema.optionalKey(Schema.Finite),
  name: Text,
  email: Text
})
export type Introspection = typeof Introspection.Type

/** Whether a token is good for anything; {@link Introspection} says for what. */
export const TokenValidation = Document.make({ active: Schema.Boolean })
export type TokenValidation = typeof TokenValidation.Type

/** Who a token belongs to (OpenID Connect Core §5.3). */
export const UserInfo = Document.make({
  sub: received(IdentityId),
  preferred_username: Text,
  name: Text,
  email: Text,
  organization: Text,
  identity_provider: Text,
  identity_provider_display_name: Text,
  identity_set: Schema.optionalKey(Schema.NullOr(Schema.Array(Document.Any)))
})
export type UserInfo = typeof UserInfo.Type

/** What Globus Auth says about itself (OpenID Connect Discovery §3). */
export const OpenIdConfiguration = Document.make({
  issuer: Schema.String,
  authorization_endpoint: Schema.String,
  token_endpoint: Schema.String,
  userinfo_endpoint: Schema.optionalKey(Schema.String),
  jwks_uri: Schema.String,
  id_token_signing_alg_values_supported: Schema.Array(Schema.String),
  /** Whether every answer to a login names the issuer (RFC 9207 §3). */
  authorization_response_iss_parameter_supported: Schema.optionalKey(Schema.NullOr(Schema.Boolean))
})
export type OpenIdConfiguration = typeof OpenIdConfiguration.Type

/** The public keys that id tokens are signed with (RFC 7517 §5). */
export const JsonWebKeySet = Document.make({ keys: Schema.Array(Document.Any) })
export type JsonWebKeySet = typeof JsonWebKeySet.Type

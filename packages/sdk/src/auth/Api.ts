/**
 * The contract of Globus Auth, as far as logins, tokens and identities need it.
 *
 * https://docs.globus.org/api/auth/reference/
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { ClientId, given, IdentityId } from "../model/Id.ts"
import { AuthScopes } from "../model/Scopes.ts"
import * as Operation from "../service/Operation.ts"
import * as Query from "../service/Query.ts"
import {
  Consents,
  Identities,
  IdentityProviders,
  Introspection,
  JsonWebKeySet,
  OpenIdConfiguration,
  TokenGrant,
  TokenResponse,
  UserInfo
} from "./Document.ts"

const Secret = Schema.RedactedFromValue(Schema.NonEmptyString)

/** Native clients name themselves in the form; confidential ones authenticate with Basic. */
const client = { client_id: Schema.optional(ClientId) }

// -----------------------------------------------------------------------------
// OAuth2
// -----------------------------------------------------------------------------

/** RFC 6749 §4.1.3, with RFC 7636 §4.5. */
export const AuthorizationCodeGrant = Document.make({
  grant_type: Schema.Literal("authorization_code"),
  code: Secret,
  redirect_uri: Schema.String,
  code_verifier: Schema.optional(Secret),
  ...client
})

/** RFC 6749 §6. */
export const RefreshTokenGrant = Document.make({
  grant_type: Schema.Literal("refresh_token"),
  refresh_token: Secret,
  ...client
})

/** RFC 6749 §4.4.2. */
export const ClientCredentialsGrant = Document.make({
  grant_type: Schema.Literal("client_credentials"),
  scope: Schema.String
})

/** Globus' own: tokens for the services behind a service, on behalf of whoever called it. */
export const DependentTokenGrant = Document.make({
  grant_type: Schema.Literal("urn:globus:auth:grant_type:dependent_token"),
  token: Secret,
  access_type: Schema.optional(Document.openLiterals(["online", "offline"])),
  scope: Schema.optional(Schema.String)
})

export const token = Operation.post("token", "/v2/oauth2/token", {
  payload: Schema.Union([
    AuthorizationCodeGrant,
    RefreshTokenGrant,
    ClientCredentialsGrant,
    DependentTokenGrant
  ]).pipe(HttpApiSchema.asFormUrlEncoded()),
  success: Schema.Union([TokenResponse, Schema.Array(TokenGrant)])
})

export const revoke = Operation.post("revoke", "/v2/oauth2/token/revoke", {
  payload: Document.make({ token: Secret, ...client }).pipe(HttpApiSchema.asFormUrlEncoded()),
  success: Document.make({ active: Schema.optionalKey(Schema.Boolean) }),
  // Revoking what is revoked changes nothing (RFC 7009 §2.2).
  idempotent: true
})

export const introspect = Operation.post("introspect", "/v2/oauth2/token/introspect", {
  payload: Document.make({ token: Secret, include: Schema.optional(Schema.String) }).pipe(
    HttpApiSchema.asFormUrlEncoded()
  ),
  query: {},
  success: Introspection,
  idempotent: true
})

export const userinfo = Operation.get("userinfo", "/v2/oauth2/userinfo", {
  success: UserInfo,
  scopes: [AuthScopes.openid]
})

export const getOpenIdConfiguration = Operation.get(
  "getOpenIdConfiguration",
  "/.well-known/openid-configuration",
  {
    success: OpenIdConfiguration
  }
)

export const getJsonWebKeySet = Operation.get("getJsonWebKeySet", "/jwk.json", { success: JsonWebKeySet })

// -----------------------------------------------------------------------------
// identities
// -----------------------------------------------------------------------------

export const getIdentities = Operation.get("getIdentities", "/v2/api/identities", {
  query: {
    usernames: Query.commas(Schema.String),
    ids: Query.commas(given(IdentityId)),
    provision: Query.boolean
  },
  success: Identities
})

export const getConsents = Operation.get("getConsents", "/v2/api/identities/:identity_id/consents", {
  params: { identity_id: IdentityId },
  query: { all: Query.boolean },
  success: Consents
})

export const getIdentityProviders = Operation.get("getIdentityProviders", "/v2/api/identity_providers", {
  query: { domains: Query.commas(Schema.String), ids: Query.commas(Schema.String) },
  success: IdentityProviders
})

// -----------------------------------------------------------------------------
// contract
// -----------------------------------------------------------------------------

/** Getting, renewing, revoking and reading tokens. */
export class OAuth2Group extends HttpApiGroup.make("oauth2").add(
  token,
  revoke,
  introspect,
  userinfo,
  getOpenIdConfiguration,
  getJsonWebKeySet
) {}

/** Who is who, and what they consented to. */
export class IdentitiesGroup extends HttpApiGroup.make("identities").add(
  getIdentities,
  getConsents,
  getIdentityProviders
) {}

/** The contract of Globus Auth. */
export class AuthApi extends HttpApi.make("auth").add(OAuth2Group).add(IdentitiesGroup) {}

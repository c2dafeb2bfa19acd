/**
 * The operations that give, renew, revoke and read tokens, and what Globus Auth says about itself.
 *
 * ```ts
 * import { AuthApi } from "@effect-globus/sdk/auth"
 *
 * AuthApi.groups.oauth2.endpoints.token.path // "/v2/oauth2/token"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import * as Document from "../../model/Document.ts"
import { ClientId } from "../../model/Id.ts"
import { AuthScopes } from "../../model/Scopes.ts"
import * as Operation from "../../service/Operation.ts"
import { Secret } from "../internal/secret.ts"
import * as Token from "../TokenDocument.ts"

/** Native clients name themselves in the form; confidential ones authenticate with Basic. */
const client = { client_id: Schema.optional(ClientId) }

/** RFC 6749 §4.1.3, with RFC 7636 §4.5. */
const AuthorizationCodeGrant = Document.make({
  grant_type: Schema.Literal("authorization_code"),
  code: Secret,
  redirect_uri: Schema.String,
  code_verifier: Schema.optional(Secret),
  ...client
})

/** RFC 6749 §6. */
const RefreshTokenGrant = Document.make({
  grant_type: Schema.Literal("refresh_token"),
  refresh_token: Secret,
  ...client
})

/** RFC 6749 §4.4.2. */
const ClientCredentialsGrant = Document.make({
  grant_type: Schema.Literal("client_credentials"),
  scope: Schema.String
})

/** Globus' own: tokens for the services behind a service, on behalf of whoever called it. */
const DependentTokenGrant = Document.make({
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
  success: Schema.Union([Token.TokenResponse, Schema.Array(Token.TokenGrant)]),
  token: "none",
  // A code is good for one exchange, and a second revokes what the first has brought (RFC 6749 §4.1.2). Whatever else
  // is asked for can be asked for again, and would be with the next request that needs it.
  idempotent: ({ grant_type }) => grant_type !== "authorization_code"
})

export const revoke = Operation.post("revoke", "/v2/oauth2/token/revoke", {
  payload: Document.make({ token: Secret, ...client }).pipe(HttpApiSchema.asFormUrlEncoded()),
  success: Document.make({ active: Schema.optionalKey(Schema.Boolean) }),
  token: "none",
  // Revoking what is revoked changes nothing (RFC 7009 §2.2).
  idempotent: true
})

export const introspect = Operation.post("introspect", "/v2/oauth2/token/introspect", {
  payload: Document.make({ token: Secret, include: Schema.optional(Schema.String) }).pipe(
    HttpApiSchema.asFormUrlEncoded()
  ),
  query: {},
  success: Token.Introspection,
  token: "none",
  idempotent: true
})

export const validate = Operation.post("validate", "/v2/oauth2/token/validate", {
  payload: Document.make({ token: Secret, ...client }).pipe(HttpApiSchema.asFormUrlEncoded()),
  success: Token.TokenValidation,
  token: "none",
  idempotent: true
})

export const userinfo = Operation.get("userinfo", "/v2/oauth2/userinfo", {
  success: Token.UserInfo,
  scopes: [AuthScopes.openid]
})

export const getOpenIdConfiguration = Operation.get(
  "getOpenIdConfiguration",
  "/.well-known/openid-configuration",
  { success: Token.OpenIdConfiguration, token: "none" }
)

export const getJsonWebKeySet = Operation.get("getJsonWebKeySet", "/jwk.json", {
  success: Token.JsonWebKeySet,
  token: "none"
})

/** The operations on tokens. */
export const OAuth2 = HttpApiGroup.make("oauth2").add(
  token,
  revoke,
  introspect,
  validate,
  userinfo,
  getOpenIdConfiguration,
  getJsonWebKeySet
)

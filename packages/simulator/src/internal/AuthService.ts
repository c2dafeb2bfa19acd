/** Globus Auth. */
import { AuthApi } from "@effect-globus/sdk/auth"
import { AuthScopes } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { confidentialOf } from "./auth/ClientAuthentication.ts"
import { clients, credentials } from "./auth/Clients.ts"
import { identities } from "./auth/Identities.ts"
import { oauth2 } from "./auth/OAuth2.ts"
import { policies } from "./auth/Policies.ts"
import { projects } from "./auth/Projects.ts"
import { scopes } from "./auth/Scopes.ts"
import * as LoginPages from "./LoginPages.ts"
import * as Refusal from "./Refusal.ts"
import { make as makeService } from "./Service.ts"

const grantTypes = new Set([
  "authorization_code",
  "refresh_token",
  "client_credentials",
  "urn:globus:auth:grant_type:dependent_token"
])

/** Globus Auth. */
export const make = makeService({
  name: "auth",
  voice: Refusal.auth,
  api: AuthApi,
  handlers: {
    ...oauth2,
    ...identities,
    ...projects,
    ...policies,
    ...clients,
    ...credentials,
    ...scopes
  },
  need: (_, scopes) => ({
    isFor: (resourceServer) => resourceServer === AuthScopes.resourceServer,
    anyOf: scopes
  }),
  withoutToken: (request, state) =>
    Option.map(
      Option.fromUndefinedOr(Result.getOrUndefined(confidentialOf(state, request, {}))),
      ({ id }) => ({
        identity: id,
        client: id,
        scopes: []
      })
    ),
  invalid: (request, { detail, path }) => {
    const endpoint = /^\/v2\/oauth2\/token(\/|\?|$)/.exec(request.url)
    if (endpoint === null) return Effect.succeedNone
    // RFC 6749 §5.2.
    return Effect.match(request.urlParamsBody, {
      onFailure: () => Option.some(Refusal.oauth(400, "invalid_request", detail)),
      onSuccess: (form) => {
        const grantType = LoginPages.first(form, "grant_type")
        return Option.some(
          endpoint[1] !== "/" && grantType !== undefined && !grantTypes.has(grantType)
            ? Refusal.oauth(400, "unsupported_grant_type", `Unknown grant_type: ${grantType}`)
            : Refusal.oauth(
                400,
                "invalid_request",
                path.length === 0 ? detail : `${path.join(".")}: ${detail}`
              )
        )
      }
    })
  },
  pages: LoginPages.pages
})

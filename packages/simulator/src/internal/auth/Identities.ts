/** Who is who, and what they consented to. */
import type { AuthApi } from "@effect-globus/sdk/auth"
import { AuthScopes, ClientId, IdentityId, TransferScopes } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Consents from "../Consents.ts"
import * as Instant from "../Instant.ts"
import * as KnownScopes from "../KnownScopes.ts"
import * as Refusal from "../Refusal.ts"
import { Caller, type Handlers } from "../Service.ts"
import { type Principal, principal } from "../State.ts"
import { Store } from "../Store.ts"

/** One identity provider for each domain, with an id that follows from it. */
export const identityProviderOf = (username: string) => {
  const domain = username.slice(username.indexOf("@") + 1)
  return {
    id: KnownScopes.uuidOf(`identity provider ${domain}`),
    name: domain,
    short_name: domain,
    alternative_names: [] as ReadonlyArray<string>,
    domains: [domain]
  }
}

export const identityOf = (who: Principal) => ({
  id: IdentityId.make(who.id),
  username: who.username,
  name: who.name,
  email: who.email,
  organization: who.organization,
  identity_provider: identityProviderOf(who.username).id,
  identity_type: who.isClient ? "client" : "login",
  status: "used" as const
})

const consentOf = (consent: Consents.Consent) => ({
  id: consent.id,
  client: ClientId.make(
    consent.path.length === 1 ? consent.client : KnownScopes.uuidOf(TransferScopes.resourceServer)
  ),
  scope: KnownScopes.uuidOf(consent.scope),
  scope_name: consent.scope,
  dependency_path: consent.path,
  status: "approved",
  effective_identity: IdentityId.make(consent.identity),
  allows_refresh: true,
  auto_approved: false,
  atomically_revocable: consent.optional,
  created: Instant.withMicroseconds(consent.created),
  updated: Instant.withMicroseconds(consent.created),
  last_used: Instant.withMicroseconds(consent.created)
})

/** One value or several, as a list. */
export const listOf = (value: string | ReadonlyArray<string> | undefined): ReadonlyArray<string> =>
  value === undefined ? [] : typeof value === "string" ? [value] : value

// -----------------------------------------------------------------------------
// handlers
// -----------------------------------------------------------------------------

export const identities: Handlers<(typeof AuthApi)["groups"]["identities"]> = {
  getIdentities: Effect.fnUntraced(function* ({ query }) {
    const state = yield* (yield* Store).current
    const wanted = query.ids === undefined ? listOf(query.usernames) : listOf(query.ids)
    if (query.ids !== undefined && query.usernames !== undefined) {
      return yield* new Refusal.Refusal({
        status: 400,
        code: "INVALID_QUERY",
        message: "Give either ids or usernames, not both."
      })
    }
    const found = wanted.flatMap((name) => Option.toArray(principal(state, name)))
    return { identities: found.map(identityOf) }
  }),

  getConsents: Effect.fnUntraced(function* ({ params, query }) {
    const state = yield* (yield* Store).current
    const { client, identity, scopes } = yield* Caller
    if (params.identity_id !== identity) {
      return yield* new Refusal.Refusal({
        status: 403,
        code: "FORBIDDEN",
        message: "These consents are not yours."
      })
    }
    if (query.all === true && !scopes.includes(AuthScopes.view_consents)) {
      return yield* Refusal.auth.missingScope(AuthScopes.view_consents)
    }
    const consents = Consents.of(state.consents, query.all === true ? { identity } : { client, identity })
    return { consents: consents.map(consentOf) }
  }),

  getIdentityProviders: Effect.fnUntraced(function* ({ query }) {
    const state = yield* (yield* Store).current
    const all = new Map(
      [...state.identities.values()].map(({ username }) => {
        const provider = identityProviderOf(username)
        return [provider.id, provider] as const
      })
    )
    const domains = listOf(query.domains)
    const ids = listOf(query.ids)
    return {
      identity_providers: [...all.values()].filter(
        (provider) => provider.domains.some((domain) => domains.includes(domain)) || ids.includes(provider.id)
      )
    }
  })
}

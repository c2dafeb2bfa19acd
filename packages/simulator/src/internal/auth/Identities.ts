/** Who is who, and what they consented to. */
import type { AuthApi } from "@effect-globus/sdk/auth"
import { AuthScopes, ClientId, IdentityId, Uuid } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Consents from "../Consents.ts"
import * as Instant from "../Instant.ts"
import * as KnownScopes from "../KnownScopes.ts"
import * as Refusal from "../Refusal.ts"
import { Caller, type Handlers, listOf } from "../Service.ts"
import { identityProviderOf, type Principal, principal, primaryOf, set, type State } from "../State.ts"
import { Store } from "../Store.ts"
import { uuidOf } from "../uuidOf.ts"
import { scopeIdOf } from "./Registry.ts"

/** An identity, of which nothing but the user name is known before somebody has logged in with it. */
export const identityOf = (state: State, who: Principal) => {
  const isUsed = state.identities.get(who.id)?.status !== "unused"
  return {
    id: IdentityId.make(who.id),
    username: who.username,
    name: isUsed ? who.name : null,
    email: isUsed ? who.email : null,
    organization: isUsed ? who.organization : null,
    identity_provider: identityProviderOf(state, who.username).id,
    identity_type: who.isClient ? "client" : "login",
    status: isUsed ? ("used" as const) : ("unused" as const)
  }
}

/** The providers of identities, where they are asked for. */
const includedOf = (
  state: State,
  include: string | ReadonlyArray<string> | undefined,
  who: ReadonlyArray<Principal>
) =>
  listOf(include).includes("identity_provider")
    ? {
        included: {
          identity_providers: [
            ...new Map(
              who.map(({ username }) => {
                const provider = identityProviderOf(state, username)
                return [provider.id, provider] as const
              })
            ).values()
          ]
        }
      }
    : {}

const isUuid = Schema.is(Uuid)

/** The client of a service: that which has the id, or one of Globus' own. */
const clientOfService = (resourceServer: string): ClientId =>
  ClientId.make(isUuid(resourceServer) ? resourceServer : uuidOf(resourceServer))

/** Who may use the scope: the client that the user knows, or the service of the scope above it. */
const clientOf = (
  state: State,
  consent: Consents.Consent,
  others: ReadonlyArray<Consents.Consent>
): ClientId => {
  const above = others.find(({ id }) => id === consent.path.at(-2))
  return above === undefined
    ? ClientId.make(consent.client)
    : clientOfService(
        Option.match(KnownScopes.find(state, above.scope), {
          onNone: () => above.scope,
          onSome: ({ resourceServer }) => resourceServer
        })
      )
}

const consentOf = (state: State, consent: Consents.Consent, others: ReadonlyArray<Consents.Consent>) => ({
  id: consent.id,
  client: clientOf(state, consent, others),
  scope: KnownScopes.registered(state, consent.scope)?.id ?? scopeIdOf(consent.scope),
  scope_name: consent.scope,
  dependency_path: consent.path,
  status: "approved",
  effective_identity: IdentityId.make(consent.identity),
  allows_refresh: KnownScopes.registered(state, consent.scope)?.allows_refresh_token ?? true,
  auto_approved: false,
  atomically_revocable: consent.optional,
  created: Instant.withMicroseconds(consent.created),
  updated: Instant.withMicroseconds(consent.created),
  last_used: Instant.withMicroseconds(consent.created)
})

const isUsername = (text: string): boolean => /^[^@\s]+@[^@\s]+$/.test(text)

// -----------------------------------------------------------------------------
// handlers
// -----------------------------------------------------------------------------

export const identities: Handlers<(typeof AuthApi)["groups"]["identities"]> = {
  getIdentities: Effect.fnUntraced(function* ({ query }) {
    const { current, modify, uuid } = yield* Store
    if (query.ids !== undefined && query.usernames !== undefined) {
      return yield* new Refusal.Refusal({
        status: 400,
        code: "INVALID_QUERY",
        message: "Give either ids or usernames, not both."
      })
    }
    if (query.provision === true) {
      for (const username of listOf(query.usernames)) {
        const id = IdentityId.make(yield* uuid)
        yield* modify((state) => [
          undefined,
          Option.isSome(principal(state, username)) || !isUsername(username)
            ? state
            : {
                ...state,
                identities: set(state.identities, { id, username, name: username, status: "unused" as const })
              }
        ])
      }
    }
    const state = yield* current
    const wanted = query.ids === undefined ? listOf(query.usernames) : listOf(query.ids)
    const found = wanted.flatMap((name) => Option.toArray(principal(state, name)))
    return {
      identities: found.map((who) => identityOf(state, who)),
      ...includedOf(state, query.include, found)
    }
  }),

  getIdentity: Effect.fnUntraced(function* ({ params, query }) {
    const state = yield* (yield* Store).current
    const who = principal(state, params.identity_id)
    if (Option.isNone(who)) {
      return yield* new Refusal.Refusal({
        status: 404,
        code: "NOT_FOUND",
        message: `There is no identity ${params.identity_id}.`
      })
    }
    return { identity: identityOf(state, who.value), ...includedOf(state, query.include, [who.value]) }
  }),

  getConsents: Effect.fnUntraced(function* ({ params, query }) {
    const state = yield* (yield* Store).current
    const { client, identity, scopes } = yield* Caller
    if (primaryOf(state, params.identity_id) !== identity) {
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
    return { consents: consents.map((consent) => consentOf(state, consent, consents)) }
  }),

  getIdentityProviders: Effect.fnUntraced(function* ({ query }) {
    const state = yield* (yield* Store).current
    const all = new Map(
      [...state.identities.values()].map(({ username }) => {
        const provider = identityProviderOf(state, username)
        return [provider.id, provider] as const
      })
    )
    for (const { id, domains } of state.identityProviders.values()) {
      const [domain = ""] = domains
      all.set(id, identityProviderOf(state, `somebody@${domain}`))
    }
    const domains = listOf(query.domains)
    const ids = listOf(query.ids)
    return {
      identity_providers: [...all.values()].filter(
        (provider) => provider.domains.some((domain) => domains.includes(domain)) || ids.includes(provider.id)
      )
    }
  })
}

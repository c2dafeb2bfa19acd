/** Tokens by every grant, what they are worth, and what Globus Auth says about itself. */
import { type AuthApi, Pkce, type TokenGrant } from "@effect-globus/sdk/auth"
import { AuthScopes, ClientId, GlobusScope, IdentityId, ResourceServer } from "@effect-globus/sdk/model"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Consents from "../Consents.ts"
import * as KnownScopes from "../KnownScopes.ts"
import * as Refusal from "../Refusal.ts"
import { Caller, type Handlers, listOf } from "../Service.ts"
import { algorithm, Signer } from "../Signer.ts"
import { identityProviderOf, identitySet, type Principal, principal, type State } from "../State.ts"
import { count, Store } from "../Store.ts"
import * as Tokens from "../Tokens.ts"
import { uuidOf } from "../uuidOf.ts"
import { clientOf, confidentialOf, type Request } from "./ClientAuthentication.ts"

const Secret = (text: string, label: string) => Redacted.make(text, { label })

interface Issue {
  readonly client: string
  readonly identity: string
  readonly grant: number
  /** The names of the scopes for which tokens are wanted. */
  readonly scopes: ReadonlyArray<string>
  readonly offline: boolean
  readonly origin?: Tokens.Origin | undefined
}

/** Whether a refresh token may be had for scopes, as their services say. */
const allowRefresh = (state: State, scopes: ReadonlyArray<string>): boolean =>
  scopes.every((scope) => KnownScopes.registered(state, scope)?.allows_refresh_token !== false)

/** Of an origin, what is about some scopes. */
const originOf = (origin: Tokens.Origin | undefined, scopes: ReadonlyArray<string>) =>
  origin === undefined
    ? {}
    : {
        origin: {
          client: origin.client,
          paths: origin.paths.filter((path) => scopes.includes(path.at(-1) ?? ""))
        }
      }

/** Issues a token for each resource server of the scopes, in their order. */
const issue = Effect.fnUntraced(function* ({ client, grant, identity, offline, origin, scopes }: Issue) {
  const store = yield* Store
  const state = yield* store.current
  const groups = KnownScopes.byResourceServer(state, scopes)
  return yield* Effect.forEach(groups, ([resourceServer, granted]) =>
    Effect.gen(function* () {
      const access = `Ag${yield* store.secret}`
      const refresh = offline && allowRefresh(state, granted) ? `Rg${yield* store.secret}` : undefined
      yield* store.modify((state, now) => {
        const common = {
          client,
          grant,
          identity,
          resourceServer,
          scopes: granted,
          issued: now,
          ...originOf(origin, granted)
        }
        const withAccess = Tokens.addAccessToken(Tokens.prune(state.tokens, now), access, {
          ...common,
          expires: now + store.settings.tokenLifetime
        })
        const tokens =
          refresh === undefined ? withAccess : Tokens.addRefreshToken(withAccess, refresh, common)
        return [undefined, { ...state, tokens }]
      })
      return {
        access_token: Secret(access, "access token"),
        scope: granted.join(" "),
        resource_server: ResourceServer.make(resourceServer),
        expires_in: Math.floor(store.settings.tokenLifetime / 1000),
        token_type: "Bearer",
        ...(refresh === undefined ? {} : { refresh_token: Secret(refresh, "refresh token") })
      } satisfies TokenGrant
    })
  )
})

/** The token of Auth itself at the root, as Globus Auth does, or else the first. */
const arrange = (
  grants: ReadonlyArray<TokenGrant>
): Result.Result<TokenGrant & { readonly other_tokens: ReadonlyArray<TokenGrant> }, Refusal.Refusal> => {
  const first =
    grants.find(({ resource_server }) => resource_server === AuthScopes.resourceServer) ?? grants[0]
  return first === undefined
    ? Result.fail(Refusal.oauth(400, "invalid_scope", "Ask for at least one scope."))
    : Result.succeed({ ...first, other_tokens: grants.filter((grant) => grant !== first) })
}

const scopesOf = (
  state: State,
  text: string
): Result.Result<ReadonlyArray<GlobusScope.GlobusScope>, Refusal.Refusal> =>
  Result.flatMap(
    Result.mapError(GlobusScope.parse(text), ({ message }) => Refusal.oauth(400, "invalid_scope", message)),
    (scopes) =>
      Option.match(KnownScopes.unknown(state, scopes), {
        onNone: () => Result.succeed(scopes),
        onSome: (name) => Result.fail(Refusal.oauth(400, "invalid_scope", `Unknown scope: ${name}`))
      })
  )

const names = (scopes: ReadonlyArray<GlobusScope.GlobusScope>): ReadonlyArray<string> =>
  scopes.map(({ scope }) => scope)

/** What an identity lets others know about it, as far as the scopes go. */
const claimsOf = (state: State, who: Principal, scopes: ReadonlyArray<string>) => ({
  sub: IdentityId.make(who.id),
  ...(scopes.includes(AuthScopes.profile)
    ? {
        preferred_username: who.username,
        name: who.name,
        organization: who.organization,
        identity_provider: identityProviderOf(state, who.username).id,
        identity_provider_display_name: identityProviderOf(state, who.username).name
      }
    : {}),
  ...(scopes.includes(AuthScopes.email) ? { email: who.email } : {}),
  ...(scopes.includes(AuthScopes.view_identity_set)
    ? { identity_set: identitySet(state, who.id).map((identity) => linkedOf(state, identity)) }
    : {})
})

/** One of the identities of a person. */
const linkedOf = (state: State, who: Principal) => {
  const { id, name } = identityProviderOf(state, who.username)
  const last = Tokens.logins(state.tokens).findLast(({ identity }) => identity === who.id)
  return {
    sub: who.id,
    username: who.username,
    name: who.name,
    email: who.email,
    organization: who.organization,
    identity_provider: id,
    identity_provider_display_name: name,
    last_authentication: last === undefined ? null : Math.floor(last.at / 1000)
  }
}

const issuerOf = (url: string): string => `${url}auth`

const idToken = Effect.fnUntraced(function* (options: {
  readonly client: string
  readonly identity: string
  readonly grant: number
  readonly scopes: ReadonlyArray<string>
  readonly nonce: string | undefined
}) {
  const { settings, url } = yield* Store
  const { sign } = yield* Signer
  const state = yield* (yield* Store).current
  const who = Option.getOrUndefined(principal(state, options.identity))
  const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
  return yield* sign({
    iss: issuerOf(url),
    aud: options.client,
    iat: now,
    exp: now + Math.floor(settings.tokenLifetime / 1000),
    last_authentication: Math.floor(
      (Tokens.sessionOf(state.tokens, options.grant)[0]?.at ?? now * 1000) / 1000
    ),
    ...(who === undefined ? { sub: options.identity } : claimsOf(state, who, options.scopes)),
    ...(options.nonce === undefined ? {} : { nonce: options.nonce })
  })
})

const invalidGrant = (description: string) => Refusal.oauth(401, "invalid_grant", description)

const whyNot: Readonly<Record<Tokens.Refusal, string>> = {
  Unknown: "There is no such code.",
  Used: "The code was used before; the tokens that it brought have been revoked.",
  Expired: "The code has expired.",
  OtherClient: "The code was issued to another client.",
  OtherRedirectUri: "The redirect URI is not the one that the code was asked for with."
}

const withCode = Effect.fnUntraced(function* (
  request: Request,
  form: {
    readonly code: Redacted.Redacted<string>
    readonly redirect_uri: string
    readonly code_verifier?: Redacted.Redacted<string> | undefined
    readonly [field: string]: unknown
  }
) {
  const store = yield* Store
  const client = yield* Effect.fromResult(clientOf(yield* store.current, request, form))
  const by = { client: client.id, redirectUri: form.redirect_uri }
  const code = yield* store.attempt((state, now) => {
    const [result, tokens] = Tokens.redeem(state.tokens, Redacted.value(form.code), by, now)
    return [Result.mapError(result, (why) => invalidGrant(whyNot[why])), { ...state, tokens }]
  })
  if (code.challenge !== undefined) {
    // RFC 7636 §4.6.
    const proof =
      form.code_verifier === undefined ? undefined : (yield* Pkce.fromVerifier(form.code_verifier)).challenge
    if (proof !== code.challenge)
      return yield* invalidGrant("The code_verifier does not fit the code_challenge.")
  }
  const scopes = names(yield* Effect.fromResult(scopesOf(yield* store.current, code.scope)))
  const { grant, identity, nonce, offline } = code
  const grants = yield* issue({ client: client.id, grant, identity, offline, scopes })
  const response = yield* Effect.fromResult(arrange(grants))
  yield* count("codeExchanges")
  return scopes.includes(AuthScopes.openid)
    ? { ...response, id_token: yield* idToken({ client: client.id, identity, grant, scopes, nonce }) }
    : response
})

const withRefreshToken = Effect.fnUntraced(function* (
  request: Request,
  form: { readonly refresh_token: Redacted.Redacted<string>; readonly [field: string]: unknown }
) {
  const store = yield* Store
  const client = yield* Effect.fromResult(clientOf(yield* store.current, request, form))
  const text = Redacted.value(form.refresh_token)
  const { refreshTokens } = store.settings
  const rotate = refreshTokens === "rotate"
  const { grant, identity, origin, scopes } = yield* store.attempt((state, now) => {
    const token = Option.getOrUndefined(Tokens.refreshable(state.tokens, text, now))
    return token === undefined || token.client !== client.id
      ? [
          Result.fail(
            Refusal.oauth(400, "invalid_grant", "The refresh token is not good, or not of this client.")
          ),
          state
        ]
      : [
          Result.succeed(token),
          {
            ...state,
            tokens: rotate
              ? Tokens.dropRefreshToken(state.tokens, text)
              : Tokens.addRefreshToken(state.tokens, text, { ...token, issued: now })
          }
        ]
  })
  const grants = yield* issue({ client: client.id, grant, identity, offline: rotate, origin, scopes })
  yield* count("refreshes")
  const response = yield* Effect.fromResult(arrange(grants))
  return refreshTokens === "keep" ? { ...response, refresh_token: form.refresh_token } : response
})

const withCredentials = Effect.fnUntraced(function* (
  request: Request,
  form: { readonly scope: string; readonly [field: string]: unknown }
) {
  const store = yield* Store
  const client = yield* Effect.fromResult(confidentialOf(yield* store.current, request, form))
  const scopes = yield* Effect.fromResult(scopesOf(yield* store.current, form.scope))
  const party = { client: client.id, identity: client.id }
  const grant = yield* store.modify((state, now) => {
    const [grant, tokens] = Tokens.newGrant(state.tokens, {
      identity: client.id,
      at: now,
      // No client has a second factor, and none is asked for one.
      mfa: true
    })
    return [
      grant,
      {
        ...state,
        tokens,
        consents: Consents.grant(state.consents, party, KnownScopes.withDependencies(state, scopes), now)
      }
    ]
  })
  const grants = yield* issue({ ...party, grant, offline: false, scopes: names(scopes) })
  yield* count("clientCredentials")
  return yield* Effect.fromResult(arrange(grants))
})

const withDependentToken = Effect.fnUntraced(function* (
  request: Request,
  form: {
    readonly token: Redacted.Redacted<string>
    readonly access_type?: string | undefined
    readonly scope?: string | undefined
    readonly [field: string]: unknown
  }
) {
  const store = yield* Store
  const client = yield* Effect.fromResult(confidentialOf(yield* store.current, request, form))
  const found = yield* store.attempt((state, now) => [
    Option.match(Tokens.active(state.tokens, Redacted.value(form.token), now), {
      onNone: () => Result.fail(invalidGrant("The token is not good.")),
      onSome: (token) =>
        token.resourceServer === client.id
          ? Result.succeed(token)
          : Result.fail(invalidGrant("The token is not for this client."))
    }),
    state
  ])
  const state = yield* store.current
  const party = Tokens.partyOf(found)
  const paths = Tokens.pathsOf(found).flatMap((path) =>
    Consents.below(state.consents, party, path).map(({ scope }) => [...path, scope])
  )
  const consented = paths.map((path) => path.at(-1) ?? "")
  const wanted =
    form.scope === undefined ? consented : names(yield* Effect.fromResult(scopesOf(state, form.scope)))
  const unapproved = wanted.filter((scope) => !consented.includes(scope))
  if (unapproved.length > 0) {
    return yield* new Refusal.Refusal({
      status: 403,
      code: "dependent_consent_required",
      message: "The user has not consented to a dependent scope.",
      fields: { errors: [{ code: "DEPENDENT_CONSENT_REQUIRED", unapproved_scopes: unapproved }] }
    })
  }
  const grants = yield* issue({
    client: client.id,
    identity: found.identity,
    grant: found.grant,
    offline: form.access_type === "offline",
    origin: { client: party.client, paths },
    scopes: wanted
  })
  yield* count("dependentTokens")
  return grants
})

/** How somebody has logged in, as resource servers are told. */
const sessionOf = (state: State, grant: number) => ({
  session_id: uuidOf(`session ${grant}`),
  authentications: Object.fromEntries(
    Tokens.sessionOf(state.tokens, grant).map(({ at, identity, mfa }) => {
      const who = Option.getOrUndefined(principal(state, identity))
      return [
        identity,
        {
          auth_time: Math.floor(at / 1000),
          acr: mfa ? "https://refeds.org/profile/mfa" : null,
          amr: mfa ? ["pwd", "mfa"] : ["pwd"],
          idp: who === undefined ? null : identityProviderOf(state, who.username).id,
          custom_claims: {}
        }
      ] as const
    })
  )
})

// -----------------------------------------------------------------------------
// handlers
// -----------------------------------------------------------------------------

export const oauth2: Handlers<(typeof AuthApi)["groups"]["oauth2"]> = {
  token: ({ payload, request }) => {
    switch (payload.grant_type) {
      case "authorization_code":
        return withCode(request, payload)
      case "refresh_token":
        return withRefreshToken(request, payload)
      case "client_credentials":
        return withCredentials(request, payload)
      case "urn:globus:auth:grant_type:dependent_token":
        return withDependentToken(request, payload)
    }
  },

  revoke: Effect.fnUntraced(function* ({ payload, request }) {
    const store = yield* Store
    const client = yield* Effect.fromResult(clientOf(yield* store.current, request, payload))
    yield* store.modify((state) => [
      undefined,
      { ...state, tokens: Tokens.revoke(state.tokens, Redacted.value(payload.token), client.id) }
    ])
    yield* count("revocations")
    return { active: false }
  }),

  introspect: Effect.fnUntraced(function* ({ payload, request }) {
    const store = yield* Store
    const state = yield* store.current
    const client = yield* Effect.fromResult(confidentialOf(state, request, payload))
    const now = yield* Clock.currentTimeMillis
    const token = Option.filter(
      Tokens.active(state.tokens, Redacted.value(payload.token), now),
      // Neither the client's own nor for it: it may not know (RFC 7662 §2.2).
      ({ client: owner, resourceServer }) => owner === client.id || resourceServer === client.id
    )
    if (Option.isNone(token)) return { active: false }
    const { expires, identity, issued, resourceServer, scopes } = token.value
    const who = principal(state, identity)
    const included = listOf(payload.include?.split(",").map((name) => name.trim()))
    return {
      active: true,
      scope: scopes.join(" "),
      client_id: ClientId.make(token.value.client),
      sub: IdentityId.make(identity),
      aud: [resourceServer],
      iss: issuerOf(store.url),
      exp: Math.floor(expires / 1000),
      iat: Math.floor(issued / 1000),
      nbf: Math.floor(issued / 1000),
      token_type: "Bearer",
      ...(Option.isNone(who)
        ? {}
        : { username: who.value.username, name: who.value.name, email: who.value.email }),
      ...(included.includes("identity_set")
        ? { identity_set: identitySet(state, identity).map(({ id }) => id) }
        : {}),
      ...(included.includes("identity_set_detail")
        ? { identity_set_detail: identitySet(state, identity).map((who) => linkedOf(state, who)) }
        : {}),
      ...(included.includes("session_info") ? { session_info: sessionOf(state, token.value.grant) } : {})
    }
  }),

  validate: Effect.fnUntraced(function* ({ payload, request }) {
    const state = yield* (yield* Store).current
    const client = yield* Effect.fromResult(clientOf(state, request, payload))
    const now = yield* Clock.currentTimeMillis
    const text = Redacted.value(payload.token)
    const known = Option.orElse(Tokens.active(state.tokens, text, now), () =>
      Tokens.refreshToken(state.tokens, text)
    )
    return { active: Option.exists(known, (token) => token.client === client.id) }
  }),

  userinfo: Effect.fnUntraced(function* () {
    const { identity, scopes } = yield* Caller
    const state = yield* (yield* Store).current
    return Option.match(principal(state, identity), {
      onNone: () => ({ sub: IdentityId.make(identity) }),
      onSome: (who) => claimsOf(state, who, scopes)
    })
  }),

  getOpenIdConfiguration: Effect.fnUntraced(function* () {
    const { url } = yield* Store
    const at = (path: string) => `${url}auth/${path}`
    return {
      issuer: issuerOf(url),
      authorization_endpoint: at("v2/oauth2/authorize"),
      token_endpoint: at("v2/oauth2/token"),
      revocation_endpoint: at("v2/oauth2/token/revoke"),
      introspection_endpoint: at("v2/oauth2/token/introspect"),
      userinfo_endpoint: at("v2/oauth2/userinfo"),
      jwks_uri: at("jwk.json"),
      id_token_signing_alg_values_supported: [algorithm],
      response_types_supported: ["code"],
      response_modes_supported: ["query"],
      grant_types_supported: [
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "urn:globus:auth:grant_type:dependent_token"
      ],
      scopes_supported: [AuthScopes.openid, AuthScopes.email, AuthScopes.profile],
      subject_types_supported: ["public"],
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
      code_challenge_methods_supported: ["S256"],
      authorization_response_iss_parameter_supported: true
    }
  }),

  getJsonWebKeySet: Effect.fnUntraced(function* () {
    const { publicKey } = yield* Signer
    return { keys: [yield* publicKey] }
  })
}

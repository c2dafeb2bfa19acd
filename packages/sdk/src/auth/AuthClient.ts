/**
 * Who is who in Globus: the identity behind a token, other identities, the providers they come from, and what an
 * identity has consented to.
 *
 * ```ts
 * import { AuthClient } from "@effect-globus/sdk/auth"
 * import { Console, Effect } from "effect"
 *
 * const whoAmI = Effect.gen(function*() {
 *   const auth = yield* AuthClient
 *   const me = yield* auth.userinfo()
 *   yield* Console.log(me.preferred_username)
 * })
 * ```
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as GlobusScope from "../model/GlobusScope.ts"
import { AuthScopes } from "../model/Scopes.ts"
import { Authorizer } from "../service/Authorizer.ts"
import type * as Operation from "../service/Operation.ts"
import * as ServiceClient from "../service/ServiceClient.ts"
import type { Transport } from "../service/Transport.ts"
import * as Api from "./Api.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The operations of Globus Auth about identities. */
export interface AuthOperations {
  /**
   * Gets the identity behind the token, with what the token's scopes allow to see.
   *
   * Scope: `openid`; more with `email` and `profile`.
   * Docs: https://docs.globus.org/api/auth/reference/#get_or_post_v2_oauth2_userinfo_resource
   */
  readonly userinfo: Operation.Operation<typeof Api.userinfo>
  /**
   * Looks up identities by user names or by ids (one of the two). With `provision`, unknown user names become
   * identities; it is `false` unless given.
   *
   * Scope: any of Auth; `view_identities` shows more.
   * Docs: https://docs.globus.org/api/auth/reference/#v2_api_identities_resources
   */
  readonly getIdentities: Operation.Operation<typeof Api.getIdentities>
  /**
   * Gets what an identity has consented to, for this client or, with `all`, for every client.
   *
   * Scope: any of Auth for this client's consents.
   */
  readonly getConsents: Operation.Operation<typeof Api.getConsents>
  /**
   * Looks up identity providers by domains or by ids (one of the two).
   *
   * Scope: any of Auth.
   * Docs: https://docs.globus.org/api/auth/reference/#get_identity_providers
   */
  readonly getIdentityProviders: Operation.Operation<typeof Api.getIdentityProviders>
}

/** A client of Globus Auth. */
export interface Service extends AuthOperations {
  /** Makes more scopes of Auth a requirement. */
  readonly addScopes: (scopes: GlobusScope.ScopeInput) => Effect.Effect<void, GlobusScope.ScopeError>
}

/** What can be set. */
export interface Options {
  /** The scopes to require. Default: `openid`, `email` and `profile`. */
  readonly scopes?: GlobusScope.ScopeInput | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const { resourceServer } = AuthScopes

/** A client of Globus Auth over the `Authorizer` and `Transport` at hand. */
export const make = Effect.fnUntraced(function* (options: Options = {}) {
  const authorizer = yield* Authorizer
  const addScopes = (scopes: GlobusScope.ScopeInput) =>
    Effect.flatMap(GlobusScope.fromInputEffect(scopes), (scopes) =>
      authorizer.require(resourceServer, scopes)
    )
  yield* addScopes(options.scopes ?? [AuthScopes.openid, AuthScopes.email, AuthScopes.profile])
  const operations = yield* ServiceClient.make(Api.AuthApi, {
    service: "auth",
    name: "Auth",
    need: (anyOf) => ({ resourceServer, anyOf })
  })
  return AuthClient.of({
    ...operations,
    getIdentities: (query) =>
      operations.getIdentities(query?.usernames === undefined ? query : { provision: false, ...query }),
    getConsents: (identityId, query) => operations.getConsents(identityId, { all: false, ...query }),
    addScopes
  })
})

/** A client of Globus Auth. */
export class AuthClient extends Context.Service<AuthClient, Service>()("@effect-globus/sdk/auth/AuthClient") {
  /** Requires the default scopes. */
  static readonly layer: Layer.Layer<AuthClient, never, Authorizer | Transport> = Layer.orDie(
    Layer.effect(AuthClient, make())
  )
  /** Requires the given scopes instead of the defaults. */
  static readonly layerWith = (
    options: Options
  ): Layer.Layer<AuthClient, GlobusScope.ScopeError, Authorizer | Transport> =>
    Layer.effect(AuthClient, make(options))
}

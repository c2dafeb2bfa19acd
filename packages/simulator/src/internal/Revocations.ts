/** Taking back what was granted: tokens that end early, and consents with the tokens that they allowed. */
import * as Consents from "./Consents.ts"
import type { State } from "./State.ts"
import * as Tokens from "./Tokens.ts"

/** Which tokens or consents; what is not said does not matter. */
export interface Which {
  /** A user name or an id. */
  readonly identity?: string | undefined
  readonly client?: string | undefined
  readonly resourceServer?: string | undefined
  /** The name of a scope. */
  readonly scope?: string | undefined
}

/** The id of the identity of this user name or id. */
export const idOf = (state: State, identity: string): string =>
  [...state.identities.values()].find(({ username }) => username === identity)?.id ?? identity

const meantIdentity = (state: State, { identity }: Which): string | undefined =>
  identity === undefined ? undefined : idOf(state, identity)

const ofTokens = (state: State, which: Which) => {
  const identity = meantIdentity(state, which)
  return (token: Tokens.AccessToken | Tokens.RefreshToken) =>
    (identity === undefined || token.identity === identity) &&
    (which.client === undefined || token.client === which.client) &&
    (which.resourceServer === undefined || token.resourceServer === which.resourceServer) &&
    (which.scope === undefined || token.scopes.includes(which.scope))
}

/** Lets access tokens expire now. */
export const expireTokens = (state: State, which: Which, now: number): State => ({
  ...state,
  tokens: Tokens.expireWhere(state.tokens, ofTokens(state, which), now)
})

/** Makes access and refresh tokens worthless. */
export const revokeTokens = (state: State, which: Which): State => ({
  ...state,
  tokens: Tokens.revokeWhere(state.tokens, ofTokens(state, which))
})

/** Takes consents back, with those that depend on them, and the tokens that they allowed. */
export const revokeConsents = (state: State, which: Which): State => {
  const identity = meantIdentity(state, which)
  const isMeant = (consent: Consents.Consent) =>
    (identity === undefined || consent.identity === identity) &&
    (which.client === undefined || consent.client === which.client) &&
    (which.scope === undefined || consent.scope === which.scope)
  const consents = Consents.revoke(state.consents, isMeant)
  // Tokens end with any of the consents that they rest on, those of the services behind included.
  const hasLost = (token: Tokens.AccessToken | Tokens.RefreshToken) => {
    const party = Tokens.partyOf(token)
    return Tokens.pathsOf(token).some(
      (path) => Consents.covers(state.consents, party, path) && !Consents.covers(consents, party, path)
    )
  }
  return { ...state, consents, tokens: Tokens.revokeWhere(state.tokens, hasLost) }
}

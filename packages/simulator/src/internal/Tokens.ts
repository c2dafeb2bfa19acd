/** The codes and tokens that Globus Auth has issued. Their text is known to nobody but this module's maps. */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Result from "effect/Result"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What was agreed on at a login, or with a client itself; its tokens end together. */
export interface Grant {
  readonly grant: number
  readonly client: string
  readonly identity: string
}

export interface Code extends Grant {
  readonly redirectUri: string
  /** The scope string that was consented to. */
  readonly scope: string
  readonly challenge?: string | undefined
  readonly nonce?: string | undefined
  readonly offline: boolean
  /** Milliseconds since 1970. */
  readonly expires: number
  readonly used: boolean
}

/**
 * What the token of a service comes from that got it for another token: the client that the user consented to, and for each
 * scope the scopes of the services on whose behalf it is used, it itself the last.
 */
export interface Origin {
  readonly client: string
  readonly paths: ReadonlyArray<ReadonlyArray<string>>
}

export interface AccessToken extends Grant {
  readonly resourceServer: string
  readonly origin?: Origin | undefined
  /** The names of the granted scopes. */
  readonly scopes: ReadonlyArray<string>
  readonly issued: number
  readonly expires: number
}

export interface RefreshToken extends Grant {
  readonly resourceServer: string
  readonly origin?: Origin | undefined
  readonly scopes: ReadonlyArray<string>
  /** When it was issued, or used last. */
  readonly issued: number
}

/** That somebody has logged in, and how. */
export interface Login {
  readonly identity: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** Whether with a second factor. */
  readonly mfa: boolean
}

/** How somebody has logged in to a client, with each of their accounts, the latest first. */
export interface Session {
  readonly client: string
  readonly identity: string
  readonly logins: ReadonlyArray<Login>
}

export interface Tokens {
  readonly nextGrant: number
  /** The sessions in which the grants were made. */
  readonly sessions: HashMap.HashMap<number, Session>
  readonly codes: HashMap.HashMap<string, Code>
  readonly accessTokens: HashMap.HashMap<string, AccessToken>
  readonly refreshTokens: HashMap.HashMap<string, RefreshToken>
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

export const empty: Tokens = {
  nextGrant: 1,
  sessions: HashMap.empty(),
  codes: HashMap.empty(),
  accessTokens: HashMap.empty(),
  refreshTokens: HashMap.empty()
}

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** How long a code may take to be exchanged: ten minutes (RFC 6749 §4.1.2). */
export const codeLifetime = 600_000

export const addCode = (
  tokens: Tokens,
  text: string,
  code: Omit<Code, "grant" | "used" | "expires">,
  logins: ReadonlyArray<Login>,
  now: number
): Tokens => ({
  ...tokens,
  nextGrant: tokens.nextGrant + 1,
  sessions: HashMap.set(tokens.sessions, tokens.nextGrant, {
    client: code.client,
    identity: code.identity,
    // A session goes on: a login with one account does not end that with another.
    logins: [
      ...logins,
      ...earlierLogins(tokens, code).filter(
        ({ identity }) => !logins.some((login) => login.identity === identity)
      )
    ]
  }),
  codes: HashMap.set(tokens.codes, text, {
    ...code,
    grant: tokens.nextGrant,
    used: false,
    expires: now + codeLifetime
  })
})

/** Why a code is not exchanged. */
export type Refusal = "Unknown" | "Used" | "Expired" | "OtherClient" | "OtherRedirectUri"

/**
 * Takes a code, which can be done once. If it is tried again, somebody else may have it, so all tokens that it brought
 * become worthless (RFC 6749 §4.1.2).
 */
export const redeem = (
  tokens: Tokens,
  text: string,
  by: { readonly client: string; readonly redirectUri: string },
  now: number
): readonly [Result.Result<Code, Refusal>, Tokens] => {
  const code = Option.getOrUndefined(HashMap.get(tokens.codes, text))
  if (code === undefined) return [Result.fail("Unknown"), tokens]
  if (code.client !== by.client) return [Result.fail("OtherClient"), tokens]
  if (code.used) return [Result.fail("Used"), revokeGrant(tokens, code.grant)]
  const used = { ...tokens, codes: HashMap.set(tokens.codes, text, { ...code, used: true }) }
  if (code.expires <= now) return [Result.fail("Expired"), used]
  // RFC 6749 §4.1.3: the redirect URI must be the one that the code was asked for with.
  if (code.redirectUri !== by.redirectUri) return [Result.fail("OtherRedirectUri"), used]
  return [Result.succeed(code), used]
}

/** The logins of the latest session of somebody with a client. */
const earlierLogins = (
  { sessions }: Tokens,
  { client, identity }: Pick<Session, "client" | "identity">
): ReadonlyArray<Login> => {
  let latest = 0
  let logins: ReadonlyArray<Login> = []
  for (const [grant, session] of sessions) {
    if (session.client !== client || session.identity !== identity || grant < latest) continue
    latest = grant
    logins = session.logins
  }
  return logins
}

/** A grant that no login was needed for, because a client authenticated itself. */
export const newGrant = (tokens: Tokens, login: Login): readonly [number, Tokens] => [
  tokens.nextGrant,
  {
    ...tokens,
    nextGrant: tokens.nextGrant + 1,
    sessions: HashMap.set(tokens.sessions, tokens.nextGrant, {
      client: login.identity,
      identity: login.identity,
      logins: [login]
    })
  }
]

/** How somebody logged in who made a grant. */
export const sessionOf = (tokens: Tokens, grant: number): ReadonlyArray<Login> =>
  Option.match(HashMap.get(tokens.sessions, grant), { onNone: () => [], onSome: ({ logins }) => logins })

/** All logins that brought something. */
export const logins = (tokens: Tokens): ReadonlyArray<Login> =>
  HashMap.toValues(tokens.sessions).flatMap(({ logins }) => logins)

export const addAccessToken = (tokens: Tokens, text: string, token: AccessToken): Tokens => ({
  ...tokens,
  accessTokens: HashMap.set(tokens.accessTokens, text, token)
})

export const addRefreshToken = (tokens: Tokens, text: string, token: RefreshToken): Tokens => ({
  ...tokens,
  refreshTokens: HashMap.set(tokens.refreshTokens, text, token)
})

/** The access token of this text, as long as it is good. */
export const active = (tokens: Tokens, text: string, now: number): Option.Option<AccessToken> =>
  Option.filter(HashMap.get(tokens.accessTokens, text), (token) => token.expires > now)

/** How long a refresh token is good that is not used: half a year. */
const refreshLifetime = 183 * 24 * 3_600_000

/** The refresh token of this text, as long as it was used lately. */
export const refreshable = (tokens: Tokens, text: string, now: number): Option.Option<RefreshToken> =>
  Option.filter(refreshToken(tokens, text), ({ issued }) => now - issued <= refreshLifetime)

/** For each scope of a token, the scopes of the services on whose behalf it is used, it itself the last. */
export const pathsOf = ({
  origin,
  scopes
}: Pick<AccessToken, "origin" | "scopes">): ReadonlyArray<ReadonlyArray<string>> =>
  origin?.paths ?? scopes.map((scope) => [scope])

/** With whose consents a token is used. */
export const partyOf = ({ client, identity, origin }: AccessToken | RefreshToken) => ({
  identity,
  client: origin?.client ?? client
})

export const refreshToken = (tokens: Tokens, text: string): Option.Option<RefreshToken> =>
  HashMap.get(tokens.refreshTokens, text)

/** Forgets a refresh token that another has taken the place of. */
export const dropRefreshToken = (tokens: Tokens, text: string): Tokens => ({
  ...tokens,
  refreshTokens: HashMap.remove(tokens.refreshTokens, text)
})

/** Forgets one access token. */
export const dropAccessToken = (tokens: Tokens, text: string): Tokens => ({
  ...tokens,
  accessTokens: HashMap.remove(tokens.accessTokens, text)
})

/** Makes everything worthless that a grant brought. */
export const revokeGrant = (tokens: Tokens, grant: number): Tokens =>
  revokeWhere(tokens, (token) => token.grant === grant)

/** Makes tokens worthless. */
export const revokeWhere = (
  tokens: Tokens,
  which: (token: AccessToken | RefreshToken) => boolean
): Tokens => ({
  ...tokens,
  accessTokens: HashMap.filter(tokens.accessTokens, (token) => !which(token)),
  refreshTokens: HashMap.filter(tokens.refreshTokens, (token) => !which(token))
})

/**
 * Makes one token worthless; with a refresh token, the access tokens that it was to renew
 * (RFC 7009 §2.1); with an access token, the refresh token that it came with.
 */
export const revoke = (tokens: Tokens, text: string, client: string): Tokens => {
  const token: (Grant & { readonly resourceServer: string }) | undefined =
    Option.getOrUndefined(HashMap.get(tokens.accessTokens, text)) ??
    Option.getOrUndefined(HashMap.get(tokens.refreshTokens, text))
  if (token === undefined || token.client !== client) return tokens
  return revokeWhere(
    tokens,
    ({ grant, resourceServer }) => grant === token.grant && resourceServer === token.resourceServer
  )
}

/** Lets access tokens end now. */
export const expireWhere = (tokens: Tokens, which: (token: AccessToken) => boolean, now: number): Tokens => ({
  ...tokens,
  accessTokens: HashMap.map(tokens.accessTokens, (token) =>
    which(token) ? { ...token, expires: now } : token
  )
})

/** Forgets what has been over for a long time, so that a simulator that runs for weeks does not grow. */
export const prune = (tokens: Tokens, now: number): Tokens => {
  const since = now - 24 * 3_600_000
  const codes = HashMap.filter(tokens.codes, ({ expires }) => expires > since)
  const accessTokens = HashMap.filter(tokens.accessTokens, ({ expires }) => expires > since)
  // Unless something is forgotten, there is nothing to look for.
  if (
    HashMap.size(codes) === HashMap.size(tokens.codes) &&
    HashMap.size(accessTokens) === HashMap.size(tokens.accessTokens)
  ) {
    return tokens
  }
  const grants = new Set(
    [codes, accessTokens, tokens.refreshTokens].flatMap((some) =>
      HashMap.toValues<string, Grant>(some).map(({ grant }) => grant)
    )
  )
  return {
    ...tokens,
    codes,
    accessTokens,
    sessions: HashMap.filter(tokens.sessions, (_, grant) => grants.has(grant))
  }
}

/** What a login is asked for: reading the parameters of an authorization URL, and refusing what cannot be served. */
import { AuthorizeUrl } from "@effect-globus/sdk/auth"
import { GlobusScope } from "@effect-globus/sdk/model"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as World from "../World.ts"
import type { Policy } from "./auth/Registry.ts"
import * as KnownScopes from "./KnownScopes.ts"
import * as Session from "./Session.ts"
import { domainOf, identityProviderOf, identitySet, type Principal, principal, type State } from "./State.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

export type Parameters = { readonly [name: string]: string }

export interface AuthorizationRequest {
  readonly client: World.Client
  readonly redirectUri: string
  /** Whether the code is shown on a page, for copying. */
  readonly showsCode: boolean
  readonly state: string | undefined
  readonly scopes: ReadonlyArray<GlobusScope.GlobusScope>
  readonly challenge: string | undefined
  readonly nonce: string | undefined
  readonly offline: boolean
  /** What a service wants to be said. */
  readonly message: string | undefined
  /** What the session has to be like, in words. */
  readonly session: ReadonlyArray<string>
  /** Whether a second factor is needed. */
  readonly mfa: boolean
  /** The other accounts of the same person that the session has to have, too. */
  readonly alsoRequired: (identity: string) => ReadonlyArray<string>
  /** The identities that may log in, the preferred one first. */
  readonly candidates: readonly [Principal, ...ReadonlyArray<Principal>]
}

/** Why there will be no login; `redirectUri` is where that is to be told, unless it cannot be trusted. */
export interface Problem {
  readonly error: string
  readonly description: string
  readonly redirectUri: string | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** Reads the parameters. What is wrong with client or redirect URI is told to the person alone (RFC 6749 §4.1.2.1). */
export const read = (
  state: State,
  parameters: Parameters,
  options: { readonly authUrl: string; readonly preferred: string | undefined }
): Result.Result<AuthorizationRequest, Problem> => {
  const client = state.clients.get((parameters["client_id"] ?? "").toLowerCase())
  if (client === undefined) {
    return refuse(
      "invalid_client",
      `There is no client ${parameters["client_id"] ?? "named"} in this simulation.`
    )
  }
  const redirectUri = parameters["redirect_uri"]
  const codePage = AuthorizeUrl.codePageUri(options.authUrl)
  if (redirectUri === undefined || !isAllowed(client, redirectUri, codePage)) {
    return refuse(
      "invalid_request",
      `The redirect URI ${redirectUri ?? "is missing. It"} is not registered for ${client.name}.`
    )
  }
  const showsCode = isCodePage(redirectUri, codePage)
  const fail = (error: string, description: string) =>
    refuse(error, description, showsCode ? undefined : redirectUri)

  if (parameters["response_type"] !== "code") {
    return fail("unsupported_response_type", "The response_type must be code.")
  }
  const challenge = parameters["code_challenge"]
  if (challenge === undefined && client.type === "native") {
    // RFC 8252 §8.1.
    return fail("invalid_request", "A native client must use PKCE: the code_challenge is missing.")
  }
  if (challenge !== undefined && parameters["code_challenge_method"] !== "S256") {
    // RFC 7636 §4.4.1.
    return fail("invalid_request", "The code_challenge_method must be S256.")
  }
  const asked = Result.mapError(GlobusScope.parse(parameters["scope"] ?? ""), ({ message }) => message)
  if (Result.isFailure(asked)) return fail("invalid_scope", asked.failure)
  // OpenID Connect Core §11: this scope belongs to no service, and asks for refresh tokens.
  const isOffline = ({ scope }: GlobusScope.GlobusScope) => scope === "offline_access"
  const scopes = asked.success.filter((scope) => !isOffline(scope))
  if (scopes.length === 0) return fail("invalid_scope", "Ask for at least one scope.")
  const unknown = KnownScopes.unknown(state, scopes)
  if (Option.isSome(unknown)) return fail("invalid_scope", `Unknown scope: ${unknown.value}`)
  if (parameters["prompt"] === "none") {
    // OpenID Connect Core §3.1.2.6: nobody is ever logged in already.
    return fail("login_required", "Nobody is logged in, and prompt=none forbids to ask.")
  }
  const policies = list(parameters["session_required_policies"]).map((id) => state.policies.get(id))
  if (policies.includes(undefined)) {
    return fail("invalid_request", "There is no such authentication policy in this simulation.")
  }
  const required = policies.filter((policy) => policy !== undefined)
  const [first, ...others] = candidates(state, {
    client,
    parameters,
    policies: required,
    preferred: options.preferred,
    scopes
  })
  if (first === undefined) {
    return fail("access_denied", "No identity of this simulation satisfies the session's requirements.")
  }
  return Result.succeed({
    client,
    redirectUri,
    showsCode,
    state: parameters["state"],
    scopes,
    challenge,
    nonce: parameters["nonce"],
    offline: parameters["access_type"] === "offline" || asked.success.some(isOffline),
    message: parameters["session_message"],
    session: wishes(parameters, required),
    mfa: isTrue(parameters["session_required_mfa"]) || required.some(({ required_mfa }) => required_mfa),
    alsoRequired: (identity) => {
      const names = requiredIdentities(parameters)
      return identitySet(state, identity)
        .filter(({ id, username }) => id !== identity && isNamed(names, { id, username }))
        .map(({ id }) => id)
    },
    candidates: [first, ...others]
  })
}

const refuse = (error: string, description: string, redirectUri?: string): Result.Result<never, Problem> =>
  Result.fail({ error, description, redirectUri })

const publicCodePage = "https://auth.globus.org/v2/web/auth-code"

const isCodePage = (uri: string, codePage: string): boolean => uri === codePage || uri === publicCodePage

const loopback = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(?=[/?]|$)/

const isAllowed = (client: World.Client, uri: string, codePage: string): boolean => {
  if (!URL.canParse(uri)) return false
  if (isCodePage(uri, codePage)) return true
  // RFC 8252 §7.3: any port of the loopback interface.
  if (client.type === "native" && loopback.test(uri)) return true
  const withoutPort = uri.replace(loopback, "http://$1")
  return (client.redirect_uris ?? []).some(
    (registered) =>
      registered === uri || (loopback.test(uri) && registered.replace(loopback, "http://$1") === withoutPort)
  )
}

const list = (text: string | undefined): ReadonlyArray<string> =>
  (text ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "")

const isTrue = (text: string | undefined): boolean => /^true$/i.test(text ?? "")

/** The accounts that the session has to have, by their ids or user names. */
const requiredIdentities = (parameters: Parameters): ReadonlyArray<string> =>
  list(parameters["session_required_identities"]).map((name) => name.toLowerCase())

const isNamed = (names: ReadonlyArray<string>, { id, username }: Pick<Principal, "id" | "username">) =>
  names.includes(id) || names.includes(username.toLowerCase())

/** Who may log in: everybody, unless the client, its scopes or the session are for certain identities alone. */
const candidates = (
  state: State,
  asked: {
    readonly client: World.Client
    readonly parameters: Parameters
    readonly policies: ReadonlyArray<Policy>
    readonly preferred: string | undefined
    readonly scopes: ReadonlyArray<GlobusScope.GlobusScope>
  }
): ReadonlyArray<Principal> => {
  const { client, parameters, policies, preferred, scopes } = asked
  const everybody = [...state.identities.values()].flatMap(({ id, status }) =>
    status === "unused" ? [] : Option.toArray(principal(state, id))
  )
  const ofScopes = scopes.flatMap(({ scope }) => {
    const domains = KnownScopes.registered(state, scope)?.required_domains ?? []
    return domains.length === 0 ? [] : [domains]
  })
  const identities = requiredIdentities(parameters)
  const domains = list(parameters["session_required_single_domain"])
  const allowed = everybody.filter(
    ({ id, username }) =>
      (identities.length === 0 || isNamed(identities, { id, username })) &&
      (domains.length === 0 || domains.includes(domainOf(username))) &&
      ofScopes.every((domains) => domains.includes(domainOf(username))) &&
      policies.every((policy) => Session.ofPolicy(policy).allows(username)) &&
      (client.required_idp === undefined || client.required_idp === identityProviderOf(state, username).id)
  )
  const isPreferred = ({ id, username }: Principal) =>
    id === preferred ||
    username === preferred ||
    (preferred === undefined &&
      client.preselect_idp !== undefined &&
      client.preselect_idp === identityProviderOf(state, username).id)
  return [...allowed.filter(isPreferred), ...allowed.filter((who) => !isPreferred(who))]
}

const wishes = (parameters: Parameters, policies: ReadonlyArray<Policy>): ReadonlyArray<string> => [
  ...(list(parameters["session_required_identities"]).length > 0
    ? ["A certain identity has to log in."]
    : []),
  ...list(parameters["session_required_single_domain"]).map(
    (domain) => `An identity of ${domain} has to log in.`
  ),
  ...policies.map(({ description, display_name }) =>
    description === "" ? `The policy “${display_name}” has to be met.` : `${display_name}: ${description}`
  ),
  ...(isTrue(parameters["session_required_mfa"]) ? ["A second factor is required."] : []),
  ...(parameters["prompt"] === "login" ? ["You have to log in anew."] : [])
]

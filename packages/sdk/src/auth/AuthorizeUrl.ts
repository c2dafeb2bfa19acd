/**
 * The URL at which a person logs in and consents, with everything that Globus Auth understands in it: scopes, session
 * requirements, a message, PKCE. It holds no secret and may be shown, logged or sent.
 *
 * https://docs.globus.org/api/auth/reference/#authorization_code_grant_preferred
 *
 * ```ts
 * import { AuthorizeUrl } from "@effect-globus/sdk/auth"
 * import { Environment } from "@effect-globus/sdk/model"
 *
 * AuthorizeUrl.make({
 *   authUrl: Environment.production.urls.auth,
 *   clientId: "3f1d1c2a-0000-4000-8000-000000000001",
 *   redirectUri: "https://auth.globus.org/v2/web/auth-code",
 *   scope: "openid urn:globus:auth:scope:transfer.api.globus.org:all",
 *   state: "unguessable",
 *   parameters: { session_required_mfa: true }
 * })
 * ```
 */
import * as Predicate from "effect/Predicate"
import type { AuthorizationParameters } from "../model/AuthorizationParameters.ts"

/** What a login asks for. */
export interface Options {
  /** The base URL of Globus Auth. */
  readonly authUrl: string
  readonly clientId: string
  readonly redirectUri: string
  /** The scopes, serialized. */
  readonly scope: string
  readonly state: string
  /** The challenge of a {@link Pkce}. */
  readonly codeChallenge?: string | undefined
  /** Whether refresh tokens are wanted. Default: false. */
  readonly refreshTokens?: boolean | undefined
  /** A name for the consent that this login leads to. */
  readonly prefillNamedGrant?: string | undefined
  /** Requirements of the session, a message, a prompt. `required_scopes` must be in `scope` already. */
  readonly parameters?: AuthorizationParameters | undefined
  /** Any further parameters; they win over all others. */
  readonly query?: { readonly [name: string]: string } | undefined
}

const list = (values: string | ReadonlyArray<string> | null | undefined): string | undefined =>
  values === undefined || values === null ? undefined : typeof values === "string" ? values : values.join(",")

// Globus Auth reads truth as Python writes it.
const truth = (value: boolean | null | undefined): string | undefined =>
  value === undefined || value === null ? undefined : value ? "True" : "False"

/** The page of Globus Auth that shows a code for copying. */
export const codePageUri = (authUrl: string): string => under(authUrl, "v2/web/auth-code")

const under = (authUrl: string, path: string): string => `${authUrl.replace(/\/+$/, "")}/${path}`

/** The authorization URL. */
export const make = (options: Options): string => {
  const parameters: AuthorizationParameters = options.parameters ?? {}
  const query: Record<string, string | null | undefined> = {
    client_id: options.clientId,
    redirect_uri: options.redirectUri,
    scope: options.scope,
    state: options.state,
    response_type: "code",
    access_type: options.refreshTokens === true ? "offline" : "online",
    code_challenge: options.codeChallenge,
    code_challenge_method: options.codeChallenge === undefined ? undefined : "S256",
    prefill_named_grant: options.prefillNamedGrant,
    session_message: parameters.session_message,
    session_required_identities: list(parameters.session_required_identities),
    session_required_single_domain: list(parameters.session_required_single_domain),
    session_required_policies: list(parameters.session_required_policies),
    session_required_mfa: truth(parameters.session_required_mfa),
    prompt: parameters.prompt,
    ...options.query
  }
  const given = Object.entries(query).filter((entry): entry is [string, string] =>
    Predicate.isNotNullish(entry[1])
  )
  return `${under(options.authUrl, "v2/oauth2/authorize")}?${new URLSearchParams(given).toString()}`
}

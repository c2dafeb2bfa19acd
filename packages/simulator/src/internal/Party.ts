/** Whose a request is, as far as it says: by its access token, or by what else tells Globus Auth about client and person. */
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import { basicOf } from "./auth/ClientAuthentication.ts"
import * as Revocations from "./Revocations.ts"
import type { State } from "./State.ts"
import type * as Tokens from "./Tokens.ts"

/** A client, and the identity for which it acts; be it really theirs or not. */
export interface Party {
  readonly client: string | undefined
  readonly identity: string | undefined
}

const nobody: Party = { client: undefined, identity: undefined }

/** The text of a request's access token. */
export const bearerOf = (request: HttpServerRequest.HttpServerRequest): string => {
  const [, text = ""] = /^bearer +(.+)$/i.exec(request.headers["authorization"] ?? "") ?? []
  return text
}

/** The grant that a form of Auth is about: that of a code, of a refresh token, or of a token. */
const grantOf = (
  { tokens }: State,
  field: (name: string) => string | undefined
): Tokens.Grant | undefined => {
  const held = <A extends Tokens.Grant>(some: HashMap.HashMap<string, A>, name: string) =>
    Option.getOrUndefined(HashMap.get(some, field(name) ?? ""))
  return (
    held(tokens.codes, "code") ??
    held(tokens.refreshTokens, "refresh_token") ??
    held(tokens.accessTokens, "token") ??
    held(tokens.refreshTokens, "token")
  )
}

const isForm = ({ headers }: HttpServerRequest.HttpServerRequest): boolean =>
  headers["content-type"]?.includes("application/x-www-form-urlencoded") === true

/** Who sends a request to Auth that carries no access token. */
const atAuth = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest, state: State) {
  const form = isForm(request)
    ? yield* Effect.orElseSucceed(request.urlParamsBody, () => UrlParams.empty)
    : UrlParams.empty
  const query = new URLSearchParams(request.url.split("?")[1] ?? "")
  const field = (name: string) =>
    Option.getOrElse(UrlParams.getFirst(form, name), () => query.get(name) ?? undefined)
  const grant = grantOf(state, field)
  const basic = Option.getOrUndefined(basicOf(request))?.[0]
  const client = (basic ?? field("client_id") ?? grant?.client)?.toLowerCase()
  const person = field("identity")
  const party: Party = {
    client,
    identity:
      // Whoever logs in says so on the page; and a client that speaks for itself is an identity too.
      grant?.identity ?? (person === undefined ? (basic === undefined ? undefined : client) : person)
  }
  return party
})

/** Whose a request is. */
export const of = (
  service: string,
  request: HttpServerRequest.HttpServerRequest,
  state: State
): Effect.Effect<Party> => {
  const token = Option.getOrUndefined(HashMap.get(state.tokens.accessTokens, bearerOf(request)))
  if (token !== undefined) return Effect.succeed(token)
  return service === "auth" ? atAuth(request, state) : Effect.succeed(nobody)
}

/** Whether a party is one that somebody has named. */
export const isMeant = (
  state: State,
  party: Party,
  wanted: { readonly client?: string | undefined; readonly identity?: string | undefined }
): boolean =>
  (wanted.identity === undefined || party.identity === Revocations.idOf(state, wanted.identity)) &&
  (wanted.client === undefined || party.client === wanted.client)

/** Which client makes a request. */
import * as Base64 from "effect/encoding/Base64"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as World from "../../World.ts"
import * as Refusal from "../Refusal.ts"
import type { State } from "../State.ts"

export type Request = HttpServerRequest.HttpServerRequest

/** The user and password of an `Authorization: Basic` header (RFC 7617 §2). */
export const basicOf = (request: Request): Option.Option<readonly [name: string, secret: string]> => {
  const [, encoded] = /^basic +(.+)$/i.exec(request.headers["authorization"] ?? "") ?? []
  if (encoded === undefined) return Option.none()
  return Option.flatMap(
    Option.fromUndefinedOr(Result.getOrUndefined(Base64.decodeString(encoded))),
    (text) => {
      const colon = text.indexOf(":")
      return colon === -1
        ? Option.none()
        : Option.some([decode(text.slice(0, colon)), decode(text.slice(colon + 1))] as const)
    }
  )
}

// RFC 6749 §2.3.1: both are form-encoded first.
const decode = (text: string): string =>
  Option.getOrElse(Option.liftThrowable(decodeURIComponent)(text.replaceAll("+", " ")), () => text)

const invalidClient = Refusal.oauth(401, "invalid_client", "Unknown client, or wrong secret.", {
  "www-authenticate": 'Basic realm="Globus Auth"'
})

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

/** The client that makes a request: by Basic, by id and secret in the form, or, if it has no secret, by its id alone. */
export const clientOf = (
  state: State,
  request: Request,
  form: { readonly [field: string]: unknown }
): Result.Result<World.Client, Refusal.Refusal> => {
  const basic = Option.getOrUndefined(basicOf(request))
  const id = basic?.[0] ?? textOf(form["client_id"])
  const secret = basic?.[1] ?? textOf(form["client_secret"])
  const client = id === undefined ? undefined : state.clients.get(id.toLowerCase())
  if (client === undefined) return Result.fail(invalidClient)
  if (client.type === "native")
    return secret === undefined ? Result.succeed(client) : Result.fail(invalidClient)
  const isGood = [...state.credentials.values()].some(
    (credential) => credential.client === client.id && Redacted.value(credential.secret) === secret
  )
  return isGood ? Result.succeed(client) : Result.fail(invalidClient)
}

export const confidentialOf = (state: State, request: Request, form: { readonly [field: string]: unknown }) =>
  Result.flatMap(clientOf(state, request, form), (client) =>
    client.type === "confidential"
      ? Result.succeed(client)
      : Result.fail(Refusal.oauth(400, "unauthorized_client", "Only clients with a secret may do this."))
  )

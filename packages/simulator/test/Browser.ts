/** Requests as a browser and an OAuth2 client make them, for tests that want to see every byte. */
import { Pkce } from "@effect-globus/sdk/auth"
import { Effect, Layer, Redacted } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import { HttpClient, HttpClientRequest, type HttpClientResponse } from "effect/http"
import { Simulator, World } from "../src/index.ts"

export const crypto = Layer.mergeAll(Digest.layerWebCrypto, SecureRandom.layerWebCrypto)

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly text: string
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever came
  readonly json: any
}

const read = Effect.fnUntraced(function* (response: HttpClientResponse.HttpClientResponse) {
  const text = yield* response.text
  const isJson = response.headers["content-type"]?.includes("json") === true
  const answer: Answer = {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? (JSON.parse(text) as unknown) : undefined
  }
  return answer
})

export const send = Effect.fnUntraced(function* (request: HttpClientRequest.HttpClientRequest) {
  const client = yield* HttpClient.HttpClient
  return yield* read(yield* client.execute(request))
})

type Service = "auth" | "transfer" | "flows" | "groups" | "search" | "timer" | "compute"

export const url = (service: Service, path: string) =>
  Effect.map(Simulator, ({ environment }) => environment.urls[service] + path.replace(/^\//, ""))

export interface Options {
  readonly token?: string | undefined
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

const dress = (request: HttpClientRequest.HttpClientRequest, { headers, query, token }: Options) =>
  request.pipe(
    HttpClientRequest.setUrlParams(query ?? {}),
    HttpClientRequest.setHeaders(headers ?? {}),
    token === undefined ? (request) => request : HttpClientRequest.bearerToken(token)
  )

export const get = Effect.fnUntraced(function* (service: Service, path: string, options: Options = {}) {
  return yield* send(dress(HttpClientRequest.get(yield* url(service, path)), options))
})

const withBody =
  (make: (url: string) => HttpClientRequest.HttpClientRequest) =>
  (service: Service, path: string, body: unknown, options: Options = {}) =>
    Effect.gen(function* () {
      const request = dress(make(yield* url(service, path)), options)
      return yield* send(body === undefined ? request : HttpClientRequest.bodyJsonUnsafe(request, body))
    })

export const post = withBody((url) => HttpClientRequest.post(url))
export const put = withBody((url) => HttpClientRequest.put(url))
export const del = withBody((url) => HttpClientRequest.delete(url))

export const form = Effect.fnUntraced(function* (
  path: string,
  fields: Readonly<Record<string, string>>,
  options: Options = {}
) {
  const request = dress(HttpClientRequest.post(yield* url("auth", path)), options)
  return yield* send(HttpClientRequest.bodyUrlParams(request, fields))
})

export const basic = (
  id: string = World.confidentialClientId,
  secret: string = World.confidentialClientSecret
) => ({
  headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` }
})

export const verifier = "a-verifier-of-at-least-forty-three-characters-0123456789"

/** Parameters of an authorization URL of the native client. */
export const parameters = (others: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const { challenge } = yield* Pkce.fromVerifier(Redacted.make(verifier))
    return {
      client_id: World.nativeClientId,
      redirect_uri: "http://localhost:54321/",
      scope: "openid",
      state: "a-state",
      response_type: "code",
      code_challenge: challenge,
      code_challenge_method: "S256",
      ...others
    }
  }).pipe(Effect.provide(crypto))

export const authorize = (others: Readonly<Record<string, string>> = {}) =>
  Effect.flatMap(parameters(others), (query) => get("auth", "v2/oauth2/authorize", { query }))

/** Submits a form of the page that is at the authorization URL. */
export const submit = (
  fields: Readonly<Record<string, string>>,
  others: Readonly<Record<string, string>> = {}
) => Effect.flatMap(parameters(others), (query) => form("v2/oauth2/authorize", fields, { query }))

export const rosalind = World.defaultWorld.identities[0].id
export const linus = World.defaultWorld.identities[1]!.id

/** What the redirect says. */
export const redirected = (answer: Answer) =>
  Object.fromEntries(new URL(answer.headers["location"] ?? "").searchParams)

export const codeFor = (others: Readonly<Record<string, string>> = {}, identity: string = rosalind) =>
  Effect.map(submit({ identity, decision: "allow" }, others), (answer) => redirected(answer)["code"] ?? "")

export const exchange = (
  code: string,
  others: Readonly<Record<string, string>> = {},
  options: Options = {}
) =>
  form(
    "v2/oauth2/token",
    {
      grant_type: "authorization_code",
      code,
      redirect_uri: "http://localhost:54321/",
      client_id: World.nativeClientId,
      code_verifier: verifier,
      ...others
    },
    options
  )

interface Grant {
  readonly resource_server: string
  readonly access_token: string
}

/** Access tokens for the scopes, by resource server. */
export const logIn = Effect.fnUntraced(function* (scope: string, identity: string = rosalind) {
  const answer = yield* exchange(yield* codeFor({ scope }, identity))
  const first = answer.json as Grant & { readonly other_tokens: ReadonlyArray<Grant> }
  return Object.fromEntries(
    [first, ...first.other_tokens].map(({ access_token, resource_server }) => [resource_server, access_token])
  )
})

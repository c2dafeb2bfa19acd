/** Globus Connect Server: a manager for each endpoint, below its id. */
import { GcsApi } from "@effect-globus/sdk/gcs"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { nodes, roles, sharingPolicies, streamGateways } from "./gcs/Administration.ts"
import { collections } from "./gcs/Collections.ts"
import { endpoint, info } from "./gcs/Endpoint.ts"
import { pages, providerLogins } from "./gcs/ProviderLogin.ts"
import { keyOf } from "./gcs/Resource.ts"
import { header, scopeOf } from "./gcs/Server.ts"
import { storageGateways, userCredentials } from "./gcs/Storage.ts"
import * as Refusals from "./Refusal.ts"
import { make as makeService, type Needs, say, type Served } from "./Service.ts"
import { Store } from "./Store.ts"

const service = makeService({
  name: "gcs",
  voice: Refusals.gcs,
  api: GcsApi,
  handlers: {
    ...info,
    ...endpoint,
    ...collections,
    ...storageGateways,
    ...userCredentials,
    ...providerLogins,
    ...roles,
    ...nodes,
    ...sharingPolicies,
    ...streamGateways
  },
  pages,
  need: (_operation, _scopes, _params, _state, request) => {
    const id = request.headers[header] ?? ""
    return { isFor: (resourceServer) => resourceServer === id, anyOf: [scopeOf(id)] }
  }
})

const nowhere = new Refusals.Refusal({
  status: 404,
  code: "not_found",
  message: "There is no Globus Connect Server here"
})

/** The id of an endpoint at the beginning of a path, and the path below its manager. */
const split = (path: string): { readonly id?: string | undefined; readonly below: string } => {
  const [, id, below = "/"] = /^\/([^/?#]+)(\/[^?#]*.*)?$/.exec(path) ?? []
  return { id, below }
}

const loginPath = "/api/v1/user_credentials"

/**
 * A request as it would be with the token in its header. Forms of browsers, which send no headers, have it among their
 * fields, and so has the operation that begins a login at a provider.
 */
const withToken = Effect.fnUntraced(function* (
  request: HttpServerRequest.HttpServerRequest,
  address: string
) {
  const { headers, method, url } = request
  if (method !== "POST" || url !== loginPath || "authorization" in headers) return request
  const body = yield* Effect.orElseSucceed(request.text, () => "")
  const token = new URLSearchParams(body).get("access_token")
  return HttpServerRequest.fromWeb(
    new Request(new URL(url, address), {
      method,
      headers: { ...headers, ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      body
    })
  ).modify({ url })
})

/** The managers of all endpoints. */
export const make: Effect.Effect<Served, never, Needs | Scope.Scope> = Effect.map(
  Effect.all([Store, service]),
  ([{ current, url: address }, manager]): Served => ({
    serve: Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const { below, id } = split(request.url)
      const { gcs } = yield* current
      const known = Option.fromUndefinedOr(id === undefined ? undefined : gcs.get(keyOf("endpoint", id)))
      if (Option.isNone(known)) return yield* say(Refusals.gcs, nowhere)
      const ours = yield* withToken(
        request.modify({ url: below, headers: Headers.set(request.headers, header, known.value.id) }),
        address
      )
      return yield* Effect.provideService(manager.serve, HttpServerRequest.HttpServerRequest, ours)
    }),
    voice: manager.voice,
    operationAt: (method, path) => manager.operationAt(method, split(path).below)
  })
)

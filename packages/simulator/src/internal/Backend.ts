/** The services of a simulated Globus at one address, each below a path of its own. */
import { Environment } from "@effect-globus/sdk/model"
import * as Context from "effect/Context"
import * as Digest from "effect/crypto/Digest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpEffect from "effect/http/HttpEffect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import type * as Fault from "../Fault.ts"
import * as AuthService from "./AuthService.ts"
import * as CollectionFiles from "./CollectionFiles.ts"
import * as ComputeService from "./ComputeService.ts"
import * as Faults from "./Faults.ts"
import * as FlowsService from "./FlowsService.ts"
import * as GcsService from "./GcsService.ts"
import * as GroupsService from "./GroupsService.ts"
import * as Page from "./Page.ts"
import * as Refusal from "./Refusal.ts"
import * as SearchService from "./SearchService.ts"
import type { Needs, Served } from "./Service.ts"
import * as Signer from "./Signer.ts"
import type * as State from "./State.ts"
import * as Store from "./Store.ts"
import * as Runs from "./timers/Runs.ts"
import * as TimersService from "./TimersService.ts"
import * as TransferService from "./TransferService.ts"

const { html } = Page

/** Every response says that it is a simulation. */
export const header = "x-globus-simulator"

/** The environment of a simulator at an address that ends in a slash: production, but elsewhere. */
export const environmentAt = (url: string): Environment.Environment => ({
  name: "production",
  urls: {
    auth: `${url}auth/`,
    transfer: `${url}transfer/`,
    flows: `${url}flows/`,
    groups: `${url}groups/`,
    search: `${url}search/`,
    timer: `${url}timer/`,
    compute: `${url}compute/`,
    webapp: `${url}webapp/`
  }
})

/** The environment variables that lead clients to an environment, those of other languages included. */
export const variablesOf = ({ urls }: Environment.Environment): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    Object.entries(Environment.serviceUrlVariables).map(([service, variable]) => [
      variable,
      urls[service as Environment.Service]
    ])
  ),
  // As the official JavaScript SDK calls it.
  GLOBUS_SDK_SERVICE_URL_TIMERS: urls.timer
})

export interface Backend {
  readonly store: Store.Service
  readonly faults: Faults.Faults
  /** Answers the request at hand. */
  readonly serve: Faults.Answer
  /** A client whose requests are answered here, whatever host they are for. */
  readonly httpClient: HttpClient.HttpClient
}

const services: Readonly<Record<string, Effect.Effect<Served, never, Needs | Scope.Scope>>> = {
  auth: AuthService.make,
  transfer: TransferService.make,
  flows: FlowsService.make,
  compute: ComputeService.make,
  collections: CollectionFiles.make,
  gcs: GcsService.make,
  groups: GroupsService.make,
  search: SearchService.make,
  timer: TimersService.make
}

/** A service of which nothing is there, or a path below which there is none. */
const nothing = (status: number, code: string, message: string): Served => ({
  serve: Effect.succeed(HttpServerResponse.jsonUnsafe({ code, message }, { status })),
  voice: Refusal.transfer,
  operationAt: () => undefined
})

const notSimulated = (service: string) =>
  nothing(
    501,
    "NotImplemented",
    `This is a simulation of Globus, and it does not simulate the service ${service}.`
  )

const front = (environment: Environment.Environment, store: Store.Service): Served => ({
  ...nothing(200, "", ""),
  serve: Effect.map(store.current, (state) => frontPage(environment, state))
})

const nowhere = Effect.succeed(nothing(404, "NotFound", "Nothing is here."))

/** What the folders of this machine need is needed only where there are any: not every platform has them. */
const foldersOf = (state: State.State) =>
  [...state.collections.values()].every(({ folder }) => folder === null)
    ? Effect.undefined
    : Effect.flatMap(
        Effect.promise(() => import("./Folders.ts")),
        ({ open }) => open(state)
      )

/** Whom a request is for, and its path there. */
interface Addressee {
  readonly name: string
  readonly served: Served
  readonly url: string
}

const pathOf = (url: string): string => url.replace(/[?#].*$/, "")

/** The pages of Auth, which are in no contract. */
const isPage = /^\/v2\/(oauth2|web)\//

/** What answers requests until the scope ends. */
export const make = Effect.fnUntraced(function* (options: {
  readonly url: string
  readonly settings: Store.Settings
  readonly state: State.State
  readonly faults: ReadonlyArray<Fault.Rule>
}) {
  const scope = yield* Effect.scope
  const store = yield* Store.make({
    ...options,
    settle: Runs.settle,
    folders: yield* foldersOf(options.state)
  })
  const shared = yield* Layer.build(
    Layer.mergeAll(Signer.layer, Digest.layerWebCrypto).pipe(
      Layer.provideMerge(Layer.succeed(Store.Store, store))
    )
  )
  // Services are built in the middle of a request, of which they must not remember anything: the next may come with
  // another clock.
  const context = Context.add(shared, Scope.Scope, scope)
  const environment = environmentAt(options.url)
  const faults = yield* Faults.make(store, options.faults)

  // A service costs nothing until it is called.
  const byName = new Map<string, Effect.Effect<Served>>([["", Effect.succeed(front(environment, store))]])
  for (const name of new Set([...Object.keys(environment.urls), ...Object.keys(services)])) {
    const service = services[name]
    byName.set(
      name,
      service === undefined
        ? Effect.succeed(notSimulated(name))
        : yield* Effect.cached(Effect.updateContext(service, (_request: Context.Context<never>) => context))
    )
  }

  /** Whom a request is for: its path begins with the name of a service, or is that of an operation on its own host. */
  const addressee = (method: string, url: string): Effect.Effect<Addressee> => {
    const [, name = "", rest = ""] = /^\/+([^/?#]*)(.*)$/.exec(url) ?? []
    const below = rest === "" ? "/" : rest
    const named = byName.get(name)
    // What the service is called here is what Flows calls its flows.
    if (named !== undefined && name !== "flows") {
      return Effect.map(named, (served) => ({ name, served, url: below }))
    }
    return Effect.gen(function* () {
      const served = yield* named ?? nowhere
      if (served.operationAt(method, pathOf(below)) !== undefined) return { name, served, url: below }
      for (const name of Object.keys(environment.urls)) {
        const hosted = yield* byName.get(name) ?? nowhere
        const found = [url, url.replace(/(?=[?#]|$)/, "/")].find(
          (url) =>
            hosted.operationAt(method, pathOf(url)) !== undefined || (name === "auth" && isPage.test(url))
        )
        if (found !== undefined) return { name, served: hosted, url: found }
      }
      return { name, served, url: below }
    })
  }

  const serve: Faults.Answer = Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
    Effect.flatMap(addressee(request.method, request.url), ({ name, served, url }) => {
      const { operationAt, serve, voice } = served
      const path = pathOf(url)
      return faults
        .around({ service: name, path, operation: () => operationAt(request.method, path), voice }, serve)
        .pipe(
          Effect.provideService(HttpServerRequest.HttpServerRequest, request.modify({ url })),
          Faults.dated,
          Effect.map(HttpServerResponse.setHeader(header, "true"))
        )
    })
  )

  const httpClient = HttpClient.make((request) =>
    Effect.suspend(() => {
      let outcome: Result.Result<HttpServerResponse.HttpServerResponse, Faults.ConnectionLost> =
        Result.succeed(HttpServerResponse.empty({ status: 500 }))
      const lost = (error: Faults.ConnectionLost) =>
        Effect.sync(() => {
          outcome = Result.fail(error)
          return HttpServerResponse.empty()
        })
      return HttpEffect.toHandled(Effect.catchTag(serve, "ConnectionLost", lost), (_, sent) =>
        Effect.sync(() => {
          outcome = Result.map(outcome, () => sent)
        })
      ).pipe(
        Effect.provideService(
          HttpServerRequest.HttpServerRequest,
          HttpServerRequest.fromClientRequest(request)
        ),
        Effect.flatMap(() => Effect.fromResult(outcome)),
        Effect.mapBoth({
          onFailure: (cause) =>
            new HttpClientError.HttpClientError({
              reason: new HttpClientError.TransportError({ request, cause })
            }),
          onSuccess: (response) => HttpServerResponse.toClientResponse(response, { request })
        })
      )
    })
  )
  const backend: Backend = { store, faults, serve, httpClient }
  return backend
})

const frontPage = (environment: Environment.Environment, state: State.State) => {
  const variables = Object.entries(variablesOf(environment))
    .map(([variable, url]) => `${variable}=${url}`)
    .join("\n")
  const list = (things: Iterable<{ readonly id: string }>, nameOf: (id: string) => string) =>
    html`<ul>
      ${Array.from(things, ({ id }) => html`<li>${nameOf(id)}<small>${id}</small></li>`)}
    </ul>`
  return Page.respond(
    "A simulated Globus",
    html`<p>
        Develop and test programs that use Globus against it. These environment variables point them here:
      </p>
      <pre>${variables}</pre>
      <h2>Clients</h2>
      ${list(state.clients.values(), (id) => `${state.clients.get(id)?.name} (${state.clients.get(id)?.type})`)}
      <h2>Collections</h2>
      ${list(state.collections.values(), (id) => state.collections.get(id)?.display_name ?? "")}
      <h2>Flows</h2>
      ${list(state.flows.values(), (id) => state.flows.get(id)?.title ?? "")}
      <h2>Groups</h2>
      ${list(state.groups.values(), (id) => state.groups.get(id)?.name ?? "")}
      <h2>Indices</h2>
      ${list(state.indices.values(), (id) => state.indices.get(id)?.display_name ?? "")}`
  )
}

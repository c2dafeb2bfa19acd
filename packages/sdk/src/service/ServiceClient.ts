/**
 * Turns the contract of a service into a client: every operation a function, authorized by the `Authorizer` and
 * carried by the `Transport` at hand. Clients of single services build on it; it is here for those who describe a
 * service of their own.
 *
 * ```ts
 * import { Document, ResourceServer } from "@effect-globus/sdk/model"
 * import { Operation, ServiceClient } from "@effect-globus/sdk/service"
 * import { Schema } from "effect"
 * import { HttpApi, HttpApiGroup } from "effect/http-api"
 *
 * const getGroup = Operation.get("getGroup", "/v2/groups/:group_id", {
 *   params: { group_id: Schema.String },
 *   success: Document.make({ name: Schema.String })
 * })
 * const Api = HttpApi.make("groups").add(HttpApiGroup.make("groups").add(getGroup))
 *
 * export const client = ServiceClient.make(Api, { service: "groups", name: "Groups", need: () => ({
 *   resourceServer: ResourceServer.make("groups.api.globus.org"), anyOf: []
 * }) })
 * ```
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { memoize } from "effect/Function"
import type * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import type * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import type * as Environment from "../model/Environment.ts"
import * as Gare from "../model/Gare.ts"
import { type ApiError, type GlobusError, InvalidRequest, ResponseError } from "../model/GlobusError.ts"
import { AuthorizationRequired } from "../model/UnmetRequirement.ts"
import { Authorizer, type Authorization, type Need, type Refusal } from "./Authorizer.ts"
import { GlobusService, Idempotent, PagingOf, Redirects, RequiredScopes } from "./GlobusService.ts"
import { explain } from "./internal/explain.ts"
import * as ResponseDecoder from "./internal/responseDecoder.ts"
import * as SchemaCompiler from "./internal/schemaCompiler.ts"
import type * as Operation from "./Operation.ts"
import * as Paging from "./Paging.ts"
import { type OperationInfo, Transport } from "./Transport.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The operations of a contract, by name. */
export type Operations<Groups extends HttpApiGroup.Constraint> = {
  readonly [
    E in Extract<HttpApiGroup.Endpoints<Groups>, Operation.Declared> as E["identifier"]
  ]: Operation.Callable<E>
}

/** Which service is called: one whose address every environment knows, or another at an address of its own. */
export type Called =
  | {
      /** Which of an environment's services it is. */
      readonly service: Environment.Service
      readonly baseUrl?: undefined
    }
  | {
      /** How errors name it, such as `gcs`. */
      readonly service: string
      /** Where it is, such as `https://abc.xyz.data.globus.org/`: the paths of its operations follow. */
      readonly baseUrl: string
    }

/** How a service is called. */
export type Options = Called & {
  /** How spans name it, such as `Transfer`. */
  readonly name: string
  /** What a request needs, given the scopes that its operation declares. */
  readonly need: (scopes: ReadonlyArray<string>) => Need
}

/**
 * What is asked for when a service refuses a request for want of a consent or a session; by default, what it says.
 * A client provides another around a call whose service names one missing consent at a time, so that one login mends
 * them all.
 */
export const Widening = Context.Reference<
  (requirement: AuthorizationRequired) => Effect.Effect<AuthorizationRequired>
>("@effect-globus/sdk/service/ServiceClient/Widening", { defaultValue: () => Effect.succeed })

type Request = {
  readonly params: Record<string, unknown>
  readonly query: Record<string, unknown>
  readonly payload: unknown
}

type SendContracted = (
  request: Request & { readonly responseMode: "response-only" }
) => Effect.Effect<
  HttpClientResponse.HttpClientResponse,
  GlobusError | HttpClientError.HttpClientError | Schema.SchemaError
>

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** A function for each operation of the contract. An operation costs nothing until it is first called. */
export const make = Effect.fnUntraced(function* <Id extends string, Groups extends HttpApiGroup.Constraint>(
  api: HttpApi.HttpApi<Id, Groups>,
  options: Options
) {
  const transport = yield* Transport
  const authorizer = yield* Authorizer
  const baseUrl = options.baseUrl ?? transport.environment.urls[options.service]
  const middleware = yield* middlewareContext(transport, authorizer, options, api, new URL(baseUrl).host)
  const operations: Record<string, unknown> = {}
  for (const group of Object.values<HttpApiGroup.Top>(api.groups as never)) {
    for (const endpoint of Object.values<HttpApiEndpoint.Top>(group.endpoints as never)) {
      const call = operation({ api: api as never, group, endpoint, options, baseUrl, transport, middleware })
      const paging = Context.getOption(endpoint.annotations, PagingOf)
      operations[endpoint.identifier] = Option.match(paging, {
        onNone: () => call.withSpan,
        onSome: (paging) => pagedOperation(endpoint, options, call, paging)
      })
    }
  }
  return operations as Operations<Groups>
})

// -----------------------------------------------------------------------------
// authorization
// -----------------------------------------------------------------------------

const infoOf = (endpoint: HttpApiEndpoint.Top, service: string, host: string): OperationInfo => ({
  service,
  operation: endpoint.identifier,
  host,
  redirects: Context.getOrElse(endpoint.annotations, Redirects, () => false),
  idempotent: Option.getOrElse(
    Context.getOption(endpoint.annotations, Idempotent),
    () => endpoint.method !== "POST" && endpoint.method !== "PATCH"
  )
})

/** The scopes that are said of the operation, else of its group, else of its contract. */
const scopesOf = (
  ...of: ReadonlyArray<{ readonly annotations: Context.Context<never> }>
): ReadonlyArray<string> =>
  Context.getOrElse(Context.mergeAll(...of.map(({ annotations }) => annotations)), RequiredScopes, () => [])

/** What a refusal asks for, if another authorization may mend it. */
const refusalOf = (
  error: ApiError,
  need: Need,
  refused: Option.Option<Authorization>,
  isUnauthorized: (error: ApiError) => boolean
): Option.Option<Refusal> => {
  const { gare, problems } = Gare.detect(error.body)
  if (Option.isSome(gare) && error.status < 500) {
    const requirement = new AuthorizationRequired({
      service: error.service,
      operation: error.operation,
      code: gare.value.code,
      parameters: gare.value.authorization_parameters,
      ...(problems.length === 0
        ? {}
        : { problems: problems.map(({ detail, field }) => `${field}: ${detail}`) }),
      ...(error.requestId === undefined ? {} : { requestId: error.requestId })
    })
    return Option.some({ _tag: "AuthorizationRequired", need, requirement })
  }
  return isUnauthorized(error) ? Option.some({ _tag: "Unauthorized", need, refused }) : Option.none()
}

/** The refusal with all that is to be asked for. */
const widened = (refusal: Refusal): Effect.Effect<Refusal> =>
  refusal._tag === "Unauthorized"
    ? Effect.succeed(refusal)
    : Effect.flatMap(Widening, (widen) =>
        Effect.map(widen(refusal.requirement), (requirement) => ({ ...refusal, requirement }))
      )

/** A header's value is visible ASCII (RFC 9110 §5.5), and credentials follow their scheme (§11.4). */
const isSendable = (authorization: Authorization): boolean =>
  /^[\x21-\x7e]+ [\x20-\x7e]*[\x21-\x7e]$/.test(Redacted.value(authorization))

/** Found out here, because a platform's own words about a malformed header repeat it. */
const unsendable = ({ operation, service }: OperationInfo) =>
  new InvalidRequest({
    service,
    operation,
    field: "authorization",
    detail: "The token is empty or holds what no header can carry, perhaps the end of a line"
  })

/** A request for which there is no contract, such as one that carries a file. */
export interface Send {
  readonly info: OperationInfo
  readonly need: Need
  /** Sends the request with this authorization, if there is one. */
  readonly request: (
    authorization: Option.Option<Authorization>
  ) => Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>
  /** Whether a refusal means that the token was not accepted. Default: its status is 401. */
  readonly isUnauthorized?: ((error: ApiError) => boolean) | undefined
}

/**
 * Sends a request with the authorization that it needs, and recovers from each kind of refusal once. Contracts do this
 * for each of their operations; use it for what no contract can describe.
 */
export const send = (
  transport: Transport["Service"],
  authorizer: Authorizer["Service"],
  { info, isUnauthorized = ({ status }) => status === 401, need, request }: Send
): Effect.Effect<HttpClientResponse.HttpClientResponse, GlobusError> => {
  const attempt = (
    tried: ReadonlySet<Refusal["_tag"]>
  ): Effect.Effect<HttpClientResponse.HttpClientResponse, GlobusError> =>
    Effect.flatMap(authorizer.authorize(need), (authorization) => {
      if (Option.isSome(authorization) && !isSendable(authorization.value)) {
        return Effect.fail(unsendable(info))
      }
      return Effect.catchTag(transport.execute(info, request(authorization)), "ApiError", (error) => {
        const refusal = refusalOf(error, need, authorization, isUnauthorized)
        if (Option.isNone(refusal) || tried.has(refusal.value._tag) || info.repeatable?.() === false) {
          return Effect.fail(error)
        }
        return Effect.flatMap(Effect.flatMap(widened(refusal.value), authorizer.recover), (recovered) =>
          recovered ? attempt(new Set([...tried, refusal.value._tag])) : Effect.fail(error)
        )
      })
    })
  return attempt(new Set())
}

/** The request with the authorization, if there is one. */
export const authorized = (
  request: HttpClientRequest.HttpClientRequest,
  authorization: Option.Option<Authorization>
): HttpClientRequest.HttpClientRequest =>
  Option.match(authorization, {
    onNone: () => request,
    onSome: (value) => HttpClientRequest.setHeader(request, "authorization", Redacted.value(value))
  })

/** The client's side of {@link GlobusService}. */
const middlewareContext = Effect.fnUntraced(function* (
  transport: Transport["Service"],
  authorizer: Authorizer["Service"],
  options: Options,
  api: { readonly annotations: Context.Context<never> },
  host: string
) {
  const headers = transport.headers(Option.getOrUndefined(authorizer.appName))
  const knownIn = memoize((group: HttpApiGroup.Top) =>
    memoize((endpoint: HttpApiEndpoint.Top) => ({
      info: infoOf(endpoint, options.service, host),
      need: options.need(scopesOf(api, group, endpoint))
    }))
  )
  const layer = HttpApiMiddleware.layerClient(GlobusService, ({ endpoint, group, next, request }) => {
    const unauthorized = HttpClientRequest.setHeaders(request, headers)
    return send(transport, authorizer, {
      ...knownIn(group)(endpoint),
      request: (authorization) => next(authorized(unauthorized, authorization))
    })
  })
  return yield* Effect.scoped(Layer.build(layer))
})

// -----------------------------------------------------------------------------
// one request
// -----------------------------------------------------------------------------

interface Call {
  /** One request, in a span of its own. */
  readonly withSpan: (...args: ReadonlyArray<unknown>) => Effect.Effect<unknown, GlobusError>
  /** One request whose query is already an object. */
  readonly send: (request: Request) => Effect.Effect<unknown, GlobusError>
  readonly request: (args: ReadonlyArray<unknown>) => Request
}

const operation = (context: {
  readonly api: HttpApi.HttpApi<string, HttpApiGroup.Top>
  readonly group: HttpApiGroup.Top
  readonly endpoint: HttpApiEndpoint.Top
  readonly options: Options
  readonly baseUrl: string
  readonly transport: Transport["Service"]
  readonly middleware: Context.Context<HttpApiMiddleware.ForClient<GlobusService>>
}): Call => {
  const { api, baseUrl, endpoint, group, middleware, options, transport } = context
  const { service } = options
  const names = Array.from(endpoint.path.matchAll(/:(\w+)/g), (match) => match[1] ?? "")
  const hasPayload = endpoint.payload.size > 0
  const at = { service, operation: endpoint.identifier }

  const request = (args: ReadonlyArray<unknown>): Request => ({
    params: Object.fromEntries(names.map((name, index) => [name, args[index]])),
    payload: hasPayload ? args[names.length] : undefined,
    query: (args[names.length + (hasPayload ? 1 : 0)] ?? {}) as Record<string, unknown>
  })

  // Made on the first call, so that a program pays for the operations that it uses; and anew when that pays.
  let parsers: { readonly call: SendContracted; readonly decode: ResponseDecoder.Decode } | undefined
  let count = 0
  const makeParsers = HttpApiClient.endpoint(api, {
    group: group.identifier,
    endpoint: endpoint.identifier,
    httpClient: transport.httpClient,
    baseUrl
  } as never).pipe(
    Effect.provideContext(middleware),
    Effect.map(
      (call) =>
        (parsers = { call: call as unknown as SendContracted, decode: ResponseDecoder.make(endpoint, at) })
    )
  )
  const ready = Effect.suspend(() => {
    count++
    if (count === SchemaCompiler.worthwhile) {
      return Effect.andThen(SchemaCompiler.enable(endpoint), makeParsers)
    }
    return parsers === undefined ? makeParsers : Effect.succeed(parsers)
  })

  const send = (request: Request): Effect.Effect<unknown, GlobusError> => {
    // A path is normalized before it is sent, so that these would lead to another resource.
    const dots = names.find((name) => request.params[name] === "." || request.params[name] === "..")
    if (dots !== undefined) {
      const detail = `Expected an id, got ${JSON.stringify(request.params[dots])}`
      return Effect.fail(new InvalidRequest({ ...at, field: dots, detail }))
    }
    return Effect.flatMap(ready, ({ call, decode }) =>
      Effect.flatMap(
        Effect.mapError(call({ ...request, responseMode: "response-only" }), (error) =>
          toGlobusError(endpoint, at, request, error)
        ),
        decode
      )
    )
  }

  return {
    request,
    send,
    withSpan: Effect.fn((...args: ReadonlyArray<unknown>) =>
      spanned(send(request(args)), `${options.name}.${endpoint.identifier}`)
    )
  }
}

/** In a span of this name, where a tracer is installed: without one, a span is a tenth of a request's time for nobody. */
const spanned = <A, E>(effect: Effect.Effect<A, E>, name: string): Effect.Effect<A, E> =>
  Effect.flatMap(Tracer.Tracer, (tracer) =>
    tracer === Tracer.nativeTracer ? effect : Effect.withSpan(effect, name, { captureStackTrace: false })
  )

type At = { readonly service: string; readonly operation: string }

/** Whether a payload is what an operation takes, for clients that have something else to do before they send it. */
export const checkPayload = <S extends Schema.Constraint>(
  schema: S,
  at: At
): ((payload: S["Type"]) => Effect.Effect<void, InvalidRequest>) => {
  let encode: ((payload: unknown) => Result.Result<unknown, Schema.SchemaError>) | undefined
  return (payload) => {
    encode ??= Schema.encodeUnknownResult(schema as unknown as Schema.Encoder<unknown>)
    const encoded = encode(payload)
    if (Result.isSuccess(encoded)) return Effect.void
    const { detail, path } = explain(encoded.failure)
    return Effect.fail(new InvalidRequest({ ...at, field: `payload.${path}`.replace(/\.$/, ""), detail }))
  }
}

/** Which part of the input was refused: schemas are asked again, because an issue does not say. */
const partOf = (endpoint: HttpApiEndpoint.Top, request: Request): string => {
  const refused = (schema: Schema.Top | undefined, value: unknown) =>
    schema !== undefined &&
    Result.isFailure(Schema.encodeUnknownResult(schema as Schema.Encoder<unknown>)(value))
  if (refused(endpoint.params, request.params)) return ""
  return refused(endpoint.query, request.query) ? "query." : "payload."
}

const toGlobusError = (
  endpoint: HttpApiEndpoint.Top,
  at: At,
  request: Request,
  error: GlobusError | HttpClientError.HttpClientError | Schema.SchemaError
): GlobusError => {
  switch (error._tag) {
    case "SchemaError": {
      const { detail, path } = explain(error)
      const field = `${partOf(endpoint, request)}${path}`.replace(/\.$/, "")
      return new InvalidRequest({ ...at, field, detail })
    }
    case "HttpClientError":
      return new InvalidRequest({ ...at, field: "", detail: error.message })
    default:
      return error
  }
}

// -----------------------------------------------------------------------------
// pages
// -----------------------------------------------------------------------------

const isRecord = (value: unknown): value is Record<string, unknown> => Predicate.isObject(value)

const pagedOperation = (
  endpoint: HttpApiEndpoint.Top,
  options: Options,
  call: Call,
  paging: Paging.Paging
) => {
  const at = { service: options.service, operation: endpoint.identifier }
  const broken = (path: string, detail: string) =>
    Effect.fail(new ResponseError({ ...at, status: 200, path, detail }))
  const name = `${options.name}.${endpoint.identifier}`
  const readQuery = (parameters: Record<string, unknown>) =>
    endpoint.query === undefined
      ? Option.some(parameters)
      : Option.filter(
          Schema.decodeUnknownOption(endpoint.query as Schema.Decoder<unknown>)(parameters),
          isRecord
        )

  const onPage =
    <A>(read: (page: Record<string, unknown>) => Effect.Effect<ReadonlyArray<A>, GlobusError>) =>
    (...args: ReadonlyArray<unknown>) => {
      const first = call.request(args)
      const part = paging.in ?? "query"
      const given = first[part]
      // What is no object cannot be paged; sending it says so.
      const begin = isRecord(given) ? Paging.firstQuery(paging, given) : undefined
      return Stream.paginate(begin ?? {}, (parameters) =>
        Effect.gen(function* () {
          const page = yield* call.send(begin === undefined ? first : { ...first, [part]: parameters })
          if (!Predicate.isObject(page)) return yield* broken("", "it is not an object")
          const document = page as Record<string, unknown>
          const values = yield* read(document)
          const next = Paging.next(paging, parameters, document, readQuery)
          if (next._tag === "Broken") return yield* broken(next.path, next.detail)
          return [values, next._tag === "Page" ? Option.some(next.query) : Option.none()] as const
        }).pipe(Effect.withSpan(name))
      )
    }

  const items = onPage((page) =>
    Option.match(Paging.itemsOf(paging, page), {
      onNone: () => broken(paging.items, "the page has no list of items"),
      onSome: Effect.succeed
    })
  )
  return Object.assign(items, { pages: onPage((page) => Effect.succeed([page])), page: call.withSpan })
}

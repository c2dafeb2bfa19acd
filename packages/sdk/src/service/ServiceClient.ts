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
import type * as HttpApi from "effect/http-api/HttpApi"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import type * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import type * as Environment from "../model/Environment.ts"
import { type ApiError, type GlobusError, InvalidRequest, ResponseError } from "../model/GlobusError.ts"
import { AuthorizationRequired } from "../model/UnmetRequirement.ts"
import { Authorizer, type Authorization, type Need, type Refusal } from "./Authorizer.ts"
import { Idempotent, PagingOf, Redirects, RequiredScopes } from "./GlobusService.ts"
import * as CallSite from "./internal/callSite.ts"
import * as DemandedLogin from "./internal/demandedLogin.ts"
import * as RequestEncoder from "./internal/requestEncoder.ts"
import * as ResponseDecoder from "./internal/responseDecoder.ts"
import * as SchemaCompiler from "./internal/schemaCompiler.ts"
import * as Trail from "./internal/trail.ts"
import type * as Operation from "./Operation.ts"
import * as Paging from "./Paging.ts"
import { type Answer, type OperationInfo, Transport } from "./Transport.ts"

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
  const host = new URL(baseUrl).host
  const headers = transport.headers(Option.getOrUndefined(authorizer.appName))
  const operations: Record<string, unknown> = {}
  for (const group of Object.values<HttpApiGroup.Top>(api.groups as never)) {
    for (const endpoint of Object.values<HttpApiEndpoint.Top>(group.endpoints as never)) {
      const call = operation({
        endpoint,
        name: options.name,
        service: options.service,
        infoFor: () => infoWith(endpoint, infoOf(endpoint, options.service, host)),
        need: () => options.need(scopesOf(api, group, endpoint)),
        baseUrl,
        headers,
        transport,
        authorizer
      })
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
  idempotent: endpoint.method !== "POST" && endpoint.method !== "PATCH"
})

/** The same, as it is with a payload. */
const infoWith = (
  endpoint: HttpApiEndpoint.Top,
  info: OperationInfo
): ((payload: unknown) => OperationInfo) => {
  const idempotent = Context.getOrElse(endpoint.annotations, Idempotent, () => info.idempotent)
  if (typeof idempotent === "function") return (payload) => ({ ...info, idempotent: idempotent(payload) })
  const always = { ...info, idempotent }
  return () => always
}

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
  const { gare, problems } = DemandedLogin.detect(error)
  if (Option.isSome(gare)) {
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
    return Option.some({ _tag: "AuthorizationRequired", need, refused, requirement })
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
): Effect.Effect<Answer, GlobusError> => {
  const attempt = (
    tried: ReadonlySet<Refusal["_tag"]>,
    outdated: ReadonlySet<Refusal["_tag"]>
  ): Effect.Effect<Answer, GlobusError> =>
    Effect.flatMap(authorizer.authorize(need), (authorization) => {
      if (Option.isSome(authorization) && !isSendable(authorization.value)) {
        return Effect.fail(unsendable(info))
      }
      return Effect.catchTag(transport.execute(info, request(authorization)), "ApiError", (error) => {
        const refusal = refusalOf(error, need, authorization, isUnauthorized)
        if (Option.isNone(refusal) || tried.has(refusal.value._tag) || info.repeatable?.() === false) {
          return Effect.fail(error)
        }
        const { _tag } = refusal.value
        return Effect.flatMap(Effect.flatMap(widened(refusal.value), authorizer.recover), (recovery) => {
          if (recovery === false) return Effect.fail(error)
          return recovery === "outdated" && !outdated.has(_tag)
            ? attempt(tried, new Set([...outdated, _tag]))
            : attempt(new Set([...tried, _tag]), outdated)
        })
      })
    })
  return attempt(new Set(), new Set())
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

// -----------------------------------------------------------------------------
// one request
// -----------------------------------------------------------------------------

interface Call {
  /** One request, in a span of its own. */
  readonly withSpan: (...args: ReadonlyArray<unknown>) => Effect.Effect<unknown, GlobusError>
  /** One request whose query is already an object. */
  readonly send: (input: RequestEncoder.Input) => Effect.Effect<unknown, GlobusError>
  readonly input: (args: ReadonlyArray<unknown>) => RequestEncoder.Input
}

const operation = (context: {
  readonly endpoint: HttpApiEndpoint.Top
  readonly name: string
  readonly service: string
  readonly infoFor: () => (payload: unknown) => OperationInfo
  readonly need: () => Need
  readonly baseUrl: string
  readonly headers: Record<string, string>
  readonly transport: Transport["Service"]
  readonly authorizer: Authorizer["Service"]
}): Call => {
  const { authorizer, endpoint, service, transport } = context
  const names = Array.from(endpoint.path.matchAll(/:(\w+)/g), (match) => match[1] ?? "")
  const hasPayload = endpoint.payload.size > 0
  const name = `${context.name}.${endpoint.identifier}`
  const at = { service, operation: endpoint.identifier }

  const input = (args: ReadonlyArray<unknown>): RequestEncoder.Input => ({
    params: Object.fromEntries(names.map((name, index) => [name, args[index]])),
    payload: hasPayload ? args[names.length] : undefined,
    query: (args[names.length + (hasPayload ? 1 : 0)] ?? {}) as Record<string, unknown>
  })

  // Made on the first call, so that a program pays for the operations that it uses; and anew when that pays.
  const makeParsers = () => ({
    encode: RequestEncoder.make(endpoint, at, context),
    decode: ResponseDecoder.make(endpoint, at),
    infoFor: context.infoFor(),
    need: context.need()
  })
  let parsers: ReturnType<typeof makeParsers> | undefined
  let count = 0
  const ready = Effect.suspend(() => {
    count++
    if (count === SchemaCompiler.worthwhile) {
      return Effect.map(SchemaCompiler.enable(endpoint), () => (parsers = makeParsers()))
    }
    return Effect.succeed((parsers ??= makeParsers()))
  })

  const call = (input: RequestEncoder.Input) =>
    Effect.flatMap(ready, ({ decode, encode, infoFor, need }) => {
      const request = encode(input)
      if (Result.isFailure(request)) return Effect.fail(request.failure)
      const answered = send(transport, authorizer, {
        info: infoFor(input.payload),
        need,
        request: (authorization) => transport.httpClient.execute(authorized(request.success, authorization))
      })
      return Effect.flatMap(answered, decode)
    })

  return {
    input,
    send: call,
    withSpan: (...args: ReadonlyArray<unknown>) => {
      const fromHere = CallSite.here(name)
      return Effect.catchCause(spanned(call(input(args)), name), (cause) => Effect.failCause(fromHere(cause)))
    }
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
  let encode: ReturnType<typeof RequestEncoder.partEncoder> | undefined
  return (payload) => {
    encode ??= RequestEncoder.partEncoder(schema, "payload", at)
    return Effect.asVoid(Effect.fromResult(encode(payload)))
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
      const first = call.input(args)
      const part = paging.in ?? "query"
      const given = first[part]
      // What is no object cannot be paged; sending it says so.
      const begin = isRecord(given) ? Paging.firstQuery(paging, given) : undefined
      const start = { parameters: begin ?? {}, trail: Trail.start }
      return Stream.paginate(start, ({ parameters, trail }) =>
        Effect.gen(function* () {
          const page = yield* call.send(begin === undefined ? first : { ...first, [part]: parameters })
          if (!Predicate.isObject(page)) return yield* broken("", "it is not an object")
          const document = page as Record<string, unknown>
          const values = yield* read(document)
          const next = Paging.next(paging, parameters, document, readQuery)
          if (next._tag === "Broken") return yield* broken(next.path, next.detail)
          if (next._tag === "End") return [values, Option.none()] as const
          // Where items are counted, the offset grows with each page.
          const farther = next.mark === undefined ? Option.some(trail) : Trail.step(trail, next.mark.text)
          if (Option.isNone(farther)) return yield* broken(next.mark?.path ?? "", Trail.endless)
          return [values, Option.some({ parameters: next.query, trail: farther.value })] as const
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

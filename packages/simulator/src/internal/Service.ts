/**
 * Serving a contract: routes for all its operations, tokens and scopes checked before each, refusals in the words of
 * the service, and an honest answer for whatever is not simulated.
 */
import { GlobusService, type Operation, RequiredScopes, TokenUse } from "@effect-globus/sdk/service"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import type * as Digest from "effect/crypto/Digest"
import * as Effect from "effect/Effect"
import { memoize } from "effect/Function"
import type * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import { HttpApiSchemaError } from "effect/http-api/HttpApiError"
import type * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import * as Result from "effect/Result"
import * as SchemaIssue from "effect/SchemaIssue"
import type * as Scope from "effect/Scope"
import { type At, type Refusal, respond, type Voice } from "./Refusal.ts"
import type { Signer } from "./Signer.ts"
import type { State } from "./State.ts"
import { Store } from "./Store.ts"
import * as Tokens from "./Tokens.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** Who makes a request. */
export class Caller extends Context.Service<
  Caller,
  {
    readonly identity: string
    /** The client that the user consented to. */
    readonly client: string
    /** The granted scopes; none where a client authenticated itself. */
    readonly scopes: ReadonlyArray<string>
    /** The grant of the token, which tells how whoever calls has logged in. */
    readonly grant?: number | undefined
    /** The scopes of the services on whose behalf the token is used, the first of which was consented to directly. */
    readonly behalf?: ReadonlyArray<string> | undefined
  }
>()("@effect-globus/simulator/internal/Caller") {}

/** Whoever calls without a token where that is allowed. */
export const nobody: Context.Service.Shape<typeof Caller> = { identity: "", client: "", scopes: [] }

/** What handlers may use. */
export type Needs = Store | Digest.Digest | Signer

/** A request, decoded as its contract says. */
export interface Call<E extends Operation.Declared> {
  readonly params: E["~Params"]["Type"]
  readonly query: E["~Query"]["Type"]
  readonly payload: E["~Payload"]["Type"]
  readonly request: HttpServerRequest.HttpServerRequest
}

/** A handler for each operation that is simulated. */
export type Handlers<Groups extends HttpApiGroup.Constraint> = {
  readonly [E in Extract<HttpApiGroup.Endpoints<Groups>, Operation.Declared> as E["identifier"]]?: (
    call: Call<E>
  ) => Effect.Effect<Operation.Success<E>, Refusal, Needs | Caller | HttpServerRequest.HttpServerRequest>
}

/** A parameter that may be given once, several times or not at all, as a list. */
export const listOf = (value: string | ReadonlyArray<string> | undefined): ReadonlyArray<string> =>
  value === undefined ? [] : typeof value === "string" ? [value] : value

/**
 * Refuses a payload that lacks a field. The contracts check what is there of some payloads, and leave it to the service to
 * say what is missing.
 */
export const requiring = (
  voice: Voice,
  payload: object,
  ...names: ReadonlyArray<string>
): Effect.Effect<void, Refusal> => {
  const missing = names.find((name) => (payload as Readonly<Record<string, unknown>>)[name] === undefined)
  return missing === undefined
    ? Effect.void
    : Effect.fail(voice.invalid("field required", { part: "Payload", path: [missing] }))
}

/** Changes what there is for whoever calls, or refuses to and leaves it as it is. */
export const change = Effect.fnUntraced(function* <A>(
  how: (
    state: State,
    identity: string,
    now: number
  ) => Result.Result<readonly [answer: A, state: State], Refusal>
) {
  const { change } = yield* Store
  const { identity } = yield* Caller
  return yield* change((state, now) => how(state, identity, now))
})

/** Whom a token must be for, and the scopes of which it needs any one. */
export interface Need {
  readonly isFor: (resourceServer: string) => boolean
  readonly anyOf: ReadonlyArray<string>
}

export interface Options<Id extends string, Groups extends HttpApiGroup.Constraint> {
  readonly name: string
  readonly voice: Voice
  readonly api: HttpApi.HttpApi<Id, Groups>
  readonly handlers: Handlers<Groups>
  /** What an operation needs, given the scopes that the contract names and the parameters in the path. */
  readonly need: (
    operation: string,
    scopes: ReadonlyArray<string>,
    params: Readonly<Record<string, string | undefined>>,
    state: State,
    request: HttpServerRequest.HttpServerRequest
  ) => Need
  /** Who calls without a token, if that can be told. */
  readonly withoutToken?: (
    request: HttpServerRequest.HttpServerRequest,
    state: State
  ) => Option.Option<Context.Service.Shape<typeof Caller>>
  /** Says something else about a request that does not fit the contract. */
  readonly invalid?: (
    request: HttpServerRequest.HttpServerRequest,
    issue: { readonly part: string; readonly path: ReadonlyArray<string | number>; readonly detail: string }
  ) => Effect.Effect<Option.Option<Refusal>>
  /** Pages, which are in no contract, by method and path. */
  readonly pages?: Readonly<
    Record<
      string,
      Effect.Effect<HttpServerResponse.HttpServerResponse, never, Needs | HttpServerRequest.HttpServerRequest>
    >
  >
}

/** A service, as it answers requests. */
export type Serve = Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  never,
  HttpServerRequest.HttpServerRequest | Scope.Scope
>

/** A service that is ready, and what can be told about it without asking it. */
export interface Served {
  /** What answers requests, their path being that below the service. */
  readonly serve: Serve
  readonly voice: Voice
  /** The operation that a request is for, if it is for any. */
  readonly operationAt: (method: string, path: string) => string | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** Makes a service ready. */
export const make = <Id extends string, Groups extends HttpApiGroup.Constraint>(
  options: Options<Id, Groups>
): Effect.Effect<Served, never, Needs | Scope.Scope> => makeAny(options as unknown as AnyOptions)

/** The options of any service: from here on, operations are values. */
type AnyOptions = Options<string, HttpApiGroup.Top>

const makeAny = Effect.fnUntraced(function* (options: AnyOptions) {
  const { api, pages, voice } = options
  const context = Context.add(yield* Effect.context<Needs>(), GlobusService, guard(options, yield* Store))

  // Getting all operations ready takes longer than a test that calls a few of them.
  const answers = new Map<Declared, Answer>()
  const ready = (operation: Declared): Effect.Effect<Answer> => {
    const known = answers.get(operation)
    if (known !== undefined) return Effect.succeed(known)
    // In the middle of a request, of which nothing must be remembered.
    const answer = Effect.updateContext(
      answerOf(options, operation),
      (_request: Context.Context<never>) => context
    )
    return Effect.tap(answer, (answer) => Effect.sync(() => answers.set(operation, answer)))
  }

  const serve = Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ method, url }) => {
    const path = segmentsOf(url)
    const found = find(api, method, path)
    if (found !== undefined) {
      return Effect.flatMap(ready(found.operation), (answer) =>
        Effect.provideContext(answer, routed(found, url))
      )
    }
    const page = pages?.[`${method === "HEAD" ? "GET" : method} /${path.join("/")}`]
    return page === undefined ? say(voice, voice.noRoute) : Effect.provideContext(page, context)
  })
  const served: Served = {
    // Whoever asked may leave meanwhile.
    serve: Effect.catchCause(Effect.interruptible(serve), (cause) => refuse(options, cause)),
    voice,
    operationAt: (method, path) => find(api, method, segmentsOf(path))?.operation.endpoint.identifier
  }
  return served
})

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

/** An operation of a contract. */
interface Declared {
  readonly group: HttpApiGroup.Top
  readonly endpoint: HttpApiEndpoint.Top
  readonly path: ReadonlyArray<string>
  readonly parameters: number
}

/** An operation that a request is for. */
interface Found {
  readonly operation: Declared
  readonly params: Readonly<Record<string, string>>
}

/** Slashes too many do not matter. */
const segmentsOf = (url: string): ReadonlyArray<string> =>
  url
    .replace(/[?#].*$/, "")
    .split("/")
    .filter((segment) => segment !== "")

const shapeOf = (method: string, path: ReadonlyArray<string>): string => `${method} ${path.length}`

/** The operations by what their requests look like. Once for all simulators of a process, and only if somebody asks. */
const declaredIn = memoize((api: AnyOptions["api"]): ReadonlyMap<string, ReadonlyArray<Declared>> =>
  Map.groupBy(
    Object.values<HttpApiGroup.Top>(api.groups as never)
      .flatMap((group) =>
        Object.values<HttpApiEndpoint.Top>(group.endpoints as never).map((endpoint) => ({
          group,
          endpoint,
          path: segmentsOf(endpoint.path),
          parameters: endpoint.path.split(":").length
        }))
      )
      // What is said literally comes before parameters.
      .toSorted((a, b) => a.parameters - b.parameters),
    ({ endpoint, path }) => shapeOf(endpoint.method, path)
  )
)

/** Finds an operation. Upper case does not matter; where HEAD is no operation, it is a GET without its answer. */
const find = (api: AnyOptions["api"], method: string, path: ReadonlyArray<string>): Found | undefined => {
  for (const operation of declaredIn(api).get(shapeOf(method, path)) ?? []) {
    const params = paramsOf(operation, path)
    if (params !== undefined) return { operation, params }
  }
  return method === "HEAD" ? find(api, "GET", path) : undefined
}

/** The parameters in a path, if it is one of the operation's. */
const paramsOf = ({ path: declared }: Declared, path: ReadonlyArray<string>): Found["params"] | undefined => {
  const params: Record<string, string> = {}
  for (const [index, name] of declared.entries()) {
    const segment = path[index] ?? ""
    if (name.startsWith(":")) {
      const value = decoded(segment)
      if (value === undefined) return undefined
      params[name.slice(1)] = value
    } else if (name.toLowerCase() !== segment.toLowerCase()) return undefined
  }
  return params
}

const decoded = (segment: string): string | undefined => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

type Answer = Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  never,
  Routed | HttpServerRequest.HttpServerRequest
>

/** What an answer wants to know of the request's URL. */
type Routed = HttpRouter.RouteContext | HttpServerRequest.ParsedSearchParams

const routed = ({ operation: { endpoint }, params }: Found, url: string): Context.Context<Routed> => {
  const { method, path } = endpoint
  const route = HttpRouter.route(method, path as HttpRouter.PathInput, HttpServerResponse.empty())
  return Context.make(HttpRouter.RouteContext, { params, route }).pipe(
    Context.add(
      HttpServerRequest.ParsedSearchParams,
      HttpServerRequest.searchParamsFromURL(new URL(`http://localhost/${/\?[^#]*/.exec(url)?.[0] ?? ""}`))
    )
  )
}

type AnyHandler = (
  call: unknown
) => Effect.Effect<unknown, Refusal, Needs | Caller | HttpServerRequest.HttpServerRequest>

/** Answers an operation with the handler that was given, or by saying that there is none. */
const answerOf = (
  { api, handlers, name, voice }: AnyOptions,
  { endpoint: { identifier }, group }: Declared
): Effect.Effect<Answer, never, GlobusService | Needs> => {
  const given = handlers as { readonly [operation: string]: AnyHandler | undefined }
  const handler: AnyHandler =
    given[identifier] ?? (() => Effect.fail(voice.notSimulated(`${name}.${identifier}`)))
  const answer = (call: unknown) =>
    Effect.catchTag(handler(call), "Refusal", (refusal) => say(voice, refusal))
  // That each handler fits its operation is checked where `Handlers` is asked for. Handlers return documents: nothing is
  // needed of what files and uploads would need.
  return HttpApiBuilder.endpoint(api, group.identifier, identifier as never, answer as never) as never
}

// -----------------------------------------------------------------------------
// tokens
// -----------------------------------------------------------------------------

const guard = (options: AnyOptions, store: Context.Service.Shape<typeof Store>) =>
  GlobusService.of({
    bearer: (handle, { credential, endpoint }) => {
      const operation = endpoint.identifier
      const scopes = Option.getOrElse(Context.getOption(endpoint.annotations, RequiredScopes), () => [])
      const counted = Ref.update(store.activity, (activity) => {
        const key = `${options.name}.${operation}`
        return { ...activity, calls: { ...activity.calls, [key]: (activity.calls[key] ?? 0) + 1 } }
      })
      const tokenUse = Context.getOrElse(endpoint.annotations, TokenUse, () => "required" as const)
      if (tokenUse === "none") return Effect.andThen(counted, Effect.provideService(handle, Caller, nobody))
      return Effect.gen(function* () {
        yield* counted
        const request = yield* HttpServerRequest.HttpServerRequest
        const { params } = yield* HttpRouter.RouteContext
        const caller = yield* store.modify((state, now) => [
          authenticate(options, { credential, now, operation, params, request, scopes, state, tokenUse }),
          state
        ])
        return Result.isFailure(caller)
          ? yield* say(options.voice, caller.failure)
          : yield* Effect.provideService(handle, Caller, caller.success)
      })
    }
  })

/** Whoever uses a token, with the consents that it rests on. */
const callerOf = (token: Tokens.AccessToken): Context.Service.Shape<typeof Caller> => ({
  ...Tokens.partyOf(token),
  grant: token.grant,
  scopes: token.scopes,
  behalf: Tokens.pathsOf(token)[0]?.slice(0, -1)
})

const authenticate = (
  { need, voice, withoutToken }: AnyOptions,
  asked: {
    readonly credential: Redacted.Redacted<string>
    readonly now: number
    readonly operation: string
    readonly params: Readonly<Record<string, string | undefined>>
    readonly request: HttpServerRequest.HttpServerRequest
    readonly scopes: ReadonlyArray<string>
    readonly state: State
    readonly tokenUse: "required" | "optional"
  }
): Result.Result<Context.Service.Shape<typeof Caller>, Refusal> => {
  const { credential, now, operation, params, request, scopes, state, tokenUse } = asked
  const text = Redacted.value(credential)
  if (text === "") {
    return Option.match(withoutToken?.(request, state) ?? Option.none(), {
      onNone: () =>
        tokenUse === "optional"
          ? Result.succeed(nobody)
          : Result.fail(voice.unauthorized("Call must be authenticated")),
      onSome: Result.succeed
    })
  }
  const { anyOf, isFor } = need(operation, scopes, params, state, request)
  // A service does not learn anything about the tokens of others.
  const token = Option.filter(Tokens.active(state.tokens, text, now), ({ resourceServer }) =>
    isFor(resourceServer)
  )
  if (Option.isNone(token)) return Result.fail(voice.unauthorized("Token is not active"))
  const [asksFor] = anyOf
  return asksFor === undefined || anyOf.some((scope) => token.value.scopes.includes(scope))
    ? Result.succeed(callerOf(token.value))
    : Result.fail(voice.missingScope(asksFor))
}

// -----------------------------------------------------------------------------
// refusals
// -----------------------------------------------------------------------------

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/** Names a request as the services do, such as `oUAA6Sq2P`. */
export const requestId: Effect.Effect<string> = Effect.map(
  Effect.replicateEffect(Random.nextIntBetween(0, letters.length - 1), 9),
  (indices) => indices.map((index) => letters[index]).join("")
)

/** Which request is being answered. */
export const at: Effect.Effect<At, never, HttpServerRequest.HttpServerRequest> = Effect.gen(function* () {
  const { url } = yield* HttpServerRequest.HttpServerRequest
  return { requestId: yield* requestId, resource: url.replace(/\?.*$/, "") }
})

/** The response of a refusal. */
export const say = (
  voice: Voice,
  refusal: Refusal
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest> =>
  Effect.map(at, (at) => respond(voice, refusal, at))

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

/** What is answered when a request did not come as far as a handler, or a handler failed. */
const refuse = (
  { invalid, voice }: AnyOptions,
  cause: Cause.Cause<unknown>
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest> =>
  Effect.gen(function* () {
    for (const reason of cause.reasons) {
      if (Cause.isDieReason(reason) && HttpApiSchemaError.is(reason.defect) && isOfRequest(reason.defect)) {
        const [issue] = formatIssue(reason.defect.cause.issue).issues
        const detail = issue?.message ?? "it has another shape"
        const path = (issue?.path ?? []).map((segment) => {
          const key = typeof segment === "object" ? segment.key : segment
          return typeof key === "number" ? key : String(key)
        })
        const part = reason.defect.kind
        const request = yield* HttpServerRequest.HttpServerRequest
        const own = invalid === undefined ? Option.none() : yield* invalid(request, { detail, part, path })
        return yield* say(
          voice,
          Option.getOrElse(own, () => voice.invalid(detail, { part, path }))
        )
      }
    }
    if (Cause.hasInterruptsOnly(cause)) return yield* Effect.interrupt
    // A mistake of the simulator, or a response that does not fit the contract.
    yield* Effect.logError("The simulator failed.", cause)
    return yield* say(voice, voice.broken)
  })

const isOfRequest = ({ kind }: HttpApiSchemaError): boolean => kind !== "Body" && kind !== "ResponseHeaders"

/**
 * How one operation of a Globus service is declared, and what its declaration becomes for users: a function of the
 * path's parameters in their order, then the payload, then the query.
 *
 * ```ts
 * import { Document, EndpointId } from "@effect-globus/sdk/model"
 * import { Operation } from "@effect-globus/sdk/service"
 * import { Schema } from "effect"
 *
 * export const getEndpoint = Operation.get("getEndpoint", "/v0.10/endpoint/:endpoint_id", {
 *   params: { endpoint_id: EndpointId },
 *   success: Document.make({ display_name: Schema.String })
 * })
 *
 * export interface Operations {
 *   readonly getEndpoint: Operation.Operation<typeof getEndpoint>
 * }
 * ```
 */
import type * as Effect from "effect/Effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import type * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import type * as HttpMethod from "effect/http/HttpMethod"
import type { PathInput } from "effect/http/HttpRouter"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import * as Document from "../model/Document.ts"
import type { GlobusError } from "../model/GlobusError.ts"
import type * as Id from "../model/Id.ts"
import { GlobusService, Idempotent, PagingOf, Redirects, RequiredScopes, TokenUse } from "./GlobusService.ts"
import type { Paging } from "./Paging.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What the types below read of an endpoint's declaration. */
export interface Declared extends HttpApiEndpoint.ConstraintRequest {
  readonly path: string
}

/** An endpoint that was declared as paged, with the key of its items. */
export interface DeclaredPaged<Items extends string = string> extends Declared {
  readonly "~Items": Items
}

type ParameterNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? [Name, ...ParameterNames<`/${Rest}`>]
  : Path extends `${string}:${infer Name}`
    ? [Name]
    : []

type ParametersOf<Params, Names extends ReadonlyArray<string>> = {
  [Index in keyof Names]: Names[Index] extends keyof Params ? Id.Input<Params[Names[Index]]> : never
}

type Trailing<Part> = [Part] extends [never] ? [] : {} extends Part ? [part?: Part] : [part: Part]

/** The arguments of an operation: path parameters in order, then the payload if there is one, then the query. */
export type Arguments<E extends Declared> = [
  ...ParametersOf<E["~Params"]["Type"], ParameterNames<E["path"]>>,
  ...([E["~Payload"]["Type"]] extends [never] ? [] : [payload: E["~Payload"]["Type"]]),
  ...Trailing<E["~Query"]["Type"]>
]

/** What an operation answers. */
export type Success<E extends Declared> = E["~Success"]["Type"]

/** An operation, as users call it: one request, and what it answers. */
export type Operation<E extends Declared> = (...args: Arguments<E>) => Effect.Effect<Success<E>, GlobusError>

/** One item of a paged operation. */
export type Item<E extends DeclaredPaged> =
  Success<E> extends { readonly [K in E["~Items"]]?: ReadonlyArray<infer A> } ? A : never

/**
 * A paged operation, as users call it: a `Stream` of items over all pages. `pages` streams whole pages, and `page`
 * makes one request, for programs that keep the place themselves.
 */
export interface Paged<E extends DeclaredPaged> {
  (...args: Arguments<E>): Stream.Stream<Item<E>, GlobusError>
  readonly pages: (...args: Arguments<E>) => Stream.Stream<Success<E>, GlobusError>
  readonly page: Operation<E>
}

/** The function that a declaration becomes. */
export type Callable<E extends Declared> = E extends DeclaredPaged ? Paged<E> : Operation<E>

/** What is particular to an operation. */
export interface Options<
  Params extends Schema.Struct.Fields,
  Query extends Schema.Struct.Fields,
  Payload extends Schema.Top,
  Success extends Schema.Top
> {
  /** The parameters in the path, by name. */
  readonly params?: Params
  /** The parameters in the query that are known; callers may add others. */
  readonly query?: Query
  /** What cannot be right about the query as a whole, such as parameters that exclude each other. Default: nothing. */
  readonly checkQuery?: (query: Document.Document<Query>["Type"]) => Schema.FilterOutput
  readonly payload?: Payload
  readonly success: Success
  /** The scopes that suffice, the one to ask for first. Default: the service's. */
  readonly scopes?: ReadonlyArray<string>
  /** Whether it needs a bearer token. Default: it does. */
  readonly token?: "optional" | "none"
  /** Whether repeating the request is safe, perhaps given its payload. Default: for all verbs but POST and PATCH. */
  readonly idempotent?: boolean | ((payload: Payload["Type"]) => boolean)
  /** Whether it answers where a browser has to go on, so that `success` describes `{ location }`. Default: false. */
  readonly redirects?: boolean
}

type Endpoint<
  Name extends string,
  Method extends HttpMethod.HttpMethod,
  Path extends string,
  Params extends Schema.Struct.Fields,
  Query extends Schema.Struct.Fields,
  Payload extends Schema.Top,
  Success extends Schema.Top
> = HttpApiEndpoint.HttpApiEndpoint<
  Name,
  Method,
  Path,
  [Params] extends [never] ? never : Schema.Struct<Params>,
  [Query] extends [never] ? never : Document.Document<Query>,
  Payload,
  never,
  Success,
  never,
  GlobusService
>

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const queryOf = <Fields extends Schema.Struct.Fields>(
  fields: Fields,
  check: ((query: Document.Document<Fields>["Type"]) => Schema.FilterOutput) | undefined
) => {
  const query = Document.make(fields)
  return check === undefined ? query : query.check(Schema.makeFilter(check))
}

const declare =
  <Method extends HttpMethod.HttpMethod>(method: Method) =>
  <
    const Name extends string,
    const Path extends PathInput,
    const Params extends Schema.Struct.Fields = never,
    const Query extends Schema.Struct.Fields = never,
    Payload extends Schema.Top = never,
    Success extends Schema.Top = typeof HttpApiSchema.NoContent
  >(
    name: Name,
    path: Path,
    options: Options<Params, Query, Payload, Success>
  ): Endpoint<Name, Method, Path, Params, Query, Payload, Success> => {
    // Documents are plain JSON on both sides, so the codecs that HttpApi would derive have nothing to do; and its
    // types do not know queries that keep unknown parameters, hence the one conversion here.
    const make = HttpApiEndpoint.make(method) as unknown as (
      name: string,
      path: string,
      options: Record<string, unknown>
    ) => HttpApiEndpoint.Top
    let endpoint = make(name, path, {
      disableCodecs: true,
      params: options.params,
      query: options.query === undefined ? undefined : queryOf(options.query, options.checkQuery),
      payload: options.payload,
      success: options.success
    }).middleware(GlobusService)
    if (options.scopes !== undefined) endpoint = endpoint.annotate(RequiredScopes, options.scopes)
    if (options.token !== undefined) endpoint = endpoint.annotate(TokenUse, options.token)
    if (options.idempotent !== undefined) endpoint = endpoint.annotate(Idempotent, options.idempotent)
    if (options.redirects !== undefined) endpoint = endpoint.annotate(Redirects, options.redirects)
    return endpoint as unknown as Endpoint<Name, Method, Path, Params, Query, Payload, Success>
  }

/** Declares an operation that reads. */
export const get = declare("GET")

/** Declares an operation that only asks whether something is there: its answer has no body. */
export const head = declare("HEAD")

/** Declares an operation that creates or starts something; it is not repeated unless marked `idempotent`. */
export const post = declare("POST")

/** Declares an operation that replaces something. */
export const put = declare("PUT")

/** Declares an operation that changes a part of something; it is not repeated unless marked `idempotent`. */
export const patch = declare("PATCH")

/** Declares an operation that removes something. */
export const del = declare("DELETE")

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** Declares that the operation is paged in this way. */
export const paged =
  <const Items extends string>(paging: Paging<Items>) =>
  <
    Name extends string,
    Method extends HttpMethod.HttpMethod,
    Path extends string,
    Params extends Schema.Top,
    Query extends Schema.Top,
    Payload extends Schema.Top,
    Success extends Schema.Top
  >(
    endpoint: HttpApiEndpoint.HttpApiEndpoint<
      Name,
      Method,
      Path,
      Params,
      Query,
      Payload,
      never,
      Success,
      never,
      GlobusService
    >
  ) =>
    Object.assign(endpoint.annotate(PagingOf, paging), { "~Items": paging.items })

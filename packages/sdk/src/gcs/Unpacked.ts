/**
 * Operations that answer one document: Globus Connect Server sends it in an envelope, and users get it out of there. The
 * envelope stays within reach for what else it says.
 *
 * ```ts
 * import { GcsClient } from "@effect-globus/sdk/gcs"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const gcs = yield* GcsClient
 *   const { manager_version } = yield* gcs.getInfo()
 *   const { data = [] } = yield* gcs.getInfo.result() // the connectors too
 *   return { manager_version, documents: data.length }
 * })
 * ```
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpApi from "effect/http-api/HttpApi"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import type * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import type * as HttpMethod from "effect/http/HttpMethod"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import { type GlobusError, ResponseError } from "../model/GlobusError.ts"
import type { GlobusService } from "../service/GlobusService.ts"
import type * as Operation from "../service/Operation.ts"
import type * as ServiceClient from "../service/ServiceClient.ts"
import type { ResultDocument } from "./ResultDocument.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** An operation that was declared to answer the document of this name. */
export interface Declared<Name extends string = string> extends Operation.Declared {
  readonly "~Document": Name
}

type Packed<E extends Operation.Declared> =
  Operation.Success<E> extends { readonly data?: ReadonlyArray<infer A> } ? A : never

/** The document that an operation answers. */
export type DocumentOf<E extends Declared> = Extract<
  Packed<E>,
  { readonly DATA_TYPE: `${E["~Document"]}#${string}` }
>

/** An operation that answers a document, as users call it; `result` makes the same request and answers the envelope. */
export interface Unpacked<E extends Declared> {
  (...args: Operation.Arguments<E>): Effect.Effect<DocumentOf<E>, GlobusError>
  readonly result: Operation.Operation<E>
}

/** The function that a declaration becomes. */
export type Callable<E extends Operation.Declared> = E extends Declared ? Unpacked<E> : Operation.Callable<E>

/** The operations of a contract, by name. */
export type Operations<Groups extends HttpApiGroup.Constraint> = {
  readonly [E in Extract<HttpApiGroup.Endpoints<Groups>, Operation.Declared> as E["identifier"]]: Callable<E>
}

/** The name of the document that an operation answers, as it stands before the version in `DATA_TYPE`. */
export class Unpacks extends Context.Service<Unpacks, string>()("@effect-globus/sdk/gcs/Unpacked/Unpacks") {}

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** Declares that an operation answers the document of this name. */
export const unpacks =
  <const Document extends string>(document: Document) =>
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
    Object.assign(endpoint.annotate(Unpacks, document), { "~Document": document })

type Request = (...args: ReadonlyArray<unknown>) => Effect.Effect<ResultDocument, GlobusError>

/** The first document of this name in an envelope. */
const find = (document: string, operation: string) => (result: ResultDocument) => {
  const found = result.data?.find(
    ({ DATA_TYPE }) => Predicate.isString(DATA_TYPE) && DATA_TYPE.startsWith(`${document}#`)
  )
  return found === undefined
    ? Effect.fail(
        new ResponseError({
          service: "gcs",
          operation,
          status: result.http_response_code ?? 200,
          path: "data",
          detail: `there is no ${document} in it`
        })
      )
    : Effect.succeed(found)
}

/** The operations of a contract, those that answer a document unpacked. */
export const unpack = <Id extends string, Groups extends HttpApiGroup.Constraint>(
  api: HttpApi.HttpApi<Id, Groups>,
  operations: ServiceClient.Operations<Groups>
): Operations<Groups> => {
  const unpacked: Record<string, unknown> = { ...operations }
  for (const group of Object.values<HttpApiGroup.Top>(api.groups as never)) {
    for (const endpoint of Object.values<HttpApiEndpoint.Top>(group.endpoints as never)) {
      const document = Context.getOption(endpoint.annotations, Unpacks)
      if (Option.isNone(document)) continue
      const result = unpacked[endpoint.identifier] as Request
      const get = find(document.value, endpoint.identifier)
      unpacked[endpoint.identifier] = Object.assign(
        (...args: ReadonlyArray<unknown>) => Effect.flatMap(result(...args), get),
        { result }
      )
    }
  }
  return unpacked as Operations<Groups>
}

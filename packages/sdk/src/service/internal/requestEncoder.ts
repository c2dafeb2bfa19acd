/** Making a request of an operation's input, as its contract says. */
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as UrlParams from "effect/http/UrlParams"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { InvalidRequest } from "../../model/GlobusError.ts"
import { explain } from "./explain.ts"

/** What an operation is given. */
export interface Input {
  readonly params: Record<string, unknown>
  readonly query: Record<string, unknown>
  readonly payload: unknown
}

export type Encode = (input: Input) => Result.Result<HttpClientRequest.HttpClientRequest, InvalidRequest>

type At = { readonly service: string; readonly operation: string }

/** Encodes one part of the input; what does not fit is named by the part and the place in it. */
export const partEncoder = (schema: Schema.Constraint, part: string, at: At) => {
  const encode = Schema.encodeUnknownResult(schema as unknown as Schema.Encoder<unknown>)
  return (value: unknown): Result.Result<unknown, InvalidRequest> =>
    Result.mapError(encode(value), (error) => {
      const { detail, path } = explain(error)
      return new InvalidRequest({
        ...at,
        field: [part, path].filter((name) => name !== "").join("."),
        detail
      })
    })
}

type EncodeQuery = (query: Record<string, unknown>) => Result.Result<UrlParams.UrlParams, InvalidRequest>

const queryEncoder = (schema: Schema.Top | undefined, at: At): EncodeQuery => {
  if (schema === undefined) return () => Result.succeed(UrlParams.empty)
  const encode = partEncoder(schema, "query", at)
  return (query) => Result.map(encode(query), (encoded) => UrlParams.fromInput(encoded as UrlParams.Input))
}

type EncodePayload = (payload: unknown) => Result.Result<HttpBody.HttpBody, InvalidRequest>

const payloadEncoder = (payloads: HttpApiEndpoint.PayloadMap, at: At): EncodePayload => {
  const [payload] = payloads.values()
  if (payload === undefined) return () => Result.succeed(HttpBody.empty)
  const { contentType, _tag: kind } = payload.encoding
  const encode = partEncoder(Schema.Union(payload.schemas), "payload", at)
  return (value) =>
    Result.flatMap(encode(value), (encoded) =>
      Result.try({
        try: () =>
          kind === "FormUrlEncoded"
            ? HttpBody.urlParams(UrlParams.fromInput(encoded as UrlParams.Input), contentType)
            : HttpBody.text(JSON.stringify(encoded), contentType),
        catch: (cause) =>
          new InvalidRequest({
            ...at,
            field: "payload",
            detail: `It cannot be written as JSON: ${String(cause)}`
          })
      })
    )
}

/** Why a value cannot be a segment of a path, if it cannot. */
const problemOf = (segment: string): string | undefined => {
  // A path is normalized before it is sent, so that these would lead to another resource (RFC 3986 §5.2.4).
  if (["", ".", ".."].includes(segment)) return `Expected an id, got ${JSON.stringify(segment)}`
  return segment.isWellFormed() ? undefined : "Expected Unicode text, got half of a surrogate pair"
}

/** Literal text, and the names of parameters between it. */
const pathEncoder = (path: string, schema: Schema.Top | undefined, at: At) => {
  const pieces = path.split(/:(\w+)/)
  if (schema === undefined) return () => Result.succeed(path)
  const encode = partEncoder(schema, "", at)
  return (params: Record<string, unknown>): Result.Result<string, InvalidRequest> =>
    Result.flatMap(encode(params), (encoded) => {
      const values = encoded as Record<string, string | number>
      let text = ""
      for (const [index, piece] of pieces.entries()) {
        if (index % 2 === 0) {
          text += piece
          continue
        }
        const segment = String(values[piece])
        const detail = problemOf(segment)
        if (detail !== undefined) return Result.fail(new InvalidRequest({ ...at, field: piece, detail }))
        text += encodeURIComponent(segment)
      }
      return Result.succeed(text)
    })
}

/** The encoder of an operation's requests, all of which have these headers. */
export const make = (
  endpoint: HttpApiEndpoint.Top,
  at: At,
  options: { readonly baseUrl: string; readonly headers: Record<string, string> }
): Encode => {
  const baseUrl = options.baseUrl.replace(/\/$/, "")
  const empty = HttpClientRequest.make(endpoint.method)(baseUrl, { headers: options.headers })
  const encodePath = pathEncoder(endpoint.path, endpoint.params, at)
  const encodeQuery = queryEncoder(endpoint.query, at)
  const encodePayload = payloadEncoder(endpoint.payload, at)
  return ({ params, payload, query }) => {
    const path = encodePath(params)
    if (Result.isFailure(path)) return Result.fail(path.failure)
    const body = encodePayload(payload)
    if (Result.isFailure(body)) return Result.fail(body.failure)
    return Result.map(encodeQuery(query), (urlParams) => {
      const request = HttpClientRequest.setUrl(empty, `${baseUrl}${path.success}`)
      const asking =
        urlParams.params.length === 0 ? request : HttpClientRequest.setUrlParams(request, urlParams)
      return body.success._tag === "Empty" ? asking : HttpClientRequest.setBody(asking, body.success)
    })
  }
}

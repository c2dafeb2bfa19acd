/** Reading what a service answered, as what its contract says. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { ResponseError } from "../../model/GlobusError.ts"
import { Redirects } from "../GlobusService.ts"
import type { Answer } from "../Transport.ts"
import { explain } from "./explain.ts"
import * as KnownFields from "./knownFields.ts"

export type Decode = (answer: Answer) => Effect.Effect<unknown, ResponseError>

/** The decoder of an operation's responses. */
export const make = (
  endpoint: HttpApiEndpoint.Top,
  at: { readonly service: string; readonly operation: string }
): Decode => {
  const [success = HttpApiSchema.NoContent] = endpoint.success
  if (HttpApiSchema.isNoContent(success.ast)) return () => Effect.void
  const decode = Schema.decodeUnknownResult(success as Schema.Decoder<unknown>)
  const isAsItIs = Option.match(KnownFields.make(success.ast), {
    onNone: () => () => false,
    onSome: (ast): ((body: unknown) => boolean) => Schema.is(Schema.make(ast))
  })
  const redirects = Context.getOrElse(endpoint.annotations, Redirects, () => false)

  return ({ response, text }) => {
    const fail = (path: string, detail: string, requestId: Record<string, string> = {}) =>
      Effect.fail(new ResponseError({ ...at, status: response.status, path, detail, ...requestId }))
    const parsed = redirects
      ? Result.succeed({ location: response.headers["location"] })
      : Result.try(() => JSON.parse(text) as unknown)
    if (Result.isFailure(parsed)) {
      const contentType = response.headers["content-type"] ?? "no content type"
      return fail(
        "",
        text === "" ? "it is empty" : `it is not JSON (${contentType}, ${text.length} characters)`
      )
    }
    const body = parsed.success
    if (isAsItIs(body)) return Effect.succeed(body)
    const decoded = decode(body)
    if (Result.isSuccess(decoded)) return Effect.succeed(decoded.success)
    const { detail, path } = explain(decoded.failure)
    const named = Predicate.hasProperty(body, "request_id") && Predicate.isString(body.request_id)
    return fail(path, detail, named ? { requestId: String(body.request_id) } : {})
  }
}

/** A network that answers everything in the same way and keeps what was sent. */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Environment from "../../../src/model/Environment.ts"
import { Authorizer } from "../../../src/service/Authorizer.ts"
import { Transport } from "../../../src/service/Transport.ts"

/** A request as the reference writes it down. */
export const Request = Schema.Struct({
  method: Schema.String,
  host: Schema.String,
  path: Schema.String,
  query: Schema.Array(Schema.Tuple([Schema.String, Schema.String])),
  json: Schema.optionalKey(Schema.Unknown),
  form: Schema.optionalKey(Schema.Array(Schema.Tuple([Schema.String, Schema.String]))),
  text: Schema.optionalKey(Schema.String)
})
export type Request = typeof Request.Type

type Pairs = ReadonlyArray<readonly [string, string]>

const sorted = (pairs: Pairs): Pairs =>
  pairs
    .map(([name, value]) => [name, value] as const)
    .toSorted((a, b) => (a.join("\0") < b.join("\0") ? -1 : 1))

const isTruth = (value: string): boolean => /^(true|false)$/i.test(value)

/** The request in a form in which equal ones look equal: parameters have no order, and truth has no case. */
export const normalize = (request: Request): Request => ({
  ...request,
  query: sorted(
    request.query.map(([name, value]) => [name, isTruth(value) ? value.toLowerCase() : value] as const)
  ).map(([name, value]) => [name, value]),
  ...(request.form === undefined ? {} : { form: sorted(request.form).map(([name, value]) => [name, value]) })
})

const decoder = new TextDecoder()

/** A network that answers what `answer` says; `sent` grows with each request. */
export const make = (
  answer: (request: Request) => {
    readonly status: number
    readonly body: unknown
    readonly contentType?: string
  }
) => {
  const sent: Array<Request> = []
  const client = HttpClient.make((request, url) =>
    Effect.sync(() => {
      const text = request.body._tag === "Uint8Array" ? decoder.decode(request.body.body) : ""
      const contentType = request.body._tag === "Uint8Array" ? request.body.contentType : ""
      const body =
        text === ""
          ? {}
          : contentType.includes("json")
            ? { json: JSON.parse(text) as unknown }
            : contentType.includes("form")
              ? { form: Array.from(new URLSearchParams(text)) }
              : { text }
      const each = normalize({
        method: request.method,
        host: url.host,
        path: decodeURIComponent(url.pathname),
        query: Array.from(url.searchParams),
        ...body
      })
      sent.push(each)
      const answered = answer(each)
      return HttpClientResponse.fromWeb(
        request,
        new Response(JSON.stringify(answered.body), {
          status: answered.status,
          headers: { "content-type": answered.contentType ?? "application/json" }
        })
      )
    })
  )
  const transport = Transport.layerWith({ environment: Environment.production, retries: 0 }).pipe(
    Layer.provide(Layer.succeed(HttpClient.HttpClient, client))
  )
  return {
    sent,
    layer: Layer.merge(transport, Authorizer.layerAccessToken(Redacted.make("token", { label: "token" })))
  }
}

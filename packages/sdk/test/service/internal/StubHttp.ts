/** An `HttpClient` without sockets, which keeps what was sent and answers as it is told to. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"

/** A request as it left. */
export interface Sent {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** The text of the body, empty if there is none. */
  readonly body: string
  /** When it was sent, in milliseconds of the test's clock. */
  readonly at: number
}

/** What comes back: a response, a failure of the network by its code, or whatever an effect says. */
export type Answer = Response | NetworkFailure | Effect.Effect<Response>

/** A failure of the network, with the code that Node gives it. */
export interface NetworkFailure {
  readonly code: string
}

const decoder = new TextDecoder()

const bodyOf = (request: HttpClientRequest.HttpClientRequest): string =>
  request.body._tag === "Uint8Array" ? decoder.decode(request.body.body) : ""

/** A client that answers each request with what `answer` says; `sent` grows with each. */
export const make = (answer: (sent: Sent, index: number) => Answer) => {
  const sent: Array<Sent> = []
  const client = HttpClient.make((request, url) =>
    Effect.gen(function* () {
      const each: Sent = {
        method: request.method,
        url,
        headers: { ...request.headers },
        body: bodyOf(request),
        at: yield* Clock.currentTimeMillis
      }
      sent.push(each)
      // A client that never stops asking fails its test instead of hanging it.
      if (sent.length > 20_000) return yield* Effect.die(new Error(`${sent.length} requests`))
      const answered = answer(each, sent.length - 1)
      if (Effect.isEffect(answered)) return HttpClientResponse.fromWeb(request, yield* answered)
      if (answered instanceof Response) return HttpClientResponse.fromWeb(request, answered)
      const cause = Object.assign(new Error(`failed with ${answered.code}`), { code: answered.code })
      return yield* new HttpClientError.HttpClientError({
        reason: new HttpClientError.TransportError({
          request,
          cause: new TypeError("fetch failed", { cause })
        })
      })
    })
  )
  return { sent, layer: Layer.succeed(HttpClient.HttpClient, client) }
}

/** A JSON response. */
export const json = (
  body: unknown,
  init: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {}
): Response =>
  new Response(JSON.stringify(body), {
    ...init,
    headers: { "content-type": "application/json", ...init.headers }
  })

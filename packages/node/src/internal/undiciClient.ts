/**
 * Requests for documents over undici, at little more than what undici takes. Effect's client over the same connections
 * makes an `AbortController`, a stream and memoized effects for each request: a third of the time of one whose service is
 * near. It still does whatever is more: files, uploads of streams, forms, changes of protocol, and spans.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type * as Undici from "@effect/platform-node/Undici"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Cookies from "effect/http/Cookies"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as Url from "effect/http/Url"
import * as UrlParams from "effect/http/UrlParams"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import { type Pipeable, pipeArguments } from "effect/Pipeable"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"

type ReceivedHeaders = Parameters<NonNullable<Undici.Dispatcher.DispatchHandler["onResponseStart"]>>[2]

const decoder = new TextDecoder()

/** A document that has arrived. */
class DocumentResponse extends Inspectable.Class implements HttpClientResponse.HttpClientResponse, Pipeable {
  readonly [HttpIncomingMessage.TypeId]: typeof HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: typeof HttpClientResponse.TypeId
  readonly request: HttpClientRequest
  readonly url: string
  readonly status: number
  readonly statusText = undefined
  readonly remoteAddress = Option.none<string>()
  readonly #headers: ReceivedHeaders
  readonly #bytes: Uint8Array<ArrayBuffer>

  constructor(request: HttpClientRequest, url: URL, received: Received) {
    super()
    this[HttpIncomingMessage.TypeId] = HttpIncomingMessage.TypeId
    this[HttpClientResponse.TypeId] = HttpClientResponse.TypeId
    this.request = request
    this.url = url.hash === "" ? url.href : url.href.slice(0, -url.hash.length)
    this.status = received.status
    this.#headers = received.headers
    this.#bytes = received.bytes
  }

  get headers() {
    return Headers.fromInput(this.#headers)
  }

  get cookies() {
    return Cookies.fromSetCookie(this.#headers["set-cookie"] ?? [])
  }

  get text() {
    return Effect.sync(() => decoder.decode(this.#bytes))
  }

  get json(): Effect.Effect<Schema.Json, HttpClientError.HttpClientError> {
    return Effect.flatMap(this.text, (text) =>
      Effect.try({
        try: () => (text === "" ? null : (JSON.parse(text) as Schema.Json)),
        catch: (cause) => this.#undecodable(cause)
      })
    )
  }

  get arrayBuffer() {
    return Effect.sync(() => Uint8Array.from(this.#bytes).buffer)
  }

  get stream() {
    return Stream.make(this.#bytes)
  }

  get urlParamsBody() {
    // Unlike in an address, a question mark at the beginning of a form is a part of it.
    return Effect.map(this.text, (text) =>
      UrlParams.fromInput(new URLSearchParams(text.replace(/^\?/, "%3F")))
    )
  }

  get formData() {
    return Effect.tryPromise({
      try: () => new Response(this.#bytes, { headers: this.headers }).formData(),
      catch: (cause) => this.#undecodable(cause)
    })
  }

  get upgrade(): Effect.Effect<never, HttpClientError.HttpClientError> {
    return Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.StatusCodeError({
          request: this.request,
          response: this,
          description: "expected 101 Switching Protocols"
        })
      })
    )
  }

  #undecodable(cause: unknown): HttpClientError.HttpClientError {
    return new HttpClientError.HttpClientError({
      reason: new HttpClientError.DecodeError({ request: this.request, response: this, cause })
    })
  }

  toJSON(): unknown {
    return HttpIncomingMessage.inspect(this, {
      _id: "effect/http/HttpClientResponse",
      request: this.request.toJSON(),
      status: this.status
    })
  }

  pipe() {
    return pipeArguments(this, arguments)
  }
}

/** What came, when all of it has come. */
interface Received {
  readonly status: number
  readonly headers: ReceivedHeaders
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Collects what comes, and tells once that all of it has come, or why not. */
class Receiver implements Undici.Dispatcher.DispatchHandler {
  readonly #done: (received: Result.Result<Received, unknown>) => void
  readonly #chunks: Array<Buffer<ArrayBuffer>> = []
  #status = 0
  #headers: ReceivedHeaders = {}
  #controller: Undici.Dispatcher.DispatchController | undefined
  #isGivenUp = false

  constructor(done: (received: Result.Result<Received, unknown>) => void) {
    this.#done = done
  }

  /** Hangs up, as soon as there is a connection. */
  giveUp() {
    this.#isGivenUp = true
    this.#controller?.abort(new Error("The request was interrupted"))
  }

  onRequestStart(controller: Undici.Dispatcher.DispatchController) {
    this.#controller = controller
    if (this.#isGivenUp) this.giveUp()
  }

  onResponseStart(_: unknown, status: number, headers: ReceivedHeaders) {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_: unknown, chunk: Buffer<ArrayBuffer>) {
    this.#chunks.push(chunk)
  }

  onResponseEnd() {
    const [first, ...others] = this.#chunks
    const bytes = first !== undefined && others.length === 0 ? first : Buffer.concat(this.#chunks)
    this.#done(Result.succeed({ status: this.#status, headers: this.#headers, bytes }))
  }

  onResponseError(_: unknown, cause: Error) {
    this.#done(Result.fail(cause))
  }
}

/** What is sent, if the request is for nothing but a document, can be sent as it is, and nobody wants a span of it. */
const plainBody = (
  request: HttpClientRequest,
  fiber: Fiber.Fiber<unknown, unknown>
): Option.Option<Uint8Array | null> => {
  const { body, headers } = request
  const isTraced =
    !fiber.getRef(Tracer.DisablePropagation) && !fiber.getRef(HttpClient.TracerDisabledWhen)(request)
  if (isTraced || headers["accept"] !== "application/json" || headers["upgrade"] !== undefined) {
    return Option.none()
  }
  if (body._tag === "Empty") return Option.some(null)
  return body._tag === "Uint8Array" ? Option.some(body.body) : Option.none()
}

const send = (
  dispatcher: Undici.Dispatcher,
  request: HttpClientRequest,
  body: Uint8Array | null
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError> => {
  const made = Url.make(request.url, request.urlParams, undefined)
  if (Result.isFailure(made)) {
    const reason = new HttpClientError.InvalidUrlError({ request, cause: made.failure })
    return Effect.fail(new HttpClientError.HttpClientError({ reason }))
  }
  const url = made.success
  return Effect.callback((resume) => {
    const done = (received: Result.Result<Received, unknown>) => {
      if (Result.isSuccess(received)) {
        return resume(Effect.succeed(new DocumentResponse(request, url, received.success)))
      }
      const reason = new HttpClientError.TransportError({ request, cause: received.failure })
      resume(Effect.fail(new HttpClientError.HttpClientError({ reason })))
    }
    const receiver = new Receiver(done)
    try {
      dispatcher.dispatch(
        {
          method: request.method,
          headers: request.headers,
          origin: url.origin,
          path: url.pathname + url.search,
          body,
          // How long to wait is for the caller to say.
          headersTimeout: 0,
          bodyTimeout: 0
        },
        receiver
      )
    } catch (cause) {
      done(Result.fail(cause))
    }
    return Effect.sync(() => receiver.giveUp())
  })
}

/** A client over these connections. */
export const make = (dispatcher: Undici.Dispatcher): Effect.Effect<HttpClient.HttpClient> =>
  Effect.map(
    Effect.provideService(NodeHttpClient.makeUndici, NodeHttpClient.Dispatcher, dispatcher),
    (client) =>
      HttpClient.makeWith(
        (request: Effect.Effect<HttpClientRequest, HttpClientError.HttpClientError>) =>
          Effect.flatMap(request, (request) =>
            Effect.withFiber((fiber) =>
              Option.match(plainBody(request, fiber), {
                onNone: () => client.execute(request),
                onSome: (body) => send(dispatcher, request, body)
              })
            )
          ),
        Effect.succeed
      )
  )

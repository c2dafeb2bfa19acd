/**
 * Requests over undici, at little more than what undici takes. Effect's client over the same connections makes an
 * `AbortController` and two memoized effects for each request: a sixth of the time of one whose service is near. It
 * still does whatever is more than a plain request: uploads of streams, forms, changes of protocol, and spans.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeStream from "@effect/platform-node/NodeStream"
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
import type * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import { EventEmitter } from "node:events"

type Answer = Undici.Dispatcher.ResponseData

/** Lets go of connections whose answers nobody has read, once nobody can. */
const unread = new FinalizationRegistry((body: Answer["body"]) => body.destroy())

const ignore = () => {}

/** An answer whose body is read once, however often it is asked for. */
class Response extends Inspectable.Class implements HttpClientResponse.HttpClientResponse, Pipeable {
  readonly [HttpIncomingMessage.TypeId]: typeof HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: typeof HttpClientResponse.TypeId
  readonly request: HttpClientRequest
  readonly url: string
  readonly #answer: Answer
  #text: Promise<string> | undefined
  #bytes: Promise<ArrayBuffer> | undefined

  constructor(request: HttpClientRequest, url: URL, answer: Answer) {
    super()
    this[HttpIncomingMessage.TypeId] = HttpIncomingMessage.TypeId
    this[HttpClientResponse.TypeId] = HttpClientResponse.TypeId
    this.request = request
    this.url = url.hash === "" ? url.href : url.href.slice(0, -url.hash.length)
    this.#answer = answer
    // Whoever reads the body is told that it broke off; nobody else needs to be.
    answer.body.on("error", ignore)
    unread.register(this, answer.body, this)
  }

  get status() {
    return this.#answer.statusCode
  }

  get statusText() {
    return undefined
  }

  get headers() {
    return Headers.fromInput(this.#answer.headers)
  }

  get cookies() {
    return Cookies.fromSetCookie(this.#answer.headers["set-cookie"] ?? [])
  }

  get remoteAddress() {
    return Option.none<string>()
  }

  get text(): Effect.Effect<string, HttpClientError.HttpClientError> {
    return this.#read(
      (body) => (this.#text ??= this.#bytes?.then((bytes) => new TextDecoder().decode(bytes)) ?? body.text())
    )
  }

  get arrayBuffer(): Effect.Effect<ArrayBuffer, HttpClientError.HttpClientError> {
    return this.#read(
      (body) =>
        (this.#bytes ??=
          this.#text?.then((text) => new TextEncoder().encode(text).buffer) ?? body.arrayBuffer())
    )
  }

  get json(): Effect.Effect<Schema.Json, HttpClientError.HttpClientError> {
    return Effect.flatMap(this.text, (text) =>
      Effect.try({
        try: () => (text === "" ? null : (JSON.parse(text) as Schema.Json)),
        catch: (cause) => this.#undecodable(cause)
      })
    )
  }

  get urlParamsBody(): Effect.Effect<UrlParams.UrlParams, HttpClientError.HttpClientError> {
    // Unlike in an address, a question mark at the beginning of a form is a part of it.
    return Effect.map(this.text, (text) =>
      UrlParams.fromInput(new URLSearchParams(text.replace(/^\?/, "%3F")))
    )
  }

  get formData(): Effect.Effect<FormData, HttpClientError.HttpClientError> {
    return Effect.flatMap(this.arrayBuffer, (bytes) =>
      this.#read(() => new globalThis.Response(bytes, { headers: this.headers }).formData())
    )
  }

  get stream(): Stream.Stream<Uint8Array, HttpClientError.HttpClientError> {
    return NodeStream.fromReadable<Uint8Array, HttpClientError.HttpClientError>({
      evaluate: () => {
        unread.unregister(this)
        return this.#answer.body
      },
      onError: (cause) => this.#undecodable(cause)
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

  #read<A>(read: (body: Answer["body"]) => Promise<A>): Effect.Effect<A, HttpClientError.HttpClientError> {
    return Effect.callback((resume) => {
      const { body } = this.#answer
      unread.unregister(this)
      read(body).then(
        (value) => resume(Effect.succeed(value)),
        (cause: unknown) => resume(Effect.fail(this.#undecodable(cause)))
      )
      return Effect.sync(() => body.destroy())
    })
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

/** What is sent, if the request is one that undici can be given as it is, and that nobody wants a span of. */
const plainBody = (
  request: HttpClientRequest,
  fiber: Fiber.Fiber<unknown, unknown>
): Option.Option<Uint8Array | null> => {
  const isTraced =
    !fiber.getRef(Tracer.DisablePropagation) && !fiber.getRef(HttpClient.TracerDisabledWhen)(request)
  if (isTraced || request.headers["upgrade"] !== undefined) return Option.none()
  const { body } = request
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
    const signal = new EventEmitter()
    dispatcher.request(
      {
        method: request.method,
        headers: request.headers,
        origin: url.origin,
        path: url.pathname + url.search,
        body,
        signal,
        // How long to wait is for the caller to say.
        headersTimeout: 0,
        bodyTimeout: 0
      },
      (cause, answer) =>
        resume(
          cause === null
            ? Effect.succeed(new Response(request, url, answer))
            : Effect.fail(
                new HttpClientError.HttpClientError({
                  reason: new HttpClientError.TransportError({ request, cause })
                })
              )
        )
    )
    return Effect.sync(() => signal.emit("abort"))
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

/** The client of `NodeGlobus.layerHttpClient` does what Effect's own does, by whichever way a request goes. */
import { NodeGlobus } from "@effect-globus/node"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Schema, type Scope, Stream, Tracer } from "effect"
import { HttpBody, HttpClient, HttpClientRequest, HttpClientResponse, UrlParams } from "effect/http"
import * as Http from "node:http"
import type { AddressInfo } from "node:net"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

setFlagsFromString("--expose-gc")
const collectGarbage = runInNewContext("gc") as () => void

/** The address of a server that answers in this way. */
const serve = (
  handle: (request: Http.IncomingMessage, response: Http.ServerResponse) => void
): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<Http.Server>((resume) => {
      const http = Http.createServer(handle)
      http.listen(0, "127.0.0.1", () => resume(Effect.succeed(http)))
    }),
    (http) =>
      Effect.callback<void>((resume) => {
        http.close(() => resume(Effect.void))
        http.closeAllConnections()
      })
  ).pipe(Effect.map((http) => `http://127.0.0.1:${(http.address() as AddressInfo).port}`))

const Echo = Schema.Struct({
  method: Schema.String,
  url: Schema.String,
  headers: Schema.Record(Schema.String, Schema.String),
  body: Schema.String
})

/** Answers with what it was asked. */
const echo = serve((request, response) => {
  const chunks: Array<Buffer> = []
  request.on("data", (chunk: Buffer) => chunks.push(chunk))
  request.on("end", () => {
    response.writeHead(200, { "content-type": "application/json", "set-cookie": ["a=b", "c=d"] })
    response.end(
      JSON.stringify({
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: Buffer.concat(chunks).toString()
      })
    )
  })
})

const answer = (body: string | Uint8Array, contentType = "text/plain", status = 200) =>
  serve((_, response) => response.writeHead(status, { "content-type": contentType }).end(body))

const readEcho = (response: HttpClientResponse.HttpClientResponse) =>
  HttpClientResponse.schemaBodyJson(Echo)(response)

const reasonOf = <A, R>(effect: Effect.Effect<A, unknown, R>) =>
  Effect.map(Effect.flip(effect), (error) =>
    error instanceof Error && "reason" in error ? (error.reason as { readonly _tag: string })._tag : error
  )

/** Requests of the SDK make no spans of their own unless a program has a tracer. */
const withoutSpans = Effect.provideService(HttpClient.TracerDisabledWhen, () => true)

type Run = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

const asIs: Run = (effect) => effect

const nodeGlobus = Layer.orDie(NodeGlobus.layerHttpClient)

/** What asks for nothing but documents is not told of an answer before all of it is there. */
const forDocuments = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(HttpClient.HttpClient, HttpClient.mapRequest(HttpClientRequest.acceptJson))
).pipe(Layer.provide(nodeGlobus))

const ways: ReadonlyArray<{
  readonly name: string
  readonly client: Layer.Layer<HttpClient.HttpClient>
  readonly run: Run
  readonly isWhole?: true
}> = [
  { name: "of NodeGlobus, for documents", client: forDocuments, run: withoutSpans, isWhole: true },
  { name: "of NodeGlobus, for documents, with spans", client: forDocuments, run: asIs },
  { name: "of NodeGlobus, for anything", client: nodeGlobus, run: withoutSpans },
  { name: "of Effect", client: NodeHttpClient.layerUndici, run: withoutSpans }
]

describe.each(ways)("the client $name", ({ client, isWhole = false, run }) => {
  const live = (
    name: string,
    test: () => Effect.Effect<void, unknown, HttpClient.HttpClient | Scope.Scope>
  ) => it.live(name, () => test().pipe(run, Effect.provide(client)))

  live("carries method, query, headers and body there, and the answer back", () =>
    Effect.gen(function* () {
      const url = yield* echo
      const response = yield* HttpClientRequest.post(`${url}/a%20b?x=1#here`, {
        headers: { "X-A": "b" }
      }).pipe(
        HttpClientRequest.setUrlParams({ y: "ä&=", z: ["1", "2"] }),
        HttpClientRequest.setBody(HttpBody.text('{"n":1}', "application/json")),
        HttpClient.execute
      )
      const sent = yield* readEcho(response)
      assert.deepStrictEqual(
        [sent.method, sent.url, sent.body, sent.headers["x-a"], sent.headers["content-type"]],
        ["POST", "/a%20b?x=1&y=%C3%A4%26%3D&z=1&z=2", '{"n":1}', "b", "application/json"]
      )
      assert.strictEqual(response.status, 200)
      assert.strictEqual(response.headers["content-type"], "application/json")
      assert.deepStrictEqual(Object.keys(response.cookies.cookies), ["a", "c"])
      assert.strictEqual(response.url, `${url}/a%20b?x=1&y=%C3%A4%26%3D&z=1&z=2`)
    })
  )

  live("uploads a stream and a form", () =>
    Effect.gen(function* () {
      const url = yield* echo
      const chunks = Stream.make("one ", "two").pipe(Stream.encodeText)
      const streamed = yield* Effect.flatMap(
        HttpClient.execute(HttpClientRequest.bodyStream(HttpClientRequest.put(url), chunks)),
        readEcho
      )
      assert.deepStrictEqual([streamed.method, streamed.body], ["PUT", "one two"])
      const form = new FormData()
      form.append("field", "value")
      const posted = yield* Effect.flatMap(
        HttpClient.execute(HttpClientRequest.bodyFormData(HttpClientRequest.post(url), form)),
        readEcho
      )
      assert.include(posted.headers["content-type"], "multipart/form-data; boundary=")
      assert.include(posted.body, 'name="field"')
    })
  )

  live("a body can be read in each form, and again", () =>
    Effect.gen(function* () {
      const url = yield* answer('{"a":"ä"}', "application/json")
      for (const first of ["text", "arrayBuffer", "json"] as const) {
        const response = yield* HttpClient.get(url)
        yield* response[first]
        for (let time = 0; time < 2; time++) {
          assert.strictEqual(yield* response.text, '{"a":"ä"}')
          assert.strictEqual(new TextDecoder().decode(yield* response.arrayBuffer), '{"a":"ä"}')
          assert.deepStrictEqual(yield* response.json, { a: "ä" })
        }
      }
    })
  )

  live("a form, and the fields of a query, can be read", () =>
    Effect.gen(function* () {
      const fields = yield* Effect.flatMap(
        HttpClient.get(yield* answer("?a=b&c=%20")),
        (_) => _.urlParamsBody
      )
      assert.deepStrictEqual(UrlParams.toRecord(fields), { "?a": "b", c: " " })
      const form = yield* Effect.flatMap(
        HttpClient.get(yield* answer("a=b", "application/x-www-form-urlencoded")),
        (_) => _.formData
      )
      assert.strictEqual(form.get("a"), "b")
    })
  )

  live("a body arrives as a stream", () =>
    Effect.gen(function* () {
      const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index & 0xff)
      const response = yield* HttpClient.get(yield* answer(bytes, "application/octet-stream"))
      const pieces = yield* Stream.runCollect(response.stream)
      if (!isWhole) assert.isAbove(pieces.length, 1)
      assert.isTrue(Buffer.concat(pieces).equals(bytes))
    })
  )

  live("an empty body is no text and null", () =>
    Effect.gen(function* () {
      const response = yield* HttpClient.get(yield* answer("", "application/json"))
      assert.strictEqual(yield* response.text, "")
      assert.isNull(yield* response.json)
    })
  )

  live("a mark of byte order is no part of a text", () =>
    Effect.gen(function* () {
      const response = yield* HttpClient.get(yield* answer("\uFEFFä"))
      assert.strictEqual(yield* response.text, "ä")
    })
  )

  live("a refusal is an answer, and a redirect is not followed", () =>
    Effect.gen(function* () {
      for (const status of [303, 404, 500]) {
        const response = yield* HttpClient.get(yield* answer("no", "text/plain", status))
        assert.deepStrictEqual([response.status, yield* response.text], [status, "no"])
      }
    })
  )

  live("what goes wrong is told by where it did", () =>
    Effect.gen(function* () {
      const broken = yield* serve((request, response) => {
        response.writeHead(200, { "content-length": "100" })
        response.write("{", () => request.socket.destroy())
      })
      const silent = yield* serve((request) => request.socket.destroy())
      const notJson = yield* answer("<p>")
      assert.strictEqual(yield* reasonOf(HttpClient.get("http://[")), "InvalidUrlError")
      assert.strictEqual(yield* reasonOf(HttpClient.get(silent)), "TransportError")
      assert.strictEqual(
        yield* reasonOf(Effect.flatMap(HttpClient.get(broken), (_) => _.text)),
        isWhole ? "TransportError" : "DecodeError"
      )
      assert.strictEqual(
        yield* reasonOf(Effect.flatMap(HttpClient.get(broken), (_) => Stream.runDrain(_.stream))),
        isWhole ? "TransportError" : "DecodeError"
      )
      assert.strictEqual(
        yield* reasonOf(Effect.flatMap(HttpClient.get(notJson), (_) => _.json)),
        "DecodeError"
      )
      assert.strictEqual(
        yield* reasonOf(Effect.flatMap(HttpClient.get(notJson), (_) => _.upgrade)),
        "StatusCodeError"
      )
    })
  )

  for (const when of ["before the answer", "in its body"]) {
    live(`an interruption ${when} closes the connection`, () =>
      Effect.gen(function* () {
        const arrived = yield* Deferred.make<void>()
        const closed = yield* Deferred.make<void>()
        const url = yield* serve((request, response) => {
          request.socket.once("close", () => Deferred.doneUnsafe(closed, Effect.void))
          const here = () => Deferred.doneUnsafe(arrived, Effect.void)
          if (when === "before the answer") here()
          else response.writeHead(200).write("some", () => isWhole && here())
        })
        const read = Effect.flatMap(HttpClient.get(url), (response) => {
          Deferred.doneUnsafe(arrived, Effect.void)
          return response.text
        })
        const fiber = yield* Effect.forkChild(read)
        yield* Deferred.await(arrived)
        yield* Effect.yieldNow
        yield* Fiber.interrupt(fiber)
        yield* Deferred.await(closed)
      })
    )
  }

  if (!isWhole)
    live("an answer that nobody reads holds no connection", () =>
      Effect.gen(function* () {
        const closed = yield* Deferred.make<void>()
        const url = yield* serve((request, response) => {
          request.socket.once("close", () => Deferred.doneUnsafe(closed, Effect.void))
          response.writeHead(200).write("some")
        })
        yield* Effect.asVoid(HttpClient.get(url))
        const collected = Effect.suspend(() => {
          collectGarbage()
          return Deferred.isDone(closed)
        })
        yield* collected.pipe(
          Effect.delay("10 millis"),
          Effect.repeat({ until: (isDone) => isDone }),
          Effect.timeout("10 seconds")
        )
      })
    )

  live("secrets of a request are not shown by its answer", () =>
    Effect.gen(function* () {
      const response = yield* HttpClient.get(yield* answer("ok"), {
        headers: { authorization: "Bearer canary" }
      })
      assert.notInclude(JSON.stringify(response), "canary")
      assert.notInclude(String(response), "canary")
    })
  )
})

it.live("a program that has a tracer sees each request as a span", () =>
  Effect.gen(function* () {
    const spans: Array<string> = []
    const tracer = Tracer.make({
      span: (options) => {
        spans.push(options.name)
        return new Tracer.NativeSpan(options)
      }
    })
    yield* Effect.flatMap(HttpClient.get(yield* answer("ok")), (_) => _.text).pipe(Effect.withTracer(tracer))
    assert.deepStrictEqual(spans, ["GET"])
  }).pipe(Effect.provide(Layer.orDie(NodeGlobus.layerHttpClient)))
)

it.live("a request that is given up before there is a connection for it is not sent", () =>
  Effect.gen(function* () {
    const waiting: Array<Http.ServerResponse> = []
    const isFull = yield* Deferred.make<void>()
    const seen: Array<string | undefined> = []
    const url = yield* serve((request, response) => {
      seen.push(request.url)
      waiting.push(response)
      if (waiting.length === 64) Deferred.doneUnsafe(isFull, Effect.void)
      if (waiting.length > 64) response.end("late")
    })
    const first = yield* Effect.forkChild(
      Effect.forEach(Array.from({ length: 64 }), () => HttpClient.get(`${url}/first`), {
        concurrency: "unbounded"
      })
    )
    yield* Deferred.await(isFull)
    const givenUp = yield* Effect.forkChild(HttpClient.get(`${url}/given-up`), { startImmediately: true })
    yield* Fiber.interrupt(givenUp)
    for (const response of waiting.slice(0, 64)) response.end("ok")
    yield* Fiber.join(first)
    yield* HttpClient.get(`${url}/after`)
    assert.deepStrictEqual(new Set(seen), new Set(["/first", "/after"]))
  }).pipe(withoutSpans, Effect.provide(forDocuments))
)

import { NodeGlobus } from "@effect-globus/node"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Http from "node:http"
import type { AddressInfo } from "node:net"
import type * as GlobusError from "../../src/model/GlobusError.ts"
import { sdkName, sdkVersion } from "../../src/service/internal/version.ts"
import { type Options, Transport } from "../../src/service/Transport.ts"
import * as Probe from "./internal/Probe.ts"
import * as StubHttp from "./internal/StubHttp.ts"

type ProbeClient = Effect.Success<typeof Probe.client>
type Call = (probe: ProbeClient) => Effect.Effect<unknown, GlobusError.GlobusError>

const get: Call = (probe) => probe.getThing(Probe.thingId)
const remove: Call = (probe) => probe.deleteThing(Probe.thingId)
const post: Call = (probe) => probe.startThing(Probe.thingId, { name: "x" })
const idempotentPost: Call = (probe) => probe.submitThing(Probe.thingId, { name: "x" })

const ok = () => StubHttp.json({ name: "one" })
const status = (code: number, headers: Record<string, string> = {}) =>
  StubHttp.json({ code: "Sorry", message: "later" }, { status: code, headers })

/** All randomness is this number between 0 and 1. */
const fixedRandom = (value: number) =>
  Effect.provideService(Random.Random, { nextDoubleUnsafe: () => value, nextIntUnsafe: () => 0 })

/** Makes one call, lets an hour pass, and tells what came of it and when requests left, in milliseconds. */
const inAnHour = (
  answer: (sent: StubHttp.Sent, index: number) => StubHttp.Answer,
  call: Call,
  options: Options = {}
) =>
  Effect.gen(function* () {
    const http = StubHttp.make(answer)
    const fiber = yield* Probe.client.pipe(
      Effect.flatMap(call),
      Effect.result,
      Effect.provide(Probe.layer(http.layer, options)),
      Effect.forkChild({ startImmediately: true })
    )
    yield* TestClock.adjust("1 hour")
    const result = yield* Fiber.join(fiber)
    return { result, sent: http.sent, times: http.sent.map(({ at }) => at) }
  })

describe("headers", () => {
  const headersWith = (options: Options, appName: Option.Option<string> = Option.none()) =>
    Effect.gen(function* () {
      const http = StubHttp.make(ok)
      yield* Effect.flatMap(Probe.client, get).pipe(
        Effect.provide(Probe.layer(http.layer, { ...Probe.once, ...options }, { appName }))
      )
      return http.sent[0]?.headers ?? {}
    })

  it.effect("every request says what it accepts and who sends it", () =>
    Effect.gen(function* () {
      const headers = yield* headersWith({})
      assert.strictEqual(headers["accept"], "application/json")
      assert.strictEqual(headers["user-agent"], `${sdkName}/${sdkVersion}`)
      assert.strictEqual(headers["x-globus-client-info"], `product=${sdkName},version=${sdkVersion}`)
      // The trace of a program is nobody else's business, and a browser would have to ask for leave to send it.
      assert.doesNotHaveAnyKeys(headers, ["traceparent", "b3"])
    })
  )

  it.effect("the name of the app is in `User-Agent`, in characters that a header may have", () =>
    Effect.gen(function* () {
      const headers = yield* headersWith({}, Option.some("Ünïcode\r\nX-Evil: 1"))
      assert.strictEqual(headers["user-agent"], `${sdkName}/${sdkVersion} (?n?code??X-Evil: 1)`)
    })
  )

  it.effect(
    "further products follow in `X-Globus-Client-Info`, without the characters that separate them",
    () =>
      Effect.gen(function* () {
        const headers = yield* headersWith({
          clientInfo: [
            { product: "my;prod,uct=1", version: "1.0;a" },
            { product: "ö", version: "2" }
          ]
        })
        assert.strictEqual(
          headers["x-globus-client-info"],
          `product=${sdkName},version=${sdkVersion};product=my-prod-uct-1,version=1.0-a;product=?,version=2`
        )
      })
  )
})

describe("addresses from environment variables", () => {
  const warnings = (env: Record<string, string>) =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel} ${String(message)}`))
      const layer = Transport.layer.pipe(Layer.provide(StubHttp.make(ok).layer))
      yield* Effect.scoped(Layer.build(layer)).pipe(
        Effect.provide([ConfigProvider.layer(ConfigProvider.fromEnv({ env })), Logger.layer([logger])])
      )
      return lines
    })

  it.effect("to which tokens would travel readably are warned of, all at once", () =>
    Effect.gen(function* () {
      const lines = yield* warnings({
        GLOBUS_SDK_SERVICE_URL_AUTH: "http://globus.example:8080/auth",
        GLOBUS_SDK_SERVICE_URL_TRANSFER: "http://127.0.0.1.example",
        GLOBUS_SDK_SERVICE_URL_FLOWS: "https://globus.example/flows"
      })
      assert.lengthOf(lines, 1)
      assert.match(lines.join(), /^Warn GLOBUS_SDK_SERVICE_URL_AUTH, GLOBUS_SDK_SERVICE_URL_TRANSFER: http:/)
    })
  )

  it.effect.each([
    "http://localhost:8080",
    "http://127.0.0.1",
    "http://[::1]:8080",
    "https://globus.example"
  ])("such as %s are not warned of", (url) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* warnings({ GLOBUS_SDK_SERVICE_URL_TRANSFER: url }), [])
    })
  )

  it.effect("that are for people only are not warned of", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* warnings({ GLOBUS_SDK_SERVICE_URL_APP: "http://globus.example" }), [])
    })
  )
})

describe("repetitions", () => {
  it.effect.each([429, 500, 502, 503, 504])("a %d is tried again, five times at most", (code) =>
    Effect.gen(function* () {
      const { result, sent } = yield* inAnHour(() => status(code), get)
      assert.lengthOf(sent, 6)
      assert(result._tag === "Failure" && result.failure._tag === "ApiError")
      assert.strictEqual(result.failure.status, code)
    })
  )

  it.effect.each([300, 304, 400, 401, 403, 404, 408, 409, 422, 501, 505])("a %d is final", (code) =>
    Effect.gen(function* () {
      const answer = () => (code === 304 ? new Response(null, { status: code }) : status(code))
      const { result, sent } = yield* inAnHour(answer, get)
      assert.lengthOf(sent, 1)
      assert(result._tag === "Failure" && result.failure._tag === "ApiError")
      assert.strictEqual(result.failure.status, code)
    })
  )

  it.effect("the first success ends them", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* inAnHour((_, index) => (index < 3 ? status(503) : ok()), get)
      assert.lengthOf(sent, 4)
      assert.strictEqual(result._tag, "Success")
    })
  )

  it.effect("their number can be chosen", () =>
    Effect.gen(function* () {
      const { sent } = yield* inAnHour(() => status(503), get, { retries: 2 })
      assert.lengthOf(sent, 3)
    })
  )

  it.effect.each([
    { random: 0, times: [0, 250, 750, 1_750, 3_750, 7_750] },
    { random: 0.5, times: [0, 500, 1_500, 3_500, 7_500, 15_500] },
    { random: 0.999_999, times: [0, 750, 2_250, 5_250, 11_250, 21_250] }
  ])("pauses double, start between 0.25 and 0.75 s ($random), and are 10 s at most", ({ random, times }) =>
    Effect.gen(function* () {
      const measured = yield* inAnHour(() => status(502), get).pipe(fixedRandom(random))
      for (const [index, time] of measured.times.entries()) assert.closeTo(time, times[index] ?? -1, 1)
      assert.lengthOf(measured.times, times.length)
    })
  )

  it.effect.prop(
    "whatever the dice say, a pause is within its bounds",
    [Schema.String],
    ([seed]) =>
      Effect.gen(function* () {
        const { times } = yield* inAnHour(() => status(500), get).pipe(Random.withSeed(seed))
        for (const [index, at] of times.slice(1).entries()) {
          const pause = at - (times[index] ?? 0)
          assert.isAtLeast(pause, Math.min(10_000, 250 * 2 ** index) - 1)
          assert.isAtMost(pause, Math.min(10_000, 750 * 2 ** index) + 1)
        }
      }),
    { arbitrary: { runs: 20 } }
  )

  it.effect.each([429, 503])("a %d says in seconds how long to wait", (code) =>
    Effect.gen(function* () {
      const { times } = yield* inAnHour(() => status(code, { "retry-after": "3" }), get)
      assert.deepStrictEqual(times, [0, 3_000, 6_000, 9_000, 12_000, 15_000])
    })
  )

  it.effect("it may say so with a date", () =>
    Effect.gen(function* () {
      // The test's clock starts in 1970.
      const at = (seconds: number) => new Date(seconds * 1_000).toUTCString()
      const { times } = yield* inAnHour(
        (_, index) => status(503, { "retry-after": index === 0 ? at(4) : at(2) }),
        get,
        { retries: 2 }
      )
      // The second date has passed, so there is nothing to wait for.
      assert.deepStrictEqual(times, [0, 4_000, 4_000])
    })
  )

  it.effect("which counts from the time that the service has, whatever this machine takes it for", () =>
    Effect.gen(function* () {
      const at = (seconds: number) => new Date(seconds * 1_000).toUTCString()
      const hour = 3600
      const { times } = yield* inAnHour(
        () => status(503, { "retry-after": at(hour + 4), date: at(hour) }),
        get,
        { retries: 1 }
      )
      assert.deepStrictEqual(times, [0, 4_000])
    })
  )

  it.effect("nobody makes it wait for more than 10 s", () =>
    Effect.gen(function* () {
      const { times } = yield* inAnHour(() => status(503, { "retry-after": "86400" }), get, { retries: 1 })
      assert.deepStrictEqual(times, [0, 10_000])
    })
  )

  it.effect.each([
    { code: 503, header: "soon" },
    { code: 503, header: "-5" },
    { code: 503, header: "" },
    { code: 503, header: "2.5" },
    { code: 503, header: "May 2001" },
    { code: 500, header: "3" },
    { code: 502, header: "3" }
  ])("`Retry-After: $header` of a $code counts for nothing", ({ code, header }) =>
    Effect.gen(function* () {
      const { times } = yield* inAnHour(() => status(code, { "retry-after": header }), get, {
        retries: 1
      }).pipe(fixedRandom(0.5))
      assert.deepStrictEqual(times, [0, 500])
    })
  )

  it.effect("a rate limit that outlasts them tells how long to wait", () =>
    Effect.gen(function* () {
      const { result } = yield* inAnHour(() => status(429, { "retry-after": "86400" }), get, { retries: 1 })
      assert(result._tag === "Failure" && result.failure._tag === "ApiError")
      const { reason } = result.failure
      assert(reason._tag === "RateLimited")
      assert.strictEqual(reason.retryAfter, 86_400)
    })
  )
})

describe("what is safe to repeat", () => {
  const cases = [
    { what: "a 503", answer: () => status(503), mayHaveArrived: true },
    { what: "a 429", answer: () => status(429), mayHaveArrived: false },
    { what: "a reset", answer: () => ({ code: "ECONNRESET" }), mayHaveArrived: true },
    { what: "a broken pipe", answer: () => ({ code: "EPIPE" }), mayHaveArrived: true },
    {
      what: "a socket that the other side closed",
      answer: () => ({ code: "UND_ERR_SOCKET" }),
      mayHaveArrived: true
    },
    {
      what: "headers that do not come",
      answer: () => ({ code: "UND_ERR_HEADERS_TIMEOUT" }),
      mayHaveArrived: true
    },
    { what: "a refused connection", answer: () => ({ code: "ECONNREFUSED" }), mayHaveArrived: false },
    { what: "an unknown host", answer: () => ({ code: "ENOTFOUND" }), mayHaveArrived: false },
    { what: "a name server in trouble", answer: () => ({ code: "EAI_AGAIN" }), mayHaveArrived: false },
    { what: "an unreachable host", answer: () => ({ code: "EHOSTUNREACH" }), mayHaveArrived: false },
    {
      what: "a connection that is not made",
      answer: () => ({ code: "UND_ERR_CONNECT_TIMEOUT" }),
      mayHaveArrived: false
    }
  ]

  it.effect.each(cases)("after $what: a GET, a DELETE and an idempotent POST always", ({ answer }) =>
    Effect.gen(function* () {
      for (const call of [get, remove, idempotentPost]) {
        const { sent } = yield* inAnHour(answer, call)
        assert.lengthOf(sent, 6)
      }
    })
  )

  it.effect.each(cases)(
    "after $what: another POST unless it may have arrived",
    ({ answer, mayHaveArrived }) =>
      Effect.gen(function* () {
        const { sent } = yield* inAnHour(answer, post)
        assert.lengthOf(sent, mayHaveArrived ? 1 : 6)
      })
  )

  it.effect("each repetition sends the same request", () =>
    Effect.gen(function* () {
      const { sent } = yield* inAnHour(() => status(503), idempotentPost)
      const [first] = sent
      for (const { at: _, ...again } of sent) assert.deepStrictEqual({ ...again, at: 0 }, { ...first, at: 0 })
      assert.strictEqual(first?.body, '{"name":"x"}')
    })
  )
})

describe("kinds of network failures", () => {
  const kindOf = (code: string) =>
    Effect.gen(function* () {
      const { result, sent } = yield* inAnHour(() => ({ code }), get)
      assert(result._tag === "Failure" && result.failure._tag === "NetworkError")
      return { error: result.failure, sent }
    })

  it.effect.each([
    { code: "ECONNREFUSED", kind: "connection" },
    { code: "ENOTFOUND", kind: "connection" },
    { code: "ECONNRESET", kind: "connection" },
    { code: "UND_ERR_SOCKET", kind: "connection" },
    { code: "ETIMEDOUT", kind: "timeout" },
    { code: "UND_ERR_CONNECT_TIMEOUT", kind: "timeout" },
    { code: "UND_ERR_BODY_TIMEOUT", kind: "timeout" },
    { code: "CERT_HAS_EXPIRED", kind: "tls" },
    { code: "DEPTH_ZERO_SELF_SIGNED_CERT", kind: "tls" },
    { code: "SELF_SIGNED_CERT_IN_CHAIN", kind: "tls" },
    { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE", kind: "tls" },
    { code: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", kind: "tls" },
    { code: "ERR_TLS_CERT_ALTNAME_INVALID", kind: "tls" },
    { code: "ERR_SSL_WRONG_VERSION_NUMBER", kind: "tls" },
    { code: "EPROTO", kind: "tls" }
  ])("$code is of the kind `$kind`", ({ code, kind }) =>
    Effect.gen(function* () {
      const { error, sent } = yield* kindOf(code)
      assert.strictEqual(error.kind, kind)
      assert.strictEqual(error.host, "transfer.api.globus.org")
      assert.strictEqual(error.operation, "getThing")
      assert.include(error.detail, code)
      // A certificate does not get better by asking again.
      assert.lengthOf(sent, kind === "tls" ? 1 : 6)
    })
  )
})

describe("limits of time", () => {
  const never = () => Effect.never

  it.effect("an attempt may take 60 s, and is then tried again", () =>
    Effect.gen(function* () {
      const { result, times } = yield* inAnHour(never, get, { retries: 1 }).pipe(fixedRandom(0.5))
      assert.deepStrictEqual(times, [0, 60_500])
      assert(result._tag === "Failure" && result.failure._tag === "NetworkError")
      assert.strictEqual(result.failure.kind, "timeout")
      assert.include(result.failure.detail, "1m")
    })
  )

  it.effect("a POST that was not answered in time may have arrived, so it is not sent again", () =>
    Effect.gen(function* () {
      const { sent } = yield* inAnHour(never, post)
      assert.lengthOf(sent, 1)
    })
  )

  it.effect("a body that stops coming counts as an attempt that takes too long", () =>
    Effect.gen(function* () {
      const stalled = () =>
        new Response(
          new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{"na')) }),
          { headers: { "content-type": "application/json" } }
        )
      const { result, times } = yield* inAnHour(stalled, get, { retries: 1, timeout: "2 seconds" }).pipe(
        fixedRandom(0.5)
      )
      assert.deepStrictEqual(times, [0, 2_500])
      assert(result._tag === "Failure" && result.failure._tag === "NetworkError")
      assert.strictEqual(result.failure.kind, "timeout")
    })
  )

  it.effect("all attempts together may take five minutes", () =>
    Effect.gen(function* () {
      const http = StubHttp.make(never)
      const fiber = yield* Effect.flatMap(Probe.client, get).pipe(
        Effect.result,
        Effect.timed,
        Effect.provide(Probe.layer(http.layer, { timeout: Duration.infinity })),
        Effect.forkChild({ startImmediately: true })
      )
      yield* TestClock.adjust("1 hour")
      const [took, result] = yield* Fiber.join(fiber)
      assert.strictEqual(Duration.toMinutes(took), 5)
      assert(result._tag === "Failure" && result.failure._tag === "NetworkError")
      assert.strictEqual(result.failure.kind, "timeout")
      assert.include(result.failure.detail, "5m")
      assert.lengthOf(http.sent, 1)
    })
  )

  it.effect("the deadline ends repetitions too", () =>
    Effect.gen(function* () {
      const { result, times } = yield* inAnHour(() => status(503, { "retry-after": "10" }), get, {
        deadline: "25 seconds"
      })
      assert.deepStrictEqual(times, [0, 10_000, 20_000])
      assert.strictEqual(result._tag, "Failure")
    })
  )

  it.effect("there may be no limit at all", () =>
    Effect.gen(function* () {
      const http = StubHttp.make(() => Effect.as(Effect.sleep("50 minutes"), ok()))
      const fiber = yield* Effect.flatMap(Probe.client, get).pipe(
        Effect.provide(Probe.layer(http.layer, { timeout: Duration.infinity, deadline: Duration.infinity })),
        Effect.forkChild({ startImmediately: true })
      )
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual<unknown>(yield* Fiber.join(fiber), { name: "one" })
      assert.lengthOf(http.sent, 1)
    })
  )
})

/** A server on the loopback interface, as long as the scope lives, and the requests that reached it. */
const server = (handle: (request: Http.IncomingMessage, response: Http.ServerResponse) => void) =>
  Effect.acquireRelease(
    Effect.callback<{
      readonly http: Http.Server
      readonly port: number
      readonly received: Array<Http.IncomingMessage>
    }>((resume) => {
      const received: Array<Http.IncomingMessage> = []
      const http = Http.createServer((request, response) => {
        received.push(request)
        handle(request, response)
      })
      http.listen(0, "127.0.0.1", () =>
        resume(Effect.succeed({ http, received, port: (http.address() as AddressInfo).port }))
      )
    }),
    ({ http }) =>
      Effect.callback<void>((resume) => {
        http.close(() => resume(Effect.void))
        http.closeAllConnections()
      })
  )

describe.each([
  { name: "NodeGlobus", client: Layer.orDie(NodeGlobus.layerHttpClient) },
  { name: "undici", client: NodeHttpClient.layerUndici },
  { name: "fetch", client: FetchHttpClient.layer }
] satisfies ReadonlyArray<{ name: string; client: Layer.Layer<HttpClient.HttpClient> }>)(
  "over real sockets, with $name",
  ({ client }) => {
    const callAt = (url: string, call: Call, options: Options = Probe.hasty()) =>
      Effect.flatMap(Probe.client, call).pipe(
        Effect.result,
        Effect.provide(Probe.layer(client, { ...options, environment: Probe.at(url) }))
      )

    const networkError = (url: string, call: Call, options?: Options) =>
      Effect.gen(function* () {
        const result = yield* callAt(url, call, options)
        assert(result._tag === "Failure" && result.failure._tag === "NetworkError", JSON.stringify(result))
        return result.failure
      })

    it.live("a request arrives, and so does its answer", () =>
      Effect.gen(function* () {
        const { port, received } = yield* server((_, response) => {
          response.writeHead(200, { "content-type": "application/json" }).end('{"name":"one"}')
        })
        const result = yield* callAt(`http://127.0.0.1:${port}/base/`, get)
        assert.strictEqual(result._tag, "Success")
        assert.deepStrictEqual(
          received.map(({ headers, method, url }) => [method, url, headers.accept, headers.authorization]),
          [["GET", `/base/things/${Probe.thingId}`, "application/json", `Bearer ${Probe.canary}`]]
        )
      })
    )

    it.live("a refused connection", () =>
      Effect.gen(function* () {
        const port = yield* Effect.scoped(
          Effect.map(
            server(() => {}),
            ({ port }) => port
          )
        )
        const error = yield* networkError(`http://127.0.0.1:${port}/`, post)
        assert.strictEqual(error.kind, "connection")
        assert.strictEqual(error.host, `127.0.0.1:${port}`)
        assert.match(error.message, /ECONNREFUSED/)
      })
    )

    it.live("a connection that is reset before the answer", () =>
      Effect.gen(function* () {
        const { port, received } = yield* server((request) => request.socket.resetAndDestroy())
        const error = yield* networkError(`http://127.0.0.1:${port}/`, post)
        assert.strictEqual(error.kind, "connection")
        assert.lengthOf(received, 1)
        yield* networkError(`http://127.0.0.1:${port}/`, idempotentPost)
        assert.lengthOf(received, 7)
      })
    )

    it.live("a connection that breaks in the middle of the body", () =>
      Effect.gen(function* () {
        const { port, received } = yield* server((request, response) => {
          response.writeHead(200, { "content-type": "application/json", "content-length": "100" })
          response.write('{"name":', () => request.socket.destroy())
        })
        const error = yield* networkError(`http://127.0.0.1:${port}/`, post)
        assert.strictEqual(error.kind, "connection")
        assert.lengthOf(received, 1)
        yield* networkError(`http://127.0.0.1:${port}/`, get)
        assert.lengthOf(received, 7)
      })
    )

    it.live("TLS where there is none", () =>
      Effect.gen(function* () {
        const { port } = yield* server(() => {})
        const error = yield* networkError(`https://127.0.0.1:${port}/`, get)
        assert.strictEqual(error.kind, "tls")
      })
    )

    it.live("a host that does not exist", () =>
      Effect.gen(function* () {
        const error = yield* networkError("http://no-such-host.invalid/", post)
        assert.strictEqual(error.kind, "connection")
        assert.strictEqual(error.host, "no-such-host.invalid")
      })
    )

    it.live("a body that stops coming", () =>
      Effect.gen(function* () {
        const { port, received } = yield* server((_, response) => {
          response.writeHead(200, { "content-type": "application/json" })
          response.write('{"name":')
        })
        const error = yield* networkError(`http://127.0.0.1:${port}/`, get, {
          ...Probe.hasty("100 millis"),
          retries: 1
        })
        assert.strictEqual(error.kind, "timeout")
        assert.lengthOf(received, 2)
      })
    )

    it.live("an interrupted call hangs up", () =>
      Effect.gen(function* () {
        const arrived = yield* Deferred.make<void>()
        const closed = yield* Deferred.make<void>()
        const { port } = yield* server((request) => {
          request.socket.once("close", () => Deferred.doneUnsafe(closed, Effect.void))
          Deferred.doneUnsafe(arrived, Effect.void)
        })
        const fiber = yield* Effect.forkChild(callAt(`http://127.0.0.1:${port}/`, get))
        yield* Deferred.await(arrived)
        yield* Fiber.interrupt(fiber)
        yield* Deferred.await(closed)
      })
    )

    it.live.each([301, 302, 303, 307, 308])("a %d is not followed, so no token goes elsewhere", (code) =>
      Effect.gen(function* () {
        const elsewhere = yield* server((_, response) => {
          response.writeHead(200, { "content-type": "application/json" }).end('{"name":"evil"}')
        })
        const { port } = yield* server((_, response) => {
          response.writeHead(code, { location: `http://127.0.0.1:${elsewhere.port}/` }).end()
        })
        for (const call of [get, post]) {
          const result = yield* callAt(`http://127.0.0.1:${port}/`, call)
          assert(result._tag === "Failure" && result.failure._tag === "ApiError", JSON.stringify(result))
          assert.strictEqual(result.failure.status, code)
          assert.strictEqual(result.failure.reason._tag, "Other")
        }
        assert.lengthOf(elsewhere.received, 0)
      })
    )
  }
)

/** Over real connections, which break. */
import { NodeGlobus } from "@effect-globus/node"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { createHash } from "node:crypto"
import type * as Http from "node:http"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { CollectionClient, type Service } from "../../src/collection/CollectionClient.ts"
import { bearer, type Service as AuthorizerService } from "../../src/service/Authorizer.ts"
import type { Options } from "../../src/service/Transport.ts"
import * as Probe from "../service/internal/Probe.ts"
import * as Server from "./internal/Server.ts"

const collectionId = "6c54cade-bde5-45c1-bdea-f4bd71dba2cc"

const bytesOf = (size: number, seed = 1): Uint8Array =>
  Uint8Array.from({ length: size }, (_, index) => (index * 31 + (index >> 8) * seed) & 0xff)

const collect = <E, R>(stream: Stream.Stream<Uint8Array, E, R>) =>
  Effect.map(Stream.runCollect(stream), (chunks) => Buffer.concat(chunks))

/** Makes sure that the bytes are the same; a diff of them would be of no use. */
const assertSame = (actual: Uint8Array, expected: Uint8Array) => {
  assert.strictEqual(actual.length, expected.length)
  assert.isTrue(Buffer.from(actual).equals(expected), "the bytes differ")
}

setFlagsFromString("--expose-gc")
const collectGarbage = runInNewContext("gc") as () => void

const bodyOf = (request: Http.IncomingMessage, done: (body: Buffer) => void) => {
  const chunks: Array<Buffer> = []
  request.on("data", (chunk: Buffer) => chunks.push(chunk))
  request.on("end", () => done(Buffer.concat(chunks)))
}

describe.each([
  { name: "NodeGlobus", client: Layer.orDie(NodeGlobus.layerHttpClient) },
  { name: "undici", client: NodeHttpClient.layerUndici },
  { name: "fetch", client: FetchHttpClient.layer }
] satisfies ReadonlyArray<{ name: string; client: Layer.Layer<HttpClient.HttpClient> }>)(
  "with $name",
  ({ client, name }) => {
    /** Uses the files of the server at this address. */
    const using = <A, E>(
      httpsServer: string,
      use: (files: Service) => Effect.Effect<A, E>,
      options: Options = {},
      parts: Partial<AuthorizerService> = {}
    ) =>
      Effect.flatMap(CollectionClient.makeWith({ collectionId, httpsServer }), use).pipe(
        Effect.provide(Probe.layer(client, { maxDelay: "5 millis", ...options }, parts))
      )

    const version = { etag: '"1"' }
    const file = bytesOf(300_000)

    it.live("downloads a file", () =>
      Effect.gen(function* () {
        const { received, url } = yield* Server.serve({ file: () => ({ bytes: file, ...version }) })
        assertSame(yield* using(url, (files) => collect(files.download("/a b/ü#?.bin"))), file)
        assert.deepStrictEqual(
          received.map(({ method, path }) => `${method} ${path}`),
          ["GET /a%20b/%C3%BC%23%3F.bin"]
        )
        assert.strictEqual(received[0]?.headers.authorization, `Bearer ${Probe.canary}`)
        assert.strictEqual(received[0]?.headers["accept-encoding"], "identity")
        assert.isUndefined(received[0]?.headers.range)
      })
    )

    it.live("an empty file has no bytes", () =>
      Effect.gen(function* () {
        const { url } = yield* Server.serve({ file: () => ({ bytes: new Uint8Array() }) })
        assert.strictEqual((yield* using(url, (files) => collect(files.download("/empty")))).length, 0)
      })
    )

    it.live("goes on where the connection broke, again and again", () =>
      Effect.gen(function* () {
        const { received, url } = yield* Server.serve({
          file: () => ({ bytes: file, ...version }),
          breaksAfter: (index) => (index < 9 ? 20_000 : undefined)
        })
        const options = { retries: 2 }
        assertSame(yield* using(url, (files) => collect(files.download("/a")), options), file)
        assert.isAtLeast(received.length, 10)
        assert.match(received[1]?.headers.range ?? "", /^bytes=\d+-299999$/)
        assert.strictEqual(received[1]?.headers["if-range"], '"1"')
      })
    )

    it.live("gives up after some breaks without a further byte", () =>
      Effect.gen(function* () {
        const { received, url } = yield* Server.serve({
          file: () => ({ bytes: file, ...version }),
          breaksAfter: (index) => (index === 0 ? 20_000 : 0)
        })
        const error = yield* using(url, (files) => Effect.flip(collect(files.download("/a"))), { retries: 2 })
        assert(error._tag === "NetworkError")
        assert.include(error.message, "bytes of /a")
        assert.lengthOf(received, 3)
      })
    )

    it.live("a file that was changed meanwhile is an error, never a mixture", () =>
      Effect.gen(function* () {
        const { received, url } = yield* Server.serve({
          file: (index) => ({
            bytes: index === 0 ? file : bytesOf(300_000, 7),
            etag: index === 0 ? '"1"' : '"2"'
          }),
          breaksAfter: (index) => (index === 0 ? 20_000 : undefined)
        })
        const got: Array<Uint8Array> = []
        const error = yield* using(url, (files) =>
          Effect.flip(
            Stream.runForEach(files.download("/a"), (bytes) => Effect.sync(() => void got.push(bytes)))
          )
        )
        assert(error._tag === "FileChanged")
        assert.include(error.message, "/a")
        assert.lengthOf(received, 2)
        const first = Buffer.concat(got)
        assert.strictEqual(error.received, first.length)
        assertSame(first, file.subarray(0, first.length))
      })
    )

    it.live("so is one that is now shorter", () =>
      Effect.gen(function* () {
        const { url } = yield* Server.serve({
          // Without care for the version, as some servers are.
          file: (index) => ({ bytes: index === 0 ? file : file.subarray(0, 10), ...version }),
          breaksAfter: (index) => (index === 0 ? 20_000 : undefined)
        })
        const error = yield* using(url, (files) => Effect.flip(collect(files.download("/a"))))
        assert.strictEqual(error._tag, "FileChanged")
      })
    )

    it.live("what has no version is not resumed", () =>
      Effect.gen(function* () {
        const { received, url } = yield* Server.serve({
          file: () => ({ bytes: file, etag: 'W/"1"' }),
          breaksAfter: () => 20_000
        })
        const error = yield* using(url, (files) => Effect.flip(collect(files.download("/a"))))
        assert.strictEqual(error._tag, "NetworkError")
        assert.lengthOf(received, 1)
      })
    )

    it.live("what is dated is resumed, if the date lies back", () =>
      Effect.gen(function* () {
        const dated = (lastModified: string) =>
          Effect.gen(function* () {
            const { received, url } = yield* Server.serve({
              file: () => ({ bytes: file, lastModified }),
              breaksAfter: (index) => (index === 0 ? 20_000 : undefined)
            })
            const result = yield* using(url, (files) => Effect.result(collect(files.download("/a"))))
            return { result, received }
          })
        const old = yield* dated("Tue, 24 Nov 2020 09:54:12 GMT")
        assert(old.result._tag === "Success")
        assertSame(old.result.success, file)
        assert.strictEqual(old.received[1]?.headers["if-range"], "Tue, 24 Nov 2020 09:54:12 GMT")
        const young = yield* dated(new Date(Date.now() + 60_000).toUTCString())
        assert.strictEqual(young.result._tag, "Failure")
        assert.lengthOf(young.received, 1)
      })
    )

    it.live("a server without ranges sends it again, and the rest is handed on", () =>
      Effect.gen(function* () {
        const { received, url } = yield* Server.serve({
          file: () => ({ bytes: file, ...version }),
          breaksAfter: (index) => (index === 0 ? 20_000 : undefined),
          ranges: false
        })
        assertSame(yield* using(url, (files) => collect(files.download("/a"))), file)
        assert.lengthOf(received, 2)
      })
    )

    it.live("a file of unknown size is resumed too", () =>
      Effect.gen(function* () {
        const { received, url } = yield* Server.serve({
          file: () => ({ bytes: file, ...version }),
          breaksAfter: (index) => (index === 0 ? 20_000 : undefined),
          sized: false
        })
        assertSame(yield* using(url, (files) => collect(files.download("/a"))), file)
        assert.match(received[1]?.headers.range ?? "", /^bytes=\d+-$/)
      })
    )

    it.live("a part of a file, broken and resumed", () =>
      Effect.gen(function* () {
        const { received, url } = yield* Server.serve({
          file: () => ({ bytes: file, ...version }),
          breaksAfter: (index) => (index === 0 ? 20_000 : undefined)
        })
        const range = { offset: 100_000, length: 50_000 }
        assertSame(
          yield* using(url, (files) => collect(files.download("/a", { range }))),
          file.subarray(100_000, 150_000)
        )
        assert.strictEqual(received[0]?.headers.range, "bytes=100000-149999")
        assert.match(received[1]?.headers.range ?? "", /^bytes=1[0-4]\d{4}-149999$/)
      })
    )

    it.live("interruption closes the connection", () =>
      Effect.gen(function* () {
        const closed = yield* Deferred.make<void>()
        const begun = yield* Deferred.make<void>()
        const context = yield* Effect.context<never>()
        const { url } = yield* Server.listen((_, response) => {
          response.writeHead(200, { "content-length": 1_000_000 })
          response.write(bytesOf(1000))
          response.on("close", () => Effect.runForkWith(context)(Deferred.succeed(closed, undefined)))
        })
        yield* using(url, (files) =>
          Effect.gen(function* () {
            const fiber = yield* Effect.forkChild(
              Stream.runForEach(files.download("/a"), () => Deferred.succeed(begun, undefined))
            )
            yield* Deferred.await(begun)
            yield* Fiber.interrupt(fiber)
            yield* Effect.timeout(Deferred.await(closed), "5 seconds")
          })
        )
      })
    )

    it.live("so does taking no more than one needs", () =>
      Effect.gen(function* () {
        const closed = yield* Deferred.make<void>()
        const context = yield* Effect.context<never>()
        const { url } = yield* Server.listen((_, response) => {
          response.writeHead(200, { "content-length": 1_000_000 })
          response.write(bytesOf(1000))
          response.on("close", () => Effect.runForkWith(context)(Deferred.succeed(closed, undefined)))
        })
        yield* using(url, (files) => Stream.runDrain(Stream.take(files.download("/a"), 1)))
        yield* Effect.timeout(Deferred.await(closed), "5 seconds")
      })
    )

    it.live("a connection that falls silent is given up", () =>
      Effect.gen(function* () {
        const { url } = yield* Server.listen((_, response) => {
          response.writeHead(200, { "content-length": 1_000_000 })
          response.write(bytesOf(1000))
        })
        const error = yield* using(url, (files) => Effect.flip(Stream.runDrain(files.download("/a"))), {
          timeout: "100 millis"
        })
        assert(error._tag === "NetworkError")
        assert.strictEqual(error.kind, "timeout")
      })
    )

    it.live("a renewed token is used after a refusal", () =>
      Effect.gen(function* () {
        const { received, url } = yield* Server.listen((request, response) => {
          if (request.headers.authorization === "Bearer new") {
            response.writeHead(200, { "content-length": 3 }).end("yes")
          } else response.writeHead(401).end()
        })
        let token = "old"
        const got = yield* using(
          url,
          (files) => collect(files.download("/a")),
          {},
          {
            authorize: () => Effect.sync(() => Option.some(bearer(Redacted.make(token)))),
            recover: () =>
              Effect.sync(() => {
                token = "new"
                return true
              })
          }
        )
        assert.strictEqual(got.toString(), "yes")
        assert.lengthOf(received, 2)
      })
    )

    it.live("a token follows no redirect, to another host or to the same", () =>
      Effect.gen(function* () {
        const other = yield* Server.listen((_, response) => response.end("secret"))
        for (const location of [`${other.url}/a`, "/b"]) {
          const { received, url } = yield* Server.listen((_, response) =>
            response.writeHead(302, { location }).end()
          )
          const download = yield* using(url, (files) => Effect.flip(collect(files.download("/a"))))
          const upload = yield* using(url, (files) => Effect.flip(files.upload("/a", bytesOf(10))))
          assert(download._tag === "ApiError" && upload._tag === "ApiError")
          assert.strictEqual(download.reason._tag, "Unauthorized")
          assert.include(download.message, "not followed")
          assert.lengthOf(received, 2)
        }
        assert.lengthOf(other.received, 0)
      })
    )

    it.live("uploads bytes, and a stream", () =>
      Effect.gen(function* () {
        const bodies: Array<Buffer> = []
        const { received, url } = yield* Server.listen((request, response) =>
          bodyOf(request, (body) => {
            bodies.push(body)
            response.writeHead(201).end()
          })
        )
        const stream = Stream.fromIterable([file.subarray(0, 7), new Uint8Array(), file.subarray(7)])
        yield* using(url, (files) =>
          Effect.gen(function* () {
            yield* files.upload("/dir/a", file, { contentType: "text/csv" })
            yield* files.upload("/dir/b", stream, { contentLength: file.length })
            yield* files.upload("/dir/c", stream)
            yield* files.upload("/dir/d", Stream.empty, { contentLength: 0 })
          })
        )
        assert.deepStrictEqual(
          received.map(({ method, path }) => `${method} ${path}`),
          ["PUT /dir/a", "PUT /dir/b", "PUT /dir/c", "PUT /dir/d"]
        )
        assert.strictEqual(received[0]?.headers["content-type"], "text/csv")
        assert.strictEqual(received[0]?.headers["content-length"], "300000")
        assert.strictEqual(received[1]?.headers["content-type"], "application/octet-stream")
        if (name === "undici") assert.strictEqual(received[1]?.headers["content-length"], "300000")
        for (const body of bodies.slice(0, 3)) assertSame(body, file)
        assert.strictEqual(bodies[3]?.length, 0)
      })
    )

    describe("an upload that breaks", () => {
      /** A server that refuses the first upload after it has read some of it, and takes the second. */
      const unwilling = (refuse: (request: Http.IncomingMessage, response: Http.ServerResponse) => void) =>
        Effect.gen(function* () {
          const bodies: Array<Buffer> = []
          const { received, url } = yield* Server.listen((request, response, index) => {
            if (index === 0) refuse(request, response)
            else
              bodyOf(request, (body) => {
                bodies.push(body)
                response.writeHead(200).end()
              })
          })
          return { bodies, received, url }
        })

      const resets = (request: Http.IncomingMessage) => {
        request.once("data", () => request.socket.resetAndDestroy())
      }
      const isBusy = (request: Http.IncomingMessage, response: Http.ServerResponse) =>
        bodyOf(request, () => response.writeHead(503).end())

      const isStrict = (request: Http.IncomingMessage, response: Http.ServerResponse) =>
        bodyOf(request, () => response.writeHead(401).end())
      const renews = { recover: () => Effect.succeed(true) }

      for (const [what, refuse] of [
        ["a reset", resets],
        ["a 503", isBusy],
        ["a refused token", isStrict]
      ] as const) {
        it.live(`is sent again after ${what} if it can be read again`, () =>
          Effect.gen(function* () {
            const { bodies, received, url } = yield* unwilling(refuse)
            let runs = 0
            const stream = Stream.suspend(() => {
              runs++
              return Stream.fromIterable([file])
            })
            yield* using(
              url,
              (files) => files.upload("/a", stream, { contentLength: file.length, replayable: true }),
              {},
              renews
            )
            assert.strictEqual(runs, 2)
            assert.lengthOf(received, 2)
            assertSame(bodies[0] ?? new Uint8Array(), file)
          })
        )

        it.live(`is not sent again after ${what} if it cannot`, () =>
          Effect.gen(function* () {
            const { received, url } = yield* unwilling(refuse)
            let runs = 0
            const stream = Stream.suspend(() => {
              runs++
              return Stream.fromIterable([file])
            })
            const error = yield* using(
              url,
              (files) => Effect.flip(files.upload("/a", stream, { contentLength: file.length })),
              {},
              renews
            )
            assert.include(["NetworkError", "ApiError"], error._tag)
            assert.strictEqual(runs, 1)
            assert.lengthOf(received, 1)
          })
        )
      }
    })

    class Sorry extends Schema.TaggedError<Sorry>()("Sorry", {}) {}

    it.live("a stream that fails is broken off, and fails as it does", () =>
      Effect.gen(function* () {
        const whole: Array<Buffer> = []
        const { received, url } = yield* Server.listen((request, response) =>
          bodyOf(request, (body) => {
            whole.push(body)
            response.end()
          })
        )
        const stream = Stream.concat(Stream.fromIterable([file]), Stream.fail(new Sorry()))
        const error = yield* using(url, (files) =>
          Effect.flip(files.upload("/a", stream, { replayable: true }))
        )
        assert.strictEqual(error._tag, "Sorry")
        assert.lengthOf(whole, 0)
        assert.isAtMost(received.length, 1)
      })
    )

    it.live.each([150_000, 299_999, 300_001])(
      "a stream of 300000 bytes that says %d is broken off",
      (contentLength) =>
        Effect.gen(function* () {
          const whole: Array<Buffer> = []
          const { url } = yield* Server.listen((request, response) =>
            bodyOf(request, (body) => {
              whole.push(body)
              response.end()
            })
          )
          // The server has all of the first half before the second is there.
          const stream = Stream.fromIterable([file.subarray(0, 150_000)]).pipe(
            Stream.concat(Stream.drain(Stream.fromEffect(Effect.sleep("50 millis")))),
            Stream.concat(Stream.fromIterable([file.subarray(150_000)]))
          )
          const error = yield* using(url, (files) =>
            Effect.flip(files.upload("/a", stream, { contentLength }))
          )
          assert(error._tag === "WrongLength")
          assert.strictEqual(error.expected, contentLength)
          assert.lengthOf(whole, 0)
        })
    )

    it.live("an upload that nobody takes is given up", () =>
      Effect.gen(function* () {
        const { url } = yield* Server.listen((request) => request.pause())
        const stream = Stream.forever(Stream.fromIterable([file]))
        const error = yield* using(url, (files) => Effect.flip(files.upload("/a", stream)), {
          timeout: "200 millis"
        })
        assert(error._tag === "NetworkError")
        assert.strictEqual(error.kind, "timeout")
      })
    )

    it.live("interrupting an upload closes the connection", () =>
      Effect.gen(function* () {
        const begun = yield* Deferred.make<void>()
        const closed = yield* Deferred.make<void>()
        const context = yield* Effect.context<never>()
        const { url } = yield* Server.listen((request) => {
          request.once("data", () => Effect.runForkWith(context)(Deferred.succeed(begun, undefined)))
          request.on("close", () => Effect.runForkWith(context)(Deferred.succeed(closed, undefined)))
        })
        yield* using(url, (files) =>
          Effect.gen(function* () {
            const stream = Stream.concat(Stream.fromIterable([file]), Stream.never)
            const fiber = yield* Effect.forkChild(files.upload("/a", stream))
            yield* Deferred.await(begun)
            yield* Fiber.interrupt(fiber)
            yield* Effect.timeout(Deferred.await(closed), "5 seconds")
          })
        )
      })
    )

    it.live("tells size, type and version of a file", () =>
      Effect.gen(function* () {
        const { received, url } = yield* Server.listen((_, response) =>
          response
            .writeHead(200, {
              "content-length": 300_000,
              "content-type": "text/csv",
              "last-modified": "Tue, 24 Nov 2020 09:54:12 GMT",
              etag: '"1"'
            })
            .end()
        )
        assert.deepStrictEqual(yield* using(url, (files) => files.metadata("/a")), {
          size: 300_000,
          contentType: "text/csv",
          lastModified: "Tue, 24 Nov 2020 09:54:12 GMT",
          etag: '"1"'
        })
        assert.strictEqual(received[0]?.method, "HEAD")
      })
    )

    it.live(
      "64 MiB go down and up in constant memory",
      () =>
        Effect.gen(function* () {
          const chunk = bytesOf(64 * 1024)
          const times = 1024
          const size = chunk.length * times
          const digest = createHash("sha256")
          for (let index = 0; index < times; index++) digest.update(chunk)
          const expected = digest.digest("hex")
          const received = createHash("sha256")
          const { url } = yield* Server.listen((request, response) => {
            if (request.method === "PUT") {
              request.on("data", (data: Buffer) => void received.update(data))
              request.on("end", () => response.end())
              return
            }
            response.writeHead(200, { "content-length": size, etag: '"1"' })
            let written = 0
            const more = () => {
              while (written < times) {
                written++
                if (!response.write(chunk)) {
                  response.once("drain", more)
                  return
                }
              }
              response.end()
            }
            more()
          })
          // What is held, garbage aside: of a file that is kept it would be up to 64 MiB.
          const held = () => {
            collectGarbage()
            const { arrayBuffers, heapUsed } = process.memoryUsage()
            return arrayBuffers + heapUsed
          }
          const before = held()
          let peak = 0
          let passed = 0
          const sampled = (bytes: Uint8Array) =>
            Effect.sync(() => {
              const sample = 8 * 1024 * 1024
              if (Math.floor(passed / sample) !== Math.floor((passed + bytes.length) / sample)) {
                peak = Math.max(peak, held() - before)
              }
              passed += bytes.length
            })
          yield* using(url, (files) =>
            Effect.gen(function* () {
              const sum = createHash("sha256")
              yield* Stream.runForEach(Stream.tap(files.download("/a"), sampled), (bytes) =>
                Effect.sync(() => void sum.update(bytes))
              )
              assert.strictEqual(sum.digest("hex"), expected)
              const stream = Stream.range(1, times).pipe(
                // Else all of them would be made at once.
                Stream.rechunk(1),
                Stream.map(() => Uint8Array.from(chunk)),
                Stream.tap(sampled)
              )
              // Node's own `fetch` keeps what it has sent until the end, whoever calls it.
              const ofDownload = peak
              yield* files.upload("/a", stream, { contentLength: size })
              if (name === "fetch") peak = ofDownload
            })
          )
          assert.strictEqual(received.digest("hex"), expected)
          assert.strictEqual(passed, 2 * size)
          // Some garbage is swept later; a body that is kept would be 64 MiB.
          assert.isBelow(peak, 40 * 1024 * 1024)
        }),
      60_000
    )
  }
)

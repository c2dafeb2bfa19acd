import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { CollectionClient, type Service } from "../../src/collection/CollectionClient.ts"
import type { FileChanged, IncompleteFile, WrongLength } from "../../src/collection/FileError.ts"
import * as FilePath from "../../src/collection/internal/filePath.ts"
import * as FileVersion from "../../src/collection/internal/fileVersion.ts"
import type { GlobusError } from "../../src/model/GlobusError.ts"
import type { Refusal } from "../../src/service/Authorizer.ts"
import { TransferClient } from "../../src/transfer/TransferClient.ts"
import { keeping } from "../service/internal/KeepingAuthorizer.ts"
import * as Probe from "../service/internal/Probe.ts"
import * as StubHttp from "../service/internal/StubHttp.ts"

const collectionId = "6c54cade-bde5-45c1-bdea-f4bd71dba2cc"
const httpsServer = "https://m-d3a2c3.collection1.tutorials.globus.org"
const https = `https://auth.globus.org/scopes/${collectionId}/https`
const dataAccess = `https://auth.globus.org/scopes/${collectionId}/data_access`

const globus = (answer: Parameters<typeof StubHttp.make>[0], recovers = false) => {
  const http = StubHttp.make(answer)
  const authorizer = keeping()
  const refusals: Array<Refusal> = []
  const layer = Probe.layer(http.layer, Probe.once, {
    ...authorizer.parts,
    recover: (refusal) =>
      Effect.sync(() => {
        refusals.push(refusal)
        return recovers
      })
  })
  return { ...http, ...authorizer, refusals, layer }
}

const file = (text: string, headers: Record<string, string> = {}, status = 200) =>
  new Response(text, { status, headers: { "content-length": String(text.length), ...headers } })

const textOf = (files: Service, range?: { readonly offset: number; readonly length?: number }) =>
  files.download("/a", { range }).pipe(Stream.decodeText, Stream.mkString)

const withFiles = <A, E>(
  answer: Parameters<typeof StubHttp.make>[0],
  use: (files: Service) => Effect.Effect<A, E>
) => {
  const { layer, ...rest } = globus(answer)
  return Effect.map(
    CollectionClient.makeWith({ collectionId, httpsServer }).pipe(
      Effect.flatMap(use),
      Effect.result,
      Effect.provide(layer)
    ),
    (result) => ({ ...rest, result })
  )
}

describe("which collection", () => {
  const lookedUp = (endpoint: Record<string, unknown>) => {
    const probe = globus((sent) =>
      sent.url.host === "transfer.api.globus.org"
        ? StubHttp.json({ DATA_TYPE: "endpoint", id: collectionId, display_name: "x", ...endpoint })
        : file("yes")
    )
    const use = Effect.flatMap(CollectionClient, (files) =>
      Effect.map(textOf(files), (text) => ({ text, httpsServer: files.httpsServer }))
    ).pipe(
      Effect.provide(
        CollectionClient.layer({ collectionId }).pipe(
          Layer.provide(TransferClient.layer),
          Layer.provide(probe.layer)
        )
      )
    )
    return { ...probe, use }
  }
  const guest = { entity_type: "GCSv5_guest_collection", https_server: httpsServer }
  const mapped = { entity_type: "GCSv5_mapped_collection", https_server: httpsServer }

  it.effect("its address is what Transfer says", () =>
    Effect.gen(function* () {
      const { sent, use } = lookedUp(guest)
      assert.deepStrictEqual(yield* use, { text: "yes", httpsServer })
      assert.deepStrictEqual(
        sent.map(({ url }) => url.href),
        [`https://transfer.api.globus.org/v0.10/endpoint/${collectionId}`, `${httpsServer}/a`]
      )
    })
  )

  it.effect.each([
    ["a guest collection", guest, https],
    ["a mapped collection", mapped, `${https} ${dataAccess}`],
    ["a mapped collection of high assurance", { ...mapped, high_assurance: true }, https]
  ] as const)("%s requires its scopes", ([, endpoint, scopes]) =>
    Effect.gen(function* () {
      const { needs, required, use } = lookedUp(endpoint)
      yield* use
      const [, own] = required
      assert.strictEqual(own?.[0], collectionId)
      assert.deepStrictEqual(own?.[1].split(" ").toSorted(), scopes.split(" ").toSorted())
      assert.deepStrictEqual<unknown>(needs.at(-1), { resourceServer: collectionId, anyOf: [https] })
    })
  )

  it.effect.each([null, undefined, "", "http://example.org"])("the address %j is of no use", (address) =>
    Effect.gen(function* () {
      const { required, use } = lookedUp({ ...guest, https_server: address })
      const error = yield* Effect.flip(use)
      assert.strictEqual(error._tag, "InvalidConfiguration")
      assert.include(error.message, "https_server")
      assert.lengthOf(required, 1)
    })
  )

  it.effect("with the address, nobody is asked", () =>
    Effect.gen(function* () {
      const { layer, required, sent } = globus(() => file("yes"))
      yield* Effect.provide(
        CollectionClient,
        Layer.provide(CollectionClient.layerWith({ collectionId, httpsServer }), layer)
      )
      assert.lengthOf(sent, 0)
      assert.deepStrictEqual(required, [[collectionId, https]])
    })
  )

  it.effect("an id that is none is refused before anything is required", () =>
    Effect.gen(function* () {
      const { layer, required } = globus(() => file("yes"))
      const error = yield* CollectionClient.makeWith({ collectionId: "mine", httpsServer }).pipe(
        Effect.flip,
        Effect.provide(layer)
      )
      assert.include(error.message, "collectionId")
      assert.lengthOf(required, 0)
    })
  )
})

describe("paths", () => {
  const calls: ReadonlyArray<(files: Service, path: string) => Effect.Effect<unknown, { _tag: string }>> = [
    (files, path) => Stream.runDrain(files.download(path)),
    (files, path) => files.upload(path, new Uint8Array(1)),
    (files, path) => files.metadata(path),
    (files, path) => files.remove(path),
    (files, path) => files.url(path)
  ]

  it.effect.each([
    "",
    "a",
    "a/b",
    "/",
    "/a/",
    "/../a",
    "/a/..",
    "/./a",
    "//host/a",
    "/a//b",
    "/a\0",
    "/\ud800"
  ])("%j is refused, and nothing is sent", (path) =>
    Effect.gen(function* () {
      for (const call of calls) {
        const { result, sent } = yield* withFiles(
          () => file("yes"),
          (files) => call(files, path)
        )
        assert(result._tag === "Failure")
        assert.strictEqual(result.failure._tag, "InvalidRequest")
        assert.lengthOf(sent, 0)
      }
    })
  )

  it.effect.prop(
    "any other path is that of one file, and is read back from the URL",
    [Schema.Array(Schema.String)],
    ([names]) =>
      Effect.gen(function* () {
        const path = `/${names.join("/")}`
        const encoded = yield* Effect.option(FilePath.encode("x", path))
        if (Option.isNone(encoded)) return
        const url = new URL(`${httpsServer}${encoded.value}`)
        assert.strictEqual(url.origin, httpsServer)
        assert.strictEqual(url.search + url.hash, "")
        assert.strictEqual(url.pathname.split("/").map(decodeURIComponent).join("/"), path)
      })
  )

  it.effect("a link may ask for the file to be saved", () =>
    Effect.gen(function* () {
      const { result } = yield* withFiles(
        () => file("yes"),
        (files) => Effect.all([files.url("/a b/%2e"), files.url("/a", { download: true })])
      )
      assert(result._tag === "Success")
      assert.deepStrictEqual(result.success, [`${httpsServer}/a%20b/%252e`, `${httpsServer}/a?download=1`])
    })
  )
})

describe("a part of a file", () => {
  it.effect("is asked for, and ends with the file", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* withFiles(
        () => file("fgh", { "content-range": "bytes 5-7/8" }, 206),
        (files) => textOf(files, { offset: 5, length: 100 })
      )
      assert.deepStrictEqual(Option.getOrThrow(Option.fromNullishOr(sent[0])).headers["range"], "bytes=5-104")
      assert(result._tag === "Success")
      assert.strictEqual(result.success, "fgh")
    })
  )

  it.effect.each([
    [{ offset: 2 }, "cdefgh"],
    [{ offset: 2, length: 3 }, "cde"],
    [{ offset: 0, length: 3 }, "abc"],
    [{ offset: 6, length: 9 }, "gh"]
  ] as const)("is cut out of the whole by a client whose server knows no ranges", ([range, expected]) =>
    Effect.gen(function* () {
      const { result } = yield* withFiles(
        () => file("abcdefgh"),
        (files) => textOf(files, range)
      )
      assert(result._tag === "Success")
      assert.strictEqual(result.success, expected)
    })
  )

  it.effect.each([
    [{ offset: -1 }, "range.offset"],
    [{ offset: 1.5 }, "range.offset"],
    [{ offset: Number.NaN }, "range.offset"],
    [{ offset: 0, length: 0 }, "range.length"]
  ] as const)("%j is refused, and nothing is sent", ([range, field]) =>
    Effect.gen(function* () {
      const { result, sent } = yield* withFiles(
        () => file("abc"),
        (files) => textOf(files, range)
      )
      assert(result._tag === "Failure" && result.failure._tag === "InvalidRequest")
      assert.strictEqual(result.failure.field, field)
      assert.lengthOf(sent, 0)
    })
  )

  it.effect("that begins after the end of the file is rejected", () =>
    Effect.gen(function* () {
      const { result } = yield* withFiles(
        () => new Response(null, { status: 416 }),
        (files) => textOf(files, { offset: 9 })
      )
      assert(result._tag === "Failure" && result.failure._tag === "ApiError")
      assert.strictEqual(result.failure.reason._tag, "Rejected")
    })
  )

  it.effect.each([undefined, "bytes 4-6/8", "bytes */8", "bytes 5-4/8", "bytes 5-9/8", "lines 5-7/8"])(
    "that is not the one asked for (%s) is not passed on",
    (contentRange) =>
      Effect.gen(function* () {
        const { result } = yield* withFiles(
          () => file("fgh", contentRange === undefined ? {} : { "content-range": contentRange }, 206),
          (files) => textOf(files, { offset: 5 })
        )
        assert(result._tag === "Failure")
        assert.strictEqual(result.failure._tag, "ResponseError")
      })
  )
})

describe("what is received", () => {
  it.effect("is whole, or an error says how much of it is there", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* withFiles(
        () => new Response("abc", { headers: { "content-length": "5" } }),
        textOf
      )
      assert(result._tag === "Failure" && result.failure._tag === "IncompleteFile")
      assert.deepStrictEqual([result.failure.received, result.failure.expected], [3, 5])
      assert.lengthOf(sent, 1)
    })
  )

  it.effect("is completed where the version is known", () =>
    Effect.gen(function* () {
      const http = StubHttp.make((_, index) =>
        index === 0
          ? new Response("abc", { headers: { "content-length": "5", etag: '"1"' } })
          : file("de", { "content-range": "bytes 3-4/5", etag: '"1"' }, 206)
      )
      const fiber = yield* CollectionClient.makeWith({ collectionId, httpsServer }).pipe(
        Effect.flatMap(textOf),
        Effect.provide(Probe.layer(http.layer)),
        Effect.forkChild({ startImmediately: true })
      )
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* Fiber.join(fiber), "abcde")
      assert.lengthOf(http.sent, 2)
    })
  )

  it.effect.each([
    ["another version", { etag: '"2"', "content-range": "bytes 3-4/5" }, 206],
    ["another size", { etag: '"1"', "content-range": "bytes 3-4/6" }, 206],
    ["the whole of another version", { etag: '"2"' }, 200],
    ["the whole of nobody knows which version", {}, 200]
  ] as const)("is not mixed with %s", ([, headers, status]) =>
    Effect.gen(function* () {
      const http = StubHttp.make((_, index) =>
        index === 0
          ? new Response("abc", { headers: { "content-length": "5", etag: '"1"' } })
          : file(status === 200 ? "ABCDE" : "DE", headers, status)
      )
      const result = yield* CollectionClient.makeWith({ collectionId, httpsServer }).pipe(
        Effect.flatMap(textOf),
        Effect.result,
        Effect.provide(Probe.layer(http.layer)),
        Effect.forkChild({ startImmediately: true }),
        Effect.tap(() => TestClock.adjust("1 minute")),
        Effect.flatMap(Fiber.join)
      )
      assert(result._tag === "Failure")
      assert.strictEqual(result.failure._tag, "FileChanged")
    })
  )

  it.effect("more bytes than were said are an error", () =>
    Effect.gen(function* () {
      const { result } = yield* withFiles(
        () => new Response("abcdef", { headers: { "content-length": "3" } }),
        textOf
      )
      assert(result._tag === "Failure")
      assert.strictEqual(result.failure._tag, "ResponseError")
    })
  )

  it.effect("an encoded form of a file is neither measured nor resumed", () =>
    Effect.gen(function* () {
      const { result } = yield* withFiles(
        () => new Response("abc", { headers: { "content-length": "9", "content-encoding": "x-thing" } }),
        textOf
      )
      assert(result._tag === "Success")
    })
  )
})

describe("refusals", () => {
  it.effect.each([
    [404, "NotFound"],
    [403, "PermissionDenied"],
    [401, "Unauthorized"],
    [302, "Unauthorized"]
  ] as const)("%d is %s for each operation", ([status, reason]) =>
    Effect.gen(function* () {
      const headers =
        status === 302 ? { location: "https://auth.globus.org/v2/oauth2/authorize?client_id=x" } : {}
      for (const call of [
        textOf,
        (files: Service) => files.upload("/a", new Uint8Array(1)),
        (files: Service) => files.metadata("/a"),
        (files: Service) => files.remove("/a")
      ]) {
        const { refusals, result, sent } = yield* withFiles(
          () => new Response(null, { status, headers }),
          (files): Effect.Effect<unknown, GlobusError | FileChanged | IncompleteFile | WrongLength> =>
            call(files)
        )
        assert(result._tag === "Failure")
        assert(result.failure._tag === "ApiError")
        assert.strictEqual(result.failure.reason._tag, reason)
        assert.lengthOf(sent, 1)
        assert.lengthOf(refusals, reason === "Unauthorized" ? 1 : 0)
      }
    })
  )

  it.effect("a redirect to a login is mended as a refused token is", () =>
    Effect.gen(function* () {
      const { layer, refusals, sent } = globus(
        (_, index) =>
          index === 0
            ? new Response(null, { status: 302, headers: { location: "https://auth.globus.org/" } })
            : file("yes"),
        true
      )
      const text = yield* CollectionClient.makeWith({ collectionId, httpsServer }).pipe(
        Effect.flatMap(textOf),
        Effect.provide(layer)
      )
      assert.strictEqual(text, "yes")
      assert.lengthOf(sent, 2)
      assert.isTrue(sent.every(({ url }) => url.href === `${httpsServer}/a`))
      assert.deepStrictEqual(
        refusals.map(({ _tag }) => _tag),
        ["Unauthorized"]
      )
    })
  )

  it.effect("a consent or a session that is asked for reaches the app", () =>
    Effect.gen(function* () {
      const { layer, refusals } = globus(
        (_, index) =>
          index === 0
            ? StubHttp.json(
                {
                  code: "AuthorizationRequired",
                  authorization_parameters: { session_required_single_domain: ["example.edu"] }
                },
                { status: 403 }
              )
            : file("yes"),
        true
      )
      yield* CollectionClient.makeWith({ collectionId, httpsServer }).pipe(
        Effect.flatMap(textOf),
        Effect.provide(layer)
      )
      const [refusal] = refusals
      assert(refusal?._tag === "AuthorizationRequired")
      assert.deepStrictEqual(refusal.requirement.parameters.session_required_single_domain, ["example.edu"])
    })
  )

  it.effect("a length that bytes do not have is refused, and nothing is sent", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* withFiles(
        () => file("yes"),
        (files) => files.upload("/a", new Uint8Array(3), { contentLength: 4 })
      )
      assert(result._tag === "Failure" && result.failure._tag === "InvalidRequest")
      assert.strictEqual(result.failure.field, "contentLength")
      assert.lengthOf(sent, 0)
    })
  )
})

describe("versions", () => {
  const bytes = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2 ** 40 }))

  it.prop("a range is read as it is written", [bytes, bytes, bytes], ([a, b, c]) => {
    const written = `bytes ${a}-${a + b}/${a + b + c + 1}`
    assert.deepStrictEqual(FileVersion.contentRange(written), {
      start: a,
      end: a + b + 1,
      total: a + b + c + 1
    })
  })

  it.prop("anything else is no range, and never a defect", [Schema.String], ([text]) => {
    assert.isUndefined(FileVersion.contentRange(text))
  })
})

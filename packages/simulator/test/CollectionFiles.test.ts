import { NodeGlobus } from "@effect-globus/node"
import { TokenStorage, UserApp } from "@effect-globus/sdk/app"
import { CollectionClient } from "@effect-globus/sdk/collection"
import { gcsCollectionScopes } from "@effect-globus/sdk/model"
import { Transport } from "@effect-globus/sdk/service"
import { TransferClient, TransferData } from "@effect-globus/sdk/transfer"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import { Simulator, World } from "../src/index.ts"
import { linus, logIn, rosalind } from "./Browser.ts"

const lab = "0f6c2a4e-5f0b-4d0a-9c6e-3a1d2b7f8e90"
const store = "1e7d3b5f-6a1c-4e1b-8d7f-4b2e3c8a9f01"
const shared = "2d8e4c6a-7b2d-4f2c-9e8a-5c3f4d9b0a12"
const personal = "3c9f5d7b-8c3e-4a3d-af9b-6d4a5e0c1b23"

const world: World.Input = {
  ...World.defaultWorld,
  pace: { task_start_seconds: 1, bytes_per_second: 1_000_000 },
  collections: [
    {
      id: lab,
      display_name: "Lab",
      access: [
        { principal: "anonymous", path: "/open/" },
        { principal: "all_authenticated_users", path: "/in/", permissions: "rw" }
      ],
      files: {
        open: { "a b.txt": "0123456789", "ä.csv": "x\n" },
        in: { "big.bin": 5_000_000_000 },
        secret: {
          "s.txt": "only the owner",
          "locked.txt": { type: "file", content: "x", permissions: "0000" }
        },
        full: { type: "directory", permissions: "0555", entries: {} }
      }
    },
    {
      id: store,
      display_name: "Store",
      entity_type: "GCSv5_mapped_collection",
      data_access: true,
      files: { data: { shared: { "s.txt": "shared" }, own: { "o.txt": "own" } } }
    },
    { id: shared, display_name: "Shared", host: { collection: store, path: "/data/shared/" } },
    { id: personal, display_name: "Laptop", entity_type: "GCP_mapped_collection", files: {} }
  ]
}

const app = UserApp.layer({ appName: "files", clientId: World.nativeClientId })
const simulated = TransferClient.layer.pipe(
  Layer.provideMerge(app),
  Layer.provideMerge(Simulator.layerWith({ world }))
)

const onPort = TransferClient.layer.pipe(
  Layer.provideMerge(app),
  Layer.provideMerge(
    Layer.unwrap(Effect.map(Simulator, ({ environment }) => Transport.layerWith({ environment }))).pipe(
      Layer.merge(Simulator.layerLogin),
      Layer.provide(NodeGlobus.layerHttpClient),
      Layer.merge(TokenStorage.layerMemory)
    )
  ),
  Layer.provideMerge(Simulator.layerServer({ world }))
)

/** A program of ours, whose person is Rosalind unless another is said. */
const inProcess = Effect.provide(simulated)

const text = (
  files: CollectionClient["Service"],
  path: string,
  range?: { offset: number; length?: number }
) => files.download(path, { range }).pipe(Stream.decodeText, Stream.mkString)

const reasonOf = <A, E extends { readonly _tag: string }>(effect: Effect.Effect<A, E>) =>
  Effect.map(Effect.flip(effect), (error) =>
    "reason" in error ? (error.reason as { _tag: string })._tag : error._tag
  )

const program = Effect.gen(function* () {
  const transfer = yield* TransferClient
  const files = yield* CollectionClient.make({ collectionId: lab })
  expect(yield* text(files, "/open/a b.txt")).toBe("0123456789")
  expect(yield* text(files, "/open/a b.txt", { offset: 3, length: 4 })).toBe("3456")
  expect(yield* text(files, "/open/a b.txt", { offset: 7, length: 40 })).toBe("789")
  expect(yield* files.metadata("/open/ä.csv")).toMatchObject({ size: 2, contentType: "text/csv" })
  yield* files.upload("/in/new.txt", new TextEncoder().encode("new"))
  const bytes = Uint8Array.from({ length: 300 }, (_, index) => index)
  yield* files.upload("/in/bytes.bin", Stream.make(bytes.subarray(0, 100), bytes.subarray(100)), {
    contentLength: 300
  })
  expect(Buffer.concat(yield* Stream.runCollect(files.download("/in/bytes.bin")))).toEqual(Buffer.from(bytes))
  const { DATA } = yield* transfer.ls(lab, { path: "/in/" })
  expect(DATA.map(({ name, size }) => [name, size])).toEqual([
    ["big.bin", 5_000_000_000],
    ["bytes.bin", 300],
    ["new.txt", 3]
  ])
  yield* files.remove("/in/new.txt")
  expect(yield* reasonOf(files.metadata("/in/new.txt"))).toBe("NotFound")
})

describe("the files of a collection over HTTPS", () => {
  it.effect("are read in whole and in part, written and removed, and are those of Transfer", () =>
    inProcess(program)
  )

  it.live("are the same on a port", () => Effect.provide(program, onPort))

  it.effect("are those of nobody who may not use them", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      yield* (yield* Simulator).setPerson({ identity: "linus@lab.example.edu" })
      const files = yield* CollectionClient.make({ collectionId: lab })
      expect(yield* reasonOf(text(files, "/secret/s.txt"))).toBe("PermissionDenied")
      expect(yield* reasonOf(files.upload("/open/mine.txt", new Uint8Array()))).toBe("PermissionDenied")
      expect(yield* reasonOf(transfer.ls(lab, { path: "/secret/" }))).toBe("PermissionDenied")
      yield* files.upload("/in/mine.txt", new Uint8Array())
      expect((yield* files.metadata("/in/mine.txt")).size).toBe(0)
    }).pipe(inProcess)
  )

  it.effect("have an address only where a server offers them", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(CollectionClient.make({ collectionId: personal }))
      expect(error._tag).toBe("InvalidConfiguration")
    }).pipe(inProcess)
  )

  it.effect("of a mapped collection need data_access beside https", () =>
    Effect.gen(function* () {
      const files = yield* CollectionClient.make({ collectionId: store })
      expect(yield* text(files, "/data/own/o.txt")).toBe("own")
    }).pipe(inProcess)
  )

  it.effect("of a shared directory are those of the collection that shares it", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const files = yield* CollectionClient.make({ collectionId: shared })
      const host = yield* CollectionClient.make({ collectionId: store })
      expect(yield* text(files, "/s.txt")).toBe("shared")
      expect(yield* reasonOf(files.metadata("/own/o.txt"))).toBe("NotFound")
      yield* files.upload("/up.txt", new TextEncoder().encode("up"))
      expect(yield* text(host, "/data/shared/up.txt")).toBe("up")
      const data = TransferData.make({
        source_endpoint: lab,
        destination_endpoint: shared,
        items: [{ source_path: "/open/a b.txt", destination_path: "/t.txt" }]
      })
      yield* transfer.submitTransfer(data)
      yield* TestClock.adjust("1 minute")
      expect(yield* text(host, "/data/shared/t.txt")).toBe("0123456789")
    }).pipe(inProcess)
  )

  it.effect("survive a snapshot, byte by byte", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const files = yield* CollectionClient.make({ collectionId: lab })
      const bytes = Uint8Array.of(255, 0, 254)
      yield* files.upload("/in/b.bin", bytes)
      const before = yield* simulator.snapshot
      yield* files.remove("/in/b.bin")
      yield* simulator.restore(before)
      expect(yield* Stream.runCollect(files.download("/in/b.bin"))).toEqual([bytes])
    }).pipe(inProcess)
  )
})

/** One request, with the headers that it is to have. */
const request = Effect.fnUntraced(function* (
  method: "GET" | "HEAD" | "PUT" | "DELETE",
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string
) {
  const { url } = yield* Simulator
  const request = HttpClientRequest.make(method)(`${url}collections/${path}`, { headers })
  const response = yield* HttpClient.execute(
    body === undefined ? request : HttpClientRequest.bodyText(request, body)
  )
  return { status: response.status, headers: response.headers, text: yield* response.text }
})

const tokenOf = (collection: string, identity: string = rosalind) =>
  Effect.map(logIn(gcsCollectionScopes(collection).https, identity), (tokens) => ({
    authorization: `Bearer ${tokens[collection]}`
  }))

describe("a request for a file", () => {
  const onTheWire = Effect.provide(Simulator.layerBackend({ world }))

  it.effect("needs no token where everybody may read, and leads browsers to a login elsewhere", () =>
    Effect.gen(function* () {
      expect((yield* request("GET", `${lab}/open/a%20b.txt`)).text).toBe("0123456789")
      const refused = yield* request("GET", `${lab}/in/big.bin`)
      expect([refused.status, JSON.parse(refused.text)]).toMatchObject([401, { code: "unauthorized" }])
      expect((yield* request("GET", `${lab}/in/big.bin`, { accept: "text/html" })).status).toBe(302)
      const program = { accept: "text/html", "x-requested-with": "XMLHttpRequest" }
      expect((yield* request("GET", `${lab}/in/big.bin`, program)).status).toBe(401)
      expect((yield* request("GET", `${lab}/open/a%20b.txt`, { authorization: "Bearer x" })).status).toBe(401)
      expect((yield* request("PUT", `${lab}/open/x`, {}, "x")).status).toBe(401)
    }).pipe(onTheWire)
  )

  it.effect("with a token that lacks data_access says what to ask for", () =>
    Effect.gen(function* () {
      const refused = yield* request("GET", `${store}/data/own/o.txt`, yield* tokenOf(store))
      const { data_access } = gcsCollectionScopes(store)
      expect([refused.status, JSON.parse(refused.text)]).toMatchObject([
        403,
        { code: "permission_denied", authorization_parameters: { required_scopes: [data_access] } }
      ])
    }).pipe(onTheWire)
  )

  it.effect("answers parts as HTTP has them", () =>
    Effect.gen(function* () {
      const path = `${lab}/open/a%20b.txt`
      const whole = yield* request("GET", path)
      const part = (range: string, others = {}) => request("GET", path, { range, ...others })
      expect(whole.headers).toMatchObject({ "accept-ranges": "bytes", "content-type": "text/plain" })
      const middle = yield* part("bytes=2-4")
      expect([middle.status, middle.text, middle.headers["content-range"]]).toEqual([
        206,
        "234",
        "bytes 2-4/10"
      ])
      expect((yield* part("bytes=-3")).text).toBe("789")
      const beyond = yield* part("bytes=10-")
      expect([beyond.status, beyond.headers["content-range"]]).toEqual([416, "bytes */10"])
      expect((yield* part("bytes=0-1,4-5")).status).toBe(200)
      const etag = whole.headers["etag"] ?? ""
      expect((yield* part("bytes=2-4", { "if-range": etag })).status).toBe(206)
      expect((yield* part("bytes=2-4", { "if-range": '"another"' })).status).toBe(200)
      const head = yield* request("HEAD", path)
      expect([head.status, head.headers["content-length"], head.text]).toEqual([200, "10", ""])
      expect((yield* request("GET", path, { "if-none-match": etag })).status).toBe(304)
      expect((yield* request("GET", path, { "if-match": '"another"' })).status).toBe(412)
      const download = yield* request("GET", `${path}?download=1`)
      expect(download.headers["content-disposition"]).toContain("a%20b.txt")
    }).pipe(onTheWire)
  )

  it.effect("has the bytes of a file that is all size, from wherever it begins", () =>
    Effect.gen(function* () {
      const { text } = yield* request("GET", `${lab}/in/big.bin`, {
        ...(yield* tokenOf(lab)),
        range: "bytes=2510000040-2510000049"
      })
      expect(text).toBe("()*+,-./01")
    }).pipe(onTheWire)
  )

  it.effect("changes only the version that was meant", () =>
    Effect.gen(function* () {
      const token = yield* tokenOf(lab, linus)
      const path = `${lab}/in/x.txt`
      const put = (headers: Readonly<Record<string, string>>, body: string) =>
        request("PUT", path, { ...token, ...headers }, body)
      const created = yield* put({ "if-none-match": "*" }, "one")
      expect(created.status).toBe(201)
      expect((yield* put({ "if-none-match": "*" }, "two")).status).toBe(412)
      expect((yield* put({ "if-match": created.headers["etag"] ?? "" }, "two")).status).toBe(204)
      expect((yield* put({ "if-match": created.headers["etag"] ?? "" }, "three")).status).toBe(412)
      expect((yield* request("GET", path, token)).text).toBe("two")
      expect((yield* request("PUT", `${lab}/in/no/x.txt`, token, "x")).status).toBe(404)
      expect((yield* request("DELETE", path, token)).status).toBe(204)
      expect((yield* request("DELETE", path, token)).status).toBe(404)
    }).pipe(onTheWire)
  )

  it.effect("does not go around permissions", () =>
    Effect.gen(function* () {
      const token = yield* tokenOf(lab)
      expect((yield* request("GET", `${lab}/secret/s.txt`, token)).status).toBe(200)
      expect((yield* request("GET", `${lab}/secret/locked.txt`, token)).status).toBe(403)
      expect((yield* request("PUT", `${lab}/full/x.txt`, token, "x")).status).toBe(403)
    }).pipe(onTheWire)
  )

  it.effect("leads nowhere else", () =>
    Effect.gen(function* () {
      for (const path of ["%2e%2e/x", "open/", "open%2Fa%20b.txt", "%"]) {
        expect((yield* request("GET", `${lab}/${path}`)).status).toBe(404)
      }
    }).pipe(onTheWire)
  )
})

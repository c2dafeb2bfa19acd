/** Listing directories, one and many. */
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { TransferClient } from "../../src/transfer/TransferClient.ts"
import * as Globus from "./internal/Globus.ts"

const { json, source } = Globus

interface Tree {
  readonly [name: string]: Tree | string
}

/** What is in a directory of a tree: names of files are strings, `-> target` is a link to a directory. */
const listing = (tree: Tree, path: string) => {
  const directory = path
    .split("/")
    .filter((part) => part !== "" && part !== "~")
    .reduce<Tree | string | undefined>((at, part) => (typeof at === "object" ? at[part] : undefined), tree)
  if (typeof directory !== "object")
    return json({ code: "ClientError.NotFound", message: path }, { status: 404 })
  const DATA = Object.entries(directory).map(([name, entry]) =>
    typeof entry === "object"
      ? { name, type: "dir" }
      : entry.startsWith("-> ")
        ? { name, type: "dir", link_target: entry.slice(3) }
        : { name, type: "file", size: entry.length }
  )
  return json({ DATA_TYPE: "file_list", path, DATA, length: DATA.length, total: DATA.length })
}

const pathOf = ({ url }: Globus.Sent): string => url.searchParams.get("path") ?? "/~/"

const collection = (tree: Tree) => Globus.make((sent) => listing(tree, pathOf(sent)))

const tree: Tree = {
  "a.txt": "a",
  docs: { "b.txt": "bb", deep: { "c.txt": "ccc", empty: {} } },
  loop: "-> .",
  pictures: { "d.png": "dddd" }
}

describe("a walk", () => {
  it.effect("finds everything below a directory, the nearest first, and follows no link", () => {
    const { layer, sent } = collection(tree)
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const entries = yield* Stream.runCollect(transfer.walk(source, { path: "/" }))
      assert.deepStrictEqual(
        entries.map(({ path }) => path),
        [
          "/a.txt",
          "/docs",
          "/loop",
          "/pictures",
          "/docs/b.txt",
          "/docs/deep",
          "/pictures/d.png",
          "/docs/deep/c.txt",
          "/docs/deep/empty"
        ]
      )
      assert.strictEqual(entries[0]?.file.size, 1)
      assert.deepStrictEqual(sent.map(pathOf), [
        "/",
        "/docs/",
        "/pictures/",
        "/docs/deep/",
        "/docs/deep/empty/"
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("begins in the default directory if it is not told where", () => {
    const { layer, sent } = collection(tree)
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const first = yield* Stream.runHead(transfer.walk(source))
      assert.deepStrictEqual(first.valueOrUndefined?.path, "/~/a.txt")
      assert.strictEqual(sent[0]?.url.search, "")
    }).pipe(Effect.provide(layer))
  })

  it.effect("enters only where it is told to, and lists as it is told to", () => {
    const { layer, sent } = collection(tree)
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const entries = yield* transfer
        .walk(source, {
          path: "/",
          descend: ({ file }) => file.name !== "docs",
          show_hidden: false,
          filter: { name: "!~*.tmp" }
        })
        .pipe(Stream.runCollect)
      assert.lengthOf(entries, 5)
      for (const { url } of sent) {
        assert.strictEqual(url.searchParams.get("show_hidden"), "0")
        assert.strictEqual(url.searchParams.get("filter"), "name:!~*.tmp")
      }
      assert.deepStrictEqual(sent.map(pathOf), ["/", "/pictures/"])
    }).pipe(Effect.provide(layer))
  })

  it.effect("lists at most so many directories at once", () =>
    Effect.gen(function* () {
      const names = Array.from({ length: 20 }, (_, index) => `d${index}`)
      const wide: Tree = Object.fromEntries(names.map((name) => [name, { file: "x" }]))
      let now = 0
      let most = 0
      const full = yield* Deferred.make<void>()
      const gate = yield* Deferred.make<void>()
      const { layer } = Globus.make((sent) =>
        Effect.gen(function* () {
          now += 1
          most = Math.max(most, now)
          if (now === 3) yield* Deferred.succeed(full, undefined)
          if (pathOf(sent) !== "/") yield* Deferred.await(gate)
          now -= 1
          return listing(wide, pathOf(sent))
        })
      )
      const walk = Effect.flatMap(TransferClient, (transfer) =>
        Stream.runCollect(transfer.walk(source, { path: "/", concurrency: 3 }))
      )
      const fiber = yield* Effect.forkChild(Effect.provide(walk, layer))
      yield* Deferred.await(full)
      for (let turn = 0; turn < 100; turn += 1) yield* Effect.yieldNow
      assert.strictEqual(now, 3)
      yield* Deferred.succeed(gate, undefined)
      const entries = yield* Fiber.join(fiber)
      assert.strictEqual(most, 3)
      assert.lengthOf(entries, 40)
    })
  )

  it.effect("reads no further than it is read", () => {
    const names = Array.from({ length: 100 }, (_, index) => `d${index}`)
    const { layer, sent } = collection(Object.fromEntries(names.map((name) => [name, { file: "x" }])))
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      yield* transfer.walk(source, { path: "/", concurrency: 2 }).pipe(Stream.take(101), Stream.runDrain)
      assert.isBelow(sent.length, 10)
    }).pipe(Effect.provide(layer))
  })

  it.effect("fails where a directory cannot be listed, or goes on without it if it is told to", () => {
    const { layer } = Globus.make((sent) =>
      pathOf(sent) === "/docs/"
        ? json({ code: "EndpointPermissionDenied" }, { status: 403 })
        : listing(tree, pathOf(sent))
    )
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const error = yield* Effect.flip(Stream.runDrain(transfer.walk(source, { path: "/" })))
      assert.strictEqual(error._tag === "ApiError" && error.code, "EndpointPermissionDenied")

      const skipped: Array<string> = []
      const entries = yield* transfer
        .walk(source, { path: "/", onUnreadable: (directory) => Effect.sync(() => skipped.push(directory)) })
        .pipe(Stream.runCollect)
      assert.deepStrictEqual(skipped, ["/docs/"])
      assert.deepStrictEqual(entries.at(-1)?.path, "/pictures/d.png")
    }).pipe(Effect.provide(layer))
  })
})

describe("the files of a directory", () => {
  /** A directory of so many files that a listing shows ten at a time. */
  const large = (count: number) =>
    Globus.make(({ url }) => {
      const offset = Number(url.searchParams.get("offset") ?? 0)
      const limit = Number(url.searchParams.get("limit") ?? 10)
      const DATA = Array.from({ length: Math.min(limit, count - offset) }, (_, index) => ({
        name: `f${offset + index}`,
        type: "file"
      }))
      return json({ path: "/", DATA, length: DATA.length, total: count })
    })

  it.effect("are all of them, though one answer does not hold them", () => {
    const { layer, lines } = large(25)
    const ls = `GET /v0.10/operation/endpoint/${source}/ls`
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const files = yield* Stream.runCollect(transfer.listFiles(source, { path: "/" }))
      assert.deepStrictEqual(
        files.map(({ name }) => name),
        Array.from({ length: 25 }, (_, index) => `f${index}`)
      )
      assert.deepStrictEqual(lines(), [
        `${ls}?path=%2F`,
        `${ls}?path=%2F&offset=10`,
        `${ls}?path=%2F&offset=20`
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("take one request where they fit into one answer", () => {
    const { layer, sent } = large(10)
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      assert.lengthOf(yield* Stream.runCollect(transfer.listFiles(source)), 10)
      assert.lengthOf(sent, 1)
    }).pipe(Effect.provide(layer))
  })
})

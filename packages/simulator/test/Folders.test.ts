import { UserApp } from "@effect-globus/sdk/app"
import { CollectionClient } from "@effect-globus/sdk/collection"
import type { Authorizer, Transport } from "@effect-globus/sdk/service"
import { TransferClient, TransferData } from "@effect-globus/sdk/transfer"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Simulator, World } from "../src/index.ts"

const disk = "0f6c2a4e-5f0b-4d0a-9c6e-3a1d2b7f8e90"
const memory = "1e7d3b5f-6a1c-4e1b-8d7f-4b2e3c8a9f01"

/** A folder of this machine, with a collection in it and one in memory beside. */
const withFolder = <A, E>(
  use: (folder: string) => Effect.Effect<A, E, Simulator | TransferClient | Authorizer | Transport>
) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "collection-"))),
    (folder) =>
      use(folder).pipe(
        Effect.provide(
          TransferClient.layer.pipe(
            Layer.provideMerge(UserApp.layer({ appName: "folders", clientId: World.nativeClientId })),
            Layer.provideMerge(
              Simulator.layerWith({
                world: {
                  ...World.defaultWorld,
                  collections: [
                    { id: disk, display_name: "Disk", folder },
                    { id: memory, display_name: "Memory", files: { "m.txt": "from memory" } }
                  ]
                }
              })
            )
          )
        )
      ),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

const copy = (from: string, to: string, source_path: string, destination_path: string) =>
  Effect.gen(function* () {
    const transfer = yield* TransferClient
    const { task_id } = yield* transfer.submitTransfer(
      TransferData.make({
        source_endpoint: from,
        destination_endpoint: to,
        items: [{ source_path, destination_path }]
      })
    )
    yield* TestClock.adjust("1 minute")
    return (yield* transfer.getTask(task_id)).status
  })

describe("a collection in a folder of this machine", () => {
  it.effect("shows what is there now", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const transfer = yield* TransferClient
        expect((yield* transfer.ls(disk)).DATA).toEqual([])
        mkdirSync(join(folder, "data"))
        writeFileSync(join(folder, "data", "a.txt"), "hello")
        const { DATA } = yield* transfer.ls(disk, { path: "/data/" })
        expect(DATA).toMatchObject([{ name: "a.txt", type: "file", size: 5 }])
        writeFileSync(join(folder, "data", "a.txt"), "hello, world")
        expect((yield* transfer.stat(disk, { path: "/data/a.txt" })).size).toBe(12)
      })
    )
  )

  it.effect("gets what is made, written, renamed and removed", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const transfer = yield* TransferClient
        const files = yield* CollectionClient.make({ collectionId: disk })
        yield* transfer.mkdir(disk, { path: "/new" })
        yield* files.upload("/new/bytes.bin", Uint8Array.of(1, 255, 0))
        expect([...readFileSync(join(folder, "new", "bytes.bin"))]).toEqual([1, 255, 0])
        yield* transfer.rename(disk, { old_path: "/new", new_path: "/renamed" })
        expect(readdirSync(folder)).toEqual(["renamed"])
        yield* files.remove("/renamed/bytes.bin")
        expect(readdirSync(join(folder, "renamed"))).toEqual([])
        const long = Buffer.alloc(2_000_000, "0123456789")
        mkdirSync(join(folder, "renamed", "deep"))
        writeFileSync(join(folder, "renamed", "deep", "long.bin"), long)
        yield* transfer.mkdir(disk, { path: "/a" })
        yield* transfer.rename(disk, { old_path: "/renamed/deep", new_path: "/a/moved" })
        expect(readFileSync(join(folder, "a", "moved", "long.bin")).equals(long)).toBe(true)
        yield* transfer.rename(disk, { old_path: "/a/moved/long.bin", new_path: "/top.bin" })
        expect(readFileSync(join(folder, "top.bin")).equals(long)).toBe(true)
        expect([readdirSync(join(folder, "a", "moved")), readdirSync(join(folder, "renamed"))]).toEqual([
          [],
          []
        ])
      })
    )
  )

  it.effect("is copied from and to, byte by byte, however long its files are", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const long = Buffer.alloc(3_000_000, "0123456789")
        writeFileSync(join(folder, "long.bin"), long)
        expect(yield* copy(memory, disk, "/m.txt", "/from-memory.txt")).toBe("SUCCEEDED")
        expect(yield* copy(disk, disk, "/long.bin", "/again/long.bin")).toBe("SUCCEEDED")
        expect(yield* copy(disk, memory, "/long.bin", "/long.bin")).toBe("SUCCEEDED")
        yield* (yield* TransferClient).ls(disk)
        expect(readFileSync(join(folder, "from-memory.txt"), "utf8")).toBe("from memory")
        expect(readFileSync(join(folder, "again", "long.bin")).equals(long)).toBe(true)
        const files = yield* CollectionClient.make({ collectionId: memory })
        const part = files.download("/long.bin", { range: { offset: 2_999_995 } })
        expect(yield* part.pipe(Stream.decodeText, Stream.mkString)).toBe("56789")
        const sync = Effect.gen(function* () {
          const transfer = yield* TransferClient
          const { task_id } = yield* transfer.submitTransfer(
            TransferData.make({
              source_endpoint: disk,
              destination_endpoint: disk,
              sync_level: "checksum",
              items: [{ source_path: "/long.bin", destination_path: "/again/long.bin" }]
            })
          )
          yield* TestClock.adjust("1 minute")
          return (yield* transfer.getTask(task_id)).files_transferred
        })
        // The clock of the test is not that of this machine.
        utimesSync(join(folder, "long.bin"), 0, 0)
        expect(yield* sync).toBe(0)
        writeFileSync(join(folder, "long.bin"), Buffer.alloc(3_000_000, "9876543210"))
        expect(yield* sync).toBe(1)
      })
    )
  )

  it.effect("shows and makes links, as long as they stay in it", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const transfer = yield* TransferClient
        mkdirSync(join(folder, "data"))
        writeFileSync(join(folder, "data", "a.txt"), "hello")
        symlinkSync(join(folder, "data"), join(folder, "absolute"))
        symlinkSync("a.txt", join(folder, "data", "relative"))
        symlinkSync("../data/../..", join(folder, "data", "out"))
        symlinkSync("nothing", join(folder, "data", "dangling"))
        expect((yield* transfer.ls(disk)).DATA).toMatchObject([
          { name: "absolute", type: "dir", link_target: "/data" },
          { name: "data" }
        ])
        expect((yield* transfer.ls(disk, { path: "/absolute" })).DATA).toMatchObject([
          { name: "a.txt" },
          { name: "dangling", type: "invalid_symlink", link_target: "nothing" },
          { name: "relative", type: "file", size: 5, link_target: "a.txt" }
        ])
        const link = (path: string, symlink_target: string) =>
          transfer.symlink(disk, { path, symlink_target })
        yield* link("/data/up", "/data/a.txt")
        yield* link("/top", "/")
        expect(readlinkSync(join(folder, "data", "up"))).toBe("../data/a.txt")
        expect(readFileSync(join(folder, "data", "up"), "utf8")).toBe("hello")
        expect(readlinkSync(join(folder, "top"))).toBe(".")
        expect((yield* Effect.flip(link("/data/bad", "../../etc")))._tag).toBe("ApiError")
        yield* transfer.mkdir(disk, { path: "/absolute/made" })
        expect(statSync(join(folder, "data", "made")).isDirectory()).toBe(true)
        yield* transfer.rename(disk, { old_path: "/absolute", new_path: "/data/moved" })
        expect(readlinkSync(join(folder, "data", "moved"))).toBe("../data")
        expect(existsSync(join(folder, "absolute"))).toBe(false)
      })
    )
  )

  it.effect("gets links from transfers, but none that leads out", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const transfer = yield* TransferClient
        yield* transfer.mkdir(memory, { path: "/d" })
        yield* transfer.symlink(memory, { path: "/d/in", symlink_target: "../m.txt" })
        yield* transfer.symlink(memory, { path: "/d/out", symlink_target: "../../../etc/passwd" })
        yield* transfer.submitTransfer(
          TransferData.make({
            source_endpoint: memory,
            destination_endpoint: disk,
            recursive_symlinks: "keep",
            items: [{ source_path: "/d", destination_path: "/d" }]
          })
        )
        yield* TestClock.adjust("1 minute")
        expect((yield* transfer.ls(disk, { path: "/d" })).DATA).toMatchObject([
          { name: "in", type: "invalid_symlink", link_target: "../m.txt" }
        ])
        expect(readdirSync(join(folder, "d"))).toEqual(["in"])
      })
    )
  )

  it.effect("leads nowhere else by links", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const outside = mkdtempSync(join(tmpdir(), "outside-"))
        const secret = join(outside, "secret.txt")
        writeFileSync(secret, "secret")
        symlinkSync(outside, join(folder, "way-out"))
        symlinkSync(secret, join(folder, "link.txt"))
        const transfer = yield* TransferClient
        expect((yield* transfer.ls(disk)).DATA).toEqual([])
        const files = yield* CollectionClient.make({ collectionId: disk })
        yield* files.upload("/link.txt", new TextEncoder().encode("mine"))
        expect(readFileSync(secret, "utf8")).toBe("secret")
        expect(lstatSync(join(folder, "link.txt")).isSymbolicLink()).toBe(false)
        yield* transfer.mkdir(disk, { path: "/way-out" })
        expect(statSync(join(folder, "way-out")).isDirectory()).toBe(true)
        expect(existsSync(secret)).toBe(true)
        rmSync(outside, { recursive: true })
      })
    )
  )

  it.effect("is remembered as the folder, not as what is in it", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const simulator = yield* Simulator
        writeFileSync(join(folder, "a.txt"), "a")
        const kept = yield* simulator.snapshot
        expect(kept.world.collections[0]).toMatchObject({ folder })
        expect(kept.world.collections[0]).not.toHaveProperty("files")
        yield* simulator.restore(kept)
        expect((yield* (yield* TransferClient).ls(disk)).DATA).toMatchObject([{ name: "a.txt" }])
      })
    )
  )

  it.effect("must be there", () =>
    Effect.gen(function* () {
      const world = {
        ...World.defaultWorld,
        collections: [{ id: disk, display_name: "Disk", folder: join(tmpdir(), "not-there") }]
      }
      const error = yield* Effect.flip(Effect.scoped(Layer.build(Simulator.layerWith({ world }))))
      expect(error).toMatchObject({
        _tag: "InvalidConfiguration",
        setting: "world.collections (Disk).folder"
      })
    })
  )
})

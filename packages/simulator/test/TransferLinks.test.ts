import { CollectionClient } from "@effect-globus/sdk/collection"
import { DeleteData, TransferClient } from "@effect-globus/sdk/transfer"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { TestClock } from "effect/testing"
import { Simulator } from "../src/index.ts"
import { linus } from "./Browser.ts"
import { between, finish, here, item, names, refusalOf, there } from "./Transfers.ts"

const files = {
  data: {
    "a.txt": "hello",
    "to-a": { type: "link", target: "a.txt", modified: "2025-01-02T03:04:05Z" },
    "to-other": { type: "link", target: "/other" },
    "to-nothing": { type: "link", target: "nothing" }
  },
  other: { "o.txt": "other" }
} as const

const linked = between({ files }, { files: { old: {} } })

const targets = (collection: string, path: string) =>
  Effect.flatMap(TransferClient, (transfer) =>
    Effect.map(transfer.ls(collection, { path }), ({ DATA }) =>
      Object.fromEntries(DATA.map(({ link_target, name, type }) => [name, link_target ?? type]))
    )
  )

describe("symbolic links", () => {
  it.effect("are listed as what they lead to, and as themselves", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const list = yield* transfer.ls(here, { path: "/data/" })
      expect(list.symlink_supported).toBe(true)
      expect(list.DATA).toMatchObject([
        { name: "a.txt", type: "file", link_target: null, link_size: null },
        {
          name: "to-a",
          type: "file",
          size: 5,
          permissions: "0644",
          link_target: "a.txt",
          link_size: 5,
          link_user: "globus",
          link_last_modified: "2025-01-02 03:04:05+00:00"
        },
        { name: "to-nothing", type: "invalid_symlink", link_target: "nothing" },
        { name: "to-other", type: "dir", link_target: "/other" }
      ])
      expect((yield* transfer.ls(here, { path: "/data/", filter: "link_target:~*other" })).DATA).toHaveLength(
        1
      )
      expect(yield* transfer.stat(here, { path: "/data/to-a" })).toMatchObject({
        size: 5,
        link_target: "a.txt"
      })
      expect(yield* transfer.stat(here, { path: "/data/to-other/o.txt" })).toMatchObject({
        size: 5,
        link_target: null
      })
      expect(yield* names(here, "/data/to-other/")).toEqual(["o.txt"])
      expect(yield* refusalOf(transfer.ls(here, { path: "/data/to-nothing" }))).toEqual([
        404,
        "ClientError.NotFound"
      ])
    }).pipe(linked)
  )

  it.effect("are made, renamed and removed, without what they lead to", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const link = (path: string, symlink_target: string) => transfer.symlink(here, { path, symlink_target })
      expect(yield* link("/new", "data/to-other")).toMatchObject({ code: "SymlinkCreated" })
      expect(yield* names(here, "/new/")).toEqual(["o.txt"])
      expect(yield* refusalOf(link("/new", "data"))).toEqual([502, "ExternalError.SymlinkFailed.Exists"])
      expect(yield* refusalOf(link("/no/where", "data"))).toEqual([404, "ClientError.NotFound"])
      expect(yield* refusalOf(link("/data/a.txt/x", "data"))).toEqual([502, "ExternalError.SymlinkFailed"])
      yield* transfer.mkdir(here, { path: "/new/made" })
      expect(yield* names(here, "/other/")).toEqual(["made", "o.txt"])
      yield* transfer.rename(here, { old_path: "/new", new_path: "/data/renamed" })
      expect((yield* transfer.stat(here, { path: "/data/renamed" })).type).toBe("invalid_symlink")
      yield* transfer.submitDelete(
        DeleteData.make({ endpoint: here, items: ["/data/to-other", "/data/renamed"] })
      )
      yield* TestClock.adjust("1 minute")
      expect(yield* names(here, "/data/")).toEqual(["a.txt", "to-a", "to-nothing"])
      expect(yield* names(here, "/other/")).toEqual(["made", "o.txt"])
    }).pipe(linked)
  )

  it.effect("lead nowhere when they lead in a circle or above the root", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      yield* transfer.symlink(here, { path: "/one", symlink_target: "two" })
      yield* transfer.symlink(here, { path: "/two", symlink_target: "one" })
      yield* transfer.symlink(here, { path: "/data/up", symlink_target: "../../etc/passwd" })
      for (const path of ["/one", "/data/up"]) {
        expect((yield* transfer.stat(here, { path })).type).toBe("invalid_symlink")
        expect(yield* refusalOf(transfer.mkdir(here, { path: `${path}/x` }))).toEqual([
          404,
          "ClientError.NotFound"
        ])
      }
    }).pipe(linked)
  )

  it.effect("are read through over HTTPS, and give way to what is written", () =>
    Effect.gen(function* () {
      const client = yield* CollectionClient.make({ collectionId: here })
      const text = (path: string) => client.download(path).pipe(Stream.decodeText, Stream.mkString)
      expect(yield* text("/data/to-a")).toBe("hello")
      yield* client.upload("/data/to-a", new TextEncoder().encode("mine"))
      expect([yield* text("/data/to-a"), yield* text("/data/a.txt")]).toEqual(["mine", "hello"])
    }).pipe(linked)
  )

  it.effect("lead nobody to what they may not see", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* simulator.setPerson({ identity: linus })
      const transfer = yield* TransferClient
      expect(yield* names(here, "/data/")).toHaveLength(4)
      expect(yield* refusalOf(transfer.ls(here, { path: "/data/to-other" }))).toEqual([
        403,
        "EndpointPermissionDenied"
      ])
      const copied = yield* finish([item("/data/", "/copy/")], {
        recursive_symlinks: "copy",
        skip_source_errors: true
      })
      expect(copied).toMatchObject({ status: "SUCCEEDED", subtasks_skipped_errors: 2 })
      expect(yield* names(there, "/copy/")).toEqual(["a.txt", "to-a"])
    }).pipe(
      between({ files, access: [{ principal: "all_authenticated_users", path: "/data/", permissions: "r" }] })
    )
  )

  it.effect("lead nobody's transfers to where they may not write", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* simulator.setPerson({ identity: linus })
      const transfer = yield* TransferClient
      yield* transfer.symlink(there, { path: "/data/other", symlink_target: "/private" })
      yield* transfer.symlink(there, { path: "/data/own", symlink_target: "/data/mine" })
      const done = yield* finish([item("/", "/data/")])
      expect(done).toMatchObject({ status: "ACTIVE", nice_status: "PERMISSION_DENIED", files_transferred: 1 })
      expect(yield* names(there, "/data/mine/")).toEqual(["b.txt"])
      const { collections } = yield* simulator.world
      expect(collections.find(({ id }) => id === there)?.files).toHaveProperty("private.entries", {})
    }).pipe(
      between(
        { files: { other: { "a.txt": "a" }, own: { "b.txt": "b" } } },
        {
          files: { data: { mine: {} }, private: {} },
          access: [{ principal: "all_authenticated_users", path: "/data/", permissions: "rw" }]
        }
      )
    )
  )

  it.effect("are kept in snapshots", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const before = yield* targets(here, "/data/")
      const snapshot = yield* simulator.snapshot
      yield* (yield* TransferClient).rename(here, { old_path: "/data", new_path: "/moved" })
      yield* simulator.restore(snapshot)
      expect(yield* targets(here, "/data/")).toEqual(before)
    }).pipe(linked)
  )
})

describe("a transfer of a directory with symbolic links", () => {
  it.effect.each([
    ["leaves them out, unless told otherwise", undefined, { "a.txt": "file" }],
    [
      "makes the same links when told to keep them",
      "keep",
      { "a.txt": "file", "to-a": "a.txt", "to-nothing": "nothing", "to-other": "/other" }
    ]
  ] as const)("%s", ([, recursive_symlinks, expected]) =>
    Effect.gen(function* () {
      const done = yield* finish([item("/data/", "/copy/", { recursive: true })], { recursive_symlinks })
      expect(done).toMatchObject({
        status: "SUCCEEDED",
        recursive_symlinks: recursive_symlinks ?? "ignore",
        symlinks: recursive_symlinks === undefined ? 0 : 3,
        files: 1
      })
      expect(yield* targets(there, "/copy/")).toEqual(expected)
    }).pipe(linked)
  )

  it.effect("copies what they lead to when told to, and tries what leads nowhere again", () =>
    Effect.gen(function* () {
      const options = { recursive_symlinks: "copy" } as const
      expect(yield* finish([item("/data/", "/copy/")], options)).toMatchObject({
        status: "ACTIVE",
        nice_status: "FILE_NOT_FOUND"
      })
      const skipped = yield* finish([item("/data/", "/again/")], { ...options, skip_source_errors: true })
      expect(skipped).toMatchObject({ status: "SUCCEEDED", subtasks_skipped_errors: 1, files_transferred: 3 })
      const transfer = yield* TransferClient
      expect(yield* Stream.runCollect(transfer.listTaskSkippedErrors(skipped.task_id))).toMatchObject([
        { source_path: "/data/to-nothing", error_code: "FILE_NOT_FOUND", is_symlink: true }
      ])
      expect(yield* targets(there, "/again/")).toEqual({ "a.txt": "file", "to-a": "file", "to-other": "dir" })
      expect(yield* names(there, "/again/to-other/")).toEqual(["o.txt"])
    }).pipe(linked)
  )

  it.effect("does not go round in circles", () =>
    Effect.gen(function* () {
      const done = yield* finish([item("/", "/copy/")], { recursive_symlinks: "copy" })
      expect(done).toMatchObject({ status: "ACTIVE", nice_status: "ENDPOINT_ERROR", files_transferred: 1 })
      expect(yield* names(there, "/copy/")).toEqual(["a.txt"])
      yield* TestClock.adjust("10 minutes")
      expect(yield* names(there, "/copy/")).toEqual(["a.txt"])
    }).pipe(between({ files: { "a.txt": "a", round: { type: "link", target: "/" } } }))
  )

  it.effect("makes links later where it cannot make them at once", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const keep = { recursive_symlinks: "keep" } as const
      expect(yield* finish([item("/data/", "/old/")], keep)).toMatchObject({ nice_status: "IS_A_DIRECTORY" })
      yield* transfer.rename(there, { old_path: "/old/to-a", new_path: "/moved" })
      yield* TestClock.adjust("1 minute")
      expect((yield* targets(there, "/old/"))["to-a"]).toBe("a.txt")
    }).pipe(between({ files }, { files: { old: { "to-a": {} } } }))
  )

  it.effect("removes links that the source has not, when told so", () =>
    Effect.gen(function* () {
      yield* finish([item("/data/", "/copy/")], {
        delete_destination_extra: true,
        recursive_symlinks: "keep"
      })
      expect(yield* targets(there, "/copy/")).toMatchObject({ "to-a": "a.txt" })
      yield* finish([item("/data/", "/copy/")], { delete_destination_extra: true })
      expect(yield* targets(there, "/copy/")).toEqual({ "a.txt": "file" })
    }).pipe(linked)
  )
})

describe("a transfer of a symbolic link", () => {
  it.effect("copies the file or the directory that it leads to", () =>
    Effect.gen(function* () {
      const done = yield* finish([item("/data/to-a", "/a.txt"), item("/data/to-other", "/other")])
      expect(done).toMatchObject({ status: "SUCCEEDED", files_transferred: 2 })
      expect(yield* targets(there, "/")).toEqual({ "a.txt": "file", old: "dir", other: "dir" })
    }).pipe(linked)
  )

  it.effect("makes the same link when it is an item for a link, and fails where there is none", () =>
    Effect.gen(function* () {
      const link = { DATA_TYPE: "transfer_symlink_item" }
      expect(yield* finish([item("/data/to-nothing", "/link", link)])).toMatchObject({
        status: "SUCCEEDED",
        symlinks: 1,
        files: 0
      })
      expect(yield* targets(there, "/")).toEqual({ link: "nothing", old: "dir" })
      expect(yield* finish([item("/data/a.txt", "/x", link)])).toMatchObject({
        status: "FAILED",
        fatal_error: { code: "NOT_A_SYMLINK" }
      })
    }).pipe(linked)
  )
})

import { CollectionClient } from "@effect-globus/sdk/collection"
import { DeleteData, type TaskDocument, TransferClient } from "@effect-globus/sdk/transfer"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import { createHash } from "node:crypto"
import { Simulator, Snapshot, TestTime } from "../src/index.ts"
import { linus } from "./Browser.ts"
import {
  between,
  clientsOf,
  finish,
  here,
  item,
  names,
  pace,
  refusalOf,
  submit,
  there,
  worldWith
} from "./Transfers.ts"

const eventsOf = (id: string) =>
  Effect.flatMap(TransferClient, (transfer) =>
    Effect.map(Stream.runCollect(transfer.listTaskEvents(id)), (events) =>
      events.toReversed().map(({ code, time }) => `${time?.slice(11, 19)} ${code}`)
    )
  )

const getTask = (id: TaskDocument["task_id"]) =>
  Effect.flatMap(TransferClient, (transfer) => transfer.getTask(id))

const write = (collectionId: string, path: string, text: string) =>
  Effect.flatMap(CollectionClient.make({ collectionId }), (files) =>
    files.upload(path, new TextEncoder().encode(text))
  )

describe("a transfer whose source is missing", () => {
  const files = { "a.txt": "a" }

  it.effect("does the rest, tries again every minute, and expires", () =>
    Effect.gen(function* () {
      const id = yield* submit([item("/nowhere", "/x"), item("/a.txt", "/a.txt")], {
        deadline: "1970-01-01T00:02:30Z"
      })
      yield* TestClock.adjust("70 seconds")
      expect(yield* getTask(id)).toMatchObject({
        status: "ACTIVE",
        nice_status: "FILE_NOT_FOUND",
        nice_status_short_description: "file not found",
        is_ok: false,
        faults: 2,
        subtasks_total: 2,
        subtasks_succeeded: 1,
        subtasks_retrying: 1,
        subtasks_pending: 0
      })
      expect(yield* names(there, "/")).toEqual(["a.txt"])
      yield* TestClock.adjust("2 minutes")
      expect(yield* getTask(id)).toMatchObject({
        status: "FAILED",
        fatal_error: { code: "EXPIRED" },
        completion_time: "1970-01-01T00:02:30+00:00",
        subtasks_expired: 1,
        subtasks_failed: 0,
        subtasks_retrying: 0,
        files_transferred: 1
      })
      expect(yield* eventsOf(id)).toEqual([
        "00:00:00 STARTED",
        "00:00:00 FILE_NOT_FOUND",
        "00:01:00 FILE_NOT_FOUND",
        "00:02:00 FILE_NOT_FOUND",
        "00:02:30 PROGRESS",
        "00:02:30 EXPIRED"
      ])
    }).pipe(between({ files }))
  )

  it.effect("goes on once it is there", () =>
    Effect.gen(function* () {
      const id = yield* submit([item("/late.txt", "/late.txt")])
      yield* TestClock.adjust("90 seconds")
      yield* write(here, "/late.txt", "x".repeat(5_000_000))
      yield* TestClock.adjust("32 seconds")
      expect(yield* getTask(id)).toMatchObject({
        status: "ACTIVE",
        nice_status: "OK",
        faults: 2,
        bytes_transferred: 2_000_000
      })
      yield* TestClock.adjust("1 minute")
      expect(yield* getTask(id)).toMatchObject({
        status: "SUCCEEDED",
        completion_time: "1970-01-01T00:02:05+00:00",
        files_transferred: 1,
        faults: 2
      })
      expect(yield* names(there, "/")).toEqual(["late.txt"])
      expect(yield* eventsOf(id)).toEqual([
        "00:00:00 STARTED",
        "00:00:00 FILE_NOT_FOUND",
        "00:01:00 FILE_NOT_FOUND",
        "00:02:05 PROGRESS",
        "00:02:05 SUCCEEDED"
      ])
    }).pipe(between({ files }))
  )

  it.effect("does not bring back what was removed meanwhile", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const id = yield* submit([item("/late.txt", "/late.txt"), item("/a.txt", "/a.txt")])
      yield* TestClock.adjust("10 seconds")
      yield* transfer.submitDelete(DeleteData.make({ endpoint: there, items: ["/a.txt"] }))
      yield* TestClock.adjust("10 seconds")
      expect(yield* names(there, "/")).toEqual([])
      yield* write(here, "/late.txt", "late")
      yield* TestClock.adjust("1 minute")
      expect(yield* getTask(id)).toMatchObject({ status: "SUCCEEDED", files_transferred: 2 })
      expect(yield* names(there, "/")).toEqual(["late.txt"])
    }).pipe(between({ files }))
  )

  it.effect("goes on with what another transfer brings, however long nobody looks", () =>
    Effect.gen(function* () {
      const late = yield* submit([item("/a.txt", "/copy.txt"), item("/made/a.txt", "/end.txt")], {
        source_endpoint: there,
        destination_endpoint: here
      })
      yield* submit([item("/slow.bin", "/made/slow.bin"), item("/a.txt", "/made/a.txt")])
      yield* TestClock.adjust("1 hour")
      expect(yield* getTask(late)).toMatchObject({
        status: "SUCCEEDED",
        faults: 3,
        files_transferred: 2,
        completion_time: "1970-01-01T00:03:00+00:00"
      })
    }).pipe(between({ files: { ...files, "slow.bin": 120_000_000 } }, { files }))
  )

  it.effect("counts to the hundred tasks that may be under way", () =>
    Effect.gen(function* () {
      for (let index = 0; index < 100; index++) yield* submit([item(`/nowhere/${index}`, "/x")])
      yield* TestClock.adjust("1 hour")
      expect(yield* refusalOf(submit([item("/a.txt", "/a.txt")]))).toEqual([409, "Conflict"])
      yield* TestClock.adjust("23 hours")
      yield* submit([item("/a.txt", "/a.txt")])
    }).pipe(between({ files }))
  )

  it.effect("is hindered and canceled with what it had done", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const id = yield* submit([item("/nowhere", "/x"), item("/a.txt", "/a.txt")])
      yield* TestClock.adjust("10 minutes")
      yield* transfer.cancelTask(id)
      expect(yield* getTask(id)).toMatchObject({
        status: "FAILED",
        fatal_error: { code: "CANCELED" },
        faults: 11
      })
      yield* write(here, "/nowhere", "too late")
      yield* TestClock.adjust("10 minutes")
      expect(yield* names(there, "/")).toEqual(["a.txt"])
    }).pipe(between({ files }))
  )

  it.effect("expires when the world says, if it names no deadline", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const id = yield* submit([item("/nowhere", "/x")])
      const { status } = yield* TestTime.passing(transfer.waitForTask(id))
      expect(status).toBe("FAILED")
    }).pipe(
      Effect.provide(clientsOf({ ...worldWith({ files }), pace: { ...pace, task_deadline_seconds: 30 } }))
    )
  )

  it.effect("expires after a day otherwise", () =>
    Effect.gen(function* () {
      const id = yield* submit([item("/nowhere", "/x")])
      yield* TestClock.adjust("1439 minutes")
      expect((yield* getTask(id)).status).toBe("ACTIVE")
      yield* TestClock.adjust("1 minute")
      expect(yield* getTask(id)).toMatchObject({ status: "FAILED", fatal_error: { code: "EXPIRED" } })
    }).pipe(between({ files }))
  )

  it.effect("goes on from a snapshot as it would have gone on", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const id = yield* submit([item("/late.txt", "/late.txt"), item("/a.txt", "/a.txt")])
      yield* TestClock.adjust("30 seconds")
      yield* getTask(id)
      const kept = yield* Schema.encodeEffect(Schema.fromJsonString(Snapshot))(yield* simulator.snapshot)
      yield* simulator.restore(yield* Schema.decodeEffect(Schema.fromJsonString(Snapshot))(kept))
      yield* write(here, "/late.txt", "late")
      yield* TestClock.adjust("1 minute")
      expect(yield* getTask(id)).toMatchObject({ status: "SUCCEEDED", files_transferred: 2, faults: 1 })
      expect(yield* names(there, "/")).toEqual(["a.txt", "late.txt"])
      expect(yield* simulator.notifications).toHaveLength(1)
    }).pipe(between({ files }))
  )
})

describe("a deletion of what is missing", () => {
  it.effect("removes the rest, and goes on once it is there", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const { task_id } = yield* transfer.submitDelete(
        DeleteData.make({ endpoint: here, items: ["/late.txt", "/a.txt"] })
      )
      yield* TestClock.adjust("10 seconds")
      expect(yield* getTask(task_id)).toMatchObject({ status: "ACTIVE", nice_status: "FILE_NOT_FOUND" })
      expect(yield* names(here, "/")).toEqual([])
      yield* write(here, "/late.txt", "late")
      yield* TestClock.adjust("1 minute")
      expect((yield* getTask(task_id)).status).toBe("SUCCEEDED")
      expect(yield* names(here, "/")).toEqual([])
    }).pipe(between({ files: { "a.txt": "a" } }))
  )

  it.effect("takes patterns as they are after a backslash", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      yield* transfer.submitDelete(
        DeleteData.make({ endpoint: here, items: ["/\\*.txt", "/[bc].txt"], interpret_globs: true })
      )
      yield* TestClock.adjust("1 minute")
      expect(yield* names(here, "/")).toEqual(["a.txt"])
    }).pipe(between({ files: { "a.txt": "a", "b.txt": "b", "*.txt": "star" } }))
  )
})

describe("a destination that is full", () => {
  const files = { "one.bin": 600, "two.bin": 600, "small.bin": 100 }
  const items = [item("/one.bin", "/one.bin"), item("/two.bin", "/two.bin"), item("/small.bin", "/small.bin")]
  const full = between({ files }, { quota: 1000 })

  it.effect("takes what fits, and the rest once there is room", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const id = yield* submit(items)
      yield* TestClock.adjust("10 seconds")
      expect(yield* getTask(id)).toMatchObject({
        status: "ACTIVE",
        nice_status: "QUOTA_EXCEEDED",
        files_transferred: 2,
        subtasks_retrying: 1
      })
      expect(yield* names(there, "/")).toEqual(["one.bin", "small.bin"])
      yield* transfer.submitDelete(DeleteData.make({ endpoint: there, items: ["/one.bin"] }))
      yield* TestClock.adjust("1 minute")
      expect(yield* getTask(id)).toMatchObject({ status: "SUCCEEDED", files_transferred: 3, faults: 1 })
      expect(yield* names(there, "/")).toEqual(["small.bin", "two.bin"])
    }).pipe(full)
  )

  it.effect("fails a transfer that is to fail then, with what it had done", () =>
    Effect.gen(function* () {
      expect(yield* finish(items, { fail_on_quota_errors: true })).toMatchObject({
        status: "FAILED",
        fatal_error: { code: "QUOTA_EXCEEDED" },
        fail_on_quota_errors: true,
        files_transferred: 1
      })
      expect(yield* names(there, "/")).toEqual(["one.bin"])
    }).pipe(full)
  )

  it.effect("has room for what takes the place of something", () =>
    Effect.gen(function* () {
      expect(yield* finish([item("/one.bin", "/old.bin")])).toMatchObject({ status: "SUCCEEDED" })
    }).pipe(between({ files }, { quota: 1000, files: { "old.bin": 900 } }))
  )

  it.effect("takes no more over HTTPS either", () =>
    Effect.gen(function* () {
      yield* write(there, "/a.txt", "x".repeat(900))
      expect(yield* refusalOf(write(there, "/b.txt", "x".repeat(200)))).toEqual([507, "quota_exceeded"])
      yield* write(there, "/a.txt", "x".repeat(1000))
    }).pipe(full)
  )

  it.effect("is full for those too that share a directory of it", () =>
    Effect.gen(function* () {
      const guest = "5e1f7b9d-ae50-4c5f-81bd-8f6c7a2e3d45"
      const world = worldWith(
        { files },
        { entity_type: "GCSv5_mapped_collection", quota: 500, files: { d: {} } }
      )
      const shared = { id: guest, display_name: "Shared", host: { collection: there, path: "/d" } }
      yield* Effect.gen(function* () {
        expect(yield* finish([item("/one.bin", "/x")], { destination_endpoint: guest })).toMatchObject({
          nice_status: "QUOTA_EXCEEDED"
        })
        const { world } = yield* Simulator
        expect((yield* world).collections[1]).toMatchObject({ quota: 500 })
      }).pipe(Effect.provide(clientsOf({ ...world, collections: [...world.collections, shared] })))
    })
  )
})

describe("what is in the way at the destination", () => {
  it.effect("hinders a transfer, unless what is too much there goes", () =>
    Effect.gen(function* () {
      const onto = (path: string, options = {}) => finish([item("/data/", path)], options)
      expect(yield* onto("/one/")).toMatchObject({ nice_status: "IS_A_DIRECTORY", files_transferred: 1 })
      expect(yield* onto("/two/")).toMatchObject({ nice_status: "NOT_A_DIRECTORY" })
      for (const path of ["/one/", "/two/"]) {
        expect(yield* onto(path, { delete_destination_extra: true })).toMatchObject({ status: "SUCCEEDED" })
        const { DATA } = yield* (yield* TransferClient).ls(there, { path })
        expect(DATA.map(({ name, type }) => [name, type])).toEqual([
          ["a", "file"],
          ["d", "dir"]
        ])
      }
    }).pipe(
      between(
        { files: { data: { a: "a", d: { b: "b" } } } },
        { files: { one: { a: { x: "x" } }, two: { d: "d" } } }
      )
    )
  )
})

describe("checksums", () => {
  const hex = (algorithm: string, content: string) => createHash(algorithm).update(content).digest("hex")
  const files = { "a.txt": "hello", dir: { "b.txt": "other" }, "long.bin": 500_000_000 }
  const checksumsOf = (task: TaskDocument) =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const listed = yield* Stream.runCollect(transfer.listTaskSuccessfulTransfers(task.task_id))
      return listed.map(({ checksum, checksum_algorithm }) => [checksum_algorithm, checksum])
    })

  it.effect("are listed for what has arrived, when they were compared", () =>
    Effect.gen(function* () {
      const items = [item("/a.txt", "/a"), item("/dir/", "/d", { checksum_algorithm: "sha-256" })]
      expect(yield* checksumsOf(yield* finish(items))).toEqual([
        ["MD5", hex("md5", "hello")],
        ["SHA256", hex("sha256", "other")]
      ])
      const unverified = yield* finish([item("/a.txt", "/x")], { verify_checksum: false })
      expect(unverified.verify_checksum).toBe(false)
      expect(yield* checksumsOf(unverified)).toEqual([[null, null]])
    }).pipe(between({ files }))
  )

  it.effect("are those of the bytes that a file without content has", () =>
    Effect.gen(function* () {
      const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251)
      const done = yield* finish([item("/n.bin", "/n"), item("/long.bin", "/l")], { verify_checksum: true })
      expect(yield* checksumsOf(yield* finish([item("/n.bin", "/n")]))).toEqual([
        ["MD5", createHash("md5").update(bytes).digest("hex")]
      ])
      expect(done.status).toBe("ACTIVE")
    }).pipe(between({ files: { ...files, "n.bin": 70_000 } }))
  )

  it.effect("that were given fail the task when they are others, once the file was copied", () =>
    Effect.gen(function* () {
      const right = item("/a.txt", "/a", { external_checksum: hex("md5", "hello").toUpperCase() })
      expect((yield* finish([right])).status).toBe("SUCCEEDED")
      const sha = { checksum_algorithm: "SHA512", external_checksum: hex("sha512", "other") }
      const wrong = item("/a.txt", "/b", sha)
      expect(yield* finish([item("/dir/b.txt", "/c", sha), wrong, item("/a.txt", "/d")])).toMatchObject({
        status: "FAILED",
        fatal_error: { code: "VERIFY_CHECKSUM" },
        files_transferred: 2
      })
      expect(yield* names(there, "/")).toEqual(["a", "b", "c"])
    }).pipe(between({ files }))
  )
})

describe("what a submission may not say", () => {
  it.effect.each([
    ["a label that is too long", item("/a", "/a"), { label: "x".repeat(129) }],
    ["a label of two lines", item("/a", "/a"), { label: "one\ntwo" }],
    ["a label with space around it", item("/a", "/a"), { label: " a" }],
    ["an unknown algorithm", item("/a", "/a", { checksum_algorithm: "CRC" }), {}],
    ["the checksum of a directory", item("/a", "/a", { external_checksum: "x", recursive: true }), {}],
    ["an unknown kind of item", item("/a", "/a", { DATA_TYPE: "transfer_thing" }), {}],
    ["an unknown way with links", item("/a", "/a"), { recursive_symlinks: "follow" }],
    ["a rule that does something else", item("/a", "/a"), { filter_rules: [{ method: "maybe", name: "x" }] }],
    ["a rule for another kind", item("/a", "/a"), { filter_rules: [{ type: "pipe", name: "x" }] }]
  ] as const)("is %s", ([, one, options]) =>
    Effect.gen(function* () {
      expect(yield* refusalOf(submit([one], options))).toEqual([400, "ClientError.BadRequest"])
    }).pipe(between({ files: { a: "a" } }))
  )
})

describe("a transfer", () => {
  it.effect("keeps the directories that all of its paths share, when told to", () =>
    Effect.gen(function* () {
      const items = [item("/d/e/one", "/x/one"), item("/d/f/two", "/x/two")]
      expect(yield* finish(items, { store_base_path_info: true })).toMatchObject({
        source_base_path: "/d/",
        destination_base_path: "/x/"
      })
      expect(yield* finish(items)).not.toHaveProperty("source_base_path")
    }).pipe(between({ files: { d: { e: { one: "1" }, f: { two: "2" } } } }))
  )

  it.effect(
    "leaves what it could not read at the destination as it was, when it removes what is too much",
    () =>
      Effect.gen(function* () {
        yield* finish([item("/d/", "/d/")], { skip_source_errors: true, delete_destination_extra: true })
        expect(yield* names(there, "/d/")).toEqual(["closed"])
        expect(yield* names(there, "/d/closed/")).toEqual(["kept"])
      }).pipe(
        between(
          { files: { d: { closed: { type: "directory", permissions: "0000", entries: {} } } } },
          { files: { d: { closed: { kept: "x" }, extra: "x" } } }
        )
      )
  )
})

describe("mails", () => {
  it.effect("tell the ends of tasks to their owners, who can do without", () =>
    Effect.gen(function* () {
      const { notifications } = yield* Simulator
      const wrong = item("/a.txt", "/x", { recursive: true })
      const succeeded = yield* submit([item("/a.txt", "/a.txt")], { label: "mine" })
      expect(yield* notifications).toEqual([])
      yield* TestClock.adjust("1 minute")
      const failed = yield* submit([wrong])
      yield* submit([item("/a.txt", "/b.txt")], { notify_on_succeeded: false })
      yield* submit([wrong], { notify_on_failed: false })
      yield* TestClock.adjust("1 minute")
      expect(yield* notifications).toMatchObject([
        {
          sent: 1,
          event: "task_succeeded",
          about: succeeded,
          to: "rosalind@example.org",
          subject: "SUCCEEDED - mine",
          text: expect.stringContaining(`Source: Here (${here})`) as string
        },
        {
          sent: 60_000,
          event: "task_failed",
          about: failed,
          subject: `FAILED - ${failed}`,
          text: expect.stringContaining("NOT_A_DIRECTORY") as string
        }
      ])
      yield* TestClock.adjust("1 minute")
      expect(yield* notifications).toHaveLength(2)
    }).pipe(between({ files: { "a.txt": "a" } }))
  )

  it.effect("tell those who are given access to a collection", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* (yield* TransferClient).createAccessRule(here, {
        principal_type: "identity",
        principal: linus,
        path: "/d/",
        permissions: "r",
        notify_email: "linus@lab.example.edu",
        notify_message: "Have a look."
      })
      expect(yield* simulator.notifications).toMatchObject([
        {
          to: "linus@lab.example.edu",
          event: "access_granted",
          about: here,
          subject: "Access to Here",
          text: expect.stringMatching(/Path: \/d\/\n.*\n\nHave a look\.$/) as string
        }
      ])
    }).pipe(between({ access: [], files: { d: {} } }))
  )
})

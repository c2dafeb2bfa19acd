import { TokenStorage, UserApp } from "@effect-globus/sdk/app"
import { Transport } from "@effect-globus/sdk/service"
import { TransferClient, TransferData } from "@effect-globus/sdk/transfer"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import { Simulator, World } from "../src/index.ts"
import { linus, rosalind } from "./Browser.ts"
import { missingIn } from "./Recorded.ts"

const mine = "0f6c2a4e-5f0b-4d0a-9c6e-3a1d2b7f8e90"
const theirs = "1e7d3b5f-6a1c-4e1b-8d7f-4b2e3c8a9f01"
const laptop = "3c9f5d7b-8c3e-4a3d-af9b-6d4a5e0c1b23"
const subscription = "4da06e8c-9d4f-4b4e-b0ac-7e5b6f1d2c34"

const world: World.Input = {
  ...World.defaultWorld,
  gcs_endpoints: [],
  pace: { task_start_seconds: 0, bytes_per_second: 1000, seconds_per_file: 0 },
  collections: [
    {
      id: mine,
      display_name: "Mine",
      access: [],
      files: {
        data: { "a.bin": 10_000, "b.bin": 10_000 },
        odd: {
          "good.txt": "good",
          "locked.txt": { type: "file", content: "x", permissions: "0000" },
          closed: { type: "directory", permissions: "0300", entries: { "in.txt": "x" } }
        },
        full: { type: "directory", permissions: "0555", entries: {} }
      }
    },
    { id: theirs, display_name: "Theirs", owner: "linus@lab.example.edu", files: {} },
    {
      id: laptop,
      display_name: "Laptop",
      entity_type: "GCP_mapped_collection",
      files: { home: { papers: { "p.txt": "p" } } }
    }
  ]
}

const simulated = Layer.mergeAll(
  Layer.unwrap(Effect.map(Simulator, ({ environment }) => Transport.layerWith({ environment }))),
  Simulator.layerLogin
).pipe(Layer.provideMerge(Simulator.layerBackend({ world })))

/** The program of one person; each has a simulator in common with the others, and tokens of their own. */
const clientOf = (username: string) =>
  Effect.gen(function* () {
    yield* (yield* Simulator).setPerson({ identity: username })
    const transfer = yield* TransferClient
    // Logs in now, while it is this person's turn.
    yield* transfer.getSubmissionId()
    return transfer
  }).pipe(
    Effect.provide(
      Layer.fresh(
        TransferClient.layer.pipe(
          Layer.provide(UserApp.layer({ appName: username, clientId: World.nativeClientId })),
          Layer.provide(TokenStorage.layerMemory)
        )
      )
    )
  )

const asRosalind = clientOf("rosalind@example.org")
const asLinus = clientOf("linus@lab.example.edu")

const inProcess = Effect.provide(simulated)

const refusalOf = <A, E extends { readonly _tag: string }>(effect: Effect.Effect<A, E>) =>
  Effect.map(Effect.flip(effect), (error) =>
    "status" in error && "code" in error ? [error.status, error.code] : error._tag
  )

const names = (list: { readonly DATA: ReadonlyArray<{ readonly name?: string }> }) =>
  list.DATA.map(({ name }) => name)

const transferTo = (destination: string, source_path = "/data/", fields: Record<string, unknown> = {}) =>
  TransferData.make({
    source_endpoint: mine,
    destination_endpoint: destination,
    items: [{ source_path, destination_path: "/copy/", recursive: true }],
    ...fields
  })

describe("access rules", () => {
  it.effect("let others in, as far as they go, until they expire", () =>
    Effect.gen(function* () {
      const owner = yield* asRosalind
      const guest = yield* asLinus
      expect(yield* refusalOf(guest.ls(mine, { path: "/data/" }))).toEqual([403, "EndpointPermissionDenied"])
      const made = yield* owner.createAccessRule(mine, {
        DATA_TYPE: "access",
        principal_type: "identity",
        principal: linus,
        path: "/data/",
        permissions: "r",
        expiration_date: "1970-01-01T01:00:00Z"
      })
      expect(names(yield* guest.ls(mine, { path: "/data/" }))).toEqual(["a.bin", "b.bin"])
      expect(yield* refusalOf(guest.ls(mine, { path: "/" }))).toEqual([403, "EndpointPermissionDenied"])
      expect(yield* refusalOf(guest.mkdir(mine, { path: "/data/new" }))).toEqual([
        403,
        "EndpointPermissionDenied"
      ])
      yield* owner.updateAccessRule(mine, made.access_id, { permissions: "rw" })
      yield* guest.mkdir(mine, { path: "/data/new" })
      expect((yield* owner.listAccessRules(mine)).DATA).toMatchObject([
        { principal: linus, path: "/data/", permissions: "rw", expiration_date: "1970-01-01T01:00:00+00:00" }
      ])
      yield* TestClock.adjust("2 hours")
      expect(yield* refusalOf(guest.ls(mine, { path: "/data/" }))).toEqual([403, "EndpointPermissionDenied"])
      yield* owner.deleteAccessRule(mine, made.access_id)
      expect(yield* refusalOf(owner.getAccessRule(mine, made.access_id))).toEqual([404, "AccessRuleNotFound"])
    }).pipe(inProcess)
  )

  it.effect("are for those who manage a guest collection, and are what they must be", () =>
    Effect.gen(function* () {
      const owner = yield* asRosalind
      const guest = yield* asLinus
      const rule = {
        principal_type: "identity",
        principal: linus,
        path: "/data/",
        permissions: "r"
      } as const
      expect(yield* refusalOf(guest.listAccessRules(mine))).toEqual([403, "PermissionDenied"])
      expect(yield* refusalOf(owner.createAccessRule(laptop, rule))).toEqual([409, "NotSupported"])
      const bad = [
        { ...rule, path: "/data" },
        { ...rule, principal: "" },
        { ...rule, principal_type: "all_authenticated_users" },
        { ...rule, principal: mine },
        { ...rule, expiration_date: "never" }
      ] as const
      for (const wrong of bad) {
        expect(yield* refusalOf(owner.createAccessRule(mine, wrong))).toEqual([400, "ClientError.BadRequest"])
      }
      yield* owner.createAccessRule(mine, rule)
      expect(yield* refusalOf(owner.createAccessRule(mine, rule))).toEqual([409, "Exists"])
    }).pipe(inProcess)
  )
})

describe("roles", () => {
  it.effect("let others manage a collection", () =>
    Effect.gen(function* () {
      const owner = yield* asRosalind
      const other = yield* asLinus
      const role = { principal_type: "identity", principal: linus, role: "administrator" } as const
      expect(yield* refusalOf(other.createRole(mine, role))).toEqual([403, "PermissionDenied"])
      const made = yield* owner.createRole(mine, role)
      expect((yield* owner.listRoles(mine)).DATA).toEqual([made])
      expect((yield* other.getEndpoint(mine))["my_effective_roles"]).toEqual(["administrator"])
      yield* other.updateEndpoint(mine, { description: "Linus was here" })
      expect((yield* other.listAccessRules(mine)).DATA).toMatchObject([{ id: null, role_id: made.id }])
      expect(names(yield* other.ls(mine, { path: "/data/" }))).toEqual(["a.bin", "b.bin"])
      yield* owner.deleteRole(mine, made.id)
      expect(yield* refusalOf(other.updateEndpoint(mine, { description: "x" }))).toEqual([
        403,
        "PermissionDenied"
      ])
      expect(yield* refusalOf(owner.getRole(mine, made.id))).toEqual([404, "RoleNotFound"])
    }).pipe(inProcess)
  )
})

describe("guest collections of Globus Connect Personal", () => {
  it.effect("are made by Transfer, and listed with what they are on", () =>
    Effect.gen(function* () {
      const transfer = yield* asRosalind
      const { id } = yield* transfer.createSharedEndpoint({
        host_endpoint_id: laptop,
        host_path: "/home/papers/",
        display_name: "Papers"
      })
      expect(yield* transfer.getEndpoint(id)).toMatchObject({
        entity_type: "GCP_guest_collection",
        host_endpoint_id: laptop,
        host_path: "/home/papers/"
      })
      expect(names(yield* transfer.ls(id))).toEqual(["p.txt"])
      expect((yield* transfer.listMySharedEndpoints(laptop)).DATA.map((guest) => guest.id)).toEqual([id])
      const listed = yield* Stream.runCollect(transfer.listSharedEndpoints(laptop, { max_results: 1 }))
      expect(listed).toMatchObject([{ id, owner_id: rosalind }])
      const other = yield* asLinus
      expect(yield* refusalOf(other.ls(id))).toEqual([403, "EndpointPermissionDenied"])
      yield* transfer.deleteEndpoint(id)
      expect(yield* refusalOf(transfer.getEndpoint(id))).toEqual([404, "EndpointNotFound"])
    }).pipe(inProcess)
  )

  it.effect("belong to subscriptions, whose word is worth something only then", () =>
    Effect.gen(function* () {
      const transfer = yield* asRosalind
      const verified = { subscription_admin_verified: true }
      expect(yield* refusalOf(transfer.setSubscriptionAdminVerified(mine, verified))).toEqual([
        400,
        "BadRequest"
      ])
      const updated = yield* transfer.setSubscriptionId(mine, { subscription_id: subscription })
      expect(missingIn(updated, "transfer.set_subscription_id.default")).toEqual([])
      yield* transfer.setSubscriptionAdminVerified(mine, verified)
      expect(yield* transfer.getEndpoint(mine)).toMatchObject({ subscription_id: subscription, ...verified })
    }).pipe(inProcess)
  )
})

describe("bookmarks of version 2", () => {
  it.effect("are those of version 1, page by page", () =>
    Effect.gen(function* () {
      const transfer = yield* asRosalind
      yield* transfer.createBookmark({ name: "one", endpoint_id: mine, path: "/data/" })
      const made = yield* transfer.createBookmarkV2({
        data: {
          attributes: { name: "two", path: "/odd/" },
          relationships: { collection: { data: { id: theirs } } }
        }
      })
      const { id } = made.data
      const items = yield* Stream.runCollect(transfer.listBookmarksV2({ "page[limit]": 1 }))
      expect(items.map(({ attributes }) => attributes.name)).toEqual(["one", "two"])
      const listed = yield* transfer.listBookmarksV2.page({ include: "collection" })
      expect(missingIn(listed, "transfer.v2.list_bookmarks.default")).toEqual([])
      const changed = yield* transfer.updateBookmarkV2(id, { data: { attributes: { name: "deux" } } })
      expect(missingIn(changed, "transfer.v2.update_bookmark.default")).toEqual([])
      expect((yield* transfer.getBookmark(id)).name).toBe("deux")
      expect((yield* transfer.getBookmarkV2(id, { include: "collection" })).included).toMatchObject([
        { id: theirs }
      ])
      yield* transfer.deleteBookmarkV2(id)
      expect(yield* refusalOf(transfer.getBookmarkV2(id))).toEqual([404, "BookmarkNotFound"])
    }).pipe(inProcess)
  )
})

describe("tasks in trouble", () => {
  it.effect("try again what is forbidden, and say so, until their deadline", () =>
    Effect.gen(function* () {
      const transfer = yield* asRosalind
      const { task_id } = yield* transfer.submitTransfer(
        transferTo(theirs, "/odd/", { deadline: "1970-01-01T00:10:00Z" })
      )
      yield* TestClock.adjust("3 minutes")
      expect(yield* transfer.getTask(task_id)).toMatchObject({
        status: "ACTIVE",
        nice_status: "PERMISSION_DENIED",
        is_ok: false,
        faults: 4
      })
      yield* TestClock.adjust("10 minutes")
      expect(yield* transfer.getTask(task_id)).toMatchObject({
        status: "FAILED",
        fatal_error: { code: "EXPIRED" },
        completion_time: "1970-01-01T00:10:00+00:00"
      })
      const events = yield* Stream.runCollect(transfer.listTaskEvents(task_id))
      expect(events.filter(({ is_error }) => is_error).map(({ code }) => code)).toEqual([
        "EXPIRED",
        ...Array.from({ length: 11 }, () => "PERMISSION_DENIED")
      ])
    }).pipe(inProcess)
  )

  it.effect("go without it when told to", () =>
    Effect.gen(function* () {
      const transfer = yield* asRosalind
      const { task_id } = yield* transfer.submitTransfer(
        transferTo(theirs, "/odd/", { skip_source_errors: true })
      )
      yield* TestClock.adjust("1 minute")
      expect((yield* transfer.getTask(task_id)).status).toBe("SUCCEEDED")
      const skipped = yield* Stream.runCollect(transfer.listTaskSkippedErrors(task_id))
      expect(
        skipped.map(({ error_code, is_directory, source_path }) => [source_path, error_code, is_directory])
      ).toEqual([
        ["/odd/closed", "PERMISSION_DENIED", true],
        ["/odd/locked.txt", "PERMISSION_DENIED", false]
      ])
      expect(yield* refusalOf(transfer.ls(mine, { path: "/odd/closed" }))).toEqual([
        403,
        "EndpointPermissionDenied"
      ])
      expect(yield* refusalOf(transfer.mkdir(mine, { path: "/full/x" }))).toEqual([
        403,
        "EndpointPermissionDenied"
      ])
    }).pipe(inProcess)
  )

  it.effect("are forgotten when they are over, not before", () =>
    Effect.gen(function* () {
      const transfer = yield* asRosalind
      const { task_id } = yield* transfer.submitTransfer(transferTo(theirs))
      expect(yield* refusalOf(transfer.removeTask(task_id))).toEqual([409, "Conflict"])
      yield* TestClock.adjust("1 minute")
      yield* transfer.removeTask(task_id)
      expect(yield* refusalOf(transfer.getTask(task_id))).toEqual([404, "TaskNotFound"])
    }).pipe(inProcess)
  )
})

describe("those who manage a collection", () => {
  it.effect("see what others do there, page by page", () =>
    Effect.gen(function* () {
      const owner = yield* asRosalind
      const manager = yield* asLinus
      const { task_id } = yield* owner.submitTransfer(transferTo(theirs))
      expect((yield* manager.managerListMonitoredEndpoints()).DATA.map(({ id }) => id)).toEqual([theirs])
      expect((yield* manager.managerGetEndpoint(theirs)).display_name).toBe("Theirs")
      expect(yield* refusalOf(manager.managerGetEndpoint(mine))).toEqual([403, "PermissionDenied"])
      yield* TestClock.adjust("1 minute")
      for (let count = 0; count < 100; count++) yield* owner.submitTransfer(transferTo(theirs, "/data/"))
      expect(yield* refusalOf(manager.managerListTasks.page())).toEqual([400, "BadRequest"])
      const all = yield* Stream.runCollect(manager.managerListTasks({ filter_endpoint: theirs }))
      expect(all).toHaveLength(101)
      const ended = { filter_status: ["SUCCEEDED"], filter_endpoint: theirs } as const
      const done = yield* Stream.runCollect(
        manager.managerListTasks({ ...ended, filter_endpoint_use: "destination" })
      )
      expect(done.map((task) => [task.task_id, task.owner_string])).toEqual([
        [task_id, "rosalind@example.org"]
      ])
      expect(
        yield* Stream.runCollect(manager.managerListTasks({ ...ended, filter_endpoint_use: "source" }))
      ).toEqual([])
      const successful = yield* Stream.runCollect(manager.managerListTaskSuccessfulTransfers(task_id))
      expect(successful).toHaveLength(2)
      expect(
        yield* Stream.runCollect(manager.managerListTaskEvents(task_id, { filter_is_error: true }))
      ).toEqual([])
      expect(yield* refusalOf(manager.getTask(task_id))).toEqual([404, "TaskNotFound"])
    }).pipe(inProcess)
  )

  it.effect("cancel it, with a word to its owner", () =>
    Effect.gen(function* () {
      const owner = yield* asRosalind
      const manager = yield* asLinus
      const { task_id } = yield* owner.submitTransfer(transferTo(theirs))
      yield* TestClock.adjust("1 second")
      const order = yield* manager.managerCancelTasks({ task_id_list: [task_id], message: "Maintenance" })
      expect((yield* manager.managerGetCancelStatus(order.id)).done).toBe(true)
      expect(yield* owner.getTask(task_id)).toMatchObject({
        status: "FAILED",
        canceled_by_admin: "DESTINATION",
        canceled_by_admin_message: "Maintenance"
      })
    }).pipe(inProcess)
  )

  it.effect("pause it, which takes the time that it takes", () =>
    Effect.gen(function* () {
      const owner = yield* asRosalind
      const manager = yield* asLinus
      const { task_id } = yield* owner.submitTransfer(transferTo(theirs))
      yield* TestClock.adjust("5 seconds")
      yield* manager.managerPauseTasks({ task_id_list: [task_id], message: "One moment" })
      yield* TestClock.adjust("1 hour")
      expect(yield* owner.getTask(task_id)).toMatchObject({
        status: "ACTIVE",
        is_paused: true,
        nice_status: "PAUSED_BY_ADMIN",
        bytes_transferred: 5000
      })
      expect(yield* owner.getTaskPauseInfo(task_id)).toMatchObject({
        source_pause_message: null,
        destination_pause_message: "One moment"
      })
      yield* manager.managerResumeTasks({ task_id_list: [task_id] })
      yield* TestClock.adjust("14 seconds")
      expect(yield* owner.getTask(task_id)).toMatchObject({
        status: "ACTIVE",
        is_paused: false,
        files_transferred: 1
      })
      yield* TestClock.adjust("1 second")
      expect((yield* owner.getTask(task_id)).status).toBe("SUCCEEDED")
      expect(names(yield* owner.ls(theirs, { path: "/copy/" }))).toEqual(["a.bin", "b.bin"])
      const events = yield* Stream.runCollect(owner.listTaskEvents(task_id))
      expect(events.map(({ code, details }) => [code, code.endsWith("PAUSED") ? details : ""])).toEqual([
        ["SUCCEEDED", ""],
        ["PROGRESS", ""],
        ["UNPAUSED", "One moment"],
        ["PAUSED", "One moment"],
        ["STARTED", ""]
      ])
    }).pipe(inProcess)
  )

  it.effect("pause everything by rules, and let it go on", () =>
    Effect.gen(function* () {
      const owner = yield* asRosalind
      const manager = yield* asLinus
      const first = yield* owner.submitTransfer(transferTo(theirs))
      const rule = yield* manager.managerCreatePauseRule({
        endpoint_id: theirs,
        message: "Moving house",
        pause_rename: false
      })
      const second = yield* owner.submitTransfer(transferTo(theirs, "/data/"))
      yield* TestClock.adjust("1 minute")
      for (const { task_id } of [first, second]) {
        expect((yield* owner.getTask(task_id)).is_paused).toBe(true)
        expect((yield* owner.getTaskPauseInfo(task_id)).pause_rules).toMatchObject([
          { id: rule.id, message: "Moving house" }
        ])
      }
      expect(yield* refusalOf(owner.ls(theirs))).toEqual([409, "Conflict"])
      expect(yield* refusalOf(owner.mkdir(theirs, { path: "/x" }))).toEqual([409, "Conflict"])
      expect((yield* owner.listMyEffectivePauseRules(theirs)).DATA).toMatchObject([{ id: rule.id }])
      expect((yield* manager.managerListPauseRules({ filter_endpoint: theirs })).DATA).toHaveLength(1)
      yield* manager.managerUpdatePauseRule(rule.id, { pause_ls: false })
      expect(names(yield* owner.ls(theirs))).toEqual([])
      yield* manager.managerDeletePauseRule(rule.id)
      yield* TestClock.adjust("1 minute")
      expect((yield* owner.getTask(first.task_id)).status).toBe("SUCCEEDED")
      expect((yield* owner.getTask(second.task_id)).status).toBe("SUCCEEDED")
    }).pipe(inProcess)
  )

  it.effect("are remembered in the snapshot", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const owner = yield* asRosalind
      const manager = yield* asLinus
      const { task_id } = yield* owner.submitTransfer(transferTo(theirs))
      const rule = yield* manager.managerCreatePauseRule({ endpoint_id: theirs, message: "Moving house" })
      const role = yield* owner.createRole(mine, {
        principal_type: "identity",
        principal: linus,
        role: "activity_monitor"
      })
      const kept = yield* simulator.snapshot
      yield* manager.managerDeletePauseRule(rule.id)
      yield* owner.deleteRole(mine, role.id)
      yield* simulator.restore(kept)
      yield* TestClock.adjust("1 minute")
      expect((yield* owner.getTask(task_id)).is_paused).toBe(true)
      expect((yield* owner.listRoles(mine)).DATA).toEqual([role])
    }).pipe(inProcess)
  )
})

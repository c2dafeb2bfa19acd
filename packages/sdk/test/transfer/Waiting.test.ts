/** Waiting for tasks. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { TaskStillActive } from "../../src/transfer/TaskStillActive.ts"
import { TransferClient } from "../../src/transfer/TransferClient.ts"
import * as Globus from "./internal/Globus.ts"

const { json, taskId } = Globus

/** A task that looks like this at each look; the last look goes on for ever. */
const looks = (...tasks: ReadonlyArray<object>) =>
  Globus.make((_, index) => json({ task_id: taskId, ...tasks[Math.min(index, tasks.length - 1)] }))

const active = { status: "ACTIVE", bytes_transferred: 0 }
const succeeded = { status: "SUCCEEDED", bytes_transferred: 9 }

const secondsOf = (sent: ReadonlyArray<Globus.Sent>) => sent.map(({ at }) => at / 1000)

describe("waiting for a task", () => {
  it.effect("looks at once and then every ten seconds, and returns the task that has ended", () => {
    const { layer, sent } = looks(active, active, succeeded)
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const fiber = yield* Effect.forkChild(transfer.waitForTask(taskId))
      yield* TestClock.adjust("1 minute")
      const task = yield* Fiber.join(fiber)
      assert.strictEqual(task.status, "SUCCEEDED")
      assert.strictEqual(task.bytes_transferred, 9)
      assert.deepStrictEqual(secondsOf(sent), [0, 10, 20])
    }).pipe(Effect.provide(layer))
  })

  it.effect("returns a task that has failed like any other: its status tells", () => {
    const { layer, sent } = looks({ status: "FAILED", fatal_error: { code: "X", description: "full" } })
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const task = yield* transfer.waitForTask(taskId)
      assert.strictEqual(task.status, "FAILED")
      assert.deepStrictEqual(task.fatal_error, { code: "X", description: "full" })
      assert.lengthOf(sent, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("does not wait for a task that waits for its owner", () => {
    const { layer } = looks(active, { status: "INACTIVE" })
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const fiber = yield* Effect.forkChild(transfer.waitForTask(taskId))
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* Fiber.join(fiber)).status, "INACTIVE")
    }).pipe(Effect.provide(layer))
  })

  it.effect("never looks more often than once a second", () => {
    const { layer, sent } = looks(active, active, succeeded)
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const fiber = yield* Effect.forkChild(transfer.waitForTask(taskId, { pollingInterval: "10 millis" }))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(secondsOf(sent), [0, 1, 2])
    }).pipe(Effect.provide(layer))
  })

  it.effect(
    "ends when there was time enough, after a last look at that moment, and says how the task is",
    () => {
      const { layer, sent } = looks(active, { ...active, nice_status_short_description: "quota exceeded" })
      return Effect.gen(function* () {
        const transfer = yield* TransferClient
        const fiber = yield* Effect.forkChild(
          Effect.flip(transfer.waitForTask(taskId, { timeout: "25 seconds" }))
        )
        yield* TestClock.adjust("1 minute")
        const error = yield* Fiber.join(fiber)
        assert.instanceOf(error, TaskStillActive)
        assert.deepStrictEqual(secondsOf(sent), [0, 10, 20, 25])
        assert.include(error.message, taskId)
        assert.include(error.message, "quota exceeded")
        assert.include(error.message, "25s")
      }).pipe(Effect.provide(layer))
    }
  )

  it.effect("sees a task that ends at the last moment", () => {
    const { layer } = looks(active, succeeded)
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const fiber = yield* Effect.forkChild(transfer.waitForTask(taskId, { timeout: "3 seconds" }))
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual((yield* Fiber.join(fiber)).status, "SUCCEEDED")
    }).pipe(Effect.provide(layer))
  })

  it.effect("gets over a service in trouble", () => {
    const { layer } = Globus.make((_, index) =>
      index === 1
        ? json({}, { status: 503 })
        : json({ task_id: taskId, ...(index === 0 ? active : succeeded) })
    )
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const fiber = yield* Effect.forkChild(transfer.waitForTask(taskId))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(fiber)).status, "SUCCEEDED")
    }).pipe(Effect.provide(layer))
  })

  it.effect("fails when the task cannot be found", () => {
    const { layer } = Globus.make(() => json({ code: "TaskNotFound" }, { status: 404 }))
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const error = yield* Effect.flip(transfer.waitForTask(taskId))
      assert.strictEqual(error._tag === "ApiError" && error.reason._tag, "NotFound")
    }).pipe(Effect.provide(layer))
  })
})

describe("the progress of a task", () => {
  it.effect("is the task whenever it has changed, and ends with it", () => {
    const half = { ...active, bytes_transferred: 4 }
    const { layer } = looks(active, active, half, half, succeeded)
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const fiber = yield* transfer
        .taskProgress(taskId, { pollingInterval: "2 seconds" })
        .pipe(Stream.runCollect, Effect.forkChild)
      yield* TestClock.adjust("8 seconds")
      const tasks = yield* Fiber.join(fiber)
      assert.deepStrictEqual(
        tasks.map(({ bytes_transferred, status }) => [status, bytes_transferred]),
        [
          ["ACTIVE", 0],
          ["ACTIVE", 4],
          ["SUCCEEDED", 9]
        ]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("stops looking when nobody reads on", () => {
    const { layer, sent } = looks(active, { ...active, bytes_transferred: 1 })
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const fiber = yield* transfer
        .taskProgress(taskId)
        .pipe(Stream.take(2), Stream.runCollect, Effect.forkChild)
      yield* TestClock.adjust("1 hour")
      yield* Fiber.join(fiber)
      assert.lengthOf(sent, 2)
    }).pipe(Effect.provide(layer))
  })

  it.effect("ends with a failure when there was time enough", () => {
    const { layer } = looks(active)
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const seen: Array<string> = []
      const fiber = yield* transfer.taskProgress(taskId, { timeout: "15 seconds" }).pipe(
        Stream.runForEach((task) => Effect.sync(() => seen.push(task.status))),
        Effect.flip,
        Effect.forkChild
      )
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "TaskStillActive")
      assert.deepStrictEqual(seen, ["ACTIVE"])
    }).pipe(Effect.provide(layer))
  })
})

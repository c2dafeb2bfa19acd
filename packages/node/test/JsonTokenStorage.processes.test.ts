/** The token file among several programs: that run at once, that are killed, that are stopped. */
import { TokenStorage } from "@effect-globus/sdk/app"
import { TokenStorageError } from "@effect-globus/sdk/model"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { hostname } from "node:os"
import { dirname, resolve } from "node:path"
import { bundled } from "./internal/Bundle.ts"
import {
  account,
  fileIn,
  folder,
  get,
  logged,
  place,
  put,
  readJson,
  record,
  start,
  within
} from "./internal/Workplace.ts"

const auth = "auth.globus.org"

const filesBeside = (directory: string) => readdirSync(dirname(fileIn(directory)))

/** Starts a program that works on a token file. */
const startStorage = (args: ReadonlyArray<string>) =>
  Effect.flatMap(bundled("storage"), (start) => start(args))

/** A program that has the lock. */
const holder = (directory: string) => Effect.tap(startStorage(["hold", directory]), (program) => program.line)

/** How long an effect takes, in milliseconds. */
const timed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const begin = yield* Clock.currentTimeMillis
    yield* effect
    return (yield* Clock.currentTimeMillis) - begin
  })

/** Moves the clock on, second by second, until an effect is done. Tells how many seconds it took. */
const secondsUntil = <A, E>(fiber: Fiber.Fiber<A, E>) =>
  Effect.gen(function* () {
    let seconds = 0
    while (fiber.pollUnsafe() === undefined) {
      yield* TestClock.adjust("1 second")
      yield* TestClock.withLive(Effect.sleep("10 millis"))
      seconds++
      assert.isBelow(seconds, 120)
    }
    yield* Fiber.join(fiber)
    return seconds
  })

describe("programs that run at once", () => {
  it.live(
    "lose nothing of each other's: 8 of them that add one 12 times make 96",
    () =>
      Effect.gen(function* () {
        const directory = yield* folder
        const programs = yield* Effect.forEach(Array.from({ length: 8 }), () =>
          startStorage(["count", directory, "12"])
        )
        for (const program of programs) {
          const { code, stderr } = yield* program.end
          assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
        }
        const tokens = yield* get().pipe(within(directory))
        assert.strictEqual(tokens["counter.example.org"]?.expires_at_seconds, 96)
        assert.deepStrictEqual(filesBeside(directory), ["tokens.json"])
      }),
    60_000
  )

  it.live("wait for one that is slow, and go on when it has ended", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const program = yield* holder(directory)
      const fiber = yield* Effect.forkChild(put([record(auth)]).pipe(within(directory)))
      yield* Effect.sleep("500 millis")
      assert.isUndefined(fiber.pollUnsafe())
      // It is told to end, and releases its lock itself.
      yield* program.signal("SIGTERM")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(filesBeside(directory), ["tokens.json"])
    })
  )

  it.live("read while another one has the lock", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      yield* put([record(auth)]).pipe(within(directory))
      yield* holder(directory)
      assert.deepStrictEqual(Object.keys(yield* get().pipe(within(directory))), [auth])
    })
  )
})

describe("a program that is killed while it has the lock", () => {
  it.live("holds nobody up", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const program = yield* holder(directory)
      assert.isTrue(existsSync(`${fileIn(directory)}.lock`))
      yield* program.signal("SIGKILL")
      yield* program.end
      const duration = yield* timed(put([record(auth)]).pipe(within(directory)))
      assert.isBelow(duration, 3000)
      assert.deepStrictEqual(filesBeside(directory), ["tokens.json"])
    })
  )

  it.live(
    "holds nobody up who was waiting for it already, and one after the other gets the lock",
    () =>
      Effect.gen(function* () {
        const directory = yield* folder
        const program = yield* holder(directory)
        const waiting = yield* Effect.forEach(Array.from({ length: 6 }), () =>
          startStorage(["count", directory, "5"])
        )
        yield* Effect.sleep("1 second")
        yield* program.signal("SIGKILL")
        for (const each of waiting) assert.strictEqual((yield* each.end).code, 0)
        const tokens = yield* get().pipe(within(directory))
        assert.strictEqual(tokens["counter.example.org"]?.expires_at_seconds, 30)
      }),
    30_000
  )

  it.live(
    "leaves every record whole, 200 times while it writes",
    () =>
      Effect.gen(function* () {
        const rounds = Array.from({ length: 100 }, (_, round) => round)
        const [one = 0, other = 0] = yield* Effect.forEach(
          [0, 0.7],
          (shift) =>
            Effect.gen(function* () {
              const directory = yield* folder
              let unfinished = 0
              for (const round of rounds) {
                const program = yield* startStorage(["churn", directory])
                yield* program.line
                // A write takes some milliseconds.
                yield* Effect.sleep((round % 12) + shift)
                yield* program.signal("SIGKILL")
                yield* program.end
                if (filesBeside(directory).length > 1) unfinished++
                const tokens = Object.values(yield* get().pipe(within(directory)))
                assert.lengthOf(tokens, 50)
                assert.isTrue(tokens.every(({ scope }) => scope.length === 2000))
                assert.strictEqual(statSync(fileIn(directory)).mode & 0o777, 0o600)
              }
              yield* put([record(auth)]).pipe(within(directory))
              assert.deepStrictEqual(filesBeside(directory), ["tokens.json"])
              return unfinished
            }),
          { concurrency: 2 }
        )
        // Most of them were in the middle of a write, else this would show nothing.
        assert.isAbove(one + other, 100)
      }),
    120_000
  )
})

describe("a disk that is full", () => {
  const isMountable =
    process.platform === "linux" &&
    spawnSync("unshare", ["-rm", "sh", "-c", "mount -t tmpfs none /mnt"]).status === 0

  const Attempts = Schema.fromJsonString(
    Schema.Struct({
      attempts: Schema.Array(
        Schema.Struct({
          pages: Schema.Int,
          error: Schema.optionalKey(Schema.Struct({ kind: Schema.String, message: Schema.String })),
          isAsked: Schema.Boolean,
          isKept: Schema.Boolean,
          files: Schema.Array(Schema.String)
        })
      ),
      last: Schema.String
    })
  )

  it.live.each<readonly [storage: string, file: string]>([
    ["json", "tokens.json"],
    ["sqlite", "tokens.db"],
    ["keyring", "tokens.encrypted"]
  ])(
    "loses nothing, of what is stored and of what can be had only once, and says so: %s",
    ([storage, file], { skip }) =>
      Effect.gen(function* () {
        if (!isMountable) return skip("no small disk can be mounted here")
        const directory = yield* folder
        // A mount in a namespace of its own, which is gone with the program.
        const program = yield* start(
          "unshare",
          [
            "-rm",
            "sh",
            "-c",
            'mount -t tmpfs -o size=256k none "$1" && exec "$2" "$3" "$1"',
            "sh",
            directory,
            process.execPath,
            resolve(import.meta.dirname, "programs/fullDisk.ts")
          ],
          { env: { STORAGE: storage } }
        )
        const { code, stderr, stdout } = yield* program.end
        assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
        const { attempts, last } = yield* Schema.decodeUnknownEffect(Attempts)(stdout)
        const [first] = attempts
        assert.strictEqual(first?.error?.kind, "unwritable")
        assert.match(first?.error?.message ?? "", /ENOSPC: no space left on device|database or disk is full/)
        assert.include(first?.error?.message, "Check free space")
        assert.isUndefined(attempts.at(-1)?.error)
        for (const { error, files, isAsked, isKept, pages } of attempts) {
          const failed = error !== undefined
          assert.deepStrictEqual({ pages, isAsked, isKept }, { pages, isAsked: !failed, isKept: failed })
          assert.deepStrictEqual(files, [file])
        }
        assert.strictEqual(last, "100")
      })
  )
})

describe("a program that is stopped while it has the lock", () => {
  it.live("is not robbed; who cannot wait longer is told whom for", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const program = yield* holder(directory)
      yield* program.signal("SIGSTOP")
      const lock = readFileSync(`${fileIn(directory)}.lock`, "utf8")
      const error = yield* Effect.flip(
        put([record(auth)]).pipe(within(directory, { lockTimeout: "700 millis" }))
      )
      assert.instanceOf(error, TokenStorageError)
      assert.strictEqual(error.kind, "locked")
      assert.include(error.message, `process ${program.pid} on ${hostname()} has locked it`)
      assert.include(error.message, fileIn(directory))
      assert.strictEqual(readFileSync(`${fileIn(directory)}.lock`, "utf8"), lock)
      yield* program.signal("SIGCONT")
      yield* program.signal("SIGTERM")
      yield* program.end
      yield* put([record(auth)]).pipe(within(directory))
    })
  )

  it.effect("is not robbed after hours either; who waits for it is told so", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const program = yield* holder(directory)
      yield* program.signal("SIGSTOP")
      const { layer, lines } = logged()
      const fiber = yield* Effect.forkChild(
        put([record(auth)]).pipe(within(directory, { lockTimeout: "3 hours" }), Effect.provide(layer))
      )
      yield* TestClock.withLive(Effect.sleep("100 millis"))
      for (let minute = 0; minute < 150; minute++) {
        yield* TestClock.adjust("1 minute")
        yield* TestClock.withLive(Effect.sleep("2 millis"))
      }
      assert.isUndefined(fiber.pollUnsafe())
      assert.lengthOf(lines, 1)
      assert.include(lines[0], `Waiting for process ${program.pid} on ${hostname()}`)
      yield* Fiber.interrupt(fiber)
      assert.isTrue(existsSync(`${fileIn(directory)}.lock`))
    })
  )
})

describe("a lock whose owner cannot be asked", () => {
  const foreign = (began: string) => ({
    id: "a-foreign-lock",
    process: { pid: process.pid, host: "elsewhere", space: "another boot of another machine", began }
  })

  for (const [what, content] of [
    ["of a program on another machine", foreign("1")],
    ["that is empty", ""],
    ["of another kind", "12345"]
  ] as const) {
    it.effect(`${what} is respected for some seconds after its last sign of life`, () =>
      Effect.gen(function* () {
        const directory = yield* folder
        place(`${fileIn(directory)}.lock`, content)
        const fiber = yield* Effect.forkChild(put([record(auth)]).pipe(within(directory)))
        const seconds = yield* secondsUntil(fiber)
        assert.isAtLeast(seconds, 15)
        assert.isBelow(seconds, 30)
        assert.deepStrictEqual(filesBeside(directory), ["tokens.json"])
      })
    )
  }

  it.effect("is respected as long as it gives signs of life", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const lock = place(`${fileIn(directory)}.lock`, foreign("1"))
      const fiber = yield* Effect.forkChild(put([record(auth)]).pipe(within(directory)))
      for (let beat = 1; beat <= 30; beat++) {
        place(lock, foreign(String(beat)))
        for (let second = 0; second < 2; second++) {
          yield* TestClock.adjust("1 second")
          yield* TestClock.withLive(Effect.sleep("5 millis"))
        }
      }
      assert.isUndefined(fiber.pollUnsafe())
      yield* Fiber.interrupt(fiber)
    })
  )

  it.live("of an earlier process with the number of one that lives is no obstacle", ({ skip }) =>
    Effect.gen(function* () {
      if (process.platform !== "linux") return skip("only Linux tells when a process began")
      const directory = yield* folder
      // This process itself says what a lock of this machine looks like.
      const own = yield* Effect.flatMap(TokenStorage, (storage) =>
        storage.modify(account, (tokens) =>
          Effect.sync(
            () => [readJson(`${fileIn(directory)}.lock`) as ReturnType<typeof foreign>, tokens] as const
          )
        )
      ).pipe(within(directory))
      assert.strictEqual(own.process.pid, process.pid)
      place(`${fileIn(directory)}.lock`, { id: "old", process: { ...own.process, began: "1" } })
      assert.isBelow(yield* timed(put([record(auth)]).pipe(within(directory))), 3000)
    })
  )
})

describe("a program that has the lock", () => {
  it.effect("gives signs of life", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const begun = yield* Deferred.make<void>()
      const fiber = yield* Effect.forkChild(
        Effect.flatMap(TokenStorage, (storage) =>
          storage.modify(account, () => Effect.andThen(Deferred.succeed(begun, undefined), Effect.never))
        ).pipe(within(directory))
      )
      yield* Deferred.await(begun)
      const signs = new Set<number>()
      for (let second = 0; second < 10; second++) {
        yield* TestClock.adjust("1 second")
        yield* TestClock.withLive(Effect.sleep("20 millis"))
        signs.add(statSync(`${fileIn(directory)}.lock`).mtimeMs)
      }
      assert.isAtLeast(signs.size, 4)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(filesBeside(directory), [])
    })
  )

  it.live("that is interrupted while it waits leaves the lock of the other one", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      yield* holder(directory)
      const lock = readFileSync(`${fileIn(directory)}.lock`, "utf8")
      const fiber = yield* Effect.forkChild(put([record(auth)]).pipe(within(directory)))
      yield* Effect.sleep("100 millis")
      assert.isBelow(yield* timed(Fiber.interrupt(fiber)), 1000)
      assert.strictEqual(readFileSync(`${fileIn(directory)}.lock`, "utf8"), lock)
    })
  )
})

/** What any storage of tokens in files has to fulfil, beside the contract of all storages. */
import { TokenStorage } from "@effect-globus/sdk/app"
import { TokenStorageError } from "@effect-globus/sdk/model"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import { contract } from "../../../sdk/test/app/internal/tokenStorageContract.ts"
import { Damage, damage, fuzz } from "../../../sdk/test/internal/Fuzz.ts"
import {
  account,
  encodedRecord,
  fileIn,
  folder,
  get,
  logged,
  put,
  quickFolder,
  record,
  reveal,
  startProgram,
  storages
} from "./Workplace.ts"

const auth = "auth.globus.org"
const transfer = "transfer.api.globus.org"

export const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

/** The files that were set aside beside this one. */
export const asideOf = (file: string): ReadonlyArray<string> =>
  readdirSync(dirname(file))
    .filter((name) => name.startsWith(`${basename(file)}.corrupt-`))
    .map((name) => join(dirname(file), name))

export const failureOf = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), (error) => {
    if (error instanceof TokenStorageError) return error
    throw new Error("not an error of the storage", { cause: error })
  })

/** Runs an effect that waits now and then, without waiting. */
const hurried = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    while (fiber.pollUnsafe() === undefined) {
      yield* TestClock.adjust("50 millis")
      yield* TestClock.withLive(Effect.sleep("1 millis"))
    }
    return yield* Fiber.join(fiber)
  })

/** Declares the tests of the contract for one of the storages, whose files end so and whose names may be such text. */
export const fileContract = (
  name: keyof typeof storages,
  extension: string,
  Name: typeof Schema.NonEmptyString = Schema.NonEmptyString
): void => {
  const storage = storages[name]
  contract(name, Layer.unwrap(Effect.map(folder, (directory) => storage({ directory }))))

  const within =
    (directory: string) =>
    <A, E, R>(effect: Effect.Effect<A, E, R | TokenStorage>) =>
      Effect.provide(effect, Layer.fresh(storage({ directory })))

  /** A file that has tokens, in a folder of its own. */
  const stored = Effect.gen(function* () {
    const directory = yield* folder
    yield* put([record(transfer, { refresh_token: "canary-refresh" })]).pipe(within(directory))
    return { directory, file: fileIn(directory, extension) }
  })

  describe(`a file of the storage ${name}`, () => {
    it.live("is the only one in its folder, where the storage says", () =>
      Effect.gen(function* () {
        const { directory, file } = yield* stored
        assert.deepStrictEqual(readdirSync(dirname(file)), [basename(file)])
        const location = Effect.flatMap(TokenStorage, (storage) => storage.location(account))
        assert.strictEqual(yield* location.pipe(within(directory)), file)
      })
    )

    it.live("is there for a later program", () =>
      Effect.gen(function* () {
        const { directory } = yield* stored
        yield* put([record(auth)]).pipe(within(directory))
        assert.deepStrictEqual(reveal(yield* get().pipe(within(directory))), {
          [transfer]: encodedRecord(transfer, { refresh_token: "canary-refresh" }),
          [auth]: encodedRecord(auth)
        })
      })
    )

    const Fields = Schema.Struct({
      scope: Schema.String,
      access_token: Schema.NonEmptyString,
      refresh_token: Schema.optionalKey(Schema.NonEmptyString),
      identity_id: Schema.optionalKey(Schema.String),
      expires_at_seconds: Schema.Int,
      extra: Schema.optionalKey(Schema.Record(Schema.String, Schema.Json)),
      added_by_others: Schema.optionalKey(Schema.Json)
    })

    it.live.prop(
      "gives back what it was given, whatever it is",
      [Name, Schema.Record(Name, Fields)],
      ([profile, records]) =>
        Effect.gen(function* () {
          const directory = yield* quickFolder
          const owner = { ...account, profile }
          const tokens = Object.entries(records).map(([server, fields]) => record(server, fields))
          yield* put(tokens, owner).pipe(within(directory))
          const found = yield* get(owner).pipe(within(directory))
          const given = Object.entries(records).map(([server, fields]) => [
            server,
            encodedRecord(server, fields)
          ])
          // JSON has no negative zero.
          assert.deepStrictEqual<unknown>(
            JSON.parse(JSON.stringify(reveal(found))),
            JSON.parse(JSON.stringify(Object.fromEntries(given)))
          )
        }).pipe(Effect.scoped),
      fuzz
    )

    it.live("is not made by looking, or by storing nothing", () =>
      Effect.gen(function* () {
        const directory = yield* folder
        yield* Effect.gen(function* () {
          const storage = yield* TokenStorage
          assert.deepStrictEqual(yield* get(), {})
          assert.deepStrictEqual(yield* storage.profiles(account), [])
          assert.deepStrictEqual(readdirSync(directory), [])
          yield* storage.modify(account, () => Effect.succeed([undefined, {}]))
        }).pipe(within(directory))
        assert.deepStrictEqual(readdirSync(dirname(fileIn(directory))), [])
      })
    )

    describe("and other people", () => {
      it.live("is for its owner only, and so are its folders, also where everything is open by default", () =>
        Effect.gen(function* () {
          const directory = join(yield* folder, "home", "apps")
          mkdirSync(dirname(directory))
          const program = yield* startProgram("storage", ["write", directory], {
            STORAGE: name,
            UMASK: "000"
          })
          const { code, stderr } = yield* program.end
          assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
          const file = fileIn(directory, extension)
          assert.strictEqual(modeOf(file), "600")
          for (let path = dirname(file); path !== dirname(directory); path = dirname(path)) {
            assert.strictEqual(modeOf(path), "700")
          }
        })
      )

      it.live("is reported once if they may read it", () =>
        Effect.gen(function* () {
          const { directory, file } = yield* stored
          const { layer, lines } = logged()
          chmodSync(file, 0o644)
          yield* Effect.andThen(get(), get()).pipe(within(directory), Effect.provide(layer))
          assert.lengthOf(lines, 1)
          for (const part of ["Warn", "Others", "chmod 600", file]) assert.include(lines[0], part)
        })
      )

      it.live("is reported once if they may write to its folder, and so replace it", () =>
        Effect.gen(function* () {
          const { directory, file } = yield* stored
          const { layer, lines } = logged()
          chmodSync(dirname(file), 0o770)
          yield* Effect.andThen(get(), get()).pipe(within(directory), Effect.provide(layer))
          assert.lengthOf(lines, 1)
          for (const part of ["Warn", "Others", "chmod 700", dirname(file)]) assert.include(lines[0], part)
        })
      )
    })

    const elsewhere = (file: string) => {
      const path = join(dirname(dirname(file)), "elsewhere")
      writeFileSync(path, "canary", { mode: 0o600 })
      return path
    }

    it.live.each<readonly [what: string, arrange: (file: string) => void, detail: string]>([
      ["a folder", (file) => mkdirSync(file), "it is a folder"],
      ["a link to elsewhere", (file) => symlinkSync(elsewhere(file), file), "it is a symbolic link"],
      ["a link to nowhere", (file) => symlinkSync("/nowhere/at/all", file), "it is a symbolic link"],
      ["a second name of a file elsewhere", (file) => linkSync(elsewhere(file), file), "a hard link"]
    ])("is not %s: that is neither followed nor replaced", ([, arrange, detail]) =>
      Effect.gen(function* () {
        const directory = yield* folder
        const file = fileIn(directory, extension)
        mkdirSync(dirname(file), { recursive: true })
        arrange(file)
        for (const use of [get(), Effect.asVoid(put([record(auth)]))]) {
          const error = yield* failureOf(use.pipe(within(directory)))
          assert.strictEqual(error.kind, "unreadable")
          assert.include(error.detail, detail)
          assert.include(error.message, file)
        }
        assert.deepStrictEqual(readdirSync(dirname(file)), [basename(file)])
      })
    )

    describe("that cannot be understood", () => {
      it.live.each<readonly [what: string, spoil: (bytes: Buffer) => Uint8Array]>([
        ["because it is empty", () => new Uint8Array()],
        ["because it was cut short", (bytes) => bytes.subarray(0, bytes.length / 2)],
        ["because it is something else", () => Buffer.from("canary, and not tokens")]
      ])("%s, is set aside, which is told, and a new one begins", ([, spoil]) =>
        Effect.gen(function* () {
          for (const use of [Effect.asVoid(get()), put([record(auth)])]) {
            const { directory, file } = yield* stored
            const { layer, lines } = logged()
            const content = spoil(readFileSync(file))
            writeFileSync(file, content)
            chmodSync(file, 0o600)
            yield* use.pipe(within(directory), Effect.provide(layer))
            const [aside = ""] = asideOf(file)
            assert.deepStrictEqual(Buffer.compare(readFileSync(aside), content), 0)
            assert.strictEqual(modeOf(aside), "600")
            assert.lengthOf(lines, 1)
            for (const part of ["Warn", file, aside, "a new login will be needed"])
              assert.include(lines[0], part)
            assert.notInclude(lines.join(), "canary")
            yield* put([record(auth)]).pipe(within(directory), Effect.provide(layer))
            assert.deepStrictEqual(Object.keys(yield* get().pipe(within(directory))), [auth])
            assert.lengthOf(lines, 1)
            assert.lengthOf(asideOf(file), 1)
          }
        })
      )

      it.live("is set aside once, however many find it so", () =>
        Effect.gen(function* () {
          const { directory, file } = yield* stored
          writeFileSync(file, "{")
          const { layer, lines } = logged()
          const programs = Array.from({ length: 8 }, (_, index) =>
            Effect.andThen(
              put([record(`server-${index}`)]).pipe(within(directory)),
              get().pipe(within(directory))
            )
          )
          yield* Effect.all(programs, { concurrency: "unbounded" }).pipe(Effect.provide(layer))
          assert.lengthOf(lines, 1)
          assert.lengthOf(asideOf(file), 1)
          assert.lengthOf(Object.keys(yield* get().pipe(within(directory))), 8)
        })
      )

      /** A folder with a file that has tokens: written once, because this takes more time than all the rest. */
      let template = ""
      beforeAll(async () => {
        template = mkdtempSync(join(tmpdir(), "effect-globus-"))
        await Effect.runPromise(
          put([record(transfer, { refresh_token: "canary-refresh" })]).pipe(within(template))
        )
      })
      afterAll(() => rmSync(template, { recursive: true }))

      it.effect.prop(
        "may be anything at all: nothing dies, nothing hangs, and nothing is lost",
        [Schema.Union([Damage, Schema.Json, Schema.Array(Damage)])],
        ([given]) =>
          Effect.gen(function* () {
            const directory = yield* quickFolder
            cpSync(template, directory, { recursive: true })
            const file = fileIn(directory, extension)
            const whole = readFileSync(file)
            const content = Schema.is(Damage)(given)
              ? damage(whole, given)
              : Schema.is(Schema.NonEmptyArray(Damage))(given)
                ? given.reduce<Uint8Array>(damage, whole)
                : Buffer.from(JSON.stringify(given))
            writeFileSync(file, content)
            const { layer, lines } = logged()
            yield* Effect.gen(function* () {
              const before = yield* Effect.result(hurried(get()))
              const aside = asideOf(file)
              if (Result.isFailure(before)) {
                // What is of another version, or needs another key, is left alone.
                assert.include(before.failure.message, file)
                assert.notInclude(before.failure.message, "corrupt")
                assert.strictEqual(Buffer.compare(readFileSync(file), content), 0)
                assert.deepStrictEqual(aside, [])
                return
              }
              yield* hurried(put([record(auth)]))
              assert.sameMembers(Object.keys(yield* hurried(get())), [
                ...new Set([...Object.keys(before.success), auth])
              ])
              assert.lengthOf(lines, aside.length)
              assert.notInclude(lines.join(), "canary-refresh")
              const isThere = (path: string) => readFileSync(path).includes("canary-refresh")
              if (Buffer.from(content).includes("canary-refresh"))
                assert.isTrue([file, ...aside].some(isThere))
            }).pipe(within(directory), Effect.provide(layer))
          }).pipe(Effect.scoped),
        fuzz
      )
    })

    describe("among several programs", () => {
      it.live(
        "loses nothing of anybody's: 4 of them that add one 10 times make 40",
        () =>
          Effect.gen(function* () {
            const directory = yield* folder
            const programs = yield* Effect.forEach(Array.from({ length: 4 }), () =>
              startProgram("storage", ["count", directory, "10"], { STORAGE: name })
            )
            for (const program of programs) {
              const { code, stderr } = yield* program.end
              assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
            }
            const tokens = yield* get().pipe(within(directory))
            assert.strictEqual(tokens["counter.example.org"]?.expires_at_seconds, 40)
            const file = fileIn(directory, extension)
            assert.deepStrictEqual(readdirSync(dirname(file)), [basename(file)])
          }),
        60_000
      )

      it.live(
        "is whole, whenever the one that writes it is killed",
        () =>
          Effect.gen(function* () {
            const directory = yield* folder
            for (let round = 0; round < 6; round++) {
              const program = yield* startProgram("storage", ["churn", directory], { STORAGE: name })
              yield* program.line
              yield* Effect.sleep(`${3 * round} millis`)
              yield* program.signal("SIGKILL")
              yield* program.end
              const tokens = yield* get().pipe(within(directory))
              assert.lengthOf(Object.keys(tokens), 50)
              assert.strictEqual(modeOf(fileIn(directory, extension)), "600")
            }
            yield* put([record(auth)]).pipe(within(directory))
            const file = fileIn(directory, extension)
            assert.deepStrictEqual(readdirSync(dirname(file)), [basename(file)])
          }),
        60_000
      )

      it.live("is read by the others while one decides", () =>
        Effect.gen(function* () {
          const { directory } = yield* stored
          const begun = yield* Deferred.make<void>()
          const fiber = yield* Effect.forkChild(
            Effect.flatMap(TokenStorage, (storage) =>
              storage.modify(account, () => Effect.andThen(Deferred.succeed(begun, undefined), Effect.never))
            ).pipe(within(directory))
          )
          yield* Deferred.await(begun)
          assert.deepStrictEqual(Object.keys(yield* get().pipe(within(directory))), [transfer])
          yield* Fiber.interrupt(fiber)
        })
      )
    })
  })
}

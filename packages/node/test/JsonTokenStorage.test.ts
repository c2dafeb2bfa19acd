/** The token file: its format, what of it is kept, who may read it, and what happens when something is wrong with it. */
import { JsonTokenStorage } from "@effect-globus/node"
import { type Account, TokenStorage } from "@effect-globus/sdk/app"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as PlatformError from "effect/PlatformError"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { inspect } from "node:util"
import { asideOf, failureOf, fileContract, modeOf } from "./internal/fileContract.ts"
import {
  account,
  encodedRecord,
  fileIn,
  folder,
  get,
  isRoot,
  logged,
  place,
  put,
  readJson,
  record,
  reveal,
  within
} from "./internal/Workplace.ts"

fileContract("json", "json")

const transfer = "transfer.api.globus.org"
const auth = "auth.globus.org"

const version2 = (data: object, rest: object = {}) => ({
  data,
  format_version: "2.0",
  "globus-sdk.version": "4.9.0",
  ...rest
})

const decodeFile = Schema.decodeUnknownSync(
  Schema.fromJsonString(
    Schema.Struct({
      data: Schema.Record(Schema.String, Schema.Record(Schema.String, Schema.Unknown)),
      format_version: Schema.String,
      "globus-sdk.version": Schema.String
    })
  )
)

/** A storage on a disk on which some calls do not do as usual. */
const onDisk = (directory: string, others: (fs: FileSystem.FileSystem) => Partial<FileSystem.FileSystem>) =>
  Layer.effect(TokenStorage, JsonTokenStorage.make({ directory })).pipe(
    Layer.provide(
      Layer.effect(
        FileSystem.FileSystem,
        Effect.map(FileSystem.FileSystem, (fs) => FileSystem.FileSystem.of({ ...fs, ...others(fs) }))
      )
    ),
    Layer.provide(NodeFileSystem.layer)
  )

describe("what is stored", () => {
  it.live("is there for a later program", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const tokens = [
        record(transfer, { refresh_token: "canary-refresh", extra: { note: "a" } }),
        record(auth, { identity_id: "ae341a98-d274-11e5-b888-dbae3a8ba545" })
      ]
      yield* put(tokens).pipe(within(directory))
      const found = yield* get().pipe(within(directory))
      assert.deepStrictEqual(reveal(found), {
        [transfer]: encodedRecord(transfer, { refresh_token: "canary-refresh", extra: { note: "a" } }),
        [auth]: encodedRecord(auth, { identity_id: "ae341a98-d274-11e5-b888-dbae3a8ba545" })
      })
    })
  )

  it.live("is nothing at first, and no file is made by looking, or by storing nothing", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      assert.deepStrictEqual(yield* get().pipe(within(directory)), {})
      assert.deepStrictEqual(readdirSync(directory), [])
      yield* Effect.flatMap(TokenStorage, (storage) =>
        storage.modify(account, () => Effect.succeed([undefined, {}]))
      ).pipe(within(directory))
      assert.isFalse(existsSync(fileIn(directory)))
    })
  )

  it.live("is apart for each app, environment and profile", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const others: ReadonlyArray<Account> = [
        account,
        { ...account, appName: "another" },
        { ...account, environment: "sandbox" },
        { ...account, profile: "work" },
        { ...account, profile: "__proto__" },
        { ...account, profile: "constructor" }
      ]
      yield* Effect.gen(function* () {
        for (const [index, other] of others.entries()) {
          assert.deepStrictEqual(yield* get(other), {})
          yield* put([record(`server-${index}`)], other)
        }
        for (const [index, other] of others.entries()) {
          assert.deepStrictEqual(Object.keys(yield* get(other)), [`server-${index}`])
        }
        const storage = yield* TokenStorage
        assert.deepStrictEqual(yield* storage.profiles(account), [
          "DEFAULT",
          "work",
          "__proto__",
          "constructor"
        ])
        assert.deepStrictEqual(yield* storage.profiles({ ...account, appName: "unheard of" }), [])
      }).pipe(within(directory))
    })
  )

  it.live("can be removed, after which its profile is none", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      yield* Effect.gen(function* () {
        const storage = yield* TokenStorage
        yield* put([record(transfer)])
        const answer = yield* storage.modify(account, () => Effect.succeed(["removed", {}]))
        assert.strictEqual(answer, "removed")
        assert.deepStrictEqual(yield* get(), {})
        assert.deepStrictEqual(yield* storage.profiles(account), [])
      }).pipe(within(directory))
    })
  )

  it.live("stays as it is if the decision fails or is interrupted, and the store is free afterwards", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      yield* Effect.gen(function* () {
        const storage = yield* TokenStorage
        yield* put([record(transfer)])
        const before = readFileSync(fileIn(directory), "utf8")

        const failed = yield* Effect.exit(storage.modify(account, () => Effect.fail("no")))
        assert.isTrue(Exit.isFailure(failed) && Cause.squash(failed.cause) === "no")

        const begun = yield* Deferred.make<void>()
        const fiber = yield* Effect.forkChild(
          storage.modify(account, () => Effect.andThen(Deferred.succeed(begun, undefined), Effect.never))
        )
        yield* Deferred.await(begun)
        yield* Fiber.interrupt(fiber)

        assert.strictEqual(readFileSync(fileIn(directory), "utf8"), before)
        assert.deepStrictEqual(readdirSync(dirname(fileIn(directory))), ["tokens.json"])
        yield* put([record(auth)])
        assert.deepStrictEqual(Object.keys(yield* get()), [transfer, auth])
      }).pipe(within(directory))
    })
  )

  it.live("is written once it was decided, even if the program is interrupted by then", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const isWriting = yield* Deferred.make<void>()
      const goOn = yield* Deferred.make<void>()
      const slow = onDisk(directory, (fs) => ({
        rename: (from, to) =>
          Deferred.succeed(isWriting, undefined).pipe(
            Effect.andThen(Deferred.await(goOn)),
            Effect.andThen(fs.rename(from, to))
          )
      }))
      const fiber = yield* Effect.forkChild(put([record(transfer)]).pipe(Effect.provide(slow)))
      yield* Deferred.await(isWriting)
      const interruption = yield* Effect.forkChild(Fiber.interrupt(fiber))
      yield* Effect.yieldNow
      yield* Deferred.succeed(goOn, undefined)
      yield* Fiber.join(interruption)
      assert.deepStrictEqual(Object.keys(yield* get().pipe(within(directory))), [transfer])
      assert.deepStrictEqual(readdirSync(dirname(fileIn(directory))), ["tokens.json"])
    })
  )

  it.live("is what all fibers of a program stored, however many store at once", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const servers = Array.from({ length: 50 }, (_, index) => `server-${index}`)
      yield* Effect.forEach(servers, (server) => put([record(server)]), { concurrency: "unbounded" }).pipe(
        within(directory)
      )
      assert.sameMembers(Object.keys(yield* get().pipe(within(directory))), servers)
    })
  )
})

describe("the file", () => {
  it.live("is in the format of the official SDK, without fields that are null", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      yield* put([
        record(transfer, { identity_id: null, refresh_token: null, token_type: null, extra: null })
      ]).pipe(within(directory))
      const { token_type: _, ...fields } = encodedRecord(transfer)
      assert.deepStrictEqual(readJson(fileIn(directory)), version2({ DEFAULT: { [transfer]: fields } }))
    })
  )

  const reference = resolve(
    process.env["GLOBUS_REFERENCE"] || resolve(import.meta.dirname, "../../../../shared/reference"),
    "token-files/tokens.json"
  )

  const official = "of the official SDK is understood, and written back without a loss"
  if (existsSync(reference)) {
    it.live(official, () =>
      Effect.gen(function* () {
        const directory = yield* folder
        const original = readFileSync(reference, "utf8")
        const { data, ...rest } = decodeFile(original)
        place(fileIn(directory), original)
        assert.deepStrictEqual(reveal(yield* get().pipe(within(directory))), data["DEFAULT"])
        yield* put([record("flows.globus.org")]).pipe(within(directory))
        assert.deepStrictEqual(readJson(fileIn(directory)), {
          ...rest,
          data: {
            ...data,
            DEFAULT: { ...data["DEFAULT"], "flows.globus.org": encodedRecord("flows.globus.org") }
          }
        })
      })
    )
  } else {
    it(official, ({ skip }) =>
      skip(`${reference} is not there: set GLOBUS_REFERENCE to the directory that has it`)
    )
  }

  it.live("keeps what others have put into it, at every level", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const file = version2(
        {
          DEFAULT: {
            [transfer]: encodedRecord(transfer, { new_field: [1, null], identity_id: "a" }),
            [auth]: encodedRecord(auth, { another: "b" })
          },
          other: { [auth]: { anything: { at: ["all"] } } },
          "not even": null
        },
        { "globus-sdk.version": "99.0.0", future: { of: "the format" } }
      )
      place(fileIn(directory), file)
      yield* put([record(transfer, { access_token: "canary-new" })]).pipe(within(directory))
      const { data, ...rest } = file
      assert.deepStrictEqual(readJson(fileIn(directory)), {
        ...rest,
        data: {
          ...data,
          DEFAULT: {
            [transfer]: encodedRecord(transfer, { access_token: "canary-new", new_field: [1, null] }),
            [auth]: encodedRecord(auth, { another: "b" })
          }
        }
      })
    })
  )

  it.live("of version 1.0 is read as the profile DEFAULT, and is of version 2.0 once written", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const old = {
        by_rs: { [transfer]: encodedRecord(transfer) },
        format_version: "1.0",
        "globus-sdk.version": "2.0.0",
        more: 1
      }
      place(fileIn(directory), old)
      assert.deepStrictEqual(reveal(yield* get().pipe(within(directory))), old.by_rs)
      assert.deepStrictEqual(yield* get({ ...account, profile: "other" }).pipe(within(directory)), {})
      assert.deepStrictEqual(readJson(fileIn(directory)), old)
      yield* put([record(auth)], { ...account, profile: "other" }).pipe(within(directory))
      assert.deepStrictEqual(
        readJson(fileIn(directory)),
        version2(
          { DEFAULT: old.by_rs, other: { [auth]: encodedRecord(auth) } },
          { "globus-sdk.version": "2.0.0", more: 1 }
        )
      )
    })
  )

  it.live("shows its secrets nowhere else", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const { layer, lines } = logged()
      yield* Effect.gen(function* () {
        yield* put([record(transfer, { refresh_token: "canary-refresh" })])
        const found = yield* get()
        yield* Effect.logInfo(found)
        yield* Effect.logInfo(inspect(found, { depth: 10, showHidden: true }))
        assert.strictEqual(Redacted.value(found[transfer]!.access_token), `canary-access-${transfer}`)
      }).pipe(within(directory), Effect.provide(layer))
      assert.lengthOf(lines, 2)
      assert.notInclude(lines.join(), "canary")
    })
  )
})

describe("what goes wrong", () => {
  const whole = JSON.stringify(version2({ DEFAULT: { [transfer]: encodedRecord(transfer) } }))

  const damaged: ReadonlyArray<readonly [what: string, content: string, detail: string]> = [
    ["is empty", "", "it is empty"],
    ["was cut short", whole.slice(0, -20), "it is not JSON"],
    ["is no text", "\u0000", "it is not JSON"],
    ["is something else", `["canary"]`, "it has no format_version"],
    ["has no version", `{"data":{}}`, "it is no token file"],
    ["has no tokens", `{"format_version":"2.0","canary":1}`, `"data"`],
    ["is of version 1.0 and has no tokens", `{"format_version":"1.0"}`, `"by_rs"`]
  ]

  for (const [what, content, detail] of damaged) {
    it.live(`a file that ${what} is set aside, which is told, and a new one begins`, () =>
      Effect.gen(function* () {
        for (const use of [Effect.asVoid(get()), put([record(auth)])]) {
          const directory = yield* folder
          const { layer, lines } = logged()
          const file = place(fileIn(directory), content)
          yield* use.pipe(within(directory), Effect.provide(layer))
          const [aside = ""] = asideOf(file)
          assert.strictEqual(readFileSync(aside, "utf8"), content)
          assert.strictEqual(modeOf(aside), "600")
          assert.lengthOf(lines, 1)
          for (const part of ["Warn", file, detail, aside, "a new login will be needed"]) {
            assert.include(lines[0], part)
          }
          assert.notInclude(lines.join(), "canary")
          yield* put([record(auth)]).pipe(within(directory), Effect.provide(layer))
          assert.deepStrictEqual(Object.keys(yield* get().pipe(within(directory))), [auth])
          assert.lengthOf(lines, 1)
          assert.lengthOf(asideOf(file), 1)
        }
      })
    )
  }

  const spoilt: ReadonlyArray<readonly [what: string, data: object, detail: string]> = [
    [
      "has a token that is none",
      { DEFAULT: { [transfer]: encodedRecord(transfer, { access_token: ["canary"] }) } },
      `"DEFAULT" → "${transfer}" → "access_token"`
    ],
    [
      "has a token without an end",
      { DEFAULT: { [transfer]: encodedRecord(transfer, { expires_at_seconds: "canary" }) } },
      `"expires_at_seconds"`
    ],
    ["has a profile that is none", { DEFAULT: "canary" }, `"DEFAULT"`]
  ]

  for (const [what, data, detail] of spoilt) {
    it.live(`a file that ${what} is copied, which is told, and keeps everything else`, () =>
      Effect.gen(function* () {
        const others = {
          other: { [transfer]: encodedRecord(transfer) },
          another: { [transfer]: ["what we do not understand", "is theirs"] }
        }
        const content = version2({ ...data, ...others }, { more: 1 })
        for (const use of [Effect.asVoid(get()), put([record(auth)])]) {
          const directory = yield* folder
          const { layer, lines } = logged()
          const file = place(fileIn(directory), content)
          yield* use.pipe(within(directory), Effect.provide(layer))
          const [aside = ""] = asideOf(file)
          assert.deepStrictEqual(readJson(aside), content)
          assert.strictEqual(modeOf(aside), "600")
          assert.lengthOf(lines, 1)
          for (const part of ["Warn", file, detail, aside]) assert.include(lines[0], part)
          assert.notInclude(lines.join(), "canary")
          yield* put([record(auth)]).pipe(within(directory), Effect.provide(layer))
          assert.deepStrictEqual(
            readJson(file),
            version2({ DEFAULT: { [auth]: encodedRecord(auth) }, ...others }, { more: 1 })
          )
          assert.lengthOf(lines, 1)
        }
      })
    )
  }

  it.live("of a profile of which one token is none, the others stay", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const bad = { [transfer]: {}, [auth]: encodedRecord(auth) }
      place(fileIn(directory), version2({ DEFAULT: bad }))
      const { layer } = logged()
      const tokens = yield* get().pipe(within(directory), Effect.provide(layer))
      assert.deepStrictEqual(Object.keys(tokens), [auth])
    })
  )

  it.live("a file of a version to come is reported by its name, and left as it is", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const content = `{"format_version":"3.0","data":{}}`
      const file = place(fileIn(directory), content)
      for (const use of [get(), Effect.asVoid(put([record(auth)]))]) {
        const error = yield* failureOf(use.pipe(within(directory)))
        assert.strictEqual(error.kind, "unknownVersion")
        assert.include(error.detail, `"3.0"; 1.0 and 2.0 are known`)
        assert.include(error.message, file)
      }
      assert.strictEqual(readFileSync(file, "utf8"), content)
      assert.deepStrictEqual(readdirSync(dirname(file)), ["tokens.json"])
    })
  )

  it.live("a file that cannot be set aside stays, and both are said", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const content = "canary"
      const file = place(fileIn(directory), content)
      const readOnly = PlatformError.systemError({
        module: "FileSystem",
        method: "rename",
        _tag: "PermissionDenied",
        cause: new Error("EROFS: read-only file system, rename")
      })
      const fail = () => Effect.fail(readOnly)
      for (const disk of [{ rename: fail }, { link: fail, writeFileString: fail }]) {
        const error = yield* failureOf(get().pipe(Effect.provide(onDisk(directory, () => disk))))
        assert.strictEqual(error.kind, "corrupt")
        assert.include(error.message, "it is not JSON")
        assert.include(error.message, "could not be set aside, because EROFS")
        assert.include(error.message, file)
        assert.notInclude(inspect(error), "canary")
        assert.strictEqual(readFileSync(file, "utf8"), content)
      }
    })
  )

  it.live("a file that another program is just writing is read again", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const file = place(fileIn(directory), whole.slice(0, 30))
      const fiber = yield* Effect.forkChild(get().pipe(within(directory)))
      yield* Effect.sleep("40 millis")
      writeFileSync(file, whole)
      assert.deepStrictEqual(Object.keys(yield* Fiber.join(fiber)), [transfer])
    })
  )

  it.live("a file in place of a folder is reported", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      writeFileSync(join(directory, account.clientId), "")
      const reading = yield* failureOf(get().pipe(within(directory)))
      assert.strictEqual(reading.kind, "unreadable")
      assert.include(reading.message, fileIn(directory))
      const writing = yield* failureOf(put([record(auth)]).pipe(within(directory)))
      assert.strictEqual(writing.kind, "unwritable")
      assert.include(writing.detail, "ENOTDIR")
    })
  )

  if (isRoot) {
    it("a folder that may not be read is reported", ({ skip }) => skip("nothing is unreadable to root"))
  } else {
    it.live("a folder that may not be read is reported", () =>
      Effect.gen(function* () {
        const directory = yield* folder
        place(fileIn(directory), whole)
        yield* Effect.acquireRelease(
          Effect.sync(() => chmodSync(dirname(fileIn(directory)), 0o000)),
          () => Effect.sync(() => chmodSync(dirname(fileIn(directory)), 0o700))
        )
        const error = yield* failureOf(get().pipe(within(directory)))
        assert.strictEqual(error.kind, "unreadable")
        assert.include(error.message, "permission denied")
      })
    )
  }

  it.live("an app whose name makes no folder is told so, before anything is written", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const nameless = { ...account, appName: "con" }
      yield* Effect.gen(function* () {
        for (const use of [get(nameless), Effect.asVoid(put([record(auth)], nameless))]) {
          const error = yield* failureOf(use)
          assert.include(error.message, `"con" would make a folder named "con"`)
          assert.include(error.message, "Choose another name")
        }
        const storage = yield* TokenStorage
        assert.strictEqual((yield* Effect.flip(storage.location(nameless)))._tag, "InvalidConfiguration")
        assert.strictEqual(yield* storage.location(account), fileIn(directory))
      }).pipe(within(directory))
      assert.deepStrictEqual(readdirSync(directory), [])
    })
  )

  const noSpace = PlatformError.systemError({
    module: "FileSystem",
    method: "writeAll",
    _tag: "Unknown",
    cause: new Error("ENOSPC: no space left on device, write")
  })

  const disks: ReadonlyArray<
    readonly [when: string, broken: (fs: FileSystem.FileSystem) => Partial<FileSystem.FileSystem>]
  > = [
    [
      "is written",
      (fs) => ({
        writeFileString: (path, text) =>
          Effect.andThen(Effect.ignore(fs.writeFileString(path, text.slice(0, 3))), noSpace)
      })
    ],
    [
      "is brought to the disk",
      (fs) => ({
        open: (path, options) =>
          Effect.map(
            fs.open(path, options),
            (file) => Object.create(file, { sync: { get: () => Effect.fail(noSpace) } }) as FileSystem.File
          )
      })
    ],
    ["is put in its place", () => ({ rename: () => Effect.fail(noSpace) })]
  ]

  for (const [when, broken] of disks) {
    it.live(`a disk that is full when the file ${when} loses nothing of it`, () =>
      Effect.gen(function* () {
        const directory = yield* folder
        yield* put([record(transfer)]).pipe(within(directory))
        const before = readFileSync(fileIn(directory), "utf8")
        const error = yield* failureOf(put([record(auth)]).pipe(Effect.provide(onDisk(directory, broken))))
        assert.strictEqual(error.kind, "unwritable")
        assert.include(error.message, "ENOSPC: no space left on device")
        assert.include(error.message, fileIn(directory))
        assert.include(error.message, "Nothing stored was lost")
        assert.strictEqual(readFileSync(fileIn(directory), "utf8"), before)
        assert.deepStrictEqual(readdirSync(dirname(fileIn(directory))), ["tokens.json"])
      })
    )
  }

  it.live("what killed programs have left beside the file goes with the next write", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const beside = dirname(place(fileIn(directory), whole))
      for (const name of [
        "tokens.json.a.tmp",
        "tokens.json.lock.b.new",
        "tokens.json.lock.c",
        "sandbox-tokens.json",
        "notes.tmp"
      ]) {
        writeFileSync(join(beside, name), "canary")
      }
      yield* put([record(auth)]).pipe(within(directory))
      assert.sameMembers(readdirSync(beside), ["tokens.json", "sandbox-tokens.json", "notes.tmp"])
    })
  )

  it.live("a lock that was taken away while this program was stopped keeps it from writing", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const file = place(fileIn(directory), whole)
      const error = yield* failureOf(
        Effect.flatMap(TokenStorage, (storage) =>
          storage.modify(account, (tokens) =>
            Effect.sync(() => {
              renameSync(`${file}.lock`, `${file}.taken`)
              writeFileSync(`${file}.lock`, "somebody else's")
              return [undefined, { ...tokens, [auth]: record(auth) }] as const
            })
          )
        ).pipe(within(directory))
      )
      assert.strictEqual(error.kind, "locked")
      assert.strictEqual(readFileSync(file, "utf8"), whole)
      assert.strictEqual(readFileSync(`${file}.lock`, "utf8"), "somebody else's")
    })
  )
})

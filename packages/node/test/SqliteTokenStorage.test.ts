/** The token database: its tables, what of it is kept, and other programs beside this one. */
import { SqliteTokenStorage } from "@effect-globus/node"
import { type Account, TokenStorage } from "@effect-globus/sdk/app"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { execFileSync } from "node:child_process"
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { dirname, resolve } from "node:path"
import { DatabaseSync, type SQLInputValue } from "node:sqlite"
import { asideOf, failureOf, fileContract, modeOf } from "./internal/fileContract.ts"
import {
  account,
  encodedRecord,
  fileIn,
  folder,
  get,
  logged,
  put,
  record,
  reveal,
  start,
  startProgram
} from "./internal/Workplace.ts"

// Half a character is no text to SQLite.
fileContract("sqlite", "db", Schema.NonEmptyString.check(Schema.makeFilter((text) => text.isWellFormed())))

const auth = "auth.globus.org"
const transfer = "transfer.api.globus.org"

const databaseIn = (directory: string) => fileIn(directory, "db")

const within =
  (directory: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R | TokenStorage>) =>
    Effect.provide(effect, Layer.fresh(SqliteTokenStorage.layerWith({ directory })))

/** Works on the database, as another program would. */
const database = <A>(directory: string, use: (database: DatabaseSync) => A): A => {
  mkdirSync(dirname(databaseIn(directory)), { recursive: true })
  writeFileSync(databaseIn(directory), "", { flag: "a", mode: 0o600 })
  const opened = new DatabaseSync(databaseIn(directory))
  try {
    return use(opened)
  } finally {
    opened.close()
  }
}

const rows = (directory: string, query: string, ...values: Array<SQLInputValue>) =>
  database(directory, (database) =>
    database
      .prepare(query)
      .all(...values)
      .map((row) => Object.values(row))
  )

const insert = (directory: string, ...row: [namespace: string, server: string, json: SQLInputValue]) =>
  database(directory, (database) =>
    database.prepare("INSERT INTO token_storage VALUES (?, ?, ?)").run(...row)
  )

/** A folder whose database has a token. */
const stored = Effect.gen(function* () {
  const directory = yield* folder
  yield* put([record(transfer, { refresh_token: "canary-refresh" })]).pipe(within(directory))
  return directory
})

/** Leaves a database as a program does that is killed while it writes. */
const halfWritten = Effect.fnUntraced(function* (directory: string) {
  const program = yield* start(process.execPath, [
    "--input-type=module",
    "--eval",
    `import { DatabaseSync } from "node:sqlite"
         const database = new DatabaseSync(${JSON.stringify(databaseIn(directory))})
         database.exec("PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN EXCLUSIVE; DELETE FROM token_storage")
         const put = database.prepare("INSERT INTO token_storage VALUES ('x', ?, ?)")
         for (let index = 0; index < 200; index++) put.run(String(index), "x".repeat(2000))
         console.log("half way")
         setInterval(() => {}, 1000)`
  ])
  yield* program.line
  yield* program.signal("SIGKILL")
  yield* program.end
})

describe("a database", () => {
  it.live("has the official SDK's tables and versions, and records without fields that are null", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      yield* put([record(transfer, { refresh_token: null, identity_id: null, extra: null })]).pipe(
        within(directory)
      )
      assert.deepStrictEqual(
        rows(directory, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"),
        [["sdk_storage_adapter_internal"], ["token_storage"]]
      )
      assert.deepStrictEqual(
        rows(directory, "SELECT * FROM sdk_storage_adapter_internal ORDER BY attribute"),
        [
          ["globus-sdk.database_schema_version", "2"],
          ["globus-sdk.version", "4.9.0"]
        ]
      )
      assert.deepStrictEqual(rows(directory, "SELECT * FROM token_storage"), [
        ["DEFAULT", transfer, JSON.stringify(encodedRecord(transfer))]
      ])
    })
  )

  const reference = resolve(
    process.env["GLOBUS_REFERENCE"] || resolve(import.meta.dirname, "../../../../shared/reference"),
    "token-files/tokens.db"
  )
  const official = "of the official SDK is understood, in each of its namespaces"
  if (existsSync(reference)) {
    it.live(official, () =>
      Effect.gen(function* () {
        const directory = yield* folder
        mkdirSync(dirname(databaseIn(directory)), { recursive: true, mode: 0o700 })
        copyFileSync(reference, databaseIn(directory))
        const before = rows(directory, "SELECT * FROM token_storage ORDER BY 1, 2")
        assert.isAbove(before.length, 1)
        for (const [namespace, server, json] of before) {
          const found = reveal(yield* get({ ...account, profile: String(namespace) }).pipe(within(directory)))
          assert.deepStrictEqual((found as Record<string, unknown>)[String(server)], JSON.parse(String(json)))
        }
        yield* put([record("new")]).pipe(within(directory))
        assert.deepStrictEqual(
          rows(directory, "SELECT * FROM token_storage WHERE resource_server <> 'new' ORDER BY 1, 2"),
          before
        )
      })
    )
  } else {
    it(official, ({ skip }) =>
      skip(`${reference} is not there: set GLOBUS_REFERENCE to the directory that has it`)
    )
  }

  it.live("keeps tables, namespaces and fields of others, and rows that do not change to the letter", () =>
    Effect.gen(function* () {
      const directory = yield* stored
      const spaced = `{ "of": "somebody",   "else": [1, null] }`
      const kept = JSON.stringify(encodedRecord(auth), null, 3)
      insert(directory, "other", transfer, spaced)
      insert(directory, "DEFAULT", auth, kept)
      database(directory, (database) => {
        database.exec("CREATE TABLE config_storage (a, b); INSERT INTO config_storage VALUES (1, 2)")
        database
          .prepare("UPDATE token_storage SET token_data_json = ? WHERE resource_server = ? AND namespace = ?")
          .run(JSON.stringify(encodedRecord(transfer, { added: [1, null] })), transfer, "DEFAULT")
      })
      yield* put([record(transfer, { access_token: "canary-new" })]).pipe(within(directory))
      assert.deepStrictEqual(rows(directory, "SELECT * FROM config_storage"), [[1, 2]])
      const json = (namespace: string, server: string) =>
        String(
          rows(
            directory,
            "SELECT token_data_json FROM token_storage WHERE namespace = ? AND resource_server = ?",
            namespace,
            server
          )[0]?.[0]
        )
      assert.strictEqual(json("other", transfer), spaced)
      assert.strictEqual(json("DEFAULT", auth), kept)
      assert.deepStrictEqual(
        JSON.parse(json("DEFAULT", transfer)),
        encodedRecord(transfer, { access_token: "canary-new", added: [1, null] })
      )
    })
  )

  it.live("has nothing left on the disk of a token that was removed or replaced", () =>
    Effect.gen(function* () {
      const directory = yield* stored
      yield* put([record(auth, { access_token: "canary-replaced" })]).pipe(within(directory))
      yield* put([record(auth)]).pipe(within(directory))
      yield* Effect.flatMap(TokenStorage, (storage) =>
        storage.modify(account, (tokens) => Effect.succeed([undefined, { [auth]: tokens[auth]! }] as const))
      ).pipe(within(directory))
      const text = readFileSync(databaseIn(directory), "latin1")
      assert.notInclude(text, "canary-refresh")
      assert.notInclude(text, "canary-replaced")
      assert.include(text, "canary-access-auth.globus.org")
    })
  )

  it.live("of a version to come is reported, and left as it is", () =>
    Effect.gen(function* () {
      const directory = yield* stored
      database(directory, (database) =>
        database.exec("UPDATE sdk_storage_adapter_internal SET value = '3' WHERE attribute LIKE '%schema%'")
      )
      const before = readFileSync(databaseIn(directory))
      for (const use of [get(), Effect.asVoid(put([record(auth)]))]) {
        const error = yield* failureOf(use.pipe(within(directory)))
        assert.strictEqual(error.kind, "unknownVersion")
        assert.include(error.message, `"3"; 1 and 2 are known`)
      }
      assert.strictEqual(Buffer.compare(readFileSync(databaseIn(directory)), before), 0)
    })
  )

  it.live.each<readonly [what: string, json: SQLInputValue]>([
    ["no JSON", "{canary"],
    ["no object", `["canary"]`],
    ["no text", new Uint8Array([1, 2, 3])],
    ["a number beyond all bounds", 2n ** 62n],
    ["no token", JSON.stringify(encodedRecord(auth, { access_token: ["canary"] }))]
  ])("of which one record is %s is copied, which is told, and keeps the others", ([, json]) =>
    Effect.gen(function* () {
      const directory = yield* stored
      insert(directory, "DEFAULT", auth, json)
      insert(directory, "other", auth, json)
      const { layer, lines } = logged()
      const tokens = yield* get().pipe(within(directory), Effect.provide(layer))
      assert.deepStrictEqual(Object.keys(tokens), [transfer])
      const [aside = ""] = asideOf(databaseIn(directory))
      assert.strictEqual(modeOf(aside), "600")
      assert.lengthOf(lines, 1)
      for (const part of ["Warn", `"DEFAULT" → "${auth}"`, aside]) assert.include(lines[0], part)
      assert.notInclude(lines[0], "canary")
      const copy = new DatabaseSync(aside)
      assert.deepStrictEqual(copy.prepare("SELECT count(*) AS count FROM token_storage").get()?.["count"], 3)
      copy.close()
      assert.deepStrictEqual(
        rows(directory, "SELECT namespace, resource_server FROM token_storage ORDER BY 1, 2"),
        [
          ["DEFAULT", transfer],
          ["other", auth]
        ]
      )
    })
  )

  it.live("whose text is damaged is put aside once, and not again whenever it is read", () =>
    Effect.gen(function* () {
      const directory = yield* stored
      database(directory, (database) =>
        // No Unicode, and characters that end a text elsewhere.
        database.exec(`INSERT INTO token_storage
          VALUES ('DEFAULT', CAST(x'74728000006665' AS TEXT), CAST(x'7b22800000' AS TEXT))`)
      )
      const { layer, lines } = logged()
      const found = yield* Effect.all([get(), put([record(auth)]), get()]).pipe(
        within(directory),
        Effect.provide(layer)
      )
      assert.lengthOf(lines, 1)
      assert.lengthOf(asideOf(databaseIn(directory)), 1)
      assert.sameMembers(Object.keys(found[2]), [transfer, auth])
    })
  )

  it.live("that is none of tokens is set aside whole, with what belongs to it", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      database(directory, (database) =>
        database.exec("CREATE TABLE mine (a); INSERT INTO mine VALUES ('canary')")
      )
      const { layer, lines } = logged()
      assert.deepStrictEqual(yield* get().pipe(within(directory), Effect.provide(layer)), {})
      const [aside = ""] = asideOf(databaseIn(directory))
      assert.include(readFileSync(aside, "latin1"), "canary")
      assert.include(lines[0], "it has no table token_storage")
    })
  )

  it.live("that is new has nothing of a journal that another one has left", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const file = databaseIn(directory)
      yield* halfWritten(yield* put([record("old")]).pipe(within(directory), Effect.as(directory)))
      rmSync(file)
      assert.isTrue(existsSync(`${file}-journal`))
      yield* put([record(auth)]).pipe(within(directory))
      assert.deepStrictEqual(Object.keys(yield* get().pipe(within(directory))), [auth])
      assert.deepStrictEqual(readdirSync(dirname(file)), ["tokens.db"])
    })
  )

  it.live("does not keep a name that is no text", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const odd: Account = { ...account, profile: "\ud800" }
      assert.deepStrictEqual(yield* get(odd).pipe(within(directory)), {})
      const error = yield* failureOf(put([record(auth)], odd).pipe(within(directory)))
      assert.strictEqual(error.kind, "unwritable")
      assert.include(error.message, `"\\ud800" is no text`)
    })
  )
})

describe("another program that writes to the database", () => {
  /** Has the database to itself until it is closed. */
  const occupied = (directory: string) =>
    Effect.acquireRelease(
      Effect.sync(() => {
        const database = new DatabaseSync(databaseIn(directory))
        database.exec("BEGIN EXCLUSIVE")
        return database
      }),
      (database) => Effect.sync(() => database.isOpen && database.close())
    )

  it.live("is waited for, and nothing else in this program is held up by that", () =>
    Effect.gen(function* () {
      const directory = yield* stored
      const other = yield* occupied(directory)
      const reading = yield* Effect.forkChild(get().pipe(within(directory)))
      const writing = yield* Effect.forkChild(put([record(auth)]).pipe(within(directory)))
      for (let turn = 0; turn < 20; turn++) yield* Effect.sleep("10 millis")
      assert.isUndefined(reading.pollUnsafe())
      assert.isUndefined(writing.pollUnsafe())
      other.close()
      assert.include(Object.keys(yield* Fiber.join(reading)), transfer)
      yield* Fiber.join(writing)
      assert.sameMembers(Object.keys(yield* get().pipe(within(directory))), [transfer, auth])
    })
  )

  it.effect("and does not end is reported", () =>
    Effect.gen(function* () {
      const directory = yield* stored
      yield* occupied(directory)
      const fiber = yield* Effect.forkChild(failureOf(get().pipe(within(directory))))
      while (fiber.pollUnsafe() === undefined) {
        yield* TestClock.adjust("1 second")
        yield* TestClock.withLive(Effect.sleep("1 millis"))
      }
      const error = yield* Fiber.join(fiber)
      assert.strictEqual(error.kind, "locked")
      assert.include(error.message, databaseIn(directory))
    })
  )

  it.live("while we decide loses nothing, and what it has renewed since is not removed", () =>
    Effect.gen(function* () {
      const directory = yield* stored
      yield* put([record(auth)]).pipe(within(directory))
      const renewed = JSON.stringify(encodedRecord(auth, { access_token: "canary-theirs" }))
      yield* Effect.flatMap(TokenStorage, (storage) =>
        storage.modify(account, () =>
          Effect.sync(() => {
            insert(directory, "DEFAULT", "new", JSON.stringify(encodedRecord("new")))
            rows(
              directory,
              "UPDATE token_storage SET token_data_json = ? WHERE resource_server = ?",
              renewed,
              auth
            )
            return [undefined, {}] as const
          })
        )
      ).pipe(within(directory))
      const left = yield* get().pipe(within(directory))
      assert.deepStrictEqual(reveal(left), {
        new: encodedRecord("new"),
        [auth]: JSON.parse(renewed) as unknown
      })
    })
  )

  it.live("and is killed half way has written nothing, and holds nobody up", () =>
    Effect.gen(function* () {
      const directory = yield* stored
      yield* halfWritten(directory)
      assert.include(readdirSync(dirname(databaseIn(directory))), "tokens.db-journal")
      yield* put([record(auth)]).pipe(within(directory))
      assert.deepStrictEqual(Object.keys(yield* get().pipe(within(directory))), [transfer, auth])
      assert.deepStrictEqual(readdirSync(dirname(databaseIn(directory))), ["tokens.db"])
    })
  )
})

describe("the SQLite of Node", () => {
  /** A Node 22, if there is one. */
  const oldNode = process.env["GLOBUS_NODE_22"]
  const nodes = [process.execPath, ...(oldNode === undefined ? [] : [oldNode])]

  for (const node of nodes) {
    const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim()
    it.live(`says nothing about itself: ${version}`, () =>
      Effect.gen(function* () {
        const home = yield* folder
        const program = yield* startProgram(
          "storage",
          ["write", "default"],
          { HOME: home, GLOBUS_TOKEN_STORAGE: "sqlite" },
          node
        )
        assert.deepStrictEqual(yield* program.end, { code: 0, stderr: "", stdout: "" })
      })
    )
  }

  if (oldNode === undefined) {
    it("says nothing about itself in Node 22 either", ({ skip }) =>
      skip("set GLOBUS_NODE_22 to the path of a Node 22"))
  }
})

/**
 * The format of the token database: the official Python SDK's tables, in SQLite. A database of its predecessor has one
 * table more; that is left alone, as is whatever else somebody put there.
 *
 * A database is open only for as long as it takes to read or write, and whoever finds it busy tries again later without
 * holding up this program: SQLite's own waiting would stop all of it.
 */
import type { Tokens } from "@effect-globus/sdk/app"
import { TokenStorageError } from "@effect-globus/sdk/model"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import process from "node:process"
import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite"
import { pathToFileURL } from "node:url"
import type { Format, Place } from "./fileStorage.ts"
import { compatibleSdkVersion } from "./tokenFile.ts"
import * as TokenRecords from "./tokenRecords.ts"

/** A row of `token_storage`, as it is. SQLite lets a column have values of any type. */
interface Row {
  readonly namespace: SQLOutputValue
  readonly resource_server: SQLOutputValue
  readonly token_data_json: SQLOutputValue
  /** The bytes of the last two: text that was damaged is not found by what it reads as. */
  readonly bytes: ReadonlyArray<SQLInputValue>
}

/** The rows of a database. */
export type TokenDatabase = ReadonlyArray<Row>

/** What SQLite says. */
class SqliteFailure extends Data.TaggedError("SqliteFailure")<{
  /** https://www.sqlite.org/rescode.html; 0 if it is not SQLite that failed. */
  readonly code: number
  readonly detail: string
}> {}

const code = {
  error: 1,
  busy: 5,
  locked: 6,
  corrupt: 11,
  schema: 17,
  mismatch: 20,
  noDatabase: 26
} as const

/** Two of these are said of a database that is whole, but not one of ours. */
const corruptions: ReadonlyArray<number> = [code.error, code.corrupt, code.mismatch, code.noDatabase]

const isBusy = ({ code: found }: SqliteFailure): boolean =>
  found === code.busy || found === code.locked || found === code.schema

/** Others are done with it in no time. */
const soon = Schedule.spaced("20 millis").pipe(Schedule.upTo({ duration: "10 seconds" }))

const tables = `
  CREATE TABLE token_storage (
    namespace VARCHAR NOT NULL,
    resource_server VARCHAR NOT NULL,
    token_data_json VARCHAR NOT NULL,
    PRIMARY KEY (namespace, resource_server)
  );
  CREATE TABLE sdk_storage_adapter_internal (
    attribute VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY (attribute)
  );
  INSERT INTO sdk_storage_adapter_internal VALUES ('globus-sdk.version', '${compatibleSdkVersion}');
  INSERT INTO sdk_storage_adapter_internal VALUES ('globus-sdk.database_schema_version', '2');
`

/** What follows the name of a database in those of SQLite's own files beside it. */
const companions = ["-journal", "-wal", "-shm"]

/** Node's SQLite, if this Node has it. */
const load = Effect.sync(() => {
  const { emitWarning } = process
  // Node 22 warns that its SQLite is experimental: that is nothing for the person who runs a program.
  process.emitWarning = () => {}
  try {
    return Option.fromUndefinedOr(process.getBuiltinModule("node:sqlite"))
  } finally {
    process.emitWarning = emitWarning
  }
})

const failureOf = (error: unknown): SqliteFailure =>
  new SqliteFailure({
    // The upper bits say more than anybody needs here.
    code:
      Predicate.hasProperty(error, "errcode") && typeof error.errcode === "number" ? error.errcode & 0xff : 0,
    detail: error instanceof Error ? error.message : String(error)
  })

const bytes = "CAST(resource_server AS BLOB) AS server_bytes, CAST(token_data_json AS BLOB) AS json_bytes"

/** What the database says, or why it says nothing. */
const rowsOf = (database: DatabaseSync): Result.Result<TokenDatabase, TokenRecords.Misunderstood> => {
  const [verdict] = Object.values(database.prepare("PRAGMA integrity_check(1)").get() ?? {})
  if (verdict !== "ok") return Result.fail(TokenRecords.corrupt(String(verdict)))
  const isTable = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
  if (isTable.get("token_storage") === undefined) {
    return Result.fail(TokenRecords.corrupt("it has no table token_storage, so it is no database of tokens"))
  }
  if (isTable.get("sdk_storage_adapter_internal") !== undefined) {
    const version = database
      .prepare("SELECT value FROM sdk_storage_adapter_internal WHERE attribute = ?")
      .get("globus-sdk.database_schema_version")?.["value"]
    if (version !== undefined && !["1", "2"].includes(String(version))) {
      return Result.fail(
        new TokenRecords.Misunderstood({
          kind: "unknownVersion",
          detail: `its schema is ${JSON.stringify(String(version).slice(0, 20))}; 1 and 2 are known`
        })
      )
    }
  }
  const select = database.prepare(
    `SELECT namespace, resource_server, token_data_json, ${bytes} FROM token_storage`
  )
  // Numbers that JavaScript does not have are no reason to fail.
  select.setReadBigInts(true)
  return Result.succeed(
    select.all().map((row) => ({
      namespace: row["namespace"] ?? null,
      resource_server: row["resource_server"] ?? null,
      token_data_json: row["token_data_json"] ?? null,
      bytes: [row["server_bytes"] ?? null, row["json_bytes"] ?? null]
    }))
  )
}

/** The records of a namespace. What is under a name that is no text is somebody else's. */
const recordsOf = (rows: TokenDatabase, namespace: string) =>
  rows.flatMap((row) =>
    row.namespace === namespace && typeof row.resource_server === "string"
      ? [
          {
            row,
            server: row.resource_server,
            record: Result.getOrUndefined(
              TokenRecords.parseJson(typeof row.token_data_json === "string" ? row.token_data_json : "")
            )
          }
        ]
      : []
  )

const contentsOf = (rows: TokenDatabase, namespace: string): TokenRecords.Contents =>
  TokenRecords.decode(
    namespace,
    recordsOf(rows, namespace).map(({ record, server }) => [server, record] as const)
  )

/** What has to be done to have other tokens in a namespace; or in words why there can be none. */
const changeOf = (
  rows: TokenDatabase,
  namespace: string,
  tokens: Tokens
): Result.Result<(database: DatabaseSync) => void, string> =>
  Result.gen(function* () {
    const odd = [namespace, ...Object.keys(tokens)].find((name) => !name.isWellFormed())
    if (odd !== undefined)
      return yield* Result.fail(`${JSON.stringify(odd)} is no text that SQLite could keep`)
    const after = yield* TokenRecords.encode(namespace, tokens)
    const before = yield* TokenRecords.encode(namespace, contentsOf(rows, namespace).tokens)
    const records = recordsOf(rows, namespace)
    const gone = records.filter(({ server }) => !Object.hasOwn(after, server))
    const changed = Object.entries(after).filter(
      ([server, record]) =>
        !Object.hasOwn(before, server) || JSON.stringify(before[server]) !== JSON.stringify(record)
    )
    return (database) => {
      // What somebody else has written since is theirs.
      const remove = database.prepare(
        "DELETE FROM token_storage WHERE namespace = ? " +
          "AND CAST(resource_server AS BLOB) IS ? AND CAST(token_data_json AS BLOB) IS ?"
      )
      for (const { row } of gone) remove.run(namespace, ...row.bytes)
      const put = database.prepare(
        "REPLACE INTO token_storage (namespace, resource_server, token_data_json) VALUES (?, ?, ?)"
      )
      for (const [server, record] of changed) {
        const known = records.find((each) => each.server === server)?.record
        put.run(namespace, server, JSON.stringify(TokenRecords.merge(known, record)))
      }
    }
  })

/** The format of token databases; none if this Node has no SQLite. */
export const make = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const sqlite = yield* load
  if (Option.isNone(sqlite)) return Option.none<Format<TokenDatabase>>()
  const { DatabaseSync } = sqlite.value

  const using = <A>(path: string, use: (database: DatabaseSync) => A): Effect.Effect<A, SqliteFailure> =>
    Effect.try({
      try: () => {
        const url = pathToFileURL(path)
        // Only what is there: a file of SQLite's own making could be read by others.
        url.searchParams.set("mode", "rw")
        const database = new DatabaseSync(url)
        try {
          // A database may come from anywhere. And what is deleted from ours has to be gone from the disk.
          database.exec("PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON")
          return use(database)
        } finally {
          database.close()
        }
      },
      catch: failureOf
    }).pipe(Effect.retry({ schedule: soon, while: isBusy }))

  const errorAt =
    (path: string, kind: "unreadable" | "unwritable") =>
    (failure: SqliteFailure): TokenStorageError =>
      isBusy(failure)
        ? new TokenStorageError({ location: path, kind: "locked", detail: "another program writes to it" })
        : new TokenStorageError({ location: path, kind, detail: failure.detail })

  const transaction = (path: string, change: (database: DatabaseSync) => void) =>
    using(path, (database) => {
      database.exec("BEGIN IMMEDIATE")
      change(database)
      database.exec("COMMIT")
    })

  const create = Effect.fnUntraced(function* (place: Place, change: (database: DatabaseSync) => void) {
    // A journal that somebody's database has left here would be played into this one.
    yield* Effect.forEach(companions, (suffix) => fs.remove(place.path + suffix, { force: true }), {
      discard: true
    })
    yield* place.replace((draft) =>
      Effect.mapError(
        using(draft, (database) => {
          // The file is nobody's yet, and put in its place whole: there is nothing to go back to.
          database.exec("PRAGMA journal_mode = OFF")
          database.exec(tables)
          change(database)
        }),
        errorAt(place.path, "unwritable")
      )
    )
  })

  const format: Format<TokenDatabase> = {
    extension: "db",
    companions,
    empty: [],
    read: (path) =>
      using(path, rowsOf).pipe(
        Effect.mapError((failure) =>
          corruptions.includes(failure.code)
            ? TokenRecords.corrupt(failure.detail)
            : errorAt(path, "unreadable")(failure)
        ),
        Effect.flatMap(Effect.fromResult)
      ),
    contentsOf: (rows, { profile }) => Effect.sync(() => contentsOf(rows, profile)),
    profilesOf: (rows) =>
      Array.from(
        new Set(rows.flatMap(({ namespace }) => (typeof namespace === "string" ? [namespace] : [])))
      ),
    write: Effect.fnUntraced(function* (place, rows, { profile }, tokens) {
      const { check, path } = place
      const change = yield* Effect.mapError(
        Effect.fromResult(changeOf(rows, profile, tokens)),
        (detail) => new TokenStorageError({ location: path, kind: "unwritable", detail })
      )
      if (!(yield* fs.exists(path))) return yield* create(place, change)
      yield* check
      yield* Effect.mapError(transaction(path, change), errorAt(path, "unwritable"))
    }),
    copy: (from, to) =>
      Effect.catchTag(
        using(from, (database) => void database.prepare("VACUUM INTO ?").run(to)),
        "SqliteFailure",
        () => Effect.flatMap(fs.readFile(from), (bytes) => fs.writeFile(to, bytes))
      )
  }
  return Option.some(format)
})

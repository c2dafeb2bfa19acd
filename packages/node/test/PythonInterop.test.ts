/** Tokens between this SDK and the official Python SDK, live: what one writes, the other reads. */
import { JsonTokenStorage, SqliteTokenStorage, TokenPath } from "@effect-globus/node"
import { TokenStorage } from "@effect-globus/sdk/app"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { python, pythonSdk } from "../../sdk/test/internal/PythonSdk.ts"
import {
  account,
  clientId,
  encodedRecord,
  fileIn,
  folder,
  get,
  place,
  put,
  record,
  reveal,
  start,
  startProgram
} from "./internal/Workplace.ts"

const found = pythonSdk

if (Result.isFailure(found)) {
  describe("the official Python SDK", () => {
    it("is there", ({ skip }) => skip(found.failure))
  })
} else {
  /**
   * Runs Python in a home folder; gives what it prints. `storage(namespace)` is its storage of this class for
   * {@link account}.
   */
  const inPython = (storage: string, home: string, code: string, input: unknown = null) =>
    Effect.gen(function* () {
      const program = yield* start(
        python,
        [
          "-c",
          `
import json, sys
from globus_sdk import GlobusAppConfig
from globus_sdk.token_storage import JSONTokenStorage, SQLiteTokenStorage, TokenStorageData
from globus_sdk.token_storage.base import _default_globus_app_filepath
given = json.load(sys.stdin)
def storage(namespace="DEFAULT", environment="production"):
    config = GlobusAppConfig(environment=environment)
    return ${storage}.for_globus_app(${JSON.stringify(clientId)}, ${JSON.stringify(account.appName)}, config, namespace)
def read(namespace="DEFAULT", environment="production"):
    tokens = storage(namespace, environment).get_token_data_by_resource_server()
    return {server: token.to_dict() for server, token in tokens.items()}
${code}
`
        ],
        { env: { PYTHONPATH: found.success, HOME: home }, input: JSON.stringify(input) }
      )
      const { code: status, stderr, stdout } = yield* program.end
      assert.strictEqual(status, 0, stderr)
      return stdout === "" ? null : (JSON.parse(stdout) as unknown)
    })

  const apps = (home: string) => join(home, ".globus", "app")

  const transfer = "transfer.api.globus.org"

  describe.each([
    { name: "json", python: "JSONTokenStorage", extension: "json", layerWith: JsonTokenStorage.layerWith },
    { name: "sqlite", python: "SQLiteTokenStorage", extension: "db", layerWith: SqliteTokenStorage.layerWith }
  ])("the storage $name", ({ extension, layerWith, name, python: storage }) => {
    const within =
      (home: string) =>
      <A, E, R>(effect: Effect.Effect<A, E, R | TokenStorage>) =>
        Effect.provide(effect, Layer.fresh(layerWith({ directory: apps(home) })))
    const file = (home: string) => fileIn(apps(home), extension)
    const python = (home: string, code: string, input: unknown = null) => inPython(storage, home, code, input)

    describe("a file of ours", () => {
      it.live("is found and read by the official SDK, at the path of its own choice", () =>
        Effect.gen(function* () {
          const home = yield* folder
          const { code, stderr } = yield* Effect.flatMap(
            startProgram("storage", ["write", "default"], { HOME: home, GLOBUS_TOKEN_STORAGE: name }),
            (program) => program.end
          )
          assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
          const read = yield* python(home, "print(json.dumps([storage().filepath, read()]))")
          assert.deepStrictEqual(read, [
            file(home),
            {
              [transfer]: encodedRecord(transfer, { refresh_token: "canary-refresh" }),
              "auth.globus.org": encodedRecord("auth.globus.org", {
                identity_id: "ae341a98-d274-11e5-b888-dbae3a8ba545"
              })
            }
          ])
        })
      )

      it.live("is found by it in another environment too", () =>
        Effect.gen(function* () {
          const home = yield* folder
          yield* put([record(transfer)], { ...account, environment: "sandbox" }).pipe(within(home))
          const read = yield* python(home, `print(json.dumps(read(environment="sandbox")))`)
          assert.deepStrictEqual(read, { [transfer]: encodedRecord(transfer) })
        })
      )
    })

    describe("a file of the official SDK", () => {
      const write = `
for namespace, tokens in given.items():
    storage(namespace).store_token_data_by_resource_server(
        {server: TokenStorageData.from_dict(token) for server, token in tokens.items()})
`
      const given = {
        DEFAULT: {
          [transfer]: {
            ...encodedRecord(transfer),
            refresh_token: "canary-refresh",
            identity_id: "ae341a98-d274-11e5-b888-dbae3a8ba545",
            scope: "naïve 語 🚀"
          },
          "flows.globus.org": encodedRecord("flows.globus.org")
        },
        other: { "groups.api.globus.org": encodedRecord("groups.api.globus.org") }
      }

      it.live("is found and read by us, in each of its namespaces", () =>
        Effect.gen(function* () {
          const home = yield* folder
          yield* python(home, write, given)
          for (const [profile, tokens] of Object.entries(given)) {
            const read = yield* get({ ...account, profile }).pipe(within(home))
            assert.deepStrictEqual(reveal(read), tokens)
          }
        })
      )

      it.live("keeps what it says in other namespaces, and about other tokens, when we write", () =>
        Effect.gen(function* () {
          const home = yield* folder
          yield* python(home, write, given)
          yield* put([record(transfer, { access_token: "canary-new" })]).pipe(within(home))
          const read = yield* python(home, `print(json.dumps({n: read(n) for n in ("DEFAULT", "other")}))`)
          assert.deepStrictEqual(read, {
            ...given,
            DEFAULT: { ...given.DEFAULT, [transfer]: encodedRecord(transfer, { access_token: "canary-new" }) }
          })
        })
      )

      it.live("keeps what we wrote when the official SDK writes after us", () =>
        Effect.gen(function* () {
          const home = yield* folder
          yield* put([record("ours.example.org")], { ...account, profile: "ours" }).pipe(within(home))
          yield* python(home, write, given)
          const read = yield* get({ ...account, profile: "ours" }).pipe(within(home))
          assert.deepStrictEqual(reveal(read), { "ours.example.org": encodedRecord("ours.example.org") })
          assert.include(readFileSync(file(home), "latin1"), "groups.api.globus.org")
        })
      )

      it.live(
        "keeps our lock out of the way: it is read and written while we decide, and both are kept",
        () =>
          Effect.gen(function* () {
            const home = yield* folder
            yield* python(home, write, given)
            yield* Effect.flatMap(TokenStorage, (storage) =>
              storage.modify({ ...account, profile: "ours" }, () =>
                Effect.as(python(home, "print(json.dumps(read()))"), [undefined, { a: record("a") }] as const)
              )
            ).pipe(within(home))
            const read = yield* python(home, `print(json.dumps({n: read(n) for n in ("DEFAULT", "ours")}))`)
            assert.deepStrictEqual(read, { DEFAULT: given.DEFAULT, ours: { a: encodedRecord("a") } })
          })
      )

      it.live("is without a token once we, or it, have removed that", () =>
        Effect.gen(function* () {
          const home = yield* folder
          yield* python(home, write, given)
          yield* Effect.flatMap(TokenStorage, (storage) =>
            storage.modify(account, (tokens) =>
              Effect.succeed([undefined, { "flows.globus.org": tokens["flows.globus.org"]! }] as const)
            )
          ).pipe(within(home))
          assert.deepStrictEqual(yield* python(home, "print(json.dumps(list(read())))"), ["flows.globus.org"])
          yield* python(home, `storage().remove_token_data("flows.globus.org")`)
          assert.deepStrictEqual(yield* get().pipe(within(home)), {})
        })
      )
    })
  })

  describe("the JSON file", () => {
    it.live("that was of version 1.0 is read by it once we have written it", () =>
      Effect.gen(function* () {
        const home = yield* folder
        place(fileIn(apps(home)), {
          by_rs: { [transfer]: encodedRecord(transfer) },
          format_version: "1.0",
          "globus-sdk.version": "2.0.0"
        })
        yield* put([record("flows.globus.org")]).pipe(
          Effect.provide(JsonTokenStorage.layerWith({ directory: apps(home) }))
        )
        const read = yield* inPython("JSONTokenStorage", home, "print(json.dumps(read()))")
        assert.deepStrictEqual(read, {
          [transfer]: encodedRecord(transfer),
          "flows.globus.org": encodedRecord("flows.globus.org")
        })
      })
    )
  })

  describe("a database of the official SDK", () => {
    it.live("has nothing that ours has not, and the other way round", () =>
      Effect.gen(function* () {
        const [theirs, ours] = [yield* folder, yield* folder]
        const token = encodedRecord(transfer, { refresh_token: "canary-refresh" })
        yield* inPython(
          "SQLiteTokenStorage",
          theirs,
          `storage().store_token_data_by_resource_server({"${transfer}": TokenStorageData.from_dict(given)})`,
          token
        )
        yield* put([record(transfer, token)]).pipe(
          Effect.provide(SqliteTokenStorage.layerWith({ directory: apps(ours) }))
        )
        const dump = (home: string) =>
          inPython(
            "SQLiteTokenStorage",
            home,
            `
import sqlite3
connection = sqlite3.connect(storage().filepath)
def rows(query): return [list(row) for row in connection.execute(query)]
print(json.dumps({
    "columns": [rows(f"PRAGMA table_info({table})") for table, in rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")],
    "internal": sorted(rows("SELECT * FROM sdk_storage_adapter_internal")),
    "tokens": [[n, s, json.loads(d)] for n, s, d in rows("SELECT * FROM token_storage")],
    "journal": rows("PRAGMA journal_mode"),
    "check": rows("PRAGMA integrity_check")
}))
`
          )
        assert.deepStrictEqual(yield* dump(ours), yield* dump(theirs))
      })
    )

    it.live(
      "loses nothing when it and we write at the same time",
      () =>
        Effect.gen(function* () {
          const home = yield* folder
          const python = inPython(
            "SQLiteTokenStorage",
            home,
            `
ours = storage()
for i in range(40):
    ours.store_token_data_by_resource_server({f"python-{i}": TokenStorageData.from_dict(given)})
`,
            encodedRecord(transfer)
          )
          const layer = SqliteTokenStorage.layerWith({ directory: apps(home) })
          yield* put([record(transfer)]).pipe(Effect.provide(layer))
          const own = Effect.forEach(Array.from({ length: 40 }), (_, index) =>
            Effect.andThen(put([record(`node-${index}`)]), Effect.sleep("5 millis"))
          ).pipe(Effect.provide(layer))
          yield* Effect.all([python, own], { concurrency: 2 })
          const tokens = yield* get().pipe(Effect.provide(layer))
          assert.lengthOf(Object.keys(tokens), 81)
        }),
      20_000
    )

    const legacy = "of its predecessor keeps all it has, and is read by both once we have written to it"
    it.live(legacy, () =>
      Effect.gen(function* () {
        const home = yield* folder
        const layer = SqliteTokenStorage.layerWith({ directory: apps(home) })
        const path = fileIn(apps(home), "db")
        yield* inPython(
          "SQLiteTokenStorage",
          home,
          `
import os
from globus_sdk.token_storage.legacy import SQLiteAdapter
os.makedirs(os.path.dirname(${JSON.stringify(path)}), mode=0o700)
class Response: by_resource_server = given
adapter = SQLiteAdapter(${JSON.stringify(path)})
adapter.store_config("note", {"kept": True})
adapter.store(Response)
`,
          { [transfer]: { ...encodedRecord(transfer), refresh_token: null } }
        )
        const [token] = Object.values(yield* get().pipe(Effect.provide(layer)))
        assert.strictEqual(token?.resource_server, transfer)
        yield* put([record("flows.globus.org")]).pipe(Effect.provide(layer))
        const read = yield* inPython(
          "SQLiteTokenStorage",
          home,
          `
from globus_sdk.token_storage.legacy import SQLiteAdapter
adapter = SQLiteAdapter(${JSON.stringify(path)})
print(json.dumps([adapter.read_config("note"), sorted(adapter.get_by_resource_server()), sorted(read())]))
`
        )
        const servers = ["flows.globus.org", transfer]
        assert.deepStrictEqual(read, [{ kept: true }, servers, servers])
      })
    )
  })

  describe("the path of an app's tokens", () => {
    const Case = Schema.Struct({
      appName: Schema.Array(
        Schema.Union([
          Schema.Literals([
            "<",
            ">",
            ":",
            `"`,
            "/",
            "\\",
            "|",
            "?",
            "*",
            ".",
            " ",
            "\0",
            "\n",
            "\u00a0",
            "\u200b"
          ]),
          Schema.Literals([
            "a",
            "B",
            "Ä",
            "ß",
            "İ",
            "Σ",
            "語",
            "🚀",
            "con",
            "PRN",
            "aux",
            "nul",
            "com1",
            "LPT0",
            "_"
          ])
        ])
      ),
      environment: Schema.Literals(["production", "sandbox", "preview"])
    })

    it.live("is the same in both, whatever the app is called", () =>
      Effect.gen(function* () {
        const home = yield* folder
        const samples = yield* Arbitrary.sampleEffect(Arbitrary.schema(Case), { count: 500 })
        const cases = samples.map(({ appName, environment }) => ({ appName: appName.join(""), environment }))
        const theirs = yield* inPython(
          "JSONTokenStorage",
          home,
          `
def path(each):
    try:
        return _default_globus_app_filepath(${JSON.stringify(clientId)}, each["appName"], each["environment"]) + ".json"
    except Exception:
        return None
print(json.dumps([path(each) for each in given]))
`,
          cases
        )
        const ours = cases.map((each) =>
          Result.getOrElse(TokenPath.tokenFile(apps(home), { clientId, ...each }), () => null)
        )
        assert.deepStrictEqual(ours, theirs)
        assert.isAbove(new Set(ours).size, 100)
      })
    )
  })
}

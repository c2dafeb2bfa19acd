/**
 * The token file between this SDK and the official Python SDK, live: what one writes, the other reads.
 *
 * The official SDK is looked for in the folder that the environment variable `GLOBUS_PEERS` names (default:
 * `../shared/peers`, beside this repository), whose `python-sdk.sh` prints the `PYTHONPATH` to use. Where it is not
 * there, these tests are skipped.
 */
import { TokenPath } from "@effect-globus/node"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
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
  startProgram,
  within
} from "./internal/Workplace.ts"

const peers = resolve(process.env["GLOBUS_PEERS"] || resolve(import.meta.dirname, "../../../../shared/peers"))
const python = "/usr/bin/python3"

/** Where Python finds the official SDK, or why it does not. */
const findPython = (): Result.Result<string, string> => {
  const script = join(peers, "python-sdk.sh")
  if (!existsSync(script))
    return Result.fail(`${script} is not there: set GLOBUS_PEERS to the folder that has it`)
  if (!existsSync(python)) return Result.fail(`${python} is not there`)
  return Result.try({
    try: () => {
      const path = execFileSync("bash", [script], {
        encoding: "utf8",
        stdio: "pipe",
        timeout: 120_000
      }).trim()
      execFileSync(python, ["-c", "import globus_sdk"], { env: { PYTHONPATH: path }, stdio: "pipe" })
      return path
    },
    catch: (error) =>
      `the official SDK cannot be run: ${error instanceof Error ? error.message : "unknown error"}`
  })
}

const found = findPython()

if (Result.isFailure(found)) {
  describe("the official Python SDK", () => {
    it("is there", ({ skip }) => skip(found.failure))
  })
} else {
  /** Runs Python in a home folder; gives what it prints. `storage(namespace)` is its storage for {@link account}. */
  const inPython = (home: string, code: string, input: unknown = null) =>
    Effect.gen(function* () {
      const program = yield* start(
        python,
        [
          "-c",
          `
import json, sys
from globus_sdk import GlobusAppConfig
from globus_sdk.token_storage import JSONTokenStorage, TokenStorageData
from globus_sdk.token_storage.base import _default_globus_app_filepath
given = json.load(sys.stdin)
def storage(namespace="DEFAULT", environment="production"):
    config = GlobusAppConfig(environment=environment)
    return JSONTokenStorage.for_globus_app(${JSON.stringify(clientId)}, ${JSON.stringify(account.appName)}, config, namespace)
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

  describe("a file of ours", () => {
    it.live("is found and read by the official SDK, at the path of its own choice", () =>
      Effect.gen(function* () {
        const home = yield* folder
        const { code, stderr } = yield* Effect.flatMap(
          startProgram("storage", ["write", "default"], { HOME: home }),
          (program) => program.end
        )
        assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
        const read = yield* inPython(home, "print(json.dumps([storage().filepath, read()]))")
        assert.deepStrictEqual(read, [
          fileIn(apps(home)),
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
        yield* put([record(transfer)], { ...account, environment: "sandbox" }).pipe(within(apps(home)))
        const read = yield* inPython(home, `print(json.dumps(read(environment="sandbox")))`)
        assert.deepStrictEqual(read, { [transfer]: encodedRecord(transfer) })
      })
    )

    it.live("that was of version 1.0 is read by it once we have written it", () =>
      Effect.gen(function* () {
        const home = yield* folder
        place(fileIn(apps(home)), {
          by_rs: { [transfer]: encodedRecord(transfer) },
          format_version: "1.0",
          "globus-sdk.version": "2.0.0"
        })
        yield* put([record("flows.globus.org")]).pipe(within(apps(home)))
        const read = yield* inPython(home, "print(json.dumps(read()))")
        assert.deepStrictEqual(read, {
          [transfer]: encodedRecord(transfer),
          "flows.globus.org": encodedRecord("flows.globus.org")
        })
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
        yield* inPython(home, write, given)
        for (const [profile, tokens] of Object.entries(given)) {
          const read = yield* get({ ...account, profile }).pipe(within(apps(home)))
          assert.deepStrictEqual(reveal(read), tokens)
        }
      })
    )

    it.live("keeps what it says in other namespaces, and about other tokens, when we write", () =>
      Effect.gen(function* () {
        const home = yield* folder
        yield* inPython(home, write, given)
        yield* put([record(transfer, { access_token: "canary-new" })]).pipe(within(apps(home)))
        const read = yield* inPython(home, `print(json.dumps({n: read(n) for n in ("DEFAULT", "other")}))`)
        assert.deepStrictEqual(read, {
          ...given,
          DEFAULT: { ...given.DEFAULT, [transfer]: encodedRecord(transfer, { access_token: "canary-new" }) }
        })
      })
    )

    it.live("keeps what we wrote when the official SDK writes after us", () =>
      Effect.gen(function* () {
        const home = yield* folder
        yield* put([record("ours.example.org")], { ...account, profile: "ours" }).pipe(within(apps(home)))
        yield* inPython(home, write, given)
        const read = yield* get({ ...account, profile: "ours" }).pipe(within(apps(home)))
        assert.deepStrictEqual(reveal(read), { "ours.example.org": encodedRecord("ours.example.org") })
        assert.include(readFileSync(fileIn(apps(home)), "utf8"), "groups.api.globus.org")
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

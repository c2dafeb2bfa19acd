/** `npm start`, as somebody meets it who has just cloned the repository: real processes, an empty home, no terminal. */
import { World } from "@effect-globus/simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import * as Path from "node:path"

const main = Path.resolve(import.meta.dirname, "../src/quickstart/main.ts")

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the quickstart to its end. */
const start = (home: string, args: ReadonlyArray<string> = [], variables: Record<string, string> = {}) =>
  Effect.callback<Ended>((resume) => {
    const child = spawn(process.execPath, [main, ...args], {
      env: { PATH: process.env["PATH"], HOME: home, ...variables },
      stdio: ["ignore", "pipe", "pipe"]
    })
    const output = { stdout: "", stderr: "" }
    child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()))
    child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()))
    child.on("close", (code) => resume(Effect.succeed({ code, ...output })))
    return Effect.sync(() => child.kill())
  })

const emptyHome = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(Path.join(tmpdir(), "effect-globus-home-"))),
  (home) => Effect.sync(() => rmSync(home, { recursive: true }))
)

const tokensIn = (home: string) =>
  Path.join(home, ".globus", "app", World.nativeClientId, "quickstart", "tokens.json")

const approval = "this page approves itself"

describe("npm start", () => {
  it.live(
    "logs in once, remembers it, logs out, and forgets",
    () =>
      Effect.scoped(
        Effect.gen(function* () {
          const home = yield* emptyHome

          const first = yield* start(home)
          assert.deepStrictEqual([first.code, first.stderr], [0, ""])
          for (const text of [
            approval,
            "Publish a dataset",
            "exposure-001.fits",
            "100 %",
            "The transfer succeeded.",
            tokensIn(home),
            "npm start -- --logout",
            "npm start -- --reset",
            "npm start -- --real"
          ]) {
            assert.include(first.stdout, text)
          }
          assert.strictEqual(statSync(tokensIn(home)).mode & 0o777, 0o600)

          const second = yield* start(home)
          assert.deepStrictEqual([second.code, second.stderr], [0, ""])
          assert.notInclude(second.stdout, approval)
          assert.include(second.stdout, "The transfer succeeded.")

          const logout = yield* start(home, ["--logout"])
          assert.deepStrictEqual([logout.code, logout.stderr], [0, ""])
          assert.include(logout.stdout, "transfer.api.globus.org")
          assert.notInclude(readFileSync(tokensIn(home), "utf8"), "access_token")

          const reset = yield* start(home, ["--reset"])
          assert.deepStrictEqual([reset.code, reset.stderr], [0, ""])
          assert.isFalse(existsSync(tokensIn(home)))
        })
      ),
    60_000
  )

  it.live(
    "says what is missing for the real Globus, without a stack trace",
    () =>
      Effect.scoped(
        Effect.gen(function* () {
          const home = yield* emptyHome
          const { code, stderr, stdout } = yield* start(home, ["--real"])
          assert.strictEqual(code, 1)
          assert.strictEqual(stdout, "")
          assert.match(stderr, /^The setting GLOBUS_CLIENT_ID is wrong: it is not set\. [^\n]+\n$/)
        })
      ),
    20_000
  )

  it.live(
    "names the valid environments when one is wrong",
    () =>
      Effect.scoped(
        Effect.gen(function* () {
          const home = yield* emptyHome
          const { code, stderr } = yield* start(home, ["--real"], {
            GLOBUS_CLIENT_ID: World.nativeClientId,
            GLOBUS_SDK_ENVIRONMENT: "prod"
          })
          assert.strictEqual(code, 1)
          for (const text of ["GLOBUS_SDK_ENVIRONMENT", "prod", "production", "sandbox"])
            assert.include(stderr, text)
          assert.strictEqual(stderr.trim().split("\n").length, 1)
        })
      ),
    20_000
  )
})

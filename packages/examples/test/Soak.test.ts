/** `npm run soak` for some seconds, which shows that it works; what it is for takes minutes. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import * as Path from "node:path"

const main = Path.resolve(import.meta.dirname, "../soak/main.ts")

const run = (args: ReadonlyArray<string>) =>
  Effect.callback<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((resume) => {
    const child = execFile(process.execPath, [main, ...args], (_, stdout, stderr) =>
      resume(Effect.succeed({ code: child.exitCode ?? -1, stdout, stderr }))
    )
    return Effect.sync(() => child.kill())
  })

describe("a soak", () => {
  it.live(
    "says what happened, and that every promise was kept",
    () =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* run(["--users", "8", "--seconds", "2"])
        assert.strictEqual(stderr, "")
        assert.match(stdout, /^\| users \| 8 \|$/m)
        assert.match(stdout, /^\| logins \| 8 \|$/m)
        assert.match(stdout, /^\| nothing is there twice.* \| kept \|$/m)
        assert.notInclude(stdout, "BROKEN")
        assert.strictEqual(code, 0)
      }),
    120_000
  )
})

/**
 * The official Python SDK, unmodified, to test against.
 *
 * It is looked for in the folder that the environment variable `GLOBUS_PEERS` names (default: `../shared/peers`, beside
 * this repository), whose `python-sdk.sh` prints the `PYTHONPATH` to use.
 */
import * as Result from "effect/Result"
import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join, resolve } from "node:path"

const peers = resolve(
  process.env["GLOBUS_PEERS"] || resolve(import.meta.dirname, "../../../../../shared/peers")
)

export const python = "/usr/bin/python3"

const findPythonSdk = (): Result.Result<string, string> => {
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

/** The `PYTHONPATH` of the official SDK, or why there is none. Looked for once. */
export const pythonSdk: Result.Result<string, string> = findPythonSdk()

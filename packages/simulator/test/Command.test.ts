import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { describe, expect, it } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { spawn } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { World } from "../src/index.ts"

const main = resolve(import.meta.dirname, "../src/main.ts")

/** Starts the command, and ends it with a signal as soon as it has said something. */
const run = (
  args: ReadonlyArray<string>,
  meanwhile: (line: string) => Promise<void> = () => Promise.resolve(),
  signal: "SIGTERM" | "SIGINT" = "SIGTERM"
) =>
  Effect.callback<{ out: string; err: string; code: number | null }>((resume) => {
    const child = spawn(process.execPath, [main, ...args])
    let out = ""
    let err = ""
    child.stdout.on("data", (data) => {
      const isFirst = out === ""
      out += String(data)
      if (isFirst) void meanwhile(out.split("\n")[0] ?? "").finally(() => child.kill(signal))
    })
    child.stderr.on("data", (data) => (err += String(data)))
    child.on("close", (code) => resume(Effect.succeed({ out, err, code })))
    return Effect.sync(() => child.kill("SIGKILL"))
  })

const slow = { timeout: 30_000 }

describe("the command", () => {
  it.live(
    "says in one line of JSON where it is and what there is, and ends when it is told to",
    () =>
      Effect.gen(function* () {
        let status = 0
        const { code, err, out } = yield* run(["--json", "--auto-approve"], async (line) => {
          const { url } = JSON.parse(line) as { url: string }
          status = (await fetch(url)).status
        })
        expect(status).toBe(200)
        expect(err).toBe("")
        expect(code).toBe(0)
        expect(out.trim().split("\n")).toHaveLength(1)
        const about = JSON.parse(out) as { readonly url: string }
        expect(about).toMatchObject({
          url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/) as string,
          env: { GLOBUS_SDK_SERVICE_URL_TRANSFER: `${about.url}transfer/` },
          clients: {
            native: { client_id: World.nativeClientId },
            confidential: {
              client_id: World.confidentialClientId,
              client_secret: World.confidentialClientSecret
            }
          },
          identities: [{ username: "rosalind@example.org" }, {}],
          collections: [
            { display_name: "Globus Tutorial Collection 1", entity_type: "GCSv5_guest_collection" },
            {},
            {},
            {}
          ],
          flows: [{ title: "Move and verify a dataset" }, {}, {}]
        })
      }),
    slow
  )

  it.live(
    "tells a person what to do",
    () =>
      Effect.gen(function* () {
        const { out } = yield* run([])
        expect(out).toContain("export GLOBUS_SDK_SERVICE_URL_AUTH=http://127.0.0.1:")
        expect(out).toContain(`export GLOBUS_CLIENT_ID=${World.nativeClientId}`)
      }),
    slow
  )

  it.live(
    "takes a world from a file, and says what is wrong with it",
    () =>
      Effect.gen(function* () {
        const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped({ prefix: "simulator-" })
        const file = join(folder, "world.json")
        writeFileSync(file, JSON.stringify({ ...World.defaultWorld, collections: [] }))
        const { out } = yield* run(["--json", "--world", file])
        expect(JSON.parse(out)).toMatchObject({ collections: [] })
        writeFileSync(file, JSON.stringify({ ...World.defaultWorld, identities: [] }))
        const empty = yield* run(["--world", file])
        expect(empty).toMatchObject({ code: 1, err: expect.stringContaining("world.identities") as string })
        writeFileSync(file, "{")
        const torn = yield* run(["--world", file])
        expect(torn).toMatchObject({
          code: 1,
          out: "",
          err: `The world file ${file} cannot be used: it is not JSON.\n`
        })
      }).pipe(Effect.provide(NodeFileSystem.layer)),
    slow
  )

  it.live(
    "does not listen where others can reach it",
    () =>
      Effect.gen(function* () {
        const { code, err } = yield* run(["--host", "0.0.0.0"])
        expect(code).toBe(1)
        expect(err).toContain("others can reach 0.0.0.0")
      }),
    slow
  )

  it.live.each(["SIGTERM", "SIGINT"] as const)(
    "ends on %s, though somebody waits for an answer",
    (signal) =>
      Effect.gen(function* () {
        const stall = JSON.stringify({ effect: { type: "stall" } })
        let waiting: Promise<unknown> = Promise.resolve()
        const ended = yield* run(
          ["--json", "--fault", stall],
          async (line) => {
            const { url } = JSON.parse(line) as { url: string }
            waiting = fetch(url).catch((error: unknown) => error)
            await new Promise((resolve) => setTimeout(resolve, 100))
          },
          signal
        )
        expect(ended).toMatchObject({ code: 0, err: "" })
        expect(yield* Effect.promise(() => waiting)).toBeInstanceOf(Error)
      }),
    slow
  )

  it.live(
    "lets go wrong what it is told to, and says what is no rule",
    () =>
      Effect.gen(function* () {
        const statuses: Array<number> = []
        const rule = { match: { service: "transfer" }, times: 1, effect: { type: "error", status: 503 } }
        yield* run(["--json", "--fault", JSON.stringify(rule)], async (line) => {
          const { env } = JSON.parse(line) as { env: Record<string, string> }
          for (let index = 0; index < 2; index++) {
            statuses.push((await fetch(`${env["GLOBUS_SDK_SERVICE_URL_TRANSFER"]}v0.10/task_list`)).status)
          }
        })
        expect(statuses).toEqual([503, 401])
        const wrong = yield* run(["--fault", '{ "effect": { "type": "error", "status": 5 } }'])
        expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining("effect.status") as string })
        const torn = yield* run(["--fault", "{"])
        expect(torn).toMatchObject({ code: 1, err: expect.stringContaining("it is not JSON") as string })
      }),
    slow
  )

  it.live(
    "has the version of its package",
    () =>
      Effect.gen(function* () {
        const { version } = JSON.parse(readFileSync(resolve(main, "../../package.json"), "utf8")) as {
          version: string
        }
        expect((yield* run(["--version"])).out).toContain(version)
      }),
    slow
  )
})

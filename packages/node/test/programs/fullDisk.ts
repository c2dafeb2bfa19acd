/**
 * Works on the token file of an app on a disk that fills up: `fullDisk.ts DIRECTORY`, where DIRECTORY is on a small disk
 * of its own, and the environment variable `STORAGE` says in which of the storages of the tests. Prints, as JSON, what
 * became of each change.
 */
import { type Tokens, TokenStorage } from "@effect-globus/sdk/app"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { appendFileSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs"
import { dirname, join } from "node:path"
import { account, fileIn, get, record, reveal, storageNamed } from "../internal/Workplace.ts"

const [directory = ""] = process.argv.slice(2)
const filler = join(directory, "filler")
const page = 4096

/** Writes until nothing more fits. */
const fill = Effect.sync(() => {
  for (const size of [page, 1]) {
    try {
      for (;;) appendFileSync(filler, Buffer.alloc(size))
    } catch {
      // It is full.
    }
  }
})

/** Makes room for so many pages. */
const free = (pages: number) => Effect.sync(() => truncateSync(filler, statSync(filler).size - pages * page))

let asked = 0

/** Stores a token as large as some pages; what is decided has to be asked for elsewhere, and cannot be asked for twice. */
const change = (index: number) =>
  Effect.flatMap(TokenStorage, (storage) =>
    storage.modify(account, (tokens: Tokens) =>
      Effect.sync(() => {
        asked++
        const next = record("a.example.org", { scope: String(index), refresh_token: "x".repeat(2 * page) })
        return [undefined, { ...tokens, "a.example.org": next }] as const
      })
    )
  )

const seen = Effect.map(get(), reveal)

const attempt = Effect.fnUntraced(function* (index: number, pages: number) {
  yield* fill
  yield* free(pages)
  const before = JSON.stringify(yield* seen)
  const askedBefore = asked
  const error = yield* Effect.match(change(index), {
    onSuccess: () => undefined,
    onFailure: ({ kind, message }) => ({ kind, message })
  })
  return {
    pages,
    error,
    isAsked: asked > askedBefore,
    isKept: JSON.stringify(yield* seen) === before,
    files: readdirSync(dirname(fileIn(directory)))
  }
})

const program = Effect.gen(function* () {
  yield* change(0)
  const attempts = yield* Effect.forEach(
    Array.from({ length: 18 }, (_, pages) => pages),
    (pages) => attempt(pages + 1, pages)
  )
  yield* Effect.sync(() => rmSync(filler))
  yield* change(100)
  const tokens = yield* get()
  yield* Console.log(JSON.stringify({ attempts, last: tokens["a.example.org"]?.scope }))
})

NodeRuntime.runMain(Effect.provide(program, storageNamed(process.env["STORAGE"])({ directory })))

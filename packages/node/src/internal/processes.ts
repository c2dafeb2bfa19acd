/** Telling processes that live from those that do not, as far as this machine can. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { hostname } from "node:os"
import { kill, pid } from "node:process"

/** One process, told apart from all others, also from a later one that was given the same number. */
export const Process = Schema.Struct({
  pid: Schema.Int,
  /** The name of its machine, for people. */
  host: Schema.String,
  /** Where its number means something: one boot of one machine, and within it one container. */
  space: Schema.String,
  /** When it began, as its machine tells it; empty if it does not. */
  began: Schema.String
})
export type Process = typeof Process.Type

/** Whether a process lives. */
export type Life = "alive" | "dead" | "unknown"

const isNoSuchProcess = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ESRCH"

/** This process, and a way to learn whether another lives. */
export const make = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem

  // Only Linux has these files. Elsewhere nothing is known, and less can be told.
  const read = (path: string) => Effect.option(fs.readFileString(path))

  /** State and beginning from /proc/<pid>/stat; the name before them may hold spaces and brackets. */
  const statusOf = (process: number) =>
    Effect.map(
      read(`/proc/${process}/stat`),
      Option.map((stat) => {
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
        return { state: fields[0] ?? "", began: fields[19] ?? "" }
      })
    )

  const boot = Option.getOrElse(yield* read("/proc/sys/kernel/random/boot_id"), () => "").trim()
  const container = Option.getOrElse(yield* Effect.option(fs.readLink("/proc/self/ns/pid")), () => "")
  const self: Process = {
    pid,
    host: hostname(),
    space: boot === "" ? hostname() : `${boot} ${container}`,
    began: Option.match(yield* statusOf(pid), { onNone: () => "", onSome: ({ began }) => began })
  }

  const lifeOf = Effect.fnUntraced(function* (process: Process) {
    if (process.space !== self.space) return "unknown"
    const isThere = yield* Effect.try({
      try: () => kill(process.pid, 0),
      catch: isNoSuchProcess
    }).pipe(
      Effect.as(true),
      // A process that may not be signalled is there all the same.
      Effect.catch((isNoSuchProcess) => Effect.succeed(!isNoSuchProcess))
    )
    if (!isThere) return "dead"
    const status = yield* statusOf(process.pid)
    if (Option.isNone(status)) return "alive"
    const { began, state } = status.value
    // What nobody has waited for yet keeps its number though it has ended (Z, X).
    const isSame = process.began === "" || began === process.began
    return state === "Z" || state === "X" || !isSame ? "dead" : "alive"
  }) satisfies (process: Process) => Effect.Effect<Life>

  return { self, lifeOf }
})

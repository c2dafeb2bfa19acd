/**
 * `npm run soak`: many people use one program at once, with tokens that expire every few seconds and everything going
 * wrong that can, against a simulated Globus in a process of its own. Prints what happened, and fails unless nothing
 * that was acknowledged is lost or there twice, nobody had to log in a second time, whoever starts anew goes on from
 * the tokens that were kept, and neither memory nor file handles grow.
 *
 * `--seconds 20`, `--users 50` and `--seed 7` make it shorter, smaller, and another one.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, Fiber, Random, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { fork } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import * as Path from "node:path"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { Announcement, type Question, Report } from "./protocol.ts"
import * as Users from "./users.ts"

/** Tokens count as expired so many seconds before they do, so that much of their lifetime is never used. */
const leeway = 60

// -----------------------------------------------------------------------------
// the simulated Globus
// -----------------------------------------------------------------------------

const decodeAnnouncement = Schema.decodeUnknownEffect(Announcement)
const decodeReport = Schema.decodeUnknownEffect(Report)

const server = (users: number, lifetime: number) =>
  Effect.gen(function* () {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        fork(Path.join(import.meta.dirname, "server.ts"), [String(users), String(lifetime)], {
          stdio: ["ignore", "inherit", "inherit", "ipc"]
        })
      ),
      (child) => Effect.sync(() => child.kill())
    )
    const answer = Effect.raceFirst(
      Effect.map(
        Effect.promise((signal) => once(child, "message", { signal })),
        ([message]): unknown => message
      ),
      Effect.flatMap(
        Effect.promise((signal) => once(child, "exit", { signal })),
        ([code]) => Effect.die(new Error(`The simulated Globus has ended with exit code ${code}`))
      )
    )
    const ask = (question: Question) =>
      Effect.andThen(
        Effect.sync(() => child.send(question)),
        answer
      )
    const { url } = yield* Effect.flatMap(answer, decodeAnnouncement)
    return { url, calm: ask("calm"), report: Effect.flatMap(ask("report"), decodeReport) }
  })

// -----------------------------------------------------------------------------
// memory and file handles
// -----------------------------------------------------------------------------

setFlagsFromString("--expose-gc")
const collectGarbage = runInNewContext("gc") as () => void

interface Sample {
  /** In MiB, once what nobody needs is gone. */
  readonly heap: number
  /** None where the platform does not tell. */
  readonly handles: number | undefined
}

const openHandles = () => (existsSync("/proc/self/fd") ? readdirSync("/proc/self/fd").length : undefined)

const sample = Effect.sync((): Sample => {
  collectGarbage()
  const { external, heapUsed } = process.memoryUsage()
  return { heap: (heapUsed + external) / 2 ** 20, handles: openHandles() }
})

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** The medians of the first and of the last third of what was measured, once all is warm. */
const ends = (samples: ReadonlyArray<Sample>, of: (sample: Sample) => number | undefined) => {
  const warm = samples.slice(samples.length >> 2).flatMap((sample) => of(sample) ?? [])
  const third = Math.ceil(warm.length / 3)
  return { first: median(warm.slice(0, third)), last: median(warm.slice(-third)) }
}

/** In a shorter run, what is still warming up looks as if it grew. */
const shortestTelling = 30

// -----------------------------------------------------------------------------
// the run
// -----------------------------------------------------------------------------

const flags = {
  users: Flag.Int("users").pipe(Flag.withDescription("How many people"), Flag.withDefault(200)),
  seconds: Flag.Int("seconds").pipe(Flag.withDescription("For how long"), Flag.withDefault(120)),
  seed: Flag.Int("seed").pipe(Flag.withDescription("What they do, and when"), Flag.withDefault(1))
}

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(Path.join(tmpdir(), "effect-globus-soak-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const run = Effect.fnUntraced(function* ({
  seconds,
  seed,
  users
}: Command.Command.Config.Infer<typeof flags>) {
  // Each token is renewed some twenty times, but not so often that there is time for nothing else.
  const used = Math.max(1.5, seconds / 20)
  const { calm, report, url } = yield* server(users, leeway + used)
  const options: Users.Options = { url, directory: yield* folder, users, seconds }
  const before = openHandles()

  const samples: Array<Sample> = []
  const { ledger, stranded } = yield* Effect.gen(function* () {
    const measuring = yield* Effect.forkChild(
      Effect.forever(
        Effect.delay(
          Effect.map(sample, (sample) => samples.push(sample)),
          (seconds * 1000) / 40
        )
      )
    )
    const ledger = yield* Users.work(options)
    yield* Fiber.interrupt(measuring)
    yield* calm
    // Every token has expired by then, so that only what was kept helps.
    yield* Effect.sleep(used * 1000 + 500)
    return { ledger, stranded: yield* Users.stranded(options) }
  }).pipe(Effect.provide(Users.layer(options)), Random.withSeed(seed))

  const { bookmarks, faults, logins, renewals, submissions } = yield* report
  const left = [...bookmarks, ...submissions]
  const present = new Set(left)
  const attempted = new Set([...ledger.acknowledged, ...ledger.uncertain])
  const after = openHandles()
  const heap = ends(samples, ({ heap }) => heap)
  const handles = ends(samples, ({ handles }) => handles)
  const isTelling = seconds >= shortestTelling

  const promises: ReadonlyArray<readonly [promise: string, broken: ReadonlyArray<string>]> = [
    ["every failure is one that a fault explains", ledger.unexplained],
    [
      "what was acknowledged is there",
      ledger.acknowledged.filter((id) => !present.has(id)).map((id) => `${id} is lost`)
    ],
    [
      "nothing is there twice, and nothing that nobody asked for",
      [
        ...left.filter((id, index) => left.indexOf(id) !== index).map((id) => `${id} is there twice`),
        ...left.filter((id) => !attempted.has(id)).map((id) => `${id} is nobody's`)
      ]
    ],
    ["everybody logged in once", logins === users ? [] : [`${logins} logins of ${users} users`]],
    ["tokens were renewed all the time", renewals >= users ? [] : [`${renewals} renewals of ${users} users`]],
    ["whoever starts anew goes on from the tokens that were kept", stranded],
    [
      "memory does not grow",
      isTelling && heap.last > heap.first * 1.1 + 4
        ? [`from ${heap.first.toFixed(1)} to ${heap.last.toFixed(1)} MiB`]
        : []
    ],
    [
      "file handles do not grow",
      [
        ...(isTelling && handles.last > handles.first + 16
          ? [`from ${handles.first} to ${handles.last}`]
          : []),
        ...(before !== undefined && after !== undefined && after > before + 4
          ? [`from ${before} before to ${after} afterwards`]
          : [])
      ]
    ]
  ]

  const figures: ReadonlyArray<readonly [string, string | number]> = [
    ["users", users],
    ["seconds", seconds],
    ["calls", ledger.calls],
    ["faults", faults],
    ...Object.entries(ledger.failures)
      .toSorted(([, a], [, b]) => b - a)
      .map(([kind, count]) => [`calls that failed: ${kind}`, count] as const),
    ["logins", logins],
    ["renewals", renewals],
    ["acknowledged bookmarks and transfers", ledger.acknowledged.length],
    ["memory, after warming up → at the end, MiB", `${heap.first.toFixed(1)} → ${heap.last.toFixed(1)}`],
    ...(before === undefined
      ? []
      : [
          [
            "file handles, before / after warming up → at the end / afterwards",
            `${before} / ${handles.first} → ${handles.last} / ${after}`
          ] as const
        ])
  ]
  const rows = [
    ["what", "figure"],
    ["---", "---:"],
    ...figures,
    ...promises.map(([promise, broken]) => [promise, broken.length === 0 ? "kept" : "**BROKEN**"])
  ]
  yield* Console.log(rows.map((row) => `| ${row.join(" | ")} |`).join("\n"))
  if (!isTelling)
    yield* Console.log(
      `\nA run of less than ${shortestTelling} seconds does not tell whether anything grows.`
    )
  for (const [promise, broken] of promises) {
    if (broken.length === 0) continue
    yield* Console.error(
      `\nBroken: ${promise}.\n${broken
        .slice(0, 10)
        .map((one) => `- ${one}`)
        .join("\n")}`
    )
    process.exitCode = 1
  }
}, Effect.scoped)

Command.make("soak", flags, run).pipe(
  Command.withDescription("Lets many people use one program at once while things go wrong"),
  Command.run({ version: "0.1.0" }),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)

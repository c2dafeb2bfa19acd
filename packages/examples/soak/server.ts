/** The simulated Globus of a soak, in a process of its own: a person for each user, and whatever can go wrong. */
import { type Fault, Simulator, World } from "@effect-globus/simulator"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect, Queue, Stream } from "effect"
import { type Question, type Report, identityOf } from "./protocol.ts"

const often = (chance: number, effect: Fault.Misbehavior) => ({ chance, effect })

/** What goes wrong with requests to Transfer. */
const ofTransfer = [
  often(0.1, { type: "latency", seconds: 0.05 }),
  often(0.02, { type: "rate_limit", retry_after: 1 }),
  often(0.01, { type: "rate_limit", retry_after: 1, retry_after_as: "date" }),
  often(0.02, { type: "error", status: 503 }),
  often(0.01, { type: "error", status: 502, carried_out: true }),
  often(0.01, { type: "error", status: 401 }),
  often(0.02, { type: "drop" }),
  often(0.01, { type: "drop", carried_out: true }),
  often(0.01, { type: "drop", part: "body" }),
  often(0.005, { type: "stall" }),
  often(0.005, { type: "stall", part: "body" }),
  often(0.01, { type: "truncate" }),
  often(0.005, { type: "truncate", seamless: true }),
  often(0.005, { type: "garbage", kind: "text" }),
  often(0.005, { type: "garbage", kind: "gzip" }),
  often(0.005, { type: "garbage", kind: "html", status: 502 }),
  often(0.005, { type: "revoke", what: "access_token" })
] as const

/**
 * What goes wrong where tokens come from. Refresh tokens rotate here, so that whoever uses an old one is found out; an
 * answer that is lost would take the only good one with it.
 */
const ofTokens = [
  often(0.1, { type: "latency", seconds: 0.05 }),
  often(0.02, { type: "rate_limit", retry_after: 1 }),
  often(0.05, { type: "error", status: 503 }),
  often(0.03, { type: "drop" }),
  often(0.005, { type: "stall" })
] as const

const rules: ReadonlyArray<Fault.Rule> = [
  ...ofTransfer.map((rule) => ({ ...rule, match: { service: "transfer" } })),
  ...ofTokens.map((rule) => ({ ...rule, match: { service: "auth", operation: "token" } }))
]

const person = (index: number) => ({
  id: identityOf(index),
  username: `user-${index}@soak.example.org`,
  name: `User ${index}`
})

const tell = (message: unknown) => Effect.sync(() => process.send?.(message))

const program = Effect.gen(function* () {
  const simulator = yield* Simulator
  const faults = yield* Effect.forEach(rules, simulator.fault)
  const hits = Effect.map(
    Effect.forEach(faults, ({ hits }) => hits),
    (hits) => hits.reduce((sum, each) => sum + each, 0)
  )

  const report = Effect.gen(function* () {
    const { codeExchanges, refreshes } = yield* simulator.activity
    const { bookmarks, tasks } = yield* simulator.snapshot
    return {
      logins: codeExchanges,
      renewals: refreshes,
      faults: yield* hits,
      submissions: tasks.map(({ submission }) => submission),
      bookmarks: bookmarks.map(({ name }) => name)
    } satisfies typeof Report.Type
  })

  const questions = Stream.callback<Question>((queue) =>
    Effect.sync(() => process.on("message", (question: Question) => Queue.offerUnsafe(queue, question)))
  )

  yield* tell({ url: simulator.url })
  yield* Stream.runForEach(questions, (question) =>
    question === "calm"
      ? Effect.andThen(
          Effect.forEach(faults, ({ remove }) => remove),
          tell("calm")
        )
      : Effect.flatMap(report, tell)
  )
})

const [users = 1, lifetime = 66] = process.argv.slice(2).map(Number)

const simulator = Simulator.layerServer({
  world: {
    identities: [person(0), ...Array.from({ length: users - 1 }, (_, index) => person(index + 1))],
    clients: World.defaultWorld.clients,
    // Those for tutorials, which belong to no server of a person that is not there.
    collections: World.defaultWorld.collections
      .filter(({ storage_gateway }) => storage_gateway === undefined)
      .map((collection) => ({ ...collection, owner: identityOf(0) })),
    pace: { task_start_seconds: 0, seconds_per_file: 0 }
  },
  tokenLifetime: `${lifetime} seconds`,
  refreshTokens: "rotate"
})

// Whoever asked has gone, so there is nothing left to do.
process.on("disconnect", () => process.exit(0))
program.pipe(Effect.scoped, Effect.provide(simulator), NodeRuntime.runMain)

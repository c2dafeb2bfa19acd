/** One account in several programs at once: that need a login, a renewal, and that are killed or stopped meanwhile. */
import { TokenStorage } from "@effect-globus/sdk/app"
import { ClientId } from "@effect-globus/sdk/model"
import { Simulator, World } from "@effect-globus/simulator"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import { readdirSync } from "node:fs"
import { hostname } from "node:os"
import { basename, dirname, join } from "node:path"
import { bundled } from "./internal/Bundle.ts"
import { account, fileIn, folder, place, within } from "./internal/Workplace.ts"

const server = Simulator.layerServer({ autoApprove: true, refreshTokens: "rotate" })

const ours = { ...account, clientId: ClientId.make(World.nativeClientId) }

const storage = <A, E, R>(use: (storage: TokenStorage["Service"]) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(TokenStorage, use)

const counts = Effect.map(
  Effect.flatMap(Simulator, (simulator) => simulator.activity),
  ({ codeExchanges, refreshes }) => ({ logins: codeExchanges, refreshes })
)

/** Waits until 16 programs have finished a round. */
const finished = (directory: string, round: number) =>
  Effect.sync(() => readdirSync(directory).filter((name) => name.startsWith(`done-${round}-`)).length).pipe(
    Effect.repeat({ until: (count) => count === 16, schedule: Schedule.spaced("20 millis") })
  )

const filesIn = (directory: string) =>
  readdirSync(join(directory, ours.clientId, basename(dirname(fileIn(directory)))))

const go = (directory: string, round: number) => Effect.sync(() => place(join(directory, `go-${round}`), ""))

const programsIn = (directory: string) =>
  Effect.gen(function* () {
    const start = yield* bundled("app")
    const { variables } = yield* Simulator
    return (rounds: number, env: Record<string, string> = {}) =>
      start([directory, String(rounds)], { ...variables, ...env })
  })

describe("16 programs of one account", () => {
  it.live(
    "make one login between them, and one renewal of what has expired or is refused; one login again if that is in vain",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator
        const directory = yield* folder
        const start = yield* programsIn(directory)
        const programs = yield* Effect.forEach(Array.from({ length: 16 }), () =>
          start(4, { LOGIN_TAKES: "500" })
        )

        yield* go(directory, 1)
        yield* finished(directory, 1)
        assert.deepStrictEqual(yield* counts, { logins: 1, refreshes: 0 })

        yield* storage((storage) =>
          storage.modify(ours, (tokens) =>
            Effect.succeed([
              undefined,
              Object.fromEntries(
                Object.entries(tokens).map(([server, token]) => [server, { ...token, expires_at_seconds: 1 }])
              )
            ] as const)
          )
        ).pipe(within(directory))
        yield* go(directory, 2)
        yield* finished(directory, 2)
        assert.deepStrictEqual(yield* counts, { logins: 1, refreshes: 1 })

        yield* simulator.expireTokens()
        yield* go(directory, 3)
        yield* finished(directory, 3)
        assert.deepStrictEqual(yield* counts, { logins: 1, refreshes: 2 })

        yield* simulator.revokeTokens()
        yield* go(directory, 4)
        for (const program of programs) {
          const { code, stderr } = yield* program.end
          assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
        }
        assert.deepStrictEqual(yield* counts, { logins: 2, refreshes: 2 })

        // What is stored is what came last: all that came before is worthless by now.
        const tokens = yield* storage((storage) => storage.get(ours)).pipe(within(directory))
        const kept = tokens["transfer.api.globus.org"]?.refresh_token
        const { refreshTokens } = yield* simulator.snapshot
        assert.include(
          refreshTokens.map(({ text }) => Redacted.value(text)),
          Redacted.isRedacted(kept) ? Redacted.value(kept) : "none"
        )
        assert.deepStrictEqual(filesIn(directory), ["tokens.json"])
      }).pipe(Effect.provide(Layer.fresh(server))),
    60_000
  )
})

describe("a program that needs a login while a person logs in to another one", () => {
  it.live(
    "says which one it waits for, does not rob it when it is stopped, and goes on when it is killed",
    () =>
      Effect.gen(function* () {
        const directory = yield* folder
        const start = yield* programsIn(directory)
        yield* go(directory, 1)
        const first = yield* start(1, { LOGIN_TAKES: "forever" })
        assert.strictEqual(yield* first.line, "asked")
        yield* first.signal("SIGSTOP")

        const second = yield* start(1)
        assert.include(
          yield* second.line,
          `Waiting for a login that is under way in process ${first.pid} on ${hostname()}`
        )
        yield* Effect.sleep("1 second")
        assert.strictEqual((yield* counts).logins, 0)

        yield* first.signal("SIGKILL")
        const { code, stderr, stdout } = yield* second.end.pipe(Effect.timeout("10 seconds"))
        assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
        assert.include(stdout, "asked")
        assert.strictEqual((yield* counts).logins, 1)
        assert.deepStrictEqual(filesIn(directory), ["tokens.json"])
      }).pipe(Effect.provide(Layer.fresh(server))),
    30_000
  )

  it.live(
    "can be interrupted, and leaves the other one its turn",
    () =>
      Effect.gen(function* () {
        const directory = yield* folder
        const start = yield* programsIn(directory)
        yield* go(directory, 1)
        const first = yield* start(1, { LOGIN_TAKES: "forever" })
        assert.strictEqual(yield* first.line, "asked")
        const files = filesIn(directory)
        const second = yield* start(1)
        yield* second.line
        yield* second.signal("SIGINT")
        const { code } = yield* second.end.pipe(Effect.timeout("10 seconds"))
        assert.strictEqual(code, 130)
        assert.deepStrictEqual(filesIn(directory), files)
      }).pipe(Effect.provide(Layer.fresh(server))),
    30_000
  )
})

import { TransferScopes } from "@effect-globus/sdk/model"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Logger, Redacted, References } from "effect"
import { inspect } from "node:util"
import { Simulator, World } from "../src/index.ts"
import { authorize, basic, codeFor, exchange, form, get } from "./Browser.ts"

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token: string
}

/** Runs with every log message kept, whatever its level. */
const recorded = <A, E, R>(use: (lines: ReadonlyArray<string>) => Effect.Effect<A, E, R>) => {
  const lines: Array<string> = []
  const logger = Logger.make((options) => {
    lines.push(inspect(options, { depth: 20 }), Logger.formatLogFmt.log(options))
  })
  return use(lines).pipe(
    Effect.provide(Logger.layer([logger])),
    Effect.provideService(References.MinimumLogLevel, "All")
  )
}

describe("secrets", () => {
  it.effect("are in no log, and in nothing that can be looked at", () =>
    recorded((lines) =>
      Effect.gen(function* () {
        const simulator = yield* Simulator
        yield* authorize()
        const code = yield* codeFor({ scope: `openid ${TransferScopes.all}`, access_type: "offline" })
        const tokens = (yield* exchange(code)).json as Tokens
        yield* exchange(code)
        yield* exchange("nonsense-code")
        yield* get("transfer", "v0.10/nonsense", { token: tokens.access_token })
        yield* get("transfer", "v0.10/endpoint/nonsense", { token: tokens.access_token })
        yield* form(
          "v2/oauth2/token",
          { grant_type: "refresh_token", refresh_token: tokens.refresh_token },
          basic()
        )
        yield* form("v2/oauth2/token/introspect", { token: tokens.access_token }, basic())
        const snapshot = yield* simulator.snapshot
        const seen = [
          ...lines,
          ...[simulator, snapshot, yield* simulator.activity, yield* simulator.world].flatMap((value) => [
            inspect(value, { depth: 20 }),
            JSON.stringify(value)
          ])
        ].join("\n")
        const secrets = [
          code,
          tokens.access_token,
          tokens.refresh_token,
          tokens.id_token,
          World.confidentialClientSecret,
          Redacted.value(snapshot.signingKey ?? Redacted.make("no key"))
        ]
        for (const secret of secrets) expect(seen).not.toContain(secret)
      }).pipe(Effect.provide(Simulator.layerBackend()))
    )
  )

  it.effect("are not in what is logged when the simulator itself fails", () =>
    recorded((lines) =>
      Effect.gen(function* () {
        const simulator = yield* Simulator
        const snapshot = yield* simulator.snapshot
        yield* simulator.restore({ ...snapshot, signingKey: Redacted.make('{"d":"canary"') })
        const answer = yield* get("auth", "jwk.json")
        expect(answer.status).toBe(500)
        expect(answer.json).toMatchObject({ errors: [{ code: "INTERNAL_ERROR" }] })
        const log = lines.join("\n")
        expect(log).toContain("The simulator failed.")
        expect(log).not.toContain("canary")
      }).pipe(Effect.provide(Simulator.layerBackend()))
    )
  )
})

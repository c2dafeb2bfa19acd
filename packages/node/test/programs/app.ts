/**
 * A program that calls Transfer, again and again, each time as a later run would: `app.ts DIRECTORY ROUNDS`. It begins
 * a round when the file `go-ROUND` is there, and makes one like `done-ROUND-…` at its end. The person logs in by opening the URL, which takes LOGIN_TAKES
 * milliseconds, or for ever.
 */
import { JsonTokenStorage, NodeGlobus } from "@effect-globus/node"
import { LoginFlow, UserApp } from "@effect-globus/sdk/app"
import { FlowUnavailable, LoginFailed } from "@effect-globus/sdk/model"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { World } from "@effect-globus/simulator"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const [directory = "", rounds = "1"] = process.argv.slice(2)
const takes = process.env["LOGIN_TAKES"] ?? "0"

const open = (url: string) =>
  Effect.tryPromise({
    try: async () => (await fetch(url)).text(),
    catch: () => new LoginFailed({ reason: new FlowUnavailable({ detail: "nobody answers" }) })
  })

const unattended = LoginFlow.of({
  name: "unattended",
  run: Effect.fnUntraced(function* (request) {
    yield* Console.log("asked")
    yield* takes === "forever" ? Effect.never : Effect.sleep(Number(takes))
    const page = yield* open(request.authorizeUrl(request.codePageUri))
    const [, code = ""] = /<code id="authorization-code">([^<]*)</.exec(page) ?? []
    return {
      code: Redacted.make(code),
      redirectUri: request.codePageUri,
      state: Option.none(),
      issuer: Option.none()
    }
  })
})

const flow = Layer.succeed(LoginFlow, unattended)

const app = TransferClient.layer.pipe(
  Layer.provide(
    UserApp.layer({
      appName: "My App: v2.0",
      clientId: World.nativeClientId,
      requestRefreshTokens: true
    })
  ),
  Layer.provide(NodeGlobus.layerWith({ login: flow, storage: JsonTokenStorage.layerWith({ directory }) }))
)

const call = Effect.flatMap(TransferClient, (transfer) =>
  transfer.getEndpoint(World.defaultWorld.collections[0]?.id ?? "")
)

const turn = (round: number) =>
  Effect.sync(() => existsSync(join(directory, `go-${round}`))).pipe(
    Effect.repeat({ until: (isThere) => isThere, schedule: Schedule.spaced("10 millis") })
  )

const program = Effect.forEach(
  Array.from({ length: Number(rounds) }, (_, index) => index + 1),
  (round) =>
    turn(round).pipe(
      Effect.andThen(Effect.provide(call, Layer.fresh(app))),
      Effect.andThen(Effect.sync(() => writeFileSync(join(directory, `done-${round}-${process.pid}`), "")))
    ),
  { discard: true }
)

NodeRuntime.runMain(program)

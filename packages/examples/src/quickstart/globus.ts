/** The two Globuses that the quickstart runs on: the real one, and one that is simulated on this machine. */
import { NodeGlobus } from "@effect-globus/node"
import { FlowUnavailable, LoginFailed, LoginFlow } from "@effect-globus/sdk"
import { Simulator, World } from "@effect-globus/simulator"
import * as NodePath from "@effect/platform-node/NodePath"
import { ConfigProvider, Console, Effect, Layer, Option, Path, Redacted } from "effect"
import { HttpClient } from "effect/http"
import { UserDirectories } from "effect/persistence"

/** The real Globus, with the login on the command line. */
export const realGlobus = NodeGlobus.layer

/** Where the simulated Globus keeps what it knows from one run to the next. */
export const stateFile = Effect.gen(function* () {
  const directories = yield* UserDirectories.UserDirectories
  const path = yield* Path.Path
  return path.join(yield* directories.state("effect-globus"), "simulator.json")
}).pipe(Effect.provide(Layer.merge(UserDirectories.layer, NodePath.layer)))

/** The client of the simulated Globus is always the same; what the environment says is for the real one. */
export const simulatedClient = ConfigProvider.layer(
  ConfigProvider.orElse(
    ConfigProvider.fromUnknown({ GLOBUS_CLIENT_ID: World.nativeClientId, GLOBUS_CLIENT_SECRET: "" }),
    ConfigProvider.fromEnv()
  )
)

/** Where nobody can be asked, the consent page is approved as it is opened; the code is on the page that follows. */
const approving = Layer.effect(
  LoginFlow,
  Effect.map(HttpClient.HttpClient, (client) =>
    LoginFlow.of({
      name: "approving",
      run: Effect.fnUntraced(function* ({ authorizeUrl, codePageUri }) {
        const url = authorizeUrl(codePageUri)
        yield* Console.log(`There is no terminal to ask on, so this page approves itself:\n${url}\n`)
        const page = yield* client.get(url).pipe(
          Effect.flatMap((response) => response.text),
          Effect.orElseSucceed(() => "")
        )
        const code = /<code id="authorization-code">([^<]+)<\/code>/.exec(page)?.[1]
        return code === undefined
          ? yield* new LoginFailed({ reason: new FlowUnavailable({ detail: "The page has no code." }) })
          : {
              code: Redacted.make(code),
              redirectUri: codePageUri,
              state: Option.none(),
              issuer: Option.none()
            }
      })
    })
  )
).pipe(Layer.provide(NodeGlobus.layerHttpClient))

/** Whether somebody can be asked. */
const isInteractive = process.stdin.isTTY && (process.stdout.isTTY || process.stderr.isTTY)

/** A simulated Globus that listens on this machine, with the login on the command line where there is a terminal. */
export const simulatedGlobus = Layer.unwrap(
  Effect.map(Simulator, ({ environment }) =>
    NodeGlobus.layerWith({
      login: isInteractive ? "command-line" : approving,
      transport: { environment }
    })
  )
).pipe(
  Layer.provideMerge(
    Layer.unwrap(
      Effect.map(stateFile, (stateFile) => Simulator.layerServer({ stateFile, autoApprove: !isInteractive }))
    )
  )
)

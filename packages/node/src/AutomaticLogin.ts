/**
 * The login that suits the place: in a browser on this machine where one can open, on the command line where not, as in
 * an SSH session or a container; it then says why. Use it for programs that run in both kinds of place.
 *
 * ```ts
 * import { NodeGlobus } from "@effect-globus/node"
 * import { UserApp } from "@effect-globus/sdk/app"
 * import { Layer } from "effect"
 *
 * const app = UserApp.layer({ appName: "my-app", clientId: "3f1d1c2a-0000-4000-8000-000000000001" }).pipe(
 *   Layer.provide(NodeGlobus.layerWith({ login: "automatic" }))
 * )
 * ```
 */
import { LoginFlow } from "@effect-globus/sdk/app"
import * as NodeStdio from "@effect/platform-node/NodeStdio"
import * as NodeTerminal from "@effect/platform-node/NodeTerminal"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import type * as Stdio from "effect/Stdio"
import type * as Terminal from "effect/Terminal"
import * as CommandLineLogin from "./CommandLineLogin.ts"
import * as Screen from "./internal/screen.ts"
import * as LocalServerLogin from "./LocalServerLogin.ts"

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** The flow on the terminal at hand. The options are those of the login in a browser. */
export const make: (
  options?: LocalServerLogin.Options
) => Effect.Effect<LoginFlow["Service"], never, Stdio.Stdio | Terminal.Terminal> = Effect.fnUntraced(
  function* (options: LocalServerLogin.Options = {}) {
    const screen = yield* Screen.make
    const oneAtATime = yield* Semaphore.make(1)
    const inBrowser = yield* LocalServerLogin.make(options)
    const onCommandLine = yield* CommandLineLogin.make

    return LoginFlow.of({
      ...onCommandLine,
      name: "automatic",
      run: Effect.fn("AutomaticLogin.run")(function* (request) {
        return yield* Effect.catchReason(
          inBrowser.run(request),
          "LoginFailed",
          "FlowUnavailable",
          ({ detail }) =>
            Effect.andThen(
              Effect.ignore(screen.say(`${detail} This login is on the command line instead.\n`)),
              onCommandLine.run(request)
            )
        )
      }, oneAtATime.withPermit)
    })
  }
)

// -----------------------------------------------------------------------------
// layers
// -----------------------------------------------------------------------------

/** The login that suits the place, with these options for the login in a browser. */
export const layerWith = (options: LocalServerLogin.Options): Layer.Layer<LoginFlow> =>
  Layer.effect(LoginFlow, make(options)).pipe(Layer.provide(Layer.merge(NodeStdio.layer, NodeTerminal.layer)))

/** The login that suits the place. */
export const layer: Layer.Layer<LoginFlow> = layerWith({})

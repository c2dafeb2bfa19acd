/**
 * `npm start`: runs the program of the README on a simulated Globus, or on the real one with `--real`.
 *
 * The simulated Globus listens on this machine and remembers, in the user's state folder, to whom it gave tokens, so that
 * a second run needs no login. The tokens themselves lie where those of any other app would.
 */
import { GlobusApp } from "@effect-globus/sdk"
import { Simulator } from "@effect-globus/simulator"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, FileSystem, Layer } from "effect"
import { CliError, Command, Flag } from "effect/cli"
import { realGlobus, simulatedClient, simulatedGlobus, stateFile } from "./globus.ts"
import { Clients, program } from "./program.ts"

const simulated = Clients.pipe(Layer.provideMerge(simulatedGlobus), Layer.provide(simulatedClient))

const real = Clients.pipe(Layer.provide(realGlobus))

const farewell = Effect.gen(function* () {
  const { tokenLocation } = yield* GlobusApp
  yield* Console.log(`
Your tokens are in ${tokenLocation}
so the next run asks for no login.`)
})

const onSimulated = Effect.gen(function* () {
  const { url } = yield* Simulator
  yield* Console.log(`A simulated Globus is at ${url} while this runs; nothing leaves your machine.\n`)
  yield* program
  yield* farewell
  yield* Console.log(`
  npm start -- --logout                      revokes and removes them
  npm start -- --reset                       forgets them, and what the simulated Globus knows
  GLOBUS_CLIENT_ID=… npm start -- --real     runs the same program on the real Globus`)
})

const logout = Effect.gen(function* () {
  const app = yield* GlobusApp
  const { removed, unrevoked } = yield* app.logout()
  yield* removed.length === 0
    ? Console.log("You were not logged in.")
    : Console.log(`You are logged out: the tokens for ${removed.join(", ")} are removed.`)
  yield* Effect.forEach(unrevoked, ({ error, resourceServer }) =>
    Console.error(
      `The token for ${resourceServer} is not revoked, and good until it expires. ${error.message}`
    )
  )
})

const reset = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const { tokenLocation } = yield* GlobusApp
  for (const file of [tokenLocation, yield* stateFile]) {
    yield* fs.remove(file, { force: true })
    yield* Console.log(`Forgotten: ${file}`)
  }
})

const quickstart = Command.make("npm start --", {
  real: Flag.Boolean("real").pipe(
    Flag.withDescription("Run on the real Globus, as the client that GLOBUS_CLIENT_ID names"),
    Flag.withDefault(false)
  ),
  logout: Flag.Boolean("logout").pipe(
    Flag.withDescription("Revoke and remove the tokens of this program"),
    Flag.withDefault(false)
  ),
  reset: Flag.Boolean("reset").pipe(
    Flag.withDescription("Forget the tokens and all that the simulated Globus knows"),
    Flag.withDefault(false)
  )
}).pipe(
  Command.withDescription("Runs the quickstart of the README on a simulated Globus."),
  Command.withHandler((options) =>
    options.real
      ? Effect.provide(options.logout || options.reset ? logout : Effect.andThen(program, farewell), real)
      : options.reset
        ? Effect.provide(reset, simulated)
        : Effect.provide(options.logout ? logout : onSimulated, simulated)
  )
)

Command.run(quickstart, { version: "0.1.0" }).pipe(
  // What is wrong with the flags has been said already.
  Effect.tapError((error) => (CliError.isCliError(error) ? Effect.void : Console.error(error.message))),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({ disableErrorReporting: true })
)

#!/usr/bin/env node
/** The simulator as a command of its own: `npx @effect-globus/simulator --port 8080`. */
import { InvalidConfiguration } from "@effect-globus/sdk/model"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Cause from "effect/Cause"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Runtime from "effect/Runtime"
import * as Schema from "effect/Schema"
import type * as Fault from "./Fault.ts"
import { Simulator } from "./Simulator.ts"
import { SimulatorError } from "./SimulatorError.ts"
import type { World } from "./World.ts"

const flags = {
  port: Flag.Int("port").pipe(
    Flag.withDescription("The port to listen on; a free one if it is left out"),
    Flag.withDefault(0)
  ),
  host: Flag.String("host").pipe(
    Flag.withDescription("The address to listen on"),
    Flag.withDefault("127.0.0.1")
  ),
  allowRemote: Flag.Boolean("allow-remote").pipe(
    Flag.withDescription("Allow an address that others can reach; whoever does may act as anybody"),
    Flag.withDefault(false)
  ),
  world: Flag.File("world", { mustExist: true }).pipe(
    Flag.withDescription("A JSON file that describes what there is"),
    Flag.optional
  ),
  stateFile: Flag.Path("state-file").pipe(
    Flag.withDescription("A file that keeps tokens, consents and files from one start to the next"),
    Flag.optional
  ),
  autoApprove: Flag.Boolean("auto-approve").pipe(
    Flag.withDescription("Log in and consent without asking"),
    Flag.withDefault(false)
  ),
  faults: Flag.String("fault").pipe(
    Flag.withDescription(
      'What goes wrong, as JSON: {"match":{"operation":"ls"},"times":2,"effect":{"type":"error","status":503}}'
    ),
    Flag.atLeast(0)
  ),
  json: Flag.Boolean("json").pipe(
    Flag.withDescription("Say where it is in one line of JSON"),
    Flag.withDefault(false)
  )
}

const parseJson = Schema.decodeEffect(Schema.fromJsonString(Schema.Unknown))

/** The world in a file; the simulator checks it. */
const readWorld = Effect.fnUntraced(function* (file: string) {
  const fs = yield* FileSystem.FileSystem
  const text = yield* fs.readFileString(file)
  const world = yield* Effect.mapError(
    parseJson(text),
    () => new SimulatorError({ kind: "worldFile", location: file, detail: "it is not JSON." })
  )
  return world as typeof World.Encoded
})

/** The rules of the command line; the simulator checks them. */
const readFaults = (texts: ReadonlyArray<string>) =>
  Effect.forEach(texts, (text) =>
    Effect.mapBoth(parseJson(text), {
      onFailure: () =>
        new InvalidConfiguration({ setting: "--fault", detail: `it is not JSON: ${JSON.stringify(text)}` }),
      onSuccess: (rule) => rule as Fault.Rule
    })
  )

/** What a program has to know to use the simulator. */
const announcement = Effect.gen(function* () {
  const { url, variables, world } = yield* Simulator
  const { clients, collections, flows = [], identities } = yield* world
  const native = clients.find(({ type }) => type === "native")
  const confidential = clients.find((client) => client.type === "confidential" && client.secret !== undefined)
  return {
    url,
    env: variables,
    clients: {
      ...(native === undefined ? {} : { native: { client_id: native.id } }),
      ...(confidential?.type !== "confidential" || confidential.secret === undefined
        ? {}
        : {
            confidential: { client_id: confidential.id, client_secret: Redacted.value(confidential.secret) }
          })
    },
    identities: identities.map(({ id, name, username }) => ({ id, username, name })),
    collections: collections.map(({ display_name, entity_type, id }) => ({ id, display_name, entity_type })),
    flows: flows.map(({ id, title }) => ({ id, title }))
  }
})

const announce = Effect.fnUntraced(function* (json: boolean) {
  const about = yield* announcement
  if (json) return yield* Console.log(JSON.stringify(about))
  const lines = [
    `A simulated Globus answers at ${about.url}. To use it from another terminal:`,
    "",
    ...Object.entries(about.env).map(([name, value]) => `  export ${name}=${value}`),
    ...(about.clients.native === undefined
      ? []
      : [`  export GLOBUS_CLIENT_ID=${about.clients.native.client_id}`]),
    "",
    "It ends with Ctrl-C."
  ]
  yield* Console.log(lines.join("\n"))
})

const run = Effect.fnUntraced(
  function* ({
    allowRemote,
    autoApprove,
    faults,
    host,
    json,
    port,
    stateFile,
    world
  }: Command.Command.Config.Infer<typeof flags>) {
    const server = Simulator.layerServer({
      port,
      host,
      allowRemote,
      autoApprove,
      stateFile: Option.getOrUndefined(stateFile),
      world: Option.isSome(world) ? yield* readWorld(world.value) : undefined,
      faults: yield* readFaults(faults)
    })
    return yield* Layer.launch(Layer.effectDiscard(announce(json)).pipe(Layer.provide(server)))
  },
  Effect.catch((error) =>
    Effect.andThen(
      Console.error(error.message),
      Effect.sync(() => {
        process.exitCode = 1
      })
    )
  )
)

// Whoever ends a server that runs until it is interrupted got what they wanted.
const teardown: Runtime.Teardown = (exit, onExit) =>
  onExit(Exit.isFailure(exit) && !Cause.hasInterruptsOnly(exit.cause) ? 1 : Number(process.exitCode ?? 0))

Command.make("globus-simulator", flags, run).pipe(
  Command.withDescription("Runs a simulated Globus on this machine, until it is interrupted"),
  Command.run({ version: "0.1.0" }),
  // @effect-diagnostics-next-line strictEffectProvide:off
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({ teardown })
)

import { NodeGlobus } from "@effect-globus/node"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect, Layer } from "effect"
import { Clients, program } from "./program.ts"

program.pipe(Effect.provide(Clients.pipe(Layer.provide(NodeGlobus.layer))), NodeRuntime.runMain)

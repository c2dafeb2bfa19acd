/** What is bundled and timed: the quickstart with all its layers, up to the point where its first request would leave. */
import { NodeGlobus } from "@effect-globus/node"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect, Layer } from "effect"
import { Clients, program } from "../src/quickstart/program.ts"

const started = process.env["GLOBUS_BENCH_RUN"] === "1" ? program : Effect.void

started.pipe(Effect.provide(Clients.pipe(Layer.provide(NodeGlobus.layer))), NodeRuntime.runMain)

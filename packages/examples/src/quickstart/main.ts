/**
 * `npm start`: runs the program of the README on a simulated Globus, or on the real one with `--real`.
 *
 * The simulated Globus listens on this machine and remembers, in the user's state folder, whom it gave tokens, so that a
 * second run needs no login. The tokens themselves lie where those of any other app would.
 */
import { NodeGlobus } from "@effect-globus/node"
import { GlobusApp } from "@effect-globus/sdk"
import { Simulator, World } from "@effect-globus/simulator"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect, Layer } from "effect"
import { realGlobus, simulatedGlobus } from "./globus.ts"
import { Clients, program } from "./program.ts"

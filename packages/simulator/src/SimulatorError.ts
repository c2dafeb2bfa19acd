/**
 * Why a simulator cannot start or go on: its address is taken, or its state file cannot be used. A state file that
 * cannot be read is left as it is.
 *
 * ```ts
 * import { Simulator } from "@effect-globus/simulator"
 * import { Console, Effect, Layer } from "effect"
 *
 * const server = Layer.launch(Simulator.layerServer({ port: 8080 })).pipe(
 *   Effect.catchTag("SimulatorError", (error) => Console.error(error.message))
 * )
 * ```
 */
import * as Schema from "effect/Schema"

// -----------------------------------------------------------------------------
// errors
// -----------------------------------------------------------------------------

/** A simulator cannot start or go on. */
export class SimulatorError extends Schema.TaggedError<SimulatorError>()("SimulatorError", {
  kind: Schema.Literals(["address", "stateFile", "worldFile"]),
  /** Which address, or which file. */
  location: Schema.String,
  /** What is wrong, and what to do. */
  detail: Schema.String
}) {
  override get message() {
    return this.kind === "address"
      ? `The simulator cannot listen on ${this.location}: ${this.detail}`
      : `The ${this.kind === "stateFile" ? "state" : "world"} file ${this.location} cannot be used: ${this.detail}`
  }
}

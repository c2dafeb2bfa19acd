/**
 * A simulated Globus to develop and test against.
 */
export * as Fault from "./Fault.ts"
export { Notification } from "./Notification.ts"
export {
  type Activity,
  type LoginAttempt,
  type Options,
  type Person,
  type ServerOptions,
  Simulator,
  type Which
} from "./Simulator.ts"
export { SimulatorError } from "./SimulatorError.ts"
export { Snapshot } from "./Snapshot.ts"
export * as TestTime from "./TestTime.ts"
export * as World from "./World.ts"

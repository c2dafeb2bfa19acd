export { type Activity, type LoginAttempt, type Options, type Person, Simulator, type Which } from "./Simulator.ts"
export * as World from "./World.ts"

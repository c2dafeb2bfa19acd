export * as World from "./World.ts"

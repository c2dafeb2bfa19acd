/**
 * The Globus SDK for Effect, without the clients of single services: those are in `@effect-globus/sdk/transfer`,
 * `@effect-globus/sdk/flows` and so on, so that a program loads only what it uses.
 */
export * from "./app/index.ts"
export * from "./auth/index.ts"
export * from "./model/index.ts"
export * from "./service/index.ts"

/**
 * Globus Timers: the client, the documents, what timers are made of, and the contract.
 */
export { TimersApi } from "./Api.ts"
export * from "./Document.ts"
export * as FlowTimer from "./FlowTimer.ts"
export * as TimerJob from "./TimerJob.ts"
export { TimersClient, type ResultsOptions, type TimersOperations } from "./TimersClient.ts"
export * as TimerSchedule from "./TimerSchedule.ts"
export * as TransferTimer from "./TransferTimer.ts"

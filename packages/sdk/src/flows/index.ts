/**
 * Globus Flows: the clients, the documents, and the contract.
 */
export { FlowsApi } from "./Api.ts"
export * from "./Document.ts"
export { FlowsClient, type FlowsOperations, isOver, type WaitOptions } from "./FlowsClient.ts"
export { RunInactive } from "./RunInactive.ts"
export { type PagedOfFlow, SpecificFlowClient, type SpecificFlowOperations } from "./SpecificFlowClient.ts"

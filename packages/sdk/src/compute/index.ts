/**
 * Globus Compute: a client for each of the two versions of its API, the documents, and the contract.
 */
export { ComputeApi } from "./Api.ts"
export { ComputeClientV2, type ComputeV2Operations } from "./ComputeClientV2.ts"
export { ComputeClientV3, type ComputeV3Operations } from "./ComputeClientV3.ts"
export * from "./ContainerDocument.ts"
export * from "./EndpointDocument.ts"
export * from "./FunctionDocument.ts"
export * from "./ServiceDocument.ts"
export * from "./TaskDocument.ts"

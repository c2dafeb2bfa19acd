/**
 * Globus Transfer: the client, the documents, what is submitted, and the contract.
 */
export * from "./AccessRuleDocument.ts"
export { TransferApi } from "./Api.ts"
export * from "./BookmarkDocument.ts"
export * as DeleteData from "./DeleteData.ts"
export * from "./EndpointDocument.ts"
export * from "./FileDocument.ts"
export * from "./PauseRuleDocument.ts"
export * from "./ResultDocument.ts"
export * from "./RoleDocument.ts"
export * from "./TaskDocument.ts"
export { TaskStillActive } from "./TaskStillActive.ts"
export {
  TransferClient,
  type TransferOperations,
  type WaitOptions,
  type WalkEntry,
  type WalkOptions
} from "./TransferClient.ts"
export * as TransferData from "./TransferData.ts"
export * as TransferFilter from "./TransferFilter.ts"
export * as TunnelData from "./TunnelData.ts"
export * from "./TunnelDocument.ts"

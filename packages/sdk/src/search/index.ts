/**
 * Globus Search: the client, the documents, what describes queries and entries, and the contract.
 */
export { SearchApi } from "./Api.ts"
export * from "./EntryDocument.ts"
export * as GIngest from "./GIngest.ts"
export * from "./IndexDocument.ts"
export * from "./InsightsDocument.ts"
export * from "./ResultDocument.ts"
export * as ScrollQuery from "./ScrollQuery.ts"
export { SearchClient, type SearchOperations, type WaitOptions } from "./SearchClient.ts"
export * as SearchFacet from "./SearchFacet.ts"
export * as SearchFilter from "./SearchFilter.ts"
export * as SearchQuery from "./SearchQuery.ts"
export * from "./TaskDocument.ts"

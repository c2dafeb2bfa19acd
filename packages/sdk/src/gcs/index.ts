/**
 * Globus Connect Server: the client, the documents, and the contract.
 */
export { GcsApi } from "./Api.ts"
export * as CollectionData from "./CollectionData.ts"
export {
  Batch,
  BatchDelete,
  CheckResult,
  Collection,
  CollectionOwner,
  SubscriptionAdminVerified
} from "./CollectionDocument.ts"
export * as CollectionPolicies from "./CollectionPolicies.ts"
export * as Connectors from "./Connectors.ts"
export * from "./DomainDocument.ts"
export * from "./EndpointDocument.ts"
export * as ErrorDetail from "./ErrorDetail.ts"
export { GcsClient, type GcsOperations } from "./GcsClient.ts"
export * as IdentityMapping from "./IdentityMapping.ts"
export * from "./NodeDocument.ts"
export * from "./PathRestrictions.ts"
export { ResultDocument } from "./ResultDocument.ts"
export * from "./RoleDocument.ts"
export * from "./SharingPolicyDocument.ts"
export * from "./StorageGatewayDocument.ts"
export * as StoragePolicies from "./StoragePolicies.ts"
export * from "./StreamGatewayDocument.ts"
export type { UnknownData } from "./internal/dataType.ts"
export type { DocumentOf, Unpacked } from "./Unpacked.ts"
export * from "./UserCredentialDocument.ts"
export * as UserCredentialPolicies from "./UserCredentialPolicies.ts"

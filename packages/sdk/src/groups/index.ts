/**
 * Globus Groups: the client, the documents, actions on memberships, and the contract.
 */
export { GroupsApi } from "./Api.ts"
export * from "./Document.ts"
export { GroupsClient, type GroupsOperations, type MembershipAction } from "./GroupsClient.ts"
export { MembershipActionFailed } from "./MembershipActionFailed.ts"
export * as MembershipActions from "./MembershipActions.ts"

/**
 * Globus Auth: the clients, the documents, what logins are made of, and the contract.
 */
export { AuthApi } from "./Api.ts"
export { AuthClient, type AuthOperations } from "./AuthClient.ts"
export * as AuthorizeUrl from "./AuthorizeUrl.ts"
export * from "./ClientDocument.ts"
export * as ConsentForest from "./ConsentForest.ts"
export * from "./CredentialDocument.ts"
export * from "./IdentityDocument.ts"
export * as IdToken from "./IdToken.ts"
export * as OAuth2Client from "./OAuth2Client.ts"
export * as Pkce from "./Pkce.ts"
export * from "./PolicyDocument.ts"
export * from "./ProjectDocument.ts"
export * from "./ScopeDocument.ts"
export * from "./TokenDocument.ts"

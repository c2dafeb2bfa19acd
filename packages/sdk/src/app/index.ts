export * as ClientApp from "./ClientApp.ts"
export * as ClientCredentialsAuthorizer from "./ClientCredentialsAuthorizer.ts"
export {
  GlobusApp,
  type LoginOptions,
  type LogoutOptions,
  type LogoutReport,
  type ScopeRequirements,
  type UnmetRequirementPolicy
} from "./GlobusApp.ts"
export * as KeyValueStoreTokenStorage from "./KeyValueStoreTokenStorage.ts"
export { LoginFlow, type LoginRequest, type LoginResponse } from "./LoginFlow.ts"
export * as RefreshTokenAuthorizer from "./RefreshTokenAuthorizer.ts"
export { type Account, TokenRecord, type Tokens, TokenStorage } from "./TokenStorage.ts"
export * as UserApp from "./UserApp.ts"

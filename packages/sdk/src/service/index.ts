export {
  type Authorization,
  Authorizer,
  bearer,
  type Need,
  type Recovery,
  type Refusal
} from "./Authorizer.ts"
export { GlobusService, Idempotent, PagingOf, Redirects, RequiredScopes, TokenUse } from "./GlobusService.ts"
export * as Operation from "./Operation.ts"
export * as Paging from "./Paging.ts"
export * as Query from "./Query.ts"
export * as ServerClock from "./ServerClock.ts"
export * as ServiceClient from "./ServiceClient.ts"
export {
  type ClientInfo,
  type OperationInfo,
  type Options as TransportOptions,
  Transport
} from "./Transport.ts"

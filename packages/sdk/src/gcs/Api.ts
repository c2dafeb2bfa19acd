/**
 * The contract of Globus Connect Server's manager: every operation with its path, parameters and documents. The client
 * is derived from it, and so may be simulated servers; programs use `GcsClient`. Three pages that only browsers visit
 * after a login at the provider of a storage are not in it: `/api/v1/authcallback`, `/api/v1/authcallback_google` and
 * `/api/v1/authclicomplete`.
 *
 * ```ts
 * import { GcsApi } from "@effect-globus/sdk/gcs"
 * import { OpenApi } from "effect/http-api"
 *
 * const specification = OpenApi.fromApi(GcsApi)
 * ```
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5.4/api/
 */
import * as HttpApi from "effect/http-api/HttpApi"
import { gcsEndpointScopes } from "../model/Scopes.ts"
import { RequiredScopes } from "../service/GlobusService.ts"
import { Collections } from "./api/Collections.ts"
import { EndpointGroup } from "./api/Endpoint.ts"
import { InfoGroup } from "./api/Info.ts"
import { Nodes } from "./api/Nodes.ts"
import { Roles } from "./api/Roles.ts"
import { SharingPolicies } from "./api/SharingPolicies.ts"
import { StorageGateways } from "./api/StorageGateways.ts"
import { StreamGateways } from "./api/StreamGateways.ts"
import { UserCredentials } from "./api/UserCredentials.ts"

/** What a server tells everybody. */
export const OpenToAll: HttpApi.HttpApi<"gcs", typeof InfoGroup> = HttpApi.make("gcs").add(InfoGroup)

/** What a token for the endpoint authorizes. */
export const Authorized: HttpApi.HttpApi<
  "gcs",
  | typeof EndpointGroup
  | typeof Collections
  | typeof StorageGateways
  | typeof UserCredentials
  | typeof Roles
  | typeof Nodes
  | typeof SharingPolicies
  | typeof StreamGateways
> = HttpApi.make("gcs").add(
  EndpointGroup,
  Collections,
  StorageGateways,
  UserCredentials,
  Roles,
  Nodes,
  SharingPolicies,
  StreamGateways
)

/** The contract of Globus Connect Server's manager. */
export const GcsApi = HttpApi.make("gcs")
  .addHttpApi(OpenToAll)
  .addHttpApi(Authorized.annotate(RequiredScopes, [gcsEndpointScopes("{endpoint_id}").manage_collections]))

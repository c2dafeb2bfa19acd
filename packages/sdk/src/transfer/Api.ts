/**
 * The contract of Globus Transfer: every operation with its path, parameters and documents. The client is derived from
 * it, and so are simulated services; programs use `TransferClient`.
 *
 * ```ts
 * import { TransferApi } from "@effect-globus/sdk/transfer"
 * import { OpenApi } from "effect/http-api"
 *
 * const specification = OpenApi.fromApi(TransferApi)
 * ```
 *
 * Docs: https://docs.globus.org/api/transfer
 */
import * as HttpApi from "effect/http-api/HttpApi"
import { TransferScopes } from "../model/Scopes.ts"
import { RequiredScopes } from "../service/GlobusService.ts"
import { AccessRules } from "./api/AccessRules.ts"
import { Bookmarks } from "./api/Bookmarks.ts"
import { EndpointManager } from "./api/EndpointManager.ts"
import { Endpoints } from "./api/Endpoints.ts"
import { Files } from "./api/Files.ts"
import { Roles } from "./api/Roles.ts"
import { Tasks } from "./api/Tasks.ts"
import { Tunnels } from "./api/Tunnels.ts"

/** The contract of Globus Transfer. */
export const TransferApi: HttpApi.HttpApi<
  "transfer",
  | typeof Endpoints
  | typeof Files
  | typeof Tasks
  | typeof AccessRules
  | typeof Roles
  | typeof Bookmarks
  | typeof EndpointManager
  | typeof Tunnels
> = HttpApi.make("transfer")
  .add(Endpoints, Files, Tasks, AccessRules, Roles, Bookmarks, EndpointManager, Tunnels)
  .annotate(RequiredScopes, [TransferScopes.all])

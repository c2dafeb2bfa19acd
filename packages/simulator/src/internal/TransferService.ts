/** Globus Transfer. */
import { TransferScopes } from "@effect-globus/sdk/model"
import { TransferApi } from "@effect-globus/sdk/transfer"
import * as Refusals from "./Refusal.ts"
import { make as makeService } from "./Service.ts"
import { accessRules } from "./transfer/AccessRules.ts"
import { bookmarks } from "./transfer/Bookmarks.ts"
import { bookmarksV2 } from "./transfer/BookmarksV2.ts"
import { endpointManager } from "./transfer/EndpointManager.ts"
import { endpoints } from "./transfer/Endpoints.ts"
import { files } from "./transfer/Files.ts"
import { roles } from "./transfer/Roles.ts"
import { sharing } from "./transfer/Sharing.ts"
import { submissions } from "./transfer/Submissions.ts"
import { tasks } from "./transfer/Tasks.ts"
import { tunnels } from "./transfer/Tunnels.ts"

/** Globus Transfer. */
export const make = makeService({
  name: "transfer",
  voice: Refusals.transfer,
  api: TransferApi,
  handlers: {
    ...endpoints,
    ...files,
    ...submissions,
    ...tasks,
    ...bookmarks,
    ...bookmarksV2,
    ...accessRules,
    ...roles,
    ...sharing,
    ...endpointManager,
    ...tunnels
  },
  need: (_, scopes) => ({
    isFor: (resourceServer) => resourceServer === TransferScopes.resourceServer,
    anyOf: scopes.length === 0 ? [TransferScopes.all] : [...scopes, TransferScopes.all]
  })
})

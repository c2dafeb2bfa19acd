/**
 * The operations on scopes, as the services define them.
 *
 * ```ts
 * import { AuthApi } from "@effect-globus/sdk/auth"
 *
 * AuthApi.groups.scopes.endpoints.listScopes.path // "/v2/api/scopes"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import * as Document from "../../model/Document.ts"
import { ClientId, given, ScopeId } from "../../model/Id.ts"
import { AuthScopes } from "../../model/Scopes.ts"
import * as Operation from "../../service/Operation.ts"
import * as Query from "../../service/Query.ts"
import * as Scope from "../ScopeDocument.ts"

const params = { scope_id: ScopeId } as const
const scopes = [AuthScopes.manage_projects] as const

export const listScopes = Operation.get("listScopes", "/v2/api/scopes", {
  query: { scope_strings: Query.commas(Schema.String), ids: Query.commas(given(ScopeId)) },
  success: Scope.RegisteredScopes,
  scopes
})

export const createScope = Operation.post("createScope", "/v2/api/clients/:client_id/scopes", {
  params: { client_id: ClientId },
  payload: Document.make({ scope: Scope.ScopeCreate }),
  success: Scope.RegisteredScopeDocument,
  scopes
})

export const getScope = Operation.get("getScope", "/v2/api/scopes/:scope_id", {
  params,
  success: Scope.RegisteredScopeDocument,
  scopes
})

export const getClientScope = Operation.get("getClientScope", "/v2/api/clients/:client_id/scopes/:scope_id", {
  params: { client_id: ClientId, scope_id: ScopeId },
  success: Scope.RegisteredScopeDocument,
  scopes
})

export const updateScope = Operation.put("updateScope", "/v2/api/scopes/:scope_id", {
  params,
  payload: Document.make({ scope: Scope.ScopeUpdate }),
  success: Scope.RegisteredScopeDocument,
  scopes
})

export const deleteScope = Operation.del("deleteScope", "/v2/api/scopes/:scope_id", {
  params,
  success: Scope.RegisteredScopeDocument,
  scopes
})

/** The operations on scopes. */
export const Scopes = HttpApiGroup.make("scopes").add(
  listScopes,
  createScope,
  getScope,
  getClientScope,
  updateScope,
  deleteScope
)

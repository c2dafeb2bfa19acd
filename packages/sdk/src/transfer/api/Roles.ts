/**
 * The operations on the roles on a collection of Globus Connect Personal.
 *
 * ```ts
 * import { TransferApi } from "@effect-globus/sdk/transfer"
 *
 * TransferApi.groups.roles.endpoints.listRoles.path // "/v0.10/endpoint/:endpoint_id/role_list"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import { EndpointId, RoleId } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import { ResultDocument } from "../ResultDocument.ts"
import * as Role from "../RoleDocument.ts"

const params = { endpoint_id: EndpointId } as const
const paramsOfOne = { endpoint_id: EndpointId, role_id: RoleId } as const

export const listRoles = Operation.get("listRoles", "/v0.10/endpoint/:endpoint_id/role_list", {
  params,
  query: {},
  success: Role.RoleListDocument
})

export const createRole = Operation.post("createRole", "/v0.10/endpoint/:endpoint_id/role", {
  params,
  query: {},
  payload: Role.RoleCreate,
  success: Role.RoleDocument
})

export const getRole = Operation.get("getRole", "/v0.10/endpoint/:endpoint_id/role/:role_id", {
  params: paramsOfOne,
  query: {},
  success: Role.RoleDocument
})

export const deleteRole = Operation.del("deleteRole", "/v0.10/endpoint/:endpoint_id/role/:role_id", {
  params: paramsOfOne,
  query: {},
  success: ResultDocument
})

/** The operations on roles. */
export const Roles = HttpApiGroup.make("roles").add(listRoles, createRole, getRole, deleteRole)

/**
 * The operations on indices themselves, on the roles on them, and on the fields of their entries.
 *
 * ```ts
 * import { SearchApi } from "@effect-globus/sdk/search"
 *
 * SearchApi.groups.indices.endpoints.getIndex.path // "/v1/index/:index_id"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import { IndexId, IndexRoleId } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import * as Query from "../../service/Query.ts"
import * as Index from "../IndexDocument.ts"
import * as Scope from "../internal/scope.ts"

const params = { index_id: IndexId } as const
const scopes = Scope.manage

export const listIndices = Operation.get("listIndices", "/v1/index_list", {
  query: { filter_roles: Query.commas(Index.IndexRoleName) },
  success: Index.IndexList,
  scopes
})

export const createIndex = Operation.post("createIndex", "/v1/index", {
  payload: Index.NewIndex,
  success: Index.GSearchIndex,
  scopes
})

export const getIndex = Operation.get("getIndex", "/v1/index/:index_id", {
  params,
  query: {},
  success: Index.GSearchIndex,
  // Anybody may.
  scopes: [],
  token: "optional"
})

export const updateIndex = Operation.patch("updateIndex", "/v1/index/:index_id", {
  params,
  payload: Index.IndexUpdate,
  success: Index.GSearchIndex,
  scopes
})

export const deleteIndex = Operation.del("deleteIndex", "/v1/index/:index_id", {
  params,
  success: Index.IndexAcknowledged,
  scopes
})

export const reopenIndex = Operation.post("reopenIndex", "/v1/index/:index_id/reopen", {
  params,
  success: Index.IndexAcknowledged,
  scopes
})

/** The operations on indices. */
export const Indices = HttpApiGroup.make("indices").add(
  listIndices,
  createIndex,
  getIndex,
  updateIndex,
  deleteIndex,
  reopenIndex
)

export const listRoles = Operation.get("listRoles", "/v1/index/:index_id/role_list", {
  params,
  query: {},
  success: Index.IndexRoleList,
  scopes
})

export const createRole = Operation.post("createRole", "/v1/index/:index_id/role", {
  params,
  query: {},
  payload: Index.NewIndexRole,
  success: Index.IndexRole,
  scopes
})

export const deleteRole = Operation.del("deleteRole", "/v1/index/:index_id/role/:role_id", {
  params: { index_id: IndexId, role_id: IndexRoleId },
  query: {},
  success: Index.IndexRoleDeleted,
  scopes
})

/** The operations on roles. */
export const Roles = HttpApiGroup.make("roles").add(listRoles, createRole, deleteRole)

export const getFieldBudget = Operation.get("getFieldBudget", "/beta/index/:index_id/field_budget", {
  params,
  query: {},
  success: Index.FieldBudget,
  scopes
})

export const listFieldMappings = Operation.get("listFieldMappings", "/beta/index/:index_id/mapping", {
  params,
  query: {},
  success: Index.FieldMappings,
  scopes
})

export const getFieldMapping = Operation.get("getFieldMapping", "/beta/index/:index_id/mapping/:field_name", {
  params: { index_id: IndexId, field_name: Schema.NonEmptyString },
  query: {},
  success: Index.FieldMappings,
  scopes
})

/** The operations on fields, which are beta. */
export const Fields = HttpApiGroup.make("fields").add(getFieldBudget, listFieldMappings, getFieldMapping)

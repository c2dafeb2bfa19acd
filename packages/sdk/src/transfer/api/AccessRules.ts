/**
 * The operations on the access rules of a guest collection.
 *
 * ```ts
 * import { TransferApi } from "@effect-globus/sdk/transfer"
 *
 * TransferApi.groups.accessRules.endpoints.createAccessRule.path // "/v0.10/endpoint/:endpoint_id/access"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import { AccessRuleId, EndpointId } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import * as AccessRule from "../AccessRuleDocument.ts"
import { ResultDocument } from "../ResultDocument.ts"

const params = { endpoint_id: EndpointId } as const
const paramsOfOne = { endpoint_id: EndpointId, rule_id: AccessRuleId } as const

export const listAccessRules = Operation.get("listAccessRules", "/v0.10/endpoint/:endpoint_id/access_list", {
  params,
  query: {},
  success: AccessRule.AccessRuleListDocument
})

export const createAccessRule = Operation.post("createAccessRule", "/v0.10/endpoint/:endpoint_id/access", {
  params,
  query: {},
  payload: AccessRule.AccessRuleCreate,
  success: AccessRule.AccessRuleCreatedDocument
})

export const getAccessRule = Operation.get("getAccessRule", "/v0.10/endpoint/:endpoint_id/access/:rule_id", {
  params: paramsOfOne,
  query: {},
  success: AccessRule.AccessRuleDocument
})

export const updateAccessRule = Operation.put(
  "updateAccessRule",
  "/v0.10/endpoint/:endpoint_id/access/:rule_id",
  {
    params: paramsOfOne,
    query: {},
    payload: AccessRule.AccessRuleUpdate,
    success: ResultDocument
  }
)

export const deleteAccessRule = Operation.del(
  "deleteAccessRule",
  "/v0.10/endpoint/:endpoint_id/access/:rule_id",
  {
    params: paramsOfOne,
    query: {},
    success: ResultDocument
  }
)

/** The operations on access rules. */
export const AccessRules = HttpApiGroup.make("accessRules").add(
  listAccessRules,
  createAccessRule,
  getAccessRule,
  updateAccessRule,
  deleteAccessRule
)

/**
 * The operations on authentication policies.
 *
 * ```ts
 * import { AuthApi } from "@effect-globus/sdk/auth"
 *
 * AuthApi.groups.policies.endpoints.listPolicies.path // "/v2/api/policies"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Document from "../../model/Document.ts"
import { PolicyId } from "../../model/Id.ts"
import { AuthScopes } from "../../model/Scopes.ts"
import * as Operation from "../../service/Operation.ts"
import * as Policy from "../PolicyDocument.ts"

const params = { policy_id: PolicyId } as const
const scopes = [AuthScopes.manage_projects] as const

export const listPolicies = Operation.get("listPolicies", "/v2/api/policies", {
  success: Policy.Policies,
  scopes
})

export const createPolicy = Operation.post("createPolicy", "/v2/api/policies", {
  payload: Document.make({ policy: Policy.PolicyCreate }),
  success: Policy.PolicyDocument,
  scopes
})

export const getPolicy = Operation.get("getPolicy", "/v2/api/policies/:policy_id", {
  params,
  success: Policy.PolicyDocument,
  scopes
})

export const updatePolicy = Operation.put("updatePolicy", "/v2/api/policies/:policy_id", {
  params,
  payload: Document.make({ policy: Policy.PolicyUpdate }),
  success: Policy.PolicyUpdatedDocument,
  scopes
})

export const deletePolicy = Operation.del("deletePolicy", "/v2/api/policies/:policy_id", {
  params,
  success: Policy.PolicyDocument,
  scopes
})

/** The operations on authentication policies. */
export const Policies = HttpApiGroup.make("policies").add(
  listPolicies,
  createPolicy,
  getPolicy,
  updatePolicy,
  deletePolicy
)

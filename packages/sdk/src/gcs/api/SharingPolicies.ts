/**
 * The operations on the sharing policies of mapped collections.
 *
 * ```ts
 * import { GcsApi } from "@effect-globus/sdk/gcs"
 *
 * GcsApi.groups.sharingPolicies.endpoints.listSharingPolicies.path // "/api/sharing_policies"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import { EndpointId, given, SharingPolicyId } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import * as Paging from "../../service/Paging.ts"
import * as Query from "../../service/Query.ts"
import { page } from "../internal/page.ts"
import { ResultDocument, resultOf, resultWith } from "../ResultDocument.ts"
import { SharingPolicy, SharingPolicyData } from "../SharingPolicyDocument.ts"
import { unpacks } from "../Unpacked.ts"

const params = { sharing_policy_id: SharingPolicyId } as const

export const listSharingPolicies = Operation.get("listSharingPolicies", "/api/sharing_policies", {
  query: {
    /** The mapped collection. */
    collection_id: given(EndpointId),
    /** A local user, to see only what is said about this one. */
    username: Query.string,
    ...page
  },
  success: resultOf(SharingPolicy)
}).pipe(Operation.paged(Paging.marker("data")))

export const createSharingPolicy = Operation.post("createSharingPolicy", "/api/sharing_policies", {
  query: {},
  payload: SharingPolicyData,
  success: resultWith({ name: "sharing_policy", schema: SharingPolicy })
}).pipe(unpacks("sharing_policy"))

export const getSharingPolicy = Operation.get(
  "getSharingPolicy",
  "/api/sharing_policies/:sharing_policy_id",
  {
    params,
    query: {},
    success: resultWith({ name: "sharing_policy", schema: SharingPolicy })
  }
).pipe(unpacks("sharing_policy"))

export const deleteSharingPolicy = Operation.del(
  "deleteSharingPolicy",
  "/api/sharing_policies/:sharing_policy_id",
  { params, query: {}, success: ResultDocument }
)

/** The operations on sharing policies. */
export const SharingPolicies = HttpApiGroup.make("sharingPolicies").add(
  listSharingPolicies,
  createSharingPolicy,
  getSharingPolicy,
  deleteSharingPolicy
)

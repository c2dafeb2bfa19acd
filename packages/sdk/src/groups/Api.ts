/**
 * The contract of Globus Groups: each operation's path, what it takes, what it answers, and the scope it needs. The
 * client derives from it, and so may a simulated service; programs use `GroupsClient` instead.
 *
 * ```ts
 * import { GroupsApi } from "@effect-globus/sdk/groups"
 * import { OpenApi } from "effect/http-api"
 *
 * const openApi = OpenApi.fromApi(GroupsApi)
 * ```
 *
 * Docs: https://groups.api.globus.org/redoc
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as ModelDocument from "../model/Document.ts"
import { GroupId, SubscriptionId } from "../model/Id.ts"
import { GroupsScopes } from "../model/Scopes.ts"
import * as Operation from "../service/Operation.ts"
import * as Query from "../service/Query.ts"
import * as Document from "./Document.ts"
import { MembershipActions, MembershipActionsResult } from "./MembershipActions.ts"

const view = [GroupsScopes.view_my_groups_and_memberships, GroupsScopes.all]
const all = [GroupsScopes.all]

const params = { group_id: GroupId }

/** What of a group is sent only if it is asked for. */
const Included = ModelDocument.openLiterals([
  "memberships",
  "my_memberships",
  "policies",
  "allowed_actions",
  "child_ids"
])

// -----------------------------------------------------------------------------
// models: groups
// -----------------------------------------------------------------------------

export const listMyGroups = Operation.get("listMyGroups", "/v2/groups/my_groups", {
  query: { statuses: Query.commas(Document.MembershipStatus) },
  success: Document.GroupList,
  scopes: view
})

export const getStatuses = Operation.get("getStatuses", "/v2/groups/statuses", {
  query: {},
  success: Document.StatusCountsByGroup,
  scopes: all
})

export const createGroup = Operation.post("createGroup", "/v2/groups", {
  query: {},
  payload: Document.NewGroup,
  success: Document.Group,
  scopes: all
})

export const getGroup = Operation.get("getGroup", "/v2/groups/:group_id", {
  params,
  query: { include: Query.commas(Included) },
  success: Document.Group,
  scopes: view
})

export const updateGroup = Operation.put("updateGroup", "/v2/groups/:group_id", {
  params,
  query: {},
  payload: Document.GroupUpdate,
  success: Document.Group,
  scopes: all
})

export const deleteGroup = Operation.del("deleteGroup", "/v2/groups/:group_id", {
  params,
  query: {},
  success: Document.Group,
  scopes: all
})

export const listChildGroups = Operation.get("listChildGroups", "/v2/groups/:group_id/children", {
  params,
  query: { include: Query.commas(Included) },
  success: Document.ChildGroups,
  scopes: all
})

// -----------------------------------------------------------------------------
// models: memberships
// -----------------------------------------------------------------------------

export const batchMembershipAction = Operation.post("batchMembershipAction", "/v2/groups/:group_id", {
  params,
  query: {},
  payload: MembershipActions,
  success: MembershipActionsResult,
  scopes: all
})

export const getMembershipFields = Operation.get(
  "getMembershipFields",
  "/v2/groups/:group_id/membership_fields",
  {
    params,
    query: {},
    success: Document.IdentityMembershipFields,
    scopes: all
  }
)

export const setMembershipFields = Operation.put(
  "setMembershipFields",
  "/v2/groups/:group_id/membership_fields",
  {
    params,
    query: {},
    payload: Document.NewIdentityMembershipFields,
    success: Document.IdentityMembershipFields,
    scopes: all
  }
)

// -----------------------------------------------------------------------------
// models: policies
// -----------------------------------------------------------------------------

export const getGroupPolicies = Operation.get("getGroupPolicies", "/v2/groups/:group_id/policies", {
  params,
  query: {},
  success: Document.GroupPolicies,
  scopes: all
})

export const setGroupPolicies = Operation.put("setGroupPolicies", "/v2/groups/:group_id/policies", {
  params,
  query: {},
  payload: Document.NewGroupPolicies,
  success: Document.GroupPolicies,
  scopes: all
})

// -----------------------------------------------------------------------------
// models: subscriptions
// -----------------------------------------------------------------------------

export const getGroupBySubscriptionId = Operation.get(
  "getGroupBySubscriptionId",
  "/v2/subscription_info/:subscription_id",
  {
    params: { subscription_id: SubscriptionId },
    query: {},
    success: Document.GroupSubscription,
    scopes: all
  }
)

export const setSubscriptionAdminVerified = Operation.put(
  "setSubscriptionAdminVerified",
  "/v2/groups/:group_id/subscription_admin_verified",
  {
    params,
    query: {},
    payload: Document.SubscriptionVerification,
    success: Document.SubscriptionVerified,
    scopes: all
  }
)

// -----------------------------------------------------------------------------
// models: identities
// -----------------------------------------------------------------------------

export const getIdentityPreferences = Operation.get("getIdentityPreferences", "/v2/preferences", {
  query: {},
  success: Document.IdentityPreferences,
  scopes: all
})

export const setIdentityPreferences = Operation.put("setIdentityPreferences", "/v2/preferences", {
  query: {},
  payload: Document.NewIdentityPreferences,
  success: Document.IdentityPreferences,
  scopes: all
})

// -----------------------------------------------------------------------------
// models: the service
// -----------------------------------------------------------------------------

/** The contract of Globus Groups. */
export const GroupsApi = HttpApi.make("groups").add(
  HttpApiGroup.make("groups").add(
    listMyGroups,
    getStatuses,
    createGroup,
    getGroup,
    updateGroup,
    deleteGroup,
    listChildGroups
  ),
  HttpApiGroup.make("memberships").add(batchMembershipAction, getMembershipFields, setMembershipFields),
  HttpApiGroup.make("policies").add(getGroupPolicies, setGroupPolicies),
  HttpApiGroup.make("subscriptions").add(getGroupBySubscriptionId, setSubscriptionAdminVerified),
  HttpApiGroup.make("identities").add(getIdentityPreferences, setIdentityPreferences)
)

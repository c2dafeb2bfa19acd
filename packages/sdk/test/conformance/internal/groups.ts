/** Globus Groups: methods of the Python SDK's client and of its manager, and what they are called here. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { GroupsApi } from "../../../src/groups/Api.ts"
import { NewGroupPolicies } from "../../../src/groups/Document.ts"
import { GroupsClient } from "../../../src/groups/GroupsClient.ts"
import * as MembershipActions from "../../../src/groups/MembershipActions.ts"
import * as Mapping from "./Mapping.ts"

const client = Effect.provide(GroupsClient, GroupsClient.layer)

type Groups = GroupsClient["Service"]

/** The manager's methods for one membership: the group, the identity, and for some the role. */
const acting =
  (
    act: (groups: Groups, group: string, identity: string, role: string | undefined) => Mapping.Call
  ): ((args: Mapping.Args) => Mapping.Call) =>
  ({ group_id, identity_id, role }) =>
    Effect.flatMap(client, (groups) =>
      act(groups, String(group_id), String(identity_id), typeof role === "string" ? role : undefined)
    )

type Batch = MembershipActions.MembershipActions

const Args = Schema.Struct({
  identity_ids: Schema.Array(Schema.String),
  role: Schema.optionalKey(Schema.String)
})

/** The methods by which the Python SDK builds a batch. */
const batch = (
  add: (identities: ReadonlyArray<string>, role: string | undefined) => (self: Batch) => Batch
): ((args: Mapping.Args) => unknown) => {
  const decode = Schema.decodeUnknownSync(Args)
  const encode = Schema.encodeSync(MembershipActions.MembershipActions)
  return (args) => {
    const { identity_ids, role } = decode(args)
    return encode(add(identity_ids, role)(MembershipActions.empty))
  }
}

export const groups: Mapping.Mapping = {
  calls: {
    GroupsClient: Mapping.calls(GroupsApi, client, {
      get_my_groups: "listMyGroups",
      create_group: "createGroup",
      get_group: "getGroup",
      update_group: "updateGroup",
      delete_group: "deleteGroup",
      batch_membership_action: "batchMembershipAction",
      get_group_policies: "getGroupPolicies",
      set_group_policies: "setGroupPolicies",
      get_membership_fields: "getMembershipFields",
      set_membership_fields: "setMembershipFields",
      get_identity_preferences: "getIdentityPreferences",
      set_identity_preferences: "setIdentityPreferences",
      get_group_by_subscription_id: "getGroupBySubscriptionId",
      set_subscription_admin_verified: {
        operation: "setSubscriptionAdminVerified",
        payload: ({ subscription_id }) => ({ subscription_admin_verified_id: subscription_id })
      }
    }),
    GroupsManager: {
      // The manager sends null where nothing is said.
      ...Mapping.calls(GroupsApi, client, {
        create_group: { operation: "createGroup", payload: (body) => ({ parent_id: null, ...body }) },
        set_group_policies: {
          operation: "setGroupPolicies",
          payload: (body) => ({ authentication_assurance_timeout: null, ...body })
        }
      }),
      add_member: acting((groups, group, identity, role) => groups.addMember(group, identity, { role })),
      remove_member: acting((groups, group, identity) => groups.removeMember(group, identity)),
      change_role: acting((groups, group, identity, role) =>
        groups.changeRole(group, identity, String(role))
      ),
      invite_member: acting((groups, group, identity, role) =>
        groups.inviteMember(group, identity, { role })
      ),
      accept_invite: acting((groups, group, identity) => groups.acceptInvite(group, identity)),
      decline_invite: acting((groups, group, identity) => groups.declineInvite(group, identity)),
      request_join: acting((groups, group, identity) => groups.requestJoin(group, identity)),
      approve_pending: acting((groups, group, identity) => groups.approvePending(group, identity)),
      reject_join_request: acting((groups, group, identity) => groups.rejectJoinRequest(group, identity)),
      join: acting((groups, group, identity) => groups.join(group, identity)),
      leave: acting((groups, group, identity) => groups.leave(group, identity))
    }
  },
  payloads: {
    BatchMembershipActions: () => MembershipActions.empty,
    "BatchMembershipActions.accept_invites": batch((ids) => MembershipActions.acceptInvites(ids)),
    "BatchMembershipActions.add_members": batch((ids, role) => MembershipActions.addMembers(ids, { role })),
    "BatchMembershipActions.approve_pending": batch((ids) => MembershipActions.approvePending(ids)),
    "BatchMembershipActions.change_roles": batch((ids, role = "") =>
      MembershipActions.changeRoles(role, ids)
    ),
    "BatchMembershipActions.decline_invites": batch((ids) => MembershipActions.declineInvites(ids)),
    "BatchMembershipActions.invite_members": batch((ids, role) =>
      MembershipActions.inviteMembers(ids, { role })
    ),
    "BatchMembershipActions.join": batch((ids) => MembershipActions.join(ids)),
    "BatchMembershipActions.leave": batch((ids) => MembershipActions.leave(ids)),
    "BatchMembershipActions.reject_join_requests": batch((ids) => MembershipActions.rejectJoinRequests(ids)),
    "BatchMembershipActions.remove_members": batch((ids) => MembershipActions.removeMembers(ids)),
    "BatchMembershipActions.request_join": batch((ids) => MembershipActions.requestJoin(ids)),
    GroupPolicies: Schema.encodeUnknownSync(NewGroupPolicies)
  },
  recorded: Mapping.recorded(GroupsApi, client, {
    createGroup: { name: "x" },
    batchMembershipAction: { leave: [{ identity_id: "00000000-0000-4000-8000-000000000000" }] },
    setSubscriptionAdminVerified: { subscription_admin_verified_id: null }
  })
}

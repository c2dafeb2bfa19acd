/**
 * Globus Groups: see which groups somebody belongs to, create and change groups, and decide who belongs to them. A
 * group's id stands for its members wherever Globus asks who may do something.
 *
 * ```ts
 * import { GroupsClient } from "@effect-globus/sdk/groups"
 * import { Console, Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const groups = yield* GroupsClient
 *   for (const group of yield* groups.listMyGroups()) {
 *     yield* Console.log(group.name, group.my_memberships?.map(({ role }) => role))
 *   }
 *   const { id } = yield* groups.createGroup({ name: "Beamline 7", description: "Who may see our data" })
 *   yield* groups.inviteMember(id, "ae332d86-d274-11e5-b885-b31714a110e9", { role: "manager" })
 * })
 * ```
 *
 * Docs: https://docs.globus.org/api/groups
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type GlobusError, ResponseError } from "../model/GlobusError.ts"
import * as GlobusScope from "../model/GlobusScope.ts"
import type { GroupId, IdentityId, Input } from "../model/Id.ts"
import { GroupsScopes } from "../model/Scopes.ts"
import { Authorizer } from "../service/Authorizer.ts"
import type * as Operation from "../service/Operation.ts"
import * as ServiceClient from "../service/ServiceClient.ts"
import type { Transport } from "../service/Transport.ts"
import * as Api from "./Api.ts"
import type { Membership, Role } from "./Document.ts"
import { MembershipActionFailed } from "./MembershipActionFailed.ts"
import * as MembershipActions from "./MembershipActions.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The operations of Globus Groups, each one request. */
export interface GroupsOperations {
  /**
   * List the groups of which one of the caller's identities is an active member, or has one of the `statuses`. Needs
   * `view_my_groups_and_memberships`. Docs: https://groups.api.globus.org/redoc#operation/get_my_groups_and_memberships_v2_groups_my_groups_get
   */
  readonly listMyGroups: Operation.Operation<typeof Api.listMyGroups>
  /** Count the memberships of each group that the caller manages, by status. Needs `all`. Docs: https://groups.api.globus.org/redoc#operation/get_statuses_v2_groups_statuses_get */
  readonly getStatuses: Operation.Operation<typeof Api.getStatuses>
  /** Create a group, of which the caller becomes an admin. Needs `all`. Docs: https://groups.api.globus.org/redoc#operation/create_group_v2_groups_post */
  readonly createGroup: Operation.Operation<typeof Api.createGroup>
  /**
   * Get one group, with what is named in `include`. Needs `view_my_groups_and_memberships`; the `memberships` of others
   * and `allowed_actions` come only with `all`, which {@link Service.addScopes} asks for. Docs:
   * https://groups.api.globus.org/redoc#operation/get_group_v2_groups__group_id__get
   */
  readonly getGroup: Operation.Operation<typeof Api.getGroup>
  /** Change the name, the description or the terms of a group. Needs `all`. Docs: https://groups.api.globus.org/redoc#operation/update_group_v2_groups__group_id__put */
  readonly updateGroup: Operation.Operation<typeof Api.updateGroup>
  /** Delete a group, as an admin of it. Needs `all`. Docs: https://groups.api.globus.org/redoc#operation/delete_group_v2_groups__group_id__delete */
  readonly deleteGroup: Operation.Operation<typeof Api.deleteGroup>
  /** List the groups of which a group is the parent. Needs `all`. Docs: https://groups.api.globus.org/redoc#operation/get_children_v2_groups__group_id__children_get */
  readonly listChildGroups: Operation.Operation<typeof Api.listChildGroups>
  /**
   * Carry out a batch of `MembershipActions`. Some may fail while others succeed; `MembershipActions.failures` says
   * which. It is not sent again where it may have arrived. Needs `all`. Docs:
   * https://groups.api.globus.org/redoc#operation/group_membership_post_actions_v2_groups__group_id__post
   */
  readonly batchMembershipAction: Operation.Operation<typeof Api.batchMembershipAction>
  /** Get what the caller's identities say of themselves to a group. Needs `all`. Docs: https://groups.api.globus.org/redoc#operation/get_membership_fields_v2_groups__group_id__membership_fields_get */
  readonly getMembershipFields: Operation.Operation<typeof Api.getMembershipFields>
  /** Say what the caller's identities say of themselves to a group, by their ids. Needs `all`. Docs: https://groups.api.globus.org/redoc#operation/put_membership_fields_v2_groups__group_id__membership_fields_put */
  readonly setMembershipFields: Operation.Operation<typeof Api.setMembershipFields>
  /** Get the policies of a group. Needs `all`. Docs: https://groups.api.globus.org/redoc#operation/get_policies_v2_groups__group_id__policies_get */
  readonly getGroupPolicies: Operation.Operation<typeof Api.getGroupPolicies>
  /** Set the policies of a group. Needs `all`. Docs: https://groups.api.globus.org/redoc#operation/update_policies_v2_groups__group_id__policies_put */
  readonly setGroupPolicies: Operation.Operation<typeof Api.setGroupPolicies>
  /** Get the group that a subscription belongs to. Needs `all`. Docs: https://groups.api.globus.org/redoc#operation/get_group_by_subscription_id_v2_subscription_info__subscription_id__get */
  readonly getGroupBySubscriptionId: Operation.Operation<typeof Api.getGroupBySubscriptionId>
  /** Confirm, as an admin of a subscription, that a group is the subscription's; with null, take it back. Needs `all`. Docs: https://groups.api.globus.org/redoc#operation/update_subscription_admin_verified_id_v2_groups__group_id__subscription_admin_verified_put */
  readonly setSubscriptionAdminVerified: Operation.Operation<typeof Api.setSubscriptionAdminVerified>
  /** Get what each of the caller's identities allows others to do with it. Needs `all`. Docs: https://groups.api.globus.org/redoc#operation/get_identity_set_preferences_v2_preferences_get */
  readonly getIdentityPreferences: Operation.Operation<typeof Api.getIdentityPreferences>
  /** Say what identities of the caller allow, by their ids. Needs `all`. Docs: https://groups.api.globus.org/redoc#operation/put_identity_set_preferences_v2_preferences_put */
  readonly setIdentityPreferences: Operation.Operation<typeof Api.setIdentityPreferences>
}

/** An action on the membership of one identity: what became of the membership, or why nothing did. */
export type MembershipAction<Options> = (
  groupId: Input<GroupId>,
  identityId: Input<IdentityId>,
  options?: Options
) => Effect.Effect<Membership, GlobusError | MembershipActionFailed>

/** Globus Groups. */
export interface Service extends GroupsOperations {
  /** Adds an identity, as a `member` unless another role is named. Needs `all`, and to be a manager, or an admin for other roles. */
  readonly addMember: MembershipAction<MembershipActions.AddOptions>
  /** Removes a member, or withdraws an invitation. Needs `all`, and to be a manager. */
  readonly removeMember: MembershipAction<MembershipActions.ReasonOptions>
  /** Gives a member another role. Needs `all`, and to be an admin. */
  readonly changeRole: (
    groupId: Input<GroupId>,
    identityId: Input<IdentityId>,
    role: Role
  ) => Effect.Effect<Membership, GlobusError | MembershipActionFailed>
  /** Invites an identity, as a `member` unless another role is named. Needs `all`, and to be a manager. */
  readonly inviteMember: MembershipAction<MembershipActions.InviteOptions>
  /** Accepts the invitation of one of the caller's identities. Needs `all`. */
  readonly acceptInvite: MembershipAction<MembershipActions.ReasonOptions>
  /** Declines the invitation of one of the caller's identities. Needs `all`. */
  readonly declineInvite: MembershipAction<MembershipActions.ReasonOptions>
  /** Asks for one of the caller's identities to be let in. Needs `all`. */
  readonly requestJoin: MembershipAction<{}>
  /** Lets an identity in that has asked for it. Needs `all`, and to be a manager. */
  readonly approvePending: MembershipAction<MembershipActions.ReasonOptions>
  /** Turns an identity away that has asked to be let in. Needs `all`, and to be a manager. */
  readonly rejectJoinRequest: MembershipAction<MembershipActions.ReasonOptions>
  /** Lets one of the caller's identities join, where the group's policy lets everybody in. Needs `all`. */
  readonly join: MembershipAction<{}>
  /** Lets one of the caller's identities leave; the last admin cannot. Needs `all`. */
  readonly leave: MembershipAction<MembershipActions.ReasonOptions>
  /** Makes further scopes of Globus Groups a requirement of the program, such as `GroupsScopes.all`. */
  readonly addScopes: (scopes: GlobusScope.ScopeInput) => Effect.Effect<void, GlobusScope.ScopeError>
}

/** What can be set; everything has a default. */
export interface Options {
  /** The scopes that the program requires. Default: `view_my_groups_and_memberships`. */
  readonly scopes?: GlobusScope.ScopeInput | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const { resourceServer } = GroupsScopes

const makeRequiring = Effect.fnUntraced(function* (scopes: ReadonlyArray<GlobusScope.GlobusScope>) {
  const authorizer = yield* Authorizer
  yield* authorizer.require(resourceServer, scopes)
  const operations: GroupsOperations = yield* ServiceClient.make(Api.GroupsApi, {
    service: "groups",
    name: "Groups",
    need: (anyOf) => ({ resourceServer, anyOf })
  })

  /** Sends a batch of one, and reads the one answer in it. */
  const carryOut = Effect.fnUntraced(function* (
    action: MembershipActions.Action,
    groupId: Input<GroupId>,
    identityId: Input<IdentityId>,
    actions: MembershipActions.MembershipActions
  ) {
    const result = yield* operations.batchMembershipAction(groupId, actions)
    const [failure] = MembershipActions.failures(result)
    if (failure !== undefined) {
      const { code, detail } = failure
      return yield* new MembershipActionFailed({ groupId, identityId, action, code, detail })
    }
    const membership = result[action]?.[0]
    return (
      membership ??
      (yield* new ResponseError({
        service: "groups",
        operation: "batchMembershipAction",
        status: 200,
        path: action,
        detail: `Expected the membership or an error, got neither`
      }))
    )
  })

  const acting = <Options>(
    name: string,
    action: MembershipActions.Action,
    append: (
      self: MembershipActions.MembershipActions,
      identityId: Input<IdentityId>,
      options?: Options
    ) => MembershipActions.MembershipActions
  ): MembershipAction<Options> =>
    Effect.fn(`Groups.${name}`)((groupId, identityId, options) =>
      carryOut(action, groupId, identityId, append(MembershipActions.empty, identityId, options))
    )

  return GroupsClient.of({
    ...operations,
    addMember: acting("addMember", "add", MembershipActions.addMembers),
    removeMember: acting("removeMember", "remove", MembershipActions.removeMembers),
    changeRole: Effect.fn("Groups.changeRole")((groupId, identityId, role) =>
      carryOut(
        "change_role",
        groupId,
        identityId,
        MembershipActions.changeRoles(MembershipActions.empty, role, identityId)
      )
    ),
    inviteMember: acting("inviteMember", "invite", MembershipActions.inviteMembers),
    acceptInvite: acting("acceptInvite", "accept", MembershipActions.acceptInvites),
    declineInvite: acting("declineInvite", "decline", MembershipActions.declineInvites),
    requestJoin: acting("requestJoin", "request_join", MembershipActions.requestJoin),
    approvePending: acting("approvePending", "approve", MembershipActions.approvePending),
    rejectJoinRequest: acting("rejectJoinRequest", "reject", MembershipActions.rejectJoinRequests),
    join: acting("join", "join", MembershipActions.join),
    leave: acting("leave", "leave", MembershipActions.leave),
    addScopes: Effect.fn("Groups.addScopes")(function* (scopes) {
      yield* authorizer.require(resourceServer, yield* GlobusScope.fromInputEffect(scopes))
    })
  })
})

const withDefaults = Effect.suspend(() =>
  makeRequiring([GlobusScope.makeUnsafe(GroupsScopes.view_my_groups_and_memberships)])
)

/** A client of Globus Groups, as the layers provide it. Fails if `scopes` cannot be read. */
export const make = Effect.fnUntraced(function* ({ scopes }: Options = {}) {
  return yield* scopes === undefined
    ? withDefaults
    : Effect.flatMap(GlobusScope.fromInputEffect(scopes), makeRequiring)
})

/** Globus Groups. */
export class GroupsClient extends Context.Service<GroupsClient, Service>()(
  "@effect-globus/sdk/groups/GroupsClient"
) {
  /** Requires `view_my_groups_and_memberships`; operations that need more ask for it when they are called. */
  static readonly layer: Layer.Layer<GroupsClient, never, Authorizer | Transport> = Layer.effect(
    this,
    withDefaults
  )

  /** Requires these scopes instead of the default. */
  static readonly layerWith = (
    options: Options
  ): Layer.Layer<GroupsClient, GlobusScope.ScopeError, Authorizer | Transport> =>
    Layer.effect(GroupsClient, make(options))
}

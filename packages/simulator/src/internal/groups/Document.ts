/** Groups and memberships as Globus Groups shows them. */
import { IdentityId } from "@effect-globus/sdk/model"
import * as Option from "effect/Option"
import * as Instant from "../Instant.ts"
import { principal, type State } from "../State.ts"
import * as Groups from "./Groups.ts"
import * as Sessions from "./Sessions.ts"

const timeOf = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : Instant.withMicroseconds(milliseconds)

/** What an identity is to a group. */
export const membershipOf = (state: State, group: Groups.Group, member: Groups.Membership) => ({
  group_id: group.id,
  identity_id: IdentityId.make(member.identity),
  username: Option.match(principal(state, member.identity), {
    onNone: () => member.identity,
    onSome: ({ username }) => username
  }),
  role: member.role,
  status: member.status,
  status_reason: member.reason,
  invite_email_address: member.inviteAddress,
  invite_time: timeOf(member.invited),
  updated: timeOf(member.updated),
  membership_fields: member.fields
})

/** A group in a list. */
export const groupInList = (state: State, group: Groups.Group, asking: Sessions.Asking) => {
  const { authentication_assurance_timeout, group_members_visibility, group_visibility, is_high_assurance } =
    group.policies
  return {
    id: group.id,
    name: group.name,
    parent_id: group.parent,
    group_type: group.subscription === null ? ("regular" as const) : ("plus" as const),
    enforce_session: is_high_assurance,
    session_limit: authentication_assurance_timeout,
    session_timeouts: Object.fromEntries(
      Sessions.timeoutsOf(state, group, asking).map(({ expires, identity }) => [
        identity,
        {
          expire_time: Instant.withMicroseconds(expires),
          expires_in: Math.max(0, Math.floor((expires - asking.now) / 1000))
        }
      ])
    ),
    my_memberships: Groups.membershipsOf(group, asking.identities).map((mine) =>
      membershipOf(state, group, mine)
    ),
    policies: { group_visibility, group_members_visibility }
  }
}

/** What everybody may know of a subscription. */
export const limitedSubscriptionOf = ({
  connectors,
  is_baa,
  is_high_assurance
}: NonNullable<Groups.Group["subscription"]>) => ({
  is_high_assurance,
  is_baa,
  connectors
})

/** The groups of which a group is the parent. */
export const childrenOf = (state: State, group: Groups.Group): ReadonlyArray<Groups.Group> =>
  [...state.groups.values()].filter(({ parent }) => parent === group.id)

/** The actions that the caller may take, each with the identities of the caller with which it may be. */
const allowedActions = (group: Groups.Group, identities: Groups.Identities) => {
  const { group_visibility, join_requests } = group.policies
  const where = (isAllowed: (status: string | undefined, identity: string) => boolean) =>
    identities
      .filter((identity) => isAllowed(group.members.get(identity)?.status, identity))
      .map((identity) => IdentityId.make(identity))
  const manages = where((_, identity) => Groups.isManager(group, [identity]))
  return {
    add: manages,
    change_role: where((_, identity) => Groups.isAdmin(group, [identity])),
    invite: manages,
    remove: manages,
    join: where((status) => status !== "active" && group_visibility === "authenticated" && !join_requests),
    request_join: where((status) => status !== "active" && status !== "pending" && join_requests),
    approve: manages,
    reject: manages,
    accept: where((status) => status === "invited"),
    leave: where((status) => status === "active"),
    decline: where((status) => status === "invited")
  }
}

/** A group in full, with what was asked for besides. */
export const groupOf = (
  state: State,
  group: Groups.Group,
  asking: Sessions.Asking,
  include: ReadonlyArray<string> = []
) => {
  const { identities } = asking
  const { subscription } = group
  return {
    ...groupInList(state, group, asking),
    description: group.description,
    terms_and_conditions: group.terms_and_conditions,
    subscription_id: subscription?.id ?? null,
    subscription_info:
      subscription === null
        ? null
        : {
            name: subscription.name,
            subscriber_name: subscription.subscriber_name,
            ...limitedSubscriptionOf(subscription)
          },
    subscription_admin_verified_id: group.verified,
    ...(include.includes("policies") ? { policies: group.policies } : {}),
    ...(include.includes("memberships")
      ? {
          memberships: Groups.visibleMemberships(group, identities).map((member) =>
            membershipOf(state, group, member)
          )
        }
      : {}),
    ...(include.includes("child_ids") ? { child_ids: childrenOf(state, group).map(({ id }) => id) } : {}),
    ...(include.includes("allowed_actions") ? { allowed_actions: allowedActions(group, identities) } : {})
  }
}

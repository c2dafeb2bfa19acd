/** Groups: who belongs to them and as what, who may see them, and what a batch of actions makes of memberships. */
import type { GroupId } from "@effect-globus/sdk/model"
import type * as World from "../../World.ts"
import type { GroupPolicies, GroupRole, GroupStatus, GroupSubscription } from "../../world/Group.ts"
import * as Instant from "../Instant.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What an identity is to a group. */
export interface Membership {
  readonly identity: string
  readonly role: GroupRole
  readonly status: GroupStatus
  readonly reason: string | null
  readonly inviteAddress: string | null
  /** Milliseconds since 1970. */
  readonly invited: number | null
  readonly updated: number
  readonly fields: Fields | null
}

/** What somebody says of themselves, by the name of the field. */
export interface Fields {
  readonly [name: string]: unknown
}

export interface Group {
  readonly id: GroupId
  readonly name: string
  readonly description: string | null
  readonly terms_and_conditions: string | null
  readonly parent: GroupId | null
  readonly policies: Required<GroupPolicies>
  readonly subscription: Required<GroupSubscription> | null
  readonly verified: GroupSubscription["id"] | null
  /** By the identity. */
  readonly members: ReadonlyMap<string, Membership>
  /** What those say of themselves who do not belong to it yet, by the identity. */
  readonly applicants: ReadonlyMap<string, Fields>
}

/** Whether an identity lets others add it to their groups; null for whatever is usual. */
export interface Preference {
  /** The identity. */
  readonly id: string
  readonly allow_add: boolean | null
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const usualPolicies: Required<GroupPolicies> = {
  group_visibility: "private",
  group_members_visibility: "managers",
  join_requests: false,
  signup_fields: [],
  is_high_assurance: false,
  authentication_assurance_timeout: 28_800
}

/** A group that nobody belongs to yet. */
export const make = (
  group: Pick<Group, "id" | "name"> & Partial<Omit<Group, "policies">> & { readonly policies?: GroupPolicies }
): Group => ({
  description: null,
  terms_and_conditions: null,
  parent: null,
  subscription: null,
  verified: null,
  members: new Map(),
  applicants: new Map(),
  ...group,
  policies: { ...usualPolicies, ...group.policies }
})

/** A membership that has just become what it is. */
export const membership = (
  identity: string,
  role: GroupRole,
  status: GroupStatus,
  now: number
): Membership => ({
  identity,
  role,
  status,
  reason: null,
  inviteAddress: null,
  invited: status === "invited" ? now : null,
  updated: now,
  fields: null
})

/** A group of a world. */
export const fromWorld = (
  group: World.Group,
  idOf: (person: string | undefined) => string,
  now: number
): Group => {
  const members = (group.members ?? [{ identity: idOf(undefined), role: "admin" as const }]).map(
    (member: World.GroupMember): Membership => ({
      ...membership(idOf(member.identity), member.role ?? "member", member.status ?? "active", now),
      reason: member.status_reason ?? null,
      inviteAddress: member.invite_email_address ?? null,
      invited: member.invite_time === undefined ? null : Date.parse(member.invite_time),
      updated: member.updated === undefined ? now : Date.parse(member.updated),
      fields: member.membership_fields ?? null
    })
  )
  const { subscription } = group
  return make({
    id: group.id,
    name: group.name,
    description: group.description ?? null,
    terms_and_conditions: group.terms_and_conditions ?? null,
    parent: group.parent_id ?? null,
    subscription:
      subscription === undefined
        ? null
        : {
            subscriber_name: subscription.name,
            is_high_assurance: false,
            is_baa: false,
            connectors: {},
            ...subscription
          },
    verified: group.subscription_admin_verified_id ?? null,
    members: new Map(members.map((member) => [member.identity, member])),
    applicants: new Map(
      Object.entries(group.applicants ?? {}).map(([identity, fields]) => [idOf(identity), fields])
    ),
    ...(group.policies === undefined ? {} : { policies: group.policies })
  })
}

/** A group as a world describes it. */
export const toWorld = (group: Group): World.Group => ({
  id: group.id,
  name: group.name,
  ...(group.description === null ? {} : { description: group.description }),
  ...(group.terms_and_conditions === null ? {} : { terms_and_conditions: group.terms_and_conditions }),
  ...(group.parent === null ? {} : { parent_id: group.parent }),
  policies: group.policies,
  members: [...group.members.values()].map(
    ({ fields, identity, inviteAddress, invited, reason, ...member }) => ({
      identity,
      role: member.role,
      status: member.status,
      ...(reason === null ? {} : { status_reason: reason }),
      ...(inviteAddress === null ? {} : { invite_email_address: inviteAddress }),
      ...(invited === null ? {} : { invite_time: Instant.format(invited) }),
      updated: Instant.format(member.updated),
      ...(fields === null ? {} : { membership_fields: fields })
    })
  ),
  applicants: Object.fromEntries(group.applicants),
  ...(group.subscription === null ? {} : { subscription: group.subscription }),
  ...(group.verified === null ? {} : { subscription_admin_verified_id: group.verified })
})

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** The identities of one person, the one that has logged in among them. */
export type Identities = ReadonlyArray<string>

const ranks: ReadonlyArray<GroupRole> = ["member", "manager", "admin"]

/** What somebody may do in a group as one of its members, with whichever of their identities may do most. */
export const roleIn = (group: Group, identities: Identities): GroupRole | undefined => {
  const held = identities.flatMap((identity) => {
    const member = group.members.get(identity)
    return member?.status === "active" ? [member.role] : []
  })
  return ranks.findLast((role) => held.includes(role))
}

/** Whether somebody may do what concerns other members. */
export const isManager = (group: Group, identities: Identities): boolean => {
  const role = roleIn(group, identities)
  return role === "manager" || role === "admin"
}

export const isAdmin = (group: Group, identities: Identities): boolean =>
  roleIn(group, identities) === "admin"

const concerned: ReadonlySet<GroupStatus> = new Set(["active", "invited", "pending"])

/** Whether an identity belongs to a group, or may do so soon. */
export const isConcerned = ({ status }: Membership): boolean => concerned.has(status)

/** What somebody is to a group, with each of their identities. */
export const membershipsOf = (group: Group, identities: Identities): ReadonlyArray<Membership> =>
  identities.flatMap((identity) => group.members.get(identity) ?? [])

/** Whether somebody may know that there is the group. */
export const isVisible = (group: Group, identities: Identities): boolean =>
  group.policies.group_visibility === "authenticated" || membershipsOf(group, identities).some(isConcerned)

/** The memberships that somebody may know of: all, or their own. */
export const visibleMemberships = (group: Group, identities: Identities): ReadonlyArray<Membership> =>
  [...group.members.values()].filter(
    (member) =>
      identities.includes(member.identity) ||
      isManager(group, identities) ||
      (group.policies.group_members_visibility === "members" &&
        roleIn(group, identities) !== undefined &&
        member.status === "active")
  )

/** What somebody says of themselves to a group, be it before or after they belong to it. */
export const fieldsOf = (group: Group, identity: string): Fields | null =>
  group.members.get(identity)?.fields ?? group.applicants.get(identity) ?? null

/** The fields that somebody who wants to join has yet to fill in. */
export const missingFields = (group: Group, identity: string): ReadonlyArray<string> => {
  const fields = fieldsOf(group, identity) ?? {}
  return group.policies.signup_fields.filter((name) => (fields[name] ?? "") === "")
}

export const withMember = (group: Group, member: Membership): Group => {
  const applicants = new Map(group.applicants)
  applicants.delete(member.identity)
  return { ...group, members: new Map(group.members).set(member.identity, member), applicants }
}

/** A group to which an identity says something of itself. */
export const withFields = (group: Group, identity: string, fields: Fields, now: number): Group => {
  const member = group.members.get(identity)
  return member === undefined
    ? { ...group, applicants: new Map(group.applicants).set(identity, fields) }
    : withMember(group, { ...member, fields, updated: now })
}

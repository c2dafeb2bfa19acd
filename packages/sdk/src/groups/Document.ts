/**
 * The documents of Globus Groups: groups, who belongs to them and as what, their policies, and what people have said
 * about being added. What Globus sends keeps every field, also those that are not listed here; dates are ISO 8601
 * strings as they came.
 *
 * ```ts
 * import { Group } from "@effect-globus/sdk/groups"
 * import { Effect, Schema } from "effect"
 *
 * declare const stored: unknown
 *
 * const name = Schema.decodeUnknownEffect(Group)(stored).pipe(Effect.map((group) => group.name))
 * ```
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { given, GroupId, IdentityId, received, SubscriptionId, Uuid } from "../model/Id.ts"

const text = Schema.optionalKey(Schema.NullOr(Schema.String))
const flag = Schema.optionalKey(Schema.NullOr(Schema.Boolean))

// What is sent: `undefined` is the same as leaving a field out, and `null` is sent as it is.
const givenText = Schema.optional(Schema.NullOr(Schema.String))
const givenFlag = Schema.optional(Schema.NullOr(Schema.Boolean))

// -----------------------------------------------------------------------------
// models: memberships
// -----------------------------------------------------------------------------

/** What a member may do: `admin` everything, `manager` what concerns other members. */
export const Role = Document.openLiterals(["member", "manager", "admin"])
export type Role = typeof Role.Type

/** How far a membership is. Only `active` ones count; the last four say how one ended or never began. */
export const MembershipStatus = Document.openLiterals([
  "active",
  "invited",
  "pending",
  "rejected",
  "removed",
  "left",
  "declined"
])
export type MembershipStatus = typeof MembershipStatus.Type

/** What one identity is to a group. */
export const Membership = Document.make({
  group_id: received(GroupId),
  identity_id: received(IdentityId),
  username: Schema.String,
  role: Role,
  status: MembershipStatus,
  /** The subgroup to which the identity belongs, where that makes it a member of this group. */
  source_group_id: Schema.optionalKey(Schema.NullOr(received(GroupId))),
  status_reason: text,
  /** The address to which an invitation was sent. */
  invite_email_address: text,
  invite_time: text,
  updated: text,
  /** What the member filled in, by the name of the field. */
  membership_fields: Schema.optionalKey(Schema.NullOr(Document.Any))
})
export type Membership = typeof Membership.Type

/** How many memberships of one group have each status. */
export const StatusCounts = Document.make({
  active: Schema.optionalKey(Schema.Finite),
  invited: Schema.optionalKey(Schema.Finite),
  pending: Schema.optionalKey(Schema.Finite),
  rejected: Schema.optionalKey(Schema.Finite),
  removed: Schema.optionalKey(Schema.Finite),
  left: Schema.optionalKey(Schema.Finite),
  declined: Schema.optionalKey(Schema.Finite)
})
export type StatusCounts = typeof StatusCounts.Type

/** The counts of every group that the caller manages, by the group's id. */
export const StatusCountsByGroup = Schema.Record(Schema.String, StatusCounts)
export type StatusCountsByGroup = typeof StatusCountsByGroup.Type

// -----------------------------------------------------------------------------
// models: policies
// -----------------------------------------------------------------------------

/** Who sees that there is the group: everybody who has logged in, or its members and those who are invited. */
export const GroupVisibility = Document.openLiterals(["authenticated", "private"])
export type GroupVisibility = typeof GroupVisibility.Type

/** Who sees who the members are: all members, or managers and admins. */
export const GroupMembersVisibility = Document.openLiterals(["members", "managers"])
export type GroupMembersVisibility = typeof GroupMembersVisibility.Type

/** What who wants to join may have to fill in. */
export const SignupField = Document.openLiterals([
  "institution",
  "current_project_name",
  "address",
  "city",
  "state",
  "country",
  "address1",
  "address2",
  "zip",
  "phone",
  "department",
  "field_of_science"
])
export type SignupField = typeof SignupField.Type

/** The rules of a group. */
export const GroupPolicies = Document.make({
  group_visibility: GroupVisibility,
  group_members_visibility: GroupMembersVisibility,
  is_high_assurance: Schema.optionalKey(Schema.Boolean),
  /** In a group of high assurance, how many seconds a login lasts. */
  authentication_assurance_timeout: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  /** Whether people may ask to join. */
  join_requests: flag,
  signup_fields: Schema.optionalKey(Schema.NullOr(Schema.Array(SignupField)))
})
export type GroupPolicies = typeof GroupPolicies.Type

/** The rules that a group gets. A field that is `undefined` is left out; `null` is sent. */
export const NewGroupPolicies = Document.make({
  is_high_assurance: givenFlag,
  group_visibility: Schema.optional(Schema.NullOr(GroupVisibility)),
  group_members_visibility: Schema.optional(Schema.NullOr(GroupMembersVisibility)),
  /** Whether people may ask to join. */
  join_requests: givenFlag,
  signup_fields: Schema.optional(Schema.NullOr(Schema.Array(SignupField))),
  /** In a group of high assurance, how many seconds a login lasts. Default: 28800. */
  authentication_assurance_timeout: Schema.optional(
    Schema.NullOr(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)))
  )
})
export type NewGroupPolicies = typeof NewGroupPolicies.Type

// -----------------------------------------------------------------------------
// models: groups
// -----------------------------------------------------------------------------

/** What a subscription of a group includes for one kind of storage. */
export const ConnectorSubscription = Document.make({ is_ha: Schema.Boolean, is_baa: Schema.Boolean })
export type ConnectorSubscription = typeof ConnectorSubscription.Type

const fieldsOfSubscription = {
  is_high_assurance: Schema.optionalKey(Schema.Boolean),
  is_baa: Schema.optionalKey(Schema.Boolean),
  /** By the id of the connector. */
  connectors: Schema.optionalKey(Schema.Record(Schema.String, ConnectorSubscription))
}

/** What comes with a subscription. */
export const Subscription = Document.make({
  ...fieldsOfSubscription,
  name: Schema.String,
  subscriber_name: Schema.String
})
export type Subscription = typeof Subscription.Type

const identities = Schema.Array(received(IdentityId))

/** Which of the caller's identities may do what. */
export const AllowedActions = Document.make({
  add: identities,
  change_role: identities,
  invite: identities,
  remove: identities,
  join: identities,
  request_join: identities,
  approve: identities,
  reject: identities,
  accept: identities,
  leave: identities,
  decline: identities
})
export type AllowedActions = typeof AllowedActions.Type

/** Until when a login satisfies a group. */
export const SessionTimeout = Document.make({
  expire_time: Schema.String,
  /** In seconds. */
  expires_in: Schema.Finite
})
export type SessionTimeout = typeof SessionTimeout.Type

const memberships = Schema.optionalKey(Schema.NullOr(Schema.Array(Membership)))

/** A group. What is asked for with `include` is there only then. */
export const Group = Document.make({
  id: received(GroupId),
  name: Schema.String,
  parent_id: Schema.NullOr(received(GroupId)),
  group_type: Document.openLiterals(["regular", "plus"]),
  description: text,
  terms_and_conditions: text,
  /** Whether the caller must have logged in lately to act on the group. */
  enforce_session: Schema.Boolean,
  /** How lately, in seconds. */
  session_limit: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  /** By the id of the caller's identity. */
  session_timeouts: Schema.Record(Schema.String, SessionTimeout),
  child_ids: Schema.optionalKey(Schema.NullOr(Schema.Array(received(GroupId)))),
  /** The memberships of the caller's identities. */
  my_memberships: memberships,
  memberships,
  allowed_actions: Schema.optionalKey(Schema.NullOr(AllowedActions)),
  policies: Schema.optionalKey(Schema.NullOr(GroupPolicies)),
  subscription_id: Schema.optionalKey(Schema.NullOr(received(SubscriptionId))),
  subscription_info: Schema.optionalKey(Schema.NullOr(Subscription)),
  /** The subscription whose admins have confirmed that the group is theirs. */
  subscription_admin_verified_id: Schema.optionalKey(Schema.NullOr(received(SubscriptionId)))
})
export type Group = typeof Group.Type

/** The groups that the caller belongs to. */
export const GroupList = Schema.Array(Group)
export type GroupList = typeof GroupList.Type

/** The groups of which a group is the parent. */
export const ChildGroups = Document.make({ children: Schema.Array(Group) })
export type ChildGroups = typeof ChildGroups.Type

const fieldsOfGroup = {
  description: givenText,
  terms_and_conditions: givenText
}

/** What a group is created from. A field that is `undefined` is left out; `null` is sent. */
export const NewGroup = Document.make({
  ...fieldsOfGroup,
  name: Schema.NonEmptyString,
  /** The group of which the new one becomes a subgroup; the caller has to be an admin of it. */
  parent_id: Schema.optional(Schema.NullOr(given(GroupId))),
  policies: Schema.optional(NewGroupPolicies)
})
export type NewGroup = typeof NewGroup.Type

/** What of a group is changed; whatever is left out stays as it is. */
export const GroupUpdate = Document.make({
  ...fieldsOfGroup,
  name: Schema.optional(Schema.NullOr(Schema.NonEmptyString)),
  subscription_admin_verified_id: Schema.optional(Schema.NullOr(given(SubscriptionId)))
})
export type GroupUpdate = typeof GroupUpdate.Type

// -----------------------------------------------------------------------------
// models: subscriptions
// -----------------------------------------------------------------------------

/** The group that a subscription belongs to. */
export const GroupSubscription = Document.make({
  group_id: received(GroupId),
  subscription_id: received(SubscriptionId),
  subscription_info: Document.make(fieldsOfSubscription)
})
export type GroupSubscription = typeof GroupSubscription.Type

/** Which subscription's admins confirm that a group is theirs; null for none. */
export const SubscriptionVerification = Document.make({
  subscription_admin_verified_id: Schema.NullOr(given(SubscriptionId))
})
export type SubscriptionVerification = typeof SubscriptionVerification.Type

/** Which subscription's admins have confirmed that a group is theirs; null for none. */
export const SubscriptionVerified = Document.make({
  group_id: received(GroupId),
  subscription_admin_verified_id: Schema.NullOr(received(SubscriptionId))
})
export type SubscriptionVerified = typeof SubscriptionVerified.Type

// -----------------------------------------------------------------------------
// models: identities
// -----------------------------------------------------------------------------

/**
 * Values by the id of one of the caller's identities. Whatever else Groups may one day take beside them is sent as it
 * is.
 */
const byIdentity = <Value extends Schema.Constraint>(value: Value) =>
  Schema.StructWithRest(Schema.Struct({}), [Schema.Record(Uuid, value), Document.Any])

/** What an identity allows. */
export const Preferences = Document.make({
  /** Whether admins may add the identity to their groups, rather than invite it. */
  allow_add: Schema.NullOr(Schema.Boolean)
})
export type Preferences = typeof Preferences.Type

/** What each of the caller's identities allows, by its id. */
export const IdentityPreferences = Schema.Record(Schema.String, Preferences)
export type IdentityPreferences = typeof IdentityPreferences.Type

/** What identities are to allow from now on, by their ids. */
export const NewIdentityPreferences = byIdentity(Preferences)
export type NewIdentityPreferences = typeof NewIdentityPreferences.Type

/** What a member says of itself to a group. */
export const MembershipFields = Document.make({
  first_name: givenText,
  last_name: givenText,
  organization: givenText,
  institution: givenText,
  current_project_name: givenText,
  address: givenText,
  city: givenText,
  state: givenText,
  country: givenText,
  address1: givenText,
  address2: givenText,
  zip: givenText,
  phone: givenText,
  department: givenText,
  field_of_science: givenText
})
export type MembershipFields = typeof MembershipFields.Type

/** What each of the caller's identities says of itself to a group, by its id. */
export const IdentityMembershipFields = Schema.Record(Schema.String, MembershipFields)
export type IdentityMembershipFields = typeof IdentityMembershipFields.Type

/** What identities say of themselves to a group from now on, by their ids. */
export const NewIdentityMembershipFields = byIdentity(MembershipFields)
export type NewIdentityMembershipFields = typeof NewIdentityMembershipFields.Type

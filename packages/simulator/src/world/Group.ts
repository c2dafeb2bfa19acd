/** Groups as a world describes them. */
import { GroupId, SubscriptionId } from "@effect-globus/sdk/model"
import * as Schema from "effect/Schema"
import * as Instant from "../internal/Instant.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What a member may do: `admin` everything, `manager` what concerns other members. */
export const GroupRole = Schema.Literals(["member", "manager", "admin"])
export type GroupRole = typeof GroupRole.Type

/** How far a membership is; only `active` ones count. */
export const GroupStatus = Schema.Literals([
  "active",
  "invited",
  "pending",
  "rejected",
  "removed",
  "left",
  "declined"
])
export type GroupStatus = typeof GroupStatus.Type

/** What somebody is to a group. */
export const GroupMember = Schema.Struct({
  /** The user name or id of an identity, or the id of a client. */
  identity: Schema.String,
  /** Default: `member`. */
  role: Schema.optionalKey(GroupRole),
  /** Default: `active`. */
  status: Schema.optionalKey(GroupStatus),
  status_reason: Schema.optionalKey(Schema.String),
  invite_email_address: Schema.optionalKey(Schema.String),
  invite_time: Schema.optionalKey(Instant.Text),
  /** Default: when the simulator started. */
  updated: Schema.optionalKey(Instant.Text),
  /** What the member says of itself, by the name of the field. */
  membership_fields: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown))
})
export type GroupMember = typeof GroupMember.Type

/** What who wants to join may have to fill in. */
const SignupField = Schema.Literals([
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

/** The rules of a group. */
export const GroupPolicies = Schema.Struct({
  /** Whether everybody sees it, or those who belong to it. Default: `private`. */
  group_visibility: Schema.optionalKey(Schema.Literals(["authenticated", "private"])),
  /** Whether all members see who the others are, or managers and admins. Default: `managers`. */
  group_members_visibility: Schema.optionalKey(Schema.Literals(["members", "managers"])),
  /** Whether people may ask to join. Default: false. */
  join_requests: Schema.optionalKey(Schema.Boolean),
  /** What somebody has to say of themselves before they join (`membership_fields`). Default: nothing. */
  signup_fields: Schema.optionalKey(Schema.Array(SignupField)),
  /** Whether whoever looks into it must have logged in recently, with an account that belongs to it. Default: false. */
  is_high_assurance: Schema.optionalKey(Schema.Boolean),
  /** With high assurance: how recently, in seconds; null for whenever. Default: 28800. */
  authentication_assurance_timeout: Schema.optionalKey(
    Schema.NullOr(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)))
  )
})
export type GroupPolicies = typeof GroupPolicies.Type

/** A subscription, which makes its group one of the type `plus`. */
export const GroupSubscription = Schema.Struct({
  id: SubscriptionId,
  name: Schema.String,
  /** Default: the name. */
  subscriber_name: Schema.optionalKey(Schema.String),
  /** Default: false. */
  is_high_assurance: Schema.optionalKey(Schema.Boolean),
  /** Default: false. */
  is_baa: Schema.optionalKey(Schema.Boolean),
  /** By the id of the connector. */
  connectors: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Struct({ is_ha: Schema.Boolean, is_baa: Schema.Boolean }))
  )
})
export type GroupSubscription = typeof GroupSubscription.Type

/** A group of identities. */
export const Group = Schema.Struct({
  id: GroupId,
  name: Schema.String,
  description: Schema.optionalKey(Schema.String),
  terms_and_conditions: Schema.optionalKey(Schema.String),
  /** The group of which it is a subgroup. */
  parent_id: Schema.optionalKey(GroupId),
  policies: Schema.optionalKey(GroupPolicies),
  /** Default: the first identity of the world, as an admin. */
  members: Schema.optionalKey(Schema.Array(GroupMember)),
  /** What those say of themselves who do not belong to it yet, by their user name or id. */
  applicants: Schema.optionalKey(Schema.Record(Schema.String, Schema.Record(Schema.String, Schema.Unknown))),
  subscription: Schema.optionalKey(GroupSubscription),
  /** The subscription whose admins have confirmed that the group is theirs. */
  subscription_admin_verified_id: Schema.optionalKey(SubscriptionId)
})
export type Group = typeof Group.Type

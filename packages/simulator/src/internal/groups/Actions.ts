/** What actions make of the memberships of a group, each for itself: one that is not carried out stops no other. */
import type { MembershipActions } from "@effect-globus/sdk/groups"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { GroupRole, type GroupStatus } from "../../world/Group.ts"
import * as State from "../State.ts"
import * as Groups from "./Groups.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

type Action = MembershipActions.Action

/** What an action on one identity is given. */
export interface Order {
  readonly identity_id: string
  readonly role?: string | null | undefined
  readonly status_reason?: string | null | undefined
  readonly invite_email_address?: string | null | undefined
}

/** Why an action on one identity is not carried out. */
export interface Failure {
  readonly code: string
  readonly detail: string
}

/** Who acts, on which group, and what there is besides. */
interface Situation {
  readonly state: State.State
  readonly caller: Groups.Identities
  readonly group: Groups.Group
  readonly target: string
  readonly member: Groups.Membership | undefined
  readonly order: Order
  readonly now: number
}

type Outcome = Result.Result<Groups.Membership, Failure>

// -----------------------------------------------------------------------------
// failures
// -----------------------------------------------------------------------------

const fail = (code: string, detail: string): Result.Result<never, Failure> => Result.fail({ code, detail })

const forbidden = (detail: string) => fail("FORBIDDEN", detail)

const needs = (role: "manager" | "admin") =>
  forbidden(`You must be ${role === "admin" ? "an admin" : "a manager or an admin"} of the group`)

const isStatus = (member: Groups.Membership | undefined, ...wanted: ReadonlyArray<GroupStatus>): boolean =>
  member !== undefined && wanted.includes(member.status)

const isRole = Schema.is(GroupRole)

/** Whether nobody could do everything any more without this member. */
const isLastAdmin = (group: Groups.Group, identity: string): boolean =>
  Groups.isAdmin(group, [identity]) &&
  !Groups.isAdmin(
    group,
    [...group.members.keys()].filter((other) => other !== identity)
  )

const lastAdmin = fail("LAST_ADMIN", "The last admin of a group cannot stop being one")

// -----------------------------------------------------------------------------
// the actions
// -----------------------------------------------------------------------------

const become = (
  { group, member, now, order, target }: Situation,
  status: GroupStatus,
  changes: Partial<Groups.Membership> = {}
): Outcome =>
  Result.succeed({
    ...(member ?? Groups.membership(target, "member", status, now)),
    fields: Groups.fieldsOf(group, target),
    status,
    reason: order.status_reason ?? null,
    updated: now,
    ...changes
  })

/** The role that somebody is to have, if the caller may give it. */
const givenRole = ({ caller, group, order }: Situation): Result.Result<GroupRole, Failure> => {
  const role = order.role ?? "member"
  if (!isRole(role)) return fail("INVALID_ROLE", `There is no role ${role}`)
  return role === "member" || Groups.isAdmin(group, caller) ? Result.succeed(role) : needs("admin")
}

const asManager = (situation: Situation, then: () => Outcome): Outcome =>
  Groups.isManager(situation.group, situation.caller) ? then() : needs("manager")

const asOneself = (situation: Situation, then: () => Outcome): Outcome =>
  situation.caller.includes(situation.target)
    ? then()
    : forbidden(`${situation.target} is not an identity of yours`)

/** Who joins has to say first what the group wants to know. */
const withSignup = ({ group, target }: Situation, then: () => Outcome): Outcome => {
  const missing = Groups.missingFields(group, target)
  return missing.length === 0
    ? then()
    : fail("MISSING_MEMBERSHIP_FIELDS", `The group wants to know first: ${missing.join(", ")}`)
}

const actions: { readonly [A in Action]: (situation: Situation) => Outcome } = {
  add: (situation) =>
    asManager(situation, () => {
      const { member, state, target } = situation
      if (isStatus(member, "active")) return fail("ALREADY_ACTIVE", "The identity is a member already")
      if (Option.isNone(State.principal(state, target))) {
        return fail("IDENTITY_NOT_FOUND", `There is no identity ${target}`)
      }
      if (state.preferences.get(target)?.allow_add === false) {
        return fail("ADD_NOT_ALLOWED", "The identity does not allow others to add it; invite it")
      }
      return Result.flatMap(givenRole(situation), (role) => become(situation, "active", { role }))
    }),

  invite: (situation) =>
    asManager(situation, () => {
      const { member, now, order, state, target } = situation
      if (isStatus(member, "active")) return fail("ALREADY_ACTIVE", "The identity is a member already")
      if (isStatus(member, "invited")) return fail("ALREADY_INVITED", "The identity is invited already")
      const known = State.principal(state, target)
      if (Option.isNone(known)) return fail("IDENTITY_NOT_FOUND", `There is no identity ${target}`)
      const inviteAddress = order.invite_email_address ?? known.value.email
      return Result.flatMap(givenRole(situation), (role) =>
        become(situation, "invited", { role, inviteAddress, invited: now })
      )
    }),

  accept: (situation) =>
    asOneself(situation, () =>
      isStatus(situation.member, "invited")
        ? withSignup(situation, () => become(situation, "active"))
        : fail("NOT_INVITED", "The identity is not invited")
    ),

  decline: (situation) =>
    asOneself(situation, () =>
      isStatus(situation.member, "invited")
        ? become(situation, "declined")
        : fail("NOT_INVITED", "The identity is not invited")
    ),

  approve: (situation) =>
    asManager(situation, () =>
      isStatus(situation.member, "pending")
        ? become(situation, "active")
        : fail("NOT_PENDING", "The identity has not asked to join")
    ),

  reject: (situation) =>
    asManager(situation, () =>
      isStatus(situation.member, "pending")
        ? become(situation, "rejected")
        : fail("NOT_PENDING", "The identity has not asked to join")
    ),

  join: (situation) =>
    asOneself(situation, () => {
      const { group, member } = situation
      if (isStatus(member, "active")) return fail("ALREADY_ACTIVE", "The identity is a member already")
      const { group_visibility, join_requests } = group.policies
      return group_visibility === "authenticated" && !join_requests
        ? withSignup(situation, () => become(situation, "active", { role: "member" }))
        : forbidden("The group does not let everybody in")
    }),

  request_join: (situation) =>
    asOneself(situation, () => {
      const { group, member } = situation
      if (isStatus(member, "active")) return fail("ALREADY_ACTIVE", "The identity is a member already")
      if (isStatus(member, "pending")) return fail("ALREADY_PENDING", "The identity has asked already")
      return group.policies.join_requests
        ? withSignup(situation, () => become(situation, "pending", { role: "member" }))
        : forbidden("The group takes no requests to join")
    }),

  leave: (situation) =>
    asOneself(situation, () => {
      const { group, member, target } = situation
      if (!isStatus(member, "active")) return fail("NOT_MEMBER", "The identity is no member")
      return isLastAdmin(group, target) ? lastAdmin : become(situation, "left")
    }),

  remove: (situation) =>
    asManager(situation, () => {
      const { caller, group, member, target } = situation
      if (!isStatus(member, "active", "invited", "pending")) {
        return fail("NOT_MEMBER", "The identity is no member")
      }
      if (Groups.isAdmin(group, [target]) && !Groups.isAdmin(group, caller)) return needs("admin")
      return isLastAdmin(group, target) ? lastAdmin : become(situation, "removed")
    }),

  change_role: (situation) => {
    const { caller, group, member, target } = situation
    if (!Groups.isAdmin(group, caller)) return needs("admin")
    if (!isStatus(member, "active")) return fail("NOT_MEMBER", "The identity is no member")
    return Result.flatMap(givenRole(situation), (role) =>
      role !== "admin" && isLastAdmin(group, target)
        ? lastAdmin
        : become(situation, "active", { role, reason: member?.reason ?? null })
    )
  }
}

/** What becomes of a membership, or why nothing does. */
export const carryOut = (
  state: State.State,
  group: Groups.Group,
  caller: Groups.Identities,
  action: Action,
  order: Order,
  now: number
): Outcome => {
  const target = order.identity_id.toLowerCase()
  return actions[action]({ state, group, caller, target, member: group.members.get(target), order, now })
}

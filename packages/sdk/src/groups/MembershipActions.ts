/**
 * What is to happen to the memberships of a group, all in one request: identities are added, invited, approved, removed
 * and so on. Make a batch here and send it with `GroupsClient.batchMembershipAction`; for a single identity the client
 * has a method for each action. A batch is plain data in the form that Groups reads; it is checked when it is sent.
 *
 * Some actions of a batch may fail while others succeed: {@link failures} says which.
 *
 * ```ts
 * import { GroupsClient, MembershipActions } from "@effect-globus/sdk/groups"
 * import { Effect, pipe } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const groups = yield* GroupsClient
 *   const result = yield* groups.batchMembershipAction(
 *     "31ce9ba0-176d-45a5-add3-f37d233ba47d",
 *     pipe(
 *       MembershipActions.empty,
 *       MembershipActions.addMembers(["ae332d86-d274-11e5-b885-b31714a110e9"], { role: "manager" }),
 *       MembershipActions.removeMembers(["ae341a98-d274-11e5-b888-dbae3a8ba545"])
 *     )
 *   )
 *   return MembershipActions.failures(result)
 * })
 * ```
 *
 * Docs: https://groups.api.globus.org/redoc#operation/group_membership_post_actions_v2_groups__group_id__post
 */
import { dual } from "effect/Function"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { given, IdentityId, type Input } from "../model/Id.ts"
import { Membership, Role } from "./Document.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The actions, as Groups names them. */
export const actions = [
  "accept",
  "add",
  "approve",
  "change_role",
  "decline",
  "invite",
  "join",
  "leave",
  "reject",
  "remove",
  "request_join"
] as const

/** What may happen to a membership. */
export type Action = (typeof actions)[number]

const identity = { identity_id: given(IdentityId) }
const reason = { status_reason: Schema.optional(Schema.NullOr(Schema.String)) }
const role = { role: Schema.optional(Schema.NullOr(Role)) }

const listOf = <Fields extends Schema.Struct.Fields>(fields: Fields) =>
  Schema.optional(Schema.NullOr(Schema.Array(Document.make({ ...identity, ...fields }))))

const Batch = Document.make({
  accept: listOf(reason),
  add: listOf({ ...reason, ...role }),
  approve: listOf(reason),
  change_role: listOf(role),
  decline: listOf(reason),
  invite: listOf({
    ...reason,
    ...role,
    /** Where the invitation is sent. Default: to the address of the identity. */
    invite_email_address: Schema.optional(Schema.NullOr(Schema.String))
  }),
  join: listOf({}),
  leave: listOf(reason),
  reject: listOf(reason),
  remove: listOf(reason),
  request_join: listOf({})
})

/** What cannot be right about a batch as a whole: Groups refuses all of it then. */
const problemOf = (batch: typeof Batch.Type) => {
  const first = new Map<string, string>()
  for (const action of actions) {
    for (const [index, { identity_id }] of (batch[action] ?? []).entries()) {
      const before = first.get(identity_id.toLowerCase())
      if (before !== undefined) {
        const issue = `Expected each identity once, got ${identity_id} in ${before} too`
        return { path: [action, index, "identity_id"], issue }
      }
      first.set(identity_id.toLowerCase(), action)
    }
  }
  // An action of the future is not known, but there.
  const others = Object.keys(batch).some((name) => !actions.some((action) => action === name))
  return first.size > 0 || others ? undefined : "Expected at least one action"
}

/** The schema of a batch as it is sent: at least one action, and each identity at most once. */
export const MembershipActions = Batch.check(Schema.makeFilter(problemOf))
export type MembershipActions = typeof MembershipActions.Type

/** Why an action on one identity was not carried out. */
export const MembershipError = Document.make({
  identity_id: Schema.String,
  code: Schema.String,
  detail: Schema.String
})
export type MembershipError = typeof MembershipError.Type

const each = <Value extends Schema.Constraint>(value: Value) => {
  const list = Schema.optionalKey(Schema.NullOr(Schema.Array(value)))
  return {
    accept: list,
    add: list,
    approve: list,
    change_role: list,
    decline: list,
    invite: list,
    join: list,
    leave: list,
    reject: list,
    remove: list,
    request_join: list
  }
}

/** What came of a batch: the memberships as they are now, by action, and what went wrong. */
export const MembershipActionsResult = Document.make({
  ...each(Membership),
  errors: Schema.optionalKey(Schema.NullOr(Document.make(each(MembershipError))))
})
export type MembershipActionsResult = typeof MembershipActionsResult.Type

/** One identity or several. */
export type Identities = Input<IdentityId> | Iterable<Input<IdentityId>>

/** What can be said about most actions. */
export interface ReasonOptions {
  /** Why it is done, for those who see the membership. */
  readonly status_reason?: string | undefined
}

/** What can be said about those who are added. */
export interface AddOptions extends ReasonOptions {
  /** What they may do in the group. Default: `member`. */
  readonly role?: Role | undefined
}

/** What can be said about those who are invited. */
export interface InviteOptions extends AddOptions {
  /** Where the invitation is sent. Default: to the address of the identity. */
  readonly invite_email_address?: string | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** No action yet. */
export const empty: MembershipActions = {}

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

interface Combinator<Options> {
  (identities: Identities, options?: Options): (self: MembershipActions) => MembershipActions
  (self: MembershipActions, identities: Identities, options?: Options): MembershipActions
}

const isIdentities = (value: unknown): boolean => Predicate.isString(value) || Predicate.isIterable(value)

const append = (
  self: MembershipActions,
  action: Action,
  identities: Identities,
  fields: object
): MembershipActions => {
  const added = Array.from(
    Predicate.isString(identities) ? [identities] : identities,
    (identity_id: Input<IdentityId>) => ({ identity_id, ...fields })
  )
  return added.length === 0 ? self : { ...self, [action]: [...(self[action] ?? []), ...added] }
}

const appending = <Options extends object>(
  action: Action,
  fieldsOf: (options: Options | undefined) => object = (options) => ({ ...options })
): Combinator<Options> =>
  dual(
    ([first]) => !isIdentities(first),
    (self: MembershipActions, identities: Identities, options?: Options) =>
      append(self, action, identities, fieldsOf(options))
  )

const withRole = (options: AddOptions | undefined) => ({ ...options, role: options?.role ?? "member" })

/** Adds identities to the group. Needs a manager, or an admin to make others managers or admins. */
export const addMembers: Combinator<AddOptions> = appending("add", withRole)

/** Removes members and withdraws invitations. Needs a manager. */
export const removeMembers: Combinator<ReasonOptions> = appending("remove")

/** Invites identities, who then accept or decline. Needs a manager. */
export const inviteMembers: Combinator<InviteOptions> = appending("invite", withRole)

/** Accepts invitations of the caller's identities. */
export const acceptInvites: Combinator<ReasonOptions> = appending("accept")

/** Declines invitations of the caller's identities. */
export const declineInvites: Combinator<ReasonOptions> = appending("decline")

/** Lets those in who have asked to join. Needs a manager. */
export const approvePending: Combinator<ReasonOptions> = appending("approve")

/** Turns those away who have asked to join. Needs a manager. */
export const rejectJoinRequests: Combinator<ReasonOptions> = appending("reject")

/** Lets the caller's identities join, where the group's policy lets everybody in. */
export const join: Combinator<{}> = appending("join")

/** Asks for the caller's identities to be let in. */
export const requestJoin: Combinator<{}> = appending("request_join")

/** Lets the caller's identities leave. The last admin cannot. */
export const leave: Combinator<ReasonOptions> = appending("leave")

/** Gives members another role. Needs an admin. */
export const changeRoles: {
  (role: Role, identities: Identities): (self: MembershipActions) => MembershipActions
  (self: MembershipActions, role: Role, identities: Identities): MembershipActions
} = dual(3, (self: MembershipActions, role: Role, identities: Identities) =>
  append(self, "change_role", identities, { role })
)

/** What was not carried out, with the action, in the order of {@link actions}. */
export const failures = ({
  errors
}: MembershipActionsResult): ReadonlyArray<{ readonly action: Action } & MembershipError> =>
  actions.flatMap((action) => (errors?.[action] ?? []).map((error) => ({ ...error, action })))

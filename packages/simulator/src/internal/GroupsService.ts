/** Globus Groups: groups, who belongs to them, their policies and subscriptions, and what people allow. */
import { GroupsApi, MembershipActions } from "@effect-globus/sdk/groups"
import { GroupId, GroupsScopes, SubscriptionId } from "@effect-globus/sdk/model"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Notification } from "../Notification.ts"
import { GroupPolicies, GroupStatus } from "../world/Group.ts"
import * as GroupActions from "./groups/Actions.ts"
import { childrenOf, groupInList, groupOf, limitedSubscriptionOf, membershipOf } from "./groups/Document.ts"
import * as Groups from "./groups/Groups.ts"
import * as Sessions from "./groups/Sessions.ts"
import * as Refusals from "./Refusal.ts"
import { Caller, type Handlers, listOf, make as makeService } from "./Service.ts"
import * as Session from "./Session.ts"
import { set, type State, withMails, without } from "./State.ts"
import { Store } from "./Store.ts"

type ApiGroups = (typeof GroupsApi)["groups"] extends { readonly [name: string]: infer G } ? G : never

const refusal = (status: number, code: string, message: string) =>
  new Refusals.Refusal({ status, code, message })

const noGroup = (id: string) =>
  Result.fail(refusal(404, "GROUP_NOT_FOUND", `No group with id ${id} was found`))

const forbidden = (message: string) => Result.fail(refusal(403, "FORBIDDEN", message))

const invalid = (path: ReadonlyArray<string | number>, detail: string) =>
  Refusals.groups.invalid(detail, { part: "Payload", path })

// -----------------------------------------------------------------------------
// what is asked for
// -----------------------------------------------------------------------------

const includable = new Set(["memberships", "my_memberships", "policies", "allowed_actions", "child_ids"])

/** What was asked for besides, unless there is no such thing. */
const includeOf = (
  asked: string | ReadonlyArray<string> | undefined
): Result.Result<ReadonlyArray<string>, Refusals.Refusal> => {
  const include = listOf(asked)
  const wrong = include.find((part) => !includable.has(part))
  return wrong === undefined
    ? Result.succeed(include)
    : Result.fail(
        Refusals.groups.invalid(`value is not one of ${[...includable].join(", ")}`, {
          part: "Query",
          path: ["include"]
        })
      )
}

// -----------------------------------------------------------------------------
// permissions
// -----------------------------------------------------------------------------

/** A group that the caller may know of. */
const visible = (
  state: State,
  { identities }: Sessions.Asking,
  id: string
): Result.Result<Groups.Group, Refusals.Refusal> => {
  const group = state.groups.get(id.toLowerCase())
  return group === undefined || !Groups.isVisible(group, identities) ? noGroup(id) : Result.succeed(group)
}

/** A group that the caller may look into: with high assurance, that takes a recent login with the right account. */
const opened = (
  state: State,
  asking: Sessions.Asking,
  id: string
): Result.Result<Groups.Group, Refusals.Refusal> =>
  Result.flatMap(visible(state, asking, id), (group) => {
    const unmet = Sessions.unmet(state, group, asking)
    return unmet === undefined
      ? Result.succeed(group)
      : Result.fail(Session.refusal("AuthorizationRequired", unmet))
  })

/** A group that the caller may change. */
const administered = (
  state: State,
  asking: Sessions.Asking,
  id: string
): Result.Result<Groups.Group, Refusals.Refusal> =>
  Result.flatMap(opened(state, asking, id), (group) =>
    Groups.isAdmin(group, asking.identities)
      ? Result.succeed(group)
      : forbidden("You must be an admin of the group to do this")
  )

/** Who asks, and what there is. */
const now = Effect.gen(function* () {
  const caller = yield* Caller
  const state = yield* (yield* Store).current
  return { state, asking: Sessions.askingAs(state, caller, yield* Clock.currentTimeMillis) }
})

/** Changes what there is for whoever asks, or refuses to. */
const attempt = Effect.fnUntraced(function* <A>(
  change: (state: State, asking: Sessions.Asking) => readonly [Result.Result<A, Refusals.Refusal>, State]
) {
  const caller = yield* Caller
  const store = yield* Store
  return yield* store.attempt((state, now) => change(state, Sessions.askingAs(state, caller, now)))
})

/** Changes a group, and gives it as it is then. */
const changeGroup = (
  how: (state: State, asking: Sessions.Asking) => Result.Result<Groups.Group, Refusals.Refusal>
) =>
  attempt((state, asking) => {
    const changed = how(state, asking)
    return Result.isSuccess(changed)
      ? [changed, { ...state, groups: set(state.groups, changed.success) }]
      : [changed, state]
  })

/** A group that the admins of a subscription have confirmed to be theirs, or no longer. */
const verify = (
  state: State,
  { identities }: Sessions.Asking,
  group: Groups.Group,
  given: string | null
): Result.Result<Groups.Group, Refusals.Refusal> => {
  const verified = given === null ? null : SubscriptionId.make(given)
  const concerned = verified ?? group.verified
  const subscriber = [...state.groups.values()].find(({ subscription }) => subscription?.id === concerned)
  return concerned === null || (subscriber !== undefined && Groups.isAdmin(subscriber, identities))
    ? Result.succeed({ ...group, verified })
    : forbidden("You must be an admin of the subscription to do this")
}

/** Policies as they were given, those that are `null` left out. */
const policiesOf = (payload: {
  readonly [policy: string]: unknown
}): Result.Result<GroupPolicies, Refusals.Refusal> => {
  const given = Object.fromEntries(
    Object.entries(payload).filter(
      ([policy, value]) =>
        value !== undefined && (value !== null || policy === "authentication_assurance_timeout")
    )
  )
  const decoded = Schema.decodeUnknownResult(GroupPolicies, { onExcessProperty: "error" })(given)
  return Result.mapError(decoded, (error) => invalid(["policies"], error.message))
}

/** The groups below a group, and it itself. */
const withDescendants = (state: State, group: Groups.Group): ReadonlyArray<Groups.Group> => [
  group,
  ...childrenOf(state, group).flatMap((child) => withDescendants(state, child))
]

/** What is given for identities of the caller, by their ids; refuses what is for somebody else. */
const ofIdentities = <A>(
  identities: Groups.Identities,
  given: { readonly [id: string]: A }
): Result.Result<ReadonlyArray<readonly [identity: string, A]>, Refusals.Refusal> => {
  const all = Object.entries(given).map(([id, value]) => [id.toLowerCase(), value] as const)
  const other = all.find(([id]) => !identities.includes(id))
  return other === undefined ? Result.succeed(all) : forbidden(`${other[0]} is not an identity of yours`)
}

// -----------------------------------------------------------------------------
// the service
// -----------------------------------------------------------------------------

const isStatus = Schema.is(GroupStatus)

/** The mail to whoever is invited, as far as there is an address. */
const mailsTo = (
  { id, name }: Groups.Group,
  { inviteAddress, reason, role }: Groups.Membership,
  now: number
): ReadonlyArray<Notification> =>
  inviteAddress === null
    ? []
    : [
        {
          sent: now,
          to: inviteAddress,
          event: "group_invitation",
          about: id,
          subject: `Invitation to ${name}`,
          text: [`Group: ${name} (${id})`, `Role: ${role}`, ...(reason === null ? [] : ["", reason])].join(
            "\n"
          )
        }
      ]

const handlers: Handlers<ApiGroups> = {
  listMyGroups: Effect.fnUntraced(function* ({ query }) {
    const { asking, state } = yield* now
    const statuses = listOf(query.statuses)
    const wrong = statuses.find((status) => !isStatus(status))
    if (wrong !== undefined) {
      // Of all operations this one alone says so in a sentence.
      return yield* refusal(422, "UNPROCESSABLE_ENTITY", `${wrong} is not a status`)
    }
    return [...state.groups.values()].flatMap((group) => {
      const isAsked = Groups.membershipsOf(group, asking.identities).some(({ status }) =>
        statuses.length === 0 ? status === "active" : statuses.includes(status)
      )
      return isAsked ? [groupInList(state, group, asking)] : []
    })
  }),

  getStatuses: Effect.fnUntraced(function* () {
    const { asking, state } = yield* now
    return Object.fromEntries(
      [...state.groups.values()]
        .filter((group) => Groups.isManager(group, asking.identities))
        .map((group) => {
          const count = (wanted: GroupStatus) =>
            [...group.members.values()].filter(({ status }) => status === wanted).length
          return [group.id, Object.fromEntries(GroupStatus.literals.map((status) => [status, count(status)]))]
        })
    )
  }),

  createGroup: Effect.fnUntraced(function* ({ payload }) {
    const { uuid } = yield* Store
    const { identity } = yield* Caller
    const id = GroupId.make(yield* uuid)
    const policies = yield* Effect.fromResult(policiesOf(payload.policies ?? {}))
    return yield* attempt((state, asking) => {
      const parent = payload.parent_id ?? null
      const above = parent === null ? Result.succeed(null) : administered(state, asking, parent)
      if (Result.isFailure(above)) return [Result.fail(above.failure), state]
      const group = Groups.withMember(
        Groups.make({
          id,
          name: payload.name,
          description: payload.description ?? null,
          terms_and_conditions: payload.terms_and_conditions ?? null,
          parent: above.success?.id ?? null,
          policies
        }),
        Groups.membership(identity, "admin", "active", asking.now)
      )
      const next = { ...state, groups: set(state.groups, group) }
      return [Result.succeed(groupOf(next, group, asking)), next]
    })
  }),

  getGroup: Effect.fnUntraced(function* ({ params, query }) {
    const { asking, state } = yield* now
    const include = yield* Effect.fromResult(includeOf(query.include))
    const group = yield* Effect.fromResult(opened(state, asking, params.group_id))
    return groupOf(state, group, asking, include)
  }),

  updateGroup: Effect.fnUntraced(function* ({ params, payload }) {
    const group = yield* changeGroup((state, asking) =>
      Result.flatMap(administered(state, asking, params.group_id), (group) => {
        const changed = {
          ...group,
          name: payload.name ?? group.name,
          description: payload.description === undefined ? group.description : payload.description,
          terms_and_conditions:
            payload.terms_and_conditions === undefined
              ? group.terms_and_conditions
              : payload.terms_and_conditions
        }
        const { subscription_admin_verified_id: verified } = payload
        return verified === undefined ? Result.succeed(changed) : verify(state, asking, changed, verified)
      })
    )
    const { asking, state } = yield* now
    return groupOf(state, group, asking)
  }),

  deleteGroup: ({ params }) =>
    attempt((state, asking) => {
      const found = administered(state, asking, params.group_id)
      if (Result.isFailure(found)) return [Result.fail(found.failure), state]
      const groups = withDescendants(state, found.success).reduce(
        (groups, { id }) => without(groups, id),
        state.groups
      )
      return [Result.succeed(groupOf(state, found.success, asking)), { ...state, groups }]
    }),

  listChildGroups: Effect.fnUntraced(function* ({ params, query }) {
    const { asking, state } = yield* now
    const include = yield* Effect.fromResult(includeOf(query.include))
    const group = yield* Effect.fromResult(opened(state, asking, params.group_id))
    return {
      children: childrenOf(state, group)
        .filter((child) => Groups.isVisible(child, asking.identities))
        .map((child) => {
          // A list is not refused because of one group in it.
          const isOpen = Sessions.unmet(state, child, asking) === undefined
          return groupOf(state, child, asking, isOpen ? include : [])
        })
    }
  }),

  batchMembershipAction: Effect.fnUntraced(function* ({ params, payload }) {
    const unknown = Object.keys(payload).find(
      (name) => !MembershipActions.actions.some((action) => action === name)
    )
    if (unknown !== undefined) return yield* invalid([unknown], "extra fields not permitted")
    return yield* attempt((state, asking) => {
      const found = opened(state, asking, params.group_id)
      if (Result.isFailure(found)) return [Result.fail(found.failure), state]
      let group = found.success
      const mails: Array<Notification> = []
      const done: { [action: string]: Array<ReturnType<typeof membershipOf>> } = {}
      const errors: { [action: string]: Array<GroupActions.Failure & { readonly identity_id: string }> } = {}
      for (const action of MembershipActions.actions) {
        for (const order of payload[action] ?? []) {
          const outcome = GroupActions.carryOut(state, group, asking.identities, action, order, asking.now)
          if (Result.isSuccess(outcome)) {
            group = Groups.withMember(group, outcome.success)
            if (action === "invite") mails.push(...mailsTo(group, outcome.success, asking.now))
            ;(done[action] ??= []).push(membershipOf(state, group, outcome.success))
          } else {
            ;(errors[action] ??= []).push({ identity_id: order.identity_id, ...outcome.failure })
          }
        }
      }
      const failed = Object.keys(errors).length > 0
      return [
        Result.succeed({ ...done, ...(failed ? { errors } : {}) }),
        {
          ...state,
          groups: set(state.groups, group),
          notifications: withMails(state.notifications, mails)
        }
      ]
    })
  }),

  getMembershipFields: Effect.fnUntraced(function* ({ params }) {
    const { asking, state } = yield* now
    const group = yield* Effect.fromResult(opened(state, asking, params.group_id))
    return Object.fromEntries(
      asking.identities.flatMap((identity) => {
        const fields = Groups.fieldsOf(group, identity)
        return fields === null ? [] : [[identity, fields] as const]
      })
    )
  }),

  setMembershipFields: Effect.fnUntraced(function* ({ params, payload }) {
    yield* changeGroup((state, asking) =>
      Result.gen(function* () {
        const group = yield* opened(state, asking, params.group_id)
        const given = yield* ofIdentities(asking.identities, payload)
        return given.reduce(
          (group, [identity, fields]) => Groups.withFields(group, identity, fields, asking.now),
          group
        )
      })
    )
    return payload
  }),

  getGroupPolicies: Effect.fnUntraced(function* ({ params }) {
    const { asking, state } = yield* now
    const group = yield* Effect.fromResult(opened(state, asking, params.group_id))
    return group.policies
  }),

  setGroupPolicies: Effect.fnUntraced(function* ({ params, payload }) {
    const policies = yield* Effect.fromResult(policiesOf(payload))
    const group = yield* changeGroup((state, asking) =>
      Result.map(administered(state, asking, params.group_id), (group) => ({
        ...group,
        policies: { ...group.policies, ...policies }
      }))
    )
    return group.policies
  }),

  getGroupBySubscriptionId: Effect.fnUntraced(function* ({ params }) {
    const { state } = yield* now
    const wanted = params.subscription_id.toLowerCase()
    for (const { id, subscription } of state.groups.values()) {
      if (subscription?.id.toLowerCase() === wanted) {
        return {
          group_id: id,
          subscription_id: subscription.id,
          subscription_info: limitedSubscriptionOf(subscription)
        }
      }
    }
    return yield* refusal(404, "NOT_FOUND", `No group has the subscription ${params.subscription_id}`)
  }),

  setSubscriptionAdminVerified: Effect.fnUntraced(function* ({ params, payload }) {
    const { id, verified } = yield* changeGroup((state, asking) =>
      Result.flatMap(opened(state, asking, params.group_id), (group) =>
        verify(state, asking, group, payload.subscription_admin_verified_id)
      )
    )
    return { group_id: id, subscription_admin_verified_id: verified }
  }),

  getIdentityPreferences: Effect.fnUntraced(function* () {
    const { asking, state } = yield* now
    return Object.fromEntries(
      asking.identities.map((id) => [id, { allow_add: state.preferences.get(id)?.allow_add ?? null }])
    )
  }),

  setIdentityPreferences: Effect.fnUntraced(function* ({ payload }) {
    yield* attempt((state, asking) => {
      const given = ofIdentities(asking.identities, payload)
      if (Result.isFailure(given)) return [Result.fail(given.failure), state]
      const preferences = given.success.reduce(
        (preferences, [id, { allow_add }]) => set(preferences, { id, allow_add }),
        state.preferences
      )
      return [Result.succeed(undefined), { ...state, preferences }]
    })
    return payload
  })
}

/** Globus Groups. */
export const make = makeService({
  name: "groups",
  voice: Refusals.groups,
  api: GroupsApi,
  handlers,
  need: (_, scopes) => ({
    isFor: (resourceServer) => resourceServer === GroupsScopes.resourceServer,
    anyOf: scopes
  })
})

/** The access rules of guest collections. */
import { AccessRuleId, RoleId } from "@effect-globus/sdk/model"
import type { TransferApi } from "@effect-globus/sdk/transfer"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { Notification } from "../../Notification.ts"
import * as Access from "../Access.ts"
import * as Settings from "../gcs/Settings.ts"
import * as Instant from "../Instant.ts"
import type * as Refusals from "../Refusal.ts"
import { Caller, type Handlers } from "../Service.ts"
import { type AccessRule, type Collection, principal, set, type State, withMails, without } from "../State.ts"
import { Store } from "../Store.ts"
import { badRequest, refusal, result } from "./Answer.ts"
import { managed } from "./Collections.ts"

const ruleOf = (rule: AccessRule) => ({
  DATA_TYPE: "access",
  id: AccessRuleId.make(rule.id),
  role_id: rule.role === null ? null : RoleId.make(rule.role),
  role_type: null,
  principal_type: rule.principal_type,
  principal: rule.principal,
  path: rule.path,
  permissions: rule.permissions,
  create_time: Instant.ofTask(rule.created),
  expiration_date: rule.expires === null ? null : Instant.ofTask(rule.expires)
})

/** What those may do who have a role: everything. */
const rolesOf = (state: State, collection: Collection) =>
  [...state.roles.values()].flatMap((role) =>
    role.collection === collection.id && (role.role === "administrator" || role.role === "access_manager")
      ? [
          {
            DATA_TYPE: "access",
            id: null,
            role_id: RoleId.make(role.id),
            role_type: role.role,
            principal_type: role.principal_type,
            principal: role.principal,
            path: "/",
            permissions: "rw" as const,
            create_time: null,
            expiration_date: null
          }
        ]
      : []
  )

/** The access rules of a collection, as those see them who manage it. */
export const accessList = (state: State, collection: Collection) => {
  const rules = [...state.accessRules.values()].filter((rule) => rule.collection === collection.id)
  const DATA = [...rules.map(ruleOf), ...rolesOf(state, collection)]
  return { DATA_TYPE: "access_list", endpoint: collection.id, length: DATA.length, DATA }
}

/** A guest collection whose rules the caller may see and change. */
const shared = (state: State, identity: string, id: string): Result.Result<Collection, Refusals.Refusal> =>
  Result.flatMap(managed(state, identity, id, ["access_manager"]), (collection) =>
    Access.isGuest(collection)
      ? Result.succeed(collection)
      : Result.fail(refusal(409, "NotSupported", `'${collection.display_name}' is no guest collection`))
  )

const found = (
  state: State,
  collection: Collection,
  id: string
): Result.Result<AccessRule, Refusals.Refusal> => {
  const rule = state.accessRules.get(id.toLowerCase())
  return rule?.collection === collection.id
    ? Result.succeed(rule)
    : Result.fail(refusal(404, "AccessRuleNotFound", `No such access rule '${id}'`))
}

/** When a rule ends: at the latest when the collection says, and then if nothing else is said. */
const expiration = (
  text: string | null | undefined,
  now: number,
  minutes: number | null
): Result.Result<number | null, Refusals.Refusal> => {
  const latest = minutes === null ? null : now + minutes * 60_000
  if (text === null || text === undefined) return Result.succeed(latest)
  const time = Date.parse(text)
  if (latest !== null && time > latest) {
    return Result.fail(badRequest(`A rule of this collection may last ${minutes} minutes at most`))
  }
  if (Number.isNaN(time)) return Result.fail(badRequest(`Invalid expiration_date: ${text}`))
  return time <= now ? Result.fail(badRequest("The expiration_date is in the past")) : Result.succeed(time)
}

interface NewRule {
  readonly principal_type?: string | undefined
  readonly principal?: string | undefined
  readonly path?: string | undefined
  readonly permissions?: string | undefined
  readonly expiration_date?: string | null | undefined
  readonly notify_email?: string | null | undefined
  readonly notify_message?: string | null | undefined
}

/** That everybody may not write is said as of other things that nobody may do; the code is not documented. */
const checkAnonymous = (
  state: State,
  collection: Collection,
  { permissions, principal_type }: Pick<AccessRule, "permissions" | "principal_type">
): Result.Result<void, Refusals.Refusal> =>
  principal_type === "anonymous" && permissions === "rw" && !Settings.of(state, collection).anonymousWrites
    ? Result.fail(refusal(403, "PermissionDenied", "The collection does not let everybody write"))
    : Result.succeed(undefined)

const permissionsOf = (text: string | null | undefined): "r" | "rw" | undefined =>
  text === "r" || text === "rw" ? text : undefined

const principalTypes = ["identity", "group", "all_authenticated_users", "anonymous"] as const

const newRule = (
  state: State,
  collection: Collection,
  id: string,
  asked: NewRule,
  now: number
): Result.Result<AccessRule, Refusals.Refusal> =>
  Result.gen(function* () {
    const type = principalTypes.find((type) => type === asked.principal_type)
    if (type === undefined)
      return yield* Result.fail(badRequest(`Invalid principal_type: ${asked.principal_type}`))
    const isNamed = type === "identity" || type === "group"
    const name = asked.principal ?? ""
    if (isNamed === (name === "")) {
      return yield* Result.fail(
        badRequest(`A principal is ${isNamed ? "required" : "not allowed"} for ${type}`)
      )
    }
    const identity = type === "identity" ? Option.getOrUndefined(principal(state, name)) : undefined
    if (type === "identity" && identity === undefined) {
      return yield* Result.fail(badRequest(`There is no identity ${name}`))
    }
    const path = asked.path ?? ""
    if (!/^\/(.*\/)?$/.test(path)) {
      return yield* Result.fail(badRequest(`A path must begin and end with "/": ${path}`))
    }
    const permissions = permissionsOf(asked.permissions)
    if (permissions === undefined) {
      return yield* Result.fail(badRequest(`Invalid permissions: ${asked.permissions}`))
    }
    const rule: AccessRule = {
      id,
      collection: collection.id,
      principal_type: type,
      principal: identity?.id ?? name,
      path,
      permissions,
      role: null,
      created: now,
      expires: yield* expiration(asked.expiration_date, now, Settings.of(state, collection).ruleMinutes)
    }
    yield* checkAnonymous(state, collection, rule)
    const isThere = [...state.accessRules.values()].some(
      (other) =>
        other.collection === rule.collection &&
        other.principal_type === rule.principal_type &&
        other.principal === rule.principal &&
        other.path === rule.path
    )
    return isThere
      ? yield* Result.fail(refusal(409, "Exists", "This principal has a rule for this path already"))
      : rule
  })

/** The mail to whoever is given access, if there is to be one. */
const mailsOf = (
  state: State,
  { collection, path, permissions }: AccessRule,
  { notify_email, notify_message }: NewRule,
  now: number
): ReadonlyArray<Notification> => {
  if (!notify_email) return []
  const name = state.collections.get(collection)?.display_name ?? collection
  return [
    {
      sent: now,
      to: notify_email,
      event: "access_granted",
      about: collection,
      subject: `Access to ${name}`,
      text: [
        `Collection: ${name} (${collection})`,
        `Path: ${path}`,
        `Permissions: ${permissions}`,
        ...(notify_message ? ["", notify_message] : [])
      ].join("\n")
    }
  ]
}

export const accessRules: Handlers<(typeof TransferApi)["groups"]["accessRules"]> = {
  listAccessRules: Effect.fnUntraced(function* ({ params }) {
    const state = yield* (yield* Store).current
    const { identity } = yield* Caller
    return accessList(state, yield* Effect.fromResult(shared(state, identity, params.endpoint_id)))
  }),

  createAccessRule: Effect.fnUntraced(function* ({ params, payload }) {
    const { attempt, uuid } = yield* Store
    const { identity } = yield* Caller
    const id = yield* uuid
    yield* attempt((state, now) => {
      const rule = Result.flatMap(shared(state, identity, params.endpoint_id), (collection) =>
        newRule(state, collection, id, payload, now)
      )
      if (Result.isFailure(rule)) return [rule, state]
      const accessRules = set(state.accessRules, rule.success)
      const notifications = withMails(state.notifications, mailsOf(state, rule.success, payload, now))
      return [rule, { ...state, accessRules, notifications }]
    })
    return {
      ...(yield* result("Created", "Access rule created successfully.", "access_create_result")),
      access_id: AccessRuleId.make(id)
    }
  }),

  getAccessRule: Effect.fnUntraced(function* ({ params }) {
    const state = yield* (yield* Store).current
    const { identity } = yield* Caller
    const collection = yield* Effect.fromResult(shared(state, identity, params.endpoint_id))
    return ruleOf(yield* Effect.fromResult(found(state, collection, params.rule_id)))
  }),

  updateAccessRule: Effect.fnUntraced(function* ({ params, payload }) {
    const { attempt } = yield* Store
    const { identity } = yield* Caller
    yield* attempt((state, now) => {
      const changed = Result.gen(function* () {
        const collection = yield* shared(state, identity, params.endpoint_id)
        const rule = yield* found(state, collection, params.rule_id)
        const permissions = permissionsOf(payload.permissions) ?? rule.permissions
        yield* checkAnonymous(state, collection, { ...rule, permissions })
        const { ruleMinutes } = Settings.of(state, collection)
        return {
          ...rule,
          permissions,
          expires:
            payload.expiration_date === undefined
              ? rule.expires
              : yield* expiration(payload.expiration_date, now, ruleMinutes)
        }
      })
      return Result.isSuccess(changed)
        ? [changed, { ...state, accessRules: set(state.accessRules, changed.success) }]
        : [changed, state]
    })
    return yield* result("Updated", "Access rule updated successfully.")
  }),

  deleteAccessRule: Effect.fnUntraced(function* ({ params }) {
    const { attempt } = yield* Store
    const { identity } = yield* Caller
    yield* attempt((state) => {
      const rule = Result.flatMap(shared(state, identity, params.endpoint_id), (collection) =>
        found(state, collection, params.rule_id)
      )
      return Result.isSuccess(rule)
        ? [rule, { ...state, accessRules: without(state.accessRules, rule.success.id) }]
        : [rule, state]
    })
    return yield* result("Deleted", "Access rule deleted successfully.")
  })
}

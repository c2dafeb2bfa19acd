/** The roles on collections. */
import { RoleId } from "@effect-globus/sdk/model"
import type { TransferApi } from "@effect-globus/sdk/transfer"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Refusals from "../Refusal.ts"
import { Caller, type Handlers } from "../Service.ts"
import { type Collection, principal, set, type State, without } from "../State.ts"
import { Store } from "../Store.ts"
import { badRequest, refusal, result } from "./Answer.ts"
import { managed } from "./Collections.ts"
import type { Role } from "./Records.ts"

const roleOf = ({ id, principal, principal_type, role }: Role) => ({
  DATA_TYPE: "role",
  id: RoleId.make(id),
  principal_type,
  principal,
  role
})

const found = (
  state: State,
  { id: collection }: Collection,
  id: string
): Result.Result<Role, Refusals.Refusal> => {
  const role = state.roles.get(id.toLowerCase())
  return role?.collection === collection
    ? Result.succeed(role)
    : Result.fail(refusal(404, "RoleNotFound", `No such role '${id}'`))
}

const names = ["administrator", "access_manager", "activity_manager", "activity_monitor"] as const

interface NewRole {
  readonly principal_type?: string | undefined
  readonly principal?: string | undefined
  readonly role?: string | undefined
}

const newRole = (
  state: State,
  collection: Collection,
  id: string,
  asked: NewRole
): Result.Result<Role, Refusals.Refusal> => {
  const name = names.find((name) => name === asked.role)
  const type = asked.principal_type
  if (name === undefined) return Result.fail(badRequest(`Invalid role: ${asked.role}`))
  if (type !== "identity" && type !== "group")
    return Result.fail(badRequest(`Invalid principal_type: ${type}`))
  const who = asked.principal ?? ""
  const identity = type === "identity" ? Option.getOrUndefined(principal(state, who)) : undefined
  if (who === "" || (type === "identity" && identity === undefined)) {
    return Result.fail(badRequest(`There is no ${type} '${who}'`))
  }
  const role: Role = {
    id,
    collection: collection.id,
    principal_type: type,
    principal: identity?.id ?? who,
    role: name
  }
  const isThere = [...state.roles.values()].some(
    (other) =>
      other.collection === role.collection && other.principal === role.principal && other.role === role.role
  )
  return isThere
    ? Result.fail(refusal(409, "RoleExists", "This principal has this role already"))
    : Result.succeed(role)
}

export const roles: Handlers<(typeof TransferApi)["groups"]["roles"]> = {
  listRoles: Effect.fnUntraced(function* ({ params }) {
    const state = yield* (yield* Store).current
    const { identity } = yield* Caller
    const collection = yield* Effect.fromResult(managed(state, identity, params.endpoint_id))
    const own = [...state.roles.values()].filter((role) => role.collection === collection.id)
    return { DATA_TYPE: "role_list", DATA: own.map(roleOf) }
  }),

  createRole: Effect.fnUntraced(function* ({ params, payload }) {
    const { attempt, uuid } = yield* Store
    const { identity } = yield* Caller
    const id = yield* uuid
    return roleOf(
      yield* attempt((state) => {
        const role = Result.flatMap(managed(state, identity, params.endpoint_id), (collection) =>
          newRole(state, collection, id, payload)
        )
        return Result.isSuccess(role)
          ? [role, { ...state, roles: set(state.roles, role.success) }]
          : [role, state]
      })
    )
  }),

  getRole: Effect.fnUntraced(function* ({ params }) {
    const state = yield* (yield* Store).current
    const { identity } = yield* Caller
    const collection = yield* Effect.fromResult(managed(state, identity, params.endpoint_id))
    return roleOf(yield* Effect.fromResult(found(state, collection, params.role_id)))
  }),

  deleteRole: Effect.fnUntraced(function* ({ params }) {
    const { attempt } = yield* Store
    const { identity } = yield* Caller
    yield* attempt((state) => {
      const role = Result.flatMap(managed(state, identity, params.endpoint_id), (collection) =>
        found(state, collection, params.role_id)
      )
      return Result.isSuccess(role)
        ? [role, { ...state, roles: without(state.roles, role.success.id) }]
        : [role, state]
    })
    return yield* result("Deleted", "Role deleted successfully.")
  })
}

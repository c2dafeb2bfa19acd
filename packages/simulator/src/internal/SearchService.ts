/** Globus Search: indices, roles on them, and the fields of their entries; entries and insights have modules of their own. */
import { IndexId, SearchScopes } from "@effect-globus/sdk/model"
import { SearchApi } from "@effect-globus/sdk/search"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { IndexRoleName } from "../world/Index.ts"
import * as Refusals from "./Refusal.ts"
import * as Document from "./search/Document.ts"
import * as Entries from "./search/Entries.ts"
import * as IndexAccess from "./search/IndexAccess.ts"
import * as Indices from "./search/Indices.ts"
import { insights } from "./search/Insights.ts"
import {
  anyIndex,
  type ApiGroups,
  conflict,
  forbidden,
  has,
  invalid,
  notFound,
  opened
} from "./search/Permissions.ts"
import { Caller, type Handlers, listOf, make as makeService, requiring } from "./Service.ts"
import { set, type State, without } from "./State.ts"
import { Store } from "./Store.ts"

type Index = Indices.Index

// -----------------------------------------------------------------------------
// permissions
// -----------------------------------------------------------------------------

/** An index for which the caller has a role. */
const permitted = (
  state: State,
  identity: string,
  found: Result.Result<Index, Refusals.Refusal>,
  role: IndexRoleName,
  operation: string
): Result.Result<Index, Refusals.Refusal> =>
  Result.flatMap(found, (index) =>
    has(IndexAccess.rolesIn(state, index, identity), role)
      ? Result.succeed(index)
      : Result.fail(forbidden(operation))
  )

/** The index of an operation, for which the caller has a role. */
const inspected = Effect.fnUntraced(function* (id: string, role: IndexRoleName, operation: string) {
  const { identity } = yield* Caller
  const state = yield* (yield* Store).current
  return yield* Effect.fromResult(permitted(state, identity, opened(state, id), role, operation))
})

/** Changes an index, whatever its state, and gives it as it is then. */
const changeIndex = Effect.fnUntraced(function* (
  id: string,
  role: IndexRoleName,
  operation: string,
  how: (index: Index, state: State, identity: string, now: number) => Result.Result<Index, Refusals.Refusal>
) {
  const { attempt } = yield* Store
  const { identity } = yield* Caller
  return yield* attempt((state, now) => {
    const changed = Result.flatMap(
      permitted(state, identity, anyIndex(state, id), role, operation),
      (index) => how(index, state, identity, now)
    )
    return Result.isSuccess(changed)
      ? [changed, { ...state, indices: set(state.indices, changed.success) }]
      : [changed, state]
  })
})

/** How many indices on trial somebody may own. */
const trials = 3

const tooMany = conflict("Conflict.LimitExceeded", "Role limit exceeded", {
  error_data: {
    cause:
      "When creating an index, an 'owner' role is created automatically. If this would exceed ownership limits, this error is raised instead.",
    constraint: `Cannot create more ownership roles on trial indices than the limit (${trials})`
  }
})

// -----------------------------------------------------------------------------
// the service
// -----------------------------------------------------------------------------

const isRoleName = Schema.is(IndexRoleName)

const principalPattern = /^urn:globus:(auth:identity|groups:id):[0-9a-f-]{36}$/i

/** How many fields the entries of an index may have. */
const fieldBudget = 1000

const handlers: Handlers<ApiGroups> = {
  ...Entries.handlers,
  ...insights,

  listIndices: Effect.fnUntraced(function* ({ query }) {
    const { identity } = yield* Caller
    const state = yield* (yield* Store).current
    const wanted = listOf(query.filter_roles)
    const index_list = [...state.indices.values()].flatMap((index) => {
      const permissions = IndexAccess.rolesIn(state, index, identity)
      const isMeant = permissions.some((role) => wanted.length === 0 || wanted.includes(role))
      return isMeant ? [{ ...Document.indexOf(index), permissions }] : []
    })
    return { index_list }
  }),

  createIndex: Effect.fnUntraced(function* ({ payload }) {
    const { attempt, uuid } = yield* Store
    const { identity } = yield* Caller
    const id = IndexId.make(yield* uuid)
    const roleId = Indices.roleId(yield* uuid)
    const principal = `urn:globus:auth:identity:${identity}`
    return yield* attempt((state, now) => {
      const owned = [...state.indices.values()].filter(
        (index) =>
          index.subscription === null &&
          [...index.roles.values()].some((role) => role.role_name === "owner" && role.principal === principal)
      )
      if (owned.length >= trials) return [Result.fail(tooMany), state]
      const index: Index = {
        id,
        display_name: payload.display_name,
        description: payload.description,
        status: "open",
        subscription: null,
        max_size_in_mb: 1,
        created: now,
        modified: null,
        roles: new Map([[roleId, { id: roleId, role_name: "owner", principal, created: now }]]),
        subjects: new Map(),
        mapping: {}
      }
      return [Result.succeed(Document.indexOf(index)), { ...state, indices: set(state.indices, index) }]
    })
  }),

  getIndex: Effect.fnUntraced(function* ({ params }) {
    const { identity } = yield* Caller
    const state = yield* (yield* Store).current
    const index = yield* Effect.fromResult(anyIndex(state, params.index_id))
    return { ...Document.indexOf(index), permissions: IndexAccess.rolesIn(state, index, identity) }
  }),

  updateIndex: Effect.fnUntraced(function* ({ params, payload }) {
    const index = yield* changeIndex(params.index_id, "admin", "index_update", (index) =>
      Result.succeed({
        ...index,
        display_name: payload.display_name ?? index.display_name,
        description: payload.description ?? index.description
      })
    )
    return Document.indexOf(index)
  }),

  deleteIndex: Effect.fnUntraced(function* ({ params }) {
    const { id } = yield* changeIndex(params.index_id, "owner", "index_delete", (index) =>
      index.status === "open"
        ? Result.succeed({ ...index, status: "delete-pending" as const })
        : Result.fail(conflict("Conflict.IndexState", "The index will be deleted already"))
    )
    return { index_id: id, acknowledged: true }
  }),

  reopenIndex: Effect.fnUntraced(function* ({ params }) {
    const { id } = yield* changeIndex(params.index_id, "owner", "index_reopen", (index) =>
      index.status === "delete-pending"
        ? Result.succeed({ ...index, status: "open" as const })
        : Result.fail(conflict("Conflict.IndexState", "The index is open"))
    )
    return { index_id: id, acknowledged: true }
  }),

  listRoles: Effect.fnUntraced(function* ({ params }) {
    const index = yield* inspected(params.index_id, "admin", "role_list")
    return { role_list: [...index.roles.values()].map((role) => Document.roleOf(index, role)) }
  }),

  createRole: Effect.fnUntraced(function* ({ params, payload }) {
    yield* requiring(Refusals.search, payload, "principal", "role_name")
    const { uuid } = yield* Store
    const id = Indices.roleId(yield* uuid)
    const { principal, role_name } = payload
    if (!isRoleName(role_name)) return yield* invalid("role_name: Must be one of: owner, admin, writer.")
    if (!principalPattern.test(principal)) return yield* invalid("principal: Not a valid principal URN.")
    const index = yield* changeIndex(
      params.index_id,
      "admin",
      "role_create",
      (index, state, identity, now) => {
        // Only owners make others owners.
        if (role_name === "owner" && !has(IndexAccess.rolesIn(state, index, identity), "owner")) {
          return Result.fail(forbidden("role_create"))
        }
        const isThere = [...index.roles.values()].some(
          (role) => role.principal === principal && role.role_name === role_name
        )
        const role: Indices.Role = { id, role_name, principal, created: now }
        return isThere
          ? Result.fail(conflict("Conflict.RoleExists", "The principal has this role already"))
          : Result.succeed({ ...index, roles: set(index.roles, role) })
      }
    )
    return Document.roleOf(index, index.roles.get(id) ?? { id, role_name, principal, created: 0 })
  }),

  deleteRole: Effect.fnUntraced(function* ({ params }) {
    const found = yield* inspected(params.index_id, "admin", "role_delete")
    const role = found.roles.get(params.role_id)
    if (role === undefined)
      return yield* notFound("NotFound.NoSuchRole", `There is no role ${params.role_id}`)
    const index = yield* changeIndex(
      params.index_id,
      role.role_name === "owner" ? "owner" : "admin",
      "role_delete",
      (index) => Result.succeed({ ...index, roles: without(index.roles, role.id) })
    )
    return { success: true, deleted: Document.roleOf(index, role) }
  }),

  getFieldBudget: Effect.fnUntraced(function* ({ params }) {
    const index = yield* inspected(params.index_id, "writer", "field_budget")
    const used = Object.keys(Document.mappingOf(index)).length
    return { budget: fieldBudget, used, remaining: fieldBudget - used }
  }),

  listFieldMappings: Effect.fnUntraced(function* ({ params }) {
    const index = yield* inspected(params.index_id, "writer", "mapping_list")
    return { "@version": "2017-09-01", mappings: Document.mappingOf(index) }
  }),

  getFieldMapping: Effect.fnUntraced(function* ({ params }) {
    const index = yield* inspected(params.index_id, "writer", "mapping_show")
    const { field_name } = params
    const mappings = Object.fromEntries(
      Object.entries(Document.mappingOf(index)).filter(
        ([path]) => path === field_name || path.startsWith(`${field_name}.`)
      )
    )
    return Object.keys(mappings).length === 0
      ? yield* notFound("NotFound.Generic", `There is no field ${field_name}`)
      : { "@version": "2017-09-01", mappings }
  })
}

/** Globus Search. */
export const make = makeService({
  name: "search",
  voice: Refusals.search,
  api: SearchApi,
  handlers,
  need: (_, scopes) => ({
    isFor: (resourceServer) => resourceServer === SearchScopes.resourceServer,
    anyOf: scopes
  })
})

/** APIs that flows may call: registering, changing and deleting them. Nothing here calls any. */
import type { FlowsApi } from "@effect-globus/sdk/flows"
import { RegisteredApiId, SubscriptionId } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Struct from "effect/Struct"
import * as Instant from "../Instant.ts"
import type * as Refusals from "../Refusal.ts"
import { Caller, type Handlers, listOf } from "../Service.ts"
import { set, type State } from "../State.ts"
import { Store } from "../Store.ts"
import { forbidden, notFound, ordered, page } from "./Answer.ts"
import type { RegisteredApi } from "./RegisteredApi.ts"
import { isAmong, now, urnOf, type Who, whoIs } from "./Roles.ts"

// -----------------------------------------------------------------------------
// documents
// -----------------------------------------------------------------------------

const summaryOf = ({ created, description, edited, id, name }: RegisteredApi) => ({
  id,
  name,
  description,
  created_timestamp: Instant.withMicroseconds(created),
  updated_timestamp: Instant.withMicroseconds(edited)
})

const documentOf = (api: RegisteredApi) => ({
  ...summaryOf(api),
  roles: Struct.pick(api, ["owners", "administrators", "viewers"]),
  target: api.target,
  // What is sent and what comes back is not worked out.
  data_templates: { request: {}, response: {} },
  state_input_schema: {},
  status: api.deletion === null ? ("ACTIVE" as const) : ("INACTIVE" as const),
  subscription_id: api.subscription,
  edited_timestamp: Instant.withMicroseconds(api.edited),
  scheduled_deletion_timestamp: api.deletion === null ? null : Instant.withMicroseconds(api.deletion)
})

// -----------------------------------------------------------------------------
// permissions
// -----------------------------------------------------------------------------

const rolesIn = (api: RegisteredApi, who: Who) =>
  (["owner", "administrator", "viewer"] as const).filter((role) => isAmong(api[`${role}s`], who))

/** Those that are not gone by now. */
const present = (state: State, now: number): ReadonlyArray<RegisteredApi> =>
  [...state.registeredApis.values()].filter(({ deletion }) => deletion === null || deletion > now)

/** An API for which the caller has one of these roles. */
const permitted = (
  state: State,
  who: Who,
  id: string,
  now: number,
  roles: ReadonlyArray<string>,
  permission: string
): Result.Result<RegisteredApi, Refusals.Refusal> => {
  const api = present(state, now).find((api) => api.id === id.toLowerCase())
  return api === undefined
    ? notFound("Registered API", id)
    : rolesIn(api, who).some((role) => roles.includes(role))
      ? Result.succeed(api)
      : Result.fail(forbidden("registered API", id, permission))
}

/** How long one that was deleted is still there: a week. */
const grace = 7 * 24 * 3_600_000

// -----------------------------------------------------------------------------
// the operations
// -----------------------------------------------------------------------------

export const registeredApis: Handlers<(typeof FlowsApi)["groups"]["registeredApis"]> = {
  listRegisteredApis: Effect.fnUntraced(function* ({ query }) {
    const { now: at, state, who } = yield* now
    const wanted = listOf(query.filter_roles)
    const found = present(state, at).filter((api) =>
      rolesIn(api, who).some((role) => wanted.length === 0 || wanted.includes(role))
    )
    const { items, ...others } = yield* Effect.fromResult(
      page(ordered(found.map(summaryOf), query.orderby, "created_timestamp DESC"), {
        limit: query.per_page,
        marker: query.marker,
        usual: 20
      })
    )
    return { registered_apis: items, ...others }
  }),

  createRegisteredApi: Effect.fnUntraced(function* ({ payload }) {
    const { modify, uuid } = yield* Store
    const { identity } = yield* Caller
    const id = RegisteredApiId.make(yield* uuid)
    return yield* modify((state, now) => {
      const api: RegisteredApi = {
        id,
        name: payload.name,
        description: payload.description ?? "",
        target: payload.target,
        owners: payload.roles?.owners ?? [urnOf(identity)],
        administrators: payload.roles?.administrators ?? [],
        viewers: payload.roles?.viewers ?? [],
        subscription: SubscriptionId.make(payload.subscription_id),
        created: now,
        edited: now,
        deletion: null
      }
      return [documentOf(api), { ...state, registeredApis: set(state.registeredApis, api) }]
    })
  }),

  getRegisteredApi: Effect.fnUntraced(function* ({ params }) {
    const { now: at, state, who } = yield* now
    const roles = ["owner", "administrator", "viewer"]
    return documentOf(
      yield* Effect.fromResult(permitted(state, who, params.registered_api_id, at, roles, "VIEW"))
    )
  }),

  updateRegisteredApi: Effect.fnUntraced(function* ({ params, payload }) {
    const { change } = yield* Store
    const caller = yield* Caller
    return yield* change((state, now) =>
      Result.map(
        permitted(
          state,
          whoIs(state, caller),
          params.registered_api_id,
          now,
          ["owner", "administrator"],
          "UPDATE"
        ),
        (api) => {
          const { roles, subscription_id: subscription } = payload
          const changed: RegisteredApi = {
            ...api,
            name: payload.name ?? api.name,
            description: payload.description ?? api.description,
            target: { ...api.target, ...payload.target },
            owners: roles?.owners ?? api.owners,
            administrators: roles?.administrators ?? api.administrators,
            viewers: roles?.viewers ?? api.viewers,
            subscription:
              subscription === undefined
                ? api.subscription
                : subscription === null
                  ? null
                  : SubscriptionId.make(subscription),
            edited: now
          }
          return [
            documentOf(changed),
            { ...state, registeredApis: set(state.registeredApis, changed) }
          ] as const
        }
      )
    )
  }),

  deleteRegisteredApi: Effect.fnUntraced(function* ({ params }) {
    const { change } = yield* Store
    const caller = yield* Caller
    return yield* change((state, now) =>
      Result.map(
        permitted(state, whoIs(state, caller), params.registered_api_id, now, ["owner"], "DELETE"),
        (api) => {
          const deleted = { ...api, deletion: api.deletion ?? now + grace }
          return [
            documentOf(deleted),
            { ...state, registeredApis: set(state.registeredApis, deleted) }
          ] as const
        }
      )
    )
  })
}

/** Flows: what they are, and creating, changing and deleting them. */
import type { FlowsApi } from "@effect-globus/sdk/flows"
import { FlowId, specificFlowScopes } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as FlowDefinition from "../FlowDefinition.ts"
import * as Instant from "../Instant.ts"
import type * as Refusals from "../Refusal.ts"
import { Caller, type Handlers } from "../Service.ts"
import { type Flow, set, type State, without } from "../State.ts"
import { Store } from "../Store.ts"
import { forbidden, listOf, notFound, ordered, page, unprocessable } from "./Answer.ts"
import { hasRole, isAmong, now, rolesInFlow, urnOf, type Who, whoIs, wrongPrincipals } from "./Roles.ts"

export const flowOf = (flow: Flow, who: Who) => {
  const roles = rolesInFlow(flow, who)
  const [role] = roles.filter((role) => role !== "flow_run_manager" && role !== "flow_run_monitor")
  return {
    id: flow.id,
    title: flow.title,
    subtitle: flow.subtitle,
    description: flow.description,
    keywords: flow.keywords,
    definition: flow.definition,
    input_schema: flow.input_schema ?? {},
    globus_auth_scope: specificFlowScopes(flow.id).user,
    globus_auth_username: `${flow.id}@clients.auth.globus.org`,
    principal_urn: urnOf(flow.id),
    flow_owner: urnOf(flow.owner),
    created_by: urnOf(flow.owner),
    flow_viewers: flow.viewers,
    flow_starters: flow.starters,
    flow_administrators: flow.administrators,
    run_managers: flow.run_managers,
    run_monitors: flow.run_monitors,
    user_role: role ?? null,
    user_roles: roles,
    created_at: Instant.withMicroseconds(flow.created),
    updated_at: Instant.withMicroseconds(flow.updated),
    api_version: "1.0",
    synchronous: false,
    log_supported: true,
    types: ["Action"],
    flow_url: `https://flows.globus.org/flows/${flow.id}`,
    action_url: `https://flows.globus.org/flows/${flow.id}`,
    subscription_id: null,
    is_high_assurance: false
  }
}

/** A flow that the caller may see. */
const visible = (state: State, who: Who, id: string): Result.Result<Flow, Refusals.Refusal> => {
  const flow = state.flows.get(id.toLowerCase())
  return flow === undefined
    ? notFound("Flow", id)
    : rolesInFlow(flow, who).length === 0
      ? Result.fail(forbidden("flow", id, "VIEW"))
      : Result.succeed(flow)
}

/** A flow that the caller may change. */
const managed = (
  state: State,
  who: Who,
  id: string,
  permission: string
): Result.Result<Flow, Refusals.Refusal> =>
  Result.flatMap(visible(state, who, id), (flow) =>
    flow.owner === who.identity || isAmong(flow.administrators, who)
      ? Result.succeed(flow)
      : Result.fail(forbidden("flow", id, permission))
  )

const transferAction = /^https:\/\/(transfer\.actions|actions)\.globus\.org\/transfer/

/** The scopes that the actions of a definition need. */
const scopesOf = (definition: FlowDefinition.Object): ReadonlyArray<string> => {
  const states = Object.values(
    (definition["States"] ?? {}) as Readonly<Record<string, FlowDefinition.Object>>
  )
  const scopes = states.flatMap(({ ActionScope, ActionUrl }) =>
    typeof ActionScope === "string"
      ? [ActionScope]
      : transferAction.test(String(ActionUrl))
        ? ["urn:globus:auth:scope:transfer.api.globus.org:all"]
        : []
  )
  return [...new Set(scopes)]
}

// -----------------------------------------------------------------------------
// handlers
// -----------------------------------------------------------------------------

export const flows: Handlers<(typeof FlowsApi)["groups"]["flows"]> = {
  listFlows: Effect.fnUntraced(function* ({ query }) {
    const { state, who } = yield* now
    const words = (query.filter_fulltext ?? "").toLowerCase().split(/\s+/)
    const found = [...state.flows.values()].filter((flow) => {
      const roles = rolesInFlow(flow, who)
      const said = [flow.title, flow.subtitle, flow.description, ...flow.keywords].join(" ").toLowerCase()
      return (
        roles.length > 0 &&
        hasRole(roles, listOf(query.filter_roles)) &&
        words.every((word) => said.includes(word))
      )
    })
    const flows = ordered(
      found.map((flow) => flowOf(flow, who)),
      query.orderby,
      "created_at DESC"
    )
    const { items, ...others } = yield* Effect.fromResult(
      page(flows, { limit: query.per_page, marker: query.marker, usual: 20 })
    )
    return { flows: items, ...others }
  }),

  getFlow: Effect.fnUntraced(function* ({ params }) {
    const { state, who } = yield* now
    return flowOf(yield* Effect.fromResult(visible(state, who, params.flow_id)), who)
  }),

  createFlow: Effect.fnUntraced(function* ({ payload }) {
    const { modify, uuid } = yield* Store
    const { identity } = yield* Caller
    const mistakes = [...wrongPrincipals(payload), ...FlowDefinition.mistakes(payload.definition)]
    if (mistakes.length > 0) return yield* unprocessable(mistakes)
    const id = FlowId.make(yield* uuid)
    return yield* modify((state, now) => {
      const flow: Flow = {
        id,
        title: payload.title,
        subtitle: payload.subtitle ?? "",
        description: payload.description ?? "",
        keywords: payload.keywords ?? [],
        owner: identity,
        definition: payload.definition,
        input_schema: payload.input_schema ?? null,
        viewers: payload.flow_viewers ?? [],
        starters: payload.flow_starters ?? [],
        administrators: payload.flow_administrators ?? [],
        run_managers: payload.run_managers ?? [],
        run_monitors: payload.run_monitors ?? [],
        created: now,
        updated: now
      }
      return [flowOf(flow, whoIs(state, identity)), { ...state, flows: set(state.flows, flow) }]
    })
  }),

  validateFlow: Effect.fnUntraced(function* ({ payload }) {
    const mistakes = FlowDefinition.mistakes(payload.definition)
    return mistakes.length > 0
      ? yield* unprocessable(mistakes)
      : { scopes: { User: scopesOf(payload.definition) } }
  }),

  updateFlow: Effect.fnUntraced(function* ({ params, payload }) {
    const { attempt } = yield* Store
    const { identity } = yield* Caller
    const mistakes = [
      ...wrongPrincipals(payload),
      ...(payload.definition === undefined ? [] : FlowDefinition.mistakes(payload.definition))
    ]
    if (mistakes.length > 0) return yield* unprocessable(mistakes)
    return yield* attempt((state, now) => {
      const who = whoIs(state, identity)
      const changed = Result.map(managed(state, who, params.flow_id, "UPDATE"), (flow): Flow => ({
        ...flow,
        title: payload.title ?? flow.title,
        subtitle: payload.subtitle ?? flow.subtitle,
        description: payload.description ?? flow.description,
        keywords: payload.keywords ?? flow.keywords,
        owner: payload.flow_owner?.replace(/^urn:globus:auth:identity:/, "") ?? flow.owner,
        definition: payload.definition ?? flow.definition,
        input_schema: payload.input_schema ?? flow.input_schema,
        viewers: payload.flow_viewers ?? flow.viewers,
        starters: payload.flow_starters ?? flow.starters,
        administrators: payload.flow_administrators ?? flow.administrators,
        run_managers: payload.run_managers ?? flow.run_managers,
        run_monitors: payload.run_monitors ?? flow.run_monitors,
        updated: now
      }))
      return Result.isSuccess(changed)
        ? [
            Result.succeed(flowOf(changed.success, who)),
            { ...state, flows: set(state.flows, changed.success) }
          ]
        : [Result.fail(changed.failure), state]
    })
  }),

  deleteFlow: Effect.fnUntraced(function* ({ params }) {
    const { attempt } = yield* Store
    const { identity } = yield* Caller
    return yield* attempt((state) => {
      const who = whoIs(state, identity)
      const found = managed(state, who, params.flow_id, "DELETE")
      return Result.isSuccess(found)
        ? [
            Result.succeed(flowOf(found.success, who)),
            { ...state, flows: without(state.flows, found.success.id) }
          ]
        : [Result.fail(found.failure), state]
    })
  })
}

/** Flows: what they are, and creating, changing and deleting them. */
import type { FlowsApi } from "@effect-globus/sdk/flows"
import {
  FlowId,
  PolicyId,
  specificFlowScopes,
  SubscriptionId,
  TransferScopes
} from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as FlowDefinition from "../FlowDefinition.ts"
import * as Instant from "../Instant.ts"
import type * as Refusals from "../Refusal.ts"
import { Caller, type Handlers, listOf } from "../Service.ts"
import { type Flow, set, type State, without } from "../State.ts"
import { Store } from "../Store.ts"
import { forbidden, notFound, ordered, page, says, unprocessable } from "./Answer.ts"
import { transferAction } from "./Hindrance.ts"
import {
  hasRole,
  isAmong,
  now,
  rolesInFlow,
  satisfying,
  urnOf,
  type Who,
  whoIs,
  wrongOwner,
  wrongPrincipals
} from "./Roles.ts"

export const flowOf = (state: State, flow: Flow, who: Who) => {
  const policy = state.policies.get(flow.authentication_policy_id ?? "")
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
    globus_auth_scopes_by_RunAs: scopesByRunAs(flow.definition),
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
    subscription_id: flow.subscription_id,
    authentication_policy_id: flow.authentication_policy_id,
    is_high_assurance: policy?.high_assurance ?? false
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
  permission: string,
  now: number
): Result.Result<Flow, Refusals.Refusal> =>
  Result.gen(function* () {
    const flow = yield* visible(state, who, id)
    if (flow.owner !== who.identity && !isAmong(flow.administrators, who)) {
      return yield* Result.fail(forbidden("flow", id, permission))
    }
    yield* satisfying(state, flow, who, now)
    return flow
  })

/** What a flow is to be associated with. */
interface Associations {
  readonly authentication_policy_id?: string | null | undefined
  /** `DEFAULT` is the only one of whoever asks. */
  readonly subscription_id?: string | null | undefined
}

/** The subscriptions of the groups that somebody belongs to. */
const subscriptionsOf = (state: State, who: Who): ReadonlyArray<SubscriptionId> =>
  [...state.groups.values()].flatMap(({ id, subscription }) =>
    subscription !== null && who.principals.includes(`urn:globus:groups:id:${id}`) ? [subscription.id] : []
  )

const wrongAssociations = (state: State, who: Who, asked: Associations) => {
  const { authentication_policy_id: policy, subscription_id: subscription } = asked
  return [
    ...(typeof policy === "string" && !state.policies.has(policy.toLowerCase())
      ? [
          {
            loc: ["authentication_policy_id"],
            msg: `No authentication policy exists with id value ${policy}`
          }
        ]
      : []),
    ...(subscription === "DEFAULT" && subscriptionsOf(state, who).length !== 1
      ? [{ loc: ["subscription_id"], msg: "You have not exactly one subscription; name it by its id" }]
      : [])
  ]
}

const associated = (
  state: State,
  who: Who,
  { authentication_policy_id: policy, subscription_id: subscription }: Associations,
  before: Pick<Flow, "authentication_policy_id" | "subscription_id">
): Pick<Flow, "authentication_policy_id" | "subscription_id"> => ({
  authentication_policy_id:
    policy === undefined
      ? before.authentication_policy_id
      : policy === null
        ? null
        : PolicyId.make(policy.toLowerCase()),
  subscription_id:
    subscription === undefined
      ? before.subscription_id
      : subscription === "DEFAULT"
        ? (subscriptionsOf(state, who)[0] ?? null)
        : subscription === null
          ? null
          : SubscriptionId.make(subscription.toLowerCase())
})

/** The scopes that the actions of a definition need of those as whom they run. */
const scopesByRunAs = (
  definition: FlowDefinition.Object
): Readonly<Record<string, ReadonlyArray<string>>> => {
  const states = Object.values(
    (definition["States"] ?? {}) as Readonly<Record<string, FlowDefinition.Object>>
  )
  const scopes: Record<string, ReadonlyArray<string>> = { User: [] }
  for (const { ActionScope, ActionUrl, RunAs } of states) {
    const scope =
      typeof ActionScope === "string"
        ? ActionScope
        : transferAction.test(String(ActionUrl))
          ? TransferScopes.all
          : undefined
    if (scope === undefined) continue
    const as = typeof RunAs === "string" ? RunAs : "User"
    scopes[as] = [...new Set([...(scopes[as] ?? []), scope])]
  }
  return scopes
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
      const scopes = listOf(query.filter_scope_string)
      return (
        roles.length > 0 &&
        hasRole(roles, listOf(query.filter_roles)) &&
        says(flow.title, query.filter_title) &&
        says(flow.subtitle, query.filter_subtitle) &&
        says(flow.description, query.filter_description) &&
        says(flow.keywords.join("\n"), query.filter_keywords) &&
        (scopes.length === 0 || scopes.includes(specificFlowScopes(flow.id).user)) &&
        words.every((word) => said.includes(word))
      )
    })
    const flows = ordered(
      found.map((flow) => flowOf(state, flow, who)),
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
    return flowOf(state, yield* Effect.fromResult(visible(state, who, params.flow_id)), who)
  }),

  createFlow: Effect.fnUntraced(function* ({ payload }) {
    const { change, uuid } = yield* Store
    const caller = yield* Caller
    const id = FlowId.make(yield* uuid)
    return yield* change((state, now) => {
      const who = whoIs(state, caller)
      const mistakes = [
        ...wrongPrincipals(payload),
        ...wrongAssociations(state, who, payload),
        ...FlowDefinition.mistakes(payload.definition)
      ]
      if (mistakes.length > 0) return Result.fail(unprocessable(mistakes))
      const flow: Flow = {
        id,
        title: payload.title,
        subtitle: payload.subtitle ?? "",
        description: payload.description ?? "",
        keywords: payload.keywords ?? [],
        owner: caller.identity,
        definition: payload.definition,
        input_schema: payload.input_schema ?? null,
        viewers: payload.flow_viewers ?? [],
        starters: payload.flow_starters ?? [],
        administrators: payload.flow_administrators ?? [],
        run_managers: payload.run_managers ?? [],
        run_monitors: payload.run_monitors ?? [],
        ...associated(state, who, payload, { authentication_policy_id: null, subscription_id: null }),
        created: now,
        updated: now
      }
      return Result.succeed([flowOf(state, flow, who), { ...state, flows: set(state.flows, flow) }] as const)
    })
  }),

  validateFlow: Effect.fnUntraced(function* ({ payload }) {
    const mistakes = FlowDefinition.mistakes(payload.definition)
    return mistakes.length > 0
      ? yield* unprocessable(mistakes)
      : { scopes: scopesByRunAs(payload.definition) }
  }),

  updateFlow: Effect.fnUntraced(function* ({ params, payload }) {
    const { change } = yield* Store
    const caller = yield* Caller
    return yield* change((state, now) =>
      Result.gen(function* () {
        const who = whoIs(state, caller)
        const mistakes = [
          ...wrongOwner(payload.flow_owner),
          ...wrongPrincipals(payload),
          ...wrongAssociations(state, who, payload),
          ...(payload.definition === undefined ? [] : FlowDefinition.mistakes(payload.definition))
        ]
        if (mistakes.length > 0) return yield* Result.fail(unprocessable(mistakes))
        const flow = yield* managed(state, who, params.flow_id, "UPDATE", now)
        const changed: Flow = {
          ...flow,
          title: payload.title ?? flow.title,
          subtitle: payload.subtitle ?? flow.subtitle,
          description: payload.description ?? flow.description,
          keywords: payload.keywords ?? flow.keywords,
          owner: payload.flow_owner?.toLowerCase().replace(/^urn:globus:auth:identity:/, "") ?? flow.owner,
          definition: payload.definition ?? flow.definition,
          input_schema: payload.input_schema ?? flow.input_schema,
          viewers: payload.flow_viewers ?? flow.viewers,
          starters: payload.flow_starters ?? flow.starters,
          administrators: payload.flow_administrators ?? flow.administrators,
          run_managers: payload.run_managers ?? flow.run_managers,
          run_monitors: payload.run_monitors ?? flow.run_monitors,
          ...associated(state, who, payload, flow),
          updated: now
        }
        const after = { ...state, flows: set(state.flows, changed) }
        return [flowOf(after, changed, who), after] as const
      })
    )
  }),

  deleteFlow: Effect.fnUntraced(function* ({ params }) {
    const { change } = yield* Store
    const caller = yield* Caller
    return yield* change((state, now) => {
      const who = whoIs(state, caller)
      return Result.map(
        managed(state, who, params.flow_id, "DELETE", now),
        (flow) => [flowOf(state, flow, who), { ...state, flows: without(state.flows, flow.id) }] as const
      )
    })
  })
}

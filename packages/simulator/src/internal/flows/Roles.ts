/** Who may do what with flows and runs. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Principals from "../Principals.ts"
import type * as Refusals from "../Refusal.ts"
import { Caller } from "../Service.ts"
import * as Session from "../Session.ts"
import type { Flow, Run, State } from "../State.ts"
import { Store } from "../Store.ts"
import { refusal } from "./Answer.ts"

export const urnOf = (identity: string): string => `urn:globus:auth:identity:${identity}`

/** Who acts with which login, and the principals that they amount to. */
export interface Who extends Session.Actor {
  readonly principals: ReadonlyArray<string>
}

export const whoIs = (state: State, { grant, identity }: Session.Actor): Who => ({
  identity,
  grant,
  principals: Principals.principalsOf(state, identity)
})

export const isAmong = (principals: ReadonlyArray<string>, who: Who): boolean =>
  principals.some((principal) => who.principals.includes(principal))

export const rolesInFlow = (flow: Flow, who: Who) => [
  ...(flow.owner === who.identity ? ["flow_owner" as const] : []),
  ...(isAmong(flow.administrators, who) ? ["flow_administrator" as const] : []),
  ...(flow.starters.includes("all_authenticated_users") || isAmong(flow.starters, who)
    ? ["flow_starter" as const]
    : []),
  ...(flow.viewers.includes("public") || isAmong(flow.viewers, who) ? ["flow_viewer" as const] : []),
  ...(isAmong(flow.run_managers, who) ? ["flow_run_manager" as const] : []),
  ...(isAmong(flow.run_monitors, who) ? ["flow_run_monitor" as const] : [])
]

export const rolesInRun = (state: State, run: Run, who: Who) => {
  const flow = state.flows.get(run.flow)
  return [
    ...(run.owner === who.identity ? ["run_owner" as const] : []),
    ...(isAmong(run.managers, who) ? ["run_manager" as const] : []),
    ...(isAmong(run.monitors, who) ? ["run_monitor" as const] : []),
    ...(flow !== undefined && isAmong(flow.run_managers, who) ? ["flow_run_manager" as const] : []),
    ...(flow !== undefined && isAmong(flow.run_monitors, who) ? ["flow_run_monitor" as const] : [])
  ]
}

const principalPattern = /^urn:globus:(auth:identity|groups:id):[0-9a-f-]{36}$/i

const principalFields = [
  ["flow_viewers", "FlowViewer", "public"],
  ["flow_starters", "FlowStarter", "all_authenticated_users"],
  ["flow_administrators", "FlowAdministrator", undefined],
  ["run_managers", "RunManager", undefined],
  ["run_monitors", "RunMonitor", undefined]
] as const

const identityUrn = /^urn:globus:auth:identity:[0-9a-f-]{36}$/i

/** What is wrong with who is to own a flow. */
export const wrongOwner = (owner: string | undefined) =>
  owner === undefined || identityUrn.test(owner)
    ? []
    : [
        {
          loc: ["flow_owner"],
          msg: `Unrecognized principal string: "${owner}". Allowed principal types in role "FlowOwner": [<AuthIdentityUrn>]`
        }
      ]

/** What is wrong with the principals in a payload. */
export const wrongPrincipals = (payload: { readonly [field: string]: unknown }) =>
  principalFields.flatMap(([field, role, everybody]) => {
    const principals = payload[field]
    return (Array.isArray(principals) ? (principals as ReadonlyArray<unknown>) : []).flatMap(
      (principal, index) =>
        principal === everybody || principalPattern.test(String(principal))
          ? []
          : [
              {
                loc: [field, index],
                msg: `Unrecognized principal string: "${String(principal)}". Allowed principal types in role "${role}": [<AuthGroupUrn>, <AuthIdentityUrn>]`
              }
            ]
    )
  })

/** Refuses who does not satisfy the policy of a flow, and says what a login has to be like. */
export const satisfying = (
  state: State,
  flow: Pick<Flow, "authentication_policy_id"> | undefined,
  who: Who,
  now: number
): Result.Result<void, Refusals.Refusal> => {
  const unmet = Session.unmetPolicy(state, who, flow?.authentication_policy_id ?? null, now)
  return unmet === undefined
    ? Result.succeed(undefined)
    : Result.fail(
        refusal(
          403,
          "AUTHENTICATION_POLICY_REQUIRED",
          "None of the identities in session meet the requirements for the authentication policy associated with this flow.",
          { authorization_parameters: unmet }
        )
      )
}

export const hasRole = (roles: ReadonlyArray<string>, wanted: ReadonlyArray<string>): boolean =>
  // Of some roles there is a plural.
  wanted.length === 0 || wanted.some((role) => roles.includes(role) || roles.includes(role.replace(/s$/, "")))

/** Who asks, what there is, and what time it is. */
export const now = Effect.gen(function* () {
  const caller = yield* Caller
  const state = yield* (yield* Store).current
  return { state, who: whoIs(state, caller), now: yield* Clock.currentTimeMillis }
})

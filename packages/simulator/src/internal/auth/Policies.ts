/** Authentication policies. */
import type { AuthApi } from "@effect-globus/sdk/auth"
import { PolicyId } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { change, type Handlers } from "../Service.ts"
import { set, type State, without } from "../State.ts"
import { Store } from "../Store.ts"
import { administered, administers, asked, ofMine } from "./Administration.ts"
import type { Policy } from "./Registry.ts"

const documentOf = (policy: Policy) => ({ ...policy })

/** A policy of a project that the caller administers. */
const mine = (state: State, identity: string, id: string) =>
  ofMine(state, identity, state.policies.get(id.toLowerCase()), "policy", id, ({ project_id }) => project_id)

export const policies: Handlers<(typeof AuthApi)["groups"]["policies"]> = {
  listPolicies: Effect.fnUntraced(function* () {
    const { identity, state } = yield* asked
    return {
      policies: [...state.policies.values()].flatMap((policy) => {
        const project = state.projects.get(policy.project_id)
        return project !== undefined && administers(state, identity, project) ? [documentOf(policy)] : []
      })
    }
  }),

  createPolicy: Effect.fnUntraced(function* ({ payload: { policy: asked } }) {
    const { uuid } = yield* Store
    const id = PolicyId.make(yield* uuid)
    return yield* change((state, identity) =>
      Result.map(administered(state, identity, asked.project_id), (project) => {
        const policy: Policy = {
          id,
          project_id: project.id,
          display_name: asked.display_name,
          description: asked.description,
          high_assurance: asked.high_assurance ?? false,
          authentication_assurance_timeout: asked.authentication_assurance_timeout ?? null,
          required_mfa: asked.required_mfa ?? false,
          domain_constraints_include: asked.domain_constraints_include ?? null,
          domain_constraints_exclude: asked.domain_constraints_exclude ?? null
        }
        return [{ policy: documentOf(policy) }, { ...state, policies: set(state.policies, policy) }] as const
      })
    )
  }),

  getPolicy: Effect.fnUntraced(function* ({ params }) {
    const { identity, state } = yield* asked
    return { policy: documentOf(yield* Effect.fromResult(mine(state, identity, params.policy_id))) }
  }),

  updatePolicy: Effect.fnUntraced(function* ({ params, payload: { policy: asked } }) {
    return yield* change((state, identity) =>
      Result.gen(function* () {
        const policy = yield* mine(state, identity, params.policy_id)
        const project =
          asked.project_id === undefined ? undefined : yield* administered(state, identity, asked.project_id)
        const given = <A>(value: A | undefined, before: A): A => (value === undefined ? before : value)
        const changed: Policy = {
          ...policy,
          project_id: project?.id ?? policy.project_id,
          display_name: asked.display_name ?? policy.display_name,
          description: asked.description ?? policy.description,
          authentication_assurance_timeout: given(
            asked.authentication_assurance_timeout,
            policy.authentication_assurance_timeout
          ),
          required_mfa: given(asked.required_mfa, policy.required_mfa) ?? false,
          domain_constraints_include: given(
            asked.domain_constraints_include,
            policy.domain_constraints_include
          ),
          domain_constraints_exclude: given(
            asked.domain_constraints_exclude,
            policy.domain_constraints_exclude
          )
        }
        return [
          { policy: documentOf(changed) },
          { ...state, policies: set(state.policies, changed) }
        ] as const
      })
    )
  }),

  deletePolicy: Effect.fnUntraced(function* ({ params }) {
    return yield* change((state, identity) =>
      Result.map(
        mine(state, identity, params.policy_id),
        (policy) =>
          [
            { policy: documentOf(policy) },
            { ...state, policies: without(state.policies, policy.id) }
          ] as const
      )
    )
  })
}

/** Version 3 of Globus Compute. */
import type { ComputeApi } from "@effect-globus/sdk/compute"
import { ComputeEndpointId, ComputeTaskId, FunctionId } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Refusals from "../Refusal.ts"
import { type Handlers, requiring } from "../Service.ts"
import { set } from "../State.ts"
import { Store } from "../Store.ts"
import {
  change,
  complete,
  deleteEndpoint,
  groupId,
  lockEndpoint,
  ownEndpoint,
  read,
  registerEndpoint,
  registerFunction,
  takeOn,
  visibleEndpoint
} from "./Service.ts"

export const v3: Handlers<(typeof ComputeApi)["groups"]["v3"]> = {
  registerEndpoint: Effect.fnUntraced(function* ({ payload }) {
    yield* requiring(Refusals.compute, payload, "endpoint_name", "metadata")
    return yield* registerEndpoint(yield* (yield* Store).uuid, payload, { isThere: false })
  }),

  updateEndpoint: ({ params, payload }) =>
    complete(payload, ["endpoint_name", "metadata"], () =>
      registerEndpoint(params.endpoint_id.toLowerCase(), payload, { isThere: true })
    ),

  deleteEndpoint: ({ params }) => deleteEndpoint(params.endpoint_id, undefined),

  lockEndpoint: ({ params }) => lockEndpoint(params.endpoint_id),

  getEndpointAllowlist: ({ params }) =>
    read((asked) =>
      Result.map(visibleEndpoint(asked, params.endpoint_id), ({ allowed_functions, id }) => ({
        endpoint_id: ComputeEndpointId.make(id),
        restricted: allowed_functions !== null,
        functions: allowed_functions?.map((id) => FunctionId.make(id)) ?? null
      }))
    ),

  getEndpointConsole: ({ params }) =>
    read((asked) => Result.map(ownEndpoint(asked, params.endpoint_id), () => ({ user_endpoints: [] }))),

  setSubscriptionAdminVerified: ({ params, payload }) =>
    change((asked) =>
      Result.map(ownEndpoint(asked, params.endpoint_id), (endpoint) => {
        const { compute } = asked.state
        const verified = payload.subscription_admin_verified
        return [
          { subscription_admin_verified: verified },
          { ...compute, endpoints: set(compute.endpoints, { ...endpoint, verified }) }
        ] as const
      })
    ),

  submit: Effect.fnUntraced(function* ({ params, payload }) {
    yield* requiring(Refusals.compute, payload, "tasks")
    const { uuid } = yield* Store
    const group = payload.task_group_id ?? groupId(yield* uuid)
    const request_id = yield* uuid
    const calls = yield* Effect.forEach(
      Object.entries(payload.tasks).flatMap(([called, calls]) =>
        calls.map((args) => [called, args] as const)
      ),
      ([called, args]) =>
        Effect.map(uuid, (id) => ({ id, function: called, endpoint: params.endpoint_id, arguments: args }))
    )
    return yield* change((asked) => {
      const [results, compute] = takeOn(asked, group, calls)
      // All are made, or none.
      const refused = results.find(Result.isFailure)
      if (refused !== undefined) return Result.fail(refused.failure)
      const tasks: Record<string, Array<ComputeTaskId>> = {}
      for (const call of calls) (tasks[call.function] ??= []).push(ComputeTaskId.make(call.id))
      return Result.succeed([
        {
          request_id,
          task_group_id: groupId(group),
          endpoint_id: ComputeEndpointId.make(params.endpoint_id.toLowerCase()),
          tasks
        },
        compute
      ])
    })
  }),

  registerFunction: ({ payload }) =>
    complete(payload, ["function_name", "function_code", "meta"], () =>
      registerFunction(payload, payload.meta)
    )
}

/** Globus Flows: flows, and runs that take their time. */
import { FlowsApi } from "@effect-globus/sdk/flows"
import { FlowsScopes, specificFlowScopes } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import { notFound } from "./flows/Answer.ts"
import { flows } from "./flows/Flows.ts"
import { registeredApis } from "./flows/RegisteredApis.ts"
import { runs } from "./flows/Runs.ts"
import * as Refusals from "./Refusal.ts"
import { type Handlers, make as makeService } from "./Service.ts"

type Groups = (typeof FlowsApi)["groups"] extends { readonly [name: string]: infer G } ? G : never

/** No simulated run ever asks anybody. */
const webInputs: Handlers<Groups> = {
  listWebInputs: () => Effect.succeed({ web_input_summaries: [], marker: null }),

  getWebInput: ({ params }) => Effect.fromResult(notFound("Web Input", params.web_input_id)),

  respondToWebInput: ({ params }) => Effect.fromResult(notFound("Web Input", params.web_input_id))
}

/** Globus Flows. */
export const make = makeService({
  name: "flows",
  voice: Refusals.flows,
  api: FlowsApi,
  handlers: { ...flows, ...runs, ...registeredApis, ...webInputs },
  need: (operation, scopes, params, state) => {
    const isFor = (resourceServer: string) =>
      resourceServer === FlowsScopes.resourceServer || state.flows.has(resourceServer)
    const ofFlow = (id: string | undefined) => ({
      isFor,
      anyOf: [specificFlowScopes(id?.toLowerCase() ?? "").user]
    })
    switch (operation) {
      case "runFlow":
      case "validateRun":
      case "listFlowRuns":
      case "listFlowRunLogs":
      case "resumeFlowRun":
        return ofFlow(params["flow_id"])
      case "resumeRun":
        return ofFlow(state.runs.get(params["run_id"]?.toLowerCase() ?? "")?.flow)
      default:
        return { isFor, anyOf: scopes.length === 0 ? [FlowsScopes.all] : [...scopes, FlowsScopes.all] }
    }
  }
})

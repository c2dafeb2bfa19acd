/** Globus Flows: methods of the Python SDK's two Flows clients, and what they are called here. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { FlowsApi } from "../../../src/flows/Api.ts"
import { type NewRun, RunActivityNotificationPolicy } from "../../../src/flows/Document.ts"
import { FlowsClient } from "../../../src/flows/FlowsClient.ts"
import { SpecificFlowClient } from "../../../src/flows/SpecificFlowClient.ts"
import type { Authorizer } from "../../../src/service/Authorizer.ts"
import type { Transport } from "../../../src/service/Transport.ts"
import * as Mapping from "./Mapping.ts"

/** The flow that the cases' `SpecificFlowClient` is for. */
const caseFlowId = "7dea9e8e-7d72-54cd-98a8-b71ca63c84f5"

/** Both clients in one, with the flow as an argument of the operations that have it in their path. */
const client = Effect.gen(function* () {
  const services = yield* Effect.context<Authorizer | Transport>()
  const flows = yield* Effect.provide(FlowsClient, FlowsClient.layer)
  const { resumeRun } = yield* SpecificFlowClient.make(caseFlowId)
  const ofFlow =
    <Args extends ReadonlyArray<unknown>, A, E>(
      call: (flow: SpecificFlowClient["Service"], ...args: Args) => Effect.Effect<A, E>
    ) =>
    (flowId: string = caseFlowId, ...args: Args) =>
      SpecificFlowClient.make(flowId).pipe(
        Effect.flatMap((flow) => call(flow, ...args)),
        Effect.provideContext(services)
      )
  return {
    ...flows,
    resumeRun,
    runFlow: ofFlow((flow, run: NewRun) => flow.runFlow(run)),
    validateRun: ofFlow((flow, run: NewRun) => flow.validateRun(run)),
    listFlowRuns: ofFlow((flow) => flow.listFlowRuns.page()),
    listFlowRunLogs: ofFlow((flow, runId: string) => flow.listFlowRunLogs.page(runId)),
    resumeFlowRun: ofFlow((flow, runId: string) => flow.resumeFlowRun(runId))
  }
})

/** The arguments are the fields of the document, also where there is but one. */
const fields = (operation: string): Mapping.Rule => ({ operation, payload: (body) => body })

export const flows: Mapping.Mapping = {
  calls: {
    FlowsClient: Mapping.calls(FlowsApi, client, {
      list_flows: "listFlows",
      create_flow: fields("createFlow"),
      validate_flow: fields("validateFlow"),
      get_flow: "getFlow",
      update_flow: fields("updateFlow"),
      delete_flow: "deleteFlow",
      list_runs: "listRuns",
      get_run: "getRun",
      update_run: fields("updateRun"),
      cancel_run: "cancelRun",
      get_run_definition: "getRunDefinition",
      get_run_logs: "listRunLogs",
      delete_run: "deleteRun",
      list_web_inputs: "listWebInputs",
      get_web_input: "getWebInput",
      respond_to_web_input: {
        operation: "respondToWebInput",
        payload: ({ value, ...rest }) => ({ response: { value }, ...rest })
      },
      list_registered_apis: "listRegisteredApis",
      get_registered_api: "getRegisteredApi"
    }),
    SpecificFlowClient: Mapping.calls(FlowsApi, client, {
      run_flow: fields("runFlow"),
      validate_run: fields("validateRun"),
      resume_run: "resumeRun"
    })
  },
  payloads: {
    RunActivityNotificationPolicy: Schema.encodeUnknownSync(RunActivityNotificationPolicy)
  },
  recorded: Mapping.recorded(FlowsApi, client, {
    createFlow: { title: "", definition: {} },
    validateFlow: { definition: {} },
    runFlow: { body: {} },
    validateRun: { body: {} },
    respondToWebInput: { response: { value: null } },
    updateRuns: { filters: { run_ids: [caseFlowId] } },
    createRegisteredApi: {
      name: "x",
      target: {
        type: "openapi",
        openapi_version: "3.1.0",
        destination: { method: "get", url: "https://example.org" },
        specification: {}
      },
      subscription_id: caseFlowId
    }
  })
}

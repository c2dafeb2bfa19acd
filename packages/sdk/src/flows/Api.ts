/**
 * The contract of Globus Flows: each operation's path, what it takes, what it answers, and the scope it needs. Clients
 * derive from it, and so may a simulated service; programs use `FlowsClient` and `SpecificFlowClient` instead.
 *
 * ```ts
 * import { FlowsApi } from "@effect-globus/sdk/flows"
 * import { OpenApi } from "effect/http-api"
 *
 * const openApi = OpenApi.fromApi(FlowsApi)
 * ```
 *
 * Docs: https://globusonline.github.io/globus-flows
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import { FlowId, RegisteredApiId, RunId, Uuid, WebInputId } from "../model/Id.ts"
import { FlowsScopes, specificFlowScopes } from "../model/Scopes.ts"
import { RequiredScopes } from "../service/GlobusService.ts"
import * as Operation from "../service/Operation.ts"
import * as Paging from "../service/Paging.ts"
import * as Query from "../service/Query.ts"
import * as Document from "./Document.ts"

const inFlows = (name: string) => FlowsScopes.all.replace(/all$/, name)

const viewFlows = [FlowsScopes.view_flows, FlowsScopes.all]
const manageFlows = [FlowsScopes.manage_flows, FlowsScopes.all]
const readRuns = [FlowsScopes.run_status, FlowsScopes.run_manage, FlowsScopes.all]
const manageRuns = [FlowsScopes.run_manage, FlowsScopes.all]
const viewWebInputs = [inFlows("web_input_view"), FlowsScopes.all]
const respondToWebInputs = [inFlows("web_input_respond"), FlowsScopes.all]

const page = { per_page: Query.positive, marker: Query.string }

const ofLog = { limit: Query.positive, reverse_order: Query.boolean, marker: Query.string }

const ofRuns = {
  filter_roles: Query.commas(Schema.String),
  filter_status: Query.commas(Document.RunStatus),
  filter_label: Query.commas(Schema.String),
  filter_start_time: Query.string,
  filter_completion_time: Query.string,
  orderby: Query.repeated(Schema.String),
  ...page
}

// -----------------------------------------------------------------------------
// models: flows
// -----------------------------------------------------------------------------

export const listFlows = Operation.get("listFlows", "/flows", {
  query: {
    filter_roles: Query.commas(Schema.String),
    filter_fulltext: Query.string,
    filter_title: Query.commas(Schema.String),
    filter_subtitle: Query.commas(Schema.String),
    filter_description: Query.commas(Schema.String),
    filter_keywords: Query.commas(Schema.String),
    filter_scope_string: Query.commas(Schema.String),
    orderby: Query.repeated(Schema.String),
    ...page
  },
  success: Document.FlowList,
  scopes: viewFlows
}).pipe(Operation.paged(Paging.marker("flows")))

export const createFlow = Operation.post("createFlow", "/flows", {
  payload: Document.NewFlow,
  success: Document.Flow,
  scopes: manageFlows
})

export const validateFlow = Operation.post("validateFlow", "/flows/validate", {
  payload: Document.FlowToValidate,
  success: Document.FlowValidation,
  scopes: manageFlows,
  idempotent: true
})

export const getFlow = Operation.get("getFlow", "/flows/:flow_id", {
  params: { flow_id: FlowId },
  query: {},
  success: Document.Flow,
  scopes: viewFlows
})

export const updateFlow = Operation.put("updateFlow", "/flows/:flow_id", {
  params: { flow_id: FlowId },
  payload: Document.FlowUpdate,
  success: Document.Flow,
  scopes: manageFlows
})

export const deleteFlow = Operation.del("deleteFlow", "/flows/:flow_id", {
  params: { flow_id: FlowId },
  query: {},
  success: Document.Flow,
  scopes: manageFlows
})

// -----------------------------------------------------------------------------
// models: runs
// -----------------------------------------------------------------------------

export const listRuns = Operation.get("listRuns", "/runs", {
  query: {
    filter_flow_id: Query.commas(Uuid),
    filter_flow_title: Query.commas(Schema.String),
    ...ofRuns
  },
  success: Document.RunList,
  scopes: readRuns
}).pipe(Operation.paged(Paging.marker("runs")))

export const getRun = Operation.get("getRun", "/runs/:run_id", {
  params: { run_id: RunId },
  query: { include_flow_description: Query.boolean },
  success: Document.Run,
  scopes: readRuns
})

export const updateRun = Operation.put("updateRun", "/runs/:run_id", {
  params: { run_id: RunId },
  payload: Document.RunUpdate,
  success: Document.Run,
  scopes: manageRuns
})

export const updateRuns = Operation.post("updateRuns", "/batch/runs", {
  payload: Document.RunsUpdate,
  success: Document.RunsUpdateAccepted,
  scopes: manageRuns
})

export const cancelRun = Operation.post("cancelRun", "/runs/:run_id/cancel", {
  params: { run_id: RunId },
  success: Document.Run,
  scopes: manageRuns,
  idempotent: true
})

export const getRunDefinition = Operation.get("getRunDefinition", "/runs/:run_id/definition", {
  params: { run_id: RunId },
  success: Document.RunDefinition,
  scopes: readRuns
})

export const listRunLogs = Operation.get("listRunLogs", "/runs/:run_id/log", {
  params: { run_id: RunId },
  query: ofLog,
  success: Document.RunLog,
  scopes: readRuns
}).pipe(Operation.paged(Paging.marker("entries")))

export const deleteRun = Operation.post("deleteRun", "/runs/:run_id/release", {
  params: { run_id: RunId },
  success: Document.Run,
  scopes: manageRuns,
  idempotent: true
})

// -----------------------------------------------------------------------------
// models: web inputs
// -----------------------------------------------------------------------------

export const listWebInputs = Operation.get("listWebInputs", "/web_inputs", {
  query: {
    filter_roles: Query.commas(Schema.String),
    filter_states: Query.commas(Schema.String),
    filter_flow_ids: Query.commas(Uuid),
    filter_run_ids: Query.commas(Uuid),
    orderby: Query.commas(Schema.String),
    ...page
  },
  success: Document.WebInputList,
  scopes: viewWebInputs
}).pipe(Operation.paged(Paging.nullableMarker("web_input_summaries")))

export const getWebInput = Operation.get("getWebInput", "/web_inputs/:web_input_id", {
  params: { web_input_id: WebInputId },
  success: Document.WebInput,
  scopes: viewWebInputs
})

export const respondToWebInput = Operation.post("respondToWebInput", "/web_inputs/:web_input_id/respond", {
  params: { web_input_id: WebInputId },
  payload: Document.WebInputAnswer,
  success: Document.WebInputAnswered,
  scopes: respondToWebInputs
})

// -----------------------------------------------------------------------------
// models: registered APIs
// -----------------------------------------------------------------------------

export const listRegisteredApis = Operation.get("listRegisteredApis", "/registered_apis", {
  query: {
    filter_roles: Query.commas(Schema.String),
    orderby: Query.repeated(Schema.String),
    ...page
  },
  success: Document.RegisteredApiList,
  scopes: [FlowsScopes.all]
}).pipe(Operation.paged(Paging.marker("registered_apis")))

export const createRegisteredApi = Operation.post("createRegisteredApi", "/registered_apis", {
  payload: Document.NewRegisteredApi,
  success: Document.RegisteredApi,
  scopes: [FlowsScopes.all]
})

export const getRegisteredApi = Operation.get("getRegisteredApi", "/registered_apis/:registered_api_id", {
  params: { registered_api_id: RegisteredApiId },
  query: {},
  success: Document.RegisteredApi,
  scopes: [FlowsScopes.all]
})

export const updateRegisteredApi = Operation.patch(
  "updateRegisteredApi",
  "/registered_apis/:registered_api_id",
  {
    params: { registered_api_id: RegisteredApiId },
    payload: Document.RegisteredApiUpdate,
    success: Document.RegisteredApi,
    scopes: [FlowsScopes.all]
  }
)

export const deleteRegisteredApi = Operation.del(
  "deleteRegisteredApi",
  "/registered_apis/:registered_api_id",
  {
    params: { registered_api_id: RegisteredApiId },
    success: Document.RegisteredApi,
    scopes: [FlowsScopes.all]
  }
)

// -----------------------------------------------------------------------------
// models: one flow
// -----------------------------------------------------------------------------

// These need the scope of the flow, of which only its client knows.

export const runFlow = Operation.post("runFlow", "/flows/:flow_id/run", {
  params: { flow_id: FlowId },
  payload: Document.NewRun,
  success: Document.Run
})

export const validateRun = Operation.post("validateRun", "/flows/:flow_id/validate_run", {
  params: { flow_id: FlowId },
  payload: Document.NewRun,
  success: Document.RunValidation,
  idempotent: true
})

export const resumeRun = Operation.post("resumeRun", "/runs/:run_id/resume", {
  params: { run_id: RunId },
  success: Document.Run
})

export const listFlowRuns = Operation.get("listFlowRuns", "/flows/:flow_id/runs", {
  params: { flow_id: FlowId },
  query: ofRuns,
  success: Document.FlowRunList
}).pipe(Operation.paged(Paging.marker("actions")))

export const listFlowRunLogs = Operation.get("listFlowRunLogs", "/flows/:flow_id/runs/:run_id/log", {
  params: { flow_id: FlowId, run_id: RunId },
  query: ofLog,
  success: Document.RunLog
}).pipe(Operation.paged(Paging.marker("entries")))

export const resumeFlowRun = Operation.post("resumeFlowRun", "/flows/:flow_id/:run_id/resume", {
  params: { flow_id: FlowId, run_id: RunId },
  success: Document.Run
})

// -----------------------------------------------------------------------------
// models: the service
// -----------------------------------------------------------------------------

/** What `FlowsClient` calls: all operations that a token for `flows.globus.org` authorizes. */
export const AllFlows = HttpApi.make("flows").add(
  HttpApiGroup.make("flows").add(listFlows, createFlow, validateFlow, getFlow, updateFlow, deleteFlow),
  HttpApiGroup.make("runs").add(
    listRuns,
    getRun,
    updateRun,
    updateRuns,
    cancelRun,
    getRunDefinition,
    listRunLogs,
    deleteRun
  ),
  HttpApiGroup.make("webInputs").add(listWebInputs, getWebInput, respondToWebInput),
  HttpApiGroup.make("registeredApis").add(
    listRegisteredApis,
    createRegisteredApi,
    getRegisteredApi,
    updateRegisteredApi,
    deleteRegisteredApi
  )
)

/** What `SpecificFlowClient` calls: the operations that a token for one flow authorizes. */
export const SpecificFlow = HttpApi.make("specificFlow").add(
  HttpApiGroup.make("specificFlow").add(
    runFlow,
    validateRun,
    resumeRun,
    listFlowRuns,
    listFlowRunLogs,
    resumeFlowRun
  )
)

/** The contract of Globus Flows. */
export const FlowsApi = HttpApi.make("flows")
  .addHttpApi(AllFlows)
  .addHttpApi(SpecificFlow.annotate(RequiredScopes, [specificFlowScopes("{flow_id}").user]))

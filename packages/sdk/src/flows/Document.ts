/**
 * The documents of Globus Flows: flows, their runs and what runs log, the questions that runs ask people, and registered
 * APIs. What Globus sends keeps every field, also those that are not listed here; dates are ISO 8601 strings as they
 * came.
 *
 * ```ts
 * import { Run } from "@effect-globus/sdk/flows"
 * import { Effect, Schema } from "effect"
 *
 * declare const stored: unknown
 *
 * const status = Schema.decodeUnknownEffect(Run)(stored).pipe(Effect.map((run) => run.status))
 * ```
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import {
  FlowId,
  given,
  received,
  RegisteredApiId,
  RunId,
  SubscriptionId,
  Uuid,
  WebInputId
} from "../model/Id.ts"

/** A list of principals, such as `urn:globus:auth:identity:…` and `urn:globus:groups:id:…`. */
const Principals = Schema.Array(Schema.String)

const text = Schema.optionalKey(Schema.NullOr(Schema.String))
const principals = Schema.optionalKey(Schema.NullOr(Principals))
const flag = Schema.optionalKey(Schema.NullOr(Schema.Boolean))

// -----------------------------------------------------------------------------
// models: flows
// -----------------------------------------------------------------------------

/** A flow: a process that may be run, who may see and start it, and the input that it takes. */
export const Flow = Document.make({
  id: received(FlowId),
  title: Schema.String,
  /** What the flow does: its states, and the one it starts at. Docs: https://docs.globus.org/api/flows/authoring-flows/ */
  definition: Schema.optionalKey(Document.Any),
  /** The JSON Schema of the input of a run; null where any input will do. */
  input_schema: Schema.optionalKey(Schema.NullOr(Document.Any)),
  subtitle: text,
  description: text,
  keywords: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String))),
  /** The scope that starts the flow, which `SpecificFlowClient` asks for. */
  globus_auth_scope: text,
  /** The scopes that the flow needs of those as whom its states run. */
  globus_auth_scopes_by_RunAs: Schema.optionalKey(
    Schema.NullOr(Schema.Union([Schema.Array(Schema.String), Document.Any]))
  ),
  types: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String))),
  flow_owner: text,
  /** Principals, or `public`. */
  flow_viewers: principals,
  /** Principals, or `all_authenticated_users`. */
  flow_starters: principals,
  flow_administrators: principals,
  run_managers: principals,
  run_monitors: principals,
  /** The roles that the caller has, the most powerful alone. */
  user_role: Schema.optionalKey(
    Schema.NullOr(
      Document.openLiterals([
        "flow_viewer",
        "flow_starter",
        "flow_administrator",
        "flow_owner",
        "run_monitor",
        "run_manager"
      ])
    )
  ),
  /** All roles that the caller has. */
  user_roles: Schema.optionalKey(
    Schema.NullOr(
      Schema.Array(
        Document.openLiterals([
          "flow_viewer",
          "flow_starter",
          "flow_administrator",
          "flow_owner",
          "flow_run_monitor",
          "flow_run_manager"
        ])
      )
    )
  ),
  created_at: text,
  updated_at: text,
  api_version: text,
  synchronous: flag,
  log_supported: flag,
  /** The principal as which the flow acts. */
  principal_urn: text,
  globus_auth_username: text,
  flow_url: text,
  is_high_assurance: flag,
  subscription_id: Schema.optionalKey(Schema.NullOr(received(SubscriptionId))),
  authentication_policy_id: text
})
export type Flow = typeof Flow.Type

const fieldsOfFlow = {
  subtitle: Schema.optional(Schema.String),
  description: Schema.optional(Schema.String),
  keywords: Schema.optional(Schema.Array(Schema.String)),
  /** Principals, or `public`. */
  flow_viewers: Schema.optional(Principals),
  /** Principals, or `all_authenticated_users`. */
  flow_starters: Schema.optional(Principals),
  flow_administrators: Schema.optional(Principals),
  run_managers: Schema.optional(Principals),
  run_monitors: Schema.optional(Principals),
  /** A JSON Schema. */
  input_schema: Schema.optional(Document.Any),
  authentication_policy_id: Schema.optional(Schema.NullOr(Uuid))
}

/** What a flow is created from. A field that is `undefined` is left out; `null` is sent. */
export const NewFlow = Document.make({
  ...fieldsOfFlow,
  title: Schema.String,
  definition: Document.Any,
  subscription_id: Schema.optional(Schema.NullOr(Uuid))
})
export type NewFlow = typeof NewFlow.Type

/** What of a flow is changed; whatever is left out stays as it is. */
export const FlowUpdate = Document.make({
  ...fieldsOfFlow,
  title: Schema.optional(Schema.String),
  definition: Schema.optional(Document.Any),
  flow_owner: Schema.optional(Schema.String),
  /** The subscription, `DEFAULT` for the caller's own. */
  subscription_id: Schema.optional(Schema.NullOr(Schema.Union([Schema.Literal("DEFAULT"), Uuid])))
})
export type FlowUpdate = typeof FlowUpdate.Type

/** A definition that is to be checked, with the schema of its input. */
export const FlowToValidate = Document.make({
  definition: Document.Any,
  input_schema: Schema.optional(Document.Any)
})
export type FlowToValidate = typeof FlowToValidate.Type

/** What is known of a definition that is valid. */
export const FlowValidation = Document.make({
  /** The scopes that the definition needs, by the `RunAs` under which it needs them. */
  scopes: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Schema.Array(Schema.String))))
})
export type FlowValidation = typeof FlowValidation.Type

/** A page of flows. */
export const FlowList = Document.make({
  flows: Schema.Array(Flow),
  limit: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  marker: text,
  has_next_page: flag
})
export type FlowList = typeof FlowList.Type

// -----------------------------------------------------------------------------
// models: runs
// -----------------------------------------------------------------------------

/**
 * How a run is doing. `ACTIVE`: it goes on. `INACTIVE`: it waits for somebody to act, for example to consent to a scope,
 * and to resume it. `SUCCEEDED`, `FAILED` (also when it was cancelled) and `ENDED` are final.
 */
export const RunStatus = Document.openLiterals(["ACTIVE", "INACTIVE", "SUCCEEDED", "FAILED", "ENDED"])
export type RunStatus = typeof RunStatus.Type

const RoleInRun = Document.openLiterals([
  "run_owner",
  "run_manager",
  "run_monitor",
  "flow_run_manager",
  "flow_run_monitor"
])

/** The flow of a run, as it was when the run started. */
export const FlowDescription = Document.make({
  id: Schema.optionalKey(received(FlowId)),
  title: Schema.optionalKey(Schema.String),
  subtitle: text,
  description: text,
  keywords: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String))),
  flow_owner: text,
  created_at: text,
  updated_at: text,
  deleted_at: text
})
export type FlowDescription = typeof FlowDescription.Type

/** A run of a flow. */
export const Run = Document.make({
  run_id: received(RunId),
  flow_id: received(FlowId),
  status: RunStatus,
  start_time: Schema.String,
  label: Schema.NullOr(Schema.String),
  tags: Schema.Array(Schema.String),
  run_owner: Schema.String,
  /** What the run came to, or is at: usually `code`, `description`, and `output` once it has succeeded. */
  details: Schema.NullOr(Document.Any),
  display_status: text,
  completion_time: text,
  flow_title: text,
  flow_last_updated: text,
  run_managers: principals,
  run_monitors: principals,
  /** The roles that the caller has, the most powerful alone. */
  user_role: Schema.optionalKey(Schema.NullOr(RoleInRun)),
  /** All roles that the caller has. */
  user_roles: Schema.optionalKey(Schema.NullOr(Schema.Array(RoleInRun))),
  /** The older name of `run_id`. */
  action_id: Schema.optionalKey(Schema.NullOr(received(RunId))),
  /** The question that the run waits for somebody to answer. */
  blocking_web_input_id: Schema.optionalKey(Schema.NullOr(received(WebInputId))),
  /** Only in the answer of `getRun` with `include_flow_description`. */
  flow_description: Schema.optionalKey(Schema.NullOr(FlowDescription))
})
export type Run = typeof Run.Type

/** When whoever started a run is told about it by mail. */
export const RunActivityNotificationPolicy = Document.make({
  /** The statuses that are worth a mail; only `INACTIVE` if nothing is said. */
  status: Schema.optional(
    Schema.Union([
      Schema.Array(Document.openLiterals(["INACTIVE", "SUCCEEDED", "FAILED"])),
      Document.openLiterals(["INACTIVE", "SUCCEEDED", "FAILED"])
    ])
  )
})
export type RunActivityNotificationPolicy = typeof RunActivityNotificationPolicy.Type

/** What a run is started with. A field that is `undefined` is left out. */
export const NewRun = Document.make({
  /** The input, which has to fit the flow's `input_schema`. */
  body: Document.Any,
  label: Schema.optional(Schema.String),
  tags: Schema.optional(Schema.Array(Schema.String)),
  run_managers: Schema.optional(Principals),
  run_monitors: Schema.optional(Principals),
  activity_notification_policy: Schema.optional(RunActivityNotificationPolicy)
})
export type NewRun = typeof NewRun.Type

/** What of a run is changed; whatever is left out stays as it is. */
export const RunUpdate = Document.make({
  label: Schema.optional(Schema.String),
  tags: Schema.optional(Schema.Array(Schema.String)),
  run_managers: Schema.optional(Principals),
  run_monitors: Schema.optional(Principals)
})
export type RunUpdate = typeof RunUpdate.Type

const listsOfRun = {
  tags: Schema.optional(Schema.Array(Schema.String)),
  run_managers: Schema.optional(Principals),
  run_monitors: Schema.optional(Principals)
}

const RunsUpdateFields = Document.make({
  filters: Document.make({ run_ids: Schema.Array(given(RunId)).check(Schema.isNonEmpty()) }),
  /** What takes the place of what the runs have; `status: "cancel"` cancels them. */
  set: Schema.optional(
    Document.make({ ...listsOfRun, status: Schema.optional(Document.openLiterals(["cancel"])) })
  ),
  /** What is added to what the runs have. */
  add: Schema.optional(Document.make(listsOfRun)),
  /** What is taken from what the runs have. */
  remove: Schema.optional(Document.make(listsOfRun))
})

const waysOfUpdating = ["set", "add", "remove"] as const
const namesOfLists = ["tags", "run_managers", "run_monitors"] as const

/** Flows does one thing with each list; where it is to do two, nobody could tell which comes first. */
const contradiction = (update: typeof RunsUpdateFields.Type) => {
  for (const name of namesOfLists) {
    const [way, another] = waysOfUpdating.filter((way) => update[way]?.[name] !== undefined)
    if (another !== undefined) {
      return { path: [another, name], issue: `Expected ${name} to be changed in one way, got ${way} too` }
    }
  }
  return undefined
}

/** What of several runs is changed: of each list of theirs, all (`set`) or a part (`add` or `remove`). */
export const RunsUpdate = RunsUpdateFields.check(Schema.makeFilter(contradiction))
export type RunsUpdate = typeof RunsUpdate.Type

/** That several runs are going to be changed. */
export const RunsUpdateAccepted = Document.make({})
export type RunsUpdateAccepted = typeof RunsUpdateAccepted.Type

/** That an input is fit to start a run with. */
export const RunValidation = Document.make({ message: text })
export type RunValidation = typeof RunValidation.Type

/** A page of runs. */
export const RunList = Document.make({
  runs: Schema.Array(Run),
  limit: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  marker: text,
  has_next_page: flag
})
export type RunList = typeof RunList.Type

/** A page of the runs of one flow, which calls them by their older name. */
export const FlowRunList = Document.make({
  actions: Schema.Array(Run),
  limit: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  marker: text,
  has_next_page: flag
})
export type FlowRunList = typeof FlowRunList.Type

/** The flow that a run executes, as it was when the run started. */
export const RunDefinition = Document.make({
  flow_id: received(FlowId),
  definition: Document.Any,
  input_schema: Schema.NullOr(Document.Any)
})
export type RunDefinition = typeof RunDefinition.Type

/** Something that happened in a run. */
export const RunLogEntry = Document.make({
  time: Schema.String,
  /** What it is, such as `FlowStarted`, `ActionCompleted`. */
  code: Schema.String,
  description: Schema.String,
  details: Schema.optionalKey(Schema.NullOr(Document.Any))
})
export type RunLogEntry = typeof RunLogEntry.Type

/** A page of what happened in a run. */
export const RunLog = Document.make({
  entries: Schema.Array(RunLogEntry),
  limit: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  marker: text,
  has_next_page: flag
})
export type RunLog = typeof RunLog.Type

// -----------------------------------------------------------------------------
// models: web inputs
// -----------------------------------------------------------------------------

const fieldsOfWebInput = {
  id: received(WebInputId),
  status: Document.openLiterals(["open", "closed"]),
  /** What the caller may do. */
  user_roles: Schema.Array(Document.openLiterals(["viewer", "respondent"])),
  input_type: Document.openLiterals(["selection"]),
  flow: Document.make({ id: received(FlowId), title: Schema.String }),
  run: Document.make({ id: received(RunId), label: Schema.NullOr(Schema.String) }),
  created_timestamp: Schema.String,
  edited_timestamp: Schema.String,
  closed_timestamp: Schema.NullOr(Schema.String)
}

/** A question that a run asks people on the web, in short. */
export const WebInputSummary = Document.make({ ...fieldsOfWebInput, title: Schema.String })
export type WebInputSummary = typeof WebInputSummary.Type

/** One of the answers that a question offers. */
export const WebInputOption = Document.make({
  option_id: Schema.String,
  label: Schema.String,
  description: Schema.String
})
export type WebInputOption = typeof WebInputOption.Type

/** What is shown with a question: `text`, or the `rows` of a table. */
export const WebInputContext = Document.make({
  title: Schema.String,
  presentation_style: Document.openLiterals(["text", "table"]),
  text: Schema.optionalKey(Schema.String),
  rows: Schema.optionalKey(Schema.Array(Document.make({ field: Schema.String, value: Schema.String })))
})
export type WebInputContext = typeof WebInputContext.Type

/** A question that a run asks people on the web, with all that is needed to answer it. */
export const WebInput = Document.make({
  ...fieldsOfWebInput,
  /** The JSON Schema of an answer. */
  input_schema: Document.Any,
  context: WebInputContext,
  /** The answers on offer; an answer is one's `option_id`. */
  options: Schema.optionalKey(Schema.NullOr(Schema.Array(WebInputOption))),
  roles: Document.make({ viewer_urns: Principals, respondent_urns: Principals }),
  creator_urn: Schema.String
})
export type WebInput = typeof WebInput.Type

/** An answer to a question: of a selection, the `option_id` that is chosen. */
export const WebInputAnswer = Document.make({ response: Document.make({ value: Schema.Unknown }) })
export type WebInputAnswer = typeof WebInputAnswer.Type

/** That an answer was taken. */
export const WebInputAnswered = Document.make({ status: Schema.optionalKey(Document.openLiterals(["ok"])) })
export type WebInputAnswered = typeof WebInputAnswered.Type

/** A page of questions. */
export const WebInputList = Document.make({
  web_input_summaries: Schema.Array(WebInputSummary),
  marker: text
})
export type WebInputList = typeof WebInputList.Type

// -----------------------------------------------------------------------------
// models: registered APIs
// -----------------------------------------------------------------------------

const fieldsOfRegisteredApi = {
  id: received(RegisteredApiId),
  name: Schema.String,
  description: Schema.NullOr(Schema.String),
  created_timestamp: Schema.String,
  updated_timestamp: Schema.String
}

/** An API that flows may call, in short. */
export const RegisteredApiSummary = Document.make(fieldsOfRegisteredApi)
export type RegisteredApiSummary = typeof RegisteredApiSummary.Type

/** The operation that a registered API calls. */
export const RegisteredApiTarget = Document.make({
  type: Schema.optionalKey(Document.openLiterals(["openapi"])),
  openapi_version: Schema.optionalKey(Schema.String),
  destination: Schema.optionalKey(
    Document.make({
      method: Schema.optionalKey(Document.openLiterals(["get", "post", "put", "patch", "delete"])),
      url: Schema.optionalKey(Schema.String)
    })
  ),
  specification: Schema.optionalKey(Document.Any),
  components: Schema.optionalKey(Schema.NullOr(Document.Any))
})
export type RegisteredApiTarget = typeof RegisteredApiTarget.Type

/** An API that flows may call. */
export const RegisteredApi = Document.make({
  ...fieldsOfRegisteredApi,
  roles: Schema.optionalKey(
    Document.make({ owners: principals, administrators: principals, viewers: principals })
  ),
  target: Schema.optionalKey(RegisteredApiTarget),
  data_templates: Schema.optionalKey(Schema.NullOr(Document.Any)),
  state_input_schema: Schema.optionalKey(Schema.NullOr(Document.Any)),
  status: Schema.optionalKey(Document.openLiterals(["ACTIVE", "INACTIVE"])),
  subscription_id: Schema.optionalKey(Schema.NullOr(received(SubscriptionId))),
  edited_timestamp: text,
  scheduled_deletion_timestamp: text
})
export type RegisteredApi = typeof RegisteredApi.Type

const method = Document.openLiterals([
  "get",
  "head",
  "post",
  "put",
  "delete",
  "connect",
  "options",
  "trace",
  "patch"
])

/** The OpenAPI Components Object that a specification refers to. */
const components = Schema.optional(Schema.NullOr(Document.Any))

const sharedByPayloads = {
  description: Schema.optional(Schema.NullOr(Schema.String)),
  roles: Schema.optional(
    Document.make({
      owners: Schema.optional(Schema.NullOr(Principals)),
      administrators: Schema.optional(Schema.NullOr(Principals)),
      viewers: Schema.optional(Schema.NullOr(Principals))
    })
  )
}

/** An API that flows are to be able to call: one operation, in the words of OpenAPI. */
export const NewRegisteredApi = Document.make({
  ...sharedByPayloads,
  name: Schema.NonEmptyString,
  target: Document.make({
    type: Document.openLiterals(["openapi"]),
    openapi_version: Schema.String,
    destination: Document.make({ method, url: Schema.NonEmptyString }),
    /** The OpenAPI Operation Object. */
    specification: Document.Any,
    components
  }),
  subscription_id: given(SubscriptionId)
})
export type NewRegisteredApi = typeof NewRegisteredApi.Type

/** What of a registered API is changed; whatever is left out stays as it is. A whole registered API will do. */
export const RegisteredApiUpdate = Document.make({
  ...sharedByPayloads,
  name: Schema.optional(Schema.NonEmptyString),
  target: Schema.optional(
    Document.make({
      type: Schema.optional(Document.openLiterals(["openapi"])),
      openapi_version: Schema.optional(Schema.String),
      destination: Schema.optional(
        Document.make({ method: Schema.optional(method), url: Schema.optional(Schema.NonEmptyString) })
      ),
      specification: Schema.optional(Document.Any),
      components
    })
  ),
  subscription_id: Schema.optional(Schema.NullOr(given(SubscriptionId)))
})
export type RegisteredApiUpdate = typeof RegisteredApiUpdate.Type

/** A page of registered APIs. */
export const RegisteredApiList = Document.make({
  registered_apis: Schema.Array(RegisteredApiSummary),
  limit: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  marker: text,
  has_next_page: flag
})
export type RegisteredApiList = typeof RegisteredApiList.Type

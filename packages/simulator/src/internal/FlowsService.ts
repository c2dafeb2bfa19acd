/** Globus Flows: flows, and runs that take their time. */
import { FlowsApi } from "@effect-globus/sdk/flows"
import { FlowId, FlowsScopes, RunId, specificFlowScopes } from "@effect-globus/sdk/model"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as JsonSchema from "effect/JsonSchema"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaRepresentation from "effect/SchemaRepresentation"
import * as FlowDefinition from "./FlowDefinition.ts"
import * as Groups from "./groups/Groups.ts"
import * as Instant from "./Instant.ts"
import * as Listing from "./Listing.ts"
import * as Refusals from "./Refusal.ts"
import { Caller, type Handlers, make as makeService } from "./Service.ts"
import { type Flow, type Run, set, type State, without } from "./State.ts"
import { Store } from "./Store.ts"

type Groups = (typeof FlowsApi)["groups"] extends { readonly [name: string]: infer G } ? G : never

const refusal = (status: number, code: string, message: string, fields?: Readonly<Record<string, unknown>>) =>
  new Refusals.Refusal({ status, code, message, fields })

const notFound = (what: string, id: string) =>
  Result.fail(refusal(404, "NOT_FOUND", `No ${what} exists with id value ${id}`))

/** What is wrong, in the form of a validation framework. */
const unprocessable = (
  mistakes: ReadonlyArray<{ readonly loc: ReadonlyArray<string | number>; readonly msg: string }>
) =>
  refusal(422, "UNPROCESSABLE_ENTITY", "", {
    detail: mistakes.map((mistake) => ({ ...mistake, type: "value_error" })),
    message: `${mistakes.length} validation error${mistakes.length === 1 ? "" : "s"} in body. ${mistakes
      .map(({ loc, msg }) => `$.${loc.join(".")}: ${msg}`)
      .join("; ")}`
  })

// -----------------------------------------------------------------------------
// roles
// -----------------------------------------------------------------------------

const urnOf = (identity: string): string => `urn:globus:auth:identity:${identity}`

/** Who acts, and the principals that they amount to. */
interface Who {
  readonly identity: string
  readonly principals: ReadonlyArray<string>
}

const whoIs = (state: State, identity: string): Who => ({
  identity,
  principals: Groups.principalsOf(state, identity)
})

const isAmong = (principals: ReadonlyArray<string>, who: Who): boolean =>
  principals.some((principal) => who.principals.includes(principal))

const rolesInFlow = (flow: Flow, who: Who) => [
  ...(flow.owner === who.identity ? ["flow_owner" as const] : []),
  ...(isAmong(flow.administrators, who) ? ["flow_administrator" as const] : []),
  ...(flow.starters.includes("all_authenticated_users") || isAmong(flow.starters, who)
    ? ["flow_starter" as const]
    : []),
  ...(flow.viewers.includes("public") || isAmong(flow.viewers, who) ? ["flow_viewer" as const] : []),
  ...(isAmong(flow.run_managers, who) ? ["flow_run_manager" as const] : []),
  ...(isAmong(flow.run_monitors, who) ? ["flow_run_monitor" as const] : [])
]

const rolesInRun = (state: State, run: Run, who: Who) => {
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

/** What is wrong with the principals in a payload. */
const wrongPrincipals = (payload: { readonly [field: string]: unknown }) =>
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

const forbidden = (what: string, id: string, permission: string) =>
  refusal(
    403,
    "FORBIDDEN",
    `You do not have the necessary permissions to perform this action on the ${what} with id value ${id}. Missing permissions: ${permission}.`
  )

// -----------------------------------------------------------------------------
// flows
// -----------------------------------------------------------------------------

const flowOf = (flow: Flow, who: Who) => {
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
// runs
// -----------------------------------------------------------------------------

type Status = "ACTIVE" | "SUCCEEDED" | "FAILED" | "ENDED"

/** When a run ends. */
export const endOf = (run: Run): number => run.canceled ?? run.started + run.course.ends

/** How a run is at this moment. */
export const statusOf = (run: Run, now: number): Status =>
  now < endOf(run) ? "ACTIVE" : run.canceled === null ? run.course.status : "ENDED"

const stepsOf = (run: Run, now: number) => {
  const until = Math.min(now, endOf(run))
  const steps = run.course.steps
    .filter(({ at }) => run.started + at <= until)
    .map(({ at, code, description, details }) => ({
      time: Instant.withMicroseconds(run.started + at),
      code,
      description,
      details
    }))
  return run.canceled === null || run.canceled > now
    ? steps
    : [
        ...steps,
        {
          time: Instant.withMicroseconds(run.canceled),
          code: "FlowCanceled",
          description: "The Flow Instance was canceled",
          details: {}
        }
      ]
}

const detailsOf = (run: Run, now: number): FlowDefinition.Object => {
  const status = statusOf(run, now)
  if (status === "ENDED") return { code: "FlowCanceled", description: "The Flow run was canceled" }
  if (status !== "ACTIVE") return run.course.details
  const last = run.course.steps.findLast(({ at }) => run.started + at <= now)
  return last === undefined
    ? { code: "FlowStarting", description: "The Flow is starting execution", details: { input: run.input } }
    : { code: last.code, description: last.description, details: last.details }
}

const runOf = (state: State, run: Run, who: Who, now: number) => {
  const status = statusOf(run, now)
  const roles = rolesInRun(state, run, who)
  const id = RunId.make(run.id)
  return {
    run_id: id,
    action_id: id,
    flow_id: FlowId.make(run.flow),
    flow_title: run.title,
    flow_last_updated: Instant.withMicroseconds(run.flowUpdated),
    status,
    display_status: status,
    start_time: Instant.withMicroseconds(run.started),
    completion_time: status === "ACTIVE" ? null : Instant.withMicroseconds(endOf(run)),
    label: run.label,
    tags: run.tags,
    details: detailsOf(run, now),
    run_owner: urnOf(run.owner),
    created_by: urnOf(run.owner),
    run_managers: run.managers,
    run_monitors: run.monitors,
    manage_by: run.managers,
    monitor_by: run.monitors,
    user_role: roles[0] ?? null,
    user_roles: roles,
    blocking_web_input_id: null
  }
}

/** A run that the caller may see. */
const visibleRun = (state: State, who: Who, id: string): Result.Result<Run, Refusals.Refusal> => {
  const run = state.runs.get(id.toLowerCase())
  return run === undefined
    ? notFound("Run", id)
    : rolesInRun(state, run, who).length === 0
      ? Result.fail(forbidden("run", id, "VIEW"))
      : Result.succeed(run)
}

/** A run that the caller may manage. */
const managedRun = (state: State, who: Who, id: string): Result.Result<Run, Refusals.Refusal> =>
  Result.flatMap(visibleRun(state, who, id), (run) =>
    rolesInRun(state, run, who).some((role) => role === "run_owner" || role.endsWith("run_manager"))
      ? Result.succeed(run)
      : Result.fail(forbidden("run", id, "MANAGE"))
  )

const conflict = (id: string, status: Status, needed: string) =>
  refusal(
    409,
    "STATE_CONFLICT",
    `Run ${id} has status '${status}' but must have status in {${needed}} for requested operation`
  )

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

/** Says why an input does not fit the schema of a flow; a schema that cannot be read lets everything pass. */
const checkInput = (
  schema: Flow["input_schema"],
  input: FlowDefinition.Object
): Result.Result<void, Refusals.Refusal> => {
  if (schema === null) return Result.succeed(undefined)
  const read = Option.liftThrowable(() =>
    SchemaRepresentation.fromJsonSchemaDocument(JsonSchema.fromSchemaDraft2020_12(schema), {
      patterns: "ignore"
    })
  )()
  if (Option.isNone(read)) return Result.succeed(undefined)
  const decoded = Schema.decodeUnknownResult(read.value as Schema.Decoder<unknown>, {
    errors: "all",
    onExcessProperty: "error"
  })(input)
  if (Result.isSuccess(decoded)) return Result.succeed(undefined)
  const detail = formatIssue(decoded.failure.issue).issues.map(({ message, path = [] }) => ({
    loc: [
      ["$", ...path.map((segment) => String(typeof segment === "object" ? segment.key : segment))].join(".")
    ],
    type: "InvalidActionInput",
    msg: message
  }))
  return Result.fail(
    refusal(400, "FLOW_INPUT_ERROR", "", {
      detail,
      message: `Input failed schema validation with ${detail.length} error${detail.length === 1 ? "" : "s"}.`
    })
  )
}

/** What a run is started with. */
export interface NewRun {
  readonly body: FlowDefinition.Object
  readonly label?: string | null | undefined
  readonly tags?: ReadonlyArray<string> | undefined
  readonly run_managers?: ReadonlyArray<string> | undefined
  readonly run_monitors?: ReadonlyArray<string> | undefined
  readonly [field: string]: unknown
}

/** A flow that the caller may run with this input. */
const runnable = (
  state: State,
  who: Who,
  id: string,
  payload: NewRun
): Result.Result<Flow, Refusals.Refusal> =>
  Result.gen(function* () {
    const flow = state.flows.get(id.toLowerCase())
    if (flow === undefined) return yield* notFound("Flow", id)
    const roles: ReadonlyArray<string> = rolesInFlow(flow, who)
    if (!["flow_owner", "flow_administrator", "flow_starter"].some((role) => roles.includes(role))) {
      return yield* Result.fail(forbidden("flow", id, "RUN"))
    }
    const wrong = wrongPrincipals(payload)
    if (wrong.length > 0) return yield* Result.fail(unprocessable(wrong))
    yield* checkInput(flow.input_schema, payload.body)
    return flow
  })

/** The run of a flow that somebody starts. */
export const startRun = (
  state: State,
  identity: string,
  now: number,
  newId: string,
  flowId: string,
  payload: NewRun
): Result.Result<Run, Refusals.Refusal> =>
  Result.map(runnable(state, whoIs(state, identity), flowId, payload), (flow): Run => {
    const label = payload.label ?? null
    return {
      id: newId,
      flow: flow.id,
      title: flow.title,
      flowUpdated: flow.updated,
      definition: flow.definition,
      input_schema: flow.input_schema,
      owner: identity,
      label,
      tags: payload.tags ?? [],
      managers: payload.run_managers ?? [],
      monitors: payload.run_monitors ?? [],
      input: payload.body,
      started: now,
      canceled: null,
      course: FlowDefinition.run(flow.definition, payload.body, {
        start: now,
        actionDuration: Math.ceil(state.pace.action_seconds * 1000),
        creator: urnOf(identity),
        label,
        timeOf: Instant.withMicroseconds
      })
    }
  })

// -----------------------------------------------------------------------------
// pages
// -----------------------------------------------------------------------------

/** A page of a list, which goes on from a marker. */
const page = <A>(
  items: ReadonlyArray<A>,
  query: { readonly limit: number | undefined; readonly marker: string | undefined; readonly usual: number }
): Result.Result<
  {
    readonly items: ReadonlyArray<A>
    readonly limit: number
    readonly marker: string | null
    readonly has_next_page: boolean
  },
  Refusals.Refusal
> => {
  const [, position] = query.marker === undefined ? ["", "0"] : (/^after-(\d+)$/.exec(query.marker) ?? [])
  if (position === undefined)
    return Result.fail(refusal(400, "BAD_REQUEST", `Invalid marker: ${query.marker}`))
  const start = Number(position)
  const limit = Math.min(Math.max(query.limit ?? query.usual, 1), 100)
  const next = start + limit
  const more = next < items.length
  return Result.succeed({
    items: items.slice(start, next),
    limit,
    marker: more ? `after-${next}` : null,
    has_next_page: more
  })
}

const listOf = (value: string | ReadonlyArray<string> | undefined): ReadonlyArray<string> =>
  value === undefined ? [] : typeof value === "string" ? [value] : value

const hasRole = (roles: ReadonlyArray<string>, wanted: ReadonlyArray<string>): boolean =>
  // Of some roles there is a plural.
  wanted.length === 0 || wanted.some((role) => roles.includes(role) || roles.includes(role.replace(/s$/, "")))

const everything = 1_000_000

const ordered = <A extends Listing.Item>(
  items: ReadonlyArray<A>,
  orderby: string | ReadonlyArray<string> | undefined,
  usual: string
): ReadonlyArray<A> =>
  Listing.page(items, { orderby }, { orderby: usual, limit: everything, maximum: everything }).items

/** Who asks, what there is, and what time it is. */
const now = Effect.gen(function* () {
  const { identity } = yield* Caller
  const state = yield* (yield* Store).current
  return { state, who: whoIs(state, identity), now: yield* Clock.currentTimeMillis }
})

/** Changes a run, and gives it as it is then. */
const changeRun = Effect.fnUntraced(function* (
  id: string,
  how: (run: Run, now: number) => Result.Result<Run, Refusals.Refusal>
) {
  const { attempt } = yield* Store
  const { identity } = yield* Caller
  return yield* attempt((state, now) => {
    const who = whoIs(state, identity)
    const changed = Result.flatMap(managedRun(state, who, id), (run) => how(run, now))
    return Result.isSuccess(changed)
      ? [
          Result.succeed(runOf(state, changed.success, who, now)),
          { ...state, runs: set(state.runs, changed.success) }
        ]
      : [Result.fail(changed.failure), state]
  })
})

// -----------------------------------------------------------------------------
// the service
// -----------------------------------------------------------------------------

const handlers: Handlers<Groups> = {
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
  }),

  runFlow: Effect.fnUntraced(function* ({ params, payload }) {
    const { attempt, uuid } = yield* Store
    const { identity } = yield* Caller
    const id = yield* uuid
    return yield* attempt((state, now) => {
      const started = startRun(state, identity, now, id, params.flow_id, payload)
      return Result.isSuccess(started)
        ? [
            Result.succeed(runOf(state, started.success, whoIs(state, identity), now)),
            { ...state, runs: set(state.runs, started.success) }
          ]
        : [Result.fail(started.failure), state]
    })
  }),

  validateRun: Effect.fnUntraced(function* ({ params, payload }) {
    const { state, who } = yield* now
    yield* Effect.fromResult(runnable(state, who, params.flow_id, payload))
    return { message: "validation successful" }
  }),

  resumeRun: Effect.fnUntraced(function* ({ params }) {
    return yield* changeRun(params.run_id, (run, now) =>
      // No simulated run ever waits for somebody.
      Result.fail(conflict(run.id, statusOf(run, now), "'INACTIVE'"))
    )
  }),

  listRuns: Effect.fnUntraced(function* ({ query }) {
    const { now: at, state, who } = yield* now
    const flows: ReadonlyArray<string> = listOf(query.filter_flow_id)
    const found = [...state.runs.values()].filter((run) => {
      const roles = rolesInRun(state, run, who)
      return (
        roles.length > 0 &&
        hasRole(roles, listOf(query.filter_roles)) &&
        (flows.length === 0 || flows.includes(run.flow))
      )
    })
    const runs = ordered(
      found.map((run) => runOf(state, run, who, at)),
      query.orderby,
      "start_time DESC"
    )
    const { items, ...others } = yield* Effect.fromResult(
      page(runs, { limit: query.per_page, marker: query.marker, usual: 20 })
    )
    return { runs: items, ...others }
  }),

  getRun: Effect.fnUntraced(function* ({ params, query }) {
    const { now: at, state, who } = yield* now
    const run = yield* Effect.fromResult(visibleRun(state, who, params.run_id))
    const flow = state.flows.get(run.flow)
    const document = runOf(state, run, who, at)
    if (query.include_flow_description !== true || flow === undefined) return document
    const { created_at, description, flow_owner, id, keywords, subtitle, title, updated_at } = flowOf(
      flow,
      who
    )
    return {
      ...document,
      flow_description: { id, title, subtitle, description, keywords, flow_owner, created_at, updated_at }
    }
  }),

  updateRun: ({ params, payload }) => {
    const wrong = wrongPrincipals(payload)
    return changeRun(params.run_id, (run) =>
      wrong.length > 0
        ? Result.fail(unprocessable(wrong))
        : Result.succeed({
            ...run,
            label: payload.label ?? run.label,
            tags: payload.tags ?? run.tags,
            managers: payload.run_managers ?? run.managers,
            monitors: payload.run_monitors ?? run.monitors
          })
    )
  },

  cancelRun: ({ params }) =>
    changeRun(params.run_id, (run, now) =>
      Result.succeed(statusOf(run, now) === "ACTIVE" ? { ...run, canceled: now } : run)
    ),

  deleteRun: Effect.fnUntraced(function* ({ params }) {
    const run = yield* changeRun(params.run_id, (run, now) => {
      const status = statusOf(run, now)
      return status === "ACTIVE"
        ? Result.fail(conflict(run.id, status, "'ENDED', 'SUCCEEDED', 'FAILED'"))
        : Result.succeed(run)
    })
    yield* (yield* Store).modify((state) => [undefined, { ...state, runs: without(state.runs, run.run_id) }])
    return run
  }),

  getRunDefinition: Effect.fnUntraced(function* ({ params }) {
    const { state, who } = yield* now
    const run = yield* Effect.fromResult(visibleRun(state, who, params.run_id))
    return {
      flow_id: FlowId.make(run.flow),
      definition: run.definition,
      input_schema: run.input_schema ?? {}
    }
  }),

  listRunLogs: Effect.fnUntraced(function* ({ params, query }) {
    const { now: at, state, who } = yield* now
    const run = yield* Effect.fromResult(visibleRun(state, who, params.run_id))
    const steps = stepsOf(run, at)
    const { items, ...others } = yield* Effect.fromResult(
      page(query.reverse_order === true ? steps.toReversed() : steps, {
        limit: query.limit,
        marker: query.marker,
        usual: 10
      })
    )
    return { entries: items, ...others }
  }),

  listWebInputs: () => Effect.succeed({ web_input_summaries: [], marker: null }),

  getWebInput: ({ params }) => Effect.fromResult(notFound("Web Input", params.web_input_id)),

  respondToWebInput: ({ params }) => Effect.fromResult(notFound("Web Input", params.web_input_id)),

  listRegisteredApis: () =>
    Effect.succeed({ registered_apis: [], limit: 20, marker: null, has_next_page: false }),

  getRegisteredApi: ({ params }) => Effect.fromResult(notFound("Registered API", params.registered_api_id))
}

/** Globus Flows. */
export const make = makeService({
  name: "flows",
  voice: Refusals.flows,
  api: FlowsApi,
  handlers,
  need: (operation, scopes, params, state) => {
    const isFor = (resourceServer: string) =>
      resourceServer === FlowsScopes.resourceServer || state.flows.has(resourceServer)
    const ofFlow = (id: string | undefined) => ({ isFor, anyOf: [specificFlowScopes(id ?? "").user] })
    switch (operation) {
      case "runFlow":
      case "validateRun":
        return ofFlow(params["flow_id"])
      case "resumeRun":
        return ofFlow(state.runs.get(params["run_id"] ?? "")?.flow)
      default:
        return { isFor, anyOf: scopes.length === 0 ? [FlowsScopes.all] : [...scopes, FlowsScopes.all] }
    }
  }
})

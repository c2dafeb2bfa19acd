/** Runs: starting them, and how they are going. */
import type { FlowsApi } from "@effect-globus/sdk/flows"
import { FlowId, RunId } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as JsonSchema from "effect/JsonSchema"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaRepresentation from "effect/SchemaRepresentation"
import * as FlowDefinition from "../FlowDefinition.ts"
import * as Instant from "../Instant.ts"
import type * as Refusals from "../Refusal.ts"
import { Caller, type Handlers, listOf } from "../Service.ts"
import type * as Session from "../Session.ts"
import { type Flow, type Run, set, type State, without } from "../State.ts"
import { Store } from "../Store.ts"
import { forbidden, notFound, ordered, page, refusal, says, unprocessable } from "./Answer.ts"
import { flowOf } from "./Flows.ts"
import * as Hindrance from "./Hindrance.ts"
import {
  hasRole,
  now,
  rolesInFlow,
  rolesInRun,
  satisfying,
  urnOf,
  type Who,
  whoIs,
  wrongPrincipals
} from "./Roles.ts"

type Status = "ACTIVE" | "INACTIVE" | "SUCCEEDED" | "FAILED" | "ENDED"

/** When a run ends, or begins to wait for somebody. */
export const endOf = (run: Run): number => run.canceled ?? run.started + run.course.ends

/** How a run is at this moment. */
export const statusOf = (run: Run, now: number): Status =>
  now < endOf(run) ? "ACTIVE" : run.canceled === null ? run.course.status : "ENDED"

/** Whether a run will never change its status again. */
export const isOver = (status: Status): boolean => status !== "ACTIVE" && status !== "INACTIVE"

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
    completion_time: isOver(status) ? Instant.withMicroseconds(endOf(run)) : null,
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

/** A run that the caller may look into. */
const visibleRun = (state: State, who: Who, id: string, now: number): Result.Result<Run, Refusals.Refusal> =>
  Result.gen(function* () {
    const run = state.runs.get(id.toLowerCase())
    if (run === undefined) return yield* notFound("Run", id)
    if (rolesInRun(state, run, who).length === 0) return yield* Result.fail(forbidden("run", id, "VIEW"))
    yield* satisfying(state, state.flows.get(run.flow), who, now)
    return run
  })

/** A run that the caller may manage. */
const managedRun = (state: State, who: Who, id: string, now: number): Result.Result<Run, Refusals.Refusal> =>
  Result.flatMap(visibleRun(state, who, id, now), (run) =>
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

/** Changes a run, and gives it as it is then. */
const changeRun = Effect.fnUntraced(function* (
  id: string,
  how: (run: Run, now: number, state: State) => Result.Result<Run, Refusals.Refusal>
) {
  const { change } = yield* Store
  const caller = yield* Caller
  return yield* change((state, now) => {
    const who = whoIs(state, caller)
    return Result.map(
      Result.flatMap(managedRun(state, who, id, now), (run) => how(run, now, state)),
      (run) => [runOf(state, run, who, now), { ...state, runs: set(state.runs, run) }] as const
    )
  })
})

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
  readonly activity_notification_policy?:
    | { readonly status?: string | ReadonlyArray<string> | undefined }
    | undefined
  readonly [field: string]: unknown
}

const notified = ["INACTIVE", "SUCCEEDED", "FAILED"]

/** When whoever starts a run wants to be told about it. */
const notifiesOf = ({ activity_notification_policy: policy }: NewRun): ReadonlyArray<string> =>
  listOf(policy?.status ?? "INACTIVE")

const wrongNotifications = (payload: NewRun) =>
  notifiesOf(payload).flatMap((status, index) =>
    notified.includes(status)
      ? []
      : [
          {
            loc: ["activity_notification_policy", "status", index],
            msg: `value is not a valid enumeration member; permitted: ${notified.join(", ")}`
          }
        ]
  )

/** A flow that the caller may run with this input. */
const runnable = (
  state: State,
  who: Who,
  id: string,
  payload: NewRun,
  now: number
): Result.Result<Flow, Refusals.Refusal> =>
  Result.gen(function* () {
    const flow = state.flows.get(id.toLowerCase())
    if (flow === undefined) return yield* notFound("Flow", id)
    const roles: ReadonlyArray<string> = rolesInFlow(flow, who)
    if (!["flow_owner", "flow_administrator", "flow_starter"].some((role) => roles.includes(role))) {
      return yield* Result.fail(forbidden("flow", id, "RUN"))
    }
    yield* satisfying(state, flow, who, now)
    const wrong = [...wrongPrincipals(payload), ...wrongNotifications(payload)]
    if (wrong.length > 0) return yield* Result.fail(unprocessable(wrong))
    yield* checkInput(flow.input_schema, payload.body)
    return flow
  })

/** With whose consents, and with which login, a run is started. */
export interface Starter extends Session.Actor {
  readonly client: string
  /** The scopes of the services on whose behalf. Default: none. */
  readonly behalf?: ReadonlyArray<string> | undefined
}

const conditionsOf = (state: State, run: Omit<Run, "course">): FlowDefinition.Conditions => ({
  start: run.started,
  actionDuration: Math.ceil(state.pace.action_seconds * 1000),
  creator: urnOf(run.owner),
  label: run.label,
  managers: run.managers,
  monitors: run.monitors,
  timeOf: Instant.withMicroseconds,
  hindrance: Hindrance.of(state, run)
})

/** The run of a flow that somebody starts. */
export const startRun = (
  state: State,
  starter: Starter,
  now: number,
  newId: string,
  flowId: string,
  payload: NewRun
): Result.Result<Run, Refusals.Refusal> =>
  Result.map(runnable(state, whoIs(state, starter), flowId, payload, now), (flow): Run => {
    const run = {
      id: newId,
      flow: flow.id,
      title: flow.title,
      flowUpdated: flow.updated,
      definition: flow.definition,
      input_schema: flow.input_schema,
      owner: starter.identity,
      client: starter.client,
      behalf: starter.behalf ?? [],
      label: payload.label ?? null,
      tags: payload.tags ?? [],
      notifies: notifiesOf(payload),
      managers: payload.run_managers ?? [],
      monitors: payload.run_monitors ?? [],
      input: payload.body,
      started: now,
      canceled: null
    }
    return {
      ...run,
      course: FlowDefinition.run(flow.definition, payload.body, conditionsOf(state, run))
    }
  })

/** A run that goes on, with the consents that its owner has given to some client. */
const resumed = (state: State, run: Run, client: string, now: number): Run => {
  const next = { ...run, client, behalf: [] }
  return {
    ...next,
    course: FlowDefinition.resume(run.definition, run.course, now - run.started, conditionsOf(state, next))
  }
}

const resume = Effect.fnUntraced(function* (id: string) {
  const { client } = yield* Caller
  return yield* changeRun(id, (run, now, state) => {
    const status = statusOf(run, now)
    return status === "INACTIVE"
      ? Result.succeed(resumed(state, run, client, now))
      : Result.fail(conflict(run.id, status, "'INACTIVE'"))
  })
})

const canceled = (run: Run, now: number): Run =>
  isOver(statusOf(run, now)) ? run : { ...run, canceled: now }

// -----------------------------------------------------------------------------
// lists
// -----------------------------------------------------------------------------

/** Whether a time is in a range such as `2025-01-01,2025-02-01`, of which either side may be left out. */
const isWithin = (time: string | null, range: string | undefined): boolean => {
  if (range === undefined) return true
  const [from = "", to = ""] = range.split(",").map((side) => side.trim())
  const at = Date.parse(time ?? "")
  return !Number.isNaN(at) && (from === "" || at >= Date.parse(from)) && (to === "" || at <= Date.parse(to))
}

interface RunsQuery {
  readonly filter_roles?: string | ReadonlyArray<string> | undefined
  readonly filter_status?: string | ReadonlyArray<string> | undefined
  readonly filter_label?: string | ReadonlyArray<string> | undefined
  readonly filter_flow_title?: string | ReadonlyArray<string> | undefined
  readonly filter_start_time?: string | undefined
  readonly filter_completion_time?: string | undefined
  readonly orderby?: string | ReadonlyArray<string> | undefined
  readonly per_page?: number | undefined
  readonly marker?: string | undefined
}

/** A page of the runs that the caller may see, of some flows or of all. */
const listed = Effect.fnUntraced(function* (flows: ReadonlyArray<string>, query: RunsQuery) {
  const { now: at, state, who } = yield* now
  const statuses = listOf(query.filter_status)
  const found = [...state.runs.values()].flatMap((run) => {
    const roles = rolesInRun(state, run, who)
    const document = runOf(state, run, who, at)
    const isMeant =
      roles.length > 0 &&
      hasRole(roles, listOf(query.filter_roles)) &&
      (flows.length === 0 || flows.includes(run.flow)) &&
      (statuses.length === 0 || statuses.includes(document.status)) &&
      says(run.label ?? "", query.filter_label) &&
      says(run.title, query.filter_flow_title) &&
      isWithin(document.start_time, query.filter_start_time) &&
      isWithin(document.completion_time, query.filter_completion_time)
    return isMeant ? [document] : []
  })
  return yield* Effect.fromResult(
    page(ordered(found, query.orderby, "start_time DESC"), {
      limit: query.per_page,
      marker: query.marker,
      usual: 20
    })
  )
})

interface LogQuery {
  readonly limit?: number | undefined
  readonly marker?: string | undefined
  readonly reverse_order?: boolean | undefined
}

/** A page of what happened in a run, of a flow if it is said. */
const logged = Effect.fnUntraced(function* (id: string, query: LogQuery, flow?: string) {
  const { now: at, state, who } = yield* now
  const run = yield* Effect.fromResult(visibleRun(state, who, id, at))
  if (flow !== undefined && run.flow !== flow.toLowerCase())
    return yield* Effect.fromResult(notFound("Run", id))
  const steps = stepsOf(run, at)
  const { items, ...others } = yield* Effect.fromResult(
    page(query.reverse_order === true ? steps.toReversed() : steps, {
      limit: query.limit,
      marker: query.marker,
      usual: 10
    })
  )
  return { entries: items, ...others }
})

// -----------------------------------------------------------------------------
// several at once
// -----------------------------------------------------------------------------

interface Lists {
  readonly tags?: ReadonlyArray<string> | undefined
  readonly run_managers?: ReadonlyArray<string> | undefined
  readonly run_monitors?: ReadonlyArray<string> | undefined
}

/** A list that is replaced, to which something is added, or from which something is taken. */
const updated = (
  before: ReadonlyArray<string>,
  name: keyof Lists,
  { add, remove, set: given }: { readonly [way in "add" | "remove" | "set"]?: Lists | undefined }
): ReadonlyArray<string> =>
  given?.[name] ??
  [...new Set([...before, ...(add?.[name] ?? [])])].filter((item) => remove?.[name]?.includes(item) !== true)

// -----------------------------------------------------------------------------
// handlers
// -----------------------------------------------------------------------------

export const runs: Handlers<(typeof FlowsApi)["groups"]["runs" | "specificFlow"]> = {
  runFlow: Effect.fnUntraced(function* ({ params, payload }) {
    const { change, uuid } = yield* Store
    const caller = yield* Caller
    const id = yield* uuid
    return yield* change((state, now) =>
      Result.map(
        startRun(state, caller, now, id, params.flow_id, payload),
        (run) =>
          [runOf(state, run, whoIs(state, caller), now), { ...state, runs: set(state.runs, run) }] as const
      )
    )
  }),

  validateRun: Effect.fnUntraced(function* ({ params, payload }) {
    const { now: at, state, who } = yield* now
    yield* Effect.fromResult(runnable(state, who, params.flow_id, payload, at))
    return { message: "validation successful" }
  }),

  resumeRun: ({ params }) => resume(params.run_id),

  resumeFlowRun: Effect.fnUntraced(function* ({ params }) {
    const { runs } = yield* (yield* Store).current
    return runs.get(params.run_id.toLowerCase())?.flow === params.flow_id.toLowerCase()
      ? yield* resume(params.run_id)
      : yield* Effect.fromResult(notFound("Run", params.run_id))
  }),

  listRuns: Effect.fnUntraced(function* ({ query }) {
    const { items, ...others } = yield* listed(listOf(query.filter_flow_id), query)
    return { runs: items, ...others }
  }),

  listFlowRuns: Effect.fnUntraced(function* ({ params, query }) {
    const { items, ...others } = yield* listed([params.flow_id.toLowerCase()], query)
    return { actions: items, ...others }
  }),

  getRun: Effect.fnUntraced(function* ({ params, query }) {
    const { now: at, state, who } = yield* now
    const run = yield* Effect.fromResult(visibleRun(state, who, params.run_id, at))
    const flow = state.flows.get(run.flow)
    const document = runOf(state, run, who, at)
    if (query.include_flow_description !== true || flow === undefined) return document
    const { created_at, description, flow_owner, id, keywords, subtitle, title, updated_at } = flowOf(
      state,
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

  updateRuns: Effect.fnUntraced(function* ({ payload }) {
    const { change } = yield* Store
    const caller = yield* Caller
    const ways = { set: payload.set, add: payload.add, remove: payload.remove }
    return yield* change((state, now) =>
      Result.gen(function* () {
        const who = whoIs(state, caller)
        const wrong = Object.entries(ways).flatMap(([way, lists]) =>
          wrongPrincipals(lists ?? {}).map(({ loc, msg }) => ({ loc: [way, ...loc], msg }))
        )
        if (wrong.length > 0) return yield* Result.fail(unprocessable(wrong))
        let { runs } = state
        for (const id of payload.filters.run_ids) {
          // Here, a run that is not there is one that the caller may not manage.
          if (!state.runs.has(id.toLowerCase())) return yield* Result.fail(forbidden("run", id, "MANAGE"))
          const run = yield* managedRun(state, who, id, now)
          runs = set(runs, {
            ...(payload.set?.status === "cancel" ? canceled(run, now) : run),
            tags: updated(run.tags, "tags", ways),
            managers: updated(run.managers, "run_managers", ways),
            monitors: updated(run.monitors, "run_monitors", ways)
          })
        }
        return [{}, { ...state, runs }] as const
      })
    )
  }),

  cancelRun: ({ params }) => changeRun(params.run_id, (run, now) => Result.succeed(canceled(run, now))),

  deleteRun: Effect.fnUntraced(function* ({ params }) {
    const run = yield* changeRun(params.run_id, (run, now) => {
      const status = statusOf(run, now)
      return isOver(status)
        ? Result.succeed(run)
        : Result.fail(conflict(run.id, status, "'ENDED', 'SUCCEEDED', 'FAILED'"))
    })
    yield* (yield* Store).modify((state) => [undefined, { ...state, runs: without(state.runs, run.run_id) }])
    return run
  }),

  getRunDefinition: Effect.fnUntraced(function* ({ params }) {
    const { now: at, state, who } = yield* now
    const run = yield* Effect.fromResult(visibleRun(state, who, params.run_id, at))
    return {
      flow_id: FlowId.make(run.flow),
      definition: run.definition,
      input_schema: run.input_schema ?? {}
    }
  }),

  listRunLogs: ({ params, query }) => logged(params.run_id, query),

  listFlowRunLogs: ({ params, query }) => logged(params.run_id, query, params.flow_id)
}

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
import { Caller, type Handlers } from "../Service.ts"
import { type Flow, type Run, set, type State, without } from "../State.ts"
import { Store } from "../Store.ts"
import { forbidden, listOf, notFound, ordered, page, refusal, unprocessable } from "./Answer.ts"
import { flowOf } from "./Flows.ts"
import { hasRole, now, rolesInFlow, rolesInRun, urnOf, type Who, whoIs, wrongPrincipals } from "./Roles.ts"

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
// handlers
// -----------------------------------------------------------------------------

export const runs: Handlers<(typeof FlowsApi)["groups"]["runs" | "specificFlow"]> = {
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
  })
}

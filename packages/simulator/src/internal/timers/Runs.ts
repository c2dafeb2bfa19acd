/**
 * The runs of timers. Nothing happens in the background: whoever looks at the state sees it as if every timer had run
 * when it was due, with the transfers and the runs of flows that it started.
 */
import { specificFlowScopes, TimersScopes, TransferScopes } from "@effect-globus/sdk/model"
import { TransferData } from "@effect-globus/sdk/transfer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Consents from "../Consents.ts"
import * as FlowRuns from "../flows/Runs.ts"
import { Refusal } from "../Refusal.ts"
import * as Settling from "../Settling.ts"
import * as State from "../State.ts"
import * as Submissions from "../transfer/Submissions.ts"
import { uuidOf } from "../uuidOf.ts"
import * as Callback from "./Callback.ts"
import * as Timers from "./Timers.ts"

const { timer: timerScope } = TimersScopes

const decodeTransfer = Schema.decodeUnknownResult(TransferData.TransferDocument)

type Started = readonly [Result.Result<NonNullable<Timers.Outcome["resource"]>, Refusal>, State.State]

const unusable = (detail: string) =>
  Result.fail(new Refusal({ status: 400, code: "BAD_REQUEST", message: detail }))

const missingConsent = (message: string, scope: string) =>
  Result.fail(
    new Refusal({ status: 403, code: "ConsentRequired", message, fields: { required_scopes: [scope] } })
  )

const startTransfer = (
  state: State.State,
  timer: Timers.Timer,
  at: number,
  id: string,
  body: Timers.Timer["body"]
): Started => {
  const label = typeof body["label"] === "string" ? body["label"] : timer.name
  const transfer = decodeTransfer({
    ...body,
    label: label === null ? null : `${label}, run ${timer.runs + 1}`,
    submission_id: uuidOf(`submission ${id}`)
  })
  if (Result.isFailure(transfer)) return [unusable(transfer.failure.message), state]
  const who = { identity: timer.owner, client: timer.client, behalf: [timerScope] }
  if (timer.consented && !Consents.covers(state.consents, who, who.behalf)) {
    return [missingConsent("Missing required consent to transfer", TransferScopes.all), state]
  }
  const [accepted, next] = Submissions.submitTransfer(state, who, at, id, transfer.success)
  return [Result.map(accepted, ({ id }) => ({ type: "task", id })), next]
}

const startFlow = (
  state: State.State,
  timer: Timers.Timer,
  at: number,
  id: string,
  flow: string,
  { body, run_managers, run_monitors, tags }: Timers.Timer["body"]
): Started => {
  const scope = specificFlowScopes(flow).user
  const party = { identity: timer.owner, client: timer.client }
  if (state.flows.has(flow) && !Consents.covers(state.consents, party, [timerScope, scope])) {
    return [missingConsent("Missing required consent to run the flow", scope), state]
  }
  const strings = (value: unknown) =>
    Array.isArray(value) ? value.filter((item) => typeof item === "string") : []
  const run = FlowRuns.startRun(state, { ...party, behalf: [timerScope] }, at, id, flow, {
    body: typeof body === "object" && body !== null ? { ...body } : {},
    label: timer.name,
    tags: strings(tags),
    run_managers: strings(run_managers),
    run_monitors: strings(run_monitors)
  })
  return Result.isSuccess(run)
    ? [
        Result.succeed({ type: "run", id: run.success.id }),
        { ...state, runs: State.set(state.runs, run.success) }
      ]
    : [Result.fail(run.failure), state]
}

/** Does what a timer is for. */
const start = (state: State.State, timer: Timers.Timer, at: number): Started => {
  const id = uuidOf(`run of ${timer.id} at ${at}`)
  if (timer.type === "transfer") return startTransfer(state, timer, at, id, timer.body)
  if (timer.flow !== null) return startFlow(state, timer, at, id, timer.flow, timer.body)
  const action = Callback.read(timer.callbackUrl, timer.body)
  switch (action._tag) {
    case "Transfer":
      return startTransfer(state, timer, at, id, action.body)
    case "Flow":
      return startFlow(state, timer, at, id, action.flow, action.body)
    case "Unknown":
      return [
        Result.fail(
          new Refusal({
            status: 501,
            code: "NOT_IMPLEMENTED",
            message: `This is a simulation of Globus, and it does not call ${timer.callbackUrl}.`
          })
        ),
        state
      ]
  }
}

/** What a login has to be like so that a run is not refused, as far as a login helps. */
const requirementsOf = ({ code, fields = {}, message }: Refusal): Timers.Pause["detail"] => {
  const { authorization_parameters, required_scopes } = fields
  if (Array.isArray(required_scopes)) {
    return {
      code: "ConsentRequired",
      authorization_parameters: {
        session_message: message,
        required_scopes: required_scopes.map((scope) => `${timerScope}[${String(scope)}]`)
      }
    }
  }
  return authorization_parameters === undefined ? null : { code, authorization_parameters }
}

/** How many outcomes are kept. */
const kept = 1000

/** A timer that has run, and what else has changed. */
const run = (state: State.State, timer: Timers.Timer, at: number): State.State => {
  const [started, changed] = start(state, timer, at)
  const failure = Result.isFailure(started) ? started.failure : undefined
  const outcome: Timers.Outcome = {
    ran: at,
    resource: Result.isSuccess(started) ? started.success : null,
    error:
      failure === undefined ? null : { status: failure.status, code: failure.code, detail: failure.message }
  }
  const detail = failure === undefined ? null : requirementsOf(failure)
  const ran = {
    ...timer,
    errors: timer.errors + (failure === undefined ? 0 : 1),
    outcomes: [outcome, ...timer.outcomes].slice(0, kept)
  }
  const runs = timer.runs + 1
  const next: Timers.Timer =
    detail === null
      ? { ...ran, runs, next: Timers.after(timer.schedule, at, runs) }
      : // The run is made up for once a login has mended what was missing.
        { ...ran, pause: { cause: "globus_auth_requirements", detail } }
  return { ...changed, timers: State.set(changed.timers, next) }
}

/** The timer that is due first. */
const due = (state: State.State, now: number): readonly [Timers.Timer, number] | undefined => {
  let first: readonly [Timers.Timer, number] | undefined
  for (const timer of state.timers.values()) {
    const { next, pause } = timer
    if (next !== null && pause === null && next <= now && (first === undefined || next < first[1])) {
      first = [timer, next]
    }
  }
  return first
}

/** Lets whatever is due by now happen, in its order. */
export const settle = (state: State.State, now: number): State.State => {
  let current = state
  for (let next = due(current, now); next !== undefined; next = due(current, now)) {
    const [timer, at] = next
    current = run(Settling.settle(current, at), timer, at)
  }
  return Settling.settle(current, now)
}

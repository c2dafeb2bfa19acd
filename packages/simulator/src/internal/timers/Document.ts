/** Timers as Globus Timers shows them, and what came of their runs. */
import * as Option from "effect/Option"
import * as FlowRuns from "../flows/Runs.ts"
import * as Instant from "../Instant.ts"
import type { State } from "../State.ts"
import { taskOf } from "../transfer/Tasks.ts"
import * as TransferTasks from "../TransferTasks.ts"
import * as Timers from "./Timers.ts"

type Timer = Timers.Timer

/** `2022-04-01T19:30:00+00:00`, with microseconds where there are any. */
const timeOf = (milliseconds: number): string =>
  milliseconds % 1000 === 0 ? Instant.ofTask(milliseconds) : Instant.withMicroseconds(milliseconds)

const timeOrNull = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : timeOf(milliseconds)

// -----------------------------------------------------------------------------
// what came of runs
// -----------------------------------------------------------------------------

/** The transfer task or the run of a flow that a timer has started, as it is at this moment. */
const resourceOf = (state: State, { ran, resource }: Timers.Outcome, owner: string, now: number) => {
  const action = {
    action_id: resource?.id,
    creator_id: `urn:globus:auth:identity:${owner}`,
    start_time: timeOf(ran),
    manage_by: [],
    monitor_by: [],
    release_after: "P30D"
  }
  if (resource?.type === "task") {
    const task = Option.getOrUndefined(TransferTasks.get(state.tasks, resource.id))
    if (task === undefined) return undefined
    const { ended, status } = TransferTasks.progress(task, now)
    const { label } = task
    const completion_time = timeOrNull(ended)
    return {
      status,
      ended,
      data: {
        ...action,
        label,
        status,
        display_status: status,
        completion_time,
        details: { ...taskOf(state, task, now), event_list: [] }
      }
    }
  }
  const run = resource === null ? undefined : state.runs.get(resource.id)
  if (run === undefined) return undefined
  const status = FlowRuns.statusOf(run, now)
  const ended = FlowRuns.isOver(status) ? FlowRuns.endOf(run) : null
  return {
    status,
    ended,
    data: {
      ...action,
      label: run.label,
      status,
      display_status: status,
      completion_time: timeOrNull(ended),
      details: { flow_id: run.flow, run_id: run.id }
    }
  }
}

/** Whether what was started has not ended: a run that waits for somebody may go on. */
const isUnderWay = (status: string): boolean => status === "ACTIVE" || status === "INACTIVE"

const resultOf = (state: State, outcome: Timers.Outcome, owner: string, now: number) => {
  const resource = resourceOf(state, outcome, owner, now)
  const { error, ran } = outcome
  const status = error?.status ?? 202
  return {
    ran_at: timeOf(ran),
    run_status:
      error !== null ||
      (resource !== undefined && !isUnderWay(resource.status) && resource.status !== "SUCCEEDED")
        ? "failed"
        : resource !== undefined && isUnderWay(resource.status)
          ? "in_progress"
          : "succeeded",
    resource_id: outcome.resource?.id ?? null,
    data: resource?.data ?? null,
    errors: error === null ? null : { code: error.code, detail: error.detail },
    status,
    http_status_submission: status,
    http_status_polled: resource === undefined ? null : 200,
    start_timestamp: timeOf(ran),
    end_timestamp: error === null ? timeOrNull(resource?.ended ?? null) : timeOf(ran),
    last_check_timestamp: resource === undefined ? null : timeOf(now),
    next_check_timestamp: null
  }
}

// -----------------------------------------------------------------------------
// timers
// -----------------------------------------------------------------------------

const scheduleOf = ({ count, first, interval, until }: Timers.Schedule) =>
  interval === null
    ? ({ type: "once", datetime: timeOf(first) } as const)
    : ({
        type: "recurring",
        interval_seconds: interval / 1000,
        start: timeOf(first),
        end:
          count !== null
            ? { condition: "iterations", count }
            : until !== null
              ? { condition: "time", datetime: timeOf(until) }
              : null
      } as const)

const activityOf = (state: State, timer: Timer, now: number) => {
  const { next, outcomes, owner, pause } = timer
  const [last] = outcomes
  if (pause !== null) return { code: "paused", reason: pause.cause } as const
  if (last !== undefined && resourceOf(state, last, owner, now)?.status === "ACTIVE") {
    return {
      code: "run_in_progress",
      start_timestamp: timeOf(last.ran),
      duration_seconds: (now - last.ran) / 1000
    } as const
  }
  return next === null ? null : ({ code: "awaiting_next_run", next_run: timeOf(next) } as const)
}

const common = (state: State, timer: Timer, now: number) => ({
  job_id: timer.id,
  name: timer.name,
  status: Timers.statusOf(timer, now),
  timer_type: timer.type,
  submitted_at: timeOf(timer.submitted),
  last_ran_at: timeOrNull(timer.outcomes[0]?.ran ?? null),
  next_run: timeOrNull(timer.next),
  inactive_reason: timer.pause === null ? null : { ...timer.pause },
  activity: activityOf(state, timer, now),
  schedule: scheduleOf(timer.schedule),
  ...(timer.flow === null ? {} : { flow_id: timer.flow })
})

/** A timer as it is shown when it is created. */
export const timerOf = (state: State, timer: Timer, now: number) => ({
  ...common(state, timer, now),
  number_of_runs: timer.runs,
  number_of_errors: timer.errors,
  body: timer.body
})

/** How many results a page has, unless it is said. */
const usualResults = 10

/** Which of the results of a timer's runs are shown. */
export interface Page {
  readonly start: number
  readonly size: number
}

/** A timer as the older operations show it, with a page of what came of its runs. */
export const jobOf = (
  state: State,
  timer: Timer,
  now: number,
  { size = usualResults, start = 0 }: Partial<Page> = {}
) => {
  const { count, first, interval, until } = timer.schedule
  const end = start + size
  return {
    ...common(state, timer, now),
    start: timeOf(first),
    interval: interval === null ? null : interval / 1000,
    stop_after: count === null && until === null ? null : { date: timeOrNull(until), n_runs: count },
    callback_url: timer.callbackUrl,
    callback_body: timer.type === "transfer" ? { body: timer.body } : timer.body,
    scope: timer.scope,
    n_runs: timer.runs,
    n_errors: timer.errors,
    results: {
      data: timer.outcomes.slice(start, end).map((outcome) => resultOf(state, outcome, timer.owner, now)),
      page_next: end < timer.outcomes.length ? `after-${end}` : null
    }
  }
}

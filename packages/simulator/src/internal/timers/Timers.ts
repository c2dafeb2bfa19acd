/** Timers: what they do and when, and what came of their runs so far. */
import type { FlowId, JobId } from "@effect-globus/sdk/model"
import type * as World from "../../World.ts"
import * as Instant from "../Instant.ts"
import * as Callback from "./Callback.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** When a timer runs: times are milliseconds since 1970. */
export interface Schedule {
  readonly first: number
  /** Milliseconds between two runs; null for a single one. */
  readonly interval: number | null
  /** How often it runs. */
  readonly count: number | null
  /** When the last run is, at the latest. */
  readonly until: number | null
}

/** What came of one run. */
export interface Outcome {
  readonly ran: number
  readonly resource: { readonly type: "task" | "run"; readonly id: string } | null
  readonly error: { readonly status: number; readonly code: string; readonly detail: string } | null
}

/** Why a timer does not run. */
export interface Pause {
  readonly cause: "user" | "globus_auth_requirements"
  readonly detail: { readonly [field: string]: unknown } | null
}

export interface Timer {
  readonly id: JobId
  readonly name: string | null
  /** The identity and the client for which it acts. */
  readonly owner: string
  readonly client: string
  /** Whether its owner has consented to it; those of a world are there without. */
  readonly consented: boolean
  readonly type: "transfer" | "flow" | "generic"
  /** The transfer, what a run is started with, or what is sent to an action provider. */
  readonly body: { readonly [field: string]: unknown }
  readonly flow: FlowId | null
  readonly callbackUrl: string
  readonly scope: string | null
  readonly schedule: Schedule
  readonly submitted: number
  /** When it runs next; null if it has run for the last time. */
  readonly next: number | null
  readonly runs: number
  readonly errors: number
  readonly pause: Pause | null
  /** The latest first. */
  readonly outcomes: ReadonlyArray<Outcome>
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** A timer that has not run yet. */
export const make = (
  timer: Pick<Timer, "id" | "name" | "owner" | "client" | "type" | "body" | "schedule" | "submitted"> &
    Partial<Pick<Timer, "flow" | "callbackUrl" | "scope" | "pause" | "consented">>
): Timer => {
  const flow = timer.flow ?? null
  const { first, until } = timer.schedule
  // What should have begun before is not made up for: it runs once now, and then when it is time.
  const next = Math.max(first, timer.submitted)
  return {
    consented: true,
    scope: null,
    pause: null,
    callbackUrl: flow === null ? Callback.transferUrl : Callback.flowUrl(flow),
    ...timer,
    flow,
    next: until !== null && next > until ? null : next,
    runs: 0,
    errors: 0,
    outcomes: []
  }
}

/** The schedule that a program or a world describes; its times must be dates. */
export const scheduleFrom = (
  schedule: {
    readonly type: string
    readonly datetime?: string | null | undefined
    readonly start?: string | null | undefined
    readonly interval_seconds?: number | undefined
    readonly end?:
      | { readonly count?: number | undefined; readonly datetime?: string | undefined }
      | null
      | undefined
  },
  now: number
): Schedule => {
  const timeOf = (text: string | null | undefined) =>
    text === null || text === undefined ? now : Date.parse(text)
  const { datetime, end, interval_seconds, start } = schedule
  return schedule.type === "once" || interval_seconds === undefined
    ? { first: timeOf(datetime), interval: null, count: 1, until: null }
    : {
        first: timeOf(start),
        interval: interval_seconds * 1000,
        count: end?.count ?? null,
        until: end?.datetime === undefined ? null : Date.parse(end.datetime)
      }
}

/** A timer of a world. */
export const fromWorld = (
  timer: World.Timer,
  idOf: (person: string | undefined) => string,
  client: string,
  now: number
): Timer =>
  make({
    id: timer.id,
    name: timer.name ?? null,
    owner: idOf(timer.owner),
    client: timer.client ?? client,
    type: timer.timer_type,
    body: timer.body,
    schedule: scheduleFrom(timer.schedule, now),
    submitted: now,
    consented: false,
    pause: timer.paused === true ? { cause: "user", detail: null } : null,
    ...(timer.timer_type === "flow" ? { flow: timer.flow_id } : {}),
    ...(timer.timer_type === "generic" ? { callbackUrl: timer.callback_url, scope: timer.scope ?? null } : {})
  })

/** A timer as a world describes it. */
export const toWorld = (timer: Timer, client: World.Client["id"] | undefined): World.Timer => {
  const { count, first, interval, until } = timer.schedule
  const start = Instant.format(first)
  const common = {
    id: timer.id,
    ...(timer.name === null ? {} : { name: timer.name }),
    owner: timer.owner,
    ...(client === undefined ? {} : { client }),
    schedule:
      interval === null
        ? { type: "once" as const, datetime: start }
        : {
            type: "recurring" as const,
            interval_seconds: interval / 1000,
            start,
            ...(count === null ? {} : { end: { condition: "iterations" as const, count } }),
            ...(until === null
              ? {}
              : { end: { condition: "time" as const, datetime: Instant.format(until) } })
          },
    paused: timer.pause !== null,
    body: timer.body
  }
  if (timer.type === "flow" && timer.flow !== null) {
    return { ...common, timer_type: "flow", flow_id: timer.flow }
  }
  return timer.type === "transfer"
    ? { ...common, timer_type: "transfer" }
    : {
        ...common,
        timer_type: "generic",
        callback_url: timer.callbackUrl,
        ...(timer.scope === null ? {} : { scope: timer.scope })
      }
}

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** When a timer runs after some moment, having run so often. */
export const after = (
  { count, first, interval, until }: Schedule,
  moment: number,
  runs: number
): number | null => {
  if (interval === null || (count !== null && runs >= count)) return null
  const next = first + Math.max(0, Math.floor((moment - first) / interval) + 1) * interval
  return until !== null && next > until ? null : next
}

/** A timer that does nothing until it is resumed. */
export const pause = (timer: Timer): Timer => ({ ...timer, pause: { cause: "user", detail: null } })

/** A timer that goes on, with the consents to another client if there is one, and makes up for a run that it has missed. */
export const resume = (timer: Timer, client: string | undefined, now: number): Timer => {
  const { next, schedule } = timer
  const isOver = schedule.until !== null && now > schedule.until
  return {
    ...timer,
    client: client ?? timer.client,
    consented: timer.consented || client !== undefined,
    pause: null,
    next: next === null || (next < now && isOver) ? null : Math.max(next, now)
  }
}

export type Status = "new" | "active" | "inactive" | "ended"

export const statusOf = ({ next, pause, runs, submitted }: Timer, now: number): Status => {
  if (next === null) return "ended"
  if (pause !== null) return "inactive"
  return runs === 0 && submitted === now ? "new" : "active"
}

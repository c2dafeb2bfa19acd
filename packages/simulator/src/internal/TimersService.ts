/** Globus Timers: timers that transfer or run flows when it is time. */
import { FlowId, JobId, TimersScopes } from "@effect-globus/sdk/model"
import { FlowTimer, TimersApi, TransferTimer } from "@effect-globus/sdk/timers"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Refusals from "./Refusal.ts"
import { Caller, type Handlers, listOf, make as makeService } from "./Service.ts"
import { set, type State, without } from "./State.ts"
import { Store } from "./Store.ts"
import * as Document from "./timers/Document.ts"
import * as Timers from "./timers/Timers.ts"

type ApiGroups = (typeof TimersApi)["groups"] extends { readonly [name: string]: infer G } ? G : never

type Timer = Timers.Timer

const noTimer = (id: string) =>
  new Refusals.Refusal({ status: 404, code: "NOT_FOUND", message: `No timer with id ${id} was found` })

/** What is wrong with a payload, in the form of a validation framework. */
const unprocessable = (
  mistakes: ReadonlyArray<{ readonly path: ReadonlyArray<string>; readonly msg: string }>
) =>
  new Refusals.Refusal({
    status: 422,
    code: "",
    message: "",
    fields: {
      detail: mistakes.map(({ msg, path }) => ({
        loc: ["body", ...path],
        msg,
        type: msg === "field required" ? "value_error.missing" : "value_error"
      }))
    }
  })

// -----------------------------------------------------------------------------
// one's own timers
// -----------------------------------------------------------------------------

/** A timer of whoever asks. */
const own = (state: State, identity: string, id: string): Result.Result<Timer, Refusals.Refusal> => {
  const timer = state.timers.get(id.toLowerCase())
  return timer === undefined || timer.owner !== identity ? Result.fail(noTimer(id)) : Result.succeed(timer)
}

const withTimer = Effect.fnUntraced(function* (id: string) {
  const { identity } = yield* Caller
  const state = yield* (yield* Store).current
  const now = yield* Clock.currentTimeMillis
  return { now, state, timer: yield* Effect.fromResult(own(state, identity, id)) }
})

/** Changes a timer. */
const change = Effect.fnUntraced(function* (
  id: string,
  how: (timer: Timer, now: number) => Result.Result<Timer, Refusals.Refusal>
) {
  const { attempt } = yield* Store
  const { identity } = yield* Caller
  return yield* attempt((state, now) => {
    const changed = Result.flatMap(own(state, identity, id), (timer) => how(timer, now))
    return Result.isSuccess(changed)
      ? [changed, { ...state, timers: set(state.timers, changed.success) }]
      : [changed, state]
  })
})

const ended = (id: string) =>
  new Refusals.Refusal({ status: 409, code: "CONFLICT", message: `The timer ${id} has ended` })

/** Takes a timer on, and shows it with the state in which it is. */
const add = Effect.fnUntraced(function* <A>(
  make: (id: JobId, now: number) => Timer,
  show: (state: State, timer: Timer, now: number) => A
) {
  const { modify, uuid } = yield* Store
  const id = JobId.make(yield* uuid)
  return yield* modify((state, now) => {
    const timer = make(id, now)
    const next = { ...state, timers: set(state.timers, timer) }
    return [show(next, timer, now), next]
  })
})

// -----------------------------------------------------------------------------
// what is asked for
// -----------------------------------------------------------------------------

const isTransferTimer = Schema.is(TransferTimer.TransferTimer)
const isFlowTimer = Schema.is(FlowTimer.FlowTimer)

const isNoDate = (text: string | null | undefined): boolean =>
  text !== null && text !== undefined && Number.isNaN(Date.parse(text))

/** The dates in a payload that are none. */
const wrongDates = (dates: Readonly<Record<string, string | null | undefined>>) =>
  Object.entries(dates).flatMap(([path, text]) =>
    isNoDate(text) ? [{ path: path.split("."), msg: "invalid datetime format" }] : []
  )

/** What is wrong with when a timer is to run. */
const wrongSchedule = ({
  datetime,
  end,
  start,
  type
}: {
  readonly type: string
  readonly datetime?: string | null | undefined
  readonly start?: string | null | undefined
  readonly end?:
    | {
        readonly condition?: string | undefined
        readonly count?: number | undefined
        readonly datetime?: string | undefined
      }
    | null
    | undefined
}) => {
  const at = (path: string, msg: string) => ({ path: ["timer", "schedule", ...path.split(".")], msg })
  return [
    ...(type === "once" || type === "recurring" ? [] : [at("type", "Input should be 'once' or 'recurring'")]),
    ...(end === null || end === undefined || end.condition === "iterations" || end.condition === "time"
      ? []
      : [at("end.condition", "Input should be 'iterations' or 'time'")]),
    ...(end?.condition === "iterations" && end.count === undefined
      ? [at("end.count", "field required")]
      : []),
    ...(end?.condition === "time" && end.datetime === undefined
      ? [at("end.datetime", "field required")]
      : []),
    ...wrongDates({
      "timer.schedule.datetime": datetime,
      "timer.schedule.start": start,
      "timer.schedule.end.datetime": end?.datetime
    })
  ]
}

/** When a job of the old kind runs for the last time. */
const endOf = (payload: {
  readonly stop_after?:
    | string
    | { readonly date?: string | null | undefined; readonly n_runs?: number | null | undefined }
    | null
    | undefined
  readonly stop_after_n?: number | null | undefined
}) => {
  const { stop_after, stop_after_n } = payload
  const given = typeof stop_after === "string" ? { date: stop_after } : (stop_after ?? {})
  return { date: given.date ?? null, count: stop_after_n ?? given.n_runs ?? null }
}

/** Whether a timer is one of those that are asked for by how they are. */
const isMeant = (
  status: Timers.Status,
  asked: {
    readonly filter_status?: string | ReadonlyArray<string> | undefined
    readonly filter_active?: boolean | undefined
    readonly filter_stopped?: boolean | undefined
  }
): boolean => {
  const { filter_active, filter_status, filter_stopped } = asked
  const statuses = listOf(filter_status)
  // A timer that is new is active.
  const group = status === "new" ? "active" : status
  return (
    (statuses.length === 0 || statuses.includes(group)) &&
    (filter_active === undefined || filter_active === (group === "active")) &&
    (filter_stopped === undefined || filter_stopped === (group === "ended"))
  )
}

const orders = {
  submitted_at: (timer: Timer) => timer.submitted,
  next_run: (timer: Timer) => timer.next ?? Infinity,
  last_ran_at: (timer: Timer) => timer.outcomes[0]?.ran ?? 0,
  name: (timer: Timer) => timer.name ?? ""
} as const

const ordered = (timers: ReadonlyArray<Timer>, order: string | undefined): ReadonlyArray<Timer> => {
  const [field = "", direction] = (order ?? "submitted_at").trim().split(/\s+/)
  const key = Object.entries(orders).find(([name]) => name === field)?.[1] ?? orders.submitted_at
  const sorted = timers.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
  return direction?.toLowerCase() === "desc" ? sorted.toReversed() : sorted
}

// -----------------------------------------------------------------------------
// the service
// -----------------------------------------------------------------------------

const handlers: Handlers<ApiGroups> = {
  createTimer: Effect.fnUntraced(function* ({ payload: { timer } }) {
    const who = yield* Caller
    const isTransfer = isTransferTimer(timer)
    if (!isTransfer && !isFlowTimer(timer)) {
      return yield* unprocessable([
        { path: ["timer", "timer_type"], msg: "Input should be 'transfer' or 'flow'" }
      ])
    }
    const mistakes = wrongSchedule(timer.schedule)
    if (mistakes.length > 0) return yield* unprocessable(mistakes)
    return yield* add(
      (id, now) =>
        Timers.make({
          id,
          name: timer.name ?? null,
          owner: who.identity,
          client: who.client,
          type: timer.timer_type,
          body: timer.body,
          schedule: Timers.scheduleFrom(timer.schedule, now),
          submitted: now,
          flow: isTransfer ? null : FlowId.make(timer.flow_id)
        }),
      (state, timer, now) => ({
        timer: Document.timerOf(state, timer, now)
      })
    )
  }),

  listJobs: Effect.fnUntraced(function* ({ query }) {
    const { identity } = yield* Caller
    const state = yield* (yield* Store).current
    const now = yield* Clock.currentTimeMillis
    for (const name of ["submitted_after", "submitted_before"] as const) {
      if (isNoDate(query[name])) {
        return yield* Refusals.timers.invalid("invalid datetime format", { part: "Query", path: [name] })
      }
    }
    const since = query.submitted_after === undefined ? -Infinity : Date.parse(query.submitted_after)
    const before = query.submitted_before === undefined ? Infinity : Date.parse(query.submitted_before)
    const found = [...state.timers.values()].filter(
      (timer) =>
        timer.owner === identity &&
        (query.filter_name === undefined || timer.name === query.filter_name) &&
        timer.submitted >= since &&
        timer.submitted <= before &&
        isMeant(Timers.statusOf(timer, now), query)
    )
    const page = query.result_count === undefined ? {} : { size: query.result_count }
    return { jobs: ordered(found, query.order).map((timer) => Document.jobOf(state, timer, now, page)) }
  }),

  createJob: Effect.fnUntraced(function* ({ payload }) {
    const who = yield* Caller
    const { callback_body, callback_url, interval, start } = payload
    const { count, date } = endOf(payload)
    if (start === undefined || callback_url === undefined || callback_body === undefined) {
      const missing = Object.entries({ start, callback_url, callback_body }).filter(
        ([, value]) => value === undefined
      )
      return yield* unprocessable(missing.map(([name]) => ({ path: [name], msg: "field required" })))
    }
    const mistakes = wrongDates({ start, stop_after: date })
    if (mistakes.length > 0) return yield* unprocessable(mistakes)
    if (interval === undefined && count !== 1) {
      return yield* unprocessable([{ path: ["interval"], msg: "field required" }])
    }
    return yield* add(
      (id, now) =>
        Timers.make({
          id,
          name: payload.name ?? null,
          owner: who.identity,
          client: who.client,
          type: "generic",
          body: callback_body,
          callbackUrl: callback_url,
          scope: payload.scope ?? null,
          schedule: {
            first: Date.parse(start),
            interval: interval === undefined || interval === null ? null : interval * 1000,
            count,
            until: date === null ? null : Date.parse(date)
          },
          submitted: now
        }),
      (state, timer, now) => Document.jobOf(state, timer, now)
    )
  }),

  getJob: Effect.fnUntraced(function* ({ params, query }) {
    const { now, state, timer } = yield* withTimer(params.job_id)
    const [, start] =
      query.results_pt === undefined ? ["", "0"] : (/^after-(\d+)$/.exec(query.results_pt) ?? [])
    if (start === undefined) {
      return yield* Refusals.timers.invalid("invalid page token", { part: "Query", path: ["results_pt"] })
    }
    return Document.jobOf(state, timer, now, {
      start: Number(start),
      ...(query.page_size === undefined ? {} : { size: query.page_size })
    })
  }),

  updateJob: Effect.fnUntraced(function* ({ params, payload }) {
    yield* change(params.job_id, (timer) => Result.succeed({ ...timer, name: payload.name ?? timer.name }))
    const { now, state, timer } = yield* withTimer(params.job_id)
    return Document.jobOf(state, timer, now)
  }),

  deleteJob: Effect.fnUntraced(function* ({ params }) {
    const { now, state, timer } = yield* withTimer(params.job_id)
    const { modify } = yield* Store
    yield* modify((state) => [undefined, { ...state, timers: without(state.timers, timer.id) }])
    return Document.jobOf(state, timer, now)
  }),

  pauseJob: Effect.fnUntraced(function* ({ params }) {
    const { id } = yield* change(params.job_id, (timer) =>
      timer.next === null ? Result.fail(ended(timer.id)) : Result.succeed(Timers.pause(timer))
    )
    return { message: `Successfully paused job ${id}.` }
  }),

  resumeJob: Effect.fnUntraced(function* ({ params, payload, query }) {
    const { client } = yield* Caller
    const { id } = yield* change(params.job_id, (timer, now) => {
      if (timer.next === null) return Result.fail(ended(timer.id))
      if (timer.pause === null) return Result.succeed(timer)
      const replaces =
        payload.update_credentials ??
        query.update_credentials ??
        timer.pause.cause === "globus_auth_requirements"
      return Result.succeed(Timers.resume(timer, replaces ? client : undefined, now))
    })
    return { message: `Successfully resumed job ${id}.` }
  })
}

/** Globus Timers. */
export const make = makeService({
  name: "timer",
  voice: Refusals.timers,
  api: TimersApi,
  handlers,
  need: (_, scopes) => ({
    isFor: (resourceServer) => resourceServer === TimersScopes.resourceServer,
    anyOf: scopes
  })
})

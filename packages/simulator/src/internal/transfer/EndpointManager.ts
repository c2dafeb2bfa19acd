/** What those do who manage collections: watching, canceling, pausing and resuming what others do there. */
import type { TransferApi } from "@effect-globus/sdk/transfer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Access from "../Access.ts"
import type * as Refusals from "../Refusal.ts"
import { Caller, type Handlers } from "../Service.ts"
import { type Collection, principal, set, type State, without } from "../State.ts"
import { Store } from "../Store.ts"
import * as TransferTasks from "../TransferTasks.ts"
import { accessList } from "./AccessRules.ts"
import { badQuery, badRequest, refusal, result } from "./Answer.ts"
import { managed } from "./Collections.ts"
import { endpointOf } from "./Endpoints.ts"
import { applyRules, messagesOf, pauseRuleOf, rulesOf } from "./Pauses.ts"
import type { PauseRule, Role } from "./Records.ts"
import { guestsOf } from "./Sharing.ts"
import { eventList, eventsOf, skippedOf, successfulOf, taskOf } from "./Tasks.ts"

// -----------------------------------------------------------------------------
// who may
// -----------------------------------------------------------------------------

const watchers: ReadonlyArray<Role["role"]> = ["activity_manager", "activity_monitor"]
const managers: ReadonlyArray<Role["role"]> = ["activity_manager"]

const watches = (state: State, identity: string, collection: Collection): boolean =>
  Access.rolesOf(state, collection, identity).some(
    (role) => role === "administrator" || watchers.includes(role)
  )

/** The sides of a task that somebody manages, or just watches. */
const sidesOf = (
  state: State,
  identity: string,
  task: TransferTasks.Task,
  roles: ReadonlyArray<Role["role"]>
): TransferTasks.Pause["side"] | undefined => {
  const isMine = (id: string | null) => id !== null && Result.isSuccess(managed(state, identity, id, roles))
  const [source, destination] = [isMine(task.source), isMine(task.destination)]
  return source && destination ? "BOTH" : source ? "SOURCE" : destination ? "DESTINATION" : undefined
}

/** A task on a collection that the caller watches or manages. */
const watchedTask = (
  state: State,
  identity: string,
  id: string,
  roles: ReadonlyArray<Role["role"]> = watchers
): Result.Result<
  { readonly task: TransferTasks.Task; readonly side: TransferTasks.Pause["side"] },
  Refusals.Refusal
> => {
  const task = Option.getOrUndefined(TransferTasks.get(state.tasks, id))
  const side = task === undefined ? undefined : sidesOf(state, identity, task, roles)
  return task === undefined || side === undefined
    ? Result.fail(refusal(404, "TaskNotFound", `No such task '${id}'`))
    : Result.succeed({ task, side })
}

const asked = Effect.gen(function* () {
  const { current, url } = yield* Store
  const { identity } = yield* Caller
  return { identity, url, state: yield* current, now: yield* Clock.currentTimeMillis }
})

const withTask = Effect.fnUntraced(function* (id: string) {
  const { identity, now, state } = yield* asked
  const { task } = yield* Effect.fromResult(watchedTask(state, identity, id))
  return { now, state, task }
})

// -----------------------------------------------------------------------------
// documents
// -----------------------------------------------------------------------------

/** Somebody's task, with where its files really are. */
const managedTaskOf = (state: State, task: TransferTasks.Task, now: number) => {
  const side = (id: string | null) => {
    const host = id === null ? null : (state.collections.get(id)?.host ?? null)
    const mapped = host === null ? undefined : state.collections.get(host.collection)
    return {
      host_endpoint_id: mapped?.id ?? null,
      host_endpoint_display_name: mapped?.display_name ?? null,
      host_path: host === null ? null : `/${host.path.map((name) => `${name}/`).join("")}`
    }
  }
  const [source, destination] = [side(task.source), side(task.destination)]
  const document = taskOf(state, task, now)
  return {
    ...document,
    owner_string: document.username,
    source_host_endpoint: null,
    source_host_endpoint_id: source.host_endpoint_id,
    source_host_endpoint_display_name: source.host_endpoint_display_name,
    source_host_path: source.host_path,
    source_mapped_collection_id: source.host_endpoint_id,
    source_mapped_collection_display_name: source.host_endpoint_display_name,
    source_local_user: null,
    source_local_user_status: "NO_PERMISSION" as const,
    destination_host_endpoint: null,
    destination_host_endpoint_id: destination.host_endpoint_id,
    destination_host_endpoint_display_name: destination.host_endpoint_display_name,
    destination_host_path: destination.host_path,
    destination_mapped_collection_id: destination.host_endpoint_id,
    destination_mapped_collection_display_name: destination.host_endpoint_display_name,
    destination_local_user: null,
    destination_local_user_status: "NO_PERMISSION" as const
  }
}

// -----------------------------------------------------------------------------
// tasks
// -----------------------------------------------------------------------------

const listOf = (value: string | ReadonlyArray<string> | undefined): ReadonlyArray<string> | undefined =>
  value === undefined ? undefined : [value].flat()

interface TaskQuery {
  readonly filter_status?: string | ReadonlyArray<string> | undefined
  readonly filter_task_id?: string | ReadonlyArray<string> | undefined
  readonly filter_owner_id?: string | undefined
  readonly filter_endpoint?: string | undefined
  readonly filter_endpoint_use?: string | undefined
  readonly filter_is_paused?: boolean | undefined
  readonly filter_completion_time?: string | ReadonlyArray<string> | undefined
  readonly filter_min_faults?: number | undefined
  readonly filter_local_user?: string | undefined
}

const isMeant = (task: TransferTasks.Task, query: TaskQuery, now: number): boolean => {
  const progress = TransferTasks.progress(task, now)
  const [from = "", to = ""] = listOf(query.filter_completion_time) ?? []
  const uses =
    query.filter_endpoint_use === "source"
      ? [task.source]
      : query.filter_endpoint_use === "destination"
        ? [task.destination]
        : [task.source, task.destination]
  return (
    (listOf(query.filter_status)?.includes(progress.status) ?? true) &&
    (listOf(query.filter_task_id)?.includes(task.id) ?? true) &&
    (query.filter_owner_id === undefined || query.filter_owner_id === task.owner) &&
    (query.filter_endpoint === undefined || uses.includes(query.filter_endpoint)) &&
    (query.filter_is_paused === undefined || query.filter_is_paused === (progress.pause !== undefined)) &&
    (query.filter_min_faults === undefined || progress.faults >= query.filter_min_faults) &&
    (query.filter_completion_time === undefined ||
      (progress.ended !== null &&
        (from === "" || progress.ended >= Date.parse(from)) &&
        (to === "" || progress.ended <= Date.parse(to))))
  )
}

const running = ["ACTIVE", "INACTIVE"]

/** What a list of tasks may not be asked for, lest it be too long. */
const checkTaskQuery = (query: TaskQuery): Result.Result<void, Refusals.Refusal> => {
  const { filter_completion_time, filter_endpoint, filter_is_paused, filter_local_user } = query
  const statuses = listOf(query.filter_status)
  const ids = listOf(query.filter_task_id)
  const isRunning = statuses?.every((status) => running.includes(status)) ?? false
  const unknown = statuses?.find((status) => ![...running, "SUCCEEDED", "FAILED"].includes(status))
  if (unknown !== undefined) return Result.fail(badQuery(`Invalid filter_status: ${unknown}`))
  const isWithOthers = Object.entries(query).some(
    ([name, value]) => name.startsWith("filter_") && name !== "filter_task_id" && value !== undefined
  )
  if (ids !== undefined && isWithOthers) {
    return Result.fail(badQuery("filter_task_id cannot be combined with other filters"))
  }
  if (!isRunning && ids === undefined && filter_endpoint === undefined) {
    return Result.fail(
      badQuery("filter_task_id or filter_endpoint is required, unless filter_status is ACTIVE or INACTIVE")
    )
  }
  if (filter_is_paused !== undefined && !isRunning) {
    return Result.fail(badQuery("filter_is_paused requires a filter_status of ACTIVE or INACTIVE"))
  }
  if (query.filter_endpoint_use !== undefined && filter_endpoint === undefined) {
    return Result.fail(badQuery("filter_endpoint_use requires filter_endpoint"))
  }
  if (filter_local_user !== undefined && filter_endpoint === undefined) {
    return Result.fail(badQuery("filter_local_user requires filter_endpoint"))
  }
  const times = listOf(filter_completion_time) ?? []
  return times.some((time) => time !== "" && Number.isNaN(Date.parse(time)))
    ? Result.fail(badQuery(`Invalid filter_completion_time: ${times.join(",")}`))
    : Result.succeed(undefined)
}

const pageSize = 100

/** Changes tasks that the caller manages; one that the caller does not manage refuses all. */
const changeTasks = Effect.fnUntraced(function* <A>(
  ids: ReadonlyArray<string>,
  how: (task: TransferTasks.Task, side: TransferTasks.Pause["side"], now: number) => TransferTasks.Task,
  after: (state: State) => readonly [A, State]
) {
  const { attempt } = yield* Store
  const { identity } = yield* Caller
  return yield* attempt((state, now) => {
    const found = Result.all(ids.map((id) => watchedTask(state, identity, id, managers)))
    if (Result.isFailure(found)) return [Result.fail(found.failure), state]
    const tasks = found.success.reduce(
      (tasks, { side, task }) =>
        TransferTasks.ended(task, now) === null ? TransferTasks.change(tasks, how(task, side, now)) : tasks,
      state.tasks
    )
    const [answer, changed] = after({ ...state, tasks })
    return [Result.succeed(answer), changed]
  })
})

const cancelOrderOf = (id: string) => ({
  DATA_TYPE: "admin_cancel",
  id,
  done: true,
  message: "The tasks have been canceled."
})

const cancelStatus = Effect.fnUntraced(function* (id: string | number) {
  const { identity, state } = yield* asked
  const order = state.cancelOrders.get(String(id).toLowerCase())
  return order?.owner === identity
    ? cancelOrderOf(order.id)
    : yield* refusal(404, "AdminCancelNotFound", `No such admin_cancel '${id}'`)
})

// -----------------------------------------------------------------------------
// pause rules
// -----------------------------------------------------------------------------

const ownRule = (state: State, identity: string, id: string): Result.Result<PauseRule, Refusals.Refusal> => {
  const rule = state.pauseRules.get(id.toLowerCase())
  return rule === undefined || Result.isFailure(managed(state, identity, rule.collection, managers))
    ? Result.fail(refusal(404, "PauseRuleNotFound", `No such pause rule '${id}'`))
    : Result.succeed(rule)
}

interface Said {
  readonly message?: string | null | undefined
  readonly start_time?: string | null | undefined
  readonly pause_ls?: boolean | null | undefined
  readonly pause_mkdir?: boolean | null | undefined
  readonly pause_symlink?: boolean | null | undefined
  readonly pause_rename?: boolean | null | undefined
  readonly pause_task_delete?: boolean | null | undefined
  readonly pause_task_transfer_write?: boolean | null | undefined
  readonly pause_task_transfer_read?: boolean | null | undefined
}

const withSaid = (
  rule: PauseRule,
  said: Said,
  identity: string
): Result.Result<PauseRule, Refusals.Refusal> => {
  const starts = said.start_time ? Date.parse(said.start_time) : rule.starts
  return Number.isNaN(starts)
    ? Result.fail(badRequest(`Invalid start_time: ${said.start_time}`))
    : Result.succeed({
        ...rule,
        message: said.message ?? rule.message,
        modifiedBy: identity,
        starts,
        ls: said.pause_ls ?? rule.ls,
        mkdir: said.pause_mkdir ?? rule.mkdir,
        symlink: said.pause_symlink ?? rule.symlink,
        rename: said.pause_rename ?? rule.rename,
        task_delete: said.pause_task_delete ?? rule.task_delete,
        task_transfer_write: said.pause_task_transfer_write ?? rule.task_transfer_write,
        task_transfer_read: said.pause_task_transfer_read ?? rule.task_transfer_read
      })
}

const all = {
  ls: true,
  mkdir: true,
  symlink: true,
  rename: true,
  task_delete: true,
  task_transfer_write: true,
  task_transfer_read: true
} as const

// -----------------------------------------------------------------------------
// handlers
// -----------------------------------------------------------------------------

export const endpointManager: Handlers<(typeof TransferApi)["groups"]["endpointManager"]> = {
  managerListMonitoredEndpoints: Effect.fnUntraced(function* () {
    const { identity, state, url } = yield* asked
    const DATA = [...state.collections.values()].flatMap((collection) =>
      watches(state, identity, collection) ? [endpointOf(state, url, collection, identity)] : []
    )
    return { DATA_TYPE: "endpoint_list", DATA, length: DATA.length }
  }),

  managerListHostedEndpoints: Effect.fnUntraced(function* ({ params }) {
    const { identity, state, url } = yield* asked
    const host = yield* Effect.fromResult(managed(state, identity, params.endpoint_id, watchers))
    const DATA = guestsOf(state, host.id).map((guest) => endpointOf(state, url, guest, identity))
    return { DATA_TYPE: "endpoint_list", DATA, length: DATA.length }
  }),

  managerGetEndpoint: Effect.fnUntraced(function* ({ params }) {
    const { identity, state, url } = yield* asked
    const collection = yield* Effect.fromResult(managed(state, identity, params.endpoint_id, watchers))
    return endpointOf(state, url, collection, identity)
  }),

  managerListAccessRules: Effect.fnUntraced(function* ({ params }) {
    const { identity, state } = yield* asked
    return accessList(state, yield* Effect.fromResult(managed(state, identity, params.endpoint_id, watchers)))
  }),

  managerListTasks: Effect.fnUntraced(function* ({ query }) {
    const { identity, now, state } = yield* asked
    yield* Effect.fromResult(checkTaskQuery(query))
    const found = TransferTasks.all(state.tasks).filter(
      (task) => sidesOf(state, identity, task, watchers) !== undefined && isMeant(task, query, now)
    )
    const start = query.last_key === undefined ? 0 : found.findIndex(({ id }) => id === query.last_key) + 1
    if (query.last_key !== undefined && start === 0) {
      return yield* badQuery(`Invalid last_key: ${query.last_key}`)
    }
    const tasks = found.slice(start, start + pageSize)
    return {
      DATA_TYPE: "task_list",
      DATA: tasks.map((task) => managedTaskOf(state, task, now)),
      last_key: tasks.at(-1)?.id ?? null,
      has_next_page: start + tasks.length < found.length
    }
  }),

  managerGetTask: Effect.fnUntraced(function* ({ params }) {
    const { now, state, task } = yield* withTask(params.task_id)
    return managedTaskOf(state, task, now)
  }),

  managerListTaskEvents: Effect.fnUntraced(function* ({ params, query }) {
    const { now, task } = yield* withTask(params.task_id)
    const events = eventsOf(task, now).filter(
      ({ is_error }) => query.filter_is_error === undefined || query.filter_is_error === is_error
    )
    return yield* eventList(events, query)
  }),

  managerGetTaskPauseInfo: Effect.fnUntraced(function* ({ params }) {
    const { now, state, task } = yield* withTask(params.task_id)
    return {
      DATA_TYPE: "pause_info",
      pause_rules: rulesOf(state, task).map((rule) => pauseRuleOf(state, rule)),
      ...messagesOf(task, now)
    }
  }),

  managerListTaskSuccessfulTransfers: Effect.fnUntraced(function* ({ params, query }) {
    const { now, task } = yield* withTask(params.task_id)
    return yield* successfulOf(task, query.marker, now)
  }),

  managerListTaskSkippedErrors: Effect.fnUntraced(function* ({ params, query }) {
    const { now, task } = yield* withTask(params.task_id)
    return yield* skippedOf(task, query.marker, now)
  }),

  managerCancelTasks: Effect.fnUntraced(function* ({ payload }) {
    const id = yield* (yield* Store).uuid
    const { identity } = yield* Caller
    const { message, task_id_list: tasks } = payload
    return yield* changeTasks(
      tasks,
      (task, side, now) => ({ ...task, canceled: now, canceledBy: { side, message } }),
      (state) => [
        cancelOrderOf(id),
        { ...state, cancelOrders: set(state.cancelOrders, { id, owner: identity, tasks }) }
      ]
    )
  }),

  managerGetCancelStatus: ({ params }) => cancelStatus(params.admin_cancel_id),

  managerPostCancelStatus: ({ params }) => cancelStatus(params.admin_cancel_id),

  managerPauseTasks: Effect.fnUntraced(function* ({ payload }) {
    const { message } = payload
    yield* changeTasks(
      payload.task_id_list,
      (task, side, now) => ({
        ...task,
        pauses: [...(task.pauses ?? []), { from: now, until: null, rule: null, message, side }]
      }),
      (state) => [undefined, state]
    )
    return yield* result("PauseQueued", "The tasks have been paused.")
  }),

  managerResumeTasks: Effect.fnUntraced(function* ({ payload }) {
    yield* changeTasks(
      payload.task_id_list,
      (task, _, now) => ({
        ...task,
        pauses: (task.pauses ?? []).map((pause) =>
          pause.rule === null && pause.until === null ? { ...pause, until: now } : pause
        )
      }),
      (state) => [undefined, state]
    )
    return yield* result("ResumeQueued", "The tasks have been resumed.")
  }),

  managerListPauseRules: Effect.fnUntraced(function* ({ query }) {
    const { identity, state } = yield* asked
    const DATA = [...state.pauseRules.values()].flatMap((rule) =>
      (query.filter_endpoint === undefined || query.filter_endpoint === rule.collection) &&
      Result.isSuccess(ownRule(state, identity, rule.id))
        ? [pauseRuleOf(state, rule)]
        : []
    )
    return { DATA_TYPE: "pause_rule_list", DATA }
  }),

  managerCreatePauseRule: Effect.fnUntraced(function* ({ payload }) {
    const { attempt, uuid } = yield* Store
    const { identity } = yield* Caller
    const id = yield* uuid
    return yield* attempt((state, now) => {
      const made = Result.gen(function* () {
        const collection = yield* managed(state, identity, payload.endpoint_id ?? "", managers)
        const whom = payload.identity_id ? Option.getOrUndefined(principal(state, payload.identity_id)) : null
        if (whom === undefined)
          return yield* Result.fail(badRequest(`There is no identity ${payload.identity_id}`))
        const rule: PauseRule = {
          id,
          collection: collection.id,
          identity: whom?.id ?? null,
          message: "",
          modifiedBy: identity,
          starts: now,
          ...all
        }
        return yield* withSaid(rule, payload, identity)
      })
      if (Result.isFailure(made)) return [Result.fail(made.failure), state]
      const after = applyRules({ ...state, pauseRules: set(state.pauseRules, made.success) }, now)
      return [Result.succeed(pauseRuleOf(after, made.success)), after]
    })
  }),

  managerGetPauseRule: Effect.fnUntraced(function* ({ params }) {
    const { identity, state } = yield* asked
    return pauseRuleOf(state, yield* Effect.fromResult(ownRule(state, identity, params.pause_rule_id)))
  }),

  managerUpdatePauseRule: Effect.fnUntraced(function* ({ params, payload }) {
    const { attempt } = yield* Store
    const { identity } = yield* Caller
    return yield* attempt((state, now) => {
      const changed = Result.flatMap(ownRule(state, identity, params.pause_rule_id), (rule) =>
        withSaid(rule, payload, identity)
      )
      if (Result.isFailure(changed)) return [Result.fail(changed.failure), state]
      const after = applyRules({ ...state, pauseRules: set(state.pauseRules, changed.success) }, now)
      return [Result.succeed(pauseRuleOf(after, changed.success)), after]
    })
  }),

  managerDeletePauseRule: Effect.fnUntraced(function* ({ params }) {
    const { attempt } = yield* Store
    const { identity } = yield* Caller
    yield* attempt((state, now) => {
      const rule = ownRule(state, identity, params.pause_rule_id)
      return Result.isSuccess(rule)
        ? [rule, applyRules({ ...state, pauseRules: without(state.pauseRules, rule.success.id) }, now)]
        : [rule, state]
    })
    return yield* result("Deleted", "Pause rule deleted successfully.")
  })
}

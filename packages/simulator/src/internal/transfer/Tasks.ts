/** Tasks: watching, changing and canceling them. */
import { EndpointId, IdentityId, TaskId } from "@effect-globus/sdk/model"
import type { TransferApi } from "@effect-globus/sdk/transfer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Instant from "../Instant.ts"
import * as Listing from "../Listing.ts"
import type * as Refusals from "../Refusal.ts"
import { Caller, type Handlers } from "../Service.ts"
import { principal, type State } from "../State.ts"
import { Store } from "../Store.ts"
import * as TransferTasks from "../TransferTasks.ts"
import { badRequest, refusal, result } from "./Answer.ts"
import type { Who } from "./Collections.ts"
import { limitedRuleOf, messagesOf, rulesOf } from "./Pauses.ts"

/** A task as Transfer shows it. */
export const taskOf = (state: State, task: TransferTasks.Task, now: number) => {
  const progress = TransferTasks.progress(task, now)
  const { plan } = task
  const source = state.collections.get(task.source)
  const destination = task.destination === null ? undefined : state.collections.get(task.destination)
  const owner = Option.getOrUndefined(principal(state, task.owner))
  const total = plan.files.length + plan.directories.length + plan.removals.length
  const isOver = progress.status !== "ACTIVE"
  const done = progress.status === "SUCCEEDED" ? total : progress.filesDone
  const isCanceled = task.canceled !== null && isOver
  const left = total - done
  return {
    DATA_TYPE: "task",
    task_id: TaskId.make(task.id),
    type: task.type,
    status: progress.status,
    label: task.label,
    owner_id: IdentityId.make(task.owner),
    username: owner?.username ?? null,
    request_time: Instant.ofTask(task.requested),
    completion_time: progress.ended === null ? null : Instant.ofTask(progress.ended),
    deadline: Instant.ofTask(task.deadline),
    source_endpoint: source?.display_name ?? null,
    source_endpoint_id: EndpointId.make(task.source),
    source_endpoint_display_name: source?.display_name ?? null,
    destination_endpoint: destination?.display_name ?? null,
    destination_endpoint_id: task.destination === null ? null : EndpointId.make(task.destination),
    destination_endpoint_display_name: destination?.display_name ?? null,
    ...task.options,
    command: "API 0.10",
    history_deleted: false,
    faults: progress.faults,
    files: plan.files.length + plan.skippedFiles + (task.type === "DELETE" ? plan.removals.length : 0),
    directories: plan.directories.length,
    symlinks: 0,
    files_skipped: plan.skippedFiles,
    files_transferred: progress.filesDone,
    subtasks_total: total,
    subtasks_pending: isOver ? 0 : left,
    subtasks_retrying: progress.hindrance === null ? 0 : 1,
    subtasks_succeeded: done,
    subtasks_expired: progress.fatalError?.code === "EXPIRED" ? left : 0,
    subtasks_canceled: isCanceled ? left : 0,
    subtasks_failed: isOver && progress.fatalError !== null && !isCanceled ? Math.max(left, 1) : 0,
    subtasks_skipped_errors: plan.skippedErrors.length,
    bytes_transferred: progress.bytes,
    bytes_checksummed: task.options["verify_checksum"] === true ? progress.bytes : 0,
    effective_bytes_per_second: progress.bytesPerSecond,
    ...niceStatusOf(progress, isOver, now < task.begins),
    is_ok: isOver ? null : progress.hindrance === null && progress.pause === undefined,
    is_paused: progress.pause !== undefined,
    fatal_error: progress.fatalError,
    canceled_by_admin: isOver ? (task.canceledBy?.side ?? null) : null,
    canceled_by_admin_message: isOver ? (task.canceledBy?.message ?? null) : null
  }
}

/** What is said about how a task is doing. */
const niceStatusOf = ({ hindrance, pause }: TransferTasks.Progress, isOver: boolean, isQueued: boolean) => {
  const status = isOver
    ? null
    : pause !== undefined
      ? "PAUSED_BY_ADMIN"
      : hindrance !== null
        ? hindrance.code
        : isQueued
          ? "Queued"
          : "OK"
  return {
    nice_status: status,
    nice_status_short_description:
      status === "OK" || status === "Queued" ? status : (status?.toLowerCase().replaceAll("_", " ") ?? null),
    nice_status_details: isOver ? null : (pause?.message ?? hindrance?.description ?? null),
    nice_status_expires_in: null
  }
}

/** A task of whoever asks. */
const ownTask = (state: State, who: Who, id: string): Result.Result<TransferTasks.Task, Refusals.Refusal> =>
  Option.match(
    Option.filter(TransferTasks.get(state.tasks, id), ({ owner }) => owner === who.identity),
    {
      onNone: () => Result.fail(refusal(404, "TaskNotFound", `No such task '${id}'`)),
      onSome: (task) => Result.succeed(task)
    }
  )

const withTask = Effect.fnUntraced(function* (id: string) {
  const state = yield* (yield* Store).current
  const who = yield* Caller
  return {
    state,
    task: yield* Effect.fromResult(ownTask(state, who, id)),
    now: yield* Clock.currentTimeMillis
  }
})

/** What happened while a task ran, the latest first. */
export const eventsOf = (task: TransferTasks.Task, now: number) => {
  const progress = TransferTasks.progress(task, now)
  const event = (time: number, code: string, description: string, details: unknown, isError = false) => ({
    DATA_TYPE: "event",
    code,
    is_error: isError,
    description,
    details: typeof details === "string" ? details : JSON.stringify(details),
    time: Instant.ofTask(time)
  })
  const events = []
  if (now >= task.begins && (task.canceled === null || task.canceled >= task.begins)) {
    events.push(event(task.begins, "STARTED", "started", { type: task.type.toLowerCase() }))
  }
  for (const skipped of now >= task.begins ? task.plan.skippedErrors : []) {
    const { code, details } = skippedAs(skipped)
    events.push(event(task.begins, code, code.toLowerCase().replaceAll("_", " "), details, true))
  }
  const { hindrance = null } = task.plan
  if (hindrance !== null && now >= task.begins) {
    const description = hindrance.code.toLowerCase().replaceAll("_", " ")
    events.push(event(task.begins, hindrance.code, description, hindrance.description, true))
  }
  if (progress.ended !== null) {
    const { bytes, bytesPerSecond, ended, fatalError, filesDone } = progress
    if (task.type === "TRANSFER" && filesDone > 0) {
      events.push(
        event(ended, "PROGRESS", "progress", {
          bytes_transferred: bytes,
          files_transferred: filesDone,
          mbps: Math.round((bytesPerSecond * 8) / 10_000) / 100
        })
      )
    }
    events.push(
      fatalError === null
        ? event(ended, "SUCCEEDED", "succeeded", { files_succeeded: filesDone })
        : event(
            ended,
            fatalError.code,
            fatalError.code.toLowerCase().replaceAll("_", " "),
            fatalError.description,
            true
          )
    )
  }
  return events.toReversed()
}

const skippedAs = ({ code = "FILE_NOT_FOUND", source }: TransferTasks.Skipped) => ({
  code,
  details: code === "FILE_NOT_FOUND" ? `No such file or directory: ${source}` : `Permission denied: ${source}`
})

/** The files that a transfer has brought. */
export const successfulOf = (task: TransferTasks.Task, marker: string | undefined, now: number) => {
  const { filesDone, status } = TransferTasks.progress(task, now)
  if (task.type === "DELETE" || status === "ACTIVE") {
    return Result.fail(badRequest("Successful transfers are listed for transfers that have ended"))
  }
  const done = task.plan.files.slice(0, filesDone).map(({ destination, file, source }) => ({
    DATA_TYPE: "successful_transfer",
    source_path: source,
    destination_path: destination,
    checksum: null,
    checksum_algorithm: null,
    dynamic: false,
    size: file.size
  }))
  return Result.succeed({ DATA_TYPE: "successful_transfers", ...markedPage(done, marker) })
}

/** The files that a transfer has gone without. */
export const skippedOf = (task: TransferTasks.Task, marker: string | undefined, now: number) => {
  const skipped = (now < task.begins ? [] : task.plan.skippedErrors).map((file) => ({
    DATA_TYPE: "skipped_error",
    error_code: skippedAs(file).code,
    error_details: skippedAs(file).details,
    error_time: Instant.ofTask(task.begins),
    source_path: file.source,
    destination_path: file.destination,
    is_directory: file.directory ?? false,
    is_symlink: false,
    is_delete_destination_extra: false,
    external_checksum: null,
    checksum_algorithm: null
  }))
  return { DATA_TYPE: "skipped_errors", ...markedPage(skipped, marker) }
}

/** A page of a list that goes on from a marker, which is a position in it. */
export const markedPage = <A>(items: ReadonlyArray<A>, marker: string | undefined) => {
  const size = 100
  const start = Number(marker ?? 0)
  const next = start + size
  return { marker: start, next_marker: next < items.length ? next : null, DATA: items.slice(start, next) }
}

// -----------------------------------------------------------------------------
// handlers
// -----------------------------------------------------------------------------

export const tasks: Handlers<(typeof TransferApi)["groups"]["tasks"]> = {
  listTasks: Effect.fnUntraced(function* ({ query }) {
    const state = yield* (yield* Store).current
    const { identity } = yield* Caller
    const now = yield* Clock.currentTimeMillis
    const { items, limit, offset, total } = Listing.page(
      TransferTasks.ofOwner(state.tasks, identity).map((task) => taskOf(state, task, now)),
      query,
      { orderby: undefined, limit: 10, maximum: 1000 }
    )
    return { DATA_TYPE: "task_list", DATA: items, length: items.length, limit, offset, total }
  }),

  getTask: Effect.fnUntraced(function* ({ params }) {
    const { now, state, task } = yield* withTask(params.task_id)
    return taskOf(state, task, now)
  }),

  updateTask: Effect.fnUntraced(function* ({ params, payload }) {
    const { attempt } = yield* Store
    const who = yield* Caller
    yield* attempt((state, now) => {
      const changed = Result.gen(function* () {
        const task = yield* ownTask(state, who, params.task_id)
        if (TransferTasks.ended(task, now) !== null) {
          return yield* Result.fail(refusal(409, "Conflict", "The task has ended, so it cannot be changed"))
        }
        const deadline = payload.deadline ?? null
        const until = deadline === null ? task.deadline : Date.parse(deadline)
        if (Number.isNaN(until)) return yield* Result.fail(badRequest(`Invalid deadline: ${deadline}`))
        return { ...task, label: payload.label === undefined ? task.label : payload.label, deadline: until }
      })
      return Result.isSuccess(changed)
        ? [changed, { ...state, tasks: TransferTasks.change(state.tasks, changed.success) }]
        : [changed, state]
    })
    return yield* result("Updated", "Updated task successfully")
  }),

  cancelTask: Effect.fnUntraced(function* ({ params }) {
    const { attempt } = yield* Store
    const who = yield* Caller
    const canceled = yield* attempt((state, now) => {
      const task = ownTask(state, who, params.task_id)
      if (Result.isFailure(task)) return [Result.fail(task.failure), state]
      return TransferTasks.ended(task.success, now) === null
        ? [
            Result.succeed(true),
            { ...state, tasks: TransferTasks.change(state.tasks, { ...task.success, canceled: now }) }
          ]
        : [Result.succeed(false), state]
    })
    return yield* canceled
      ? result("Canceled", "The task has been cancelled successfully.")
      : result("TaskComplete", "The task completed before the cancel request was processed.")
  }),

  getTaskPauseInfo: Effect.fnUntraced(function* ({ params }) {
    const { now, state, task } = yield* withTask(params.task_id)
    return {
      DATA_TYPE: "pause_info_limited",
      pause_rules: rulesOf(state, task).map((rule) => limitedRuleOf(state, rule)),
      ...messagesOf(task, now)
    }
  }),

  removeTask: Effect.fnUntraced(function* ({ params }) {
    const { attempt } = yield* Store
    const who = yield* Caller
    yield* attempt((state, now) => {
      const task = ownTask(state, who, params.task_id)
      if (Result.isFailure(task)) return [Result.fail(task.failure), state]
      return TransferTasks.ended(task.success, now) === null
        ? [Result.fail(refusal(409, "Conflict", "The task has not ended, so it cannot be removed")), state]
        : [Result.succeed(undefined), { ...state, tasks: TransferTasks.remove(state.tasks, task.success) }]
    })
    return yield* result("Removed", "The task has been removed successfully.")
  }),

  listTaskEvents: Effect.fnUntraced(function* ({ params, query }) {
    const { now, task } = yield* withTask(params.task_id)
    const { items, limit, offset, total } = Listing.page(eventsOf(task, now), query, {
      orderby: undefined,
      limit: 10,
      maximum: 1000
    })
    return { DATA_TYPE: "event_list", DATA: items, length: items.length, limit, offset, total }
  }),

  listTaskSuccessfulTransfers: Effect.fnUntraced(function* ({ params, query }) {
    const { now, task } = yield* withTask(params.task_id)
    return yield* Effect.fromResult(successfulOf(task, query.marker, now))
  }),

  listTaskSkippedErrors: Effect.fnUntraced(function* ({ params, query }) {
    const { now, task } = yield* withTask(params.task_id)
    return skippedOf(task, query.marker, now)
  })
}

/** Tasks: watching, changing and canceling them. */
import { EndpointId, IdentityId, TaskId } from "@effect-globus/sdk/model"
import type { TransferApi } from "@effect-globus/sdk/transfer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Checksums from "../Checksums.ts"
import * as Instant from "../Instant.ts"
import * as Listing from "../Listing.ts"
import type * as Refusals from "../Refusal.ts"
import { Caller, type Handlers } from "../Service.ts"
import { principal, type State } from "../State.ts"
import { Store } from "../Store.ts"
import * as TransferPlans from "../TransferPlans.ts"
import * as TransferTasks from "../TransferTasks.ts"
import { badQuery, badRequest, refusal, result } from "./Answer.ts"
import type { Who } from "./Collections.ts"
import { limitedRuleOf, messagesOf, rulesOf } from "./Pauses.ts"

/** A task as Transfer shows it. */
export const taskOf = (state: State, task: TransferTasks.Task, now: number) => {
  const progress = TransferTasks.progress(task, now)
  const { plan } = task
  const source = state.collections.get(task.source)
  const destination = task.destination === null ? undefined : state.collections.get(task.destination)
  const owner = Option.getOrUndefined(principal(state, task.owner))
  const links = plan.links ?? []
  const isHindered = (plan.hindrance ?? null) !== null
  const retrying = isHindered ? Math.max(1, TransferPlans.countOf(plan.waiting)) : 0
  const total = plan.files.length + links.length + plan.directories.length + plan.removals.length + retrying
  const isOver = progress.status !== "ACTIVE"
  const done = progress.status === "SUCCEEDED" ? total : progress.filesDone + progress.linksDone
  const isCanceled = task.canceled !== null && isOver
  const isExpired = progress.fatalError?.code === "EXPIRED"
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
    symlinks: links.length,
    files_skipped: plan.skippedFiles,
    files_transferred: progress.filesDone,
    subtasks_total: total,
    subtasks_pending: isOver ? 0 : progress.hindrance === null ? left : left - retrying,
    subtasks_retrying: progress.hindrance === null ? 0 : retrying,
    subtasks_succeeded: done,
    subtasks_expired: isExpired ? left : 0,
    subtasks_canceled: isCanceled ? left : 0,
    subtasks_failed: progress.status === "FAILED" && !isCanceled && !isExpired ? Math.max(left, 1) : 0,
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
      status === "OK" || status === "Queued" ? status : status === null ? null : inWords(status),
    nice_status_details: isOver ? null : (pause?.message ?? hindrance?.description ?? null),
    nice_status_expires_in: null
  }
}

/** What a task may be called. */
export const checkLabel = (label: string | null): Result.Result<string | null, Refusals.Refusal> =>
  label === null || (label.length <= 128 && label.trim() === label && !/[\r\n]/.test(label))
    ? Result.succeed(label)
    : Result.fail(badRequest("A label has at most 128 characters, no line breaks, and no space around it"))

/** Until when a task is to be done: not until a time that is over. */
export const deadlineOf = (
  text: string | null | undefined,
  now: number,
  usual: number
): Result.Result<number, Refusals.Refusal> => {
  if (text === null || text === undefined) return Result.succeed(usual)
  const until = Date.parse(text)
  if (Number.isNaN(until)) return Result.fail(badRequest(`Invalid deadline: ${text}`))
  return until <= now ? Result.fail(badRequest("The deadline is in the past")) : Result.succeed(until)
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

/** A code in words, such as `file not found`. */
const inWords = (code: string): string => code.toLowerCase().replaceAll("_", " ")

/** What happened while a task ran, the latest first. */
export const eventsOf = (task: TransferTasks.Task, now: number) => {
  const { bytes, bytesPerSecond, ended, fatalError, filesDone } = TransferTasks.progress(task, now)
  const end = ended ?? now
  const event = (at: number, code: string, details: unknown, is_error = false) => ({
    at,
    code,
    details,
    is_error
  })
  const hasBegun = end >= task.begins
  const events = [
    ...(hasBegun ? [event(task.begins, "STARTED", { type: task.type.toLowerCase() })] : []),
    ...(hasBegun ? task.plan.skippedErrors : []).map((skipped) => {
      const { code, details } = skippedAs(skipped)
      return event(task.begins, code, details, true)
    }),
    ...TransferTasks.faultsOf(task, now).map(({ at, code, description }) =>
      event(at, code, description, true)
    ),
    ...(task.pauses ?? []).flatMap(({ from, message, until }) => [
      event(from, "PAUSED", message),
      ...(until === null ? [] : [event(until, "UNPAUSED", message)])
    ])
  ].filter(({ at }) => at <= end)
  if (ended !== null && task.type === "TRANSFER" && filesDone > 0) {
    events.push(
      event(ended, "PROGRESS", {
        bytes_transferred: bytes,
        files_transferred: filesDone,
        mbps: Math.round((bytesPerSecond * 8) / 10_000) / 100
      })
    )
  }
  if (ended !== null) {
    events.push(
      fatalError === null
        ? event(ended, "SUCCEEDED", { files_succeeded: filesDone })
        : event(ended, fatalError.code, fatalError.description, true)
    )
  }
  return events
    .toSorted((a, b) => a.at - b.at)
    .toReversed()
    .map(({ at, code, details, is_error }) => ({
      DATA_TYPE: "event",
      code,
      is_error,
      description: inWords(code),
      details: typeof details === "string" ? details : JSON.stringify(details),
      time: Instant.ofTask(at)
    }))
}

const skippedAs = ({ code = "FILE_NOT_FOUND", source }: TransferTasks.Skipped) => ({
  code,
  details: code === "FILE_NOT_FOUND" ? `No such file or directory: ${source}` : `Permission denied: ${source}`
})

/** The files that a transfer has brought. */
export const successfulOf = Effect.fnUntraced(function* (
  task: TransferTasks.Task,
  marker: string | undefined,
  now: number
) {
  const { filesDone, status } = TransferTasks.progress(task, now)
  if (task.type === "DELETE" || status === "ACTIVE") {
    return yield* badRequest("Successful transfers are listed for transfers that have ended")
  }
  const page = yield* markedPage(task.plan.files.slice(0, filesDone), marker)
  // Files without content have the same bytes when they have the same size.
  const known = new Map<string, string | null>()
  const DATA = []
  for (const { algorithm, destination, file, source } of page.DATA) {
    const bytes = file.content ?? file.base64 ?? file.origin
    const key = bytes === undefined ? `${algorithm} ${file.size}` : undefined
    let checksum = key === undefined ? undefined : known.get(key)
    if (checksum === undefined) {
      checksum = algorithm === undefined ? null : yield* Checksums.of(file, algorithm)
      if (key !== undefined) known.set(key, checksum)
    }
    DATA.push({
      DATA_TYPE: "successful_transfer",
      source_path: source,
      destination_path: destination,
      checksum,
      checksum_algorithm: checksum === null ? null : (algorithm ?? null),
      dynamic: false,
      size: file.size
    })
  }
  return { DATA_TYPE: "successful_transfers", ...page, DATA }
})

/** The files that a transfer has gone without. */
export const skippedOf = Effect.fnUntraced(function* (
  task: TransferTasks.Task,
  marker: string | undefined,
  now: number
) {
  const skipped = (now < task.begins ? [] : task.plan.skippedErrors).map((file) => ({
    DATA_TYPE: "skipped_error",
    error_code: skippedAs(file).code,
    error_details: skippedAs(file).details,
    error_time: Instant.ofTask(task.begins),
    source_path: file.source,
    destination_path: file.destination,
    is_directory: file.directory ?? false,
    is_symlink: file.link ?? false,
    is_delete_destination_extra: false,
    external_checksum: null,
    checksum_algorithm: null
  }))
  return { DATA_TYPE: "skipped_errors", ...(yield* markedPage(skipped, marker)) }
})

/** A page of a list that goes on from a marker, which is a position in it. */
const markedPage = Effect.fnUntraced(function* <A>(items: ReadonlyArray<A>, marker: string | undefined) {
  const size = 100
  const start = Number(marker ?? 0)
  if (!Number.isInteger(start) || start < 0) return yield* badQuery(`Invalid marker: ${marker}`)
  const next = start + size
  return { marker: start, next_marker: next < items.length ? next : null, DATA: items.slice(start, next) }
})

/** What events are filtered and ordered by. */
const eventFields: Listing.Fields = {
  code: "text",
  is_error: "boolean",
  description: "text",
  details: "text",
  time: "time"
}

/** A page of the events of a task. */
export const eventList = (events: ReturnType<typeof eventsOf>, query: Listing.Query) =>
  Effect.fromResult(
    Result.map(
      Listing.page(events, query, { fields: eventFields, limit: 10, maximum: 1000 }),
      ({ items, ...page }) => ({ DATA_TYPE: "event_list", DATA: items, length: items.length, ...page })
    )
  )

/** What tasks are filtered and ordered by. */
const taskFields: Listing.Fields = {
  task_id: "text",
  type: "text",
  status: "text",
  label: "text",
  owner_id: "text",
  username: "text",
  request_time: "time",
  completion_time: "time",
  deadline: "time",
  source_endpoint: "text",
  source_endpoint_id: "text",
  source_endpoint_display_name: "text",
  destination_endpoint: "text",
  destination_endpoint_id: "text",
  destination_endpoint_display_name: "text",
  sync_level: "number",
  encrypt_data: "boolean",
  verify_checksum: "boolean",
  delete_destination_extra: "boolean",
  preserve_timestamp: "boolean",
  skip_source_errors: "boolean",
  fail_on_quota_errors: "boolean",
  recursive_symlinks: "text",
  command: "text",
  history_deleted: "boolean",
  faults: "number",
  files: "number",
  directories: "number",
  symlinks: "number",
  files_skipped: "number",
  files_transferred: "number",
  subtasks_total: "number",
  subtasks_pending: "number",
  subtasks_retrying: "number",
  subtasks_succeeded: "number",
  subtasks_expired: "number",
  subtasks_canceled: "number",
  subtasks_failed: "number",
  subtasks_skipped_errors: "number",
  bytes_transferred: "number",
  bytes_checksummed: "number",
  effective_bytes_per_second: "number",
  nice_status: "text",
  is_ok: "boolean",
  is_paused: "boolean",
  canceled_by_admin: "text"
}

// -----------------------------------------------------------------------------
// handlers
// -----------------------------------------------------------------------------

export const tasks: Handlers<(typeof TransferApi)["groups"]["tasks"]> = {
  listTasks: Effect.fnUntraced(function* ({ query }) {
    const state = yield* (yield* Store).current
    const { identity } = yield* Caller
    const now = yield* Clock.currentTimeMillis
    const { items, limit, offset, total } = yield* Effect.fromResult(
      Listing.page(
        TransferTasks.ofOwner(state.tasks, identity).map((task) => taskOf(state, task, now)),
        query,
        { fields: taskFields, limit: 10, maximum: 1000 }
      )
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
        const deadline = yield* deadlineOf(payload.deadline, now, task.deadline)
        const label = yield* checkLabel(payload.label === undefined ? task.label : payload.label)
        return { ...task, label, deadline }
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
    return yield* eventList(eventsOf(task, now), query)
  }),

  listTaskSuccessfulTransfers: Effect.fnUntraced(function* ({ params, query }) {
    const { now, task } = yield* withTask(params.task_id)
    return yield* successfulOf(task, query.marker, now)
  }),

  listTaskSkippedErrors: Effect.fnUntraced(function* ({ params, query }) {
    const { now, task } = yield* withTask(params.task_id)
    return yield* skippedOf(task, query.marker, now)
  })
}

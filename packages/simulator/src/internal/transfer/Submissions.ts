/** Submissions: what becomes a task. */
import { SubmissionId, TaskId } from "@effect-globus/sdk/model"
import type { TransferApi, TransferData } from "@effect-globus/sdk/transfer"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Checksums from "../Checksums.ts"
import * as FileTree from "../FileTree.ts"
import * as Settings from "../gcs/Settings.ts"
import * as Uses from "../gcs/Uses.ts"
import type * as Refusals from "../Refusal.ts"
import { Caller, type Handlers } from "../Service.ts"
import { type Collection, rootOf, type State } from "../State.ts"
import { Store } from "../Store.ts"
import * as TransferPlans from "../TransferPlans.ts"
import * as TransferTasks from "../TransferTasks.ts"
import { badRequest, refusal, result } from "./Answer.ts"
import {
  checkConsents,
  checkPaths,
  collectionOf,
  permitted,
  placeOf,
  usable,
  type Who
} from "./Collections.ts"
import { underRules } from "./Pauses.ts"
import type { TransferOrder } from "./Records.ts"
import { checkLabel, deadlineOf } from "./Tasks.ts"

interface Submission {
  readonly submission_id?: string | undefined
  readonly label?: string | null | undefined
  readonly deadline?: string | null | undefined
  readonly notify_on_succeeded?: boolean | undefined
  readonly notify_on_failed?: boolean | undefined
  readonly store_base_path_info?: boolean | undefined
}

const queueLimit = 100

type Decision = Pick<TransferTasks.Task, "source" | "destination" | "options" | "preservesTimes" | "plan">

type Decide = (state: State, who: Who, now: number) => Result.Result<Decision, Refusals.Refusal>

/** A submission that became a task, or did so before. */
interface Accepted {
  readonly code: "Accepted" | "Duplicate"
  readonly id: string
}

/** Takes a task on; a submission id that was used before brings the task that it became. */
const takeOn = (
  state: State,
  who: Who,
  now: number,
  newId: string,
  submission: Submission,
  kind: "transfer" | "delete",
  decide: Decide
): readonly [Result.Result<Accepted, Refusals.Refusal>, State] => {
  const submissionId = submission.submission_id
  if (submissionId === undefined) return [Result.fail(badRequest("A submission_id is required")), state]
  const known = TransferTasks.ofSubmission(state.tasks, who.identity, submissionId)
  if (Option.isSome(known)) return [Result.succeed({ code: "Duplicate", id: known.value.id }), state]
  if (TransferTasks.queued(state.tasks, who.identity, now) >= queueLimit) {
    return [
      Result.fail(refusal(409, "Conflict", `There are ${queueLimit} tasks in your queue already`)),
      state
    ]
  }
  const label = checkLabel(submission.label ?? null)
  if (Result.isFailure(label)) return [Result.fail(label.failure), state]
  const usual = now + state.pace.task_deadline_seconds * 1000
  const deadline = deadlineOf(submission.deadline, now, usual)
  if (Result.isFailure(deadline)) return [Result.fail(deadline.failure), state]
  const decided = decide(state, who, now)
  if (Result.isFailure(decided)) return [Result.fail(decided.failure), state]
  const task: TransferTasks.Task = {
    ...decided.success,
    id: newId,
    type: kind === "transfer" ? "TRANSFER" : "DELETE",
    owner: who.identity,
    submission: submissionId,
    label: label.success,
    requested: now,
    begins: now + Math.ceil(state.pace.task_start_seconds * 1000),
    deadline: deadline.success,
    canceled: null,
    notifies: {
      succeeded: submission.notify_on_succeeded ?? true,
      failed: submission.notify_on_failed ?? true
    },
    settled: false,
    over: false
  }
  const tasks = TransferTasks.add(state.tasks, underRules(task, state.pauseRules.values(), now))
  const after = [task.source, task.destination].reduce<State>(
    (state, id) => (id === null ? state : Uses.used(state, { id }, now)),
    { ...state, tasks }
  )
  return [Result.succeed({ code: "Accepted", id: newId }), after]
}

const submit = Effect.fnUntraced(function* (
  submission: Submission,
  kind: "transfer" | "delete",
  decide: Decide
) {
  const { attempt, uuid } = yield* Store
  const who = yield* Caller
  const newId = yield* uuid
  const { code, id } = yield* attempt((state, now) =>
    takeOn(state, who, now, newId, submission, kind, decide)
  )
  return {
    ...(yield* result(
      code,
      code === "Accepted"
        ? `The ${kind} has been accepted and a task has been created and queued for execution`
        : `A ${kind} with id ${id} was already submitted`,
      `${kind}_result`
    )),
    code,
    submission_id: SubmissionId.make(submission.submission_id ?? ""),
    task_id: TaskId.make(id),
    task_link: {
      DATA_TYPE: "link",
      href: `/v0.10/task/${id}?format=json`,
      rel: "related",
      resource: "task",
      title: "related task"
    }
  }
})

/** The directory that all paths have in common. */
const baseOf = (paths: ReadonlyArray<FileTree.Path>): string => {
  const [first = [], ...others] = paths.map((path) => path.slice(0, -1))
  const length = others.reduce((length, path) => {
    const end = first.findIndex((name, index) => name !== path[index])
    return end === -1 ? Math.min(length, path.length) : Math.min(length, end)
  }, first.length)
  return FileTree.formatDirectory(first.slice(0, length))
}

/** What the items of a transfer may not say. */
const checkItems = (
  items: NonNullable<TransferData.TransferDocument["DATA"]>
): Result.Result<void, Refusals.Refusal> => {
  for (const { DATA_TYPE, checksum_algorithm, external_checksum, recursive } of items) {
    const type = DATA_TYPE ?? "transfer_item"
    if (type !== "transfer_item" && type !== "transfer_symlink_item") {
      return Result.fail(badRequest(`Invalid DATA_TYPE of an item: ${type}`))
    }
    if (checksum_algorithm !== undefined && Checksums.named(checksum_algorithm) === undefined) {
      return Result.fail(badRequest(`Invalid checksum_algorithm: ${checksum_algorithm}`))
    }
    if (external_checksum !== undefined && recursive === true) {
      return Result.fail(badRequest("An external_checksum is that of a file, not of a directory"))
    }
  }
  return Result.succeed(undefined)
}

/** What the rest of a transfer may not say. */
const checkOptions = ({
  filter_rules,
  recursive_symlinks
}: TransferData.TransferDocument): Result.Result<void, Refusals.Refusal> => {
  for (const { method = "exclude", type = null } of filter_rules ?? []) {
    if (method !== "exclude" && method !== "include") {
      return Result.fail(badRequest(`Invalid method of a filter rule: ${method}`))
    }
    if (type !== null && type !== "file" && type !== "dir") {
      return Result.fail(badRequest(`Invalid type of a filter rule: ${type}`))
    }
  }
  return recursive_symlinks === undefined || linkModeOf(recursive_symlinks) !== undefined
    ? Result.succeed(undefined)
    : Result.fail(badRequest(`Invalid recursive_symlinks: ${recursive_symlinks}`))
}

const linkModeOf = (text: string) => (["ignore", "keep", "copy"] as const).find((mode) => mode === text)

const levelOf = { exists: 0, size: 1, mtime: 2, checksum: 3 } as const

/** Whether checksums are compared whatever is asked for: rather always than never. */
const verifies = (out: Settings.Settings, into: Settings.Settings): boolean | undefined =>
  out.verifies === true || into.verifies === true ? true : (out.verifies ?? into.verifies)

/** Refuses to let data of high assurance go to, or come from, where there is none; the code is not documented. */
const checkAssurance = (
  source: Collection,
  destination: Collection,
  out: Settings.Settings,
  into: Settings.Settings
): Result.Result<void, Refusals.Refusal> => {
  const open = [
    ...(out.isClosed("outbound") && source.high_assurance && !destination.high_assurance ? [source] : []),
    ...(into.isClosed("inbound") && destination.high_assurance && !source.high_assurance ? [destination] : [])
  ]
  return open[0] === undefined
    ? Result.succeed(undefined)
    : Result.fail(
        refusal(
          403,
          "PermissionDenied",
          `'${open[0].display_name}' has transfers only with collections of high assurance`
        )
      )
}

/** What a transfer is asked to do, some items of which have files that are not as their checksums say. */
const orderOf = (
  payload: TransferData.TransferDocument,
  isVerified: boolean,
  wrong: ReadonlySet<number>
): TransferOrder => {
  const level = payload.sync_level ?? null
  return {
    items: (payload.DATA ?? []).map((item, index) => {
      const isChecked = isVerified || item.external_checksum !== undefined
      const usual = isChecked ? Checksums.usual : undefined
      const algorithm =
        item.checksum_algorithm === undefined ? usual : Checksums.named(item.checksum_algorithm)
      return {
        source: item.source_path,
        destination: item.destination_path,
        recursive: item.recursive,
        ...(item.DATA_TYPE === "transfer_symlink_item" ? { isLink: true } : {}),
        ...(algorithm === undefined ? {} : { algorithm }),
        ...(wrong.has(index) ? { isWrong: true } : {})
      }
    }),
    rules: (payload.filter_rules ?? []).map(({ method, name, type }) => ({
      method: method ?? "exclude",
      name,
      type: type ?? null
    })),
    syncLevel: typeof level === "string" ? levelOf[level] : level,
    links: linkModeOf(payload.recursive_symlinks ?? "ignore") ?? "ignore",
    deletesExtra: payload.delete_destination_extra ?? false,
    skipsErrors: payload.skip_source_errors ?? false,
    failsOnQuota: payload.fail_on_quota_errors ?? false
  }
}

/** What a transfer will do, some items of which have files that are not as their checksums say. */
const decideTransfer =
  (payload: TransferData.TransferDocument, wrong: ReadonlySet<number> = new Set()): Decide =>
  (state, who, now) => {
    const items = payload.DATA ?? []
    if (items.length === 0) {
      return Result.fail(
        refusal(400, "ClientError.BadRequest.NoTransferItems", "A transfer requires at least one item")
      )
    }
    const { destination_endpoint: to, source_endpoint: from } = payload
    if (from === undefined) return Result.fail(badRequest("source_endpoint is required"))
    if (to === undefined) return Result.fail(badRequest("destination_endpoint is required"))
    return Result.gen(function* () {
      yield* checkItems(items)
      yield* checkOptions(payload)
      yield* checkPaths(items.flatMap(({ destination_path, source_path }) => [source_path, destination_path]))
      const source = yield* collectionOf(state, from)
      const destination = yield* collectionOf(state, to)
      yield* checkConsents(state, who, source === destination ? [source] : [source, destination], now)
      const sources = items.map((item) => FileTree.parsePath(item.source_path, source.home))
      const targets = items.map((item) => FileTree.parsePath(item.destination_path, destination.home))
      yield* permitted(state, who, source, "read", sources, now)
      yield* permitted(state, who, destination, "write", targets, now)
      const [out, into] = [Settings.of(state, source), Settings.of(state, destination)]
      yield* checkAssurance(source, destination, out, into)
      const preservesTimes =
        out.keepsTimes("outbound") || into.keepsTimes("inbound") || (payload.preserve_timestamp ?? false)
      const isVerified = verifies(out, into) ?? payload.verify_checksum ?? true
      const order = orderOf(payload, isVerified, wrong)
      const plan = TransferPlans.planTransfer(
        order,
        placeOf(state, who, source, now),
        placeOf(state, who, destination, now),
        state.pace
      )
      return {
        source: source.id,
        destination: destination.id,
        plan,
        preservesTimes,
        options: {
          sync_level: order.syncLevel,
          encrypt_data: out.encrypts || into.encrypts || (payload.encrypt_data ?? false),
          verify_checksum: isVerified,
          preserve_timestamp: preservesTimes,
          delete_destination_extra: order.deletesExtra,
          skip_source_errors: order.skipsErrors,
          fail_on_quota_errors: order.failsOnQuota,
          recursive_symlinks: order.links,
          filter_rules: payload.filter_rules ?? null,
          ...(payload.store_base_path_info === true
            ? { source_base_path: baseOf(sources), destination_base_path: baseOf(targets) }
            : {})
        }
      }
    })
  }

/** The items with a checksum that is not that of their file, as far as there is one and it is not too long. */
const wronglyChecked = Effect.fnUntraced(function* (payload: TransferData.TransferDocument) {
  const wrong = new Set<number>()
  const state = yield* (yield* Store).current
  const source = state.collections.get((payload.source_endpoint ?? "").toLowerCase())
  for (const [index, item] of (payload.DATA ?? []).entries()) {
    const algorithm = Checksums.named(item.checksum_algorithm ?? Checksums.usual)
    if (item.external_checksum === undefined || source === undefined || algorithm === undefined) continue
    const path = FileTree.parsePath(item.source_path, source.home)
    const file = Option.getOrUndefined(FileTree.find(rootOf(state.collections, source), path))
    if (file?._tag !== "File") continue
    const checksum = yield* Checksums.of(file, algorithm)
    if (checksum !== null && checksum !== item.external_checksum.toLowerCase()) wrong.add(index)
  }
  return wrong
})

/** Submits a transfer for somebody, as a service that acts on their behalf does. */
export const submitTransfer = (
  state: State,
  who: Who,
  now: number,
  newId: string,
  payload: TransferData.TransferDocument
): readonly [Result.Result<Accepted, Refusals.Refusal>, State] =>
  takeOn(state, who, now, newId, payload, "transfer", decideTransfer(payload))

// -----------------------------------------------------------------------------
// handlers
// -----------------------------------------------------------------------------

export const submissions: Handlers<(typeof TransferApi)["groups"]["tasks"]> = {
  getSubmissionId: Effect.fnUntraced(function* () {
    const { uuid } = yield* Store
    return { DATA_TYPE: "submission_id", value: SubmissionId.make(yield* uuid) }
  }),

  submitTransfer: Effect.fnUntraced(function* ({ payload }) {
    return yield* submit(payload, "transfer", decideTransfer(payload, yield* wronglyChecked(payload)))
  }),

  submitDelete: ({ payload }) =>
    submit(payload, "delete", (state, who, now) => {
      const paths = (payload.DATA ?? []).map(({ path }) => path)
      if (paths.length === 0) {
        return Result.fail(
          refusal(400, "ClientError.BadRequest.NoDeleteItems", "A delete requires at least one item")
        )
      }
      const { endpoint } = payload
      if (endpoint === undefined) return Result.fail(badRequest("endpoint is required"))
      return Result.gen(function* () {
        yield* checkPaths(paths)
        const collection = yield* usable(state, who, endpoint, now)
        const targets = paths.map((path) => FileTree.parsePath(path, collection.home))
        yield* permitted(state, who, collection, "write", targets, now)
        return {
          source: collection.id,
          destination: null,
          preservesTimes: false,
          options: payload.store_base_path_info === true ? { source_base_path: baseOf(targets) } : {},
          plan: TransferPlans.planDelete(
            {
              paths,
              recursive: payload.recursive ?? false,
              ignoresMissing: payload.ignore_missing ?? false,
              interpretsGlobs: payload.interpret_globs ?? false
            },
            placeOf(state, who, collection, now),
            state.pace
          )
        }
      })
    })
}

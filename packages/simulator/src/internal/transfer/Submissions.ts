/** Submissions: what becomes a task. */
import { SubmissionId, TaskId } from "@effect-globus/sdk/model"
import type { TransferApi, TransferData } from "@effect-globus/sdk/transfer"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as FileTree from "../FileTree.ts"
import * as Settings from "../gcs/Settings.ts"
import type * as Refusals from "../Refusal.ts"
import { Caller, type Handlers } from "../Service.ts"
import type { Collection, State } from "../State.ts"
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

const day = 86_400_000

interface Submission {
  readonly submission_id?: string | undefined
  readonly label?: string | null | undefined
  readonly deadline?: string | null | undefined
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
  const deadline = submission.deadline ?? null
  const until = deadline === null ? now + day : Date.parse(deadline)
  if (Number.isNaN(until)) return [Result.fail(badRequest(`Invalid deadline: ${deadline}`)), state]
  if (until <= now) return [Result.fail(badRequest("The deadline is in the past")), state]
  const decided = decide(state, who, now)
  if (Result.isFailure(decided)) return [Result.fail(decided.failure), state]
  const task: TransferTasks.Task = {
    ...decided.success,
    id: newId,
    type: kind === "transfer" ? "TRANSFER" : "DELETE",
    owner: who.identity,
    submission: submissionId,
    label: submission.label ?? null,
    requested: now,
    begins: now + Math.ceil(state.pace.task_start_seconds * 1000),
    deadline: until,
    canceled: null,
    settled: false
  }
  return [
    Result.succeed({ code: "Accepted", id: newId }),
    { ...state, tasks: TransferTasks.add(state.tasks, underRules(task, state.pauseRules.values(), now)) }
  ]
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

/** What a transfer will do. */
const decideTransfer =
  (payload: TransferData.TransferDocument): Decide =>
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
      const level = payload.sync_level ?? null
      const syncLevel = typeof level === "string" ? levelOf[level] : level
      const plan = TransferPlans.planTransfer(
        {
          items: items.map(({ destination_path, recursive, source_path }) => ({
            source: source_path,
            destination: destination_path,
            recursive
          })),
          rules: (payload.filter_rules ?? []).map(({ method, name, type }) => ({
            method: method ?? "exclude",
            name,
            type: type ?? null
          })),
          syncLevel,
          deletesExtra: payload.delete_destination_extra ?? false,
          skipsErrors: payload.skip_source_errors ?? false
        },
        placeOf(state, who, source),
        placeOf(state, who, destination),
        state.pace
      )
      return {
        source: source.id,
        destination: destination.id,
        plan,
        preservesTimes,
        options: {
          sync_level: syncLevel,
          encrypt_data: out.encrypts || into.encrypts || (payload.encrypt_data ?? false),
          verify_checksum: verifies(out, into) ?? payload.verify_checksum ?? true,
          preserve_timestamp: preservesTimes,
          delete_destination_extra: payload.delete_destination_extra ?? false,
          skip_source_errors: payload.skip_source_errors ?? false,
          fail_on_quota_errors: payload.fail_on_quota_errors ?? false,
          recursive_symlinks: payload.recursive_symlinks ?? "ignore",
          filter_rules: payload.filter_rules ?? null
        }
      }
    })
  }

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

  submitTransfer: ({ payload }) => submit(payload, "transfer", decideTransfer(payload)),

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
          options: {},
          plan: TransferPlans.planDelete(
            {
              paths,
              recursive: payload.recursive ?? false,
              ignoresMissing: payload.ignore_missing ?? false,
              interpretsGlobs: payload.interpret_globs ?? false
            },
            placeOf(state, who, collection),
            state.pace
          )
        }
      })
    })
}

/** What happens by itself as time passes, but for timers: tasks of Transfer and of Search do their work, and collections go that nobody uses. */
import * as Option from "effect/Option"
import type { Notification } from "../Notification.ts"
import * as Uses from "./gcs/Uses.ts"
import * as Indices from "./search/Indices.ts"
import { changeRoot, principal, type State, withMails } from "./State.ts"
import { placeOf } from "./transfer/Collections.ts"
import * as TransferPlans from "./TransferPlans.ts"
import * as TransferTasks from "./TransferTasks.ts"

/** What a task can do that was hindered before: nothing, if all is as it was. */
const retry = (state: State, task: TransferTasks.Task, now: number): TransferTasks.Plan | undefined => {
  const { waiting = null } = task.plan
  const source = state.collections.get(task.source)
  const destination = task.destination === null ? undefined : state.collections.get(task.destination)
  if (waiting === null || source === undefined) return undefined
  const who = { identity: task.owner }
  const from = placeOf(state, who, source, now)
  if ("paths" in waiting)
    return TransferPlans.ifNew(task, TransferPlans.planDelete(waiting, from, state.pace))
  if (destination === undefined) return undefined
  const to = placeOf(state, who, destination, now)
  return TransferPlans.ifNew(task, TransferPlans.planTransfer(waiting, from, to, state.pace))
}

/** The mail about the end of a task, if its owner wants one. */
const mailOf = (state: State, task: TransferTasks.Task, ended: number): ReadonlyArray<Notification> => {
  const { fatalError, filesDone, status } = TransferTasks.progress(task, ended)
  const isWanted = status === "SUCCEEDED" ? task.notifies?.succeeded : task.notifies?.failed
  const owner = Option.getOrUndefined(principal(state, task.owner))
  if (isWanted !== true || owner === undefined || owner.email === null) return []
  const nameOf = (id: string) => `${state.collections.get(id)?.display_name ?? "a collection"} (${id})`
  const lines = [
    `Task ID: ${task.id}`,
    `Task Type: ${task.type}`,
    `Status: ${status}`,
    ...(fatalError === null ? [] : [`Error: ${fatalError.code}: ${fatalError.description}`]),
    `Source: ${nameOf(task.source)}`,
    ...(task.destination === null ? [] : [`Destination: ${nameOf(task.destination)}`, `Files: ${filesDone}`]),
    ...(task.label === null ? [] : [`Label: ${task.label}`])
  ]
  return [
    {
      sent: ended,
      to: owner.email,
      event: status === "SUCCEEDED" ? "task_succeeded" : "task_failed",
      about: task.id,
      subject: `${status} - ${task.label ?? task.id}`,
      text: lines.join("\n")
    }
  ]
}

/** Lets whatever is due by now happen, but for timers. */
export const settle = (state: State, now: number): State => {
  let { collections, notifications } = state
  const tasks = TransferTasks.settle(state.tasks, now, {
    change: (id, how) => {
      collections = changeRoot(collections, id, how)
    },
    retry: (task, at) => retry({ ...state, collections }, task, at),
    end: (task, at) => {
      notifications = withMails(notifications, mailOf(state, task, at))
    }
  })
  const [indices, indexTasks] = Indices.settle(state.indices, state.indexTasks, now)
  const after =
    tasks === state.tasks && indexTasks === state.indexTasks
      ? state
      : { ...state, collections, notifications, tasks, indices, indexTasks }
  return Uses.settle(after, now)
}

/** Pausing what is done on collections: rules, and the tasks that they hold up. */
import { EndpointId, IdentityId, PauseRuleId } from "@effect-globus/sdk/model"
import * as Result from "effect/Result"
import * as Instant from "../Instant.ts"
import type * as Refusals from "../Refusal.ts"
import type { Collection, State } from "../State.ts"
import * as TransferTasks from "../TransferTasks.ts"
import { refusal } from "./Answer.ts"
import type { PauseRule } from "./Records.ts"

/** A rule, as those see it who manage the collection. */
export const pauseRuleOf = (state: State, rule: PauseRule) => ({
  DATA_TYPE: "pause_rule",
  id: PauseRuleId.make(rule.id),
  message: rule.message,
  start_time: Instant.ofTask(rule.starts),
  endpoint_id: EndpointId.make(rule.collection),
  endpoint_display_name: state.collections.get(rule.collection)?.display_name ?? null,
  identity_id: rule.identity === null ? null : IdentityId.make(rule.identity),
  modified_by_id: IdentityId.make(rule.modifiedBy),
  created_by_host_manager: false,
  editable: true,
  pause_ls: rule.ls,
  pause_mkdir: rule.mkdir,
  pause_symlink: rule.symlink,
  pause_rename: rule.rename,
  pause_task_delete: rule.task_delete,
  pause_task_transfer_write: rule.task_transfer_write,
  pause_task_transfer_read: rule.task_transfer_read
})

/** A rule, as those see it whom it concerns. */
export const limitedRuleOf = (state: State, rule: PauseRule) => {
  const { endpoint_display_name, endpoint_id, id, identity_id, message, start_time } = pauseRuleOf(
    state,
    rule
  )
  return {
    DATA_TYPE: "pause_rule_limited",
    id,
    message,
    start_time,
    endpoint_id,
    endpoint_display_name,
    identity_id
  }
}

/** The rules that concern somebody on a collection. */
export const rulesFor = (state: State, collection: string, identity: string): ReadonlyArray<PauseRule> =>
  [...state.pauseRules.values()].filter(
    (rule) => rule.collection === collection && (rule.identity === null || rule.identity === identity)
  )

/** Refuses what a rule pauses. */
export const checkPaused = (
  state: State,
  collection: Collection,
  identity: string,
  what: "ls" | "mkdir" | "rename" | "symlink",
  now: number
): Result.Result<void, Refusals.Refusal> => {
  const rule = rulesFor(state, collection.id, identity).find((rule) => rule[what] && rule.starts <= now)
  return rule === undefined
    ? Result.succeed(undefined)
    : Result.fail(
        refusal(409, "Conflict", `Paused by a manager of '${collection.display_name}': ${rule.message}`)
      )
}

/** On which sides of a task a rule holds it up. */
const sidesOf = (rule: PauseRule, task: TransferTasks.Task): ReadonlyArray<"SOURCE" | "DESTINATION"> => {
  if (rule.identity !== null && rule.identity !== task.owner) return []
  if (task.type === "DELETE") {
    return rule.task_delete && task.source === rule.collection ? ["SOURCE"] : []
  }
  return [
    ...(rule.task_transfer_read && task.source === rule.collection ? (["SOURCE"] as const) : []),
    ...(rule.task_transfer_write && task.destination === rule.collection ? (["DESTINATION"] as const) : [])
  ]
}

const sideOf = ([first, second]: ReadonlyArray<"SOURCE" | "DESTINATION">): TransferTasks.Pause["side"] =>
  second === undefined ? (first ?? "SOURCE") : "BOTH"

/** A task that is held up as the rules say: from now on, and no longer by those that are gone. */
export const underRules = (
  task: TransferTasks.Task,
  rules: Iterable<PauseRule>,
  now: number
): TransferTasks.Task => {
  const before = task.pauses ?? []
  const concerning = [...rules].flatMap((rule) => {
    const sides = sidesOf(rule, task)
    return sides.length === 0 ? [] : [{ rule, side: sideOf(sides) }]
  })
  const isHeld = (id: string) => concerning.some(({ rule }) => rule.id === id)
  const kept = before.map((pause) =>
    pause.rule !== null && pause.until === null && !isHeld(pause.rule)
      ? { ...pause, until: Math.max(now, pause.from) }
      : pause
  )
  const isOpen = (id: string) => kept.some(({ rule, until }) => rule === id && until === null)
  const added = concerning.flatMap(({ rule, side }) =>
    isOpen(rule.id)
      ? []
      : [{ from: Math.max(now, rule.starts), until: null, rule: rule.id, message: rule.message, side }]
  )
  return added.length === 0 && kept.every((pause, index) => pause === before[index])
    ? task
    : { ...task, pauses: [...kept, ...added] }
}

/** A state in which every task is held up as the rules say. */
export const applyRules = (state: State, now: number): State => {
  const rules = [...state.pauseRules.values()]
  const tasks = TransferTasks.all(state.tasks)
    .filter((task) => TransferTasks.ended(task, now) === null)
    .reduce((tasks, task) => {
      const held = underRules(task, rules, now)
      return held === task ? tasks : TransferTasks.change(tasks, held)
    }, state.tasks)
  return { ...state, tasks }
}

/** Why a task is paused, by side. */
export const messagesOf = (task: TransferTasks.Task, now: number) => {
  const messageOn = (side: "SOURCE" | "DESTINATION") =>
    task.pauses?.find(
      (pause) =>
        pause.rule === null &&
        (pause.side === side || pause.side === "BOTH") &&
        pause.from <= now &&
        (pause.until === null || pause.until > now)
    )?.message ?? null
  return {
    source_pause_message: messageOn("SOURCE"),
    source_pause_message_share: null,
    destination_pause_message: messageOn("DESTINATION"),
    destination_pause_message_share: null
  }
}

/** The rules that hold a task up. */
export const rulesOf = (state: State, task: TransferTasks.Task): ReadonlyArray<PauseRule> =>
  (task.pauses ?? []).flatMap(({ rule, until }) => {
    const found = rule === null || until !== null ? undefined : state.pauseRules.get(rule)
    return found === undefined ? [] : [found]
  })

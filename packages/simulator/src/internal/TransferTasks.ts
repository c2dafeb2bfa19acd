/**
 * Tasks of Transfer. What a task will do is decided when it is submitted (`TransferPlans`); how far it has come follows from the time
 * that has passed since, so nothing has to run for it. What it did is put into the file trees once it has ended.
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as FileTree from "./FileTree.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** A file that a transfer copies. */
export interface PlannedFile {
  readonly source: string
  readonly destination: string
  readonly file: FileTree.File
  /** When it will have arrived, in milliseconds after the task's beginning. */
  readonly arrives: number
}

/** Why something cannot be done with a file. */
export interface Trouble {
  readonly code: string
  readonly description: string
}

/** A file that a transfer goes without. */
export interface Skipped {
  readonly source: string
  readonly destination: string
  /** Default: it is not there. */
  readonly code?: "FILE_NOT_FOUND" | "PERMISSION_DENIED" | undefined
  readonly directory?: boolean | undefined
}

/** A time in which nothing is done, because of a rule or because a manager says so. */
export interface Pause {
  /** Milliseconds since 1970. */
  readonly from: number
  readonly until: number | null
  readonly rule: string | null
  readonly message: string
  /** On which side the managers are who said it. */
  readonly side: "SOURCE" | "DESTINATION" | "BOTH"
}

/** What a task does, as far as the state at its submission allows to say. */
export interface Plan {
  readonly files: ReadonlyArray<PlannedFile>
  /** The directories that have to exist at the destination. */
  readonly directories: ReadonlyArray<string>
  /** What is removed: by a deletion, or from the destination of a transfer that removes what its source has not. */
  readonly removals: ReadonlyArray<string>
  /** How many files the destination has already. */
  readonly skippedFiles: number
  readonly skippedErrors: ReadonlyArray<Skipped>
  /** Why the task fails right at its beginning. */
  readonly failure: Trouble | null
  /** What is tried again and again, in vain, until the deadline. */
  readonly hindrance?: Trouble | null | undefined
  /** How long all takes, in milliseconds. */
  readonly duration: number
}

export interface Task {
  readonly id: string
  readonly type: "TRANSFER" | "DELETE"
  readonly owner: string
  readonly submission: string
  readonly label: string | null
  /** The collection that files come from, or are removed from. */
  readonly source: string
  readonly destination: string | null
  /** What was submitted besides, as it is shown. */
  readonly options: { readonly [name: string]: unknown }
  readonly preservesTimes: boolean
  /** Milliseconds since 1970. */
  readonly requested: number
  readonly begins: number
  readonly deadline: number
  readonly canceled: number | null
  /** Which managers canceled it, and what they said. */
  readonly canceledBy?: { readonly side: Pause["side"]; readonly message: string } | undefined
  readonly pauses?: ReadonlyArray<Pause> | undefined
  /** Whether what it did is in the file trees. */
  readonly settled: boolean
  readonly plan: Plan
}

export interface Tasks {
  readonly byId: HashMap.HashMap<string, Task>
  /** The id of the task of each submission, by owner and submission id. */
  readonly bySubmission: HashMap.HashMap<string, string>
  /** The tasks that are not settled, the next to end first. */
  readonly due: ReadonlyArray<{ readonly id: string; readonly at: number }>
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

export const empty: Tasks = { byId: HashMap.empty(), bySubmission: HashMap.empty(), due: [] }

export const fromList = (tasks: ReadonlyArray<Task>): Tasks => tasks.reduce(add, empty)

// -----------------------------------------------------------------------------
// progress
// -----------------------------------------------------------------------------

/** The times in which nothing is done, in their order. */
const stretches = ({ pauses = [] }: Task): ReadonlyArray<readonly [from: number, until: number]> =>
  pauses.map(({ from, until }) => [from, until ?? Infinity] as const).toSorted(([a], [b]) => a - b)

/** How long something has been done by some time, in milliseconds. */
export const elapsed = (task: Task, until: number): number => {
  let time = 0
  let from = task.begins
  for (const [start, end] of stretches(task)) {
    if (start >= until) break
    time += Math.max(0, start - from)
    from = Math.max(from, end)
  }
  return time + Math.max(0, until - from)
}

/** When all is done: never, if something hinders it or if it is paused for good. */
const done = (task: Task): number => {
  if ((task.plan.hindrance ?? null) !== null) return Infinity
  let left = task.plan.duration
  let from = task.begins
  for (const [start, end] of stretches(task)) {
    if (start > from) {
      if (start - from >= left) break
      left -= start - from
    }
    from = Math.max(from, end)
  }
  return from + left
}

/** When a task ends by itself. */
const ends = (task: Task): number => Math.min(done(task), task.deadline)

/** What pauses a task. */
export const pausedBy = (task: Task, now: number): Pause | undefined =>
  task.pauses?.find(({ from, until }) => from <= now && (until === null || until > now))

const retryInterval = 60_000

/** How often a task has tried something in vain. */
const faultsOf = (task: Task, now: number): number =>
  (task.plan.hindrance ?? null) === null || now < task.begins
    ? 0
    : 1 + Math.floor(elapsed(task, Math.min(now, task.canceled ?? Infinity, ends(task))) / retryInterval)

/** When a task ended, if it has. */
export const ended = (task: Task, now: number): number | null => {
  const at = task.canceled ?? ends(task)
  return at <= now ? at : null
}

export interface Progress {
  readonly status: "ACTIVE" | "SUCCEEDED" | "FAILED"
  readonly ended: number | null
  readonly fatalError: { readonly code: string; readonly description: string } | null
  /** What hinders it, while it is active. */
  readonly hindrance: Trouble | null
  readonly faults: number
  readonly pause: Pause | undefined
  readonly filesDone: number
  readonly bytes: number
  readonly bytesPerSecond: number
}

/** How far a task is. */
export const progress = (task: Task, now: number): Progress => {
  const { files } = task.plan
  const end = ended(task, now)
  const time = elapsed(task, Math.min(now, task.canceled ?? Infinity, ends(task)))
  let filesDone = 0
  let bytes = 0
  let before = 0
  for (const { arrives, file } of files) {
    if (arrives > time) {
      bytes += Math.floor((file.size * (time - before)) / (arrives - before))
      break
    }
    bytes += file.size
    before = arrives
    filesDone += 1
  }
  const fatalError =
    end === null
      ? null
      : task.canceled !== null
        ? {
            code: "CANCELED",
            description: task.canceledBy === undefined ? "canceled by user" : "canceled by admin"
          }
        : (task.plan.failure ??
          (done(task) > task.deadline ? { code: "EXPIRED", description: "The deadline has passed." } : null))
  const seconds = (Math.min(now, end ?? now) - task.requested) / 1000
  return {
    status: end === null ? "ACTIVE" : fatalError === null ? "SUCCEEDED" : "FAILED",
    ended: end,
    fatalError,
    hindrance: end === null && now >= task.begins ? (task.plan.hindrance ?? null) : null,
    faults: faultsOf(task, now) + (fatalError !== null && task.canceled === null ? 1 : 0),
    pause: end === null ? pausedBy(task, now) : undefined,
    filesDone,
    bytes,
    bytesPerSecond: seconds <= 0 ? 0 : Math.round(bytes / seconds)
  }
}

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

const submissionKey = (owner: string, submission: string): string => `${owner} ${submission}`

/** The task that a submission has become. */
export const ofSubmission = (tasks: Tasks, owner: string, submission: string): Option.Option<Task> =>
  Option.flatMap(HashMap.get(tasks.bySubmission, submissionKey(owner, submission)), (id) => get(tasks, id))

export const get = (tasks: Tasks, id: string): Option.Option<Task> => HashMap.get(tasks.byId, id)

/** The tasks of an identity, the latest first. */
export const ofOwner = (tasks: Tasks, owner: string): ReadonlyArray<Task> =>
  HashMap.toValues(tasks.byId)
    .filter((task) => task.owner === owner)
    .toSorted((a, b) => b.requested - a.requested || (a.id < b.id ? -1 : 1))

/** How many tasks of an identity have not ended. */
export const queued = (tasks: Tasks, owner: string, now: number): number =>
  tasks.due.filter(({ id }) =>
    Option.exists(get(tasks, id), (task) => task.owner === owner && ended(task, now) === null)
  ).length

const isDue = (id: string, at: number, due: Tasks["due"]): Tasks["due"] =>
  [...due.filter((other) => other.id !== id), { id, at }].toSorted((a, b) => a.at - b.at)

/** The tasks of all identities, the latest first. */
export const all = (tasks: Tasks): ReadonlyArray<Task> =>
  HashMap.toValues(tasks.byId).toSorted((a, b) => b.requested - a.requested || (a.id < b.id ? -1 : 1))

/** Forgets a task that has ended. */
export const remove = (tasks: Tasks, { id, owner, submission }: Task): Tasks => ({
  byId: HashMap.remove(tasks.byId, id),
  bySubmission: HashMap.remove(tasks.bySubmission, submissionKey(owner, submission)),
  due: tasks.due.filter((other) => other.id !== id)
})

/** Takes a task on. */
export const add = (tasks: Tasks, task: Task): Tasks => ({
  byId: HashMap.set(tasks.byId, task.id, task),
  bySubmission: HashMap.set(tasks.bySubmission, submissionKey(task.owner, task.submission), task.id),
  due: task.settled ? tasks.due : isDue(task.id, task.canceled ?? ends(task), tasks.due)
})

/** Changes a task that has not ended. */
export const change = (tasks: Tasks, task: Task): Tasks => add(tasks, task)

/** A file tree in which a task has done what it had time for. */
const apply = (root: FileTree.Directory, task: Task, until: number): FileTree.Directory => {
  const defaults = { modified: until, user: "globus", group: "globus" }
  const isDone = until >= done(task)
  const time = elapsed(task, until)
  // What cannot be done, because somebody else was faster, is left.
  const attempt = (tree: FileTree.Directory, result: Result.Result<FileTree.Directory, FileTree.Problem>) =>
    Result.getOrElse(result, () => tree)
  let tree = root
  if (isDone) for (const path of task.plan.removals) tree = attempt(tree, FileTree.remove(tree, parse(path)))
  if (until >= task.begins) {
    for (const path of task.plan.directories) {
      tree = attempt(tree, FileTree.ensureDirectory(tree, parse(path), defaults))
    }
  }
  // Directory by directory: a hundred thousand trees that differ in one file would be much to throw away.
  const arrived = task.plan.files.filter(({ arrives }) => arrives <= time)
  for (const [parent, files] of byParent(arrived)) {
    const copies = files.map(({ arrives, destination, file }): readonly [string, FileTree.File] => [
      destination.slice(parent.length + 1),
      { ...file, ...defaults, modified: task.preservesTimes ? file.modified : task.begins + arrives }
    ])
    tree = attempt(tree, FileTree.putAll(tree, parse(parent), copies, defaults))
  }
  return tree
}

/** Files by the paths of the directories that they go to. */
const byParent = (files: ReadonlyArray<PlannedFile>): ReadonlyMap<string, ReadonlyArray<PlannedFile>> =>
  Map.groupBy(files, ({ destination }) => destination.slice(0, destination.lastIndexOf("/")))

const parse = (path: string): FileTree.Path => FileTree.parsePath(path, [])

/** Lets the tasks that have ended by now change the file trees. */
export const settle = (
  tasks: Tasks,
  now: number,
  change: (collection: string, how: (root: FileTree.Directory) => FileTree.Directory) => void
): Tasks => {
  if (tasks.due[0] === undefined || tasks.due[0].at > now) return tasks
  let { byId } = tasks
  for (const { at, id } of tasks.due) {
    const task = Option.getOrUndefined(HashMap.get(byId, id))
    if (at > now) break
    if (task === undefined) continue
    change(task.destination ?? task.source, (root) => apply(root, task, at))
    byId = HashMap.set(byId, id, { ...task, settled: true })
  }
  return { ...tasks, byId, due: tasks.due.filter(({ at }) => at > now) }
}

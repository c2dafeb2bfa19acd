/**
 * Tasks of Transfer. What a task will do is decided when it is submitted (`TransferPlans`); how far it has come follows from the time
 * that has passed since, so nothing has to run for it. What it did is put into the file trees once there is nothing left that it could
 * do. What could not be done is tried again every minute, until the deadline.
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as FileTree from "./FileTree.ts"
import type { DeleteOrder, TransferOrder } from "./transfer/Records.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** A file that a transfer copies. */
export interface PlannedFile {
  readonly source: string
  readonly destination: string
  readonly file: FileTree.File
  /** How its checksum is computed. Default: it is not. */
  readonly algorithm?: string | undefined
  /** When it is begun, in milliseconds of the task's work. Default: when the one before it has arrived. */
  readonly starts?: number | undefined
  /** When it will have arrived. */
  readonly arrives: number
}

/** A link that a transfer makes. */
export interface PlannedLink {
  readonly source: string
  readonly destination: string
  readonly target: string
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
  readonly link?: boolean | undefined
}

/** What was tried in vain for a while. */
export interface Overcome extends Trouble {
  /** In milliseconds of the task's work. */
  readonly from: number
  readonly until: number
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

/** What a task does, as far as the state at its submission, or when it was tried again, allows to say. */
export interface Plan {
  readonly files: ReadonlyArray<PlannedFile>
  readonly links?: ReadonlyArray<PlannedLink> | undefined
  /** The directories that have to exist at the destination. */
  readonly directories: ReadonlyArray<string>
  /** What is removed: by a deletion, or from the destination of a transfer that removes what its source has not. */
  readonly removals: ReadonlyArray<string>
  /** How many files the destination has already. */
  readonly skippedFiles: number
  readonly skippedErrors: ReadonlyArray<Skipped>
  /** Why the task fails once all else is done. */
  readonly failure: Trouble | null
  /** What is tried again and again, in vain, until the deadline. */
  readonly hindrance?: Trouble | null | undefined
  /** What might succeed when it is tried again. */
  readonly waiting?: TransferOrder | DeleteOrder | null | undefined
  /** What hindered it before. */
  readonly overcome?: ReadonlyArray<Overcome> | undefined
  /** How long all takes, in milliseconds. */
  readonly duration: number
}

/** How much of a plan is in the file trees. */
export interface Applied {
  readonly files: number
  readonly links: number
  readonly directories: number
  readonly removals: number
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
  /** Which ends are told by mail. */
  readonly notifies?: { readonly succeeded: boolean; readonly failed: boolean } | undefined
  /** Whether all that it could do so far is in the file trees. */
  readonly settled: boolean
  /** What was there when it was settled before. */
  readonly applied?: Applied | undefined
  /** Whether its end has been noticed. Default: if it is settled. */
  readonly over?: boolean | undefined
  readonly plan: Plan
}

export interface Tasks {
  readonly byId: HashMap.HashMap<string, Task>
  /** The id of the task of each submission, by owner and submission id. */
  readonly bySubmission: HashMap.HashMap<string, string>
  /** The tasks that are not over, and when something happens to them, the next first. */
  readonly due: ReadonlyArray<{ readonly id: string; readonly at: number }>
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

export const empty: Tasks = { byId: HashMap.empty(), bySubmission: HashMap.empty(), due: [] }

/** A task, and when something happens to it next. */
export interface Listed extends Task {
  readonly due?: number | undefined
}

export const toList = ({ byId, due }: Tasks): ReadonlyArray<Listed> => {
  const times = new Map(due.map(({ at, id }) => [id, at]))
  return Array.from(HashMap.values(byId), (task) => ({ ...task, due: times.get(task.id) }))
}

export const fromList = (tasks: ReadonlyArray<Listed>): Tasks =>
  tasks.reduce((known, { due, ...task }) => put(known, task, due), empty)

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

/** When something has been done for so long: never, if it is paused for good before. */
const timeOf = (task: Task, work: number): number => {
  let left = work
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

const isHindered = ({ plan }: Task): boolean => (plan.hindrance ?? null) !== null

/** When all is done: never, if something hinders it or if it is paused for good. */
const done = (task: Task): number => (isHindered(task) ? Infinity : timeOf(task, task.plan.duration))

/** When a task ends by itself. */
const ends = (task: Task): number => Math.min(done(task), task.deadline)

/** What pauses a task. */
export const pausedBy = (task: Task, now: number): Pause | undefined =>
  task.pauses?.find(({ from, until }) => from <= now && (until === null || until > now))

const retryInterval = 60_000

/** What hindered a task, and since when. */
const troubles = ({ plan }: Task): ReadonlyArray<Overcome> => {
  const overcome = plan.overcome ?? []
  const hindrance = plan.hindrance ?? null
  return hindrance === null
    ? overcome
    : [...overcome, { ...hindrance, from: overcome.at(-1)?.until ?? 0, until: Infinity }]
}

/** What a task tried in vain: from which attempt on, and how often. */
const attempts = (
  task: Task,
  now: number
): ReadonlyArray<Trouble & { readonly first: number; readonly count: number }> => {
  const end = Math.min(now, task.canceled ?? Infinity, ends(task))
  if (end < task.begins) return []
  const work = elapsed(task, end)
  return troubles(task).map(({ code, description, from, until }) => {
    const first = Math.ceil(from / retryInterval)
    const last = until > work ? Math.floor(work / retryInterval) : Math.ceil(until / retryInterval) - 1
    return { code, description, first, count: Math.max(0, last - first + 1) }
  })
}

/** What a task tried in vain, and when. */
export const faultsOf = (task: Task, now: number): ReadonlyArray<Trouble & { readonly at: number }> =>
  attempts(task, now).flatMap(({ code, count, description, first }) =>
    Array.from({ length: count }, (_, index) => ({
      code,
      description,
      at: timeOf(task, (first + index) * retryInterval)
    }))
  )

/** When a task is tried again: after some time, once all else is done. */
const nextAttempt = (task: Task, after: number): number => {
  const work = Math.max(task.plan.duration, elapsed(task, after) + 1)
  return timeOf(task, Math.ceil(work / retryInterval) * retryInterval)
}

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
  readonly linksDone: number
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
  for (const { arrives, file, starts = before } of files) {
    if (arrives > time) {
      if (time > starts) bytes += Math.floor((file.size * (time - starts)) / (arrives - starts))
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
        : done(task) > task.deadline
          ? { code: "EXPIRED", description: "The deadline has passed." }
          : task.plan.failure
  const seconds = (Math.min(now, end ?? now) - task.requested) / 1000
  return {
    status: end === null ? "ACTIVE" : fatalError === null ? "SUCCEEDED" : "FAILED",
    ended: end,
    fatalError,
    hindrance: end === null && now >= task.begins ? (task.plan.hindrance ?? null) : null,
    faults:
      attempts(task, now).reduce((faults, { count }) => faults + count, 0) +
      (fatalError !== null && task.canceled === null ? 1 : 0),
    pause: end === null ? pausedBy(task, now) : undefined,
    filesDone,
    linksDone: (task.plan.links ?? []).filter(({ arrives }) => arrives <= time).length,
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

type Due = Tasks["due"]

/** When something happens to a task next, after some time. */
const nextOf = (task: Task, after: number): number => {
  const end = task.canceled ?? ends(task)
  if (!task.settled) return Math.min(timeOf(task, task.plan.duration), end)
  const isWaiting = task.canceled === null && (task.plan.waiting ?? null) !== null
  return isWaiting ? Math.min(nextAttempt(task, after), end) : end
}

const withDue = (id: string, at: number, due: Due): Due => {
  const others = due.filter((other) => other.id !== id)
  const index = others.findIndex((other) => other.at > at)
  return others.toSpliced(index === -1 ? others.length : index, 0, { id, at })
}

/** The tasks of all identities, the latest first. */
export const all = (tasks: Tasks): ReadonlyArray<Task> =>
  HashMap.toValues(tasks.byId).toSorted((a, b) => b.requested - a.requested || (a.id < b.id ? -1 : 1))

/** Forgets a task that has ended. */
export const remove = (tasks: Tasks, { id, owner, submission }: Task): Tasks => ({
  byId: HashMap.remove(tasks.byId, id),
  bySubmission: HashMap.remove(tasks.bySubmission, submissionKey(owner, submission)),
  due: tasks.due.filter((other) => other.id !== id)
})

/** A task as it is now; what it did before something was to happen to it next is not done again. */
const put = (tasks: Tasks, task: Task, next: number = task.begins + 1): Tasks => ({
  byId: HashMap.set(tasks.byId, task.id, task),
  bySubmission: HashMap.set(tasks.bySubmission, submissionKey(task.owner, task.submission), task.id),
  due: (task.over ?? task.settled) ? tasks.due : withDue(task.id, nextOf(task, next - 1), tasks.due)
})

/** Takes a task on. */
export const add = (tasks: Tasks, task: Task): Tasks => put(tasks, task)

/** Changes a task that has not ended. */
export const change = (tasks: Tasks, task: Task): Tasks =>
  put(tasks, task, tasks.due.find(({ id }) => id === task.id)?.at)

const nothingApplied: Applied = { files: 0, links: 0, directories: 0, removals: 0 }

/** How much of a plan there was time for. */
const workOf = (task: Task, until: number): Applied => {
  const { directories, files, links = [], removals } = task.plan
  const time = elapsed(task, until)
  const arrived = (things: ReadonlyArray<{ readonly arrives: number }>) => {
    const index = things.findIndex(({ arrives }) => arrives > time)
    return index === -1 ? things.length : index
  }
  const hasRemoved = task.type === "DELETE" ? time >= task.plan.duration : until >= done(task)
  return {
    files: arrived(files),
    links: arrived(links),
    directories: until >= task.begins ? directories.length : 0,
    removals: hasRemoved && task.plan.failure === null ? removals.length : 0
  }
}

/** A file tree in which a task has done what it had time for since it did something last. */
const apply = (root: FileTree.Directory, task: Task, until: number, work: Applied): FileTree.Directory => {
  const defaults = { modified: until, user: "globus", group: "globus" }
  const before = task.applied ?? nothingApplied
  const { directories, files, links = [], removals } = task.plan
  // What cannot be done, because somebody else was faster, is left.
  const attempt = (tree: FileTree.Directory, result: Result.Result<FileTree.Directory, FileTree.Problem>) =>
    Result.getOrElse(result, () => tree)
  let tree = root
  for (const path of removals.slice(before.removals, work.removals)) {
    tree = attempt(tree, FileTree.remove(tree, parse(path)))
  }
  for (const path of directories.slice(before.directories, work.directories)) {
    tree = attempt(tree, FileTree.ensureDirectory(tree, parse(path), defaults))
  }
  // Directory by directory: a hundred thousand trees that differ in one file would be much to throw away.
  for (const [parent, inside] of byParent(files.slice(before.files, work.files))) {
    const copies = inside.map(({ arrives, destination, file }): readonly [string, FileTree.File] => [
      destination.slice(parent.length + 1),
      { ...file, ...defaults, modified: task.preservesTimes ? file.modified : timeOf(task, arrives) }
    ])
    tree = attempt(tree, FileTree.putAll(tree, parse(parent), copies, defaults))
  }
  for (const { arrives, destination, target } of links.slice(before.links, work.links)) {
    const link = FileTree.link({ ...defaults, modified: timeOf(task, arrives) }, target)
    tree = attempt(tree, FileTree.put(tree, parse(destination), link, defaults))
  }
  return tree
}

/** Files by the paths of the directories that they go to. */
const byParent = (files: ReadonlyArray<PlannedFile>): ReadonlyMap<string, ReadonlyArray<PlannedFile>> =>
  Map.groupBy(files, ({ destination }) => destination.slice(0, destination.lastIndexOf("/")))

const parse = (path: string): FileTree.Path => FileTree.parsePath(path, [])

/** A task that goes on with what could not be done before. */
const resumed = (task: Task, again: Plan, at: number): Task => {
  const { plan } = task
  const since = elapsed(task, at)
  const [first, ...others] = again.files
  const later = <A extends { readonly arrives: number }>(thing: A): A => ({
    ...thing,
    arrives: thing.arrives + since
  })
  const hasChanged = again.hindrance?.code !== plan.hindrance?.code
  const overcome = troubles(task).map((trouble) => ({ ...trouble, until: Math.min(trouble.until, since) }))
  return {
    ...task,
    settled: false,
    plan: {
      files: [
        ...plan.files,
        ...(first === undefined ? [] : [{ ...later(first), starts: since }]),
        ...others.map(later)
      ],
      links: [...(plan.links ?? []), ...(again.links ?? []).map(later)],
      directories: [...plan.directories, ...again.directories],
      removals: [...plan.removals, ...again.removals],
      skippedFiles: plan.skippedFiles + again.skippedFiles,
      skippedErrors: [...plan.skippedErrors, ...again.skippedErrors],
      failure: again.failure,
      hindrance: again.hindrance,
      waiting: again.waiting,
      overcome: hasChanged ? overcome : plan.overcome,
      duration: since + again.duration
    }
  }
}

/** What the passing of time has to do with. */
export interface Surroundings {
  /** Changes the files of a collection. */
  readonly change: (collection: string, how: (root: FileTree.Directory) => FileTree.Directory) => void
  /** What a task does that is tried again, if there is anything new that it could do. */
  readonly retry: (task: Task, at: number) => Plan | undefined
  /** Notices that a task has ended. */
  readonly end: (task: Task, at: number) => void
}

/** Lets what is due by now happen to tasks. */
export const settle = (tasks: Tasks, now: number, world: Surroundings): Tasks => {
  if (tasks.due[0] === undefined || tasks.due[0].at > now) return tasks
  let { byId, due } = tasks
  // Those that were tried again in vain since files changed last.
  const inVain = new Set<string>()
  for (let next = due[0]; next !== undefined && next.at <= now; next = due[0]) {
    const { at, id } = next
    due = due.slice(1)
    let task = Option.getOrUndefined(HashMap.get(byId, id))
    if (task === undefined) continue
    if (!task.settled) {
      const work = workOf(task, at)
      const { destination, source } = task
      const unsettled = task
      world.change(destination ?? source, (root) => apply(root, unsettled, at, work))
      inVain.clear()
      task = { ...task, settled: true, applied: work }
    }
    if (ended(task, at) !== null) {
      world.end(task, at)
      task = { ...task, over: true }
    } else {
      let from = at
      if (nextAttempt(task, at - 1) === at) {
        const again = world.retry(task, at)
        if (again !== undefined) task = resumed(task, again, at)
        else {
          inVain.add(id)
          // Trying again is of no use before somebody else has done something.
          const change = due.find((other) => !inVain.has(other.id))?.at ?? Infinity
          from = Math.max(at, Math.min(change - 1, now))
        }
      }
      due = withDue(id, nextOf(task, from), due)
    }
    byId = HashMap.set(byId, id, task)
  }
  return { ...tasks, byId, due }
}

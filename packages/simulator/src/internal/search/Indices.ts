/** Indices of Globus Search: what they hold, and the tasks that change them. */
import { type IndexId, IndexRoleId, type IndexTaskId } from "@effect-globus/sdk/model"
import { DeleteQuery } from "@effect-globus/sdk/search"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as World from "../../World.ts"
import * as Instant from "../Instant.ts"
import { uuidOf } from "../uuidOf.ts"
import * as Search from "./Engine.ts"
import type { Entry, Index, Role } from "./Index.ts"

export type { Entry, Index, Role }

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What a task does to an index. */
export type Change =
  | { readonly _tag: "Ingest"; readonly entries: ReadonlyArray<Entry>; readonly mapping: Index["mapping"] }
  | { readonly _tag: "DeleteEntry"; readonly subject: string; readonly id: string | null }
  | { readonly _tag: "DeleteSubjects"; readonly subjects: ReadonlyArray<string> }
  | {
      readonly _tag: "DeleteByQuery"
      /** A `DeleteQuery`, as JSON. */
      readonly query: { readonly [field: string]: unknown }
      readonly principals: ReadonlyArray<string>
    }

export interface Task {
  readonly id: IndexTaskId
  readonly index: IndexId
  readonly type: string
  readonly created: number
  readonly begins: number
  readonly completes: number
  /** What it will have done; null once it has. */
  readonly change: Change | null
  readonly message: string
}

export interface Tasks {
  readonly byId: ReadonlyMap<string, Task>
  /** The tasks that have not completed, the next to complete first. */
  readonly due: ReadonlyArray<Task>
}

export const noTasks: Tasks = { byId: new Map(), due: [] }

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** The id of a role, such as `MDQ1MzAy`, from a UUID. */
export const roleId = (uuid: string): IndexRoleId => IndexRoleId.make(Base64Url.encode(uuid.slice(0, 6)))

const grouped = (
  subjects: Index["subjects"],
  entries: ReadonlyArray<Entry>
): ReadonlyMap<string, ReadonlyArray<Entry>> => {
  const next = new Map(subjects)
  for (const entry of entries) {
    const others = (next.get(entry.subject) ?? []).filter(({ id }) => id !== entry.id)
    next.set(entry.subject, [...others, entry])
  }
  return next
}

/** An index of a world. */
export const fromWorld = (
  index: World.Index,
  idOf: (person: string | undefined) => string,
  now: number
): Index => {
  const timeOf = (text: string | undefined) => (text === undefined ? now : Date.parse(text))
  const principal = `urn:globus:auth:identity:${idOf(index.owner)}`
  const roles = (index.roles ?? [{ role_name: "owner", principal }]).map((role: World.IndexRole): Role => ({
    id: role.id ?? roleId(uuidOf(`${index.id} ${role.role_name} ${role.principal}`)),
    role_name: role.role_name,
    principal: role.principal,
    created: timeOf(role.created)
  }))
  const entries = (index.entries ?? []).map((entry): Entry => ({
    subject: entry.subject,
    id: entry.id ?? null,
    content: entry.content,
    visible_to: entry.visible_to ?? ["public"],
    principal_sets: entry.principal_sets ?? {}
  }))
  return {
    id: index.id,
    display_name: index.display_name,
    description: index.description ?? "",
    status: index.status ?? "open",
    subscription: index.subscription_id ?? null,
    max_size_in_mb: index.max_size_in_mb ?? (index.subscription_id === undefined ? 1 : 100),
    created: timeOf(index.created),
    modified: index.modified === undefined && entries.length === 0 ? null : timeOf(index.modified),
    roles: new Map(roles.map((role) => [role.id, role])),
    subjects: grouped(new Map(), entries),
    mapping: index.field_mapping ?? {}
  }
}

/** An index as a world describes it. */
export const toWorld = (index: Index): World.Index => ({
  id: index.id,
  display_name: index.display_name,
  description: index.description,
  roles: [...index.roles.values()].map((role) => ({ ...role, created: Instant.format(role.created) })),
  entries: [...index.subjects.values()].flat(),
  field_mapping: index.mapping,
  status: index.status,
  ...(index.subscription === null ? {} : { subscription_id: index.subscription }),
  max_size_in_mb: index.max_size_in_mb,
  created: Instant.format(index.created),
  ...(index.modified === null ? {} : { modified: Instant.format(index.modified) })
})

// -----------------------------------------------------------------------------
// tasks
// -----------------------------------------------------------------------------

/** Takes a task on. */
export const addTask = ({ byId, due }: Tasks, task: Task): Tasks => ({
  byId: new Map(byId).set(task.id, task),
  due: task.change === null ? due : [...due, task].toSorted((a, b) => a.completes - b.completes)
})

export const fromList = (tasks: ReadonlyArray<Task>): Tasks => tasks.reduce(addTask, noTasks)

const counted = (number: number, one: string, several: string): string =>
  `${number} ${number === 1 ? one : several}`

const decodeQuery = Schema.decodeUnknownResult(DeleteQuery)

/** An index in which a change was made, and what there is to say about it. */
const apply = (index: Index, change: Change): readonly [Index["subjects"], message: string] => {
  switch (change._tag) {
    case "Ingest":
      return [
        grouped(index.subjects, change.entries),
        `${counted(change.entries.length, "entry", "entries")} ingested`
      ]
    case "DeleteEntry": {
      const subjects = new Map(index.subjects)
      const before = subjects.get(change.subject) ?? []
      const entries = before.filter(({ id }) => id !== change.id)
      if (entries.length === 0) subjects.delete(change.subject)
      else subjects.set(change.subject, entries)
      return [subjects, `${counted(before.length - entries.length, "entry", "entries")} deleted`]
    }
    case "DeleteSubjects":
    case "DeleteByQuery": {
      const wanted =
        change._tag === "DeleteSubjects"
          ? change.subjects
          : Result.match(decodeQuery(change.query), {
              onFailure: () => [],
              onSuccess: (query) => Search.subjectsOf(index, query, change.principals)
            })
      const subjects = new Map(index.subjects)
      const deleted = wanted.filter((subject) => subjects.delete(subject))
      return [subjects, `${counted(deleted.length, "subject", "subjects")} deleted`]
    }
  }
}

/** Lets the tasks that have completed by now change their indices. */
export const settle = (
  indices: ReadonlyMap<string, Index>,
  tasks: Tasks,
  now: number
): readonly [indices: ReadonlyMap<string, Index>, tasks: Tasks] => {
  if (tasks.due[0] === undefined || tasks.due[0].completes > now) return [indices, tasks]
  const changed = new Map(indices)
  const byId = new Map(tasks.byId)
  for (const task of tasks.due) {
    if (task.completes > now) break
    const index = changed.get(task.index)
    if (index === undefined || task.change === null) continue
    const [subjects, message] = apply(index, task.change)
    const mapping =
      task.change._tag === "Ingest" ? { ...index.mapping, ...task.change.mapping } : index.mapping
    changed.set(index.id, { ...index, subjects, mapping, modified: task.completes })
    byId.set(task.id, { ...task, change: null, message })
  }
  return [changed, { byId, due: tasks.due.filter(({ completes }) => completes > now) }]
}

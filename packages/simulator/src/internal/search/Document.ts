/** Indices, entries and tasks as Globus Search shows them. */
import * as Instant from "../Instant.ts"
import type { Found, Hit } from "./Engine.ts"
import * as Fields from "./Fields.ts"
import type * as Indices from "./Indices.ts"

const version = "2017-09-01"

/** `2021-04-05 15:05:18`. */
const timeOf = (milliseconds: number): string => Instant.format(milliseconds).slice(0, 19).replace("T", " ")

// -----------------------------------------------------------------------------
// indices
// -----------------------------------------------------------------------------

const megabyte = 1_048_576

/** An index; its content counts by the length of its JSON. */
export const indexOf = (index: Indices.Index) => {
  const entries = [...index.subjects.values()].flat()
  const size = entries.reduce((total, { content }) => total + JSON.stringify(content).length, 0)
  return {
    "@datatype": "GSearchIndex",
    "@version": version,
    id: index.id,
    display_name: index.display_name,
    description: index.description,
    status: index.status,
    available: index.status === "open",
    is_trial: index.subscription === null,
    subscription_id: index.subscription ?? null,
    max_size_in_mb: index.max_size_in_mb,
    size_in_mb: Math.floor(size / megabyte),
    num_subjects: index.subjects.size,
    num_entries: entries.length,
    creation_date: timeOf(index.created),
    content_last_modified_date: index.modified === null ? null : timeOf(index.modified)
  }
}

export const roleOf = (index: Indices.Index, { created, id, principal, role_name }: Indices.Role) => ({
  id,
  index_id: index.id,
  role_name,
  principal,
  principal_type: principal.startsWith("urn:globus:groups:id:") ? ("group" as const) : ("identity" as const),
  creation_date: timeOf(created)
})

// -----------------------------------------------------------------------------
// entries
// -----------------------------------------------------------------------------

/** Which parts of entries are shown. */
export type Parts = ReadonlyArray<string>

const entryOf = ({ entry, sets }: Hit, parts: Parts) => ({
  entry_id: entry.id,
  matched_principal_sets: sets,
  ...(parts.includes("content") ? { content: entry.content } : {}),
  ...(parts.includes("visible_to") ? { visible_to: entry.visible_to } : {}),
  ...(parts.includes("principal_sets") ? { principal_sets: Object.keys(entry.principal_sets) } : {})
})

/** A subject, with what of it was found. */
export const subjectOf = ({ hits, subject }: Found, parts: Parts) => ({
  "@datatype": "GMetaResult",
  "@version": "2019-08-27",
  subject,
  entries: hits.map((hit) => entryOf(hit, parts))
})

// -----------------------------------------------------------------------------
// tasks
// -----------------------------------------------------------------------------

const descriptions = {
  PENDING: "The task waits to be carried out",
  PROGRESS: "The task is being carried out",
  SUCCESS: "The task has been carried out"
} as const

/** A task as it is at this moment. */
export const taskOf = (task: Indices.Task, now: number) => {
  const state = now < task.begins ? "PENDING" : now < task.completes ? "PROGRESS" : "SUCCESS"
  return {
    task_id: task.id,
    state,
    state_description: descriptions[state],
    task_type: task.type,
    index_id: task.index,
    creation_date: timeOf(task.created),
    completion_date: state === "SUCCESS" ? timeOf(task.completes) : null,
    message: task.message,
    additional_details: null
  } as const
}

// -----------------------------------------------------------------------------
// fields
// -----------------------------------------------------------------------------

const typeOf = (value: Fields.Leaf["value"]): string =>
  typeof value === "boolean"
    ? "boolean"
    : typeof value === "number"
      ? Number.isInteger(value)
        ? "long"
        : "double"
      : Fields.dateSpan(value) === undefined
        ? "text"
        : "date"

/** The types of all fields of an index, by their paths; the first value decides. */
export const mappingOf = (index: Indices.Index): Readonly<Record<string, { readonly type: string }>> => {
  const types = new Map<string, string>()
  const declared = Object.entries(index.mapping)
  for (const { content } of [...index.subjects.values()].flat()) {
    for (const { path, value } of Fields.leavesOf(content)) {
      const isPart = declared.some(([place]) => path === place || path.startsWith(`${place}.`))
      if (!types.has(path) && !isPart) types.set(path, typeOf(value))
    }
  }
  return Object.fromEntries([...types, ...declared].map(([path, type]) => [path, { type }]))
}

/**
 * The operations that write entries, read single ones, and remove them, and on the tasks in which that is done.
 *
 * ```ts
 * import { SearchApi } from "@effect-globus/sdk/search"
 *
 * SearchApi.groups.entries.endpoints.ingest.path // "/v1/index/:index_id/ingest"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import { IndexId, IndexTaskId } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import * as Query from "../../service/Query.ts"
import * as Entry from "../EntryDocument.ts"
import { GIngest, GMetaEntry } from "../GIngest.ts"
import * as Scope from "../internal/scope.ts"
import { GMetaResult } from "../ResultDocument.ts"
import * as Task from "../TaskDocument.ts"

const params = { index_id: IndexId } as const
const subject = Schema.NonEmptyString

export const ingest = Operation.post("ingest", "/v1/index/:index_id/ingest", {
  params,
  payload: GIngest,
  success: Entry.TaskSubmitted,
  scopes: Scope.write
})

export const getEntry = Operation.get("getEntry", "/v1/index/:index_id/entry", {
  params,
  query: { subject, entry_id: Query.string, bypass_visible_to: Query.boolean },
  success: GMetaResult,
  scopes: Scope.read,
  token: "optional"
})

export const createEntry = Operation.post("createEntry", "/v1/index/:index_id/entry", {
  params,
  payload: GMetaEntry,
  success: Entry.TaskSubmitted,
  scopes: Scope.write
})

export const updateEntry = Operation.put("updateEntry", "/v1/index/:index_id/entry", {
  params,
  payload: GMetaEntry,
  success: Entry.TaskSubmitted,
  scopes: Scope.write
})

export const deleteEntry = Operation.del("deleteEntry", "/v1/index/:index_id/entry", {
  params,
  query: { subject, entry_id: Query.string },
  success: Entry.TaskSubmitted,
  scopes: Scope.write
})

export const getSubject = Operation.get("getSubject", "/v1/index/:index_id/subject", {
  params,
  query: { subject, bypass_visible_to: Query.boolean },
  success: GMetaResult,
  scopes: Scope.read,
  token: "optional"
})

export const deleteSubject = Operation.del("deleteSubject", "/v1/index/:index_id/subject", {
  params,
  query: { subject },
  success: Entry.TaskSubmitted,
  scopes: Scope.write
})

export const deleteByQuery = Operation.post("deleteByQuery", "/v1/index/:index_id/delete_by_query", {
  params,
  payload: Entry.DeleteQuery,
  success: Entry.TaskSubmitted,
  scopes: Scope.write
})

export const batchDeleteBySubject = Operation.post(
  "batchDeleteBySubject",
  "/v1/index/:index_id/batch_delete_by_subject",
  {
    params,
    payload: Entry.SubjectsToDelete,
    success: Entry.TaskSubmitted,
    scopes: Scope.write
  }
)

/** The operations on entries and subjects. */
export const Entries = HttpApiGroup.make("entries").add(
  ingest,
  getEntry,
  createEntry,
  updateEntry,
  deleteEntry,
  getSubject,
  deleteSubject,
  deleteByQuery,
  batchDeleteBySubject
)

export const listTasks = Operation.get("listTasks", "/v1/task_list/:index_id", {
  params,
  query: {},
  success: Task.IndexTaskList,
  scopes: Scope.watch
})

export const getTask = Operation.get("getTask", "/v1/task/:task_id", {
  params: { task_id: IndexTaskId },
  query: {},
  success: Task.IndexTask,
  scopes: Scope.watch
})

/** The operations on tasks. */
export const Tasks = HttpApiGroup.make("tasks").add(listTasks, getTask)

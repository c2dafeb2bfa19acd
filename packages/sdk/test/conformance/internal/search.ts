/** Globus Search: methods of the Python SDK, and what they are called here. */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { SearchApi } from "../../../src/search/Api.ts"
import * as ScrollQuery from "../../../src/search/ScrollQuery.ts"
import { SearchClient } from "../../../src/search/SearchClient.ts"
import * as SearchQuery from "../../../src/search/SearchQuery.ts"
import * as Mapping from "./Mapping.ts"

const client = Effect.provide(SearchClient, SearchClient.layer)

/** A document, and the fields that are given beside it. */
const documentAnd = (operation: string): Mapping.Rule => ({
  operation,
  payload: ({ data, ...beside }) => ({ ...(data as object), ...beside })
})

/** The arguments are the fields of the document, also where there is but one. */
const fields = (operation: string): Mapping.Rule => ({ operation, payload: (body) => body })

/** What is built goes on the wire as it is. */
const built =
  <Options>(make: (options: Options) => object) =>
  ({ additional_fields, ...args }: Mapping.Args): unknown => {
    const document = make({ ...args, ...(additional_fields as object) } as Options)
    assert.deepStrictEqual(JSON.parse(JSON.stringify(document)), document)
    return document
  }

export const search: Mapping.Mapping = {
  calls: {
    SearchClient: Mapping.calls(SearchApi, client, {
      search: "search",
      post_search: documentAnd("postSearch"),
      scroll: documentAnd("scroll"),
      ingest: "ingest",
      get_entry: "getEntry",
      delete_entry: "deleteEntry",
      get_subject: "getSubject",
      delete_subject: "deleteSubject",
      delete_by_query: "deleteByQuery",
      batch_delete_by_subject: {
        operation: "batchDeleteBySubject",
        payload: ({ additional_params, subjects }) => ({
          subjects: typeof subjects === "string" ? [subjects] : subjects,
          ...(additional_params as object)
        })
      },
      get_task_list: "listTasks",
      get_task: "getTask",
      index_list: "listIndices",
      create_index: fields("createIndex"),
      get_index: "getIndex",
      update_index: fields("updateIndex"),
      delete_index: "deleteIndex",
      reopen_index: "reopenIndex",
      get_role_list: "listRoles",
      create_role: "createRole",
      delete_role: "deleteRole"
    })
  },
  payloads: {
    SearchQueryV1: built(SearchQuery.make),
    SearchScrollQuery: built(ScrollQuery.make)
  },
  recorded: Mapping.recorded(SearchApi, client, {
    createIndex: { display_name: "", description: "" },
    batchDeleteBySubject: { subjects: ["x"] }
  })
}

/**
 * The operations that look for entries.
 *
 * ```ts
 * import { SearchApi } from "@effect-globus/sdk/search"
 *
 * SearchApi.groups.queries.endpoints.scroll.path // "/v1/index/:index_id/scroll"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import { IndexId } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import * as Paging from "../../service/Paging.ts"
import * as Query from "../../service/Query.ts"
import * as Field from "../internal/field.ts"
import * as Scope from "../internal/scope.ts"
import * as Result from "../ResultDocument.ts"
import { ScrollQuery } from "../ScrollQuery.ts"
import { SearchQuery } from "../SearchQuery.ts"

const params = { index_id: IndexId } as const
const scopes = Scope.read
// What is public, everybody may look for.
const token = "optional"
const paging = Paging.hasNext("gmeta", { pageSize: 100, maximum: Field.maximumResults })

export const search = Operation.get("search", "/v1/index/:index_id/search", {
  params,
  query: {
    q: Schema.String,
    limit: Field.countInQuery,
    offset: Field.countInQuery,
    advanced: Query.boolean,
    bypass_visible_to: Query.boolean,
    filter_principal_sets: Query.commas(Schema.String),
    fields: Query.commas(Field.partOfEntry)
  },
  success: Result.GSearchResult,
  scopes,
  token
}).pipe(Operation.paged(paging))

export const postSearch = Operation.post("postSearch", "/v1/index/:index_id/search", {
  params,
  payload: SearchQuery,
  success: Result.GSearchResult,
  scopes,
  token,
  idempotent: true
}).pipe(Operation.paged(Paging.inPayload(paging)))

export const scroll = Operation.post("scroll", "/v1/index/:index_id/scroll", {
  params,
  payload: ScrollQuery,
  success: Result.GScrollResult,
  scopes,
  token,
  idempotent: true
}).pipe(Operation.paged(Paging.inPayload(Paging.marker("gmeta"))))

/** The operations that look for entries. */
export const Queries = HttpApiGroup.make("queries").add(search, postSearch, scroll)

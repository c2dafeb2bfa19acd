/**
 * The contract of Globus Search: every operation with its path, parameters and documents. The client is derived from it,
 * and so may be a simulated service; programs use `SearchClient`.
 *
 * ```ts
 * import { SearchApi } from "@effect-globus/sdk/search"
 * import { OpenApi } from "effect/http-api"
 *
 * const specification = OpenApi.fromApi(SearchApi)
 * ```
 *
 * Docs: https://docs.globus.org/api/search
 */
import * as HttpApi from "effect/http-api/HttpApi"
import { Entries, Tasks } from "./api/Entries.ts"
import { Fields, Indices, Roles } from "./api/Indices.ts"
import { Insights } from "./api/Insights.ts"
import { Queries } from "./api/Queries.ts"

/** The contract of Globus Search. */
export const SearchApi: HttpApi.HttpApi<
  "search",
  | typeof Queries
  | typeof Entries
  | typeof Tasks
  | typeof Indices
  | typeof Roles
  | typeof Fields
  | typeof Insights
> = HttpApi.make("search").add(Queries, Entries, Tasks, Indices, Roles, Fields, Insights)

/** Which page of a listing is asked for. */
import * as Query from "../../service/Query.ts"

export const page = {
  page_size: Query.positive,
  marker: Query.string
} as const

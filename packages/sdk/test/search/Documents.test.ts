/** The documents of Search keep whatever is in them. */
import * as Search from "../../src/search/index.ts"
import * as DocumentLaws from "../service/internal/DocumentLaws.ts"

DocumentLaws.suite(
  { ...Search },
  Search.GIngest,
  Search.SearchQuery,
  Search.SearchFilter,
  Search.SearchFacet,
  Search.ScrollQuery
)

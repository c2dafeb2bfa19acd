/** Every document of Search is written back as it was read. */
import * as Search from "../../src/search/index.ts"
import * as Contract from "../service/internal/Contract.ts"

Contract.documents("Search", Search)
Contract.documents("GIngest", Search.GIngest)
Contract.documents("SearchQuery", Search.SearchQuery)
Contract.documents("SearchFilter", Search.SearchFilter)
Contract.documents("SearchFacet", Search.SearchFacet)
Contract.documents("ScrollQuery", Search.ScrollQuery)

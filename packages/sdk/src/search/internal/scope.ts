/** The scopes that Search's operations need: any one of a list, the first of which is asked for. */
import { SearchScopes } from "../../model/Scopes.ts"

const { all, ingest, search } = SearchScopes

/** To look for entries, and to read them. */
export const read = [search, all]

/** To write entries, and to remove them. */
export const write = [ingest, all]

/** To see how tasks are, which who writes entries may do too. */
export const watch = [search, ingest, all]

/** To manage indices and roles. */
export const manage = [all]

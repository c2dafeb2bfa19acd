/** The scopes that Search's operations need: any one of a list, the first of which is asked for. */
import { SearchScopes } from "../../model/Scopes.ts"

const { all, ingest, search } = SearchScopes

/** To look for entries, and to read them. */
export const read = [search, all]

/** To write entries, and to remove them. */
export const write = [ingest, all]

/** To see how tasks are: Search's documentation asks for `ingest`, and its official clients get by with `search`. */
export const watch = [search, ingest, all]

/** To manage indices and roles. */
export const manage = [all]

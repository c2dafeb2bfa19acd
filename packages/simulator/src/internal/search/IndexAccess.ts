/** Who may do what with an index. */
import type { IndexRoleName } from "../../world/Index.ts"
import * as Principals from "../Principals.ts"
import type { State } from "../State.ts"
import type { Index } from "./Index.ts"

/** The principals that somebody amounts to; nobody in particular is nobody. */
export const principalsOf = (state: State, identity: string): ReadonlyArray<string> =>
  identity === ""
    ? ["public"]
    : ["public", "all_authenticated_users", ...Principals.principalsOf(state, identity)]

/** The roles that somebody has on an index, directly or through a group. */
export const rolesIn = (state: State, index: Index, identity: string): ReadonlyArray<IndexRoleName> => {
  const principals = principalsOf(state, identity)
  const held = [...index.roles.values()].filter(({ principal }) => principals.includes(principal))
  return [...new Set(held.map(({ role_name }) => role_name))]
}

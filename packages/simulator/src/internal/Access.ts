/** Who may do what with the files of a collection. */
import * as FileTree from "./FileTree.ts"
import * as Groups from "./groups/Groups.ts"
import type { AccessRule, Collection, State } from "./State.ts"

/** What is done with files. */
export type Right = "read" | "write"

export const isGuest = ({ entity_type }: Collection): boolean => entity_type.endsWith("guest_collection")

export const isMapped = ({ entity_type }: Collection): boolean => entity_type.endsWith("mapped_collection")

const isFor = (
  state: State,
  { principal, principal_type }: AccessRule,
  identity: string | undefined
): boolean => {
  switch (principal_type) {
    case "anonymous":
      return true
    case "all_authenticated_users":
      return identity !== undefined
    case "identity":
      return principal === identity
    case "group": {
      const group = state.groups.get(principal)
      return (
        identity !== undefined &&
        group !== undefined &&
        Groups.roleIn(group, Groups.identitiesOf(state, identity)) !== undefined
      )
    }
  }
}

const isBelow = (path: FileTree.Path, rule: AccessRule): boolean => {
  const start = FileTree.parsePath(rule.path, [])
  return start.length <= path.length && start.every((name, index) => name === path[index])
}

/** Whether a path may be read or written: by whoever it is, or by somebody who has not logged in. */
export const allows = (
  state: State,
  collection: Collection,
  identity: string | undefined,
  path: FileTree.Path,
  right: Right,
  now: number
): boolean =>
  !isGuest(collection)
    ? identity !== undefined
    : identity === collection.owner ||
      [...state.accessRules.values()].some(
        (rule) =>
          rule.collection === collection.id &&
          (right === "read" || rule.permissions === "rw") &&
          (rule.expires === null || rule.expires > now) &&
          isFor(state, rule, identity) &&
          isBelow(path, rule)
      )

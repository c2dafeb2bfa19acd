/** Who may do what with the files of a collection. */
import * as FileTree from "./FileTree.ts"
import { keyOf, urnOf } from "./gcs/Resource.ts"
import * as Groups from "./groups/Groups.ts"
import * as Principals from "./Principals.ts"
import { type AccessRule, type Collection, identitySet, type State } from "./State.ts"
import type { Role } from "./transfer/Records.ts"

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
      return identity !== undefined && identitySet(state, identity).some(({ id }) => id === principal)
    case "group":
      return identity !== undefined && isMember(state, principal, identity)
  }
}

/** Whether somebody is a member of a group, with any identity of theirs. */
export const isMember = (state: State, group: string, identity: string): boolean => {
  const found = state.groups.get(group.toLowerCase())
  return found !== undefined && Groups.roleIn(found, Principals.identitiesOf(state, identity)) !== undefined
}

const isBelow = (path: FileTree.Path, rule: AccessRule): boolean => {
  const start = FileTree.parsePath(rule.path, [])
  return start.length <= path.length && start.every((name, index) => name === path[index])
}

/** The roles that somebody has on a collection: by owning it, by being given one, or by administering its server. */
export const rolesOf = (
  state: State,
  collection: Collection,
  identity: string
): ReadonlyArray<Role["role"]> => {
  const mine = identitySet(state, identity).map(({ id }) => id)
  const given = [...state.roles.values()].flatMap((role) =>
    role.collection === collection.id &&
    (role.principal_type === "identity"
      ? mine.includes(role.principal)
      : isMember(state, role.principal, identity))
      ? [role.role]
      : []
  )
  const isOwner = mine.includes(collection.owner) || administersServer(state, collection, mine)
  return [...new Set([...(isOwner ? (["administrator"] as const) : []), ...given])]
}

/** Whether somebody administers a collection as one of Globus Connect Server. */
const administersServer = (state: State, { id }: Collection, mine: ReadonlyArray<string>): boolean => {
  const resource = state.gcs.get(keyOf("collection", id)) ?? state.gcs.get(keyOf("endpoint", id))
  if (resource === undefined) return false
  const { endpoint } = resource
  return (
    mine.includes(state.collections.get(endpoint)?.owner ?? "") ||
    [...state.gcs.values()].some(
      ({ endpoint: of, fields, kind }) =>
        kind === "role" &&
        of === endpoint &&
        fields["role"] === "administrator" &&
        ((fields["collection"] ?? null) === null || fields["collection"] === id) &&
        mine.some((identity) => urnOf(identity) === fields["principal"])
    )
  )
}

/** Who manages a collection may use its files. */
const hasRole = (state: State, collection: Collection, identity: string): boolean =>
  rolesOf(state, collection, identity).some((role) => role === "administrator" || role === "access_manager")

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
    : (identity !== undefined && hasRole(state, collection, identity)) ||
      [...state.accessRules.values()].some(
        (rule) =>
          rule.collection === collection.id &&
          (right === "read" || rule.permissions === "rw") &&
          (rule.expires === null || rule.expires > now) &&
          isFor(state, rule, identity) &&
          isBelow(path, rule)
      )

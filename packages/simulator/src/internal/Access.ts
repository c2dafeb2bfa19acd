/** Who may do what with the files of a collection. */
import * as FileTree from "./FileTree.ts"
import { keyOf, urnOf } from "./gcs/Resource.ts"
import * as Settings from "./gcs/Settings.ts"
import * as Groups from "./groups/Groups.ts"
import * as Principals from "./Principals.ts"
import { type AccessRule, type Collection, identitySet, rootOf, type State } from "./State.ts"
import type { Role } from "./transfer/Records.ts"

/** What is done with files. */
export type Right = "read" | "write"

/** Whether a collection shares a directory of another. */
export const isGuest = ({ entity_type }: Collection): boolean => entity_type.endsWith("guest_collection")

/** Whether a collection has storage of its own. */
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
  const isOwner = mine.includes(collection.owner)
  return [
    ...new Set([
      ...(isOwner ? (["administrator"] as const) : []),
      ...rolesAtServer(state, collection, identity),
      ...given
    ])
  ]
}

const names: ReadonlyArray<Role["role"]> = [
  "administrator",
  "access_manager",
  "activity_manager",
  "activity_monitor"
]

/** The roles that the server of a collection gives somebody; who administers the endpoint, administers what is on it. */
const rolesAtServer = (state: State, { id }: Collection, identity: string): ReadonlyArray<Role["role"]> => {
  const resource = state.gcs.get(keyOf("collection", id)) ?? state.gcs.get(keyOf("endpoint", id))
  if (resource === undefined) return []
  const { endpoint } = resource
  const mine = Principals.principalsOf(state, identity)
  const isOwner = mine.includes(urnOf(state.collections.get(endpoint)?.owner ?? ""))
  const given = [...state.gcs.values()].flatMap(({ endpoint: of, fields, kind }) => {
    if (kind !== "role" || of !== endpoint || !mine.includes(String(fields["principal"]))) return []
    const on = fields["collection"] ?? null
    const role = fields["role"] === "owner" ? "administrator" : fields["role"]
    return on === id || (on === null && (id === endpoint || role === "administrator"))
      ? names.filter((name) => name === role)
      : []
  })
  return isOwner ? ["administrator", ...given] : given
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
): boolean => {
  if (!isGuest(collection)) return identity !== undefined
  const { anonymousWrites } = Settings.of(state, collection)
  const mayWrite = ({ permissions, principal_type }: AccessRule): boolean =>
    permissions === "rw" && (anonymousWrites || principal_type !== "anonymous")
  return (
    (identity !== undefined && hasRole(state, collection, identity)) ||
    // Where links lead, somebody needs the right as well.
    FileTree.ways(rootOf(state.collections, collection), path).every((way) =>
      [...state.accessRules.values()].some(
        (rule) =>
          rule.collection === collection.id &&
          (right === "read" || mayWrite(rule)) &&
          (rule.expires === null || rule.expires > now) &&
          isFor(state, rule, identity) &&
          FileTree.isBelow(way, FileTree.parsePath(rule.path, []))
      )
    )
  )
}

/**
 * The terms on which a server lets somebody use the files of a collection: as which account, after which login, and at
 * which paths. A guest collection is used as the account of its owner, and shares no more than its owner may share.
 * Collections that are on no storage gateway have no such terms.
 */
import * as Result from "effect/Result"
import type { Right } from "../Access.ts"
import * as FileTree from "../FileTree.ts"
import type { Protected } from "../Session.ts"
import { type Collection, rootOf, type State } from "../State.ts"
import * as Accounts from "./Accounts.ts"
import * as Credentials from "./Credentials.ts"
import type { Problem } from "./Problem.ts"
import {
  type Fields,
  flag,
  keyOf,
  number,
  recordOf,
  type Resource,
  text,
  texts,
  timeoutOf
} from "./Resource.ts"

/** Where the files of a collection are. */
export interface Ground {
  readonly gateway: Resource
  /** The collection itself, or the one that it shares a part of. */
  readonly mapped: Collection
  /** What is said about that one. */
  readonly settings: Fields
}

/** Where the files of a collection are, if that is behind a storage gateway. */
export const groundOf = (state: State, collection: Collection): Ground | undefined => {
  const mapped = collection.host === null ? collection : state.collections.get(collection.host.collection)
  const settings = mapped === undefined ? undefined : state.gcs.get(keyOf("collection", mapped.id))?.fields
  const gateway = state.gcs.get(keyOf("storage_gateway", text(settings ?? {}, "storage_gateway_id") ?? ""))
  return mapped === undefined || settings === undefined || gateway === undefined
    ? undefined
    : { gateway, mapped, settings }
}

// -----------------------------------------------------------------------------
// logins
// -----------------------------------------------------------------------------

/** What is asked of the logins of those who use a collection. */
export const protectionOf = (state: State, collection: Collection): Protected => {
  const ground = groundOf(state, collection)
  if (ground === undefined) return collection
  const { gateway, settings } = ground
  return collection.host === null
    ? {
        ...collection,
        allowed_domains: texts(gateway.fields, "allowed_domains"),
        authentication_timeout_mins: timeoutOf(gateway.fields),
        always_recent: true
      }
    : {
        ...collection,
        authentication_policy_id:
          text(settings, "guest_auth_policy_id") ?? collection.authentication_policy_id
      }
}

/** What a stream gateway asks of logins, which are recent enough unless it says how recent they must be. */
export const protectionAt = ({ fields }: Resource): Protected => {
  const timeout = number(fields, "authentication_timeout_mins")
  return {
    allowed_domains: texts(fields, "allowed_domains"),
    high_assurance: false,
    authentication_timeout_mins: timeout ?? 0,
    mfa_required: false,
    authentication_policy_id: null,
    always_recent: timeout !== undefined
  }
}

// -----------------------------------------------------------------------------
// accounts
// -----------------------------------------------------------------------------

/** Whether an account may share parts of a mapped collection, on which guest collections are allowed. */
export const mayShare = (state: State, { gateway, settings }: Ground, username: string): boolean => {
  const policies = recordOf(settings["policies"]) ?? {}
  return (
    flag(settings, "allow_guest_collections") !== false &&
    Accounts.isListed(
      { username, groups: Accounts.groupsOf(state, gateway, username) },
      { allow: texts(settings, "sharing_users_allow"), deny: texts(settings, "sharing_users_deny") },
      { allow: texts(policies, "sharing_groups_allow"), deny: texts(policies, "sharing_groups_deny") }
    )
  )
}

/** The account as which somebody uses a collection, if there are accounts at all. */
export const accountFor = (
  state: State,
  collection: Collection,
  identity: string
): Result.Result<Accounts.Account | undefined, Problem> => {
  const ground = groundOf(state, collection)
  if (ground === undefined) return Result.succeed(undefined)
  const isGuest = collection.host !== null
  return Result.gen(function* () {
    const { gateway } = ground
    const account = yield* Accounts.accountOf(state, gateway, isGuest ? collection.owner : identity)
    if (isGuest && !mayShare(state, ground, account.username)) {
      return yield* Result.fail({ _tag: "InvalidUser", usernames: [account.username] } as const)
    }
    yield* Credentials.check(state, gateway, account)
    return account
  })
}

// -----------------------------------------------------------------------------
// paths
// -----------------------------------------------------------------------------

type Access = "none" | "read" | "read_write"

interface Restriction {
  readonly path: FileTree.Path
  readonly access: Access
}

const order = ["none", "read", "read_write"] as const

const restrictionsIn = (value: unknown, home: FileTree.Path): ReadonlyArray<Restriction> | undefined => {
  const lists = recordOf(value)
  const found = order.flatMap((access) =>
    (texts(lists ?? {}, access) ?? []).map((path) => ({ access, path: FileTree.parsePath(path, home) }))
  )
  return found.length === 0 ? undefined : found
}

/**
 * The longest path that fits decides, of equal ones the stricter. What no path fits is closed, unless all that is said
 * is what is closed; but one may look into what leads to an open path. (The documentation tells neither.)
 */
const permits = (restrictions: ReadonlyArray<Restriction>, path: FileTree.Path, right: Right): boolean => {
  let closest: Restriction | undefined
  for (const restriction of restrictions) {
    if (!FileTree.isBelow(path, restriction.path)) continue
    if (closest === undefined || restriction.path.length > closest.path.length) closest = restriction
  }
  if (closest !== undefined && closest.access !== "none") {
    return right === "read" || closest.access === "read_write"
  }
  const isOpen = closest === undefined && restrictions.every(({ access }) => access === "none")
  const leadsOn =
    right === "read" &&
    restrictions.some((other) => other.access !== "none" && FileTree.isBelow(other.path, path))
  return isOpen || leadsOn
}

/** What the owner of a guest collection may share: what a policy for the account says, or else the mapped collection. */
const sharingOf = (
  state: State,
  { gateway, mapped, settings }: Ground,
  owner: string
): ReadonlyArray<Restriction> | undefined => {
  const account = Accounts.accountOf(state, gateway, owner)
  const username = Result.isSuccess(account) ? account.success.username : undefined
  const own = [...state.gcs.values()].filter(({ fields, kind }) => {
    if (kind !== "sharing_policy" || fields["collection_id"] !== mapped.id) return false
    const users = texts(fields, "users") ?? []
    return users.length === 0 || (username !== undefined && users.includes(username))
  })
  const restrictions = own.flatMap(
    ({ fields }) => restrictionsIn(fields["sharing_restrict_paths"], mapped.home) ?? []
  )
  return restrictions.length > 0
    ? restrictions
    : restrictionsIn(settings["sharing_restrict_paths"], mapped.home)
}

/** Says what somebody may share of a mapped collection. */
export const shareableBy = (
  state: State,
  ground: Ground,
  owner: string
): ((path: FileTree.Path, right: Right) => boolean) => {
  const shared = sharingOf(state, ground, owner)
  return (path, right) => shared === undefined || permits(shared, path, right)
}

/** Says where the files of a collection may be read and written, as far as its server is concerned; anywhere if there are no restrictions. */
export const restrictionsOf = (
  state: State,
  collection: Collection
): ((path: FileTree.Path, right: Right) => boolean) | undefined => {
  const ground = groundOf(state, collection)
  if (ground === undefined) return undefined
  const { gateway, mapped, settings } = ground
  const base = FileTree.parsePath(text(settings, "collection_base_path") ?? "/", [])
  const below = collection.host?.path ?? []
  const onStorage = restrictionsIn(gateway.fields["restrict_paths"], [...base, ...mapped.home])
  const shared = collection.host === null ? undefined : sharingOf(state, ground, collection.owner)
  if (onStorage === undefined && shared === undefined) return undefined
  const root = rootOf(state.collections, collection)
  return (path, right) =>
    FileTree.ways(root, path).every(
      (way) =>
        (onStorage === undefined || permits(onStorage, [...base, ...below, ...way], right)) &&
        (shared === undefined || permits(shared, [...below, ...way], right))
    )
}

/** Whether the server of a collection lets a path be read or written. */
export const allows = (state: State, collection: Collection, path: FileTree.Path, right: Right): boolean =>
  restrictionsOf(state, collection)?.(path, right) ?? true

/** The collections that Transfer knows, and whether their data may be used. */
import { gcsCollectionScopes, dataAccess, TransferScopes } from "@effect-globus/sdk/model"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Access from "../Access.ts"
import * as Consents from "../Consents.ts"
import * as FileTree from "../FileTree.ts"
import { describe, type Problem } from "../gcs/Problem.ts"
import * as Terms from "../gcs/Terms.ts"
import * as Uses from "../gcs/Uses.ts"
import type * as Refusals from "../Refusal.ts"
import { Caller } from "../Service.ts"
import * as Session from "../Session.ts"
import { type Collection, roomOf, rootOf, type State } from "../State.ts"
import { Store } from "../Store.ts"
import type * as TransferPlans from "../TransferPlans.ts"
import { badRequest, refusal } from "./Answer.ts"
import type { Role } from "./Records.ts"

export const collectionOf = (state: State, id: string): Result.Result<Collection, Refusals.Refusal> => {
  const collection = state.collections.get(id.toLowerCase())
  return collection === undefined
    ? Result.fail(refusal(404, "EndpointNotFound", `No such endpoint '${id}'`))
    : Result.succeed(collection)
}

export interface Who {
  readonly identity: string
  readonly client: string
  /** The grant of the token. */
  readonly grant?: number | undefined
  /** The scopes of the services on whose behalf Transfer is used, the first of which was consented to directly. */
  readonly behalf?: ReadonlyArray<string> | undefined
}

/** Refuses if the data of a collection need a consent that was not given, or another login. */
export const checkConsents = (
  state: State,
  who: Who,
  collections: ReadonlyArray<Collection>,
  now: number
): Result.Result<void, Refusals.Refusal> => {
  const [unmet] = collections.flatMap(
    (collection) => Session.unmet(state, who, Terms.protectionOf(state, collection), now) ?? []
  )
  if (unmet !== undefined) return Result.fail(Session.refusal("AuthorizationRequired", unmet))
  const missing = collections.filter(
    ({ data_access, id }) =>
      data_access &&
      !Consents.covers(state.consents, who, [
        ...(who.behalf ?? []),
        TransferScopes.all,
        gcsCollectionScopes(id).data_access
      ])
  )
  return missing.length === 0
    ? Result.succeed(undefined)
    : Result.fail(
        refusal(403, "ConsentRequired", "Missing required data_access consent", {
          required_scopes: missing.map(({ id }) => String(dataAccess(id)))
        })
      )
}

/** A collection that the caller manages, or in which the caller has one of these roles. */
export const managed = (
  state: State,
  identity: string,
  id: string,
  others: ReadonlyArray<Role["role"]> = []
): Result.Result<Collection, Refusals.Refusal> =>
  Result.flatMap(collectionOf(state, id), (collection) => {
    const roles = Access.rolesOf(state, collection, identity)
    return roles.includes("administrator") || others.some((role) => roles.includes(role))
      ? Result.succeed(collection)
      : Result.fail(refusal(403, "PermissionDenied", "You are not an administrator of this collection"))
  })

/** A collection whose files may be used. */
export const usable = (
  state: State,
  who: Who,
  id: string,
  now: number
): Result.Result<Collection, Refusals.Refusal> =>
  Result.flatMap(collectionOf(state, id), (collection) =>
    collection.entity_type === "GCSv5_endpoint"
      ? Result.fail(
          refusal(409, "NotSupported", `'${collection.display_name}' is no collection, so it has no files`)
        )
      : Result.map(checkConsents(state, who, [collection], now), () => collection)
  )

/** What is said where the endpoint does not let somebody read or write. */
export const denied = (collection: Collection, path: FileTree.Path): Refusals.Refusal =>
  refusal(
    403,
    "EndpointPermissionDenied",
    `Denied by endpoint, on '${collection.display_name}' (${collection.id}): permission denied: ${FileTree.formatPath(path)}`
  )

/** Refuses what the access rules of a collection do not allow at these paths. */
export const permitted = (
  state: State,
  who: Who,
  collection: Collection,
  right: Access.Right,
  paths: ReadonlyArray<FileTree.Path>,
  now: number
): Result.Result<void, Refusals.Refusal> => {
  const forbidden = paths.find((path) => !Access.allows(state, collection, who.identity, path, right, now))
  return forbidden === undefined ? Result.succeed(undefined) : Result.fail(denied(collection, forbidden))
}

const asDetail = (problem: Problem) => {
  const { detail, message } = describe(problem)
  const result = {
    DATA_TYPE: "result#1.1.0",
    code: "permission_denied",
    detail,
    has_next_page: false,
    http_response_code: 403,
    message
  }
  return [
    "530-Login incorrect. : GlobusError: v=1 c=LOGIN_DENIED",
    `530-GridFTP-Message: ${message}`,
    `530-GridFTP-JSON-Result: ${JSON.stringify(result)}`,
    "530 End.",
    ""
  ].join("\\r\\n")
}

/** Refuses those whom the server of a collection does not let in, in the words of the server. */
export const admitted = (
  state: State,
  who: Who,
  collection: Collection,
  operation: "DirListing" | "Mkdir" | "Rename" | "Symlink"
): Result.Result<void, Refusals.Refusal> =>
  Result.mapBoth(Terms.accountFor(state, collection, who.identity), {
    onSuccess: () => undefined,
    onFailure: (problem) =>
      refusal(
        502,
        `ExternalError.${operation}Failed.LoginFailed`,
        [
          "Command Failed: Error (login)",
          `Endpoint: ${collection.display_name} (${collection.id})`,
          "Message: Login Failed",
          "---",
          `Details: ${asDetail(problem)}`,
          ""
        ].join("\n")
      )
  })

/** The files of a collection as a task of somebody's reaches them. */
export const placeOf = (
  state: State,
  who: Pick<Who, "identity">,
  collection: Collection,
  now: number
): TransferPlans.Place => {
  const account = Terms.accountFor(state, collection, who.identity)
  return {
    root: rootOf(state.collections, collection),
    home: collection.home,
    room: roomOf(state.collections, collection),
    allows: Terms.restrictionsOf(state, collection),
    mayRead: (path) => Access.allows(state, collection, who.identity, path, "read", now),
    mayWrite: (path) => Access.allows(state, collection, who.identity, path, "write", now),
    ...(Result.isFailure(account)
      ? { closed: { code: "LOGIN_DENIED", description: asDetail(account.failure) } }
      : {})
  }
}

/** A collection whose files may be read at a path. */
export const reading = Effect.fnUntraced(function* (id: string, asked: string | undefined) {
  const state = yield* (yield* Store).current
  const who = yield* Caller
  const now = yield* Clock.currentTimeMillis
  const collection = yield* Effect.fromResult(usable(state, who, id, now))
  const text = asked === undefined || asked === "" ? collection.default_directory : asked
  const path = FileTree.parsePath(text, collection.home)
  yield* Effect.fromResult(permitted(state, who, collection, "read", [path], now))
  yield* Effect.fromResult(admitted(state, who, collection, "DirListing"))
  if (!Terms.allows(state, collection, path, "read")) return yield* denied(collection, path)
  yield* Uses.note(collection)
  return { collection, path, text, root: rootOf(state.collections, collection) }
})

const isPath = (path: string): boolean => /^(\/|~(\/|$))/.test(path)

/** Refuses paths that begin neither at the root nor at the home directory. */
export const checkPaths = (paths: ReadonlyArray<string>): Result.Result<void, Refusals.Refusal> => {
  const wrong = paths.find((path) => !isPath(path))
  return wrong === undefined
    ? Result.succeed(undefined)
    : Result.fail(badRequest(`A path must begin with "/" or "~/": ${wrong}`))
}

/** The files of collections: what is done with them at once. */
import type { TransferApi } from "@effect-globus/sdk/transfer"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as FileTree from "../FileTree.ts"
import * as Instant from "../Instant.ts"
import * as Listing from "../Listing.ts"
import type * as Refusals from "../Refusal.ts"
import { Caller, type Handlers } from "../Service.ts"
import { type Collection, set } from "../State.ts"
import { Store } from "../Store.ts"
import { refusal, result } from "./Answer.ts"
import { checkPaths, usable, withCollection } from "./Collections.ts"

const sizeOfDirectory = 4096

const fileOf = (name: string, node: FileTree.Node) => ({
  DATA_TYPE: "file",
  name,
  type: node._tag === "File" ? ("file" as const) : ("dir" as const),
  size: node._tag === "File" ? node.size : sizeOfDirectory,
  last_modified: Instant.ofFile(node.modified),
  permissions: node.permissions,
  user: node.user,
  group: node.group,
  link_target: null,
  link_size: null,
  link_user: null,
  link_group: null,
  link_last_modified: null
})

const noSuchFile = (collection: Collection, path: string) =>
  refusal(
    404,
    "ClientError.NotFound",
    `File or directory not found, on endpoint '${collection.display_name}' (${collection.id}): ${path}`
  )

/** Changes the files of a collection at once, or says why not. */
const changeFiles = Effect.fnUntraced(function* (
  id: string,
  how: (
    collection: Collection,
    defaults: FileTree.Defaults
  ) => Result.Result<FileTree.Directory, Refusals.Refusal>
) {
  const { attempt } = yield* Store
  const who = yield* Caller
  const user = "globus"
  yield* attempt((state, now) => {
    const changed = Result.flatMap(usable(state, who, id), (collection) =>
      Result.map(how(collection, { modified: now, user, group: user }), (root) => ({ ...collection, root }))
    )
    return [
      changed,
      Result.isSuccess(changed) ? { ...state, collections: set(state.collections, changed.success) } : state
    ]
  })
})

// -----------------------------------------------------------------------------
// handlers
// -----------------------------------------------------------------------------

export const files: Handlers<(typeof TransferApi)["groups"]["files"]> = {
  ls: Effect.fnUntraced(function* ({ params, query }) {
    const collection = yield* withCollection(params.endpoint_id)
    const asked = query.path === undefined || query.path === "" ? collection.default_directory : query.path
    const path = FileTree.parsePath(asked, collection.home)
    const node = Option.getOrUndefined(FileTree.get(collection.root, path))
    if (node === undefined) return yield* noSuchFile(collection, asked)
    if (node._tag === "File") {
      return yield* refusal(502, "ExternalError.DirListingFailed.NotDirectory", `Not a directory: ${asked}`)
    }
    const visible = FileTree.list(node).filter(
      ([name]) => query.show_hidden !== false || !name.startsWith(".")
    )
    const { items, limit, offset, total } = Listing.page(
      visible.map(([name, node]) => fileOf(name, node)),
      query,
      { orderby: undefined, limit: 100_000, maximum: 100_000 }
    )
    return {
      DATA_TYPE: "file_list",
      DATA: items,
      endpoint: collection.id,
      path: asked.endsWith("/") ? asked : `${asked}/`,
      absolute_path: FileTree.formatDirectory(path),
      rename_supported: true,
      symlink_supported: false,
      length: items.length,
      total,
      limit,
      offset
    }
  }),

  stat: Effect.fnUntraced(function* ({ params, query }) {
    const collection = yield* withCollection(params.endpoint_id)
    const asked = query.path ?? collection.default_directory
    const path = FileTree.parsePath(asked, collection.home)
    const node = Option.getOrUndefined(FileTree.get(collection.root, path))
    return node === undefined ? yield* noSuchFile(collection, asked) : fileOf(path.at(-1) ?? "/", node)
  }),

  mkdir: Effect.fnUntraced(function* ({ params, payload }) {
    yield* Effect.fromResult(checkPaths([payload.path]))
    yield* changeFiles(params.endpoint_id, (collection, defaults) => {
      const made = FileTree.makeDirectory(
        collection.root,
        FileTree.parsePath(payload.path, collection.home),
        defaults
      )
      return Result.mapError(made, (problem) =>
        problem === "Exists"
          ? refusal(502, "ExternalError.MkdirFailed.Exists", `Path already exists: ${payload.path}`)
          : problem === "NotFound"
            ? noSuchFile(collection, payload.path)
            : refusal(502, "ExternalError.MkdirFailed", `Not a directory on the way to ${payload.path}`)
      )
    })
    return yield* result("DirectoryCreated", "The directory was created successfully", "mkdir_result")
  }),

  rename: Effect.fnUntraced(function* ({ params, payload }) {
    yield* Effect.fromResult(checkPaths([payload.old_path, payload.new_path]))
    yield* changeFiles(params.endpoint_id, (collection) => {
      const renamed = FileTree.rename(
        collection.root,
        FileTree.parsePath(payload.old_path, collection.home),
        FileTree.parsePath(payload.new_path, collection.home)
      )
      return Result.mapError(renamed, (problem) =>
        problem === "NotFound"
          ? noSuchFile(collection, payload.old_path)
          : problem === "Exists"
            ? refusal(502, "ExternalError.RenameFailed.Exists", `Path already exists: ${payload.new_path}`)
            : refusal(502, "ExternalError.RenameFailed", `Cannot rename to ${payload.new_path}`)
      )
    })
    return yield* result("FileRenamed", "File or directory renamed successfully")
  })
}

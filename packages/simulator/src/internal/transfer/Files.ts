/** The files of collections: what is done with them at once. */
import type { TransferApi } from "@effect-globus/sdk/transfer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as FileTree from "../FileTree.ts"
import * as Terms from "../gcs/Terms.ts"
import * as Instant from "../Instant.ts"
import * as Listing from "../Listing.ts"
import type * as Refusals from "../Refusal.ts"
import { Caller, type Handlers } from "../Service.ts"
import { changeRoot, type Collection, rootOf } from "../State.ts"
import { Store } from "../Store.ts"
import { refusal, result } from "./Answer.ts"
import { admitted, checkPaths, denied, permitted, reading, usable } from "./Collections.ts"
import { checkPaused } from "./Pauses.ts"

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

/** Refuses a listing that a rule pauses. */
const notPaused = Effect.fnUntraced(function* (collection: Collection) {
  const state = yield* (yield* Store).current
  const { identity } = yield* Caller
  yield* Effect.fromResult(checkPaused(state, collection, identity, "ls", yield* Clock.currentTimeMillis))
})

/** Changes the files of a collection at once, or says why not. */
const changeFiles = Effect.fnUntraced(function* (
  what: "mkdir" | "rename",
  id: string,
  paths: ReadonlyArray<string>,
  how: (
    collection: Collection,
    root: FileTree.Directory,
    defaults: FileTree.Defaults
  ) => Result.Result<FileTree.Directory, Refusals.Refusal>
) {
  yield* Effect.fromResult(checkPaths(paths))
  const { attempt } = yield* Store
  const who = yield* Caller
  const user = "globus"
  yield* attempt((state, now) => {
    const changed = Result.gen(function* () {
      const collection = yield* usable(state, who, id, now)
      const parsed = paths.map((path) => FileTree.parsePath(path, collection.home))
      yield* permitted(state, who, collection, "write", parsed, now)
      yield* checkPaused(state, collection, who.identity, what, now)
      yield* admitted(state, who, collection, what === "mkdir" ? "Mkdir" : "Rename")
      const root = rootOf(state.collections, collection)
      const unwritable = parsed.find(
        (path) => !FileTree.isWritableAt(root, path) || !Terms.allows(state, collection, path, "write")
      )
      if (unwritable !== undefined) return yield* Result.fail(denied(collection, unwritable))
      const after = yield* how(collection, root, { modified: now, user, group: user })
      return changeRoot(state.collections, collection.id, () => after)
    })
    return [
      Result.map(changed, () => undefined),
      Result.isSuccess(changed) ? { ...state, collections: changed.success } : state
    ]
  })
})

// -----------------------------------------------------------------------------
// handlers
// -----------------------------------------------------------------------------

export const files: Handlers<(typeof TransferApi)["groups"]["files"]> = {
  ls: Effect.fnUntraced(function* ({ params, query }) {
    const { collection, path, text: asked, ...found } = yield* reading(params.endpoint_id, query.path)
    yield* notPaused(collection)
    const node = Option.getOrUndefined(found.node)
    if (node === undefined) return yield* noSuchFile(collection, asked)
    if (node._tag === "File") {
      return yield* refusal(502, "ExternalError.DirListingFailed.NotDirectory", `Not a directory: ${asked}`)
    }
    if (!FileTree.isReadable(node)) return yield* denied(collection, path)
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
    const { collection, node, path, text } = yield* reading(params.endpoint_id, query.path)
    return yield* Option.match(node, {
      onNone: () => Effect.fail(noSuchFile(collection, text)),
      onSome: (node) => Effect.succeed(fileOf(path.at(-1) ?? "/", node))
    })
  }),

  mkdir: Effect.fnUntraced(function* ({ params, payload }) {
    yield* changeFiles("mkdir", params.endpoint_id, [payload.path], (collection, root, defaults) => {
      const made = FileTree.makeDirectory(root, FileTree.parsePath(payload.path, collection.home), defaults)
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
    const paths = [payload.old_path, payload.new_path]
    yield* changeFiles("rename", params.endpoint_id, paths, (collection, root) => {
      const renamed = FileTree.rename(
        root,
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

/** The files of collections: what is done with them at once. */
import type { TransferApi } from "@effect-globus/sdk/transfer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as FileTree from "../FileTree.ts"
import * as Terms from "../gcs/Terms.ts"
import * as Uses from "../gcs/Uses.ts"
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

const typeOf = { File: "file", Directory: "dir", Link: "invalid_symlink" } as const

const sizeOfLink = ({ target }: FileTree.Link): number => new TextEncoder().encode(target).length

const attributesOf = (node: FileTree.Node) => ({
  type: typeOf[node._tag],
  size: node._tag === "File" ? node.size : node._tag === "Link" ? sizeOfLink(node) : sizeOfDirectory,
  last_modified: Instant.ofFile(node.modified),
  permissions: node.permissions,
  user: node.user,
  group: node.group
})

/** What is at a path; of a link, what it leads to and the link itself. */
const fileOf = (root: FileTree.Directory, path: FileTree.Path, node: FileTree.Node) => {
  const link = node._tag === "Link" ? node : undefined
  const found = link === undefined ? node : Option.getOrElse(FileTree.find(root, path), () => link)
  return {
    DATA_TYPE: "file",
    name: path.at(-1) ?? "/",
    ...attributesOf(found),
    link_target: link?.target ?? null,
    link_size: link === undefined ? null : sizeOfLink(link),
    link_user: link?.user ?? null,
    link_group: link?.group ?? null,
    link_last_modified: link === undefined ? null : Instant.ofFile(link.modified)
  }
}

const fields: Listing.Fields = {
  name: "text",
  type: "text",
  size: "number",
  last_modified: "time",
  permissions: "text",
  user: "text",
  group: "text",
  link_target: "text",
  link_size: "number",
  link_user: "text",
  link_group: "text",
  link_last_modified: "time"
}

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

const operations = { mkdir: "Mkdir", rename: "Rename", symlink: "Symlink" } as const

/** Changes the files of a collection at once, or says why not. */
const changeFiles = Effect.fnUntraced(function* (
  what: "mkdir" | "rename" | "symlink",
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
      yield* admitted(state, who, collection, operations[what])
      const root = rootOf(state.collections, collection)
      const unwritable = parsed.find(
        (path) => !FileTree.isWritableAt(root, path) || !Terms.allows(state, collection, path, "write")
      )
      if (unwritable !== undefined) return yield* Result.fail(denied(collection, unwritable))
      const after = yield* how(collection, root, { modified: now, user, group: user })
      const collections = changeRoot(state.collections, collection.id, () => after)
      return Uses.used({ ...state, collections }, collection, now)
    })
    return [Result.map(changed, () => undefined), Result.getOrElse(changed, () => state)]
  })
})

// -----------------------------------------------------------------------------
// handlers
// -----------------------------------------------------------------------------

export const files: Handlers<(typeof TransferApi)["groups"]["files"]> = {
  ls: Effect.fnUntraced(function* ({ params, query }) {
    const { collection, path, root, text: asked } = yield* reading(params.endpoint_id, query.path)
    yield* notPaused(collection)
    const node = Option.getOrUndefined(FileTree.find(root, path))
    if (node === undefined) return yield* noSuchFile(collection, asked)
    if (node._tag === "File") {
      return yield* refusal(502, "ExternalError.DirListingFailed.NotDirectory", `Not a directory: ${asked}`)
    }
    if (!FileTree.isReadable(node)) return yield* denied(collection, path)
    const visible = FileTree.list(node).filter(
      ([name]) => query.show_hidden !== false || !name.startsWith(".")
    )
    const { items, limit, offset, total } = yield* Effect.fromResult(
      Listing.page(
        visible.map(([name, node]) => fileOf(root, [...path, name], node)),
        query,
        { fields, limit: 100_000, maximum: 100_000 }
      )
    )
    return {
      DATA_TYPE: "file_list",
      DATA: items,
      endpoint: collection.id,
      path: asked.endsWith("/") ? asked : `${asked}/`,
      absolute_path: FileTree.formatDirectory(path),
      rename_supported: true,
      symlink_supported: true,
      length: items.length,
      total,
      limit,
      offset
    }
  }),

  stat: Effect.fnUntraced(function* ({ params, query }) {
    const { collection, path, root, text } = yield* reading(params.endpoint_id, query.path)
    return yield* Option.match(FileTree.get(root, path), {
      onNone: () => Effect.fail(noSuchFile(collection, text)),
      onSome: (node) => Effect.succeed(fileOf(root, path, node))
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

  symlink: Effect.fnUntraced(function* ({ params, payload }) {
    yield* changeFiles("symlink", params.endpoint_id, [payload.path], (collection, root, defaults) => {
      const path = FileTree.parsePath(payload.path, collection.home)
      const target = payload.symlink_target
      // A link in a folder of this machine is one for other programs too.
      if (collection.folder !== null && FileTree.leadsOut(path.slice(0, -1), target)) {
        return Result.fail(denied(collection, path))
      }
      return Result.mapError(FileTree.makeLink(root, path, target, defaults), (problem) =>
        problem === "Exists"
          ? refusal(502, "ExternalError.SymlinkFailed.Exists", `Path already exists: ${payload.path}`)
          : problem === "NotFound"
            ? noSuchFile(collection, payload.path)
            : refusal(502, "ExternalError.SymlinkFailed", `Not a directory on the way to ${payload.path}`)
      )
    })
    return yield* result("SymlinkCreated", "The symbolic link was created successfully", "symlink_result")
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

/**
 * Collections whose files are in folders of this machine. Before anything happens, what is in the folders is read; after
 * it, what has changed is written there. Links are read and written, but never followed by the file system of this machine:
 * those that lead out of a folder are not seen, and none that does is written.
 */
import { InvalidConfiguration } from "@effect-globus/sdk/model"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as PlatformError from "effect/PlatformError"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import * as FileTree from "./FileTree.ts"
import type { State } from "./State.ts"

/** Folders, as a store uses them. */
export interface Folders {
  /** The state with what is in the folders now. */
  readonly load: (state: State) => Effect.Effect<State>
  /** Writes what has changed. */
  readonly save: (before: State, after: State) => Effect.Effect<void>
  /** Bytes of a file that is too long to be kept in memory. */
  readonly read: (file: string, start: number, end: number) => Stream.Stream<Uint8Array>
}

/** Longer files stay where they are until somebody reads them. */
const kept = 1_000_000

const defaults = (modified: number): FileTree.Defaults => ({ modified, user: "globus", group: "globus" })

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, "0")

type Io<A> = Effect.Effect<A, PlatformError.PlatformError, FileSystem.FileSystem>

/** A file, taken from what is known already if it has not changed since. */
const fileAt = Effect.fnUntraced(function* (
  path: string,
  info: FileSystem.File.Info,
  known: FileTree.Node | undefined
) {
  const modified = Option.match(info.mtime, { onNone: () => 0, onSome: (date) => date.getTime() })
  const size = Number(info.size)
  if (known?._tag === "File" && known.modified === modified && known.size === size) return known
  const permissions = octal(info.mode)
  if (size > kept || !FileTree.isReadable({ ...FileTree.file(defaults(modified), { size }), permissions })) {
    return { ...FileTree.file(defaults(modified), { size, permissions }), origin: path }
  }
  const fs = yield* FileSystem.FileSystem
  const file = FileTree.fileOfBytes(defaults(modified), yield* fs.readFile(path))
  return { ...file, permissions }
})

/** Where a link points to, seen from the root of its folder or from its directory; nowhere, if it leads out of the folder. */
const targetWithin = (folder: string, below: FileTree.Path, text: string): string | undefined => {
  const root = folder.replace(/\/+$/, "")
  const isAbsolute = text.startsWith("/") || /^[A-Za-z]:/.test(text)
  if (isAbsolute && text !== root && !text.startsWith(`${root}/`)) return undefined
  const target = isAbsolute ? `/${text.slice(root.length + 1)}` : text
  return FileTree.leadsOut(below, target) ? undefined : target
}

/** The text of a link that points there, as the file system of this machine has to read it. */
const textOf = (below: FileTree.Path, target: string): string =>
  target.startsWith("/") ? `${"../".repeat(below.length)}${target.replace(/^\/+/, "")}` || "." : target

const linkAt = Effect.fnUntraced(function* (
  folder: string,
  below: FileTree.Path,
  path: string,
  known: FileTree.Node | undefined
) {
  const fs = yield* FileSystem.FileSystem
  const target = targetWithin(folder, below, yield* fs.readLink(path))
  if (target === undefined) return undefined
  const modified = Option.match((yield* fs.lstat(path)).mtime, {
    onNone: () => 0,
    onSome: (date) => date.getTime()
  })
  const isKnown = known?._tag === "Link" && known.target === target && known.modified === modified
  return isKnown ? known : FileTree.link(defaults(modified), target)
})

/** What is in a folder, or in a directory of it. */
const scan = (folder: string, known: FileTree.Directory, below: FileTree.Path = []): Io<FileTree.Directory> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const entries = new Map<string, FileTree.Node>()
    for (const entry of yield* fs.readDirectoryEntries([folder, ...below].join("/"))) {
      const before = Option.getOrUndefined(HashMap.get(known.entries, entry.name))
      const node = yield* nodeAt(folder, below, entry, before)
      if (node !== undefined) entries.set(entry.name, node)
    }
    return { ...known, entries: HashMap.fromIterable(entries) }
  })

/** What an entry of a directory is, if it is something that a collection has. */
const nodeAt = (
  folder: string,
  below: FileTree.Path,
  { name, type }: FileSystem.DirectoryEntry,
  known: FileTree.Node | undefined
): Io<FileTree.Node | undefined> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = [folder, ...below, name].join("/")
    switch (type) {
      case "SymbolicLink":
        return yield* linkAt(folder, below, path, known)
      case "File":
        return yield* fileAt(path, yield* fs.stat(path), known)
      case "Directory": {
        const info = yield* fs.stat(path)
        const before = known?._tag === "Directory" ? known : FileTree.directory(defaults(0))
        return {
          ...(yield* scan(folder, before, [...below, name])),
          modified: Option.match(info.mtime, { onNone: () => 0, onSome: (date) => date.getTime() }),
          permissions: octal(info.mode)
        }
      }
      default:
        return undefined
    }
  })

const write = Effect.fnUntraced(function* (path: string, file: FileTree.File) {
  const fs = yield* FileSystem.FileSystem
  if (file.origin !== undefined) {
    if (file.origin !== path) yield* fs.copyFile(file.origin, path)
  } else {
    yield* Stream.run(FileTree.stream(file, 0, file.size), fs.sink(path))
  }
  yield* fs.chmod(path, Number.parseInt(file.permissions, 8))
  yield* fs.utimes(path, file.modified / 1000, file.modified / 1000)
})

const isLink = (path: string): Effect.Effect<boolean, never, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => Effect.isSuccess(fs.readLink(path)))

/** Writes what is other in a folder, or in a directory of it, than it was. */
const saveTree = (
  folder: string,
  before: FileTree.Directory,
  after: FileTree.Directory,
  below: FileTree.Path = []
): Io<void> =>
  Effect.gen(function* () {
    if (before === after) return
    const fs = yield* FileSystem.FileSystem
    const path = [folder, ...below].join("/")
    for (const [name, node] of FileTree.list(before)) {
      const now = Option.getOrUndefined(HashMap.get(after.entries, name))
      const isReplaced = now?._tag !== node._tag || (node._tag === "Link" && now !== node)
      if (isReplaced) yield* fs.remove(`${path}/${name}`, { recursive: true })
    }
    for (const [name, node] of FileTree.list(after)) {
      const at = `${path}/${name}`
      const was = Option.getOrUndefined(HashMap.get(before.entries, name))
      if (was === node) continue
      // What was not seen there may be a link, through which nothing must be written.
      if (was === undefined && (yield* isLink(at))) yield* fs.remove(at)
      if (node._tag === "File") {
        yield* write(at, node)
      } else if (node._tag === "Link") {
        if (!FileTree.leadsOut(below, node.target)) yield* fs.symlink(textOf(below, node.target), at)
      } else {
        if (was?._tag !== "Directory") yield* fs.makeDirectory(at)
        const empty = FileTree.directory(defaults(0))
        yield* saveTree(folder, was?._tag === "Directory" ? was : empty, node, [...below, name])
      }
    }
  })

/** The collections of a state that are in folders, with their places. */
const foldersOf = ({ collections }: State) =>
  [...collections.values()].flatMap((collection) =>
    collection.folder === null ? [] : [{ collection, folder: collection.folder }]
  )

const make = Effect.fnUntraced(function* (state: State) {
  const fs = yield* FileSystem.FileSystem
  const context = yield* Effect.context<FileSystem.FileSystem>()
  for (const { collection, folder } of foldersOf(state)) {
    const isDirectory = yield* fs.stat(folder).pipe(
      Effect.map(({ type }) => type === "Directory"),
      Effect.orElseSucceed(() => false)
    )
    if (!isDirectory) {
      return yield* new InvalidConfiguration({
        setting: `world.collections (${collection.display_name}).folder`,
        detail: `there is no folder ${folder}. Make it, or name another.`
      })
    }
  }
  // What was seen last, so that files that have not changed need not be read again.
  const seen = yield* Ref.make(new Map<string, FileTree.Directory>())

  const load = Effect.fnUntraced(function* (state: State) {
    const known = yield* Ref.get(seen)
    let { collections } = state
    for (const { collection, folder } of foldersOf(state)) {
      const root = yield* scan(folder, known.get(collection.id) ?? collection.root)
      known.set(collection.id, root)
      collections = new Map(collections).set(collection.id, { ...collection, root })
    }
    return { ...state, collections }
  })

  const save = Effect.fnUntraced(function* (before: State, after: State) {
    for (const { collection, folder } of foldersOf(after)) {
      const was = before.collections.get(collection.id)
      if (was !== undefined && was.root !== collection.root)
        yield* saveTree(folder, was.root, collection.root)
    }
  })

  const folders: Folders = {
    // A folder that was there and cannot be used any more is nothing that a service could say.
    load: (state) => Effect.orDie(Effect.provideContext(load(state), context)),
    save: (before, after) => Effect.orDie(Effect.provideContext(save(before, after), context)),
    read: (file, start, end) => Stream.orDie(fs.stream(file, { offset: start, bytesToRead: end - start }))
  }
  return folders
})

/** What a store needs for the folders of a state. Fails if one of them is not there. */
export const open = (state: State): Effect.Effect<Folders, InvalidConfiguration> =>
  Effect.scoped(
    Effect.flatMap(Layer.build(NodeFileSystem.layer), (context) =>
      Effect.provideContext(make(state), context)
    )
  )

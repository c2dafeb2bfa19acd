/**
 * Collections whose files are in folders of this machine. Before anything happens, what is in the folders is read; after
 * it, what has changed is written there. Links are left alone, so that nothing leads out of a folder.
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

/** What is in a folder. */
const scan = (path: string, known: FileTree.Directory): Io<FileTree.Directory> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const nodes = yield* Effect.forEach(yield* fs.readDirectoryEntries(path), ({ name, type }) =>
      Effect.gen(function* () {
        const at = `${path}/${name}`
        const before = Option.getOrUndefined(HashMap.get(known.entries, name))
        if (type !== "File" && type !== "Directory") return []
        const info = yield* fs.stat(at)
        const node: FileTree.Node =
          type === "File"
            ? yield* fileAt(at, info, before)
            : {
                ...(yield* scan(at, before?._tag === "Directory" ? before : FileTree.directory(defaults(0)))),
                modified: Option.match(info.mtime, { onNone: () => 0, onSome: (date) => date.getTime() }),
                permissions: octal(info.mode)
              }
        return [[name, node] as const]
      })
    )
    return { ...known, entries: HashMap.fromIterable(nodes.flat()) }
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

/** Writes what is other in a directory than it was. */
const saveTree = (path: string, before: FileTree.Directory, after: FileTree.Directory): Io<void> =>
  Effect.gen(function* () {
    if (before === after) return
    const fs = yield* FileSystem.FileSystem
    for (const [name, node] of FileTree.list(before)) {
      const now = Option.getOrUndefined(HashMap.get(after.entries, name))
      if (now?._tag !== node._tag) yield* fs.remove(`${path}/${name}`, { recursive: true })
    }
    for (const [name, node] of FileTree.list(after)) {
      const at = `${path}/${name}`
      const was = Option.getOrUndefined(HashMap.get(before.entries, name))
      if (was === node) continue
      // What was not seen there may be a link, through which nothing must be written.
      if (was === undefined && (yield* isLink(at))) yield* fs.remove(at)
      if (node._tag === "File") {
        yield* write(at, node)
      } else {
        if (was?._tag !== "Directory") yield* fs.makeDirectory(at)
        const empty = FileTree.directory(defaults(0))
        yield* saveTree(at, was?._tag === "Directory" ? was : empty, node)
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

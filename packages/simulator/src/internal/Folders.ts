/**
 * Collections whose files are in folders of this machine. What is in a folder is read when somebody looks; after it, what
 * has changed is written there. Links are read and written, but never followed by the file system of this machine:
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
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs"
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

/**
 * What of a folder was seen last, by the paths of its directories, so that files that have not changed need not be read
 * again.
 */
type Seen = Map<string, ReadonlyMap<string, FileTree.Node>>

// Whoever answers a request looks at one directory after another and cannot wait for any. So directories are read at
// once, but none that nobody looks at: a folder may have a hundred thousand files.
interface Folder {
  readonly path: string
  readonly seen: Seen
}

/** What is there, unless it has gone meanwhile or is nothing that may be read. */
const ifThere = <A>(look: () => A): A | undefined => Option.getOrUndefined(Option.liftThrowable(look)())

/** A file, taken from what is known already if it has not changed since. */
const fileAt = (path: string, known: FileTree.Node | undefined): FileTree.File => {
  const { mode, mtimeMs, size } = lstatSync(path)
  const modified = Math.floor(mtimeMs)
  const permissions = octal(mode)
  const isKnown =
    known?._tag === "File" &&
    known.modified === modified &&
    known.size === size &&
    known.permissions === permissions
  if (isKnown) return known
  const plain = { ...FileTree.file(defaults(modified), { size, permissions }), origin: path }
  if (size > kept || !FileTree.isReadable(plain)) return plain
  return { ...FileTree.fileOfBytes(defaults(modified), readFileSync(path)), permissions }
}

/** Where a link points to, from the root of its folder or from its directory; nowhere, if it leads out of the folder. */
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

const linkAt = (
  folder: Folder,
  below: FileTree.Path,
  path: string,
  known: FileTree.Node | undefined
): FileTree.Link | undefined => {
  const target = targetWithin(folder.path, below, readlinkSync(path))
  if (target === undefined) return undefined
  const modified = Math.floor(lstatSync(path).mtimeMs)
  const isKnown = known?._tag === "Link" && known.target === target && known.modified === modified
  return isKnown ? known : FileTree.link(defaults(modified), target)
}

/** A directory, in which nobody has looked yet. */
const directoryAt = (
  folder: Folder,
  below: FileTree.Path,
  { mode, mtimeMs }: { readonly mode: number; readonly mtimeMs: number }
): FileTree.Directory => {
  let entries: FileTree.Directory["entries"] | undefined
  return {
    ...defaults(Math.floor(mtimeMs)),
    _tag: "Directory",
    permissions: octal(mode),
    get entries() {
      entries ??= HashMap.fromIterable(entriesOf(folder, below))
      return entries
    }
  }
}

/** What is in a directory. */
const entriesOf = (folder: Folder, below: FileTree.Path): ReadonlyMap<string, FileTree.Node> => {
  const directory = [folder.path, ...below].join("/")
  const known = folder.seen.get(directory)
  const nodes = new Map<string, FileTree.Node>()
  for (const entry of ifThere(() => readdirSync(directory, { withFileTypes: true })) ?? []) {
    const path = `${directory}/${entry.name}`
    const before = known?.get(entry.name)
    const node = ifThere(() =>
      entry.isSymbolicLink()
        ? linkAt(folder, below, path, before)
        : entry.isFile()
          ? fileAt(path, before)
          : entry.isDirectory()
            ? directoryAt(folder, [...below, entry.name], lstatSync(path))
            : undefined
    )
    if (node !== undefined) nodes.set(entry.name, node)
  }
  folder.seen.set(directory, nodes)
  return nodes
}

type Io<A> = Effect.Effect<A, PlatformError.PlatformError, FileSystem.FileSystem>

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
const writeTree = (
  folder: string,
  before: FileTree.Directory,
  after: FileTree.Directory,
  below: FileTree.Path = []
): Io<void> =>
  Effect.gen(function* () {
    if (before === after) return
    const fs = yield* FileSystem.FileSystem
    for (const [name, node] of FileTree.list(after)) {
      const at = [folder, ...below, name].join("/")
      const was = Option.getOrUndefined(HashMap.get(before.entries, name))
      if (was === node) continue
      // What was not seen there may be a link, through which nothing must be written.
      const isInTheWay =
        was === undefined ? yield* isLink(at) : was._tag !== node._tag || node._tag === "Link"
      if (isInTheWay) yield* fs.remove(at, { recursive: true })
      if (node._tag === "File") {
        yield* write(at, node)
      } else if (node._tag === "Link") {
        if (!FileTree.leadsOut(below, node.target)) yield* fs.symlink(textOf(below, node.target), at)
      } else {
        if (was?._tag !== "Directory") yield* fs.makeDirectory(at)
        const empty = FileTree.directory(defaults(0))
        yield* writeTree(folder, was?._tag === "Directory" ? was : empty, node, [...below, name])
      }
    }
  })

/** Removes what is not in a folder any more, or in a directory of it. */
const removeFrom = (
  folder: string,
  before: FileTree.Directory,
  after: FileTree.Directory,
  below: FileTree.Path = []
): Io<void> =>
  Effect.gen(function* () {
    if (before === after) return
    const fs = yield* FileSystem.FileSystem
    for (const [name, was] of FileTree.list(before)) {
      const node = Option.getOrUndefined(HashMap.get(after.entries, name))
      if (node === undefined) {
        yield* fs.remove([folder, ...below, name].join("/"), { recursive: true })
      } else if (was._tag === "Directory" && node._tag === "Directory") {
        yield* removeFrom(folder, was, node, [...below, name])
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
  const seen = yield* Ref.make<ReadonlyMap<string, Seen>>(new Map())

  const load = Effect.fnUntraced(function* (state: State) {
    const known = yield* Ref.get(seen)
    const collections = new Map(state.collections)
    const folders = new Map<string, Seen>()
    for (const { collection, folder } of foldersOf(state)) {
      const before: Seen = known.get(folder) ?? new Map()
      folders.set(folder, before)
      const root = ifThere(() => directoryAt({ path: folder, seen: before }, [], statSync(folder)))
      collections.set(collection.id, { ...collection, root: root ?? FileTree.directory(defaults(0)) })
    }
    yield* Ref.set(seen, folders)
    return { ...state, collections }
  })

  const save = Effect.fnUntraced(function* (before: State, after: State) {
    for (const { collection, folder } of foldersOf(after)) {
      const was = before.collections.get(collection.id)
      if (was === undefined) continue
      // What has another place now has to be copied there before it goes from the old one.
      yield* writeTree(folder, was.root, collection.root)
      yield* removeFrom(folder, was.root, collection.root)
    }
  })

  const folders: Folders = {
    load,
    // A folder that was there and cannot be used any more is nothing that a service could say.
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

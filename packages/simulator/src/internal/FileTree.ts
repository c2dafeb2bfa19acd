/** The files of a collection: an immutable tree, so that a state can be kept, compared and put back at no cost. */
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as World from "../World.ts"
import * as Instant from "./Instant.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

interface Attributes {
  /** Milliseconds since 1970. */
  readonly modified: number
  readonly permissions: string
  readonly user: string
  readonly group: string
}

export interface File extends Attributes {
  readonly _tag: "File"
  readonly size: number
  readonly content?: string | undefined
  /** Its bytes, where they are no text. */
  readonly base64?: string | undefined
  /** The file of this machine that has its bytes, where they are too many to be kept. */
  readonly origin?: string | undefined
}

export interface Directory extends Attributes {
  readonly _tag: "Directory"
  readonly entries: HashMap.HashMap<string, Node>
}

/** A symbolic link. */
export interface Link extends Attributes {
  readonly _tag: "Link"
  /** Where it points to, as it was said: from the root of the collection, or from the directory that it is in. */
  readonly target: string
}

export type Node = File | Directory | Link

/** What a path leads to, once links are followed. */
export type Found = File | Directory

/** The names from the root of a collection on. */
export type Path = ReadonlyArray<string>

/** Why something cannot be done with a path. */
export type Problem = "NotFound" | "NotADirectory" | "Exists" | "NotEmpty"

/** What is not said about a file. */
export interface Defaults {
  readonly modified: number
  readonly user: string
  readonly group: string
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const fileMode = "0644"
const directoryMode = "0755"
const linkMode = "0777"

export const directory = (
  defaults: Defaults,
  entries: HashMap.HashMap<string, Node> = HashMap.empty()
): Directory => ({ _tag: "Directory", entries, permissions: directoryMode, ...defaults })

export const file = (
  defaults: Defaults,
  options: {
    readonly size: number
    readonly content?: string | undefined
    readonly base64?: string | undefined
    readonly permissions?: string
  }
): File => ({
  _tag: "File",
  size: options.size,
  content: options.content,
  ...(options.base64 === undefined ? {} : { base64: options.base64 }),
  permissions: options.permissions ?? fileMode,
  ...defaults
})

export const link = (defaults: Defaults, target: string): Link => ({
  _tag: "Link",
  target,
  permissions: linkMode,
  ...defaults
})

/** A file that consists of these bytes. */
export const fileOfBytes = (defaults: Defaults, bytes: Uint8Array): File => {
  const text = Option.liftThrowable(() =>
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  )()
  return file(defaults, {
    size: bytes.length,
    ...Option.match(text, {
      onNone: () => ({ base64: Base64.encode(bytes) }),
      onSome: (content) => ({ content })
    })
  })
}

const period = 251
const pattern = Uint8Array.from({ length: 256 * period }, (_, index) => index % period)

/** The bytes of a file from one position to another; of one without content, at most as many as fit in a chunk. */
export const bytesBetween = (file: File, start: number, end: number): Uint8Array => {
  if (file.content !== undefined) return new TextEncoder().encode(file.content).subarray(start, end)
  if (file.base64 !== undefined) {
    return Result.getOrElse(Base64.decode(file.base64), () => new Uint8Array()).subarray(start, end)
  }
  const first = start % period
  return pattern.subarray(first, Math.min(pattern.length, first + end - start))
}

/** The bytes of a file without an origin, a chunk at a time: one that is all pattern may be as long as it likes. */
export const stream = (file: File, start: number, end: number): Stream.Stream<Uint8Array> =>
  Stream.paginate(start, (from) => {
    const chunk = bytesBetween(file, from, end)
    const next = from + chunk.length
    return Effect.succeed([
      [chunk] as const,
      chunk.length > 0 && next < end ? Option.some(next) : Option.none<number>()
    ] as const)
  })

const sizeOfBase64 = (base64: string): number =>
  Result.match(Base64.decode(base64), { onFailure: () => 0, onSuccess: ({ length }) => length })

const bytesOf = (text: string): number => new TextEncoder().encode(text).length

// A directory may well have a file named `type`, so only these words, beside what belongs to them, are meant otherwise.
const isFile = Schema.is(World.File)
const isDirectory = Schema.is(World.Directory)
const isLink = Schema.is(World.Link)

const attributesOf = (
  entry: { readonly modified?: string; readonly user?: string; readonly group?: string },
  defaults: Defaults
) => ({
  modified: entry.modified === undefined ? defaults.modified : Date.parse(entry.modified),
  user: entry.user ?? defaults.user,
  group: entry.group ?? defaults.group
})

const fromEntry = (entry: World.Entry, defaults: Defaults): Node => {
  if (typeof entry === "string") return file(defaults, { size: bytesOf(entry), content: entry })
  if (typeof entry === "number") return file(defaults, { size: entry })
  if (isFile(entry)) {
    return {
      _tag: "File",
      size:
        entry.size ??
        (entry.base64 === undefined ? bytesOf(entry.content ?? "") : sizeOfBase64(entry.base64)),
      content: entry.content,
      ...(entry.base64 === undefined ? {} : { base64: entry.base64 }),
      permissions: entry.permissions ?? fileMode,
      ...attributesOf(entry, defaults)
    }
  }
  if (isDirectory(entry)) {
    return {
      ...fromFiles(entry.entries, defaults),
      permissions: entry.permissions ?? directoryMode,
      ...attributesOf(entry, defaults)
    }
  }
  if (isLink(entry)) return { ...link(defaults, entry.target), ...attributesOf(entry, defaults) }
  return fromFiles(entry, defaults)
}

/** The tree of a description. */
export const fromFiles = (files: World.Files, defaults: Defaults): Directory =>
  directory(
    defaults,
    HashMap.fromIterable(
      Object.entries(files).map(([name, entry]) => [name, fromEntry(entry, defaults)] as const)
    )
  )

/** The description of a tree, with every attribute said. */
export const toFiles = (tree: Directory): World.Files =>
  Object.fromEntries(list(tree).map(([name, node]) => [name, toEntry(node)]))

const toEntry = (node: Node): World.Entry => {
  const { group, permissions, user } = node
  const attributes = { modified: Instant.format(node.modified), user, group }
  switch (node._tag) {
    case "File":
      return {
        type: "file",
        size: node.size,
        ...(node.content === undefined ? {} : { content: node.content }),
        ...(node.base64 === undefined ? {} : { base64: node.base64 }),
        permissions,
        ...attributes
      }
    case "Directory":
      return { type: "directory", entries: toFiles(node), permissions, ...attributes }
    case "Link":
      return { type: "link", target: node.target, ...attributes }
  }
}

// -----------------------------------------------------------------------------
// paths
// -----------------------------------------------------------------------------

/**
 * Where a path leads. `~`, `/~` and what does not begin with a slash are below the home directory; nothing leads above
 * the root.
 */
export const parsePath = (text: string, home: Path): Path => {
  const below = /^\/?~(?=\/|$)/.exec(text)
  const isRelative = below !== null || !text.startsWith("/")
  const path: Array<string> = isRelative ? [...home] : []
  for (const name of text.slice(below?.[0].length ?? 0).split("/")) {
    if (name === "..") path.pop()
    else if (name !== "" && name !== ".") path.push(name)
  }
  return path
}

/** A path as text, from the root on. */
export const formatPath = (path: Path): string => `/${path.join("/")}`

/** The path of a directory, which ends in a slash. */
export const formatDirectory = (path: Path): string => (path.length === 0 ? "/" : `/${path.join("/")}/`)

/** Whether a path begins with another, or is the same. */
export const isBelow = (path: Path, start: Path): boolean =>
  start.length <= path.length && start.every((name, index) => name === path[index])

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** As many links are followed from one path; more are a circle. */
const mostLinks = 40

/** Where a link points to, unless that is above the root: seen from a directory, or from the root. */
const targetOf = (directory: Path, target: string): Option.Option<Path> => {
  const path = target.startsWith("/") ? [] : [...directory]
  for (const name of target.split("/")) {
    if (name === "..") {
      if (path.length === 0) return Option.none()
      path.pop()
    } else if (name !== "" && name !== ".") path.push(name)
  }
  return Option.some(path)
}

/** Whether a link in a directory points to something above the root. */
export const leadsOut = (directory: Path, target: string): boolean =>
  Option.isNone(targetOf(directory, target))

/**
 * Where a path leads once all links on it are followed, if they do not lead in a circle or above the root. What is not
 * there stays as it was said.
 */
export const realPath = (tree: Directory, path: Path, left: number = mostLinks): Option.Option<Path> => {
  let node: Node = tree
  for (const [index, name] of path.entries()) {
    if (node._tag !== "Directory") break
    const next: Node | undefined = Option.getOrUndefined(HashMap.get(node.entries, name))
    if (next === undefined) break
    if (next._tag === "Link") {
      return left === 0
        ? Option.none()
        : Option.flatMap(targetOf(path.slice(0, index), next.target), (target) =>
            realPath(tree, [...target, ...path.slice(index + 1)], left - 1)
          )
    }
    node = next
  }
  return Option.some(path)
}

/** A path, and where it leads if there are links on it. */
export const ways = (tree: Directory, path: Path): ReadonlyArray<Path> =>
  Option.match(realPath(tree, path), {
    onNone: () => [path],
    onSome: (real) => (real === path ? [path] : [path, real])
  })

/** What is at a path itself, which may be a link; those that lead to it are followed. */
export const get = (tree: Directory, path: Path): Option.Option<Node> => {
  let node: Node = tree
  for (const name of path) {
    if (node._tag === "Link") {
      return Option.flatMap(realPath(tree, path.slice(0, -1)), (parent) =>
        getPlain(tree, [...parent, ...path.slice(-1)])
      )
    }
    if (node._tag === "File") return Option.none()
    const next: Option.Option<Node> = HashMap.get(node.entries, name)
    if (Option.isNone(next)) return next
    node = next.value
  }
  return Option.some(node)
}

/** What is at a path on which there are no links but perhaps the last. */
const getPlain = (tree: Directory, path: Path): Option.Option<Node> =>
  path.reduce<Option.Option<Node>>(
    (found, name) =>
      Option.flatMap(found, (node) =>
        node._tag === "Directory" ? HashMap.get(node.entries, name) : Option.none()
      ),
    Option.some(tree)
  )

/** What a path leads to, all links followed. */
export const find = (tree: Directory, path: Path): Option.Option<Found> =>
  Option.flatMap(get(tree, path), (node) =>
    node._tag !== "Link"
      ? Option.some(node)
      : Option.filter(
          Option.flatMap(realPath(tree, path), (real) => getPlain(tree, real)),
          (found): found is Found => found._tag !== "Link"
        )
  )

/** Whether anybody may read a file or list a directory. */
export const isReadable = ({ permissions }: Node): boolean => (Number.parseInt(permissions, 8) & 0o444) !== 0

/** Whether something may be put at a path: whether anybody may write to the directory that is the nearest to it. */
export const isWritableAt = (tree: Directory, path: Path): boolean => {
  let nearest: Directory = tree
  for (const name of Option.getOrElse(realPath(tree, path.slice(0, -1)), () => [])) {
    const next = Option.getOrUndefined(HashMap.get(nearest.entries, name))
    if (next?._tag !== "Directory") break
    nearest = next
  }
  return (Number.parseInt(nearest.permissions, 8) & 0o222) !== 0
}

/** The entries of a directory in the order of their names. */
export const list = (tree: Directory): ReadonlyArray<readonly [name: string, node: Node]> =>
  HashMap.toEntries(tree.entries).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

/** How many bytes the files of a tree have. */
export const sizeOf = (tree: Directory): number =>
  HashMap.reduce(
    tree.entries,
    0,
    (size, node) => size + (node._tag === "File" ? node.size : node._tag === "Directory" ? sizeOf(node) : 0)
  )

/** Everything below a directory, directories before what is in them. */
export const walk = function* (
  tree: Directory,
  below: Path = []
): Generator<readonly [path: Path, node: Node], void, undefined> {
  for (const [name, node] of list(tree)) {
    const path = [...below, name]
    yield [path, node]
    if (node._tag === "Directory") yield* walk(node, path)
  }
}

type How = (directory: Directory) => Result.Result<Directory, Problem>

type Missing = (name: string) => Option.Option<Directory>

/** Changes the directory that a path leads to, and with it all that lead there. */
const change = (tree: Directory, path: Path, how: How, missing: Missing): Result.Result<Directory, Problem> =>
  Option.match(realPath(tree, path), {
    onNone: () => Result.fail("NotFound"),
    onSome: (real) => changePlain(tree, real, how, missing)
  })

const changePlain = (
  tree: Directory,
  path: Path,
  how: How,
  missing: Missing
): Result.Result<Directory, Problem> => {
  const [name, ...rest] = path
  if (name === undefined) return how(tree)
  const there = Option.getOrUndefined(HashMap.get(tree.entries, name))
  const found = there ?? Option.getOrUndefined(missing(name))
  if (found === undefined) return Result.fail("NotFound")
  if (found._tag !== "Directory") return Result.fail("NotADirectory")
  return Result.map(changePlain(found, rest, how, missing), (changed) =>
    changed === there ? tree : { ...tree, entries: HashMap.set(tree.entries, name, changed) }
  )
}

const nothing = () => Option.none<Directory>()

const split = (path: Path): readonly [parent: Path, name: string | undefined] => [
  path.slice(0, -1),
  path.at(-1)
]

/** Puts a node at a path, in place of what may be there, be it a link, and makes the directories that lead there. */
export const put = (
  tree: Directory,
  path: Path,
  node: Node,
  defaults: Defaults
): Result.Result<Directory, Problem> => {
  const [parent, name] = split(path)
  if (name === undefined) return Result.fail("Exists")
  return change(
    tree,
    parent,
    (found) => Result.succeed({ ...found, entries: HashMap.set(found.entries, name, node) }),
    () => Option.some(directory(defaults))
  )
}

/** Changes the directory at a path, if there is one. */
export const update = (
  tree: Directory,
  path: Path,
  how: (directory: Directory) => Directory
): Result.Result<Directory, Problem> => change(tree, path, (found) => Result.succeed(how(found)), nothing)

/** Puts nodes into one directory, like `put` each of them, at the cost of one. */
export const putAll = (
  tree: Directory,
  path: Path,
  nodes: Iterable<readonly [name: string, node: Node]>,
  defaults: Defaults
): Result.Result<Directory, Problem> =>
  change(
    tree,
    path,
    (found) =>
      Result.succeed({
        ...found,
        entries: HashMap.mutate(found.entries, (entries) => {
          for (const [name, node] of nodes) HashMap.set(entries, name, node)
        })
      }),
    () => Option.some(directory(defaults))
  )

/** Makes a directory and those that lead there, where they are missing. */
export const ensureDirectory = (
  tree: Directory,
  path: Path,
  defaults: Defaults
): Result.Result<Directory, Problem> =>
  change(tree, path, Result.succeed, () => Option.some(directory(defaults)))

/** Makes one directory in one that exists. */
export const makeDirectory = (
  tree: Directory,
  path: Path,
  defaults: Defaults
): Result.Result<Directory, Problem> => make(tree, path, directory(defaults))

/** Makes a link in a directory that exists. */
export const makeLink = (
  tree: Directory,
  path: Path,
  target: string,
  defaults: Defaults
): Result.Result<Directory, Problem> => make(tree, path, link(defaults, target))

/** Puts something new into a directory that exists. */
const make = (tree: Directory, path: Path, node: Node): Result.Result<Directory, Problem> => {
  const [parent, name] = split(path)
  if (name === undefined) return Result.fail("Exists")
  return change(
    tree,
    parent,
    (found) =>
      HashMap.has(found.entries, name)
        ? Result.fail("Exists")
        : Result.succeed({
            ...found,
            modified: node.modified,
            entries: HashMap.set(found.entries, name, node)
          }),
    nothing
  )
}

/** Removes what is at a path; of a link, not what it leads to. */
export const remove = (tree: Directory, path: Path): Result.Result<Directory, Problem> => {
  const [parent, name] = split(path)
  if (name === undefined) return Result.succeed({ ...tree, entries: HashMap.empty() })
  return change(
    tree,
    parent,
    (found) =>
      HashMap.has(found.entries, name)
        ? Result.succeed({ ...found, entries: HashMap.remove(found.entries, name) })
        : Result.fail("NotFound"),
    nothing
  )
}

/** Moves what is at one path to another that is free, in a directory that exists. */
export const rename = (tree: Directory, from: Path, to: Path): Result.Result<Directory, Problem> => {
  const node = Option.getOrUndefined(get(tree, from))
  const [parent, name] = split(to)
  if (node === undefined || from.length === 0) return Result.fail("NotFound")
  if (name === undefined || Option.isSome(get(tree, to))) return Result.fail("Exists")
  const source = Option.getOrElse(realPath(tree, from.slice(0, -1)), () => [])
  const destination = Option.getOrElse(realPath(tree, parent), () => [])
  if (isBelow(destination, [...source, ...from.slice(-1)])) return Result.fail("NotADirectory")
  return Result.flatMap(remove(tree, from), (without) =>
    change(
      without,
      parent,
      (found) => Result.succeed({ ...found, entries: HashMap.set(found.entries, name, node) }),
      nothing
    )
  )
}

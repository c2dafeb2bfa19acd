/** Deciding what a task of Transfer does, from what there is when it is submitted, and again when it is retried. */
import * as Option from "effect/Option"
import type * as World from "../World.ts"
import type { Right } from "./Access.ts"
import * as FileTree from "./FileTree.ts"
import * as Glob from "./Glob.ts"
import type { DeleteOrder, TransferOrder } from "./transfer/Records.ts"
import type { Plan, PlannedFile, PlannedLink, Skipped, Task, Trouble } from "./TransferTasks.ts"

/** A place for files. */
export interface Place {
  readonly root: FileTree.Directory
  readonly home: FileTree.Path
  /** How many bytes there is room for. */
  readonly room: number
  /** Where a server lets files be read and written. Default: everywhere. */
  readonly allows?: ((path: FileTree.Path, right: Right) => boolean) | undefined
  /** Whether what links lead to may be read. */
  readonly mayRead: (path: FileTree.Path) => boolean
  /** Whether what links lead to may be written. */
  readonly mayWrite: (path: FileTree.Path) => boolean
  /** Why the server lets nobody in. */
  readonly closed?: Trouble | undefined
}

const notFound = (path: string): Trouble => ({
  code: "FILE_NOT_FOUND",
  description: `No such file or directory: ${path}`
})

const denied = (path: string): Trouble => ({
  code: "PERMISSION_DENIED",
  description: `Permission denied: ${path}`
})

const inTheWay = (node: FileTree.Found, path: string): Trouble =>
  node._tag === "Directory"
    ? { code: "IS_A_DIRECTORY", description: `There is a directory at ${path}` }
    : { code: "NOT_A_DIRECTORY", description: `There is a file at ${path}` }

const full = (path: string): Trouble => ({
  code: "QUOTA_EXCEEDED",
  description: `The quota of the destination is exceeded: ${path}`
})

/** Whether the rules leave an entry in; of a link that stays one, only those are asked that are for every type. */
const isKept = (rules: TransferOrder["rules"], name: string, node: FileTree.Node): boolean => {
  const type = node._tag === "File" ? "file" : node._tag === "Directory" ? "dir" : undefined
  const rule = rules.find(
    (rule) => (rule.type === null || rule.type === type) && Glob.matches(rule.name, name)
  )
  return rule?.method !== "exclude"
}

/** Whether the destination has the file already, as far as the sync level cares. */
const isThere = (
  file: FileTree.File,
  there: FileTree.Found | undefined,
  syncLevel: number | null
): boolean => {
  if (syncLevel === null || there === undefined || there._tag === "Directory") return false
  if (syncLevel === 0) return true
  if (there.size !== file.size) return false
  if (syncLevel === 1) return true
  // Of files that are too long to be kept, nothing but the time tells.
  const isLong = file.origin !== undefined || there.origin !== undefined
  if (syncLevel === 2 || isLong) return there.modified >= file.modified
  // Files without content are as good as equal when they are of one size.
  return there.content === file.content && there.base64 === file.base64
}

type Item = TransferOrder["items"][number]

/** Why an item makes no sense for what is there. */
const misfitOf = ({ isLink, recursive, source }: Item, node: FileTree.Node): Trouble | undefined => {
  if (isLink === true && node._tag !== "Link") {
    return { code: "NOT_A_SYMLINK", description: `There is no symbolic link at ${source}` }
  }
  if (node._tag === "File" && recursive === true) {
    return { code: "NOT_A_DIRECTORY", description: `A recursive item must be a directory: ${source}` }
  }
  if (node._tag === "Directory" && recursive === false) {
    return { code: "IS_A_DIRECTORY", description: `Only recursive items may be directories: ${source}` }
  }
  return undefined
}

/** Whether links at the destination lead to where nothing may be written. (A link gives way to a file in its place.) */
const isAstray = ({ mayWrite, root }: Place, to: FileTree.Path, tag: FileTree.Found["_tag"]): boolean => {
  const through = tag === "Directory" ? to : to.slice(0, -1)
  return FileTree.ways(root, through).length > 1 && !mayWrite(through)
}

/** Decides what a transfer does. */
export const planTransfer = (
  order: TransferOrder,
  source: Place,
  destination: Place,
  pace: Required<World.Pace>
): Plan => {
  const files: Array<PlannedFile> = []
  const links: Array<PlannedLink> = []
  const directories: Array<string> = []
  const removals: Array<string> = []
  const skippedErrors: Array<Skipped> = []
  const waiting: Array<Item> = []
  // What is below them at the destination cannot be told to be too much.
  const unread: Array<string> = []
  let skippedFiles = 0
  let refused: Trouble | null = null
  let failure: Trouble | null = null
  let hindrance: Trouble | null = null
  let { room } = destination
  let time = 0

  /** What is tried again and again. */
  const tryAgain = (item: Item, trouble: Trouble) => {
    hindrance ??= trouble
    waiting.push(item)
  }

  /** What the source does not give: gone without, or tried again. */
  const withhold = (item: Item, code: NonNullable<Skipped["code"]>, node?: FileTree.Node) => {
    unread.push(`${item.destination}/`)
    if (order.skipsErrors) {
      const { destination, source } = item
      const kind = { directory: node?._tag === "Directory", link: node?._tag === "Link" }
      skippedErrors.push({ source, destination, code, ...kind })
    } else tryAgain(item, code === "FILE_NOT_FOUND" ? notFound(item.source) : denied(item.source))
  }

  const mayBeRead = ({ source: path }: Item, node: FileTree.Found): boolean =>
    FileTree.isReadable(node) && (source.allows?.(FileTree.parsePath(path, source.home), "read") ?? true)

  /** Something below an item. */
  const itemAt = (item: Item, from: FileTree.Path, to: FileTree.Path): Item => ({
    source: FileTree.formatPath(from),
    destination: FileTree.formatPath(to),
    ...(item.algorithm === undefined ? {} : { algorithm: item.algorithm })
  })

  /** Whether something can be put at a path of the destination; if not, it is tried again. */
  const isFree = (item: Item, to: FileTree.Path, tag: FileTree.Found["_tag"]): boolean => {
    const there = Option.getOrUndefined(FileTree.find(destination.root, to))
    const isOpen = destination.allows?.(to, "write") ?? true
    // Into a directory that is closed, others may lead that are open.
    if (!isOpen && tag === "Directory") hindrance ??= denied(FileTree.formatPath(to))
    const trouble =
      !FileTree.isWritableAt(destination.root, to) ||
      isAstray(destination, to, tag) ||
      (!isOpen && tag === "File")
        ? denied(FileTree.formatPath(to))
        : there !== undefined && there._tag !== tag && !order.deletesExtra
          ? inTheWay(there, FileTree.formatPath(to))
          : null
    if (trouble !== null) tryAgain(item, trouble)
    return trouble === null
  }

  const copyFile = (item: Item, to: FileTree.Path, file: FileTree.File) => {
    if (!mayBeRead(item, file)) return withhold(item, "PERMISSION_DENIED", file)
    const there = Option.getOrUndefined(FileTree.find(destination.root, to))
    if (!isFree(item, to, "File")) return
    if (isThere(file, there, order.syncLevel)) {
      skippedFiles += 1
      return
    }
    const growth = file.size - (there?._tag === "File" ? there.size : 0)
    if (growth > room) {
      if (order.failsOnQuota) failure = full(item.destination)
      else tryAgain(item, full(item.destination))
      return
    }
    room -= growth
    time += (file.size / pace.bytes_per_second + pace.seconds_per_file) * 1000
    files.push({
      source: item.source,
      destination: item.destination,
      file,
      ...(item.algorithm === undefined ? {} : { algorithm: item.algorithm }),
      arrives: Math.ceil(time)
    })
    if (item.isWrong === true) {
      failure = {
        code: "VERIFY_CHECKSUM",
        description: `The checksum is not the one that was given: ${item.source}`
      }
    }
  }

  const copyLink = (item: Item, to: FileTree.Path, { target }: FileTree.Link) => {
    if (!isFree({ ...item, isLink: true }, to, "File")) return
    time += pace.seconds_per_file * 1000
    links.push({ source: item.source, destination: item.destination, target, arrives: Math.ceil(time) })
  }

  /** What a link in a directory stands for: itself, what it leads to, or nothing. */
  const resolve = (item: Item, link: FileTree.Link, from: FileTree.Path): FileTree.Node | undefined => {
    if (order.links === "ignore") return undefined
    if (order.links === "keep") return link
    const real = Option.getOrUndefined(FileTree.realPath(source.root, from))
    const found = Option.getOrUndefined(FileTree.find(source.root, from))
    if (real !== undefined && found !== undefined && !source.mayRead(real)) {
      // Nothing that could change while the task is tried again.
      if (order.skipsErrors) withhold(item, "PERMISSION_DENIED", link)
      else hindrance ??= denied(FileTree.formatPath(from))
      return undefined
    }
    if (found === undefined) withhold(item, "FILE_NOT_FOUND", link)
    return found
  }

  /** Copies what is in a directory; what is kept at the destination is told. */
  const copyEntries = (
    item: Item,
    from: FileTree.Path,
    to: FileTree.Path,
    directory: FileTree.Directory,
    within: ReadonlyArray<FileTree.Directory>,
    keep: (path: FileTree.Path, node: FileTree.Node) => void
  ) => {
    for (const [name, entry] of FileTree.list(directory)) {
      const source = [...from, name]
      const target = [...to, name]
      const inside = itemAt(item, source, target)
      const node = entry._tag === "Link" ? resolve(inside, entry, source) : entry
      if (node === undefined || !isKept(order.rules, name, node)) continue
      keep(target, node)
      copyNode(inside, source, target, node, within, keep)
    }
  }

  const copyNode = (
    item: Item,
    from: FileTree.Path,
    to: FileTree.Path,
    node: FileTree.Node,
    within: ReadonlyArray<FileTree.Directory>,
    keep: (path: FileTree.Path, node: FileTree.Node) => void
  ) => {
    if (failure !== null) return
    if (node._tag === "File") return copyFile(item, to, node)
    if (node._tag === "Link") return copyLink(item, to, node)
    if (within.includes(node)) {
      // Not for its own sake, from where it would go round once more.
      hindrance ??= {
        code: "ENDPOINT_ERROR",
        description: `Too many levels of symbolic links: ${item.source}`
      }
      return
    }
    if (!mayBeRead(item, node)) return withhold(item, "PERMISSION_DENIED", node)
    if (!isFree(item, to, "Directory")) return
    directories.push(item.destination)
    copyEntries(item, from, to, node, [...within, node], keep)
  }

  const closed = source.closed ?? destination.closed
  for (const item of order.items) {
    if (closed !== undefined) {
      tryAgain(item, closed)
      continue
    }
    const from = FileTree.parsePath(item.source, source.home)
    const to = FileTree.parsePath(item.destination, destination.home)
    const node = Option.getOrUndefined(
      item.isLink === true ? FileTree.get(source.root, from) : FileTree.find(source.root, from)
    )
    if (node === undefined) {
      withhold(item, "FILE_NOT_FOUND")
      continue
    }
    // It may have become a link since it was submitted.
    if (!source.mayRead(from)) {
      withhold(item, "PERMISSION_DENIED", node)
      continue
    }
    const misfit = misfitOf(item, node)
    if (misfit !== undefined) {
      refused ??= misfit
      continue
    }
    const kept = new Map<string, FileTree.Node["_tag"]>()
    const keep = (path: FileTree.Path, { _tag }: FileTree.Node) => {
      if (order.deletesExtra) kept.set(FileTree.formatPath(path), _tag)
    }
    const plain = { ...item, source: FileTree.formatPath(from), destination: FileTree.formatPath(to) }
    copyNode(plain, from, to, node, [], keep)
    const there = Option.getOrUndefined(FileTree.find(destination.root, to))
    if (order.deletesExtra && node._tag === "Directory" && there?._tag === "Directory") {
      for (const [below, { _tag }] of FileTree.walk(there)) {
        const path = FileTree.formatPath([...to, ...below])
        const isUnread = unread.some((start) => path.startsWith(start))
        if (kept.get(path) !== _tag && !isUnread) removals.push(path)
      }
    }
  }
  const nothing = { files: [], links: [], directories: [], removals: [], skippedFiles: 0 }
  // One that makes no sense fails before anything else happens, so that nothing is half done.
  if (refused !== null) return { ...nothing, skippedErrors, failure: refused, hindrance: null, duration: 0 }
  return {
    files,
    links,
    directories,
    removals,
    skippedFiles,
    skippedErrors,
    failure,
    hindrance: failure === null ? hindrance : null,
    waiting:
      failure !== null || waiting.length === 0 ? null : { ...order, items: waiting, deletesExtra: false },
    duration: Math.ceil(time)
  }
}

/** A plan for what a task could not do before, if it can do some of it now, or if something else hinders it. */
export const ifNew = ({ plan: before }: Task, plan: Plan): Plan | undefined => {
  const { directories, failure, files, hindrance, links = [], removals, skippedErrors, skippedFiles } = plan
  const hasWork = [directories, files, links, removals, skippedErrors].some(({ length }) => length > 0)
  return hasWork ||
    skippedFiles > 0 ||
    failure !== null ||
    hindrance?.code !== before.hindrance?.code ||
    countOf(plan.waiting) !== countOf(before.waiting)
    ? plan
    : undefined
}

/** How many things are waiting. */
export const countOf = (waiting: Plan["waiting"]): number =>
  waiting === null || waiting === undefined
    ? 0
    : "paths" in waiting
      ? waiting.paths.length
      : waiting.items.length

/** What a server does not let be removed, of what is at a path. */
const closedIn = ({ allows }: Place, at: FileTree.Path, node: FileTree.Node): FileTree.Path | undefined => {
  if (allows === undefined) return undefined
  if (!allows(at, "write")) return at
  if (node._tag !== "Directory") return undefined
  for (const [below] of FileTree.walk(node)) {
    const path = [...at, ...below]
    if (!allows(path, "write")) return path
  }
  return undefined
}

/** What a path of a deletion names, with patterns in its last part if they are interpreted. */
const namedBy = (
  order: DeleteOrder,
  { root }: Place,
  path: FileTree.Path
): ReadonlyArray<readonly [path: FileTree.Path, node: FileTree.Node]> => {
  const directory = path.slice(0, -1)
  const parent = Option.getOrUndefined(FileTree.find(root, directory))
  const pattern = path.at(-1)
  const paths =
    parent?._tag === "Directory" && pattern !== undefined && order.interpretsGlobs
      ? FileTree.list(parent).flatMap(([name]) =>
          Glob.matches(pattern, name, { escapes: true }) ? [[...directory, name]] : []
        )
      : [path]
  return paths.flatMap((at) =>
    Option.match(FileTree.get(root, at), { onNone: () => [], onSome: (node) => [[at, node] as const] })
  )
}

/** Decides what a deletion does. Links are removed, not what they lead to. */
export const planDelete = (order: DeleteOrder, place: Place, pace: Required<World.Pace>): Plan => {
  const removals: Array<string> = []
  const waiting: Array<string> = []
  let failure: Trouble | null = null
  let hindrance: Trouble | null = null
  for (const text of order.paths) {
    if (place.closed !== undefined) {
      hindrance ??= place.closed
      waiting.push(text)
      continue
    }
    const found = namedBy(order, place, FileTree.parsePath(text, place.home))
    if (found.length === 0 && !order.ignoresMissing) {
      hindrance ??= notFound(text)
      waiting.push(text)
    }
    for (const [at, node] of found) {
      const closed = closedIn(place, at, node)
      if (node._tag === "Directory" && !order.recursive) {
        failure ??= {
          code: "IS_A_DIRECTORY",
          description: `Only a recursive deletion removes directories: ${text}`
        }
      } else if (closed !== undefined || !FileTree.isWritableAt(place.root, at)) {
        hindrance ??= denied(FileTree.formatPath(closed ?? at))
        if (waiting.at(-1) !== text) waiting.push(text)
      } else removals.push(FileTree.formatPath(at))
    }
  }
  const isRefused = failure !== null
  return {
    files: [],
    links: [],
    directories: [],
    removals: isRefused ? [] : removals,
    skippedFiles: 0,
    skippedErrors: [],
    failure,
    hindrance: isRefused ? null : hindrance,
    waiting: isRefused || waiting.length === 0 ? null : { ...order, paths: waiting },
    duration: isRefused ? 0 : Math.ceil(removals.length * pace.seconds_per_file * 1000)
  }
}

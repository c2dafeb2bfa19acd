/** Deciding what a task of Transfer does, from what there is when it is submitted. */
import * as Option from "effect/Option"
import type * as World from "../World.ts"
import type { Right } from "./Access.ts"
import * as FileTree from "./FileTree.ts"
import * as Glob from "./Glob.ts"
import type { Plan, PlannedFile, Skipped, Trouble } from "./TransferTasks.ts"

export interface FilterRule {
  readonly method: string
  readonly name: string
  readonly type: string | null
}

/** What a transfer is asked to do. */
export interface TransferOrder {
  readonly items: ReadonlyArray<{
    readonly source: string
    readonly destination: string
    readonly recursive: boolean | undefined
  }>
  readonly rules: ReadonlyArray<FilterRule>
  readonly syncLevel: number | null
  readonly deletesExtra: boolean
  readonly skipsErrors: boolean
}

/** A place for files. */
export interface Place {
  readonly root: FileTree.Directory
  readonly home: FileTree.Path
  /** Where a server lets files be read and written. Default: everywhere. */
  readonly allows?: ((path: FileTree.Path, right: Right) => boolean) | undefined
  /** Why the server lets nobody in. */
  readonly closed?: Trouble | undefined
}

const notFound = (path: string) => ({
  code: "FILE_NOT_FOUND",
  description: `No such file or directory: ${path}`
})

const denied = (path: string) => ({
  code: "PERMISSION_DENIED",
  description: `Permission denied: ${path}`
})

const isKept = (rules: ReadonlyArray<FilterRule>, name: string, node: FileTree.Node): boolean => {
  const type = node._tag === "File" ? "file" : "dir"
  const rule = rules.find(
    (rule) => (rule.type === null || rule.type === type) && Glob.matches(rule.name, name)
  )
  return rule?.method !== "exclude"
}

/** Whether the destination has the file already, as far as the sync level cares. */
const isThere = (
  file: FileTree.File,
  there: Option.Option<FileTree.Node>,
  syncLevel: number | null
): boolean => {
  if (syncLevel === null || Option.isNone(there) || there.value._tag === "Directory") return false
  const other = there.value
  if (syncLevel === 0) return true
  if (other.size !== file.size) return false
  if (syncLevel === 2) return other.modified >= file.modified
  // Files without content are as good as equal when they are of one size.
  return syncLevel === 1 || (other.content === file.content && other.base64 === file.base64)
}

/** The files and directories that an item means, with their paths below it. */
const expand = function* (
  directory: FileTree.Directory,
  rules: ReadonlyArray<FilterRule>,
  below: FileTree.Path = []
): Generator<readonly [path: FileTree.Path, node: FileTree.Node], void, undefined> {
  for (const [name, node] of FileTree.list(directory)) {
    if (!isKept(rules, name, node)) continue
    const path = [...below, name]
    yield [path, node]
    if (node._tag === "Directory" && FileTree.isReadable(node)) yield* expand(node, rules, path)
  }
}

/** Decides what a transfer does. */
export const planTransfer = (
  order: TransferOrder,
  source: Place,
  destination: Place,
  pace: Required<World.Pace>
): Plan => {
  const files: Array<PlannedFile> = []
  const directories: Array<string> = []
  const removals: Array<string> = []
  const skippedErrors: Array<Skipped> = []
  let skippedFiles = 0
  let failure: Plan["failure"] = null
  let hindrance: Trouble | null = source.closed ?? destination.closed ?? null
  let time = 0

  /** Goes without what cannot be read, or tries in vain. */
  const isReadable = (from: FileTree.Path, to: FileTree.Path, node: FileTree.Node): boolean => {
    if (FileTree.isReadable(node) && source.allows?.(from, "read") !== false) return true
    if (order.skipsErrors) {
      skippedErrors.push({
        source: FileTree.formatPath(from),
        destination: FileTree.formatPath(to),
        code: "PERMISSION_DENIED",
        directory: node._tag === "Directory"
      })
    } else hindrance ??= denied(FileTree.formatPath(from))
    return false
  }

  const copy = (from: FileTree.Path, to: FileTree.Path, file: FileTree.File) => {
    if (!isReadable(from, to, file)) return
    if (!FileTree.isWritableAt(destination.root, to) || destination.allows?.(to, "write") === false) {
      hindrance ??= denied(FileTree.formatPath(to))
      return
    }
    if (isThere(file, FileTree.get(destination.root, to), order.syncLevel)) {
      skippedFiles += 1
      return
    }
    time += (file.size / pace.bytes_per_second + pace.seconds_per_file) * 1000
    files.push({
      source: FileTree.formatPath(from),
      destination: FileTree.formatPath(to),
      file,
      arrives: Math.ceil(time)
    })
  }

  for (const item of order.items) {
    const from = FileTree.parsePath(item.source, source.home)
    const to = FileTree.parsePath(item.destination, destination.home)
    const node = Option.getOrUndefined(FileTree.get(source.root, from))
    if (node === undefined) {
      if (order.skipsErrors) skippedErrors.push({ source: item.source, destination: item.destination })
      else failure ??= notFound(item.source)
      continue
    }
    if (node._tag === "File") {
      if (item.recursive === true) {
        failure ??= {
          code: "NOT_A_DIRECTORY",
          description: `A recursive item must be a directory: ${item.source}`
        }
      } else copy(from, to, node)
      continue
    }
    if (item.recursive === false) {
      failure ??= {
        code: "IS_A_DIRECTORY",
        description: `Only recursive items may be directories: ${item.source}`
      }
      continue
    }
    if (!isReadable(from, to, node)) continue
    if (destination.allows?.(to, "write") === false) hindrance ??= denied(FileTree.formatPath(to))
    directories.push(FileTree.formatPath(to))
    const kept = new Set<string>()
    for (const [path, below] of expand(node, order.rules)) {
      kept.add(FileTree.formatPath(path))
      if (below._tag === "Directory" && !isReadable([...from, ...path], [...to, ...path], below)) continue
      if (below._tag === "File") copy([...from, ...path], [...to, ...path], below)
      else directories.push(FileTree.formatPath([...to, ...path]))
    }
    const there = Option.getOrUndefined(FileTree.get(destination.root, to))
    if (order.deletesExtra && there?._tag === "Directory") {
      for (const [path] of FileTree.walk(there)) {
        if (!kept.has(FileTree.formatPath(path))) removals.push(FileTree.formatPath([...to, ...path]))
      }
    }
  }
  // One that fails does so before anything else happens, so that nothing is half done.
  return failure === null
    ? {
        files,
        directories,
        removals,
        skippedFiles,
        skippedErrors,
        failure,
        hindrance,
        duration: Math.ceil(time)
      }
    : { files: [], directories: [], removals: [], skippedFiles: 0, skippedErrors, failure, duration: 0 }
}

/** What a deletion is asked to do. */
export interface DeleteOrder {
  readonly paths: ReadonlyArray<string>
  readonly recursive: boolean
  readonly ignoresMissing: boolean
  readonly interpretsGlobs: boolean
}

/** What a server does not let be removed, of what is at a path. */
const closedIn = ({ allows }: Place, at: FileTree.Path, node: FileTree.Node): FileTree.Path | undefined => {
  if (allows === undefined) return undefined
  if (!allows(at, "write")) return at
  if (node._tag === "File") return undefined
  for (const [below] of FileTree.walk(node)) {
    const path = [...at, ...below]
    if (!allows(path, "write")) return path
  }
  return undefined
}

/** Decides what a deletion does. */
export const planDelete = (order: DeleteOrder, place: Place, pace: Required<World.Pace>): Plan => {
  const removals: Array<string> = []
  let failure: Plan["failure"] = null
  let hindrance: Trouble | null = place.closed ?? null
  for (const text of order.paths) {
    const path = FileTree.parsePath(text, place.home)
    const parent = Option.getOrUndefined(FileTree.get(place.root, path.slice(0, -1)))
    const pattern = path.at(-1)
    const names =
      parent?._tag === "Directory" && pattern !== undefined && order.interpretsGlobs
        ? FileTree.list(parent).flatMap(([name]) => (Glob.matches(pattern, name) ? [name] : []))
        : [pattern]
    const found = names.flatMap((name) => {
      const at = [...path.slice(0, -1), ...(name === undefined ? [] : [name])]
      return Option.match(FileTree.get(place.root, at), {
        onNone: () => [],
        onSome: (node) => [[at, node] as const]
      })
    })
    if (found.length === 0 && !order.ignoresMissing) failure ??= notFound(text)
    for (const [at, node] of found) {
      const closed = closedIn(place, at, node)
      if (closed !== undefined) hindrance ??= denied(FileTree.formatPath(closed))
      if (node._tag === "Directory" && !order.recursive) {
        failure ??= {
          code: "IS_A_DIRECTORY",
          description: `Only a recursive deletion removes directories: ${text}`
        }
      } else removals.push(FileTree.formatPath(at))
    }
  }
  return {
    files: [],
    directories: [],
    removals: failure === null ? removals : [],
    skippedFiles: 0,
    skippedErrors: [],
    failure,
    hindrance,
    duration: failure === null ? Math.ceil(removals.length * pace.seconds_per_file * 1000) : 0
  }
}

/** Listings that go on: over the pages of one directory, and over directories in directories. */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import type { GlobusError } from "../../model/GlobusError.ts"
import type { EndpointId, Input } from "../../model/Id.ts"
import type * as Operation from "../../service/Operation.ts"
import type * as Files from "../api/Files.ts"
import type { FileDocument, FileListDocument } from "../FileDocument.ts"
import type { TransferFilter } from "../TransferFilter.ts"

/** An entry of a directory that was found by walking. */
export interface WalkEntry {
  /** Its path on the collection, without a slash at the end. */
  readonly path: string
  readonly file: FileDocument
}

/** How directories are walked. */
export interface WalkOptions {
  /** Where to begin. Default: the collection's default directory. */
  readonly path?: string | undefined
  /** How many directories are listed at once. Default: 4. */
  readonly concurrency?: number | undefined
  /** Whether to enter a directory. Default: all are entered. */
  readonly descend?: ((entry: WalkEntry) => boolean) | undefined
  /**
   * What to do about a directory that cannot be listed: succeed to go on without it. `directory` is empty where the walk
   * began without a path. Default: the walk fails.
   */
  readonly onUnreadable?:
    | ((directory: string, error: GlobusError) => Effect.Effect<void, GlobusError>)
    | undefined
  /** Which entries to list, as `ls` does; what it drops is not entered either. */
  readonly filter?: TransferFilter | ReadonlyArray<TransferFilter> | undefined
  /** Whether names that begin with a dot are listed. Default: true. */
  readonly show_hidden?: boolean | undefined
  /** In which order each directory is listed. */
  readonly orderby?: string | ReadonlyArray<string> | undefined
  /** The local account to use, where there are several. */
  readonly local_user?: string | undefined
}

type Ls = Operation.Operation<typeof Files.ls>
type LsQuery = (typeof Files.ls)["~Query"]["Type"]

/** The pages of a listing. A directory that fits into one answer takes one request. */
const pages =
  (ls: Ls) =>
  (endpointId: Input<EndpointId>, query: LsQuery): Stream.Stream<FileListDocument, GlobusError> =>
    Stream.paginate(query, (query) =>
      Effect.map(ls(endpointId, query), (page) => {
        const offset = (query.offset ?? 0) + page.DATA.length
        const more = page.DATA.length > 0 && offset < (page.total ?? 0)
        return [[page], more ? Option.some({ ...query, offset }) : Option.none()] as const
      })
    )

/** The entries of one directory. */
export const listFiles =
  (ls: Ls) =>
  (endpointId: Input<EndpointId>, query: LsQuery = {}): Stream.Stream<FileDocument, GlobusError> =>
    Stream.flatMap(pages(ls)(endpointId, query), (page) => Stream.fromIterable(page.DATA))

const withSlash = (path: string): string => (path.endsWith("/") ? path : `${path}/`)

/** A link to a directory is listed as a directory, and may lead back to where it is. */
const isRealDirectory = ({ file }: WalkEntry): boolean =>
  file.type === "dir" && typeof file.link_target !== "string"

/** The entries of a directory and of all directories in it. */
export const walk =
  (ls: Ls) =>
  (endpointId: Input<EndpointId>, options: WalkOptions = {}): Stream.Stream<WalkEntry, GlobusError> => {
    const { concurrency = 4, descend, onUnreadable, path, ...query } = options

    const list = (directory: string | undefined) =>
      pages(ls)(endpointId, directory === undefined ? query : { ...query, path: directory }).pipe(
        Stream.flatMap((page) => {
          const base = withSlash(directory ?? page.path ?? "/")
          return Stream.fromIterable(
            page.DATA.map((file): WalkEntry => ({ path: `${base}${file.name}`, file }))
          )
        }),
        Stream.runCollect,
        onUnreadable === undefined
          ? (entries) => entries
          : Effect.catch((error) => Effect.as(onUnreadable(directory ?? "", error), []))
      )

    return Stream.unwrap(
      Effect.gen(function* () {
        const frontier = yield* Queue.unbounded<string | undefined, Cause.Done>()
        // How many directories are waiting or being listed: with the last one the walk is over.
        const open = yield* Ref.make(1)
        yield* Queue.offer(frontier, path)
        const visit = Effect.fnUntraced(function* (directory: string | undefined) {
          const entries = yield* list(directory)
          const next = entries.filter(
            (entry) => isRealDirectory(entry) && (descend === undefined || descend(entry))
          )
          yield* Queue.offerAll(
            frontier,
            next.map((entry) => withSlash(entry.path))
          )
          if ((yield* Ref.updateAndGet(open, (count) => count + next.length - 1)) === 0)
            yield* Queue.end(frontier)
          return entries
        })
        return Stream.fromQueue(frontier).pipe(
          Stream.mapEffect(visit, { concurrency }),
          Stream.flattenIterable
        )
      })
    )
  }

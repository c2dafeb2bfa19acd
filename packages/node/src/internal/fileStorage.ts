/**
 * A storage that has one file for each app: where it is, who may read it, who may change it and when, and what becomes
 * of one that cannot be understood. How tokens are written in it is for its {@link Format} to say.
 */
import { type Account, type Tokens, TokenStorage } from "@effect-globus/sdk/app"
import { type InvalidConfiguration, TokenStorageError } from "@effect-globus/sdk/model"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Path from "node:path"
import * as TokenPath from "../TokenPath.ts"
import * as FileLock from "./fileLock.ts"
import * as LoginLock from "./loginLock.ts"
import * as Machine from "./machine.ts"
import { describe } from "./platformError.ts"
import type { Contents, Misunderstood } from "./tokenRecords.ts"

/** What can be set; everything has a default. */
export interface Options {
  /** The folder of all apps. Default: where the official SDK keeps them, `~/.globus/app`. */
  readonly directory?: string | undefined
  /**
   * How long to wait for another program that has locked an app's tokens and is alive. Default: 6 minutes, which is
   * longer than a refresh can take.
   */
  readonly lockTimeout?: Duration.Input | undefined
  /**
   * How long to wait for another program in which somebody is logging in to the same account. Default: 20 minutes,
   * which is longer than a login flow waits for a person.
   */
  readonly loginTimeout?: Duration.Input | undefined
}

/** A file that is to be written, by who has its lock. */
export interface Place {
  readonly path: string
  /**
   * Puts another file in its place, whole or not at all. `fill` gets the path of an empty file, for its owner only, and
   * writes it.
   */
  readonly replace: <E>(
    fill: (draft: string) => Effect.Effect<void, E>
  ) => Effect.Effect<void, E | TokenStorageError | PlatformError>
  /** Fails if the lock was taken away, because this program was stopped for so long that it seemed dead. */
  readonly check: Effect.Effect<void, TokenStorageError | PlatformError>
}

/** How tokens are written in a file. */
export interface Format<File> {
  readonly extension: TokenPath.Extension
  /** What follows the file's name in the names of files that belong to it. */
  readonly companions: ReadonlyArray<string>
  /** What a file that is not there says. */
  readonly empty: File
  /** Reads a file that is there. */
  readonly read: (path: string) => Effect.Effect<File, Misunderstood | PlatformError | TokenStorageError>
  /** What it has of an account. */
  readonly contentsOf: (
    file: File,
    account: Account,
    path: string
  ) => Effect.Effect<Contents, TokenStorageError>
  readonly profilesOf: (file: File) => ReadonlyArray<string>
  /** Writes other tokens for an account, where the file says so now. */
  readonly write: (
    place: Place,
    file: File,
    account: Account,
    tokens: Tokens
  ) => Effect.Effect<void, PlatformError | TokenStorageError>
  /** Copies the file into an empty one. */
  readonly copy: (from: string, to: string) => Effect.Effect<void, PlatformError | TokenStorageError>
}

/** Another program may be writing the file, not as carefully as this one: what looks torn is read again. */
const soon = Schedule.spaced("50 millis").pipe(Schedule.upTo({ times: 3 }))

/** By how many bytes a file grows at most, more or less, when tokens are stored. */
const growth = 16 * 1024

const isEmpty = (tokens: Tokens): boolean => Object.keys(tokens).length === 0

const isCorrupt = (error: TokenStorageError): boolean => error.kind === "corrupt"

/** What could not be done with a file, by the error of the system. */
export const failed =
  (location: string, kind: TokenStorageError["kind"]) =>
  (error: PlatformError): TokenStorageError =>
    new TokenStorageError({ location, kind, detail: describe(error) })

/** A storage in files of this format, on the `FileSystem` at hand. */
export const make: <File>(
  format: Format<File>,
  options: Options
) => Effect.Effect<TokenStorage["Service"], InvalidConfiguration, FileSystem.FileSystem> = Effect.fnUntraced(
  function* <File>(format: Format<File>, options: Options) {
    const fs = yield* FileSystem.FileSystem
    const directory = options.directory ?? TokenPath.directory(yield* Machine.current)
    const { sweep, withLock } = yield* FileLock.make({
      timeout: Duration.fromInputUnsafe(options.lockTimeout ?? "6 minutes"),
      noticeAfter: Duration.seconds(5),
      notice: (owner, path) => `Waiting for ${owner}, which has locked ${path}`
    })
    const oneLoginAtATime = yield* LoginLock.make(
      Duration.fromInputUnsafe(options.loginTimeout ?? LoginLock.defaultTimeout)
    )
    const reported = new Set<string>()

    const fileOf = (account: Omit<Account, "profile">): Effect.Effect<string, TokenStorageError> =>
      Effect.mapError(
        Effect.fromResult(TokenPath.tokenFile(directory, account, format.extension)),
        ({ detail }: InvalidConfiguration) =>
          new TokenStorageError({ location: directory, kind: "unwritable", detail })
      )

    // ---------------------------------------------------------------------------
    // reading
    // ---------------------------------------------------------------------------

    /** Tells once that others may read the file, or put another one in its place. */
    const reportOthers = Effect.fnUntraced(function* (path: string, mode: number) {
      if (Machine.isWindows || reported.has(path)) return
      reported.add(path)
      if ((mode & 0o077) !== 0) {
        yield* Effect.logWarning(
          `Others on this machine may read the tokens in ${path}. Forbid it: chmod 600 ${JSON.stringify(path)}`
        )
      }
      const folder = Path.dirname(path)
      if (((yield* fs.stat(folder)).mode & 0o022) !== 0) {
        yield* Effect.logWarning(
          `Others on this machine may replace the tokens in ${path}, because they may write to its folder. ` +
            `Forbid it: chmod 700 ${JSON.stringify(folder)}`
        )
      }
    })

    /** Refuses what may lead elsewhere. Tells whether there is a file. */
    const look = Effect.fnUntraced(
      function* (path: string) {
        const { mode, nlink, type } = yield* fs.lstat(path)
        const unreadable = (detail: string) =>
          new TokenStorageError({ location: path, kind: "unreadable", detail })
        if (type !== "File") {
          const what =
            type === "SymbolicLink" ? "a symbolic link" : type === "Directory" ? "a folder" : "no plain file"
          return yield* unreadable(`it is ${what}`)
        }
        if (Option.exists(nlink, (names) => names > 1n)) {
          return yield* unreadable(
            "it has another name elsewhere, a hard link. If that is as it should be, put a copy in its place"
          )
        }
        yield* reportOthers(path, mode)
        return true
      },
      (effect, path) =>
        Effect.catchTag(effect, "PlatformError", (error) =>
          error.reason._tag === "NotFound"
            ? Effect.succeed(false)
            : Effect.fail(failed(path, "unreadable")(error))
        )
    )

    const read = (path: string): Effect.Effect<File, TokenStorageError> =>
      Effect.flatMap(look(path), (isThere) =>
        isThere ? format.read(path) : Effect.succeed(format.empty)
      ).pipe(
        Effect.catchTags({
          Misunderstood: ({ detail, kind }) => new TokenStorageError({ location: path, kind, detail }),
          PlatformError: (error) => failed(path, "unreadable")(error)
        }),
        Effect.retry({ schedule: soon, while: isCorrupt })
      )

    // ---------------------------------------------------------------------------
    // writing
    // ---------------------------------------------------------------------------

    /** Makes a file for its owner only, and brings it to the disk; what `fill` cannot finish is removed. */
    const writeNew = <E>(path: string, fill: Effect.Effect<void, E>) =>
      fs.writeFile(path, new Uint8Array(), { flag: "wx", mode: 0o600 }).pipe(
        Effect.andThen(fill),
        Effect.andThen(Effect.scoped(Effect.flatMap(fs.open(path, { flag: "r+" }), (file) => file.sync))),
        Effect.onError(() => Effect.ignore(fs.remove(path, { force: true })))
      )

    // The new file is in its place by now; some systems cannot do more for it.
    const syncFolder = (folder: string) =>
      Effect.ignore(Effect.scoped(Effect.flatMap(fs.open(folder), (opened) => opened.sync)))

    const placeOf = (path: string, lock: FileLock.Lock): Place => {
      const check = Effect.gen(function* () {
        if (yield* lock.isMine) return
        return yield* new TokenStorageError({
          location: path,
          kind: "locked",
          detail: "this program was stopped for so long that another one has taken over; nothing was written"
        })
      })
      return {
        path,
        check,
        replace: Effect.fnUntraced(function* (fill) {
          const draft = `${path}.${lock.id}.tmp`
          yield* writeNew(draft, fill(draft)).pipe(
            Effect.andThen(check),
            Effect.andThen(fs.rename(draft, path)),
            Effect.onError(() => Effect.ignore(fs.remove(draft, { force: true })))
          )
          yield* syncFolder(Path.dirname(path))
        })
      }
    }

    /** A name beside the file that no other one has. */
    const nameAside = ({ path }: Place, lock: FileLock.Lock) =>
      Effect.map(
        DateTime.now,
        (now) =>
          `${path}.corrupt-${DateTime.formatIso(now).slice(0, 19).replaceAll(":", "-")}-${lock.id.slice(0, 8)}`
      )

    /** Makes room for a file that can be understood. */
    const setAside = Effect.fnUntraced(function* (place: Place, lock: FileLock.Lock, detail: string) {
      const { path } = place
      const aside = yield* nameAside(place, lock)
      yield* place.check
      // What belongs to the file goes first: beside a new file, it would be taken for that one's.
      yield* Effect.forEach(
        format.companions,
        (suffix) =>
          Effect.catchIf(
            fs.rename(path + suffix, aside + suffix),
            (error) => error.reason._tag === "NotFound",
            () => Effect.void
          ),
        { discard: true }
      )
      yield* fs.rename(path, aside)
      yield* Effect.ignore(fs.chmod(aside, 0o600))
      yield* syncFolder(Path.dirname(path))
      yield* Effect.logWarning(
        `The tokens in ${path} could not be understood: ${detail}. The file was set aside as ${aside}; ` +
          "a new login will be needed."
      )
    })

    /** Keeps a copy of a file of which some tokens cannot be understood, and leaves those that can. */
    const sift = Effect.fnUntraced(function* (
      place: Place,
      lock: FileLock.Lock,
      file: File,
      account: Account,
      { spoilt, tokens }: Contents
    ) {
      const { path } = place
      const aside = yield* nameAside(place, lock)
      yield* writeNew(aside, format.copy(path, aside))
      yield* format.write(place, file, account, tokens)
      yield* Effect.logWarning(
        `Some tokens in ${path} could not be understood: ${spoilt.join("; ")}. The file was copied to ${aside}, ` +
          "and what could be understood was kept; a new login will be needed for the rest."
      )
    })

    // ---------------------------------------------------------------------------
    // the storage
    // ---------------------------------------------------------------------------

    const examine = Effect.fnUntraced(function* (path: string, account: Account) {
      const file = yield* read(path)
      return { file, contents: yield* format.contentsOf(file, account, path) }
    })

    /** The file under its lock, after what cannot be understood was put aside. */
    const examineOrMend = Effect.fnUntraced(function* (
      path: string,
      account: Account,
      lock: FileLock.Lock,
      restore: Restore
    ) {
      const place = placeOf(path, lock)
      const found = yield* Effect.result(restore(examine(path, account)))
      if (Result.isFailure(found)) {
        if (!isCorrupt(found.failure)) return yield* found.failure
        yield* setAside(place, lock, found.failure.detail).pipe(
          Effect.mapError(cannotBeMended(found.failure))
        )
        return { file: format.empty, tokens: {} }
      }
      const { contents, file } = found.success
      if (contents.spoilt.length > 0) {
        yield* sift(place, lock, file, account, contents).pipe(
          Effect.mapError(cannotBeMended(corruptionIn(path, contents)))
        )
      }
      return { file, tokens: contents.tokens }
    })

    /** Removes what programs that were killed have left. What cannot be removed does no harm. */
    const sweepBeside = (path: string) => {
      const name = `${Path.basename(path)}.`
      return Effect.ignore(sweep(`${path}.lock`, (entry) => entry.startsWith(name) && entry.endsWith(".tmp")))
    }

    const locked = Effect.fnUntraced(function* <A, E, R>(
      path: string,
      use: (lock: FileLock.Lock, restore: Restore) => Effect.Effect<A, E, R>
    ) {
      yield* Effect.mapError(
        fs.makeDirectory(Path.dirname(path), { recursive: true, mode: 0o700 }),
        failed(path, "unwritable")
      )
      return yield* withLock(
        `${path}.lock`,
        (lock) =>
          Effect.uninterruptibleMask((restore) => Effect.andThen(sweepBeside(path), use(lock, restore))),
        (error) =>
          error._tag === "PlatformError"
            ? failed(path, "unwritable")(error)
            : new TokenStorageError({
                location: path,
                kind: "locked",
                detail: `${error.owner} has locked it, with ${path}.lock`
              })
      )
    })

    const get = Effect.fn("TokenStorage.get")(function* (account: Account) {
      const path = yield* fileOf(account)
      const found = yield* Effect.result(examine(path, account))
      if (Result.isSuccess(found) && found.success.contents.spoilt.length === 0) {
        return found.success.contents.tokens
      }
      if (Result.isFailure(found) && !isCorrupt(found.failure)) return yield* found.failure
      const corruption = Result.isFailure(found) ? found.failure : corruptionIn(path, found.success.contents)
      const { tokens } = yield* Effect.mapError(
        locked(path, (lock, restore) => examineOrMend(path, account, lock, restore)),
        (error) => (error.kind === "unwritable" ? cannotBeMended(corruption)(error) : error)
      )
      return tokens
    })

    /**
     * Keeps room on the disk while an effect runs. What is decided may be a refresh token that takes the place of the
     * stored one: a disk that is full only then would lose both.
     */
    const withRoom = <A, E, R>(path: string, lock: FileLock.Lock, effect: Effect.Effect<A, E, R>) => {
      const room = `${path}.${lock.id}.room.tmp`
      const give = Effect.ignore(fs.remove(room, { force: true }))
      const take = Effect.gen(function* () {
        const info = yield* Effect.option(fs.stat(path))
        const size = Option.match(info, { onNone: () => 0, onSome: ({ size }) => Number(size) })
        yield* fs.writeFile(room, new Uint8Array(size + growth), { flag: "wx", mode: 0o600 })
      })
      return Effect.acquireUseRelease(
        Effect.mapError(
          Effect.onError(take, () => give),
          failed(path, "unwritable")
        ),
        () => effect,
        () => give
      )
    }

    const modify = Effect.fn("TokenStorage.modify")(function* <A, E, R>(
      account: Account,
      decide: (tokens: Tokens) => Effect.Effect<readonly [A, Tokens], E, R>
    ) {
      const path = yield* fileOf(account)
      const change = Effect.fnUntraced(function* (lock: FileLock.Lock, restore: Restore) {
        const { file, tokens: before } = yield* examineOrMend(path, account, lock, restore)
        const [value, after] = yield* restore(withRoom(path, lock, decide(before)))
        // From here on nothing interrupts: the old tokens may be worthless already.
        if (after !== before && !(isEmpty(after) && isEmpty(before))) {
          yield* Effect.catchTag(
            format.write(placeOf(path, lock), file, account, after),
            "PlatformError",
            (error) => failed(path, "unwritable")(error)
          )
        }
        return value
      })
      return yield* locked(path, change)
    })

    return TokenStorage.of({
      location: (account) => Effect.fromResult(TokenPath.tokenFile(directory, account, format.extension)),
      get,
      modify,
      exclusively: Effect.fn("TokenStorage.exclusively")(function* (account, effect) {
        return yield* oneLoginAtATime(yield* fileOf(account), account.profile, effect)
      }),
      profiles: Effect.fn("TokenStorage.profiles")(function* (account) {
        return format.profilesOf(yield* read(yield* fileOf(account)))
      })
    })
  }
)

type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

const corruptionIn = (path: string, { spoilt }: Contents): TokenStorageError =>
  new TokenStorageError({ location: path, kind: "corrupt", detail: spoilt.join("; ") })

/** Where nothing can be put aside, the file stays as it is, and that is said. */
const cannotBeMended = (found: TokenStorageError) => (error: PlatformError | TokenStorageError) =>
  error._tag === "TokenStorageError" && error.kind === "locked"
    ? error
    : new TokenStorageError({
        location: found.location,
        kind: "corrupt",
        detail: `${found.detail}. It could not be set aside, because ${
          error._tag === "PlatformError" ? describe(error) : error.detail
        }`
      })

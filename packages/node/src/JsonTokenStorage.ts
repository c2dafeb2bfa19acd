/**
 * Keeps tokens in a JSON file, at the path and in the format of the official Python SDK, so that a program of either
 * finds the other's login. It is the storage of `NodeGlobus.layer`; use it by itself to keep the files elsewhere.
 *
 * Files are written whole or not at all, for their owner's eyes only, and under a lock that programs share, so that
 * those that run at the same time lose nothing of each other's. Namespaces and fields of other writers are kept. A file
 * that cannot be understood is reported and left as it is.
 *
 * ```ts
 * import { JsonTokenStorage } from "@effect-globus/node"
 * import { UserApp } from "@effect-globus/sdk/app"
 * import { Layer } from "effect"
 *
 * const app = UserApp.layer({ appName: "my-app", clientId: "3f1d1c2a-0000-4000-8000-000000000001" }).pipe(
 *   Layer.provide(JsonTokenStorage.layerWith({ directory: "/srv/my-app/tokens" }))
 * )
 * ```
 */
import { type Account, type Tokens, TokenStorage } from "@effect-globus/sdk/app"
import { type InvalidConfiguration, TokenStorageError } from "@effect-globus/sdk/model"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import type * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Path from "node:path"
import * as FileLock from "./internal/fileLock.ts"
import * as LoginLock from "./internal/loginLock.ts"
import * as Machine from "./internal/machine.ts"
import { describe } from "./internal/platformError.ts"
import * as TokenFile from "./internal/tokenFile.ts"
import * as TokenPath from "./TokenPath.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

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

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** Another program may be writing the file, not as carefully as this one: what looks torn is read again. */
const soon = Schedule.spaced("50 millis").pipe(Schedule.upTo({ times: 3 }))

/** A storage in JSON files, on the `FileSystem` at hand. */
export const make: (
  options?: Options
) => Effect.Effect<TokenStorage["Service"], InvalidConfiguration, FileSystem.FileSystem> = Effect.fnUntraced(
  function* (options: Options = {}) {
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

    const failed = (location: string, kind: TokenStorageError["kind"]) => (error: PlatformError) =>
      new TokenStorageError({ location, kind, detail: describe(error) })

    const fileOf = (account: Omit<Account, "profile">): Effect.Effect<string, TokenStorageError> =>
      Effect.mapError(
        Effect.fromResult(TokenPath.tokenFile(directory, account)),
        ({ detail }: InvalidConfiguration) =>
          new TokenStorageError({ location: directory, kind: "unwritable", detail })
      )

    // ---------------------------------------------------------------------------
    // reading
    // ---------------------------------------------------------------------------

    const reportReaders = Effect.fnUntraced(function* (path: string, mode: number) {
      if (Machine.isWindows || (mode & 0o077) === 0 || reported.has(path)) return
      reported.add(path)
      yield* Effect.logWarning(
        `Others on this machine may read the tokens in ${path}. Forbid it: chmod 600 ${JSON.stringify(path)}`
      )
    })

    const bytesOf = Effect.fnUntraced(
      function* (path: string) {
        const { mode, type } = yield* fs.lstat(path)
        if (type !== "File") {
          const what =
            type === "SymbolicLink" ? "a symbolic link" : type === "Directory" ? "a folder" : "no plain file"
          return yield* new TokenStorageError({ location: path, kind: "unreadable", detail: `it is ${what}` })
        }
        yield* reportReaders(path, mode)
        return Option.some(yield* fs.readFile(path))
      },
      (effect, path) =>
        Effect.catchTag(effect, "PlatformError", (error) =>
          error.reason._tag === "NotFound"
            ? Effect.succeed(Option.none<Uint8Array>())
            : Effect.fail(failed(path, "unreadable")(error))
        )
    )

    const understood = <A>(path: string, result: Result.Result<A, TokenFile.Misunderstood>) =>
      Effect.mapError(
        Effect.fromResult(result),
        ({ detail, kind }) => new TokenStorageError({ location: path, kind, detail })
      )

    const written = (path: string, result: Result.Result<TokenFile.TokenFile, TokenFile.Misunderstood>) =>
      Effect.mapBoth(Effect.fromResult(result), {
        onFailure: ({ detail }) => new TokenStorageError({ location: path, kind: "unwritable", detail }),
        onSuccess: TokenFile.serialize
      })

    const read = (path: string): Effect.Effect<TokenFile.TokenFile, TokenStorageError> =>
      bytesOf(path).pipe(
        Effect.flatMap(
          Option.match({
            onNone: () => Effect.succeed(TokenFile.empty),
            onSome: (bytes) => understood(path, TokenFile.parse(bytes))
          })
        ),
        Effect.retry({ schedule: soon, while: (error) => error.kind === "corrupt" })
      )

    // ---------------------------------------------------------------------------
    // writing
    // ---------------------------------------------------------------------------

    const writeNew = (path: string, text: string) =>
      Effect.scoped(
        Effect.gen(function* () {
          const file = yield* fs.open(path, { flag: "wx", mode: 0o600 })
          yield* file.writeAll(new TextEncoder().encode(text))
          yield* file.sync
        })
      )

    // The new file is in its place by now; some systems cannot do more for it.
    const syncFolder = (folder: string) =>
      Effect.ignore(Effect.scoped(Effect.flatMap(fs.open(folder), (opened) => opened.sync)))

    const write = Effect.fnUntraced(
      function* (path: string, lock: FileLock.Lock, text: string) {
        const draft = `${path}.${lock.id}.tmp`
        const name = Path.basename(path)
        yield* sweep(`${path}.lock`, (entry) => entry.startsWith(`${name}.`) && entry.endsWith(".tmp"))
        yield* Effect.gen(function* () {
          yield* writeNew(draft, text)
          if (!(yield* lock.isMine)) {
            return yield* new TokenStorageError({
              location: path,
              kind: "locked",
              detail:
                "this program was stopped for so long that another one has taken over; nothing was written"
            })
          }
          yield* fs.rename(draft, path)
        }).pipe(Effect.onError(() => Effect.ignore(fs.remove(draft, { force: true }))))
        yield* syncFolder(Path.dirname(path))
      },
      (effect, path) => Effect.catchTag(effect, "PlatformError", (error) => failed(path, "unwritable")(error))
    )

    // ---------------------------------------------------------------------------
    // the storage
    // ---------------------------------------------------------------------------

    const get = Effect.fn("TokenStorage.get")(function* (account: Account) {
      const path = yield* fileOf(account)
      return yield* understood(path, TokenFile.tokensOf(yield* read(path), account.profile))
    })

    /** What happens under the lock. */
    const change = <A, E, R>(
      path: string,
      profile: string,
      decide: (tokens: Tokens) => Effect.Effect<readonly [A, Tokens], E, R>
    ) =>
      Effect.fnUntraced(function* (
        lock: FileLock.Lock,
        restore: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
      ) {
        const file = yield* restore(read(path))
        const before = yield* understood(path, TokenFile.tokensOf(file, profile))
        const [value, after] = yield* restore(decide(before))
        // From here on nothing interrupts: the old tokens may be worthless already.
        if (after !== before && !(isEmpty(after) && isEmpty(before))) {
          yield* write(path, lock, yield* written(path, TokenFile.withTokens(file, profile, after)))
        }
        return value
      })

    const modify = Effect.fn("TokenStorage.modify")(function* <A, E, R>(
      account: Account,
      decide: (tokens: Tokens) => Effect.Effect<readonly [A, Tokens], E, R>
    ) {
      const path = yield* fileOf(account)
      const changed = change(path, account.profile, decide)
      yield* Effect.mapError(
        fs.makeDirectory(Path.dirname(path), { recursive: true, mode: 0o700 }),
        failed(path, "unwritable")
      )
      return yield* withLock(
        `${path}.lock`,
        (lock) => Effect.uninterruptibleMask((restore) => changed(lock, restore)),
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

    return TokenStorage.of({
      location: (account) => Effect.fromResult(TokenPath.tokenFile(directory, account)),
      get,
      modify,
      exclusively: Effect.fn("TokenStorage.exclusively")(function* (account, effect) {
        return yield* oneLoginAtATime(yield* fileOf(account), account.profile, effect)
      }),
      profiles: Effect.fn("TokenStorage.profiles")(function* (account) {
        return TokenFile.profilesOf(yield* read(yield* fileOf(account)))
      })
    })
  }
)

const isEmpty = (tokens: Tokens): boolean => Object.keys(tokens).length === 0

// -----------------------------------------------------------------------------
// layers
// -----------------------------------------------------------------------------

/**
 * Keeps tokens in JSON files.
 *
 * Fails with `InvalidConfiguration` if no folder is given and this machine knows no home folder.
 */
export const layerWith = (options: Options): Layer.Layer<TokenStorage, InvalidConfiguration> =>
  Layer.effect(TokenStorage, make(options)).pipe(Layer.provide(NodeFileSystem.layer))

/** Keeps tokens in JSON files where the official SDK keeps them. */
export const layer: Layer.Layer<TokenStorage, InvalidConfiguration> = layerWith({})

/**
 * A lock that processes share: whoever creates the lock file has it. The file says whose it is, so that those who wait
 * can tell an owner that has died (killed, crashed, gone with a reboot) from one that is slow or stopped: the former
 * makes room at once, the latter is waited for.
 *
 * Of an owner on another machine that shares the folder, nothing is known but that it touches its file every
 * `heartbeat`; it counts as dead when it has not done so for `deadAfter`.
 */
import * as Clock from "effect/Clock"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as Path from "node:path"
import * as Processes from "./processes.ts"

/** What a lock file says. */
const Ownership = Schema.fromJsonString(
  Schema.Struct({
    /** Unlike that of any other ownership, ever. */
    id: Schema.String,
    process: Processes.Process
  })
)

/** A lock file that is there. */
interface Held {
  /** Of the ownership. */
  readonly id: string
  /** None if the file is not one of ours, or not written yet. */
  readonly owner: Option.Option<Processes.Process>
  /** Changes with each sign of life. */
  readonly sign: string
}

/** Somebody else has the lock. */
class Busy extends Data.TaggedError("Busy")<{ readonly owner: Option.Option<Processes.Process> }> {}

/** Somebody else had the lock all the time that was allowed for waiting. */
export class LockTimeout extends Data.TaggedError("LockTimeout")<{
  /** In words, who has it. */
  readonly owner: string
}> {}

/** What is given to an effect that runs under a lock. */
export interface Lock {
  /** Unlike that of any other run: for the names of temporary files. */
  readonly id: string
  /** Whether the lock is still one's own: on another machine, somebody may have thought this process dead. */
  readonly isMine: Effect.Effect<boolean, PlatformError>
}

/** How to wait for locks. */
export interface Options {
  /** After this time of waiting, give up. */
  readonly timeout: Duration.Duration
  /** After this time of waiting, tell the person. */
  readonly noticeAfter: Duration.Duration
  /** What to tell, given in words who has the lock at a path. */
  readonly notice: (owner: string, path: string) => string
}

const heartbeat = Duration.seconds(2)
const deadAfter = Duration.seconds(15)

const waiting = Schedule.min([Schedule.exponential("5 millis", 1.5), Schedule.spaced("100 millis")]).pipe(
  Schedule.jittered
)

const decode = Schema.decodeUnknownOption(Ownership)
const encode = Schema.encodeEffect(Ownership)

const isAbsent = (error: PlatformError): boolean => error.reason._tag === "NotFound"
const isPresent = (error: PlatformError): boolean => error.reason._tag === "AlreadyExists"

/** In words, who owns a lock. */
const describe = (owner: Option.Option<Processes.Process>): string =>
  Option.match(owner, {
    onNone: () => "another program",
    onSome: ({ host, pid }) => `process ${pid} on ${host}`
  })

/** Locks that are waited for in this way. */
export const make = Effect.fnUntraced(function* (options: Options) {
  const fs = yield* FileSystem.FileSystem
  const processes = yield* Effect.cached(Effect.provideService(Processes.make, FileSystem.FileSystem, fs))
  // Those who wait in this process queue up here, so that only one of them watches the file.
  const queues = new Map<string, Semaphore.Semaphore>()

  const queueOf = (path: string): Semaphore.Semaphore => {
    const queue = queues.get(path) ?? Semaphore.makeUnsafe(1)
    queues.set(path, queue)
    return queue
  }

  const look = Effect.fnUntraced(
    function* (path: string) {
      const content = yield* fs.readFileString(path)
      const { mtime } = yield* fs.stat(path)
      const ownership = decode(content)
      return Option.some<Held>({
        id: Option.match(ownership, { onNone: () => "unknown", onSome: ({ id }) => id }),
        owner: Option.map(ownership, ({ process }) => process),
        sign: `${content} ${Option.match(mtime, { onNone: () => "", onSome: (date) => date.getTime() })}`
      })
    },
    Effect.catchIf(isAbsent, () => Effect.succeed(Option.none<Held>()))
  )

  const hasId = (path: string, id: string) =>
    Effect.map(
      look(path),
      Option.exists((held) => held.id === id)
    )

  /** Creates a lock file together with what it says, unless there is one. Tells whether it did. */
  const create = Effect.fnUntraced(function* (path: string, content: string, id: string) {
    const draft = `${path}.${id}.new`
    const linked = fs.link(draft, path).pipe(
      // Some file systems have no hard links. There, the file is empty for a moment.
      Effect.catchIf(
        (error) => !isPresent(error) && !isAbsent(error),
        () => fs.writeFileString(path, content, { flag: "wx", mode: 0o600 })
      ),
      Effect.as(true),
      // A draft that is gone was swept away by somebody who has the lock now.
      Effect.catchIf(
        (error) => isPresent(error) || isAbsent(error),
        () => Effect.succeed(false)
      )
    )
    return yield* fs
      .writeFileString(draft, content, { flag: "wx", mode: 0o600 })
      .pipe(Effect.andThen(linked), Effect.ensuring(Effect.ignore(fs.remove(draft, { force: true }))))
  })

  /** One who wants a lock. It remembers since when nothing was heard of the owners that it waits for. */
  const candidate = Effect.gen(function* () {
    const { lifeOf, self } = yield* processes
    const id = yield* Effect.sync(() => SecureRandom.uuidV4Unsafe())
    const content = yield* Effect.orDie(encode({ id, process: self }))
    const signs = new Map<string, { readonly sign: string; readonly since: number }>()

    const isDead = Effect.fnUntraced(function* (path: string, { owner, sign }: Held) {
      const life = Option.isSome(owner) ? yield* lifeOf(owner.value) : "unknown"
      if (life !== "unknown") return life === "dead"
      const now = yield* Clock.currentTimeMillis
      const last = signs.get(path)
      // A clock that was set back begins the wait anew.
      if (last?.sign === sign && last.since <= now) return now - last.since >= Duration.toMillis(deadAfter)
      signs.set(path, { sign, since: now })
      return false
    })

    const release = (path: string) =>
      Effect.ignore(Effect.flatMap(hasId(path, id), (isMine) => (isMine ? fs.remove(path) : Effect.void)))

    const attempt = Effect.fnUntraced(function* (path: string): Effect.fn.Return<void, Busy | PlatformError> {
      const found = yield* look(path)
      if (Option.isSome(found)) {
        const { id, owner } = found.value
        if (!(yield* isDead(path, found.value))) return yield* new Busy({ owner })
        // Of two who find an owner dead, the slower one must not remove the lock that the faster one has got since. So
        // whoever removes the file needs the lock of this very owner's removal. Nobody without it touches the file, and
        // a file with this id never comes again.
        const removal = `${path}.${id}`
        yield* attempt(removal)
        yield* Effect.flatMap(hasId(path, id), (isStill) => (isStill ? fs.remove(path) : Effect.void)).pipe(
          Effect.ensuring(release(removal))
        )
      }
      if (yield* create(path, content, id)) return
      const winner = yield* look(path)
      return yield* new Busy({ owner: Option.flatMap(winner, ({ owner }) => owner) })
    })

    return {
      id,
      // An attempt that is interrupted half way could leave a lock that nobody knows to release.
      acquire: (path: string) => Effect.uninterruptible(attempt(path)),
      release,
      isMine: (path: string) => hasId(path, id)
    }
  })

  const notice = (path: string) =>
    Effect.sleep(options.noticeAfter).pipe(
      Effect.andThen(look(path)),
      Effect.flatMap((held) =>
        Option.isSome(held) ? Effect.logInfo(options.notice(describe(held.value.owner), path)) : Effect.void
      ),
      Effect.ignore
    )

  const showLife = (path: string, isMine: Effect.Effect<boolean, PlatformError>) =>
    Effect.gen(function* () {
      yield* Effect.sleep(heartbeat)
      if (!(yield* isMine)) return
      const seconds = (yield* Clock.currentTimeMillis) / 1000
      yield* fs.utimes(path, seconds, seconds)
    }).pipe(Effect.ignore, Effect.forever)

  /**
   * Runs an effect while nobody else, in this process or another, has the lock at this path, whose folder must exist.
   *
   * @param orElse makes an error of what goes wrong with the lock.
   */
  const withLock = Effect.fnUntraced(
    function* <A, E, R, E2>(
      path: string,
      use: (lock: Lock) => Effect.Effect<A, E, R>,
      orElse: (error: LockTimeout | PlatformError) => E2
    ) {
      const { acquire, id, isMine, release } = yield* candidate
      const patiently = Effect.retry(acquire(path), {
        schedule: Schedule.upTo(waiting, { duration: options.timeout }),
        while: (error) => error._tag === "Busy"
      })
      return yield* Effect.catchTag(acquire(path), "Busy", () => alongside(notice(path), patiently)).pipe(
        Effect.mapError((error) =>
          orElse(error._tag === "Busy" ? new LockTimeout({ owner: describe(error.owner) }) : error)
        ),
        Effect.andThen(alongside(showLife(path, isMine(path)), use({ id, isMine: isMine(path) }))),
        Effect.ensuring(release(path))
      )
    },
    (effect, path) => queueOf(path).withPermit(effect)
  )

  /**
   * Removes what programs that were killed have left of the lock at a path, and what `isLeft` says of other files
   * beside it. Only who has the lock may do so.
   */
  const sweep = Effect.fnUntraced(function* (path: string, isLeft: (name: string) => boolean = () => false) {
    const folder = Path.dirname(path)
    const ofLock = `${Path.basename(path)}.`
    yield* Effect.forEach(
      (yield* fs.readDirectory(folder)).filter((name) => name.startsWith(ofLock) || isLeft(name)),
      // What cannot be removed does no harm.
      (name) => Effect.ignore(fs.remove(Path.join(folder, name), { force: true })),
      { discard: true }
    )
  })

  return { withLock, sweep }
})

/** Runs an effect, and another one as long as it runs. */
const alongside = <A, E, R>(
  other: Effect.Effect<unknown>,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.flatMap(Effect.forkChild(other), (fiber) => Effect.ensuring(effect, Fiber.interrupt(fiber)))

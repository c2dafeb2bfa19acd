/**
 * One login at a time for each account, among all programs that keep its tokens in the same file. Its lock is not that
 * of the file: tokens are read and renewed while a person takes time to log in.
 */
import { TokenStorageError } from "@effect-globus/sdk/model"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { createHash } from "node:crypto"
import * as Path from "node:path"
import * as FileLock from "./fileLock.ts"
import { describe } from "./platformError.ts"

/** Longer than a login flow waits for a person. */
export const defaultTimeout = Duration.minutes(20)

/** A profile may have any name, a file may not. */
const fileNameOf = (profile: string): string =>
  createHash("sha256").update(profile).digest("hex").slice(0, 16)

/** Runs effects one at a time for each profile of a token file; those who wait give up after `timeout`. */
export const make = Effect.fnUntraced(function* (timeout: Duration.Duration) {
  const fs = yield* FileSystem.FileSystem
  const { sweep, withLock } = yield* FileLock.make({
    timeout,
    noticeAfter: Duration.seconds(2),
    notice: (owner) => `Waiting for a login that is under way in ${owner}`
  })

  return Effect.fnUntraced(function* <A, E, R>(
    file: string,
    profile: string,
    effect: Effect.Effect<A, E, R>
  ) {
    const lock = `${file}.${fileNameOf(profile)}.login`
    const unwritable = (error: Parameters<typeof describe>[0]) =>
      new TokenStorageError({ location: file, kind: "unwritable", detail: describe(error) })
    yield* Effect.mapError(fs.makeDirectory(Path.dirname(file), { recursive: true, mode: 0o700 }), unwritable)
    return yield* withLock(
      lock,
      () => Effect.andThen(Effect.ignore(sweep(lock)), effect),
      (error) =>
        error._tag === "PlatformError"
          ? unwritable(error)
          : new TokenStorageError({
              location: file,
              kind: "locked",
              detail: `a login is under way in ${error.owner}, with ${lock}`
            })
    )
  })
})

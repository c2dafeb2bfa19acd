/** The body of an upload: counted, watched, and known to have been read. */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { WrongLength } from "../FileError.ts"

/** A stream on its way to a server. */
export interface Source<E> {
  /** What is sent. It fails where `failure` says why. */
  readonly stream: Stream.Stream<Uint8Array, E | WrongLength>
  /** Why the stream itself failed, or why it was broken off. */
  readonly failure: () => Option.Option<Cause.Cause<E | WrongLength>>
  /** Whether it can be read, again or for the first time. */
  readonly isReadable: () => boolean
  /** Fails when nobody has asked it for more for as long as that. */
  readonly silence: (
    limit: Duration.Duration,
    request: HttpClientRequest.HttpClientRequest
  ) => Effect.Effect<never, HttpClientError.HttpClientError>
}

export const make = <E>(options: {
  readonly path: string
  readonly stream: Stream.Stream<Uint8Array, E>
  readonly length: number | undefined
  readonly replayable: boolean
}): Source<E> => {
  const { length, path, replayable, stream } = options
  let begun = false
  let failure: Option.Option<Cause.Cause<E | WrongLength>> = Option.none()
  // Every chunk that is taken is a sign of life.
  let taken = 0

  /** Holds each chunk back until the next is there, so that a stream of the wrong length never looks complete. */
  const exactly = (expected: number) => (chunks: Stream.Stream<Uint8Array, E>) =>
    Stream.suspend(() => {
      let actual = 0
      let held: Uint8Array | undefined
      const wrong = () => new WrongLength({ path, actual, expected })
      const checked = Stream.mapEffect(chunks, (chunk) => {
        actual += chunk.length
        if (actual > expected) return Effect.fail(wrong())
        const ready = held
        held = chunk
        return Effect.succeed(ready)
      })
      const last = Stream.suspend(() =>
        actual === expected
          ? held === undefined
            ? Stream.empty
            : Stream.succeed(held)
          : Stream.fail(wrong())
      )
      return Stream.concat(
        Stream.filter(checked, (chunk) => chunk !== undefined),
        last
      )
    })

  const measured: Stream.Stream<Uint8Array, E | WrongLength> =
    length === undefined ? stream : exactly(length)(Stream.filter(stream, (chunk) => chunk.length > 0))

  return {
    stream: Stream.suspend(() => {
      begun = true
      return measured.pipe(
        Stream.tap(() => Effect.sync(() => void taken++)),
        Stream.tapCause((cause) =>
          Effect.sync(() => {
            // That nobody reads it any more is no failure of its own.
            if (!Cause.hasInterruptsOnly(cause)) failure = Option.some(cause)
          })
        )
      )
    }),
    failure: () => failure,
    isReadable: () => Option.isNone(failure) && (replayable || !begun),
    silence: (limit, request) =>
      Effect.gen(function* () {
        const clock = yield* Clock.Clock
        let known = -1
        let since = clock.currentTimeMillisUnsafe()
        while (true) {
          if (known !== taken) {
            known = taken
            since = clock.currentTimeMillisUnsafe()
          }
          const left = Duration.toMillis(limit) - (clock.currentTimeMillisUnsafe() - since)
          if (left <= 0) break
          yield* Effect.sleep(Duration.millis(left))
        }
        const cause = Object.assign(new Error(`nothing more was taken for ${Duration.format(limit)}`), {
          code: "ETIMEDOUT"
        })
        return yield* new HttpClientError.HttpClientError({
          reason: new HttpClientError.TransportError({ request, cause })
        })
      })
  }
}

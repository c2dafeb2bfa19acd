/**
 * The time as a service has it, which is what its tokens expire by. The clock of this machine may be wrong, and may be
 * set while a program runs; what a service says about the time in its answers (`Date`, RFC 9110 §6.6.1) corrects it.
 * `OAuth2Client` keeps one for Globus Auth; use it for a service of your own.
 *
 * ```ts
 * import { ServerClock } from "@effect-globus/sdk/service"
 * import { Effect } from "effect"
 *
 * const corrected = Effect.gen(function* () {
 *   const clock = yield* ServerClock.make
 *   yield* clock.learn({ sentAt: 0, date: "Thu, 01 Jan 1970 01:00:00 GMT" })
 *   return yield* clock.now
 * })
 * ```
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The time as a service has it. */
export interface ServerClock {
  /**
   * In milliseconds since 1970. It does not run backwards when this machine's clock is set back, so what has expired
   * stays so; only an answer of the service can say that it is earlier.
   */
  readonly now: Effect.Effect<number>
  /** Learns from an answer that has just come, and whose date is that of its making: none that a cache may have kept. */
  readonly learn: (answer: {
    /** When the request was sent, by this machine's clock, in milliseconds since 1970. */
    readonly sentAt: number
    /** The answer's `Date`. Without one, nothing is learned. */
    readonly date: string | undefined
  }) => Effect.Effect<void>
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** A date in a header, in milliseconds since 1970; none if it is not one (RFC 9110 §5.6.7). */
export const parseDate = (header: string | undefined): number | undefined => {
  // `Date.parse` alone would take nearly anything for a date, `-5` and `2.5` included.
  const date =
    header !== undefined && /^[A-Z][a-z]{2,8}, .+ GMT$/.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(date) ? undefined : date
}

/**
 * How far this machine's clock is behind: the smallest correction that explains an answer. It was made after the request
 * was sent and before it was received, and its date has whole seconds.
 */
const behind = (date: number, sentAt: number, receivedAt: number): number => {
  if (date > receivedAt) return date - receivedAt
  return date + 1000 <= sentAt ? date + 1000 - sentAt : 0
}

/** A clock that goes by this machine's until it learns otherwise. */
export const make: Effect.Effect<ServerClock> = Effect.gen(function* () {
  const state = yield* Ref.make({ offset: 0, latest: Number.NEGATIVE_INFINITY })
  const clock: ServerClock = {
    now: Effect.flatMap(Clock.currentTimeMillis, (local) =>
      Ref.modify(state, ({ latest, offset }) => {
        const now = Math.max(latest, local + offset)
        return [now, { offset, latest: now }]
      })
    ),
    learn: Effect.fnUntraced(function* ({ date, sentAt }) {
      const made = parseDate(date)
      if (made === undefined) return
      const receivedAt = yield* Clock.currentTimeMillis
      const offset = behind(made, sentAt, receivedAt)
      // A jump forwards that was undone is forgotten: what was seen in between was never the time.
      yield* Ref.set(state, { offset, latest: receivedAt + offset })
    })
  }
  return clock
})

/**
 * The time of a test that waits for nothing. Transfers, flows and retries take the time that they take, by the clock at
 * hand; in a test that is Effect's `TestClock`, which stands still until it is adjusted. Adjusting it by hand needs to
 * know when the program has begun to wait; let it pass by itself instead.
 *
 * ```ts
 * import { TestTime } from "@effect-globus/simulator"
 * import { TransferClient } from "@effect-globus/sdk/transfer"
 * import { Effect } from "effect"
 *
 * const ended = Effect.gen(function* () {
 *   const transfer = yield* TransferClient
 *   return yield* TestTime.passing(transfer.waitForTask("2c0b1d7e-4a5f-4f55-9d0e-6f3a8b1c9d20"))
 * })
 * ```
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"

/** What can be set; everything has a default. */
export interface Options {
  /** How far the clock jumps at once, which is how exactly things happen. Default: 1 second. */
  readonly step?: Duration.Input | undefined
}

/** For as long a real time, a program can do what it need not wait for, such as computing a key. */
const respite = "4 millis"

/** Runs an effect while the clock of the test goes ahead, a step whenever there has been time to get on with it. */
export const passing = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  options: Options = {}
): Effect.Effect<A, E, R> =>
  Effect.raceFirst(
    effect,
    Effect.forever(
      Effect.andThen(
        TestClock.withLive(Effect.sleep(respite)),
        TestClock.adjust(Duration.fromInputUnsafe(options.step ?? "1 second"))
      )
    )
  )

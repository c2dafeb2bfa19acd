/** The time as a service has it: what is learned from its answers, and what this machine's clock may do meanwhile. */
import { ServerClock } from "@effect-globus/sdk/service"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"

const hour = 3_600_000
const second = 1000

/** A date as it is in headers. */
const header = (millis: number): string => new Date(millis).toUTCString()

/** An answer that took some time, whose date is that of its making: half of the time after the request. */
const answer = (
  clock: ServerClock.ServerClock,
  options: { readonly ahead: number; readonly took?: number }
) =>
  Effect.gen(function* () {
    const { ahead, took = 0 } = options
    const sentAt = yield* Clock.currentTimeMillis
    yield* TestClock.adjust(took)
    yield* clock.learn({ sentAt, date: header(sentAt + took / 2 + ahead) })
  })

const begin = Date.UTC(2026, 0, 1)

const run = <A, E>(effect: (clock: ServerClock.ServerClock) => Effect.Effect<A, E>) =>
  Effect.andThen(TestClock.setTime(begin), Effect.flatMap(ServerClock.make, effect))

describe("the clock of a service", () => {
  it.effect("is this machine's, as long as nothing else is known", () =>
    run((clock) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* clock.now, begin)
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(yield* clock.now, begin + 60 * second)
      })
    )
  )

  it.effect.each([
    { what: "an hour ahead", ahead: hour },
    { what: "an hour behind", ahead: -hour },
    { what: "years ahead", ahead: 9000 * hour },
    { what: "years behind", ahead: -9000 * hour }
  ])("is $what when an answer says so, and goes on from there", ({ ahead }) =>
    run((clock) =>
      Effect.gen(function* () {
        yield* answer(clock, { ahead })
        assert.approximately(yield* clock.now, begin + ahead, second)
        yield* TestClock.adjust("30 minutes")
        assert.approximately(yield* clock.now, begin + ahead + hour / 2, second)
      })
    )
  )

  it.effect.each([0, 10, 999, 1500, 30_000])(
    "is this machine's, to the millisecond, when the difference is no more than the %d ms of an answer's way",
    (took) =>
      run((clock) =>
        Effect.gen(function* () {
          yield* TestClock.adjust(321)
          yield* answer(clock, { ahead: 0, took })
          assert.strictEqual(yield* clock.now, yield* Clock.currentTimeMillis)
        })
      )
  )

  it.effect("is what the last answer says", () =>
    run((clock) =>
      Effect.gen(function* () {
        yield* answer(clock, { ahead: hour })
        yield* answer(clock, { ahead: -hour })
        assert.approximately(yield* clock.now, begin - hour, second)
        // Somebody has set this machine's clock right.
        yield* answer(clock, { ahead: 0 })
        assert.strictEqual(yield* clock.now, begin)
      })
    )
  )

  it.effect.each([
    undefined,
    "",
    "5",
    "-5",
    "2.5",
    "yesterday",
    "2026-01-01T00:00:00Z",
    "Thu, 99 Foo 2026 GMT"
  ])("learns nothing from the date %j", (date) =>
    run((clock) =>
      Effect.gen(function* () {
        yield* answer(clock, { ahead: hour })
        yield* clock.learn({ sentAt: begin, date })
        assert.approximately(yield* clock.now, begin + hour, second)
      })
    )
  )
})

describe("a clock of this machine that is set", () => {
  it.effect("back does not make it earlier for the service", () =>
    run((clock) =>
      Effect.gen(function* () {
        yield* TestClock.adjust("2 hours")
        const before = yield* clock.now
        yield* TestClock.setTime(begin)
        assert.strictEqual(yield* clock.now, before)
        yield* TestClock.adjust("3 hours")
        assert.strictEqual(yield* clock.now, before + hour)
      })
    )
  )

  it.effect("back is corrected by the next answer", () =>
    run((clock) =>
      Effect.gen(function* () {
        yield* clock.now
        yield* TestClock.setTime(begin - hour)
        yield* answer(clock, { ahead: hour })
        yield* TestClock.adjust("1 minute")
        assert.approximately(yield* clock.now, begin + 60 * second, second)
      })
    )
  )

  it.effect("forwards is believed until the next answer, and not longer", () =>
    run((clock) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(begin + 24 * hour)
        assert.strictEqual(yield* clock.now, begin + 24 * hour)
        yield* answer(clock, { ahead: -24 * hour })
        assert.approximately(yield* clock.now, begin, second)
      })
    )
  )
})

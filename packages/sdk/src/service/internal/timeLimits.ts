/**
 * Time limits of many effects that nearly always end long before them, watched by one fiber. A timer for each of them,
 * set up and taken down again, would take a fifth of the time that a request takes.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"

/** Time limits. */
export interface TimeLimits {
  /** Interrupts an effect that has not ended when it is time, in milliseconds since 1970, and fails instead. */
  readonly until: <A, E>(effect: Effect.Effect<A, E>, time: number, late: () => E) => Effect.Effect<A, E>
}

interface Limited {
  readonly fiber: Fiber.Fiber<unknown, unknown>
  readonly time: number
  isLate: boolean
}

/**
 * The watch goes on for this long at most, in milliseconds, when there is nothing left to watch. It keeps a process
 * alive, so it is short.
 */
const longestPause = 500

/** Limits that are watched until the scope closes. */
export const make = Effect.fnUntraced(function* (): Effect.fn.Return<TimeLimits, never, Scope.Scope> {
  const scope = yield* Effect.scope
  const running = new Set<Limited>()
  let isWatched = false

  const interruptLate = (now: number): number => {
    let next = now + longestPause
    for (const limited of running) {
      if (limited.time <= now) {
        limited.isLate = true
        running.delete(limited)
        limited.fiber.interruptUnsafe()
      } else {
        next = Math.min(next, limited.time)
      }
    }
    return next
  }

  const watch = Effect.whileLoop({
    while: () => running.size > 0,
    body: () =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.sleep(Math.max(0, interruptLate(now) - now))),
    step: () => {}
  }).pipe(
    Effect.ensuring(
      Effect.sync(() => {
        isWatched = false
      })
    )
  )

  const watched = <A, E>(fiber: Fiber.Fiber<A, E>, time: number, late: () => E): Effect.Effect<A, E> => {
    const ended = Effect.callback<A, E>((resume) => {
      const limited: Limited = { fiber, time, isLate: false }
      running.add(limited)
      fiber.addObserver((exit) => {
        running.delete(limited)
        resume(limited.isLate && Exit.hasInterrupts(exit) ? Effect.fail(late()) : exit)
      })
      return Fiber.interrupt(fiber)
    })
    if (isWatched) return ended
    isWatched = true
    return Effect.andThen(Effect.forkIn(watch, scope), ended)
  }

  return {
    until: (effect, time, late) =>
      Effect.flatMap(Effect.forkChild(effect, { startImmediately: true }), (fiber) =>
        watched(fiber, time, late)
      )
  }
})

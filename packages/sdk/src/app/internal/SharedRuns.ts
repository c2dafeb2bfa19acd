/** Runs of effects that callers share: whoever asks for the same thing while it is being done gets the same result. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as SynchronizedRef from "effect/SynchronizedRef"

/** Whether a caller began the run that it waited for, or joined one that was under way. */
export type Part = "began" | "joined"

/**
 * Runs by key. A run belongs to all its callers together: an interrupted caller leaves, and only when the last one has
 * left is the run interrupted. Nothing is remembered once a run is over, least of all a failure.
 */
export interface SharedRuns<E> {
  readonly run: (key: string, effect: Effect.Effect<void, E>) => Effect.Effect<Part, E>
}

interface Run<E> {
  readonly fiber: Fiber.Fiber<void, E>
  readonly waiting: number
}

/** Runs that end at the latest with the scope. */
export const make = Effect.fnUntraced(function* <E>(): Effect.fn.Return<SharedRuns<E>, never, Scope.Scope> {
  const scope = yield* Effect.scope
  const runs = yield* SynchronizedRef.make<ReadonlyMap<string, Run<E>>>(new Map())

  const join = (key: string, effect: Effect.Effect<void, E>) =>
    SynchronizedRef.modifyEffect(
      runs,
      Effect.fnUntraced(function* (current) {
        const known = current.get(key)
        const isRunning = known !== undefined && known.fiber.pollUnsafe() === undefined
        const run: Run<E> = isRunning
          ? { ...known, waiting: known.waiting + 1 }
          : { fiber: yield* Effect.forkIn(effect, scope), waiting: 1 }
        const part: Part = isRunning ? "joined" : "began"
        return [{ fiber: run.fiber, part }, new Map(current).set(key, run)] as const
      })
    )

  const leave = (key: string, fiber: Fiber.Fiber<void, E>) =>
    Effect.flatten(
      SynchronizedRef.modify(runs, (current): readonly [Effect.Effect<void>, ReadonlyMap<string, Run<E>>] => {
        const run = current.get(key)
        if (run === undefined || run.fiber !== fiber) return [Effect.void, current]
        const others = new Map(current)
        if (run.waiting > 1) return [Effect.void, others.set(key, { fiber, waiting: run.waiting - 1 })]
        others.delete(key)
        return [Fiber.interrupt(fiber), others]
      })
    )

  return {
    run: (key, effect) =>
      Effect.uninterruptibleMask((restore) =>
        // What is forked must be interruptible, though joining it is not.
        Effect.flatMap(join(key, Effect.interruptible(effect)), ({ fiber, part }) =>
          restore(Fiber.join(fiber)).pipe(Effect.as(part), Effect.ensuring(leave(key, fiber)))
        )
      )
  }
})

/** Runs of effects that callers share: whoever asks for the same thing while it is being done gets the same result. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as SynchronizedRef from "effect/SynchronizedRef"

/** Whether a caller began the run that it waited for, or joined one that was under way. */
export type Part = "began" | "joined"

/** Runs by key. Nothing is remembered once a run is over, least of all a failure. */
export interface SharedRuns<E> {
  /**
   * A run belongs to all its callers together: an interrupted caller leaves, and only when the last one has left is
   * the run interrupted. A run that `finishes` goes on without callers, because what it has half done would be lost.
   * The end of the scope waits for it, for some seconds.
   */
  readonly run: (
    key: string,
    effect: Effect.Effect<void, E>,
    options?: { readonly finishes: boolean }
  ) => Effect.Effect<Part, E>
}

interface Run<E> {
  readonly fiber: Fiber.Fiber<void, E>
  readonly finishes: boolean
  readonly callers: number
}

const isUnderWay = <E>(run: Run<E>): boolean => run.fiber.pollUnsafe() === undefined

/** How long the end of the scope waits for runs that finish: longer than an answer takes, shorter than a person waits. */
const grace = Duration.seconds(10)

/** Runs that end at the latest with the scope. */
export const make = Effect.fnUntraced(function* <E>(): Effect.fn.Return<SharedRuns<E>, never, Scope.Scope> {
  const scope = yield* Effect.scope
  const runs = yield* SynchronizedRef.make<ReadonlyMap<string, Run<E>>>(new Map())

  yield* Effect.addFinalizer(() =>
    Effect.flatMap(SynchronizedRef.get(runs), (current) =>
      Effect.forEach(
        [...current.values()].filter(isUnderWay),
        ({ fiber }) =>
          Effect.ensuring(Effect.timeoutOption(Fiber.await(fiber), grace), Fiber.interrupt(fiber)),
        { concurrency: "unbounded", discard: true }
      )
    )
  )

  const join = (key: string, effect: Effect.Effect<void, E>, finishes: boolean) =>
    SynchronizedRef.modifyEffect(
      runs,
      Effect.fnUntraced(function* (current) {
        const known = current.get(key)
        const joined = known !== undefined && isUnderWay(known)
        const run: Run<E> = joined
          ? { ...known, callers: known.callers + 1 }
          : {
              fiber: yield* finishes ? Effect.forkDetach(effect) : Effect.forkIn(effect, scope),
              finishes,
              callers: 1
            }
        const part: Part = joined ? "joined" : "began"
        return [{ fiber: run.fiber, part }, new Map(current).set(key, run)] as const
      })
    )

  const leave = (key: string, fiber: Fiber.Fiber<void, E>) =>
    Effect.flatten(
      SynchronizedRef.modify(runs, (current): readonly [Effect.Effect<void>, ReadonlyMap<string, Run<E>>] => {
        const run = current.get(key)
        if (run === undefined || run.fiber !== fiber) return [Effect.void, current]
        const others = new Map(current)
        if (run.callers > 1 || (run.finishes && isUnderWay(run)))
          return [Effect.void, others.set(key, { ...run, callers: run.callers - 1 })]
        others.delete(key)
        return [Fiber.interrupt(fiber), others]
      })
    )

  return {
    run: (key, effect, options) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(join(key, effect, options?.finishes === true), ({ fiber, part }) =>
          restore(Fiber.join(fiber)).pipe(Effect.as(part), Effect.ensuring(leave(key, fiber)))
        )
      )
  }
})

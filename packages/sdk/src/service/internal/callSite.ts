/**
 * Telling of a failure where the operation that failed was called. `Effect.fn` does so by a frame in the context of
 * every call, and the new context of each takes a twentieth of the time of a request; here, only failures pay.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"

/** What is in the first lines of a stack: that it is an error, who asks for the place, and the operation itself. */
const linesBefore = 3

/** How many lines a stack has at most, where the platform lets that be said. */
const limitKey = "stackTraceLimit"

/** Adds to a cause that it comes from the operation of this name, called by the caller of whoever asks. */
export const here = (name: string): (<E>(cause: Cause.Cause<E>) => Cause.Cause<E>) => {
  const limit: unknown = Reflect.get(Error, limitKey)
  Reflect.set(Error, limitKey, linesBefore)
  const called = new Error()
  Reflect.set(Error, limitKey, limit)
  return (cause) =>
    Cause.annotate(
      cause,
      Context.make(Cause.StackTrace, {
        name,
        stack: () => called.stack?.split("\n")[linesBefore]?.trim(),
        parent: Context.getOrUndefined(Cause.annotations(cause), Cause.StackTrace)
      }),
      { overwrite: true }
    )
}

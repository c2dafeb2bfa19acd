/** Looking at a task until it has ended. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { TaskDocument } from "../TaskDocument.ts"
import { TaskStillActive } from "../TaskStillActive.ts"

/** How long a task is waited for. */
export interface WaitOptions {
  /** How long to wait between two looks. Default: 10 seconds; less than a second counts as one. */
  readonly pollingInterval?: Duration.Input | undefined
  /** How long to wait altogether, from the first look on. Default: until the task has ended. */
  readonly timeout?: Duration.Input | undefined
}

// There is nothing to wait for: the task has ended, or goes on only when its owner acts.
const isSettled = (task: TaskDocument): boolean => task.status !== "ACTIVE"

/**
 * When to look again, until there is nothing to wait for. Fails when there has been time enough, after a last look at
 * that very moment.
 */
export const schedule = ({ pollingInterval = "10 seconds", timeout = "Infinity" }: WaitOptions) => {
  const interval = Duration.max(Duration.fromInputUnsafe(pollingInterval), Duration.seconds(1))
  const limit = Duration.fromInputUnsafe(timeout)
  return Schedule.spaced(interval).pipe(
    Schedule.setInputType<TaskDocument>(),
    Schedule.while(({ elapsed, input }) =>
      isSettled(input) || elapsed < Duration.toMillis(limit)
        ? Effect.succeed(!isSettled(input))
        : Effect.fail(new TaskStillActive({ task: input, waited: Duration.format(limit) }))
    ),
    Schedule.modifyDelay(({ elapsed }) =>
      Effect.succeed(Duration.min(interval, Duration.subtract(limit, Duration.millis(elapsed))))
    )
  )
}

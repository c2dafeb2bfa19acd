/**
 * That a run stands still until somebody acts, so that waiting for its end alone would never end. What it waits for is
 * in its `details`: often a consent, which the person who started it gives by running the flow again or resuming it.
 *
 * ```ts
 * import { FlowsClient, SpecificFlowClient } from "@effect-globus/sdk/flows"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const flows = yield* FlowsClient
 *   const flow = yield* SpecificFlowClient
 *   const { run_id } = yield* flow.runFlow({ body: {} })
 *   return yield* flows.waitForRun(run_id).pipe(
 *     Effect.catchTag("RunInactive", ({ run }) =>
 *       Effect.andThen(flow.resumeRun(run.run_id), flows.waitForRun(run.run_id))
 *     )
 *   )
 * })
 * ```
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as PlainText from "../model/PlainText.ts"
import { Run } from "./Document.ts"

/** A run stands still until somebody acts. */
export class RunInactive extends Schema.TaggedError<RunInactive>()("RunInactive", {
  /** The run as it was found. */
  run: Run
}) {
  override get message() {
    const description = this.run.details?.["description"]
    const why = Predicate.isString(description) ? `: ${PlainText.oneLine(description)}` : ""
    return (
      `Run ${this.run.run_id} of flow ${this.run.flow_id} is inactive${why}. ` +
      "It goes on when somebody gives what it waits for and resumes it (SpecificFlowClient.resumeRun)."
    )
  }
}

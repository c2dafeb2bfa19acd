/**
 * The document that describes a timer that runs a flow: which, with what input, and when. Make one here and create it
 * with `TimersClient.createTimer`; the program has to require the flow's scope for it
 * (`TimersClient.addFlowUserScope`). It is plain data in the form that Timers reads; it is checked when it is sent.
 *
 * ```ts
 * import { FlowTimer, TimerSchedule } from "@effect-globus/sdk/timers"
 * import { Duration } from "effect"
 *
 * const hourly = FlowTimer.make({
 *   flow_id: "24bc4997-b483-4c25-a19c-64b0afc00743",
 *   name: "hourly analysis",
 *   schedule: TimerSchedule.recurring({ interval_seconds: Duration.hours(1) }),
 *   body: { body: { source_path: "/data" }, tags: ["hourly"] }
 * })
 * ```
 *
 * Docs: https://docs.globus.org/api/timers
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { FlowId, given, type Input } from "../model/Id.ts"
import { TimerSchedule } from "./TimerSchedule.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** A list of principals, such as `urn:globus:auth:identity:…` and `urn:globus:groups:id:…`. */
const principals = Schema.optional(Schema.Array(Schema.String))

/** What each run of the flow is started with. */
export const FlowTimerBody = Document.make({
  /** The input, which has to fit the flow's `input_schema`. */
  body: Schema.optional(Document.Any),
  tags: Schema.optional(Schema.Array(Schema.String)),
  run_managers: principals,
  run_monitors: principals
})
export type FlowTimerBody = typeof FlowTimerBody.Type

/** The schema of a timer that runs a flow, as it is sent. */
export const FlowTimer = Document.make({
  timer_type: Schema.Literal("flow"),
  flow_id: given(FlowId),
  /** What the owner calls it. */
  name: Schema.optional(Schema.NullOr(Schema.String)),
  schedule: TimerSchedule,
  body: FlowTimerBody
})
export type FlowTimer = typeof FlowTimer.Type

/** What a timer that runs a flow is made of. */
export interface Options {
  readonly flow_id: Input<FlowId>
  /** What the owner calls it. */
  readonly name?: string | undefined
  readonly schedule: TimerSchedule
  /** What each run is started with. */
  readonly body: FlowTimerBody
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** A timer that runs a flow. */
export const make = ({ body, flow_id, name, schedule }: Options): FlowTimer => ({
  timer_type: "flow",
  flow_id,
  ...(name === undefined ? {} : { name }),
  schedule,
  body
})

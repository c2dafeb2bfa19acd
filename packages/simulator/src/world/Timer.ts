/** Timers as a world describes them. */
import { ClientId, Document, FlowId, JobId } from "@effect-globus/sdk/model"
import * as Schema from "effect/Schema"
import * as Instant from "../internal/Instant.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** Runs once. */
export const TimerOnce = Schema.Struct({
  type: Schema.Literal("once"),
  /** Default: when the simulator starts. */
  datetime: Schema.optionalKey(Instant.Text)
})
export type TimerOnce = typeof TimerOnce.Type

/** Runs again and again. */
export const TimerRecurring = Schema.Struct({
  type: Schema.Literal("recurring"),
  interval_seconds: Schema.Number.check(Schema.isBetween({ minimum: 60, maximum: 31_536_000 })),
  /** When it runs first. Default: when the simulator starts. */
  start: Schema.optionalKey(Instant.Text),
  /** Default: it goes on. */
  end: Schema.optionalKey(
    Schema.Union([
      Schema.Struct({
        condition: Schema.Literal("iterations"),
        count: Schema.Int.check(Schema.isGreaterThan(0))
      }),
      Schema.Struct({ condition: Schema.Literal("time"), datetime: Instant.Text })
    ])
  )
})
export type TimerRecurring = typeof TimerRecurring.Type

const common = {
  id: JobId,
  name: Schema.optionalKey(Schema.String),
  /** The user name or id of the identity that it acts for. Default: the first identity of the world. */
  owner: Schema.optionalKey(Schema.String),
  /** The client with whose consents it acts. Default: the first client of the world. */
  client: Schema.optionalKey(ClientId),
  schedule: Schema.Union([TimerOnce, TimerRecurring]),
  /** Whether it does nothing until it is resumed. Default: false. */
  paused: Schema.optionalKey(Schema.Boolean)
}

/** A timer that transfers. */
export const TransferTimer = Schema.Struct({
  ...common,
  timer_type: Schema.Literal("transfer"),
  /** The transfer, as it is submitted. */
  body: Document.Any
})
export type TransferTimer = typeof TransferTimer.Type

/** A timer that runs a flow. */
export const FlowTimer = Schema.Struct({
  ...common,
  timer_type: Schema.Literal("flow"),
  flow_id: FlowId,
  /** What runs are started with: the input as `body`, and `tags`, `run_managers`, `run_monitors`. */
  body: Document.Any
})
export type FlowTimer = typeof FlowTimer.Type

/** A timer of the old kind. */
export const GenericTimer = Schema.Struct({
  ...common,
  timer_type: Schema.Literal("generic"),
  /** Where the action provider is. */
  callback_url: Schema.String,
  /** What is sent there. */
  body: Document.Any,
  scope: Schema.optionalKey(Schema.String)
})
export type GenericTimer = typeof GenericTimer.Type

/** A timer. */
export const Timer = Schema.Union([TransferTimer, FlowTimer, GenericTimer])
export type Timer = typeof Timer.Type

/** What timers are made of. */
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as FlowTimer from "../../src/timers/FlowTimer.ts"
import * as TimerJob from "../../src/timers/TimerJob.ts"
import * as TimerSchedule from "../../src/timers/TimerSchedule.ts"
import * as TransferTimer from "../../src/timers/TransferTimer.ts"
import * as TransferData from "../../src/transfer/TransferData.ts"
import { destination, flowId, source } from "./internal/Answers.ts"

const instant = "2026-01-01T12:00:00Z"
const zoned = DateTime.makeZonedUnsafe(instant, { timeZone: "America/Chicago" })

describe("TimerSchedule", () => {
  it("that runs once does so now, or at a time", () => {
    assert.deepStrictEqual(TimerSchedule.once(), { type: "once" })
    assert.deepStrictEqual(TimerSchedule.once(instant), { type: "once", datetime: instant })
    assert.deepStrictEqual(TimerSchedule.once(zoned), {
      type: "once",
      datetime: "2026-01-01T06:00:00.000-06:00"
    })
  })

  it("that recurs says how often, from when, and until when", () => {
    assert.deepStrictEqual(TimerSchedule.recurring({ interval_seconds: 60 }), {
      type: "recurring",
      interval_seconds: 60
    })
    assert.deepStrictEqual(
      TimerSchedule.recurring({
        interval_seconds: Duration.hours(6),
        start: DateTime.makeUnsafe(instant),
        end: TimerSchedule.after(10)
      }),
      {
        type: "recurring",
        interval_seconds: 21_600,
        start: "2026-01-01T12:00:00.000Z",
        end: { condition: "iterations", count: 10 }
      }
    )
    assert.deepStrictEqual(
      TimerSchedule.recurring({ interval_seconds: 3_600, end: TimerSchedule.until(zoned) }).end,
      { condition: "time", datetime: "2026-01-01T06:00:00.000-06:00" }
    )
  })

  it("rounds down to whole seconds, as Timers does", () => {
    const { interval_seconds } = TimerSchedule.recurring({ interval_seconds: Duration.millis(61_999) })
    assert.strictEqual(interval_seconds, 61)
  })

  const isSchedule = Schema.is(TimerSchedule.TimerSchedule)

  it.prop(
    "every interval from a minute to a year may be sent, and no other",
    [Schema.Int.check(Schema.isBetween({ minimum: -10, maximum: 40_000_000 }))],
    ([interval_seconds]) => {
      assert.strictEqual(
        isSchedule(TimerSchedule.recurring({ interval_seconds })),
        interval_seconds >= 60 && interval_seconds <= 31_536_000
      )
    }
  )

  it("takes kinds that Timers may add", () => {
    assert.isTrue(isSchedule({ type: "lunar", phase: "full" }))
    assert.isTrue(isSchedule({ type: "recurring", interval_seconds: 60, end: { condition: "rain", mm: 3 } }))
  })
})

describe("TransferTimer", () => {
  const schedule = TimerSchedule.once()

  it("is made of what TransferData makes, without what only one submission may have", () => {
    const body = TransferData.make({
      source_endpoint: source,
      destination_endpoint: destination,
      submission_id: "5f3d9a4e-0000-4000-8000-0000000000aa",
      skip_activation_check: true,
      sync_level: "checksum",
      items: [{ source_path: "/a", destination_path: "/b" }]
    })
    assert.deepStrictEqual<unknown>(TransferTimer.make({ name: "n", schedule, body }), {
      timer_type: "transfer",
      name: "n",
      schedule,
      body: {
        DATA_TYPE: "transfer",
        DATA: [{ DATA_TYPE: "transfer_item", source_path: "/a", destination_path: "/b" }],
        source_endpoint: source,
        destination_endpoint: destination,
        sync_level: 3
      }
    })
    assert.property(body, "submission_id")
  })
})

describe("FlowTimer", () => {
  it("is made of a flow, a schedule, and what runs are started with", () => {
    const schedule = TimerSchedule.once(instant)
    assert.deepStrictEqual<unknown>(
      FlowTimer.make({ flow_id: flowId, schedule, body: { body: { x: 1 }, tags: ["t"], label: "l" } }),
      { timer_type: "flow", flow_id: flowId, schedule, body: { body: { x: 1 }, tags: ["t"], label: "l" } }
    )
  })
})

describe("TimerJob", () => {
  const called = { callback_url: "https://example.org/run", callback_body: { x: 1 } }

  it("takes times and intervals as Effect has them", () => {
    assert.deepStrictEqual(
      TimerJob.make({ ...called, start: zoned, interval: Duration.days(1), stop_after: zoned, name: "n" }),
      {
        ...called,
        name: "n",
        start: "2026-01-01T06:00:00.000-06:00",
        interval: 86_400,
        stop_after: "2026-01-01T06:00:00.000-06:00"
      }
    )
  })

  it("that runs once has no interval, and says so", () => {
    assert.deepStrictEqual(TimerJob.make({ ...called, start: instant, interval: null, stop_after_n: 1 }), {
      ...called,
      start: instant,
      interval: null,
      stop_after_n: 1
    })
  })
})

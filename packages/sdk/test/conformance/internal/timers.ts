/** Globus Timers: methods of the Python SDK, and what they are called here. */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { TimersApi } from "../../../src/timers/Api.ts"
import * as FlowTimer from "../../../src/timers/FlowTimer.ts"
import * as TimerJob from "../../../src/timers/TimerJob.ts"
import * as TimerSchedule from "../../../src/timers/TimerSchedule.ts"
import { TimersClient } from "../../../src/timers/TimersClient.ts"
import * as TransferTimer from "../../../src/timers/TransferTimer.ts"
import * as TransferData from "../../../src/transfer/TransferData.ts"
import * as Mapping from "./Mapping.ts"

const client = Effect.provide(TimersClient, TimersClient.layer)

/** A document that was built is what is sent: its schema has nothing to add. */
const built =
  <Document, Options>(schema: Schema.Codec<Document, unknown>, make: (options: Options) => Document) =>
  (args: Mapping.Args): unknown => {
    const document = make(args as Options)
    const sent: unknown = JSON.parse(JSON.stringify(Schema.encodeSync(schema)(document)))
    assert.deepStrictEqual(JSON.parse(JSON.stringify(document)), sent)
    return sent
  }

/** A transfer that the cases only describe. */
const described = TransferData.make({
  source_endpoint: "6087b841-ac62-5602-ae53-3060edcac940",
  destination_endpoint: "4ddca47f-68bf-5847-ad2c-41b18ec4d4c2",
  submission_id: "5f3d9a4e-0000-4000-8000-0000000000aa",
  items: [{ source_path: "/a", destination_path: "/b" }]
})

const transferTimer = built(TransferTimer.TransferTimer, TransferTimer.make)

export const timers: Mapping.Mapping = {
  calls: {
    TimersClient: Mapping.calls(TimersApi, client, {
      create_timer: { operation: "createTimer", payload: (body) => body },
      list_jobs: "listJobs",
      create_job: "createJob",
      get_job: "getJob",
      update_job: "updateJob",
      delete_job: "deleteJob",
      pause_job: "pauseJob",
      resume_job: "resumeJob"
    })
  },
  payloads: {
    FlowTimer: built(FlowTimer.FlowTimer, FlowTimer.make),
    OnceTimerSchedule: built(
      TimerSchedule.TimerSchedule,
      ({ datetime }: { readonly datetime?: TimerSchedule.Instant }) => TimerSchedule.once(datetime)
    ),
    RecurringTimerSchedule: built(TimerSchedule.TimerSchedule, TimerSchedule.recurring),
    TimerJob: built(TimerJob.TimerJob, TimerJob.make),
    TransferTimer: (args) =>
      transferTimer(typeof args["body"] === "string" ? { ...args, body: described } : args)
  },
  recorded: Mapping.recorded(TimersApi, client, { createTimer: { timer: {} } })
}

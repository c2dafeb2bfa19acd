import { GlobusApp, UserApp } from "@effect-globus/sdk"
import { FlowsClient } from "@effect-globus/sdk/flows"
import { Gare, type JobId, TimersScopes } from "@effect-globus/sdk/model"
import { FlowTimer, TimerJob, TimersClient, TimerSchedule, TransferTimer } from "@effect-globus/sdk/timers"
import { TransferClient, TransferData } from "@effect-globus/sdk/transfer"
import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Layer, Option, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import { Simulator, Snapshot, World } from "../src/index.ts"
import { get, linus, logIn, post, rosalind } from "./Browser.ts"
import * as Recorded from "./Recorded.ts"

const [tutorial1, tutorial2, cluster] = World.defaultWorld.collections
const [, archiving] = World.defaultWorld.flows!
const [nightly] = World.defaultWorld.timers!

const nobody = "00000000-0000-4000-8000-00000000dead"

const clients = Layer.mergeAll(TimersClient.layer, TransferClient.layer, FlowsClient.layer)
const app = UserApp.layer({ appName: "test", clientId: World.nativeClientId })
const inProcess = Effect.provide(clients.pipe(Layer.provideMerge(app), Layer.provideMerge(Simulator.layer)))
const raw = Effect.provide(Simulator.layerBackend())

const copying = (source: string = tutorial1!.id, path = "/home/share/godata/README.md") =>
  TransferData.make({
    source_endpoint: source,
    destination_endpoint: tutorial2!.id,
    items: [{ source_path: path, destination_path: "/~/copy" }]
  })

const hourly = (end?: TimerSchedule.EndCondition) =>
  TimerSchedule.recurring({ interval_seconds: Duration.hours(1), ...(end === undefined ? {} : { end }) })

/** A timer that transfers. */
const create = Effect.fnUntraced(function* (
  schedule: TimerSchedule.TimerSchedule,
  body: TransferData.TransferData = copying(),
  name?: string
) {
  const timers = yield* TimersClient
  const { timer } = yield* timers.createTimer({
    timer: TransferTimer.make({ schedule, body, ...(name === undefined ? {} : { name }) })
  })
  return timer.job_id
})

const runsOf = Effect.fnUntraced(function* (id: JobId) {
  const { n_errors, n_runs, next_run, status } = yield* (yield* TimersClient).getJob(id)
  return { n_runs, n_errors, status, next_run }
})

describe("tokens", () => {
  it.effect("are needed, for Timers", () =>
    Effect.gen(function* () {
      const none = yield* get("timer", "jobs/")
      expect(none.status).toBe(401)
      expect(none.json).toMatchObject({ error: { code: "AUTHENTICATION_ERROR", status: 401 } })
      const { "auth.globus.org": other } = yield* logIn("openid")
      expect((yield* get("timer", "jobs/", { token: other })).status).toBe(401)
      const { [TimersScopes.resourceServer]: token } = yield* logIn(TimersScopes.timer)
      expect((yield* get("timer", "jobs/", { token })).status).toBe(200)
    }).pipe(raw)
  )
})

describe("a timer that transfers", () => {
  it.effect("runs once, when it is time", () =>
    Effect.gen(function* () {
      const timers = yield* TimersClient
      const transfer = yield* TransferClient
      const { timer } = yield* timers.createTimer({
        timer: TransferTimer.make({
          name: "once",
          schedule: TimerSchedule.once("1970-01-01T00:10:00Z"),
          body: copying()
        })
      })
      expect(timer).toMatchObject({
        status: "new",
        timer_type: "transfer",
        schedule: { type: "once", datetime: "1970-01-01T00:10:00+00:00" },
        next_run: "1970-01-01T00:10:00+00:00",
        last_ran_at: null,
        number_of_runs: 0,
        activity: { code: "awaiting_next_run" },
        body: { source_endpoint: tutorial1!.id }
      })
      yield* TestClock.adjust("9 minutes")
      expect(yield* runsOf(timer.job_id)).toMatchObject({ n_runs: 0, status: "active" })
      expect(yield* Stream.runCollect(transfer.listTasks())).toEqual([])
      yield* TestClock.adjust("1 minute")
      const job = yield* timers.getJob(timer.job_id)
      expect(job).toMatchObject({
        n_runs: 1,
        n_errors: 0,
        status: "ended",
        next_run: null,
        last_ran_at: "1970-01-01T00:10:00+00:00",
        activity: { code: "run_in_progress", duration_seconds: 0 },
        results: { data: [{ run_status: "in_progress", status: 202, errors: null }], page_next: null }
      })
      const [task] = yield* Stream.runCollect(transfer.listTasks())
      expect(task).toMatchObject({
        label: "once, run 1",
        status: "ACTIVE",
        task_id: job.results.data[0]!.resource_id,
        request_time: "1970-01-01T00:10:00+00:00"
      })
      yield* TestClock.adjust("1 hour")
      expect(yield* timers.getJob(timer.job_id)).toMatchObject({
        activity: null,
        results: { data: [{ run_status: "succeeded", data: { status: "SUCCEEDED" } }] }
      })
      expect(
        (yield* transfer.ls(tutorial2!.id, { path: "/~/", filter: { name: "copy" } })).DATA
      ).toHaveLength(1)
    }).pipe(inProcess)
  )

  it.effect("runs now, if nothing else is said", () =>
    Effect.gen(function* () {
      const id = yield* create(TimerSchedule.once())
      expect(yield* runsOf(id)).toMatchObject({ n_runs: 1, status: "ended" })
    }).pipe(inProcess)
  )

  it.effect("runs again and again, at the times of its schedule", () =>
    Effect.gen(function* () {
      const id = yield* create(hourly())
      yield* TestClock.adjust("150 minutes")
      expect(yield* runsOf(id)).toMatchObject({
        n_runs: 3,
        status: "active",
        next_run: "1970-01-01T03:00:00+00:00"
      })
      const results = yield* Stream.runCollect((yield* TimersClient).listJobResults(id, { page_size: 2 }))
      expect(results.map(({ ran_at }) => ran_at)).toEqual([
        "1970-01-01T02:00:00+00:00",
        "1970-01-01T01:00:00+00:00",
        "1970-01-01T00:00:00+00:00"
      ])
    }).pipe(inProcess)
  )

  it.effect("sees what has changed since it ran last", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const made = yield* create(
        TimerSchedule.once("1970-01-01T01:00:00Z"),
        copying(tutorial1!.id, "/~/later.txt")
      )
      yield* transfer.rename(tutorial1!.id, { old_path: "/~/README.txt", new_path: "/~/later.txt" })
      yield* TestClock.adjust("2 hours")
      // What the timer did is there, although nobody has looked since.
      expect(
        (yield* transfer.ls(tutorial2!.id, { path: "/~/", filter: { name: "copy" } })).DATA
      ).toHaveLength(1)
      expect(yield* runsOf(made)).toMatchObject({ n_runs: 1, n_errors: 0 })
    }).pipe(inProcess)
  )

  it.effect("ends after some runs, or at some time", () =>
    Effect.gen(function* () {
      const counted = yield* create(hourly(TimerSchedule.after(2)))
      const limited = yield* create(hourly(TimerSchedule.until("1970-01-01T03:30:00Z")))
      yield* TestClock.adjust("1 day")
      expect(yield* runsOf(counted)).toEqual({ n_runs: 2, n_errors: 0, status: "ended", next_run: null })
      expect(yield* runsOf(limited)).toEqual({ n_runs: 4, n_errors: 0, status: "ended", next_run: null })
      expect((yield* (yield* TimersClient).getJob(limited)).schedule).toMatchObject({
        end: { condition: "time", datetime: "1970-01-01T03:30:00+00:00" }
      })
      const timers = yield* TimersClient
      expect(yield* Effect.flip(timers.pauseJob(counted))).toMatchObject({ status: 409 })
      expect(yield* Effect.flip(timers.resumeJob(counted))).toMatchObject({ status: 409 })
    }).pipe(inProcess)
  )

  it.effect("that should have begun before runs now, and then at the times of its schedule", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("100 minutes")
      const start = "1970-01-01T00:30:00Z"
      const late = yield* create(TimerSchedule.recurring({ interval_seconds: 3600, start }))
      expect(yield* runsOf(late)).toMatchObject({ n_runs: 1, next_run: "1970-01-01T02:30:00+00:00" })
      const once = yield* create(TimerSchedule.once(start))
      expect(yield* runsOf(once)).toMatchObject({ n_runs: 1, status: "ended" })
      const over = yield* create(
        TimerSchedule.recurring({
          interval_seconds: 3600,
          start,
          end: TimerSchedule.until("1970-01-01T01:00:00Z")
        })
      )
      expect(yield* runsOf(over)).toMatchObject({ n_runs: 0, status: "ended", next_run: null })
      const { last_ran_at } = yield* (yield* TimersClient).getJob(once)
      expect(last_ran_at).toBe("1970-01-01T01:40:00+00:00")
    }).pipe(inProcess)
  )

  it.effect("stops when its end comes while it is paused", () =>
    Effect.gen(function* () {
      const timers = yield* TimersClient
      const id = yield* create(hourly(TimerSchedule.until("1970-01-01T03:30:00Z")))
      yield* timers.pauseJob(id)
      yield* TestClock.adjust("5 hours")
      expect(yield* runsOf(id)).toMatchObject({ n_runs: 1, status: "inactive" })
      yield* timers.resumeJob(id)
      expect(yield* runsOf(id)).toMatchObject({ n_runs: 1, status: "ended" })
    }).pipe(inProcess)
  )

  it.effect(
    "becomes inactive once its owner has taken back the consent to Timers, and not by logging out",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator
        const timers = yield* TimersClient
        const id = yield* create(hourly())
        yield* (yield* GlobusApp).logout()
        yield* TestClock.adjust("1 hour")
        expect(yield* runsOf(id)).toMatchObject({ n_runs: 2, status: "active" })
        yield* simulator.revokeConsents({ scope: TimersScopes.timer })
        yield* TestClock.adjust("1 hour")
        const job = yield* timers.getJob(id)
        expect(job).toMatchObject({ n_runs: 2, n_errors: 1, status: "inactive" })
        const gare = Option.getOrThrow(Gare.detect(job.inactive_reason?.detail).gare)
        expect(gare.authorization_parameters.required_scopes).toEqual([
          `${TimersScopes.timer}[urn:globus:auth:scope:transfer.api.globus.org:all]`
        ])
        // To look at it, the program has logged in again.
        yield* timers.resumeJob(id)
        expect(yield* runsOf(id)).toMatchObject({ n_runs: 3, status: "active" })
      }).pipe(inProcess)
  )

  it.effect("counts as an error what Transfer refuses, and goes on", () =>
    Effect.gen(function* () {
      const id = yield* create(hourly(), copying(nobody))
      expect(yield* runsOf(id)).toMatchObject({ n_runs: 1, n_errors: 1, status: "active" })
      const { results } = yield* (yield* TimersClient).getJob(id)
      expect(results.data).toMatchObject([
        { run_status: "failed", status: 404, errors: { code: "EndpointNotFound" }, resource_id: null }
      ])
    }).pipe(inProcess)
  )

  it.effect("waits while it is paused, and makes up for the run that it missed", () =>
    Effect.gen(function* () {
      const timers = yield* TimersClient
      const id = yield* create(hourly())
      expect((yield* runsOf(id)).n_runs).toBe(1)
      expect(yield* timers.pauseJob(id)).toEqual({ message: `Successfully paused job ${id}.` })
      yield* TestClock.adjust("150 minutes")
      expect(yield* timers.getJob(id)).toMatchObject({
        n_runs: 1,
        status: "inactive",
        inactive_reason: { cause: "user" },
        activity: { code: "paused", reason: "user" }
      })
      expect(yield* timers.resumeJob(id)).toEqual({ message: `Successfully resumed job ${id}.` })
      expect(yield* runsOf(id)).toMatchObject({
        n_runs: 2,
        status: "active",
        next_run: "1970-01-01T03:00:00+00:00"
      })
      yield* TestClock.adjust("30 minutes")
      expect((yield* runsOf(id)).n_runs).toBe(3)
    }).pipe(inProcess)
  )

  it.effect("becomes inactive without a consent, says which, and goes on once it is given", () =>
    Effect.gen(function* () {
      const timers = yield* TimersClient
      const id = yield* create(hourly(), copying(cluster!.id, "/~/.bashrc"))
      const job = yield* timers.getJob(id)
      expect(job).toMatchObject({
        status: "inactive",
        n_runs: 0,
        n_errors: 1,
        inactive_reason: { cause: "globus_auth_requirements" },
        activity: { code: "paused", reason: "globus_auth_requirements" },
        results: { data: [{ run_status: "failed", status: 403, errors: { code: "ConsentRequired" } }] }
      })
      const gare = Option.getOrThrow(Gare.detect(job.inactive_reason?.detail).gare)
      expect(gare.authorization_parameters.required_scopes).toEqual([
        `${TimersScopes.timer}[urn:globus:auth:scope:transfer.api.globus.org:all` +
          `[*https://auth.globus.org/scopes/${cluster!.id}/data_access]]`
      ])
      yield* timers.addTransferDataAccess(cluster!.id)
      yield* (yield* GlobusApp).login()
      yield* timers.resumeJob(id)
      expect(yield* runsOf(id)).toMatchObject({ n_runs: 1, n_errors: 1, status: "active" })
      yield* (yield* Simulator).revokeConsents({
        scope: `https://auth.globus.org/scopes/${cluster!.id}/data_access`
      })
      yield* TestClock.adjust("1 hour")
      expect(yield* runsOf(id)).toMatchObject({ n_runs: 1, n_errors: 2, status: "inactive" })
    }).pipe(inProcess)
  )
})

describe("a timer that runs a flow", () => {
  const timer = FlowTimer.make({
    flow_id: archiving!.id,
    name: "archive",
    schedule: hourly(),
    body: { body: { exposures: 3 }, tags: ["nightly"] }
  })

  it.effect("starts it, with its input", () =>
    Effect.gen(function* () {
      const timers = yield* TimersClient
      const flows = yield* FlowsClient
      yield* timers.addFlowUserScope(archiving!.id)
      const made = yield* timers.createTimer({ timer })
      expect(made.timer).toMatchObject({ timer_type: "flow", flow_id: archiving!.id })
      yield* TestClock.adjust("90 minutes")
      const runs = yield* Stream.runCollect(flows.listRuns())
      expect(runs).toHaveLength(2)
      expect(runs[0]).toMatchObject({
        label: "archive",
        tags: ["nightly"],
        status: "SUCCEEDED",
        start_time: "1970-01-01T01:00:00.000000+00:00"
      })
      const job = yield* timers.getJob(made.timer.job_id)
      expect(job).toMatchObject({ n_runs: 2, flow_id: archiving!.id })
      expect(job.results.data[0]).toMatchObject({ resource_id: runs[0]!.run_id, run_status: "succeeded" })
    }).pipe(inProcess)
  )

  it.effect("needs consent to run it", () =>
    Effect.gen(function* () {
      const timers = yield* TimersClient
      const made = yield* timers.createTimer({ timer })
      const job = yield* timers.getJob(made.timer.job_id)
      const gare = Option.getOrThrow(Gare.detect(job.inactive_reason?.detail).gare)
      expect(gare.authorization_parameters.required_scopes?.[0]).toContain(`${TimersScopes.timer}[`)
      yield* timers.addFlowUserScope(archiving!.id)
      yield* (yield* GlobusApp).login()
      yield* timers.resumeJob(made.timer.job_id)
      expect(yield* runsOf(made.timer.job_id)).toMatchObject({ n_runs: 1, status: "active" })
    }).pipe(inProcess)
  )

  it.effect("counts as an error an input that does not fit", () =>
    Effect.gen(function* () {
      const timers = yield* TimersClient
      yield* timers.addFlowUserScope(archiving!.id)
      const wrong = { ...timer, body: { body: { exposures: "many" } } }
      const made = yield* timers.createTimer({ timer: wrong })
      const job = yield* timers.getJob(made.timer.job_id)
      expect(job).toMatchObject({
        n_errors: 1,
        results: { data: [{ status: 400, errors: { code: "FLOW_INPUT_ERROR" } }] }
      })
    }).pipe(inProcess)
  )
})

describe("a timer of the old kind", () => {
  it.effect("transfers, as the action provider of transfers takes it", () =>
    Effect.gen(function* () {
      const timers = yield* TimersClient
      const transfer = yield* TransferClient
      const job = yield* timers.createJob(
        TimerJob.make({
          name: "old",
          callback_url: "https://actions.automate.globus.org/transfer/transfer/run",
          callback_body: {
            body: {
              source_endpoint_id: tutorial1!.id,
              destination_endpoint_id: tutorial2!.id,
              transfer_items: [{ source_path: "/~/README.txt", destination_path: "/~/old", recursive: false }]
            }
          },
          start: "1970-01-01T00:00:00Z",
          interval: Duration.days(1),
          stop_after_n: 3
        })
      )
      expect(job).toMatchObject({ interval: 86_400, stop_after: { date: null, n_runs: 3 }, n_runs: 0 })
      yield* TestClock.adjust("10 days")
      expect(yield* runsOf(job.job_id)).toMatchObject({ n_runs: 3, n_errors: 0, status: "ended" })
      expect(yield* Stream.runCollect(transfer.listTasks())).toHaveLength(3)
    }).pipe(inProcess)
  )

  it.effect("calls nobody outside", () =>
    Effect.gen(function* () {
      const timers = yield* TimersClient
      const job = yield* timers.createJob(
        TimerJob.make({
          callback_url: "https://actions.example.org/notify/run",
          callback_body: {},
          start: "1970-01-01T00:00:00Z",
          interval: null,
          stop_after_n: 1
        })
      )
      const { results } = yield* timers.getJob(job.job_id)
      expect(results.data).toMatchObject([{ status: 501, errors: { code: "NOT_IMPLEMENTED" } }])
    }).pipe(inProcess)
  )

  it.effect("is refused with a schedule that is none, and what is wrong with it is said", () =>
    Effect.gen(function* () {
      const { [TimersScopes.resourceServer]: token } = yield* logIn(TimersScopes.timer)
      const flaws = (schedule: unknown) =>
        Effect.map(
          post(
            "timer",
            "v2/timer",
            { timer: { timer_type: "flow", flow_id: archiving!.id, schedule, body: { body: {} } } },
            { token }
          ),
          ({ json, status }) => [
            status,
            ...(
              json as { readonly detail: ReadonlyArray<{ readonly loc: ReadonlyArray<string> }> }
            ).detail.map(({ loc }) => loc.join("."))
          ]
        )
      const recurring = (end: unknown) => ({ type: "recurring", interval_seconds: 60, end })
      const at = (path: string) => [422, `body.timer.schedule.${path}`]
      expect(yield* flaws({ type: "sometimes" })).toEqual(at("type"))
      expect(yield* flaws({ type: "once", datetime: "tomorrow" })).toEqual(at("datetime"))
      expect(yield* flaws(recurring({ condition: "iterations" }))).toEqual(at("end.count"))
      expect(yield* flaws(recurring({ condition: "never" }))).toEqual(at("end.condition"))
      const query = { submitted_after: "tomorrow" }
      expect((yield* get("timer", "jobs/", { token, query })).status).toBe(422)
    }).pipe(raw)
  )

  it.effect("is checked, and the answer says what is missing", () =>
    Effect.gen(function* () {
      const { [TimersScopes.resourceServer]: token } = yield* logIn(TimersScopes.timer)
      const refused = yield* post("timer", "jobs/", { callback_body: {} }, { token })
      expect(refused.status).toBe(422)
      expect(refused.json).toEqual({
        detail: [
          { loc: ["body", "start"], msg: "field required", type: "value_error.missing" },
          { loc: ["body", "callback_url"], msg: "field required", type: "value_error.missing" }
        ]
      })
      const timer = { timer_type: "transfer", schedule: { type: "once", datetime: "soon" }, body: copying() }
      const wrong = yield* post("timer", "v2/timer", { timer }, { token })
      expect(wrong.status).toBe(422)
      expect(wrong.json).toMatchObject({ detail: [{ loc: ["body", "timer", "schedule", "datetime"] }] })
      const unknown = yield* post("timer", "v2/timer", { timer: { timer_type: "alarm" } }, { token })
      expect(unknown.status).toBe(422)
    }).pipe(raw)
  )
})

describe("timers", () => {
  it.effect("are listed by how they are", () =>
    Effect.gen(function* () {
      const timers = yield* TimersClient
      yield* create(hourly(), copying(), "every hour")
      yield* TestClock.adjust("1 minute")
      yield* create(TimerSchedule.once(), copying(), "once")
      yield* TestClock.adjust("1 minute")
      const names = (query?: Parameters<typeof timers.listJobs>[0]) =>
        Effect.map(timers.listJobs(query), ({ jobs }) => jobs.map(({ name }) => name))
      expect(yield* names()).toEqual([nightly!.name, "every hour", "once"])
      expect(yield* names({ order: "submitted_at desc" })).toEqual(["once", "every hour", nightly!.name])
      expect(yield* names({ filter_status: ["active", "ended"] })).toEqual(["every hour", "once"])
      expect(yield* names({ filter_active: false, filter_stopped: false })).toEqual([nightly!.name])
      expect(yield* names({ filter_name: "once" })).toEqual(["once"])
      expect(yield* names({ submitted_after: "1970-01-01T00:00:30Z" })).toEqual(["once"])
    }).pipe(inProcess)
  )

  it.effect("are renamed and deleted", () =>
    Effect.gen(function* () {
      const timers = yield* TimersClient
      const id = yield* create(hourly())
      expect((yield* timers.updateJob(id, { name: "renamed" })).name).toBe("renamed")
      expect((yield* timers.deleteJob(id)).name).toBe("renamed")
      expect(yield* Effect.flip(timers.getJob(id))).toMatchObject({
        status: 404,
        code: "NOT_FOUND",
        reason: { _tag: "NotFound" }
      })
      yield* TestClock.adjust("1 day")
      expect(yield* Stream.runCollect((yield* TransferClient).listTasks())).toHaveLength(1)
    }).pipe(inProcess)
  )

  it.effect("of others do not exist", () =>
    Effect.gen(function* () {
      const { [TimersScopes.resourceServer]: token } = yield* logIn(TimersScopes.timer, linus)
      expect((yield* get("timer", `jobs/${nightly!.id}`, { token })).status).toBe(404)
      const { [TimersScopes.resourceServer]: own } = yield* logIn(TimersScopes.timer, rosalind)
      expect((yield* get("timer", `jobs/${nightly!.id}`, { token: own })).status).toBe(200)
    }).pipe(raw)
  )
})

describe("a snapshot", () => {
  it.effect("has the timers as they are, which go on from there", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const timers = yield* TimersClient
      const id = yield* create(hourly(TimerSchedule.after(3)))
      const paused = yield* create(hourly(), copying(cluster!.id))
      yield* TestClock.adjust("90 minutes")
      expect((yield* runsOf(id)).n_runs).toBe(2)
      const json = Schema.fromJsonString(Snapshot)
      const written = yield* Schema.encodeEffect(json)(yield* simulator.snapshot)
      yield* timers.deleteJob(id)
      yield* simulator.restore(yield* Schema.decodeEffect(json)(written))
      expect(yield* Schema.encodeEffect(json)(yield* simulator.snapshot)).toBe(written)
      yield* TestClock.adjust("1 day")
      expect(yield* runsOf(id)).toMatchObject({ n_runs: 3, status: "ended" })
      expect(yield* runsOf(paused)).toMatchObject({ status: "inactive" })
    }).pipe(inProcess)
  )
})

describe("answers", () => {
  it.effect("have the fields that Globus sends", (context) =>
    Effect.gen(function* () {
      if (Recorded.absent !== undefined) return context.skip(Recorded.absent)
      const timers = yield* TimersClient
      const { job_id: id } = yield* timers.createJob(
        TimerJob.make({
          callback_url: "https://actions.automate.globus.org/transfer/transfer/run",
          callback_body: {
            body: {
              label: "example",
              skip_source_errors: true,
              sync_level: 3,
              verify_checksum: true,
              source_endpoint_id: tutorial1!.id,
              destination_endpoint_id: tutorial2!.id,
              transfer_items: [{ source_path: "/~/README.txt", destination_path: "/~/old", recursive: false }]
            }
          },
          start: "1970-01-01T00:00:00Z",
          interval: Duration.days(1)
        })
      )
      const compare = (name: string, answer: unknown) =>
        expect({ [name]: Recorded.missingIn(answer, `timers.${name}`) }).toEqual({ [name]: [] })
      compare("create_job.default", yield* timers.getJob(id))
      compare("pause_job.default", yield* timers.pauseJob(id))
      compare("resume_job.default", yield* timers.resumeJob(id))
      compare("get_job.simple_500_error", (yield* raw(get("timer", "jobs/"))).json)
      compare("delete_job.default", yield* timers.deleteJob(id))
    }).pipe(inProcess)
  )
})

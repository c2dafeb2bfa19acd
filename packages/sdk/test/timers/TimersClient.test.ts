/** The operations of Globus Timers: what they send and answer, the scopes they need, what they refuse and keep. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { GlobusError } from "../../src/model/GlobusError.ts"
import * as GlobusScope from "../../src/model/GlobusScope.ts"
import { dataAccess, TimersScopes } from "../../src/model/Scopes.ts"
import { TimersApi } from "../../src/timers/Api.ts"
import * as FlowTimer from "../../src/timers/FlowTimer.ts"
import * as TimerJob from "../../src/timers/TimerJob.ts"
import * as TimerSchedule from "../../src/timers/TimerSchedule.ts"
import { type Service, TimersClient } from "../../src/timers/TimersClient.ts"
import * as TransferTimer from "../../src/timers/TransferTimer.ts"
import { endpointsOf } from "../conformance/internal/Mapping.ts"
import { keeping } from "../service/internal/KeepingAuthorizer.ts"
import * as Probe from "../service/internal/Probe.ts"
import * as StubHttp from "../service/internal/StubHttp.ts"
import * as Answers from "./internal/Answers.ts"

const { destination, flowId, job, jobId, source, timer, transfer } = Answers

const { resourceServer, timer: timerScope } = TimersScopes

const globus = (answer: Parameters<typeof StubHttp.make>[0] = () => StubHttp.json({})) => {
  const http = StubHttp.make(answer)
  const authorizer = keeping()
  const dependencies = Probe.layer(http.layer, Probe.once, authorizer.parts)
  return { ...http, ...authorizer, dependencies, layer: Layer.provide(TimersClient.layer, dependencies) }
}

const asAnswered = (answer: unknown, status = 200) => globus(() => StubHttp.json(answer, { status }))

/** A request as `VERB /path?query`, and its JSON body if it has one. */
const lineOf = ({ body, method, url }: StubHttp.Sent) => ({
  line: `${method} ${url.pathname}${decodeURIComponent(url.search)}`,
  ...(body === "" ? {} : { body: JSON.parse(body) as unknown })
})

describe("scopes", () => {
  it.effect("a program with this client requires `timer`, once it is built", () => {
    const { layer, required, sent } = globus()
    return Effect.gen(function* () {
      yield* Effect.provide(TimersClient, layer)
      assert.deepStrictEqual(required, [["524230d7-ea86-4a52-8312-86065a9e0417", timerScope]])
      assert.lengthOf(sent, 0)
    })
  })

  it.effect("or what it says instead, and what it adds later", () => {
    const { dependencies, required } = globus()
    const scopes = GlobusScope.makeUnsafe(timerScope, { dependencies: [dataAccess(source)] })
    return Effect.gen(function* () {
      const timers = yield* TimersClient
      yield* timers.addScopes("a[b]")
      assert.strictEqual((yield* Effect.flip(timers.addScopes("a[")))._tag, "ScopeParseError")
      assert.deepStrictEqual(
        required.map(([, scope]) => scope),
        [GlobusScope.serialize(scopes), "a[b]"]
      )
    }).pipe(Effect.provide(Layer.provide(TimersClient.layerWith({ scopes }), dependencies)))
  })

  it.effect("a scope that cannot be read is an error, and nothing is required", () => {
    const { dependencies, required } = globus()
    return Effect.gen(function* () {
      const layer = Layer.provide(TimersClient.layerWith({ scopes: "a[" }), dependencies)
      assert.strictEqual((yield* Effect.flip(Effect.provide(TimersClient, layer)))._tag, "ScopeParseError")
      assert.lengthOf(required, 0)
    })
  })

  it.effect("timers that transfer between mapped collections need access to their data, deep inside", () => {
    const { layer, required } = globus()
    return Effect.gen(function* () {
      const timers = yield* TimersClient
      yield* timers.addTransferDataAccess(source, destination)
      const access = (id: string) => `*https://auth.globus.org/scopes/${id}/data_access`
      assert.deepStrictEqual(required.slice(1), [
        [
          resourceServer,
          `${timerScope}[urn:globus:auth:scope:transfer.api.globus.org:all[${access(source)} ${access(destination)}]]`
        ]
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("timers that run flows need the scopes of the flows", () => {
    const { layer, required } = globus()
    return Effect.gen(function* () {
      const timers = yield* TimersClient
      yield* timers.addFlowUserScope(flowId)
      const user = `https://auth.globus.org/scopes/${flowId}/flow_${flowId.replaceAll("-", "_")}_user`
      assert.deepStrictEqual(required.slice(1), [[resourceServer, `${timerScope}[${user}]`]])
    }).pipe(Effect.provide(layer))
  })

  it.effect("nothing is required for no collection and no flow, or if one of several ids is none", () => {
    const { layer, required } = globus()
    return Effect.gen(function* () {
      const timers = yield* TimersClient
      yield* timers.addTransferDataAccess()
      yield* timers.addFlowUserScope()
      const collection = yield* Effect.flip(timers.addTransferDataAccess(source, "tutorial"))
      assert.deepInclude(collection, { _tag: "InvalidRequest", field: "collectionIds[1]" })
      const flow = yield* Effect.flip(timers.addFlowUserScope("mine"))
      assert.deepInclude(flow, { _tag: "InvalidRequest", field: "flowIds[0]" })
      assert.lengthOf(required, 1)
    }).pipe(Effect.provide(layer))
  })
})

interface Case {
  readonly name: string
  readonly call: (timers: Service) => Effect.Effect<unknown, GlobusError>
  /** What is sent. */
  readonly line: string
  readonly body?: unknown
  /** What is answered. */
  readonly answer: object
  /** The status of the answer. Default: 200. */
  readonly status?: number
}

const schedule = TimerSchedule.recurring({ interval_seconds: 86_400 })
const transferTimer = TransferTimer.make({ name: "nightly", schedule, body: transfer })
const flowTimer = FlowTimer.make({ flow_id: flowId, schedule, body: { body: {} } })
const timerJob = TimerJob.make({
  callback_url: "https://example.org/run",
  callback_body: {},
  start: "2026-01-01T00:00:00Z",
  interval: 3_600
})
const message = { message: "Successfully did it." }

const operations: ReadonlyArray<Case> = [
  {
    name: "createTimer",
    call: (timers) => timers.createTimer({ timer: transferTimer }),
    line: "POST /v2/timer",
    body: { timer: { timer_type: "transfer", name: "nightly", schedule, body: transfer } },
    answer: { timer: { ...timer, brand_new: 1 } },
    status: 201
  },
  {
    name: "createTimer",
    call: (timers) => timers.createTimer({ timer: flowTimer }),
    line: "POST /v2/timer",
    body: { timer: { timer_type: "flow", flow_id: flowId, schedule, body: { body: {} } } },
    answer: { timer: { ...timer, timer_type: "flow", flow_id: flowId, body: { body: {} } } },
    status: 201
  },
  {
    name: "listJobs",
    call: (timers) =>
      timers.listJobs({
        filter_name: "night",
        filter_status: ["active", "inactive"],
        submitted_after: "2026-01-01T00:00:00Z",
        result_count: 2,
        order: "name desc"
      }),
    line:
      "GET /jobs/?filter_name=night&filter_status=active,inactive" +
      "&submitted_after=2026-01-01T00:00:00Z&result_count=2&order=name+desc",
    answer: { jobs: [job, Answers.inactiveFlowJob] }
  },
  {
    name: "createJob",
    call: (timers) => timers.createJob(timerJob),
    line: "POST /jobs/",
    body: timerJob,
    answer: job,
    status: 201
  },
  {
    name: "getJob",
    call: (timers) => timers.getJob(jobId, { results_pt: "2", page_size: 10 }),
    line: `GET /jobs/${jobId}?results_pt=2&page_size=10`,
    answer: Answers.inactiveFlowJob
  },
  {
    name: "updateJob",
    call: (timers) => timers.updateJob(jobId, { name: "new" }),
    line: `PATCH /jobs/${jobId}`,
    body: { name: "new" },
    answer: job
  },
  {
    name: "deleteJob",
    call: (timers) => timers.deleteJob(jobId),
    line: `DELETE /jobs/${jobId}`,
    answer: { ...job, status: "delete_in_progress" }
  },
  {
    name: "pauseJob",
    call: (timers) => timers.pauseJob(jobId),
    line: `POST /jobs/${jobId}/pause`,
    answer: message
  },
  {
    name: "resumeJob",
    call: (timers) => timers.resumeJob(jobId),
    line: `POST /jobs/${jobId}/resume`,
    body: {},
    answer: message
  },
  {
    name: "resumeJob",
    call: (timers) => timers.resumeJob(jobId, { update_credentials: true }, { update_credentials: true }),
    line: `POST /jobs/${jobId}/resume?update_credentials=true`,
    body: { update_credentials: true },
    answer: message
  }
]

describe("every operation", () => {
  it.effect.each(operations)("$name is $line, needs `timer`, and its answer keeps every field", (each) => {
    const { layer, needs, sent } = asAnswered(each.answer, each.status)
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* Effect.flatMap(TimersClient, each.call), each.answer)
      assert.deepStrictEqual(sent.map(lineOf), [
        each.body === undefined ? { line: each.line } : { line: each.line, body: each.body }
      ])
      assert.deepStrictEqual(
        needs.map((need) => ({ ...need })),
        [{ resourceServer, anyOf: [timerScope] }]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("is in the list above", () => {
    const { layer } = globus()
    return Effect.gen(function* () {
      const timers = yield* Effect.provide(TimersClient, layer)
      const names = Array.from(new Set(operations.map(({ name }) => name)))
      assert.sameMembers(
        names,
        endpointsOf(TimersApi).map(({ identifier }) => identifier)
      )
      assert.sameMembers(Object.keys(timers), [
        ...names,
        "addFlowUserScope",
        "addScopes",
        "addTransferDataAccess",
        "listJobResults"
      ])
    })
  })

  it.effect.prop("has a typed error for whatever else is answered", [Schema.Json], ([answer]) =>
    Effect.gen(function* () {
      const { layer } = asAnswered(answer)
      const timers = yield* Effect.provide(TimersClient, layer)
      for (const { call, name } of operations) {
        const result = yield* Effect.result(call(timers))
        if (result._tag === "Success") continue
        assert(result.failure._tag === "ResponseError", `${name}: ${String(result.failure)}`)
        assert.strictEqual(result.failure.operation, name)
      }
    })
  )

  const corrupt = operations.flatMap((each) => Object.keys(each.answer).map((field) => ({ ...each, field })))

  it.effect.prop(
    "says where in the answer something is wrong",
    [Schema.Literals(Array.from(corrupt.keys())), Schema.Json],
    ([index, value]) =>
      Effect.gen(function* () {
        const each = corrupt[index]
        assert(each !== undefined)
        const { answer, call, field, name } = each
        const wrong = { ...answer, [field]: value }
        const { layer } = asAnswered(wrong)
        const result = yield* Effect.result(Effect.flatMap(TimersClient, call)).pipe(Effect.provide(layer))
        if (result._tag === "Success") return assert.deepStrictEqual(result.success, wrong)
        assert(result.failure._tag === "ResponseError", String(result.failure))
        assert.strictEqual(result.failure.operation, name)
        assert.include(result.failure.path, field)
      })
  )

  it.live.each([
    ["pauseJob", 2],
    ["updateJob", 2],
    ["deleteJob", 2],
    ["createTimer", 1],
    ["createJob", 1],
    ["resumeJob", 1]
  ] as const)("%s is sent %d times at most where the first may have arrived", ([name, times]) => {
    const each = operations.find((operation) => operation.name === name)
    assert(each !== undefined)
    const http = StubHttp.make((_, index) =>
      index === 0 ? { code: "ECONNRESET" } : StubHttp.json(each.answer)
    )
    const dependencies = Probe.layer(http.layer, Probe.hasty())
    return Effect.gen(function* () {
      const result = yield* Effect.result(Effect.flatMap(TimersClient, each.call))
      assert.strictEqual(result._tag, times === 2 ? "Success" : "Failure")
      assert.lengthOf(http.sent, times)
    }).pipe(Effect.provide(Layer.provide(TimersClient.layer, dependencies)))
  })
})

describe("results", () => {
  /** A timer that has run so often, and shows so many results at once. */
  const ranOften = (runs: number, size: number) =>
    globus(({ url }) => {
      const from = Number(url.searchParams.get("results_pt") ?? 0)
      const to = Math.min(from + size, runs)
      const data = Array.from({ length: to - from }, (_, index) => Answers.result(from + index + 1))
      return StubHttp.json({ ...job, results: { data, page_next: to < runs ? String(to) : null } })
    })

  it.effect.each([
    [0, 1],
    [1, 1],
    [3, 1],
    [4, 2],
    [7, 3]
  ] as const)("of %d runs are listed in %d requests", ([runs, requests]) => {
    const { layer, sent } = ranOften(runs, 3)
    return Effect.gen(function* () {
      const timers = yield* TimersClient
      const results = yield* Stream.runCollect(timers.listJobResults(jobId, { page_size: 3 }))
      assert.deepStrictEqual(
        results.map(({ ran_at }) => ran_at),
        Array.from({ length: runs }, (_, index) => Answers.result(index + 1).ran_at)
      )
      assert.deepStrictEqual(
        sent.map(({ url }) => url.search),
        Array.from({ length: requests }, (_, page) =>
          page === 0 ? "?page_size=3" : `?results_pt=${page * 3}&page_size=3`
        )
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("are fetched only as far as they are read", () => {
    const { layer, sent } = ranOften(1_000, 3)
    return Effect.gen(function* () {
      const timers = yield* TimersClient
      yield* timers.listJobResults(jobId).pipe(Stream.take(4), Stream.runDrain)
      assert.lengthOf(sent, 2)
    }).pipe(Effect.provide(layer))
  })

  it.effect("whose page points at itself are an error, not an endless loop", () => {
    const { layer, sent } = globus(() =>
      StubHttp.json({ ...job, results: { data: [Answers.result(1)], page_next: "7" } })
    )
    return Effect.gen(function* () {
      const timers = yield* TimersClient
      const error = yield* Effect.flip(Stream.runDrain(timers.listJobResults(jobId)))
      assert(error._tag === "ResponseError")
      assert.strictEqual(error.path, "results.page_next")
      assert.lengthOf(sent, 2)
    }).pipe(Effect.provide(layer))
  })
})

describe("errors", () => {
  it.effect("of Timers say which fields it refuses", () => {
    const { layer } = asAnswered(
      { detail: [{ loc: ["body", "start"], msg: "field required", type: "value_error.missing" }] },
      422
    )
    return Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.flatMap(TimersClient, (timers) => timers.createJob(timerJob)))
      assert(error._tag === "ApiError" && error.reason._tag === "Rejected")
      assert.deepStrictEqual(error.messages, ["field required: body.start"])
    }).pipe(Effect.provide(layer))
  })
})

describe("bad input", () => {
  /** What a program without types may pass. */
  const untyped = (value: unknown) => value as never
  const create = (timers: Service, timer: unknown) => timers.createTimer({ timer: untyped(timer) })
  const createJob = (timers: Service, more: object) => timers.createJob({ ...timerJob, ...more })

  const cases: ReadonlyArray<readonly [title: string, field: string, call: Case["call"]]> = [
    ["a timer that is not an id", "job_id", (timers) => timers.getJob("jobs")],
    ["a timer that leads elsewhere", "job_id", (timers) => timers.deleteJob("..")],
    ["results of what is not an id", "job_id", (timers) => Stream.runDrain(timers.listJobResults(""))],
    ["a page of nothing", "query.page_size", (timers) => timers.getJob(jobId, { page_size: 0 })],
    ["half a result", "query.result_count", (timers) => timers.listJobs({ result_count: 0.5 })],
    ["no timer", "payload.timer", (timers) => timers.createTimer(untyped({}))],
    [
      "a flow that is not an id",
      "payload.timer.flow_id",
      (timers) => create(timers, FlowTimer.make({ flow_id: "x", schedule, body: {} }))
    ],
    [
      "a timer without a schedule",
      "payload.timer.schedule",
      (timers) => create(timers, { ...transferTimer, schedule: undefined })
    ],
    [
      "a collection that is not an id",
      "payload.timer.body.source_endpoint",
      (timers) => create(timers, { ...transferTimer, body: { ...transfer, source_endpoint: "x" } })
    ],
    [
      "a transfer of nothing",
      "payload.timer.body.DATA",
      (timers) => create(timers, { ...transferTimer, body: { ...transfer, DATA: [] } })
    ],
    [
      "an item without a source",
      "payload.timer.body.DATA[0].source_path",
      (timers) =>
        create(timers, {
          ...transferTimer,
          body: { ...transfer, DATA: [{ source_path: "", destination_path: "/b" }] }
        })
    ],
    [
      "an interval that is too short",
      "payload.timer.schedule.interval_seconds",
      (timers) =>
        create(timers, { ...transferTimer, schedule: TimerSchedule.recurring({ interval_seconds: 59 }) })
    ],
    [
      "a timer that recurs, but not when",
      "payload.timer.schedule.interval_seconds",
      (timers) => create(timers, { ...flowTimer, schedule: { type: "recurring" } })
    ],
    [
      "a timer that recurs, but once",
      "payload.timer.schedule.interval_seconds",
      (timers) => create(timers, { ...flowTimer, schedule: { type: "once", interval_seconds: 60 } })
    ],
    [
      "an end after no run",
      "payload.timer.schedule.end.count",
      (timers) => create(timers, { ...flowTimer, schedule: { ...schedule, end: TimerSchedule.after(0) } })
    ],
    [
      "an end at no time",
      "payload.timer.schedule.end.datetime",
      (timers) => create(timers, { ...flowTimer, schedule: { ...schedule, end: { condition: "time" } } })
    ],
    [
      "two ends",
      "payload.timer.schedule.end.datetime",
      (timers) =>
        create(timers, { ...flowTimer, schedule: { ...schedule, end: { count: 1, datetime: "2026" } } })
    ],
    ["a call of no address", "payload.callback_url", (timers) => createJob(timers, { callback_url: "/run" })],
    ["a job that never stops for a rest", "payload.interval", (timers) => createJob(timers, { interval: 1 })],
    [
      "a job that runs once, again and again",
      "payload.interval",
      (timers) => createJob(timers, { stop_after_n: 1 })
    ],
    [
      "a job that runs again, but not when",
      "payload.interval",
      (timers) => createJob(timers, { interval: null, stop_after: { n_runs: 2 } })
    ],
    ["a job that runs never", "payload.stop_after_n", (timers) => createJob(timers, { stop_after_n: 0 })],
    [
      "credentials that are neither kept nor replaced",
      "payload.update_credentials",
      (timers) => timers.resumeJob(jobId, { update_credentials: untyped("maybe") })
    ]
  ]

  it.effect.each(cases)("%s is named (%s), and nothing is sent", ([, field, call]) => {
    const { layer, sent } = globus()
    return Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.flatMap(TimersClient, call))
      assert(error._tag === "InvalidRequest", String(error))
      assert.strictEqual(error.field, field)
      assert.lengthOf(sent, 0)
    }).pipe(Effect.provide(layer))
  })

  it.effect("a kind of timer that Timers may add is sent as it is", () => {
    const { layer, sent } = asAnswered({ timer })
    return Effect.gen(function* () {
      const compute = { timer_type: "compute", function_id: "f" }
      yield* Effect.flatMap(TimersClient, (timers) => timers.createTimer({ timer: compute }))
      assert.deepStrictEqual(sent.map(lineOf), [{ line: "POST /v2/timer", body: { timer: compute } }])
    }).pipe(Effect.provide(layer))
  })
})

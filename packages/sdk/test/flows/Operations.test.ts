/** The operations of Flows: each as it goes on the wire, and what comes back; and input that never leaves. */
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { FlowsClient } from "../../src/flows/FlowsClient.ts"
import { SpecificFlowClient } from "../../src/flows/SpecificFlowClient.ts"
import type { GlobusError } from "../../src/model/GlobusError.ts"
import { keeping } from "../service/internal/KeepingAuthorizer.ts"
import * as Probe from "../service/internal/Probe.ts"
import * as StubHttp from "../service/internal/StubHttp.ts"
import * as Answers from "./internal/Answers.ts"

const {
  flow,
  flowId,
  newRegisteredApi,
  otherFlowId,
  registeredApi,
  registeredApiId,
  run,
  runId,
  webInputId
} = Answers

interface Clients {
  readonly flows: FlowsClient["Service"]
  readonly flow: SpecificFlowClient["Service"]
}

type Use = (clients: Clients) => Effect.Effect<unknown, GlobusError>

const globus = (answer: (sent: StubHttp.Sent) => StubHttp.Answer) => {
  const { layer: http, sent } = StubHttp.make(answer)
  const { needs, parts } = keeping()
  const services = Probe.layer(http, Probe.once, parts)
  return {
    sent,
    needs,
    lines: () => sent.map(({ method, url }) => `${method} ${url.pathname}${decodeURIComponent(url.search)}`),
    bodyOf: (index: number): unknown => {
      const body = sent[index]?.body ?? ""
      return body === "" ? undefined : JSON.parse(body)
    },
    run: (use: Use) =>
      Effect.gen(function* () {
        const flows = yield* Effect.provide(FlowsClient, Layer.provide(FlowsClient.layer, services))
        const flow = yield* Effect.orDie(SpecificFlowClient.make(flowId))
        return yield* use({ flows, flow })
      }).pipe(Effect.provide(services))
  }
}

interface Case {
  readonly name: string
  readonly use: Use
  readonly request: string
  readonly body?: unknown
  readonly answer: unknown
}

const webInput = {
  id: webInputId,
  status: "open",
  user_roles: ["respondent"],
  input_type: "selection",
  input_schema: {},
  context: { title: "Go on?", presentation_style: "text", text: "Really?" },
  options: [{ option_id: "yes", label: "Yes", description: "" }],
  roles: { viewer_urns: [], respondent_urns: [] },
  creator_urn: "urn:globus:auth:identity:b44bddda-d274-11e5-978a-9f15789a8150",
  flow: { id: flowId, title: "Two steps" },
  run: { id: runId, label: null },
  created_timestamp: "2026-01-01T00:00:00+00:00",
  edited_timestamp: "2026-01-01T00:00:00+00:00",
  closed_timestamp: null
}

const ended = { marker: null, has_next_page: false }
const entry = { time: "2026-01-01T00:00:00+00:00", code: "FlowStarted", description: "started", details: {} }
const principals = ["urn:globus:groups:id:31ce9ba0-176d-45a5-add3-f37d233ba47d"]

const cases: ReadonlyArray<Case> = [
  {
    name: "listFlows",
    use: ({ flows }) =>
      flows.listFlows.page({
        filter_roles: ["flow_owner", "run_manager"],
        filter_title: "steps",
        per_page: 5
      }),
    request: "GET /flows?filter_roles=flow_owner,run_manager&filter_title=steps&per_page=5",
    answer: { flows: [flow], limit: 5, ...ended }
  },
  {
    name: "createFlow",
    use: ({ flows }) =>
      flows.createFlow({ title: "Two steps", definition: {}, input_schema: {}, flow_viewers: ["public"] }),
    request: "POST /flows",
    body: { title: "Two steps", definition: {}, input_schema: {}, flow_viewers: ["public"] },
    answer: { ...flow, brand_new: 1 }
  },
  {
    name: "validateFlow",
    use: ({ flows }) => flows.validateFlow({ definition: { StartAt: "A" } }),
    request: "POST /flows/validate",
    body: { definition: { StartAt: "A" } },
    answer: { scopes: { User: ["openid"] } }
  },
  {
    name: "getFlow",
    use: ({ flows }) => flows.getFlow(flowId),
    request: `GET /flows/${flowId}`,
    answer: flow
  },
  {
    name: "updateFlow",
    use: ({ flows }) => flows.updateFlow(flowId, { subscription_id: "DEFAULT" }),
    request: `PUT /flows/${flowId}`,
    body: { subscription_id: "DEFAULT" },
    answer: flow
  },
  {
    name: "deleteFlow",
    use: ({ flows }) => flows.deleteFlow(flowId),
    request: `DELETE /flows/${flowId}`,
    answer: flow
  },
  {
    name: "listRuns",
    use: ({ flows }) =>
      flows.listRuns.page({
        filter_flow_id: [flowId, otherFlowId],
        filter_status: ["ACTIVE", "INACTIVE"],
        orderby: ["start_time DESC", "label ASC"]
      }),
    request: `GET /runs?filter_flow_id=${flowId},${otherFlowId}&filter_status=ACTIVE,INACTIVE&orderby=start_time+DESC&orderby=label+ASC`,
    answer: { runs: [run("ACTIVE")], ...ended }
  },
  {
    name: "getRun",
    use: ({ flows }) => flows.getRun(runId, { include_flow_description: true }),
    request: `GET /runs/${runId}?include_flow_description=true`,
    answer: { ...run("ACTIVE"), flow_description: { id: flowId, title: "Two steps" } }
  },
  {
    name: "updateRun",
    use: ({ flows }) => flows.updateRun(runId, { label: "weekly", tags: [] }),
    request: `PUT /runs/${runId}`,
    body: { label: "weekly", tags: [] },
    answer: run("ACTIVE")
  },
  {
    name: "updateRuns",
    use: ({ flows }) =>
      flows.updateRuns({
        filters: { run_ids: [runId] },
        set: { status: "cancel", tags: [] },
        add: { run_managers: principals },
        remove: { run_monitors: principals }
      }),
    request: "POST /batch/runs",
    body: {
      filters: { run_ids: [runId] },
      set: { status: "cancel", tags: [] },
      add: { run_managers: principals },
      remove: { run_monitors: principals }
    },
    answer: { anything: "at all" }
  },
  {
    name: "cancelRun",
    use: ({ flows }) => flows.cancelRun(runId),
    request: `POST /runs/${runId}/cancel`,
    answer: run("ACTIVE")
  },
  {
    name: "getRunDefinition",
    use: ({ flows }) => flows.getRunDefinition(runId),
    request: `GET /runs/${runId}/definition`,
    answer: { flow_id: flowId, definition: {}, input_schema: null }
  },
  {
    name: "listRunLogs",
    use: ({ flows }) => flows.listRunLogs.page(runId, { limit: 2, reverse_order: true }),
    request: `GET /runs/${runId}/log?limit=2&reverse_order=true`,
    answer: { entries: [entry], limit: 2, ...ended }
  },
  {
    name: "deleteRun",
    use: ({ flows }) => flows.deleteRun(runId),
    request: `POST /runs/${runId}/release`,
    answer: run("SUCCEEDED")
  },
  {
    name: "listWebInputs",
    use: ({ flows }) => flows.listWebInputs.page({ filter_states: ["open", "closed"] }),
    request: "GET /web_inputs?filter_states=open,closed",
    answer: { web_input_summaries: [{ ...webInput, title: "Go on?" }], marker: null }
  },
  {
    name: "getWebInput",
    use: ({ flows }) => flows.getWebInput(webInputId),
    request: `GET /web_inputs/${webInputId}`,
    answer: webInput
  },
  {
    name: "respondToWebInput",
    use: ({ flows }) => flows.respondToWebInput(webInputId, { response: { value: "yes" } }),
    request: `POST /web_inputs/${webInputId}/respond`,
    body: { response: { value: "yes" } },
    answer: { status: "ok" }
  },
  {
    name: "listRegisteredApis",
    use: ({ flows }) => flows.listRegisteredApis.page({ per_page: 1 }),
    request: "GET /registered_apis?per_page=1",
    answer: { registered_apis: [registeredApi], limit: 1, ...ended }
  },
  {
    name: "createRegisteredApi",
    use: ({ flows }) => flows.createRegisteredApi(newRegisteredApi),
    request: "POST /registered_apis",
    body: newRegisteredApi,
    answer: registeredApi
  },
  {
    name: "getRegisteredApi",
    use: ({ flows }) => flows.getRegisteredApi(registeredApiId),
    request: `GET /registered_apis/${registeredApiId}`,
    answer: registeredApi
  },
  {
    name: "updateRegisteredApi",
    use: ({ flows }) =>
      flows.updateRegisteredApi(registeredApiId, {
        name: "weather",
        target: { destination: { method: "post" } },
        roles: { viewers: principals }
      }),
    request: `PATCH /registered_apis/${registeredApiId}`,
    body: {
      name: "weather",
      target: { destination: { method: "post" } },
      roles: { viewers: principals }
    },
    answer: registeredApi
  },
  {
    name: "deleteRegisteredApi",
    use: ({ flows }) => flows.deleteRegisteredApi(registeredApiId),
    request: `DELETE /registered_apis/${registeredApiId}`,
    answer: { ...registeredApi, scheduled_deletion_timestamp: "2026-02-01T00:00:00+00:00" }
  },
  {
    name: "runFlow",
    use: ({ flow }) => flow.runFlow({ body: {} }),
    request: `POST /flows/${flowId}/run`,
    body: { body: {} },
    answer: run("ACTIVE")
  },
  {
    name: "validateRun",
    use: ({ flow }) => flow.validateRun({ body: {} }),
    request: `POST /flows/${flowId}/validate_run`,
    body: { body: {} },
    answer: { message: "fine" }
  },
  {
    name: "resumeRun",
    use: ({ flow }) => flow.resumeRun(runId),
    request: `POST /runs/${runId}/resume`,
    answer: run("ACTIVE")
  },
  {
    name: "listFlowRuns",
    use: ({ flow }) => flow.listFlowRuns.page({ filter_roles: "run_owner", filter_label: ["a", "b"] }),
    request: `GET /flows/${flowId}/runs?filter_roles=run_owner&filter_label=a,b`,
    answer: { actions: [run("ACTIVE")], ...ended }
  },
  {
    name: "listFlowRunLogs",
    use: ({ flow }) => flow.listFlowRunLogs.page(runId, { limit: 3 }),
    request: `GET /flows/${flowId}/runs/${runId}/log?limit=3`,
    answer: { entries: [entry], ...ended }
  },
  {
    name: "resumeFlowRun",
    use: ({ flow }) => flow.resumeFlowRun(runId),
    request: `POST /flows/${flowId}/${runId}/resume`,
    answer: run("ACTIVE")
  }
]

describe("an operation", () => {
  it.effect.each(cases)("$name: $request", ({ answer, body, request, use }) =>
    Effect.gen(function* () {
      const { bodyOf, lines, run } = globus(() => StubHttp.json(answer))
      const answered = yield* run(use)
      assert.deepStrictEqual(lines(), [request])
      assert.deepStrictEqual(bodyOf(0), body)
      assert.deepStrictEqual(answered, answer)
    })
  )

  it.effect("is among those above", () =>
    Effect.gen(function* () {
      const names = yield* globus(() => StubHttp.json({})).run(({ flow, flows }) =>
        Effect.succeed([...Object.keys(flows), ...Object.keys(flow)])
      )
      const others = new Set(["addScopes", "flowId", "runProgress", "waitForRun"])
      assert.deepStrictEqual(
        (names as ReadonlyArray<string>).filter((name) => !others.has(name)).toSorted(),
        cases.map(({ name }) => name).toSorted()
      )
    })
  )

  it.effect.prop(
    "gives what it is answered, or a typed error, whatever that is",
    [Schema.Json, Schema.Literals(["flows", "runs", "actions", "entries", "registered_apis"])],
    ([answer, name]) =>
      Effect.gen(function* () {
        for (const body of [answer, { [name]: answer }, { [name]: [answer] }]) {
          for (const { use } of cases) {
            const exit = yield* Effect.exit(globus(() => StubHttp.json(body)).run(use))
            if (Exit.isSuccess(exit)) continue
            assert(Predicate.isTagged(Cause.squash(exit.cause), "ResponseError"), Cause.pretty(exit.cause))
          }
        }
      }),
    { arbitrary: { runs: 10 } }
  )
})

describe("the listings of one flow", () => {
  it.effect("go on by marker, with the token of the flow", () =>
    Effect.gen(function* () {
      const {
        lines,
        needs,
        run: using
      } = globus(({ url }) => {
        const name = url.pathname.endsWith("/log") ? "entries" : "actions"
        const item = name === "entries" ? entry : run("ACTIVE")
        return url.searchParams.has("marker")
          ? StubHttp.json({ [name]: [item], ...ended })
          : StubHttp.json({ [name]: [item, item], marker: "m", has_next_page: true })
      })
      yield* using(({ flow }) =>
        Effect.gen(function* () {
          assert.lengthOf(yield* Stream.runCollect(flow.listFlowRuns({ per_page: 2 })), 3)
          assert.lengthOf(yield* Stream.runCollect(flow.listFlowRunLogs(runId)), 3)
          assert.lengthOf(yield* Stream.runCollect(flow.listFlowRunLogs.pages(runId)), 2)
        })
      )
      const log = `GET /flows/${flowId}/runs/${runId}/log`
      assert.deepStrictEqual(lines(), [
        `GET /flows/${flowId}/runs?per_page=2`,
        `GET /flows/${flowId}/runs?per_page=2&marker=m`,
        log,
        `${log}?marker=m`,
        log,
        `${log}?marker=m`
      ])
      assert.deepStrictEqual(
        new Set(needs.map(({ resourceServer }) => resourceServer as string)),
        new Set([flowId])
      )
    })
  )
})

describe("a registered API that is read, changed and written back", () => {
  it.effect("loses nothing, known or not", () =>
    Effect.gen(function* () {
      const document = { ...registeredApi, brand_new: { deep: [null] } }
      const { bodyOf, run } = globus(() => StubHttp.json(document))
      yield* run(({ flows }) =>
        Effect.flatMap(flows.getRegisteredApi(registeredApiId), (api) =>
          flows.updateRegisteredApi(registeredApiId, { ...api, name: "changed" })
        )
      )
      assert.deepStrictEqual(bodyOf(1), { ...document, name: "changed" })
    })
  )
})

describe("bad input", () => {
  const bad: ReadonlyArray<readonly [what: string, field: string, use: Use]> = [
    ["no flow", "flow_id", ({ flows }) => flows.getFlow("two-steps")],
    ["no run of a flow", "run_id", ({ flow }) => flow.resumeFlowRun("nightly")],
    ["no run whose log is listed", "run_id", ({ flow }) => Stream.runDrain(flow.listFlowRunLogs(".."))],
    ["no registered API", "registered_api_id", ({ flows }) => flows.deleteRegisteredApi("x")],
    ["a page of nothing", "query.per_page", ({ flows }) => Stream.runDrain(flows.listFlows({ per_page: 0 }))],
    ["half a page", "query.per_page", ({ flow }) => Stream.runDrain(flow.listFlowRuns({ per_page: 0.5 }))],
    [
      "fewer than no entries",
      "query.limit",
      ({ flows }) => Stream.runDrain(flows.listRunLogs(runId, { limit: -1 }))
    ],
    [
      "runs of no flow",
      "query.filter_flow_id[1]",
      ({ flows }) => Stream.runDrain(flows.listRuns({ filter_flow_id: [flowId, "x"] }))
    ],
    [
      "no runs at all",
      "payload.filters.run_ids",
      ({ flows }) => flows.updateRuns({ filters: { run_ids: [] } })
    ],
    [
      "something else than a run",
      "payload.filters.run_ids[1]",
      ({ flows }) => flows.updateRuns({ filters: { run_ids: [runId, "x"] } })
    ],
    [
      "tags that are added and replaced",
      "payload.add.tags",
      ({ flows }) =>
        flows.updateRuns({ filters: { run_ids: [runId] }, set: { tags: [] }, add: { tags: ["a"] } })
    ],
    [
      "managers that come and go",
      "payload.remove.run_managers",
      ({ flows }) =>
        flows.updateRuns({
          filters: { run_ids: [runId] },
          add: { run_managers: principals },
          remove: { run_managers: principals }
        })
    ],
    [
      "an API without a name",
      "payload.name",
      ({ flows }) => flows.createRegisteredApi({ ...newRegisteredApi, name: "" })
    ],
    [
      "an API that is nowhere",
      "payload.target.destination.url",
      ({ flows }) =>
        flows.updateRegisteredApi(registeredApiId, { target: { destination: { method: "get", url: "" } } })
    ],
    [
      "an API of no subscription",
      "payload.subscription_id",
      ({ flows }) => flows.createRegisteredApi({ ...newRegisteredApi, subscription_id: "DEFAULT" })
    ]
  ]

  it.effect.each(bad)("%s is named, and nothing is sent", ([, field, use]) =>
    Effect.gen(function* () {
      const { run, sent } = globus(() => StubHttp.json({}))
      const error = yield* Effect.flip(run(use))
      assert(error._tag === "InvalidRequest", error.message)
      assert.strictEqual(error.field, field)
      assert.lengthOf(sent, 0)
    })
  )
})

import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { FlowsClient, isOver } from "../../src/flows/FlowsClient.ts"
import { RunInactive } from "../../src/flows/RunInactive.ts"
import type { GlobusError } from "../../src/model/GlobusError.ts"
import { FlowsScopes } from "../../src/model/Scopes.ts"
import { keeping } from "../service/internal/KeepingAuthorizer.ts"
import * as Probe from "../service/internal/Probe.ts"
import * as StubHttp from "../service/internal/StubHttp.ts"
import * as Answers from "./internal/Answers.ts"

type Flows = FlowsClient["Service"]

const clientOver = (answer: Parameters<typeof StubHttp.make>[0]) => {
  const http = StubHttp.make(answer)
  const authorizer = keeping()
  const globus = Probe.layer(http.layer, {}, authorizer.parts)
  return { ...http, ...authorizer, globus, layer: Layer.provide(FlowsClient.layer, globus) }
}

const scope = (name: string) => `https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/${name}`

describe("scopes", () => {
  it.effect("a program with this client requires to view flows and to see how runs are", () =>
    Effect.gen(function* () {
      const { layer, required, sent } = clientOver(() => StubHttp.json({}))
      yield* Effect.provide(FlowsClient, layer)
      assert.deepStrictEqual(required, [
        ["flows.globus.org", `${FlowsScopes.view_flows} ${FlowsScopes.run_status}`]
      ])
      assert.lengthOf(sent, 0)
    })
  )

  it.effect("or what it says instead", () =>
    Effect.gen(function* () {
      const { globus, required } = clientOver(() => StubHttp.json({}))
      yield* Effect.provide(
        FlowsClient,
        Layer.provide(FlowsClient.layerWith({ scopes: [FlowsScopes.manage_flows, "a[b]"] }), globus)
      )
      assert.deepStrictEqual(required, [["flows.globus.org", `${FlowsScopes.manage_flows} a[b]`]])
    })
  )

  it.effect("and what it adds later", () =>
    Effect.gen(function* () {
      const { layer, required } = clientOver(() => StubHttp.json({}))
      yield* Effect.flatMap(FlowsClient, (flows) => flows.addScopes(FlowsScopes.all)).pipe(
        Effect.provide(layer)
      )
      assert.deepStrictEqual(required[1], ["flows.globus.org", FlowsScopes.all])
    })
  )

  it.effect("a scope that cannot be read is an error, and nothing is required", () =>
    Effect.gen(function* () {
      const { globus, required } = clientOver(() => StubHttp.json({}))
      const error = yield* Effect.flip(
        Effect.provide(FlowsClient, Layer.provide(FlowsClient.layerWith({ scopes: "a[" }), globus))
      )
      assert.strictEqual(error._tag, "ScopeParseError")
      assert.lengthOf(required, 0)
    })
  )

  const { flow, flowId, registeredApiId, run, runId, webInputId } = Answers
  const operations: ReadonlyArray<{
    readonly name: string
    readonly call: (flows: Flows) => Effect.Effect<unknown, GlobusError>
    readonly anyOf: ReadonlyArray<string>
  }> = [
    { name: "listFlows", call: (flows) => Stream.runDrain(flows.listFlows()), anyOf: ["view_flows", "all"] },
    { name: "getFlow", call: (flows) => flows.getFlow(flowId), anyOf: ["view_flows", "all"] },
    {
      name: "createFlow",
      call: (flows) => flows.createFlow({ title: "t", definition: {} }),
      anyOf: ["manage_flows", "all"]
    },
    {
      name: "validateFlow",
      call: (flows) => flows.validateFlow({ definition: {} }),
      anyOf: ["manage_flows", "all"]
    },
    { name: "updateFlow", call: (flows) => flows.updateFlow(flowId, {}), anyOf: ["manage_flows", "all"] },
    { name: "deleteFlow", call: (flows) => flows.deleteFlow(flowId), anyOf: ["manage_flows", "all"] },
    {
      name: "listRuns",
      call: (flows) => Stream.runDrain(flows.listRuns()),
      anyOf: ["run_status", "run_manage", "all"]
    },
    { name: "getRun", call: (flows) => flows.getRun(runId), anyOf: ["run_status", "run_manage", "all"] },
    {
      name: "getRunDefinition",
      call: (flows) => flows.getRunDefinition(runId),
      anyOf: ["run_status", "run_manage", "all"]
    },
    {
      name: "listRunLogs",
      call: (flows) => Stream.runDrain(flows.listRunLogs(runId)),
      anyOf: ["run_status", "run_manage", "all"]
    },
    { name: "updateRun", call: (flows) => flows.updateRun(runId, {}), anyOf: ["run_manage", "all"] },
    { name: "cancelRun", call: (flows) => flows.cancelRun(runId), anyOf: ["run_manage", "all"] },
    { name: "deleteRun", call: (flows) => flows.deleteRun(runId), anyOf: ["run_manage", "all"] },
    {
      name: "listWebInputs",
      call: (flows) => Stream.runDrain(flows.listWebInputs()),
      anyOf: ["web_input_view", "all"]
    },
    { name: "getWebInput", call: (flows) => flows.getWebInput(webInputId), anyOf: ["web_input_view", "all"] },
    {
      name: "respondToWebInput",
      call: (flows) => flows.respondToWebInput(webInputId, { response: { value: "yes" } }),
      anyOf: ["web_input_respond", "all"]
    },
    {
      name: "listRegisteredApis",
      call: (flows) => Stream.runDrain(flows.listRegisteredApis()),
      anyOf: ["all"]
    },
    { name: "getRegisteredApi", call: (flows) => flows.getRegisteredApi(registeredApiId), anyOf: ["all"] },
    {
      name: "createRegisteredApi",
      call: (flows) => flows.createRegisteredApi(Answers.newRegisteredApi),
      anyOf: ["all"]
    },
    {
      name: "updateRegisteredApi",
      call: (flows) => flows.updateRegisteredApi(registeredApiId, {}),
      anyOf: ["all"]
    },
    {
      name: "deleteRegisteredApi",
      call: (flows) => flows.deleteRegisteredApi(registeredApiId),
      anyOf: ["all"]
    },
    {
      name: "updateRuns",
      call: (flows) => flows.updateRuns({ filters: { run_ids: [runId] } }),
      anyOf: ["run_manage", "all"]
    }
  ]

  it.effect.each(operations)("$name needs any of $anyOf", ({ anyOf, call }) =>
    Effect.gen(function* () {
      const { layer, needs, sent } = clientOver(() => StubHttp.json({ ...flow, ...run("ACTIVE") }))
      yield* Effect.flatMap(FlowsClient, call).pipe(Effect.exit, Effect.provide(layer))
      assert.lengthOf(sent, 1)
      assert.deepStrictEqual(
        needs.map((need) => ({ ...need })),
        [{ resourceServer: FlowsScopes.resourceServer, anyOf: anyOf.map(scope) }]
      )
    })
  )

  it.effect("every operation is in the list above", () =>
    Effect.gen(function* () {
      const { layer } = clientOver(() => StubHttp.json({}))
      const flows = yield* Effect.provide(FlowsClient, layer)
      assert.deepStrictEqual(
        Object.keys(flows).toSorted(),
        [...operations.map(({ name }) => name), "addScopes", "runProgress", "waitForRun"].toSorted()
      )
    })
  )
})

describe("operations", () => {
  it.effect("flows are listed page by page, with what Globus has added to them", () =>
    Effect.gen(function* () {
      const { layer, sent } = clientOver(({ url }) =>
        url.searchParams.has("marker")
          ? StubHttp.json({
              flows: [{ ...Answers.flow, title: "second" }],
              has_next_page: false,
              marker: null
            })
          : StubHttp.json({ flows: [{ ...Answers.flow, brand_new: 1 }], has_next_page: true, marker: "m" })
      )
      const flows = yield* Effect.flatMap(FlowsClient, (flows) =>
        Stream.runCollect(
          flows.listFlows({ filter_roles: ["flow_owner", "flow_viewer"], orderby: ["title ASC"] })
        )
      ).pipe(Effect.provide(layer))
      assert.deepStrictEqual(
        flows.map(({ title }) => title),
        ["Two steps", "second"]
      )
      assert.strictEqual(flows[0]?.["brand_new"], 1)
      assert.deepStrictEqual(
        sent.map(({ url }) => url.pathname + decodeURIComponent(url.search)),
        [
          "/flows?filter_roles=flow_owner,flow_viewer&orderby=title+ASC",
          "/flows?filter_roles=flow_owner,flow_viewer&orderby=title+ASC&marker=m"
        ]
      )
    })
  )

  it.effect("a flow that is read, changed and written back keeps what is not known of it", () =>
    Effect.gen(function* () {
      const { layer, sent } = clientOver(() => StubHttp.json({ ...Answers.flow, brand_new: { deep: true } }))
      yield* Effect.gen(function* () {
        const flows = yield* FlowsClient
        const { brand_new, definition } = yield* flows.getFlow(Answers.flowId)
        yield* flows.updateFlow(Answers.flowId, { definition, brand_new, title: "New", subtitle: undefined })
      }).pipe(Effect.provide(layer))
      assert.deepStrictEqual(JSON.parse(sent[1]?.body ?? ""), {
        definition: Answers.flow.definition,
        brand_new: { deep: true },
        title: "New"
      })
    })
  )

  it.effect("a definition that is not valid is rejected, with what is wrong where", () =>
    Effect.gen(function* () {
      const detail = [{ loc: ["definition", "StartAt"], msg: "field required", type: "value_error.missing" }]
      const { layer } = clientOver(() =>
        StubHttp.json({ error: { code: "UNPROCESSABLE_ENTITY", detail } }, { status: 422 })
      )
      const messages = yield* Effect.flatMap(FlowsClient, (flows) =>
        flows.validateFlow({ definition: {} })
      ).pipe(
        Effect.as([] as ReadonlyArray<string>),
        Effect.catchReason("ApiError", "Rejected", (_, error) => Effect.succeed(error.messages)),
        Effect.provide(layer)
      )
      assert.deepStrictEqual(messages, ["field required"])
    })
  )

  it.effect("a run that goes on is not deleted: a conflict", () =>
    Effect.gen(function* () {
      const { layer, sent } = clientOver(() =>
        StubHttp.json({ error: { code: "STATE_CONFLICT", detail: "is ACTIVE" } }, { status: 409 })
      )
      const error = yield* Effect.flatMap(FlowsClient, (flows) => flows.deleteRun(Answers.runId)).pipe(
        Effect.flip,
        Effect.provide(layer)
      )
      assert(error._tag === "ApiError" && error.reason._tag === "Conflict")
      assert.isTrue(error.is("STATE_CONFLICT"))
      assert.strictEqual(sent[0]?.url.pathname, `/runs/${Answers.runId}/release`)
    })
  )

  it.effect("an id that is none never reaches Globus", () =>
    Effect.gen(function* () {
      const { layer, sent } = clientOver(() => StubHttp.json(Answers.run("ACTIVE")))
      const error = yield* Effect.flatMap(FlowsClient, (flows) => flows.getRun("../flows")).pipe(
        Effect.flip,
        Effect.provide(layer)
      )
      assert(error._tag === "InvalidRequest")
      assert.strictEqual(error.field, "run_id")
      assert.lengthOf(sent, 0)
    })
  )
})

describe("following a run", () => {
  /** Runs that have these statuses, one at each look, and the last one from then on. */
  const runsThatAre = (...statuses: ReadonlyArray<string>) =>
    clientOver((_, look) => StubHttp.json(Answers.run(statuses[look] ?? statuses.at(-1) ?? "", { look })))

  const inAnHour = <A, E>(
    { layer, sent }: ReturnType<typeof clientOver>,
    use: (flows: Flows) => Effect.Effect<A, E>
  ) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.flatMap(FlowsClient, use).pipe(
        Effect.result,
        Effect.provide(layer),
        Effect.forkChild({ startImmediately: true })
      )
      yield* TestClock.adjust("1 hour")
      return { result: yield* Fiber.join(fiber), seconds: sent.map(({ at }) => at / 1_000) }
    })

  const statuses = (flows: Flows, options?: Parameters<Flows["runProgress"]>[1]) =>
    flows.runProgress(Answers.runId, options).pipe(
      Stream.map(({ status }) => status),
      Stream.runCollect
    )

  it.effect.each(["SUCCEEDED", "FAILED", "ENDED"])("looks every ten seconds until it has %s", (last) =>
    Effect.gen(function* () {
      const { result, seconds } = yield* inAnHour(runsThatAre("ACTIVE", "ACTIVE", last), (flows) =>
        statuses(flows)
      )
      assert(result._tag === "Success")
      assert.deepStrictEqual(result.success, ["ACTIVE", "ACTIVE", last])
      assert.deepStrictEqual(seconds, [0, 10, 20])
    })
  )

  it.effect("does not tell twice what has not changed", () =>
    Effect.gen(function* () {
      const client = clientOver((_, look) => StubHttp.json(Answers.run(look < 5 ? "ACTIVE" : "ENDED", {})))
      const { result, seconds } = yield* inAnHour(client, (flows) => statuses(flows))
      assert(result._tag === "Success")
      assert.deepStrictEqual(result.success, ["ACTIVE", "ENDED"])
      assert.lengthOf(seconds, 6)
    })
  )

  it.effect("that is over already is looked at once", () =>
    Effect.gen(function* () {
      const { seconds } = yield* inAnHour(runsThatAre("SUCCEEDED"), (flows) => statuses(flows))
      assert.deepStrictEqual(seconds, [0])
    })
  )

  it.effect("tells of inactivity, and of statuses of the future, and goes on", () =>
    Effect.gen(function* () {
      const { result } = yield* inAnHour(
        runsThatAre("ACTIVE", "INACTIVE", "INACTIVE", "PONDERING", "SUCCEEDED"),
        (flows) => statuses(flows)
      )
      assert(result._tag === "Success")
      assert.deepStrictEqual(result.success, ["ACTIVE", "INACTIVE", "INACTIVE", "PONDERING", "SUCCEEDED"])
    })
  )

  it.effect.each([
    { pollingInterval: "1 minute", seconds: [0, 60, 120] },
    { pollingInterval: "1 second", seconds: [0, 1, 2] },
    { pollingInterval: "10 millis", seconds: [0, 1, 2] },
    { pollingInterval: 0, seconds: [0, 1, 2] }
  ] as const)("looks as often as it is told ($pollingInterval), but not more than once a second", (each) =>
    Effect.gen(function* () {
      const { pollingInterval } = each
      const progress = yield* inAnHour(runsThatAre("ACTIVE", "ACTIVE", "ENDED"), (flows) =>
        statuses(flows, { pollingInterval })
      )
      assert.deepStrictEqual(progress.seconds, [...each.seconds])
      const waiting = yield* inAnHour(runsThatAre("ACTIVE", "ACTIVE", "ENDED"), (flows) =>
        flows.waitForRun(Answers.runId, { pollingInterval })
      )
      assert.deepStrictEqual(
        waiting.seconds.map((second) => second - (waiting.seconds[0] ?? 0)),
        [...each.seconds]
      )
    })
  )

  it.effect("asks only as long as somebody listens", () =>
    Effect.gen(function* () {
      const { result, seconds } = yield* inAnHour(runsThatAre("ACTIVE"), (flows) =>
        Stream.runCollect(Stream.take(flows.runProgress(Answers.runId), 3))
      )
      assert(result._tag === "Success")
      assert.deepStrictEqual(seconds, [0, 10, 20])
    })
  )

  it.effect.each(["SUCCEEDED", "FAILED", "ENDED"])("waits for its end, whichever it is: %s", (last) =>
    Effect.gen(function* () {
      const { result, seconds } = yield* inAnHour(runsThatAre("ACTIVE", "ACTIVE", last), (flows) =>
        flows.waitForRun(Answers.runId)
      )
      assert(result._tag === "Success")
      assert.strictEqual(result.success.status, last)
      assert.deepStrictEqual(seconds, [0, 10, 20])
    })
  )

  it.effect("does not wait in vain for an inactive run, and says what it waits for", () =>
    Effect.gen(function* () {
      const details = { code: "ConsentRequired", description: "Missing consent for the transfer" }
      const client = clientOver((_, index) =>
        StubHttp.json(index === 0 ? Answers.run("ACTIVE") : Answers.run("INACTIVE", details))
      )
      const { result, seconds } = yield* inAnHour(client, (flows) => flows.waitForRun(Answers.runId))
      assert(result._tag === "Failure" && result.failure instanceof RunInactive)
      assert.deepStrictEqual<unknown>(result.failure.run, Answers.run("INACTIVE", details))
      assert.include(result.failure.message, "Missing consent for the transfer")
      assert.include(result.failure.message, "resume")
      assert.deepStrictEqual(seconds, [0, 10])
    })
  )

  it.effect("fails as a look fails", () =>
    Effect.gen(function* () {
      const client = clientOver((_, index) =>
        index === 0
          ? StubHttp.json(Answers.run("ACTIVE"))
          : StubHttp.json({ error: { code: "NOT_FOUND", detail: "released" } }, { status: 404 })
      )
      const { result } = yield* inAnHour(client, (flows) => flows.waitForRun(Answers.runId))
      assert(result._tag === "Failure" && result.failure._tag === "ApiError")
      assert.strictEqual(result.failure.reason._tag, "NotFound")
    })
  )

  it.effect("survives a service in trouble for a while", () =>
    Effect.gen(function* () {
      const client = clientOver((_, index) =>
        index === 1
          ? StubHttp.json({}, { status: 503, headers: { "retry-after": "2" } })
          : StubHttp.json(Answers.run(index === 0 ? "ACTIVE" : "SUCCEEDED"))
      )
      const { result, seconds } = yield* inAnHour(client, (flows) => flows.waitForRun(Answers.runId))
      assert.strictEqual(result._tag, "Success")
      assert.deepStrictEqual(seconds, [0, 10, 12])
    })
  )

  it("is over when its status is final", () => {
    const final = ["ACTIVE", "INACTIVE", "SUCCEEDED", "FAILED", "ENDED", "PONDERING"].filter((status) =>
      isOver({ status })
    )
    assert.deepStrictEqual(final, ["SUCCEEDED", "FAILED", "ENDED"])
  })
})

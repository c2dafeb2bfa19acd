import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { SpecificFlowClient } from "../../src/flows/SpecificFlowClient.ts"
import * as GlobusScope from "../../src/model/GlobusScope.ts"
import { dataAccess, specificFlowScopes } from "../../src/model/Scopes.ts"
import { keeping } from "../service/internal/KeepingAuthorizer.ts"
import * as Probe from "../service/internal/Probe.ts"
import * as StubHttp from "../service/internal/StubHttp.ts"
import * as Answers from "./internal/Answers.ts"

const user = `https://auth.globus.org/scopes/${Answers.flowId}/flow_24bc4997_b483_4c25_a19c_64b0afc00743_user`

const globus = (answer: Parameters<typeof StubHttp.make>[0] = () => StubHttp.json(Answers.run("ACTIVE"))) => {
  const http = StubHttp.make(answer)
  const authorizer = keeping()
  return { ...http, ...authorizer, layer: Probe.layer(http.layer, {}, authorizer.parts) }
}

describe("scopes", () => {
  it.effect("a program with a client of a flow requires that flow's own scope", () =>
    Effect.gen(function* () {
      const { layer, required, sent } = globus()
      const { flowId } = yield* Effect.provide(
        SpecificFlowClient,
        Layer.provide(SpecificFlowClient.layer(Answers.flowId), layer)
      )
      assert.strictEqual(flowId, Answers.flowId)
      assert.deepStrictEqual(required, [[Answers.flowId, user]])
      assert.lengthOf(sent, 0)
    })
  )

  it.effect("with what depends on it, if it says so", () =>
    Effect.gen(function* () {
      const { layer, required } = globus()
      const transfer = dataAccess("6c54cade-bde5-45c1-bdea-f4bd71dba2cc")
      const scope = GlobusScope.makeUnsafe(specificFlowScopes(Answers.flowId).user, {
        dependencies: [transfer]
      })
      yield* Effect.provide(
        SpecificFlowClient,
        Layer.provide(SpecificFlowClient.layerWith(Answers.flowId, { scopes: scope }), layer)
      )
      assert.deepStrictEqual(required, [[Answers.flowId, `${user}[${GlobusScope.serialize(transfer)}]`]])
    })
  )

  it.effect("or with what is added later", () =>
    Effect.gen(function* () {
      const { layer, required } = globus()
      yield* Effect.flatMap(SpecificFlowClient.make(Answers.flowId), (flow) =>
        flow.addScopes(`${user}[x]`)
      ).pipe(Effect.provide(layer))
      assert.deepStrictEqual(required[1], [Answers.flowId, `${user}[x]`])
    })
  )

  it.effect.each(["", "my-flow", `${Answers.flowId}/../x`, `${Answers.flowId} openid`])(
    "the id `%s` is refused before anything is required or sent",
    (flowId) =>
      Effect.gen(function* () {
        const { layer, required, sent } = globus()
        const error = yield* Effect.flip(
          Effect.provide(SpecificFlowClient, Layer.provide(SpecificFlowClient.layer(flowId), layer))
        )
        assert.strictEqual(error._tag, "InvalidConfiguration")
        assert.include(error.message, "flowId")
        assert.include(error.message, "UUID")
        assert.lengthOf([...required, ...sent], 0)
      })
  )

  it.effect("a scope that cannot be read is an error", () =>
    Effect.gen(function* () {
      const { layer, required } = globus()
      const error = yield* SpecificFlowClient.makeWith(Answers.flowId, { scopes: "a]" }).pipe(
        Effect.flip,
        Effect.provide(layer)
      )
      assert.strictEqual(error._tag, "ScopeParseError")
      assert.lengthOf(required, 0)
    })
  )
})

describe("operations", () => {
  it.effect("are those of the one flow, with its token", () =>
    Effect.gen(function* () {
      const { layer, needs, sent } = globus(({ url }) =>
        StubHttp.json(url.pathname.endsWith("validate_run") ? { message: "fine" } : Answers.run("ACTIVE"))
      )
      yield* Effect.gen(function* () {
        const flow = yield* SpecificFlowClient
        const body = { source: "/a" }
        yield* flow.validateRun({ body })
        const run = yield* flow.runFlow({
          body,
          label: "nightly",
          tags: undefined,
          activity_notification_policy: { status: ["FAILED", "INACTIVE"] },
          extra: null
        })
        yield* flow.resumeRun(run.run_id)
      }).pipe(Effect.provide(Layer.provide(SpecificFlowClient.layer(Answers.flowId), layer)))
      assert.deepStrictEqual(
        sent.map(({ body, method, url }) => [method, url.pathname, body]),
        [
          ["POST", `/flows/${Answers.flowId}/validate_run`, '{"body":{"source":"/a"}}'],
          [
            "POST",
            `/flows/${Answers.flowId}/run`,
            '{"body":{"source":"/a"},"label":"nightly","activity_notification_policy":{"status":["FAILED","INACTIVE"]},"extra":null}'
          ],
          ["POST", `/runs/${Answers.runId}/resume`, ""]
        ]
      )
      for (const need of needs) {
        assert.deepStrictEqual(
          { ...need },
          { ...need, resourceServer: needs[0]?.resourceServer, anyOf: [user] }
        )
        assert.strictEqual(need.resourceServer, Answers.flowId)
      }
      assert.lengthOf(needs, 3)
    })
  )

  it.effect("of several flows go each to its own", () =>
    Effect.gen(function* () {
      const { layer, needs, required, sent } = globus()
      yield* Effect.gen(function* () {
        const first = yield* SpecificFlowClient.make(Answers.flowId)
        const second = yield* SpecificFlowClient.make(Answers.otherFlowId)
        yield* second.runFlow({ body: {} })
        yield* first.runFlow({ body: {} })
      }).pipe(Effect.provide(layer))
      assert.deepStrictEqual(
        required.map(([resourceServer]) => resourceServer),
        [Answers.flowId, Answers.otherFlowId]
      )
      assert.deepStrictEqual(
        needs.map(({ resourceServer }) => resourceServer as string),
        [Answers.otherFlowId, Answers.flowId]
      )
      assert.deepStrictEqual(
        sent.map(({ url }) => url.pathname),
        [`/flows/${Answers.otherFlowId}/run`, `/flows/${Answers.flowId}/run`]
      )
    })
  )

  it.effect("that start or resume a run are not sent twice where they may have arrived; a check is", () =>
    Effect.gen(function* () {
      const { layer, sent } = globus(() => StubHttp.json({}, { status: 503 }))
      const fiber = yield* Effect.gen(function* () {
        const flow = yield* SpecificFlowClient.make(Answers.flowId)
        yield* Effect.exit(flow.runFlow({ body: {} }))
        yield* Effect.exit(flow.resumeRun(Answers.runId))
        yield* Effect.exit(flow.validateRun({ body: {} }))
      }).pipe(Effect.provide(layer), Effect.forkChild({ startImmediately: true }))
      yield* TestClock.adjust("1 hour")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(
        sent.map(({ url }) => url.pathname.split("/").at(-1)),
        ["run", "resume", ...Array.from({ length: 6 }, () => "validate_run")]
      )
    })
  )
})

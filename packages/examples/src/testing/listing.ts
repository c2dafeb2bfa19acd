import { UserApp } from "@effect-globus/sdk"
import { FlowsClient } from "@effect-globus/sdk/flows"
import { Simulator, World } from "@effect-globus/simulator"
import { assert, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"

/** The program under test: it knows nothing of tests. */
export const titles = Effect.gen(function* () {
  const flows = yield* FlowsClient
  return yield* flows.listFlows().pipe(
    Stream.map((flow) => flow.title),
    Stream.runCollect
  )
})

/** `Simulator.layer` stands where `NodeGlobus.layer` stands in production. */
const TestClients = FlowsClient.layer.pipe(
  Layer.provide(UserApp.layer({ appName: "test", clientId: World.nativeClientId })),
  Layer.provide(Simulator.layer)
)

it.effect("lists every flow of the simulated world", () =>
  Effect.gen(function* () {
    assert.strictEqual((yield* titles).length, 3)
  }).pipe(Effect.provide(TestClients))
)

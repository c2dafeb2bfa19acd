import { UserApp } from "@effect-globus/sdk"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { Simulator, TestTime, World } from "@effect-globus/simulator"
import { assert, it } from "@effect/vitest"
import { Effect, Layer } from "effect"

/** The program under test: it says which collection it is, or that this cannot be told now. */
export const nameOf = (id: string) =>
  Effect.gen(function* () {
    const transfer = yield* TransferClient
    const { display_name } = yield* transfer.getEndpoint(id)
    return display_name ?? id
  }).pipe(
    Effect.catchReason("ApiError", "Unavailable", () => Effect.succeed("Globus is not available, try later."))
  )

const TestClients = TransferClient.layer.pipe(
  Layer.provide(UserApp.layer({ appName: "test", clientId: World.nativeClientId })),
  Layer.provideMerge(Simulator.layer)
)

const tutorial = "6c54cade-bde5-45c1-bdea-f4bd71dba2cc"

it.effect("is not troubled by a service that is away for a moment", () =>
  Effect.gen(function* () {
    const fault = yield* Simulator.fault({
      match: { service: "transfer", operation: "getEndpoint" },
      times: 2,
      effect: { type: "error", status: 503, retry_after: 1 }
    })
    assert.strictEqual(yield* TestTime.passing(nameOf(tutorial)), "Globus Tutorial Collection 1")
    assert.strictEqual(yield* fault.hits, 2)
  }).pipe(Effect.provide(TestClients))
)

it.effect("says so if it stays away", () =>
  Effect.gen(function* () {
    yield* Simulator.fault({ match: { service: "transfer" }, effect: { type: "error", status: 503 } })
    assert.strictEqual(yield* TestTime.passing(nameOf(tutorial)), "Globus is not available, try later.")
  }).pipe(Effect.provide(TestClients))
)

it.effect("logs in again when its tokens were revoked", () =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    yield* nameOf(tutorial)
    yield* simulator.revokeTokens()
    assert.strictEqual(yield* nameOf(tutorial), "Globus Tutorial Collection 1")
    const { logins } = yield* simulator.activity
    assert.strictEqual(logins.length, 2)
  }).pipe(Effect.provide(TestClients))
)

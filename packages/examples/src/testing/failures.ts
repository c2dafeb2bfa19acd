import { UserApp } from "@effect-globus/sdk"
import { TransferClient, TransferData } from "@effect-globus/sdk/transfer"
import { Simulator, TestTime, World } from "@effect-globus/simulator"
import { assert, it } from "@effect/vitest"
import { Effect, Layer } from "effect"

const laptop = "0f6c2a4e-5f0b-4d0a-9c6e-3a1d2b7f8e90"
const backup = "5d1c8f3a-6a44-4a0e-8f5b-9d2e7c1b4a60"

/** The program under test: it backs a thesis up, and says what is in the way. */
export const backUp = Effect.gen(function* () {
  const transfer = yield* TransferClient
  const { task_id } = yield* transfer.submitTransfer(
    TransferData.make({
      source_endpoint: laptop,
      destination_endpoint: backup,
      fail_on_quota_errors: true,
      items: [{ source_path: "/thesis.tex", destination_path: "/thesis.tex" }]
    })
  )
  const { fatal_error, status } = yield* transfer.waitForTask(task_id)
  return status === "SUCCEEDED" ? "Backed up." : `Not backed up: ${String(fatal_error?.["code"])}`
})

const clientsWith = (world: { readonly files: World.Files; readonly quota?: number }) =>
  TransferClient.layer.pipe(
    Layer.provide(UserApp.layer({ appName: "test", clientId: World.nativeClientId })),
    Layer.provideMerge(
      Simulator.layerWith({
        world: {
          ...World.defaultWorld,
          // Globus tries for a day what it cannot do. A test need not.
          pace: { task_deadline_seconds: 60 },
          collections: [
            { id: laptop, display_name: "Laptop", files: world.files },
            { id: backup, display_name: "Backup", quota: world.quota ?? 1_000_000 }
          ]
        }
      })
    )
  )

it.effect("backs a thesis up, and its author gets a mail", () =>
  Effect.gen(function* () {
    assert.strictEqual(yield* TestTime.passing(backUp), "Backed up.")
    const simulator = yield* Simulator
    const [mail] = yield* simulator.notifications
    assert.strictEqual(mail?.event, "task_succeeded")
  }).pipe(Effect.provide(clientsWith({ files: { "thesis.tex": "It is well known that" } })))
)

it.effect("says that there is none", () =>
  Effect.gen(function* () {
    assert.strictEqual(yield* TestTime.passing(backUp), "Not backed up: EXPIRED")
  }).pipe(Effect.provide(clientsWith({ files: {} })))
)

it.effect("says that there is no room", () =>
  Effect.gen(function* () {
    assert.strictEqual(yield* TestTime.passing(backUp), "Not backed up: QUOTA_EXCEEDED")
  }).pipe(Effect.provide(clientsWith({ files: { "thesis.tex": 2000 }, quota: 1000 })))
)

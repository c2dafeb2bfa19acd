import { UserApp } from "@effect-globus/sdk"
import { TransferClient, TransferData } from "@effect-globus/sdk/transfer"
import { Simulator, TestTime, World } from "@effect-globus/simulator"
import { assert, it } from "@effect/vitest"
import { Effect, Layer } from "effect"

const instrument = "0f6c2a4e-5f0b-4d0a-9c6e-3a1d2b7f8e90"
const archive = "5d1c8f3a-6a44-4a0e-8f5b-9d2e7c1b4a60"

/** The program under test: it archives the runs of an instrument that are not in the archive yet. */
export const archiveRuns = Effect.gen(function* () {
  const transfer = yield* TransferClient
  const [made, archived] = yield* Effect.all([
    transfer.ls(instrument, { path: "/runs/" }),
    transfer.ls(archive, { path: "/instrument/" })
  ])
  const known = new Set(archived.DATA.map(({ name }) => name))
  const items = made.DATA.filter(({ name }) => !known.has(name)).map(({ name }) => ({
    source_path: `/runs/${name}`,
    destination_path: `/instrument/${name}`
  }))
  const { task_id } = yield* transfer.submitTransfer(
    TransferData.make({ source_endpoint: instrument, destination_endpoint: archive, items })
  )
  const { files_transferred, status } = yield* transfer.waitForTask(task_id)
  return { files_transferred, status }
})

/** Exactly what the program should find. Of a file of so many bytes, a number is enough. */
const world: World.Input = {
  ...World.defaultWorld,
  collections: [
    {
      id: instrument,
      display_name: "Instrument",
      files: { runs: { "run-1.h5": 52_428_800, "run-2.h5": 104_857_600 } }
    },
    { id: archive, display_name: "Archive", files: { instrument: { "run-1.h5": 52_428_800 } } }
  ]
}

const TestClients = TransferClient.layer.pipe(
  Layer.provide(UserApp.layer({ appName: "test", clientId: World.nativeClientId })),
  Layer.provide(Simulator.layerWith({ world }))
)

it.effect("archives what is not in the archive yet", () =>
  Effect.gen(function* () {
    // A transfer takes its time by the clock of the test, which need not be waited for.
    const outcome = yield* TestTime.passing(archiveRuns)
    assert.deepStrictEqual(outcome, { files_transferred: 1, status: "SUCCEEDED" })

    const transfer = yield* TransferClient
    const { DATA } = yield* transfer.ls(archive, { path: "/instrument/" })
    assert.deepStrictEqual(
      DATA.map(({ name }) => name),
      ["run-1.h5", "run-2.h5"]
    )
  }).pipe(Effect.provide(TestClients))
)

/**
 * A simulated Globus that holds a lot: 100 000 files, and 1 000 tasks that have copied every one of them to another
 * collection. Prints what the process has of memory, in MiB, as JSON.
 */
import { UserApp } from "@effect-globus/sdk/app"
import { TransferClient, TransferData } from "@effect-globus/sdk/transfer"
import { Simulator, World } from "@effect-globus/simulator"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

const [from = "", to = ""] = World.defaultWorld.collections.map(({ id }) => id)
const directories = 1_000
const filesEach = 100

const files: World.Files = Object.fromEntries(
  Array.from({ length: directories }, (_, directory) => [
    `directory-${directory}`,
    Object.fromEntries(Array.from({ length: filesEach }, (_, file) => [`file-${file}.dat`, 1_000 + file]))
  ])
)

const clients = TransferClient.layer.pipe(
  Layer.provide(UserApp.layer({ appName: "test", clientId: World.nativeClientId })),
  Layer.provideMerge(
    Simulator.layerWith({
      world: {
        ...World.defaultWorld,
        collections: World.defaultWorld.collections.map((collection) =>
          collection.id === from ? { ...collection, files } : collection
        )
      }
    })
  ),
  Layer.provideMerge(TestClock.layer())
)

const program = Effect.gen(function* () {
  const transfer = yield* TransferClient
  for (let directory = 0; directory < directories; directory++) {
    yield* transfer.submitTransfer(
      TransferData.make({
        source_endpoint: from,
        destination_endpoint: to,
        items: [
          {
            source_path: `/directory-${directory}/`,
            destination_path: `/directory-${directory}/`,
            recursive: true
          }
        ]
      })
    )
    // No more than a hundred tasks may be under way.
    if (directory % 50 === 49) yield* TestClock.adjust("1 hour")
  }
  const last = yield* transfer.ls(to, { path: `/directory-${directories - 1}/` })
  if (last.DATA.length !== filesEach) return yield* Effect.die("the last task has not done its work")
  setFlagsFromString("--expose-gc")
  ;(runInNewContext("gc") as () => void)()
  const { heapUsed, rss } = process.memoryUsage()
  console.log(JSON.stringify({ heap: heapUsed / 2 ** 20, resident: rss / 2 ** 20 }))
})

await Effect.runPromise(Effect.scoped(Effect.provide(program, clients)))

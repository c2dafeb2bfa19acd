/**
 * A user's test with a simulated Globus, as the first of its process and again: how soon it can begin, and how long a
 * login, a transfer and its completion take by a real clock. Prints milliseconds as JSON.
 */
const loading = performance.now()

const { Simulator, World } = await import("@effect-globus/simulator")
const { UserApp } = await import("@effect-globus/sdk/app")
const { TransferClient, TransferData } = await import("@effect-globus/sdk/transfer")
const { Effect, Fiber, Layer } = await import("effect")
const { TestClock } = await import("effect/testing")

const loaded = performance.now() - loading

const [from = "", to = ""] = World.defaultWorld.collections.map(({ id }) => id)

const clients = TransferClient.layer.pipe(
  Layer.provide(UserApp.layer({ appName: "test", clientId: World.nativeClientId })),
  Layer.provideMerge(Simulator.layer),
  Layer.provideMerge(TestClock.layer())
)

const transferAndWait = Effect.gen(function* () {
  const transfer = yield* TransferClient
  const { task_id } = yield* transfer.submitTransfer(
    TransferData.make({
      source_endpoint: from,
      destination_endpoint: to,
      items: [{ source_path: "/home/share/godata/", destination_path: "/~/godata/", recursive: true }]
    })
  )
  const waiting = yield* Effect.forkChild(transfer.waitForTask(task_id), { startImmediately: true })
  yield* TestClock.adjust("1 minute")
  const { status } = yield* Fiber.join(waiting)
  if (status !== "SUCCEEDED") return yield* Effect.die(`the task has ${status}`)
})

const test = Effect.scoped(
  Effect.gen(function* () {
    const begun = performance.now()
    const context = yield* Layer.build(Layer.fresh(clients))
    const started = performance.now()
    yield* Effect.provideContext(transferAndWait, context)
    return { start: started - begun, run: performance.now() - started }
  })
)

const first = await Effect.runPromise(test)
const others = []
for (let index = 0; index < 20; index++) others.push(await Effect.runPromise(test))
console.log(JSON.stringify({ loaded, first, others }))

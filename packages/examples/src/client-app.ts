import { NodeGlobus } from "@effect-globus/node"
import { ClientApp } from "@effect-globus/sdk"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { Console, Effect, Layer, Stream } from "effect"

export const program = Effect.gen(function* () {
  const transfer = yield* TransferClient
  yield* Stream.runForEach(transfer.listTasks({ limit: 10 }), (task) =>
    Console.log(`${task.label ?? task.task_id}: ${task.status}`)
  )
})

// GLOBUS_CLIENT_ID and GLOBUS_CLIENT_SECRET say which client it is.
export const Clients = TransferClient.layer.pipe(
  Layer.provideMerge(ClientApp.layerConfig({ appName: "my-client-app" })),
  Layer.provide(NodeGlobus.layer)
)

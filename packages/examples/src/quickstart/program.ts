import { UserApp } from "@effect-globus/sdk"
import { FlowsClient } from "@effect-globus/sdk/flows"
import { TransferClient, TransferData } from "@effect-globus/sdk/transfer"
import { Console, Effect, Layer, Stream } from "effect"
import { progressBar } from "./progressBar.ts"

// Two collections that Globus keeps for tutorials; everybody may read the first and write to the second.
const source = "6c54cade-bde5-45c1-bdea-f4bd71dba2cc"
const destination = "31ce9ba0-176d-45a5-add3-f37d233ba47d"

export const program = Effect.gen(function* () {
  const flows = yield* FlowsClient
  const transfer = yield* TransferClient

  const visible = yield* Stream.runCollect(flows.listFlows())
  yield* Console.log("Flows that you can see:")
  yield* Effect.forEach(visible, (flow) => Console.log(`  ${flow.title}`))

  const path = "/home/share/godata/"
  const listing = yield* transfer.ls(source, { path })
  yield* Console.log(`\nIn ${path}:`)
  yield* Effect.forEach(listing.DATA, (file) => Console.log(`  ${file.name}  ${file.size ?? 0} bytes`))

  const data = TransferData.make({
    source_endpoint: source,
    destination_endpoint: destination,
    label: "Quickstart",
    items: [{ source_path: path, destination_path: "/~/godata/", recursive: true }]
  })
  const { task_id } = yield* transfer.submitTransfer(data)
  yield* Console.log(`\nTransferring it to your home directory on the second collection (task ${task_id}):`)
  const task = yield* transfer
    .taskProgress(task_id, { pollingInterval: "1 second" })
    .pipe(progressBar(listing.DATA))
  yield* Console.log(`The transfer ${task.status === "SUCCEEDED" ? "succeeded" : `ended as ${task.status}`}.`)
})

export const Clients = Layer.mergeAll(TransferClient.layer, FlowsClient.layer).pipe(
  Layer.provideMerge(UserApp.layerConfig({ appName: "Quickstart" }))
)

/** What is type-checked and timed: a program that uses every client, as somebody who has installed the SDK writes it. */
import { Authorizer, Transport, UserApp } from "@effect-globus/sdk"
import { AuthClient } from "@effect-globus/sdk/auth"
import { CollectionClient } from "@effect-globus/sdk/collection"
import { ComputeClientV2, ComputeClientV3 } from "@effect-globus/sdk/compute"
import { FlowsClient, SpecificFlowClient } from "@effect-globus/sdk/flows"
import { GcsClient } from "@effect-globus/sdk/gcs"
import { GroupsClient } from "@effect-globus/sdk/groups"
import { SearchClient, SearchQuery } from "@effect-globus/sdk/search"
import { TimersClient, TransferTimer } from "@effect-globus/sdk/timers"
import { TransferClient, TransferData } from "@effect-globus/sdk/transfer"
import { Effect, Layer, Redacted, Stream } from "effect"

const id = "6c54cade-bde5-45c1-bdea-f4bd71dba2cc"

export const program = Effect.gen(function* () {
  const auth = yield* AuthClient
  const { sub } = yield* auth.userinfo()
  const projects = yield* auth.listProjects()

  const transfer = yield* TransferClient
  const { DATA } = yield* transfer.ls(id, { path: "/~/" })
  const data = TransferData.make({
    source_endpoint: id,
    destination_endpoint: id,
    items: DATA.map(({ name }) => ({ source_path: name, destination_path: name }))
  })
  const { task_id } = yield* transfer.submitTransfer(data)
  const task = yield* transfer.waitForTask(task_id)
  const endpoints = yield* Stream.runCollect(transfer.searchEndpoints({ filter_fulltext: "tutorial" }))

  const collection = yield* CollectionClient
  const content = yield* Stream.runCollect(collection.download("/~/data.csv"))

  const flows = yield* FlowsClient
  const titles = yield* flows.listFlows().pipe(
    Stream.map(({ title }) => title),
    Stream.runCollect
  )
  const flow = yield* SpecificFlowClient
  const run = yield* flow.runFlow({ body: { sub } })

  const groups = yield* GroupsClient
  const mine = yield* groups.listMyGroups()

  const timers = yield* TimersClient
  const timer = yield* timers.createTimer({
    timer: TransferTimer.make({ schedule: { type: "once" }, body: data })
  })

  const search = yield* SearchClient
  const found = yield* Stream.runCollect(search.postSearch(id, SearchQuery.make({ q: "tutorial" })))

  const computeV2 = yield* ComputeClientV2
  const version = yield* computeV2.getVersion()
  const computeV3 = yield* ComputeClientV3
  const allowlist = yield* computeV3.getEndpointAllowlist(id)

  const gcs = yield* GcsClient
  const { manager_version } = yield* gcs.getInfo()

  return {
    allowlist,
    content,
    endpoints,
    found,
    manager_version,
    mine,
    projects,
    run,
    task,
    timer,
    titles,
    version
  }
}).pipe(Effect.catchTag("ApiError", (error) => Effect.succeed(error.message)))

export const WithApp = Layer.mergeAll(
  AuthClient.layer,
  TransferClient.layer,
  FlowsClient.layer,
  GroupsClient.layer,
  TimersClient.layer,
  SearchClient.layer,
  ComputeClientV2.layer,
  ComputeClientV3.layer
).pipe(Layer.provideMerge(UserApp.layerConfig({ appName: "bench" })))

export const WithToken = TransferClient.layer.pipe(
  Layer.provide(Authorizer.layerAccessToken(Redacted.make("token"))),
  Layer.provide(Transport.layer)
)

/** Transfers between two collections, for tests that say what is in them. */
import { UserApp } from "@effect-globus/sdk/app"
import { TransferClient, TransferData } from "@effect-globus/sdk/transfer"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { Simulator, World } from "../src/index.ts"

export const here = "0f6c2a4e-5f0b-4d0a-9c6e-3a1d2b7f8e90"
export const there = "1e7d3b5f-6a1c-4e1b-8d7f-4b2e3c8a9f01"

type Place = Partial<World.Input["collections"][number]>

/** A million bytes a second, and nothing else takes time. */
export const pace = { task_start_seconds: 0, bytes_per_second: 1_000_000, seconds_per_file: 0 } as const

export const worldWith = (from: Place, to: Place = {}): World.Input => ({
  ...World.defaultWorld,
  pace,
  gcs_endpoints: [],
  collections: [
    { id: here, display_name: "Here", ...from },
    { id: there, display_name: "There", ...to }
  ]
})

export const clientsOf = (world: World.Input) =>
  TransferClient.layer.pipe(
    Layer.provideMerge(UserApp.layer({ appName: "transfers", clientId: World.nativeClientId })),
    Layer.provideMerge(Simulator.layerWith({ world }))
  )

/** A simulator with two collections, and clients of it. */
export const between = (from: Place, to: Place = {}) => Effect.provide(clientsOf(worldWith(from, to)))

type Items = NonNullable<TransferData.Options["items"]>

export const submit = Effect.fnUntraced(function* (
  items: Items,
  options: Omit<Partial<TransferData.Options>, "items"> = {}
) {
  const transfer = yield* TransferClient
  const document = TransferData.make({
    source_endpoint: here,
    destination_endpoint: there,
    items,
    ...options
  })
  return (yield* transfer.submitTransfer(document)).task_id
})

/** Submits a transfer, and lets it come to its end. */
export const finish = Effect.fnUntraced(function* (
  items: Items,
  options: Omit<Partial<TransferData.Options>, "items"> = {}
) {
  const id = yield* submit(items, options)
  yield* TestClock.adjust("2 minutes")
  return yield* (yield* TransferClient).getTask(id)
})

export const item = (source_path: string, destination_path: string, others: object = {}) => ({
  source_path,
  destination_path,
  ...others
})

/** The names of what is in a directory. */
export const names = (collection: string, path: string) =>
  Effect.flatMap(TransferClient, (transfer) =>
    Effect.map(transfer.ls(collection, { path }), ({ DATA }) => DATA.map(({ name }) => name))
  )

/** With which status and code something is refused. */
export const refusalOf = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), (error) =>
    "status" in error && "code" in error ? [error.status, error.code] : error._tag
  )

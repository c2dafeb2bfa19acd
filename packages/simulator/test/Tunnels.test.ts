import { UserApp } from "@effect-globus/sdk/app"
import { TransferClient, TunnelData } from "@effect-globus/sdk/transfer"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import { Simulator, World } from "../src/index.ts"
import { missingIn } from "./Recorded.ts"

const endpoint = "9a1f0c3e-52b7-4d68-8e0a-1c2d3e4f5a6b"
const near = "ab2e1d4f-63c8-4e79-9f1b-2d3e4f5a6b7c"
const far = "bc3f2e50-74d9-4f8a-a02c-3e4f5a6b7c8d"

const world: World.Input = {
  ...World.defaultWorld,
  gcs_endpoints: [
    {
      id: endpoint,
      display_name: "Streams",
      stream_gateways: [
        { id: near, display_name: "Near" },
        { id: far, display_name: "Far" }
      ]
    }
  ],
  collections: []
}

const inProcess = Effect.provide(
  TransferClient.layer.pipe(
    Layer.provideMerge(UserApp.layer({ appName: "tunnels", clientId: World.nativeClientId })),
    Layer.provideMerge(Simulator.layerWith({ world }))
  )
)

describe("stream access points", () => {
  it.effect("are the stream gateways of servers, found by text", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const all = yield* transfer.listStreamAccessPoints.page({ "page[limit]": 1 })
      expect(missingIn(all, "transfer.v2.list_stream_access_points.default")).toEqual([])
      const names = yield* Stream.runCollect(transfer.listStreamAccessPoints({ "page[limit]": 1 }))
      expect(names.map(({ attributes }) => attributes.display_name)).toEqual(["Near", "Far"])
      const found = transfer.listStreamAccessPoints({
        "filter[fulltext]": "far",
        "filter[endpoint_admin]": true
      })
      expect((yield* Stream.runCollect(found)).map(({ id }) => id)).toEqual([far])
      const one = yield* transfer.getStreamAccessPoint(near)
      expect(missingIn(one, "transfer.get_stream_access_point.default")).toEqual([])
      expect(yield* Effect.flip(transfer.getStreamAccessPoint(endpoint))).toMatchObject({ status: 404 })
    }).pipe(inProcess)
  )
})

describe("a tunnel", () => {
  it.effect("waits to be told where to listen, is active, and is stopped", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const made = yield* transfer.createTunnel(
        TunnelData.make({ initiator: near, listener: far, label: "T" })
      )
      expect(missingIn(made, "transfer.v2.create_tunnel.default")).toEqual([])
      const { id } = made.data
      const state = Effect.map(transfer.getTunnel(id), ({ data }) => data.attributes.state)
      yield* TestClock.adjust("1 hour")
      expect(yield* state).toBe("AWAITING_LISTENER")
      yield* transfer.updateTunnel(id, {
        data: { attributes: { listener_ip_address: "192.0.2.1", listener_port: 5000 } }
      })
      yield* TestClock.adjust("2 seconds")
      expect(yield* state).toBe("ACTIVE")
      yield* transfer.updateTunnel(id, { data: { attributes: { state: "STOPPING" } } })
      expect(yield* state).toBe("STOPPED")
      const events = yield* Stream.runCollect(transfer.listTunnelEvents(id))
      expect(events.map(({ attributes }) => attributes?.code)).toEqual([
        "STARTED",
        "TUNNEL_ACTIVE",
        "TUNNEL_STOPPED"
      ])
      const page = yield* transfer.listTunnelEvents.page(id)
      expect(missingIn(page, "transfer.get_tunnel_events.default")).toEqual([])
      const gone = yield* transfer.deleteTunnel(id)
      expect(missingIn(gone, "transfer.v2.delete_tunnel.default")).toEqual([])
      expect(yield* Effect.flip(transfer.getTunnel(id))).toMatchObject({ status: 404 })
    }).pipe(inProcess)
  )

  it.effect("ends when its time is over, and is opened once for each submission", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const { value } = yield* transfer.getSubmissionId()
      const data = TunnelData.make({
        initiator: near,
        listener: far,
        lifetime_mins: 10,
        submission_id: value
      })
      const first = yield* transfer.createTunnel(data)
      expect((yield* transfer.createTunnel(data)).data.id).toBe(first.data.id)
      const kept = yield* (yield* Simulator).snapshot
      yield* transfer.deleteTunnel(first.data.id)
      yield* (yield* Simulator).restore(kept)
      yield* TestClock.adjust("10 minutes")
      const listed = yield* Stream.runCollect(transfer.listTunnels())
      expect(listed.map(({ attributes }) => attributes.state)).toEqual(["STOPPED"])
      const nowhere = TunnelData.make({ initiator: near, listener: endpoint })
      expect(yield* Effect.flip(transfer.createTunnel(nowhere))).toMatchObject({ status: 404 })
    }).pipe(inProcess)
  )
})

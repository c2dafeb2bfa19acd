import { ClientApp, GlobusApp, UserApp } from "@effect-globus/sdk"
import { AuthClient } from "@effect-globus/sdk/auth"
import { FlowsClient, SpecificFlowClient } from "@effect-globus/sdk/flows"
import { TransferClient, TransferData } from "@effect-globus/sdk/transfer"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Redacted, Stream } from "effect"
import { TestClock } from "effect/testing"
import { Simulator, World } from "../src/index.ts"

const [tutorial1, tutorial2, cluster, archive] = World.defaultWorld.collections
const [, archiving] = World.defaultWorld.flows!

const userApp = UserApp.layer({ appName: "test", clientId: World.nativeClientId })

const clientApp = ClientApp.layer({
  appName: "test",
  clientId: World.confidentialClientId,
  clientSecret: Redacted.make(World.confidentialClientSecret)
})

const clients = Layer.mergeAll(
  TransferClient.layer,
  FlowsClient.layer,
  AuthClient.layer,
  SpecificFlowClient.layer(archiving!.id)
)

const asUser = Effect.provide(clients.pipe(Layer.provideMerge(userApp), Layer.provideMerge(Simulator.layer)))
const asClient = Effect.provide(
  clients.pipe(Layer.provideMerge(clientApp), Layer.provideMerge(Simulator.layer))
)

describe("a program of the SDK", () => {
  it.effect("logs in once for all its clients", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const transfer = yield* TransferClient
      const flows = yield* FlowsClient
      const auth = yield* AuthClient
      expect((yield* transfer.getEndpoint(tutorial1!.id)).display_name).toBe("Globus Tutorial Collection 1")
      expect((yield* auth.userinfo()).preferred_username).toBe("rosalind@example.org")
      expect(yield* Stream.runCollect(flows.listFlows())).toHaveLength(3)
      const activity = yield* simulator.activity
      expect(activity.codeExchanges).toBe(1)
      expect(activity.logins).toMatchObject([{ outcome: "allowed", username: "rosalind@example.org" }])
      expect(activity.calls).toMatchObject({ "transfer.getEndpoint": 1, "flows.listFlows": 1 })
    }).pipe(asUser)
  )

  it.effect("transfers a directory, and waits for it", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const { task_id } = yield* transfer.submitTransfer(
        TransferData.make({
          source_endpoint: tutorial1!.id,
          destination_endpoint: tutorial2!.id,
          items: [{ source_path: "/home/share/godata/", destination_path: "/~/godata/", recursive: true }]
        })
      )
      const waiting = yield* Effect.forkChild(transfer.waitForTask(task_id))
      yield* TestClock.adjust("1 minute")
      const task = yield* Fiber.join(waiting)
      expect(task).toMatchObject({ status: "SUCCEEDED", files: 7 })
      expect((yield* transfer.ls(tutorial2!.id, { path: "/~/godata/" })).DATA).toHaveLength(7)
    }).pipe(asUser)
  )

  it.effect("is asked for the consents that collections need, all in one login", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const transfer = yield* TransferClient
      yield* transfer.getEndpoint(cluster!.id)
      const { task_id } = yield* transfer.submitTransfer(
        TransferData.make({
          source_endpoint: cluster!.id,
          destination_endpoint: archive!.id,
          items: [{ source_path: "/~/lattice-qcd/run.sh", destination_path: "/~/run.sh" }]
        })
      )
      yield* TestClock.adjust("1 minute")
      expect((yield* transfer.getTask(task_id)).status).toBe("SUCCEEDED")
      expect((yield* simulator.activity).codeExchanges).toBe(2)
    }).pipe(asUser)
  )

  it.effect("starts a flow, and follows its run", () =>
    Effect.gen(function* () {
      const flow = yield* SpecificFlowClient
      const flows = yield* FlowsClient
      const run = yield* flow.runFlow({ body: { exposures: 3 } })
      yield* TestClock.adjust("1 minute")
      expect(yield* flows.getRun(run.run_id)).toMatchObject({ status: "SUCCEEDED" })
    }).pipe(asUser)
  )

  it.effect("logs in again when its tokens have expired or were revoked", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const transfer = yield* TransferClient
      const ask = transfer.getEndpoint(tutorial1!.id)
      yield* ask
      yield* simulator.revokeTokens()
      yield* ask
      expect((yield* simulator.activity).codeExchanges).toBe(2)
      yield* TestClock.adjust("3 days")
      yield* ask
      expect((yield* simulator.activity).codeExchanges).toBe(3)
    }).pipe(asUser)
  )

  it.effect("hears that the person said no", () =>
    Effect.gen(function* () {
      yield* (yield* Simulator).setPerson({ decision: "deny" })
      const error = yield* Effect.flip((yield* TransferClient).getEndpoint(tutorial1!.id))
      expect(error).toMatchObject({ _tag: "LoginFailed", reason: { _tag: "Denied", error: "access_denied" } })
    }).pipe(asUser)
  )

  it.effect("is used by whoever sits there", () =>
    Effect.gen(function* () {
      yield* (yield* Simulator).setPerson({ identity: "linus@lab.example.edu" })
      expect((yield* (yield* AuthClient).userinfo()).name).toBe("Linus Marchetti")
    }).pipe(asUser)
  )

  it.effect("has its parameters reach the login page", () =>
    Effect.gen(function* () {
      const app = yield* GlobusApp
      yield* app.login({ authParams: { session_required_mfa: true, session_message: "Please." } })
      const [login] = (yield* (yield* Simulator).activity).logins
      expect(login?.parameters).toMatchObject({ session_required_mfa: "True", session_message: "Please." })
    }).pipe(asUser)
  )

  it.effect("works for a client with its own credentials", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      expect((yield* transfer.getEndpoint(tutorial1!.id)).display_name).toBe("Globus Tutorial Collection 1")
      yield* TestClock.adjust("3 days")
      yield* transfer.getEndpoint(tutorial1!.id)
      expect((yield* (yield* Simulator).activity).clientCredentials).toBeGreaterThan(1)
    }).pipe(asClient)
  )

  it.effect("does not start in a world that is none", () =>
    Effect.gen(function* () {
      const world = { ...World.defaultWorld, identities: [{ id: "me" }] } as unknown as World.Input
      const error = yield* Effect.flip(Layer.build(Simulator.layerWith({ world })))
      expect(error).toMatchObject({
        _tag: "InvalidConfiguration",
        setting: expect.stringContaining("world.identities.0") as string
      })
    }).pipe(Effect.scoped)
  )
})

/** The programs of the README, run on a simulated Globus in process. */
import { GlobusApp, UserApp } from "@effect-globus/sdk"
import { FlowsClient } from "@effect-globus/sdk/flows"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { Simulator, TestTime, World } from "@effect-globus/simulator"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import { TestConsole } from "effect/testing"
import * as ClientAppExample from "../src/client-app.ts"
import { describe as describeEndpoint } from "../src/errors.ts"
import { switchUser, withSecondFactor } from "../src/login.ts"
import { simulatedClient } from "../src/quickstart/globus.ts"
import * as Quickstart from "../src/quickstart/program.ts"
import { added } from "../src/scopes.ts"
// oxlint-disable import/no-unassigned-import -- their tests are the examples
import "../src/testing/failures.ts"
import "../src/testing/listing.ts"
import "../src/testing/misfortune.ts"
import "../src/testing/ownWorld.ts"

const Clients = Layer.mergeAll(TransferClient.layer, FlowsClient.layer).pipe(
  Layer.provideMerge(UserApp.layer({ appName: "examples", clientId: World.nativeClientId })),
  Layer.provideMerge(Simulator.layer)
)

const printed = Effect.map(TestConsole.logLines, (lines) => lines.join("\n"))

describe("the quickstart", () => {
  it.effect("lists, transfers and tells of the progress", () =>
    Effect.gen(function* () {
      yield* TestTime.passing(Quickstart.program)
      const text = yield* printed
      assert.include(text, "Publish a dataset")
      assert.include(text, "exposure-001.fits")
      assert.include(text, "The transfer succeeded.")
      assert.strictEqual((yield* (yield* Simulator).activity).codeExchanges, 1)
    }).pipe(
      Effect.provide(
        Quickstart.Clients.pipe(Layer.provideMerge(Simulator.layer), Layer.provide(simulatedClient))
      )
    )
  )
})

describe("logging in by hand", () => {
  it.effect("asks for a second factor", () =>
    Effect.gen(function* () {
      yield* withSecondFactor
      assert.include(yield* printed, "You will be asked to log in.")
      const { codeExchanges } = yield* (yield* Simulator).activity
      assert.strictEqual(codeExchanges, 1)
    }).pipe(Effect.provide(Clients))
  )

  it.effect("lets another person log in after a logout", () =>
    Effect.gen(function* () {
      const app = yield* GlobusApp
      yield* app.login()
      const before = yield* app.identity
      yield* (yield* Simulator).setPerson({ identity: "linus@lab.example.edu" })
      yield* switchUser
      assert.notDeepEqual(yield* app.identity, before)
    }).pipe(Effect.provide(Clients))
  )
})

describe("scopes", () => {
  it.effect("are added to the defaults", () =>
    Effect.gen(function* () {
      yield* added
      const app = yield* GlobusApp
      const scopes = Array.from((yield* app.scopeRequirements).values())
        .flat()
        .map(String)
        .join(" ")
      for (const name of ["manage_flows", "view_flows", "run_status"]) assert.include(scopes, name)
    }).pipe(Effect.provide(Clients))
  )
})

describe("errors", () => {
  const run = (id: string) => describeEndpoint(id).pipe(Effect.andThen(printed), Effect.provide(Clients))

  it.effect("are told apart by what they mean", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* run("6c54cade-bde5-45c1-bdea-f4bd71dba2cc"), "Globus Tutorial Collection 1")
    })
  )

  it.effect("name what does not exist", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* run("00000000-0000-4000-8000-000000000000"), "There is no such collection.")
    })
  )

  it.effect("name the field that is wrong", () =>
    Effect.gen(function* () {
      assert.match(yield* run("not an id"), /^endpoint_id: .*UUID/)
    })
  )
})

describe("a service account", () => {
  it.effect("says what is missing when its client is not configured", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.provide(ClientAppExample.program, ClientAppExample.Clients))
      assert.strictEqual(error._tag, "InvalidConfiguration")
      assert.include(error.message, "GLOBUS_CLIENT_ID")
    }).pipe(Effect.provide(ConfigProvider.layer(ConfigProvider.fromUnknown({}))))
  )
})

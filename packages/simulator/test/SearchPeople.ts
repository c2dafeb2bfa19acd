/** People who search, for tests in which several take turns. */
import { UserApp } from "@effect-globus/sdk/app"
import { SearchScopes } from "@effect-globus/sdk/model"
import { SearchClient } from "@effect-globus/sdk/search"
import { Effect, Layer } from "effect"
import { Simulator, World } from "../src/index.ts"

/** A client of whoever it is, in the simulator at hand. */
export const clientOf = (identity: string) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    yield* simulator.setPerson({ identity })
    const app = UserApp.layer({ appName: identity, clientId: World.nativeClientId })
    const client = yield* Layer.build(
      SearchClient.layerWith({ scopes: SearchScopes.all }).pipe(Layer.provide(app), Layer.fresh)
    )
    const search = yield* Effect.provide(SearchClient, client)
    // Logs in now, before somebody else sits there.
    yield* search.listIndices()
    return search
  })

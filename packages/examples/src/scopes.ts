import { FlowsScopes, UserApp } from "@effect-globus/sdk"
import { FlowsClient } from "@effect-globus/sdk/flows"
import { Effect, Layer } from "effect"

const App = UserApp.layer({
  appName: "flow-author",
  clientId: "3f1d1c2a-0000-4000-8000-000000000001"
})

// Instead of the defaults: the app requires `manage_flows`, and neither `view_flows` nor `run_status`.
export const Replaced = FlowsClient.layerWith({ scopes: FlowsScopes.manage_flows }).pipe(
  Layer.provideMerge(App)
)

// Besides the defaults: the next login asks for `manage_flows` too.
export const added = Effect.gen(function* () {
  const flows = yield* FlowsClient
  yield* flows.addScopes(FlowsScopes.manage_flows)
})

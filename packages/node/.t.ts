import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { TokenStorage } from "@effect-globus/sdk/app"
import * as J from "./src/JsonTokenStorage.ts"
const account = { clientId: "3f1d1c2a-0000-4000-8000-000000000001" as any, appName: "x y", environment: "production", profile: "DEFAULT" }
const p = Effect.gen(function*(){
  const s = yield* TokenStorage
  console.log(s.location(account), yield* s.get(account))
  for (let i=0;i<3;i++) {
    const t=performance.now()
  yield* s.modify(account, (t) => Effect.succeed([1, { ...t, ["rs"+i]: { resource_server: "rs"+i as any, scope: "s", access_token: Redacted.make("secret"+i), expires_at_seconds: 5, identity_id: null } }]))
    console.log(performance.now()-t)
  }
  console.log(yield* s.get(account), yield* s.profiles(account))
})
Effect.runPromise(Effect.provide(p, J.layerWith({ directory: "/tmp/b/tok" }))).then(console.log, console.error)

import { GlobusApp } from "@effect-globus/sdk"
import { Console, Effect } from "effect"

export const withSecondFactor = Effect.gen(function* () {
  const app = yield* GlobusApp

  if (yield* app.loginRequired) yield* Console.log("You will be asked to log in.")

  yield* app.login({
    authParams: {
      session_message: "Please authenticate with MFA",
      session_required_mfa: true
    }
  })
})

export const switchUser = Effect.gen(function* () {
  const app = yield* GlobusApp
  const { unrevoked } = yield* app.logout({ sweep: true })
  yield* Effect.forEach(unrevoked, ({ error, resourceServer }) =>
    Console.warn(`${resourceServer}: ${error.message}`)
  )
  yield* app.login({ force: true })
})

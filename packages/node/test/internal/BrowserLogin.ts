/** A login in a browser, at the point where the browser comes back. */
import { LocalServerLogin } from "@effect-globus/node"
import { LoginFlow, type LoginRequest } from "@effect-globus/sdk/app"
import { assert } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { logIn, reveal, state, terminal } from "./Login.ts"
import { send } from "./Port.ts"

/** A login that has begun: the address that the browser was shown, and the port that it comes back to. */
export const begin = Effect.fnUntraced(function* (
  parts: Partial<LoginRequest> = {},
  options: LocalServerLogin.Options = {}
) {
  const opened = yield* Deferred.make<URL>()
  const { layer, screen } = terminal([])
  const flow = Layer.effect(
    LoginFlow,
    LocalServerLogin.make({
      openBrowser: (url) => Effect.asVoid(Deferred.succeed(opened, new URL(url))),
      ...options
    })
  ).pipe(Layer.provide(layer))
  const fiber = yield* Effect.forkChild(Effect.provide(logIn(parts), Layer.fresh(flow)))
  const url = yield* Effect.raceFirst(
    Deferred.await(opened),
    Effect.andThen(Fiber.join(fiber), Effect.die("it ended before a browser was opened"))
  )
  const redirectUri = url.searchParams.get("redirect_uri") ?? ""
  return { fiber, url, redirectUri, port: Number(new URL(redirectUri).port), screen }
})

/** Where Globus sends the browser after a login. */
export const back = (parameters: Record<string, string> = {}) =>
  `/?${new URLSearchParams({ code: "canary-code", state, ...parameters }).toString()}`

/** The login goes on after whatever has come before. */
export const complete = Effect.fnUntraced(function* (login: Effect.Success<ReturnType<typeof begin>>) {
  assert.isUndefined(login.fiber.pollUnsafe())
  const answer = yield* send(login.port, back())
  assert.strictEqual(answer.status, 200)
  const response = yield* Fiber.join(login.fiber)
  assert.strictEqual(reveal(response).code, "canary-code")
})

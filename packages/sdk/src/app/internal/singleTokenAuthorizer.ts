/** An authorizer of one token that renews itself, for programs without an app. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import { grantsOf, type TokenResponse } from "../../auth/TokenDocument.ts"
import { type GlobusError, ResponseError } from "../../model/GlobusError.ts"
import { MissingToken } from "../../model/UnmetRequirement.ts"
import { Authorizer, type Authorization, bearer, type Need } from "../../service/Authorizer.ts"
import { isSameSecret } from "./keptTokens.ts"
import * as SharedRuns from "./SharedRuns.ts"
import { leeway } from "./tokenValidation.ts"

interface Held {
  readonly response: TokenResponse
  readonly header: Authorization
  /** In milliseconds since 1970. */
  readonly expiresAt: number
}

export const make = Effect.fnUntraced(function* (options: {
  readonly appName: string | undefined
  /** In milliseconds since 1970. */
  readonly serverTime: Effect.Effect<number>
  readonly obtain: (previous: Option.Option<TokenResponse>) => Effect.Effect<TokenResponse, GlobusError>
  readonly onRenewal: ((response: TokenResponse) => Effect.Effect<void>) | undefined
}) {
  const held = yield* Ref.make(Option.none<Held>())
  const runs = yield* SharedRuns.make<GlobusError>()

  const renewed = Effect.fnUntraced(function* (previous: Option.Option<TokenResponse>) {
    const response = yield* options.obtain(previous)
    if (grantsOf(response).length > 1) {
      // Which of them belongs to a request would be a guess, and a wrong one hands a token to another service.
      return yield* new ResponseError({
        service: "auth",
        operation: "token",
        status: 200,
        path: "other_tokens",
        detail: "expected one token, because an authorizer without an app holds one"
      })
    }
    const now = yield* options.serverTime
    if (options.onRenewal !== undefined) yield* options.onRenewal(response)
    const next: Held = {
      // A refresh token that is not replaced stays good.
      response: {
        ...response,
        refresh_token: response.refresh_token ?? Option.getOrUndefined(previous)?.refresh_token ?? null
      },
      header: bearer(response.access_token),
      expiresAt: now + response.expires_in * 1000
    }
    yield* Ref.set(held, Option.some(next))
  })

  /** Renews what was found wanting, unless that has been done meanwhile. */
  const renew = (wanting: Option.Option<Held>) =>
    runs.run(
      "renew",
      Effect.flatMap(Ref.get(held), (current) =>
        current === wanting ? renewed(Option.map(current, ({ response }) => response)) : Effect.void
      ),
      { finishes: true }
    )

  const authorize = Effect.fnUntraced(function* ({ resourceServer }: Need) {
    const now = yield* options.serverTime
    const current = yield* Ref.get(held)
    if (!Option.exists(current, ({ expiresAt }) => expiresAt - now > leeway * 1000)) yield* renew(current)
    const usable = Option.filter(
      yield* Ref.get(held),
      ({ response }) => response.resource_server === resourceServer
    )
    return Option.isSome(usable)
      ? Option.some(usable.value.header)
      : yield* new MissingToken({ resourceServer })
  })

  const replace = Effect.fnUntraced(function* (refused: Option.Option<Authorization>) {
    const current = yield* Ref.get(held)
    const isRefused = Option.exists(current, ({ header }) =>
      Option.exists(refused, (refused) => isSameSecret(refused, header))
    )
    if (!isRefused) return "outdated" as const
    yield* renew(current)
    return true
  })

  return Authorizer.of({
    appName: Option.fromUndefinedOr(options.appName),
    require: () => Effect.void,
    authorize,
    recover: (refusal) => (refusal._tag === "Unauthorized" ? replace(refusal.refused) : Effect.succeed(false))
  })
})

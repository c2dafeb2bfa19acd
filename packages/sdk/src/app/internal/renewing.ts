/** An authorizer of one token that renews itself, for programs without an app. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import { grantsOf, type TokenResponse } from "../../auth/TokenDocument.ts"
import { type GlobusError, ResponseError } from "../../model/GlobusError.ts"
import { type Authorization, Authorizer, bearer } from "../../service/Authorizer.ts"
import * as SharedRuns from "./SharedRuns.ts"

export type OnRenewal = (response: TokenResponse) => Effect.Effect<void>

type RefreshToken = Redacted.Redacted<string>

interface Held {
  readonly header: Authorization
  /** The last refresh token that came, if any did: one that is not replaced stays good (RFC 6749 §6). */
  readonly refreshToken: Option.Option<RefreshToken>
  /** In milliseconds since 1970. */
  readonly expiresAt: number
}

const leewayMillis = 60_000

export const make = Effect.fnUntraced(function* (options: {
  readonly appName: string | undefined
  readonly obtain: (latest: Option.Option<RefreshToken>) => Effect.Effect<TokenResponse, GlobusError>
  readonly onRenewal: OnRenewal | undefined
}) {
  const held = yield* Ref.make(Option.none<Held>())
  const runs = yield* SharedRuns.make<GlobusError>()

  /** Gets another token in place of one that was found wanting, unless that has been done meanwhile. */
  const renew = Effect.fnUntraced(function* (wanting: Option.Option<Held>) {
    if (Option.getOrUndefined(yield* Ref.get(held)) !== Option.getOrUndefined(wanting)) return
    const latest = Option.flatMap(wanting, ({ refreshToken }) => refreshToken)
    const response = yield* options.obtain(latest)
    const servers = grantsOf(response).map((grant) => grant.resource_server)
    if (servers.length > 1) {
      return yield* new ResponseError({
        service: "auth",
        operation: "token",
        status: 200,
        path: "other_tokens",
        detail: `expected the token of one resource server, got those of ${servers.join(", ")}`
      })
    }
    const next: Held = {
      header: bearer(response.access_token),
      refreshToken: Option.orElse(Option.fromNullishOr(response.refresh_token), () => latest),
      expiresAt: (yield* Clock.currentTimeMillis) + response.expires_in * 1000
    }
    yield* Ref.set(held, Option.some(next))
    if (options.onRenewal !== undefined) yield* options.onRenewal(response)
  })

  const headerUnless = Effect.fnUntraced(function* (isUnusable: (current: Held, now: number) => boolean) {
    const now = yield* Clock.currentTimeMillis
    const current = yield* Ref.get(held)
    if (Option.isSome(current) && !isUnusable(current.value, now)) return Option.some(current.value.header)
    yield* runs.run("renew", renew(current), { finishes: true })
    return Option.map(yield* Ref.get(held), ({ header }) => header)
  })

  return Authorizer.of({
    appName: Option.fromUndefinedOr(options.appName),
    require: () => Effect.void,
    authorize: () => headerUnless((current, now) => current.expiresAt - now <= leewayMillis),
    recover: (refusal) =>
      refusal._tag === "Unauthorized"
        ? Effect.as(
            headerUnless((current) =>
              Option.contains(Option.map(refusal.refused, Redacted.value), Redacted.value(current.header))
            ),
            true
          )
        : Effect.succeed(false)
  })
})

/** An authorizer of one token that renews itself, for programs without an app. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as SynchronizedRef from "effect/SynchronizedRef"
import type { TokenResponse } from "../../auth/TokenDocument.ts"
import type { GlobusError } from "../../model/GlobusError.ts"
import { Authorizer, bearer } from "../../service/Authorizer.ts"

export type OnRenewal = (response: TokenResponse) => Effect.Effect<void>

interface Held {
  readonly response: TokenResponse
  readonly header: Redacted.Redacted<string>
  /** In milliseconds since 1970. */
  readonly expiresAt: number
}

const leewayMillis = 60_000

export const make = Effect.fnUntraced(function* (options: {
  readonly appName: string | undefined
  readonly obtain: (previous: Option.Option<TokenResponse>) => Effect.Effect<TokenResponse, GlobusError>
  readonly onRenewal: OnRenewal | undefined
}) {
  // Holding the reference while renewing makes callers wait for one renewal instead of starting their own.
  const held = yield* SynchronizedRef.make(Option.none<Held>())

  const renew = Effect.fnUntraced(function* (previous: Option.Option<Held>) {
    const response = yield* options.obtain(Option.map(previous, ({ response }) => response))
    const now = yield* Clock.currentTimeMillis
    if (options.onRenewal !== undefined) yield* options.onRenewal(response)
    const next: Held = {
      // A refresh token that is not replaced stays good.
      response: { ...Option.getOrUndefined(previous)?.response, ...response },
      header: bearer(response.access_token),
      expiresAt: now + response.expires_in * 1000
    }
    return next
  })

  const headerUnless = (isUnusable: (current: Held, now: number) => boolean) =>
    SynchronizedRef.modifyEffect(
      held,
      Effect.fnUntraced(function* (current) {
        const now = yield* Clock.currentTimeMillis
        if (Option.isSome(current) && !isUnusable(current.value, now))
          return [current.value.header, current] as const
        const next = yield* renew(current)
        return [next.header, Option.some(next)] as const
      })
    )

  return Authorizer.of({
    appName: Option.fromUndefinedOr(options.appName),
    require: () => Effect.void,
    authorize: () => Effect.asSome(headerUnless((current, now) => current.expiresAt - now <= leewayMillis)),
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

/**
 * An `Authorizer` for a program that holds one refresh token, without an app: it renews the access token when less than
 * a minute of it remains, and once after a service has refused it.
 *
 * ```ts
 * import { RefreshTokenAuthorizer } from "@effect-globus/sdk/app"
 * import { TransferClient } from "@effect-globus/sdk/transfer"
 * import { Layer, Redacted } from "effect"
 *
 * declare const refreshToken: Redacted.Redacted<string>
 *
 * const Transfer = TransferClient.layer.pipe(
 *   Layer.provide(
 *     RefreshTokenAuthorizer.layer({ clientId: "3f1d1c2a-0000-4000-8000-000000000001", refreshToken })
 *   )
 * )
 * ```
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as OAuth2Client from "../auth/OAuth2Client.ts"
import type { TokenResponse } from "../auth/TokenDocument.ts"
import { InvalidConfiguration } from "../model/InvalidConfiguration.ts"
import { Authorizer } from "../service/Authorizer.ts"
import type { Transport } from "../service/Transport.ts"
import * as SingleTokenAuthorizer from "./internal/singleTokenAuthorizer.ts"

/** Which client, and its refresh token. */
export interface Options extends OAuth2Client.Options {
  readonly refreshToken: Redacted.Redacted<string>
  /** Called with every new token response, so that a program can keep what changed. */
  readonly onRenewal?: ((response: TokenResponse) => Effect.Effect<void>) | undefined
}

/** An authorizer that renews access tokens with a refresh token. It serves one resource server: that of the token. */
export const make = Effect.fnUntraced(function* (options: Options) {
  const oauth = yield* OAuth2Client.make(options)
  if (Redacted.value(options.refreshToken) === "") {
    return yield* new InvalidConfiguration({ setting: "refreshToken", detail: "it is empty" })
  }
  return yield* SingleTokenAuthorizer.make({
    appName: options.appName,
    serverTime: oauth.serverTime,
    onRenewal: options.onRenewal,
    // Globus Auth may hand out another refresh token with each access token (RFC 6749 §6).
    obtain: (previous) =>
      oauth.refresh(
        Option.getOrElse(
          Option.flatMap(previous, (response) => Option.fromNullishOr(response.refresh_token)),
          () => options.refreshToken
        )
      )
  })
})

/** {@link make} as a layer. */
export const layer = (options: Options): Layer.Layer<Authorizer, InvalidConfiguration, Transport> =>
  Layer.effect(Authorizer, make(options))

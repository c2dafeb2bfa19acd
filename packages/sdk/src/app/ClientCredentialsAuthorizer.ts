/**
 * An `Authorizer` for a program that acts as a confidential client in one service, without an app and without keeping
 * tokens: it gets an access token when it needs one, and another when that runs out or is refused.
 *
 * ```ts
 * import { ClientCredentialsAuthorizer } from "@effect-globus/sdk/app"
 * import { TransferScopes } from "@effect-globus/sdk/model"
 * import { Redacted } from "effect"
 *
 * declare const clientSecret: Redacted.Redacted<string>
 *
 * const authorizer = ClientCredentialsAuthorizer.layer({
 *   clientId: "3f1d1c2a-0000-4000-8000-000000000001",
 *   clientSecret,
 *   scopes: TransferScopes.all
 * })
 * ```
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as OAuth2Client from "../auth/OAuth2Client.ts"
import type { TokenResponse } from "../auth/TokenDocument.ts"
import * as GlobusScope from "../model/GlobusScope.ts"
import { InvalidConfiguration } from "../model/InvalidConfiguration.ts"
import { Authorizer } from "../service/Authorizer.ts"
import type { Transport } from "../service/Transport.ts"
import * as SingleTokenAuthorizer from "./internal/singleTokenAuthorizer.ts"

/** Which client, and for what. */
export interface Options extends OAuth2Client.Options {
  readonly clientSecret: Redacted.Redacted<string>
  /** The scopes of one resource server. */
  readonly scopes: GlobusScope.ScopeInput
  /** Called with every new token response, so that a program can keep what changed. */
  readonly onRenewal?: ((response: TokenResponse) => Effect.Effect<void>) | undefined
}

/** An authorizer that gets access tokens with the client's id and secret. It serves one resource server. */
export const make = Effect.fnUntraced(function* (options: Options) {
  const oauth = yield* OAuth2Client.make(options)
  const scopes = yield* Effect.mapError(
    GlobusScope.fromInputEffect(options.scopes),
    (error) => new InvalidConfiguration({ setting: "scopes", detail: error.message })
  )
  if (scopes.length === 0) {
    return yield* new InvalidConfiguration({
      setting: "scopes",
      detail: "there are none. Name those of one resource server."
    })
  }
  return yield* SingleTokenAuthorizer.make({
    appName: options.appName,
    serverTime: oauth.serverTime,
    onRenewal: options.onRenewal,
    obtain: () => oauth.clientCredentials(GlobusScope.serialize(scopes))
  })
})

/** {@link make} as a layer. */
export const layer = (options: Options): Layer.Layer<Authorizer, InvalidConfiguration, Transport> =>
  Layer.effect(Authorizer, make(options))

/**
 * An app that acts for itself: a confidential client, such as a service account. It needs nobody to log in; tokens come
 * from Globus Auth as they are needed, with the client's id and secret.
 *
 * ```ts
 * import { NodeGlobus } from "@effect-globus/node"
 * import { ClientApp } from "@effect-globus/sdk/app"
 * import { FlowsClient } from "@effect-globus/sdk/flows"
 * import { Layer } from "effect"
 *
 * // GLOBUS_CLIENT_ID and GLOBUS_CLIENT_SECRET say which client it is.
 * const Flows = FlowsClient.layer.pipe(
 *   Layer.provideMerge(ClientApp.layerConfig({ appName: "my-client-app" })),
 *   Layer.provide(NodeGlobus.layer)
 * )
 * ```
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type { Scope } from "effect/Scope"
import * as OAuth2Client from "../auth/OAuth2Client.ts"
import type { GlobusError } from "../model/GlobusError.ts"
import * as GlobusScope from "../model/GlobusScope.ts"
import type { ClientId, Input } from "../model/Id.ts"
import { InvalidConfiguration } from "../model/InvalidConfiguration.ts"
import { ClientRejected, LoginFailed } from "../model/LoginFailed.ts"
import type { Authorizer } from "../service/Authorizer.ts"
import type { Transport } from "../service/Transport.ts"
import * as GlobusApp from "./GlobusApp.ts"
import { clientFromConfig } from "./internal/clientFromConfig.ts"
import type { TokenStorage } from "./TokenStorage.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What can be set, besides what all apps have in common. */
export interface Options extends GlobusApp.Options {
  /** The client's id, from https://app.globus.org/settings/developers. */
  readonly clientId: Input<ClientId>
  /** The client's secret. */
  readonly clientSecret: Redacted.Redacted<string>
}

/** What an app needs from its surroundings. */
export type Requirements = TokenStorage | Transport

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const clientRejected = (error: GlobusError): GlobusError =>
  error._tag === "ApiError" &&
  (error.code === "invalid_client" || error.code === "unauthorized_client" || error.status === 401)
    ? new LoginFailed({
        reason: new ClientRejected({
          error: error.code ?? "invalid_client",
          ...(error.detail === undefined ? {} : { description: error.detail })
        })
      })
    : error

/** The app and its authorizer. */
export const make: (
  options: Options
) => Effect.Effect<
  Context.Context<GlobusApp.GlobusApp | Authorizer>,
  InvalidConfiguration,
  Requirements | Scope
> = Effect.fnUntraced(function* (options: Options) {
  const oauth = yield* OAuth2Client.make({
    clientId: options.clientId,
    clientSecret: options.clientSecret,
    appName: options.appName ?? GlobusApp.defaultAppName
  })
  const grant = (scope: string) => Effect.mapError(oauth.clientCredentials(scope), clientRejected)
  return yield* GlobusApp.make(
    {
      oauth,
      obtain: (scopes) =>
        Effect.map(grant(GlobusScope.serialize(scopes)), (response) => ({
          response,
          identity: Effect.succeedNone
        })),
      replacement: (_, scope) => Option.some(grant(scope)),
      requiresRefreshTokens: false,
      // Nobody sits before a client: of all that a service may demand, only scopes can be had.
      canMend: (requirement) =>
        requirement._tag !== "AuthorizationRequired" || requirement.parameters.required_scopes !== undefined
    },
    options
  )
})

// -----------------------------------------------------------------------------
// layers
// -----------------------------------------------------------------------------

/**
 * An app that acts for itself: `GlobusApp` for the program, and `Authorizer` for its clients.
 *
 * Fails with `InvalidConfiguration` if an option cannot be right.
 */
export const layer = (
  options: Options
): Layer.Layer<GlobusApp.GlobusApp | Authorizer, InvalidConfiguration, Requirements> =>
  Layer.effectContext(make(options))

/** {@link layer}, with the client from the environment: `GLOBUS_CLIENT_ID` and `GLOBUS_CLIENT_SECRET`. */
export const layerConfig = (
  options: Omit<Options, "clientId" | "clientSecret">
): Layer.Layer<GlobusApp.GlobusApp | Authorizer, InvalidConfiguration, Requirements> =>
  Layer.unwrap(
    Effect.flatMap(clientFromConfig, ({ clientId, clientSecret }) =>
      clientSecret === undefined
        ? Effect.fail(
            new InvalidConfiguration({
              setting: "GLOBUS_CLIENT_SECRET",
              detail: "it is not set. A ClientApp acts for a confidential client and needs its secret."
            })
          )
        : Effect.succeed(layer({ ...options, clientId, clientSecret }))
    )
  )

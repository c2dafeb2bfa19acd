/**
 * Everything that a program on Node needs to reach Globus: HTTP connections, a file for tokens, and a way to log in.
 * Provide {@link layer} last, under the app; use {@link layerWith} for another login or another storage.
 *
 * ```ts
 * import { NodeGlobus } from "@effect-globus/node"
 * import { UserApp } from "@effect-globus/sdk/app"
 * import { TransferClient } from "@effect-globus/sdk/transfer"
 * import { Layer } from "effect"
 *
 * const Clients = TransferClient.layer.pipe(
 *   Layer.provideMerge(
 *     UserApp.layer({ appName: "my-app", clientId: "3f1d1c2a-0000-4000-8000-000000000001" })
 *   ),
 *   Layer.provide(NodeGlobus.layerWith({ login: "automatic" }))
 * )
 * ```
 */
import type { LoginFlow, TokenStorage } from "@effect-globus/sdk/app"
import type { InvalidConfiguration } from "@effect-globus/sdk/model"
import { Transport, type TransportOptions } from "@effect-globus/sdk/service"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as AutomaticLogin from "./AutomaticLogin.ts"
import * as CommandLineLogin from "./CommandLineLogin.ts"
import * as Configuration from "./internal/configuration.ts"
import * as Http from "./internal/http.ts"
import * as LocalServerLogin from "./LocalServerLogin.ts"
import * as NodeTokenStorage from "./NodeTokenStorage.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What can be set; everything has a default. */
export interface Options {
  /**
   * How people log in: on the `"command-line"` (default), in a browser on this machine (`"local-server"`), or whichever
   * of them works (`"automatic"`). Or a layer, for a flow with options or one of your own.
   */
  readonly login?: keyof typeof logins | Layer.Layer<LoginFlow, InvalidConfiguration> | undefined
  /**
   * Where tokens are kept: in the official SDK's `"json"` files or its `"sqlite"` databases, in files that are encrypted
   * with a key from the `"keyring"`, or in `"memory"`, where they are gone with the program. Default: as the environment
   * variable `GLOBUS_TOKEN_STORAGE` says, or `"json"`. Or a layer, for a storage with options or one of your own.
   */
  readonly storage?: NodeTokenStorage.Name | Layer.Layer<TokenStorage, InvalidConfiguration> | undefined
  /** How requests travel. What it leaves out is read from the environment variables. */
  readonly transport?: TransportOptions | undefined
}

const logins = {
  "command-line": CommandLineLogin.layer,
  "local-server": LocalServerLogin.layer,
  automatic: AutomaticLogin.layer
} as const

/** What a program on Node needs to reach Globus. */
export type Services = Transport | TokenStorage | LoginFlow

// -----------------------------------------------------------------------------
// layers
// -----------------------------------------------------------------------------

/**
 * HTTP connections that stay open between requests. `GLOBUS_SDK_VERIFY_SSL` may switch off the verification of
 * certificates (`false`), for trials against servers of one's own, or name a file of certificates to trust (PEM).
 */
export const layerHttpClient: Layer.Layer<HttpClient.HttpClient, InvalidConfiguration> = Http.layer

/** {@link layer}, with another login, another storage, or other ways to send requests. */
export const layerWith = (options: Options): Layer.Layer<Services, InvalidConfiguration> => {
  const { login = "command-line", storage = NodeTokenStorage.layerConfig, transport } = options
  return Layer.mergeAll(
    Configuration.orInvalid(Transport.layerConfig(transport)).pipe(Layer.provide(layerHttpClient)),
    typeof storage === "string" ? NodeTokenStorage.layerNamed(storage) : storage,
    typeof login === "string" ? logins[login] : login
  )
}

/**
 * HTTP connections, tokens in the official SDK's JSON files, and the login on the command line.
 *
 * Another place for tokens is read from the environment variable `GLOBUS_TOKEN_STORAGE` (`json`, `sqlite`, `keyring` or
 * `memory`). Where Globus is, and how long a request may take, is read from the environment variables `GLOBUS_SDK_ENVIRONMENT`,
 * `GLOBUS_SDK_SERVICE_URL_<SERVICE>`, `GLOBUS_SDK_HTTP_TIMEOUT` (seconds) and `GLOBUS_SDK_VERIFY_SSL`. Fails with
 * `InvalidConfiguration` if one of them cannot be right, naming it, its value, and what would be right; logs a warning if
 * one gives security up.
 */
export const layer: Layer.Layer<Services, InvalidConfiguration> = layerWith({})

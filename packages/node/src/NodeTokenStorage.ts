/**
 * The storages of tokens by their names, for programs that leave the choice to whoever runs them:
 *
 * - `json` (default): a file that the official Python SDK shares. See `JsonTokenStorage`.
 * - `sqlite`: a database that the official Python SDK shares, if it is told to. See `SqliteTokenStorage`.
 * - `keyring`: an encrypted file, whose key the operating system keeps. See `KeyringTokenStorage`.
 * - `memory`: nowhere; tokens are gone with the program.
 *
 * {@link layerConfig}, which `NodeGlobus.layer` uses, takes the name from the environment variable
 * `GLOBUS_TOKEN_STORAGE`.
 *
 * ```ts
 * import { NodeTokenStorage } from "@effect-globus/node"
 * import { UserApp } from "@effect-globus/sdk/app"
 * import { Layer } from "effect"
 *
 * const app = UserApp.layer({ appName: "my-app", clientId: "3f1d1c2a-0000-4000-8000-000000000001" }).pipe(
 *   Layer.provide(NodeTokenStorage.layerNamed("sqlite"))
 * )
 * ```
 */
import { TokenStorage } from "@effect-globus/sdk/app"
import { InvalidConfiguration } from "@effect-globus/sdk/model"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Configuration from "./internal/configuration.ts"
import * as JsonTokenStorage from "./JsonTokenStorage.ts"
import * as KeyringTokenStorage from "./KeyringTokenStorage.ts"
import * as SqliteTokenStorage from "./SqliteTokenStorage.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const layers = {
  json: JsonTokenStorage.layer,
  keyring: KeyringTokenStorage.layer,
  memory: TokenStorage.layerMemory,
  sqlite: SqliteTokenStorage.layer
} as const

/** The name of a storage. */
export type Name = keyof typeof layers

/** Whether a storage has this name. */
export const isName = (name: string): name is Name => Object.hasOwn(layers, name)

const variable = "GLOBUS_TOKEN_STORAGE"

// -----------------------------------------------------------------------------
// layers
// -----------------------------------------------------------------------------

const named = (name: string, setting: string): Layer.Layer<TokenStorage, InvalidConfiguration> =>
  isName(name)
    ? layers[name]
    : Layer.effectContext(
        Effect.fail(
          new InvalidConfiguration({
            setting,
            detail: `${JSON.stringify(name)} is no storage of tokens; ${Object.keys(layers).join(", ")} are`
          })
        )
      )

/** The storage of this name. Fails with `InvalidConfiguration`, which lists the names, if there is none. */
export const layerNamed = (name: Name | (string & {})): Layer.Layer<TokenStorage, InvalidConfiguration> =>
  named(name, "storage")

/**
 * The storage that the environment variable `GLOBUS_TOKEN_STORAGE` names; `json` if it is not set or empty. Fails with
 * `InvalidConfiguration`, which lists the names, if there is none of that name.
 */
export const layerConfig: Layer.Layer<TokenStorage, InvalidConfiguration> = Layer.unwrap(
  Effect.mapBoth(Config.option(Config.String(variable)), {
    onFailure: Configuration.fromConfigError,
    onSuccess: (name) =>
      named(
        Option.getOrElse(
          Option.filter(name, (value) => value !== ""),
          () => "json"
        ),
        variable
      )
  })
)

/**
 * Keeps tokens in a SQLite database, at the path and in the tables of the official Python SDK, so that a program of
 * either finds the other's login. Choose it where another program keeps its tokens so: for its other storage, the JSON
 * file, there is `JsonTokenStorage`.
 *
 * Databases are for their owner's eyes only. Programs that change the same tokens take turns, under a lock that is not
 * the database's: the official SDK, which does not know it, never waits for a refresh. Only the rows that change are
 * written. Tables, namespaces and fields of other writers are kept. A database that cannot be understood is set aside
 * under another name, which is told in a warning; one of a version to come is reported and left as it is.
 *
 * ```ts
 * import { SqliteTokenStorage } from "@effect-globus/node"
 * import { UserApp } from "@effect-globus/sdk/app"
 * import { Layer } from "effect"
 *
 * const app = UserApp.layer({ appName: "my-app", clientId: "3f1d1c2a-0000-4000-8000-000000000001" }).pipe(
 *   Layer.provide(SqliteTokenStorage.layer)
 * )
 * ```
 */
import { TokenStorage } from "@effect-globus/sdk/app"
import { InvalidConfiguration } from "@effect-globus/sdk/model"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { version } from "node:process"
import * as FileStorage from "./internal/fileStorage.ts"
import * as TokenDatabase from "./internal/tokenDatabase.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What can be set; everything has a default. */
export interface Options extends FileStorage.Options {}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** A storage in SQLite databases, on the `FileSystem` at hand. The databases themselves are always on this machine. */
export const make: (
  options?: Options
) => Effect.Effect<TokenStorage["Service"], InvalidConfiguration, FileSystem.FileSystem> = Effect.fnUntraced(
  function* (options: Options = {}) {
    const format = yield* TokenDatabase.make
    if (Option.isNone(format)) {
      return yield* new InvalidConfiguration({
        setting: "storage",
        detail: `Node ${version} has no SQLite. Use Node 22.19 or later, or keep tokens in JSON files`
      })
    }
    return yield* FileStorage.make(format.value, options)
  }
)

// -----------------------------------------------------------------------------
// layers
// -----------------------------------------------------------------------------

/**
 * Keeps tokens in SQLite databases.
 *
 * Fails with `InvalidConfiguration` if this Node has no SQLite, or if no folder is given and this machine knows no home
 * folder.
 */
export const layerWith = (options: Options): Layer.Layer<TokenStorage, InvalidConfiguration> =>
  Layer.effect(TokenStorage, make(options)).pipe(Layer.provide(NodeFileSystem.layer))

/** Keeps tokens in SQLite databases where the official SDK keeps them. */
export const layer: Layer.Layer<TokenStorage, InvalidConfiguration> = layerWith({})

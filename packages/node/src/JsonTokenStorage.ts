/**
 * Keeps tokens in a JSON file, at the path and in the format of the official Python SDK, so that a program of either
 * finds the other's login. It is the storage of `NodeGlobus.layer`; use it by itself to keep the files elsewhere.
 *
 * Files are written whole or not at all, for their owner's eyes only, and under a lock that programs share, so that
 * those that run at the same time lose nothing of each other's. Namespaces and fields of other writers are kept. A file
 * that cannot be understood is set aside under another name, which is told in a warning; one of a version to come is
 * reported and left as it is; and a link, which may lead elsewhere, is refused.
 *
 * ```ts
 * import { JsonTokenStorage } from "@effect-globus/node"
 * import { UserApp } from "@effect-globus/sdk/app"
 * import { Layer } from "effect"
 *
 * const app = UserApp.layer({ appName: "my-app", clientId: "3f1d1c2a-0000-4000-8000-000000000001" }).pipe(
 *   Layer.provide(JsonTokenStorage.layerWith({ directory: "/srv/my-app/tokens" }))
 * )
 * ```
 */
import { TokenStorage } from "@effect-globus/sdk/app"
import { type InvalidConfiguration, TokenStorageError } from "@effect-globus/sdk/model"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as FileStorage from "./internal/fileStorage.ts"
import * as TokenFile from "./internal/tokenFile.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What can be set; everything has a default. */
export interface Options extends FileStorage.Options {}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const format = (fs: FileSystem.FileSystem): FileStorage.Format<TokenFile.TokenFile> => ({
  extension: "json",
  companions: [],
  empty: TokenFile.empty,
  read: (path) => Effect.flatMap(fs.readFile(path), (bytes) => Effect.fromResult(TokenFile.parse(bytes))),
  contentsOf: (file, { profile }) => Effect.sync(() => TokenFile.contentsOf(file, profile)),
  profilesOf: TokenFile.profilesOf,
  write: Effect.fnUntraced(function* (place, file, { profile }, tokens) {
    const next = yield* Effect.mapError(
      Effect.fromResult(TokenFile.withTokens(file, profile, tokens)),
      (detail) => new TokenStorageError({ location: place.path, kind: "unwritable", detail })
    )
    yield* place.replace((draft) => fs.writeFileString(draft, TokenFile.serialize(next)))
  }),
  copy: (from, to) => Effect.flatMap(fs.readFile(from), (bytes) => fs.writeFile(to, bytes))
})

/** A storage in JSON files, on the `FileSystem` at hand. */
export const make: (
  options?: Options
) => Effect.Effect<TokenStorage["Service"], InvalidConfiguration, FileSystem.FileSystem> = Effect.fnUntraced(
  function* (options: Options = {}) {
    return yield* FileStorage.make(format(yield* FileSystem.FileSystem), options)
  }
)

// -----------------------------------------------------------------------------
// layers
// -----------------------------------------------------------------------------

/**
 * Keeps tokens in JSON files.
 *
 * Fails with `InvalidConfiguration` if no folder is given and this machine knows no home folder.
 */
export const layerWith = (options: Options): Layer.Layer<TokenStorage, InvalidConfiguration> =>
  Layer.effect(TokenStorage, make(options)).pipe(Layer.provide(NodeFileSystem.layer))

/** Keeps tokens in JSON files where the official SDK keeps them. */
export const layer: Layer.Layer<TokenStorage, InvalidConfiguration> = layerWith({})

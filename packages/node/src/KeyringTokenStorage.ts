/**
 * Keeps tokens in an encrypted file, with a key that the operating system's keyring keeps. Choose it where a copy of
 * the disk, a backup or a folder that several machines share must not be enough to get at tokens. It does not protect
 * from a program that runs as the same person. The official Python SDK cannot read it.
 *
 * Where there is no keyring, as on most servers, tokens are kept as `JsonTokenStorage` does, and a warning says so;
 * `fallback: "fail"` makes that an error. The file is beside those of the other storages, and is written, locked and
 * set aside as they are. A file whose key this machine does not have is reported and left as it is.
 *
 * ```ts
 * import { KeyringTokenStorage } from "@effect-globus/node"
 * import { UserApp } from "@effect-globus/sdk/app"
 * import { Layer } from "effect"
 *
 * const app = UserApp.layer({ appName: "my-app", clientId: "3f1d1c2a-0000-4000-8000-000000000001" }).pipe(
 *   Layer.provide(KeyringTokenStorage.layerWith({ fallback: "fail" }))
 * )
 * ```
 */
import { TokenStorage } from "@effect-globus/sdk/app"
import { InvalidConfiguration } from "@effect-globus/sdk/model"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Aead from "effect/crypto/Aead"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as EncryptedFile from "./internal/encryptedFile.ts"
import * as FileStorage from "./internal/fileStorage.ts"
import * as JsonTokenStorage from "./JsonTokenStorage.ts"
import * as Keyring from "./Keyring.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What can be set; everything has a default. */
export interface Options extends FileStorage.Options {
  /**
   * What to do where there is no keyring: keep tokens in JSON files that are not encrypted, with a warning (`"json"`,
   * the default), or `"fail"`.
   */
  readonly fallback?: "json" | "fail" | undefined
}

/** What can be set for a layer. */
export interface LayerOptions extends Options {
  /** The keyring to use. Default: that of the operating system. */
  readonly keyring?: Layer.Layer<Keyring.Keyring> | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** A storage in encrypted files, on the `FileSystem` and with the keyring at hand. */
export const make: (
  options?: Options
) => Effect.Effect<
  TokenStorage["Service"],
  InvalidConfiguration,
  FileSystem.FileSystem | Keyring.Keyring | Aead.Aead | SecureRandom.SecureRandom
> = Effect.fnUntraced(function* (options: Options = {}) {
  const { get } = yield* Keyring.Keyring
  const answer = yield* Effect.result(get("whether there is a keyring"))
  if (Result.isSuccess(answer)) return yield* FileStorage.make(yield* EncryptedFile.make, options)
  const { message } = answer.failure
  if (options.fallback === "fail") {
    return yield* new InvalidConfiguration({
      setting: "storage",
      detail: `${message}. Unlock or start it, or choose another storage: json or sqlite`
    })
  }
  yield* Effect.logWarning(
    `${message}. Tokens are kept in a JSON file instead, which only you may read, but which is not encrypted.`
  )
  return yield* JsonTokenStorage.make(options)
})

// -----------------------------------------------------------------------------
// layers
// -----------------------------------------------------------------------------

/**
 * Keeps tokens in encrypted files.
 *
 * Fails with `InvalidConfiguration` if there is no keyring and `fallback` is `"fail"`, or if no folder is given and this
 * machine knows no home folder.
 */
export const layerWith = ({
  keyring = Keyring.layer,
  ...options
}: LayerOptions): Layer.Layer<TokenStorage, InvalidConfiguration> =>
  Layer.effect(TokenStorage, make(options)).pipe(
    Layer.provide([
      keyring,
      NodeFileSystem.layer,
      Aead.layerWebCrypto.pipe(Layer.provideMerge(SecureRandom.layerWebCrypto))
    ])
  )

/** Keeps tokens in encrypted files beside those of the official SDK. */
export const layer: Layer.Layer<TokenStorage, InvalidConfiguration> = layerWith({})

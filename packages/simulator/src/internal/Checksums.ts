/** Checksums of files, as Transfer computes them to see whether what has arrived is what was sent. */
import * as Digest from "effect/crypto/Digest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as FileTree from "./FileTree.ts"
import { Store } from "./Store.ts"

/** The algorithms, by the names that Transfer has for them. */
const algorithms: Readonly<Record<string, Digest.Algorithm>> = {
  MD5: Digest.md5,
  SHA1: Digest.sha1,
  SHA256: Digest.sha256,
  SHA384: Digest.sha384,
  SHA512: Digest.sha512
}

/** The algorithm that is used where none is named. */
export const usual = "MD5"

/** The algorithm of a name such as `SHA256` or `sha-256`, as Transfer writes it. */
export const named = (name: string): string | undefined => {
  const written = name.toUpperCase().replace("-", "")
  return Object.hasOwn(algorithms, written) ? written : undefined
}

/** Of longer files, no checksum is computed: that would take longer than a test should. */
const longest = 32 * 1024 * 1024

/** The checksum of a file, in lower case; none if it is too long. */
export const of = Effect.fnUntraced(function* (file: FileTree.File, algorithm: string) {
  const known = algorithms[algorithm]
  if (known === undefined || file.size > longest) return null
  const { bytesOf } = yield* Store
  const digest = yield* Digest.Digest
  const chunks =
    file.origin === undefined ? FileTree.stream(file, 0, file.size) : bytesOf(file.origin, 0, file.size)
  const bytes = new Uint8Array(file.size)
  yield* Stream.runFold(
    chunks,
    () => 0,
    (at, chunk) => {
      // A file of this machine may have grown meanwhile.
      bytes.set(chunk.subarray(0, bytes.length - at), at)
      return Math.min(bytes.length, at + chunk.length)
    }
  )
  return yield* digest.digestHex(known, bytes)
})

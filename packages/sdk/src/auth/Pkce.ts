/**
 * Proof Key for Code Exchange (RFC 7636): only whoever began a login can finish it. Every login of this SDK uses it,
 * those of confidential clients too, always with S256.
 *
 * ```ts
 * import { Pkce } from "@effect-globus/sdk/auth"
 * import { Effect } from "effect"
 *
 * const challenge = Effect.map(Pkce.make, (pkce) => pkce.challenge)
 * ```
 */
import * as Digest from "effect/crypto/Digest"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Redacted from "effect/Redacted"

/** A verifier, which stays here until the code is exchanged, and its challenge, which goes into the URL. */
export interface Pkce {
  readonly verifier: Redacted.Redacted<string>
  readonly challenge: string
}

/** Unguessable text of 256 bits, as a `state` or a verifier has to be (RFC 6749 §10.10). */
export const randomText: Effect.Effect<string, never, SecureRandom.SecureRandom> = Effect.gen(function* () {
  const random = yield* SecureRandom.SecureRandom
  return Base64Url.encode(yield* random.randomBytes(32))
})

/** The pair of a given verifier of 43 to 128 unreserved characters (RFC 7636 §4.1, §4.2). */
export const fromVerifier = Effect.fnUntraced(function* (verifier: Redacted.Redacted<string>) {
  const digest = yield* Digest.Digest
  const hash = yield* digest.digest(Digest.sha256, new TextEncoder().encode(Redacted.value(verifier)))
  return { verifier, challenge: Base64Url.encode(hash) } satisfies Pkce
})

/** A pair with a random verifier. */
export const make: Effect.Effect<Pkce, never, SecureRandom.SecureRandom | Digest.Digest> = Effect.flatMap(
  randomText,
  (text) => fromVerifier(Redacted.make(text, { label: "PKCE verifier" }))
)

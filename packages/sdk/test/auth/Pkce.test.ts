/** Only whoever began a login can finish it. */
import { Pkce } from "@effect-globus/sdk/auth"
import { assert, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import { inspect } from "node:util"

const crypto = Layer.merge(SecureRandom.layerWebCrypto, Digest.layerWebCrypto)

it.effect("the challenge is that of RFC 7636, appendix B", () =>
  Effect.gen(function* () {
    const verifier = Redacted.make("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    const { challenge } = yield* Pkce.fromVerifier(verifier)
    assert.strictEqual(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
  }).pipe(Effect.provide(crypto))
)

it.effect("a verifier has 256 random bits in 43 unreserved characters (RFC 7636 §4.1)", () =>
  Effect.gen(function* () {
    const { challenge, verifier } = yield* Pkce.make
    assert.match(Redacted.value(verifier), /^[\w-]{43}$/)
    assert.match(challenge, /^[\w-]{43}$/)
    assert.deepStrictEqual((yield* Pkce.fromVerifier(verifier)).challenge, challenge)
  }).pipe(Effect.provide(crypto))
)

it.effect("no two are the same", () =>
  Effect.gen(function* () {
    const pairs = yield* Effect.all(Array.from({ length: 200 }, () => Pkce.make))
    const texts = yield* Effect.all(Array.from({ length: 200 }, () => Pkce.randomText))
    assert.strictEqual(
      new Set([...texts, ...pairs.map(({ verifier }) => Redacted.value(verifier))]).size,
      400
    )
    assert.strictEqual(new Set(pairs.map(({ challenge }) => challenge)).size, 200)
  }).pipe(Effect.provide(crypto))
)

it.effect("the verifier does not show", () =>
  Effect.gen(function* () {
    const pkce = yield* Pkce.make
    const secret = Redacted.value(pkce.verifier)
    assert.notInclude(inspect(pkce, { depth: 5, showHidden: true }) + JSON.stringify(pkce), secret)
  }).pipe(Effect.provide(crypto))
)

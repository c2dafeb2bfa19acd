/** Signing id tokens as Globus Auth does: RS512. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import { SignJWT } from "jose/jwt/sign"
import { importJWK } from "jose/key/import"
import { signingKey } from "./signingKey.ts"
import { Store } from "./Store.ts"

export const algorithm = "RS512"

export interface Service {
  /** Signs the claims of an id token. */
  readonly sign: (claims: Readonly<Record<string, unknown>>) => Effect.Effect<Redacted.Redacted<string>>
  /** The public key. */
  readonly publicKey: Effect.Effect<Readonly<Record<string, unknown>>>
}

export class Signer extends Context.Service<Signer, Service>()("@effect-globus/simulator/internal/Signer") {}

const keyId = "simulator"

const Key = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown))
const decodeKey = Schema.decodeEffect(Key)
const encodeKey = Schema.encodeEffect(Key)

const make = Effect.gen(function* () {
  const { state } = yield* Store
  const key = Effect.gen(function* () {
    const known = (yield* Ref.get(state)).signingKey
    if (Option.isSome(known)) return yield* Effect.orDie(decodeKey(Redacted.value(known.value)))
    const text = yield* Effect.orDie(encodeKey(signingKey))
    yield* Ref.update(state, (before) => ({
      ...before,
      signingKey: Option.some(Redacted.make(text, { label: "signing key" }))
    }))
    return signingKey
  })
  return Signer.of({
    sign: Effect.fnUntraced(function* (claims) {
      const jwk = yield* key
      const imported = yield* Effect.promise(() => importJWK(jwk, algorithm))
      const jwt = yield* Effect.promise(() =>
        new SignJWT({ ...claims })
          .setProtectedHeader({ alg: algorithm, kid: keyId, typ: "JWT" })
          .sign(imported)
      )
      return Redacted.make(jwt, { label: "id token" })
    }),
    publicKey: Effect.map(key, ({ e, kty, n }) => ({ alg: algorithm, e, kid: keyId, kty, n, use: "sig" }))
  })
})

export const layer: Layer.Layer<Signer, never, Store> = Layer.effect(Signer, make)

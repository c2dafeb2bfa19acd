/**
 * Reading id tokens, in which Globus Auth says who logged in. A token is only believed after its signature, algorithm,
 * issuer, audience and times have been checked (OpenID Connect Core §3.1.3.7).
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { createLocalJWKSet, errors, jwtVerify } from "jose"
import * as Document from "../model/Document.ts"
import { IdentityId, received } from "../model/Id.ts"
import { InvalidIdToken, LoginFailed } from "../model/LoginFailed.ts"
import type { JsonWebKeySet } from "./Document.ts"

/** How far clocks may be apart, in seconds. */
const leeway = 300

/** What an id token says. */
export const Claims = Document.make({
  sub: received(IdentityId),
  iss: Schema.String,
  aud: Schema.Union([Schema.String, Schema.Array(Schema.String)]),
  exp: Schema.Number,
  iat: Schema.optionalKey(Schema.Number),
  nonce: Schema.optionalKey(Schema.NullOr(Schema.String)),
  preferred_username: Schema.optionalKey(Schema.NullOr(Schema.String)),
  name: Schema.optionalKey(Schema.NullOr(Schema.String)),
  email: Schema.optionalKey(Schema.NullOr(Schema.String))
})
export type Claims = typeof Claims.Type

const decodeClaims = Schema.decodeUnknownEffect(Claims)

const refuse = (detail: string) => new LoginFailed({ reason: new InvalidIdToken({ detail }) })

/** Words for what is wrong that do not repeat any part of the token. */
const explain = (cause: unknown): string => {
  if (cause instanceof errors.JWTExpired) return "it has expired"
  if (cause instanceof errors.JWTClaimValidationFailed) return `its claim ${cause.claim} is not as expected`
  if (cause instanceof errors.JWSSignatureVerificationFailed) return "its signature is wrong"
  if (cause instanceof errors.JWKSNoMatchingKey) return "it is signed with an unknown key"
  if (cause instanceof errors.JOSEAlgNotAllowed) return "its algorithm is not allowed"
  return "it is malformed"
}

/** Checks an id token and gives its claims. */
export const verify = Effect.fnUntraced(function* (
  idToken: Redacted.Redacted<string>,
  expected: {
    readonly keys: JsonWebKeySet
    readonly algorithms: ReadonlyArray<string>
    readonly issuer: string
    readonly audience: string
    readonly nonce?: string | undefined
  }
) {
  // `none` and symmetric algorithms would let anybody sign who knows the client (RFC 8725 §3.1).
  const algorithms = expected.algorithms.filter((name) => /^(RS|PS|ES)\d{3}$|^EdDSA$/.test(name))
  const now = yield* DateTime.now
  const { payload } = yield* Effect.tryPromise({
    try: () =>
      jwtVerify(Redacted.value(idToken), createLocalJWKSet({ keys: [...expected.keys.keys] }), {
        algorithms,
        issuer: expected.issuer,
        audience: expected.audience,
        clockTolerance: leeway,
        currentDate: DateTime.toDateUtc(now),
        requiredClaims: ["sub", "exp"]
      }),
    catch: (cause) => refuse(explain(cause))
  })
  const claims = yield* Effect.mapError(decodeClaims(payload), () =>
    refuse("its claims are not as documented")
  )
  if (expected.nonce !== undefined && claims.nonce !== expected.nonce) {
    // OpenID Connect Core §3.1.3.7 (11).
    return yield* refuse("its nonce belongs to another login")
  }
  return claims
})

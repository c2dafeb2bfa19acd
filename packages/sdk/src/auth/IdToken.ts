/**
 * Reading id tokens, in which Globus Auth says who logged in. A token is only believed after its signature, algorithm,
 * issuer, audience and times have been checked (OpenID Connect Core §3.1.3.7). {@link OAuth2Client} does that with the
 * keys of Globus Auth; use this module for keys of your own.
 *
 * ```ts
 * import { IdToken, type JsonWebKeySet } from "@effect-globus/sdk/auth"
 * import { Effect, type Redacted } from "effect"
 *
 * declare const idToken: Redacted.Redacted<string>
 * declare const keys: JsonWebKeySet
 *
 * const whoLoggedIn = IdToken.verify(idToken, {
 *   keys,
 *   algorithms: ["RS512"],
 *   issuer: "https://auth.globus.org",
 *   audience: "3f1d1c2a-0000-4000-8000-000000000001"
 * }).pipe(Effect.map((claims) => claims.sub))
 * ```
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
// All of `jose` takes three times as long to load.
import type { JWTPayload, JWTVerifyOptions } from "jose"
import * as errors from "jose/errors"
import { createLocalJWKSet } from "jose/jwks/local"
import { jwtVerify } from "jose/jwt/verify"
import * as Document from "../model/Document.ts"
import { IdentityId } from "../model/Id.ts"
import { InvalidIdToken, LoginFailed } from "../model/LoginFailed.ts"
import type { JsonWebKeySet } from "./TokenDocument.ts"

/** How far clocks may be apart, in seconds. */
const leeway = 300

/** What an id token says (OpenID Connect Core §2). */
export const Claims = Document.make({
  /** Who logged in. */
  sub: IdentityId,
  iss: Schema.String,
  /** The clients that it is for. */
  aud: Schema.Union([Schema.String, Schema.Array(Schema.String)]),
  /** The one of them that it was issued to. */
  azp: Schema.optionalKey(Schema.NullOr(Schema.String)),
  /** When it expires, in seconds since 1970. */
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
const explain = (error: errors.JOSEError): string => {
  if (error instanceof errors.JWTExpired) return "it has expired"
  if (error instanceof errors.JWTClaimValidationFailed) return `its claim ${error.claim} is not as expected`
  if (error instanceof errors.JWSSignatureVerificationFailed) return "its signature is wrong"
  if (error instanceof errors.JWKSNoMatchingKey) return "it is signed with an unknown key"
  if (error instanceof errors.JOSEAlgNotAllowed) return "its algorithm is not allowed"
  return "it is malformed"
}

const isAnotherKeys = (error: errors.JOSEError): boolean =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed

/** What a token says, once its signature and the claims that `options` name have been checked. */
const payloadOf = (
  idToken: Redacted.Redacted<string>,
  { keys }: JsonWebKeySet,
  options: JWTVerifyOptions
): Effect.Effect<JWTPayload, errors.JOSEError> => {
  const signedWith = (candidates: JsonWebKeySet["keys"]) =>
    Effect.tryPromise({
      try: () => jwtVerify(Redacted.value(idToken), createLocalJWKSet({ keys: [...candidates] }), options),
      catch: (cause) => (cause instanceof errors.JOSEError ? cause : new errors.JWTInvalid())
    }).pipe(Effect.map(({ payload }) => payload))
  return Effect.catchIf(
    signedWith(keys),
    (error) => error instanceof errors.JWKSMultipleMatchingKeys,
    // Neither the token nor the keys need to have names (RFC 7517 §4.5), so it may be signed with any of them.
    () =>
      keys.reduce<ReturnType<typeof signedWith>>(
        (earlier, key) => Effect.catchIf(earlier, isAnotherKeys, () => signedWith([key])),
        Effect.fail(new errors.JWKSNoMatchingKey())
      )
  )
}

/**
 * Checks an id token and gives its claims.
 *
 * Fails with `LoginFailed`, whose reason says which check it did not pass, and nothing of what is in it.
 */
export const verify = Effect.fnUntraced(function* (
  idToken: Redacted.Redacted<string>,
  expected: {
    /** The keys of the issuer. */
    readonly keys: JsonWebKeySet
    /** The algorithms that the issuer uses. */
    readonly algorithms: ReadonlyArray<string>
    readonly issuer: string
    /** The id of the client that logged somebody in. */
    readonly audience: string
    /** The nonce of the login, if one was sent. */
    readonly nonce?: string | undefined
    /** The time as the issuer has it, in milliseconds since 1970. Default: that of this machine. */
    readonly now?: number | undefined
  }
) {
  const now = expected.now === undefined ? yield* DateTime.now : DateTime.makeUnsafe(expected.now)
  const options: JWTVerifyOptions = {
    // `none` and symmetric algorithms would let anybody sign who knows the client (RFC 8725 §3.1).
    algorithms: expected.algorithms.filter((name) => /^(RS|PS|ES)\d{3}$|^EdDSA$/.test(name)),
    issuer: expected.issuer,
    audience: expected.audience,
    clockTolerance: leeway,
    currentDate: DateTime.toDateUtc(now),
    requiredClaims: ["sub", "exp"]
  }
  const payload = yield* Effect.mapError(payloadOf(idToken, expected.keys, options), (error) =>
    refuse(explain(error))
  )
  const claims = yield* Effect.mapError(decodeClaims(payload), () =>
    refuse("its claims are not as documented")
  )
  const isForSeveral = typeof claims.aud !== "string" && claims.aud.length > 1
  const issuedTo = claims.azp ?? (isForSeveral ? undefined : expected.audience)
  if (issuedTo !== expected.audience) {
    // OpenID Connect Core §3.1.3.7 (4), (5): of several clients, it was issued to one.
    return yield* refuse("its claim azp is not as expected")
  }
  if (expected.nonce !== undefined && claims.nonce !== expected.nonce) {
    // OpenID Connect Core §3.1.3.7 (11).
    return yield* refuse("its nonce belongs to another login")
  }
  return claims
})

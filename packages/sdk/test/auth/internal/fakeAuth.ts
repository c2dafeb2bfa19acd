/** A Globus Auth whose keys, configuration and answers are the test's, with tokens that it signs, or somebody else. */
import { OAuth2Client } from "@effect-globus/sdk/auth"
import { ClientId, Environment, IdentityId } from "@effect-globus/sdk/model"
import { Transport } from "@effect-globus/sdk/service"
import { Effect, Layer, Redacted } from "effect"
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose"
import * as StubHttp from "../../service/internal/StubHttp.ts"

export const clientId = ClientId.make("3f1d1c2a-0000-4000-8000-000000000001")
export const alice = IdentityId.make("ae341a98-d274-11e5-b888-dbae3a8ba545")
export const issuer = "https://auth.globus.org"

/** Whoever signs tokens. */
export interface Signer {
  readonly algorithm: string
  readonly keyId: string | undefined
  readonly privateKey: CryptoKey
  readonly jwk: JWK
}

/** A new pair of keys. */
export const makeSigner = (keyId?: string, algorithm = "RS256"): Effect.Effect<Signer> =>
  Effect.promise(async () => {
    const { privateKey, publicKey } = await generateKeyPair(algorithm)
    const named = keyId === undefined ? {} : { kid: keyId }
    const jwk = { ...(await exportJWK(publicKey)), ...named, alg: algorithm, use: "sig" }
    return { algorithm, keyId, privateKey, jwk }
  })

/** What an id token says that was issued at the beginning of time, where the test's clock begins. */
export const claims = (changes: JWTPayload = {}): JWTPayload => ({
  iss: issuer,
  aud: clientId,
  sub: alice,
  iat: 0,
  exp: 3600,
  email: "canary@example.org",
  ...changes
})

/** A signed id token. */
export const sign = (signer: Signer, payload: JWTPayload = claims()) =>
  Effect.map(
    Effect.promise(() =>
      new SignJWT(payload)
        .setProtectedHeader({
          alg: signer.algorithm,
          ...(signer.keyId === undefined ? {} : { kid: signer.keyId })
        })
        .sign(signer.privateKey)
    ),
    (token) => Redacted.make(token)
  )

/** What a fake of Globus Auth says where a test has nothing else in mind. */
export interface Answers {
  readonly keys?: () => ReadonlyArray<JWK>
  readonly configuration?: () => StubHttp.Answer
  readonly keySet?: () => StubHttp.Answer
  /** Everything else: the token endpoint and its neighbours. */
  readonly others?: (sent: StubHttp.Sent) => StubHttp.Answer
}

export const configuration = {
  issuer,
  authorization_endpoint: `${issuer}/v2/oauth2/authorize`,
  token_endpoint: `${issuer}/v2/oauth2/token`,
  jwks_uri: `${issuer}/jwk.json`,
  id_token_signing_alg_values_supported: ["RS256"]
}

/** The fake, what it was sent, and how often a path was asked for. */
export const make = (answers: Answers) => {
  const { layer: http, sent } = StubHttp.make((sent) => {
    switch (sent.url.pathname) {
      case "/.well-known/openid-configuration":
        return answers.configuration?.() ?? StubHttp.json(configuration)
      case "/jwk.json":
        return answers.keySet?.() ?? StubHttp.json({ keys: answers.keys?.() ?? [] })
      default:
        return answers.others?.(sent) ?? StubHttp.json({ error: "not expected" }, { status: 418 })
    }
  })
  return {
    sent,
    http,
    count: (path: string) => sent.filter(({ url }) => url.pathname === path).length,
    layer: Layer.provide(
      Transport.layerWith({ environment: Environment.production, maxDelay: "1 millis" }),
      http
    )
  }
}

/** A token response, with parts replaced. */
export const tokenResponse = (changes: Readonly<Record<string, unknown>> = {}) => ({
  access_token: "canary-access",
  scope: "openid",
  resource_server: "auth.globus.org",
  expires_in: 172_800,
  token_type: "Bearer",
  ...changes
})

/** The form that a request carries. */
export const formOf = (sent: StubHttp.Sent | undefined): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(sent?.body ?? ""))

/** A native client of the fake, or a confidential one. */
export const native = OAuth2Client.make({ clientId, appName: "test" })
export const confidential = OAuth2Client.make({
  clientId,
  clientSecret: Redacted.make("canary-secret"),
  appName: "test"
})

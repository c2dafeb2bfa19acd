/**
 * An app that acts for a person. The person logs in once, in whatever way the `LoginFlow` at hand has, and again when
 * something is missing or has expired; everything in between comes from the `TokenStorage`.
 *
 * Its client is native unless it has a secret. On Node, `NodeGlobus.layer` provides everything it needs.
 *
 * ```ts
 * import { NodeGlobus } from "@effect-globus/node"
 * import { UserApp } from "@effect-globus/sdk/app"
 * import { TransferClient } from "@effect-globus/sdk/transfer"
 * import { Layer } from "effect"
 *
 * const Transfer = TransferClient.layer.pipe(
 *   Layer.provideMerge(
 *     UserApp.layer({ appName: "my-user-app", clientId: "3f1d1c2a-0000-4000-8000-000000000001" })
 *   ),
 *   Layer.provide(NodeGlobus.layer)
 * )
 * ```
 */
import type * as Context from "effect/Context"
import * as Digest from "effect/crypto/Digest"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type { Scope } from "effect/Scope"
import * as OAuth2Client from "../auth/OAuth2Client.ts"
import * as Pkce from "../auth/Pkce.ts"
import type { TokenResponse } from "../auth/TokenDocument.ts"
import type { AuthorizationParameters } from "../model/AuthorizationParameters.ts"
import type { GlobusError } from "../model/GlobusError.ts"
import * as GlobusScope from "../model/GlobusScope.ts"
import type { ClientId, Input } from "../model/Id.ts"
import { InvalidConfiguration } from "../model/InvalidConfiguration.ts"
import {
  ClientRejected,
  InvalidCode,
  IssuerMismatch,
  LoginFailed,
  StateMismatch
} from "../model/LoginFailed.ts"
import * as PlainText from "../model/PlainText.ts"
import { MissingIdentity } from "../model/UnmetRequirement.ts"
import type { Authorizer } from "../service/Authorizer.ts"
import type { Transport } from "../service/Transport.ts"
import * as GlobusApp from "./GlobusApp.ts"
import { clientFromConfig } from "./internal/clientFromConfig.ts"
import { LoginFlow } from "./LoginFlow.ts"
import type { TokenStorage } from "./TokenStorage.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What can be set, besides what all apps have in common. */
export interface Options extends GlobusApp.Options {
  /** The client's id, from https://app.globus.org/settings/developers. */
  readonly clientId: Input<ClientId>
  /** The client's secret, if it is a confidential client. It then needs a `redirectUri`. */
  readonly clientSecret?: Redacted.Redacted<string> | undefined
  /** Where Globus Auth sends people after they consented. Default: what the login flow chooses. */
  readonly redirectUri?: string | undefined
  /** Whether to ask for refresh tokens, with which logins last for months. Default: false. */
  readonly requestRefreshTokens?: boolean | undefined
}

/** What an app needs from its surroundings. */
export type Requirements = TokenStorage | LoginFlow | Transport

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** Whether two texts are equal, found out in a time that says nothing about where they differ. */
const equalInConstantTime = (a: string, b: string): boolean => {
  let difference = a.length ^ b.length
  for (let index = 0; index < a.length; index++)
    difference |= a.charCodeAt(index) ^ b.charCodeAt(index % (b.length || 1))
  return difference === 0
}

/** RFC 6749 §3.1.2. */
const isRedirectUri = (text: string): boolean => URL.canParse(text) && !text.includes("#")

/** What the token endpoint says about a code, as a reason for the login's failure. */
const exchangeFailed = (error: GlobusError): GlobusError => {
  if (error._tag !== "ApiError") return error
  const description = error.detail === undefined ? {} : { description: error.detail }
  switch (error.code) {
    case "invalid_grant":
      return new LoginFailed({ reason: new InvalidCode(description) })
    case "invalid_client":
    case "unauthorized_client":
      return new LoginFailed({ reason: new ClientRejected({ error: error.code, ...description }) })
    default:
      return error
  }
}

/** The app and its authorizer. */
export const make: (
  options: Options
) => Effect.Effect<
  Context.Context<GlobusApp.GlobusApp | Authorizer>,
  InvalidConfiguration,
  Requirements | SecureRandom.SecureRandom | Digest.Digest | Scope
> = Effect.fnUntraced(function* (options: Options) {
  const flow = yield* LoginFlow
  const crypto = yield* Effect.context<SecureRandom.SecureRandom | Digest.Digest>()
  const appName = options.appName ?? GlobusApp.defaultAppName
  const oauth = yield* OAuth2Client.make({
    clientId: options.clientId,
    clientSecret: options.clientSecret,
    appName
  })
  if (oauth.isConfidential && options.redirectUri === undefined) {
    return yield* new InvalidConfiguration({
      setting: "redirectUri",
      detail: "a confidential client has to name one of the redirect URIs that it is registered with"
    })
  }
  if (options.redirectUri !== undefined && !isRedirectUri(options.redirectUri)) {
    return yield* new InvalidConfiguration({
      setting: "redirectUri",
      detail: `it is no absolute URI without a fragment: ${JSON.stringify(options.redirectUri)}`
    })
  }

  /** RFC 9207 §2.4: an answer of another issuer must not be used, nor one without, where the issuer is always sent. */
  const checkIssuer = Effect.fnUntraced(function* (issuer: Option.Option<string>) {
    const { authorization_response_iss_parameter_supported: isAlwaysSent, issuer: expected } =
      yield* oauth.openIdConfiguration
    if (Option.isNone(issuer) ? isAlwaysSent === true : issuer.value !== expected) {
      return yield* new LoginFailed({
        reason: new IssuerMismatch({
          expected,
          received: Option.getOrElse(issuer, () => "an unnamed server")
        })
      })
    }
  })

  const identify = Effect.fnUntraced(function* (response: TokenResponse) {
    const idToken = response.id_token
    if (idToken === undefined || idToken === null) return yield* new MissingIdentity()
    return Option.some((yield* oauth.verifyIdToken(idToken)).sub)
  })

  const obtain: GlobusApp.Kind["obtain"] = Effect.fnUntraced(function* (
    scopes: ReadonlyArray<GlobusScope.GlobusScope>,
    parameters: AuthorizationParameters
  ) {
    const state = yield* Pkce.randomText
    const pkce = yield* Pkce.make
    const login = flow.run({
      appName,
      authorizeUrl: (redirectUri) =>
        oauth.authorizeUrl({
          redirectUri,
          scope: GlobusScope.serialize(scopes),
          state,
          codeChallenge: pkce.challenge,
          refreshTokens: options.requestRefreshTokens,
          prefillNamedGrant: oauth.isConfidential ? undefined : grantName(appName, flow.hostName),
          parameters
        }),
      codePageUri: oauth.codePageUri,
      redirectUri: Option.fromUndefinedOr(options.redirectUri),
      message: Option.map(Option.fromUndefinedOr(parameters.session_message), (message) =>
        PlainText.oneLine(message)
      )
    })
    const answer = yield* Effect.tapError(login, ({ reason }) =>
      reason._tag === "Denied" && reason.issuer !== undefined
        ? checkIssuer(Option.some(reason.issuer))
        : Effect.void
    )
    // RFC 6749 §10.12: an answer to another login must not be used.
    if (Option.isSome(answer.state) && !equalInConstantTime(answer.state.value, state)) {
      return yield* new LoginFailed({ reason: new StateMismatch() })
    }
    // A code alone, as a person copies it, says nothing about where it comes from.
    if (Option.isSome(answer.issuer) || Option.isSome(answer.state)) yield* checkIssuer(answer.issuer)
    const response = yield* Effect.mapError(
      oauth.exchangeCode({ code: answer.code, redirectUri: answer.redirectUri, codeVerifier: pkce.verifier }),
      exchangeFailed
    )
    return { response, identity: identify(response) }
  }, Effect.provideContext(crypto))

  return yield* GlobusApp.make(
    {
      oauth,
      obtain,
      replacement: ({ refresh_token }) =>
        Option.map(Option.fromNullishOr(refresh_token), (token) => oauth.refresh(token)),
      requiresRefreshTokens: options.requestRefreshTokens === true,
      canMend: () => true
    },
    options
  )
})

const grantName = (appName: string, hostName: string | undefined): string =>
  hostName === undefined ? appName : `${appName} on ${hostName}`

// -----------------------------------------------------------------------------
// layers
// -----------------------------------------------------------------------------

const layerCrypto = Layer.merge(SecureRandom.layerWebCrypto, Digest.layerWebCrypto)

/**
 * An app that acts for a person: `GlobusApp` for the program, and `Authorizer` for its clients.
 *
 * Fails with `InvalidConfiguration` if an option cannot be right.
 */
export const layer = (
  options: Options
): Layer.Layer<GlobusApp.GlobusApp | Authorizer, InvalidConfiguration, Requirements> =>
  Layer.effectContext(make(options)).pipe(Layer.provide(layerCrypto))

/**
 * {@link layer}, with the client from the environment: `GLOBUS_CLIENT_ID`, and `GLOBUS_CLIENT_SECRET` if it is a
 * confidential client.
 */
export const layerConfig = (
  options: Omit<Options, "clientId" | "clientSecret">
): Layer.Layer<GlobusApp.GlobusApp | Authorizer, InvalidConfiguration, Requirements> =>
  Layer.unwrap(Effect.map(clientFromConfig, (client) => layer({ ...options, ...client })))

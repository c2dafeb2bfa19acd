/**
 * The OAuth2 side of Globus Auth, as one client (an application or a service account) sees it: authorization URLs, all
 * grants, revocation and introspection. Apps use it for you; it is here for programs that keep tokens themselves, such
 * as a web server.
 *
 * A client with a secret is confidential and authenticates with Basic; one without is native and names itself.
 *
 * ```ts
 * import { OAuth2Client } from "@effect-globus/sdk/auth"
 * import { Effect, Redacted } from "effect"
 *
 * const tokens = Effect.gen(function*() {
 *   const client = yield* OAuth2Client.make({
 *     clientId: "3f1d1c2a-0000-4000-8000-000000000001",
 *     clientSecret: Redacted.make("secret")
 *   })
 *   return yield* client.clientCredentials("urn:globus:auth:scope:transfer.api.globus.org:all")
 * })
 * ```
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SynchronizedRef from "effect/SynchronizedRef"
import { ApiError, type GlobusError, ResponseError } from "../model/GlobusError.ts"
import { ClientId, type Input } from "../model/Id.ts"
import { InvalidConfiguration } from "../model/InvalidConfiguration.ts"
import type { LoginFailed } from "../model/LoginFailed.ts"
import { AuthScopes } from "../model/Scopes.ts"
import { Authorizer } from "../service/Authorizer.ts"
import * as ServerClock from "../service/ServerClock.ts"
import * as ServiceClient from "../service/ServiceClient.ts"
import { Transport } from "../service/Transport.ts"
import { AuthApi } from "./Api.ts"
import * as AuthorizeUrl from "./AuthorizeUrl.ts"
import type { Client, ClientCreate, ClientDocument } from "./ClientDocument.ts"
import * as IdToken from "./IdToken.ts"
import { createdClient, lacking } from "./internal/createdClient.ts"
import {
  type Introspection,
  JsonWebKeySet,
  type OpenIdConfiguration,
  type TokenGrant,
  type TokenResponse,
  type TokenValidation
} from "./TokenDocument.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** Which client of Globus Auth is speaking. */
export interface Options {
  /** The client's id, from https://app.globus.org/settings/developers. */
  readonly clientId: Input<ClientId>
  /** The client's secret, if it is a confidential client. */
  readonly clientSecret?: Redacted.Redacted<string> | undefined
  /** The name of the app, which requests tell Globus. */
  readonly appName?: string | undefined
}

/** The OAuth2 side of Globus Auth, for one client. */
export interface OAuth2Client {
  readonly clientId: ClientId
  /** Whether the client has a secret. */
  readonly isConfidential: boolean
  /** The page of Globus Auth that shows a code for copying. */
  readonly codePageUri: string
  /** The URL at which a person logs in and consents. */
  readonly authorizeUrl: (options: Omit<AuthorizeUrl.Options, "authUrl" | "clientId">) => string
  /** Exchanges the code that a login brought for tokens (RFC 6749 §4.1.3). It can be done once. */
  readonly exchangeCode: (options: {
    readonly code: Redacted.Redacted<string>
    readonly redirectUri: string
    readonly codeVerifier?: Redacted.Redacted<string> | undefined
  }) => Effect.Effect<TokenResponse, GlobusError>
  /** Gets a new access token for a refresh token (RFC 6749 §6). `extra` are further fields of the form. */
  readonly refresh: (
    refreshToken: Redacted.Redacted<string>,
    extra?: Fields
  ) => Effect.Effect<TokenResponse, GlobusError>
  /** Gets tokens for the client itself (RFC 6749 §4.4). Confidential clients only. */
  readonly clientCredentials: (scope: string) => Effect.Effect<TokenResponse, GlobusError>
  /** Gets tokens for the services behind this one, on behalf of whoever sent `token`. Confidential clients only. */
  readonly dependentTokens: (
    token: Redacted.Redacted<string>,
    options?: {
      /** Default: false. */
      readonly refreshTokens?: boolean | undefined
      readonly scope?: string | undefined
      readonly extra?: Fields | undefined
    }
  ) => Effect.Effect<ReadonlyArray<TokenGrant>, GlobusError>
  /** Makes a token, and the refresh token it came with, worthless (RFC 7009). */
  readonly revoke: (token: Redacted.Redacted<string>, extra?: Fields) => Effect.Effect<void, GlobusError>
  /** Asks what a token is worth (RFC 7662). Confidential clients only. */
  readonly introspect: (
    token: Redacted.Redacted<string>,
    options?: {
      /** Further facts, such as `identity_set,session_info`. */
      readonly include?: string | undefined
      readonly query?: { readonly [name: string]: string } | undefined
    }
  ) => Effect.Effect<Introspection, GlobusError>
  /** Asks whether a token, such as a refresh token that was stored, is still good for anything. */
  readonly validate: (
    token: Redacted.Redacted<string>,
    extra?: Fields
  ) => Effect.Effect<TokenValidation, GlobusError>
  /**
   * Registers a client of which this one is the parent, without anybody who logs in. Confidential clients only; for a
   * client of a project, see `AuthClient.createClient`.
   * Docs: https://docs.globus.org/api/auth/reference/#create_client
   */
  readonly createChildClient: (client: ClientCreate) => Effect.Effect<ClientDocument, GlobusError>
  /**
   * Registers this installation of a native application as a client with a secret of its own, so that its tokens are
   * worthless elsewhere: make an `OAuth2Client` or an app of what it gives, and keep it.
   * Docs: https://docs.globus.org/api/auth/reference/#create_client
   */
  readonly createNativeAppInstance: (options: {
    /** What people see of it, such as the name of the application and of the machine. */
    readonly name: string
    /** The native application. Default: this client. */
    readonly templateId?: Input<ClientId> | undefined
  }) => Effect.Effect<NativeAppInstance, GlobusError>
  /** What Globus Auth says about itself; fetched once. */
  readonly openIdConfiguration: Effect.Effect<OpenIdConfiguration, GlobusError>
  /** Checks an id token that was issued to this client, and gives its claims. */
  readonly verifyIdToken: (
    idToken: Redacted.Redacted<string>,
    options?: { readonly nonce?: string | undefined }
  ) => Effect.Effect<IdToken.Claims, GlobusError>
  /**
   * The time, in milliseconds since 1970, as Globus Auth has it by its last token response: right even where this
   * machine's clock is not. Tokens expire by it.
   */
  readonly serverTime: Effect.Effect<number>
}

/** An installation of a native application, with what makes a confidential client of it. */
export interface NativeAppInstance {
  readonly client: Client
  readonly clientId: ClientId
  readonly clientSecret: Redacted.Redacted<string>
}

/** Further fields of a form. */
export interface Fields {
  readonly [name: string]: unknown
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const decodeClientId = Schema.decodeUnknownEffect(ClientId)
const decodeKeys = Schema.decodeUnknownEffect(Schema.fromJsonString(JsonWebKeySet))

/** The OAuth2 side of Globus Auth, for this client. Fails if the client's id cannot be one. */
export const make: (options: Options) => Effect.Effect<OAuth2Client, InvalidConfiguration, Transport> =
  Effect.fnUntraced(function* (options: Options) {
    const transport = yield* Transport
    const clientId = yield* Effect.mapError(
      decodeClientId(options.clientId),
      () =>
        new InvalidConfiguration({
          setting: "clientId",
          // It is not repeated: who confuses the two has put the secret here.
          detail: "it is not a UUID. Copy the client's id from https://app.globus.org/settings/developers."
        })
    )
    const clock = yield* ServerClock.make
    const secret = options.clientSecret
    if (secret !== undefined && Redacted.value(secret) === "") {
      return yield* new InvalidConfiguration({ setting: "clientSecret", detail: "it is empty" })
    }
    const operations = yield* ServiceClient.make(AuthApi, {
      service: "auth",
      name: "OAuth2",
      need: () => ({ resourceServer: AuthScopes.resourceServer, anyOf: [] })
    }).pipe(
      Effect.provideService(Transport, { ...transport, execute: executeWith(transport, clock) }),
      Effect.provideService(Authorizer, {
        appName: Option.fromUndefinedOr(options.appName),
        require: () => Effect.void,
        authorize: () =>
          Effect.succeed(Option.map(Option.fromUndefinedOr(secret), (secret) => basic(clientId, secret))),
        recover: () => Effect.succeed(false)
      })
    )
    const authUrl = transport.environment.urls.auth
    // Native clients have nothing to authenticate with, so they say who they are (RFC 6749 §3.2.1).
    const named = secret === undefined ? { client_id: clientId } : {}

    const grant = (payload: Parameters<typeof operations.token>[0]) =>
      Effect.flatMap(repeatingNothing(operations.token(payload)), (response) =>
        "access_token" in response
          ? Effect.succeed(response)
          : Effect.fail(unexpected("token", "several tokens came at once"))
      )

    const openIdConfiguration = yield* once(operations.getOpenIdConfiguration())
    const keys = yield* SynchronizedRef.make(Option.none<JsonWebKeySet>())
    const fetchKeys = Effect.gen(function* () {
      const { jwks_uri } = yield* openIdConfiguration
      const request = HttpClientRequest.get(jwks_uri).pipe(
        HttpClientRequest.setHeaders(transport.headers(options.appName))
      )
      const info = {
        service: "auth",
        operation: "getJsonWebKeySet",
        host: new URL(authUrl).host,
        idempotent: true
      }
      const { text } = yield* transport.execute(info, transport.httpClient.execute(request))
      return yield* Effect.mapError(decodeKeys(text), () =>
        unexpected("getJsonWebKeySet", "the keys are not a JSON Web Key Set")
      )
    })
    /** The keys, from memory unless `fresh`: Globus Auth changes them now and then. */
    const currentKeys = (fresh: boolean) =>
      SynchronizedRef.modifyEffect(keys, (known) =>
        Option.isSome(known) && !fresh
          ? Effect.succeed([known.value, known])
          : Effect.map(fetchKeys, (fetched) => [fetched, Option.some(fetched)])
      )

    const verify = Effect.fnUntraced(function* (
      idToken: Redacted.Redacted<string>,
      fresh: boolean,
      nonce: string | undefined
    ): Effect.fn.Return<IdToken.Claims, GlobusError | LoginFailed> {
      const configuration = yield* openIdConfiguration
      return yield* IdToken.verify(idToken, {
        keys: yield* currentKeys(fresh),
        algorithms: configuration.id_token_signing_alg_values_supported,
        issuer: configuration.issuer,
        audience: clientId,
        nonce,
        now: yield* clock.now
      })
    })

    const client: OAuth2Client = {
      clientId,
      isConfidential: secret !== undefined,
      codePageUri: AuthorizeUrl.codePageUri(authUrl),
      authorizeUrl: (options) => AuthorizeUrl.make({ ...options, authUrl, clientId }),
      exchangeCode: Effect.fn("OAuth2.exchangeCode")((options) =>
        grant({
          grant_type: "authorization_code",
          code: options.code,
          redirect_uri: options.redirectUri,
          code_verifier: options.codeVerifier,
          ...named
        })
      ),
      refresh: Effect.fn("OAuth2.refresh")((refreshToken, extra) =>
        grant({ grant_type: "refresh_token", refresh_token: refreshToken, ...named, ...extra })
      ),
      clientCredentials: Effect.fn("OAuth2.clientCredentials")((scope) =>
        grant({ grant_type: "client_credentials", scope })
      ),
      dependentTokens: Effect.fn("OAuth2.dependentTokens")((token, options) =>
        Effect.map(
          repeatingNothing(
            operations.token({
              grant_type: "urn:globus:auth:grant_type:dependent_token",
              token,
              access_type: options?.refreshTokens === true ? "offline" : undefined,
              scope: options?.scope,
              ...options?.extra
            })
          ),
          (response) => ("access_token" in response ? [response] : response)
        )
      ),
      revoke: Effect.fn("OAuth2.revoke")((token, extra) =>
        Effect.asVoid(repeatingNothing(operations.revoke({ token, ...named, ...extra })))
      ),
      introspect: Effect.fn("OAuth2.introspect")((token, options) =>
        repeatingNothing(operations.introspect({ token, include: options?.include }, options?.query))
      ),
      validate: Effect.fn("OAuth2.validate")((token, extra) =>
        repeatingNothing(operations.validate({ token, ...named, ...extra }))
      ),
      createChildClient: Effect.fn("OAuth2.createChildClient")((client) =>
        Effect.flatMap(operations.createClient({ client }), createdClient)
      ),
      createNativeAppInstance: Effect.fn("OAuth2.createNativeAppInstance")(function* ({
        name,
        templateId = clientId
      }) {
        const created = yield* operations.createClient({ client: { name, template_id: templateId } })
        const { client, included } = yield* createdClient(created)
        const clientSecret = included?.client_credential?.secret
        return clientSecret
          ? { client, clientId: client.id, clientSecret }
          : yield* lacking("included.client_credential.secret")
      }),
      openIdConfiguration,
      verifyIdToken: Effect.fn("OAuth2.verifyIdToken")((idToken, options) =>
        Effect.catchIf(
          verify(idToken, false, options?.nonce),
          // The key may be newer than what is remembered; asking once more is cheap, and a forgery still fails.
          (error) => error._tag === "LoginFailed",
          () => verify(idToken, true, options?.nonce)
        )
      ),
      serverTime: clock.now
    }
    return client
  })

/** Requests to Globus Auth, from whose token responses the clock learns: they are made when they are asked for. */
const executeWith =
  (transport: Transport["Service"], clock: ServerClock.ServerClock): Transport["Service"]["execute"] =>
  (info, send) =>
    transport.execute(
      info,
      info.operation === "token"
        ? Effect.flatMap(Clock.currentTimeMillis, (sentAt) =>
            Effect.tap(send, ({ headers }) => clock.learn({ sentAt, date: headers["date"] }))
          )
        : send
    )

/** RFC 7617 §2. */
const basic = (clientId: string, secret: Redacted.Redacted<string>): Redacted.Redacted<string> =>
  Redacted.make(`Basic ${Base64.encode(`${clientId}:${Redacted.value(secret)}`)}`, { label: "Authorization" })

/**
 * What refuses a token or a code may repeat it, and what gives tokens may do so with any status. Of such an answer, an
 * error keeps what RFC 6749 §5.2 names, and nothing of the body as it was.
 */
const repeatingNothing = <A>(effect: Effect.Effect<A, GlobusError>): Effect.Effect<A, GlobusError> =>
  Effect.mapError(effect, (error) => {
    if (error._tag !== "ApiError") return error
    const { code, messages, operation, reason, requestId, service, status } = error
    const errors = error.errors.map((each) => ({ ...each, raw: null }))
    return new ApiError({
      service,
      operation,
      status,
      reason,
      ...(code === undefined ? {} : { code }),
      messages,
      errors,
      ...(requestId === undefined ? {} : { requestId }),
      body: null
    })
  })

const unexpected = (operation: string, detail: string) =>
  new ResponseError({ service: "auth", operation, status: 200, path: "", detail })

/** Runs until it has once succeeded, then remembers; a failure is not remembered. */
const once = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(SynchronizedRef.make(Option.none<A>()), (known) =>
    SynchronizedRef.modifyEffect(known, (value) =>
      Option.isSome(value)
        ? Effect.succeed([value.value, value] as const)
        : Effect.map(effect, (value) => [value, Option.some(value)] as const)
    )
  )

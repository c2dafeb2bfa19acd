/**
 * A Globus of a few lines, whose every answer a test can change: Auth's token, consent and key endpoints, and a
 * Transfer that accepts the tokens that were issued. It counts what it is asked.
 */
import { type Account, LoginFlow, TokenStorage, type Tokens } from "@effect-globus/sdk/app"
import { ClientId, Environment, IdentityId } from "@effect-globus/sdk/model"
import { Transport } from "@effect-globus/sdk/service"
import { Clock, Context, Effect, Layer, Option, Redacted, Ref } from "effect"
import { HttpClient, HttpClientError, type HttpClientRequest, HttpClientResponse } from "effect/http"
import { exportJWK, generateKeyPair, SignJWT } from "jose"

export const clientId = ClientId.make("3f1d1c2a-0000-4000-8000-000000000001")
export const alice = IdentityId.make("ae341a98-d274-11e5-b888-dbae3a8ba545")
export const bob = IdentityId.make("46bd0f56-e24f-11e5-a510-131bef46955c")

export const account: Account = { clientId, appName: "test", environment: "production", profile: "DEFAULT" }

/** What a test may change about the answers. */
export interface Behaviour {
  /** What happens before a request is answered: it may have to wait, or fail as it does without a network. */
  readonly before: (asked: Asked) => Effect.Effect<void, NetworkFailure>
  readonly identity: IdentityId
  readonly idToken: boolean
  /** Scopes, as they are granted of those that were asked for. */
  readonly grant: (scopes: ReadonlyArray<string>) => ReadonlyArray<string>
  readonly expiresIn: number
  /**
   * How far the clock of Globus is ahead of this machine's, in milliseconds; its answers tell the time by it, unless
   * it is not said.
   */
  readonly ahead: number | undefined
  /** Whether Transfer refuses tokens that have expired, by the clock of Globus. */
  readonly refusesExpired: boolean
  /** Overrides the token endpoint, for one kind of grant or for all. */
  readonly token: (form: URLSearchParams) => Response | undefined
  readonly consents: ReadonlyArray<{
    readonly scope_name: string
    readonly dependency_path: ReadonlyArray<number>
  }>
  /** Overrides Transfer. */
  readonly transfer: (request: HttpClientRequest.HttpClientRequest, url: URL) => Response | undefined
  readonly revoke: () => Response
}

/** A failure of the network, by the code that Node gives it. */
export interface NetworkFailure {
  readonly code: string
}

/** What was asked of Globus. */
export interface Asked {
  readonly method: string
  readonly url: URL
  readonly form: URLSearchParams
  readonly authorization: string | undefined
}

export class FakeGlobus extends Context.Service<
  FakeGlobus,
  {
    readonly set: (change: Partial<Behaviour>) => Effect.Effect<void>
    /** The authorization URLs that people were sent to. */
    readonly logins: Effect.Effect<ReadonlyArray<URL>>
    readonly asked: Effect.Effect<ReadonlyArray<Asked>>
    /** How often the token endpoint was asked for this kind of grant. */
    readonly grants: (grantType: string) => Effect.Effect<number>
    readonly stored: Effect.Effect<Tokens>
    readonly store: (tokens: Tokens) => Effect.Effect<void>
  }
>()("test/FakeGlobus") {}

export const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } })

const resourceServerOf = (scope: string): string =>
  /^urn:globus:auth:scope:([^:]+):/.exec(scope)?.[1] ??
  (scope.includes("eec9b274-0c81-4334-bdc2-54e90e689b9a") ? "flows.globus.org" : "auth.globus.org")

/** The names of the scopes at the root of a scope string. */
const roots = (scope: string): ReadonlyArray<string> => {
  let depth = 0
  let text = ""
  for (const character of scope) {
    if (character === "]") depth--
    else if (character === "[") depth++
    else if (depth === 0 && character !== "*") text += character
  }
  return [...new Set(text.split(" ").filter((name) => name !== ""))]
}

const keys = Effect.promise(async () => {
  const { privateKey, publicKey } = await generateKeyPair("RS256")
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: "key", alg: "RS256", use: "sig" } }
})

/** Keys are slow to make and no test changes them. */
const sharedKeys = Effect.runSync(Effect.cached(keys))

const make = Effect.gen(function* () {
  const behaviour = yield* Ref.make<Behaviour>({
    before: () => Effect.void,
    identity: alice,
    idToken: true,
    grant: (scopes) => scopes,
    expiresIn: 172_800,
    ahead: 0,
    refusesExpired: false,
    token: () => undefined,
    consents: [],
    transfer: () => undefined,
    revoke: () => json({ active: false })
  })
  const asked = yield* Ref.make<ReadonlyArray<Asked>>([])
  const logins = yield* Ref.make<ReadonlyArray<URL>>([])
  const issued = yield* Ref.make(0)
  /** When each access token expires, in milliseconds since 1970. */
  const expiries = new Map<string, number>()
  const globusTime = Effect.zipWith(
    Clock.currentTimeMillis,
    Ref.get(behaviour),
    (now, { ahead = 0 }) => now + ahead
  )
  const storage = yield* TokenStorage

  const tokenResponse = Effect.fnUntraced(function* (scopes: ReadonlyArray<string>, form: URLSearchParams) {
    const { expiresIn, grant, idToken, identity } = yield* Ref.get(behaviour)
    const byServer = new Map<string, Array<string>>()
    for (const scope of grant(scopes)) {
      const server = resourceServerOf(scope)
      byServer.set(server, [...(byServer.get(server) ?? []), scope])
    }
    const offline = (yield* Ref.get(logins)).at(-1)?.searchParams.get("access_type") === "offline"
    const tokens = yield* Effect.forEach(byServer, ([server, scopes]) =>
      Effect.map(
        Ref.updateAndGet(issued, (count) => count + 1),
        (count) => ({
          access_token: `canary-access-${server}-${count}`,
          ...(offline && form.get("grant_type") !== "client_credentials"
            ? { refresh_token: `canary-refresh-${server}-${count}` }
            : {}),
          scope: scopes.join(" "),
          resource_server: server,
          expires_in: expiresIn,
          token_type: "Bearer"
        })
      )
    )
    const [first, ...others] = tokens
    const time = yield* globusTime
    const now = Math.floor(time / 1000)
    for (const { access_token } of tokens) expiries.set(access_token, time + expiresIn * 1000)
    const { privateKey } = yield* sharedKeys
    const signed = yield* Effect.promise(() =>
      new SignJWT({})
        .setProtectedHeader({ alg: "RS256", kid: "key" })
        .setIssuer("https://auth.globus.org")
        .setAudience(clientId)
        .setSubject(identity)
        .setIssuedAt(now)
        .setNotBefore(now)
        .setExpirationTime(now + 3600)
        .sign(privateKey)
    )
    const withIdToken = idToken && form.get("grant_type") === "authorization_code"
    return json({ ...first, other_tokens: others, ...(withIdToken ? { id_token: signed } : {}) })
  })

  const onToken = Effect.fnUntraced(function* (form: URLSearchParams) {
    const override = (yield* Ref.get(behaviour)).token(form)
    if (override !== undefined) return override
    switch (form.get("grant_type")) {
      case "authorization_code": {
        const scope = (yield* Ref.get(logins)).at(-1)?.searchParams.get("scope") ?? ""
        return yield* tokenResponse(roots(scope), form)
      }
      case "refresh_token": {
        const server = /^canary-refresh-(.+)-\d+$/.exec(form.get("refresh_token") ?? "")?.[1] ?? ""
        const scope = (yield* Effect.orDie(storage.get(account)))[server]?.scope ?? ""
        return yield* tokenResponse(scope.split(" "), form)
      }
      default:
        return yield* tokenResponse(roots(form.get("scope") ?? ""), form)
    }
  })

  const httpClient = HttpClient.make((request, url) =>
    Effect.gen(function* () {
      const form = new URLSearchParams(
        request.body._tag === "Uint8Array" ? new TextDecoder().decode(request.body.body) : ""
      )
      const authorization = request.headers["authorization"]
      const each: Asked = { method: request.method, url, form, authorization }
      yield* Ref.update(asked, (all) => [...all, each])
      const current = yield* Ref.get(behaviour)
      // Requests take a moment, so that concurrent callers meet.
      yield* Effect.yieldNow
      yield* Effect.mapError(
        current.before(each),
        ({ code }) =>
          new HttpClientError.HttpClientError({
            reason: new HttpClientError.TransportError({
              request,
              cause: Object.assign(new Error(`failed with ${code}`), { code })
            })
          })
      )
      if (url.hostname === "transfer.api.globus.org") {
        const expiry = expiries.get(authorization?.replace("Bearer ", "") ?? "")
        if (current.refusesExpired && (expiry ?? 0) <= (yield* globusTime)) {
          return json({ code: "AuthenticationFailed", message: "expired" }, 401)
        }
        return (
          current.transfer(request, url) ??
          (authorization?.startsWith("Bearer canary-access-transfer.api.globus.org-") === true
            ? json({
                DATA_TYPE: "endpoint",
                id: url.pathname.split("/").at(-1),
                display_name: "A collection"
              })
            : json({ code: "AuthenticationFailed", message: "no token" }, 401))
        )
      }
      if (url.hostname === "flows.automate.globus.org") {
        return json({
          flows: [{ id: "8e2b1c50-0000-4000-8000-000000000001", title: "A flow" }],
          has_next_page: false
        })
      }
      switch (url.pathname) {
        case "/v2/oauth2/token":
          return yield* onToken(form)
        case "/v2/oauth2/token/revoke":
          return current.revoke()
        case "/.well-known/openid-configuration":
          return json({
            issuer: "https://auth.globus.org",
            authorization_endpoint: "https://auth.globus.org/v2/oauth2/authorize",
            token_endpoint: "https://auth.globus.org/v2/oauth2/token",
            jwks_uri: "https://auth.globus.org/jwk.json",
            id_token_signing_alg_values_supported: ["RS256"]
          })
        case "/jwk.json":
          return json({ keys: [(yield* sharedKeys).jwk] })
        default:
          return json({
            consents: current.consents.map((consent) => ({
              ...consent,
              id: consent.dependency_path.at(-1) ?? 0
            }))
          })
      }
    }).pipe(
      Effect.tap((response) =>
        Effect.zipWith(Ref.get(behaviour), globusTime, ({ ahead }, time) => {
          if (ahead !== undefined) response.headers.set("date", new Date(time).toUTCString())
        })
      ),
      Effect.map((response) => HttpClientResponse.fromWeb(request, response))
    )
  )

  const flow = LoginFlow.of({
    name: "test",
    hostName: "testbed",
    run: (request) =>
      Effect.gen(function* () {
        const redirectUri = Option.getOrElse(request.redirectUri, () => request.codePageUri)
        const url = new URL(request.authorizeUrl(redirectUri))
        yield* Ref.update(logins, (all) => [...all, url])
        yield* Effect.yieldNow
        return {
          code: Redacted.make("canary-code"),
          redirectUri,
          state: Option.fromNullishOr(url.searchParams.get("state")),
          issuer: Option.some("https://auth.globus.org")
        }
      })
  })

  const fake = FakeGlobus.of({
    set: (change) => Ref.update(behaviour, (current) => ({ ...current, ...change })),
    logins: Ref.get(logins),
    asked: Ref.get(asked),
    grants: (grantType) =>
      Effect.map(
        Ref.get(asked),
        (all) => all.filter(({ form }) => form.get("grant_type") === grantType).length
      ),
    stored: Effect.orDie(storage.get(account)),
    store: (tokens) =>
      Effect.orDie(storage.modify(account, () => Effect.succeed([undefined, tokens] as const)))
  })

  return Context.make(FakeGlobus, fake).pipe(
    Context.add(HttpClient.HttpClient, httpClient),
    Context.add(LoginFlow, flow)
  )
})

/** Everything an app needs, and the fake behind it. */
export const layer: Layer.Layer<FakeGlobus | Transport | TokenStorage | LoginFlow> = Transport.layerWith({
  environment: Environment.production
}).pipe(Layer.provideMerge(Layer.effectContext(make)), Layer.provideMerge(TokenStorage.layerMemory))

/**
 * A Globus to develop and test against: stateful, with logins and consents, tokens that expire, collections with files,
 * and tasks that progress as time passes. Put {@link Simulator.layer} where a platform's layer would stand, and the
 * program runs as it is, without network, account or waiting.
 *
 * ```ts
 * import { Simulator, World } from "@effect-globus/simulator"
 * import { UserApp } from "@effect-globus/sdk"
 * import { TransferClient } from "@effect-globus/sdk/transfer"
 * import { it } from "@effect/vitest"
 * import { Effect, Layer } from "effect"
 *
 * const Clients = TransferClient.layer.pipe(
 *   Layer.provide(UserApp.layer({ appName: "test", clientId: World.nativeClientId })),
 *   Layer.provideMerge(Simulator.layer)
 * )
 *
 * it.effect("logs in by itself, once", () =>
 *   Effect.gen(function* () {
 *     const simulator = yield* Simulator
 *     const transfer = yield* TransferClient
 *     yield* transfer.getEndpoint(World.defaultWorld.collections[0].id)
 *     const { codeExchanges } = yield* simulator.activity
 *   }).pipe(Effect.provide(Clients))
 * )
 * ```
 */
import { LoginFlow, TokenStorage } from "@effect-globus/sdk/app"
import { Environment, type InvalidConfiguration } from "@effect-globus/sdk/model"
import { Transport } from "@effect-globus/sdk/service"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as Backend from "./internal/Backend.ts"
import * as Consents from "./internal/Consents.ts"
import * as PersonLogin from "./internal/PersonLogin.ts"
import * as State from "./internal/State.ts"
import type { Activity, LoginAttempt, Person, Settings } from "./internal/Store.ts"
import * as Tokens from "./internal/Tokens.ts"
import * as World from "./World.ts"

export type { Activity, LoginAttempt, Person }

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** Which tokens or consents; what is not said does not matter. */
export interface Which {
  /** A user name or an id. */
  readonly identity?: string | undefined
  readonly client?: string | undefined
  readonly resourceServer?: string | undefined
  /** The name of a scope. */
  readonly scope?: string | undefined
}

/** A simulated Globus, seen from behind. */
export interface Service {
  /** Its address, ending in a slash. */
  readonly url: string
  /** The environment of Globus that programs have to use: production, but at this address. */
  readonly environment: Environment.Environment
  /** The environment variables that point any Globus client here. */
  readonly variables: Readonly<Record<string, string>>
  /** What has happened so far. */
  readonly activity: Effect.Effect<Activity>
  /** Who logs in where nobody is asked, and what they answer; what is not said stays as it is. */
  readonly setPerson: (person: Partial<Person>) => Effect.Effect<void>
  /** Lets access tokens expire now. */
  readonly expireTokens: (which?: Which) => Effect.Effect<void>
  /** Makes access and refresh tokens worthless. */
  readonly revokeTokens: (which?: Which) => Effect.Effect<void>
  /** Takes consents back, with those that depend on them, and the tokens that they allowed. */
  readonly revokeConsents: (which?: Which) => Effect.Effect<void>
}

/** What can be set; everything has a default. */
export interface Options {
  /** What there is when it starts. Default: `World.defaultWorld`. */
  readonly world?: World.Input | undefined
  /** Whether opening the authorization URL logs in and consents without asking. Default: false. */
  readonly autoApprove?: boolean | undefined
  /** How long access tokens are good. Default: 48 hours. */
  readonly tokenLifetime?: Duration.Input | undefined
  /** Whether refreshing brings a new refresh token and ends the old one. Default: false. */
  readonly rotateRefreshTokens?: boolean | undefined
}

/** A simulated Globus, seen from behind. */
export class Simulator extends Context.Service<Simulator, Service>()("@effect-globus/simulator/Simulator") {
  /** In process, with everything that an app needs: transport, a token storage in memory, a login that needs nobody. */
  static get layer(): Layer.Layer<Simulator | Transport | TokenStorage | LoginFlow> {
    return layer
  }

  /** Like `layer`, with options. Fails if the world is not one. */
  static readonly layerWith = (
    options: Options
  ): Layer.Layer<Simulator | Transport | TokenStorage | LoginFlow, InvalidConfiguration> => layerWith(options)

  /** In process, without what an app needs: an `HttpClient` whose requests never leave. */
  static readonly layerBackend = (
    options: Options = {}
  ): Layer.Layer<Simulator | HttpClient.HttpClient, InvalidConfiguration> =>
    Layer.effectContext(Effect.map(make(options), ({ context }) => context)).pipe(
      Layer.provide(SecureRandom.layerWebCrypto)
    )
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** The address of a simulator that has none: requests to it never leave the program. */
const nowhere = "http://globus.simulator/"

const settingsOf = (options: Options): Settings => ({
  autoApprove: options.autoApprove ?? false,
  tokenLifetime: Duration.toMillis(Duration.fromInputUnsafe(options.tokenLifetime ?? "48 hours")),
  rotateRefreshTokens: options.rotateRefreshTokens ?? false
})

const make = Effect.fnUntraced(function* (options: Options, url = nowhere) {
  const input = options.world ?? World.defaultWorld
  const world = yield* Effect.fromResult(World.make(input))
  const now = yield* Clock.currentTimeMillis
  const backend = yield* Backend.make({
    url,
    settings: settingsOf(options),
    state: State.fromWorld(world, State.seedOf(input), now)
  })
  const simulator = fromBackend(backend)
  return {
    backend,
    context: Context.make(Simulator, simulator).pipe(Context.add(HttpClient.HttpClient, backend.httpClient))
  }
})

const fromBackend = ({ store }: Backend.Backend): Service => {
  const environment = Backend.environmentAt(store.url)
  const idOf = (state: State.State, identity: string | undefined) =>
    identity === undefined
      ? undefined
      : ([...state.identities.values()].find(({ username }) => username === identity)?.id ?? identity)
  const change = (how: (state: State.State, now: number) => State.State) =>
    store.modify((state, now) => [undefined, how(state, now)])
  const ofTokens = (state: State.State, which: Which) => {
    const identity = idOf(state, which.identity)
    return (token: Tokens.AccessToken | Tokens.RefreshToken) =>
      (identity === undefined || token.identity === identity) &&
      (which.client === undefined || token.client === which.client) &&
      (which.resourceServer === undefined || token.resourceServer === which.resourceServer) &&
      (which.scope === undefined || token.scopes.includes(which.scope))
  }
  return {
    url: store.url,
    environment,
    variables: Object.fromEntries(
      Object.entries(Environment.serviceUrlVariables).map(([service, variable]) => [
        variable,
        environment.urls[service as Environment.Service]
      ])
    ),
    activity: Ref.get(store.activity),
    setPerson: (person) => Ref.update(store.person, (before) => ({ ...before, ...person })),
    expireTokens: (which = {}) =>
      change((state, now) => ({ ...state, tokens: Tokens.expireWhere(state.tokens, ofTokens(state, which), now) })),
    revokeTokens: (which = {}) =>
      change((state) => ({ ...state, tokens: Tokens.revokeWhere(state.tokens, ofTokens(state, which)) })),
    revokeConsents: (which = {}) =>
      change((state) => {
        const identity = idOf(state, which.identity)
        const isMeant = (consent: Consents.Consent) =>
          (identity === undefined || consent.identity === identity) &&
          (which.client === undefined || consent.client === which.client) &&
          (which.scope === undefined || consent.scope === which.scope)
        const roots = Consents.toList(state.consents).filter((consent) => isMeant(consent) && consent.path.length === 1)
        return {
          ...state,
          consents: Consents.revoke(state.consents, isMeant),
          tokens: Tokens.revokeWhere(state.tokens, (token) =>
            roots.some(
              ({ client, identity, scope }) =>
                token.client === client && token.identity === identity && token.scopes.includes(scope)
            )
          )
        }
      })
  }
}

// -----------------------------------------------------------------------------
// layers
// -----------------------------------------------------------------------------

const layerWith = (
  options: Options
): Layer.Layer<Simulator | Transport | TokenStorage | LoginFlow, InvalidConfiguration> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const { backend, context } = yield* make(options)
      return Context.add(context, LoginFlow, PersonLogin.make(backend.httpClient, backend.store))
    })
  ).pipe(
    Layer.provide(SecureRandom.layerWebCrypto),
    (simulated) => Layer.provideMerge(transport, simulated),
    Layer.merge(TokenStorage.layerMemory)
  )

const transport = Layer.unwrap(
  Effect.map(Simulator, ({ environment }) => Transport.layerWith({ environment }))
)

const layer: Layer.Layer<Simulator | Transport | TokenStorage | LoginFlow> = Layer.orDie(layerWith({}))

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
import { type Environment, InvalidConfiguration } from "@effect-globus/sdk/model"
import { Transport } from "@effect-globus/sdk/service"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Fault from "./Fault.ts"
import * as Backend from "./internal/Backend.ts"
import * as PersonLogin from "./internal/PersonLogin.ts"
import * as Revocations from "./internal/Revocations.ts"
import type { Which } from "./internal/Revocations.ts"
import * as Snapshots from "./internal/snapshots.ts"
import * as State from "./internal/State.ts"
import * as StateFile from "./internal/StateFile.ts"
import type { Activity, LoginAttempt, Person, Settings } from "./internal/Store.ts"
import type { Notification } from "./Notification.ts"
import type { SimulatorError } from "./SimulatorError.ts"
import type { Snapshot } from "./Snapshot.ts"
import * as World from "./World.ts"

export type { Activity, LoginAttempt, Person, Which }

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** A simulated Globus, seen from behind. */
export interface Service {
  /** Its address, ending in a slash. */
  readonly url: string
  /** The environment of Globus that programs have to use: production, but at this address. */
  readonly environment: Environment.Environment
  /** The environment variables that point any Globus client here. */
  readonly variables: Readonly<Record<string, string>>
  /** What there is now, files included. */
  readonly world: Effect.Effect<World.World>
  /** What has happened so far. */
  readonly activity: Effect.Effect<Activity>
  /** The mails that it would have sent by now, at most a thousand, the latest last. */
  readonly notifications: Effect.Effect<ReadonlyArray<Notification>>
  /** Who logs in where nobody is asked, and what they answer. */
  readonly person: Effect.Effect<Person>
  /** Lets somebody else log in, or answer otherwise; what is not said stays as it is. */
  readonly setPerson: (person: Partial<Person>) => Effect.Effect<void>
  /** Lets access tokens expire now. */
  readonly expireTokens: (which?: Which) => Effect.Effect<void>
  /** Makes access and refresh tokens worthless. */
  readonly revokeTokens: (which?: Which) => Effect.Effect<void>
  /** Takes consents back, with those that depend on them, and the tokens that they allowed. */
  readonly revokeConsents: (which?: Which) => Effect.Effect<void>
  /**
   * Lets something go wrong until the scope closes. Fails if the rule is not one.
   *
   * @example
   * ```ts
   * import { Simulator } from "@effect-globus/simulator"
   * import { Effect } from "effect"
   *
   * const slowListing = Effect.flatMap(Simulator, ({ fault }) =>
   *   fault({ match: { operation: "ls" }, effect: { type: "latency", seconds: 2 } })
   * )
   * ```
   */
  readonly fault: (rule: Fault.Rule) => Effect.Effect<Fault.Active, InvalidConfiguration, Scope.Scope>
  /**
   * All that it knows at this moment. What goes wrong from the start is in its `world` as far as it is left; what a test has
   * put up is not, because it belongs to the scope in which it was put up.
   */
  readonly snapshot: Effect.Effect<Snapshot>
  /** Makes it know again what it knew then, and nothing else. Faults that a test has put up last until their scope closes. */
  readonly restore: (snapshot: Snapshot) => Effect.Effect<void>
}

/** What can be set; everything has a default. */
export interface Options {
  /** What there is when it starts. Default: `World.defaultWorld`. */
  readonly world?: World.Input | undefined
  /** Whether opening the authorization URL logs in and consents without asking. Default: false. */
  readonly autoApprove?: boolean | undefined
  /** How long access tokens are good. Default: 48 hours. */
  readonly tokenLifetime?: Duration.Input | undefined
  /**
   * What refreshing brings besides an access token: the same refresh token again (`"keep"`, as Globus does), a new one
   * that takes its place (`"rotate"`), or none, so that the old one stays good (`"omit"`). Default: `"keep"`.
   */
  readonly refreshTokens?: "keep" | "rotate" | "omit" | undefined
  /** What goes wrong from the start, besides the world's own faults. Default: nothing. */
  readonly faults?: ReadonlyArray<Fault.Rule> | undefined
}

/** What can be set of a simulator with an address; everything has a default. */
export interface ServerOptions extends Options {
  /** Default: one that is free. */
  readonly port?: number | undefined
  /** The address to listen on. Default: `127.0.0.1`. */
  readonly host?: string | undefined
  /** Whether the host may be one that others can reach. Default: false. Everybody who does may act as anybody. */
  readonly allowRemote?: boolean | undefined
  /**
   * A file that keeps the state from one process to the next; anew if the world is another. What goes wrong is not in it:
   * each process is told so anew. Default: none.
   */
  readonly stateFile?: string | undefined
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
  ): Layer.Layer<Simulator | HttpClient.HttpClient, InvalidConfiguration> => layerBackend(options)

  /**
   * A login that needs nobody, for apps whose requests go to the simulator at hand: it goes through the pages as the
   * simulator's `person`. `layer` has it already; with `layerServer` it serves programs that run unattended.
   */
  static get layerLogin(): Layer.Layer<LoginFlow, never, Simulator | HttpClient.HttpClient> {
    return layerLogin
  }

  /** {@link Service.fault} of the simulator at hand. */
  static readonly fault = (
    rule: Fault.Rule
  ): Effect.Effect<Fault.Active, InvalidConfiguration, Simulator | Scope.Scope> =>
    Effect.flatMap(Simulator, ({ fault }) => fault(rule))

  /**
   * On a port of this machine's loopback interface, for programs in other processes and in other languages. Fails if
   * the world is not one, if the port is taken, or if the state file cannot be used.
   */
  static readonly layerServer = (
    options: ServerOptions = {}
  ): Layer.Layer<Simulator, InvalidConfiguration | SimulatorError> => layerServer(options)
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** The address of a simulator that has none: requests to it never leave the program. */
const nowhere = "https://globus.simulator/"

const settingsOf = (options: Options): Settings => ({
  autoApprove: options.autoApprove ?? false,
  tokenLifetime: Duration.toMillis(Duration.fromInputUnsafe(options.tokenLifetime ?? "48 hours")),
  refreshTokens: options.refreshTokens ?? "keep"
})

const initialState = Effect.fnUntraced(function* (options: Options) {
  const input = options.world ?? World.defaultWorld
  const world = yield* Effect.fromResult(World.make(input))
  return State.fromWorld(world, State.seedOf(input), yield* Clock.currentTimeMillis)
})

/** The rules that are in force from the start. */
const initialFaults = (options: Options) =>
  Effect.fromResult(
    Result.all([
      ...(options.world?.faults ?? []).map((rule, index) => Fault.make(rule, `world.faults.${index}`)),
      ...(options.faults ?? []).map((rule, index) => Fault.make(rule, `faults.${index}`))
    ])
  )

const make = Effect.fnUntraced(function* (options: Options) {
  const state = yield* initialState(options)
  const faults = yield* initialFaults(options)
  return yield* Backend.make({ url: nowhere, settings: settingsOf(options), state, faults })
})

const fromBackend = ({ faults, store }: Backend.Backend): Service => {
  const environment = Backend.environmentAt(store.url)
  const snapshot = Effect.gen(function* () {
    const snapshot = Snapshots.take(yield* store.current)
    return { ...snapshot, world: { ...snapshot.world, faults: yield* faults.remaining } }
  })
  const change = (how: (state: State.State, now: number) => State.State) =>
    store.modify((state, now) => [undefined, how(state, now)])
  return {
    url: store.url,
    environment,
    variables: Backend.variablesOf(environment),
    world: Effect.map(snapshot, ({ world }) => world),
    activity: Ref.get(store.activity),
    notifications: Effect.map(store.current, ({ notifications }) => notifications),
    person: Ref.get(store.person),
    setPerson: (person) => Ref.update(store.person, (before) => ({ ...before, ...person })),
    expireTokens: (which = {}) => change((state, now) => Revocations.expireTokens(state, which, now)),
    revokeTokens: (which = {}) => change((state) => Revocations.revokeTokens(state, which)),
    revokeConsents: (which = {}) => change((state) => Revocations.revokeConsents(state, which)),
    fault: (rule) =>
      Effect.flatMap(Effect.fromResult(Fault.make(rule)), (rule) =>
        Effect.acquireRelease(faults.add(rule), ({ remove }) => remove)
      ),
    snapshot,
    restore: (snapshot) =>
      Effect.andThen(
        Ref.set(store.state, Snapshots.restore(snapshot)),
        faults.restart(snapshot.world.faults ?? [])
      )
  }
}

// -----------------------------------------------------------------------------
// layers
// -----------------------------------------------------------------------------

const layerBackend = (
  options: Options
): Layer.Layer<Simulator | HttpClient.HttpClient, InvalidConfiguration> =>
  Layer.effectContext(
    Effect.map(make(options), (backend) =>
      Context.make(Simulator, fromBackend(backend)).pipe(
        Context.add(HttpClient.HttpClient, backend.httpClient)
      )
    )
  ).pipe(Layer.provide(SecureRandom.layerWebCrypto))

const layerLogin: Layer.Layer<LoginFlow, never, Simulator | HttpClient.HttpClient> = Layer.effect(
  LoginFlow,
  Effect.gen(function* () {
    const { person } = yield* Simulator
    return PersonLogin.make(yield* HttpClient.HttpClient, person)
  })
)

const transport = Layer.unwrap(
  Effect.map(Simulator, ({ environment }) => Transport.layerWith({ environment }))
)

const layerWith = (
  options: Options
): Layer.Layer<Simulator | Transport | TokenStorage | LoginFlow, InvalidConfiguration> =>
  // The HTTP client stays inside: a program may have one of its own, for other things.
  Layer.mergeAll(Layer.effect(Simulator, Simulator), transport, layerLogin).pipe(
    Layer.provide(layerBackend(options)),
    Layer.merge(TokenStorage.layerMemory)
  )

const layer: Layer.Layer<Simulator | Transport | TokenStorage | LoginFlow> = Layer.orDie(layerWith({}))

const layerServer = (options: ServerOptions): Layer.Layer<Simulator, InvalidConfiguration | SimulatorError> =>
  Layer.unwrap(
    // What listens needs Node; a simulator in process does not.
    Effect.map(
      Effect.promise(() => import("./internal/LoopbackServer.ts")),
      ({ isLoopback, listen, platform }) =>
        Layer.effect(
          Simulator,
          Effect.gen(function* () {
            const { allowRemote = false, host = "127.0.0.1", port = 0, stateFile } = options
            if (!allowRemote && !isLoopback(host)) {
              return yield* new InvalidConfiguration({
                setting: "host",
                detail: `others can reach ${host}, and act as anybody there. Leave it out, or allow it (allowRemote, --allow-remote).`
              })
            }
            if (!Number.isInteger(port) || port < 0 || port > 65_535) {
              return yield* new InvalidConfiguration({
                setting: "port",
                detail: `${port} is no port. Choose one from 1 to 65535, or leave it out to get a free one.`
              })
            }
            const fresh = yield* initialState(options)
            const known =
              stateFile === undefined ? Option.none() : yield* StateFile.load(stateFile, fresh.seed)
            const { serve, url } = yield* listen({ host, port })
            const backend = yield* Backend.make({
              url,
              settings: settingsOf(options),
              faults: yield* initialFaults(options),
              state: Option.getOrElse(known, () => fresh)
            })
            if (stateFile !== undefined) yield* StateFile.keep(stateFile, backend.store.state)
            yield* serve(backend.serve)
            return fromBackend(backend)
          })
        ).pipe(Layer.provide(Layer.merge(platform, SecureRandom.layerWebCrypto)))
    )
  )

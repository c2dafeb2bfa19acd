/** What the simulated services share: the state, the settings, and who sits in front of the browser. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Ref from "effect/Ref"
import * as Result from "effect/Result"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type { Folders } from "./Folders.ts"
import type { Refusal } from "./Refusal.ts"
import type { State } from "./State.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** How the simulator behaves. */
export interface Settings {
  /** Whether logins need nobody. */
  readonly autoApprove: boolean
  /** Milliseconds. */
  readonly tokenLifetime: number
  /** What refreshing answers besides an access token: the same refresh token, a new one for it, or none. */
  readonly refreshTokens: "keep" | "rotate" | "omit"
}

/** Who logs in where nobody is asked, and what they answer. */
export interface Person {
  /** An id or a user name; the first identity of the world if there is none. */
  readonly identity: string | undefined
  readonly decision: "allow" | "deny"
  /** Whether they have a second factor at hand. */
  readonly mfa: boolean
}

/** A login that was asked for. */
export interface LoginAttempt {
  /** The parameters of the authorization URL. */
  readonly parameters: { readonly [name: string]: string }
  /** What became of it. */
  readonly outcome: "pending" | "allowed" | "denied" | "refused"
  /** The user name of who logged in. */
  readonly username: string | null
}

/** What has happened since the simulator started. */
export interface Activity {
  /** The latest login attempts, at most a hundred, the latest last. */
  readonly logins: ReadonlyArray<LoginAttempt>
  /** How often a login or consent page was shown to somebody. */
  readonly pagesShown: number
  /** How often tokens were got with a code, with a refresh token, with the client's own credentials, or for a dependent service. */
  readonly codeExchanges: number
  readonly refreshes: number
  readonly clientCredentials: number
  readonly dependentTokens: number
  readonly revocations: number
  /** How often each operation was called, by names such as `transfer.getEndpoint`. */
  readonly calls: { readonly [operation: string]: number }
}

export interface Service {
  /** The address of the simulator, ending in a slash. */
  readonly url: string
  readonly settings: Settings
  readonly person: Ref.Ref<Person>
  readonly activity: Ref.Ref<Activity>
  readonly state: Ref.Ref<State>
  /** The state at this moment. */
  readonly current: Effect.Effect<State>
  readonly modify: <A>(change: (state: State, now: number) => readonly [A, State]) => Effect.Effect<A>
  /** Changes the state, or refuses to; what is given back with a refusal is kept all the same. */
  readonly attempt: <A>(
    change: (state: State, now: number) => readonly [Result.Result<A, Refusal>, State]
  ) => Effect.Effect<A, Refusal>
  /** Changes the state, or refuses to and leaves it as it is. */
  readonly change: <A>(
    how: (state: State, now: number) => Result.Result<readonly [answer: A, state: State], Refusal>
  ) => Effect.Effect<A, Refusal>
  /** Bytes of a file of this machine, from one position to another. */
  readonly bytesOf: (origin: string, start: number, end: number) => Stream.Stream<Uint8Array>
  /** A new id. */
  readonly uuid: Effect.Effect<string>
  /** An unguessable text. */
  readonly secret: Effect.Effect<string>
}

export class Store extends Context.Service<Store, Service>()("@effect-globus/simulator/internal/Store") {}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

export const noActivity: Activity = {
  logins: [],
  pagesShown: 0,
  codeExchanges: 0,
  refreshes: 0,
  clientCredentials: 0,
  dependentTokens: 0,
  revocations: 0,
  calls: {}
}

/** Lets whatever is due by now happen. */
export type Settle = (state: State, now: number) => State

export const make = Effect.fnUntraced(function* (options: {
  readonly url: string
  readonly settings: Settings
  readonly state: State
  readonly settle: Settle
  readonly folders: Folders | undefined
}) {
  const { folders, settings, settle, url } = options
  const random = yield* SecureRandom.SecureRandom
  const state = yield* Ref.make(options.state)
  const inMemory: Service["modify"] = (change) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      Ref.modify(state, (before) => change(settle(before, now), now))
    )
  // With folders, a change takes a while, and must not begin before another has ended.
  const turn = yield* Semaphore.make(1)
  const inFolders =
    ({ load, save }: Folders): Service["modify"] =>
    (change) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const before = yield* load(yield* Ref.get(state))
        const [answer, after] = change(settle(before, now), now)
        yield* save(before, after)
        yield* Ref.set(state, after)
        return answer
      }).pipe(Effect.uninterruptible, turn.withPermits(1))
  const modify = folders === undefined ? inMemory : inFolders(folders)
  const attempt: Service["attempt"] = (change) =>
    Effect.flatMap(modify(change), (result) => Effect.fromResult(result))
  return Store.of({
    url,
    settings,
    state,
    person: yield* Ref.make<Person>({ identity: undefined, decision: "allow", mfa: true }),
    activity: yield* Ref.make(noActivity),
    modify,
    current: modify((state) => [state, state]),
    attempt,
    change: (how) =>
      attempt((state, now) => {
        const changed = how(state, now)
        return Result.isSuccess(changed)
          ? [Result.succeed(changed.success[0]), changed.success[1]]
          : [Result.fail(changed.failure), state]
      }),
    bytesOf: folders?.read ?? (() => Stream.empty),
    uuid: random.uuidV4(),
    secret: Effect.map(random.randomBytes(33), (bytes) => Base64Url.encode(bytes))
  })
})

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** Counts something that happened. */
export const count = (what: Exclude<keyof Activity, "logins" | "calls">): Effect.Effect<void, never, Store> =>
  Effect.flatMap(Store, ({ activity }) =>
    Ref.update(activity, (before) => ({ ...before, [what]: before[what] + 1 }))
  )

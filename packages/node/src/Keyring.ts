/**
 * The keyring of the operating system: Keychain on macOS, the Credential Manager on Windows, the Secret Service (GNOME
 * Keyring, KWallet) on Linux. `KeyringTokenStorage` keeps its keys there; a program of yours may keep its own secrets so.
 * Nothing is loaded before the first use.
 *
 * On Linux, the keyring of the kernel is not used in place of a Secret Service that is missing: it forgets everything
 * when the machine is shut down.
 *
 * ```ts
 * import { Keyring } from "@effect-globus/node"
 * import { Effect } from "effect"
 *
 * const password = Effect.gen(function*() {
 *   const keyring = yield* Keyring.Keyring
 *   return yield* keyring.get("my-app/password")
 * }).pipe(Effect.provide(Keyring.layer))
 * ```
 */
import type * as Library from "@napi-rs/keyring"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { createRequire } from "node:module"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The keyring of the operating system. */
export interface Service {
  /** The secret under a name, if there is one. May ask the person to unlock the keyring. */
  readonly get: (name: string) => Effect.Effect<Option.Option<Redacted.Redacted>, KeyringUnavailable>
  /** Keeps a secret under a name. */
  readonly set: (name: string, secret: Redacted.Redacted) => Effect.Effect<void, KeyringUnavailable>
}

/** What all names stand under, which people see when they look into their keyring. */
const service = "effect-globus"

/** How long a person may take to unlock the keyring. */
const patience = "2 minutes"

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const makeOfSystem = Effect.gen(function* () {
  const load = yield* Effect.cached(
    Effect.try({
      // A native library: whoever needs no keyring does not load it, and no bundler can take it along.
      try: () => createRequire(import.meta.url)("@napi-rs/keyring") as typeof Library,
      catch: (error) =>
        new KeyringUnavailable({ detail: `its library cannot be loaded: ${messageOf(error)}` })
    })
  )

  type Entry = InstanceType<Effect.Success<typeof load>["AsyncEntry"]>

  const withEntry = Effect.fnUntraced(function* <A>(
    name: string,
    use: (entry: Entry, signal: AbortSignal) => Promise<A>
  ) {
    const { AsyncEntry } = yield* load
    return yield* Effect.tryPromise({
      try: (signal) => use(new AsyncEntry(service, name, { linux: { store: "secret-service" } }), signal),
      catch: (error) => new KeyringUnavailable({ detail: messageOf(error) })
    }).pipe(
      Effect.timeoutOrElse({
        duration: patience,
        orElse: () => Effect.fail(new KeyringUnavailable({ detail: `it did not answer for ${patience}` }))
      })
    )
  })

  return Keyring.of({
    get: (name) =>
      Effect.map(
        withEntry(name, (entry, signal) => entry.getPassword(signal)),
        (secret) => Option.map(Option.fromNullOr(secret), (value) => Redacted.make(value))
      ),
    set: (name, secret) =>
      withEntry(name, (entry, signal) => entry.setPassword(Redacted.value(secret), signal))
  })
})

const makeMemory = Effect.sync(() => {
  const secrets = new Map<string, Redacted.Redacted>()
  return Keyring.of({
    get: (name) => Effect.sync(() => Option.fromUndefinedOr(secrets.get(name))),
    set: (name, secret) => Effect.sync(() => void secrets.set(name, secret))
  })
})

/** The keyring of the operating system. */
export class Keyring extends Context.Service<Keyring, Service>()("@effect-globus/node/Keyring") {}

// -----------------------------------------------------------------------------
// layers
// -----------------------------------------------------------------------------

/** The keyring of this operating system. */
export const layer: Layer.Layer<Keyring> = Layer.effect(Keyring, makeOfSystem)

/** A keyring that forgets everything with the program, for tests. */
export const layerMemory: Layer.Layer<Keyring> = Layer.effect(Keyring, makeMemory)

// -----------------------------------------------------------------------------
// errors
// -----------------------------------------------------------------------------

/** There is no keyring, or it is locked and nobody unlocks it. */
export class KeyringUnavailable extends Schema.TaggedError<KeyringUnavailable>()("KeyringUnavailable", {
  /** What the system says. */
  detail: Schema.String
}) {
  override get message() {
    return `The keyring of this machine cannot be used: ${this.detail}`
  }
}

/**
 * What gives a client's requests their authorization. A `UserApp` or `ClientApp` is the usual one: it learns from every
 * client which scopes are required, logs in when something is missing, and renews what has expired. The layers here
 * are for programs that got a token elsewhere, and for calls that need none.
 *
 * ```ts
 * import { Authorizer } from "@effect-globus/sdk/service"
 * import { TransferClient } from "@effect-globus/sdk/transfer"
 * import { Layer, Redacted } from "effect"
 *
 * declare const tokenFromRequest: Redacted.Redacted<string>
 *
 * const Transfer = TransferClient.layer.pipe(
 *   Layer.provide(Authorizer.layerAccessToken(tokenFromRequest))
 * )
 * ```
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { GlobusError } from "../model/GlobusError.ts"
import type * as GlobusScope from "../model/GlobusScope.ts"
import type { ResourceServer } from "../model/Id.ts"
import type { AuthorizationRequired } from "../model/UnmetRequirement.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The value of an `Authorization` header. */
export type Authorization = Redacted.Redacted<string>

/** What a request needs. */
export interface Need {
  readonly resourceServer: ResourceServer
  /** Scopes of which any one suffices, the one to ask for first; empty if any token of the resource server will do. */
  readonly anyOf: ReadonlyArray<string>
}

/** A refusal that another authorization may mend. */
export type Refusal =
  | {
      readonly _tag: "Unauthorized"
      readonly need: Need
      /** What the request carried. */
      readonly refused: Option.Option<Authorization>
    }
  | {
      readonly _tag: "AuthorizationRequired"
      readonly need: Need
      readonly refused: Option.Option<Authorization>
      readonly requirement: AuthorizationRequired
    }

/**
 * Whether a request that was refused should be sent again. `"outdated"` means that nothing had to be done for it:
 * another authorization had come while it was under way. If that one is refused too, there is still something to do.
 */
export type Recovery = boolean | "outdated"

/** What gives a client's requests their authorization. */
export interface Service {
  /** The name of the app that the requests are made for, which they tell Globus. */
  readonly appName: Option.Option<string>
  /** Makes scopes a requirement of the whole program; a login covers them all. */
  readonly require: (
    resourceServer: ResourceServer,
    scopes: ReadonlyArray<GlobusScope.GlobusScope>
  ) => Effect.Effect<void>
  /** The header for a request, or none if it goes without. May log in or renew a token. */
  readonly authorize: (need: Need) => Effect.Effect<Option.Option<Authorization>, GlobusError>
  /** Called after a refusal; for each kind of refusal of a request until it has answered `true`, twice at most. */
  readonly recover: (refusal: Refusal) => Effect.Effect<Recovery, GlobusError>
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** The header that carries an access token (RFC 6750 §2.1). */
export const bearer = (accessToken: Redacted.Redacted<string>): Authorization =>
  Redacted.make(`Bearer ${Redacted.value(accessToken)}`, { label: "Authorization" })

const fixed = (authorization: Option.Option<Authorization>): Service => ({
  appName: Option.none(),
  require: () => Effect.void,
  authorize: () => Effect.succeed(authorization),
  recover: () => Effect.succeed(false)
})

/** What gives a client's requests their authorization. */
export class Authorizer extends Context.Service<Authorizer, Service>()(
  "@effect-globus/sdk/service/Authorizer"
) {
  /** Sends this access token with every request, whatever its service; it cannot be renewed. */
  static readonly layerAccessToken = (accessToken: Redacted.Redacted<string>): Layer.Layer<Authorizer> =>
    Layer.succeed(Authorizer, fixed(Option.some(bearer(accessToken))))

  /** Sends no authorization, for the few operations that are open to everybody. */
  static readonly layerNone: Layer.Layer<Authorizer> = Layer.succeed(Authorizer, fixed(Option.none()))
}

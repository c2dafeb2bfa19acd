/** Whether the dependencies of required scopes are consented to. Only Globus Auth knows; what it said is remembered. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import { AuthApi } from "../../auth/Api.ts"
import * as ConsentForest from "../../auth/ConsentForest.ts"
import type { GlobusError } from "../../model/GlobusError.ts"
import * as GlobusScope from "../../model/GlobusScope.ts"
import type { IdentityId } from "../../model/Id.ts"
import { AuthScopes } from "../../model/Scopes.ts"
import { UnmetDependentScopes } from "../../model/UnmetRequirement.ts"
import { Authorizer, type Need, type Recovery, type Refusal } from "../../service/Authorizer.ts"
import * as ServiceClient from "../../service/ServiceClient.ts"
import type { TokenRecord } from "../TokenStorage.ts"
import { headerOf } from "./keptTokens.ts"

type Forest = ReadonlyArray<ConsentForest.ConsentTree>

type Unauthorized = Extract<Refusal, { readonly _tag: "Unauthorized" }>

/** The consents of one identity. */
interface Known {
  readonly identity: IdentityId
  readonly forest: Forest
}

/** The consents of whoever is logged in. */
export interface Consents {
  /** What is unmet about the dependencies of these scopes. They can only be known for a known identity. */
  readonly unmet: (
    record: TokenRecord,
    required: ReadonlyArray<GlobusScope.GlobusScope>
  ) => Effect.Effect<UnmetDependentScopes | undefined, GlobusError>
  /** Forgets what is remembered: a login may have changed it. */
  readonly forget: Effect.Effect<void>
}

/** Consents, as a token of Globus Auth sees them that is there already: asking for them never logs in. */
export const make = Effect.fnUntraced(function* (options: {
  readonly appName: string
  readonly tokenFor: (need: Need) => Effect.Effect<TokenRecord, GlobusError>
  /** Sees to it that there is another token than the one that was refused, or fails with what is unmet. */
  readonly replaceRefused: (refusal: Unauthorized) => Effect.Effect<Recovery, GlobusError>
}) {
  const memory = yield* Ref.make(Option.none<Known>())
  const operations = yield* ServiceClient.make(AuthApi, {
    service: "auth",
    name: "Auth",
    need: () => ({ resourceServer: AuthScopes.resourceServer, anyOf: [] })
  }).pipe(
    Effect.provideService(Authorizer, {
      appName: Option.some(options.appName),
      require: () => Effect.void,
      authorize: (need) => Effect.map(options.tokenFor(need), (record) => Option.some(headerOf(record))),
      recover: (refusal) =>
        refusal._tag === "Unauthorized" ? options.replaceRefused(refusal) : Effect.succeed(false)
    })
  )

  const fetch = (identity: IdentityId) =>
    operations.getConsents(identity, { all: false }).pipe(
      Effect.map((response) => ConsentForest.make(response.consents)),
      Effect.tap((forest) => Ref.set(memory, Option.some({ identity, forest })))
    )

  const consents: Consents = {
    forget: Ref.set(memory, Option.none()),
    unmet: Effect.fnUntraced(function* (record, required) {
      const demanding = required.filter((scope) => scope.dependencies.length > 0)
      const identity = record.identity_id
      if (demanding.length === 0 || identity === undefined || identity === null) return undefined
      const lackingIn = (forest: Forest) => demanding.filter((scope) => !ConsentForest.covers(forest, scope))
      const isKnownToBeMet = Option.exists(
        yield* Ref.get(memory),
        (known) => known.identity === identity && lackingIn(known.forest).length === 0
      )
      if (isKnownToBeMet) return undefined
      const lacking = lackingIn(yield* fetch(identity))
      return lacking.length === 0
        ? undefined
        : new UnmetDependentScopes({
            resourceServer: record.resource_server,
            missing: lacking.map((scope) => GlobusScope.serialize(scope))
          })
    })
  }
  return consents
})

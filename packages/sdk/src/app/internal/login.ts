/** Logging in: one login at a time among all programs of an account, whose tokens are kept if they are what was required and whose they should be. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { grantsOf, type TokenResponse } from "../../auth/TokenDocument.ts"
import type { AuthorizationParameters } from "../../model/AuthorizationParameters.ts"
import type { GlobusError } from "../../model/GlobusError.ts"
import type * as GlobusScope from "../../model/GlobusScope.ts"
import type { IdentityId } from "../../model/Id.ts"
import { IdentityMismatch, UnmetScopes } from "../../model/UnmetRequirement.ts"
import type { Account } from "../TokenStorage.ts"
import * as KeptTokens from "./keptTokens.ts"
import * as Requirements from "./requirements.ts"
import * as Validation from "./tokenValidation.ts"

/** New tokens, and whose they are, if the kind of app wants to know. */
export interface Obtained {
  readonly response: TokenResponse
  readonly identity: Option.Option<IdentityId>
}

/** Gets tokens for these scopes by a login. */
export type Obtain = (
  scopes: ReadonlyArray<GlobusScope.GlobusScope>,
  parameters: AuthorizationParameters
) => Effect.Effect<Obtained, GlobusError>

/** Logging in, one login at a time among all programs of the account. */
export interface Login {
  /** A login for all that is required, with these parameters. */
  readonly withParameters: (parameters: AuthorizationParameters) => Effect.Effect<void, GlobusError>
  /** A login for all that is required, unless another has made it needless by the time that its turn has come. */
  readonly ifNeeded: (isNeeded: Effect.Effect<boolean, GlobusError>) => Effect.Effect<void, GlobusError>
}

/** The accounts for which a login is being made, or a policy carried out, by what runs: it must not wait for itself. */
const Mending = Context.Reference<ReadonlyArray<Account>>("@effect-globus/sdk/app/internal/login/Mending", {
  defaultValue: () => []
})

/** Whether what runs is there to mend what is unmet about an account. */
export const isMending = (account: Account): Effect.Effect<boolean> =>
  Effect.map(Mending, (accounts) => accounts.includes(account))

/** Marks what is there to mend what is unmet about an account. */
export const mending =
  (account: Account) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.updateService(effect, Mending, (accounts) => [...accounts, account])

export const make = (options: {
  readonly account: Account
  readonly tokens: KeptTokens.KeptTokens
  readonly requirements: Requirements.Requirements
  readonly obtain: Obtain
  /** Done after each login. */
  readonly after: Effect.Effect<void>
}): Login => {
  const { account, after, requirements, tokens } = options

  /** An operation that misses what it alone needs says so itself. */
  const keep = Effect.fnUntraced(function* (
    { identity, response }: Obtained,
    registered: Requirements.ScopesByServer
  ) {
    const grants = grantsOf(response)
    for (const { resource_server: resourceServer, scope } of grants) {
      const missing = Validation.missingScopes(
        new Set(scope.split(" ")),
        registered.get(resourceServer) ?? []
      )
      if (missing.length > 0) return yield* new UnmetScopes({ resourceServer, missing })
    }
    const records = yield* Effect.forEach(grants, (grant) => KeptTokens.toRecord(grant, identity))
    const added = Object.fromEntries(records.map((record) => [record.resource_server, record]))
    yield* tokens.modify((kept) => {
      const stored = KeptTokens.identityOf(kept)
      return Option.isSome(stored) && Option.isSome(identity) && stored.value !== identity.value
        ? Effect.fail(new IdentityMismatch({ stored: stored.value, received: identity.value }))
        : Effect.succeed([undefined, { ...kept, ...added }] as const)
    })
  })

  const logIn = Effect.fn("GlobusApp.obtainTokens")(function* (parameters: AuthorizationParameters) {
    const [registered, all] = [yield* requirements.registered, yield* requirements.all]
    const required = yield* Requirements.together([...all.values()].flat(), "scopeRequirements")
    const scopes = yield* Requirements.together(
      [...required, ...(parameters.required_scopes ?? [])],
      "authParams.required_scopes"
    )
    yield* keep(yield* mending(account)(options.obtain(scopes, parameters)), registered)
    yield* after
  })

  return {
    withParameters: (parameters) => tokens.exclusively(logIn(parameters)),
    ifNeeded: (isNeeded) =>
      tokens.exclusively(Effect.flatMap(isNeeded, (needed) => (needed ? logIn({}) : Effect.void)))
  }
}

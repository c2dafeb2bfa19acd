/**
 * Logging in: one login at a time among all programs of an account, whose tokens are kept if they are what was required
 * and whose they should be.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { OAuth2Client } from "../../auth/OAuth2Client.ts"
import { grantsOf, type TokenGrant, type TokenResponse } from "../../auth/TokenDocument.ts"
import type { AuthorizationParameters } from "../../model/AuthorizationParameters.ts"
import type { GlobusError } from "../../model/GlobusError.ts"
import type * as GlobusScope from "../../model/GlobusScope.ts"
import type { IdentityId } from "../../model/Id.ts"
import { IdentityMismatch, UnmetScopes } from "../../model/UnmetRequirement.ts"
import type { Account, TokenRecord } from "../TokenStorage.ts"
import * as KeptTokens from "./keptTokens.ts"
import * as Requirements from "./requirements.ts"
import { revokeAll } from "./revocation.ts"
import * as Validation from "./tokenValidation.ts"

/** New tokens. */
export interface Obtained {
  readonly response: TokenResponse
  /** Whose they are, if the kind of app wants to know; it has to be found out before they are kept. */
  readonly identity: Effect.Effect<Option.Option<IdentityId>, GlobusError>
}

/** Gets tokens for these scopes by a login. */
export type Obtain = (
  scopes: ReadonlyArray<GlobusScope.GlobusScope>,
  parameters: AuthorizationParameters
) => Effect.Effect<Obtained, GlobusError>

/** What a login is for, beside what is required. */
export interface Purpose {
  readonly parameters?: AuthorizationParameters | undefined
  /** Whether scopes are given up that were granted before, but are not required. */
  readonly afresh?: boolean | undefined
}

/** Logging in, one login at a time among all programs of the account. */
export interface Login {
  /** A login for all that is required, unless another has made it needless by the time that its turn has come. */
  readonly ifNeeded: (
    isNeeded: Effect.Effect<boolean, GlobusError>,
    purpose?: Purpose
  ) => Effect.Effect<void, GlobusError>
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
  readonly oauth: OAuth2Client
  readonly tokens: KeptTokens.KeptTokens
  readonly requirements: Requirements.Requirements
  /** By the clock of Globus Auth, in whole seconds since 1970. */
  readonly nowSeconds: Effect.Effect<number>
  readonly obtain: Obtain
  /** Done after each login. */
  readonly after: Effect.Effect<void>
}): Login => {
  const { account, after, nowSeconds, oauth, requirements, tokens } = options

  /**
   * Scopes of kept tokens in whose place a login for these puts others. Another program of the account may need them.
   * What has run out, or is refused, is of use to nobody, so it does not widen a login for ever.
   */
  const grantedBefore = Effect.fnUntraced(function* (
    servers: ReadonlySet<string>,
    asked: Requirements.Scopes
  ) {
    const now = yield* nowSeconds
    const isReplaced = (record: TokenRecord) =>
      servers.has(record.resource_server) ||
      asked.some(({ scope }) => Validation.isKin(Validation.grantedScopes(record), scope))
    const replaced = Object.values(yield* tokens.current).filter(isReplaced)
    const counting = yield* Effect.filter(replaced, (record) =>
      Predicate.isNotNullish(record.refresh_token)
        ? Effect.succeed(true)
        : Effect.map(tokens.isRefused(record), (isRefused) => !isRefused && !Validation.isStale(record, now))
    )
    return counting.flatMap((record) => [...Validation.grantedScopes(record)])
  })

  /** What is granted of what any request requires. An operation that misses what it alone needs says so itself. */
  const checkGrants = Effect.fnUntraced(function* (
    grants: ReadonlyArray<TokenGrant>,
    registered: Requirements.ScopesByServer
  ) {
    const granted = new Map(grants.map((grant) => [grant.resource_server, new Set(grant.scope.split(" "))]))
    const [first, ...others] = Array.from(registered, ([resourceServer, required]) => ({
      resourceServer,
      missing: Validation.missingScopes(granted.get(resourceServer) ?? new Set(), required)
    })).filter(({ missing }) => missing.length > 0)
    if (first !== undefined) {
      return yield* new UnmetScopes({ ...first, ...(others.length === 0 ? {} : { others }) })
    }
  })

  const keep = Effect.fnUntraced(function* (
    grants: ReadonlyArray<TokenGrant>,
    identity: Obtained["identity"],
    registered: Requirements.ScopesByServer
  ) {
    const receivedAt = yield* nowSeconds
    yield* checkGrants(grants, registered)
    const received = yield* identity
    const added = Object.fromEntries(
      grants.map((grant) => [
        grant.resource_server,
        KeptTokens.toRecord(grant, { receivedAt, identity: received })
      ])
    )
    yield* tokens.modify((kept) => {
      const stored = KeptTokens.identityOf(kept)
      return Option.isSome(stored) && Option.isSome(received) && stored.value !== received.value
        ? Effect.fail(new IdentityMismatch({ stored: stored.value, received: received.value }))
        : Effect.succeed([undefined, { ...kept, ...added }] as const)
    })
  })

  /** Tokens that are not kept are no longer good for anybody. */
  const discard = Effect.fnUntraced(function* (grants: ReadonlyArray<TokenGrant>) {
    for (const { error, resourceServer } of yield* revokeAll(oauth, grants)) {
      yield* Effect.logWarning(
        `A token for ${resourceServer} was not kept and could not be revoked: it is valid until it expires. ${error.message}`
      )
    }
  })

  const logIn = Effect.fn("GlobusApp.obtainTokens")(function* ({ afresh, parameters = {} }: Purpose) {
    const [registered, all] = [yield* requirements.registered, yield* requirements.all]
    const required = yield* Requirements.together([...all.values()].flat(), "scopeRequirements")
    const asked = yield* Requirements.together(
      [...required, ...(parameters.required_scopes ?? [])],
      "authParams.required_scopes"
    )
    const before = afresh === true ? [] : yield* grantedBefore(new Set(all.keys()), asked)
    const wider = yield* Requirements.together([...asked, ...before], "scopeRequirements")
    const obtain = (scopes: Requirements.Scopes) => mending(account)(options.obtain(scopes, parameters))
    const { identity, response } = yield* Effect.catchIf(
      obtain(wider),
      (error) => before.length > 0 && isScopeRefused(error),
      // What was granted once may be granted no more. It must not stand in the way of what is required.
      () => obtain(asked)
    )
    const grants = grantsOf(response)
    yield* Effect.tapError(keep(grants, identity, registered), () => discard(grants))
    yield* after
  })

  return {
    ifNeeded: (isNeeded, purpose = {}) =>
      tokens.exclusively(Effect.flatMap(isNeeded, (needed) => (needed ? logIn(purpose) : Effect.void)))
  }
}

/** RFC 6749 §4.1.2.1 and §5.2. */
const isScopeRefused = (error: GlobusError): boolean =>
  error._tag === "LoginFailed"
    ? error.reason._tag === "Denied" && error.reason.error === "invalid_scope"
    : error._tag === "ApiError" && error.code === "invalid_scope"

/**
 * The app: it knows which scopes a program requires, and sees to it that there are tokens that hold them. It logs in
 * when something is missing, keeps tokens, renews them, and mends what services refuse, once. A program gets it from
 * `UserApp.layer` or `ClientApp.layer`, together with the `Authorizer` that clients need, and has to touch it only to
 * log in or out by hand, or to require scopes that no client requires.
 *
 * ```ts
 * import { GlobusApp } from "@effect-globus/sdk/app"
 * import { Effect } from "effect"
 *
 * const withSecondFactor = Effect.gen(function*() {
 *   const app = yield* GlobusApp
 *   yield* app.login({
 *     authParams: { session_required_mfa: true, session_message: "Please authenticate with MFA" }
 *   })
 * })
 * ```
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Equivalence from "effect/Equivalence"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Semaphore from "effect/Semaphore"
import type { OAuth2Client } from "../auth/OAuth2Client.ts"
import { grantsOf, type TokenResponse } from "../auth/TokenDocument.ts"
import type { AuthorizationParameters } from "../model/AuthorizationParameters.ts"
import { type ApiError, type GlobusError, InvalidRequest, ResponseError } from "../model/GlobusError.ts"
import * as GlobusScope from "../model/GlobusScope.ts"
import type { ClientId, IdentityId, ResourceServer } from "../model/Id.ts"
import { InvalidConfiguration } from "../model/InvalidConfiguration.ts"
import type { TokenStorageError } from "../model/TokenStorageError.ts"
import {
  ExpiredToken,
  IdentityMismatch,
  isRecoverable,
  MissingToken,
  type RecoverableRequirement,
  UnmetScopes
} from "../model/UnmetRequirement.ts"
import {
  type Authorization,
  Authorizer,
  type Need,
  type Service as AuthorizerService
} from "../service/Authorizer.ts"
import { Transport } from "../service/Transport.ts"
import * as Consents from "./internal/consents.ts"
import * as KeptTokens from "./internal/keptTokens.ts"
import * as Requirements from "./internal/requirements.ts"
import * as SharedRuns from "./internal/SharedRuns.ts"
import * as Validation from "./internal/tokenValidation.ts"
import { type Account, type TokenRecord, type Tokens, TokenStorage } from "./TokenStorage.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What a login by hand may be given. */
export interface LoginOptions {
  /** Requirements of the session, a message, more scopes. Given any, a login is made even if none is needed. */
  readonly authParams?: AuthorizationParameters | undefined
  /** Whether to log in even if nothing is missing. Default: false. */
  readonly force?: boolean | undefined
}

/** What a logout by hand may be given. */
export interface LogoutOptions {
  /** Whether all tokens of the account leave, those of other programs too. Default: false. */
  readonly sweep?: boolean | undefined
}

/** What a logout did. */
export interface LogoutReport {
  /** The resource servers whose tokens were removed. */
  readonly removed: ReadonlyArray<ResourceServer>
  /** Those of them whose tokens could not be revoked at Globus Auth, and why: they are valid until they expire. */
  readonly unrevoked: ReadonlyArray<{ readonly resourceServer: ResourceServer; readonly error: GlobusError }>
}

/** Required scopes by resource server, parsed. */
export type RequiredScopes = ReadonlyMap<ResourceServer, ReadonlyArray<GlobusScope.GlobusScope>>

/** Scopes by resource server, as a program names them. */
export interface ScopeRequirements {
  readonly [resourceServer: string]: GlobusScope.ScopeInput
}

/** What to do about a requirement that a login can mend. */
export type UnmetRequirementPolicy =
  /** Log in and try again, once. The default. */
  | "login"
  /** Fail with the requirement. */
  | "fail"
  /** Do something of one's own, then try again, once. */
  | ((requirement: RecoverableRequirement, app: Service) => Effect.Effect<void, GlobusError>)

/** The app. */
export interface Service {
  readonly appName: string
  readonly clientId: ClientId
  /** Where the tokens are kept, in words for a person. */
  readonly tokenLocation: string
  /** What the program requires so far, by resource server: what the next login asks for. */
  readonly scopeRequirements: Effect.Effect<RequiredScopes>
  /** Requires scopes beyond those of the program's clients. The next login asks for all of them. */
  readonly addScopeRequirements: (
    requirements: ScopeRequirements
  ) => Effect.Effect<void, GlobusScope.ScopeError | InvalidConfiguration>
  /**
   * Logs in if anything is missing, or in any case with `force` or `authParams`, and keeps the tokens. A `UserApp` asks
   * a person; a `ClientApp` asks Globus Auth.
   */
  readonly login: (options?: LoginOptions) => Effect.Effect<void, GlobusError>
  /** Whether a login would be needed for what is required so far. Nothing is changed by asking. */
  readonly loginRequired: Effect.Effect<boolean, GlobusError>
  /**
   * Revokes and removes the tokens of the required resource servers, or with `sweep` all of this account. They are
   * removed even when revoking them fails, which the report tells.
   */
  readonly logout: (options?: {
    readonly sweep?: boolean | undefined
  }) => Effect.Effect<LogoutReport, TokenStorageError>
  /** Who is logged in, as far as the kept tokens say. */
  readonly identity: Effect.Effect<Option.Option<IdentityId>, TokenStorageError>
}

/** The app. */
export class GlobusApp extends Context.Service<GlobusApp, Service>()("@effect-globus/sdk/app/GlobusApp") {}

// -----------------------------------------------------------------------------
// options
// -----------------------------------------------------------------------------

/** What `UserApp` and `ClientApp` have in common. */
export interface Options {
  /** A human-readable name, for requests and for where tokens are kept. Default: `Unnamed Globus App`. */
  readonly appName?: string | undefined
  /** Scopes that are required from the start. */
  readonly scopeRequirements?: ScopeRequirements | undefined
  /** What to do about a requirement that a login can mend. Default: `"login"`. */
  readonly onUnmetRequirement?: UnmetRequirementPolicy | undefined
  /** Which of several accounts of the same app this is. Default: `DEFAULT`. */
  readonly profile?: string | undefined
}

/** The name of an app that has none. */
export const defaultAppName = "Unnamed Globus App"

/** How one kind of app comes by tokens. */
export interface Kind {
  readonly oauth: OAuth2Client
  readonly renewal: Validation.Renewal
  /** Gets tokens for these scopes. */
  readonly obtain: (
    scopes: ReadonlyArray<GlobusScope.GlobusScope>,
    parameters: AuthorizationParameters
  ) => Effect.Effect<Obtained, GlobusError>
  /** Whether a login could do what a service demands; if not, the demand is what the program sees. */
  readonly canMend: (requirement: RecoverableRequirement) => boolean
}

/** New tokens, and whose they are, if the kind of app wants to know. */
export interface Obtained {
  readonly response: TokenResponse
  readonly identity: Option.Option<IdentityId>
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** Finds out what is unmet about a need, or about what any request requires, given these tokens. */
type Check = (
  need: Need,
  tokens: Tokens,
  required: RequiredScopes
) => Effect.Effect<RecoverableRequirement | undefined, GlobusError>

/** The app and its authorizer, as a context with both. For `UserApp` and `ClientApp`, and for kinds of one's own. */
export const make = Effect.fnUntraced(function* (kind: Kind, options: Options) {
  const storage = yield* TokenStorage
  const transport = yield* Transport
  const appName = options.appName ?? defaultAppName
  const policy = options.onUnmetRequirement ?? "login"
  const account: Account = {
    clientId: kind.oauth.clientId,
    appName,
    environment: transport.environment.name,
    profile: options.profile ?? "DEFAULT"
  }
  const tokenLocation = yield* storage.location(account)
  const tokens = yield* KeptTokens.make(storage, account)
  const runs = yield* SharedRuns.make<GlobusError>()
  const oneLogin = yield* Semaphore.make(1)
  const requirements = yield* Requirements.make
  yield* Effect.mapError(
    requirements.addInput(options.scopeRequirements ?? {}),
    (error) => new InvalidConfiguration({ setting: "scopeRequirements", detail: error.message })
  )

  // ---------------------------------------------------------------------------
  // checks
  // ---------------------------------------------------------------------------

  /** Dependencies left aside. */
  const unmetRoots: Check = Effect.fnUntraced(function* (need, kept, required) {
    return Validation.unmet({
      need,
      record: kept[need.resourceServer],
      required: required.get(need.resourceServer) ?? [],
      renewal: kind.renewal,
      nowSeconds: yield* KeptTokens.nowSeconds
    })
  })

  const consents = yield* Consents.make({ appName, tokenFor: (need) => usable(need, unmetRoots) })

  const unmetIn: Check = Effect.fnUntraced(function* (need, kept, required) {
    const unmet = yield* unmetRoots(need, kept, required)
    const record = kept[need.resourceServer]
    if (unmet !== undefined || record === undefined) return unmet
    return yield* consents.unmet(record, required.get(need.resourceServer) ?? [])
  })

  const isUnmet = Effect.fnUntraced(function* (required: RequiredScopes) {
    const kept = yield* tokens.current
    for (const resourceServer of required.keys()) {
      const need = { resourceServer, anyOf: [] }
      const unmet = yield* Effect.catchIf(unmetIn(need, kept, required), isRecoverable, Effect.succeed)
      if (unmet !== undefined) return true
    }
    return false
  })
  const loginRequired = Effect.flatMap(requirements.registered, isUnmet)

  // ---------------------------------------------------------------------------
  // login
  // ---------------------------------------------------------------------------

  /**
   * Keeps what a login brought, if it is what any request requires and belongs to whom the other tokens belong to. An
   * operation that misses what it alone needs says so itself.
   */
  const keep = Effect.fnUntraced(function* ({ identity, response }: Obtained, required: RequiredScopes) {
    const grants = grantsOf(response)
    for (const { resource_server: resourceServer, scope } of grants) {
      const missing = Validation.missingScopes(new Set(scope.split(" ")), required.get(resourceServer) ?? [])
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
    yield* consents.forget
  })

  const obtain = Effect.fn("GlobusApp.obtainTokens")(function* (parameters: AuthorizationParameters) {
    const [registered, all] = [yield* requirements.registered, yield* requirements.all]
    const scopes = yield* Effect.mapError(
      GlobusScope.fromInputEffect([...all.values(), parameters.required_scopes ?? []].flat()),
      (error) =>
        new InvalidRequest({
          service: "auth",
          operation: "login",
          field: "authParams.required_scopes",
          detail: error.message
        })
    )
    yield* keep(yield* kind.obtain(scopes, parameters), registered)
  })

  const loginWith = (parameters: AuthorizationParameters) =>
    Semaphore.withPermit(oneLogin)(obtain(parameters))

  /** A login for what is required, unless another has brought it meanwhile. */
  const loginFor = (required: Effect.Effect<RequiredScopes>) =>
    Semaphore.withPermit(oneLogin)(
      Effect.flatMap(Effect.flatMap(required, isUnmet), (unmet) => (unmet ? obtain({}) : Effect.void))
    )
  const sharedLogin = runs.run("login for an operation", loginFor(requirements.all))

  // ---------------------------------------------------------------------------
  // renewal
  // ---------------------------------------------------------------------------

  const requestRenewal = Effect.fnUntraced(function* (record: TokenRecord) {
    if (kind.renewal !== "clientCredentials") {
      return yield* kind.oauth.refresh(record.refresh_token ?? Redacted.make(""))
    }
    const granted = Validation.grantedScopes(record)
    const required = (yield* requirements.all).get(record.resource_server) ?? []
    const again = required.filter(({ scope }) => Validation.holds(granted, scope))
    return yield* kind.oauth.clientCredentials(GlobusScope.serialize(again) || record.scope)
  })

  const renewed = Effect.fnUntraced(function* (record: TokenRecord) {
    const [grant, ...others] = grantsOf(yield* requestRenewal(record))
    return grant === undefined || others.length > 0 || grant.resource_server !== record.resource_server
      ? yield* new ResponseError({
          service: "auth",
          operation: "token",
          status: 200,
          path: "other_tokens",
          detail: `expected one token, for ${record.resource_server}`
        })
      : yield* KeptTokens.toRecord(grant, Option.none(), record)
  })

  /** Renews a token that was found wanting, unless somebody else has done so meanwhile. */
  const renew = Effect.fn("GlobusApp.renewToken")(function* (wanting: TokenRecord) {
    const worthless = yield* tokens.modify(
      Effect.fnUntraced(function* (kept) {
        const record = kept[wanting.resource_server]
        if (record === undefined) return [false, kept] as const
        const isOther = !isSameToken(record, wanting)
        if (isOther && !Validation.isStale(record, yield* KeptTokens.nowSeconds))
          return [false, kept] as const
        return yield* renewed(record).pipe(
          Effect.map((next) => [false, { ...kept, [next.resource_server]: next }] as const),
          Effect.catchIf(isInvalidGrant, () => {
            // The refresh token is worthless, and only a login brings another.
            const { refresh_token: _, ...rest } = record
            return Effect.succeed([true, { ...kept, [record.resource_server]: rest }] as const)
          })
        )
      })
    )
    if (worthless) return yield* expired(wanting)
  })
  const sharedRenewal = (record: TokenRecord) =>
    Effect.asVoid(runs.run(`renew ${record.resource_server}`, renew(record), { finishes: true }))

  /** The token for a need, renewed if need be, or what is unmet. */
  function usable(need: Need, check: Check): Effect.Effect<TokenRecord, GlobusError> {
    const checked = Effect.fnUntraced(function* (kept: Tokens) {
      const unmet = yield* check(need, kept, yield* requirements.registered)
      const record = kept[need.resourceServer]
      // Where there is no record, the check has said so.
      return record === undefined || unmet !== undefined
        ? yield* unmet ?? new MissingToken({ resourceServer: need.resourceServer })
        : record
    })
    return Effect.gen(function* () {
      const record = yield* Effect.catchIf(Effect.flatMap(tokens.remembered, checked), isRecoverable, () =>
        // Another program of this account may have logged in.
        Effect.flatMap(tokens.current, checked)
      )
      if (!Validation.isStale(record, yield* KeptTokens.nowSeconds)) return record
      yield* sharedRenewal(record)
      return yield* Effect.flatMap(tokens.remembered, checked)
    })
  }

  // ---------------------------------------------------------------------------
  // policy
  // ---------------------------------------------------------------------------

  /** Does about a requirement what the policy says; afterwards it is worth trying again. */
  const mend = <A>(requirement: RecoverableRequirement, login: Effect.Effect<A, GlobusError>) =>
    policy === "fail" || !kind.canMend(requirement)
      ? Effect.fail(requirement)
      : policy === "login"
        ? Effect.asSome(login)
        : Effect.as(policy(requirement, app), Option.none<A>())

  const authorized = (need: Need): Effect.Effect<TokenRecord, GlobusError> => {
    const attempt = usable(need, unmetIn)
    return Effect.catchIf(
      attempt,
      isRecoverable,
      Effect.fnUntraced(function* (requirement) {
        yield* requirements.addNeed(need)
        const part = yield* mend(requirement, sharedLogin)
        // A login that was under way already may not have known of this need; one more will.
        return yield* Option.contains(part, "joined")
          ? Effect.catchIf(attempt, isRecoverable, (still) =>
              Effect.andThen(mend(still, sharedLogin), attempt)
            )
          : attempt
      })
    )
  }

  const recoverFromUnauthorized = Effect.fnUntraced(function* (
    { resourceServer }: Need,
    refused: Option.Option<Authorization>
  ) {
    const record = (yield* tokens.current)[resourceServer]
    if (
      record === undefined ||
      !Option.exists(refused, (header) => isSameSecret(header, KeptTokens.headerOf(record)))
    ) {
      // There is another token by now than the one that was refused.
      return
    }
    yield* Effect.catchIf(
      Validation.isRenewable(record, kind.renewal) ? sharedRenewal(record) : Effect.fail(expired(record)),
      isRecoverable,
      (requirement) => Effect.asVoid(mend(requirement, runs.run("login again", loginWith({}))))
    )
  })

  const authorizer: AuthorizerService = {
    appName: Option.some(appName),
    require: requirements.add,
    authorize: (need) => Effect.map(authorized(need), (record) => Option.some(KeptTokens.headerOf(record))),
    recover: (refusal) => {
      if (refusal._tag === "Unauthorized") {
        return Effect.as(recoverFromUnauthorized(refusal.need, refusal.refused), true)
      }
      const { parameters } = refusal.requirement
      // Whoever is refused for the same reason waits for the same login.
      const login = runs.run(`login ${JSON.stringify(parameters)}`, loginWith(parameters))
      return Effect.as(mend(refusal.requirement, login), true)
    }
  }

  // ---------------------------------------------------------------------------
  // by hand
  // ---------------------------------------------------------------------------

  const revoke = (record: TokenRecord) =>
    Effect.forEach(
      [record.access_token, record.refresh_token].filter(Predicate.isNotNullish),
      (token) => kind.oauth.revoke(token),
      { discard: true }
    )

  const logout = Effect.fn("GlobusApp.logout")(function* (logoutOptions?: LogoutOptions) {
    const required = yield* requirements.all
    const isLeaving = (record: TokenRecord) =>
      logoutOptions?.sweep === true || required.has(record.resource_server)
    yield* consents.forget
    return yield* tokens.modify(
      Effect.fnUntraced(function* (kept) {
        const leaving = Object.values(kept).filter(isLeaving)
        const revoked = yield* Effect.forEach(
          leaving,
          ({ resource_server: resourceServer, ...record }) =>
            Effect.match(revoke({ resource_server: resourceServer, ...record }), {
              onFailure: (error) => [{ resourceServer, error }],
              onSuccess: () => []
            }),
          { concurrency: 8 }
        )
        const report: LogoutReport = {
          removed: leaving.map((record) => record.resource_server),
          unrevoked: revoked.flat()
        }
        const staying = Object.entries(kept).filter(([, record]) => !isLeaving(record))
        return [report, Object.fromEntries(staying)] as const
      })
    )
  })

  const app: Service = {
    appName,
    clientId: kind.oauth.clientId,
    tokenLocation,
    scopeRequirements: requirements.all,
    addScopeRequirements: Effect.fn("GlobusApp.addScopeRequirements")(requirements.addInput),
    login: Effect.fn("GlobusApp.login")((loginOptions) =>
      loginOptions?.authParams !== undefined || loginOptions?.force === true
        ? loginWith(loginOptions.authParams ?? {})
        : Effect.asVoid(runs.run("login by hand", loginFor(requirements.registered)))
    ),
    loginRequired,
    logout,
    identity: Effect.map(tokens.remembered, KeptTokens.identityOf)
  }

  return Context.make(GlobusApp, app).pipe(Context.add(Authorizer, authorizer))
})

const expired = (record: TokenRecord) =>
  new ExpiredToken({ resourceServer: record.resource_server, expiredAt: record.expires_at_seconds })

const isInvalidGrant = (error: GlobusError): error is ApiError =>
  error._tag === "ApiError" && error.code === "invalid_grant"

const isSameSecret = Equivalence.make<Redacted.Redacted<string>>(
  (a, b) => Redacted.value(a) === Redacted.value(b)
)

const isSameToken = (a: TokenRecord, b: TokenRecord) => isSameSecret(a.access_token, b.access_token)

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
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import * as Result from "effect/Result"
import * as Semaphore from "effect/Semaphore"
import { AuthApi } from "../auth/Api.ts"
import * as ConsentForest from "../auth/ConsentForest.ts"
import { grantsOf, type TokenGrant, type TokenResponse } from "../auth/Document.ts"
import type { OAuth2Client } from "../auth/OAuth2Client.ts"
import * as AuthorizationParameters from "../model/AuthorizationParameters.ts"
import { type ApiError, type GlobusError, ResponseError } from "../model/GlobusError.ts"
import * as GlobusScope from "../model/GlobusScope.ts"
import { type ClientId, type IdentityId, ResourceServer } from "../model/Id.ts"
import { InvalidConfiguration } from "../model/InvalidConfiguration.ts"
import { AuthScopes } from "../model/Scopes.ts"
import type { TokenStorageError } from "../model/TokenStorageError.ts"
import {
  ExpiredToken,
  IdentityMismatch,
  isRecoverable,
  MissingToken,
  type RecoverableRequirement,
  UnmetDependentScopes,
  UnmetScopes
} from "../model/UnmetRequirement.ts"
import { Authorizer, bearer, type Need, type Service as AuthorizerService } from "../service/Authorizer.ts"
import * as ServiceClient from "../service/ServiceClient.ts"
import { Transport } from "../service/Transport.ts"
import * as SharedRuns from "./internal/SharedRuns.ts"
import * as Validation from "./internal/tokenValidation.ts"
import { type Account, type TokenRecord, type Tokens, TokenStorage } from "./TokenStorage.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What a login by hand may be given. */
export interface LoginOptions {
  /** Requirements of the session, a message, more scopes. Given any, a login is made even if none is needed. */
  readonly authParams?: AuthorizationParameters.AuthorizationParameters | undefined
  /** Whether to log in even if nothing is missing. Default: false. */
  readonly force?: boolean | undefined
}

/** What a logout did. */
export interface LogoutReport {
  /** The resource servers whose tokens were removed. */
  readonly removed: ReadonlyArray<ResourceServer>
  /** Those of them whose tokens could not be revoked at Globus Auth, and why: they are valid until they expire. */
  readonly unrevoked: ReadonlyArray<{ readonly resourceServer: ResourceServer; readonly error: GlobusError }>
}

/** Scopes by resource server. */
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
  /** What the program requires so far, by resource server. */
  readonly scopeRequirements: Effect.Effect<
    ReadonlyMap<ResourceServer, ReadonlyArray<GlobusScope.GlobusScope>>
  >
  /** Requires scopes beyond those of the program's clients. The next login asks for all of them. */
  readonly addScopeRequirements: (
    requirements: ScopeRequirements
  ) => Effect.Effect<void, GlobusScope.ScopeError>
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
    parameters: AuthorizationParameters.AuthorizationParameters
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

type Check = (need: Need, tokens: Tokens) => Effect.Effect<RecoverableRequirement | undefined, GlobusError>

type Requirements = ReadonlyMap<ResourceServer, ReadonlyArray<GlobusScope.GlobusScope>>

const nowSeconds = Effect.map(Clock.currentTimeMillis, (millis) => Math.floor(millis / 1000))

const authServer = AuthScopes.resourceServer

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

  // ---------------------------------------------------------------------------
  // requirements
  // ---------------------------------------------------------------------------

  const openid = GlobusScope.makeUnsafe(AuthScopes.openid)
  // Every app wants to know who logged in.
  const requirements = yield* Ref.make<Requirements>(new Map([[authServer, [openid]]]))

  const require: AuthorizerService["require"] = (resourceServer, scopes) =>
    Ref.update(requirements, (current) => {
      const known = current.get(resourceServer) ?? []
      const added = scopes.filter(
        (scope) => !known.some((other) => GlobusScope.serialize(other) === GlobusScope.serialize(scope))
      )
      return added.length === 0 && current.has(resourceServer)
        ? current
        : new Map(current).set(resourceServer, [...known, ...added])
    })

  const addScopeRequirements = Effect.fn("GlobusApp.addScopeRequirements")(function* (
    wanted: ScopeRequirements
  ) {
    for (const [resourceServer, input] of Object.entries(wanted)) {
      yield* require(ResourceServer.make(resourceServer), yield* GlobusScope.fromInputEffect(input))
    }
  })

  yield* Effect.mapError(
    addScopeRequirements(options.scopeRequirements ?? {}),
    (error) => new InvalidConfiguration({ setting: "scopeRequirements", detail: error.message })
  )

  // ---------------------------------------------------------------------------
  // tokens
  // ---------------------------------------------------------------------------

  // What storage held when it was last looked at. It is looked at again before anything is done about a lack.
  const cache = yield* Ref.make(Option.none<Tokens>())
  const consents = yield* Ref.make(Option.none<ReadonlyArray<ConsentForest.ConsentTree>>())

  const reload = Effect.tap(storage.get(account), (tokens) => Ref.set(cache, Option.some(tokens)))
  const cached = Effect.flatMap(
    Ref.get(cache),
    Option.match({ onNone: () => reload, onSome: Effect.succeed })
  )

  const modify = <A, E>(decide: (tokens: Tokens) => Effect.Effect<readonly [A, Tokens], E>) =>
    storage
      .modify(account, (tokens) =>
        Effect.map(decide(tokens), ([value, next]) => [[value, next] as const, next] as const)
      )
      .pipe(
        Effect.tap(([, next]) => Ref.set(cache, Option.some(next))),
        Effect.map(([value]) => value)
      )

  const toRecord = Effect.fnUntraced(function* (
    grant: TokenGrant,
    identity: Option.Option<IdentityId>,
    previous?: TokenRecord
  ) {
    const now = yield* nowSeconds
    const refreshToken = grant.refresh_token ?? previous?.refresh_token
    const record: TokenRecord = {
      ...previous,
      resource_server: grant.resource_server,
      scope: grant.scope,
      access_token: grant.access_token,
      expires_at_seconds: now + Math.floor(grant.expires_in),
      token_type: grant.token_type ?? "Bearer",
      ...(Option.isSome(identity) ? { identity_id: identity.value } : {}),
      ...(refreshToken === undefined || refreshToken === null ? {} : { refresh_token: refreshToken })
    }
    return record
  })

  // ---------------------------------------------------------------------------
  // login
  // ---------------------------------------------------------------------------

  const runs = yield* SharedRuns.make<GlobusError>()
  const oneLogin = yield* Semaphore.make(1)

  /** All that is required, with what the parameters ask for, as Globus Auth wants it. */
  const scopesToAsk = Effect.fnUntraced(function* (
    parameters: AuthorizationParameters.AuthorizationParameters
  ) {
    const required = yield* Ref.get(requirements)
    const asked = [...[...required.values()].flat(), ...(parameters.required_scopes ?? [])]
    return yield* Effect.mapError(
      GlobusScope.fromInputEffect(asked),
      (error) => new UnmetScopes({ resourceServer: authServer, missing: [error.message] })
    )
  })

  const storeLogin = Effect.fnUntraced(function* (obtained: Obtained) {
    const grants = grantsOf(obtained.response)
    const required = yield* Ref.get(requirements)
    for (const grant of grants) {
      const granted = new Set(grant.scope.split(" "))
      const missing = Validation.missingScopes(granted, required.get(grant.resource_server) ?? [])
      if (missing.length > 0)
        return yield* new UnmetScopes({ resourceServer: grant.resource_server, missing })
    }
    const records = yield* Effect.forEach(grants, (grant) => toRecord(grant, obtained.identity))
    return yield* modify((tokens) => {
      const stored = identityOf(tokens)
      if (
        Option.isSome(stored) &&
        Option.isSome(obtained.identity) &&
        stored.value !== obtained.identity.value
      ) {
        return Effect.fail(new IdentityMismatch({ stored: stored.value, received: obtained.identity.value }))
      }
      const added = Object.fromEntries(records.map((record) => [record.resource_server, record]))
      return Effect.succeed([undefined, { ...tokens, ...added }] as const)
    })
  })

  const obtainAndStore = Effect.fn("GlobusApp.obtainTokens")(function* (
    parameters: AuthorizationParameters.AuthorizationParameters
  ) {
    const scopes = yield* scopesToAsk(parameters)
    yield* storeLogin(yield* kind.obtain(scopes, parameters))
    yield* Ref.set(consents, Option.none())
  })

  /** A login for what is required: one at a time, and none if another has brought all that is needed meanwhile. */
  const loginIfNeeded = Semaphore.withPermit(oneLogin)(
    Effect.flatMap(isLoginRequired(), (required) => (required ? obtainAndStore({}) : Effect.void))
  )

  const loginWith = (parameters: AuthorizationParameters.AuthorizationParameters) =>
    Semaphore.withPermit(oneLogin)(obtainAndStore(parameters))

  const sharedLogin = runs.run("login", loginIfNeeded)

  // ---------------------------------------------------------------------------
  // checks
  // ---------------------------------------------------------------------------

  /** Consents, as seen by a token of Globus Auth that is there already: asking for them never logs in. */
  const authOperations = yield* ServiceClient.make(AuthApi, {
    service: "auth",
    name: "Auth",
    need: () => ({ resourceServer: authServer, anyOf: [] })
  }).pipe(
    Effect.provideService(Authorizer, {
      appName: Option.some(appName),
      require: () => Effect.void,
      authorize: (need) => Effect.map(usable(need, unmetRoots), (record) => Option.some(headerOf(record))),
      recover: () => Effect.succeed(false)
    })
  )

  const fetchConsents = (identity: IdentityId) =>
    authOperations.getConsents(identity, { all: false }).pipe(
      Effect.map((response) => ConsentForest.make(response.consents)),
      Effect.tap((forest) => Ref.set(consents, Option.some(forest)))
    )

  /** What is unmet about dependencies. They can only be known for a known identity. */
  const unmetDependencies = Effect.fnUntraced(function* (
    record: TokenRecord,
    required: ReadonlyArray<GlobusScope.GlobusScope>
  ) {
    const demanding = required.filter((scope) => scope.dependencies.length > 0)
    const identity = record.identity_id
    if (demanding.length === 0 || identity === undefined || identity === null) return undefined
    const known = yield* Ref.get(consents)
    const lackIn = (forest: ReadonlyArray<ConsentForest.ConsentTree>) =>
      demanding.filter((scope) => !ConsentForest.covers(forest, scope))
    if (Option.isSome(known) && lackIn(known.value).length === 0) return undefined
    const lacking = lackIn(yield* fetchConsents(identity))
    return lacking.length === 0
      ? undefined
      : new UnmetDependentScopes({
          resourceServer: record.resource_server,
          missing: lacking.map((scope) => GlobusScope.serialize(scope))
        })
  })

  const requiredOf = (resourceServer: ResourceServer) =>
    Effect.map(Ref.get(requirements), (all) => all.get(resourceServer) ?? [])

  /** What is unmet about a need, given these tokens, dependencies left aside. */
  const unmetRoots: Check = Effect.fnUntraced(function* (need, tokens) {
    return Validation.unmet({
      need,
      record: tokens[need.resourceServer],
      required: yield* requiredOf(need.resourceServer),
      renewal: kind.renewal,
      nowSeconds: yield* nowSeconds
    })
  })

  /** What is unmet about a need, given these tokens. */
  const unmetIn: Check = Effect.fnUntraced(function* (need, tokens) {
    const unmet = yield* unmetRoots(need, tokens)
    const record = tokens[need.resourceServer]
    if (unmet !== undefined || record === undefined) return unmet
    return yield* unmetDependencies(record, yield* requiredOf(need.resourceServer))
  })

  function isLoginRequired(): Effect.Effect<boolean, GlobusError> {
    return Effect.gen(function* () {
      const tokens = yield* reload
      for (const resourceServer of (yield* Ref.get(requirements)).keys()) {
        const unmet = yield* Effect.catchIf(
          unmetIn({ resourceServer, anyOf: [] }, tokens),
          isRecoverable,
          Effect.succeed
        )
        if (unmet !== undefined) return true
      }
      return false
    })
  }

  // ---------------------------------------------------------------------------
  // renewal
  // ---------------------------------------------------------------------------

  const renewWith = (record: TokenRecord) =>
    kind.renewal === "clientCredentials"
      ? Effect.flatMap(Ref.get(requirements), (required) =>
          kind.oauth.clientCredentials(
            GlobusScope.serialize(required.get(record.resource_server) ?? []) || record.scope
          )
        )
      : kind.oauth.refresh(record.refresh_token ?? Redacted.make(""))

  /** Renews the token that was found wanting, unless somebody else has done so meanwhile. */
  const renew = (stale: TokenRecord) =>
    modify((tokens) =>
      Effect.gen(function* () {
        const current = tokens[stale.resource_server]
        if (current === undefined) return [undefined, tokens] as const
        const isSame = Redacted.value(current.access_token) === Redacted.value(stale.access_token)
        if (!isSame && !Validation.isStale(current, yield* nowSeconds)) return [undefined, tokens] as const
        const response = yield* renewWith(current)
        const [grant, ...others] = grantsOf(response)
        if (grant === undefined || others.length > 0 || grant.resource_server !== current.resource_server) {
          return yield* new ResponseError({
            service: "auth",
            operation: "token",
            status: 200,
            path: "other_tokens",
            detail: `expected one token, for ${current.resource_server}`
          })
        }
        const record = yield* toRecord(grant, Option.none(), current)
        return [undefined, { ...tokens, [record.resource_server]: record }] as const
      })
    ).pipe(
      Effect.catchIf(
        (error): error is ApiError => error._tag === "ApiError" && error.code === "invalid_grant",
        // The refresh token is worthless; only a login brings another.
        () => new ExpiredToken({ resourceServer: stale.resource_server, expiredAt: stale.expires_at_seconds })
      ),
      Effect.withSpan("GlobusApp.renew", { attributes: { "globus.resource_server": stale.resource_server } })
    )

  const sharedRenewal = (record: TokenRecord) => runs.run(`renew ${record.resource_server}`, renew(record))

  /** The token for a need, renewed if need be, or what is unmet. */
  function usable(need: Need, check: Check = unmetIn): Effect.Effect<TokenRecord, GlobusError> {
    const checked = Effect.fnUntraced(function* (tokens: Tokens) {
      const unmet = yield* check(need, tokens)
      const record = tokens[need.resourceServer]
      // Where there is no record, the check has said so.
      return record === undefined || unmet !== undefined
        ? yield* unmet ?? new MissingToken({ resourceServer: need.resourceServer })
        : record
    })
    return Effect.gen(function* () {
      const record = yield* Effect.catchIf(Effect.flatMap(cached, checked), isRecoverable, () =>
        // Another program of this account may have logged in.
        Effect.flatMap(reload, checked)
      )
      if (!Validation.isStale(record, yield* nowSeconds)) return record
      yield* sharedRenewal(record)
      return yield* Effect.flatMap(cached, checked)
    })
  }

  // ---------------------------------------------------------------------------
  // policy
  // ---------------------------------------------------------------------------

  /** Does about a requirement what the policy says; afterwards it is worth trying again. */
  const mend = (
    requirement: RecoverableRequirement,
    login: Effect.Effect<void, GlobusError>
  ): Effect.Effect<void, GlobusError> =>
    policy === "fail" || !kind.canMend(requirement)
      ? Effect.fail(requirement)
      : policy === "login"
        ? login
        : policy(requirement, service)

  /** What an operation needs belongs to what the program requires from here on. */
  const requireNeed = Effect.fnUntraced(function* (need: Need) {
    const [asked] = need.anyOf
    const names = new Set((yield* requiredOf(need.resourceServer)).map(({ scope }) => scope))
    const isAsked = asked === undefined || need.anyOf.some((scope) => Validation.holds(names, scope))
    const wanted = isAsked ? [] : yield* Effect.orDie(GlobusScope.fromInputEffect(asked))
    yield* require(need.resourceServer, wanted)
  })

  const authorized = (need: Need): Effect.Effect<TokenRecord, GlobusError> =>
    Effect.catchIf(
      usable(need),
      isRecoverable,
      Effect.fnUntraced(function* (requirement) {
        yield* requireNeed(need)
        let part: SharedRuns.Part = "began"
        yield* mend(
          requirement,
          Effect.map(sharedLogin, (ours) => {
            part = ours
          })
        )
        // A login that was under way already may not have known of this need; one more will.
        return part === "began"
          ? yield* usable(need)
          : yield* Effect.catchIf(usable(need), isRecoverable, (requirement) =>
              Effect.andThen(mend(requirement, Effect.asVoid(sharedLogin)), usable(need))
            )
      })
    )

  const authorizer: AuthorizerService = {
    appName: Option.some(appName),
    require,
    authorize: (need) => Effect.map(authorized(need), (record) => Option.some(headerOf(record))),
    recover: Effect.fnUntraced(function* (refusal) {
      if (refusal._tag === "AuthorizationRequired") {
        const { parameters } = refusal.requirement
        const key = `login ${JSON.stringify(parameters)}`
        yield* mend(refusal.requirement, Effect.asVoid(runs.run(key, loginWith(parameters))))
        return true
      }
      const { resourceServer } = refusal.need
      const tokens = yield* reload
      const record = tokens[resourceServer]
      if (record === undefined) return true
      const refused = Option.map(refusal.refused, Redacted.value)
      const isRefused = Option.contains(refused, Redacted.value(headerOf(record)))
      // Somebody has renewed it since the request was made.
      if (!isRefused) return true
      const expired = new ExpiredToken({ resourceServer, expiredAt: record.expires_at_seconds })
      const renewed = Validation.isRenewable(record, kind.renewal)
        ? Effect.asVoid(sharedRenewal(record))
        : Effect.fail(expired)
      yield* Effect.catchIf(renewed, isRecoverable, (requirement) =>
        mend(requirement, Effect.asVoid(runs.run("login again", loginWith({}))))
      )
      return true
    })
  }

  // ---------------------------------------------------------------------------
  // by hand
  // ---------------------------------------------------------------------------

  const logout = Effect.fn("GlobusApp.logout")(function* (options?: {
    readonly sweep?: boolean | undefined
  }) {
    const required = yield* Ref.get(requirements)
    const report = yield* modify((tokens) => {
      const leaving = Object.values(tokens).filter(
        (record) => options?.sweep === true || required.has(record.resource_server)
      )
      const revoked = Effect.forEach(
        leaving,
        (record) =>
          Effect.result(
            Effect.forEach(
              [record.access_token, record.refresh_token].filter(
                (token) => token !== undefined && token !== null
              ),
              (token) => kind.oauth.revoke(token),
              { discard: true }
            )
          ),
        { concurrency: 8 }
      )
      return Effect.map(revoked, (results) => {
        const removed = leaving.map((record) => record.resource_server)
        const kept = Object.entries(tokens).filter(([, record]) => !leaving.includes(record))
        const unrevoked = results.flatMap((result, index) => {
          const resourceServer = removed[index]
          return Result.isFailure(result) && resourceServer !== undefined
            ? [{ resourceServer, error: result.failure }]
            : []
        })
        return [{ removed, unrevoked } satisfies LogoutReport, Object.fromEntries(kept)] as const
      })
    })
    yield* Ref.set(consents, Option.none())
    return report
  })

  const service: Service = {
    appName,
    clientId: kind.oauth.clientId,
    tokenLocation: storage.location(account),
    scopeRequirements: Ref.get(requirements),
    addScopeRequirements,
    login: Effect.fn("GlobusApp.login")(function* (options?: LoginOptions) {
      const parameters = options?.authParams
      yield* parameters !== undefined || options?.force === true
        ? loginWith(parameters ?? {})
        : Effect.asVoid(sharedLogin)
    }),
    loginRequired: isLoginRequired(),
    logout,
    identity: Effect.map(cached, identityOf)
  }

  return Context.make(GlobusApp, service).pipe(Context.add(Authorizer, authorizer))
})

const headers = new WeakMap<TokenRecord, Redacted.Redacted<string>>()

const headerOf = (record: TokenRecord): Redacted.Redacted<string> => {
  const known = headers.get(record)
  if (known !== undefined) return known
  const header = bearer(record.access_token)
  headers.set(record, header)
  return header
}

const identityOf = (tokens: Tokens): Option.Option<IdentityId> =>
  Option.fromNullishOr(Object.values(tokens).find((record) => record.identity_id != null)?.identity_id)

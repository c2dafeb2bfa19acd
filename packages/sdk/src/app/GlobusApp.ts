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
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import type { OAuth2Client } from "../auth/OAuth2Client.ts"
import type { AuthorizationParameters } from "../model/AuthorizationParameters.ts"
import type { GlobusError } from "../model/GlobusError.ts"
import type * as GlobusScope from "../model/GlobusScope.ts"
import type { ClientId, IdentityId, ResourceServer } from "../model/Id.ts"
import { InvalidConfiguration } from "../model/InvalidConfiguration.ts"
import type { TokenStorageError } from "../model/TokenStorageError.ts"
import { isRecoverable, MissingToken, type RecoverableRequirement } from "../model/UnmetRequirement.ts"
import {
  Authorizer,
  type Need,
  type Recovery,
  type Refusal,
  type Service as AuthorizerService
} from "../service/Authorizer.ts"
import { Transport } from "../service/Transport.ts"
import * as Consents from "./internal/consents.ts"
import * as KeptTokens from "./internal/keptTokens.ts"
import * as Login from "./internal/login.ts"
import * as Renewal from "./internal/renewal.ts"
import * as Requirements from "./internal/requirements.ts"
import { revokeAll, type Unrevoked } from "./internal/revocation.ts"
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
  /**
   * Whether to log in even if nothing is missing. Such a login begins afresh: it asks for what is required now, and
   * gives up what was granted beyond that. Any other asks for that again, so that nobody loses it. Default: false.
   */
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
  readonly unrevoked: ReadonlyArray<Unrevoked>
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
  readonly logout: (options?: LogoutOptions) => Effect.Effect<LogoutReport, TokenStorageError>
  /** Who is logged in, as far as the kept tokens say. */
  readonly identity: Effect.Effect<Option.Option<IdentityId>, TokenStorageError>
}

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
  /** Gets tokens for these scopes by a login. */
  readonly obtain: Login.Obtain
  /** Gets a token in the place of one that is no good any more; none if that needs a login. */
  readonly replacement: Renewal.Replacement
  /** Whether a token without a refresh token counts as unmet. */
  readonly requiresRefreshTokens: boolean
  /** Whether a login could do what a service demands; if not, the demand is what the program sees. */
  readonly canMend: (requirement: RecoverableRequirement) => boolean
}

/** The app. */
export class GlobusApp extends Context.Service<GlobusApp, Service>()("@effect-globus/sdk/app/GlobusApp") {}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** Finds out what is unmet about a need, or about what any request requires, given these tokens. */
type Check = (
  need: Need,
  tokens: Tokens,
  required: RequiredScopes
) => Effect.Effect<RecoverableRequirement | undefined, GlobusError>

/** The app and its authorizer, as a context with both. */
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
  const requirements = yield* Requirements.make
  yield* Effect.mapError(requirements.addInput(options.scopeRequirements ?? {}), (error) =>
    error._tag === "InvalidConfiguration"
      ? error
      : new InvalidConfiguration({ setting: "scopeRequirements", detail: error.message })
  )
  const nowSeconds = Effect.map(kind.oauth.serverTime, (millis) => Math.floor(millis / 1000))
  const renewal = Renewal.make({ tokens, nowSeconds, requirements, runs, replacement: kind.replacement })

  // ---------------------------------------------------------------------------
  // checks
  // ---------------------------------------------------------------------------

  /** Dependencies left aside. */
  const unmetRoots: Check = Effect.fnUntraced(function* (need, kept, required) {
    return Validation.unmet({
      need,
      record: kept[need.resourceServer],
      required: required.get(need.resourceServer) ?? [],
      requiresRefreshTokens: kind.requiresRefreshTokens,
      isRenewable: renewal.isRenewable,
      nowSeconds: yield* nowSeconds
    })
  })

  const consents = yield* Consents.make({
    appName,
    tokenFor: (need) => usable(need, unmetRoots),
    replaceRefused: (refusal) => Effect.suspend(() => replaceRefused(refusal))
  })

  const unmetIn: Check = Effect.fnUntraced(function* (need, kept, required) {
    const unmet = yield* unmetRoots(need, kept, required)
    const record = kept[need.resourceServer]
    if (unmet !== undefined || record === undefined) return unmet
    return yield* consents.unmet(record, required.get(need.resourceServer) ?? [])
  })

  const loginRequired = Effect.gen(function* () {
    const required = yield* requirements.all
    const kept = yield* tokens.current
    for (const resourceServer of required.keys()) {
      const need = { resourceServer, anyOf: [] }
      const unmet = yield* Effect.catchIf(unmetIn(need, kept, required), isRecoverable, Effect.succeed)
      if (unmet !== undefined || (yield* tokens.isRefused(kept[resourceServer]))) return true
    }
    return false
  })

  // ---------------------------------------------------------------------------
  // tokens
  // ---------------------------------------------------------------------------

  const login = Login.make({
    account,
    oauth: kind.oauth,
    tokens,
    requirements,
    nowSeconds,
    obtain: kind.obtain,
    after: consents.forget
  })

  /** A login for all that is required, which callers share. */
  const sharedLogin = runs.run("login", login.ifNeeded(loginRequired))

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
      if (!Validation.isStale(record, yield* nowSeconds)) return record
      yield* renewal.renew(record)
      return yield* Effect.flatMap(tokens.remembered, checked)
    })
  }

  /** The token in the place of the one that was refused: the same one, or another that has come meanwhile, or none. */
  const inPlaceOf = Effect.fnUntraced(function* ({ need, refused }: Refusal) {
    const record = (yield* tokens.current)[need.resourceServer]
    return { record, isAnother: record !== undefined && !KeptTokens.isIn(refused, record) }
  })

  /** Sees to it that there is another token than the one that was refused, or fails with what is unmet. */
  const replaceRefused = Effect.fnUntraced(function* (
    refusal: Unauthorized
  ): Effect.fn.Return<Recovery, GlobusError> {
    const { isAnother, record } = yield* inPlaceOf(refusal)
    if (isAnother) return "outdated"
    if (record === undefined) return true
    yield* Effect.tapError(renewal.renew(record), (error) =>
      isRecoverable(error) ? tokens.refuse(record) : Effect.void
    )
    return true
  })

  // ---------------------------------------------------------------------------
  // policy
  // ---------------------------------------------------------------------------

  /** Does about a requirement what the policy says; afterwards it is worth trying again. */
  const mend = Effect.fnUntraced(function* (
    requirement: RecoverableRequirement,
    login: Effect.Effect<SharedRuns.Part, GlobusError>
  ): Effect.fn.Return<SharedRuns.Part, GlobusError> {
    const isMending = yield* Login.isMending(account)
    if (policy === "fail" || isMending || !kind.canMend(requirement)) return yield* requirement
    return yield* policy === "login"
      ? login
      : runs.run(`policy for ${keyOf(requirement)}`, Login.mending(account)(policy(requirement, app)))
  })

  const authorized = (need: Need): Effect.Effect<TokenRecord, GlobusError> => {
    const attempt = usable(need, unmetIn)
    return Effect.catchIf(
      attempt,
      isRecoverable,
      Effect.fnUntraced(function* (requirement) {
        yield* requirements.addNeed(need)
        const part = yield* mend(requirement, sharedLogin)
        // What was under way already may not have known of this need; once more will.
        return yield* part === "joined"
          ? Effect.catchIf(attempt, isRecoverable, (still) =>
              Effect.andThen(mend(still, sharedLogin), attempt)
            )
          : attempt
      })
    )
  }

  /** The login that a service demands, unless there is another token than the one that the service has seen. */
  const loginDemanded = Effect.fnUntraced(function* (
    refusal: AuthorizationRequired
  ): Effect.fn.Return<Recovery, GlobusError> {
    const isOutdated = Effect.map(inPlaceOf(refusal), ({ isAnother }) => isAnother)
    if (yield* isOutdated) return "outdated"
    const { parameters } = refusal.requirement
    const needless = yield* Ref.make(false)
    const isNeeded = Effect.flatMap(isOutdated, (outdated) =>
      Effect.as(Ref.set(needless, outdated), !outdated)
    )
    // Whoever is refused for the same reason waits for the same login.
    const demanded = runs.run(
      `login for ${keyOf(refusal.requirement)}`,
      login.ifNeeded(isNeeded, { parameters })
    )
    yield* mend(refusal.requirement, demanded)
    return (yield* Ref.get(needless)) ? "outdated" : true
  })

  const authorizer: AuthorizerService = {
    appName: Option.some(appName),
    require: requirements.add,
    authorize: (need) => Effect.map(authorized(need), (record) => Option.some(KeptTokens.headerOf(record))),
    recover: (refusal) =>
      refusal._tag === "Unauthorized"
        ? Effect.catchIf(replaceRefused(refusal), isRecoverable, (requirement) =>
            Effect.as(mend(requirement, sharedLogin), true)
          )
        : loginDemanded(refusal)
  }

  // ---------------------------------------------------------------------------
  // by hand
  // ---------------------------------------------------------------------------

  const logout = Effect.fn("GlobusApp.logout")(function* (logoutOptions?: LogoutOptions) {
    const required = yield* requirements.all
    const isLeaving = (record: TokenRecord) =>
      logoutOptions?.sweep === true || required.has(record.resource_server)
    const report = yield* tokens.modify(
      Effect.fnUntraced(function* (kept) {
        const leaving = Object.values(kept).filter(isLeaving)
        const report: LogoutReport = {
          removed: leaving.map((record) => record.resource_server),
          unrevoked: yield* revokeAll(kind.oauth, leaving)
        }
        const staying = Object.entries(kept).filter(([, record]) => !isLeaving(record))
        return [report, Object.fromEntries(staying)] as const
      })
    )
    yield* consents.forget
    return report
  })

  /** A login that was under way already may not have known of all that is required by now; once more will. */
  const loginByHand = Effect.flatMap(sharedLogin, (part) =>
    part === "joined" ? Effect.asVoid(sharedLogin) : Effect.void
  )

  const app: Service = {
    appName,
    clientId: kind.oauth.clientId,
    tokenLocation,
    scopeRequirements: requirements.all,
    addScopeRequirements: Effect.fn("GlobusApp.addScopeRequirements")(requirements.addInput),
    login: Effect.fn("GlobusApp.login")(({ authParams: parameters, force: afresh }: LoginOptions = {}) =>
      parameters !== undefined || afresh === true
        ? login.ifNeeded(Effect.succeed(true), { parameters, afresh })
        : loginByHand
    ),
    loginRequired,
    logout,
    identity: Effect.map(tokens.current, KeptTokens.identityOf)
  }

  return Context.make(GlobusApp, app).pipe(Context.add(Authorizer, authorizer))
})

/** What requirements have in common that one and the same login mends. */
const keyOf = (requirement: RecoverableRequirement): string =>
  JSON.stringify(requirement._tag === "AuthorizationRequired" ? requirement.parameters : requirement)

type Unauthorized = Extract<Refusal, { readonly _tag: "Unauthorized" }>

type AuthorizationRequired = Extract<Refusal, { readonly _tag: "AuthorizationRequired" }>

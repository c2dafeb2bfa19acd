/** Renewing kept tokens, where that needs no login. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { grantsOf, type TokenResponse } from "../../auth/TokenDocument.ts"
import { type ApiError, type GlobusError, ResponseError } from "../../model/GlobusError.ts"
import * as GlobusScope from "../../model/GlobusScope.ts"
import type { ExpiredToken } from "../../model/UnmetRequirement.ts"
import type { TokenRecord, Tokens } from "../TokenStorage.ts"
import * as KeptTokens from "./keptTokens.ts"
import * as Requirements from "./requirements.ts"
import type { SharedRuns } from "./SharedRuns.ts"
import * as Validation from "./tokenValidation.ts"

/** How to get a token, of these scopes, in the place of another; none if only a login can. */
export type Replacement = (
  record: TokenRecord,
  scope: string
) => Option.Option<Effect.Effect<TokenResponse, GlobusError>>

/** Renewing kept tokens. */
export interface Renewal {
  /**
   * Renews a token that was found wanting, unless somebody else has done so meanwhile. Fails with `ExpiredToken` if
   * only a login brings another.
   */
  readonly renew: (wanting: TokenRecord) => Effect.Effect<void, GlobusError>
  readonly isRenewable: (record: TokenRecord) => boolean
}

export const make = (options: {
  readonly tokens: KeptTokens.KeptTokens
  /** By the clock of Globus Auth, in whole seconds since 1970. */
  readonly nowSeconds: Effect.Effect<number>
  readonly requirements: Requirements.Requirements
  readonly runs: SharedRuns<GlobusError>
  readonly replacement: Replacement
}): Renewal => {
  const { nowSeconds, replacement, requirements, runs, tokens } = options

  /** What is required of the scopes that a token holds; no others, for nobody may have granted them. */
  const scopeOf = Effect.fnUntraced(function* (record: TokenRecord) {
    const granted = Validation.grantedScopes(record)
    const required = (yield* requirements.all).get(record.resource_server) ?? []
    const again = yield* Requirements.together(
      required.filter(({ scope }) => Validation.holds(granted, scope)),
      "scopeRequirements"
    )
    return GlobusScope.serialize(again) || record.scope
  })

  const replaced = Effect.fnUntraced(function* (
    record: TokenRecord,
    request: Effect.Effect<TokenResponse, GlobusError>
  ) {
    const [grant, ...others] = grantsOf(yield* request)
    const receivedAt = yield* nowSeconds
    return grant === undefined || others.length > 0 || grant.resource_server !== record.resource_server
      ? yield* new ResponseError({
          service: "auth",
          operation: "token",
          status: 200,
          path: "other_tokens",
          detail: `expected one token, for ${record.resource_server}`
        })
      : KeptTokens.toRecord(grant, { receivedAt, previous: record })
  })

  type Outcome = readonly [Effect.Effect<void, ExpiredToken>, Tokens]

  const renewIn = Effect.fnUntraced(function* (
    kept: Tokens,
    wanting: TokenRecord
  ): Effect.fn.Return<Outcome, GlobusError> {
    const record = kept[wanting.resource_server]
    if (record === undefined) return [Effect.void, kept]
    const isOther = !KeptTokens.isSameSecret(record.access_token, wanting.access_token)
    if (isOther && !Validation.isStale(record, yield* nowSeconds)) return [Effect.void, kept]
    const request = replacement(record, yield* scopeOf(record))
    if (Option.isNone(request)) return yield* Validation.expired(record)
    return yield* replaced(record, request.value).pipe(
      Effect.map((next): Outcome => [Effect.void, { ...kept, [next.resource_server]: next }]),
      Effect.catchIf(isInvalidGrant, () => {
        // The refresh token is worthless, and only a login brings another.
        const { refresh_token: _, ...rest } = record
        const outcome: Outcome = [
          Effect.fail(Validation.expired(record)),
          { ...kept, [record.resource_server]: rest }
        ]
        return Effect.succeed(outcome)
      })
    )
  })

  const renew = Effect.fn("GlobusApp.renewToken")((wanting: TokenRecord) =>
    Effect.flatten(tokens.modify((kept) => renewIn(kept, wanting)))
  )

  return {
    renew: (wanting) =>
      Effect.asVoid(runs.run(`renew ${wanting.resource_server}`, renew(wanting), { finishes: true })),
    isRenewable: (record) => Option.isSome(replacement(record, record.scope))
  }
}

/** RFC 6749 §5.2; whatever says so with another status must not cost the refresh token. */
const isInvalidGrant = (error: GlobusError): error is ApiError =>
  error._tag === "ApiError" &&
  error.code === "invalid_grant" &&
  (error.status === 400 || error.status === 401)

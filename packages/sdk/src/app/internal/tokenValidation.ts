/** Whether a stored token does: the checks that need nothing but the token and the clock. */
import * as Predicate from "effect/Predicate"
import type { GlobusScope } from "../../model/GlobusScope.ts"
import { TransferScopes } from "../../model/Scopes.ts"
import {
  ExpiredToken,
  MissingRefreshToken,
  MissingToken,
  type RecoverableRequirement,
  UnmetScopes
} from "../../model/UnmetRequirement.ts"
import type { Need } from "../../service/Authorizer.ts"
import type { TokenRecord } from "../TokenStorage.ts"

/** A token that is about to expire could do so on its way, so it counts as expired this many seconds before. */
export const leeway = 60

/** Whether a token has expired, or is about to. */
export const isStale = (record: TokenRecord, nowSeconds: number): boolean =>
  record.expires_at_seconds - nowSeconds <= leeway

/** That a token has expired. */
export const expired = (record: TokenRecord): ExpiredToken =>
  new ExpiredToken({ resourceServer: record.resource_server, expiredAt: record.expires_at_seconds })

/** The scopes of which a service's `all` holds no part. */
const apart: ReadonlySet<string> = new Set([TransferScopes.gcp_install])

/** What the names of a service's scopes begin with; not all of them have such a name. */
const familyOf = (scope: string): string | undefined =>
  /^(urn:globus:auth:scope:[^:]+:|https:\/\/auth\.globus\.org\/scopes\/[^/]+\/)/.exec(scope)?.[1]

/** The scope `all` of the service that a scope belongs to. */
const allOf = (scope: string): string | undefined => {
  const family = familyOf(scope)
  return family === undefined || apart.has(scope) ? undefined : `${family}all`
}

/** Whether a scope belongs to the same service as those of a token, as far as their names tell. */
export const isKin = (granted: ReadonlySet<string>, scope: string): boolean => {
  const family = familyOf(scope)
  return (
    granted.has(scope) || (family !== undefined && [...granted].some((other) => familyOf(other) === family))
  )
}

/** Whether granted scopes hold a wanted one, by itself or in the `all` of its service. */
export const holds = (granted: ReadonlySet<string>, wanted: string): boolean => {
  if (granted.has(wanted)) return true
  const all = allOf(wanted)
  return all !== undefined && granted.has(all)
}

const scopesOf = new WeakMap<TokenRecord, ReadonlySet<string>>()

/** The scopes of a token. */
export const grantedScopes = (record: TokenRecord): ReadonlySet<string> => {
  const known = scopesOf.get(record)
  if (known !== undefined) return known
  const granted = new Set(record.scope.split(" ").filter((scope) => scope !== ""))
  scopesOf.set(record, granted)
  return granted
}

/** The required scopes that a grant lacks, whatever depends on them. */
export const missingScopes = (
  granted: ReadonlySet<string>,
  required: ReadonlyArray<GlobusScope>
): ReadonlyArray<string> => [
  ...new Set(required.map(({ scope }) => scope).filter((scope) => !holds(granted, scope)))
]

/** What is unmet about the token for a resource server, if anything is. */
export const unmet = (options: {
  readonly need: Need
  readonly record: TokenRecord | undefined
  readonly required: ReadonlyArray<GlobusScope>
  /** Whether a token without a refresh token counts as unmet. */
  readonly requiresRefreshTokens: boolean
  /** Whether a token can be renewed without a login. */
  readonly isRenewable: (record: TokenRecord) => boolean
  readonly nowSeconds: number
}): RecoverableRequirement | undefined => {
  const { need, record } = options
  const { resourceServer } = need
  if (record === undefined) return new MissingToken({ resourceServer })
  if (options.requiresRefreshTokens && Predicate.isNullish(record.refresh_token)) {
    return new MissingRefreshToken({ resourceServer })
  }
  if (isStale(record, options.nowSeconds) && !options.isRenewable(record)) return expired(record)
  const granted = grantedScopes(record)
  const missing = missingScopes(granted, options.required)
  const [asked] = need.anyOf
  const lacking =
    asked === undefined || need.anyOf.some((scope) => holds(granted, scope)) || missing.includes(asked)
      ? missing
      : [...missing, asked]
  return lacking.length === 0 ? undefined : new UnmetScopes({ resourceServer, missing: lacking })
}

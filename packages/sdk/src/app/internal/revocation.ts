/** Making tokens worthless at Globus Auth that are not kept any more. */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type * as Redacted from "effect/Redacted"
import type { OAuth2Client } from "../../auth/OAuth2Client.ts"
import type { GlobusError } from "../../model/GlobusError.ts"
import type { ResourceServer } from "../../model/Id.ts"

/** A token and the refresh token that it came with. */
interface Pair {
  readonly resource_server: ResourceServer
  readonly access_token: Redacted.Redacted<string>
  readonly refresh_token?: Redacted.Redacted<string> | null
}

/** A token that could not be revoked, or whose refresh token could not, and why: it is valid until it expires. */
export interface Unrevoked {
  readonly resourceServer: ResourceServer
  readonly error: GlobusError
}

/** Revokes tokens and their refresh tokens, none of which waits for another. Tells which could not be. */
export const revokeAll = (
  oauth: OAuth2Client,
  pairs: ReadonlyArray<Pair>
): Effect.Effect<ReadonlyArray<Unrevoked>> =>
  Effect.map(
    Effect.forEach(
      pairs,
      Effect.fnUntraced(function* (pair) {
        const tokens = [pair.refresh_token, pair.access_token].filter(Predicate.isNotNullish)
        const [, [error]] = yield* Effect.partition(tokens, (token) => oauth.revoke(token))
        return error === undefined ? [] : [{ resourceServer: pair.resource_server, error }]
      }),
      { concurrency: 8 }
    ),
    (unrevoked) => unrevoked.flat()
  )

/** The tokens of one account: what storage holds, remembered, and how it is changed. */
import * as Effect from "effect/Effect"
import * as Equivalence from "effect/Equivalence"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import type { TokenGrant } from "../../auth/TokenDocument.ts"
import type { IdentityId } from "../../model/Id.ts"
import type { TokenStorageError } from "../../model/TokenStorageError.ts"
import { type Authorization, bearer } from "../../service/Authorizer.ts"
import type { Account, Service as Storage, TokenRecord, Tokens } from "../TokenStorage.ts"

/** The tokens of one account. */
export interface KeptTokens {
  /** As they were when storage was last looked at. */
  readonly remembered: Effect.Effect<Tokens, TokenStorageError>
  /** As storage holds them now. */
  readonly current: Effect.Effect<Tokens, TokenStorageError>
  /** Remembers that a token is no good though it has not expired, because a service has refused it. */
  readonly refuse: (record: TokenRecord) => Effect.Effect<void>
  readonly isRefused: (record: TokenRecord | undefined) => Effect.Effect<boolean>
  /** Reads, decides and writes, while nobody else can. */
  readonly modify: <A, E>(
    decide: (tokens: Tokens) => Effect.Effect<readonly [A, Tokens], E>
  ) => Effect.Effect<A, E | TokenStorageError>
  /** Runs a login while no other one is made for this account, in any program. */
  readonly exclusively: <A, E>(login: Effect.Effect<A, E>) => Effect.Effect<A, E | TokenStorageError>
}

export const make = Effect.fnUntraced(function* (storage: Storage, account: Account) {
  const memory = yield* Ref.make(Option.none<Tokens>())
  const refused = yield* Ref.make<ReadonlyMap<string, Authorization>>(new Map())
  const remember = (tokens: Tokens) => Ref.set(memory, Option.some(tokens))
  const current = Effect.tap(storage.get(account), remember)
  const kept: KeptTokens = {
    current,
    remembered: Effect.flatMap(
      Ref.get(memory),
      Option.match({ onNone: () => current, onSome: Effect.succeed })
    ),
    refuse: (record) =>
      Ref.update(refused, (all) => new Map(all).set(record.resource_server, headerOf(record))),
    isRefused: (record) =>
      Effect.map(
        Ref.get(refused),
        (all) => record !== undefined && isIn(Option.fromUndefinedOr(all.get(record.resource_server)), record)
      ),
    modify: (decide) =>
      storage
        .modify(account, (tokens) =>
          Effect.map(decide(tokens), ([value, next]) => [[value, next] as const, next] as const)
        )
        .pipe(
          Effect.tap(([, next]) => remember(next)),
          Effect.map(([value]) => value)
        ),
    exclusively: (login) => storage.exclusively(account, login)
  }
  return kept
})

/** What to keep of a grant. What is not granted anew, such as a refresh token, stays as it was. */
export const toRecord = (
  grant: TokenGrant,
  options: {
    /** When the grant came, by the clock of Globus Auth, in whole seconds since 1970. */
    readonly receivedAt: number
    readonly identity?: Option.Option<IdentityId> | undefined
    readonly previous?: TokenRecord | undefined
  }
): TokenRecord => {
  const { identity = Option.none(), previous, receivedAt } = options
  const refreshToken = grant.refresh_token ?? previous?.refresh_token
  return {
    ...previous,
    resource_server: grant.resource_server,
    scope: grant.scope,
    access_token: grant.access_token,
    expires_at_seconds: receivedAt + Math.floor(grant.expires_in),
    token_type: grant.token_type ?? "Bearer",
    ...(Option.isSome(identity) ? { identity_id: identity.value } : {}),
    ...(refreshToken === undefined || refreshToken === null ? {} : { refresh_token: refreshToken })
  }
}

/** Whose tokens these are; they are all the same person's. */
export const identityOf = (tokens: Tokens): Option.Option<IdentityId> =>
  Option.fromNullishOr(
    Object.values(tokens)
      .map((record) => record.identity_id)
      .find(Predicate.isNotNullish)
  )

/** Whether two secrets are the same. */
export const isSameSecret = Redacted.makeEquivalence(Equivalence.String)

/** Whether a header carries this token. */
export const isIn = (header: Option.Option<Authorization>, record: TokenRecord): boolean =>
  Option.exists(header, (header) => isSameSecret(header, headerOf(record)))

const headers = new WeakMap<TokenRecord, Authorization>()

/** The header that carries the token; made once for each token. */
export const headerOf = (record: TokenRecord): Authorization => {
  const known = headers.get(record)
  if (known !== undefined) return known
  const header = bearer(record.access_token)
  headers.set(record, header)
  return header
}

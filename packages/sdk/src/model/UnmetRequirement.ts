/**
 * What can stand between a program and a request: a token that is missing, expired or too narrow, a consent that was
 * not given, a session that a service does not accept. Each is an error of its own; those that a login can mend make
 * the app log in and try again, unless the app was told otherwise.
 *
 * ```ts
 * import { Effect } from "effect"
 * import type { GlobusError } from "@effect-globus/sdk/model"
 *
 * declare const listing: Effect.Effect<string, GlobusError>
 *
 * const quiet = listing.pipe(
 *   Effect.catchTag(["MissingToken", "ExpiredToken"], () => Effect.succeed("not logged in"))
 * )
 * ```
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { AuthorizationParameters } from "./AuthorizationParameters.ts"
import { IdentityId, received, ResourceServer } from "./Id.ts"
import * as PlainText from "./PlainText.ts"

const sentence = (parts: ReadonlyArray<string>) => PlainText.oneLine(parts.join(", "))

/** No token for this resource server is stored. A login helps. */
export class MissingToken extends Schema.TaggedError<MissingToken>()("MissingToken", {
  resourceServer: ResourceServer
}) {
  override get message() {
    return `There is no token for ${this.resourceServer}: log in to get one.`
  }
}

/** The stored token has expired, and no refresh token is in use that could renew it. A login helps. */
export class ExpiredToken extends Schema.TaggedError<ExpiredToken>()("ExpiredToken", {
  resourceServer: ResourceServer,
  /** When it expired, in seconds since 1970. */
  expiredAt: Schema.Number
}) {
  override get message() {
    const when = Option.match(DateTime.make(this.expiredAt * 1000), {
      onNone: () => "",
      onSome: (date) => ` at ${DateTime.formatIso(date)}`
    })
    return `The token for ${this.resourceServer} expired${when}: log in again.`
  }
}

/** The app works with refresh tokens, but the stored token came without one. A login helps. */
export class MissingRefreshToken extends Schema.TaggedError<MissingRefreshToken>()("MissingRefreshToken", {
  resourceServer: ResourceServer
}) {
  override get message() {
    return `The token for ${this.resourceServer} came without a refresh token, which this app asks for: log in again.`
  }
}

const Lack = {
  resourceServer: ResourceServer,
  /** The required scopes that the token lacks, as scope strings. */
  missing: Schema.Array(Schema.String)
}

/** The stored token lacks scopes that are required, or a login did not bring them. A login helps. */
export class UnmetScopes extends Schema.TaggedError<UnmetScopes>()("UnmetScopes", {
  ...Lack,
  /** The same of further resource servers, if a login lacks scopes of several. */
  others: Schema.optionalKey(Schema.Array(Schema.Struct(Lack)))
}) {
  override get message(): string {
    const { missing, others = [], resourceServer } = this
    const lacks = [{ missing, resourceServer }, ...others].map(
      (lack) => `he token for ${lack.resourceServer} lacks ${sentence(lack.missing)}`
    )
    return `T${lacks.join(", and t")}: log in to grant it.`
  }
}

/** The token is wide enough, but consents for scopes that depend on it are missing. A login helps. */
export class UnmetDependentScopes extends Schema.TaggedError<UnmetDependentScopes>()("UnmetDependentScopes", {
  resourceServer: ResourceServer,
  /** The required scopes with their dependencies, as scope strings. */
  missing: Schema.Array(Schema.String)
}) {
  override get message() {
    return `A consent is missing for ${sentence(this.missing)} of ${this.resourceServer}: log in to give it.`
  }
}

/** A service wants a consent or another session before it serves this request. A login with these parameters helps. */
export class AuthorizationRequired extends Schema.TaggedError<AuthorizationRequired>()(
  "AuthorizationRequired",
  {
    service: Schema.String,
    operation: Schema.String,
    /** The service's own code, such as `ConsentRequired`. */
    code: Schema.String,
    parameters: AuthorizationParameters,
    /** Fields of the service's answer that are not as documented, and were left out. */
    problems: Schema.optionalKey(Schema.Array(Schema.String)),
    requestId: Schema.optionalKey(Schema.String)
  }
) {
  override get message() {
    const wish = this.parameters.session_message ?? "it wants a consent or another session"
    const left =
      this.problems === undefined ? "" : ` Left out, because malformed: ${sentence(this.problems)}.`
    return PlainText.oneLine(
      `${this.operation} of ${this.service} needs another login (${this.code}): ${wish}.${left}`
    )
  }
}

/** The login was made with another identity than that of the stored tokens, which stay. A login does not help. */
export class IdentityMismatch extends Schema.TaggedError<IdentityMismatch>()("IdentityMismatch", {
  stored: received(IdentityId),
  received: received(IdentityId)
}) {
  override get message() {
    return PlainText.oneLine(
      `The login was made as ${this.received}, but the stored tokens belong to ${this.stored}; they were kept. ` +
        "Log in with the same identity, or log out first, with `sweep` if other programs have tokens too."
    )
  }
}

/** The token response does not say who logged in, so its tokens were not stored. A login does not help. */
export class MissingIdentity extends Schema.TaggedError<MissingIdentity>()("MissingIdentity", {}) {
  override get message() {
    return "Globus Auth did not say who logged in (no id_token): ask for the scope `openid` with the others."
  }
}

/** Everything that can be unmet. */
export type UnmetRequirement =
  | MissingToken
  | ExpiredToken
  | MissingRefreshToken
  | UnmetScopes
  | UnmetDependentScopes
  | AuthorizationRequired
  | IdentityMismatch
  | MissingIdentity

/** The unmet requirements that a login can mend. */
export type RecoverableRequirement = Exclude<UnmetRequirement, IdentityMismatch | MissingIdentity>

const recoverable: ReadonlySet<string> = new Set([
  "MissingToken",
  "ExpiredToken",
  "MissingRefreshToken",
  "UnmetScopes",
  "UnmetDependentScopes",
  "AuthorizationRequired"
] satisfies ReadonlyArray<RecoverableRequirement["_tag"]>)

/** Whether this is an unmet requirement that a login can mend. */
export const isRecoverable = (error: { readonly _tag: string }): error is RecoverableRequirement =>
  recoverable.has(error._tag)

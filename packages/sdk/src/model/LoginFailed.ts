/**
 * A login that did not lead to tokens, with the reason as a tagged union. Nothing that was stored before has changed.
 *
 * ```ts
 * import { Console, Effect } from "effect"
 * import type { GlobusError } from "@effect-globus/sdk/model"
 *
 * declare const login: Effect.Effect<void, GlobusError>
 *
 * const told = login.pipe(
 *   Effect.catchReason("LoginFailed", "Denied", () => Console.log("You did not consent; nothing was done."))
 * )
 * ```
 */
import * as Schema from "effect/Schema"
import * as PlainText from "./PlainText.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The person, or Globus Auth, said no. */
export class Denied extends Schema.TaggedClass<Denied>()("Denied", {
  /** The OAuth2 error code, such as `access_denied`. */
  error: Schema.String,
  description: Schema.optionalKey(Schema.String),
  /** The issuer (`iss`) that the refusal names, if it names one. The app does not believe one of another issuer. */
  issuer: Schema.optionalKey(Schema.String)
}) {}

/** Nobody finished the login in time. */
export class TimedOut extends Schema.TaggedClass<TimedOut>()("TimedOut", {
  seconds: Schema.Number
}) {}

/** A person would have to be asked, but nobody can be: there is no terminal, or its input has ended. */
export class NotInteractive extends Schema.TaggedClass<NotInteractive>()("NotInteractive", {
  detail: Schema.String
}) {}

/** The answer belongs to another login than the one that was begun (RFC 6749 §10.12). */
export class StateMismatch extends Schema.TaggedClass<StateMismatch>()("StateMismatch", {}) {}

/** The answer came from another authorization server than the one that was asked (RFC 9207 §2.4). */
export class IssuerMismatch extends Schema.TaggedClass<IssuerMismatch>()("IssuerMismatch", {
  expected: Schema.String,
  /** What the answer says; `an unnamed server` if it says nothing, though the expected one always would. */
  received: Schema.String
}) {}

/** Globus Auth did not accept the code: mistyped, used before, or too old. */
export class InvalidCode extends Schema.TaggedClass<InvalidCode>()("InvalidCode", {
  description: Schema.optionalKey(Schema.String)
}) {}

/** Globus Auth did not accept the client: wrong id or secret, or not allowed to do this. */
export class ClientRejected extends Schema.TaggedClass<ClientRejected>()("ClientRejected", {
  error: Schema.String,
  description: Schema.optionalKey(Schema.String)
}) {}

/** The id token, which says who logged in, failed a check (OpenID Connect Core §3.1.3.7). */
export class InvalidIdToken extends Schema.TaggedClass<InvalidIdToken>()("InvalidIdToken", {
  detail: Schema.String
}) {}

/** This kind of login cannot work here, for example because no port could be opened. */
export class FlowUnavailable extends Schema.TaggedClass<FlowUnavailable>()("FlowUnavailable", {
  detail: Schema.String,
  /** What would work instead. */
  advice: Schema.optionalKey(Schema.String)
}) {}

/** Why a login failed. */
export const LoginFailedReason = Schema.Union([
  Denied,
  TimedOut,
  NotInteractive,
  StateMismatch,
  IssuerMismatch,
  InvalidCode,
  ClientRejected,
  InvalidIdToken,
  FlowUnavailable
])
export type LoginFailedReason = typeof LoginFailedReason.Type

const explain = (reason: LoginFailedReason): string => {
  switch (reason._tag) {
    case "Denied":
      return `it was refused (${reason.error}${reason.description === undefined ? "" : `: ${reason.description}`}). Log in again and consent.`
    case "TimedOut":
      return `nobody finished it within ${reason.seconds} s. Log in again.`
    case "NotInteractive":
      return `${reason.detail} Run the program once in a terminal, or use a ClientApp, which needs nobody.`
    case "StateMismatch":
      return "the answer belongs to another login. Begin again, and use the newest link."
    case "IssuerMismatch":
      return `the answer came from ${reason.received}, not from ${reason.expected}. Begin again; do not enter the code anywhere else.`
    case "InvalidCode":
      return `the code was not accepted${reason.description === undefined ? "" : ` (${reason.description})`}: mistyped, used before, or too old. Log in again.`
    case "ClientRejected":
      return `the client was not accepted (${reason.error}${reason.description === undefined ? "" : `: ${reason.description}`}). Check client id and secret at https://app.globus.org/settings/developers.`
    case "InvalidIdToken":
      return `the id token was not accepted: ${reason.detail}. Check the clock of this machine, and log in again.`
    case "FlowUnavailable":
      return reason.advice === undefined ? reason.detail : `${reason.detail} ${reason.advice}`
  }
}

// -----------------------------------------------------------------------------
// errors
// -----------------------------------------------------------------------------

/** A login did not lead to tokens; `reason` says why. What was stored before is unchanged. */
export class LoginFailed extends Schema.TaggedError<LoginFailed>()("LoginFailed", {
  reason: LoginFailedReason
}) {
  override get message() {
    return PlainText.oneLine(`The login failed: ${explain(this.reason)}`)
  }
}

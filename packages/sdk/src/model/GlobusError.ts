/**
 * Everything that a call to Globus can fail with. A failed call is exactly one of these, told apart by `_tag`; an
 * {@link ApiError} is further told apart by its `reason`. No error carries a token.
 *
 * ```ts
 * import { Effect } from "effect"
 * import type { GlobusError } from "@effect-globus/sdk/model"
 *
 * declare const endpoint: Effect.Effect<{ display_name: string }, GlobusError>
 *
 * const orNobody = endpoint.pipe(
 *   Effect.catchReason("ApiError", "NotFound", () => Effect.succeed({ display_name: "nobody" }))
 * )
 * ```
 */
import * as Schema from "effect/Schema"
import type { LoginFailed } from "./LoginFailed.ts"
import * as PlainText from "./PlainText.ts"
import type { TokenStorageError } from "./TokenStorageError.ts"
import type { UnmetRequirement } from "./UnmetRequirement.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** 404 or 410: the thing does not exist, or is hidden from this identity. */
export class NotFound extends Schema.TaggedClass<NotFound>()("NotFound", {}) {}

/** 403: this identity may not do it, and a login would not change that. */
export class PermissionDenied extends Schema.TaggedClass<PermissionDenied>()("PermissionDenied", {}) {}

/** 409: it contradicts the present state, for example because it exists already. */
export class Conflict extends Schema.TaggedClass<Conflict>()("Conflict", {}) {}

/** 429: too many requests, also after retries. */
export class RateLimited extends Schema.TaggedClass<RateLimited>()("RateLimited", {
  /** How many seconds the service asks to wait. */
  retryAfter: Schema.optionalKey(Schema.Number)
}) {}

/** 400, 413, 415, 416 or 422: the service did not accept what was asked. */
export class Rejected extends Schema.TaggedClass<Rejected>()("Rejected", {}) {}

/** 401: the token was not accepted, also after it was renewed where it could be. */
export class Unauthorized extends Schema.TaggedClass<Unauthorized>()("Unauthorized", {}) {}

/** The service wants a consent or another session (a Globus Auth Requirements Error), and no app was there to ask. */
export class ConsentRequired extends Schema.TaggedClass<ConsentRequired>()("ConsentRequired", {}) {}

/** 500 and above: the service is in trouble, also after retries. */
export class Unavailable extends Schema.TaggedClass<Unavailable>()("Unavailable", {}) {}

/** Any other status. */
export class Other extends Schema.TaggedClass<Other>()("Other", {}) {}

/** What kind of refusal an {@link ApiError} is, whatever the service calls it. */
export const ApiErrorReason = Schema.Union([
  NotFound,
  PermissionDenied,
  Conflict,
  RateLimited,
  Rejected,
  Unauthorized,
  ConsentRequired,
  Unavailable,
  Other
])
export type ApiErrorReason = typeof ApiErrorReason.Type

/** One of the several errors that a response may list. */
export const SubError = Schema.Struct({
  code: Schema.optionalKey(Schema.String),
  message: Schema.optionalKey(Schema.String),
  /** The sub-error as it was received. */
  raw: Schema.Unknown
})
export type SubError = typeof SubError.Type

// -----------------------------------------------------------------------------
// errors
// -----------------------------------------------------------------------------

/** A service answered with an error status. */
export class ApiError extends Schema.TaggedError<ApiError>()("ApiError", {
  /** The service, such as `transfer`. */
  service: Schema.String,
  /** The operation, such as `getEndpoint`. */
  operation: Schema.String,
  status: Schema.Number,
  reason: ApiErrorReason,
  /** The service's own code, such as `EndpointNotFound`. */
  code: Schema.optionalKey(Schema.String),
  /** What the service says, one entry for each sub-error that says something. */
  messages: Schema.Array(Schema.String),
  errors: Schema.Array(SubError),
  requestId: Schema.optionalKey(Schema.String),
  /** The body: parsed JSON, else text, else null. */
  body: Schema.Unknown
}) {
  override get message() {
    const said = this.detail === undefined ? "" : `: ${this.detail}`
    const request = this.requestId === undefined ? "" : ` (request ${this.requestId})`
    return PlainText.oneLine(
      `${this.operation} of ${this.service} was answered ${this.status}${this.code === undefined ? "" : ` ${this.code}`}${said}${request}`,
      2000
    )
  }

  /** All messages in one line, or nothing if the service said nothing. */
  get detail(): string | undefined {
    return this.messages.length === 0 ? undefined : PlainText.oneLine(this.messages.join("; "))
  }

  /** Whether the error carries this code, at its root or in a sub-error. A prefix up to a dot matches too. */
  is(code: string): boolean {
    const matches = (candidate: string | undefined) =>
      candidate === code || (candidate !== undefined && candidate.startsWith(`${code}.`))
    return matches(this.code) || this.errors.some((error) => matches(error.code))
  }
}

/** No response was received: the connection could not be made or broke, TLS failed, or time ran out. */
export class NetworkError extends Schema.TaggedError<NetworkError>()("NetworkError", {
  service: Schema.String,
  operation: Schema.String,
  host: Schema.String,
  kind: Schema.Literals(["timeout", "connection", "tls", "other"]),
  /** The platform's own words. */
  detail: Schema.String
}) {
  override get message() {
    const hint = {
      timeout: "try again, or allow more time with GLOBUS_SDK_HTTP_TIMEOUT",
      connection: "check the network and the host",
      tls: "check the host's certificate, the clock of this machine and any proxy in between",
      other: "see the details"
    }[this.kind]
    return PlainText.oneLine(
      `${this.operation} of ${this.service} got no answer from ${this.host} (${this.kind}: ${this.detail}): ${hint}.`
    )
  }
}

/** A response was received that is not what the service documents. It is never passed on as if it were. */
export class ResponseError extends Schema.TaggedError<ResponseError>()("ResponseError", {
  service: Schema.String,
  operation: Schema.String,
  status: Schema.Number,
  /** Where in the document, such as `DATA[3].size`; empty for the whole of it. */
  path: Schema.String,
  detail: Schema.String,
  requestId: Schema.optionalKey(Schema.String)
}) {
  override get message() {
    const where = this.path === "" ? "the response" : `the response at ${this.path}`
    const request = this.requestId === undefined ? "" : ` (request ${this.requestId})`
    return PlainText.oneLine(
      `${this.operation} of ${this.service} was answered ${this.status}, but ${where} is not as documented: ${this.detail}${request}`,
      2000
    )
  }
}

/** The input cannot be right, so nothing was sent. */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>()("InvalidRequest", {
  service: Schema.String,
  operation: Schema.String,
  /** Which field, such as `query.limit`. */
  field: Schema.String,
  detail: Schema.String
}) {
  override get message() {
    return `${this.operation} of ${this.service} was not sent: ${this.field === "" ? "the input" : this.field} is wrong: ${this.detail}`
  }
}

/** Everything that a call to Globus can fail with. */
export type GlobusError =
  | ApiError
  | NetworkError
  | ResponseError
  | InvalidRequest
  | UnmetRequirement
  | LoginFailed
  | TokenStorageError

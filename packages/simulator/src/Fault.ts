/**
 * Telling a simulated Globus to misbehave: which requests are concerned, how often, and what goes wrong with them. A
 * rule is plain data, so that a test may put it up for a while (`Simulator.fault`), a world may have it from the start
 * (`faults`), and the command may be given it (`--fault`).
 *
 * ```ts
 * import { Simulator } from "@effect-globus/simulator"
 * import { TransferClient } from "@effect-globus/sdk/transfer"
 * import { Effect } from "effect"
 *
 * const survivesAStorm = Effect.gen(function* () {
 *   const storm = yield* Simulator.fault({
 *     match: { service: "transfer", operation: "getEndpoint" },
 *     times: 3,
 *     effect: { type: "error", status: 503, retry_after: 1 }
 *   })
 *   const transfer = yield* TransferClient
 *   yield* transfer.getEndpoint("6c54cade-bde5-45c1-bdea-f4bd71dba2cc")
 *   return yield* storm.hits // 3
 * })
 * ```
 */
import { InvalidConfiguration } from "@effect-globus/sdk/model"
import type * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

// -----------------------------------------------------------------------------
// models: which requests
// -----------------------------------------------------------------------------

const isFromZero = Schema.isGreaterThanOrEqualTo(0)
const Count = Schema.Int.check(isFromZero)
const Seconds = Schema.Finite.check(isFromZero)

/** Which requests are concerned: those of which all of this is true. Without anything, all are. */
export const Match = Schema.Struct({
  /** Such as `transfer`: the name of the service in the path. */
  service: Schema.optionalKey(Schema.NonEmptyString),
  /** Such as `getEndpoint`. Pages, such as that of the login, belong to no operation. */
  operation: Schema.optionalKey(Schema.NonEmptyString),
  /** Such as `GET`. */
  method: Schema.optionalKey(Schema.NonEmptyString),
  /** The path below the service, without its query; `*` stands for any characters, such as in `/v0.10/task/*`. */
  path: Schema.optionalKey(Schema.NonEmptyString),
  /**
   * The user name or id of whom the request is for: by its access token, or, at Globus Auth, by the code or token in it, by
   * who logs in on the page, or by the client that acts for itself.
   */
  identity: Schema.optionalKey(Schema.NonEmptyString),
  /**
   * The id of the client that sends the request: by its access token, or, at Globus Auth, by the `client_id` that it says
   * or authenticates with.
   */
  client: Schema.optionalKey(Schema.NonEmptyString)
})
export type Match = typeof Match.Type

// -----------------------------------------------------------------------------
// models: what goes wrong
// -----------------------------------------------------------------------------

/** Whether the request is carried out, of which the answer says nothing. */
const carriedOut = { carried_out: Schema.optionalKey(Schema.Boolean) }

const retryAfter = {
  /** Seconds that `Retry-After` says. Default: there is no such header. */
  retry_after: Schema.optionalKey(Count),
  /** Whether `Retry-After` says so in seconds or as a date (RFC 9110 §10.2.3). Default: `seconds`. */
  retry_after_as: Schema.optionalKey(Schema.Literals(["seconds", "date"]))
}

/** The answer takes longer by so many seconds. */
export const Latency = Schema.Struct({ type: Schema.Literal("latency"), seconds: Seconds })

/** The request is refused for its rate (429), and not carried out. */
export const RateLimit = Schema.Struct({ type: Schema.Literal("rate_limit"), ...retryAfter })

/** The service refuses, in its own words. */
export const Refuse = Schema.Struct({
  type: Schema.Literal("error"),
  /** From 400 to 599. */
  status: Schema.Int.check(Schema.isBetween({ minimum: 400, maximum: 599 })),
  /** The service's code, such as `ConsentRequired` or `invalid_grant`. Default: one that fits the status. */
  code: Schema.optionalKey(Schema.NonEmptyString),
  message: Schema.optionalKey(Schema.String),
  /** Further fields of the error. */
  fields: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
  ...retryAfter,
  /** Default: false. */
  ...carriedOut
})

/** The connection is reset. */
export const Drop = Schema.Struct({
  type: Schema.Literal("drop"),
  /** Before there is any answer, or in the middle of its body. Default: `headers`. */
  part: Schema.optionalKey(Schema.Literals(["headers", "body"])),
  /** Default: false; a request of whose answer a part arrives is carried out always. */
  ...carriedOut
})

/** The answer does not come to an end, and the connection stays open. */
export const Stall = Schema.Struct({
  type: Schema.Literal("stall"),
  /** Before there is any answer, or in the middle of its body. Default: `headers`. */
  part: Schema.optionalKey(Schema.Literals(["headers", "body"])),
  /** Default: false; a request of whose answer a part arrives is carried out always. */
  ...carriedOut
})

/** Only the beginning of the body is sent. The request is carried out. */
export const Truncate = Schema.Struct({
  type: Schema.Literal("truncate"),
  /** How many bytes are sent. Default: half of them. */
  bytes: Schema.optionalKey(Count),
  /**
   * Whether what is sent is declared to be all. If not, the connection is closed before all that was declared was sent.
   * Default: false.
   */
  seamless: Schema.optionalKey(Schema.Boolean)
})

/**
 * The answer is not what the service sends: text or nothing that is declared as JSON, a page of HTML, the right body
 * under a wrong `Content-Type`, or bytes that are not the gzip that they are declared to be.
 */
export const Garbage = Schema.Struct({
  type: Schema.Literal("garbage"),
  kind: Schema.Literals(["text", "empty", "html", "content_type", "gzip"]),
  /** Default: 200. */
  status: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 }))),
  /** Default: true. */
  ...carriedOut
})

/** The answer is to ask elsewhere. The request is not carried out. */
export const Redirect = Schema.Struct({
  type: Schema.Literal("redirect"),
  location: Schema.NonEmptyString,
  /** Default: 302. */
  status: Schema.optionalKey(Schema.Literals([301, 302, 303, 307, 308]))
})

/** The clock of the service is wrong by so many seconds, and so is what `Date` says. */
export const ClockSkew = Schema.Struct({ type: Schema.Literal("clock_skew"), seconds: Schema.Finite })

/** Before the request is answered, whoever it is for (as {@link Match} tells) loses something. */
export const Revoke = Schema.Struct({
  type: Schema.Literal("revoke"),
  /** The access token that it carries alone, all tokens of that identity and client, or all their consents and with them the tokens. */
  what: Schema.Literals(["access_token", "tokens", "consents"])
})

/** What goes wrong. */
export const Misbehavior = Schema.Union([
  Latency,
  RateLimit,
  Refuse,
  Drop,
  Stall,
  Truncate,
  Garbage,
  Redirect,
  ClockSkew,
  Revoke
])
export type Misbehavior = typeof Misbehavior.Type

/**
 * What goes wrong with which requests. Where several rules concern a request, the one that was there first comes
 * first: if it leaves the request to be answered, the next one adds to it.
 */
export const Rule = Schema.Struct({
  /** Default: all requests. */
  match: Schema.optionalKey(Match),
  /** How many requests are hit. Default: all. */
  times: Schema.optionalKey(Count),
  /** How many requests are let through before. Default: none. */
  after: Schema.optionalKey(Count),
  /** How likely a request is hit, from 0 to 1. Default: 1. */
  chance: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
  effect: Misbehavior
})
export type Rule = typeof Rule.Type

/** A rule that is in force. */
export interface Active {
  /** How many requests it has hit so far. */
  readonly hits: Effect.Effect<number>
  /** Lets requests alone from now on. Happens by itself when the scope closes in which the rule was put up. */
  readonly remove: Effect.Effect<void>
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const decode = Schema.decodeUnknownResult(Rule)
const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

/** Checks a rule. `setting` is how the error names it. */
export const make = (input: unknown, setting = "fault"): Result.Result<Rule, InvalidConfiguration> =>
  Result.mapError(decode(input, { onExcessProperty: "error" }), ({ issue }) => {
    const { issues } = formatIssue(issue)
    // A union says of each kind why it is not meant; the one that was meant has the right `type`.
    const found = issues.find(({ path }) => path?.at(-1) !== "type") ?? issues[0]
    const path = (found?.path ?? []).map((segment) =>
      String(typeof segment === "object" ? segment.key : segment)
    )
    return new InvalidConfiguration({
      setting: [setting, ...path].join("."),
      detail: found?.message ?? "it is not a rule"
    })
  })

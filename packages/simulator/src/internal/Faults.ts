/** Letting things go wrong: around the answer to a request, what the rules in force say about it. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Random from "effect/Random"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type * as Fault from "../Fault.ts"
import * as Instant from "./Instant.ts"
import * as Party from "./Party.ts"
import * as Refusal from "./Refusal.ts"
import * as Revocations from "./Revocations.ts"
import { at } from "./Service.ts"
import type { State } from "./State.ts"
import type { Service as Store } from "./Store.ts"
import * as Tokens from "./Tokens.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The connection is no more, so there is no answer. */
export class ConnectionLost extends Data.TaggedError("ConnectionLost")<{ readonly how: "reset" | "closed" }> {
  // As platforms say it, so that a client in the same process tells it as it would there.
  readonly code = this.how === "reset" ? "ECONNRESET" : "UND_ERR_SOCKET"
}

/** How the connection of the request at hand is broken; where there is none, the request fails. */
export const Connection = Context.Reference<{
  readonly lose: (how: ConnectionLost["how"]) => Effect.Effect<never, ConnectionLost>
}>("@effect-globus/simulator/internal/Connection", {
  defaultValue: () => ({ lose: (how) => Effect.fail(new ConnectionLost({ how })) })
})

/** A request's answer, unless the connection is lost. */
export type Answer = Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  ConnectionLost,
  HttpServerRequest.HttpServerRequest | Scope.Scope
>

/** Which request it is. */
export interface Asked {
  readonly service: string
  /** Below the service. */
  readonly path: string
  readonly operation: () => string | undefined
  readonly voice: Refusal.Voice
}

/** The rules in force. */
export interface Faults {
  readonly add: (rule: Fault.Rule) => Effect.Effect<Fault.Active>
  /** What is left of the rules that are in force from the start. */
  readonly remaining: Effect.Effect<ReadonlyArray<Fault.Rule>>
  /** Puts other rules in the place of those that are in force from the start. */
  readonly restart: (rules: ReadonlyArray<Fault.Rule>) => Effect.Effect<void>
  /** Answers a request, with whatever goes wrong about it. */
  readonly around: (asked: Asked, answer: Answer) => Answer
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** A request, and whose it is as far as it says, be that so or not. */
interface Incoming {
  readonly asked: Asked
  readonly method: string
  /** Its access token. */
  readonly text: string
  readonly party: Effect.Effect<Party.Party>
  readonly state: State
}

interface InForce {
  readonly rule: Fault.Rule
  readonly isFromStart: boolean
  readonly isAbout: (incoming: Incoming) => Effect.Effect<boolean>
  /** How many requests it has hit, and how many it has let through before. */
  readonly counts: Ref.Ref<{ readonly hits: number; readonly passed: number }>
}

/** Rules, of which some are in force from the start. */
export const make = Effect.fnUntraced(function* (store: Store, rules: ReadonlyArray<Fault.Rule>) {
  const inForce = yield* Ref.make<ReadonlyArray<InForce>>([])

  const entryOf = Effect.fnUntraced(function* (rule: Fault.Rule, isFromStart: boolean) {
    const entry: InForce = {
      rule,
      isFromStart,
      isAbout: matcher(rule.match ?? {}),
      counts: yield* Ref.make({ hits: 0, passed: 0 })
    }
    return entry
  })

  const add: Faults["add"] = Effect.fnUntraced(function* (rule) {
    const entry = yield* entryOf(rule, false)
    yield* Ref.update(inForce, (entries) => [...entries, entry])
    return {
      hits: Effect.map(Ref.get(entry.counts), ({ hits }) => hits),
      remove: Ref.update(inForce, (entries) => entries.filter((other) => other !== entry))
    }
  })

  const restart: Faults["restart"] = Effect.fnUntraced(function* (rules) {
    const fromStart = yield* Effect.forEach(rules, (rule) => entryOf(rule, true))
    yield* Ref.update(inForce, (entries) => [
      ...fromStart,
      ...entries.filter(({ isFromStart }) => !isFromStart)
    ])
  })
  yield* restart(rules)

  const under = (entries: ReadonlyArray<InForce>, asked: Asked, answer: Answer): Answer => {
    const [entry, ...others] = entries
    if (entry === undefined) return answer
    // What is within is only asked, and only counts, if this leaves something to be answered.
    const inner = Effect.suspend(() => under(others, asked, answer))
    return Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const state = yield* Ref.get(store.state)
      const incoming: Incoming = {
        asked,
        method: request.method,
        text: Party.bearerOf(request),
        party: Party.of(asked.service, request, state),
        state
      }
      return (yield* entry.isAbout(incoming)) && (yield* isHit(entry))
        ? yield* misbehave(entry.rule.effect, incoming, inner, store)
        : yield* inner
    })
  }

  const faults: Faults = {
    add,
    restart,
    remaining: Effect.flatMap(Ref.get(inForce), (entries) =>
      Effect.map(
        Effect.forEach(
          entries.filter(({ isFromStart }) => isFromStart),
          ({ counts, rule }) => Effect.map(Ref.get(counts), (counts) => leftOf(rule, counts))
        ),
        (rules) => rules.filter(({ times }) => times !== 0)
      )
    ),
    around: (asked, answer) =>
      Effect.flatMap(Ref.get(inForce), (entries) =>
        entries.length === 0 ? answer : under(entries, asked, answer)
      )
  }
  return faults
})

/** What is left of a rule that has hit requests, and let some through before. */
const leftOf = (rule: Fault.Rule, { hits, passed }: { readonly hits: number; readonly passed: number }) => ({
  ...rule,
  ...(rule.times === undefined ? {} : { times: rule.times - hits }),
  ...(rule.after === undefined ? {} : { after: rule.after - passed })
})

/** Whether it is this request's turn, which counts. */
const isHit = ({ counts, rule: { after = 0, chance, times = Infinity } }: InForce) =>
  // Dice that are not needed are not thrown: in process, they are the program's own.
  Effect.flatMap(
    chance === undefined ? Effect.succeed(true) : Effect.map(Random.next, (next) => next < chance),
    (isChosen) =>
      Ref.modify(counts, (now) => {
        if (now.passed < after) return [false, { ...now, passed: now.passed + 1 }]
        return isChosen && now.hits < times ? [true, { ...now, hits: now.hits + 1 }] : [false, now]
      })
  )

const matcher = (match: Fault.Match): InForce["isAbout"] => {
  const path =
    match.path === undefined
      ? undefined
      : new RegExp(
          `^${match.path.replace(/[.*+?^${}()|[\]\\]/g, (sign) => (sign === "*" ? ".*" : `\\${sign}`))}$`
        )
  const isAnybodys = match.identity === undefined && match.client === undefined
  return ({ asked, method, party, state }) => {
    const isHere =
      (match.service === undefined || match.service === asked.service) &&
      (match.method === undefined || match.method.toUpperCase() === method) &&
      (path === undefined || path.test(asked.path)) &&
      (match.operation === undefined || match.operation === asked.operation())
    // Telling whose it is may take a look into its body.
    return !isHere || isAnybodys
      ? Effect.succeed(isHere)
      : Effect.map(party, (party) => Party.isMeant(state, party, match))
  }
}

// -----------------------------------------------------------------------------
// what goes wrong
// -----------------------------------------------------------------------------

/** Whoever asked may leave meanwhile; what answers requests is not interrupted otherwise. */
const wait = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> => Effect.interruptible(effect)

/** The connection is found now: a body is sent when nothing is known of the request any more. */
const broken = (
  how: ConnectionLost["how"],
  use: (lost: Effect.Effect<never, ConnectionLost>) => Answer
): Answer => Effect.flatMap(Connection, ({ lose }) => use(wait(lose(how))))

const misbehave = (effect: Fault.Misbehavior, incoming: Incoming, inner: Answer, store: Store): Answer => {
  const { voice } = incoming.asked
  const first = (carriedOut: boolean | undefined) =>
    carriedOut === true ? Effect.asVoid(inner) : Effect.void
  switch (effect.type) {
    case "latency":
      return Effect.andThen(wait(Effect.sleep(Duration.seconds(effect.seconds))), inner)
    case "rate_limit":
      return refused(voice, { ...effect, status: 429, code: "TooManyRequests" })
    case "error":
      return Effect.andThen(first(effect.carried_out), refused(voice, effect))
    case "drop":
      return broken("reset", (lost) =>
        effect.part === "body"
          ? Effect.flatMap(inner, cut(undefined, lost))
          : Effect.andThen(first(effect.carried_out), lost)
      )
    case "stall":
      return effect.part === "body"
        ? Effect.flatMap(inner, cut(undefined, wait(Effect.never)))
        : Effect.andThen(first(effect.carried_out), wait(Effect.never))
    case "truncate":
      return effect.seamless === true
        ? Effect.flatMap(inner, shorten(effect.bytes))
        : broken("closed", (lost) => Effect.flatMap(inner, cut(effect.bytes, lost)))
    case "garbage":
      return effect.carried_out === false
        ? Effect.succeed(garbled(effect, HttpServerResponse.empty()))
        : Effect.map(inner, (response) => garbled(effect, response))
    case "redirect":
      return Effect.succeed(
        HttpServerResponse.empty({ status: effect.status ?? 302, headers: { location: effect.location } })
      )
    case "clock_skew":
      return Effect.updateService(dated(inner), Clock.Clock, (clock) => skewed(clock, effect.seconds * 1000))
    case "revoke":
      return Effect.flatMap(incoming.party, (party) =>
        Effect.andThen(
          store.modify((state) => [undefined, revoked(state, effect.what, incoming.text, party)]),
          inner
        )
      )
  }
}

const revoked = (
  state: State,
  what: Extract<Fault.Misbehavior, { readonly type: "revoke" }>["what"],
  text: string,
  { client, identity }: Party.Party
): State => {
  // Of nobody in particular there is nothing to revoke.
  if (identity === undefined) return state
  switch (what) {
    case "access_token":
      return { ...state, tokens: Tokens.dropAccessToken(state.tokens, text) }
    case "tokens":
      return Revocations.revokeTokens(state, { client, identity })
    case "consents":
      return Revocations.revokeConsents(state, { client, identity })
  }
}

/** Says in `Date` what time it is, unless that has been said by a clock that is wrong. */
export const dated = (answer: Answer): Answer =>
  Effect.flatMap(answer, (response) =>
    response.headers["date"] === undefined
      ? Effect.map(Clock.currentTimeMillis, (now) =>
          HttpServerResponse.setHeader(response, "date", Instant.ofHttp(now))
        )
      : Effect.succeed(response)
  )

/** A clock that is wrong by so many milliseconds, and as fast as the other. */
const skewed = (clock: Clock.Clock, milliseconds: number): Clock.Clock => {
  const nanoseconds = BigInt(Math.round(milliseconds * 1e6))
  return {
    currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + milliseconds,
    currentTimeMillis: Effect.map(clock.currentTimeMillis, (now) => now + milliseconds),
    currentTimeNanosUnsafe: () => clock.currentTimeNanosUnsafe() + nanoseconds,
    currentTimeNanos: Effect.map(clock.currentTimeNanos, (now) => now + nanoseconds),
    monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
    monotonicTimeNanos: clock.monotonicTimeNanos,
    sleep: (duration) => clock.sleep(duration)
  }
}

// -----------------------------------------------------------------------------
// refusals
// -----------------------------------------------------------------------------

interface Refused {
  readonly status: number
  readonly code?: string
  readonly message?: string
  readonly fields?: Readonly<Record<string, unknown>>
  readonly retry_after?: number
  readonly retry_after_as?: "seconds" | "date"
}

/** What the service itself says with this status, where there is such a thing. */
const usual = (voice: Refusal.Voice, status: number): Refusal.Refusal => {
  switch (status) {
    case 401:
      return voice.unauthorized("Token is not active")
    case 404:
      return voice.noRoute
    default: {
      const { code } =
        status === 403
          ? voice.missingScope("")
          : status < 500
            ? voice.invalid("", { part: "Payload", path: [] })
            : voice.broken
      return new Refusal.Refusal({ status, code, message: "The simulator was told to refuse this request." })
    }
  }
}

const refused = (voice: Refusal.Voice, { code, fields, message, ...refused }: Refused): Answer =>
  Effect.gen(function* () {
    const { retry_after: seconds, status } = refused
    const known = usual(voice, status)
    const now = yield* Clock.currentTimeMillis
    const retryAfter =
      seconds === undefined
        ? {}
        : {
            "retry-after":
              refused.retry_after_as === "date" ? Instant.ofHttp(now + seconds * 1000) : String(seconds)
          }
    const refusal = new Refusal.Refusal({
      status,
      code: code ?? known.code,
      message: message ?? known.message,
      fields: fields ?? known.fields,
      headers: { ...known.headers, ...retryAfter }
    })
    return Refusal.respond(voice, refusal, yield* at)
  })

// -----------------------------------------------------------------------------
// bodies
// -----------------------------------------------------------------------------

const bytesOf = (response: HttpServerResponse.HttpServerResponse): Effect.Effect<Uint8Array> =>
  Effect.orDie(HttpServerResponse.toClientResponse(response).arrayBuffer).pipe(
    Effect.map((buffer) => new Uint8Array(buffer))
  )

const beginning = (bytes: Uint8Array, length = bytes.length >> 1): Uint8Array => bytes.subarray(0, length)

/** Sends the beginning of a body that was declared whole, and then lets something else happen. */
const cut =
  (length: number | undefined, then: Effect.Effect<never, ConnectionLost>) =>
  (response: HttpServerResponse.HttpServerResponse) =>
    Effect.map(bytesOf(response), (bytes) =>
      HttpServerResponse.setBody(
        response,
        HttpBody.stream(
          Stream.concat(Stream.make(beginning(bytes, length)), Stream.fromEffect(then)),
          response.headers["content-type"],
          bytes.length
        )
      )
    )

/** Sends the beginning of a body as if that were all. */
const shorten = (length: number | undefined) => (response: HttpServerResponse.HttpServerResponse) =>
  Effect.map(bytesOf(response), (bytes) =>
    HttpServerResponse.setBody(
      response,
      HttpBody.uint8Array(beginning(bytes, length), response.headers["content-type"])
    )
  )

const pageOfAProxy =
  "<!doctype html><html><head><title>Please stand by</title></head><body><h1>Please stand by</h1></body></html>\n"

const garbled = (
  effect: Extract<Fault.Misbehavior, { readonly type: "garbage" }>,
  response: HttpServerResponse.HttpServerResponse
): HttpServerResponse.HttpServerResponse => {
  const json = "application/json"
  const status = effect.status ?? 200
  switch (effect.kind) {
    case "text":
      return HttpServerResponse.text("} neither here nor there {", { status, contentType: json })
    case "empty":
      return HttpServerResponse.text("", { status, contentType: json })
    case "html":
      return HttpServerResponse.text(pageOfAProxy, { status, contentType: "text/html" })
    case "gzip":
      return HttpServerResponse.text("this was never compressed", {
        status,
        contentType: json,
        headers: { "content-encoding": "gzip" }
      })
    case "content_type":
      return HttpServerResponse.setHeader(
        HttpServerResponse.setStatus(response, effect.status ?? response.status),
        "content-type",
        "application/octet-stream"
      )
  }
}

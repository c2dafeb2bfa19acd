/**
 * How requests travel to Globus: where the services are, what every request says about its sender, how long to wait,
 * and when to try again. Programs rarely touch it; a layer for a platform, such as `NodeGlobus.layer`, provides it.
 *
 * A request is repeated at most five times: when the network failed, and on 429, 500, 502, 503 and 504. A request that
 * may have reached the service is only repeated when doing it twice does no more than doing it once.
 *
 * ```ts
 * import { Transport } from "@effect-globus/sdk/service"
 * import { Layer } from "effect"
 * import { FetchHttpClient } from "effect/http"
 *
 * const impatient = Transport.layerWith({ timeout: "5 seconds", retries: 1 }).pipe(
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { constTrue } from "effect/Function"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import * as Environment from "../model/Environment.ts"
import type { ApiError, NetworkError } from "../model/GlobusError.ts"
import * as ApiErrors from "./internal/apiError.ts"
import * as NetworkErrors from "./internal/networkError.ts"
import * as TimeLimits from "./internal/timeLimits.ts"
import { sdkName, sdkVersion } from "./internal/version.ts"
import * as ServerAddress from "./ServerAddress.ts"
import * as ServerClock from "./ServerClock.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** Who sends a request, as Globus wants to know it. */
export interface ClientInfo {
  readonly product: string
  readonly version: string
}

/** Which operation a request is for. */
export interface OperationInfo {
  /** The service, such as `transfer`, as errors name it. */
  readonly service: string
  /** The operation, such as `getEndpoint`. */
  readonly operation: string
  /** Where the request goes, as errors name it. */
  readonly host: string
  /** Whether the request may be sent again though it may have arrived. */
  readonly idempotent: boolean
  /** Whether 303 is an answer too: where to go on, rather than a document. Default: false. */
  readonly redirects?: boolean | undefined
  /** Whether an answer's body is left to be read with `bytes`, as it may be too large to hold. Default: false. */
  readonly unread?: boolean | undefined
  /** Whether it may take as long as it takes, such as an upload whose size nobody knows. Default: false. */
  readonly patient?: boolean | undefined
  /** Whether there is still what to send, asked before each repetition, for a body that can be read only once. Default: always. */
  readonly repeatable?: (() => boolean) | undefined
}

/** What a service answered. */
export interface Answer {
  readonly response: HttpClientResponse.HttpClientResponse
  /** The body, unless the operation leaves it `unread`. */
  readonly text: string
}

/** How requests travel. */
export interface Service {
  /** Where the services are. */
  readonly environment: Environment.Environment
  readonly httpClient: HttpClient.HttpClient
  /** The headers that every request has; `appName` is named in `User-Agent`. */
  readonly headers: (appName?: string) => Record<string, string>
  /**
   * Sends a request until it is answered with 200 to 299 (or 303 where that is an answer), or there is no point in
   * trying again. The body has been read when it succeeds, unless the operation leaves it `unread`.
   */
  readonly execute: (
    operation: OperationInfo,
    send: Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>
  ) => Effect.Effect<Answer, ApiError | NetworkError>
  /** An unread body as it arrives. Fails when the connection breaks, or is silent for longer than `timeout`. */
  readonly bytes: (
    operation: OperationInfo,
    response: HttpClientResponse.HttpClientResponse
  ) => Stream.Stream<Uint8Array, NetworkError>
  /** How long one attempt may take, and how long a connection that carries a file may be silent. */
  readonly timeout: Duration.Duration
  /** How often a request is repeated at most, and when. */
  readonly repetition: Schedule.Schedule<unknown, unknown>
}

/** What can be set; everything has a default. */
export interface Options {
  /** Default: production. */
  readonly environment?: Environment.Environment | undefined
  /** How often a request is repeated at most. Default: 5. */
  readonly retries?: number | undefined
  /** The longest pause before a repetition, whatever a service asks for. Default: 10 seconds. */
  readonly maxDelay?: Duration.Input | undefined
  /**
   * How long one attempt may take, its response's body included; for a file, how long its connection may be silent.
   * Default: 60 seconds; `Infinity` for no limit.
   */
  readonly timeout?: Duration.Input | undefined
  /** How long a request may take with all its repetitions. Default: 5 minutes; `Infinity` for no limit. */
  readonly deadline?: Duration.Input | undefined
  /** Further entries of `X-Globus-Client-Info`, after this SDK's own. */
  readonly clientInfo?: ReadonlyArray<ClientInfo> | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const transient = new Set([429, 500, 502, 503, 504])

/** An attempt that failed. */
interface Attempt {
  /** When the first attempt began, in milliseconds since 1970. */
  readonly since: number
  readonly error: ApiError | NetworkError
  readonly again: boolean
  /** Milliseconds that the service asks to wait. */
  readonly retryAfter: number | undefined
}

/** `Retry-After` in milliseconds: whole seconds or a date (RFC 9110 §10.2.3), by the clock of whom it comes from. */
const retryAfter = (headers: Headers.Headers, now: number): number | undefined => {
  const header = headers["retry-after"]
  if (header === undefined) return undefined
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000
  const date = ServerClock.parseDate(header)
  return date === undefined ? undefined : Math.max(0, date - (ServerClock.parseDate(headers["date"]) ?? now))
}

const reserved = /[;,=]/g

const clientInfoHeader = (entries: ReadonlyArray<ClientInfo>): string =>
  entries
    .map(
      ({ product, version }) =>
        `product=${product.replace(reserved, "-")},version=${version.replace(reserved, "-")}`
    )
    .join(";")

/** A header's value is visible ASCII; anything else in a name would make the request unsendable. */
const visible = (text: string): string => text.replace(/[^\x20-\x7e]/g, "?")

/**
 * Requests go where they are sent, because a redirect would carry them, and perhaps their token, elsewhere; `fetch`
 * follows redirects unless it is told not to. Nor do they carry the trace of the program: that is for one's own services.
 * Where no tracer is installed, spans of requests, which take as long as the rest of the SDK, would be for nobody.
 */
const directly = (context: Context.Context<never>): Context.Context<never> => {
  const isTraced = Context.get(context, Tracer.Tracer) !== Tracer.nativeTracer
  const quiet = isTraced
    ? Context.add(context, HttpClient.TracerPropagationEnabled, false)
    : Context.add(context, HttpClient.TracerDisabledWhen, constTrue)
  const init = Option.getOrUndefined(Context.getOption(context, FetchHttpClient.RequestInit))
  return Context.add(quiet, FetchHttpClient.RequestInit, { ...init, redirect: "manual" })
}
/** A transport over the `HttpClient` at hand. */
export const make = Effect.fnUntraced(function* (options: Options = {}) {
  const httpClient = HttpClient.transformResponse(yield* HttpClient.HttpClient, (response) =>
    Effect.updateContext(response, directly)
  )
  const environment = options.environment ?? Environment.production
  const retries = options.retries ?? 5
  const maxDelay = Duration.toMillis(Duration.fromInputUnsafe(options.maxDelay ?? "10 seconds"))
  const timeout = Duration.fromInputUnsafe(options.timeout ?? "60 seconds")
  const timeoutMillis = Duration.toMillis(timeout)
  const deadline = Duration.toMillis(Duration.fromInputUnsafe(options.deadline ?? "5 minutes"))
  const timeLimits = yield* TimeLimits.make()
  const info = visible(
    clientInfoHeader([{ product: sdkName, version: sdkVersion }, ...(options.clientInfo ?? [])])
  )

  const pause = (attempt: number, retryAfter: number | undefined) =>
    Effect.map(Random.next, (random) =>
      Duration.millis(Math.min(maxDelay, retryAfter ?? (250 + 500 * random) * 2 ** (attempt - 1)))
    )

  const repetition = Schedule.recurs(retries).pipe(
    Schedule.modifyDelay(({ attempt }) => pause(attempt, undefined))
  )

  const policy = Schedule.recurs(retries).pipe(
    Schedule.setInputType<Attempt>(),
    Schedule.modifyDelay(({ attempt, input }) => pause(attempt, input.retryAfter)),
    // There is no point in waiting for an attempt that there would be no time for.
    Schedule.while(({ duration, input, now }) =>
      Effect.succeed(now - input.since + Duration.toMillis(duration) < deadline)
    )
  )

  const execute: Service["execute"] = (operation, send) => {
    const at = { service: operation.service, operation: operation.operation, host: operation.host }
    const isAnswer = (status: number) =>
      (status >= 200 && status < 300) || (status === 303 && operation.redirects === true)
    const receive: Effect.Effect<Answer, HttpClientError.HttpClientError> = Effect.flatMap(send, (response) =>
      operation.unread === true && isAnswer(response.status)
        ? Effect.succeed({ response, text: "" })
        : Effect.map(response.text, (text) => ({ response, text }))
    )
    const canRepeat = operation.repeatable ?? (() => true)

    const failed = (failure: NetworkErrors.Failure, since: number): Attempt => ({
      since,
      error: failure.error,
      again: failure.error.kind !== "tls" && (operation.idempotent || !failure.mayHaveArrived) && canRepeat(),
      retryAfter: undefined
    })

    const refused = ({ response, text }: Answer, since: number, now: number): Attempt => {
      const { status } = response
      const wait = status === 429 || status === 503 ? retryAfter(response.headers, now) : undefined
      return {
        since,
        error: ApiErrors.fromResponse({
          ...at,
          status,
          contentType: response.headers["content-type"] ?? "",
          text,
          retryAfter: wait === undefined ? undefined : wait / 1000
        }),
        // A request that was refused for its rate was not carried out, so it may go again whatever it does.
        again: transient.has(status) && (operation.idempotent || status === 429) && canRepeat(),
        retryAfter: wait
      }
    }

    /** Gives up when an attempt has taken too long, or when the deadline comes before that. */
    const inTime = <A>(attempt: Effect.Effect<A, Attempt>, since: number, now: number) => {
      const limit = Math.min(now + timeoutMillis, since + deadline)
      if (operation.patient === true || !Number.isFinite(limit)) return attempt
      return timeLimits.until(attempt, limit, () => {
        const what =
          now + timeoutMillis > since + deadline
            ? `not done in ${Duration.format(Duration.millis(deadline))}, repetitions included`
            : `no complete answer in ${Duration.format(timeout)}`
        return failed(NetworkErrors.timedOut(at, what), since)
      })
    }

    const attempt = (since: number) =>
      Effect.clockWith((clock) =>
        receive.pipe(
          Effect.mapError((error) => failed(NetworkErrors.fromHttpClientError(at, error), since)),
          (received) => inTime(received, since, clock.currentTimeMillisUnsafe()),
          Effect.flatMap((answer) =>
            isAnswer(answer.response.status)
              ? Effect.succeed(answer)
              : Effect.fail(refused(answer, since, clock.currentTimeMillisUnsafe()))
          )
        )
      )

    /** Goes on after a failure. The schedule is not even set up for the many requests that succeed at once. */
    const again = (failure: Attempt) => {
      let known: Attempt | undefined = failure
      const next = Effect.suspend(() => {
        if (known === undefined) return attempt(failure.since)
        const first = known
        known = undefined
        return Effect.fail(first)
      })
      return Effect.retry(next, { while: ({ again }) => again, schedule: policy })
    }

    return Effect.clockWith((clock) => attempt(clock.currentTimeMillisUnsafe())).pipe(
      Effect.catchIf(({ again }) => again, again),
      Effect.mapError(({ error }) => error)
    )
  }

  const bytes: Service["bytes"] = (operation, response) => {
    const at = { service: operation.service, operation: operation.operation, host: operation.host }
    const arriving = Stream.catchIf(
      response.stream,
      // `fetch` has no body at all for an empty file.
      (error) => error.reason._tag === "EmptyBodyError",
      () => Stream.empty
    ).pipe(Stream.mapError((error) => NetworkErrors.fromHttpClientError(at, error).error))
    if (!Duration.isFinite(timeout)) return arriving
    const silent = NetworkErrors.timedOut(at, `nothing more came for ${Duration.format(timeout)}`).error
    return Stream.timeoutOrElse(arriving, { duration: timeout, orElse: () => Stream.fail(silent) })
  }

  const headers: Service["headers"] = (appName) => ({
    accept: "application/json",
    "user-agent": visible(`${sdkName}/${sdkVersion}${appName === undefined ? "" : ` (${appName})`}`),
    "x-globus-client-info": info
  })

  return Transport.of({ environment, httpClient, headers, execute, bytes, timeout, repetition })
})

const timeoutConfig = Config.Finite("GLOBUS_SDK_HTTP_TIMEOUT").pipe(
  Config.map((seconds) => (seconds < 0 ? Duration.infinity : Duration.seconds(seconds))),
  Config.withDefault(Duration.seconds(60))
)

const environmentConfig = Effect.gen(function* () {
  const environment = yield* Environment.config
  const readable = Environment.Service.literals.filter(
    // The web app is shown to people, and gets no tokens.
    (service) => service !== "webapp" && !ServerAddress.keepsTokens(new URL(environment.urls[service]))
  )
  if (readable.length > 0) {
    yield* Effect.logWarning(
      `${readable.map((service) => Environment.serviceUrlVariables[service]).join(", ")}: http:// to another machine. Whoever is on the way there can read what is sent, tokens included; use https://.`
    )
  }
  return environment
})

const fromConfig = Effect.fnUntraced(function* (options: Options) {
  const environment = options.environment ?? (yield* environmentConfig)
  const timeout = options.timeout ?? (yield* timeoutConfig)
  return yield* make({ ...options, environment, timeout })
})

/** How requests travel. */
export class Transport extends Context.Service<Transport, Service>()("@effect-globus/sdk/service/Transport") {
  /** With these options, in the production environment unless they name another. */
  static readonly layerWith = (options: Options): Layer.Layer<Transport, never, HttpClient.HttpClient> =>
    Layer.effect(Transport, make(options))

  /**
   * With what the environment variables say where the options say nothing: `GLOBUS_SDK_ENVIRONMENT`,
   * `GLOBUS_SDK_SERVICE_URL_<SERVICE>` and `GLOBUS_SDK_HTTP_TIMEOUT` (seconds, -1 for no limit). Logs a warning if
   * tokens would be sent to another machine over `http`.
   */
  static readonly layerConfig = (
    options: Options = {}
  ): Layer.Layer<Transport, Config.ConfigError, HttpClient.HttpClient> =>
    Layer.effect(Transport, fromConfig(options))

  /** With what the environment variables say. */
  static readonly layer: Layer.Layer<Transport, Config.ConfigError, HttpClient.HttpClient> =
    Transport.layerConfig()
}

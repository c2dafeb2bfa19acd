/**
 * A table of faults: what goes wrong between a program and Globus, and how each call ends. A call that only reads, one
 * that starts a task and names its submission, and one that creates something and may not be sent twice, each against
 * a simulated Globus on a port, whose connections really break.
 */
import { NodeGlobus } from "@effect-globus/node"
import { GlobusApp, TokenStorage, UserApp } from "@effect-globus/sdk/app"
import { Environment, type GlobusError, type InvalidConfiguration } from "@effect-globus/sdk/model"
import { Transport, type TransportOptions } from "@effect-globus/sdk/service"
import { TransferClient, TransferData } from "@effect-globus/sdk/transfer"
import { type Fault, type ServerOptions, Simulator, TestTime, World } from "@effect-globus/simulator"
import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Result } from "effect"
import { FetchHttpClient, type HttpClient } from "effect/http"
import { createServer as createHttpServer } from "node:http"
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net"

const [tutorial1, tutorial2] = World.defaultWorld.collections

// -----------------------------------------------------------------------------
// the program
// -----------------------------------------------------------------------------

const submission = "0f6c2a4e-5f0b-4d0a-9c6e-3a1d2b7f8e90"

const calls = {
  /** A GET. */
  read: Effect.flatMap(TransferClient, (transfer) => transfer.getEndpoint(tutorial1!.id)),
  /** A POST that may be sent again, because it names its submission. */
  submit: Effect.flatMap(TransferClient, (transfer) =>
    transfer.submitTransfer(
      TransferData.make({
        submission_id: submission,
        source_endpoint: tutorial1!.id,
        destination_endpoint: tutorial2!.id,
        items: [{ source_path: "/home/share/godata/README.md", destination_path: "/~/README.md" }]
      })
    )
  ),
  /** A POST that may not be sent again once it may have arrived. */
  create: Effect.flatMap(TransferClient, (transfer) =>
    transfer.createBookmark({ name: "mine", endpoint_id: tutorial1!.id, path: "/home/" })
  )
} as const
type Call = keyof typeof calls

const operations: Record<Call, string> = {
  read: "getEndpoint",
  submit: "submitTransfer",
  create: "createBookmark"
}

/** How often what a call asks for has been done. */
const done: Record<Call, Effect.Effect<number, never, Simulator>> = {
  read: Effect.map(
    Effect.flatMap(Simulator, ({ activity }) => activity),
    ({ calls }) => calls["transfer.getEndpoint"] ?? 0
  ),
  submit: Effect.map(
    Effect.flatMap(Simulator, ({ snapshot }) => snapshot),
    ({ tasks }) => tasks.length
  ),
  create: Effect.map(
    Effect.flatMap(Simulator, ({ snapshot }) => snapshot),
    ({ bookmarks }) => bookmarks.length
  )
}

const app = UserApp.layer({ appName: "test", clientId: World.nativeClientId, requestRefreshTokens: true })

type HttpLayer = Layer.Layer<HttpClient.HttpClient, InvalidConfiguration>

/** The program's layers, for a simulator that listens: a real client, and short pauses. */
const programOn = (
  httpClient: HttpLayer,
  options: TransportOptions = {},
  urls: { readonly transfer?: string } = {}
) => {
  const transport = Layer.unwrap(
    Effect.gen(function* () {
      const { environment } = yield* Simulator
      return Transport.layerWith({
        environment: yield* Effect.fromResult(Environment.withOverrides(environment, urls)),
        maxDelay: "5 millis",
        ...options
      })
    })
  )
  const platform = Layer.mergeAll(transport, TokenStorage.layerMemory, Simulator.layerLogin)
  return TransferClient.layer.pipe(
    Layer.provideMerge(app),
    Layer.provide(Layer.provide(platform, httpClient)),
    Layer.orDie
  )
}

/** The same, with a simulator of its own. */
const onAPort = (httpClient: HttpLayer, server: ServerOptions = {}, options: TransportOptions = {}) =>
  Layer.provideMerge(programOn(httpClient, options), Layer.orDie(Simulator.layerServer(server)))

/** The program's layers, on a simulator in process, for what takes its time. */
const inProcess = TransferClient.layer.pipe(Layer.provideMerge(app), Layer.provideMerge(Simulator.layer))

// -----------------------------------------------------------------------------
// other servers
// -----------------------------------------------------------------------------

const listening = (server: Server, port: number) =>
  Effect.acquireRelease(
    Effect.callback<number>((resume) => {
      server.listen(port, "127.0.0.1", () => resume(Effect.succeed((server.address() as AddressInfo).port)))
    }),
    () => Effect.callback<void>((resume) => void server.close(() => resume(Effect.void)))
  )

/** A port on which nobody listens. */
const freePort = Effect.scoped(Effect.suspend(() => listening(createServer(), 0)))

/** Leads from one port to another. */
const passage = (from: number, to: number) => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const onward = connect(to, "127.0.0.1")
    for (const end of [socket, onward]) {
      sockets.add(end)
      end.on("error", () => undefined)
    }
    socket.pipe(onward)
    onward.pipe(socket)
  })
  return Effect.andThen(
    listening(server, from),
    Effect.addFinalizer(() => Effect.sync(() => sockets.forEach((socket) => socket.destroy())))
  )
}

/** Somebody who writes down every request that comes. */
const listener = Effect.gen(function* () {
  const received: Array<string> = []
  const server = createHttpServer((request, response) => {
    received.push(`${request.method} ${request.url} ${request.headers.authorization}`)
    response.end("{}")
  })
  const port = yield* listening(server, 0)
  return { received, url: `http://127.0.0.1:${port}/` }
})

// -----------------------------------------------------------------------------
// the table
// -----------------------------------------------------------------------------

interface Ending {
  /** The error, or nothing where it succeeds. */
  readonly fails?: object
  /** How many requests are sent. */
  readonly sent: number
  /** How often it is done. */
  readonly done: number
}

const succeeds = (sent: number, done = 1): Ending => ({ sent, done })
const fails = (error: object, sent: number, done = 0): Ending => ({ fails: error, sent, done })

const networkError = (kind: "connection" | "timeout") => ({ _tag: "NetworkError", kind })
const apiError = (status: number, reason: string) => ({ _tag: "ApiError", status, reason: { _tag: reason } })
const responseError = { _tag: "ResponseError" }

interface Row extends Record<Call, Ending> {
  readonly what: string
  readonly fault: Omit<Fault.Rule, "match">
  /** Where `fetch` tells of it otherwise. */
  readonly withFetch?: Record<Call, Ending>
}

const table: ReadonlyArray<Row> = [
  {
    what: "the connection is reset before an answer, twice",
    fault: { times: 2, effect: { type: "drop" } },
    read: succeeds(3),
    submit: succeeds(3),
    create: fails(networkError("connection"), 1)
  },
  {
    what: "the connection is reset after the request was carried out",
    fault: { times: 1, effect: { type: "drop", carried_out: true } },
    read: succeeds(2, 2),
    submit: succeeds(2),
    create: fails(networkError("connection"), 1, 1)
  },
  {
    what: "the connection is reset in the middle of a body",
    fault: { times: 1, effect: { type: "drop", part: "body" } },
    read: succeeds(2, 2),
    submit: succeeds(2),
    create: fails(networkError("connection"), 1, 1)
  },
  {
    what: "the connection is always reset",
    fault: { effect: { type: "drop" } },
    read: fails(networkError("connection"), 6),
    submit: fails(networkError("connection"), 6),
    create: fails(networkError("connection"), 1)
  },
  {
    what: "the connection is closed before the body is whole",
    fault: { times: 1, effect: { type: "truncate" } },
    read: succeeds(2, 2),
    submit: succeeds(2),
    create: fails(networkError("connection"), 1, 1)
  },
  {
    what: "no answer comes, once",
    fault: { times: 1, effect: { type: "stall" } },
    read: succeeds(2),
    submit: succeeds(2),
    create: fails(networkError("timeout"), 1)
  },
  {
    what: "a body stalls, once",
    fault: { times: 1, effect: { type: "stall", part: "body" } },
    read: succeeds(2, 2),
    submit: succeeds(2),
    create: fails(networkError("timeout"), 1, 1)
  },
  {
    what: "429, twice",
    fault: { times: 2, effect: { type: "rate_limit", retry_after: 1 } },
    read: succeeds(3),
    submit: succeeds(3),
    create: succeeds(3)
  },
  {
    what: "429, always",
    fault: { effect: { type: "rate_limit", retry_after: 3600 } },
    read: fails(apiError(429, "RateLimited"), 6),
    submit: fails(apiError(429, "RateLimited"), 6),
    create: fails(apiError(429, "RateLimited"), 6)
  },
  {
    what: "a storm of 503 that passes",
    fault: { times: 5, effect: { type: "error", status: 503 } },
    read: succeeds(6),
    submit: succeeds(6),
    create: fails(apiError(503, "Unavailable"), 1)
  },
  {
    what: "a storm of 503 that does not pass",
    fault: { effect: { type: "error", status: 503 } },
    read: fails(apiError(503, "Unavailable"), 6),
    submit: fails(apiError(503, "Unavailable"), 6),
    create: fails(apiError(503, "Unavailable"), 1)
  },
  {
    what: "a 504 though it was done",
    fault: { times: 1, effect: { type: "error", status: 504, carried_out: true } },
    read: succeeds(2, 2),
    submit: succeeds(2),
    create: fails(apiError(504, "Unavailable"), 1, 1)
  },
  {
    what: "truncated JSON",
    fault: { effect: { type: "truncate", seamless: true } },
    read: fails(responseError, 1, 1),
    submit: fails(responseError, 1, 1),
    create: fails(responseError, 1, 1)
  },
  {
    what: "text instead of JSON",
    fault: { effect: { type: "garbage", kind: "text" } },
    read: fails(responseError, 1, 1),
    submit: fails(responseError, 1, 1),
    create: fails(responseError, 1, 1)
  },
  {
    what: "nothing instead of JSON",
    fault: { effect: { type: "garbage", kind: "empty" } },
    read: fails(responseError, 1, 1),
    submit: fails(responseError, 1, 1),
    create: fails(responseError, 1, 1)
  },
  {
    what: "HTML instead of JSON",
    fault: { effect: { type: "garbage", kind: "html", carried_out: false } },
    read: fails(responseError, 1),
    submit: fails(responseError, 1),
    create: fails(responseError, 1)
  },
  {
    what: "a proxy's page, once",
    fault: { times: 1, effect: { type: "garbage", kind: "html", status: 502, carried_out: false } },
    read: succeeds(2),
    submit: succeeds(2),
    create: fails(apiError(502, "Unavailable"), 1)
  },
  {
    what: "a wrong content type",
    fault: { effect: { type: "garbage", kind: "content_type" } },
    read: succeeds(1),
    submit: succeeds(1),
    create: succeeds(1)
  },
  {
    what: "gzip that is none",
    fault: { effect: { type: "garbage", kind: "gzip" } },
    read: fails(responseError, 1, 1),
    submit: fails(responseError, 1, 1),
    create: fails(responseError, 1, 1),
    // `fetch` unpacks by itself, and cannot tell a body that is none from one that broke.
    withFetch: {
      read: fails(networkError("connection"), 6, 6),
      submit: fails(networkError("connection"), 6, 1),
      create: fails(networkError("connection"), 1, 1)
    }
  }
]

/** Makes a call while something goes wrong, and tells what came of it. */
const during = (call: Call, fault: Omit<Fault.Rule, "match">) =>
  Effect.gen(function* () {
    // The login is over, so that all that follows is about the call. A busy machine may need longer for it than those
    // calls are given that are never answered.
    yield* Effect.retry((yield* GlobusApp).login(), { times: 5 })
    const match = { service: "transfer", operation: operations[call] }
    // A rule that does nothing counts the requests.
    const counter = yield* Simulator.fault({ match, effect: { type: "latency", seconds: 0 } })
    yield* Simulator.fault({ ...fault, match })
    const [took, result] = yield* Effect.timed(
      Effect.result<unknown, GlobusError, TransferClient>(calls[call])
    )
    return {
      result,
      sent: yield* counter.hits,
      done: yield* done[call],
      seconds: Duration.toSeconds(took)
    }
  }).pipe(Effect.scoped)

const expectEnding = (
  seen: {
    readonly result: Result.Result<unknown, GlobusError>
    readonly sent: number
    readonly done: number
  },
  ending: Ending
) => {
  const { result } = seen
  if (ending.fails === undefined)
    expect(Result.getOrElse(result, (error) => error)).not.toHaveProperty("_tag")
  else expect(Result.isFailure(result) ? result.failure : result).toMatchObject(ending.fails)
  expect({ sent: seen.sent, done: seen.done }).toEqual({ sent: ending.sent, done: ending.done })
}

describe.each([
  { name: "undici", httpClient: NodeGlobus.layerHttpClient },
  { name: "fetch", httpClient: FetchHttpClient.layer }
])("with $name:", ({ httpClient, name }) => {
  for (const { fault, what, withFetch, ...endings } of table) {
    it.live(what, () =>
      Effect.forEach(
        ["read", "submit", "create"] as const,
        (call) =>
          Effect.map(during(call, fault), (seen) =>
            expectEnding(seen, (name === "fetch" && withFetch ? withFetch : endings)[call])
          ).pipe(
            Effect.provide(
              onAPort(httpClient, {}, fault.effect.type === "stall" ? { timeout: "1500 millis" } : {})
            )
          ),
        { concurrency: "unbounded", discard: true }
      )
    )
  }

  it.live("the connection is refused, for a while", () =>
    Effect.gen(function* () {
      const port = yield* freePort
      const { url } = yield* Simulator
      const ending = yield* Effect.forEach(["read", "submit", "create"] as const, (call) =>
        Effect.gen(function* () {
          yield* (yield* GlobusApp).login()
          const asking = yield* Effect.forkChild(calls[call])
          yield* Effect.sleep("30 millis")
          yield* passage(port, Number(new URL(url).port))
          yield* Fiber.join(asking)
          return yield* done[call]
        }).pipe(
          Effect.scoped,
          Effect.provide(
            programOn(
              httpClient,
              { maxDelay: "40 millis" },
              { transfer: `http://127.0.0.1:${port}/transfer/` }
            )
          )
        )
      )
      expect(ending).toEqual([1, 1, 1])
    }).pipe(Effect.provide(Simulator.layerServer()))
  )

  it.live("the connection is always refused", () =>
    Effect.gen(function* () {
      const port = yield* freePort
      const nowhere = { transfer: `http://127.0.0.1:${port}/transfer/` }
      yield* Effect.gen(function* () {
        yield* (yield* GlobusApp).login()
        for (const call of ["read", "submit", "create"] as const) {
          const error = yield* Effect.flip<unknown, GlobusError, TransferClient>(calls[call])
          expect(error).toMatchObject({ ...networkError("connection"), host: `127.0.0.1:${port}` })
        }
      }).pipe(Effect.provide(programOn(httpClient, {}, nowhere)))
    }).pipe(Effect.provide(Simulator.layerServer()))
  )

  it.live("a redirect leads to another host, which never hears of it, let alone of the token", () =>
    Effect.gen(function* () {
      const elsewhere = yield* listener
      for (const status of [301, 302, 303, 307, 308] as const) {
        const fault = { effect: { type: "redirect", status, location: elsewhere.url } } as const
        for (const call of ["read", "submit", "create"] as const) {
          const seen = yield* during(call, fault).pipe(Effect.provide(onAPort(httpClient)))
          expectEnding(seen, fails(apiError(status, "Other"), 1))
        }
      }
      expect(elsewhere.received).toEqual([])
    }).pipe(Effect.scoped)
  )
})

// -----------------------------------------------------------------------------
// time
// -----------------------------------------------------------------------------

describe("with a clock under test:", () => {
  const times: ReadonlyArray<{
    readonly what: string
    readonly call: Call
    readonly fault: Omit<Fault.Rule, "match">
    readonly ending: Ending
    /** At least and at most, as pauses are random where nobody says how long they are to be. */
    readonly seconds: readonly [number, number]
  }> = [
    {
      what: "a 429 says in seconds when to come back",
      call: "create",
      fault: { times: 2, effect: { type: "rate_limit", retry_after: 3 } },
      ending: succeeds(3),
      seconds: [6, 6]
    },
    {
      what: "a 429 says with a date when to come back",
      call: "create",
      fault: { times: 1, effect: { type: "rate_limit", retry_after: 4, retry_after_as: "date" } },
      ending: succeeds(2),
      seconds: [4, 4]
    },
    {
      what: "a 503 says when to come back",
      call: "read",
      fault: { times: 3, effect: { type: "error", status: 503, retry_after: 2 } },
      ending: succeeds(4),
      seconds: [6, 6]
    },
    {
      what: "a 503 says to come back tomorrow",
      call: "submit",
      fault: { times: 1, effect: { type: "error", status: 503, retry_after: 86_400 } },
      ending: succeeds(2),
      seconds: [10, 10]
    },
    {
      what: "a storm of 503 says nothing",
      call: "read",
      fault: { times: 4, effect: { type: "error", status: 503 } },
      ending: succeeds(5),
      seconds: [3.75, 11.25]
    },
    {
      what: "an answer takes half a minute",
      call: "create",
      fault: { effect: { type: "latency", seconds: 30 } },
      ending: succeeds(1),
      seconds: [30, 30]
    },
    {
      what: "no answer comes, once",
      call: "read",
      fault: { times: 1, effect: { type: "stall" } },
      ending: succeeds(2),
      seconds: [60.25, 60.75]
    },
    {
      what: "a body stalls, once",
      call: "submit",
      fault: { times: 1, effect: { type: "stall", part: "body" } },
      ending: succeeds(2),
      seconds: [60.25, 60.75]
    },
    {
      what: "no answer ever comes",
      call: "read",
      fault: { effect: { type: "stall" } },
      ending: fails(networkError("timeout"), 5),
      seconds: [300, 300]
    },
    {
      what: "no answer ever comes to what may not be sent again",
      call: "create",
      fault: { effect: { type: "stall", carried_out: true } },
      ending: fails(networkError("timeout"), 1, 1),
      seconds: [60, 60]
    }
  ]

  it.effect.each(times)("$what", ({ call, ending, fault, seconds: [least, most] }) =>
    Effect.gen(function* () {
      yield* (yield* GlobusApp).login()
      const { seconds, ...seen } = yield* TestTime.passing(during(call, fault))
      expectEnding(seen, ending)
      expect(seconds).toBeGreaterThanOrEqual(least)
      expect(seconds).toBeLessThanOrEqual(most)
    }).pipe(Effect.provide(inProcess))
  )
})

// -----------------------------------------------------------------------------
// tokens and consents
// -----------------------------------------------------------------------------

describe("a token that was good:", () => {
  const token = { service: "auth", operation: "token" }
  const read = { service: "transfer", operation: "getEndpoint" }
  const expired = { match: read, times: 1, effect: { type: "error", status: 401 } } as const

  const rows: ReadonlyArray<{
    readonly what: string
    readonly faults: ReadonlyArray<Fault.Rule>
    readonly refreshTokens?: "rotate"
    readonly fails?: object
    /** What Globus Auth gave out, the first login included. */
    readonly logins: number
    readonly refreshes: number
  }> = [
    { what: "401 all the same", faults: [expired], logins: 1, refreshes: 1 },
    {
      what: "always 401 all the same",
      faults: [{ match: read, effect: { type: "error", status: 401 } }],
      fails: apiError(401, "Unauthorized"),
      logins: 1,
      refreshes: 1
    },
    {
      what: "the access token is revoked",
      faults: [{ match: read, times: 1, effect: { type: "revoke", what: "access_token" } }],
      logins: 1,
      refreshes: 1
    },
    {
      what: "all tokens are revoked",
      faults: [{ match: read, times: 1, effect: { type: "revoke", what: "tokens" } }],
      logins: 2,
      refreshes: 0
    },
    {
      what: "the consent is withdrawn",
      faults: [{ match: read, times: 1, effect: { type: "revoke", what: "consents" } }],
      logins: 2,
      refreshes: 0
    },
    {
      what: "a further consent is asked for",
      faults: [
        {
          match: read,
          times: 1,
          effect: {
            type: "error",
            status: 403,
            code: "ConsentRequired",
            fields: { required_scopes: ["urn:globus:auth:scope:transfer.api.globus.org:all"] }
          }
        }
      ],
      logins: 2,
      refreshes: 0
    },
    {
      what: "its renewal meets a storm of 503",
      faults: [expired, { match: token, times: 3, effect: { type: "error", status: 503 } }],
      logins: 1,
      refreshes: 1
    },
    {
      what: "the answer to its renewal is lost",
      faults: [expired, { match: token, times: 1, effect: { type: "drop", carried_out: true } }],
      logins: 1,
      refreshes: 2
    },
    {
      what: "the answer to its renewal is lost, and with it the only refresh token",
      faults: [expired, { match: token, times: 1, effect: { type: "drop", part: "body" } }],
      refreshTokens: "rotate",
      logins: 2,
      refreshes: 1
    },
    {
      what: "its renewal is answered with a page",
      faults: [
        expired,
        { match: token, times: 1, effect: { type: "garbage", kind: "html", carried_out: false } }
      ],
      fails: { _tag: "ResponseError", service: "auth", operation: "token" },
      logins: 1,
      refreshes: 0
    }
  ]

  it.live.each(rows)("$what", ({ fails, faults, logins, refreshTokens, refreshes }) =>
    Effect.gen(function* () {
      yield* calls.read
      yield* Effect.forEach(faults, Simulator.fault)
      const result = yield* Effect.result(calls.read)
      if (fails === undefined) expect(result._tag).toBe("Success")
      else expect(result).toMatchObject({ failure: fails })
      const activity = yield* (yield* Simulator).activity
      expect({ logins: activity.codeExchanges, refreshes: activity.refreshes }).toEqual({ logins, refreshes })
    }).pipe(Effect.scoped, Effect.provide(onAPort(NodeGlobus.layerHttpClient, { refreshTokens })))
  )

  it.live("the answer to a login is lost: its code is not used twice, and the next login is another", () =>
    Effect.gen(function* () {
      const lost = yield* Simulator.fault({ match: token, times: 1, effect: { type: "drop", part: "body" } })
      expect(yield* Effect.flip(calls.read)).toMatchObject({
        ...networkError("connection"),
        operation: "token"
      })
      expect(yield* lost.hits).toBe(1)
      expect((yield* (yield* Simulator).activity).codeExchanges).toBe(1)
      yield* calls.read
      expect((yield* (yield* Simulator).activity).codeExchanges).toBe(2)
    }).pipe(Effect.scoped, Effect.provide(onAPort(NodeGlobus.layerHttpClient)))
  )

  it.effect("the consent is withdrawn between submission and poll", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const { task_id } = yield* calls.submit
      const withdrawn = yield* Simulator.fault({
        match: { operation: "getTask" },
        times: 1,
        effect: { type: "revoke", what: "consents" }
      })
      const waiting = TestTime.passing(transfer.waitForTask(task_id, { pollingInterval: "1 second" }))
      expect(yield* waiting).toMatchObject({ status: "SUCCEEDED" })
      expect(yield* withdrawn.hits).toBe(1)
      expect((yield* (yield* Simulator).activity).codeExchanges).toBe(2)
    }).pipe(Effect.scoped, Effect.provide(inProcess))
  )
})

/** Letting things go wrong by rule: the same rules in process and on a port, each seen as a client sees it. */
import { UserApp } from "@effect-globus/sdk"
import { TransferScopes } from "@effect-globus/sdk/model"
import { TransferClient } from "@effect-globus/sdk/transfer"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Option, Random, Schema } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import { type Fault, Simulator, World } from "../src/index.ts"
import * as Browser from "./Browser.ts"

const [tutorial, tutorial2] = World.defaultWorld.collections
const path = `v0.10/endpoint/${tutorial!.id}`

const logIn = Effect.map(Browser.logIn(TransferScopes.all), (tokens) => tokens["transfer.api.globus.org"])

const inProcess = Simulator.layerBackend()
const onAPort = Simulator.layerServer().pipe(Layer.provideMerge(NodeHttpClient.layerUndici))

/** Asks, and takes what comes as it is. */
const ask = (token: string | undefined) =>
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const request = HttpClientRequest.get(yield* Browser.url("transfer", path))
    const { headers, status, text } = yield* client.execute(
      HttpClientRequest.bearerToken(request, token ?? "")
    )
    const body = yield* text
    const json = Option.getOrUndefined(Option.liftThrowable((): unknown => JSON.parse(body))())
    return { status, headers, text: body, json }
  })

/** A request that is answered while this goes wrong, and whether it was carried out. */
const during = (effect: Fault.Misbehavior) =>
  Effect.gen(function* () {
    const token = yield* logIn
    const fault = yield* Simulator.fault({ match: { operation: "getEndpoint" }, effect })
    const outcome = yield* ask(token).pipe(Effect.timeoutOption("200 millis"), Effect.result)
    const { calls } = yield* (yield* Simulator).activity
    expect(yield* fault.hits).toBe(1)
    return { outcome, carriedOut: (calls["transfer.getEndpoint"] ?? 0) === 1 }
  }).pipe(Effect.scoped)

const answered = (answer: object) => ({ _tag: "Success", success: { _tag: "Some", value: answer } })
const unanswered = { _tag: "Success", success: { _tag: "None" } }
/** The connection broke, with the platform's own word for it. */
const broken = (code: string) => ({
  _tag: "Failure",
  failure: { _tag: "HttpClientError", reason: { cause: { code } } }
})
const asJson = { "content-type": "application/json", "x-globus-simulator": "true" }

interface Row {
  readonly what: string
  readonly effect: Fault.Misbehavior
  readonly carriedOut: boolean
  readonly outcome: object
}

const rows: ReadonlyArray<Row> = [
  {
    what: "refuses for the rate, and says in seconds how long to wait",
    effect: { type: "rate_limit", retry_after: 7 },
    carriedOut: false,
    outcome: answered({
      status: 429,
      headers: { "retry-after": "7", ...asJson },
      json: { code: "TooManyRequests", resource: `/${path}` }
    })
  },
  {
    what: "refuses for the rate, and says with a date how long to wait",
    effect: { type: "rate_limit", retry_after: 7, retry_after_as: "date" },
    carriedOut: false,
    outcome: answered({
      status: 429,
      headers: { "retry-after": expect.stringMatching(/^\w{3}, .* GMT$/) as string }
    })
  },
  {
    what: "refuses in the service's own words",
    effect: {
      type: "error",
      status: 403,
      code: "ConsentRequired",
      message: "No.",
      fields: { required_scopes: ["a"] }
    },
    carriedOut: false,
    outcome: answered({
      status: 403,
      headers: asJson,
      json: {
        code: "ConsentRequired",
        message: "No.",
        required_scopes: ["a"],
        request_id: expect.any(String) as string
      }
    })
  },
  {
    what: "refuses with what the service usually says",
    effect: { type: "error", status: 401 },
    carriedOut: false,
    outcome: answered({ status: 401, json: { code: "AuthenticationFailed" } })
  },
  {
    what: "is in trouble though it did what it was asked for",
    effect: { type: "error", status: 503, retry_after: 1, carried_out: true },
    carriedOut: true,
    outcome: answered({ status: 503, headers: { "retry-after": "1" }, json: { code: "ServerError" } })
  },
  {
    what: "resets the connection before there is an answer",
    effect: { type: "drop" },
    carriedOut: false,
    outcome: broken("ECONNRESET")
  },
  {
    what: "resets the connection though it did what it was asked for",
    effect: { type: "drop", carried_out: true },
    carriedOut: true,
    outcome: broken("ECONNRESET")
  },
  {
    what: "resets the connection in the middle of a body",
    effect: { type: "drop", part: "body" },
    carriedOut: true,
    outcome: broken("ECONNRESET")
  },
  { what: "does not begin to answer", effect: { type: "stall" }, carriedOut: false, outcome: unanswered },
  {
    what: "does not end its answer",
    effect: { type: "stall", part: "body" },
    carriedOut: true,
    outcome: unanswered
  },
  {
    what: "closes the connection before all was sent",
    effect: { type: "truncate", bytes: 20 },
    carriedOut: true,
    outcome: broken("UND_ERR_SOCKET")
  },
  {
    what: "sends the beginning as if it were all",
    effect: { type: "truncate", bytes: 25, seamless: true },
    carriedOut: true,
    outcome: answered({ status: 200, text: expect.stringMatching(/^\{.{24}$/) as string })
  },
  {
    what: "answers what is no JSON",
    effect: { type: "garbage", kind: "text" },
    carriedOut: true,
    outcome: answered({ status: 200, headers: asJson, json: undefined })
  },
  {
    what: "answers nothing",
    effect: { type: "garbage", kind: "empty", carried_out: false },
    carriedOut: false,
    outcome: answered({ status: 200, headers: asJson, text: "" })
  },
  {
    what: "answers a page",
    effect: { type: "garbage", kind: "html", status: 502 },
    carriedOut: true,
    outcome: answered({ status: 502, headers: { "content-type": "text/html" } })
  },
  {
    what: "declares its answer to be something else",
    effect: { type: "garbage", kind: "content_type" },
    carriedOut: true,
    outcome: answered({
      status: 200,
      headers: { "content-type": "application/octet-stream" },
      text: expect.stringContaining(tutorial!.id) as string
    })
  },
  {
    what: "declares to be compressed what is not",
    effect: { type: "garbage", kind: "gzip" },
    carriedOut: true,
    outcome: answered({ status: 200, headers: { "content-encoding": "gzip" }, json: undefined })
  },
  {
    what: "sends the client elsewhere",
    effect: { type: "redirect", location: "http://elsewhere.example.org/", status: 307 },
    carriedOut: false,
    outcome: answered({ status: 307, headers: { location: "http://elsewhere.example.org/" } })
  },
  {
    what: "has a clock that is wrong",
    effect: { type: "clock_skew", seconds: 72 * 3600 },
    carriedOut: true,
    // By that clock, the token has expired.
    outcome: answered({ status: 401 })
  },
  {
    what: "does not accept the token any more",
    effect: { type: "revoke", what: "access_token" },
    carriedOut: true,
    outcome: answered({ status: 401 })
  },
  {
    what: "has forgotten that the person consented",
    effect: { type: "revoke", what: "consents" },
    carriedOut: true,
    outcome: answered({ status: 401 })
  }
]

describe.each([
  { where: "in process", layer: inProcess },
  { where: "on a port", layer: onAPort }
])("a simulator $where", ({ layer }) => {
  it.live.each(rows)("$what", ({ carriedOut, effect, outcome }) =>
    Effect.gen(function* () {
      const seen = yield* during(effect)
      expect(seen.outcome).toMatchObject(outcome)
      expect(seen.carriedOut).toBe(carriedOut)
    }).pipe(Effect.provide(layer))
  )

  it.live("takes longer", () =>
    Effect.gen(function* () {
      const token = yield* logIn
      yield* Simulator.fault({ effect: { type: "latency", seconds: 0.15 } })
      const started = performance.now()
      expect((yield* Browser.get("transfer", path, { token })).status).toBe(200)
      expect(performance.now() - started).toBeGreaterThan(140)
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("says what time it is by its clock, also when that is wrong", () =>
    Effect.gen(function* () {
      const token = yield* logIn
      const skewOf = Effect.map(
        Browser.get("transfer", path, { token }),
        ({ headers }) => Date.parse(headers["date"] ?? "") - Date.now()
      )
      expect(Math.abs(yield* skewOf)).toBeLessThan(3000)
      yield* Simulator.fault({ effect: { type: "clock_skew", seconds: -3600 } })
      expect(Math.abs((yield* skewOf) + 3_600_000)).toBeLessThan(3000)
    }).pipe(Effect.scoped, Effect.provide(layer))
  )
})

describe("which requests a rule hits", () => {
  /** The statuses of two requests, to `getEndpoint` and to `ls`, while a rule is in force. */
  const statuses = (rule: Omit<Fault.Rule, "effect">) =>
    Effect.gen(function* () {
      const token = yield* logIn
      yield* Simulator.fault({ ...rule, effect: { type: "error", status: 500 } })
      const endpoint = yield* Browser.get("transfer", path, { token })
      const ls = yield* Browser.get("transfer", `v0.10/operation/endpoint/${tutorial!.id}/ls`, {
        token,
        query: { path: "/" }
      })
      return [endpoint.status, ls.status]
    }).pipe(Effect.scoped, Effect.provide(inProcess))

  const hit = { both: [500, 500], first: [500, 200], second: [200, 500], none: [200, 200] }

  it.effect.each([
    { match: {}, hits: hit.both },
    { match: { service: "transfer" }, hits: hit.both },
    { match: { service: "flows" }, hits: hit.none },
    { match: { operation: "getEndpoint" }, hits: hit.first },
    { match: { operation: "ls" }, hits: hit.second },
    { match: { method: "get" }, hits: hit.both },
    { match: { method: "POST" }, hits: hit.none },
    { match: { path: "/v0.10/endpoint/*" }, hits: hit.first },
    { match: { path: "*/ls" }, hits: hit.second },
    { match: { path: "/v0.10/endpoint" }, hits: hit.none },
    { match: { path: "/v0?10/*" }, hits: hit.none },
    { match: { identity: "rosalind@example.org" }, hits: hit.both },
    { match: { identity: Browser.rosalind, operation: "ls" }, hits: hit.second },
    { match: { identity: "linus@lab.example.edu" }, hits: hit.none },
    { match: { client: World.nativeClientId }, hits: hit.both },
    { match: { client: World.confidentialClientId }, hits: hit.none }
  ])("those of $match", ({ hits, match }) =>
    Effect.gen(function* () {
      expect(yield* statuses({ match })).toEqual(hits)
    })
  )

  it.effect("of an operation, however its path is written", () =>
    Effect.gen(function* () {
      const token = yield* logIn
      const written = [path, `${path}/`, `/${path}`, path.replace("endpoint", "//Endpoint")]
      const statuses = Effect.forEach(written, (path) =>
        Effect.map(Browser.get("transfer", path, { token }), ({ status }) => status)
      )
      expect(yield* statuses).toEqual([200, 200, 200, 200])
      yield* Simulator.fault({ match: { operation: "getEndpoint" }, effect: { type: "error", status: 500 } })
      expect(yield* statuses).toEqual([500, 500, 500, 500])
    }).pipe(Effect.scoped, Effect.provide(inProcess))
  )

  it.effect("as often as it says, and after as many as it says", () =>
    Effect.gen(function* () {
      expect(yield* statuses({ times: 1 })).toEqual(hit.first)
      expect(yield* statuses({ after: 1 })).toEqual(hit.second)
      expect(yield* statuses({ times: 0 })).toEqual(hit.none)
      expect(yield* statuses({ match: { operation: "ls" }, after: 1 })).toEqual(hit.none)
    })
  )

  it.effect("as likely as it says", () =>
    Effect.gen(function* () {
      const token = yield* logIn
      const fault = yield* Simulator.fault({ chance: 0.25, effect: { type: "error", status: 500 } })
      yield* Effect.replicateEffect(Browser.get("transfer", path, { token }), 400, { discard: true })
      const hits = yield* fault.hits
      expect(hits).toBeGreaterThan(60)
      expect(hits).toBeLessThan(140)
    }).pipe(Effect.scoped, Effect.provide(inProcess), Random.withSeed("faults"))
  )

  it.effect.each([
    ["in process", inProcess],
    ["on a port", onAPort]
  ] as const)("those of a client or a person to Auth, where no access token tells: %s", ([, simulator]) =>
    Effect.gen(function* () {
      const tokens = yield* Browser.exchange(yield* Browser.codeFor({ access_type: "offline" }))
      const { access_token, refresh_token } = tokens.json as Record<string, string>
      const native = { client_id: World.nativeClientId }
      const grant = (grant_type: string) => ({ grant_type, ...native })
      const asMyself = { grant_type: "client_credentials", scope: "openid" }
      const requests = {
        code: Effect.flatMap(Browser.codeFor(), (code) => Browser.exchange(code)),
        refresh: Browser.form("v2/oauth2/token", {
          ...grant("refresh_token"),
          refresh_token: refresh_token ?? ""
        }),
        validate: Browser.form("v2/oauth2/token/validate", { token: access_token ?? "", ...native }),
        credentials: Browser.form("v2/oauth2/token", asMyself, Browser.basic()),
        identities: Browser.get("auth", "v2/api/identities", {
          query: { ids: Browser.linus },
          ...Browser.basic()
        })
      }
      const hitBy = (match: Fault.Match) =>
        Effect.gen(function* () {
          yield* Simulator.fault({
            match: { method: "POST", ...match },
            effect: { type: "error", status: 500 }
          })
          const statuses = yield* Effect.all(requests)
          return Object.entries(statuses).flatMap(([name, { status }]) => (status === 500 ? [name] : []))
        }).pipe(Effect.scoped)
      const operation = { operation: "token" }
      expect(yield* hitBy({ ...operation, client: World.nativeClientId })).toEqual(["code", "refresh"])
      expect(yield* hitBy({ ...operation, identity: "rosalind@example.org" })).toEqual(["code", "refresh"])
      expect(yield* hitBy({ ...operation, identity: "linus@lab.example.edu" })).toEqual([])
      expect(yield* hitBy({ client: World.confidentialClientId })).toEqual(["credentials"])
      expect(yield* hitBy({ identity: World.confidentialClientId })).toEqual(["credentials"])
      expect(yield* hitBy({ operation: "validate", identity: Browser.rosalind })).toEqual(["validate"])
      expect(yield* hitBy({ method: "GET", identity: World.confidentialClientId })).toEqual(["identities"])
    }).pipe(Effect.provide(simulator))
  )

  it.effect("those of whoever logs in", () =>
    Effect.gen(function* () {
      yield* Simulator.fault({
        match: { method: "POST", identity: "linus@lab.example.edu" },
        effect: { type: "error", status: 502 }
      })
      expect(yield* Browser.submit({ identity: Browser.rosalind })).toMatchObject({ status: 200 })
      expect(yield* Browser.submit({ identity: Browser.linus })).toMatchObject({ status: 502 })
    }).pipe(Effect.scoped, Effect.provide(inProcess))
  )

  it.effect("the pages of the login too, which are no operation", () =>
    Effect.gen(function* () {
      yield* Simulator.fault({
        match: { path: "/v2/oauth2/authorize" },
        effect: { type: "error", status: 502 }
      })
      expect(yield* Browser.authorize()).toMatchObject({ status: 502 })
    }).pipe(Effect.scoped, Effect.provide(inProcess))
  )
})

describe("rules", () => {
  it.effect("work together, the first one outermost", () =>
    Effect.gen(function* () {
      const token = yield* logIn
      const slow = yield* Simulator.fault({ effect: { type: "latency", seconds: 5 } })
      const refusing = yield* Simulator.fault({ times: 1, effect: { type: "error", status: 500 } })
      const late = yield* Simulator.fault({ effect: { type: "error", status: 502 } })
      const fiber = yield* Effect.forkChild(Browser.get("transfer", path, { token }), {
        startImmediately: true
      })
      yield* TestClock.adjust("4 seconds")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 second")
      expect((yield* Fiber.join(fiber)).status).toBe(500)
      expect([yield* slow.hits, yield* refusing.hits, yield* late.hits]).toEqual([1, 1, 0])
    }).pipe(Effect.scoped, Effect.provide(inProcess))
  )

  it.effect("end with their scope, or when they are removed", () =>
    Effect.gen(function* () {
      const token = yield* logIn
      const status = Effect.map(Browser.get("transfer", path, { token }), ({ status }) => status)
      const rule: Fault.Rule = { effect: { type: "error", status: 500 } }
      expect(yield* Effect.scoped(Effect.andThen(Simulator.fault(rule), status))).toBe(500)
      expect(yield* status).toBe(200)
      const { hits, remove } = yield* Simulator.fault(rule)
      expect(yield* status).toBe(500)
      yield* remove
      expect(yield* status).toBe(200)
      expect(yield* hits).toBe(1)
    }).pipe(Effect.scoped, Effect.provide(inProcess))
  )

  it.effect("are checked, with what is wrong and where", () =>
    Effect.gen(function* () {
      const refusal = (rule: unknown) => Effect.flip(Simulator.fault(rule as Fault.Rule))
      expect(yield* refusal({ effect: { type: "error", status: 99 } })).toMatchObject({
        _tag: "InvalidConfiguration",
        setting: "fault.effect.status"
      })
      expect(yield* refusal({ effect: { type: "explode" } })).toMatchObject({ setting: "fault.effect" })
      expect(yield* refusal({ effect: { type: "latency", seconds: 1 }, chance: 2 })).toMatchObject({
        setting: "fault.chance"
      })
      // A condition that is misspelt would leave a rule that hits everything.
      expect(yield* refusal({ match: { opration: "ls" }, effect: { type: "drop" } })).toMatchObject({
        setting: "fault.match.opration"
      })
    }).pipe(Effect.scoped, Effect.provide(inProcess))
  )

  it.effect("may be there from the start: in the world, or beside it", () =>
    Effect.gen(function* () {
      const effect = { type: "error", status: 500 } as const
      const world = { ...World.defaultWorld, faults: [{ match: { operation: "ls" }, effect }] }
      const faults = [{ match: { operation: "getEndpoint" }, effect }]
      const status = Effect.gen(function* () {
        const token = yield* logIn
        const endpoint = yield* Browser.get("transfer", path, { token })
        const ls = yield* Browser.get("transfer", `v0.10/operation/endpoint/${tutorial!.id}/ls`, { token })
        return [endpoint.status, ls.status]
      })
      expect(yield* Effect.provide(status, Simulator.layerBackend({ world }))).toEqual([200, 500])
      expect(yield* Effect.provide(status, Simulator.layerBackend({ world, faults }))).toEqual([500, 500])
      const wrong = { ...world, faults: [{ match: { op: "ls" }, effect }] } as unknown as World.Input
      expect(
        yield* Effect.flip(Effect.scoped(Layer.build(Simulator.layerBackend({ world: wrong }))))
      ).toMatchObject({ setting: "world.faults.0.match.op" })
    })
  )
})

describe("a snapshot", () => {
  const effect = { type: "error", status: 500 } as const
  const rule = { match: { operation: "getEndpoint" }, times: 3, after: 1, effect }
  const status = Effect.gen(function* () {
    const token = yield* logIn
    return (yield* Browser.get("transfer", path, { token })).status
  })

  it.effect("has what is left of the rules from the start, and brings it back", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      expect([yield* status, yield* status]).toEqual([200, 500])
      const kept = yield* simulator.snapshot
      expect(kept.world.faults).toEqual([{ ...rule, times: 2, after: 0 }])
      const rest = [yield* status, yield* status, yield* status]
      expect(rest).toEqual([500, 500, 200])
      expect((yield* simulator.world).faults).toEqual([])
      yield* simulator.restore(kept)
      expect([yield* status, yield* status, yield* status]).toEqual(rest)
    }).pipe(Effect.provide(Simulator.layerBackend({ faults: [rule] })))
  )

  it.effect("leaves alone what a test has put up", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const kept = yield* simulator.snapshot
      yield* Effect.gen(function* () {
        yield* Simulator.fault({ match: { operation: "getEndpoint" }, effect })
        expect((yield* simulator.world).faults).toEqual([])
        yield* simulator.restore(kept)
        expect(yield* status).toBe(500)
      }).pipe(Effect.scoped)
      expect(yield* status).toBe(200)
    }).pipe(Effect.provide(inProcess))
  )

  it.effect("begins another simulator where this one is", () =>
    Effect.gen(function* () {
      const world = yield* Effect.gen(function* () {
        expect([yield* status, yield* status]).toEqual([200, 500])
        return yield* (yield* Simulator).world
      }).pipe(Effect.provide(Simulator.layerBackend({ world: { ...World.defaultWorld, faults: [rule] } })))
      const input = yield* Schema.encodeEffect(World.World)(world)
      const rest = Effect.all([status, status, status])
      expect(yield* Effect.provide(rest, Simulator.layerBackend({ world: input }))).toEqual([500, 500, 200])
    })
  )
})

describe("a program of the SDK", () => {
  it.effect("gets through a storm", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      // The login is over, so that all the waiting is for the storm.
      yield* transfer.getEndpoint(tutorial2!.id)
      const storm = yield* Simulator.fault({
        match: { service: "transfer" },
        times: 4,
        effect: { type: "error", status: 503, retry_after: 1 }
      })
      const asking = yield* Effect.forkChild(transfer.getEndpoint(tutorial2!.id))
      yield* TestClock.adjust("4 seconds")
      expect((yield* Fiber.join(asking)).display_name).toBe(tutorial2!.display_name)
      expect(yield* storm.hits).toBe(4)
    }).pipe(
      Effect.scoped,
      Effect.provide(
        TransferClient.layer.pipe(
          Layer.provide(UserApp.layer({ appName: "test", clientId: World.nativeClientId })),
          Layer.provideMerge(Simulator.layer)
        )
      )
    )
  )
})

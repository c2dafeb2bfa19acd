/**
 * The login in a browser on this machine, with real requests to its port: which one it takes, which it refuses and why,
 * and that nothing of it is left behind.
 */
import { LocalServerLogin } from "@effect-globus/node"
import { LoginFlow } from "@effect-globus/sdk/app"
import { FlowUnavailable, LoginFailed } from "@effect-globus/sdk/model"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { createHash } from "node:crypto"
import { createServer, type Server } from "node:net"
import { networkInterfaces } from "node:os"
import { inspect } from "node:util"
import { back, begin, complete } from "./internal/BrowserLogin.ts"
import { failureOf, logIn, reveal, state, terminal } from "./internal/Login.ts"
import { isOpen, send, sendRaw } from "./internal/Port.ts"
import { logged } from "./internal/Workplace.ts"

const hasIPv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === "::1")
)

describe("a login in the browser", () => {
  it.live("brings the code back by itself", () =>
    Effect.gen(function* () {
      const login = yield* begin()
      assert.match(login.redirectUri, /^http:\/\/localhost:\d+$/)
      const answer = yield* send(login.port, back({ iss: "https://auth.globus.org" }))
      assert.strictEqual(answer.status, 200)
      assert.include(answer.body, "You have logged in at Globus")
      assert.deepStrictEqual(reveal(yield* Fiber.join(login.fiber)), {
        code: "canary-code",
        redirectUri: login.redirectUri,
        state,
        issuer: "https://auth.globus.org"
      })
      assert.isFalse(yield* isOpen(login.port))
    })
  )

  it.live("shows the address too, in case no browser opens", () =>
    Effect.gen(function* () {
      const login = yield* begin({ message: Option.some("Use your second factor.") })
      assert.include(login.screen.stderr, `\n${login.url.href}\n`)
      assert.include(login.screen.stderr, "my app")
      assert.include(login.screen.stderr, "Use your second factor.")
      assert.strictEqual(login.screen.stdout, "")
      yield* complete(login)
    })
  )

  it.live("ends if the person says no", () =>
    Effect.gen(function* () {
      const login = yield* begin()
      const answer = yield* send(
        login.port,
        `/?${new URLSearchParams({ error: "access_denied", error_description: "<b>no</b>", state }).toString()}`
      )
      assert.strictEqual(answer.status, 200)
      assert.include(answer.body, "You are not logged in")
      assert.notInclude(answer.body, "access_denied")
      assert.notInclude(answer.body, "<b>")
      const { reason } = yield* failureOf(Fiber.join(login.fiber))
      assert.deepInclude(reason, { _tag: "Denied", error: "access_denied", description: "<b>no</b>" })
      assert.isFalse(yield* isOpen(login.port))
    })
  )

  it.effect("ends after 15 minutes without an answer", () =>
    Effect.gen(function* () {
      const login = yield* begin()
      yield* TestClock.adjust("14 minutes")
      assert.isUndefined(login.fiber.pollUnsafe())
      yield* TestClock.adjust("1 minute")
      const { message, reason } = yield* failureOf(Fiber.join(login.fiber))
      assert.deepInclude(reason, { _tag: "TimedOut", seconds: 900 })
      assert.include(message, "Log in again")
      assert.isFalse(yield* isOpen(login.port))
    })
  )

  it.live("ends if no browser can be opened", () =>
    Effect.gen(function* () {
      const none = new LoginFailed({ reason: new FlowUnavailable({ detail: "no browser" }) })
      const { layer } = terminal([])
      const flow = yield* LocalServerLogin.make({ openBrowser: () => Effect.fail(none) }).pipe(
        Effect.provide(layer)
      )
      const { error } = yield* failureOf(Effect.provideService(logIn(), LoginFlow, flow))
      assert.strictEqual(error, none)
    })
  )

  it.live("closes its port if it is interrupted, whatever connections are open", () =>
    Effect.gen(function* () {
      const login = yield* begin()
      const half = yield* Effect.forkChild(sendRaw(login.port, "GET /?code=a HTTP/1.1\r\nHost: loc"))
      const silent = yield* Effect.forkChild(sendRaw(login.port, ""))
      yield* Effect.sleep("50 millis")
      yield* Fiber.interrupt(login.fiber)
      assert.strictEqual(yield* Fiber.join(half), "")
      assert.strictEqual(yield* Fiber.join(silent), "")
      assert.isFalse(yield* isOpen(login.port))
    })
  )

  it.live("has its turn after the one before it, whose window is the only one then", () =>
    Effect.gen(function* () {
      const opened = yield* Queue.unbounded<URL>()
      const flow = yield* LocalServerLogin.make({
        openBrowser: (url) => Effect.asVoid(Queue.offer(opened, new URL(url)))
      }).pipe(Effect.provide(terminal([]).layer))
      const login = Effect.provideService(logIn(), LoginFlow, flow)
      const fibers = yield* Effect.forEach([1, 2], () => Effect.forkChild(login))
      const portOf = (url: URL) => Number(new URL(url.searchParams.get("redirect_uri") ?? "").port)
      const first = portOf(yield* Queue.take(opened))
      yield* Effect.sleep("50 millis")
      assert.strictEqual(yield* Queue.size(opened), 0)
      yield* send(first, back())
      const second = portOf(yield* Queue.take(opened))
      assert.isFalse(yield* isOpen(first))
      yield* send(second, back())
      yield* Effect.forEach(fibers, Fiber.join)
    })
  )

  it.live("can be made by two programs at once, each on a port of its own", () =>
    Effect.gen(function* () {
      const first = yield* begin()
      const second = yield* begin()
      assert.notStrictEqual(first.port, second.port)
      yield* complete(second)
      yield* complete(first)
    })
  )

  it.live("is only for this machine", () =>
    Effect.gen(function* () {
      const login = yield* begin()
      assert.isTrue(yield* isOpen(login.port, "127.0.0.1"))
      // All of 127.0.0.0/8 leads to this machine; what listened on every address would answer here too.
      if (process.platform === "linux") assert.isFalse(yield* isOpen(login.port, "127.0.0.2"))
      yield* complete(login)
    })
  )

  it.live.skipIf(!hasIPv6)("comes back whichever way the browser takes `localhost`", () =>
    Effect.gen(function* () {
      for (const address of ["127.0.0.1", "::1"]) {
        const login = yield* begin()
        assert.strictEqual((yield* send(login.port, back(), { address })).status, 200)
        assert.strictEqual(reveal(yield* Fiber.join(login.fiber)).code, "canary-code")
        assert.isFalse(yield* isOpen(login.port, "127.0.0.1"))
        assert.isFalse(yield* isOpen(login.port, "::1"))
      }
    })
  )

  it.live("comes through however many connections are open and say nothing", () =>
    Effect.gen(function* () {
      const login = yield* begin()
      const slow = yield* Effect.forEach(Array.from({ length: 300 }), () =>
        Effect.forkChild(
          sendRaw(login.port, `GET ${back()} HTTP/1.1\r\nHost: localhost:${login.port}\r\nX: `)
        )
      )
      yield* Effect.sleep("200 millis")
      yield* complete(login)
      yield* Effect.forEach(slow, Fiber.join)
    })
  )

  it.live(
    "does not wait for a request that never ends",
    () =>
      Effect.gen(function* () {
        const login = yield* begin()
        const began = Date.now()
        assert.match(yield* sendRaw(login.port, `GET ${back()} HTTP/1.1\r\nHost: loc`), /^HTTP\/1\.1 408 |^$/)
        assert.isBelow(Date.now() - began, 9000)
        yield* complete(login)
      }),
    20_000
  )
})

describe("a request that is not the answer to this login", () => {
  const refused: ReadonlyArray<
    readonly [
      what: string,
      status: number,
      send: (port: number) => Effect.Effect<{ readonly status: number; readonly body: string }, Error>
    ]
  > = [
    ["without parameters", 404, (port) => send(port, "/")],
    ["for the browser's icon", 404, (port) => send(port, "/favicon.ico")],
    ["for another path", 404, (port) => send(port, `/callback${back().slice(1)}`)],
    ["for a path that only looks like it", 404, (port) => send(port, `//${back().slice(1)}`)],
    ["for a path that leads there", 404, (port) => send(port, `/x/..${back()}`)],
    ["with the parameters after a fragment", 404, (port) => send(port, `/#${back().slice(1)}`)],
    ["by POST", 404, (port) => send(port, back(), { method: "POST", body: "code=x" })],
    [
      "by HEAD",
      404,
      (port) => Effect.map(send(port, back(), { method: "HEAD" }), (answer) => ({ ...answer, body: "<h1>" }))
    ],
    ["by TRACE", 404, (port) => send(port, back(), { method: "TRACE" })],
    [
      "for another protocol",
      404,
      (port) => send(port, "/", { headers: { connection: "Upgrade", upgrade: "websocket" } })
    ],
    ["by OPTIONS", 404, (port) => send(port, back(), { method: "OPTIONS" })],
    [
      "for another host, as after DNS rebinding",
      404,
      (port) => send(port, back(), { host: `evil.example:${port}` })
    ],
    [
      "for a host that begins like ours",
      404,
      (port) => send(port, back(), { host: `localhost:${port}.evil.example` })
    ],
    ["for another name of this machine", 404, (port) => send(port, back(), { host: `127.0.0.1:${port}` })],
    [
      "for a host that another header names",
      404,
      (port) =>
        send(port, back(), { host: "evil.example", headers: { "x-forwarded-host": `localhost:${port}` } })
    ],
    [
      "for an image of a page",
      404,
      (port) => send(port, back(), { headers: { "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" } })
    ],
    [
      "for a frame of a page",
      404,
      (port) => send(port, back(), { headers: { "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" } })
    ],
    [
      "by a script",
      404,
      (port) => send(port, back(), { headers: { "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" } })
    ],
    ["for our host at another port", 404, (port) => send(port, back(), { host: "localhost:1" })],
    ["for our host without a port", 404, (port) => send(port, back(), { host: "localhost" })],
    ["without a state", 400, (port) => send(port, "/?code=canary-code")],
    ["with an empty state", 400, (port) => send(port, back({ state: "" }))],
    ["with another state", 400, (port) => send(port, back({ state: `${state.slice(0, -1)}X` }))],
    ["with more than the state", 400, (port) => send(port, back({ state: `${state}0` }))],
    ["with an error, but another state", 400, (port) => send(port, "/?error=access_denied&state=forged")],
    ["with two states", 404, (port) => send(port, `${back()}&state=${state}`)],
    ["with a state and one whose name is escaped", 404, (port) => send(port, `${back()}&%73tate=forged`)],
    ["with a code and one whose name is escaped", 404, (port) => send(port, `${back()}&c%6Fde=injected`)],
    ["with an error told twice", 404, (port) => send(port, `/?error=a&error=b&state=${state}`)],
    ["with a code that is none", 404, (port) => send(port, back({ code: "canary-code\u001b[2J" }))],
    ["with two codes", 404, (port) => send(port, `${back()}&code=injected`)],
    ["with an empty code", 404, (port) => send(port, back({ code: "" }))],
    ["with a state but neither code nor error", 404, (port) => send(port, `/?state=${state}`)]
  ]
  for (const [what, status, request] of refused) {
    it.live(`${what} is refused, and the login goes on`, () =>
      Effect.gen(function* () {
        const login = yield* begin()
        const answer = yield* request(login.port)
        assert.strictEqual(answer.status, status)
        assert.include(answer.body, "<h1>")
        assert.notInclude(answer.body, "canary-code")
        assert.notInclude(answer.body, "forged")
        yield* complete(login)
      })
    )
  }

  const malformed: ReadonlyArray<readonly [what: string, text: (port: number) => string]> = [
    ["without a host", () => `GET ${back()} HTTP/1.1\r\n\r\n`],
    [
      "with two hosts",
      (port) =>
        `GET ${back()} HTTP/1.1\r\nHost: localhost:${port}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`
    ],
    [
      "with a host that a space hides",
      (port) => `GET ${back()} HTTP/1.1\r\nHost : localhost:${port}\r\nConnection: close\r\n\r\n`
    ],
    [
      "with a host on two lines",
      (port) => `GET ${back()} HTTP/1.1\r\nHost:\r\n localhost:${port}\r\nConnection: close\r\n\r\n`
    ],
    [
      "with a host in another's first line",
      (port) =>
        `GET http://evil.example${back()} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`
    ],
    ["of HTTP/1.0, which names no host", () => `GET ${back()} HTTP/1.0\r\n\r\n`],
    [
      "for a whole address",
      (port) =>
        `GET http://localhost:${port}${back()} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`
    ],
    [
      "that is endless",
      (port) => `GET ${back()}&x=${"y".repeat(70_000)} HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`
    ],
    ["that is no HTTP", () => "\u0016\u0003\u0001 hello\r\n\r\n"]
  ]
  for (const [what, text] of malformed) {
    it.live(`${what} is refused, and the login goes on`, () =>
      Effect.gen(function* () {
        const login = yield* begin()
        assert.match(yield* sendRaw(login.port, text(login.port)), /^HTTP\/1\.[01] 4\d\d /)
        yield* complete(login)
      })
    )
  }

  it.live("for a tunnel is refused without a word, and the login goes on", () =>
    Effect.gen(function* () {
      const login = yield* begin()
      const host = `localhost:${login.port}`
      assert.strictEqual(yield* sendRaw(login.port, `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`), "")
      yield* complete(login)
    })
  )

  it.live("behind one that is refused is not looked at", () =>
    Effect.gen(function* () {
      const login = yield* begin()
      const host = `Host: localhost:${login.port}\r\n`
      const inside = `GET ${back({ code: "smuggled" })} HTTP/1.1\r\n${host}\r\n`
      const answers = yield* sendRaw(
        login.port,
        `POST / HTTP/1.1\r\n${host}Content-Length: ${inside.length}\r\n\r\n${inside}`
      )
      assert.lengthOf(answers.match(/^HTTP/gm) ?? [], 1)
      yield* complete(login)
    })
  )

  it.live("because no state was sent is refused too, whatever it says", () =>
    Effect.gen(function* () {
      const login = yield* begin({
        authorizeUrl: (uri) => `https://auth.globus.org/?redirect_uri=${encodeURIComponent(uri)}`
      })
      assert.strictEqual((yield* send(login.port, "/?code=canary-code")).status, 400)
      assert.strictEqual((yield* send(login.port, "/?code=canary-code&state=")).status, 400)
      yield* Fiber.interrupt(login.fiber)
    })
  )

  it.live("because it is the same answer once more finds nothing", () =>
    Effect.gen(function* () {
      const login = yield* begin()
      const answers = yield* Effect.all(
        [Effect.result(send(login.port, back())), Effect.result(send(login.port, back({ code: "second" })))],
        { concurrency: 2 }
      )
      const taken = answers.filter((answer) => answer._tag === "Success" && answer.success.status === 200)
      assert.lengthOf(taken, 1)
      yield* Fiber.join(login.fiber)
    })
  )

  it.live.prop(
    "is refused whatever is in it",
    [Schema.Record(Schema.String, Schema.String), Schema.String],
    ([parameters, path]) =>
      Effect.gen(function* () {
        const login = yield* begin()
        const query = new URLSearchParams({
          ...parameters,
          code: "canary-code",
          state: parameters["state"] ?? "x"
        })
        const answer = yield* send(
          login.port,
          `/${encodeURI(path.replace(/[\ud800-\udfff]/g, ""))}?${query.toString()}`
        )
        assert.isAtLeast(answer.status, 400)
        assert.notInclude(answer.body, "canary")
        yield* Fiber.interrupt(login.fiber)
      }).pipe(Effect.scoped),
    { arbitrary: { runs: 50 } }
  )
})

describe("the page", () => {
  const pages: ReadonlyArray<readonly [when: string, path: string]> = [
    ["after a login", back()],
    ["after a refusal", `/?error=access_denied&state=${state}`],
    ["of another login", "/?code=x&state=y"],
    ["that is not there", "/nothing"]
  ]
  for (const [when, path] of pages) {
    it.live(`${when} tells nothing to anybody, loads nothing, and is kept by nobody`, () =>
      Effect.gen(function* () {
        const login = yield* begin()
        const { body, headers } = yield* send(login.port, path)
        assert.strictEqual(headers["content-type"], "text/html; charset=utf-8")
        assert.strictEqual(headers["referrer-policy"], "no-referrer")
        assert.strictEqual(headers["cache-control"], "no-store")
        assert.strictEqual(headers["x-content-type-options"], "nosniff")
        const policy = String(headers["content-security-policy"])
        assert.include(policy, "default-src 'none'")
        assert.include(policy, "frame-ancestors 'none'")
        // The style is allowed by its digest, so it must be that of the style.
        const style = /<style>(.*)<\/style>/s.exec(body)?.[1] ?? ""
        const digest = createHash("sha256").update(style).digest("base64")
        assert.include(policy, `style-src 'sha256-${digest}'`)
        assert.notMatch(body, /<script|href=|src=/)
        assert.match(body, /<html lang="en">/)
        assert.match(body, /<title>[^<]+<\/title>/)
        assert.strictEqual(body.match(/<h1>/g)?.length, 1)
        yield* Fiber.interrupt(login.fiber)
      })
    )
  }
})

describe("a redirect URI of the app's own", () => {
  /** A port that was free a moment ago. */
  const freePort = Effect.callback<number>((resume) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() =>
        resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
      )
    })
  })

  for (const [host, path, address] of [
    ["localhost", "/login/done", "127.0.0.1"],
    ["127.0.0.1", "", "127.0.0.1"],
    ...(hasIPv6 ? [["[::1]", "/", "::1"] as const] : []),
    ["localhost", "/", "127.0.0.1"]
  ] as const) {
    it.live(`http://${host}:<port>${path} is where the answer is waited for, and nowhere else`, () =>
      Effect.gen(function* () {
        const port = yield* freePort
        const own = `http://${host}:${port}${path}`
        const login = yield* begin({ redirectUri: Option.some(own) })
        assert.strictEqual(login.redirectUri, own)
        const at = { address, host: `${host}:${port}` }
        if (path.length > 1) assert.strictEqual((yield* send(port, back(), at)).status, 404)
        assert.strictEqual((yield* send(port, (path || "/") + back().slice(1), at)).status, 200)
        assert.strictEqual((yield* Fiber.join(login.fiber)).redirectUri, own)
      })
    )
  }

  for (const own of [
    "https://localhost:8443/",
    "https://auth.globus.org/v2/web/auth-code",
    "http://example.org:8080/",
    "http://127.0.0.2:8080/",
    "http://localhost.evil.example:8080/",
    "urn:ietf:wg:oauth:2.0:oob",
    "nonsense"
  ]) {
    it.live(`${own} does not lead here, and is told so before a browser opens`, () =>
      Effect.gen(function* () {
        const flow = yield* LocalServerLogin.make({ openBrowser: () => Effect.die("opened") }).pipe(
          Effect.provide(terminal([]).layer)
        )
        const login = logIn({ redirectUri: Option.some(own), authorizeUrl: () => assert.fail("asked") })
        const { message, reason } = yield* failureOf(Effect.provideService(login, LoginFlow, flow))
        assert.strictEqual(reason._tag, "FlowUnavailable")
        assert.include(message, own)
        assert.include(message, "command-line login")
      })
    )
  }

  it.live("whose port is taken is told so", () =>
    Effect.gen(function* () {
      const other = yield* begin()
      const flow = yield* LocalServerLogin.make({ openBrowser: () => Effect.die("opened") }).pipe(
        Effect.provide(terminal([]).layer)
      )
      const login = logIn({ redirectUri: Option.some(`http://localhost:${other.port}`) })
      const { message, reason } = yield* failureOf(Effect.provideService(login, LoginFlow, flow))
      assert.strictEqual(reason._tag, "FlowUnavailable")
      assert.include(message, "EADDRINUSE")
      yield* complete(other)
    })
  )
})

describe.skipIf(!hasIPv6)("a port that another program has at `::1` alone", () => {
  it.live("is told to be taken, for the browser might go there", () =>
    Effect.gen(function* () {
      const port = yield* Effect.acquireRelease(
        Effect.callback<readonly [Server, number]>((resume) => {
          const server = createServer().listen(0, "::1", () => {
            const address = server.address()
            resume(Effect.succeed([server, typeof address === "object" ? (address?.port ?? 0) : 0]))
          })
        }),
        ([server]) => Effect.sync(() => server.close())
      ).pipe(Effect.map(([, port]) => port))
      const flow = yield* LocalServerLogin.make({ openBrowser: () => Effect.die("opened") }).pipe(
        Effect.provide(terminal([]).layer)
      )
      const login = logIn({ redirectUri: Option.some(`http://localhost:${port}`) })
      const { message } = yield* failureOf(Effect.provideService(login, LoginFlow, flow))
      assert.include(message, "EADDRINUSE")
      assert.isFalse(yield* isOpen(port, "127.0.0.1"))
    })
  )
})

describe("where no browser is the person's", () => {
  const places: ReadonlyArray<readonly [where: string, env: Record<string, string>, why: string]> = [
    ["in an SSH session with a terminal", { SSH_TTY: "/dev/pts/1", DISPLAY: ":0" }, "this is an SSH session"],
    [
      "in an SSH session without one",
      { SSH_CONNECTION: "10.0.0.1 1 10.0.0.2 22", DISPLAY: ":0" },
      "this is an SSH session"
    ],
    ...["lynx", "/usr/bin/w3m", "links -g %s", "elinks:firefox", "www-browser"].map(
      (browser) =>
        [`where the browser is ${browser}`, { BROWSER: browser, DISPLAY: ":0" }, "shows only text"] as const
    ),
    ...(process.platform === "linux"
      ? [["where there is no display", {}, "there is no display"] as const]
      : [])
  ]
  for (const [where, env, why] of places) {
    it.live(`${where}, the login fails at once and says what works`, () =>
      Effect.gen(function* () {
        const flow = yield* LocalServerLogin.make().pipe(Effect.provide(terminal([]).layer))
        const login = logIn({ authorizeUrl: () => assert.fail("asked") }).pipe(
          Effect.provideService(LoginFlow, flow),
          Effect.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(env)))
        )
        const { message, reason } = yield* failureOf(login)
        assert.strictEqual(reason._tag, "FlowUnavailable")
        assert.include(message, why)
        assert.include(message, "The command-line login works everywhere.")
      })
    )
  }
})

describe("secrets", () => {
  it.live("are in nothing that the flow logs, says or gives", () =>
    Effect.gen(function* () {
      const { layer, lines } = logged()
      const login = yield* Effect.provide(begin(), layer)
      yield* send(login.port, back({ state: "forged" }))
      yield* send(login.port, back())
      const response = yield* Fiber.join(login.fiber)
      const everything = [
        ...lines,
        login.screen.stderr,
        inspect({ ...response, state: undefined }, { depth: 10, showHidden: true }),
        JSON.stringify({ ...response, state: undefined })
      ].join("\n")
      assert.notInclude(everything, "canary-code")
    })
  )
})

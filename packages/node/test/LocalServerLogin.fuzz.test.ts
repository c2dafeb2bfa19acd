/** Whatever is sent to the port of a login, it answers with its own pages, and only the right answer ends the login. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { Damage, damage, fuzz } from "../../sdk/test/internal/Fuzz.ts"
import { begin, complete } from "./internal/BrowserLogin.ts"
import { reveal, state } from "./internal/Login.ts"
import { isOpen, sendRaw } from "./internal/Port.ts"

// What the right answer consists of is likely everywhere, so that what is sent comes close to it.
const or = <const L extends ReadonlyArray<string>>(...likely: L) =>
  Schema.Union([Schema.Literals(likely), Schema.Literals(likely), Schema.String])

const Request = Schema.Struct({
  method: or("GET", "GET", "GET", "POST", "HEAD", "CONNECT", "get"),
  path: or("/", "/", "/", "//", "/x", "", "*", "http://localhost/"),
  parameters: Schema.Array(
    Schema.Tuple([
      or("code", "state", "code", "state", "iss", "error", "error_description", "%73tate"),
      or("<state>", "<state>", "canary", "", "%00")
    ])
  ),
  version: or("HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0"),
  host: or("<host>", "<host>", "<host>", "evil.example", ""),
  headers: Schema.Array(
    Schema.Tuple([
      or("Host", "Content-Length", "Transfer-Encoding", "Expect", "Upgrade", "Sec-Fetch-Mode", "X"),
      or("<host>", "5", "-1", "chunked", "100-continue", "websocket", "navigate", "no-cors")
    ])
  ),
  lineEnd: Schema.Literals(["\r\n", "\r\n", "\r\n", "\n", "\r"]),
  body: Schema.String
})

const textOf = ({ body, headers, host, lineEnd, method, parameters, path, version }: typeof Request.Type) =>
  [
    `${method} ${path}?${parameters.map((parameter) => parameter.join("=")).join("&")} ${version}`,
    ...[["Host", host] as const, ...headers].map((header) => header.join(": ")),
    "",
    body
  ].join(lineEnd)

const at = (text: string, port: number) =>
  text.replaceAll("<state>", state).replaceAll("<host>", `localhost:${port}`)

/** Sends this to a login. Either the login ends because it was the answer, or it goes on. */
const attempt = Effect.fnUntraced(function* (bytesAt: (port: number) => Uint8Array) {
  const login = yield* begin()
  const bytes = bytesAt(login.port)
  const answer = yield* Effect.timeout(sendRaw(login.port, bytes, { isAll: true }), "5 seconds")
  assert.notInclude(answer, "canary")
  assert.match(answer, /^(HTTP\/1\.1 [1245]\d\d [\s\S]*)?$/)
  if (/^HTTP\/1\.1 200 /m.test(answer)) {
    const sent = Buffer.from(bytes).toString("latin1")
    assert.match(sent, /GET \/\?/)
    assert.include(sent, state)
    assert.include(sent.toLowerCase(), `localhost:${login.port}`)
    const exit = yield* Fiber.await(login.fiber)
    assert.isFalse(Exit.hasDies(exit))
    if (Exit.isSuccess(exit)) assert.strictEqual(reveal(exit.value).state, state)
  } else {
    yield* complete(login)
  }
  assert.isFalse(yield* isOpen(login.port))
})

describe("a login goes on, whatever its port is sent:", () => {
  it.live.prop(
    "requests that come close",
    [Request],
    ([request]) => Effect.scoped(attempt((port) => Buffer.from(at(textOf(request), port)))),
    fuzz
  )

  it.live.prop(
    "the right answer, damaged",
    [Schema.NonEmptyArray(Damage)],
    ([damages]) =>
      Effect.scoped(
        attempt((port) => {
          const right = `GET /?code=the-code&state=${state} HTTP/1.1\r\nHost: localhost:${port}\r\nX: y\r\n\r\n`
          return damages.reduce<Uint8Array>(damage, Buffer.from(right))
        })
      ),
    fuzz
  )

  it.live.prop(
    "bytes",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 })))],
    ([bytes]) => Effect.scoped(attempt(() => Uint8Array.from(bytes))),
    fuzz
  )
})

/**
 * The server that a browser is sent back to after a login. It answers one request, and nothing else: not another
 * method, path or host (DNS rebinding), not what a page loads by itself, and not the answer to another login.
 *
 * It stands on `node:http` itself, because it has to see the request as it came, and to close whatever is still open.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import type { Socket } from "node:net"
import * as Answer from "./answer.ts"
import * as Pages from "./pages.ts"

/** Where the browser is sent back to. */
export interface Target {
  readonly host: keyof typeof addresses
  /** 0 for any that is free. */
  readonly port: number
  readonly path: string
}

/**
 * Where to listen for requests to a host. Browsers take `localhost` for either address (RFC 6761 §6.3), so whoever
 * listened on the other one at the same port would be sent the code (RFC 8252 §8.3).
 */
const addresses = {
  localhost: ["127.0.0.1", "::1"],
  "127.0.0.1": ["127.0.0.1"],
  "[::1]": ["::1"]
} as const

/** Whether requests to a host come to this machine. */
export const isLoopback = (host: string): host is Target["host"] => Object.hasOwn(addresses, host)

/** A request, as far as it matters. */
export interface Request {
  readonly method: string | undefined
  /** As on the first line of the request. */
  readonly target: string | undefined
  readonly host: string | undefined
  /** `Sec-Fetch-Mode` and `Sec-Fetch-Dest`: what a browser makes the request for; a page cannot change them. */
  readonly fetchMode: string | undefined
  readonly fetchDestination: string | undefined
}

/** What the one request that is answered must be like. */
export interface Expected {
  readonly host: string
  readonly path: string
  /** Whether it is the `state` of this login. */
  readonly isState: (state: string) => boolean
}

/** What to show, and what it means for the login, if anything. */
export interface Verdict {
  readonly page: Pages.Page
  readonly answer: Option.Option<Answer.Code | Answer.Refusal>
}

const nothing = (page: Pages.Page): Verdict => ({ page, answer: Option.none() })

/** What to make of a request. */
export const judge = (request: Request, expected: Expected): Verdict => {
  const [path, ...query] = (request.target ?? "").split("?")
  // RFC 6749 §4.1.2: the answer is the redirect of a browser to the URI that was named.
  if (request.method !== "GET" || path !== expected.path) return nothing(Pages.notFound)
  // RFC 9110 §7.4: under another name, it was meant for another server, or that name was made to lead here.
  if (request.host?.toLowerCase() !== expected.host) return nothing(Pages.notFound)
  // Fetch Metadata §2: a redirect in a window is the navigation of a document; an image, frame or script is not.
  if ((request.fetchMode ?? "navigate") !== "navigate") return nothing(Pages.notFound)
  if ((request.fetchDestination ?? "document") !== "document") return nothing(Pages.notFound)
  const answer = Answer.fromParameters(new URLSearchParams(query.join("?")))
  if (answer._tag === "Unusable") return nothing(Pages.notFound)
  // RFC 6749 §10.12: without its state, anybody could have sent this. It must not end the login either.
  if (!expected.isState(Option.getOrElse(answer.state, () => ""))) return nothing(Pages.otherLogin)
  return { page: answer._tag === "Code" ? Pages.done : Pages.refused, answer: Option.some(answer) }
}

/** RFC 9112 §3.2: a request names its host once. */
const hostOf = (message: IncomingMessage): string | undefined => {
  const names = message.rawHeaders.filter((_, index) => index % 2 === 0)
  return names.filter((name) => name.toLowerCase() === "host").length === 1 ? message.headers.host : undefined
}

const headerOf = (message: IncomingMessage, name: string): string | undefined => {
  const value = message.headers[name]
  return typeof value === "object" ? value.join() : value
}

const requestOf = (message: IncomingMessage): Request => ({
  method: message.method,
  target: message.url,
  host: hostOf(message),
  fetchMode: headerOf(message, "sec-fetch-mode"),
  fetchDestination: headerOf(message, "sec-fetch-dest")
})

const send = (response: ServerResponse, page: Pages.Page): void => {
  response.writeHead(page.status, page.headers).end(page.body)
}

/** How many connections may be open at an address. */
const maxConnections = 64

/** The oldest connection makes way: whoever opens many and says nothing must not keep the browser out. */
const limitConnections = (server: Server): void => {
  const open = new Set<Socket>()
  server.on("connection", (socket) => {
    open.add(socket)
    socket.once("close", () => open.delete(socket))
    const [oldest] = open
    if (open.size > maxConnections) oldest?.destroy()
  })
}

const close = (servers: ReadonlyArray<Server>) =>
  Effect.forEach(
    servers,
    (server) =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      }),
    { discard: true }
  )

/** A port could not be listened on. */
export class CannotListen extends Data.TaggedError("CannotListen")<{
  readonly code: string | undefined
  /** Why, as a part of a sentence. */
  readonly detail: string
}> {}

/** This machine has no such address; it may be without IPv6. */
const isMissing = ({ code }: CannotListen) => code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT"

/** Gives the port. */
const listenAt = (server: Server, host: string, port: number) =>
  Effect.callback<number, CannotListen>((resume) => {
    const onError = ({ code, message }: NodeJS.ErrnoException) =>
      resume(Effect.fail(new CannotListen({ code, detail: message })))
    server.once("error", onError)
    server.listen({ host, port, exclusive: true }, () => {
      server.off("error", onError)
      const bound = server.address()
      resume(Effect.succeed(typeof bound === "object" && bound !== null ? bound.port : port))
    })
  })

/** Listens on those addresses of a host that this machine has, all at one port. */
const listen = Effect.fnUntraced(function* ({ host, port: wanted }: Target) {
  const { createServer } = yield* Effect.promise(() => import("node:http"))
  const servers: Array<Server> = []
  const listenAtAll = Effect.gen(function* () {
    let port = wanted
    for (const [index, address] of addresses[host].entries()) {
      const server = createServer({
        headersTimeout: 5000,
        requestTimeout: 5000,
        connectionsCheckingInterval: 1000,
        maxHeaderSize: 16_384,
        keepAlive: false
      })
      limitConnections(server)
      const isDispensable = servers.length > 0 || index < addresses[host].length - 1
      const bound = yield* Effect.catchIf(
        Effect.asSome(listenAt(server, address, port)),
        (error) => isDispensable && isMissing(error),
        () => Effect.succeedNone
      )
      if (Option.isNone(bound)) continue
      servers.push(server)
      port = bound.value
    }
    return { servers, port }
  })
  return yield* Effect.onError(listenAtAll, () => close(servers))
})

/** Listens until the scope closes. Gives the port, and a wait for the browser to come back. */
export const make = Effect.fnUntraced(function* (target: Target) {
  // A port that is free at one address may be taken at the other.
  const listening = Effect.retry(listen(target), {
    times: target.port === 0 ? 10 : 0,
    while: ({ code }) => code === "EADDRINUSE"
  })
  const { port, servers } = yield* Effect.acquireRelease(listening, ({ servers }) => close(servers))

  const wait = (isState: (state: string) => boolean) => {
    // As browsers write it: without the port if that is 80.
    const expected: Expected = {
      host: new URL(`http://${target.host}:${port}`).host,
      path: target.path,
      isState
    }
    return Effect.callback<Answer.Code | Answer.Refusal>((resume) => {
      let isAnswered = false
      const onRequest = (message: IncomingMessage, response: ServerResponse) => {
        const { answer, page } = judge(requestOf(message), expected)
        if (Option.isNone(answer)) return send(response, page)
        // RFC 6749 §4.1.2: a code is taken once.
        if (isAnswered) return send(response, Pages.notFound)
        isAnswered = true
        // The port closes when the login goes on, so the page has to be out by then.
        response.once("close", () => resume(Effect.succeed(answer.value)))
        send(response, page)
      }
      for (const server of servers) server.on("request", onRequest)
      return Effect.sync(() => {
        for (const server of servers) server.off("request", onRequest)
      })
    })
  }

  return { port, wait }
})

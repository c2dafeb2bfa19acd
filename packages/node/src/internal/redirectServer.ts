/**
 * The server that a browser is sent back to after a login. It answers one request, and nothing else: not another
 * method, path or host (DNS rebinding), and not the answer to another login.
 *
 * It stands on `node:http` itself, because it has to see the request as it came, and to close whatever is still open.
 */
import { FlowUnavailable, LoginFailed } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import * as Answer from "./answer.ts"
import * as Pages from "./pages.ts"

/** Where the browser is sent back to. */
export interface Target {
  readonly address: "127.0.0.1" | "::1"
  /** 0 for any that is free. */
  readonly port: number
  readonly path: string
}

/** A request, as far as it matters. */
export interface Request {
  readonly method: string | undefined
  /** As on the first line of the request. */
  readonly target: string | undefined
  readonly host: string | undefined
}

/** What the one request that is answered must be like. */
export interface Expected {
  readonly hosts: ReadonlySet<string>
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
  if (
    request.method !== "GET" ||
    path !== expected.path ||
    request.host === undefined ||
    !expected.hosts.has(request.host.toLowerCase())
  ) {
    return nothing(Pages.notFound)
  }
  const answer = Answer.fromParameters(new URLSearchParams(query.join("?")))
  if (answer._tag === "Unusable") return nothing(Pages.notFound)
  // RFC 6749 §10.12: without its state, anybody could have sent this. It must not end the login either.
  if (!expected.isState(Option.getOrElse(answer.state, () => ""))) return nothing(Pages.otherLogin)
  return { page: answer._tag === "Code" ? Pages.done : Pages.refused, answer: Option.some(answer) }
}

const hostOf = (message: IncomingMessage): string | undefined => {
  const names = message.rawHeaders.filter((_, index) => index % 2 === 0)
  return names.filter((name) => name.toLowerCase() === "host").length === 1 ? message.headers.host : undefined
}

const send = (response: ServerResponse, page: Pages.Page): void => {
  response.writeHead(page.status, page.headers).end(page.body)
}

const close = (server: Server) =>
  Effect.callback<void>((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })

const listenOn = (server: Server, { address, port }: Target) =>
  Effect.callback<number, LoginFailed>((resume) => {
    const onError = ({ message }: Error) =>
      resume(
        Effect.fail(
          new LoginFailed({
            reason: new FlowUnavailable({
              detail: `The browser's answer cannot be received on this machine (${message}). Use the command-line login.`
            })
          })
        )
      )
    server.once("error", onError)
    server.listen({ host: address, port, exclusive: true }, () => {
      server.off("error", onError)
      const bound = server.address()
      resume(Effect.succeed(typeof bound === "object" && bound !== null ? bound.port : port))
    })
  })

/** Listens until the scope closes. Gives the port, and a wait for the browser to come back. */
export const make = Effect.fnUntraced(function* (target: Target) {
  const { createServer } = yield* Effect.promise(() => import("node:http"))
  const server = yield* Effect.acquireRelease(
    Effect.sync(() =>
      createServer({
        headersTimeout: 10_000,
        requestTimeout: 10_000,
        maxHeaderSize: 16_384,
        keepAlive: false
      })
    ),
    close
  )
  server.maxConnections = 100
  const port = yield* listenOn(server, target)

  const wait = (isState: (state: string) => boolean) => {
    const names = target.address === "::1" ? ["localhost", "[::1]"] : ["localhost", "127.0.0.1"]
    const hosts = new Set([...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])])
    const expected: Expected = { hosts, path: target.path, isState }
    return Effect.callback<Answer.Code | Answer.Refusal>((resume) => {
      let isAnswered = false
      const onRequest = (request: IncomingMessage, response: ServerResponse) => {
        const { answer, page } = judge(
          { method: request.method, target: request.url, host: hostOf(request) },
          expected
        )
        if (Option.isNone(answer)) return send(response, page)
        // A code is taken once.
        if (isAnswered) return send(response, Pages.notFound)
        isAnswered = true
        // The port closes when the login goes on, so the page has to be out by then.
        response.once("close", () => resume(Effect.succeed(answer.value)))
        send(response, page)
      }
      server.on("request", onRequest)
      return Effect.sync(() => server.off("request", onRequest))
    })
  }

  return { port, wait }
})

/** Answering requests on a port of this machine. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as NodePath from "@effect/platform-node/NodePath"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import { createServer } from "node:http"
import { SimulatorError } from "../SimulatorError.ts"
import * as Backend from "./Backend.ts"
import * as CrossOrigin from "./CrossOrigin.ts"
import { type Answer, Connection } from "./Faults.ts"
import type { Serve } from "./Service.ts"

/** The files of this machine. */
export const platform = Layer.merge(NodeFileSystem.layer, NodePath.layer)

const reasonOf = (cause: unknown): string => {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : ""
  switch (code) {
    case "EADDRINUSE":
      return "another program listens there. Choose another port, or none to get a free one."
    case "EACCES":
      return "it is not permitted. Choose a port above 1023."
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return "this machine has no such address."
    default:
      return `${code === "" ? "unknown reason" : code}.`
  }
}

/** Whether an address leads back to this machine, and nowhere else. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host)

// Otherwise any web page could reach the simulator under a name that it made point to 127.0.0.1.
const onlyUnderItsName = (serve: Serve): Serve =>
  Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers }) =>
    isLoopback((headers["host"] ?? "localhost").replace(/:\d+$/, ""))
      ? serve
      : Effect.succeed(
          HttpServerResponse.text("This simulator answers requests to localhost only.\n", {
            status: 421,
            headers: { [Backend.header]: "true" }
          })
        )
  )

/** Answers requests whose connections can really be lost; whatever waits for them is interrupted then. */
const connected = (answer: Answer): Serve =>
  Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
    const connection: typeof Connection.Service = {
      lose: (how) =>
        Effect.suspend(() => {
          const { socket } = NodeHttpServerRequest.toIncomingMessage(request)
          if (how === "reset") socket.resetAndDestroy()
          else socket.destroy()
          return Effect.never
        })
    }
    return Effect.orDie(Effect.provideService(answer, Connection, connection))
  })

/** Listens until the scope ends. `serve` begins to answer. */
export const listen = Effect.fnUntraced(function* (options: {
  readonly host: string
  readonly port: number
}) {
  const { host, port } = options
  const server = createServer()
  const http = yield* NodeHttpServer.make(() => server, { host, port }).pipe(
    Effect.mapError(
      ({ cause }) =>
        new SimulatorError({ kind: "address", location: `${host}:${port}`, detail: reasonOf(cause) })
    )
  )
  const address = server.address()
  const bound = typeof address === "object" && address !== null ? address.port : port
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}/`,
    serve: (answer: Answer) =>
      Effect.gen(function* () {
        const serve = CrossOrigin.allow(connected(answer))
        yield* http.serve(isLoopback(host) ? onlyUnderItsName(serve) : serve)
        // Connections that clients keep open must not keep the simulator from ending.
        yield* Effect.addFinalizer(() => Effect.sync(() => server.closeAllConnections()))
      })
  }
})

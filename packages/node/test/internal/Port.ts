/** What a browser, or somebody else, sends to the port that a login comes back to. */
import * as Effect from "effect/Effect"
import { request as httpRequest } from "node:http"
import { connect } from "node:net"

export interface Answer {
  readonly status: number
  readonly headers: NodeJS.Dict<string | Array<string>>
  readonly body: string
}

/** One request, sent as given. */
export const send = (
  port: number,
  path: string,
  options: {
    readonly method?: string
    readonly host?: string
    readonly body?: string
    readonly address?: string
    readonly headers?: Readonly<Record<string, string>>
  } = {}
) =>
  Effect.callback<Answer, Error>((resume) => {
    const request = httpRequest(
      {
        host: options.address ?? "127.0.0.1",
        port,
        path,
        method: options.method ?? "GET",
        headers: { host: options.host ?? `localhost:${port}`, ...options.headers }
      },
      (response) => {
        let body = ""
        response.on("data", (data: Buffer) => (body += data.toString()))
        response.on("end", () =>
          resume(Effect.succeed({ status: response.statusCode ?? 0, headers: response.headers, body }))
        )
      }
    )
    request.on("error", (error) => resume(Effect.fail(error)))
    request.end(options.body)
  })

/** What is sent on a connection, as it is, and what comes back until it is closed. With `isAll`, nothing will follow. */
export const sendRaw = (
  port: number,
  data: string | Uint8Array,
  options: { readonly isAll?: boolean } = {}
) =>
  Effect.callback<string>((resume) => {
    let received = ""
    const socket = connect(port, "127.0.0.1", () =>
      options.isAll === true ? socket.end(data) : socket.write(data)
    )
    socket.on("data", (data: Buffer) => (received += data.toString()))
    socket.on("error", () => undefined)
    socket.on("close", () => resume(Effect.succeed(received)))
    return Effect.sync(() => socket.destroy())
  })

/** Whether anybody listens there. */
export const isOpen = (port: number, address = "127.0.0.1") =>
  Effect.callback<boolean>((resume) => {
    const socket = connect(port, address)
    socket.on("connect", () => resume(Effect.succeed(true)))
    socket.on("error", () => resume(Effect.succeed(false)))
    return Effect.sync(() => socket.destroy())
  })

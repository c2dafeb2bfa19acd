/** A collection's server on a local port: files with versions and ranges, and connections that break where they are told to. */
import * as Effect from "effect/Effect"
import * as Http from "node:http"
import type { AddressInfo } from "node:net"

/** A file as it is served. */
export interface File {
  readonly bytes: Uint8Array
  readonly etag?: string | undefined
  readonly lastModified?: string | undefined
}

/** A request as it arrived. */
export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: Http.IncomingHttpHeaders
}

export interface Behaviour {
  /** The file, at the request with this number. */
  readonly file: (index: number) => File
  /** After how many bytes of the response to this request its connection is reset. */
  readonly breaksAfter?: (index: number) => number | undefined
  /** Whether ranges are known. Default: true. */
  readonly ranges?: boolean
  /** Whether the length of a whole file is said. Default: true. */
  readonly sized?: boolean
}

const respond = (
  { breaksAfter = () => undefined, file: fileAt, ranges = true, sized = true }: Behaviour,
  index: number,
  request: Http.IncomingMessage,
  response: Http.ServerResponse
): void => {
  const { bytes, etag, lastModified } = fileAt(index)
  if (etag !== undefined) response.setHeader("etag", etag)
  if (lastModified !== undefined) response.setHeader("last-modified", lastModified)
  const range = ranges ? /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") : null
  const condition = request.headers["if-range"]
  const applies = condition === undefined || condition === etag || condition === lastModified
  let body = bytes
  if (range !== null && applies) {
    const first = Number(range[1])
    const last = Math.min(range[2] === "" ? bytes.length - 1 : Number(range[2]), bytes.length - 1)
    if (first > last) {
      response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end()
      return
    }
    body = bytes.subarray(first, last + 1)
    response.statusCode = 206
    response.setHeader("content-range", `bytes ${first}-${last}/${bytes.length}`)
  }
  if (sized || response.statusCode === 206) response.setHeader("content-length", body.length)
  const broken = breaksAfter(index)
  if (broken === undefined) {
    response.end(request.method === "HEAD" ? undefined : body)
    return
  }
  response.flushHeaders()
  // What was written has to leave before the reset, or it may be lost with the connection.
  response.write(body.subarray(0, broken), () => setTimeout(() => response.socket?.resetAndDestroy(), 20))
}

/** A server that answers so. `received` grows with each request. */
export const listen = (
  handle: (request: Http.IncomingMessage, response: Http.ServerResponse, index: number) => void
) =>
  Effect.acquireRelease(
    Effect.callback<{
      readonly http: Http.Server
      readonly url: string
      readonly received: Array<Received>
    }>((resume) => {
      const received: Array<Received> = []
      const http = Http.createServer((request, response) => {
        received.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers })
        handle(request, response, received.length - 1)
      })
      http.listen(0, "127.0.0.1", () =>
        resume(
          Effect.succeed({ http, received, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` })
        )
      )
    }),
    ({ http }) =>
      Effect.callback<void>((resume) => {
        http.close(() => resume(Effect.void))
        http.closeAllConnections()
      })
  )

/** A server of files that behaves so. */
export const serve = (behaviour: Behaviour) =>
  listen((request, response, index) => respond(behaviour, index, request, response))

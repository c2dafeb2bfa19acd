/**
 * Programs in a browser may ask, as they may ask Globus: https://fetch.spec.whatwg.org/#http-cors-protocol. Only those that
 * this machine serves itself: a collection may be a folder of it, which is nobody's business who runs a web page elsewhere.
 */
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Backend from "./Backend.ts"
import type { Serve } from "./Service.ts"

const local = /^https?:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i

/** What scripts may see of an answer, besides what they always may. */
const exposed = ["date", "etag", "location", "retry-after", "www-authenticate", Backend.header].join(", ")

/** What a browser is told who wants to know whether a script may send a request. */
const permission = (origin: string, method: string, headers: string | undefined) =>
  HttpServerResponse.empty({
    status: 204,
    headers: {
      "access-control-allow-origin": origin,
      "access-control-allow-methods": method,
      ...(headers === undefined ? {} : { "access-control-allow-headers": headers }),
      "access-control-max-age": "600",
      vary: "origin, access-control-request-headers, access-control-request-method",
      [Backend.header]: "true"
    }
  })

/** Answers the scripts of this machine's own pages, too. */
export const allow = (serve: Serve): Serve =>
  Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers, method }) => {
    const origin = headers["origin"]
    if (origin === undefined || !local.test(origin)) return serve
    const asked = headers["access-control-request-method"]
    return method === "OPTIONS" && asked !== undefined
      ? Effect.succeed(permission(origin, asked, headers["access-control-request-headers"]))
      : Effect.map(
          serve,
          HttpServerResponse.setHeaders({
            "access-control-allow-origin": origin,
            "access-control-expose-headers": exposed,
            vary: "origin"
          })
        )
  })

/** Telling apart what can go wrong on the way to a service, and whether it got there. */
import type * as HttpClientError from "effect/http/HttpClientError"
import * as Predicate from "effect/Predicate"
import { NetworkError } from "../../model/GlobusError.ts"

/** Failures to connect: the request has certainly not reached the service. */
const unreached = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT"
])

const timeouts = new Set([
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT"
])

const tls = /CERT|SSL|TLS|^UNABLE_TO_|^EPROTO$/

/** Walks the chain of causes, and those that an `AggregateError` holds, for the platform's error code. */
const codeOf = (error: unknown, depth = 0): string | undefined => {
  if (depth > 8 || !Predicate.isObject(error)) return undefined
  if (Predicate.hasProperty(error, "code") && Predicate.isString(error.code)) return error.code
  if (error instanceof AggregateError) return codeOf(error.errors[0], depth + 1)
  return Predicate.hasProperty(error, "cause") ? codeOf(error.cause, depth + 1) : undefined
}

const wordsOf = (error: unknown, depth = 0): string => {
  if (depth < 8 && Predicate.hasProperty(error, "cause") && error.cause instanceof Error) {
    return wordsOf(error.cause, depth + 1)
  }
  return error instanceof Error && error.message !== "" ? error.message : (codeOf(error) ?? "no details")
}

/** A network failure, and whether the request may have reached the service all the same. */
export interface Failure {
  readonly error: NetworkError
  readonly mayHaveArrived: boolean
}

export const fromHttpClientError = (
  at: { readonly service: string; readonly operation: string; readonly host: string },
  error: HttpClientError.HttpClientError
): Failure => {
  const code = codeOf(error.reason)
  const kind =
    code === undefined
      ? error.reason._tag === "InvalidUrlError"
        ? "other"
        : "connection"
      : timeouts.has(code)
        ? "timeout"
        : tls.test(code)
          ? "tls"
          : "connection"
  return {
    error: new NetworkError({ ...at, kind, detail: wordsOf(error.reason) }),
    mayHaveArrived: !(code !== undefined && unreached.has(code)) && kind !== "tls" && kind !== "other"
  }
}

export const timedOut = (
  at: { readonly service: string; readonly operation: string; readonly host: string },
  what: string
): Failure => ({ error: new NetworkError({ ...at, kind: "timeout", detail: what }), mayHaveArrived: true })

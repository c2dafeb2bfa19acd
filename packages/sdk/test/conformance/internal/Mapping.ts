/**
 * How the cases of the reference, which speak as the official Python SDK does, become calls of ours. Each service has a
 * mapping of its own, built from its contract by the rules here; what no rule covers is said there, in a small table.
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { Authorizer } from "../../../src/service/Authorizer.ts"
import type { Transport } from "../../../src/service/Transport.ts"
import type * as Recording from "./Recording.ts"

/** Arguments by the names that the Python SDK gives them. */
export type Args = Readonly<Record<string, unknown>>

/** A method of the Python SDK, as `endpoints.json` describes it. */
export const Method = Schema.Struct({
  service: Schema.String,
  client: Schema.String,
  method: Schema.String,
  verb: Schema.String,
  path: Schema.String,
  query: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown))
})
export type Method = typeof Method.Type

/** A call of ours; how it ends matters less than what it sends. */
export type Call = Effect.Effect<unknown, unknown, Authorizer | Transport>

/** What a recorded response belongs to: a call of ours, and what its answer looks like on the wire. */
export interface Recorded {
  readonly call: Call
  readonly encode: (answer: unknown) => unknown
}

/** How the cases of one service become calls of ours. */
export interface Mapping {
  /** By client of the Python SDK, then by method. */
  readonly calls: Readonly<Record<string, Readonly<Record<string, (args: Args, method: Method) => Call>>>>
  /**
   * By name of a document that the Python SDK builds, or by `document.method` where the document is built by methods.
   * Answers the document as it goes on the wire.
   */
  readonly payloads: Readonly<Record<string, (args: Args) => unknown>>
  /** The operation of a recorded response, by verb and path. */
  readonly recorded: (verb: string, path: string) => Recorded | undefined
  /** The request that ours makes where that of the official SDK is plainly weak. Default: the same. */
  readonly better?: (request: Recording.Request) => Recording.Request
  /** What the service answers to a request of the wire cases. Default: `{}`. */
  readonly answer?: (request: { readonly method: string; readonly path: string }) => unknown
}

const missing = "<globus_sdk.MISSING>"

/** The arguments without those that mean that something was left out. */
export const withoutMissing = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutMissing)
  if (!Predicate.isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== missing)
      .map(([name, each]) => [name, withoutMissing(each)])
  )
}

const objectAt = (args: Args, name: string): Record<string, unknown> => {
  const value = args[name]
  return Predicate.isObject(value) ? { ...value } : {}
}

/** The names in `{…}` of a path, in their order. */
const namesIn = (path: string): ReadonlyArray<string> =>
  Array.from(path.matchAll(/\{(\w+)\}/g), (match) => match[1] ?? "")

/** Where each argument goes: into the path, the query or the body. */
export const sort = (method: Method, args: Args) => {
  const path = namesIn(method.path)
  const extra = ["query_params", "additional_fields"]
  const inQuery = Object.keys(method.query ?? {})
  const pick = (names: ReadonlyArray<string>) =>
    Object.fromEntries(names.filter((name) => Object.hasOwn(args, name)).map((name) => [name, args[name]]))
  return {
    path: path.map((name) => args[name]),
    query: { ...pick(inQuery), ...objectAt(args, "query_params") },
    body: {
      ...pick(Object.keys(args).filter((name) => ![...path, ...inQuery, ...extra].includes(name))),
      ...objectAt(args, "additional_fields")
    }
  }
}

/** How a method is named by us, and how its body becomes our payload where that is not by rule. */
export type Rule =
  | string
  | {
      readonly operation: string
      readonly payload: (body: Record<string, unknown>) => unknown
    }

/** A document that is passed as a whole is the payload; single values are its fields. */
const payloadOf = (body: Record<string, unknown>): unknown => {
  const [first, ...others] = Object.values(body)
  return others.length === 0 && Predicate.isObject(first) && !Array.isArray(first) ? first : body
}

/** What is read of a contract. */
export interface Contract {
  readonly groups: { readonly [group: string]: { readonly endpoints: { readonly [name: string]: Endpoint } } }
}

interface Endpoint {
  readonly identifier: string
  readonly method: string
  readonly path: string
  readonly payload: { readonly size: number }
  readonly success: Iterable<Schema.Constraint>
}

/** The operations of a contract. */
export const endpointsOf = (contract: Contract): ReadonlyArray<Endpoint> =>
  Object.values(contract.groups).flatMap(({ endpoints }) => Object.values(endpoints))

type Callable = ((...args: ReadonlyArray<unknown>) => Effect.Effect<unknown, unknown>) & {
  readonly page?: (...args: ReadonlyArray<unknown>) => Effect.Effect<unknown, unknown>
}

/** One request of an operation; of a listing, one page. */
const request = (client: object, operation: string, args: ReadonlyArray<unknown>) => {
  const callable = (client as Record<string, Callable>)[operation]
  return callable === undefined
    ? Effect.die(new Error(`the client has no operation ${operation}`))
    : (callable.page ?? callable)(...args)
}

type Client = Effect.Effect<object, unknown, Authorizer | Transport>

/** Calls of a client by a table of its operations. */
export const calls = (
  contract: Contract,
  client: Client,
  rules: Readonly<Record<string, Rule>>
): Record<string, (args: Args, method: Method) => Call> => {
  const endpoints = new Map(endpointsOf(contract).map((endpoint) => [endpoint.identifier, endpoint]))
  return Object.fromEntries(
    Object.entries(rules).map(([name, rule]) => [
      name,
      (args: Args, method: Method) => {
        const { body, path, query } = sort(method, args)
        const operation = typeof rule === "string" ? rule : rule.operation
        const payload = (typeof rule === "string" ? payloadOf : rule.payload)(body)
        const hasPayload = (endpoints.get(operation)?.payload.size ?? 0) > 0
        return Effect.flatMap(client, (client) =>
          request(client, operation, [...path, ...(hasPayload ? [payload] : []), query])
        )
      }
    ])
  )
}

/** The operations of recorded responses; `payloads` are what those have to be sent that take no empty document. */
export const recorded =
  (
    contract: Contract,
    client: Client,
    payloads: Readonly<Record<string, unknown>> = {}
  ): Mapping["recorded"] =>
  (verb, path) => {
    for (const endpoint of endpointsOf(contract)) {
      const pattern = new RegExp(`^${endpoint.path.replaceAll(".", "\\.").replaceAll(/:\w+/g, "([^/]+)")}$`)
      const match = endpoint.method === verb ? pattern.exec(path) : null
      if (match === null) continue
      const params = match.slice(1).map((segment) => {
        const text = decodeURIComponent(segment)
        return /^\d+$/.test(text) ? Number(text) : text
      })
      const payload = endpoint.payload.size > 0 ? [payloads[endpoint.identifier] ?? {}] : []
      const [success = Schema.Unknown] = Array.from(endpoint.success)
      return {
        call: Effect.flatMap(client, (client) =>
          request(client, endpoint.identifier, [...params, ...payload])
        ),
        encode: Schema.encodeUnknownSync(success as unknown as Schema.Encoder<unknown>)
      }
    }
    return undefined
  }

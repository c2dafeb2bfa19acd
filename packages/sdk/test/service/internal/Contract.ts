/**
 * What every service of ours is held to, operation by operation: what a call puts on the wire, with which scopes, that
 * what Globus answers is read without losing anything, and that whatever else is answered is a typed error.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { type GlobusError, ResponseError } from "../../../src/model/GlobusError.ts"
import * as GlobusScope from "../../../src/model/GlobusScope.ts"
import { type Authorizer, bearer, type Need, type Service } from "../../../src/service/Authorizer.ts"
import type { Transport } from "../../../src/service/Transport.ts"
import * as Probe from "./Probe.ts"
import * as StubHttp from "./StubHttp.ts"

/** An operation as it is called once. Of a listing, that is one page. */
export interface Case<Client> {
  readonly name: string
  readonly call: (client: Client) => Effect.Effect<unknown, GlobusError>
  /** What is sent: `VERB /path?query`, decoded, and the body as JSON. */
  readonly sends: string
  readonly body?: unknown
  /** What Globus answers; nothing, where the operation has no result. */
  readonly answers?: unknown
  /** The scopes of which any one suffices. */
  readonly anyOf: ReadonlyArray<string>
}

/** What is read of a contract. */
interface Api {
  readonly groups: {
    readonly [group: string]: {
      readonly endpoints: {
        readonly [name: string]: { readonly success: Iterable<Schema.Constraint> }
      }
    }
  }
}

/** A network that answers so, and an authorizer with a token for everything that keeps what it was asked for. */
export const globus = (answer: Parameters<typeof StubHttp.make>[0]) => {
  const http = StubHttp.make(answer)
  const needs: Array<Need> = []
  const required: Array<readonly [resourceServer: string, scopes: string]> = []
  const parts: Partial<Service> = {
    require: (resourceServer, scopes) =>
      Effect.sync(() => void required.push([resourceServer, GlobusScope.serialize(scopes)])),
    authorize: (need) =>
      Effect.sync(() => {
        needs.push({ ...need })
        return Option.some(bearer(Redacted.make("token")))
      })
  }
  return {
    needs,
    required,
    sent: http.sent,
    layer: Probe.layer(http.layer, Probe.once, parts),
    /** Each request as `VERB /path?query`, decoded. */
    lines: () => http.sent.map(lineOf),
    /** The body of a request as JSON, if it has one. */
    bodyOf: (index: number): unknown => bodyOf(http.sent[index])
  }
}

const isResponseError = Schema.is(ResponseError)

const lineOf = ({ method, url }: StubHttp.Sent): string =>
  `${method} ${decodeURIComponent(url.pathname)}${decodeURIComponent(url.search)}`

const bodyOf = (sent: StubHttp.Sent | undefined): unknown =>
  sent === undefined || sent.body === "" ? undefined : JSON.parse(sent.body)

/** Whatever the answer is, with a field that nobody has heard of in every object. */
const withNews = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withNews)
  if (!Predicate.isObject(value)) return value
  return {
    ...Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withNews(each)])),
    brand_new: null
  }
}

type Place = ReadonlyArray<string>

/** Every place in a document, the whole of it first. */
const placesIn = (value: unknown): ReadonlyArray<Place> =>
  Predicate.isObjectKeyword(value)
    ? [
        [],
        ...Object.entries(value).flatMap(([name, each]) => placesIn(each).map((place) => [name, ...place]))
      ]
    : [[]]

/** The document with something else at that place. */
const replaced = (value: unknown, [name, ...rest]: Place, by: unknown): unknown => {
  if (name === undefined) return by
  if (Array.isArray(value)) {
    return value.map((each, at) => (String(at) === name ? replaced(each, rest, by) : (each as unknown)))
  }
  return Predicate.isObject(value) ? { ...value, [name]: replaced(Reflect.get(value, name), rest, by) } : by
}

/** The tests of all operations of a client, which are the functions that its contract has a name for. */
export const suite = <Client extends object>(options: {
  readonly api: Api
  readonly resourceServer: string
  readonly client: Effect.Effect<Client, never, Authorizer | Transport>
  readonly cases: ReadonlyArray<Case<Client>>
  /** Names of fields that hold whatever there is, by name, so that a new one in them would be more of the same. */
  readonly maps?: ReadonlyArray<string>
}): void => {
  const { api, cases, client, resourceServer } = options
  const endpoints = new Map(Object.values(api.groups).flatMap(({ endpoints }) => Object.entries(endpoints)))

  const codecOf = (name: string): Schema.Codec<unknown, unknown> => {
    const [success = Schema.Unknown] = Array.from(endpoints.get(name)?.success ?? [])
    return success as unknown as Schema.Codec<unknown, unknown>
  }

  it("every operation of the contract is called here", () => {
    assert.deepStrictEqual(cases.map(({ name }) => name).toSorted(), Array.from(endpoints.keys()).toSorted())
  })

  describe.each(cases)("$name", ({ anyOf, answers, body, call, name, sends }) => {
    const hasResult = answers !== undefined
    const answering = (answer: unknown) =>
      globus(() => (answer === undefined ? new Response(null, { status: 204 }) : StubHttp.json(answer)))

    it.effect("is one request, with the scope that it needs", () =>
      Effect.gen(function* () {
        const { bodyOf, layer, lines, needs } = answering(answers)
        yield* Effect.flatMap(client, call).pipe(Effect.provide(layer))
        assert.deepStrictEqual(lines(), [sends])
        assert.deepStrictEqual(bodyOf(0), body)
        assert.deepStrictEqual<unknown>(needs, [{ resourceServer, anyOf }])
      })
    )

    if (!hasResult) {
      it.effect("has no result, whatever is answered", () =>
        Effect.gen(function* () {
          const { layer } = answering({ result: 1 })
          assert.isUndefined(yield* Effect.flatMap(client, call).pipe(Effect.provide(layer)))
        })
      )
      return
    }

    it.effect("keeps everything that is answered, also what Globus adds", () =>
      Effect.gen(function* () {
        const encode = Schema.encodeUnknownEffect(codecOf(name))
        for (const answer of [answers, options.maps?.includes(name) === true ? answers : withNews(answers)]) {
          const { layer } = answering(answer)
          const read = yield* Effect.flatMap(client, call).pipe(Effect.provide(layer))
          assert.deepStrictEqual(yield* encode(read), answer)
        }
      })
    )

    const places = placesIn(answers)
    let answer: unknown
    let made: Client | undefined
    const { layer } = globus(() => StubHttp.json(answer))

    it.effect.prop(
      "takes nothing for a result that is none",
      [Schema.Json, Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: places.length - 1 }))],
      ([json, place]) =>
        Effect.gen(function* () {
          answer = replaced(answers, places[place] ?? [], json)
          // One client for all, which reads answers faster once it has read some.
          made ??= yield* Effect.provide(client, layer)
          const exit = yield* Effect.exit(call(made))
          if (Exit.isSuccess(exit)) {
            const written = yield* Schema.encodeEffect(codecOf(name))(exit.value)
            assert.isTrue(Equal.equals(written, answer))
          } else {
            const error = Cause.squash(exit.cause)
            assert(isResponseError(error), Cause.pretty(exit.cause))
            assert.include(error.message, name)
          }
        })
    )
  })
}

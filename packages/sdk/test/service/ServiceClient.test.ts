import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import * as Document from "../../src/model/Document.ts"
import * as Environment from "../../src/model/Environment.ts"
import type * as GlobusError from "../../src/model/GlobusError.ts"
import { MissingToken } from "../../src/model/UnmetRequirement.ts"
import * as Authorizer from "../../src/service/Authorizer.ts"
import { RequiredScopes } from "../../src/service/GlobusService.ts"
import * as Operation from "../../src/service/Operation.ts"
import * as ServiceClient from "../../src/service/ServiceClient.ts"
import { Transport } from "../../src/service/Transport.ts"
import * as Probe from "./internal/Probe.ts"
import * as StubHttp from "./internal/StubHttp.ts"

const thing = { name: "one" }

const unauthorized = () => StubHttp.json({ code: "AuthenticationFailed", message: "no" }, { status: 401 })

const consentRequired = () =>
  StubHttp.json(
    { code: "ConsentRequired", message: "consent", required_scopes: ["things:all[*data]"], request_id: "r1" },
    { status: 403 }
  )

/**
 * An authorizer that has another token after each recovery, and keeps what it was asked to recover from. It tells how
 * often nothing had to be done for it.
 */
const renewingAfter = Effect.fnUntraced(function* (outdated: number) {
  const generation = yield* Ref.make(0)
  const refusals: Array<Authorizer.Refusal> = []
  const parts: Partial<Authorizer.Service> = {
    authorize: () =>
      Effect.map(Ref.get(generation), (n) => Option.some(Authorizer.bearer(Redacted.make(`token-${n}`)))),
    recover: (refusal) => {
      refusals.push(refusal)
      return Effect.as(
        Ref.update(generation, (n) => n + 1),
        refusals.length > outdated || "outdated"
      )
    }
  }
  return { parts, refusals }
})
const renewing = renewingAfter(0)

const headersOf = (sent: ReadonlyArray<StubHttp.Sent>) => sent.map(({ headers }) => headers["authorization"])

describe("authorization", () => {
  it.effect("a request asks for the scopes of its operation, and carries the token it is given", () =>
    Effect.gen(function* () {
      const needs: Array<Authorizer.Need> = []
      const http = StubHttp.make(() => StubHttp.json(thing))
      const parts: Partial<Authorizer.Service> = {
        authorize: (need) => {
          needs.push(need)
          return Effect.succeedSome(Authorizer.bearer(Redacted.make("t")))
        }
      }
      yield* Effect.gen(function* () {
        const probe = yield* Probe.client
        yield* probe.getThing(Probe.thingId)
        yield* probe.startThing(Probe.thingId, { name: "x" })
      }).pipe(Effect.provide(Probe.layer(http.layer, Probe.once, parts)))
      assert.deepStrictEqual(needs, [
        { resourceServer: Probe.resourceServer, anyOf: ["things:read", "things:all"] },
        { resourceServer: Probe.resourceServer, anyOf: [] }
      ])
      assert.deepStrictEqual(headersOf(http.sent), ["Bearer t", "Bearer t"])
    })
  )

  it.effect(
    "the scopes of an operation count before those of its group, and these before the contract's",
    () =>
      Effect.gen(function* () {
        const needs: Array<ReadonlyArray<string>> = []
        const http = StubHttp.make(() => StubHttp.json(thing))
        const of = <const Name extends string>(name: Name, scopes?: ReadonlyArray<string>) =>
          Operation.get(name, `/${name}`, {
            success: Document.make({ name: Schema.String }),
            ...(scopes === undefined ? {} : { scopes })
          })
        const api = HttpApi.make("scoped")
          .add(HttpApiGroup.make("plain").add(of("ofContract")))
          .add(
            HttpApiGroup.make("particular")
              .add(of("ofGroup"), of("ofOperation", ["operation"]), of("ofAny", []))
              .annotate(RequiredScopes, ["group"])
          )
          .annotate(RequiredScopes, ["contract"])
        const parts: Partial<Authorizer.Service> = {
          authorize: ({ anyOf }) => {
            needs.push(anyOf)
            return Effect.succeedNone
          }
        }
        yield* Effect.gen(function* () {
          const client = yield* ServiceClient.make(api, {
            service: "transfer",
            name: "Scoped",
            need: (anyOf) => ({ resourceServer: Probe.resourceServer, anyOf })
          })
          yield* client.ofContract()
          yield* client.ofGroup()
          yield* client.ofOperation()
          yield* client.ofAny()
        }).pipe(Effect.provide(Probe.layer(http.layer, Probe.once, parts)))
        assert.deepStrictEqual(needs, [["contract"], ["group"], ["operation"], []])
      })
  )

  it.effect("without an authorization none is sent", () =>
    Effect.gen(function* () {
      const http = StubHttp.make(() => StubHttp.json(thing))
      yield* Probe.client.pipe(
        Effect.flatMap((probe) => probe.getThing(Probe.thingId)),
        Effect.provide(
          Layer.merge(
            Layer.provide(Transport.layerWith(Probe.once), http.layer),
            Authorizer.Authorizer.layerNone
          )
        )
      )
      assert.deepStrictEqual(headersOf(http.sent), [undefined])
    })
  )

  it.effect("an unmet requirement is the failure of the operation, and nothing is sent", () =>
    Effect.gen(function* () {
      const http = StubHttp.make(() => StubHttp.json(thing))
      const unmet = new MissingToken({ resourceServer: Probe.resourceServer })
      const error = yield* Probe.client.pipe(
        Effect.flatMap((probe) => probe.getThing(Probe.thingId)),
        Effect.flip,
        Effect.provide(Probe.layer(http.layer, {}, { authorize: () => Effect.fail(unmet) }))
      )
      assert.strictEqual(error, unmet)
      assert.lengthOf(http.sent, 0)
    })
  )

  it.effect("a 401 is recovered from once, and the request goes again with the new header", () =>
    Effect.gen(function* () {
      const http = StubHttp.make((_, index) => (index === 0 ? unauthorized() : StubHttp.json(thing)))
      const { parts, refusals } = yield* renewing
      const answer = yield* Probe.client.pipe(
        Effect.flatMap((probe) => probe.startThing(Probe.thingId, { name: "x" })),
        Effect.provide(Probe.layer(http.layer, {}, parts))
      )
      assert.deepStrictEqual(answer, thing)
      assert.deepStrictEqual(headersOf(http.sent), ["Bearer token-0", "Bearer token-1"])
      assert.deepStrictEqual(
        http.sent.map(({ body }) => body),
        ['{"name":"x"}', '{"name":"x"}']
      )
      const [refusal] = refusals
      assert(refusal?._tag === "Unauthorized")
      assert.strictEqual(Redacted.value(Option.getOrThrow(refusal.refused)), "Bearer token-0")
    })
  )

  it.effect.each([
    { parameters: {}, tag: "Unauthorized" },
    { parameters: { session_required_mfa: true }, tag: "AuthorizationRequired" }
  ])("a 401 asks for a login only if something is required of it: $tag", ({ parameters, tag }) =>
    Effect.gen(function* () {
      const body = { code: "UNAUTHORIZED", detail: "no", authorization_parameters: parameters }
      const http = StubHttp.make((_, index) =>
        index === 0 ? StubHttp.json(body, { status: 401 }) : StubHttp.json(thing)
      )
      const { parts, refusals } = yield* renewing
      yield* Probe.client.pipe(
        Effect.flatMap((probe) => probe.getThing(Probe.thingId)),
        Effect.provide(Probe.layer(http.layer, {}, parts))
      )
      assert.deepStrictEqual(
        refusals.map(({ _tag }) => _tag),
        [tag]
      )
    })
  )

  it.effect("a service that refuses every token is asked twice, and no more", () =>
    Effect.gen(function* () {
      const http = StubHttp.make(unauthorized)
      const { parts, refusals } = yield* renewing
      const error = yield* Probe.client.pipe(
        Effect.flatMap((probe) => probe.getThing(Probe.thingId)),
        Effect.flip,
        Effect.provide(Probe.layer(http.layer, {}, parts))
      )
      assert(error._tag === "ApiError")
      assert.strictEqual(error.reason._tag, "Unauthorized")
      assert.lengthOf(http.sent, 2)
      assert.lengthOf(refusals, 1)
    })
  )

  it.effect("a service that wants another login is obeyed once", () =>
    Effect.gen(function* () {
      const http = StubHttp.make((_, index) => (index === 0 ? consentRequired() : StubHttp.json(thing)))
      const { parts, refusals } = yield* renewing
      const answer = yield* Probe.client.pipe(
        Effect.flatMap((probe) => probe.getThing(Probe.thingId)),
        Effect.provide(Probe.layer(http.layer, {}, parts))
      )
      assert.deepStrictEqual(answer, thing)
      const [refusal] = refusals
      assert(refusal?._tag === "AuthorizationRequired")
      assert.strictEqual(refusal.requirement.service, "transfer")
      assert.strictEqual(refusal.requirement.operation, "getThing")
      assert.strictEqual(refusal.requirement.code, "ConsentRequired")
      assert.strictEqual(refusal.requirement.requestId, "r1")
      assert.deepStrictEqual(refusal.requirement.parameters.required_scopes, ["things:all[*data]"])
    })
  )

  it.effect("a service that wants another login again and again is obeyed once, and no more", () =>
    Effect.gen(function* () {
      const http = StubHttp.make(consentRequired)
      const { parts, refusals } = yield* renewing
      const error = yield* Probe.client.pipe(
        Effect.flatMap((probe) => probe.getThing(Probe.thingId)),
        Effect.flip,
        Effect.provide(Probe.layer(http.layer, {}, parts))
      )
      assert(error._tag === "ApiError")
      assert.strictEqual(error.reason._tag, "ConsentRequired")
      assert.lengthOf(http.sent, 2)
      assert.lengthOf(refusals, 1)
    })
  )

  it.effect("a 401 and then a wish for another login are both mended, each once", () =>
    Effect.gen(function* () {
      const http = StubHttp.make((_, index) =>
        index === 0 ? unauthorized() : index === 1 ? consentRequired() : StubHttp.json(thing)
      )
      const { parts, refusals } = yield* renewing
      yield* Probe.client.pipe(
        Effect.flatMap((probe) => probe.getThing(Probe.thingId)),
        Effect.provide(Probe.layer(http.layer, {}, parts))
      )
      assert.deepStrictEqual(
        refusals.map(({ _tag }) => _tag),
        ["Unauthorized", "AuthorizationRequired"]
      )
      assert.deepStrictEqual(headersOf(http.sent), ["Bearer token-0", "Bearer token-1", "Bearer token-2"])
    })
  )

  it.effect.each([
    { what: "a 401", answer: unauthorized },
    { what: "a wish for another login", answer: consentRequired }
  ])("$what about a token that was outdated is still mended once for the one in its place", ({ answer }) =>
    Effect.gen(function* () {
      const http = StubHttp.make((_, index) => (index < 2 ? answer() : StubHttp.json(thing)))
      const { parts, refusals } = yield* renewingAfter(1)
      yield* Probe.client.pipe(
        Effect.flatMap((probe) => probe.getThing(Probe.thingId)),
        Effect.provide(Probe.layer(http.layer, {}, parts))
      )
      assert.deepStrictEqual(
        refusals.map(({ refused }) => Redacted.value(Option.getOrThrow(refused))),
        ["Bearer token-0", "Bearer token-1"]
      )
    })
  )

  it.effect("a token that is outdated each time does not make a request go on for ever", () =>
    Effect.gen(function* () {
      const http = StubHttp.make(unauthorized)
      const { parts } = yield* renewingAfter(99)
      const error = yield* Probe.client.pipe(
        Effect.flatMap((probe) => probe.getThing(Probe.thingId)),
        Effect.flip,
        Effect.provide(Probe.layer(http.layer, {}, parts))
      )
      assert.strictEqual(error._tag, "ApiError")
      assert.lengthOf(http.sent, 3)
    })
  )

  it.effect("a login that fails during recovery is the failure of the operation", () =>
    Effect.gen(function* () {
      const http = StubHttp.make(unauthorized)
      const unmet = new MissingToken({ resourceServer: Probe.resourceServer })
      const error = yield* Probe.client.pipe(
        Effect.flatMap((probe) => probe.getThing(Probe.thingId)),
        Effect.flip,
        Effect.provide(Probe.layer(http.layer, {}, { recover: () => Effect.fail(unmet) }))
      )
      assert.strictEqual(error, unmet)
      assert.lengthOf(http.sent, 1)
    })
  )

  it.effect.each([
    { answer: unauthorized, reason: "Unauthorized" },
    { answer: consentRequired, reason: "ConsentRequired" }
  ])("a plain access token cannot recover: the caller gets $reason", ({ answer, reason }) =>
    Effect.gen(function* () {
      const http = StubHttp.make(answer)
      const error = yield* Probe.client.pipe(
        Effect.flatMap((probe) => probe.getThing(Probe.thingId)),
        Effect.flip,
        Effect.provide(
          Layer.merge(
            Layer.provide(Transport.layerWith({}), http.layer),
            Authorizer.Authorizer.layerAccessToken(Redacted.make(Probe.canary))
          )
        )
      )
      assert(error._tag === "ApiError")
      assert.strictEqual(error.reason._tag, reason)
      assert.lengthOf(http.sent, 1)
    })
  )
})

describe("requests", () => {
  const sendOne = <A>(
    call: (probe: Effect.Success<typeof Probe.client>) => Effect.Effect<A, GlobusError.GlobusError>
  ) =>
    Effect.gen(function* () {
      const http = StubHttp.make(() => StubHttp.json(thing))
      const exit = yield* Probe.client.pipe(
        Effect.flatMap(call),
        Effect.result,
        Effect.provide(Probe.layer(http.layer, Probe.once))
      )
      return { exit, sent: http.sent }
    })

  it.effect("known and unknown parameters of a query are written as the service expects them", () =>
    Effect.gen(function* () {
      const { sent } = yield* sendOne((probe) =>
        probe.getThing(Probe.thingId, { limit: 7, deep: true, tags: ["a b", "c/é"], extra: "x=y&z" })
      )
      assert.deepStrictEqual(
        sent.map(({ method, url }) => [method, url.host, url.pathname]),
        [["GET", "transfer.api.globus.org", `/things/${Probe.thingId}`]]
      )
      assert.deepStrictEqual(
        sent.flatMap(({ url }) => [...url.searchParams]),
        [
          ["limit", "7"],
          ["deep", "true"],
          ["tags", "a b,c/é"],
          ["extra", "x=y&z"]
        ]
      )
    })
  )

  it.effect("what is undefined is left out of query and body; null and unknown fields are sent", () =>
    Effect.gen(function* () {
      const query = yield* sendOne((probe) =>
        probe.getThing(Probe.thingId, { limit: undefined, extra: undefined })
      )
      assert.deepStrictEqual(
        query.sent.map(({ url }) => url.search),
        [""]
      )
      const { sent } = yield* sendOne((probe) =>
        probe.startThing(Probe.thingId, { name: "x", nested: undefined, gone: undefined, other: null })
      )
      assert.deepStrictEqual(
        sent.map(({ body }) => body),
        ['{"name":"x","other":null}']
      )
      assert.strictEqual(sent[0]?.headers["content-type"], "application/json")
    })
  )

  it.effect.each([
    {
      what: "an id that is none",
      call: (probe: Effect.Success<typeof Probe.client>) => probe.getThing("../secret"),
      field: "thing_id"
    },
    {
      what: "a number that is not whole",
      call: (probe: Effect.Success<typeof Probe.client>) => probe.getThing(Probe.thingId, { limit: 1.5 }),
      field: "query.limit"
    },
    {
      what: "a wrong type deep in the payload",
      call: (probe: Effect.Success<typeof Probe.client>) =>
        probe.startThing(Probe.thingId, { name: "x", nested: { size: "large" as unknown as number } }),
      field: "payload.nested.size"
    },
    {
      what: "a payload that is not there",
      call: (probe: Effect.Success<typeof Probe.client>) =>
        probe.startThing(Probe.thingId, undefined as unknown as { name: string }),
      field: "payload"
    },
    {
      what: "a payload that no JSON can hold",
      call: (probe: Effect.Success<typeof Probe.client>) =>
        probe.startThing(Probe.thingId, { name: "x", other: 1n }),
      field: "payload"
    }
  ])("$what is refused as `$field`, and nothing is sent", ({ call, field }) =>
    Effect.gen(function* () {
      const { exit, sent } = yield* sendOne(call)
      assert(exit._tag === "Failure")
      const error = exit.failure
      assert(error._tag === "InvalidRequest")
      assert.strictEqual(error.field, field)
      assert.strictEqual(error.service, "transfer")
      assert.include(error.message, field)
      assert.lengthOf(sent, 0)
    })
  )

  it.effect(
    "a document that a program gives may lack what its type asks for, but what is there is checked",
    () =>
      Effect.gen(function* () {
        const lacking = yield* sendOne((probe) => probe.replaceThing(Probe.thingId, { extra: null } as never))
        assert.deepStrictEqual(
          lacking.sent.map(({ body, method }) => [method, body]),
          [["PUT", '{"extra":null}']]
        )
        const { exit, sent } = yield* sendOne((probe) =>
          probe.replaceThing(Probe.thingId, { name: 1 as unknown as string })
        )
        assert(exit._tag === "Failure" && exit.failure._tag === "InvalidRequest")
        assert.strictEqual(exit.failure.field, "payload.name")
        assert.lengthOf(sent, 0)
      })
  )

  it.effect("a paged operation refuses input in the same way", () =>
    Effect.gen(function* () {
      const { exit, sent } = yield* sendOne((probe) =>
        Stream.runCollect(probe.marker({ filter: 1 as unknown as string }))
      )
      assert(exit._tag === "Failure" && exit.failure._tag === "InvalidRequest")
      assert.strictEqual(exit.failure.field, "query.filter")
      assert.lengthOf(sent, 0)
    })
  )
})

describe("a failure", () => {
  it.effect("tells which operation it was and where that was called, before what called that", () =>
    Effect.gen(function* () {
      const http = StubHttp.make(() => StubHttp.json({}, { status: 404 }))
      const mine = Effect.fn("mine")(function* () {
        const probe = yield* Probe.client
        return yield* probe.getThing(Probe.thingId)
      })
      const cause = yield* Effect.flip(Effect.sandbox(mine())).pipe(
        Effect.provide(Probe.layer(http.layer, Probe.once))
      )
      const frames = Cause.pretty(cause)
        .split("\n")
        .filter((line) => line.includes("ServiceClient.test.ts"))
      assert.match(frames[0] ?? "", /at \w+\.getThing \(/)
      assert.match(frames[1] ?? "", /at mine \(/)
    })
  )
})

describe("responses", () => {
  const answered = <A>(
    response: () => Response,
    call: (probe: Effect.Success<typeof Probe.client>) => Effect.Effect<A, GlobusError.GlobusError>
  ) =>
    Probe.client.pipe(
      Effect.flatMap(call),
      Effect.provide(Probe.layer(StubHttp.make(response).layer, Probe.once))
    )

  const list = (probe: Effect.Success<typeof Probe.client>) => probe.listThings()

  it.effect("fields that the contract does not know are kept", () =>
    Effect.gen(function* () {
      const document = { name: "one", brand_new: { deep: [1, null] } }
      const answer = yield* answered(
        () => StubHttp.json(document),
        (probe) => probe.getThing(Probe.thingId)
      )
      assert.deepStrictEqual<unknown>(answer, document)
    })
  )

  it.effect.each([200, 201, 202, 203, 207, 299])("the status %d is a success", (status) =>
    Effect.gen(function* () {
      const answer = yield* answered(
        () => StubHttp.json(thing, { status }),
        (probe) => probe.getThing(Probe.thingId)
      )
      assert.deepStrictEqual(answer, thing)
    })
  )

  it.effect("an operation that only asks whether something is there gets no body", () =>
    Effect.gen(function* () {
      const http = StubHttp.make(() => new Response(null, { status: 200 }))
      const answer = yield* Effect.flatMap(Probe.client, (probe) => probe.headThing(Probe.thingId)).pipe(
        Effect.provide(Probe.layer(http.layer, Probe.once))
      )
      assert.isUndefined(answer)
      assert.strictEqual(http.sent[0]?.method, "HEAD")
    })
  )

  it.effect.each([
    { what: "no content", response: () => new Response(null, { status: 204 }) },
    { what: "an empty body", response: () => new Response("", { status: 200 }) },
    { what: "a document all the same", response: () => StubHttp.json({ status: "deleted" }) }
  ])("an operation without a result accepts $what", ({ response }) =>
    Effect.gen(function* () {
      const answer = yield* answered(response, (probe) => probe.deleteThing(Probe.thingId))
      assert.isUndefined(answer)
    })
  )

  it.effect.each([
    {
      what: "HTML",
      response: () => new Response("<html>", { headers: { "content-type": "text/html" } }),
      path: "",
      detail: "not JSON (text/html"
    },
    { what: "nothing", response: () => new Response(null, { status: 204 }), path: "", detail: "empty" },
    {
      what: "JSON that breaks off",
      response: () => new Response('{"DATA":[{"na', { headers: { "content-type": "application/json" } }),
      path: "",
      detail: "not JSON"
    },
    { what: "a list instead of an object", response: () => StubHttp.json([]), path: "", detail: "" },
    { what: "a field that is missing", response: () => StubHttp.json({}), path: "DATA", detail: "" },
    {
      what: "a wrong type deep inside",
      response: () =>
        StubHttp.json({
          DATA: [0, 1, 2, 3].map((n) => ({ name: `${n}`, size: n === 3 ? "big" : n })),
          request_id: "r7"
        }),
      path: "DATA[3].size",
      detail: "number"
    }
  ])("$what is not passed on as if it were the document", ({ detail, path, response }) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(answered(response, list))
      assert(error._tag === "ResponseError")
      assert.strictEqual(error.path, path)
      assert.include(error.detail, detail)
      assert.strictEqual(error.operation, "listThings")
      assert.strictEqual(error.requestId, path === "DATA[3].size" ? "r7" : undefined)
      if (path !== "") assert.include(error.message, path)
    })
  )

  it.effect("what a wrong field holds is not in the error", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        answered(() => StubHttp.json({ DATA: [{ name: "x", size: Probe.canary }] }), list)
      )
      assert.notInclude(JSON.stringify(error) + error.message, Probe.canary)
    })
  )
})

describe("a service at an address of its own", () => {
  const own = ServiceClient.make(Probe.Api, {
    service: "gateway",
    baseUrl: "https://own.example/prefix/",
    name: "Probe",
    need: (anyOf) => ({ resourceServer: Probe.resourceServer, anyOf })
  })

  it.effect("is called there, whatever the environment", () =>
    Effect.gen(function* () {
      const http = StubHttp.make(() => StubHttp.json(thing))
      yield* Effect.flatMap(own, (probe) => probe.getThing(Probe.thingId)).pipe(
        Effect.provide(Probe.layer(http.layer, { environment: Environment.environments.sandbox }))
      )
      assert.strictEqual(http.sent[0]?.url.href, `https://own.example/prefix/things/${Probe.thingId}`)
    })
  )

  it.effect("is named in all errors", () =>
    Effect.gen(function* () {
      const http = StubHttp.make((_, index) => (index === 0 ? { code: "ECONNREFUSED" } : StubHttp.json([])))
      yield* Effect.gen(function* () {
        const probe = yield* own
        const unreached = yield* Effect.flip(probe.getThing(Probe.thingId))
        const unread = yield* Effect.flip(probe.getThing(Probe.thingId))
        const unsent = yield* Effect.flip(probe.getThing("x"))
        assert(unreached._tag === "NetworkError", unreached._tag)
        assert.strictEqual(unreached.host, "own.example")
        assert(unread._tag === "ResponseError" && unsent._tag === "InvalidRequest", unread._tag)
        assert.deepStrictEqual(
          [unreached, unread, unsent].map(({ service }) => service),
          ["gateway", "gateway", "gateway"]
        )
      }).pipe(Effect.provide(Probe.layer(http.layer, Probe.once)))
    })
  )
})

describe("spans", () => {
  it.effect("each request is a span named for service and operation, and none holds a token", () =>
    Effect.gen(function* () {
      const spans: Array<Tracer.Span> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push(span)
          return span
        }
      })
      const http = StubHttp.make(({ url }, index) =>
        url.pathname === "/marker"
          ? StubHttp.json({ items: [{ n: index }], has_next_page: index < 2, marker: `m${index}` })
          : StubHttp.json({ code: "No", message: "no" }, { status: 404 })
      )
      yield* Effect.gen(function* () {
        const probe = yield* Probe.client
        yield* Stream.runDrain(probe.marker())
        yield* Effect.exit(probe.marker.page())
        yield* Effect.exit(probe.getThing(Probe.thingId))
      }).pipe(Effect.provide(Probe.layer(http.layer, Probe.once)), Effect.withTracer(tracer))

      const names = spans.map(({ name }) => name).filter((name) => name.startsWith("Probe."))
      assert.deepStrictEqual(names, [
        "Probe.marker",
        "Probe.marker",
        "Probe.marker",
        "Probe.marker",
        "Probe.getThing"
      ])
      assert.isTrue(spans.every(({ status }) => status._tag === "Ended"))
      const seen = spans.map((span) =>
        JSON.stringify([
          span.name,
          [...span.attributes],
          span.status._tag === "Ended" && Exit.isFailure(span.status.exit)
            ? String(span.status.exit.cause)
            : ""
        ])
      )
      assert.isTrue(seen.some((text) => text.includes("/marker")))
      assert.notInclude(seen.join("\n"), Probe.canary)
    })
  )
})

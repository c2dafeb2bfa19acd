/** The client of one server: where that is, whom tokens are for, which scopes are required, and what goes wrong. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as CollectionData from "../../src/gcs/CollectionData.ts"
import * as ErrorDetail from "../../src/gcs/ErrorDetail.ts"
import { GcsClient } from "../../src/gcs/GcsClient.ts"
import { ApiError, type GlobusError } from "../../src/model/GlobusError.ts"
import * as StubHttp from "../service/internal/StubHttp.ts"
import * as Documents from "./internal/Documents.ts"
import * as Server from "./internal/Server.ts"

const { address, endpointId, manageCollections } = Server

const answeringInfo = (info: Record<string, unknown> = Documents.info) =>
  Server.make(() => Server.result([info]))

describe("the address", () => {
  const at = "https://abc.xyz.data.globus.org"

  it.effect.each([
    ["abc.xyz.data.globus.org", `${at}/api/endpoint`],
    ["  abc.xyz.data.globus.org ", `${at}/api/endpoint`],
    ["abc.xyz.data.globus.org/api", `${at}/api/endpoint`],
    ["abc.xyz.data.globus.org:8443", `${at}:8443/api/endpoint`],
    [at, `${at}/api/endpoint`],
    [`${at}/`, `${at}/api/endpoint`],
    [`${at}/api`, `${at}/api/endpoint`],
    [`${at}/api/`, `${at}/api/endpoint`],
    [`${at}/gcs`, `${at}/gcs/api/endpoint`],
    [`${at}/gcs/api/`, `${at}/gcs/api/endpoint`],
    ["http://localhost:8080", "http://localhost:8080/api/endpoint"],
    ["http://127.0.0.1:8080/api", "http://127.0.0.1:8080/api/endpoint"]
  ] as const)("%s is where %s is", ([given, url]) =>
    Effect.gen(function* () {
      const server = Server.make(() => Server.result([Documents.endpoint]))
      const gcs = yield* Effect.provide(GcsClient.make({ address: given, endpointId }), server.dependencies)
      yield* gcs.getEndpoint()
      assert.strictEqual(server.sent[0]?.url.href, url)
    })
  )

  it.effect.each([
    "",
    " ",
    "https://",
    "not a name",
    "ftp://abc.xyz.data.globus.org",
    "http://abc.xyz.data.globus.org",
    "http://localhost.example.org",
    "https://jane:hunter2@abc.xyz.data.globus.org",
    "https://abc.xyz.data.globus.org/api?x=1",
    "https://abc.xyz.data.globus.org/#x"
  ])("`%s` is refused before anything is required or sent", (given) =>
    Effect.gen(function* () {
      const server = answeringInfo()
      const error = yield* Effect.flip(
        Effect.provide(GcsClient, Layer.provide(GcsClient.layer({ address: given }), server.dependencies))
      )
      assert(error._tag === "InvalidConfiguration", error._tag)
      assert.strictEqual(error.setting, "address")
      assert.notInclude(error.message, "hunter2")
      assert.lengthOf([...server.sent, ...server.required], 0)
    })
  )

  it.effect("is named by errors of the network", () =>
    Effect.gen(function* () {
      const server = Server.make(() => ({ code: "ECONNREFUSED" }))
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      const error = yield* Effect.flip(gcs.getEndpoint())
      assert(error._tag === "NetworkError", error._tag)
      assert.deepStrictEqual([error.service, error.operation, error.host], ["gcs", "getEndpoint", address])
    })
  )
})

describe("the endpoint", () => {
  it.effect("is asked for its id without a token, once, and its scope is required", () =>
    Effect.gen(function* () {
      const server = answeringInfo()
      const gcs = yield* Effect.provide(
        GcsClient,
        Layer.provide(GcsClient.layer({ address }), server.dependencies)
      )
      assert.strictEqual(gcs.endpointId, endpointId)
      assert.deepStrictEqual(server.lines(), ["GET /api/info"])
      assert.isUndefined(server.sent[0]?.headers["authorization"])
      assert.include(server.sent[0]?.headers["user-agent"], "(tests)")
      assert.deepStrictEqual(server.needs, [])
      assert.deepStrictEqual(server.required, [`${endpointId}: ${manageCollections}`])
    })
  )

  it.effect("is known by its own id where it has no other", () =>
    Effect.gen(function* () {
      const { client_id: _, ...info } = Documents.info
      const server = answeringInfo(info)
      const gcs = yield* Effect.provide(GcsClient.make({ address }), server.dependencies)
      assert.strictEqual(gcs.endpointId, Documents.info.endpoint_id)
    })
  )

  it.effect.each([{}, { client_id: "me" }, { client_id: "a openid" }])(
    "that says of itself %j cannot be used: nothing is required",
    (ids) =>
      Effect.gen(function* () {
        const server = answeringInfo({ DATA_TYPE: "info#1.0.0", ...ids })
        const error = yield* Effect.flip(Effect.provide(GcsClient.make({ address }), server.dependencies))
        assert(error._tag === "ResponseError", error._tag)
        assert.strictEqual(error.operation, "getInfo")
        assert.deepStrictEqual(server.required, [])
      })
  )

  it.effect("that refuses to say is an error of the layer", () =>
    Effect.gen(function* () {
      const server = Server.make(() => Server.refusal(401, "not_authorized"))
      const error = yield* Effect.flip(
        Effect.provide(GcsClient, Layer.provide(GcsClient.layer({ address }), server.dependencies))
      )
      assert(error._tag === "ApiError", error._tag)
      assert.strictEqual(error.service, "gcs")
      // There is no login that would help where no token was sent.
      assert.deepStrictEqual(server.refusals, [])
    })
  )

  it.effect("whose id is given is not asked", () =>
    Effect.gen(function* () {
      const server = answeringInfo()
      yield* Effect.provide(GcsClient, server.layer)
      assert.lengthOf(server.sent, 0)
      assert.deepStrictEqual(server.required, [`${endpointId}: ${manageCollections}`])
    })
  )

  it.effect("whose given id is none is refused", () =>
    Effect.gen(function* () {
      const server = answeringInfo()
      const error = yield* Effect.flip(
        Effect.provide(GcsClient.make({ address, endpointId: "mine" }), server.dependencies)
      )
      assert(error._tag === "InvalidConfiguration", error._tag)
      assert.strictEqual(error.setting, "endpointId")
      assert.lengthOf([...server.sent, ...server.required], 0)
    })
  )

  it.effect("is one of several in a program, each with its own tokens", () =>
    Effect.gen(function* () {
      const server = Server.make(() => Server.result([Documents.endpoint]))
      const other = Documents.id("f")
      yield* Effect.gen(function* () {
        const first = yield* GcsClient.make({ address, endpointId })
        const second = yield* GcsClient.make({ address: "def.data.globus.org", endpointId: other })
        yield* first.getEndpoint()
        yield* second.getEndpoint()
      }).pipe(Effect.provide(server.dependencies))
      assert.deepStrictEqual(
        server.needs.map(({ resourceServer }): string => resourceServer),
        [endpointId, other]
      )
      assert.deepStrictEqual(
        server.sent.map(({ url }) => url.host),
        [address, "def.data.globus.org"]
      )
    })
  )
})

describe("scopes", () => {
  it.effect("others can be required instead", () =>
    Effect.gen(function* () {
      const server = answeringInfo()
      yield* Effect.provide(
        GcsClient,
        Layer.provide(GcsClient.layerWith({ address, scopes: "foo bar[baz]" }), server.dependencies)
      )
      assert.deepStrictEqual(server.required, [`${endpointId}: foo bar[baz]`])
    })
  )

  it.effect("that cannot be read are an error, and nothing is required or sent", () =>
    Effect.gen(function* () {
      const server = answeringInfo()
      const layer = Layer.provide(GcsClient.layerWith({ address, scopes: "a[" }), server.dependencies)
      const error = yield* Effect.flip(Effect.provide(GcsClient, layer))
      assert.strictEqual(error._tag, "ScopeParseError")
      assert.lengthOf([...server.sent, ...server.required], 0)
    })
  )

  it.effect("can be added, also for the data of mapped collections, which users can revoke alone", () =>
    Effect.gen(function* () {
      const server = answeringInfo()
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      yield* gcs.addScopes("foo")
      yield* gcs.addDataAccess(Documents.mappedId, Documents.collectionId)
      yield* gcs.addDataAccess()
      const access = (id: string) => `*https://auth.globus.org/scopes/${id}/data_access`
      assert.deepStrictEqual(server.required.slice(1), [
        `${endpointId}: foo`,
        `${endpointId}: ${manageCollections}[${access(Documents.mappedId)} ${access(Documents.collectionId)}]`
      ])
      assert.strictEqual((yield* Effect.flip(gcs.addScopes("foo[]")))._tag, "ScopeParseError")
    })
  )
})

describe("a refusal", () => {
  const create = Effect.flatMap(GcsClient, (gcs) =>
    gcs.createCollection(
      CollectionData.guest({
        mapped_collection_id: Documents.mappedId,
        user_credential_id: Documents.credentialId,
        collection_base_path: "/"
      })
    )
  )

  const consent = {
    authorization_parameters: {
      required_scopes: [
        `${manageCollections}[*https://auth.globus.org/scopes/${Documents.mappedId}/data_access]`
      ]
    }
  }

  it.effect("for want of a consent is mended by a login, once", () =>
    Effect.gen(function* () {
      const server = Server.make(
        (_, index) =>
          index === 0
            ? Server.refusal(403, "permission_denied", consent)
            : Server.result([Documents.guest], { status: 201 }),
        { login: true }
      )
      const { id } = yield* Effect.provide(create, server.layer)
      assert.strictEqual(id, Documents.collectionId as typeof id)
      const [refusal] = server.refusals
      assert(refusal?._tag === "AuthorizationRequired", "no consent was asked for")
      assert.deepStrictEqual(
        refusal.requirement.parameters.required_scopes,
        consent.authorization_parameters.required_scopes
      )
      assert.strictEqual(refusal.requirement.service, "gcs")
      assert.strictEqual(refusal.need.resourceServer, endpointId as typeof refusal.need.resourceServer)
    })
  )

  it.effect("says what is missing, in a document of its own", () =>
    Effect.gen(function* () {
      const detail = {
        DATA_TYPE: "missing_required_role#1.0.0",
        roles: [{ role: "administrator", collection: Documents.collectionId }]
      }
      const server = Server.make(() => Server.refusal(403, "permission_denied", { detail }))
      const error = yield* Effect.flip(Effect.provide(create, server.layer))
      assert(error._tag === "ApiError" && error.reason._tag === "PermissionDenied", error._tag)
      assert.isTrue(error.is("permission_denied"))
      const found = Option.getOrThrow(ErrorDetail.of(error))
      assert.deepStrictEqual(
        ErrorDetail.is(found, "missing_required_role") ? found.roles?.map(({ role }) => role) : [],
        ["administrator"]
      )
      assert.isFalse(ErrorDetail.is(found, "resource_conflict"))
    })
  )

  const errorWith = (body: unknown) =>
    new ApiError({
      service: "gcs",
      operation: "getRole",
      status: 422,
      reason: { _tag: "Rejected" } as never,
      messages: [],
      errors: [],
      body
    })

  it.each([null, "text", {}, { detail: null }, { detail: "no" }, { detail: [1] }])(
    "with the body %j has no more to say",
    (body) => assert.isTrue(Option.isNone(ErrorDetail.of(errorWith(body))))
  )

  it("may say what is not known here", () => {
    const detail = { DATA_TYPE: "cosmic_ray#1.0.0", energy: "high" }
    assert.deepStrictEqual(ErrorDetail.of(errorWith({ detail })), Option.some(detail))
  })

  it("whose details are broken says nothing that is not so", () => {
    const detail = { DATA_TYPE: "invalid_user#1.0.0", usernames: "jane" }
    assert.isTrue(Option.isNone(ErrorDetail.of(errorWith({ detail }))))
  })
})

describe("a request that may have arrived", () => {
  const busy = (call: (gcs: GcsClient["Service"]) => Effect.Effect<unknown, GlobusError>) =>
    Effect.gen(function* () {
      const server = Server.make(() => Server.refusal(503, "unavailable"), {
        transport: { retries: 2, maxDelay: "1 millis" }
      })
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      const error = yield* Effect.flip(call(gcs))
      assert(error._tag === "ApiError" && error.reason._tag === "Unavailable", error._tag)
      return server.sent.length
    })

  it.live("is sent again where that changes no more", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* busy((gcs) => gcs.getEndpoint()), 3)
      assert.strictEqual(yield* busy((gcs) => gcs.updateEndpoint({ display_name: "x" })), 3)
      assert.strictEqual(yield* busy((gcs) => gcs.deleteCollections({ ids: [Documents.collectionId] })), 3)
    })
  )

  it.live("is not where it would create another", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* busy((gcs) => gcs.createRole({ role: "administrator" })), 1)
      assert.strictEqual(yield* busy((gcs) => gcs.createNode({})), 1)
    })
  )
})

describe("a login at the provider of a storage", () => {
  const login = {
    storage_gateway: Documents.gatewayId,
    identity_id: Documents.identityId,
    redirect_uri: "https://example.edu/done?x=1",
    access_token: Redacted.make("canary")
  }
  const there = "https://accounts.google.com/o/oauth2/auth?state=x"

  it.effect("begins with where the browser has to go", () =>
    Effect.gen(function* () {
      const server = Server.make(() => new Response(null, { status: 303, headers: { location: there } }))
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      const { location } = yield* gcs.authorizeUserCredential({ ...login, login_hint: undefined })
      assert.strictEqual(location, there)
      assert.deepStrictEqual(server.lines(), ["POST /api/v1/user_credentials"])
      assert.deepStrictEqual(Object.fromEntries(new URLSearchParams(server.sent[0]?.body)), {
        ...login,
        access_token: "canary"
      })
    })
  )

  it.effect.each([
    ["303 without a place to go", new Response(null, { status: 303 })],
    ["a document instead", Server.result([])]
  ] as const)("that is answered %s is a ResponseError", ([, response]) =>
    Effect.gen(function* () {
      const server = Server.make(() => response)
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      const error = yield* Effect.flip(gcs.authorizeUserCredential(login))
      assert(error._tag === "ResponseError", error._tag)
      assert.strictEqual(error.path, "location")
      assert.notInclude(JSON.stringify(error), "canary")
    })
  )

  it.effect("alone may be answered so: elsewhere nobody goes where a server points", () =>
    Effect.gen(function* () {
      const server = Server.make(() => new Response(null, { status: 303, headers: { location: there } }))
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      const error = yield* Effect.flip(gcs.getEndpoint())
      assert(error._tag === "ApiError", error._tag)
      assert.strictEqual(error.status, 303)
      assert.lengthOf(server.sent, 1)
    })
  )

  it.effect("is refused with what is wrong, and without the token", () =>
    Effect.gen(function* () {
      const server = Server.make(() => StubHttp.json({}))
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      const error = yield* Effect.flip(gcs.authorizeUserCredential({ ...login, redirect_uri: "" }))
      assert(error._tag === "InvalidRequest", error._tag)
      assert.strictEqual(error.field, "payload.redirect_uri")
      assert.notInclude(JSON.stringify(error), "canary")
      assert.lengthOf(server.sent, 0)
    })
  )
})

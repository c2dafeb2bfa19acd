/** Who is who: what the client requires and sends by default, and what a program may change about it. */
import { AuthClient } from "@effect-globus/sdk/auth"
import { AuthScopes, GlobusScope } from "@effect-globus/sdk/model"
import { Authorizer } from "@effect-globus/sdk/service"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option, Redacted } from "effect"
import * as StubHttp from "../service/internal/StubHttp.ts"
import * as FakeAuth from "./internal/fakeAuth.ts"

const { alice } = FakeAuth
const other = "46bd0f56-e24f-11e5-a510-131bef46955c"

/** A Globus Auth that answers every question with nothing, and an authorizer that remembers what it is told. */
const setUp = () => {
  const required: Array<string> = []
  const needed: Array<ReadonlyArray<string>> = []
  const fake = FakeAuth.make({
    others: ({ url }) =>
      StubHttp.json(
        url.pathname.endsWith("/userinfo")
          ? { sub: alice, preferred_username: "alice@example.org", more: true }
          : { identities: [], consents: [], identity_providers: [] }
      )
  })
  const authorizer = Layer.succeed(Authorizer, {
    appName: Option.none(),
    require: (resourceServer, scopes) =>
      Effect.sync(() => required.push(`${resourceServer}: ${GlobusScope.serialize(scopes)}`)),
    authorize: ({ anyOf }) =>
      Effect.sync(() => {
        needed.push(anyOf)
        return Option.some(Redacted.make("Bearer canary"))
      }),
    recover: () => Effect.succeed(false)
  })
  return { required, needed, sent: fake.sent, layer: Layer.merge(fake.layer, authorizer) }
}

describe("the scopes that it requires", () => {
  it.effect("are by default those that say who somebody is", () =>
    Effect.gen(function* () {
      const { layer, required, sent } = setUp()
      yield* Effect.provide(AuthClient, AuthClient.layer.pipe(Layer.provide(layer)))
      assert.deepStrictEqual(required, ["auth.globus.org: openid email profile"])
      assert.strictEqual(sent.length, 0)
    })
  )

  it.effect("are those that are given instead", () =>
    Effect.gen(function* () {
      const { layer, required } = setUp()
      const scopes = ["openid", AuthScopes.manage_projects]
      yield* Effect.provide(AuthClient, AuthClient.layerWith({ scopes }).pipe(Layer.provide(layer)))
      assert.deepStrictEqual(required, [`auth.globus.org: openid ${AuthScopes.manage_projects}`])
    })
  )

  it.effect("can be added to later", () =>
    Effect.gen(function* () {
      const { layer, required } = setUp()
      yield* Effect.gen(function* () {
        const auth = yield* AuthClient
        yield* auth.addScopes(AuthScopes.view_identities)
        const error = yield* Effect.flip(auth.addScopes("openid[["))
        assert.strictEqual(error._tag, "ScopeParseError")
      }).pipe(Effect.provide(AuthClient.layer.pipe(Layer.provide(layer))))
      assert.deepStrictEqual(required.slice(1), [`auth.globus.org: ${AuthScopes.view_identities}`])
    })
  )

  it.effect("that cannot be read make no client", () =>
    Effect.gen(function* () {
      const { layer, required, sent } = setUp()
      const error = yield* Effect.flip(
        Effect.provide(AuthClient, AuthClient.layerWith({ scopes: "a b]" }).pipe(Layer.provide(layer)))
      )
      assert.strictEqual(error._tag, "ScopeParseError")
      assert.include(error.message, "position 3")
      assert.deepStrictEqual([required.length, sent.length], [0, 0])
    })
  )
})

describe("what it sends", () => {
  const cases: ReadonlyArray<{
    readonly what: string
    readonly use: (auth: AuthClient["Service"]) => Effect.Effect<unknown, unknown>
    readonly path: string
    readonly query: Record<string, string>
  }> = [
    {
      what: "user names are looked up without making identities of them",
      use: (auth) => auth.getIdentities({ usernames: ["a@x.example", "b+c@x.example"] }),
      path: "/v2/api/identities",
      query: { usernames: "a@x.example,b+c@x.example", provision: "false" }
    },
    {
      what: "unless they are to become identities",
      use: (auth) => auth.getIdentities({ usernames: ["a@x.example"], provision: true }),
      path: "/v2/api/identities",
      query: { usernames: "a@x.example", provision: "true" }
    },
    {
      what: "ids are looked up as they are",
      use: (auth) => auth.getIdentities({ ids: [alice, other] }),
      path: "/v2/api/identities",
      query: { ids: `${alice},${other}` }
    },
    {
      what: "consents are those for this client",
      use: (auth) => auth.getConsents(alice),
      path: `/v2/api/identities/${alice}/consents`,
      query: { all: "false" }
    },
    {
      what: "or for all clients",
      use: (auth) => auth.getConsents(alice, { all: true }),
      path: `/v2/api/identities/${alice}/consents`,
      query: { all: "true" }
    },
    {
      what: "identity providers are looked up by domains",
      use: (auth) => auth.getIdentityProviders({ domains: ["x.example", "y.example"] }),
      path: "/v2/api/identity_providers",
      query: { domains: "x.example,y.example" }
    }
  ]

  it.effect.each(cases)("$what", ({ path, query, use }) =>
    Effect.gen(function* () {
      const { layer, sent } = setUp()
      yield* Effect.flatMap(AuthClient, use).pipe(Effect.provide(AuthClient.layer.pipe(Layer.provide(layer))))
      assert.strictEqual(sent.length, 1)
      assert.strictEqual(sent[0]?.url.pathname, path)
      assert.deepStrictEqual(Object.fromEntries(sent[0]?.url.searchParams ?? []), query)
      assert.strictEqual(sent[0]?.headers["authorization"], "Bearer canary")
    })
  )

  it.effect("an id that is none is found out before anything is sent", () =>
    Effect.gen(function* () {
      const { layer, sent } = setUp()
      yield* Effect.gen(function* () {
        const auth = yield* AuthClient
        for (const call of [auth.getIdentities({ ids: ["nobody"] }), auth.getConsents("nobody")]) {
          assert.strictEqual(
            (yield* Effect.flip<unknown, { _tag: string }, never>(call))._tag,
            "InvalidRequest"
          )
        }
      }).pipe(Effect.provide(AuthClient.layer.pipe(Layer.provide(layer))))
      assert.strictEqual(sent.length, 0)
    })
  )

  it.effect("userinfo says who somebody is, and needs to be allowed to", () =>
    Effect.gen(function* () {
      const { layer, needed } = setUp()
      yield* Effect.gen(function* () {
        const auth = yield* AuthClient
        const me = yield* auth.userinfo()
        assert.strictEqual(me.sub, alice)
        assert.strictEqual(me.preferred_username, "alice@example.org")
        assert.strictEqual(me["more"], true)
      }).pipe(Effect.provide(AuthClient.layer.pipe(Layer.provide(layer))))
      assert.deepStrictEqual(needed, [["openid"]])
    })
  )
})

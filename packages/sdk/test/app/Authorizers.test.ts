/** Authorizers for programs without an app: what their requests carry, when a token is renewed, what is refused. */
import { ClientCredentialsAuthorizer, RefreshTokenAuthorizer } from "@effect-globus/sdk/app"
import { type GlobusError, type InvalidConfiguration, TransferScopes } from "@effect-globus/sdk/model"
import { Authorizer, Transport } from "@effect-globus/sdk/service"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Redacted, Ref, References } from "effect"
import { FetchHttpClient } from "effect/http"
import { TestClock } from "effect/testing"
import { inspect } from "node:util"
import { clientId, FakeGlobus, json, layer as globus } from "./internal/fakeGlobus.ts"

const transferServer = "transfer.api.globus.org"

const getEndpoint = Effect.flatMap(TransferClient, (transfer) =>
  transfer.getEndpoint("6c54cade-bde5-45c1-bdea-f4bd71dba2cc")
)

const run = <A, E>(
  effect: Effect.Effect<A, E, TransferClient | Authorizer | FakeGlobus>,
  authorizer: Layer.Layer<Authorizer, InvalidConfiguration, Transport>
) =>
  Effect.provide(
    effect,
    TransferClient.layer.pipe(Layer.provideMerge(authorizer), Layer.provideMerge(globus))
  )

/** The `Authorization` of each request to Transfer. */
const carried = Effect.map(
  Effect.flatMap(FakeGlobus, (fake) => fake.asked),
  (all) => all.filter(({ url }) => url.hostname === transferServer).map(({ authorization }) => authorization)
)

/** The forms that the token endpoint was sent. */
const forms = Effect.map(
  Effect.flatMap(FakeGlobus, (fake) => fake.asked),
  (all) => all.filter(({ form }) => form.has("grant_type")).map(({ form }) => form)
)
const countTokens = Effect.map(forms, (all) => all.length)

const token = (index: number) => ({
  access_token: `canary-access-${transferServer}-${index}`,
  scope: TransferScopes.all,
  resource_server: transferServer,
  expires_in: 172_800,
  token_type: "Bearer"
})
const header = (index: number) => `Bearer ${token(index).access_token}`

/** Lets Globus Auth hand out tokens for Transfer, the first of them with the index 1, all with these changes. */
const issue = (changes: (index: number) => Readonly<Record<string, unknown>> = () => ({})) =>
  Effect.gen(function* () {
    const fake = yield* FakeGlobus
    let index = 0
    yield* fake.set({ token: () => json({ ...token(++index), ...changes(index) }) })
  })

/** Lets Transfer refuse these tokens. */
const refuse = (...indices: ReadonlyArray<number>) =>
  Effect.flatMap(FakeGlobus, (fake) =>
    fake.set({
      transfer: (request) =>
        indices.some((index) => request.headers["authorization"] === header(index))
          ? json({ code: "AuthenticationFailed", message: "no longer good" }, 401)
          : undefined
    })
  )

const hundred = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.forEach(Array.from({ length: 100 }), () => Effect.exit(effect), { concurrency: "unbounded" })

const reason = (error: GlobusError | InvalidConfiguration) =>
  error._tag === "ApiError" ? error.reason._tag : error._tag

const assertSilent = (value: unknown) => {
  assert.notMatch(inspect(value, { depth: 20, showHidden: true, getters: true }), /canary/)
  assert.notMatch(`${String(value)} ${JSON.stringify(value) ?? ""}`, /canary/)
}

const refreshToken = Redacted.make("canary-refresh-0")
const clientSecret = Redacted.make("canary-secret")

type OnRenewal = RefreshTokenAuthorizer.Options["onRenewal"]

describe.each([
  {
    what: "a refresh token",
    make: (onRenewal?: OnRenewal) => RefreshTokenAuthorizer.layer({ clientId, refreshToken, onRenewal })
  },
  {
    what: "client credentials",
    make: (onRenewal?: OnRenewal) =>
      ClientCredentialsAuthorizer.layer({ clientId, clientSecret, scopes: TransferScopes.all, onRenewal })
  }
])("an authorizer with $what", ({ make }) => {
  it.effect("asks for nothing before the first request, whose token all that follow carry", () =>
    run(
      Effect.gen(function* () {
        yield* issue()
        assert.strictEqual(yield* countTokens, 0)
        yield* getEndpoint
        yield* getEndpoint
        assert.deepStrictEqual(yield* carried, [header(1), header(1)])
        assert.strictEqual(yield* countTokens, 1)
      }),
      make()
    )
  )

  it.effect("renews the token when a minute of it remains, and not before", () =>
    run(
      Effect.gen(function* () {
        yield* issue()
        yield* getEndpoint
        yield* TestClock.adjust("172739 seconds")
        yield* getEndpoint
        yield* TestClock.adjust("1 second")
        yield* getEndpoint
        assert.deepStrictEqual(yield* carried, [header(1), header(1), header(2)])
      }),
      make()
    )
  )

  it.effect("renews a token that a service refuses, and sends the request again", () =>
    run(
      Effect.gen(function* () {
        yield* issue()
        yield* refuse(1)
        yield* getEndpoint
        yield* getEndpoint
        assert.deepStrictEqual(yield* carried, [header(1), header(2), header(2)])
      }),
      make()
    )
  )

  it.effect("renews once for a service that refuses every token, and says that it does", () =>
    run(
      Effect.gen(function* () {
        yield* issue()
        yield* refuse(1, 2, 3)
        const error = yield* Effect.flip(getEndpoint)
        assert.strictEqual(reason(error), "Unauthorized")
        assert.deepStrictEqual(yield* carried, [header(1), header(2)])
        assertSilent(error)
      }),
      make()
    )
  )

  it.effect("renews once for any number of callers: on the first request, on expiry, on a refusal", () =>
    run(
      Effect.gen(function* () {
        yield* issue()
        assert.isTrue((yield* hundred(getEndpoint)).every(Exit.isSuccess))
        assert.strictEqual(yield* countTokens, 1)
        yield* TestClock.adjust("48 hours")
        assert.isTrue((yield* hundred(getEndpoint)).every(Exit.isSuccess))
        assert.strictEqual(yield* countTokens, 2)
        yield* refuse(2)
        assert.isTrue((yield* hundred(getEndpoint)).every(Exit.isSuccess))
        assert.strictEqual(yield* countTokens, 3)
      }),
      make()
    )
  )

  it.effect.each([3, 5, 7, 16, 32])(
    "renews once for many callers, even if they take turns after every %d steps",
    (steps) =>
      run(
        Effect.gen(function* () {
          yield* issue()
          const exits = yield* Effect.provideService(
            hundred(getEndpoint),
            References.MaxOpsBeforeYield,
            steps
          )
          assert.isTrue(exits.every(Exit.isSuccess))
          assert.strictEqual(yield* countTokens, 1)
        }),
        make()
      )
  )

  it.effect("does not renew for a consent that a service wants: nobody is there to give it", () =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        yield* issue()
        yield* fake.set({
          transfer: () => json({ code: "ConsentRequired", required_scopes: [TransferScopes.all] }, 403)
        })
        assert.strictEqual(reason(yield* Effect.flip(getEndpoint)), "ConsentRequired")
        assert.strictEqual(yield* countTokens, 1)
        assert.strictEqual((yield* carried).length, 1)
      }),
      make()
    )
  )

  it.effect("fails all who wait for a renewal that fails, and forgets the failure", () =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        yield* fake.set({ before: () => Effect.fail({ code: "ECONNRESET" }) })
        const asking = yield* Effect.forkChild(
          Effect.forEach(Array.from({ length: 10 }), () => Effect.flip(getEndpoint), {
            concurrency: "unbounded"
          }),
          { startImmediately: true }
        )
        yield* TestClock.adjust("1 minute")
        const errors = yield* Fiber.join(asking)
        assert.deepStrictEqual(new Set(errors.map(reason)), new Set(["NetworkError"]))
        // Tried again five times, for all of them together.
        assert.strictEqual(yield* countTokens, 6)
        for (const error of errors) assertSilent(error)
        yield* fake.set({ before: () => Effect.void })
        yield* issue()
        yield* getEndpoint
        assert.deepStrictEqual(yield* carried, [header(1)])
      }),
      make()
    )
  )

  it.effect.each([
    { what: "is no token", answer: { access_token: 7, refresh_token: "canary-in-an-answer" } },
    { what: "holds tokens of several services", answer: { ...token(1), other_tokens: [token(2)] } }
  ])("refuses an answer that $what, and repeats nothing of it", ({ answer }) =>
    run(
      Effect.gen(function* () {
        yield* (yield* FakeGlobus).set({ token: () => json(answer) })
        const error = yield* Effect.flip(getEndpoint)
        assert.strictEqual(error._tag, "ResponseError")
        assert.deepStrictEqual(yield* carried, [])
        assertSilent(error)
      }),
      make()
    )
  )

  it.effect("finishes a renewal whose caller is gone, and hands its token to the next", () =>
    run(
      Effect.gen(function* () {
        const fake = yield* FakeGlobus
        const gate = yield* Deferred.make<void>()
        const begun = yield* Deferred.make<void>()
        yield* issue()
        yield* fake.set({
          before: ({ form }) =>
            form.has("grant_type")
              ? Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(gate))
              : Effect.void
        })
        const caller = yield* Effect.forkChild(getEndpoint)
        yield* Deferred.await(begun)
        yield* Fiber.interrupt(caller)
        yield* Deferred.succeed(gate, undefined)
        yield* getEndpoint
        assert.deepStrictEqual(yield* carried, [header(1)])
        assert.strictEqual(yield* countTokens, 1)
      }),
      make()
    )
  )

  it.effect("tells the program of every renewal, with the tokens redacted", () =>
    Effect.gen(function* () {
      const told = yield* Ref.make<ReadonlyArray<string>>([])
      yield* run(
        Effect.gen(function* () {
          yield* issue()
          yield* getEndpoint
          yield* getEndpoint
          yield* TestClock.adjust("48 hours")
          yield* getEndpoint
        }),
        make((response) => {
          assertSilent(response)
          return Ref.update(told, (all) => [...all, Redacted.value(response.access_token)])
        })
      )
      assert.deepStrictEqual(yield* Ref.get(told), [token(1).access_token, token(2).access_token])
    })
  )

  it.effect("shows no token, neither itself nor in the header that it gives", () =>
    run(
      Effect.gen(function* () {
        yield* issue(() => ({ refresh_token: "canary-refresh-1" }))
        const authorizer = yield* Authorizer
        const value = yield* authorizer.authorize({ resourceServer: transferServer as never, anyOf: [] })
        assertSilent(authorizer)
        assertSilent(value)
        assert.strictEqual(value._tag === "Some" ? Redacted.value(value.value) : "", header(1))
      }),
      make()
    )
  )
})

describe("an authorizer with a refresh token", () => {
  const native = RefreshTokenAuthorizer.layer({ clientId, refreshToken })
  const refreshTokens = Effect.map(forms, (all) => all.map((form) => form.get("refresh_token")))

  it.effect("renews under the client's id, or with its secret if it has one", () =>
    Effect.gen(function* () {
      const sent = (authorizer: typeof native) =>
        run(
          Effect.gen(function* () {
            yield* issue()
            yield* getEndpoint
            const [asked] = yield* (yield* FakeGlobus).asked
            return [Object.fromEntries(asked?.form ?? []), asked?.authorization]
          }),
          authorizer
        )
      const form = { grant_type: "refresh_token", refresh_token: "canary-refresh-0" }
      assert.deepStrictEqual(yield* sent(native), [{ ...form, client_id: clientId }, undefined])
      assert.deepStrictEqual(
        yield* sent(RefreshTokenAuthorizer.layer({ clientId, clientSecret, refreshToken })),
        [form, `Basic ${btoa(`${clientId}:canary-secret`)}`]
      )
    })
  )

  it.effect("goes on with the refresh token that came last, whether or not each answer has one", () =>
    run(
      Effect.gen(function* () {
        // Once one comes, then none, then an empty place for one, then another.
        const answers = [{ refresh_token: "canary-refresh-1" }, {}, { refresh_token: null }]
        yield* issue((index) => answers[index - 1] ?? { refresh_token: `canary-refresh-${index}` })
        for (let time = 0; time < 5; time++) {
          yield* getEndpoint
          yield* TestClock.adjust("48 hours")
        }
        assert.deepStrictEqual(
          yield* refreshTokens,
          [0, 1, 1, 1, 4].map((index) => `canary-refresh-${index}`)
        )
      }),
      native
    )
  )

  it.effect("says so when the refresh token is worthless, at each request and without repeating it", () =>
    run(
      Effect.gen(function* () {
        yield* (yield* FakeGlobus).set({ token: () => json({ error: "invalid_grant" }, 400) })
        const error = yield* Effect.flip(getEndpoint)
        assert.strictEqual(error._tag === "ApiError" ? error.code : error._tag, "invalid_grant")
        assertSilent(error)
        yield* Effect.flip(getEndpoint)
        assert.strictEqual(yield* countTokens, 2)
        assert.deepStrictEqual(yield* carried, [])
      }),
      native
    )
  )
})

describe("an authorizer with client credentials", () => {
  it.effect("asks for its scopes, merged, as the client that it is", () =>
    run(
      Effect.gen(function* () {
        yield* issue()
        yield* getEndpoint
        const [asked] = yield* (yield* FakeGlobus).asked
        assert.deepStrictEqual(Object.fromEntries(asked?.form ?? []), {
          grant_type: "client_credentials",
          scope: `${TransferScopes.all}[*a b]`
        })
        assert.strictEqual(asked?.authorization, `Basic ${btoa(`${clientId}:canary-secret`)}`)
      }),
      ClientCredentialsAuthorizer.layer({
        clientId,
        clientSecret,
        scopes: [`${TransferScopes.all}[*a]`, `${TransferScopes.all}[b]`]
      })
    )
  )
})

describe("what cannot be right is found out before anything is sent", () => {
  const credentials = { clientId, clientSecret, scopes: TransferScopes.all }
  it.effect.each<{
    readonly what: string
    readonly setting: string
    readonly authorizer: Layer.Layer<Authorizer, InvalidConfiguration, Transport>
  }>([
    {
      what: "an id that is a secret, with a refresh token",
      setting: "clientId",
      authorizer: RefreshTokenAuthorizer.layer({ clientId: "canary-secret", refreshToken })
    },
    {
      what: "an empty secret, with a refresh token",
      setting: "clientSecret",
      authorizer: RefreshTokenAuthorizer.layer({ clientId, refreshToken, clientSecret: Redacted.make("") })
    },
    {
      what: "an empty refresh token",
      setting: "refreshToken",
      authorizer: RefreshTokenAuthorizer.layer({ clientId, refreshToken: Redacted.make("") })
    },
    {
      what: "an id that is a secret, with client credentials",
      setting: "clientId",
      authorizer: ClientCredentialsAuthorizer.layer({ ...credentials, clientId: "canary-secret" })
    },
    {
      what: "an empty secret, with client credentials",
      setting: "clientSecret",
      authorizer: ClientCredentialsAuthorizer.layer({ ...credentials, clientSecret: Redacted.make("") })
    },
    {
      what: "scopes that cannot be read",
      setting: "scopes",
      authorizer: ClientCredentialsAuthorizer.layer({ ...credentials, scopes: "a[b" })
    },
    {
      what: "no scopes",
      setting: "scopes",
      authorizer: ClientCredentialsAuthorizer.layer({ ...credentials, scopes: [] })
    }
  ])("$what", ({ authorizer, setting }) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.scoped(Layer.build(authorizer)))
      assert.strictEqual(error._tag, "InvalidConfiguration")
      assert.strictEqual(error.setting, setting)
      assertSilent(error)
      assert.strictEqual((yield* (yield* FakeGlobus).asked).length, 0)
    }).pipe(Effect.provide(globus))
  )
})

describe("an access token that came from elsewhere", () => {
  it.effect("is carried by every request, and asks nobody for another", () =>
    run(
      Effect.gen(function* () {
        yield* getEndpoint
        yield* TestClock.adjust("1000 hours")
        yield* getEndpoint
        assert.deepStrictEqual(yield* carried, [header(1), header(1)])
        assert.strictEqual(yield* countTokens, 0)
      }),
      Authorizer.layerAccessToken(Redacted.make(token(1).access_token))
    )
  )

  it.effect("that is refused is refused: the request goes once", () =>
    run(
      Effect.gen(function* () {
        yield* refuse(1)
        const error = yield* Effect.flip(getEndpoint)
        assert.strictEqual(reason(error), "Unauthorized")
        assert.deepStrictEqual(yield* carried, [header(1)])
        assertSilent(error)
      }),
      Authorizer.layerAccessToken(Redacted.make(token(1).access_token))
    )
  )

  // With the platform's own client, which repeats the header in its complaint.
  it.effect.each(["", "canary\n", "canary\r\nX-Other: 1", "canary\u0000", "canary-☃"])(
    "that no header can carry is bad input, and not repeated: %j",
    (text) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(getEndpoint)
        assert.strictEqual(error._tag, "InvalidRequest")
        assert.strictEqual(error._tag === "InvalidRequest" ? error.field : "", "authorization")
        assertSilent(error)
      }).pipe(
        Effect.provide(
          TransferClient.layer.pipe(
            Layer.provide(Authorizer.layerAccessToken(Redacted.make(text))),
            Layer.provide(Transport.layerWith({ retries: 0 })),
            Layer.provide(FetchHttpClient.layer),
            // Nothing is to leave; if it did, it would end here.
            Layer.provide(
              Layer.succeed(FetchHttpClient.Fetch, (url, init) => {
                const request = new Request(url, init)
                return Promise.reject(new Error(`sent to ${request.url}`))
              })
            )
          )
        )
      )
  )
})

describe("no authorization", () => {
  it.effect("is what requests go without, and a refusal stands", () =>
    run(
      Effect.gen(function* () {
        assert.strictEqual(reason(yield* Effect.flip(getEndpoint)), "Unauthorized")
        assert.deepStrictEqual(yield* carried, [undefined])
      }),
      Authorizer.layerNone
    )
  )
})

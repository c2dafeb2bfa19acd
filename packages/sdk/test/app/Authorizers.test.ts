/** Authorization without an app: a token from elsewhere, one that renews itself, or none. */
import { ClientCredentialsAuthorizer, RefreshTokenAuthorizer } from "@effect-globus/sdk/app"
import type { TokenResponse } from "@effect-globus/sdk/auth"
import { FlowsClient } from "@effect-globus/sdk/flows"
import { type GlobusError, type InvalidConfiguration, TransferScopes } from "@effect-globus/sdk/model"
import { Authorizer, type Transport } from "@effect-globus/sdk/service"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Redacted, Ref, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as FakeAuth from "../auth/internal/fakeAuth.ts"
import * as StubHttp from "../service/internal/StubHttp.ts"

const { clientId, formOf } = FakeAuth
const { json } = StubHttp

const getEndpoint = Effect.flatMap(TransferClient, (transfer) =>
  transfer.getEndpoint("6c54cade-bde5-45c1-bdea-f4bd71dba2cc")
)

/** A Globus whose Auth hands out numbered tokens for Transfer, and whose Transfer accepts those that are not revoked. */
const setUp = (
  answer: (form: Record<string, string>, count: number) => StubHttp.Answer | undefined = () => undefined
) => {
  const revoked = new Set<string>()
  let count = 0
  const fake = FakeAuth.make({
    others: (sent) => {
      if (sent.url.hostname !== "auth.globus.org") {
        const header = sent.headers["authorization"]
        return header === undefined || revoked.has(header)
          ? json({ code: "AuthenticationFailed", message: "no" }, { status: 401 })
          : json({ DATA_TYPE: "endpoint", id: sent.url.pathname.split("/").at(-1), display_name: "A" })
      }
      count += 1
      return answer(formOf(sent), count) ?? json(transferToken(count))
    }
  })
  const renewals = () =>
    fake.sent.filter(({ url }) => url.pathname === "/v2/oauth2/token").map((sent) => formOf(sent))
  const used = () =>
    fake.sent
      .filter(({ url }) => url.hostname === "transfer.api.globus.org")
      .map(({ headers }) => headers["authorization"])
  return { revoked, renewals, used, layer: fake.layer }
}

const transferToken = (count: number, changes: Readonly<Record<string, unknown>> = {}) =>
  FakeAuth.tokenResponse({
    access_token: `canary-${count}`,
    resource_server: "transfer.api.globus.org",
    scope: TransferScopes.all,
    expires_in: 3600,
    ...changes
  })

const withRefreshToken = (options: Partial<RefreshTokenAuthorizer.Options> = {}) =>
  RefreshTokenAuthorizer.layer({ clientId, refreshToken: Redacted.make("canary-refresh"), ...options })

const withCredentials = (options: Partial<ClientCredentialsAuthorizer.Options> = {}) =>
  ClientCredentialsAuthorizer.layer({
    clientId,
    clientSecret: Redacted.make("canary-secret"),
    scopes: TransferScopes.all,
    ...options
  })

type Own = Layer.Layer<Authorizer, InvalidConfiguration, Transport>

/** Runs a program with Transfer's client, authorized so. */
const run = <A, E>(
  effect: Effect.Effect<A, E, TransferClient>,
  own: Own,
  transport: Layer.Layer<Transport>
) => Effect.provide(effect, TransferClient.layer.pipe(Layer.provide(own), Layer.provide(transport)))

const statusOf = (error: GlobusError | InvalidConfiguration): number | string =>
  error._tag === "ApiError" ? error.status : error._tag

describe("an access token from elsewhere", () => {
  const own: Own = Authorizer.layerAccessToken(Redacted.make("canary-mine"))

  it.effect("is sent with every request", () =>
    Effect.gen(function* () {
      const { layer, renewals, used } = setUp()
      yield* run(Effect.andThen(getEndpoint, getEndpoint), own, layer)
      assert.deepStrictEqual(used(), ["Bearer canary-mine", "Bearer canary-mine"])
      assert.deepStrictEqual(renewals(), [])
    })
  )

  it.effect("cannot be renewed: that it is refused is what the program sees, at once", () =>
    Effect.gen(function* () {
      const { layer, revoked, used } = setUp()
      revoked.add("Bearer canary-mine")
      assert.strictEqual(statusOf(yield* Effect.flip(run(getEndpoint, own, layer))), 401)
      assert.strictEqual(used().length, 1)
    })
  )
})

describe("no authorization", () => {
  it.effect("is what it says: nothing is sent, and a refusal is final", () =>
    Effect.gen(function* () {
      const { layer, used } = setUp()
      const error = yield* Effect.flip(run(getEndpoint, Authorizer.layerNone, layer))
      assert.strictEqual(statusOf(error), 401)
      assert.deepStrictEqual(used(), [undefined])
    })
  )
})

const kinds: ReadonlyArray<{
  readonly what: string
  readonly own: (options?: { readonly onRenewal?: (response: TokenResponse) => Effect.Effect<void> }) => Own
  readonly form: Record<string, string>
}> = [
  {
    what: "a refresh token",
    own: withRefreshToken,
    form: { grant_type: "refresh_token", refresh_token: "canary-refresh", client_id: clientId }
  },
  {
    what: "client credentials",
    own: withCredentials,
    form: { grant_type: "client_credentials", scope: TransferScopes.all }
  }
]

describe.each(kinds)("an authorizer with $what", ({ form, own }) => {
  it.effect("gets a token when it first needs one, and keeps it", () =>
    Effect.gen(function* () {
      const { layer, renewals, used } = setUp()
      yield* run(
        Effect.gen(function* () {
          assert.deepStrictEqual(renewals(), [])
          yield* getEndpoint
          yield* getEndpoint
        }),
        own(),
        layer
      )
      assert.deepStrictEqual(renewals(), [form])
      assert.deepStrictEqual(used(), ["Bearer canary-1", "Bearer canary-1"])
    })
  )

  it.effect("renews it when a minute or less of it is left, not before", () =>
    Effect.gen(function* () {
      const { layer, used } = setUp()
      yield* run(
        Effect.gen(function* () {
          yield* getEndpoint
          yield* TestClock.adjust("3539 seconds")
          yield* getEndpoint
          yield* TestClock.adjust("1 second")
          yield* getEndpoint
        }),
        own(),
        layer
      )
      assert.deepStrictEqual(used(), ["Bearer canary-1", "Bearer canary-1", "Bearer canary-2"])
    })
  )

  it.effect("renews it once after it was refused, and sends the request again", () =>
    Effect.gen(function* () {
      const { layer, renewals, revoked, used } = setUp()
      revoked.add("Bearer canary-1")
      yield* run(getEndpoint, own(), layer)
      assert.strictEqual(renewals().length, 2)
      assert.deepStrictEqual(used(), ["Bearer canary-1", "Bearer canary-2"])
    })
  )

  it.effect("gives up when the new one is refused as well", () =>
    Effect.gen(function* () {
      const { layer, renewals, revoked } = setUp()
      revoked.add("Bearer canary-1").add("Bearer canary-2")
      assert.strictEqual(statusOf(yield* Effect.flip(run(getEndpoint, own(), layer))), 401)
      assert.strictEqual(renewals().length, 2)
    })
  )

  it.effect("renews it once for a hundred callers, and once for a hundred that were refused", () =>
    Effect.gen(function* () {
      const { layer, renewals, revoked } = setUp()
      const hundred = Effect.all(
        Array.from({ length: 100 }, () => getEndpoint),
        { concurrency: "unbounded" }
      )
      yield* run(
        Effect.gen(function* () {
          yield* hundred
          assert.strictEqual(renewals().length, 1)
          revoked.add("Bearer canary-1")
          yield* hundred
          assert.strictEqual(renewals().length, 2)
        }),
        own(),
        layer
      )
    })
  )

  it.effect("a failed renewal fails those who waited for it, once, and the next caller tries anew", () =>
    Effect.gen(function* () {
      const { layer, renewals } = setUp((_, count) =>
        count === 1 ? json({ error: "server_error" }, { status: 400 }) : undefined
      )
      yield* run(
        Effect.gen(function* () {
          const exits = yield* Effect.forEach(Array.from({ length: 100 }), () => Effect.exit(getEndpoint), {
            concurrency: "unbounded"
          })
          assert.isTrue(exits.every(Exit.isFailure))
          assert.strictEqual(renewals().length, 1)
          yield* getEndpoint
          assert.strictEqual(renewals().length, 2)
        }),
        own(),
        layer
      )
    })
  )

  it.effect("a caller that leaves does not stop a renewal: its outcome is kept for the next", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const { layer, renewals } = setUp((_, count) =>
        Effect.as(Deferred.await(gate), json(transferToken(count)))
      )
      yield* run(
        Effect.gen(function* () {
          const fiber = yield* Effect.forkChild(getEndpoint)
          while (renewals().length === 0) yield* Effect.yieldNow
          yield* Fiber.interrupt(fiber)
          const next = yield* Effect.forkChild(getEndpoint)
          yield* Deferred.succeed(gate, undefined)
          yield* Fiber.join(next)
          assert.strictEqual(renewals().length, 1)
        }),
        own(),
        layer
      )
    })
  )

  it.effect("tells of every renewal, before the token is used", () =>
    Effect.gen(function* () {
      const told = yield* Ref.make<ReadonlyArray<string>>([])
      const { layer, used } = setUp()
      const onRenewal = (response: TokenResponse) =>
        Ref.update(told, (all) => [...all, `${Redacted.value(response.access_token)} after ${used().length}`])
      yield* run(
        Effect.gen(function* () {
          yield* getEndpoint
          yield* TestClock.adjust("1 hour")
          yield* getEndpoint
        }),
        own({ onRenewal }),
        layer
      )
      assert.deepStrictEqual(yield* Ref.get(told), ["canary-1 after 0", "canary-2 after 1"])
    })
  )

  it.effect("does not send the token to another service than it is for", () =>
    Effect.gen(function* () {
      const { layer } = setUp()
      const error = yield* Effect.flatMap(FlowsClient, (flows) => Stream.runCollect(flows.listFlows())).pipe(
        Effect.provide(FlowsClient.layer.pipe(Layer.provide(own()), Layer.provide(layer))),
        Effect.flip
      )
      assert.strictEqual(error._tag, "MissingToken")
      assert.include(error.message, "flows.globus.org")
    })
  )

  it.effect("refuses several tokens at once: none of them is used", () =>
    Effect.gen(function* () {
      const { layer, used } = setUp((_, count) =>
        json(
          transferToken(count, {
            other_tokens: [transferToken(count, { resource_server: "flows.globus.org" })]
          })
        )
      )
      const error = yield* Effect.flip(run(getEndpoint, own(), layer))
      assert.strictEqual(error._tag, "ResponseError")
      assert.deepStrictEqual(used(), [])
    })
  )
})

describe("refresh tokens", () => {
  it.effect("are replaced when Globus Auth hands out others, and stay when it does not", () =>
    Effect.gen(function* () {
      const { layer, renewals } = setUp((_, count) =>
        json(transferToken(count, count === 2 ? { refresh_token: "canary-rotated" } : {}))
      )
      yield* run(
        Effect.gen(function* () {
          for (let hour = 0; hour < 4; hour++) {
            yield* getEndpoint
            yield* TestClock.adjust("1 hour")
          }
        }),
        withRefreshToken(),
        layer
      )
      assert.deepStrictEqual(
        renewals().map((form) => form["refresh_token"]),
        ["canary-refresh", "canary-refresh", "canary-rotated", "canary-rotated"]
      )
    })
  )

  it.effect("that are worthless fail with what Globus Auth says", () =>
    Effect.gen(function* () {
      const { layer } = setUp(() => json({ error: "invalid_grant" }, { status: 400 }))
      const error = yield* Effect.flip(run(getEndpoint, withRefreshToken(), layer))
      assert.strictEqual(error._tag === "ApiError" ? error.code : error._tag, "invalid_grant")
    })
  )
})

describe("options that cannot be right are found out before anything is sent", () => {
  it.effect.each<{ readonly what: string; readonly own: Own; readonly setting: string }>([
    {
      what: "a client id that is no UUID",
      own: withRefreshToken({ clientId: "canary" }),
      setting: "clientId"
    },
    {
      what: "an empty secret",
      own: withCredentials({ clientSecret: Redacted.make("") }),
      setting: "clientSecret"
    },
    { what: "scopes that cannot be read", own: withCredentials({ scopes: "a[b" }), setting: "scopes" },
    { what: "no scope at all", own: withCredentials({ scopes: [] }), setting: "scopes" }
  ])("$what", ({ own, setting }) =>
    Effect.gen(function* () {
      const { layer, renewals } = setUp()
      const error = yield* Effect.flip(run(getEndpoint, own, layer))
      assert(error._tag === "InvalidConfiguration", error.message)
      assert.strictEqual(error.setting, setting)
      assert.notInclude(error.message, "canary")
      assert.deepStrictEqual(renewals(), [])
    })
  )
})

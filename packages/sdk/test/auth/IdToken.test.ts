/** An id token says who logged in. Each way of lying about that is refused, without repeating what was said. */
import type { OAuth2Client } from "@effect-globus/sdk/auth"
import type { GlobusError } from "@effect-globus/sdk/model"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import * as Base64Url from "effect/encoding/Base64Url"
import { TestClock } from "effect/testing"
import { CompactSign, type JWK, type JWTPayload, SignJWT } from "jose"
import { inspect } from "node:util"
import * as StubHttp from "../service/internal/StubHttp.ts"
import * as FakeAuth from "./internal/fakeAuth.ts"

const { alice, claims, clientId, makeSigner, sign } = FakeAuth

type Verification = ReturnType<OAuth2Client.OAuth2Client["verifyIdToken"]>

const encode = (value: unknown): string => Base64Url.encode(JSON.stringify(value))

/** The claims of a token but for this one. */
const without = (claim: string): JWTPayload =>
  Object.fromEntries(Object.entries(claims()).filter(([name]) => name !== claim))

/** A token that anybody can write. */
const unsigned = (header: object, payload: JWTPayload = claims(), signature = "") =>
  Redacted.make(`${encode(header)}.${encode(payload)}.${signature}`)

/** A token signed with a secret that is known to everybody. */
const symmetric = (secret: string, keyId?: string) =>
  Effect.map(
    Effect.promise(() =>
      new SignJWT(claims())
        .setProtectedHeader({ alg: "HS256", ...(keyId === undefined ? {} : { kid: keyId }) })
        .sign(new TextEncoder().encode(secret))
    ),
    (token) => Redacted.make(token)
  )

/** Verifies with a client of the fake, which knows these keys. */
const verifyWith = (
  keys: ReadonlyArray<JWK>,
  idToken: Redacted.Redacted<string>,
  options?: { readonly nonce?: string }
): Verification => {
  const fake = FakeAuth.make({ keys: () => keys })
  return FakeAuth.native.pipe(
    Effect.orDie,
    Effect.flatMap((client) => client.verifyIdToken(idToken, options)),
    Effect.provide(fake.layer)
  )
}

/** Why a verification was refused, once it is certain that nothing of the token shows in the refusal. */
const refusalOf = Effect.fnUntraced(function* (
  idToken: Redacted.Redacted<string>,
  verification: Verification
): Effect.fn.Return<string, unknown> {
  const error: GlobusError = yield* Effect.flip(verification)
  const shown = [error.message, JSON.stringify(error), inspect(error, { depth: 20, showHidden: true })].join()
  for (const part of Redacted.value(idToken).split(".")) {
    if (part.length > 3) assert.notInclude(shown, part)
  }
  assert.notMatch(shown, /canary|ae341a98/)
  assert.match(error.message, /^The login failed: the id token was not accepted: .+ log in again\.$/)
  return error._tag === "LoginFailed" && error.reason._tag === "InvalidIdToken"
    ? error.reason.detail
    : assert.fail(`${error._tag}: ${error.message}`)
})

describe("a token that Globus Auth signed for this client", () => {
  it.effect("says who logged in, and whatever else Globus Auth says", () =>
    Effect.gen(function* () {
      const signer = yield* makeSigner("a")
      const idToken = yield* sign(signer, claims({ organization: "Example" }))
      const said = yield* verifyWith([signer.jwk], idToken)
      assert.strictEqual(said.sub, alice)
      assert.strictEqual(said.iss, FakeAuth.issuer)
      assert.strictEqual(said["organization"], "Example")
    })
  )

  it.effect("may lack `kid`, as long as one of the keys fits", () =>
    Effect.gen(function* () {
      const [old, current] = yield* Effect.all([makeSigner(), makeSigner()])
      for (const signer of [old, current]) {
        const said = yield* verifyWith([old.jwk, current.jwk], yield* sign(signer))
        assert.strictEqual(said.sub, alice)
      }
    })
  )

  it.effect("may be for several audiences, if it was issued to this client", () =>
    Effect.gen(function* () {
      const signer = yield* makeSigner("a")
      const idToken = yield* sign(signer, claims({ aud: [clientId, "another"], azp: clientId }))
      assert.strictEqual((yield* verifyWith([signer.jwk], idToken)).sub, alice)
    })
  )

  it.effect("carries the nonce that was expected", () =>
    Effect.gen(function* () {
      const signer = yield* makeSigner("a")
      const idToken = yield* sign(signer, claims({ nonce: "mine" }))
      assert.strictEqual((yield* verifyWith([signer.jwk], idToken, { nonce: "mine" })).sub, alice)
    })
  )
})

describe("clocks may be five minutes apart", () => {
  const at = (seconds: number, payload: JWTPayload) =>
    Effect.gen(function* () {
      const signer = yield* makeSigner("a")
      const idToken = yield* sign(signer, payload)
      yield* TestClock.adjust(seconds * 1000)
      return [idToken, verifyWith([signer.jwk], idToken)] as const
    })

  it.effect("a token that expired 299 s ago is accepted", () =>
    Effect.gen(function* () {
      const [, verification] = yield* at(3600 + 299, claims())
      assert.strictEqual((yield* verification).sub, alice)
    })
  )

  it.effect("one that expired 300 s ago is refused", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* refusalOf(...(yield* at(3600 + 300, claims()))), "it has expired")
    })
  )

  it.effect("a token that is good in 300 s is accepted", () =>
    Effect.gen(function* () {
      const [, verification] = yield* at(700, claims({ nbf: 1000 }))
      assert.strictEqual((yield* verification).sub, alice)
    })
  )

  it.effect("one that is good in 301 s is refused", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* refusalOf(...(yield* at(699, claims({ nbf: 1000 })))),
        "its claim nbf is not as expected"
      )
    })
  )
})

describe("a token is refused", () => {
  const wrongClaims: ReadonlyArray<{
    readonly what: string
    readonly payload: JWTPayload
    readonly because: string
  }> = [
    {
      what: "that is for another client",
      payload: claims({ aud: "3f1d1c2a-0000-4000-8000-00000000dead" }),
      because: "its claim aud is not as expected"
    },
    {
      what: "that is for nobody",
      payload: claims({ aud: [] }),
      because: "its claim aud is not as expected"
    },
    {
      what: "that was issued to another client, even if it is for this one too",
      payload: claims({ aud: [clientId, "another"], azp: "another" }),
      because: "its claim azp is not as expected"
    },
    {
      what: "that is for several clients and does not say to which of them it was issued",
      payload: claims({ aud: [clientId, "another"] }),
      because: "its claim azp is not as expected"
    },
    {
      what: "that comes from another issuer",
      payload: claims({ iss: "https://auth.globus.org.example" }),
      because: "its claim iss is not as expected"
    },
    {
      what: "whose issuer only looks the same",
      payload: claims({ iss: `${FakeAuth.issuer}/` }),
      because: "its claim iss is not as expected"
    },
    {
      what: "that never expires",
      payload: without("exp"),
      because: "its claim exp is not as expected"
    },
    {
      what: "that is about nobody",
      payload: without("sub"),
      because: "its claim sub is not as expected"
    },
    {
      what: "that is about something else than an identity",
      payload: claims({ sub: "canary" }),
      because: "its claims are not as documented"
    },
    {
      what: "whose claims are of wrong types",
      payload: claims({ nonce: 7 }),
      because: "its claims are not as documented"
    }
  ]

  it.effect.each(wrongClaims)("$what", ({ because, payload }) =>
    Effect.gen(function* () {
      const signer = yield* makeSigner("a")
      const idToken = yield* sign(signer, payload)
      assert.strictEqual(yield* refusalOf(idToken, verifyWith([signer.jwk], idToken)), because)
    })
  )

  it.effect.each([
    { what: "that carries another nonce than the one that was sent", payload: claims({ nonce: "another" }) },
    { what: "that carries none though one was sent", payload: claims() }
  ])("$what", ({ payload }) =>
    Effect.gen(function* () {
      const signer = yield* makeSigner("a")
      const idToken = yield* sign(signer, payload)
      assert.strictEqual(
        yield* refusalOf(idToken, verifyWith([signer.jwk], idToken, { nonce: "mine" })),
        "its nonce belongs to another login"
      )
    })
  )

  it.effect.each([{ alg: "none" }, { alg: "None" }, { alg: "nOnE", kid: "a" }])(
    "that is not signed: $alg",
    (header) =>
      Effect.gen(function* () {
        const { jwk } = yield* makeSigner("a")
        for (const idToken of [unsigned(header), unsigned(header, claims(), "AAAA")]) {
          assert.strictEqual(
            yield* refusalOf(idToken, verifyWith([jwk], idToken)),
            "its algorithm is not allowed"
          )
        }
      })
  )

  it.effect.each([
    { what: "the public key", secretOf: (jwk: JWK) => JSON.stringify(jwk) },
    { what: "the modulus of the public key", secretOf: (jwk: JWK) => jwk.n ?? "" },
    { what: "the client's id", secretOf: () => clientId }
  ])("that is signed with $what as if it were a secret", ({ secretOf }) =>
    Effect.gen(function* () {
      const { jwk } = yield* makeSigner("a")
      const idToken = yield* symmetric(secretOf(jwk), "a")
      assert.strictEqual(
        yield* refusalOf(idToken, verifyWith([jwk], idToken)),
        "its algorithm is not allowed"
      )
    })
  )

  it.effect("that is not or symmetrically signed, even if Globus Auth's configuration allowed that", () =>
    Effect.gen(function* () {
      const { jwk } = yield* makeSigner("a")
      const fake = FakeAuth.make({
        keys: () => [jwk, { kty: "oct", k: Base64Url.encode("known to everybody"), kid: "oct" }],
        configuration: () =>
          StubHttp.json({
            ...FakeAuth.configuration,
            id_token_signing_alg_values_supported: ["none", "HS256", "RS256"]
          })
      })
      const client = yield* Effect.provide(FakeAuth.native, fake.layer)
      for (const idToken of [unsigned({ alg: "none" }), yield* symmetric("known to everybody", "oct")]) {
        assert.strictEqual(
          yield* refusalOf(idToken, client.verifyIdToken(idToken)),
          "its algorithm is not allowed"
        )
      }
    })
  )

  it.effect("that is signed with an algorithm that Globus Auth does not use", () =>
    Effect.gen(function* () {
      const signer = yield* makeSigner("a", "ES256")
      const idToken = yield* sign(signer)
      assert.strictEqual(
        yield* refusalOf(idToken, verifyWith([signer.jwk], idToken)),
        "its algorithm is not allowed"
      )
    })
  )

  it.effect("that brings its own key along", () =>
    Effect.gen(function* () {
      const [auth, mallory] = yield* Effect.all([makeSigner("a"), makeSigner("a")])
      const forged = yield* Effect.promise(() =>
        new CompactSign(new TextEncoder().encode(JSON.stringify(claims())))
          .setProtectedHeader({ alg: "RS256", jwk: mallory.jwk, jku: "https://evil.example/jwk.json" })
          .sign(mallory.privateKey)
      )
      const idToken = Redacted.make(forged)
      assert.strictEqual(yield* refusalOf(idToken, verifyWith([auth.jwk], idToken)), "its signature is wrong")
    })
  )

  it.effect("whose claims were changed after it was signed", () =>
    Effect.gen(function* () {
      const signer = yield* makeSigner("a")
      const [header, , signature] = Redacted.value(yield* sign(signer)).split(".")
      const mallory = claims({ sub: "46bd0f56-e24f-11e5-a510-131bef46955c" })
      const idToken = Redacted.make(`${header}.${encode(mallory)}.${signature}`)
      assert.strictEqual(
        yield* refusalOf(idToken, verifyWith([signer.jwk], idToken)),
        "its signature is wrong"
      )
    })
  )

  it.effect.each([
    "",
    ".",
    "..",
    "canary",
    "canary.canary",
    "canary.canary.canary.canary",
    `${encode({ alg: "RS256" })}..`,
    `${encode("canary")}.${encode("canary")}.canary`,
    `${encode({ alg: "RS256", kid: { canary: 1 } })}.${encode([])}.canary`,
    "☃".repeat(50)
  ])("that is garbage: %j", (text) =>
    Effect.gen(function* () {
      const { jwk } = yield* makeSigner("a")
      const idToken = Redacted.make(text)
      assert.match(yield* refusalOf(idToken, verifyWith([jwk], idToken)), /^it |^its /)
    })
  )
})

describe("keys", () => {
  /** A fake whose keys a test exchanges, and a client that has remembered the first. */
  const rotating = Effect.gen(function* () {
    const published: { keys: ReadonlyArray<JWK> } = { keys: [] }
    const fake = FakeAuth.make({ keys: () => published.keys })
    const client = yield* Effect.provide(FakeAuth.native, fake.layer)
    return { published, client, fetched: () => fake.count("/jwk.json") }
  })

  it.effect("are fetched once for any number of tokens", () =>
    Effect.gen(function* () {
      const { client, fetched, published } = yield* rotating
      const signer = yield* makeSigner("a")
      published.keys = [signer.jwk]
      const idToken = yield* sign(signer)
      yield* Effect.all(
        Array.from({ length: 20 }, () => client.verifyIdToken(idToken)),
        { concurrency: "unbounded" }
      )
      yield* client.verifyIdToken(idToken)
      assert.strictEqual(fetched(), 1)
    })
  )

  it.effect.each([
    { what: "with a name", names: ["a", "b"] },
    { what: "without names", names: [undefined, undefined] }
  ])("that are new are fetched when a token is signed with one, $what", ({ names: [first, second] }) =>
    Effect.gen(function* () {
      const { client, fetched, published } = yield* rotating
      const [old, current] = yield* Effect.all([makeSigner(first), makeSigner(second)])
      published.keys = [old.jwk]
      yield* client.verifyIdToken(yield* sign(old))
      published.keys = [current.jwk]
      const idToken = yield* sign(current)
      yield* client.verifyIdToken(idToken)
      yield* client.verifyIdToken(idToken)
      assert.strictEqual(fetched(), 2)
    })
  )

  it.effect("that are unknown are asked for once more, and then the token is refused", () =>
    Effect.gen(function* () {
      const { client, fetched, published } = yield* rotating
      const [auth, mallory] = yield* Effect.all([makeSigner("a"), makeSigner("b")])
      published.keys = [auth.jwk]
      yield* client.verifyIdToken(yield* sign(auth))
      const idToken = yield* sign(mallory)
      assert.strictEqual(
        yield* refusalOf(idToken, client.verifyIdToken(idToken)),
        "it is signed with an unknown key"
      )
      assert.strictEqual(fetched(), 2)
    })
  )

  it.effect("that cannot be fetched fail this verification only", () =>
    Effect.gen(function* () {
      const signer = yield* makeSigner("a")
      let failures = 1
      const fake = FakeAuth.make({
        keySet: () =>
          failures-- > 0 ? StubHttp.json({ keys: "none" }) : StubHttp.json({ keys: [signer.jwk] })
      })
      const client = yield* Effect.provide(FakeAuth.native, fake.layer)
      const idToken = yield* sign(signer)
      const error = yield* Effect.flip(client.verifyIdToken(idToken))
      assert(error._tag === "ResponseError")
      assert.strictEqual(error.operation, "getJsonWebKeySet")
      assert.strictEqual((yield* client.verifyIdToken(idToken)).sub, alice)
    })
  )

  it.effect("are asked for without the client's secret", () =>
    Effect.gen(function* () {
      const signer = yield* makeSigner("a")
      const fake = FakeAuth.make({ keys: () => [signer.jwk] })
      const client = yield* Effect.provide(FakeAuth.confidential, fake.layer)
      yield* client.verifyIdToken(yield* sign(signer))
      const request = fake.sent.find(({ url }) => url.pathname === "/jwk.json")
      assert.isUndefined(request?.headers["authorization"])
      assert.include(request?.headers["user-agent"] ?? "", "(test)")
    })
  )
})

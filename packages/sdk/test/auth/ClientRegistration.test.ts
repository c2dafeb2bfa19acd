/** Clients that register clients, and ask whether tokens are good, in their own name. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { inspect } from "node:util"
import * as OAuth2Client from "../../src/auth/OAuth2Client.ts"
import type { GlobusError } from "../../src/model/GlobusError.ts"
import * as StubHttp from "../service/internal/StubHttp.ts"
import * as Registered from "./internal/Registered.ts"

const { canary, client, clientId, credential } = Registered

const self = "399be12a-fbf4-5e25-95d0-862e403318a8"
const native = { clientId: self }
const confidential = { clientId: self, clientSecret: Redacted.make("own-secret") }

/** `399be12a-…:own-secret` in Base64. */
const basic = `Basic ${btoa(`${self}:own-secret`)}`

const calling = <A>(
  options: OAuth2Client.Options,
  answer: unknown,
  call: (oauth: OAuth2Client.OAuth2Client) => Effect.Effect<A, GlobusError>
) => {
  const globus = Registered.globus(() => StubHttp.json(answer))
  const result = OAuth2Client.make(options).pipe(
    Effect.orDie,
    Effect.flatMap(call),
    Effect.provide(globus.transport)
  )
  return { ...globus, result }
}

describe("a confidential client", () => {
  it.effect("registers child clients, authenticated by its secret", () =>
    Effect.gen(function* () {
      const { bodyOf, lines, result, sent } = calling(confidential, { client, brand_new: 1 }, (oauth) =>
        oauth.createChildClient({ name: "Robot", client_type: "client_identity" })
      )
      const created = yield* result
      assert.strictEqual(created.client.id, clientId)
      assert.strictEqual(created["brand_new"], 1)
      assert.deepStrictEqual(lines(), ["POST /v2/api/clients"])
      assert.deepStrictEqual(bodyOf(0), { client: { name: "Robot", client_type: "client_identity" } })
      assert.strictEqual(sent[0]?.headers["authorization"], basic)
    })
  )

  it.effect("is told before anything is sent that a child has to be of one kind", () =>
    Effect.gen(function* () {
      const { result, sent } = calling(confidential, { client }, (oauth) =>
        oauth.createChildClient({ name: "Robot" })
      )
      const error = yield* Effect.flip(result)
      assert(error._tag === "InvalidRequest")
      assert.strictEqual(error.field, "payload.client.client_type")
      assert.lengthOf(sent, 0)
    })
  )

  it.effect("asks whether a token is good", () =>
    Effect.gen(function* () {
      const { lines, result, sent } = calling(confidential, { active: true }, (oauth) =>
        oauth.validate(Redacted.make("a token"))
      )
      assert.deepStrictEqual(yield* result, { active: true })
      assert.deepStrictEqual(lines(), ["POST /v2/oauth2/token/validate"])
      assert.deepStrictEqual(Array.from(new URLSearchParams(sent[0]?.body)), [["token", "a token"]])
      assert.strictEqual(sent[0]?.headers["authorization"], basic)
    })
  )
})

describe("a native client", () => {
  const answer = { client, included: { client_credential: { ...credential, secret: canary } } }

  it.effect("names itself when it asks whether a token is good", () =>
    Effect.gen(function* () {
      const { result, sent } = calling(native, { active: false }, (oauth) =>
        oauth.validate(Redacted.make("a token"), { extra: "x" })
      )
      assert.deepStrictEqual(yield* result, { active: false })
      assert.deepStrictEqual(Array.from(new URLSearchParams(sent[0]?.body)), [
        ["token", "a token"],
        ["client_id", self],
        ["extra", "x"]
      ])
      assert.isUndefined(sent[0]?.headers["authorization"])
    })
  )

  it.effect.each([
    ["as documented", answer],
    ["one level deeper", { client: answer }]
  ] as const)("makes a confidential client of this installation, answered %s", ([, answer]) =>
    Effect.gen(function* () {
      const { bodyOf, lines, result, sent } = calling(native, answer, (oauth) =>
        oauth.createNativeAppInstance({ name: "Tool on laptop" })
      )
      const instance = yield* result
      assert.deepStrictEqual(lines(), ["POST /v2/api/clients"])
      assert.deepStrictEqual(bodyOf(0), { client: { name: "Tool on laptop", template_id: self } })
      assert.isUndefined(sent[0]?.headers["authorization"])
      assert.strictEqual(instance.clientId, clientId)
      assert.strictEqual(Redacted.value(instance.clientSecret), canary)
      assert.strictEqual(instance.client.name, "Portal")
      assert.notInclude(inspect(instance, { depth: 20 }) + JSON.stringify(instance), canary)
      // It is all that a client of its own needs.
      const own = yield* Effect.provide(OAuth2Client.make(instance), Registered.answering({}).transport)
      assert.isTrue(own.isConfidential)
    })
  )

  it.effect("may make one of another application", () =>
    Effect.gen(function* () {
      const { bodyOf, result } = calling(native, answer, (oauth) =>
        oauth.createNativeAppInstance({ name: "Tool", templateId: clientId })
      )
      yield* result
      assert.deepStrictEqual(bodyOf(0), { client: { name: "Tool", template_id: clientId } })
    })
  )

  it.effect("cannot make one of what is no application", () =>
    Effect.gen(function* () {
      const { result, sent } = calling(native, answer, (oauth) =>
        oauth.createNativeAppInstance({ name: "Tool", templateId: "tool" })
      )
      const error = yield* Effect.flip(result)
      assert(error._tag === "InvalidRequest")
      assert.strictEqual(error.field, "payload.client.template_id")
      assert.lengthOf(sent, 0)
    })
  )

  it.effect.each([
    ["nothing with it", { client }],
    ["no credential", { client, included: {} }],
    ["no secret", { client, included: { client_credential: credential } }]
  ] as const)("is not given an installation that comes with %s", ([, answer]) =>
    Effect.gen(function* () {
      const { result } = calling(native, answer, (oauth) => oauth.createNativeAppInstance({ name: "Tool" }))
      const error = yield* Effect.flip(result)
      assert(error._tag === "ResponseError")
      assert.strictEqual(error.path, "included.client_credential.secret")
    })
  )
})

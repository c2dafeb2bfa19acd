/**
 * A login as it is, from the app to its port, at a Globus of which a test may change every answer: what an attacker
 * gets to see, and where an attacker gets to send something.
 */
import { CommandLineLogin, LocalServerLogin } from "@effect-globus/node"
import { GlobusApp, LoginFlow, TokenStorage, UserApp } from "@effect-globus/sdk/app"
import { type GlobusError, LoginFailed } from "@effect-globus/sdk/model"
import { Transport } from "@effect-globus/sdk/service"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { Simulator, World } from "@effect-globus/simulator"
import { assert } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto"
import { terminal } from "./Login.ts"
import { type Answer, isOpen, send } from "./Port.ts"

/** What an answer of Globus is replaced by, if it is. */
export type Tamper = (url: URL, body: () => Json) => Response | undefined

export type Json = Readonly<Record<string, unknown>>

export const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } })

export const tokenEndpoint = "/auth/v2/oauth2/token"

const tampered = (tamper: Tamper) =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(HttpClient.HttpClient, (client) =>
      HttpClient.make((request, url) =>
        Effect.gen(function* () {
          const response = yield* client.execute(request)
          const text = yield* response.text
          const replacement = tamper(url, () => JSON.parse(text) as Json)
          return replacement === undefined ? response : HttpClientResponse.fromWeb(request, replacement)
        })
      )
    )
  )

/** A login that has begun, and where Globus sends the browser when its person has consented. */
export interface Begun {
  readonly fiber: Fiber.Fiber<void, GlobusError>
  readonly authorizeUrl: URL
  readonly redirect: URL
  readonly port: number
}

/**
 * An app of its own at a Globus of its own, where people consent to everything. They log in in a browser, unless they
 * type something.
 */
export const make = Effect.fnUntraced(function* (
  tamper: Tamper = () => undefined,
  typed: ReadonlyArray<string> = []
) {
  const opened = yield* Queue.unbounded<URL>()
  const { layer: stdio, screen } = terminal(typed)
  const inBrowser = LocalServerLogin.make({
    openBrowser: (url) => Effect.asVoid(Queue.offer(opened, new URL(url)))
  })
  const flow = Layer.effect(LoginFlow, typed.length === 0 ? inBrowser : CommandLineLogin.make).pipe(
    Layer.provide(stdio)
  )
  const transport = Layer.unwrap(
    Effect.map(Simulator, ({ environment }) => Transport.layerWith({ environment, maxDelay: "1 millis" }))
  )
  const layer = TransferClient.layer.pipe(
    Layer.provideMerge(UserApp.layer({ appName: "test", clientId: World.nativeClientId })),
    Layer.provideMerge(Layer.mergeAll(flow, transport, TokenStorage.layerMemory)),
    Layer.provideMerge(tampered(tamper)),
    Layer.provideMerge(Simulator.layerBackend({ autoApprove: true }))
  )
  const context = yield* Layer.build(Layer.fresh(layer))
  const [app, http, simulator, storage] = [
    Context.get(context, GlobusApp),
    Context.get(context, HttpClient.HttpClient),
    Context.get(context, Simulator),
    Context.get(context, TokenStorage)
  ]
  const account = {
    clientId: app.clientId,
    appName: "test",
    environment: simulator.environment.name,
    profile: "DEFAULT"
  }

  /** Where somebody who logs in at this address is sent. */
  const consent = (authorizeUrl: URL) =>
    Effect.map(
      http.execute(HttpClientRequest.get(authorizeUrl)),
      ({ headers }) => new URL(headers["location"] ?? "")
    )

  const begin = Effect.fnUntraced(function* (
    login: Effect.Effect<unknown, GlobusError> = app.login({ force: true })
  ) {
    const fiber = yield* Effect.forkChild(Effect.asVoid(login))
    const authorizeUrl = yield* Effect.raceFirst(
      Queue.take(opened),
      Effect.andThen(Fiber.join(fiber), Effect.die("it ended before a browser was opened"))
    )
    const redirect = yield* consent(authorizeUrl)
    return { fiber, authorizeUrl, redirect, port: Number(redirect.port) } satisfies Begun
  })

  const stored = Effect.map(storage.get(account), (tokens) =>
    Object.values(tokens).map(({ access_token }) => Redacted.value(access_token))
  )

  return { app, context, simulator, screen, begin, consent, stored }
})

export type World = Effect.Success<ReturnType<typeof make>>

/** The browser goes where it is sent. */
export const visit = (redirect: URL): Effect.Effect<Answer, Error> =>
  send(Number(redirect.port), redirect.pathname + redirect.search)

/** The same address with other parameters. */
export const changed = (redirect: URL, parameters: Readonly<Record<string, string | undefined>>): URL => {
  const url = new URL(redirect)
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  }
  return url
}

/** The login waits as if nothing had been, and the real answer completes it. */
export const goesOn = Effect.fnUntraced(function* (world: World, login: Begun) {
  assert.isUndefined(login.fiber.pollUnsafe())
  assert.lengthOf(yield* world.stored, 0)
  assert.strictEqual((yield* visit(login.redirect)).status, 200)
  yield* Fiber.join(login.fiber)
  assert.isNotEmpty(yield* world.stored)
})

/** The login has failed, nothing has been stored, and its port is closed. Gives the error. */
export const fails = Effect.fnUntraced(function* (world: World, login: Begun) {
  const error = yield* Effect.flip(Fiber.join(login.fiber))
  assert.lengthOf(yield* world.stored, 0)
  assert.isFalse(yield* isOpen(login.port))
  // Whatever the message repeats, it cannot control a terminal.
  assert.notMatch(error.message, /\p{C}/u)
  return error
})

/** {@link fails}, with this reason for a failed login. */
export const failsBecause = Effect.fnUntraced(function* (world: World, login: Begun, reason: string) {
  const error = yield* fails(world, login)
  if (!(error instanceof LoginFailed)) return assert.fail(`${error._tag}: ${error.message}`)
  assert.strictEqual(error.reason._tag, reason)
  return error
})

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")

/** What an id token says, whoever wrote it. */
export const claimsOf = (body: Json): Json =>
  JSON.parse(Buffer.from(String(body["id_token"]).split(".")[1] ?? "", "base64url").toString()) as Json

/** Somebody who signs id tokens. */
export const signer = (kid: string) => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const jwk = { ...publicKey.export({ format: "jwk" }), kid, alg: "RS512", use: "sig" }
  return { jwk, publicKey, sign: (claims: Json) => signed({ alg: "RS512", kid }, claims, privateKey) }
}

const signed = (header: Json, claims: Json, key: KeyObject): string => {
  const text = `${base64url(header)}.${base64url(claims)}`
  return `${text}.${sign("sha512", Buffer.from(text), key).toString("base64url")}`
}

/** An id token with any signature. */
export const withSignature = (header: Json, claims: Json, signature: (text: string) => string): string => {
  const text = `${base64url(header)}.${base64url(claims)}`
  return `${text}.${signature(text)}`
}

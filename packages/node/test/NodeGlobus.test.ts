/** The bundle for Node: what it gives, what environment variables say, and how it says that they are wrong. */
import { CommandLineLogin, JsonTokenStorage, NodeGlobus, NodeTokenStorage } from "@effect-globus/node"
import { GlobusApp, LoginFlow, TokenStorage, UserApp } from "@effect-globus/sdk/app"
import { FlowsClient } from "@effect-globus/sdk/flows"
import { InvalidConfiguration } from "@effect-globus/sdk/model"
import { Transport } from "@effect-globus/sdk/service"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { assert, describe, expectTypeOf, it } from "@effect/vitest"
import { Console, Effect, Layer, Stream } from "effect"
import * as ConfigProvider from "effect/ConfigProvider"
import * as HttpClient from "effect/http/HttpClient"
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { createServer as createHttpServer } from "node:http"
import { createServer as createHttpsServer } from "node:https"
import type { Server } from "node:net"
import { homedir } from "node:os"
import { join } from "node:path"
import { account, clientId, folder, logged } from "./internal/Workplace.ts"

const withEnv = (env: Record<string, string>) => ConfigProvider.layer(ConfigProvider.fromUnknown(env))

/** A layer of its own where these environment variables are set. */
const where = <A, E, R>(env: Record<string, string>, layer: Layer.Layer<A, E, R>) =>
  Layer.fresh(layer).pipe(Layer.provideMerge(withEnv(env)))

const use = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  options: NodeGlobus.Options = {},
  env: Record<string, string> = {}
) => Effect.provide(effect, where(env, NodeGlobus.layerWith(options)))

const refusal = (env: Record<string, string>) =>
  Effect.map(Effect.flip(Effect.scoped(Layer.build(where(env, NodeGlobus.layer)))), (error) => {
    assert.instanceOf(error, InvalidConfiguration)
    return error
  })

describe("NodeGlobus.layer", () => {
  it("is all that the program of the README needs", () => {
    const program = Effect.gen(function* () {
      const flows = yield* FlowsClient
      yield* Stream.runForEach(flows.listFlows(), (flow) => Console.log(flow.title))
    })
    const Clients = Layer.mergeAll(TransferClient.layer, FlowsClient.layer).pipe(
      Layer.provideMerge(UserApp.layer({ appName: "my-user-app", clientId })),
      Layer.provide(NodeGlobus.layer)
    )
    expectTypeOf(Effect.provide(program, Clients)).toExtend<Effect.Effect<void, unknown>>()
  })

  it.effect("has the login on the command line and the official SDK's token files", () =>
    Effect.gen(function* () {
      const flow = yield* LoginFlow
      const storage = yield* TokenStorage
      const transport = yield* Transport
      assert.strictEqual(flow.name, "command-line")
      assert.strictEqual(
        yield* storage.location(account),
        join(homedir(), ".globus", "app", clientId, "my-app+-v2-0", "tokens.json")
      )
      assert.strictEqual(transport.environment.name, "production")
    }).pipe(use)
  )

  it.effect("reads where Globus is from the environment variables", () =>
    Effect.gen(function* () {
      const { environment } = yield* Transport
      assert.strictEqual(environment.name, "sandbox")
      assert.strictEqual(environment.urls.transfer, "http://localhost:8080/transfer/")
      assert.strictEqual(environment.urls.auth, "https://auth.sandbox.globuscs.info/")
    }).pipe((effect) =>
      use(
        effect,
        {},
        {
          GLOBUS_SDK_ENVIRONMENT: "sandbox",
          GLOBUS_SDK_SERVICE_URL_TRANSFER: "http://localhost:8080/transfer"
        }
      )
    )
  )

  it.effect("still reads them when it is told how long to wait", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Transport).environment.name, "preview")
    }).pipe((effect) =>
      use(effect, { transport: { timeout: "5 seconds" } }, { GLOBUS_SDK_ENVIRONMENT: "preview" })
    )
  )

  it.effect.each<readonly [name: string, where: string]>([
    ["json", "tokens.json"],
    ["sqlite", "tokens.db"],
    ["memory", "the memory of this program"],
    ["", "tokens.json"]
  ])("keeps tokens in the storage that is named: %j", ([name, where]) =>
    Effect.gen(function* () {
      const location = Effect.flatMap(TokenStorage, (storage) => storage.location(account))
      assert.include(yield* use(location, {}, { GLOBUS_TOKEN_STORAGE: name }), where)
      // What a program says counts more.
      assert.include(yield* use(location, { storage: "sqlite" }, { GLOBUS_TOKEN_STORAGE: name }), "tokens.db")
    })
  )

  it.effect("says which storages there are if one is named that is none", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        Effect.scoped(Layer.build(Layer.fresh(NodeTokenStorage.layerNamed("constructor"))))
      )
      assert.instanceOf(error, InvalidConfiguration)
      assert.strictEqual(error.setting, "storage")
      assert.include(
        error.message,
        `"constructor" is no storage of tokens; json, keyring, memory, sqlite are`
      )
    })
  )

  const wrong: ReadonlyArray<readonly [variable: string, value: string, right: string]> = [
    ["GLOBUS_TOKEN_STORAGE", "cloud", "json, keyring, memory, sqlite"],
    ["GLOBUS_SDK_ENVIRONMENT", "prod", "production, sandbox, integration, test, preview, staging"],
    ["GLOBUS_SDK_SERVICE_URL_AUTH", "localhost:8080", "http://localhost:8080/"],
    ["GLOBUS_SDK_HTTP_TIMEOUT", "soon", "a finite number"],
    [
      "GLOBUS_SDK_VERIFY_SSL",
      "perhaps",
      "neither true nor false, nor a file of certificates that can be read (ENOENT"
    ]
  ]
  for (const [variable, value, right] of wrong) {
    it.effect(`says what is wrong about ${variable}=${value}`, () =>
      Effect.gen(function* () {
        const error = yield* refusal({ [variable]: value })
        assert.strictEqual(error.setting, variable)
        assert.include(error.message, variable)
        assert.include(error.message, JSON.stringify(value))
        assert.include(error.message, right)
      })
    )
  }
})

describe("NodeGlobus.layerWith", () => {
  for (const login of ["command-line", "local-server", "automatic"] as const) {
    it.effect(`has the login "${login}"`, () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* LoginFlow).name, login)
      }).pipe((effect) => use(effect, { login }))
    )
  }

  it.effect("keeps tokens in memory only", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* (yield* TokenStorage).location(account), "the memory of this program")
    }).pipe((effect) => use(effect, { storage: "memory" }))
  )

  it.effect("takes a login and a storage of the program's own", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const location = yield* Effect.flatMap(TokenStorage, (storage) => storage.location(account)).pipe(
        (effect) =>
          use(effect, { login: CommandLineLogin.layer, storage: JsonTokenStorage.layerWith({ directory }) })
      )
      assert.isTrue(location.startsWith(directory))
    })
  )
})

describe("an app on it", () => {
  it.effect("tells where its tokens are, without a request and without a file", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const app = UserApp.layer({ appName: account.appName, clientId }).pipe(
        Layer.provide(NodeGlobus.layerWith({ storage: JsonTokenStorage.layerWith({ directory }) }))
      )
      const location = yield* Effect.map(GlobusApp, ({ tokenLocation }) => tokenLocation).pipe(
        Effect.provide(app)
      )
      assert.strictEqual(location, join(directory, clientId, "my-app+-v2-0", "tokens.json"))
    })
  )
})

/** A server of these tests, and the port that it listens on. */
const listening = <S extends Server>(make: () => S) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly server: S; readonly port: number }>((resume) => {
      const server = make()
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        resume(
          Effect.succeed({ server, port: typeof address === "object" && address !== null ? address.port : 0 })
        )
      })
    }),
    ({ server }) => Effect.callback<void>((resume) => void server.close(() => resume(Effect.void)))
  )

const textOf = (url: string) =>
  Effect.flatMap(
    Effect.flatMap(HttpClient.HttpClient, (client) => client.get(url)),
    (response) => response.text
  )

describe("connections", () => {
  it.live("stay open between requests", () =>
    Effect.gen(function* () {
      let connections = 0
      const { port } = yield* listening(() =>
        createHttpServer((_, response) => response.end("ok")).on("connection", () => connections++)
      )
      yield* Effect.gen(function* () {
        for (let index = 0; index < 20; index++)
          assert.strictEqual(yield* textOf(`http://127.0.0.1:${port}/`), "ok")
        assert.isAtMost(connections, 3)
      }).pipe(Effect.provide(where({}, NodeGlobus.layerHttpClient)))
    })
  )

  it.live("are bounded in number", () =>
    Effect.gen(function* () {
      let connections = 0
      const { port } = yield* listening(() =>
        createHttpServer((_, response) => void setTimeout(() => response.end("ok"), 5)).on(
          "connection",
          () => connections++
        )
      )
      yield* Effect.forEach(Array.from({ length: 500 }), () => textOf(`http://127.0.0.1:${port}/`), {
        concurrency: "unbounded",
        discard: true
      }).pipe(Effect.provide(where({}, NodeGlobus.layerHttpClient)))
      assert.isAtMost(connections, 64)
    })
  )

  /** A certificate that nobody has signed, or nothing where there is no `openssl` to make one. */
  const certificate = Effect.map(folder, (directory) => {
    const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")]
    try {
      execFileSync(
        "openssl",
        [
          `req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost`.split(
            " "
          ),
          ["-keyout", key, "-out", cert]
        ].flat(),
        { stdio: "pipe" }
      )
      return { key: readFileSync(key), cert: readFileSync(cert), file: cert }
    } catch {
      return undefined
    }
  })

  it.live("are refused to a server whose certificate nobody has signed, unless told otherwise", ({ skip }) =>
    Effect.gen(function* () {
      const own = yield* certificate
      if (own === undefined) return skip("there is no openssl to make a certificate")
      const { port } = yield* listening(() => createHttpsServer(own, (_, response) => response.end("ok")))
      const { layer, lines } = logged()
      const get = (env: Record<string, string>) =>
        textOf(`https://localhost:${port}/`).pipe(
          Effect.provide(where(env, NodeGlobus.layerHttpClient).pipe(Layer.provideMerge(layer))),
          Effect.result
        )

      for (const value of [undefined, "true", "1", "YES"]) {
        const env = value === undefined ? {} : { GLOBUS_SDK_VERIFY_SSL: value }
        assert.strictEqual((yield* get(env))._tag, "Failure")
      }
      assert.deepStrictEqual(lines, [])

      for (const value of ["false", "0", "No", "off"]) {
        assert.strictEqual((yield* get({ GLOBUS_SDK_VERIFY_SSL: value }))._tag, "Success")
        assert.include(lines.pop(), "GLOBUS_SDK_VERIFY_SSL is off")
      }

      // A file of certificates says whom to trust.
      assert.strictEqual((yield* get({ GLOBUS_SDK_VERIFY_SSL: own.file }))._tag, "Success")
      assert.deepStrictEqual(lines, [])
    })
  )
})

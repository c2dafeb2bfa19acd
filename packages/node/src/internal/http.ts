/** Connections to Globus. */
import { InvalidConfiguration } from "@effect-globus/sdk/model"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientError } from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Configuration from "./configuration.ts"
import { describe } from "./platformError.ts"

const variable = "GLOBUS_SDK_VERIFY_SSL"

const agent = {
  // As many requests at once to one service; more wait for a connection rather than open another.
  connections: 64,
  // Globus' load balancers close a connection after a minute of silence. A request must not meet that moment.
  keepAliveTimeout: 30_000,
  keepAliveMaxTimeout: 50_000
}

/** How certificates are verified. */
interface Options {
  readonly rejectUnauthorized?: boolean
  readonly ca?: string
}

const trust: Effect.Effect<Options, InvalidConfiguration, FileSystem.FileSystem> = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const setting = yield* Config.option(Config.NonEmptyString(variable))
  if (Option.isNone(setting)) return {}
  switch (setting.value.toLowerCase()) {
    case "1":
    case "on":
    case "t":
    case "true":
    case "y":
    case "yes":
      return {}
    case "0":
    case "f":
    case "false":
    case "n":
    case "no":
    case "off":
      yield* Effect.logWarning(
        `${variable} is off: whoever is on the way to Globus can read and change what is sent, tokens included.`
      )
      return { rejectUnauthorized: false }
    default:
      return yield* Effect.mapBoth(fs.readFileString(setting.value), {
        onFailure: (error) =>
          new InvalidConfiguration({
            setting: variable,
            detail: `${JSON.stringify(setting.value)} is neither true nor false, nor a file of certificates that can be read (${describe(error)})`
          }),
        onSuccess: (ca) => ({ ca })
      })
  }
}).pipe(Effect.catchTag("ConfigError", (error) => Effect.fail(Configuration.fromConfigError(error))))

/** A client with connections of its own, until the scope closes. */
const connect = Effect.fnUntraced(function* (options: Options) {
  const [UndiciClient, { default: undici }] = yield* Effect.promise(() =>
    Promise.all([
      import("./undiciClient.ts"),
      // The default export, because bundlers cannot follow the names of a CommonJS module through `export *`.
      import("@effect/platform-node/Undici")
    ])
  )
  const dispatcher = yield* Effect.acquireRelease(
    Effect.sync(() => new undici.Agent({ ...agent, connect: options })),
    (dispatcher) => Effect.promise(() => dispatcher.destroy())
  )
  return yield* UndiciClient.make(dispatcher)
})

/**
 * HTTP connections that stay open between requests. What makes them is loaded with the first request: it takes longer to
 * load than all the rest, and programs begin by reading a file, or by asking a person.
 */
export const layer: Layer.Layer<HttpClient.HttpClient, InvalidConfiguration> = Layer.effect(
  HttpClient.HttpClient,
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const connected = connect(yield* trust).pipe(
      Effect.provideService(Scope.Scope, scope),
      Effect.uninterruptible
    )
    // An interrupted first request would leave the others without a client.
    const client = yield* Effect.cached(connected)
    return HttpClient.makeWith(
      (request: Effect.Effect<HttpClientRequest, HttpClientError>) =>
        Effect.flatMap(client, ({ postprocess }) => postprocess(request)),
      Effect.succeed
    )
  })
).pipe(Layer.provide(NodeFileSystem.layer))

/** Connections to Globus. */
import { InvalidConfiguration } from "@effect-globus/sdk/model"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Configuration from "./configuration.ts"
import { describe } from "./platformError.ts"

type AgentOptions = Parameters<typeof NodeHttpClient.layerUndiciOptions>[0]

const variable = "GLOBUS_SDK_VERIFY_SSL"

const agent = {
  // As many requests at once to one service; more wait for a connection rather than open another.
  connections: 64,
  // Globus' load balancers close a connection after a minute of silence. A request must not meet that moment.
  keepAliveTimeout: 30_000,
  keepAliveMaxTimeout: 50_000
} satisfies AgentOptions

/** How certificates are verified. */
const trust = Effect.gen(function* () {
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

/** HTTP connections that stay open between requests. */
export const layer: Layer.Layer<HttpClient.HttpClient, InvalidConfiguration> = Layer.unwrap(
  Effect.map(trust, (connect) => NodeHttpClient.layerUndiciOptions({ ...agent, connect }))
).pipe(Layer.provide(NodeFileSystem.layer))

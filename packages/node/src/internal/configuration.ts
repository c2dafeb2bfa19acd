/** Environment variables that cannot be right, as errors that say so. */
import { InvalidConfiguration } from "@effect-globus/sdk/model"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as SchemaIssue from "effect/SchemaIssue"

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

/** The error of a setting, from that of its `Config`. */
export const fromConfigError = ({ cause }: Config.ConfigError): InvalidConfiguration => {
  if (cause._tag !== "SchemaError") {
    return new InvalidConfiguration({ setting: "of the configuration provider", detail: cause.message })
  }
  const [issue] = formatIssue(cause.issue).issues
  const setting = (issue?.path ?? [])
    .map((part) => String(typeof part === "object" ? part.key : part))
    .join("_")
  return new InvalidConfiguration({ setting, detail: issue?.message ?? "it is not as it should be" })
}

/** What was given is worth telling where the schema only says what it expected. */
const withValue = Effect.fnUntraced(function* (error: InvalidConfiguration) {
  if (!error.detail.startsWith("Expected")) return error
  const value = yield* Effect.option(Config.String(error.setting))
  return Option.match(value, {
    onNone: () => error,
    onSome: (value) =>
      new InvalidConfiguration({
        setting: error.setting,
        detail: `${JSON.stringify(value)} was given. ${error.detail}`
      })
  })
})

/** A layer whose settings are wrong fails with what is wrong about them. */
export const orInvalid = <A, R>(
  layer: Layer.Layer<A, Config.ConfigError, R>
): Layer.Layer<A, InvalidConfiguration, R> =>
  Layer.catchTag(layer, "ConfigError", (error) =>
    Layer.effectContext(Effect.flatMap(withValue(fromConfigError(error)), Effect.fail))
  )

/** Which client of Globus Auth this is, as the environment says. */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { ClientId } from "../../model/Id.ts"
import { InvalidConfiguration } from "../../model/InvalidConfiguration.ts"

/** A variable of the environment; an empty one counts as not set. */
const variable = (name: string) =>
  Effect.mapBoth(Config.option(Config.String(name)), {
    onFailure: (error) => new InvalidConfiguration({ setting: name, detail: error.message }),
    onSuccess: Option.filter((value) => value !== "")
  })

const isClientId = Schema.is(ClientId)

/** A client from `GLOBUS_CLIENT_ID` and `GLOBUS_CLIENT_SECRET`; empty variables count as not set. */
export const clientFromConfig: Effect.Effect<
  { readonly clientId: string; readonly clientSecret: Redacted.Redacted<string> | undefined },
  InvalidConfiguration
> = Effect.gen(function* () {
  const clientId = yield* variable("GLOBUS_CLIENT_ID")
  const clientSecret = Option.map(yield* variable("GLOBUS_CLIENT_SECRET"), (secret) => Redacted.make(secret))
  if (Option.isNone(clientId)) {
    return yield* new InvalidConfiguration({
      setting: "GLOBUS_CLIENT_ID",
      detail:
        "it is not set. Register an app at https://app.globus.org/settings/developers and set it to the client's id."
    })
  }
  if (!isClientId(clientId.value)) {
    return yield* new InvalidConfiguration({
      setting: "GLOBUS_CLIENT_ID",
      // It is not repeated: who confuses the two has put the secret here.
      detail: "it is not a UUID. Copy the client's id from https://app.globus.org/settings/developers."
    })
  }
  return { clientId: clientId.value, clientSecret: Option.getOrUndefined(clientSecret) }
})

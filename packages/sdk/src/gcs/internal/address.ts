/** Where the manager of a Globus Connect Server is. */
import * as Effect from "effect/Effect"
import type { InvalidConfiguration } from "../../model/InvalidConfiguration.ts"
import * as ServerAddress from "../../service/ServerAddress.ts"

/** What the paths of all operations follow: the address without the `/api` that they begin with. */
export const baseUrl = (address: string): Effect.Effect<string, InvalidConfiguration> =>
  Effect.map(
    ServerAddress.parse("address", address),
    ({ origin, pathname }) => `${origin}${pathname.replace(/\/+$/, "").replace(/\/api$/, "")}/`
  )

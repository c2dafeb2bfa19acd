/** An authorizer that has a token for everything, and keeps what it is asked for. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as GlobusScope from "../../../src/model/GlobusScope.ts"
import { bearer, type Need, type Service } from "../../../src/service/Authorizer.ts"

export const keeping = () => {
  const needs: Array<Need> = []
  const required: Array<readonly [resourceServer: string, scopes: string]> = []
  const parts: Partial<Service> = {
    require: (resourceServer, scopes) =>
      Effect.sync(() => void required.push([resourceServer, GlobusScope.serialize(scopes)])),
    authorize: (need) =>
      Effect.sync(() => {
        needs.push(need)
        return Option.some(bearer(Redacted.make("token")))
      })
  }
  return { needs, parts, required }
}

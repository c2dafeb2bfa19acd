/** Every operation that is known of a service is in its contract, but for pages that only browsers visit. */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { AuthApi } from "../../src/auth/Api.ts"
import { ComputeApi } from "../../src/compute/Api.ts"
import { FlowsApi } from "../../src/flows/Api.ts"
import { GcsApi } from "../../src/gcs/Api.ts"
import { GroupsApi } from "../../src/groups/Api.ts"
import { SearchApi } from "../../src/search/Api.ts"
import { TimersApi } from "../../src/timers/Api.ts"
import { TransferApi } from "../../src/transfer/Api.ts"
import * as Mapping from "./internal/Mapping.ts"
import * as Reference from "./internal/Reference.ts"

const Row = Schema.Struct({
  service: Schema.String,
  verb: Schema.String,
  path: Schema.String,
  python: Schema.optionalKey(Schema.Array(Schema.String)),
  javascript: Schema.optionalKey(Schema.String)
})

/** Names of parameters do not matter. */
const shape = (verb: string, path: string): string => `${verb} ${path.replaceAll(/\{\w+\}|:\w+/g, "_")}`

const contracts = {
  auth: AuthApi,
  compute: ComputeApi,
  flows: FlowsApi,
  gcs: GcsApi,
  groups: GroupsApi,
  search: SearchApi,
  timers: TimersApi,
  transfer: TransferApi
}

/** Where a browser comes by on its way back from a login. */
const pages: ReadonlyArray<string> = [
  "GET /api/v1/authcallback",
  "GET /api/v1/authcallback_google",
  "GET /api/v1/authclicomplete"
]

Reference.suite("operations.json", Schema.Array(Row), (rows) => {
  for (const [service, api] of Object.entries(contracts)) {
    describe(service, () => {
      const wanted = rows.filter(
        (row) => row.service === service && !pages.includes(`${row.verb} ${row.path}`)
      )
      const contract = new Set(Mapping.endpointsOf(api).map(({ method, path }) => shape(method, path)))

      it("there are such operations", () => assert.isAbove(wanted.length, 7))

      for (const { javascript, path, python, verb } of wanted) {
        const others = (python ?? [javascript ?? "of the service's own description"]).join(", ")
        it(`${verb} ${path} (${others})`, () => assert.isTrue(contract.has(shape(verb, path))))
      }
    })
  }
})

/** Every operation that is known of these services is in their contracts. */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { AuthApi } from "../../src/auth/Api.ts"
import { FlowsApi } from "../../src/flows/Api.ts"
import { GroupsApi } from "../../src/groups/Api.ts"
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
  transfer: TransferApi,
  flows: FlowsApi,
  groups: GroupsApi,
  timers: TimersApi
}

Reference.suite("operations.json", Schema.Array(Row), (rows) => {
  for (const [service, api] of Object.entries(contracts)) {
    describe(service, () => {
      const wanted = rows.filter((row) => row.service === service)
      const contract = new Set(Mapping.endpointsOf(api).map(({ method, path }) => shape(method, path)))

      it("there are such operations", () => assert.isAbove(wanted.length, 7))

      for (const { javascript, path, python, verb } of wanted) {
        const others = (python ?? [javascript ?? "of the service's own description"]).join(", ")
        it(`${verb} ${path} (${others})`, () => assert.isTrue(contract.has(shape(verb, path))))
      }
    })
  }
})

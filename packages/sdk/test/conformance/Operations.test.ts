/** Every operation that is known of a service is in its contract; of some, every one that the official Python SDK has. */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
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
  python: Schema.optionalKey(Schema.Array(Schema.String))
})

/** Names of parameters do not matter. */
const shape = (verb: string, path: string): string => `${verb} ${path.replaceAll(/\{\w+\}|:\w+/g, "_")}`

const contracts = { transfer: TransferApi, flows: FlowsApi, groups: GroupsApi, timers: TimersApi }

/** Services that have what nobody else has, too. */
const complete = new Set(["groups", "timers"])

Reference.suite("operations.json", Schema.Array(Row), (rows) => {
  for (const [service, api] of Object.entries(contracts)) {
    describe(service, () => {
      const wanted = rows.filter(
        (row) => row.service === service && (complete.has(service) || row.python !== undefined)
      )
      const contract = new Set(Mapping.endpointsOf(api).map(({ method, path }) => shape(method, path)))

      it("there are such operations", () => assert.isAbove(wanted.length, 7))

      for (const { path, python, verb } of wanted) {
        const names = python === undefined ? "" : ` (${python.join(", ")})`
        it(`${verb} ${path}${names}`, () => assert.isTrue(contract.has(shape(verb, path))))
      }
    })
  }
})

/** Every operation of a service that is known is in its contract. */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { ComputeApi } from "../../src/compute/Api.ts"
import { FlowsApi } from "../../src/flows/Api.ts"
import { SearchApi } from "../../src/search/Api.ts"
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

const contracts = { transfer: TransferApi, flows: FlowsApi, search: SearchApi, compute: ComputeApi }

/** Services of which those operations are yet to come that the official Python SDK has not. */
const partial = new Set(["transfer", "flows"])

Reference.suite("operations.json", Schema.Array(Row), (rows) => {
  for (const [service, api] of Object.entries(contracts)) {
    describe(service, () => {
      const wanted = rows.filter(
        (row) => row.service === service && (row.python !== undefined || !partial.has(service))
      )
      const contract = new Set(Mapping.endpointsOf(api).map(({ method, path }) => shape(method, path)))

      it("there are such operations", () => assert.isAbove(wanted.length, 20))

      for (const { path, python, verb } of wanted) {
        it(`${verb} ${path} (${python?.join(", ") ?? "not in the official Python SDK"})`, () =>
          assert.isTrue(contract.has(shape(verb, path))))
      }
    })
  }
})

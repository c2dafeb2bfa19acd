/**
 * Every operation of Transfer and of Flows that the official Python SDK has is in their contracts; of other services
 * every one that is known at all, but for pages that only browsers visit.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { FlowsApi } from "../../src/flows/Api.ts"
import { GcsApi } from "../../src/gcs/Api.ts"
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

const contracts = { transfer: TransferApi, flows: FlowsApi, gcs: GcsApi }

/** Services of which every operation is wanted, whoever else has it. */
const complete: ReadonlyArray<string> = ["gcs"]

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
        (row) =>
          row.service === service &&
          (complete.includes(service) || row.python !== undefined) &&
          !pages.includes(`${row.verb} ${row.path}`)
      )
      const contract = new Set(Mapping.endpointsOf(api).map(({ method, path }) => shape(method, path)))

      it("there are such operations", () => assert.isAbove(wanted.length, 20))

      for (const { path, python, verb } of wanted) {
        it(`${verb} ${path}${python === undefined ? "" : ` (${python.join(", ")})`}`, () =>
          assert.isTrue(contract.has(shape(verb, path))))
      }
    })
  }
})

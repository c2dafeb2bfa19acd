/** Every operation of Transfer that the official Python SDK has is in the contract. */
import { assert, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
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

const contract = new Set(Mapping.endpointsOf(TransferApi).map(({ method, path }) => shape(method, path)))

Reference.suite("operations.json", Schema.Array(Row), (rows) => {
  const wanted = rows.filter(({ python, service }) => service === "transfer" && python !== undefined)

  it("there are such operations", () => assert.isAbove(wanted.length, 60))

  for (const { path, python, verb } of wanted) {
    it(`${verb} ${path} (${python?.join(", ")})`, () => assert.isTrue(contract.has(shape(verb, path))))
  }
})

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

/** Left out: pages where a browser comes by on its way back from a login. */
const pages: ReadonlyArray<string> = [
  "GET /api/v1/authcallback",
  "GET /api/v1/authcallback_google",
  "GET /api/v1/authclicomplete"
]

Reference.suite("operations.json", Schema.Array(Row), (rows) => {
  const isPage = ({ path, verb }: typeof Row.Type) => pages.includes(`${verb} ${path}`)

  const coverage = Object.entries(contracts).map(([service, api]) => {
    const ours = new Set(Mapping.endpointsOf(api).map(({ method, path }) => shape(method, path)))
    const wanted = rows.filter((row) => row.service === service && !isPage(row))
    return { service, wanted, has: ({ path, verb }: typeof Row.Type) => ours.has(shape(verb, path)) }
  })

  for (const { has, service, wanted } of coverage) {
    describe(service, () => {
      for (const row of wanted) {
        const others = (row.python ?? [row.javascript ?? "of the service's own description"]).join(", ")
        it(`${row.verb} ${row.path} (${others})`, () => assert.isTrue(has(row)))
      }
    })
  }

  it("all belong to one of these services, or are left out by name", () => {
    const lines = coverage.map(({ has, service, wanted }) => {
      const count = wanted.filter(has).length
      return `${service.padEnd(10)} ${String(count).padStart(3)} of ${String(wanted.length).padStart(3)}  ${Math.floor((100 * count) / wanted.length)} %`
    })
    const left = rows.filter(isPage).map(({ path, service, verb }) => `${service} ${verb} ${path}`)
    console.log(["Operations that exist:", ...lines, "Left out, pages for browsers:", ...left].join("\n  "))
    const counted = coverage.reduce((sum, { wanted }) => sum + wanted.length, left.length)
    assert.strictEqual(counted, rows.length)
    assert.strictEqual(left.length, pages.length)
  })
})

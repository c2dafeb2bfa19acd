/**
 * What the services' own descriptions say of documents, ours reads and takes: every field, absent or null where it may
 * be. Ours asks for less than they do: recorded responses lack fields that a description requires.
 */
import { assert, it } from "@effect/vitest"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Auth from "../../src/auth/index.ts"
import * as Transfer from "../../src/transfer/index.ts"
import { operationsOf } from "../contracts/internal/Contracts.ts"
import { compared, type Difference } from "./internal/compared.ts"
import * as Reference from "./internal/Reference.ts"

const Any = Schema.Record(Schema.String, Schema.Unknown)
const Bodies = Schema.Record(Schema.String, Schema.Unknown)

const Shapes = Schema.Struct({
  paths: Schema.Record(
    Schema.String,
    Schema.Struct({
      query: Schema.optionalKey(Any),
      body: Schema.optionalKey(Bodies),
      responses: Schema.Record(Schema.String, Schema.NullOr(Schema.Unknown))
    })
  ),
  schemas: Any,
  parameters: Schema.optionalKey(Any),
  responses: Schema.optionalKey(Any)
})

const items = "a page without its items is broken"
const identifying = "without it, a program does not know what it has"
const answeredOnly = "what the server says, not what it is told"
const relic = "of endpoints that had to be activated, which Globus has no more"

/** Differences that are meant, as `service: path`, and why. */
const meant: Readonly<Record<string, string>> = {
  "flows: flows": items,
  "flows: runs": items,
  "search: index_list": items,
  "flows: id": identifying,
  "flows: title": identifying,
  "flows: flows[].id": identifying,
  "flows: flows[].title": identifying,
  "flows: actions": "the older name of `runs`, which is there too",
  "gcs: deleted": answeredOnly,
  "gcs: home_directory": answeredOnly,
  "gcs: id": answeredOnly,
  "gcs: invalid": answeredOnly,
  "gcs: provisioned": answeredOnly,
  "timers: refresh_token": "no program has one that belongs to Timers",
  "transfer: activated": relic,
  "transfer: expire_time": relic,
  "transfer: expires_in": relic,
  "transfer: myproxy_dn": relic,
  "transfer: myproxy_server": relic,
  "transfer: oauth_server": relic,
  "transfer: s3_owner_activated": relic,
  "transfer: s3_url": relic,
  "transfer: data.relationships.initiator.data": "a tunnel has two ends",
  "transfer: data.relationships.listener.data": "a tunnel has two ends",
  "transfer: pause_task_transfer_delete": "Transfer documents `pause_task_transfer_write`"
}

const told = (service: string, differences: ReadonlyArray<Difference>): ReadonlyArray<string> =>
  differences
    .filter(({ path }) => meant[`${service}: ${path.replace(/^DATA\[\]\./, "")}`] === undefined)
    .map(({ kind, path }) => `${path}: ${kind}`)

/** Names of parameters do not matter. */
const shapeOf = (verb: string, path: string): string => `${verb} ${path.replaceAll(/\{\w+\}|:\w+/g, "_")}`

const json = "application/json"

const services: Readonly<Record<string, ReadonlyArray<string>>> = {
  compute: ["compute, version 2", "compute, version 3"],
  flows: ["flows"],
  "gcs-v5.4": ["gcs"],
  groups: ["groups"],
  search: ["search"],
  timers: ["timers"],
  transfer: ["transfer"]
}

for (const [file, names] of Object.entries(services)) {
  Reference.suite(`shapes/${file}.json`, Shapes, ({ parameters = {}, paths, responses = {}, schemas }) => {
    const lookUp = (name: string): unknown => {
      const [kind, ...rest] = name.split(".")
      if (kind === "parameters") return parameters[rest.join(".")]
      return kind === "responses" ? responses[rest.join(".")] : schemas[name]
    }
    const service = file.replace(/-.*/, "")
    const described = new Map(
      Object.entries(paths).map(([line, each]) => {
        const [verb = "", path = ""] = line.split(" ")
        return [shapeOf(verb, path), each] as const
      })
    )

    for (const { endpoint, name, payload, success } of names.flatMap(operationsOf)) {
      // The description of the second version of Transfer leaves the version out.
      const path = file === "transfer" ? endpoint.path.replace(/^\/v2/, "") : endpoint.path
      const found = described.get(shapeOf(endpoint.method, path))
      const answers = Object.entries(found?.responses ?? {})
        .filter(([status]) => status.startsWith("2"))
        .flatMap(([, answer]) => (Predicate.hasProperty(answer, json) ? [answer[json]] : []))
      if (success !== undefined && answers.length > 0) {
        it(`${name} reads whatever may be answered`, () =>
          assert.deepStrictEqual(
            told(
              service,
              answers.flatMap((answer) => compared(success, answer, lookUp))
            ),
            []
          ))
      }
      const taken = found?.body?.[json]
      if (payload !== undefined && taken !== undefined) {
        it(`${name} takes whatever may be sent`, () =>
          assert.deepStrictEqual(
            told(
              service,
              compared(payload, taken, lookUp).filter(({ kind }) => kind !== "required")
            ),
            []
          ))
      }
    }
  })
}

/** Documents that ours calls otherwise. */
const renamed: Readonly<Record<string, string>> = {
  "auth.Scope": "RegisteredScope",
  "transfer.EndpointManagerTaskDocument": "ManagedTaskDocument",
  "transfer.SkippedErrorsListDocument": "SkippedErrorListDocument",
  "transfer.SuccessfulTransfersListDocument": "SuccessfulTransferListDocument",
  "transfer.TaskEventListDocument": "EventListDocument",
  "transfer.TransferResult": "SubmissionDocument"
}

Reference.suite("documents-js.json", Any, (documents) => {
  const modules: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    auth: { ...Auth },
    transfer: { ...Transfer }
  }
  for (const [name, type] of Object.entries(documents)) {
    const [service = "", own = ""] = name.split(".")
    const ours =
      modules[service]?.[
        renamed[name] ??
          own.replace(/^AccessDocument$/, "AccessRuleDocument").replace(/^AccessList/, "AccessRuleList")
      ]
    if (!Schema.isSchema(ours)) continue
    it(name, () =>
      assert.deepStrictEqual(
        told(
          service,
          compared(ours, type, (each) => documents[`${service}.${each}`])
        ),
        []
      )
    )
  }
})

/**
 * The types of what a program exports are often inferred. A project that emits declarations, as a library does, has to be
 * able to name them: whatever the result of an operation is made of has to be exported.
 */
import { Authorizer, Transport } from "@effect-globus/sdk"
import { AuthClient } from "@effect-globus/sdk/auth"
import { CollectionClient } from "@effect-globus/sdk/collection"
import { ComputeClientV2, ComputeClientV3 } from "@effect-globus/sdk/compute"
import { FlowsClient, SpecificFlowClient } from "@effect-globus/sdk/flows"
import { GcsClient } from "@effect-globus/sdk/gcs"
import { GroupsClient } from "@effect-globus/sdk/groups"
import { SearchClient } from "@effect-globus/sdk/search"
import { TimersClient } from "@effect-globus/sdk/timers"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { assert, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { FetchHttpClient } from "effect/http"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import * as Path from "node:path"
import { compile, install } from "../bench/installedSdk.ts"

const id = "6c54cade-bde5-45c1-bdea-f4bd71dba2cc"
const address = "https://abc.xyz.data.globus.org"

const clients = Layer.mergeAll(
  AuthClient.layer,
  CollectionClient.layerWith({ collectionId: id, httpsServer: address }),
  ComputeClientV2.layer,
  ComputeClientV3.layer,
  FlowsClient.layer,
  SpecificFlowClient.layer(id),
  GcsClient.layerWith({ address, endpointId: id }),
  GroupsClient.layer,
  SearchClient.layer,
  TimersClient.layer,
  TransferClient.layer
).pipe(Layer.provide([Authorizer.layerNone, Transport.layerWith({})]), Layer.provide(FetchHttpClient.layer))

/** What the client of Auth has, but does not show: programs log in with an app, or with `OAuth2Client`. */
const hidden = ["token", "revoke", "introspect", "validate", "getOpenIdConfiguration", "getJsonWebKeySet"]

/** The names of an object's functions, and of those that these have, such as `listTasks` and `listTasks.pages`. */
const functionsOf = (value: object): ReadonlyArray<string> =>
  Object.entries(value).flatMap(([name, member]: [string, unknown]) =>
    typeof member === "function" && !hidden.includes(name)
      ? [name, ...functionsOf(member).map((inner) => `${name}.${inner}`)]
      : []
  )

/** A module that exports all operations of a client, and what a call of each gives. */
const moduleOf = (key: string, client: object): string => {
  const [folder = "", name = ""] = key.split("/").slice(-2)
  const calls = functionsOf(client).map(
    (operation) =>
      `export const ${operation.replace(".", "_")} = Effect.map(${name}, (client) => client.${operation}(...input(client.${operation})))`
  )
  return `
import { ${name} } from "@effect-globus/sdk/${folder}"
import { Effect } from "effect"
declare const input: <Input extends ReadonlyArray<unknown>>(operation: (...input: Input) => unknown) => Input
export const operations = Effect.map(${name}, (client) => ({ ...client }))
${calls.join("\n")}
`
}

it.effect("any operation, and what a program gets from it, can be named in its declarations", () =>
  Effect.gen(function* () {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(Path.join(tmpdir(), "effect-globus-declarations-"))),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
    )
    const write = (name: string, content: string) => writeFileSync(Path.join(folder, name), content)
    install(folder)
    const dependencies = { "@effect-globus/sdk": "*", effect: "*" }
    write("package.json", JSON.stringify({ type: "module", dependencies }))
    write(
      "tsconfig.json",
      JSON.stringify({
        compilerOptions: {
          declaration: true,
          emitDeclarationOnly: true,
          module: "nodenext",
          outDir: "declarations",
          skipLibCheck: true,
          strict: true,
          target: "es2022",
          types: []
        }
      })
    )
    const context = yield* Layer.build(clients)
    const known = Array.from(context.mapUnsafe).filter(([key]) => key.startsWith("@effect-globus/"))
    assert.lengthOf(known, 11)
    for (const [key, client] of known) write(`${key.split("/").at(-1)}.ts`, moduleOf(key, client as object))
    compile(folder, ["-p", "."])
  })
)

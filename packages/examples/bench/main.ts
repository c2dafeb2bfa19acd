/**
 * `npm run bench`: how fast this SDK is beside bare fetch, `undici.request` and the official JavaScript SDK, against
 * the same server on this machine; and how soon a bundled program has started. Rewrites `results.md`.
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { Authorizer, Environment, Transport } from "@effect-globus/sdk"
import { TransferClient } from "@effect-globus/sdk/transfer"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Layer, ManagedRuntime, Redacted, Result } from "effect"
import * as Undici from "undici"

const folder = import.meta.dirname
const collection = "6c54cade-bde5-45c1-bdea-f4bd71dba2cc"

const server = fork(Path.join(folder, "server.ts"), { stdio: ["ignore", "inherit", "inherit", "ipc"] })
const [port] = (await once(server, "message")) as [number]
const url = `http://127.0.0.1:${port}`

// The official SDK reads where Transfer is from the environment, when it is loaded.
process.env["GLOBUS_SDK_SERVICE_URL_TRANSFER"] = url
const { transfer: official } = await import("@globus/sdk")

const runtime = ManagedRuntime.make(
  TransferClient.layer.pipe(
    Layer.provide(Authorizer.layerAccessToken(Redacted.make("token"))),
    Layer.provide(
      Transport.layerWith({
        environment: Result.getOrThrow(Environment.withOverrides(Environment.production, { transfer: url }))
      })
    ),
    Layer.provide(NodeHttpClient.layerUndici)
  )
)
const ours = await runtime.runPromise(TransferClient)

const authorization = { authorization: "Bearer token" }

/** Each client, as its users would use it: the response is parsed, and its first field looked at. */
const clients: Record<string, { getEndpoint: () => Promise<unknown>; ls: () => Promise<unknown> }> = {
  fetch: {
    getEndpoint: async () =>
      (await fetch(`${url}/v0.10/endpoint/${collection}`, { headers: authorization })).json(),
    ls: async () => (await fetch(`${url}/v0.10/operation/endpoint/${collection}/ls`, { headers: authorization })).json()
  },
  "undici.request": {
    getEndpoint: async () =>
      (await Undici.request(`${url}/v0.10/endpoint/${collection}`, { headers: authorization })).body.json(),
    ls: async () =>
      (await Undici.request(`${url}/v0.10/operation/endpoint/${collection}/ls`, { headers: authorization })).body.json()
  },
  "effect-globus": {
    getEndpoint: () => runtime.runPromise(ours.getEndpoint(collection)),
    ls: () => runtime.runPromise(ours.ls(collection))
  },
  "@globus/sdk": {
    getEndpoint: async () => (await official.endpoint.get(collection, { headers: { Authorization: "Bearer token" } })).json(),
    ls: async () => (await official.fileOperations.ls(collection, { headers: { Authorization: "Bearer token" } })).json()
  }
}

const sequential = async (call: () => Promise<unknown>, count: number) => {
  const start = performance.now()
  for (let index = 0; index < count; index++) await call()
  return (performance.now() - start) / count
}

const concurrent = async (call: () => Promise<unknown>, count: number, width: number) => {
  let left = count
  const start = performance.now()
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (left-- > 0) await call()
    })
  )
  return count / ((performance.now() - start) / 1000)
}

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

const rounds = 9

/** Rounds are interleaved, so that a slow moment of the machine hits every client. */
const measure = async (run: (call: () => Promise<unknown>) => Promise<number>, operation: "getEndpoint" | "ls") => {
  const samples: Record<string, Array<number>> = {}
  for (let round = 0; round < rounds; round++) {
    for (const [name, client] of Object.entries(clients)) {
      ;(samples[name] ??= []).push(await run(client[operation]))
    }
  }
  return Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, median(values)]))
}

for (const client of Object.values(clients)) {
  await sequential(client.getEndpoint, 500)
  await sequential(client.ls, 200)
}

const lines: Array<string> = []
const print = (line = "") => {
  lines.push(line)
  console.log(line)
}

const table = (title: string, unit: string, digits: number, figures: Record<string, number>, baseline: string) => {
  print(`\n## ${title}\n`)
  print(`| client | ${unit} | against ${baseline} |`)
  print("|---|---:|---:|")
  for (const [name, value] of Object.entries(figures)) {
    print(`| ${name} | ${value.toFixed(digits)} | ${(value / (figures[baseline] ?? NaN)).toFixed(2)}× |`)
  }
}

print("# Results of `npm run bench`")
print()
print(`Node ${process.version}, ${Os.cpus().length} × ${Os.cpus()[0]?.model.trim() ?? "unknown processor"}; medians of ${rounds} interleaved rounds.`)
for (const operation of ["getEndpoint", "ls"] as const) {
  const name = operation === "ls" ? "`ls` of 100 items" : "`getEndpoint`"
  const count = operation === "ls" ? 150 : 300
  table(`${name}, one after another`, "ms each", 3, await measure((call) => sequential(call, count), operation), "fetch")
  table(
    `${name}, 64 at once`,
    "requests per second",
    0,
    await measure((call) => concurrent(call, count * 4, 64), operation),
    "@globus/sdk"
  )
}
await runtime.dispose()
server.kill()

/**
 * `npm run bench`: how fast this SDK is beside bare fetch, `undici.request` and the official JavaScript SDK, against
 * the same server on this machine; how soon a bundled program has started; how long it takes to check the types of one
 * that uses all clients; what importing each part of the SDK loads; and what the simulator costs. Rewrites `results.md`.
 */
import { NodeGlobus } from "@effect-globus/node"
import { Authorizer, Environment, type GlobusError, Transport } from "@effect-globus/sdk"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { Effect, Layer, ManagedRuntime, Redacted, Result } from "effect"
import { fork } from "node:child_process"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import * as Undici from "undici"
import { contractsIn, loadedBy, specifiers } from "./loadedModules.ts"
import * as Simulator from "./simulator.ts"
import { startUp } from "./startUp.ts"
import { typeCheck } from "./typeCheck.ts"

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
    Layer.provide(NodeGlobus.layerHttpClient)
  )
)
const ours = await runtime.runPromise(TransferClient)

const endpointUrl = `${url}/v0.10/endpoint/${collection}`
const listingUrl = `${url}/v0.10/operation/endpoint/${collection}/ls`
const request = { headers: { Authorization: "Bearer token" } }

type Operation = "getEndpoint" | "ls"

/** How a client is driven: one request after another, or several at once. Both make `count` requests. */
interface Client {
  readonly sequential: (operation: Operation, count: number) => Promise<void>
  readonly concurrent: (operation: Operation, count: number, width: number) => Promise<void>
}

/** A client whose calls are promises. */
const ofPromises = (calls: Record<Operation, () => Promise<unknown>>): Client => ({
  sequential: async (operation, count) => {
    for (let index = 0; index < count; index++) await calls[operation]()
  },
  concurrent: async (operation, count, width) => {
    let left = count
    const worker = async () => {
      while (left-- > 0) await calls[operation]()
    }
    await Promise.all(Array.from({ length: width }, worker))
  }
})

/** A client whose calls are effects, of which a program runs many. */
const ofEffects = (calls: Record<Operation, () => Effect.Effect<unknown, GlobusError>>): Client => ({
  sequential: (operation, count) =>
    runtime.runPromise(
      Effect.gen(function* () {
        for (let index = 0; index < count; index++) yield* calls[operation]()
      })
    ),
  concurrent: (operation, count, width) =>
    runtime.runPromise(
      Effect.forEach(Array.from({ length: count }), () => calls[operation](), {
        concurrency: width,
        discard: true
      })
    )
})

const withFetch = async (url: string): Promise<unknown> => (await fetch(url, request)).json()
const withUndici = async (url: string): Promise<unknown> => (await Undici.request(url, request)).body.json()
const withOfficial = async (response: Promise<{ json: () => Promise<unknown> }>): Promise<unknown> =>
  (await response).json()

/** Each client, as its users use it, with every response parsed. */
const clients: Record<string, Client> = {
  fetch: ofPromises({ getEndpoint: () => withFetch(endpointUrl), ls: () => withFetch(listingUrl) }),
  "undici.request": ofPromises({
    getEndpoint: () => withUndici(endpointUrl),
    ls: () => withUndici(listingUrl)
  }),
  "effect-globus": ofEffects({
    getEndpoint: () => ours.getEndpoint(collection),
    ls: () => ours.ls(collection)
  }),
  "@globus/sdk": ofPromises({
    getEndpoint: () => withOfficial(official.endpoint.get(collection, request)),
    ls: () => withOfficial(official.fileOperations.ls(collection, request))
  })
}

const milliseconds = async (run: () => Promise<void>): Promise<number> => {
  const start = performance.now()
  await run()
  return performance.now() - start
}

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

const rounds = 101

/** Many short rounds are interleaved, so that a slow moment of the machine hits every client. */
const measure = async (run: (client: Client) => Promise<number>) => {
  const samples: Record<string, Array<number>> = {}
  for (let round = 0; round < rounds; round++) {
    for (const [name, client] of Object.entries(clients)) (samples[name] ??= []).push(await run(client))
  }
  return Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, median(values)]))
}

for (const client of Object.values(clients)) {
  await client.sequential("getEndpoint", 1000)
  await client.sequential("ls", 1000)
}

const lines: Array<string> = []
const print = (line = "") => {
  lines.push(line)
  console.log(line)
}

const table = (
  title: string,
  unit: string,
  digits: number,
  figures: Record<string, number>,
  baseline: string
) => {
  print(`\n## ${title}\n`)
  print(`| client | ${unit} | against ${baseline} |`)
  print("|---|---:|---:|")
  for (const [name, value] of Object.entries(figures)) {
    print(`| ${name} | ${value.toFixed(digits)} | ${(value / (figures[baseline] ?? NaN)).toFixed(2)}× |`)
  }
}

print("# Results of `npm run bench`")
print()
print(
  `Node ${process.version}, ${Os.cpus().length} × ${Os.cpus()[0]?.model.trim() ?? "unknown processor"}; medians of ${rounds} interleaved rounds.`
)
for (const operation of ["getEndpoint", "ls"] as const) {
  const name = operation === "ls" ? "`ls` of 100 items" : "`getEndpoint`"
  const count = operation === "ls" ? 30 : 60
  const each = await measure(
    async (client) => (await milliseconds(() => client.sequential(operation, count))) / count
  )
  table(`${name}, one after another`, "ms each", 3, each, "fetch")
  const perSecond = await measure(
    async (client) =>
      (count * 10 * 1000) / (await milliseconds(() => client.concurrent(operation, count * 10, 64)))
  )
  table(`${name}, 64 at once`, "requests per second", 0, perSecond, "@globus/sdk")
}
await runtime.dispose()
server.kill()

const { bare, bundled, bytes } = await startUp()
print("\n## Start-up of the bundled quickstart, with all its layers\n")
print("| program | seconds |")
print("|---|---:|")
print(`| \`node -e 0\` | ${bare.toFixed(3)} |`)
print(`| bundled quickstart (${(bytes / 1e6).toFixed(1)} MB) | ${bundled.toFixed(3)} |`)

const checked = typeCheck()
print("\n## Type-checking in a project that has the SDK installed\n")
print("| program | seconds |")
print("|---|---:|")
print(`| one of Effect alone that does nothing | ${checked.emptyProgram.toFixed(2)} |`)
print(`| one that uses all clients | ${checked.allClients.toFixed(2)} |`)
print(
  `\nAll clients cost ${(checked.allClients - checked.emptyProgram).toFixed(2)} s; at most 2 s is the goal.`
)

print("\n## What one import loads\n")
print("| import | modules | of the SDK | contracts |")
print("|---|---:|---:|---|")
for (const specifier of specifiers) {
  const loaded = loadedBy(specifier)
  print(
    `| \`${specifier}\` | ${loaded.count} | ${loaded.own.length} | ${contractsIn(loaded).join(", ") || "none"} |`
  )
}

print("\n## The simulator\n")
print("| what | measured | goal |")
print("|---|---:|---:|")
for (const { goal, measured, what } of await Simulator.figures()) print(`| ${what} | ${measured} | ${goal} |`)

writeFileSync(Path.join(folder, "results.md"), `${lines.join("\n")}\n`)

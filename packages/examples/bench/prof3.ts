import { fork } from "node:child_process"
import { once } from "node:events"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import { Effect, Layer, ManagedRuntime } from "effect"
import * as Undici from "undici"
const server = fork("/work/main/packages/examples/bench/server.ts", { stdio: ["ignore", "inherit", "inherit", "ipc"] })
const [port] = (await once(server, "message")) as [number]
const url = `http://127.0.0.1:${port}/v0.10/endpoint/6c54cade-bde5-45c1-bdea-f4bd71dba2cc`
const rt = ManagedRuntime.make(NodeHttpClient.layerUndici)
const client = await rt.runPromise(HttpClient.HttpClient)
const disp = new Undici.Agent()
const rtF = ManagedRuntime.make(NodeHttpClient.layerFetch)
const clientF = await rtF.runPromise(HttpClient.HttpClient)
const rtN = ManagedRuntime.make(NodeHttpClient.layerNodeHttp)
const clientN = await rtN.runPromise(HttpClient.HttpClient)
const get = Effect.flatMap(Effect.suspend(() => client.get(url)), (r) => r.text)
const getF = Effect.flatMap(Effect.suspend(() => clientF.get(url)), (r) => r.text)
const getN = Effect.flatMap(Effect.suspend(() => clientN.get(url)), (r) => r.text)
const off = Effect.provideService(get, HttpClient.TracerDisabledWhen, () => true)
const cases: Record<string, () => Promise<unknown>> = {
  fetch: async () => (await fetch(url)).json(),
  undici: async () => (await Undici.request(url, { dispatcher: disp })).body.json(),
  undiciSignal: async () => (await Undici.request(url, { dispatcher: disp, signal: new AbortController().signal })).body.json(),
  effect: async () => JSON.parse(await rt.runPromise(get)),
  effectNoTrace: async () => JSON.parse(await rt.runPromise(off)),
  effectFetch: async () => JSON.parse(await rt.runPromise(getF)),
  effectNode: async () => JSON.parse(await rt.runPromise(getN)),
}
for (const c of Object.values(cases)) for (let i = 0; i < 500; i++) await c()
const s: Record<string, number[]> = {}
for (let r = 0; r < 9; r++) for (const [n, c] of Object.entries(cases)) { const t = performance.now(); for (let i = 0; i < 300; i++) await c(); (s[n] ??= []).push((performance.now() - t) / 300 * 1000) }
for (const [n, v] of Object.entries(s)) console.log(n, v.sort((a, b) => a - b)[4]!.toFixed(0), "us")
await rt.dispose(); await rtF.dispose(); await rtN.dispose(); server.kill(); process.exit(0)

import { fork } from "node:child_process"
import { once } from "node:events"
import { Authorizer, Environment, Transport } from "@effect-globus/sdk"
import { TransferClient } from "@effect-globus/sdk/transfer"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { Effect, Layer, ManagedRuntime, Redacted, Result } from "effect"
import * as Undici from "undici"
const server = fork("/work/main/packages/examples/bench/server.ts", { stdio: ["ignore", "inherit", "inherit", "ipc"] })
const [port] = (await once(server, "message")) as [number]
const base = `http://127.0.0.1:${port}`
const url = `${base}/v0.10/endpoint/6c54cade-bde5-45c1-bdea-f4bd71dba2cc`
const environment = Result.getOrThrow(Environment.withOverrides(Environment.production, { transfer: base }))
const make = async (options: any) => {
  const rt = ManagedRuntime.make(TransferClient.layer.pipe(Layer.provide(Authorizer.layerAccessToken(Redacted.make("t"))), Layer.provideMerge(Transport.layerWith({ environment, ...options })), Layer.provideMerge(NodeHttpClient.layerUndici)))
  const c = await rt.runPromise(TransferClient)
  const http = await rt.runPromise(HttpClient.HttpClient)
  const t = await rt.runPromise(Transport)
  return { rt, c, http, t }
}
const a = await make({})
const b = await make({ timeout: Infinity, deadline: Infinity })
const off = (e: any) => Effect.provideService(e, HttpClient.TracerDisabledWhen, () => true)
const req = HttpClientRequest.get(url)
const info = { service: "transfer", operation: "x", idempotent: true } as const
const id = "6c54cade-bde5-45c1-bdea-f4bd71dba2cc"
const loopE = (rt: any, e: any) => (n: number) => rt.runPromise(Effect.gen(function* () { for (let i = 0; i < n; i++) yield* e }))
const loopP = (f: () => Promise<unknown>) => async (n: number) => { for (let i = 0; i < n; i++) await f() }
const cases: Record<string, (n: number) => Promise<unknown>> = {
  fetch: loopP(async () => (await fetch(url)).json()),
  undici: loopP(async () => (await Undici.request(url)).body.json()),
  bare: loopE(a.rt, off(Effect.map(Effect.flatMap(Effect.suspend(() => a.http.execute(req)), (r: any) => r.text), (t: any) => JSON.parse(t)))),
  transportNoTimeout: loopE(b.rt, Effect.map(Effect.flatMap(Effect.suspend(() => b.t.execute(info, b.t.httpClient.execute(req))), (r) => r.text), (t) => JSON.parse(t))),
  transport: loopE(a.rt, Effect.map(Effect.flatMap(Effect.suspend(() => a.t.execute(info, a.t.httpClient.execute(req))), (r) => r.text), (t) => JSON.parse(t))),
  oursNoTimeout: loopE(b.rt, b.c.getEndpoint(id)),
  ours: loopE(a.rt, a.c.getEndpoint(id)),
  oursLs: loopE(a.rt, a.c.ls(id)),
}
for (const c of Object.values(cases)) await c(800)
const s: Record<string, number[]> = {}
for (let r = 0; r < 11; r++) for (const [n, c] of Object.entries(cases)) { const t = process.cpuUsage(); await c(300); const u = process.cpuUsage(t); (s[n] ??= []).push((u.user + u.system) / 300) }
for (const [n, v] of Object.entries(s)) console.log(n.padEnd(20), v.sort((a, b) => a - b)[5]!.toFixed(0), "us cpu, min", v[0]!.toFixed(0))
server.kill(); process.exit(0)

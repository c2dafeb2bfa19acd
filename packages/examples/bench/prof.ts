import { fork } from "node:child_process"
import { once } from "node:events"
import { Authorizer, Environment, Transport } from "@effect-globus/sdk"
import { TransferClient } from "@effect-globus/sdk/transfer"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Effect, Layer, ManagedRuntime, Redacted, Result } from "effect"
const server = fork("/work/main/packages/examples/bench/server.ts", { stdio: ["ignore", "inherit", "inherit", "ipc"] })
const [port] = (await once(server, "message")) as [number]
const url = `http://127.0.0.1:${port}`
const runtime = ManagedRuntime.make(TransferClient.layer.pipe(Layer.provide(Authorizer.layerAccessToken(Redacted.make("token"))), Layer.provide(Transport.layerWith({ environment: Result.getOrThrow(Environment.withOverrides(Environment.production, { transfer: url })) })), Layer.provide(NodeHttpClient.layerUndici)))
const ours = await runtime.runPromise(TransferClient)
const op = process.argv[2] ?? "getEndpoint"
const call = () => runtime.runPromise(op === "ls" ? ours.ls("6c54cade-bde5-45c1-bdea-f4bd71dba2cc") : ours.getEndpoint("6c54cade-bde5-45c1-bdea-f4bd71dba2cc"))
for (let i = 0; i < 1000; i++) await call()
const t = performance.now()
const n = op === "ls" ? 2000 : 5000
for (let i = 0; i < n; i++) await call()
console.log(op, (performance.now() - t) / n)
const c0 = process.cpuUsage()
await Promise.all(Array.from({length: 64}, async () => { for (let i = 0; i < n/64; i++) await call() }))
const c = process.cpuUsage(c0)
console.log("cpu per call us", (c.user + c.system) / n)
await runtime.dispose(); server.kill()

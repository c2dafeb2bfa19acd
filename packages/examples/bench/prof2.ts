import { Authorizer, Environment, Transport } from "@effect-globus/sdk"
import { TransferClient } from "@effect-globus/sdk/transfer"
import * as HttpClient from "effect/http/HttpClient"
import * as Headers from "effect/http/Headers"
import { Effect, Layer, ManagedRuntime, Redacted } from "effect"
const body = JSON.stringify({ DATA_TYPE: "endpoint", id: "6c54cade-bde5-45c1-bdea-f4bd71dba2cc", display_name: "x", owner_id: "ae341a98-d274-11e5-b888-dbae3a8ba545", owner_string: "tutorial@globus.org", description: "A", organization: "Globus", department: null, keywords: "t", entity_type: "GCSv5_mapped_collection", public: true, high_assurance: false, force_encryption: false, disable_verify: false, acl_available: false, acl_editable: false, in_use: false, my_effective_roles: [], subscription_id: "f9fe1b7d-0000-4000-8000-000000000001", tlsftp_server: "tl", https_server: "h", gcs_manager_url: "h", network_use: "normal", last_accessed_time: "2026" })
const text = Effect.succeed(body)
const http = HttpClient.make((request) => Effect.succeed({ request, status: 200, headers: Headers.fromInput({ "content-type": "application/json" }), text } as any))
const disable = process.argv[2]?.includes("notrace")
const t = process.argv[2]?.includes("notimeout")
const extra = disable ? Layer.succeed(HttpClient.TracerDisabledWhen, () => true) : Layer.empty
const runtime = ManagedRuntime.make(TransferClient.layer.pipe(Layer.provide(Authorizer.layerAccessToken(Redacted.make("token"))), Layer.provide(Transport.layerWith({ environment: Environment.production, ...(t ? { timeout: Infinity, deadline: Infinity } : {}) })), Layer.provide(Layer.succeed(HttpClient.HttpClient, http)), Layer.provideMerge(extra)))
const ours = await runtime.runPromise(TransferClient)
const one = ours.getEndpoint("6c54cade-bde5-45c1-bdea-f4bd71dba2cc")
const call = process.argv[2]?.includes("untracked") ? () => runtime.runPromise(Effect.withTracerEnabled(one, false)) : () => runtime.runPromise(one)
for (let i = 0; i < 5000; i++) await call()
const n = 20000
const s = performance.now()
for (let i = 0; i < n; i++) await call()
console.log(process.argv[2] ?? "all", ((performance.now() - s) / n * 1000).toFixed(1), "us")
await runtime.dispose()

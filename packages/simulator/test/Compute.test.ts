import { UserApp } from "@effect-globus/sdk/app"
import { ComputeClientV2, ComputeClientV3 } from "@effect-globus/sdk/compute"
import { ComputeScopes } from "@effect-globus/sdk/model"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import { Simulator, World } from "../src/index.ts"
import { linus, logIn, rosalind } from "./Browser.ts"
import { missingIn } from "./Recorded.ts"

const cluster = "d5514072-96fb-4ac0-8e24-5a6b7c8d9e0f"
const laptop = "e6625183-a70c-4bd1-9f35-6b7c8d9e0f10"
const theirs = "f7736294-b81d-4ce2-a046-7c8d9e0f1021"
const hello = "08847305-c92e-4df3-b157-8d9e0f102132"
const fails = "19958416-da3f-4e04-8268-9e0f10213243"
const secret = "2aa69527-eb40-4f15-9379-0f1021324354"
const policy = "3bb7a638-fc51-4026-a48a-102132435465"
const project = "4cc8b749-0d62-4137-b59b-213243546576"

const world: World.Input = {
  ...World.defaultWorld,
  pace: { task_start_seconds: 1, function_seconds: 10 },
  projects: [{ id: project, display_name: "P" }],
  policies: [{ id: policy, project_id: project, display_name: "Strict", required_mfa: true }],
  compute_endpoints: [
    { id: cluster, name: "cluster", workers: 2, public: true },
    { id: laptop, name: "laptop", online: false },
    {
      id: theirs,
      name: "theirs",
      owner: "linus@lab.example.edu",
      public: true,
      allowed_functions: [hello],
      authentication_policy: policy
    }
  ],
  compute_functions: [
    { id: hello, name: "hello", returns: "hello", public: true },
    { id: fails, name: "fails", throws: "Traceback…", seconds: 2 },
    { id: secret, name: "secret", owner: "linus@lab.example.edu" }
  ]
}

const inProcess = Effect.provide(
  Layer.mergeAll(ComputeClientV2.layer, ComputeClientV3.layer).pipe(
    Layer.provideMerge(UserApp.layer({ appName: "compute", clientId: World.nativeClientId })),
    Layer.provideMerge(Simulator.layerWith({ world }))
  )
)

const refusalOf = <A, E extends { readonly _tag: string }>(effect: Effect.Effect<A, E>) =>
  Effect.map(Effect.flip(effect), (error) =>
    "status" in error && "code" in error ? [error.status, error.code] : error._tag
  )

describe("endpoints", () => {
  it.effect("are listed and described", () =>
    Effect.gen(function* () {
      const compute = yield* ComputeClientV2
      const names = (role?: "any" | "owner") =>
        Effect.map(compute.listEndpoints({ role }), (list) => list.map(({ name }) => name))
      expect(yield* names()).toEqual(["cluster", "laptop"])
      expect(yield* names("any")).toEqual(["cluster", "laptop", "theirs"])
      expect(missingIn(yield* compute.listEndpoints(), "compute.v2.get_endpoints.any")).toEqual([])
      expect(missingIn(yield* compute.getEndpoint(cluster), "compute.v2.get_endpoint.default")).toEqual([])
      expect(yield* compute.getEndpointStatus(cluster)).toMatchObject({
        status: "online",
        details: { total_workers: 2, idle_workers: 2 }
      })
      expect((yield* compute.getEndpointStatus(laptop)).status).toBe("offline")
    }).pipe(inProcess)
  )

  it.effect("are registered, locked and removed, in both versions", () =>
    Effect.gen(function* () {
      const v2 = yield* ComputeClientV2
      const v3 = yield* ComputeClientV3
      const made = yield* v2.registerEndpoint({ endpoint_uuid: secret, endpoint_name: "mine" })
      expect(missingIn(made, "compute.v2.register_endpoint.default")).toEqual([])
      const changed = yield* v3.updateEndpoint(secret, {
        endpoint_name: "mine",
        allowed_functions: [hello],
        metadata: { hostname: "host" }
      })
      expect(missingIn(changed, "compute.v3.update_endpoint.default")).toEqual([])
      const allowed = yield* v3.getEndpointAllowlist(secret)
      expect(allowed).toMatchObject({ restricted: true, functions: [hello] })
      expect(missingIn(allowed, "compute.v3.get_endpoint_allowlist.default")).toEqual([])
      const lock = yield* v3.lockEndpoint(secret)
      expect(missingIn(lock, "compute.v3.lock_endpoint.default")).toEqual([])
      const again = v2.registerEndpoint({ endpoint_uuid: secret, endpoint_name: "mine" })
      expect(yield* refusalOf(again)).toEqual([423, "ENDPOINT_LOCKED"])
      yield* TestClock.adjust("25 hours")
      yield* again
      expect(missingIn(yield* v2.deleteEndpoint(secret), "compute.v2.delete_endpoint.default")).toEqual([])
      expect(yield* refusalOf(v2.getEndpoint(secret))).toEqual([404, "ENDPOINT_NOT_FOUND"])
      const { endpoint_id } = yield* v3.registerEndpoint({ endpoint_name: "third", metadata: {} })
      yield* v3.deleteEndpoint(endpoint_id)
      expect(yield* refusalOf(v2.deleteEndpoint(theirs))).toEqual([403, "ENDPOINT_ACCESS_FORBIDDEN"])
    }).pipe(inProcess)
  )
})

describe("administrators", () => {
  const asLinus = Effect.gen(function* () {
    yield* (yield* Simulator).setPerson({ identity: "linus@lab.example.edu" })
    const app = UserApp.layer({ appName: "theirs", clientId: World.nativeClientId })
    const clients = yield* Layer.build(
      Layer.mergeAll(ComputeClientV2.layer, ComputeClientV3.layer).pipe(Layer.provide(app), Layer.fresh)
    )
    return yield* Effect.all([ComputeClientV2, ComputeClientV3]).pipe(Effect.provide(clients))
  })

  it.effect("manage an endpoint beside its owner", () =>
    Effect.gen(function* () {
      const v3 = yield* ComputeClientV3
      const endpoint_name = "laptop"
      yield* v3.updateEndpoint(laptop, { endpoint_name, metadata: {} })
      const [v2OfLinus, v3OfLinus] = yield* asLinus
      expect(yield* refusalOf(v2OfLinus.getEndpoint(laptop))).toEqual([403, "ENDPOINT_ACCESS_FORBIDDEN"])
      yield* v3.updateEndpoint(laptop, { endpoint_name, metadata: {}, admins: [linus] })
      expect((yield* v2OfLinus.getEndpoint(laptop)).name).toBe(endpoint_name)
      expect((yield* v2OfLinus.listEndpoints({ role: "any" })).map(({ name }) => name)).toContain("laptop")
      yield* v3OfLinus.lockEndpoint(laptop)
      const { compute_endpoints = [] } = yield* (yield* Simulator).world
      expect(compute_endpoints.find(({ id }) => id === laptop)).toMatchObject({ admins: [linus] })
    }).pipe(Effect.scoped, inProcess)
  )
})

describe("a function for one endpoint", () => {
  it.effect("runs nowhere else", () =>
    Effect.gen(function* () {
      const v3 = yield* ComputeClientV3
      const meta = { python_version: "3.12", sdk_version: "3", serde_identifier: "10" }
      const bound = { function_name: "f", function_code: "c", meta, ha_endpoint_id: cluster }
      const made = yield* v3.registerFunction(bound)
      expect(made.ha_warning).toContain("not of high assurance")
      const tasks = { [made.function_uuid]: ["x"] }
      expect(Object.keys((yield* v3.submit(cluster, { tasks })).tasks)).toHaveLength(1)
      expect(yield* refusalOf(v3.submit(laptop, { tasks }))).toEqual([403, "FUNCTION_NOT_PERMITTED"])
      const nowhere = v3.registerFunction({ ...bound, ha_endpoint_id: policy })
      expect(yield* refusalOf(nowhere)).toEqual([404, "ENDPOINT_NOT_FOUND"])
    }).pipe(inProcess)
  )
})

describe("queues", () => {
  it.effect("have addresses, at which nobody listens", () =>
    Effect.gen(function* () {
      const v2 = yield* ComputeClientV2
      const { connection_url, queue_prefix } = yield* v2.getResultAmqpUrl()
      expect(queue_prefix).toContain(rosalind)
      const { host, protocol } = new URL(Redacted.value(connection_url))
      expect([protocol, host]).toEqual(["amqps:", "mq.globus.invalid"])
    }).pipe(inProcess)
  )
})

describe("functions", () => {
  it.effect("are registered, found and removed", () =>
    Effect.gen(function* () {
      const v2 = yield* ComputeClientV2
      const v3 = yield* ComputeClientV3
      const made = yield* v2.registerFunction({
        function_name: "f",
        function_code: "code",
        metadata: { python_version: "3.12.6", sdk_version: "2.28.1" }
      })
      expect(missingIn(made, "compute.v2.register_function.default")).toEqual([])
      const found = yield* v2.getFunction(made.function_uuid)
      expect(missingIn(found, "compute.v2.get_function.default")).toEqual([])
      expect(found).toMatchObject({ function_code: "code", metadata: { sdk_version: "2.28.1" } })
      yield* v2.deleteFunction(made.function_uuid)
      expect(yield* refusalOf(v2.getFunction(made.function_uuid))).toEqual([404, "FUNCTION_NOT_FOUND"])
      const meta = { python_version: "3.12", sdk_version: "3", serde_identifier: "10" }
      const third = yield* v3.registerFunction({ function_name: "g", function_code: "c", meta })
      expect((yield* v2.getFunction(third.function_uuid)).function_name).toBe("g")
      expect(yield* refusalOf(v2.getFunction(secret))).toEqual([403, "FUNCTION_ACCESS_FORBIDDEN"])
    }).pipe(inProcess)
  )
})

describe("tasks", () => {
  it.effect("run as time passes, as many at once as there are workers", () =>
    Effect.gen(function* () {
      const v2 = yield* ComputeClientV2
      const v3 = yield* ComputeClientV3
      const submitted = yield* v3.submit(cluster, { tasks: { [hello]: ["a", "b", "c"] } })
      expect(Object.keys(submitted.tasks)).toEqual([hello])
      const ids = submitted.tasks[hello] ?? []
      const statuses = Effect.map(v2.getTaskBatch({ task_ids: ids }), ({ results }) =>
        ids.map((id) => results[id]?.status)
      )
      expect(yield* statuses).toEqual(["received", "received", "received"])
      yield* TestClock.adjust("500 millis")
      expect(yield* statuses).toEqual(["waiting-for-nodes", "waiting-for-nodes", "waiting-for-nodes"])
      yield* TestClock.adjust("1 second")
      expect(yield* statuses).toEqual(["running", "running", "waiting-for-nodes"])
      expect((yield* v2.getEndpointStatus(cluster)).details).toMatchObject({
        idle_workers: 0,
        pending_tasks: 1,
        outstanding_tasks: 3
      })
      yield* TestClock.adjust("10 seconds")
      expect(yield* statuses).toEqual(["success", "success", "running"])
      yield* TestClock.adjust("10 seconds")
      const [first = cluster] = ids
      const task = yield* v2.getTask(first)
      expect(task).toMatchObject({ status: "success", result: "hello" })
      expect(missingIn(task, "compute.v2.get_task.default")).toEqual([])
      const group = yield* v2.getTaskGroup(submitted.task_group_id)
      expect(group.tasks).toHaveLength(3)
      expect(missingIn(group, "compute.v2.get_task_group.default")).toEqual([])
    }).pipe(inProcess)
  )

  it.effect("answer what their function throws, or their arguments", () =>
    Effect.gen(function* () {
      const v2 = yield* ComputeClientV2
      const { function_uuid: echo } = yield* v2.registerFunction({ function_name: "e", function_code: "c" })
      const { results } = yield* v2.submit({
        tasks: [
          [fails, cluster, "x"],
          [echo, cluster, "arguments"],
          [secret, cluster, "x"]
        ]
      })
      const of = (index: number) => {
        const result = results[index]
        return typeof result === "object" ? result : expect.fail("there is no result")
      }
      expect([of(0).status, of(1).status, of(2).status]).toEqual(["Success", "Success", "Failed"])
      expect(of(2).http_status_code).toBe(403)
      yield* TestClock.adjust("1 minute")
      expect(yield* v2.getTask(of(0).task_uuid)).toMatchObject({ status: "failed", exception: "Traceback…" })
      expect(yield* v2.getTask(of(1).task_uuid)).toMatchObject({ status: "success", result: "arguments" })
      expect(yield* refusalOf(v2.getTask(of(2).task_uuid))).toEqual([404, "TASK_NOT_FOUND"])
    }).pipe(inProcess)
  )

  it.effect("wait for an endpoint that is not there", () =>
    Effect.gen(function* () {
      const v2 = yield* ComputeClientV2
      const v3 = yield* ComputeClientV3
      const { tasks } = yield* v3.submit(laptop, { tasks: { [hello]: ["a"] } })
      const [id = hello] = tasks[hello] ?? []
      yield* TestClock.adjust("1 hour")
      const task = Effect.map(v2.getTask(id), ({ status }) => status)
      expect(yield* task).toBe("waiting-for-ep")
      yield* v3.updateEndpoint(laptop, { endpoint_name: "laptop", metadata: {} })
      expect(yield* task).toBe("running")
      yield* TestClock.adjust("10 seconds")
      expect(yield* task).toBe("success")
    }).pipe(inProcess)
  )

  it.effect("are for functions that may run there, and for people who have logged in as it asks", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const v3 = yield* ComputeClientV3
      expect(yield* refusalOf(v3.submit(theirs, { tasks: { [fails]: ["a"] } }))).toEqual([
        403,
        "FUNCTION_NOT_PERMITTED"
      ])
      // The app logs in again, with a second factor.
      const submitted = yield* v3.submit(theirs, { tasks: { [hello]: ["a"] } })
      // Its tasks are by the id of their function.
      expect(missingIn({ ...submitted, tasks: null }, "compute.v3.submit.default")).toEqual([])
      const { logins } = yield* simulator.activity
      expect(logins.at(-1)?.parameters).toMatchObject({ session_required_policies: policy })
      expect(yield* refusalOf(v3.submit(theirs, { tasks: { [policy]: ["a"] } }))).toEqual([
        404,
        "FUNCTION_NOT_FOUND"
      ])
    }).pipe(inProcess)
  )
})

describe("containers", () => {
  it.effect("are registered, or take their time to be built", () =>
    Effect.gen(function* () {
      const v2 = yield* ComputeClientV2
      const there = yield* v2.registerContainer({ name: "there", type: "docker", location: "example/there" })
      expect((yield* v2.getContainer(there.container_id, "docker")).container).toMatchObject({
        build_status: "provided",
        location: "example/there"
      })
      const built = yield* v2.buildContainer({ name: "built", pip: ["numpy"] })
      expect((yield* v2.getContainerBuildStatus(built.container_id)).status).toBe("building")
      yield* TestClock.adjust("1 minute")
      expect((yield* v2.getContainerBuildStatus(built.container_id)).status).toBe("ready")
    }).pipe(inProcess)
  )
})

describe("what Compute knows", () => {
  it.effect("is in the snapshot, and in the world", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const v2 = yield* ComputeClientV2
      const v3 = yield* ComputeClientV3
      const { task_group_id } = yield* v3.submit(cluster, { tasks: { [hello]: ["a"] } })
      const kept = yield* simulator.snapshot
      yield* v2.deleteEndpoint(cluster)
      yield* simulator.restore(kept)
      expect((yield* v2.getTaskGroup(task_group_id)).tasks).toHaveLength(1)
      const { compute_endpoints = [], compute_functions = [] } = yield* simulator.world
      expect(compute_endpoints.map(({ name }) => name)).toEqual(["cluster", "laptop", "theirs"])
      expect(compute_functions).toMatchObject([
        { returns: "hello" },
        { throws: "Traceback…", seconds: 2 },
        { id: secret }
      ])
    }).pipe(inProcess)
  )

  it.effect("is told in the words of Compute", () =>
    Effect.gen(function* () {
      const { environment } = yield* Simulator
      const tokens = yield* logIn(ComputeScopes.all)
      const ask = (path: string, token = tokens[ComputeScopes.resourceServer]) =>
        Effect.gen(function* () {
          const request = HttpClientRequest.get(`${environment.urls.compute}${path}`)
          const response = yield* HttpClient.execute(HttpClientRequest.bearerToken(request, token ?? ""))
          return { status: response.status, json: yield* response.json }
        })
      expect(yield* ask(`v2/endpoints/${hello}`)).toEqual({
        status: 404,
        json: {
          status: "Failed",
          code: "ENDPOINT_NOT_FOUND",
          error_args: [hello],
          http_status_code: 404,
          detail: `Endpoint ${hello} could not be resolved`,
          reason: `Endpoint ${hello} could not be resolved`
        }
      })
      expect(yield* ask("v2/endpoints/x")).toMatchObject({
        status: 422,
        json: { detail: [{ loc: ["path", "endpoint_id"] }] }
      })
      expect((yield* ask("v2/endpoints", "nonsense")).status).toBe(401)
    }).pipe(Effect.provide(Simulator.layerBackend({ world })))
  )
})

/** The operations of both versions of Compute: what each sends, needs and answers, what it refuses, and what is secret. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { inspect } from "node:util"
import { ComputeV2, ComputeV3 } from "../../src/compute/Api.ts"
import { ComputeClientV2 } from "../../src/compute/ComputeClientV2.ts"
import { ComputeClientV3 } from "../../src/compute/ComputeClientV3.ts"
import type { GlobusError } from "../../src/model/GlobusError.ts"
import { ComputeScopes } from "../../src/model/Scopes.ts"
import * as Contract from "../service/internal/Contract.ts"
import * as StubHttp from "../service/internal/StubHttp.ts"

const { resourceServer } = ComputeScopes
const anyOf = [ComputeScopes.all]

const endpointId = "f1bef704-e7b9-11f1-a556-02fc00000001"
const functionId = "f1bef812-e7b9-11f1-a556-02fc00000001"
const taskId = "f1bef998-e7b9-11f1-a556-02fc00000001"
const groupId = "f1bef916-e7b9-11f1-a556-02fc00000001"
const containerId = "f1bef9f2-e7b9-11f1-a556-02fc00000001"

const url = "amqps://user:s3cret@mq.fqdn"
const readQueue = { connection_url: url, exchange: "e", queue: "q" }
const writeQueue = {
  ...readQueue,
  queue_publish_kwargs: {
    exchange: "e",
    routing_key: "r",
    mandatory: true,
    properties: { delivery_mode: 2 }
  }
}

const registeredEndpoint = {
  endpoint_id: endpointId,
  task_queue_info: readQueue,
  result_queue_info: writeQueue,
  heartbeat_queue_info: writeQueue,
  warnings: ["old"]
}

const endpoint = {
  uuid: endpointId,
  name: "my-endpoint",
  display_name: null,
  multi_user: true,
  high_assurance: false,
  public: false,
  endpoint_config: "display_name: My Endpoint",
  user_config_schema: { type: "object" },
  subscription_uuid: null,
  subscription_admin_verified: false
}

const task = { task_id: taskId, status: "success", result: "10000", completion_t: "1677183605.212898" }

describe("version 2", () => {
  Contract.suite<ComputeClientV2["Service"]>({
    api: ComputeV2,
    resourceServer,
    client: Effect.provide(ComputeClientV2, ComputeClientV2.layer),
    maps: ["getTaskBatch"],
    cases: [
      {
        name: "getVersion",
        call: (compute) => compute.getVersion({ service: "all" }),
        sends: "GET /v2/version?service=all",
        answers: { api: "1.0.27", min_sdk_version: "2.0.0", git_sha: null },
        anyOf
      },
      {
        name: "headVersion",
        call: (compute) => compute.headVersion(),
        sends: "HEAD /v2/version",
        anyOf
      },
      {
        name: "checkAuthentication",
        call: (compute) => compute.checkAuthentication(),
        sends: "GET /v2/authenticate",
        answers: "OK",
        anyOf
      },
      {
        name: "getResultAmqpUrl",
        call: (compute) => compute.getResultAmqpUrl(),
        sends: "GET /v2/get_amqp_result_connection_url",
        answers: { queue_prefix: "p", connection_url: url },
        anyOf
      },
      {
        name: "listEndpoints",
        call: (compute) => compute.listEndpoints({ role: "any" }),
        sends: "GET /v2/endpoints?role=any",
        answers: [{ uuid: endpointId, name: "a", display_name: "A", owner: containerId }],
        anyOf
      },
      {
        name: "registerEndpoint",
        call: (compute) =>
          compute.registerEndpoint({
            endpoint_name: "a",
            endpoint_uuid: endpointId,
            allowed_functions: [functionId],
            metadata: { hostname: "h", brand_new: 1 }
          }),
        sends: "POST /v2/endpoints",
        body: {
          endpoint_name: "a",
          endpoint_uuid: endpointId,
          allowed_functions: [functionId],
          metadata: { hostname: "h", brand_new: 1 }
        },
        answers: { endpoint_id: endpointId, command_queue_info: readQueue, warnings: null },
        anyOf
      },
      {
        name: "getEndpoint",
        call: (compute) => compute.getEndpoint(endpointId),
        sends: `GET /v2/endpoints/${endpointId}`,
        answers: endpoint,
        anyOf
      },
      {
        name: "deleteEndpoint",
        call: (compute) => compute.deleteEndpoint(endpointId),
        sends: `DELETE /v2/endpoints/${endpointId}`,
        answers: { result: 302 },
        anyOf
      },
      {
        name: "getEndpointStatus",
        call: (compute) => compute.getEndpointStatus(endpointId),
        sends: `GET /v2/endpoints/${endpointId}/status`,
        answers: {
          status: "online",
          details: {
            total_workers: 4,
            idle_workers: 1,
            pending_tasks: 0,
            outstanding_tasks: 3,
            managers: null
          }
        },
        anyOf
      },
      {
        name: "lockEndpoint",
        call: (compute) => compute.lockEndpoint(endpointId),
        sends: `POST /v2/endpoints/${endpointId}/lock`,
        answers: { endpoint_id: endpointId, lock_expiration_timestamp: "2021-07-01T00:00:00.000000" },
        anyOf
      },
      {
        name: "registerFunction",
        call: (compute) =>
          compute.registerFunction({ function_name: "f", function_code: "c", container_uuid: containerId }),
        sends: "POST /v2/functions",
        body: { function_name: "f", function_code: "c", container_uuid: containerId },
        answers: { function_uuid: functionId },
        anyOf
      },
      {
        name: "getFunction",
        call: (compute) => compute.getFunction(functionId),
        sends: `GET /v2/functions/${functionId}`,
        answers: {
          function_uuid: functionId,
          function_name: "f",
          function_code: "c",
          description: null,
          metadata: { python_version: "3.12.6", sdk_version: null }
        },
        anyOf
      },
      {
        name: "deleteFunction",
        call: (compute) => compute.deleteFunction(functionId),
        sends: `DELETE /v2/functions/${functionId}`,
        answers: { result: 302 },
        anyOf
      },
      {
        name: "submit",
        call: (compute) =>
          compute.submit({ task_group_id: groupId, tasks: [[functionId, endpointId, "payload"]] }),
        sends: "POST /v2/submit",
        body: { task_group_id: groupId, tasks: [[functionId, endpointId, "payload"]] },
        answers: {
          response: "batch",
          task_group_id: groupId,
          results: [{ status: "Success", task_uuid: taskId, http_status_code: 200 }, "no"]
        },
        anyOf
      },
      {
        name: "getTask",
        call: (compute) => compute.getTask(taskId),
        sends: `GET /v2/tasks/${taskId}`,
        answers: { ...task, details: { os: "Linux", task_transitions: { "execution-start": 1.5 } } },
        anyOf
      },
      {
        name: "getTaskBatch",
        call: (compute) => compute.getTaskBatch({ task_ids: [taskId, groupId] }),
        sends: "POST /v2/batch_status",
        body: { task_ids: [taskId, groupId] },
        answers: {
          response: "batch",
          results: { [taskId]: task, [groupId]: { task_id: groupId, reason: "unknown", brand_new: 1 } }
        },
        anyOf
      },
      {
        name: "getTaskGroup",
        call: (compute) => compute.getTaskGroup(groupId),
        sends: `GET /v2/taskgroup/${groupId}`,
        answers: { taskgroup_id: groupId, tasks: [{ id: taskId, created_at: "2021-05-05T15:00:00" }] },
        anyOf
      },
      {
        name: "registerContainer",
        call: (compute) =>
          compute.registerContainer({ name: "c", type: "docker", location: "docker.io/c:latest" }),
        sends: "POST /v2/containers",
        body: { name: "c", type: "docker", location: "docker.io/c:latest" },
        answers: { container_id: containerId },
        anyOf
      },
      {
        name: "buildContainer",
        call: (compute) => compute.buildContainer({ name: "c", pip: ["numpy"], apt: [] }),
        sends: "POST /v2/containers/build",
        body: { name: "c", pip: ["numpy"], apt: [] },
        answers: { container_id: containerId },
        anyOf
      },
      {
        name: "getContainerBuildStatus",
        call: (compute) => compute.getContainerBuildStatus(containerId),
        sends: `GET /v2/containers/build/${containerId}`,
        answers: { status: "building" },
        anyOf
      },
      {
        name: "getContainer",
        call: (compute) => compute.getContainer(containerId, "singularity"),
        sends: `GET /v2/containers/${containerId}/singularity`,
        answers: {
          container: {
            container_uuid: containerId,
            name: "c",
            build_status: "failed",
            location: null,
            build_stderr: "oh"
          }
        },
        anyOf
      }
    ]
  })
})

describe("version 3", () => {
  const newEndpoint = {
    endpoint_name: "a",
    admins: [containerId],
    subscription_uuid: groupId,
    metadata: { endpoint_config: "engine: {}" }
  }

  Contract.suite<ComputeClientV3["Service"]>({
    api: ComputeV3,
    resourceServer,
    client: Effect.provide(ComputeClientV3, ComputeClientV3.layer),
    maps: ["submit", "getEndpointConsole"],
    cases: [
      {
        name: "registerEndpoint",
        call: (compute) => compute.registerEndpoint(newEndpoint),
        sends: "POST /v3/endpoints",
        body: newEndpoint,
        answers: registeredEndpoint,
        anyOf
      },
      {
        name: "updateEndpoint",
        call: (compute) =>
          compute.updateEndpoint(endpointId, { ...newEndpoint, authentication_policy: null }),
        sends: `PUT /v3/endpoints/${endpointId}`,
        body: { ...newEndpoint, authentication_policy: null },
        answers: registeredEndpoint,
        anyOf
      },
      {
        name: "deleteEndpoint",
        call: (compute) => compute.deleteEndpoint(endpointId),
        sends: `DELETE /v3/endpoints/${endpointId}`,
        anyOf
      },
      {
        name: "lockEndpoint",
        call: (compute) => compute.lockEndpoint(endpointId),
        sends: `POST /v3/endpoints/${endpointId}/lock`,
        answers: { endpoint_id: endpointId, lock_expiration_timestamp: 1_625_097_600 },
        anyOf
      },
      {
        name: "getEndpointAllowlist",
        call: (compute) => compute.getEndpointAllowlist(endpointId),
        sends: `GET /v3/endpoints/${endpointId}/allowed_functions`,
        answers: { endpoint_id: endpointId, restricted: true, functions: [functionId] },
        anyOf
      },
      {
        name: "getEndpointConsole",
        call: (compute) =>
          compute.getEndpointConsole(endpointId, { user_endpoint_id: groupId, include_fields: "node_info" }),
        sends: `GET /v3/endpoints/${endpointId}/console?user_endpoint_id=${groupId}&include_fields=node_info`,
        answers: {
          user_endpoints: [
            {
              user_endpoint_id: groupId,
              active: true,
              posix_pid: 7,
              start_time_unix: 1.5,
              node_info: { n1: [{ total_worker_count: 4, brand_new: 1 }] },
              brand_new: 1
            }
          ]
        },
        anyOf
      },
      {
        name: "setSubscriptionAdminVerified",
        call: (compute) =>
          compute.setSubscriptionAdminVerified(endpointId, { subscription_admin_verified: true }),
        sends: `PUT /v3/endpoints/${endpointId}/subscription-admin-verified`,
        body: { subscription_admin_verified: true },
        answers: { subscription_admin_verified: true },
        anyOf
      },
      {
        name: "submit",
        call: (compute) =>
          compute.submit(endpointId, {
            tasks: { [functionId]: ["one", "two"] },
            create_queue: true,
            user_runtime: { python: { version_tuple: [3, 12, 6] } },
            result_serializers: ["json"]
          }),
        sends: `POST /v3/endpoints/${endpointId}/submit`,
        body: {
          tasks: { [functionId]: ["one", "two"] },
          create_queue: true,
          user_runtime: { python: { version_tuple: [3, 12, 6] } },
          result_serializers: ["json"]
        },
        answers: {
          request_id: "r",
          task_group_id: groupId,
          endpoint_id: endpointId,
          tasks: { [functionId]: [taskId, containerId] },
          brand_new: 1
        },
        anyOf
      },
      {
        name: "registerFunction",
        call: (compute) =>
          compute.registerFunction({
            function_name: "f",
            function_code: "c",
            meta: { python_version: "3.12.6", sdk_version: "2.28.1", serde_identifier: "10" },
            ha_endpoint_id: endpointId
          }),
        sends: "POST /v3/functions",
        body: {
          function_name: "f",
          function_code: "c",
          meta: { python_version: "3.12.6", sdk_version: "2.28.1", serde_identifier: "10" },
          ha_endpoint_id: endpointId
        },
        answers: { function_uuid: functionId, ha_warning: null },
        anyOf
      }
    ]
  })
})

const withClients = (answer: Parameters<typeof StubHttp.make>[0] = () => StubHttp.json({})) => {
  const globus = Contract.globus(answer)
  const clients = Layer.provide(Layer.merge(ComputeClientV2.layer, ComputeClientV3.layer), globus.layer)
  return {
    ...globus,
    run: <A, E>(
      use: (v2: ComputeClientV2["Service"], v3: ComputeClientV3["Service"]) => Effect.Effect<A, E>
    ) =>
      Effect.gen(function* () {
        return yield* use(yield* ComputeClientV2, yield* ComputeClientV3)
      }).pipe(Effect.provide(clients))
  }
}

describe("scopes", () => {
  it.effect(
    "a program with these clients requires all of Compute, or what it says instead, and what it adds",
    () =>
      Effect.gen(function* () {
        const { layer, required, run, sent } = withClients()
        yield* run((v2, v3) => Effect.andThen(v2.addScopes("a"), v3.addScopes("b[c]")))
        yield* Effect.provide(
          Effect.andThen(ComputeClientV2, ComputeClientV3),
          Layer.provide(
            Layer.merge(
              ComputeClientV2.layerWith({ scopes: "x" }),
              ComputeClientV3.layerWith({ scopes: "y" })
            ),
            layer
          )
        )
        assert.sameDeepMembers(
          required,
          [ComputeScopes.all, ComputeScopes.all, "a", "b[c]", "x", "y"].map(
            (scopes) => ["funcx_service", scopes] as const
          )
        )
        assert.lengthOf(sent, 0)
      })
  )

  it.effect("a scope that cannot be read is an error, and nothing is required", () =>
    Effect.gen(function* () {
      const { layer, required } = Contract.globus(() => StubHttp.json({}))
      const fails = <A, R>(client: Layer.Layer<A, { readonly _tag: string }, R>) =>
        Effect.flip(Effect.scoped(Layer.build(client)))
      const errors = [
        yield* fails(Layer.provide(ComputeClientV2.layerWith({ scopes: "a[" }), layer)),
        yield* fails(Layer.provide(ComputeClientV3.layerWith({ scopes: "a[" }), layer))
      ]
      for (const { _tag } of errors) assert.strictEqual(_tag, "ScopeParseError")
      assert.lengthOf(required, 0)
    })
  )
})

describe("input that cannot be right", () => {
  it.effect.each<{
    readonly what: string
    readonly call: (
      v2: ComputeClientV2["Service"],
      v3: ComputeClientV3["Service"]
    ) => Effect.Effect<unknown, GlobusError>
    readonly field: string
  }>([
    { what: "an endpoint that has no id", call: (v2) => v2.getEndpoint("mine"), field: "endpoint_id" },
    { what: "a function that has no id", call: (v2) => v2.getFunction("f"), field: "function_id" },
    { what: "a task that has no id", call: (v2) => v2.getTask("../version"), field: "task_id" },
    { what: "a group that has no id", call: (v2) => v2.getTaskGroup(""), field: "task_group_id" },
    {
      what: "a container that has no id",
      call: (v2) => v2.getContainer("c", "docker"),
      field: "container_id"
    },
    { what: "no tasks", call: (v2) => v2.getTaskBatch({ task_ids: [] }), field: "payload.task_ids" },
    {
      what: "a task of several that has no id",
      call: (v2) => v2.getTaskBatch({ task_ids: [taskId, "t"] }),
      field: "payload.task_ids[1]"
    },
    { what: "no calls", call: (v2) => v2.submit({ tasks: [] }), field: "payload.tasks" },
    {
      what: "a call of what is no function",
      call: (v2) => v2.submit({ tasks: [["f", endpointId, ""]] }),
      field: "payload.tasks[0][0]"
    },
    {
      what: "no calls of functions",
      call: (_, v3) => v3.submit(endpointId, { tasks: {} }),
      field: "payload.tasks"
    },
    {
      what: "calls of what is no function",
      call: (_, v3) => v3.submit(endpointId, { tasks: { f: ["x"] } }),
      field: "payload.tasks.f"
    },
    {
      what: "a function that is not called",
      call: (_, v3) => v3.submit(endpointId, { tasks: { [functionId]: [] } }),
      field: `payload.tasks.${functionId}`
    },
    {
      what: "a function that may not run because it is none",
      call: (_, v3) => v3.registerEndpoint({ endpoint_name: "a", metadata: {}, allowed_functions: ["f"] }),
      field: "payload.allowed_functions[0]"
    },
    {
      what: "somebody's endpoint that has no id",
      call: (_, v3) => v3.getEndpointConsole(endpointId, { user_endpoint_id: "u" }),
      field: "query.user_endpoint_id"
    }
  ])("$what: nothing is sent", ({ call, field }) =>
    Effect.gen(function* () {
      const { run, sent } = withClients()
      const error = yield* Effect.flip(run(call))
      assert(error._tag === "InvalidRequest", String(error))
      assert.strictEqual(error.field, field)
      assert.lengthOf(sent, 0)
    })
  )
})

describe("secrets", () => {
  it.effect("what an endpoint connects with is not seen by chance", () =>
    Effect.gen(function* () {
      const { run } = withClients(({ method }) =>
        StubHttp.json(method === "GET" ? { queue_prefix: "p", connection_url: url } : registeredEndpoint)
      )
      const { connection_url } = yield* run((v2) => v2.getResultAmqpUrl())
      const registered = yield* run((_, v3) => v3.registerEndpoint({ endpoint_name: "a", metadata: {} }))
      for (const shown of [
        inspect(registered, { depth: 9 }),
        JSON.stringify(registered),
        inspect(connection_url)
      ]) {
        assert.notInclude(shown, "s3cret")
      }
      assert.strictEqual(Redacted.value(connection_url), url)
    })
  )
})

describe("what Globus refuses", () => {
  it.effect("says why, with Compute's own code", () =>
    Effect.gen(function* () {
      const body = {
        status: "Failed",
        code: "RESOURCE_LOCKED",
        error_args: [endpointId],
        http_status_code: 423,
        detail: "the endpoint is locked",
        reason: "the endpoint is locked"
      }
      const { run, sent } = withClients(() => StubHttp.json(body, { status: 423 }))
      const error = yield* Effect.flip(
        run((_, v3) => v3.registerEndpoint({ endpoint_name: "a", metadata: {} }))
      )
      assert(error._tag === "ApiError")
      assert.strictEqual(error.status, 423)
      assert.isTrue(error.is("RESOURCE_LOCKED"))
      assert.strictEqual(error.detail, "the endpoint is locked")
      assert.lengthOf(sent, 1)
    })
  )
})

describe("the service", () => {
  it.effect("tells its version as text, or as a document", () =>
    Effect.gen(function* () {
      const { run } = withClients(() => StubHttp.json("1.0.27"))
      assert.strictEqual(yield* run((v2) => v2.getVersion()), "1.0.27")
    })
  )
})

/** Version 2 of Globus Compute. */
import type { ComputeApi } from "@effect-globus/sdk/compute"
import {
  ComputeEndpointId,
  ComputeTaskId,
  FunctionId,
  IdentityId,
  SubscriptionId
} from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Instant from "../Instant.ts"
import * as Refusals from "../Refusal.ts"
import { type Handlers, requiring } from "../Service.ts"
import { set, without } from "../State.ts"
import { Store } from "../Store.ts"
import * as Registry from "./Registry.ts"
import {
  callable,
  change,
  complete,
  connectionUrl,
  deleteEndpoint,
  detailsOf,
  groupId,
  lockEndpoint,
  manages,
  ownTask,
  read,
  refusal,
  registerEndpoint,
  registerFunction,
  takeOn,
  taskOf,
  textOf,
  visibleEndpoint
} from "./Service.ts"

const version = "1.0.60"

/** What Globus answers where something was removed; nobody says what it means. */
const removed = { result: 302 }

const endpointOf = (endpoint: Registry.Endpoint) => {
  const text = (name: string) => textOf(endpoint.metadata[name])
  return {
    uuid: ComputeEndpointId.make(endpoint.id),
    name: endpoint.name,
    display_name: endpoint.display_name,
    multi_user: endpoint.multi_user,
    high_assurance: endpoint.high_assurance,
    public: endpoint.public,
    endpoint_config: text("endpoint_config") ?? "",
    user_config_template: text("user_config_template") ?? "",
    user_config_schema: {},
    description: endpoint.description,
    hostname: text("hostname"),
    local_user: text("local_user"),
    ip_address: text("ip_address"),
    endpoint_version: text("endpoint_version") ?? "2.31.0",
    sdk_version: text("sdk_version") ?? "2.31.0",
    subscription_uuid: endpoint.subscription === null ? null : SubscriptionId.make(endpoint.subscription),
    subscription_admin_verified: endpoint.verified
  }
}

const buildTime = 5000

export const v2: Handlers<(typeof ComputeApi)["groups"]["v2"]> = {
  getVersion: ({ query }) =>
    Effect.succeed(
      query.service === "all"
        ? {
            api: version,
            min_sdk_version: "2.0.0",
            min_ep_version: "2.0.0",
            git_sha: null,
            container_service: null
          }
        : version
    ),

  headVersion: () => Effect.void,

  checkAuthentication: () => Effect.succeed("OK"),

  getResultAmqpUrl: () =>
    read(({ identity }) =>
      Result.succeed({ queue_prefix: `${identity}.results.`, connection_url: connectionUrl })
    ),

  listEndpoints: ({ query }) =>
    read(({ identity, state }) =>
      Result.succeed(
        [...state.compute.endpoints.values()].flatMap((endpoint) =>
          endpoint.owner === identity ||
          (query.role === "any" &&
            (manages(state, endpoint, identity) || endpoint.public || endpoint.multi_user))
            ? [
                {
                  uuid: ComputeEndpointId.make(endpoint.id),
                  name: endpoint.name,
                  display_name: endpoint.display_name,
                  owner: IdentityId.make(endpoint.owner)
                }
              ]
            : []
        )
      )
    ),

  registerEndpoint: ({ payload }) =>
    complete(payload, ["endpoint_uuid", "endpoint_name"], () =>
      registerEndpoint(payload.endpoint_uuid.toLowerCase(), payload, { isThere: false })
    ),

  getEndpoint: ({ params }) =>
    read((asked) => Result.map(visibleEndpoint(asked, params.endpoint_id), endpointOf)),

  deleteEndpoint: ({ params }) => deleteEndpoint(params.endpoint_id, removed),

  getEndpointStatus: ({ params }) =>
    read((asked) =>
      Result.map(visibleEndpoint(asked, params.endpoint_id), (endpoint) => {
        const tasks = Registry.outstanding(asked.state.compute, endpoint.id, asked.now)
        const running = tasks.filter((task) => Registry.statusOf(task, asked.now) === "running").length
        return {
          status: endpoint.online ? ("online" as const) : ("offline" as const),
          details: {
            total_workers: endpoint.online ? endpoint.workers : 0,
            idle_workers: endpoint.online ? endpoint.workers - running : 0,
            pending_tasks: tasks.length - running,
            outstanding_tasks: tasks.length,
            managers: endpoint.online ? 1 : 0
          }
        }
      })
    ),

  lockEndpoint: ({ params }) => lockEndpoint(params.endpoint_id),

  registerFunction: ({ payload }) =>
    complete(payload, ["function_name", "function_code"], () =>
      registerFunction(payload, payload.metadata ?? null)
    ),

  getFunction: ({ params }) =>
    read((asked) =>
      Result.map(callable(asked, params.function_id), (called) => ({
        function_uuid: FunctionId.make(called.id),
        function_name: called.name,
        function_code: called.code,
        description: called.description,
        metadata: {
          python_version: textOf(called.metadata?.["python_version"]),
          sdk_version: textOf(called.metadata?.["sdk_version"])
        }
      }))
    ),

  deleteFunction: ({ params }) =>
    change((asked) =>
      Result.flatMap(callable(asked, params.function_id), (called) => {
        const { compute } = asked.state
        return called.owner === asked.identity
          ? Result.succeed([
              removed,
              { ...compute, functions: without(compute.functions, called.id) }
            ] as const)
          : Result.fail(
              refusal(403, "FUNCTION_ACCESS_FORBIDDEN", `Unauthorized access to function ${called.id}`, [
                called.id
              ])
            )
      })
    ),

  submit: Effect.fnUntraced(function* ({ payload }) {
    yield* requiring(Refusals.compute, payload, "tasks")
    const { uuid } = yield* Store
    const group = payload.task_group_id ?? groupId(yield* uuid)
    const calls = yield* Effect.forEach(payload.tasks, ([called, endpoint, args]) =>
      Effect.map(uuid, (id) => ({ id, function: called, endpoint, arguments: args }))
    )
    return yield* change((asked) => {
      const [results, compute] = takeOn(asked, group, calls)
      return Result.succeed([
        {
          response: "success",
          task_group_id: groupId(group),
          results: results.map((result, index) => ({
            status: Result.isSuccess(result) ? "Success" : "Failed",
            task_uuid: ComputeTaskId.make(calls[index]?.id ?? ""),
            http_status_code: Result.isSuccess(result) ? 200 : result.failure.status,
            ...(Result.isSuccess(result) ? {} : { reason: result.failure.message })
          }))
        },
        compute
      ])
    })
  }),

  getTask: ({ params }) =>
    read((asked) =>
      Result.map(ownTask(asked, params.task_id), (task) => ({
        ...taskOf(task, asked.now),
        details: detailsOf(task, asked.now)
      }))
    ),

  getTaskBatch: ({ payload }) =>
    read((asked) =>
      Result.succeed({
        response: "batch",
        results: Object.fromEntries(
          payload.task_ids.map((id) => [
            id,
            Result.match(ownTask(asked, id), {
              onFailure: ({ message }) => ({
                task_id: ComputeTaskId.make(id),
                status: "failed" as const,
                reason: message
              }),
              onSuccess: (task) => taskOf(task, asked.now)
            })
          ])
        )
      })
    ),

  getTaskGroup: ({ params }) =>
    read(({ identity, state }) => {
      const tasks = [...state.compute.tasks.values()].filter(
        ({ group, owner }) => group === params.task_group_id.toLowerCase() && owner === identity
      )
      return tasks.length === 0
        ? Result.fail(
            refusal(404, "TASK_GROUP_NOT_FOUND", `Task group ${params.task_group_id} could not be resolved`, [
              params.task_group_id
            ])
          )
        : Result.succeed({
            taskgroup_id: groupId(params.task_group_id),
            create_websockets_queue: true,
            tasks: tasks.map(({ id, submitted }) => ({
              id: ComputeTaskId.make(id),
              created_at: Instant.withMicroseconds(submitted)
            }))
          })
    }),

  registerContainer: Effect.fnUntraced(function* ({ payload }) {
    yield* requiring(Refusals.compute, payload, "name", "type", "location")
    const id = yield* (yield* Store).uuid
    return yield* change(({ state: { compute } }) => {
      const { location, name, type } = payload
      const containers = set(compute.containers, { id, name, type, location, built: null })
      return Result.succeed([{ container_id: Registry.containerId(id) }, { ...compute, containers }])
    })
  }),

  buildContainer: Effect.fnUntraced(function* ({ payload }) {
    yield* requiring(Refusals.compute, payload, "name")
    const id = yield* (yield* Store).uuid
    return yield* change(({ now, state: { compute } }) => {
      const built = now + buildTime
      const containers = set(compute.containers, {
        id,
        name: payload.name,
        type: "docker",
        location: null,
        built
      })
      return Result.succeed([{ container_id: Registry.containerId(id) }, { ...compute, containers }])
    })
  }),

  getContainerBuildStatus: ({ params }) =>
    read(({ now, state }) => {
      const container = state.compute.containers.get(params.container_id.toLowerCase())
      return container === undefined
        ? Result.fail(noContainer(params.container_id))
        : Result.succeed({ status: buildStatusOf(container, now) })
    }),

  getContainer: ({ params }) =>
    read(({ now, state }) => {
      const container = state.compute.containers.get(params.container_id.toLowerCase())
      return container === undefined
        ? Result.fail(noContainer(params.container_id))
        : Result.succeed({
            container: {
              container_uuid: Registry.containerId(container.id),
              name: container.name,
              build_status: buildStatusOf(container, now),
              type: params.container_type,
              location: container.location
            }
          })
    })
}

const noContainer = (id: string) => refusal(404, "CONTAINER_NOT_FOUND", `Container ${id} not found`, [id])

const buildStatusOf = ({ built }: Registry.Container, now: number) =>
  built === null ? ("provided" as const) : built <= now ? ("ready" as const) : ("building" as const)

/**
 * Version 2 of Globus Compute: endpoints, functions, and the tasks in which functions run on endpoints. Use
 * `ComputeClientV3` beside it for what that version does better: submitting tasks, and registering endpoints and functions.
 *
 * ```ts
 * import { ComputeClientV2 } from "@effect-globus/sdk/compute"
 * import { Console, Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const compute = yield* ComputeClientV2
 *   for (const endpoint of yield* compute.listEndpoints()) {
 *     const { status } = yield* compute.getEndpointStatus(endpoint.uuid)
 *     yield* Console.log(endpoint.name, status)
 *   }
 * })
 * ```
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as GlobusScope from "../model/GlobusScope.ts"
import { ComputeScopes } from "../model/Scopes.ts"
import { Authorizer } from "../service/Authorizer.ts"
import type * as Operation from "../service/Operation.ts"
import * as ServiceClient from "../service/ServiceClient.ts"
import type { Transport } from "../service/Transport.ts"
import { ComputeV2 } from "./Api.ts"
import type * as V2 from "./api/V2.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The operations of version 2 of Globus Compute, each one request. */
export interface ComputeV2Operations {
  /** Get the version of the API; with `service: "all"`, those of all its parts. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Root/operation/get_version_v2_version_get */
  readonly getVersion: Operation.Operation<typeof V2.getVersion>
  /** Find out whether the service answers at all. Needs `all`. Docs: https://compute.api.globus.org/redoc#operation/get_version_v2_version_head */
  readonly headVersion: Operation.Operation<typeof V2.headVersion>
  /** Find out whether the service accepts the token. Needs `all`. Docs: https://compute.api.globus.org/redoc#operation/check_authentication_v2_authenticate_get */
  readonly checkAuthentication: Operation.Operation<typeof V2.checkAuthentication>
  /** Get new credentials for the queue of the caller's results. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Root/operation/get_user_specific_result_amqp_url_v2_get_amqp_result_connection_url_get */
  readonly getResultAmqpUrl: Operation.Operation<typeof V2.getResultAmqpUrl>
  /** List the endpoints that the caller owns; with `role: "any"`, all that the caller may use. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Endpoints/operation/get_endpoints_v2_endpoints_get */
  readonly listEndpoints: Operation.Operation<typeof V2.listEndpoints>
  /** Register an endpoint. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Endpoints/operation/register_endpoint_v2_endpoints_post */
  readonly registerEndpoint: Operation.Operation<typeof V2.registerEndpoint>
  /** Get one endpoint. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Endpoints/operation/get_endpoint_v2_endpoints__endpoint_uuid__get */
  readonly getEndpoint: Operation.Operation<typeof V2.getEndpoint>
  /** Remove an endpoint. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Endpoints/operation/delete_endpoint_v2_endpoints__endpoint_uuid__delete */
  readonly deleteEndpoint: Operation.Operation<typeof V2.deleteEndpoint>
  /** Find out whether an endpoint is online, and how busy it is. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Endpoints/operation/get_endpoint_status_v2_endpoints__endpoint_uuid__status_get */
  readonly getEndpointStatus: Operation.Operation<typeof V2.getEndpointStatus>
  /** Keep an endpoint from being registered for a while. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Endpoints/operation/lock_endpoint_v2_endpoints__endpoint_uuid__lock_post */
  readonly lockEndpoint: Operation.Operation<typeof V2.lockEndpoint>
  /** Register a function. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Functions/operation/register_function_v2_functions_post */
  readonly registerFunction: Operation.Operation<typeof V2.registerFunction>
  /** Get one function. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Functions/operation/get_function_v2_functions__function_uuid__get */
  readonly getFunction: Operation.Operation<typeof V2.getFunction>
  /** Remove a function. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Functions/operation/delete_function_v2_functions__function_uuid__delete */
  readonly deleteFunction: Operation.Operation<typeof V2.deleteFunction>
  /** Submit calls of functions on endpoints, as tasks. It is not sent again where it may have arrived. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Root/operation/submit_batch_v2_submit_post */
  readonly submit: Operation.Operation<typeof V2.submit>
  /** Get one task, and its result once there is one. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Tasks/operation/get_task_status_and_result_v2_tasks__task_uuid__get */
  readonly getTask: Operation.Operation<typeof V2.getTask>
  /** Get several tasks, and their results where there are some. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Root/operation/get_batch_status_v2_batch_status_post */
  readonly getTaskBatch: Operation.Operation<typeof V2.getTaskBatch>
  /** Get the tasks of a group. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/TaskGroup/operation/get_task_group_tasks_v2_taskgroup__task_group_uuid__get */
  readonly getTaskGroup: Operation.Operation<typeof V2.getTaskGroup>
  /** Register a container that is there already. Needs `all`. Docs: https://compute.api.globus.org/redoc#operation/register_container_v2_containers_post */
  readonly registerContainer: Operation.Operation<typeof V2.registerContainer>
  /** Have a container built. Needs `all`. Docs: https://compute.api.globus.org/redoc#operation/build_container_v2_containers_build_post */
  readonly buildContainer: Operation.Operation<typeof V2.buildContainer>
  /** Get how far a container is that is built. Needs `all`. Docs: https://compute.api.globus.org/redoc#operation/get_container_build_status_v2_containers_build__container_uuid__get */
  readonly getContainerBuildStatus: Operation.Operation<typeof V2.getContainerBuildStatus>
  /** Get a container, as it is for one runtime. Needs `all`. Docs: https://compute.api.globus.org/redoc#operation/get_container_status_v2_containers__container_uuid___container_type__get */
  readonly getContainer: Operation.Operation<typeof V2.getContainer>
}

/** Version 2 of Globus Compute. */
export interface Service extends ComputeV2Operations {
  /** Makes further scopes of Globus Compute a requirement of the program, for example with dependencies. */
  readonly addScopes: (scopes: GlobusScope.ScopeInput) => Effect.Effect<void, GlobusScope.ScopeError>
}

/** What can be set; everything has a default. */
export interface Options {
  /** The scopes that the program requires. Default: `all`. */
  readonly scopes?: GlobusScope.ScopeInput | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const { all, resourceServer } = ComputeScopes

const makeRequiring = Effect.fnUntraced(function* (scopes: ReadonlyArray<GlobusScope.GlobusScope>) {
  const authorizer = yield* Authorizer
  yield* authorizer.require(resourceServer, scopes)
  const operations: ComputeV2Operations = yield* ServiceClient.make(ComputeV2, {
    service: "compute",
    name: "ComputeV2",
    need: (anyOf) => ({ resourceServer, anyOf })
  })
  return ComputeClientV2.of({
    ...operations,
    addScopes: Effect.fn("ComputeV2.addScopes")(function* (scopes) {
      yield* authorizer.require(resourceServer, yield* GlobusScope.fromInputEffect(scopes))
    })
  })
})

const withDefaults = Effect.suspend(() => makeRequiring([GlobusScope.makeUnsafe(all)]))

/** A client of version 2 of Globus Compute, as the layers provide it. Fails if `scopes` cannot be read. */
export const make = Effect.fnUntraced(function* ({ scopes }: Options = {}) {
  return yield* scopes === undefined
    ? withDefaults
    : Effect.flatMap(GlobusScope.fromInputEffect(scopes), makeRequiring)
})

/** Version 2 of Globus Compute. */
export class ComputeClientV2 extends Context.Service<ComputeClientV2, Service>()(
  "@effect-globus/sdk/compute/ComputeClientV2"
) {
  /** Requires the scope `all` of Globus Compute. */
  static readonly layer: Layer.Layer<ComputeClientV2, never, Authorizer | Transport> = Layer.effect(
    this,
    withDefaults
  )

  /** Requires these scopes instead of the default. */
  static readonly layerWith = (
    options: Options
  ): Layer.Layer<ComputeClientV2, GlobusScope.ScopeError, Authorizer | Transport> =>
    Layer.effect(ComputeClientV2, make(options))
}

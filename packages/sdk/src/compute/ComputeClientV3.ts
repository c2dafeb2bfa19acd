/**
 * Version 3 of Globus Compute: submit calls of functions to an endpoint, and register endpoints and functions. What it has
 * no operation for, such as how a task is, is in `ComputeClientV2`; both may be used in one program.
 *
 * ```ts
 * import { ComputeClientV3 } from "@effect-globus/sdk/compute"
 * import { Effect } from "effect"
 *
 * declare const argument: string
 *
 * const program = Effect.gen(function* () {
 *   const compute = yield* ComputeClientV3
 *   const { task_group_id } = yield* compute.submit("f1bef704-e7b9-11f1-a556-02fc00000001", {
 *     tasks: { "f1bef812-e7b9-11f1-a556-02fc00000001": [argument] }
 *   })
 *   return task_group_id
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
import { ComputeV3 } from "./Api.ts"
import type * as V3 from "./api/V3.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The operations of version 3 of Globus Compute, each one request. */
export interface ComputeV3Operations {
  /** Register an endpoint. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Endpoints/operation/register_endpoint_v3_endpoints_post */
  readonly registerEndpoint: Operation.Operation<typeof V3.registerEndpoint>
  /** Register an endpoint anew, with other fields. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Endpoints/operation/update_endpoint_v3_endpoints__endpoint_uuid__put */
  readonly updateEndpoint: Operation.Operation<typeof V3.updateEndpoint>
  /** Remove an endpoint. Needs `all`. Docs: https://compute.api.globus.org/redoc#operation/delete_endpoint_v3_endpoints__endpoint_uuid__delete */
  readonly deleteEndpoint: Operation.Operation<typeof V3.deleteEndpoint>
  /** Keep an endpoint from being registered for a while. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Endpoints/operation/lock_endpoint_v3_endpoints__endpoint_uuid__lock_post */
  readonly lockEndpoint: Operation.Operation<typeof V3.lockEndpoint>
  /** Get which functions may run on an endpoint. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Endpoints/operation/get_endpoint_allowlist_v3_endpoints__endpoint_uuid__allowed_functions_get */
  readonly getEndpointAllowlist: Operation.Operation<typeof V3.getEndpointAllowlist>
  /** Get what goes on at an endpoint of many users. Needs `all`. Docs: https://compute.api.globus.org/redoc#operation/get_endpoint_console_info_v3_endpoints__endpoint_uuid__console_get */
  readonly getEndpointConsole: Operation.Operation<typeof V3.getEndpointConsole>
  /** Say whether an administrator of its subscription vouches for an endpoint. Needs `all`. Docs: https://compute.api.globus.org/redoc#operation/verify_endpoint_organization_v3_endpoints__endpoint_uuid__subscription_admin_verified_put */
  readonly setSubscriptionAdminVerified: Operation.Operation<typeof V3.setSubscriptionAdminVerified>
  /** Submit calls of functions on one endpoint, as tasks. It is not sent again where it may have arrived. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Endpoints/operation/submit_batch_v3_endpoints__endpoint_uuid__submit_post */
  readonly submit: Operation.Operation<typeof V3.submit>
  /** Register a function. Needs `all`. Docs: https://compute.api.globus.org/redoc#tag/Functions/operation/register_function_v3_functions_post */
  readonly registerFunction: Operation.Operation<typeof V3.registerFunction>
}

/** Version 3 of Globus Compute. */
export interface Service extends ComputeV3Operations {
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
  const operations: ComputeV3Operations = yield* ServiceClient.make(ComputeV3, {
    service: "compute",
    name: "ComputeV3",
    need: (anyOf) => ({ resourceServer, anyOf })
  })
  return ComputeClientV3.of({
    ...operations,
    addScopes: Effect.fn("ComputeV3.addScopes")(function* (scopes) {
      yield* authorizer.require(resourceServer, yield* GlobusScope.fromInputEffect(scopes))
    })
  })
})

const withDefaults = Effect.suspend(() => makeRequiring([GlobusScope.makeUnsafe(all)]))

/** A client of version 3 of Globus Compute, as the layers provide it. Fails if `scopes` cannot be read. */
export const make = Effect.fnUntraced(function* ({ scopes }: Options = {}) {
  return yield* scopes === undefined
    ? withDefaults
    : Effect.flatMap(GlobusScope.fromInputEffect(scopes), makeRequiring)
})

/** Version 3 of Globus Compute. */
export class ComputeClientV3 extends Context.Service<ComputeClientV3, Service>()(
  "@effect-globus/sdk/compute/ComputeClientV3"
) {
  /** Requires the scope `all` of Globus Compute. */
  static readonly layer: Layer.Layer<ComputeClientV3, never, Authorizer | Transport> = Layer.effect(
    this,
    withDefaults
  )

  /** Requires these scopes instead of the default. */
  static readonly layerWith = (
    options: Options
  ): Layer.Layer<ComputeClientV3, GlobusScope.ScopeError, Authorizer | Transport> =>
    Layer.effect(ComputeClientV3, make(options))
}

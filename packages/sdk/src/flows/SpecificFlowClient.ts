/**
 * One flow, to be started: each flow has a scope of its own, so each has a client of its own. Follow what was started
 * with `FlowsClient`.
 *
 * ```ts
 * import { SpecificFlowClient } from "@effect-globus/sdk/flows"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const flow = yield* SpecificFlowClient
 *   const run = yield* flow.runFlow({ body: { source_path: "/data" }, label: "nightly" })
 *   return run.run_id
 * }).pipe(Effect.provide(SpecificFlowClient.layer("24bc4997-b483-4c25-a19c-64b0afc00743")))
 *
 * // Several flows in one program:
 * const both = Effect.gen(function* () {
 *   const first = yield* SpecificFlowClient.make("24bc4997-b483-4c25-a19c-64b0afc00743")
 *   const second = yield* SpecificFlowClient.make("b9f3d9a4-7c6a-4a1e-8a0c-5f4f1f0b7a11")
 *   return [yield* first.runFlow({ body: {} }), yield* second.runFlow({ body: {} })]
 * })
 * ```
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { GlobusError } from "../model/GlobusError.ts"
import * as GlobusScope from "../model/GlobusScope.ts"
import { FlowId, type Input, type RunId } from "../model/Id.ts"
import { InvalidConfiguration } from "../model/InvalidConfiguration.ts"
import { specificFlowScopes } from "../model/Scopes.ts"
import { Authorizer } from "../service/Authorizer.ts"
import type * as Operation from "../service/Operation.ts"
import * as ServiceClient from "../service/ServiceClient.ts"
import type { Transport } from "../service/Transport.ts"
import * as Api from "./Api.ts"
import type { NewRun, Run, RunValidation } from "./Document.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The operations of one flow, each one request. All need the flow's `user` scope. */
export interface SpecificFlowOperations {
  /** Start a run of the flow. It is not sent again where it may have arrived. Docs: https://globusonline.github.io/globus-flows#tag/Flows/paths/~1flows~1{flow_id}~1run/post */
  readonly runFlow: (run: NewRun) => Effect.Effect<Run, GlobusError>
  /** Check whether a run could be started so; if not, fails as `Rejected` or `PermissionDenied`. Docs: https://globusonline.github.io/globus-flows#tag/Flows/paths/~1flows~1{flow_id}~1validate_run/post */
  readonly validateRun: (run: NewRun) => Effect.Effect<RunValidation, GlobusError>
  /** Let an inactive run of the flow go on. Docs: https://globusonline.github.io/globus-flows#tag/Runs/paths/~1runs~1{run_id}~1resume/post */
  readonly resumeRun: Operation.Operation<typeof Api.resumeRun>
  /** List the runs of the flow that the caller may see. Docs: https://globusonline.github.io/globus-flows#tag/Runs/paths/~1flows~1{flow_id}~1runs/get */
  readonly listFlowRuns: PagedOfFlow<typeof Api.listFlowRuns>
  /** List what happened in a run of the flow, the oldest first unless `reverse_order`. Docs: https://globusonline.github.io/globus-flows#tag/Runs/paths/~1flows~1{flow_id}~1runs~1{run_id}~1log/get */
  readonly listFlowRunLogs: PagedOfFlow<typeof Api.listFlowRunLogs>
  /** Let an inactive run go on, if it is one of the flow. Docs: https://globusonline.github.io/globus-flows#tag/Runs/paths/~1flows~1{flow_id}~1{run_id}~1resume/post */
  readonly resumeFlowRun: (runId: Input<RunId>) => Effect.Effect<Run, GlobusError>
}

/** The arguments after the first, which the client knows. */
type AfterFlow<E extends Operation.Declared> =
  Operation.Arguments<E> extends readonly [unknown, ...infer Others] ? Others : never

/** A paged operation of the flow of the client: as `Operation.Paged`, with the flow given. */
export interface PagedOfFlow<E extends Operation.DeclaredPaged> {
  (...args: AfterFlow<E>): Stream.Stream<Operation.Item<E>, GlobusError>
  readonly pages: (...args: AfterFlow<E>) => Stream.Stream<Operation.Success<E>, GlobusError>
  readonly page: (...args: AfterFlow<E>) => Effect.Effect<Operation.Success<E>, GlobusError>
}

/** One flow. */
export interface Service extends SpecificFlowOperations {
  /** Which flow it is. */
  readonly flowId: FlowId
  /** Makes further scopes of the flow a requirement of the program, for example with dependencies. */
  readonly addScopes: (scopes: GlobusScope.ScopeInput) => Effect.Effect<void, GlobusScope.ScopeError>
}

/** What can be set; everything has a default. */
export interface Options {
  /** The scopes that the program requires. Default: the flow's `user` scope (`specificFlowScopes`). */
  readonly scopes?: GlobusScope.ScopeInput | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const decodeFlowId = Schema.decodeEffect(FlowId)

/** A paged operation with the flow given. */
const ofFlow = <Others extends ReadonlyArray<unknown>, Items, Pages, Page>(
  flowId: FlowId,
  operation: {
    (flowId: FlowId, ...others: Others): Items
    readonly pages: (flowId: FlowId, ...others: Others) => Pages
    readonly page: (flowId: FlowId, ...others: Others) => Page
  }
) =>
  Object.assign((...others: Others) => operation(flowId, ...others), {
    pages: (...others: Others) => operation.pages(flowId, ...others),
    page: (...others: Others) => operation.page(flowId, ...others)
  })

const makeRequiring = Effect.fnUntraced(function* (
  flowId: FlowId,
  scopes: ReadonlyArray<GlobusScope.GlobusScope>
) {
  const { resourceServer, user } = specificFlowScopes(flowId)
  const authorizer = yield* Authorizer
  yield* authorizer.require(resourceServer, scopes)
  const operations = yield* ServiceClient.make(Api.SpecificFlow, {
    service: "flows",
    name: "SpecificFlow",
    need: () => ({ resourceServer, anyOf: [user] })
  })
  return SpecificFlowClient.of({
    flowId,
    runFlow: (run) => operations.runFlow(flowId, run),
    validateRun: (run) => operations.validateRun(flowId, run),
    resumeRun: operations.resumeRun,
    listFlowRuns: ofFlow(flowId, operations.listFlowRuns),
    listFlowRunLogs: ofFlow(flowId, operations.listFlowRunLogs),
    resumeFlowRun: (runId) => operations.resumeFlowRun(flowId, runId),
    addScopes: Effect.fn("SpecificFlow.addScopes")(function* (scopes) {
      yield* authorizer.require(resourceServer, yield* GlobusScope.fromInputEffect(scopes))
    })
  })
})

const validId = (flowId: Input<FlowId>) =>
  Effect.mapError(
    decodeFlowId(flowId),
    (error) => new InvalidConfiguration({ setting: "flowId", detail: error.message })
  )

/** A client of one flow, for programs that use several. Fails if the id is none. */
export const make = Effect.fnUntraced(function* (flowId: Input<FlowId>) {
  const id = yield* validId(flowId)
  return yield* makeRequiring(id, [GlobusScope.makeUnsafe(specificFlowScopes(id).user)])
})

/** Like {@link make}, with options. Fails also if `scopes` cannot be read. */
export const makeWith = Effect.fnUntraced(function* (flowId: Input<FlowId>, { scopes }: Options) {
  return scopes === undefined
    ? yield* make(flowId)
    : yield* makeRequiring(yield* validId(flowId), yield* GlobusScope.fromInputEffect(scopes))
})

/** One flow. */
export class SpecificFlowClient extends Context.Service<SpecificFlowClient, Service>()(
  "@effect-globus/sdk/flows/SpecificFlowClient"
) {
  /** A client of one flow as a value, for programs that use several. Fails if the id is none. */
  static readonly make = make

  /** Like `make`, with options. */
  static readonly makeWith = makeWith

  /** Requires the flow's `user` scope. Fails if the id is none. */
  static readonly layer = (
    flowId: Input<FlowId>
  ): Layer.Layer<SpecificFlowClient, InvalidConfiguration, Authorizer | Transport> =>
    Layer.effect(SpecificFlowClient, make(flowId))

  /** Requires these scopes instead, such as the `user` scope with dependencies. */
  static readonly layerWith = (
    flowId: Input<FlowId>,
    options: Options
  ): Layer.Layer<SpecificFlowClient, InvalidConfiguration | GlobusScope.ScopeError, Authorizer | Transport> =>
    Layer.effect(SpecificFlowClient, makeWith(flowId, options))
}

/**
 * Globus Flows: find, describe and change flows, follow and manage their runs, and answer what runs ask. Use
 * `SpecificFlowClient` to start a flow, because that needs the flow's own scope.
 *
 * ```ts
 * import { FlowsClient } from "@effect-globus/sdk/flows"
 * import { Console, Effect, Stream } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const flows = yield* FlowsClient
 *   yield* Stream.runForEach(flows.listFlows({ filter_roles: ["flow_owner"] }), (flow) => Console.log(flow.title))
 * })
 * ```
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import type { GlobusError } from "../model/GlobusError.ts"
import * as GlobusScope from "../model/GlobusScope.ts"
import type { Input, RunId } from "../model/Id.ts"
import { FlowsScopes } from "../model/Scopes.ts"
import { Authorizer } from "../service/Authorizer.ts"
import type * as Operation from "../service/Operation.ts"
import * as ServiceClient from "../service/ServiceClient.ts"
import type { Transport } from "../service/Transport.ts"
import * as Api from "./Api.ts"
import type { Run } from "./Document.ts"
import { RunInactive } from "./RunInactive.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The operations of Globus Flows, each one request, or one a page. */
export interface FlowsOperations {
  /** List the flows that the caller may see. Needs `view_flows`. Docs: https://globusonline.github.io/globus-flows#tag/Flows/paths/~1flows/get */
  readonly listFlows: Operation.Paged<typeof Api.listFlows>
  /** Create a flow. Needs `manage_flows`. Docs: https://globusonline.github.io/globus-flows#tag/Flows/paths/~1flows/post */
  readonly createFlow: Operation.Operation<typeof Api.createFlow>
  /** Check a definition without creating a flow; an invalid one fails as `Rejected`. Needs `manage_flows`. Docs: https://globusonline.github.io/globus-flows#tag/Flows/paths/~1flows~1validate/post */
  readonly validateFlow: Operation.Operation<typeof Api.validateFlow>
  /** Get one flow. Needs `view_flows`. Docs: https://globusonline.github.io/globus-flows#tag/Flows/paths/~1flows~1{flow_id}/get */
  readonly getFlow: Operation.Operation<typeof Api.getFlow>
  /** Change parts of a flow. Needs `manage_flows`. Docs: https://globusonline.github.io/globus-flows#tag/Flows/paths/~1flows~1{flow_id}/put */
  readonly updateFlow: Operation.Operation<typeof Api.updateFlow>
  /** Delete a flow; its runs go on. Needs `manage_flows`. Docs: https://globusonline.github.io/globus-flows#tag/Flows/paths/~1flows~1{flow_id}/delete */
  readonly deleteFlow: Operation.Operation<typeof Api.deleteFlow>
  /** List the runs that the caller may see. Needs `run_status` or `run_manage`. Docs: https://globusonline.github.io/globus-flows#tag/Runs/paths/~1runs/get */
  readonly listRuns: Operation.Paged<typeof Api.listRuns>
  /** Get one run. Needs `run_status` or `run_manage`. Docs: https://globusonline.github.io/globus-flows#tag/Runs/paths/~1runs~1{run_id}/get */
  readonly getRun: Operation.Operation<typeof Api.getRun>
  /** Change the label, the tags or the roles of a run. Needs `run_manage`. Docs: https://globusonline.github.io/globus-flows#tag/Runs/paths/~1runs~1{run_id}/put */
  readonly updateRun: Operation.Operation<typeof Api.updateRun>
  /** Change several runs at once, in the background: their tags, managers and monitors, or cancel them. Needs `run_manage`. Docs: https://globusonline.github.io/globus-flows#tag/Runs/paths/~1batch~1runs/post */
  readonly updateRuns: Operation.Operation<typeof Api.updateRuns>
  /** Cancel a run. Needs `run_manage`. Docs: https://globusonline.github.io/globus-flows#tag/Runs/paths/~1runs~1{run_id}~1cancel/post */
  readonly cancelRun: Operation.Operation<typeof Api.cancelRun>
  /** Get the definition that a run executes. Needs `run_status` or `run_manage`. Docs: https://globusonline.github.io/globus-flows#tag/Runs/paths/~1runs~1{run_id}~1definition/get */
  readonly getRunDefinition: Operation.Operation<typeof Api.getRunDefinition>
  /** List what happened in a run, the oldest first unless `reverse_order`. Needs `run_status` or `run_manage`. Docs: https://globusonline.github.io/globus-flows#tag/Runs/paths/~1runs~1{run_id}~1log/get */
  readonly listRunLogs: Operation.Paged<typeof Api.listRunLogs>
  /** Delete (release) a run that has ended; one that goes on fails as `Conflict`. Needs `run_manage`. Docs: https://globusonline.github.io/globus-flows#tag/Runs/paths/~1runs~1{run_id}~1release/post */
  readonly deleteRun: Operation.Operation<typeof Api.deleteRun>
  /** List the questions that runs ask the caller. Needs `web_input_view`. Docs: https://globusonline.github.io/globus-flows#tag/Web-Inputs/paths/~1web_inputs/get */
  readonly listWebInputs: Operation.Paged<typeof Api.listWebInputs>
  /** Get one question with the answers on offer. Needs `web_input_view`. Docs: https://globusonline.github.io/globus-flows#tag/Web-Inputs/paths/~1web_inputs~1{web_input_id}/get */
  readonly getWebInput: Operation.Operation<typeof Api.getWebInput>
  /** Answer a question, once. Needs `web_input_respond`. Docs: https://globusonline.github.io/globus-flows#tag/Web-Inputs/paths/~1web_inputs~1{web_input_id}~1respond/post */
  readonly respondToWebInput: Operation.Operation<typeof Api.respondToWebInput>
  /** List the APIs that flows of the caller may call. Needs `all`. Docs: https://globusonline.github.io/globus-flows#tag/Registered-APIs/paths/~1registered_apis/get */
  readonly listRegisteredApis: Operation.Paged<typeof Api.listRegisteredApis>
  /** Register an API, one operation of it, for flows to call. Needs `all`. Docs: https://globusonline.github.io/globus-flows#tag/Registered-APIs/paths/~1registered_apis/post */
  readonly createRegisteredApi: Operation.Operation<typeof Api.createRegisteredApi>
  /** Get one registered API. Needs `all`. Docs: https://globusonline.github.io/globus-flows#tag/Registered-APIs/paths/~1registered_apis~1{registered_api_id}/get */
  readonly getRegisteredApi: Operation.Operation<typeof Api.getRegisteredApi>
  /** Change parts of a registered API. Needs `all`. Docs: https://globusonline.github.io/globus-flows#tag/Registered-APIs/paths/~1registered_apis~1{registered_api_id}/patch */
  readonly updateRegisteredApi: Operation.Operation<typeof Api.updateRegisteredApi>
  /** Delete a registered API; `scheduled_deletion_timestamp` of the answer says when it is gone. Needs `all`. Docs: https://globusonline.github.io/globus-flows#tag/Registered-APIs/paths/~1registered_apis~1{registered_api_id}/delete */
  readonly deleteRegisteredApi: Operation.Operation<typeof Api.deleteRegisteredApi>
}

/** How long a run is waited for. */
export interface WaitOptions {
  /** How long to wait between two looks. Default: 10 seconds; less than a second counts as one. */
  readonly pollingInterval?: Duration.Input | undefined
}

/** Globus Flows. */
export interface Service extends FlowsOperations {
  /**
   * The run as it is now, and then whenever it has changed, until it has succeeded, failed or been cancelled: the last
   * element says which. An inactive run is among the elements, and is looked at again, because somebody may resume it.
   * Needs `run_status` or `run_manage`.
   */
  readonly runProgress: (runId: Input<RunId>, options?: WaitOptions) => Stream.Stream<Run, GlobusError>
  /**
   * Waits until a run has succeeded, failed or been cancelled; its `status` says which. Fails with {@link RunInactive} as
   * soon as the run waits for somebody to act. For a limit of time, add `Effect.timeout`: the run goes on without a
   * watcher. Needs `run_status` or `run_manage`.
   */
  readonly waitForRun: (
    runId: Input<RunId>,
    options?: WaitOptions
  ) => Effect.Effect<Run, GlobusError | RunInactive>
  /** Makes further scopes of Globus Flows a requirement of the program, for example with dependencies. */
  readonly addScopes: (scopes: GlobusScope.ScopeInput) => Effect.Effect<void, GlobusScope.ScopeError>
}

/** What can be set; everything has a default. */
export interface Options {
  /** The scopes that the program requires. Default: `view_flows` and `run_status`. */
  readonly scopes?: GlobusScope.ScopeInput | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const { resourceServer } = FlowsScopes

/** Whether a run will never change its status again. */
export const isOver = (run: { readonly status: string }): boolean =>
  run.status === "SUCCEEDED" || run.status === "FAILED" || run.status === "ENDED"

const isSettled = (run: Run): boolean => isOver(run) || run.status === "INACTIVE"

const every = ({ pollingInterval = "10 seconds" }: WaitOptions) =>
  Schedule.spaced(Duration.max(Duration.fromInputUnsafe(pollingInterval), Duration.seconds(1)))

const makeRequiring = Effect.fnUntraced(function* (scopes: ReadonlyArray<GlobusScope.GlobusScope>) {
  const authorizer = yield* Authorizer
  yield* authorizer.require(resourceServer, scopes)
  const operations: FlowsOperations = yield* ServiceClient.make(Api.AllFlows, {
    service: "flows",
    name: "Flows",
    need: (anyOf) => ({ resourceServer, anyOf })
  })
  return FlowsClient.of({
    ...operations,
    runProgress: (runId, options = {}) =>
      Stream.fromEffectSchedule(operations.getRun(runId), every(options)).pipe(
        Stream.takeUntil(isOver),
        Stream.changes
      ),
    waitForRun: Effect.fn("Flows.waitForRun")(function* (runId, options = {}) {
      const run = yield* Effect.repeat(operations.getRun(runId), {
        until: isSettled,
        schedule: every(options)
      })
      return isOver(run) ? run : yield* new RunInactive({ run })
    }),
    addScopes: Effect.fn("Flows.addScopes")(function* (scopes) {
      yield* authorizer.require(resourceServer, yield* GlobusScope.fromInputEffect(scopes))
    })
  })
})

const withDefaults = Effect.suspend(() =>
  makeRequiring([
    GlobusScope.makeUnsafe(FlowsScopes.view_flows),
    GlobusScope.makeUnsafe(FlowsScopes.run_status)
  ])
)

/** A client of Globus Flows, as the layers provide it. Fails if `scopes` cannot be read. */
export const make = Effect.fnUntraced(function* ({ scopes }: Options = {}) {
  return yield* scopes === undefined
    ? withDefaults
    : Effect.flatMap(GlobusScope.fromInputEffect(scopes), makeRequiring)
})

/** Globus Flows. */
export class FlowsClient extends Context.Service<FlowsClient, Service>()(
  "@effect-globus/sdk/flows/FlowsClient"
) {
  /** Requires `view_flows` and `run_status`; operations that need more ask for it when they are called. */
  static readonly layer: Layer.Layer<FlowsClient, never, Authorizer | Transport> = Layer.effect(
    this,
    withDefaults
  )

  /** Requires these scopes instead of the defaults. */
  static readonly layerWith = (
    options: Options
  ): Layer.Layer<FlowsClient, GlobusScope.ScopeError, Authorizer | Transport> =>
    Layer.effect(FlowsClient, make(options))
}

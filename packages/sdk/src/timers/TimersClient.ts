/**
 * Globus Timers: transfers and runs of flows that Globus starts at a time, or again and again, without a program of
 * yours. Create a timer here, look at what came of its runs, pause, resume and delete it. The older operations call a
 * timer a job; they show and manage timers of every kind.
 *
 * ```ts
 * import { TimerSchedule, TimersClient, TransferTimer } from "@effect-globus/sdk/timers"
 * import { Console, Duration, Effect, Stream } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const timers = yield* TimersClient
 *   const { timer } = yield* timers.createTimer({
 *     timer: TransferTimer.make({
 *       name: "nightly backup",
 *       schedule: TimerSchedule.recurring({ interval_seconds: Duration.days(1) }),
 *       body: {
 *         source_endpoint: "6c54cade-bde5-45c1-bdea-f4bd71dba2cc",
 *         destination_endpoint: "31ce9ba0-176d-45a5-add3-f37d233ba47d",
 *         DATA: [{ source_path: "/data/", destination_path: "/backup/data/" }]
 *       }
 *     })
 *   })
 *   yield* Stream.runForEach(timers.listJobResults(timer.job_id), (run) => Console.log(run.ran_at, run.status))
 * })
 * ```
 *
 * Docs: https://docs.globus.org/api/timers
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type GlobusError, InvalidRequest, ResponseError } from "../model/GlobusError.ts"
import * as GlobusScope from "../model/GlobusScope.ts"
import { EndpointId, FlowId, type Input, type JobId } from "../model/Id.ts"
import { dataAccess, specificFlowScopes, TimersScopes } from "../model/Scopes.ts"
import { Authorizer } from "../service/Authorizer.ts"
import type * as Operation from "../service/Operation.ts"
import * as ServiceClient from "../service/ServiceClient.ts"
import type { Transport } from "../service/Transport.ts"
import * as Api from "./Api.ts"
import type { JobResult, JobResumption, Message } from "./Document.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The operations of Globus Timers, each one request. All need `timer`. */
export interface TimersOperations {
  /**
   * Create a timer, see `TransferTimer` and `FlowTimer`. It is not sent again where it may have arrived. Needs `timer`,
   * with what {@link Service.addTransferDataAccess} and {@link Service.addFlowUserScope} say. Docs:
   * https://timer.automate.globus.org/redoc#operation/create_timer_v2_timer_post
   */
  readonly createTimer: Operation.Operation<typeof Api.createTimer>
  /**
   * List the caller's timers, those that have ended included. `order` is a field, and `desc` after it to begin with the
   * last. Needs `timer`. Docs: https://timer.automate.globus.org/redoc#operation/list_jobs_jobs__get
   */
  readonly listJobs: Operation.Operation<typeof Api.listJobs>
  /** Create a timer of the old kind, see `TimerJob`. It is not sent again where it may have arrived. Needs `timer`. Docs: https://timer.automate.globus.org/redoc#operation/submit_job_jobs__post */
  readonly createJob: Operation.Operation<typeof Api.createJob>
  /** Get one timer, with a page of what came of its runs. Needs `timer`. Docs: https://timer.automate.globus.org/redoc#operation/read_job_jobs__job_id__get */
  readonly getJob: Operation.Operation<typeof Api.getJob>
  /** Change the name of a timer. Needs `timer`. Docs: https://timer.automate.globus.org/redoc#operation/update_job_jobs__job_id__patch */
  readonly updateJob: Operation.Operation<typeof Api.updateJob>
  /** Delete a timer; what it has started goes on. Needs `timer`. Docs: https://timer.automate.globus.org/redoc#operation/delete_timer_jobs__timer_id__delete */
  readonly deleteJob: Operation.Operation<typeof Api.deleteJob>
  /** Pause a timer: it does not run until it is resumed. Needs `timer`. Docs: https://timer.automate.globus.org/redoc#operation/pause_job_jobs__job_id__pause_post */
  readonly pauseJob: Operation.Operation<typeof Api.pauseJob>
  /**
   * Let an inactive timer go on; if it has missed a run, it runs at once. Needs `timer`. Docs:
   * https://timer.automate.globus.org/redoc#operation/resume_job_jobs__job_id__resume_post
   */
  readonly resumeJob: (
    jobId: Input<JobId>,
    resumption?: JobResumption,
    query?: (typeof Api.resumeJob)["~Query"]["Type"]
  ) => Effect.Effect<Message, GlobusError>
}

/** How results are fetched. */
export interface ResultsOptions {
  /** How many results are fetched at once. Default: as many as Timers likes. */
  readonly page_size?: number | undefined
}

/** Globus Timers. */
export interface Service extends TimersOperations {
  /** What came of a timer's runs, the pages fetched as the stream is read. Timers keeps 90 days. Needs `timer`. */
  readonly listJobResults: (
    jobId: Input<JobId>,
    options?: ResultsOptions
  ) => Stream.Stream<JobResult, GlobusError>
  /** Makes further scopes of Globus Timers a requirement of the program, for example with dependencies. */
  readonly addScopes: (scopes: GlobusScope.ScopeInput) => Effect.Effect<void, GlobusScope.ScopeError>
  /**
   * Makes access to the data of mapped collections a requirement of the program, so that timers may transfer from them
   * and to them: `timer[transfer:all[*data_access]]`. For mapped collections only, and not for those of high assurance.
   * Fails if an id is not one.
   */
  readonly addTransferDataAccess: (
    ...collectionIds: ReadonlyArray<Input<EndpointId>>
  ) => Effect.Effect<void, InvalidRequest>
  /**
   * Makes the `user` scope of flows a requirement of the program, so that timers may run them: `timer[flow_…_user]`.
   * Fails if an id is not one.
   */
  readonly addFlowUserScope: (...flowIds: ReadonlyArray<Input<FlowId>>) => Effect.Effect<void, InvalidRequest>
}

/** What can be set; everything has a default. */
export interface Options {
  /** The scopes that the program requires. Default: `timer`. */
  readonly scopes?: GlobusScope.ScopeInput | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const { resourceServer, timer } = TimersScopes

/** Fails with the first id that is none. */
const checkIds = (operation: string, parameter: string, id: Schema.Codec<string, string>) => {
  const isId = Schema.is(id)
  return (ids: ReadonlyArray<string>): Effect.Effect<void, InvalidRequest> => {
    const wrong = ids.findIndex((each) => !isId(each))
    if (wrong === -1) return Effect.void
    const field = `${parameter}[${wrong}]`
    const detail = `Expected a UUID such as 6c54cade-bde5-45c1-bdea-f4bd71dba2cc, got ${JSON.stringify(ids[wrong])}`
    return Effect.fail(new InvalidRequest({ service: "timer", operation, field, detail }))
  }
}

const checkCollectionIds = checkIds("addTransferDataAccess", "collectionIds", EndpointId)
const checkFlowIds = checkIds("addFlowUserScope", "flowIds", FlowId)

const makeRequiring = Effect.fnUntraced(function* (scopes: ReadonlyArray<GlobusScope.GlobusScope>) {
  const authorizer = yield* Authorizer
  yield* authorizer.require(resourceServer, scopes)
  const operations = yield* ServiceClient.make(Api.TimersApi, {
    service: "timer",
    name: "Timers",
    need: (anyOf) => ({ resourceServer, anyOf })
  })

  const addDependencies = (dependencies: ReadonlyArray<GlobusScope.GlobusScope>) =>
    dependencies.length === 0
      ? Effect.void
      : authorizer.require(resourceServer, [GlobusScope.makeUnsafe(timer, { dependencies })])

  return TimersClient.of({
    ...operations,
    resumeJob: (jobId, resumption = {}, query = {}) => operations.resumeJob(jobId, resumption, query),
    listJobResults: (jobId, options = {}) =>
      Stream.paginate(
        undefined,
        Effect.fn("Timers.listJobResults")(function* (results_pt: string | undefined) {
          const { results } = yield* operations.getJob(jobId, { ...options, results_pt })
          const next = results.page_next
          if (Predicate.isString(next) && next === results_pt) {
            return yield* new ResponseError({
              service: "timer",
              operation: "getJob",
              status: 200,
              path: "results.page_next",
              detail: "the page points at itself, so the listing would never end"
            })
          }
          return [results.data, Option.fromNullishOr(next)] as const
        })
      ),
    addScopes: Effect.fn("Timers.addScopes")(function* (scopes) {
      yield* authorizer.require(resourceServer, yield* GlobusScope.fromInputEffect(scopes))
    }),
    addTransferDataAccess: Effect.fn("Timers.addTransferDataAccess")(function* (
      ...collectionIds: ReadonlyArray<Input<EndpointId>>
    ) {
      yield* checkCollectionIds(collectionIds)
      yield* addDependencies(collectionIds.length === 0 ? [] : [dataAccess(collectionIds)])
    }),
    addFlowUserScope: Effect.fn("Timers.addFlowUserScope")(function* (
      ...flowIds: ReadonlyArray<Input<FlowId>>
    ) {
      yield* checkFlowIds(flowIds)
      yield* addDependencies(flowIds.map((id) => GlobusScope.makeUnsafe(specificFlowScopes(id).user)))
    })
  })
})

const withDefaults = Effect.suspend(() => makeRequiring([GlobusScope.makeUnsafe(timer)]))

/** A client of Globus Timers, as the layers provide it. Fails if `scopes` cannot be read. */
export const make = Effect.fnUntraced(function* ({ scopes }: Options = {}) {
  return yield* scopes === undefined
    ? withDefaults
    : Effect.flatMap(GlobusScope.fromInputEffect(scopes), makeRequiring)
})

/** Globus Timers. */
export class TimersClient extends Context.Service<TimersClient, Service>()(
  "@effect-globus/sdk/timers/TimersClient"
) {
  /** Requires the scope `timer`. */
  static readonly layer: Layer.Layer<TimersClient, never, Authorizer | Transport> = Layer.effect(
    this,
    withDefaults
  )

  /** Requires these scopes instead of the default, such as `timer` with dependencies. */
  static readonly layerWith = (
    options: Options
  ): Layer.Layer<TimersClient, GlobusScope.ScopeError, Authorizer | Transport> =>
    Layer.effect(TimersClient, make(options))
}

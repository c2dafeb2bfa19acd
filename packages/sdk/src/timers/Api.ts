/**
 * The contract of Globus Timers: each operation's path, what it takes and what it answers. The client derives from it,
 * and so may a simulated service; programs use `TimersClient` instead. Every operation needs the scope `timer`.
 *
 * ```ts
 * import { TimersApi } from "@effect-globus/sdk/timers"
 * import { OpenApi } from "effect/http-api"
 *
 * const openApi = OpenApi.fromApi(TimersApi)
 * ```
 *
 * Docs: https://timer.automate.globus.org/redoc
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import * as ModelDocument from "../model/Document.ts"
import { JobId } from "../model/Id.ts"
import { TimersScopes } from "../model/Scopes.ts"
import * as Operation from "../service/Operation.ts"
import * as Query from "../service/Query.ts"
import * as Document from "./Document.ts"
import { TimerJob } from "./TimerJob.ts"

const scopes = [TimersScopes.timer]
const params = { job_id: JobId }

/** How many results a page has: Timers takes only numbers above 0. */
const positive = Schema.optional(Schema.FiniteFromString.check(Schema.isInt(), Schema.isGreaterThan(0)))

// -----------------------------------------------------------------------------
// models: timers
// -----------------------------------------------------------------------------

export const createTimer = Operation.post("createTimer", "/v2/timer", {
  query: {},
  payload: Document.NewTimer,
  success: Document.TimerCreated,
  scopes
})

// -----------------------------------------------------------------------------
// models: jobs
// -----------------------------------------------------------------------------

export const listJobs = Operation.get("listJobs", "/jobs/", {
  query: {
    filter_name: Query.string,
    filter_status: Query.commas(ModelDocument.openLiterals(["active", "inactive", "ended"])),
    filter_active: Query.boolean,
    filter_stopped: Query.boolean,
    submitted_after: Query.string,
    submitted_before: Query.string,
    result_count: Query.natural,
    order: Query.string
  },
  success: Document.JobList,
  scopes
})

export const createJob = Operation.post("createJob", "/jobs/", {
  query: {},
  payload: TimerJob,
  success: Document.Job,
  scopes
})

export const getJob = Operation.get("getJob", "/jobs/:job_id", {
  params,
  query: { results_pt: Query.string, page_size: positive },
  success: Document.Job,
  scopes
})

export const updateJob = Operation.patch("updateJob", "/jobs/:job_id", {
  params,
  query: {},
  payload: Document.JobUpdate,
  success: Document.Job,
  scopes,
  idempotent: true
})

export const deleteJob = Operation.del("deleteJob", "/jobs/:job_id", {
  params,
  query: {},
  success: Document.Job,
  scopes
})

export const pauseJob = Operation.post("pauseJob", "/jobs/:job_id/pause", {
  params,
  query: {},
  success: Document.Message,
  scopes,
  idempotent: true
})

// The official Python SDK says in the payload whether credentials are replaced, the service's own specification has it in
// the query: both are possible.
export const resumeJob = Operation.post("resumeJob", "/jobs/:job_id/resume", {
  params,
  query: { update_credentials: Query.boolean },
  payload: Document.JobResumption,
  success: Document.Message,
  scopes
})

// -----------------------------------------------------------------------------
// models: the service
// -----------------------------------------------------------------------------

/** The contract of Globus Timers. */
export const TimersApi = HttpApi.make("timers").add(
  HttpApiGroup.make("timers").add(createTimer),
  HttpApiGroup.make("jobs").add(listJobs, createJob, getJob, updateJob, deleteJob, pauseJob, resumeJob)
)

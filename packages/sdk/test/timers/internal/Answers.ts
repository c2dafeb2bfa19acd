/** What Globus Timers answers in the tests of its client. */
export const jobId = "f1c6d910-e7b9-11f1-a556-02fc00000001"
export const flowId = "24bc4997-b483-4c25-a19c-64b0afc00743"
export const source = "6c54cade-bde5-45c1-bdea-f4bd71dba2cc"
export const destination = "31ce9ba0-176d-45a5-add3-f37d233ba47d"

export const transfer = {
  DATA_TYPE: "transfer",
  DATA: [{ DATA_TYPE: "transfer_item", source_path: "/a", destination_path: "/b" }],
  source_endpoint: source,
  destination_endpoint: destination
}

/** What came of the nth run. */
export const result = (n: number) => ({
  data: { action_id: `action-${n}`, status: "ACTIVE" },
  errors: null,
  status: 202,
  ran_at: `2026-01-${String(n).padStart(2, "0")}T00:00:00.103090`,
  run_status: "active",
  resource_id: "22f0148c-b1f2-11ec-b87e-3912f602f346",
  start_timestamp: "2026-01-01T00:00:00+00:00",
  end_timestamp: null,
  last_check_timestamp: null,
  next_check_timestamp: "2026-01-01T00:01:00+00:00",
  http_status_polled: null,
  http_status_submission: 202
})

export const job = {
  job_id: jobId,
  name: "nightly",
  timer_type: "transfer",
  status: "active",
  start: "2026-01-01T00:00:00+00:00",
  stop_after: { date: null, n_runs: 10 },
  interval: 86_400,
  callback_url: "https://actions.automate.globus.org/transfer/transfer/run",
  callback_body: { body: transfer },
  scope: null,
  submitted_at: "2025-12-31T00:00:00+00:00",
  last_ran_at: null,
  next_run: "2026-01-01T00:00:00+00:00",
  n_runs: 0,
  n_errors: 0,
  inactive_reason: null,
  activity: { code: "awaiting_next_run", next_run: "2026-01-01T00:00:00+00:00" },
  schedule: { type: "recurring", interval_seconds: 86_400, start: null, end: { count: 10 } },
  results: { data: [result(1)], page_next: null }
}

export const timer = {
  job_id: jobId,
  name: "nightly",
  timer_type: "transfer",
  status: "new",
  submitted_at: "2025-12-31T00:00:00+00:00",
  last_ran_at: null,
  next_run: "2026-01-01T00:00:00+00:00",
  number_of_runs: 0,
  number_of_errors: 0,
  inactive_reason: null,
  schedule: {
    type: "recurring",
    interval_seconds: 86_400,
    start: "2026-01-01T00:00:00+00:00",
    end: { condition: "time", datetime: "2026-12-31T00:00:00+00:00" }
  },
  body: transfer
}

/** A timer that waits for its owner to consent, as the older operations show it. */
export const inactiveFlowJob = {
  ...job,
  timer_type: "flow",
  flow_id: flowId,
  status: "inactive",
  inactive_reason: {
    cause: "globus_auth_requirements",
    detail: { code: "ConsentRequired", authorization_parameters: { required_scopes: ["a[b]"] } }
  },
  activity: { code: "paused", reason: "globus_auth_requirements" },
  schedule: { type: "once", datetime: "2026-01-01T00:00:00+00:00" },
  interval: null,
  stop_after: { n_runs: 1 }
}

/** What Globus Flows answers in the tests of its clients. */

export const flowId = "24bc4997-b483-4c25-a19c-64b0afc00743"
export const otherFlowId = "b9f3d9a4-7c6a-4a1e-8a0c-5f4f1f0b7a11"
export const runId = "36ad9f9a-ad29-488f-beb4-c22ab729643a"
export const webInputId = "e35d1f92-3e2a-4c1c-8f36-7ce4f00f9d2c"
export const registeredApiId = "511376e1-b733-531a-950e-0744a83dde24"

export const subscriptionId = "5f0ab1a5-7d42-45b0-8c1e-2f2b4b4f1f52"

export const flow = {
  id: flowId,
  title: "Two steps",
  definition: { StartAt: "A", States: {} },
  input_schema: {}
}

export const run = (status: string, details: unknown = null) => ({
  run_id: runId,
  flow_id: flowId,
  status,
  start_time: "2020-09-12T15:00:20.711845+00:00",
  label: "nightly",
  tags: [],
  run_owner: "urn:globus:auth:identity:b44bddda-d274-11e5-978a-9f15789a8150",
  details
})

/** An API as it is registered. */
export const newRegisteredApi = {
  name: "forecast",
  description: "The weather of tomorrow",
  target: {
    type: "openapi",
    openapi_version: "3.1.0",
    destination: { method: "get", url: "https://weather.example.org/forecast" },
    specification: { responses: { "200": { description: "fine" } } }
  },
  roles: { owners: ["urn:globus:auth:identity:b44bddda-d274-11e5-978a-9f15789a8150"] },
  subscription_id: subscriptionId
}

export const registeredApi = {
  id: registeredApiId,
  ...newRegisteredApi,
  created_timestamp: "2026-01-01T00:00:00+00:00",
  updated_timestamp: "2026-01-01T00:00:00+00:00",
  data_templates: { request: {}, response: {} },
  state_input_schema: {},
  status: "ACTIVE",
  edited_timestamp: null,
  scheduled_deletion_timestamp: null
}

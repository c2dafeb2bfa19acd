/** Globus Compute: methods of the Python SDK's two Compute clients, and what they are called here. */
import * as Effect from "effect/Effect"
import { ComputeV2, ComputeV3 } from "../../../src/compute/Api.ts"
import { ComputeClientV2 } from "../../../src/compute/ComputeClientV2.ts"
import { ComputeClientV3 } from "../../../src/compute/ComputeClientV3.ts"
import * as Mapping from "./Mapping.ts"

const clientV2 = Effect.provide(ComputeClientV2, ComputeClientV2.layer)
const clientV3 = Effect.provide(ComputeClientV3, ComputeClientV3.layer)

const recordedV2 = Mapping.recorded(ComputeV2, clientV2)
const recordedV3 = Mapping.recorded(ComputeV3, clientV3)

export const compute: Mapping.Mapping = {
  calls: {
    ComputeClientV2: Mapping.calls(ComputeV2, clientV2, {
      get_version: "getVersion",
      get_result_amqp_url: "getResultAmqpUrl",
      get_endpoints: "listEndpoints",
      register_endpoint: "registerEndpoint",
      get_endpoint: "getEndpoint",
      delete_endpoint: "deleteEndpoint",
      get_endpoint_status: "getEndpointStatus",
      lock_endpoint: "lockEndpoint",
      register_function: "registerFunction",
      get_function: "getFunction",
      delete_function: "deleteFunction",
      submit: "submit",
      get_task: "getTask",
      get_task_batch: {
        operation: "getTaskBatch",
        payload: ({ task_ids, ...rest }) => ({
          task_ids: typeof task_ids === "string" ? [task_ids] : task_ids,
          ...rest
        })
      },
      get_task_group: "getTaskGroup"
    }),
    ComputeClientV3: Mapping.calls(ComputeV3, clientV3, {
      register_endpoint: "registerEndpoint",
      update_endpoint: "updateEndpoint",
      lock_endpoint: "lockEndpoint",
      get_endpoint_allowlist: "getEndpointAllowlist",
      register_function: "registerFunction",
      submit: "submit"
    })
  },
  payloads: {},
  recorded: (verb, path) => recordedV2(verb, path) ?? recordedV3(verb, path)
}

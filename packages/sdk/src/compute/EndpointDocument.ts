/**
 * Endpoints of Globus Compute: where functions run, who may run which there, and how they are registered. What an
 * endpoint is told to connect with is a secret.
 *
 * ```ts
 * import { ComputeClientV2 } from "@effect-globus/sdk/compute"
 * import { Effect } from "effect"
 *
 * const idle = Effect.gen(function* () {
 *   const compute = yield* ComputeClientV2
 *   const { details, status } = yield* compute.getEndpointStatus("f1bef704-e7b9-11f1-a556-02fc00000001")
 *   return status === "online" && (details?.idle_workers ?? 0) > 0
 * })
 * ```
 *
 * Docs: https://compute.api.globus.org/redoc
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import {
  ComputeEndpointId,
  FunctionId,
  given,
  IdentityId,
  PolicyId,
  received,
  SubscriptionId
} from "../model/Id.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models: endpoints
// -----------------------------------------------------------------------------

/** An endpoint, in short. */
export const EndpointSummary = Document.make({
  uuid: received(ComputeEndpointId),
  name: Schema.String,
  display_name: Field.string,
  owner: Field.maybe(received(IdentityId))
})
export type EndpointSummary = typeof EndpointSummary.Type

/** The endpoints of the caller. */
export const EndpointList = Schema.Array(EndpointSummary)
export type EndpointList = typeof EndpointList.Type

/** An endpoint, and how it was when it was registered. */
export const ComputeEndpoint = Document.make({
  uuid: received(ComputeEndpointId),
  name: Schema.String,
  display_name: Field.string,
  /** Whether it starts an endpoint of their own for each of its users. */
  multi_user: Field.boolean,
  high_assurance: Field.boolean,
  /** Whether everybody can find it. */
  public: Field.boolean,
  config: Field.maybe(Document.Any),
  /** Its configuration, as YAML. */
  endpoint_config: Field.string,
  /** What its users' configurations are made from, as a template of YAML. */
  user_config_template: Field.string,
  /** The JSON Schema of what users may set in the template. */
  user_config_schema: Field.maybe(Document.Any),
  description: Field.string,
  hostname: Field.string,
  local_user: Field.string,
  ip_address: Field.string,
  endpoint_version: Field.string,
  sdk_version: Field.string,
  python_version: Field.string,
  subscription_uuid: Field.maybe(received(SubscriptionId)),
  subscription_admin_verified: Field.boolean
})
export type ComputeEndpoint = typeof ComputeEndpoint.Type

/** How busy an endpoint is. */
export const EndpointStatusDetails = Document.make({
  total_workers: Field.number,
  idle_workers: Field.number,
  pending_tasks: Field.number,
  outstanding_tasks: Field.number,
  managers: Field.number
})
export type EndpointStatusDetails = typeof EndpointStatusDetails.Type

/** Whether an endpoint is there, and how busy it is. */
export const EndpointStatus = Document.make({
  status: Document.openLiterals(["online", "offline"]),
  details: Field.maybe(EndpointStatusDetails)
})
export type EndpointStatus = typeof EndpointStatus.Type

/** That an endpoint was removed. What the number means, Globus does not say. */
export const EndpointDeleted = Document.make({ result: Schema.Finite })
export type EndpointDeleted = typeof EndpointDeleted.Type

/** Until when an endpoint cannot be registered. */
export const EndpointLock = Document.make({
  endpoint_id: received(ComputeEndpointId),
  lock_expiration_timestamp: Field.instant
})
export type EndpointLock = typeof EndpointLock.Type

/** Which functions may run on an endpoint; all, unless it is `restricted`. */
export const AllowedFunctions = Document.make({
  endpoint_id: received(ComputeEndpointId),
  restricted: Schema.Boolean,
  functions: Field.maybe(Schema.Array(received(FunctionId)))
})
export type AllowedFunctions = typeof AllowedFunctions.Type

/** Whether an administrator of the endpoint's subscription vouches for it. */
export const SubscriptionAdminVerified = Document.make({ subscription_admin_verified: Schema.Boolean })
export type SubscriptionAdminVerified = typeof SubscriptionAdminVerified.Type

// -----------------------------------------------------------------------------
// models: registration
// -----------------------------------------------------------------------------

/** What an endpoint says of itself. */
export const EndpointMetadata = Document.make({
  config: Field.optional(Document.Any),
  endpoint_config: Field.optional(Schema.String),
  user_config_template: Field.optional(Schema.String),
  user_config_schema: Field.optional(Document.Any),
  description: Field.optional(Schema.String),
  ip_address: Field.optional(Schema.String),
  hostname: Field.optional(Schema.String),
  local_user: Field.optional(Schema.String),
  sdk_version: Field.optional(Schema.String),
  endpoint_version: Field.optional(Schema.String),
  python_version: Field.optional(Schema.String)
})
export type EndpointMetadata = typeof EndpointMetadata.Type

const fieldsOfNewEndpoint = {
  endpoint_name: Schema.NonEmptyString,
  display_name: Field.optional(Schema.String),
  version: Field.optional(Schema.String),
  /** Whether it starts an endpoint of their own for each of its users. Default: false. */
  multi_user: Field.optional(Schema.Boolean),
  /** The functions that may run there. Default: all. */
  allowed_functions: Field.optional(Schema.Array(given(FunctionId))),
  /** The policy that its users have to satisfy. */
  authentication_policy: Field.optional(given(PolicyId))
}

/** An endpoint to be registered with version 2 of the API. */
export const NewEndpointV2 = Document.given({
  ...fieldsOfNewEndpoint,
  /** The id that it has given itself. */
  endpoint_uuid: given(ComputeEndpointId),
  metadata: Field.optional(EndpointMetadata)
})
export type NewEndpointV2 = typeof NewEndpointV2.Type

/** An endpoint to be registered or changed with version 3 of the API. */
export const NewEndpointV3 = Document.given({
  ...fieldsOfNewEndpoint,
  high_assurance: Field.optional(Schema.Boolean),
  subscription_uuid: Field.optional(given(SubscriptionId)),
  /** Who may manage it beside its owner. */
  admins: Field.optional(Schema.Array(Schema.String)),
  /** Whether everybody can find it. Default: false. */
  public: Field.optional(Schema.Boolean),
  metadata: EndpointMetadata
})
export type NewEndpointV3 = typeof NewEndpointV3.Type

const queue = {
  /** Where to connect; it holds a user and a password. */
  connection_url: Schema.RedactedFromValue(Schema.String, { label: "connection_url" }),
  exchange: Field.string,
  queue: Field.string
}

/** A queue to read from. */
export const ReadQueue = Document.make(queue)
export type ReadQueue = typeof ReadQueue.Type

/** A queue to write to. */
export const WriteQueue = Document.make({
  ...queue,
  queue_publish_kwargs: Field.maybe(
    Document.make({
      exchange: Field.string,
      routing_key: Field.string,
      mandatory: Field.boolean,
      properties: Field.maybe(Document.make({ delivery_mode: Field.number }))
    })
  )
})
export type WriteQueue = typeof WriteQueue.Type

/** That an endpoint is registered, and the queues that it works with. */
export const EndpointRegistered = Document.make({
  endpoint_id: received(ComputeEndpointId),
  /** Where tasks come from. Not for an endpoint of many users. */
  task_queue_info: Field.maybe(ReadQueue),
  /** Where commands come from, for an endpoint of many users. */
  command_queue_info: Field.maybe(ReadQueue),
  /** Where results go. */
  result_queue_info: Field.maybe(WriteQueue),
  /** Where signs of life go, with version 3. */
  heartbeat_queue_info: Field.maybe(WriteQueue),
  warnings: Field.maybe(Schema.Array(Schema.String))
})
export type EndpointRegistered = typeof EndpointRegistered.Type

// -----------------------------------------------------------------------------
// models: what goes on at an endpoint
// -----------------------------------------------------------------------------

/** A node on which functions run. */
export const ConsoleNode = Document.make({
  total_worker_count: Field.number,
  idle_duration_seconds: Field.number,
  python_version: Field.string,
  endpoint_version: Field.string,
  sdk_version: Field.string
})
export type ConsoleNode = typeof ConsoleNode.Type

/** The endpoint of one user, and what goes on there. */
export const ConsoleUserEndpoint = Document.make({
  user_endpoint_id: received(ComputeEndpointId),
  active: Schema.Boolean,
  python_version: Field.string,
  endpoint_version: Field.string,
  client_sdk_versions: Field.maybe(Schema.Array(Schema.String)),
  posix_pid: Field.number,
  posix_username: Field.string,
  start_time_iso: Field.string,
  start_time_unix: Field.number,
  last_heartbeat_unix: Field.number,
  total_worker_count: Field.number,
  idle_worker_count: Field.number,
  total_node_count: Field.number,
  node_info: Field.maybe(Schema.Record(Schema.String, Schema.Array(ConsoleNode))),
  running_task_count: Field.number,
  queued_task_count: Field.number,
  executed_task_count: Field.number,
  engine_type: Field.string,
  provider_type: Field.string,
  account: Field.string,
  queue: Field.string,
  config: Field.string
})
export type ConsoleUserEndpoint = typeof ConsoleUserEndpoint.Type

/** What goes on at an endpoint of many users. */
export const EndpointConsole = Document.make({ user_endpoints: Schema.Array(ConsoleUserEndpoint) })
export type EndpointConsole = typeof EndpointConsole.Type

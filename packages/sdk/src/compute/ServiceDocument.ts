/**
 * What Globus Compute says of itself, and where results come from.
 *
 * ```ts
 * import { ComputeClientV2 } from "@effect-globus/sdk/compute"
 * import { Effect, Redacted } from "effect"
 *
 * const connection = Effect.gen(function* () {
 *   const compute = yield* ComputeClientV2
 *   const { connection_url, queue_prefix } = yield* compute.getResultAmqpUrl()
 *   return { url: Redacted.value(connection_url), queue_prefix }
 * })
 * ```
 *
 * Docs: https://compute.api.globus.org/redoc
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The version of the API as text, or for the service `all` those of its parts. */
export const ComputeVersion = Schema.Union([
  Schema.String,
  Document.make({
    api: Schema.String,
    min_sdk_version: Field.string,
    min_ep_version: Field.string,
    git_sha: Field.string,
    container_service: Field.string
  })
])
export type ComputeVersion = typeof ComputeVersion.Type

/** Where the results of the caller's tasks can be read as they come. */
export const ResultAmqpUrl = Document.make({
  /** With what the names of the queues begin. */
  queue_prefix: Schema.String,
  /** Where to connect; it holds a user and a password. */
  connection_url: Schema.RedactedFromValue(Schema.String, { label: "connection_url" })
})
export type ResultAmqpUrl = typeof ResultAmqpUrl.Type

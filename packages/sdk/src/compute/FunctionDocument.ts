/**
 * Functions of Globus Compute: code in the form in which its SDK for Python serializes it, to be called by id.
 *
 * ```ts
 * import type { NewFunctionV3 } from "@effect-globus/sdk/compute"
 *
 * declare const serialized: string
 *
 * const howdy: NewFunctionV3 = {
 *   function_name: "howdy_world",
 *   function_code: serialized,
 *   meta: { python_version: "3.12.6", sdk_version: "2.28.1", serde_identifier: "10" }
 * }
 * ```
 *
 * Docs: https://compute.api.globus.org/redoc#tag/Functions
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { ComputeEndpointId, ContainerId, FunctionId, given, received } from "../model/Id.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** A function that is registered. */
export const ComputeFunction = Document.make({
  function_uuid: received(FunctionId),
  function_name: Field.string,
  description: Field.string,
  /** The code, serialized. */
  function_code: Schema.String,
  /** With what the code was serialized. */
  metadata: Field.maybe(Document.make({ python_version: Field.string, sdk_version: Field.string }))
})
export type ComputeFunction = typeof ComputeFunction.Type

const fieldsOfNewFunction = {
  function_name: Schema.NonEmptyString,
  /** The code, serialized. */
  function_code: Schema.String,
  description: Field.optional(Schema.String),
  /** The group whose members may call it, beside its owner. */
  group: Field.optional(Schema.String),
  /** Whether everybody may call it. Default: false. */
  public: Field.optional(Schema.Boolean)
}

/** A function to be registered with version 2 of the API. */
export const NewFunctionV2 = Document.given({
  ...fieldsOfNewFunction,
  entry_point: Field.optional(Schema.String),
  metadata: Field.optional(
    Document.make({
      python_version: Field.optional(Schema.String),
      sdk_version: Field.optional(Schema.String)
    })
  ),
  /** The container in which it runs. */
  container_uuid: Field.optional(given(ContainerId))
})
export type NewFunctionV2 = typeof NewFunctionV2.Type

/** A function to be registered with version 3 of the API. */
export const NewFunctionV3 = Document.given({
  ...fieldsOfNewFunction,
  /** With what the code was serialized. */
  meta: Document.given({
    python_version: Schema.String,
    sdk_version: Schema.String,
    serde_identifier: Schema.String
  }),
  /** The endpoint of high assurance on which alone it may run. */
  ha_endpoint_id: Field.optional(given(ComputeEndpointId))
})
export type NewFunctionV3 = typeof NewFunctionV3.Type

/** That a function is registered. */
export const FunctionRegistered = Document.make({
  function_uuid: received(FunctionId),
  ha_warning: Field.string
})
export type FunctionRegistered = typeof FunctionRegistered.Type

/** That a function was removed. What the number means, Globus does not say. */
export const FunctionDeleted = Document.make({ result: Schema.Finite })
export type FunctionDeleted = typeof FunctionDeleted.Type

/**
 * What Transfer says when it has done something that leaves no document of its own: changed, removed, cancelled or
 * renamed something.
 *
 * ```ts
 * import { TransferClient } from "@effect-globus/sdk/transfer"
 * import { Effect } from "effect"
 *
 * const cancel = Effect.gen(function* () {
 *   const transfer = yield* TransferClient
 *   const { code } = yield* transfer.cancelTask("d625cc04-2f08-5453-b980-834c9cceb289")
 *   return code // "Canceled", or "TaskComplete" where there was nothing left to cancel
 * })
 * ```
 */
import * as Document from "../model/Document.ts"
import * as Field from "./internal/field.ts"
import * as JsonApi from "./internal/jsonApi.ts"

/** The outcome of an operation, as a code for programs and a sentence for people. */
export const ResultDocument = Document.make({
  DATA_TYPE: Field.string,
  /** What happened, such as `Updated`, `Deleted` or `Canceled`. */
  code: Field.string,
  message: Field.string,
  /** The path of what it happened to. */
  resource: Field.string,
  /** Names the request in Globus' logs. */
  request_id: Field.string
})
export type ResultDocument = typeof ResultDocument.Type

/** That something of version 2 is gone. */
export const RemovedDocument = Document.make({ meta: JsonApi.meta })
export type RemovedDocument = typeof RemovedDocument.Type

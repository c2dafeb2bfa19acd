/**
 * The envelope in which Globus Connect Server sends everything: how it went (`code`, `message`), and the documents in
 * question (`data`). Operations that read or create something answer the document itself and keep the envelope within
 * reach (`gcs.getCollection.result`); those that change or remove something answer the envelope, which says what was
 * done.
 *
 * ```ts
 * import { GcsClient } from "@effect-globus/sdk/gcs"
 * import { Effect } from "effect"
 *
 * const id = "7edce3f8-5a3b-4b7e-9d3b-5a1f0f5f0d4e"
 *
 * const program = Effect.gen(function* () {
 *   const gcs = yield* GcsClient
 *   const { display_name } = yield* gcs.getCollection(id)
 *   const { message } = yield* gcs.updateCollection(id, { collection_type: "mapped", display_name: `${display_name}!` })
 *   return message // "Updated collection 7edce3f8-…"
 * })
 * ```
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5.4/api/schemas/Result_schema
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import * as DataType from "./internal/dataType.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** An envelope around documents of this kind. */
export const resultOf = <const Item extends Schema.Constraint>(item: Item) =>
  Document.make({
    DATA_TYPE: Schema.String,
    /** How it went, such as `success`. */
    code: Schema.String,
    ...Field.received({
      /** What was done, in a sentence. */
      message: Field.text,
      /** Whether there are more pages, and where the next one is. */
      has_next_page: Field.flag,
      marker: Field.text,
      http_response_code: Field.number,
      /** What a login has to give, where one is needed. */
      authorization_parameters: Field.json
    }),
    /** `success`, or a document about what is wrong. */
    detail: Schema.optionalKey(Schema.Unknown),
    /** The documents in question; none if there is nothing to send. */
    data: Schema.optionalKey(Schema.Array(item))
  })

/**
 * An envelope around a document of this name, among which may be others: what a server may send along stays as it is.
 */
export const resultWith = <const Kinds extends ReadonlyArray<DataType.Kind>>(...kinds: Kinds) =>
  resultOf(DataType.oneOf(kinds))

/** An envelope around whatever documents. */
export const ResultDocument = resultOf(Document.Any)
export type ResultDocument = typeof ResultDocument.Type

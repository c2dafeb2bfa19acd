/**
 * The document that describes a deletion: which files and directories of a collection are to go. Make one here and
 * submit it with `TransferClient.submitDelete`. It is plain data in the form that Transfer reads; it is checked when it
 * is submitted.
 *
 * ```ts
 * import { DeleteData } from "@effect-globus/sdk/transfer"
 *
 * const cleanup = DeleteData.make({
 *   endpoint: "6c54cade-bde5-45c1-bdea-f4bd71dba2cc",
 *   recursive: true,
 *   items: ["/scratch/run-1/", "/scratch/run-2/"]
 * })
 * ```
 *
 * Docs: https://docs.globus.org/api/transfer/task_submit/#delete_specific_fields
 */
import { dual } from "effect/Function"
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { EndpointId, given, type Input } from "../model/Id.ts"
import * as Field from "./internal/field.ts"
import * as Submission from "./internal/submission.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** A file or directory to be removed. */
export const DeleteItem = Document.make({
  DATA_TYPE: Field.implied("delete_item"),
  path: Schema.NonEmptyString
})
export type DeleteItem = typeof DeleteItem.Type

const boolean = Schema.optional(Schema.Boolean)

/** The schema of a deletion as it is submitted. */
export const DeleteDocument = Document.make({
  ...Submission.fields,
  DATA_TYPE: Field.implied("delete"),
  DATA: Schema.optional(Schema.Array(DeleteItem)),
  endpoint: Schema.optional(given(EndpointId)),
  recursive: boolean,
  ignore_missing: boolean,
  interpret_globs: boolean,
  local_user: Schema.optional(Schema.NullOr(Schema.String))
})
export type DeleteDocument = typeof DeleteDocument.Type

/** A deletion to be submitted. */
export interface DeleteData extends DeleteDocument {
  readonly endpoint: Input<EndpointId>
  readonly DATA: ReadonlyArray<DeleteItem>
}

/** What a deletion is made of; only the collection is required, and other fields go into the document as they are. */
export interface Options extends Submission.Options {
  readonly endpoint: Input<EndpointId>
  /** What to remove, as paths or as items; {@link addItem} adds more. */
  readonly items?: ReadonlyArray<string | DeleteItem> | undefined
  /** Whether directories are removed, with everything in them. Default: false. */
  readonly recursive?: boolean | undefined
  /** Whether what is not there counts as removed. Default: false. */
  readonly ignore_missing?: boolean | undefined
  /** Whether `*`, `?` and `[…]` in the last part of a path are patterns. Default: false. */
  readonly interpret_globs?: boolean | undefined
  /** The local account to use, where there are several. */
  readonly local_user?: string | undefined
  readonly [field: string]: unknown
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const itemOf = (item: string | DeleteItem): DeleteItem => ({
  DATA_TYPE: "delete_item",
  ...(typeof item === "string" ? { path: item } : item)
})

/** A deletion on a collection. */
export const make = ({ deadline, items, ...fields }: Options): DeleteData => ({
  ...fields,
  DATA_TYPE: "delete",
  DATA: (items ?? []).map(itemOf),
  ...Submission.deadlineOf(deadline)
})

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** The deletion with one more file or directory. */
export const addItem: {
  (item: string | DeleteItem): (self: DeleteData) => DeleteData
  (self: DeleteData, item: string | DeleteItem): DeleteData
} = dual(2, (self: DeleteData, item: string | DeleteItem): DeleteData => addItems(self, [item]))

/** The deletion with these files and directories too. */
export const addItems: {
  (items: Iterable<string | DeleteItem>): (self: DeleteData) => DeleteData
  (self: DeleteData, items: Iterable<string | DeleteItem>): DeleteData
} = dual(2, (self: DeleteData, items: Iterable<string | DeleteItem>): DeleteData => ({
  ...self,
  DATA: [...self.DATA, ...Array.from(items, itemOf)]
}))

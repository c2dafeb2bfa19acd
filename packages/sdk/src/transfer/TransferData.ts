/**
 * The document that describes a transfer: what goes from which collection to which, and how. Make one here and submit
 * it with `TransferClient.submitTransfer`. It is plain data in the form that Transfer reads, so it can be stored, sent
 * on, or written by hand just as well; it is checked when it is submitted.
 *
 * ```ts
 * import { TransferData } from "@effect-globus/sdk/transfer"
 * import { pipe } from "effect"
 *
 * const backup = pipe(
 *   TransferData.make({
 *     source_endpoint: "6c54cade-bde5-45c1-bdea-f4bd71dba2cc",
 *     destination_endpoint: "31ce9ba0-176d-45a5-add3-f37d233ba47d",
 *     label: "nightly backup",
 *     sync_level: "checksum"
 *   }),
 *   TransferData.addItem({ source_path: "/data/", destination_path: "/backup/data/", recursive: true }),
 *   TransferData.addFilterRule({ name: "*.tmp" })
 * )
 * ```
 *
 * Docs: https://docs.globus.org/api/transfer/task_submit/#transfer_specific_fields
 */
import { dual } from "effect/Function"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Document from "../model/Document.ts"
import { EndpointId, given, type Input } from "../model/Id.ts"
import * as Field from "./internal/field.ts"
import * as Submission from "./internal/submission.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const levels = { exists: 0, size: 1, mtime: 2, checksum: 3 } as const

/**
 * When a file that exists at the destination is transferred all the same: never (`exists`, 0), if its size differs
 * (`size`, 1), if it is older (`mtime`, 2), if its checksum differs (`checksum`, 3).
 */
export type SyncLevel = keyof typeof levels | (typeof levels)[keyof typeof levels]

const levelOf = (level: SyncLevel): SyncLevel =>
  typeof level === "string" && Object.hasOwn(levels, level) ? levels[level] : level

/** The schema of a sync level: a number for Transfer, a name or a number for programs. */
export const SyncLevel: Schema.Codec<SyncLevel, SyncLevel> = Schema.Literals([0, 1, 2, 3]).pipe(
  Schema.decodeTo(
    Schema.Literals([0, 1, 2, 3, "exists", "size", "mtime", "checksum"]),
    SchemaTransformation.transform<SyncLevel, 0 | 1 | 2 | 3>({
      decode: (level) => level,
      encode: (level) => (typeof level === "string" ? levels[level] : level)
    })
  )
)

/** A file, or a directory with everything in it (`recursive`), and where it goes. */
export const TransferItem = Document.make({
  /** `transfer_item`, or `transfer_symlink_item` for a symbolic link that is to stay one. Default: `transfer_item`. */
  DATA_TYPE: Field.implied("transfer_item"),
  source_path: Schema.NonEmptyString,
  destination_path: Schema.NonEmptyString,
  /** Whether it is a directory. Default: Transfer finds out. */
  recursive: Schema.optional(Schema.Boolean),
  /** What the checksum of the file must be; the task fails if it is not. */
  external_checksum: Schema.optional(Schema.String),
  /** Which checksum is used. Default: Transfer's own choice, or `MD5` for an `external_checksum`. */
  checksum_algorithm: Schema.optional(Schema.String)
})
export type TransferItem = typeof TransferItem.Type

/**
 * Which entries of recursive items are left out or kept. The first rule that matches a name decides; an entry that no
 * rule matches is transferred.
 */
export const FilterRule = Document.make({
  DATA_TYPE: Field.implied("filter_rule"),
  /** `exclude` or `include`. Default: `exclude`. */
  method: Field.implied("exclude"),
  /** A name in which `*`, `?` and `[…]` are patterns. */
  name: Schema.NonEmptyString,
  /** Default: for files and directories alike. */
  type: Schema.optional(Schema.NullOr(Document.openLiterals(["file", "dir"])))
})
export type FilterRule = typeof FilterRule.Type

const boolean = Schema.optional(Schema.Boolean)
const text = Schema.optional(Schema.NullOr(Schema.String))

/** The schema of a transfer as it is submitted. */
export const TransferDocument = Document.make({
  ...Submission.fields,
  DATA_TYPE: Field.implied("transfer"),
  DATA: Schema.optional(Schema.Array(TransferItem)),
  source_endpoint: Schema.optional(given(EndpointId)),
  destination_endpoint: Schema.optional(given(EndpointId)),
  filter_rules: Schema.optional(Schema.NullOr(Schema.Array(FilterRule))),
  sync_level: Schema.optional(Schema.NullOr(SyncLevel)),
  verify_checksum: boolean,
  preserve_timestamp: boolean,
  encrypt_data: boolean,
  delete_destination_extra: boolean,
  skip_source_errors: boolean,
  fail_on_quota_errors: boolean,
  recursive_symlinks: Schema.optional(Document.openLiterals(["ignore", "keep", "copy"])),
  source_local_user: text,
  destination_local_user: text
})
export type TransferDocument = typeof TransferDocument.Type

/** A transfer to be submitted. */
export interface TransferData extends TransferDocument {
  readonly source_endpoint: Input<EndpointId>
  readonly destination_endpoint: Input<EndpointId>
  readonly DATA: ReadonlyArray<TransferItem>
}

/** What a transfer is made of; only the collections are required, and other fields go into the document as they are. */
export interface Options extends Submission.Options {
  readonly source_endpoint: Input<EndpointId>
  readonly destination_endpoint: Input<EndpointId>
  /** What to transfer; {@link addItem} adds more. */
  readonly items?: ReadonlyArray<TransferItem> | undefined
  /** What to leave out of directories; {@link addFilterRule} adds more. */
  readonly filter_rules?: ReadonlyArray<FilterRule> | undefined
  /** Whether to leave out what the destination has already. Default: everything is transferred. */
  readonly sync_level?: SyncLevel | undefined
  /** Whether to compare checksums after the transfer, and to repeat it if they differ. Default: true. */
  readonly verify_checksum?: boolean | undefined
  /** Whether files keep their modification time. Default: false. */
  readonly preserve_timestamp?: boolean | undefined
  /** Whether to encrypt the data on its way. Default: false, unless a collection insists. */
  readonly encrypt_data?: boolean | undefined
  /** Whether to remove from destination directories what the source has not. Default: false. */
  readonly delete_destination_extra?: boolean | undefined
  /** Whether to go on without files that cannot be read. Default: false. */
  readonly skip_source_errors?: boolean | undefined
  /** Whether a full quota fails the task rather than pausing it. Default: false. */
  readonly fail_on_quota_errors?: boolean | undefined
  /** What becomes of symbolic links in directories. Default: `ignore`. */
  readonly recursive_symlinks?: Document.OpenLiteral<"ignore" | "keep" | "copy"> | undefined
  /** The local account to use at the source, where there are several. */
  readonly source_local_user?: string | undefined
  /** The local account to use at the destination, where there are several. */
  readonly destination_local_user?: string | undefined
  readonly [field: string]: unknown
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const itemOf = (item: TransferItem): TransferItem => ({ DATA_TYPE: "transfer_item", ...item })

const ruleOf = (rule: FilterRule): FilterRule => ({ DATA_TYPE: "filter_rule", method: "exclude", ...rule })

/** A transfer between two collections. */
export const make = ({ deadline, filter_rules, items, sync_level, ...fields }: Options): TransferData => ({
  ...fields,
  DATA_TYPE: "transfer",
  DATA: (items ?? []).map(itemOf),
  ...Submission.deadlineOf(deadline),
  ...(sync_level === undefined ? {} : { sync_level: levelOf(sync_level) }),
  ...(filter_rules === undefined ? {} : { filter_rules: filter_rules.map(ruleOf) })
})

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** The transfer with one more file or directory. */
export const addItem: {
  (item: TransferItem): (self: TransferData) => TransferData
  (self: TransferData, item: TransferItem): TransferData
} = dual(2, (self: TransferData, item: TransferItem): TransferData => addItems(self, [item]))

/** The transfer with these files and directories too. */
export const addItems: {
  (items: Iterable<TransferItem>): (self: TransferData) => TransferData
  (self: TransferData, items: Iterable<TransferItem>): TransferData
} = dual(2, (self: TransferData, items: Iterable<TransferItem>): TransferData => ({
  ...self,
  DATA: [...self.DATA, ...Array.from(items, itemOf)]
}))

/** The transfer with one more rule about what to leave out of directories; earlier rules come first. */
export const addFilterRule: {
  (rule: FilterRule): (self: TransferData) => TransferData
  (self: TransferData, rule: FilterRule): TransferData
} = dual(2, (self: TransferData, rule: FilterRule): TransferData => ({
  ...self,
  filter_rules: [...(self.filter_rules ?? []), ruleOf(rule)]
}))

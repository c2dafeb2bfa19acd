/**
 * Files and directories of a collection, as a listing shows them, and what makes, links and renames them.
 *
 * ```ts
 * import type { FileDocument } from "@effect-globus/sdk/transfer"
 *
 * const isLink = (file: FileDocument) => typeof file.link_target === "string"
 * ```
 *
 * Docs: https://docs.globus.org/api/transfer/file_operations
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * A file, a directory, or something else that has a name. Of a symbolic link, the document describes the target, and
 * the fields that begin with `link_` the link itself.
 */
export const FileDocument = Document.make({
  DATA_TYPE: Field.string,
  name: Schema.String,
  type: Document.openLiterals(["dir", "file", "invalid_symlink", "chr", "blk", "pipe", "other"]),
  /** In bytes. */
  size: Field.numberOrNull,
  /** As `2023-12-18 16:52:50+00:00`. */
  last_modified: Field.stringOrNull,
  /** In octal, as `0644`. */
  permissions: Field.stringOrNull,
  user: Field.stringOrNull,
  group: Field.stringOrNull,
  /** Where the link points to, if it is one. */
  link_target: Field.stringOrNull,
  link_size: Field.numberOrNull,
  link_user: Field.stringOrNull,
  link_group: Field.stringOrNull,
  link_last_modified: Field.stringOrNull
})
export type FileDocument = typeof FileDocument.Type

/** What is in a directory, or the part of it that `limit` and `offset` name. */
export const FileListDocument = Document.make({
  DATA_TYPE: Field.string,
  DATA: Schema.Array(FileDocument),
  endpoint: Field.string,
  /** The directory that was listed: the one that was asked for, or the default. */
  path: Field.stringOrNull,
  absolute_path: Field.stringOrNull,
  rename_supported: Field.boolean,
  symlink_supported: Field.boolean,
  /** How many entries there are here. */
  length: Field.number,
  /** How many entries there are in the directory. */
  total: Field.number
})
export type FileListDocument = typeof FileListDocument.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

const localUser = Schema.optional(Schema.String)

/** A directory to be made. */
export const Mkdir = Document.make({
  DATA_TYPE: Field.implied("mkdir"),
  path: Schema.NonEmptyString,
  local_user: localUser
})
export type Mkdir = typeof Mkdir.Type

/** A file or directory to be renamed or moved within its collection. */
export const Rename = Document.make({
  DATA_TYPE: Field.implied("rename"),
  old_path: Schema.NonEmptyString,
  new_path: Schema.NonEmptyString,
  local_user: localUser
})
export type Rename = typeof Rename.Type

/** A symbolic link to be made. */
export const Symlink = Document.make({
  DATA_TYPE: Field.implied("symlink"),
  /** Where the link is to be. */
  path: Schema.NonEmptyString,
  /** Where it points to; there need not be anything. */
  symlink_target: Schema.NonEmptyString,
  local_user: localUser
})
export type Symlink = typeof Symlink.Type

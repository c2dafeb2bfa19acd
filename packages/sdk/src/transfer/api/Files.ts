/**
 * The operations on the files of a collection that are done at once: listing, making directories and links, renaming.
 *
 * ```ts
 * import { TransferApi } from "@effect-globus/sdk/transfer"
 *
 * TransferApi.groups.files.endpoints.ls.path // "/v0.10/operation/endpoint/:endpoint_id/ls"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import { EndpointId } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import * as Query from "../../service/Query.ts"
import * as File from "../FileDocument.ts"
import { ResultDocument } from "../ResultDocument.ts"
import { TransferFilter } from "../TransferFilter.ts"

const params = { endpoint_id: EndpointId } as const

export const ls = Operation.get("ls", "/v0.10/operation/endpoint/:endpoint_id/ls", {
  params,
  query: {
    path: Query.string,
    show_hidden: Query.flag,
    orderby: Query.commas(Schema.String),
    limit: Query.positive,
    offset: Query.natural,
    filter: Schema.optional(Schema.Union([Schema.Array(TransferFilter), TransferFilter])),
    local_user: Query.string
  },
  success: File.FileListDocument
})

export const mkdir = Operation.post("mkdir", "/v0.10/operation/endpoint/:endpoint_id/mkdir", {
  params,
  query: {},
  payload: File.Mkdir,
  success: ResultDocument
})

export const rename = Operation.post("rename", "/v0.10/operation/endpoint/:endpoint_id/rename", {
  params,
  query: {},
  payload: File.Rename,
  success: ResultDocument
})

export const stat = Operation.get("stat", "/v0.10/operation/endpoint/:endpoint_id/stat", {
  params,
  query: { path: Query.string, local_user: Query.string },
  success: File.FileDocument
})

export const symlink = Operation.post("symlink", "/v0.10/operation/endpoint/:endpoint_id/symlink", {
  params,
  query: {},
  payload: File.Symlink,
  success: ResultDocument
})

/** The operations on files. */
export const Files = HttpApiGroup.make("files").add(ls, mkdir, rename, stat, symlink)

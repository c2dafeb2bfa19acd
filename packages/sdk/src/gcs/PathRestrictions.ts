/**
 * Which paths of a storage gateway can be used, or of a mapped collection be shared: to read only, to read and write, or
 * not at all. The longest path that fits decides.
 *
 * ```ts
 * import type { PathRestrictions } from "@effect-globus/sdk/gcs"
 *
 * const restrictions: PathRestrictions = { DATA_TYPE: "path_restrictions#1.0.0", read: ["/"], none: ["/private"] }
 * ```
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5.4/api/schemas/PathRestrictions_1_0_0_schema
 */
import * as DataType from "./internal/dataType.ts"
import * as Field from "./internal/field.ts"

/** What may be done where. `DATA_TYPE` is filled in where it was left out. */
export const PathRestrictions = DataType.sent(
  "path_restrictions",
  Field.sent({
    read: Field.texts,
    read_write: Field.texts,
    none: Field.texts
  })
)
export type PathRestrictions = typeof PathRestrictions.Type

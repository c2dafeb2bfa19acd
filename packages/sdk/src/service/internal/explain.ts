/** Saying in words where a value does not fit its schema, and how. */
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

/** Where in a document the first issue is, as `DATA[3].size`, and what it is. */
export const explain = (error: Schema.SchemaError): { readonly path: string; readonly detail: string } => {
  const [issue] = formatIssue(error.issue).issues
  const path = (issue?.path ?? []).reduce<string>((text, segment) => {
    const key = Predicate.isObject(segment) && "key" in segment ? segment.key : segment
    return typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`
  }, "")
  return { path, detail: issue?.message ?? "it has another shape" }
}

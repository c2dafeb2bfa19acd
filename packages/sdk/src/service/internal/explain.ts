/** Saying in words where a value does not fit its schema, and how. */
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

type Segment = PropertyKey | { readonly key: PropertyKey }

const keyOf = (segment: Segment | undefined): PropertyKey | undefined =>
  Predicate.isObject(segment) ? segment.key : segment

/** Where in a document the first issue is, as `DATA[3].size`, and what it is. */
export const explain = (error: Schema.SchemaError): { readonly path: string; readonly detail: string } => {
  const { issues } = formatIssue(error.issue)
  // A union says of each member why it does not fit; the member that was meant is the one whose `DATA_TYPE` does.
  const issue = issues.find(({ path }) => keyOf(path?.at(-1)) !== "DATA_TYPE") ?? issues[0]
  const path = (issue?.path ?? []).reduce<string>((text, segment) => {
    const key = keyOf(segment)
    return typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`
  }, "")
  return { path, detail: issue?.message ?? "it has another shape" }
}

/** The types in which the reference writes down documents, such as `(Label | string)[] | null`, and reading them. */
import * as Predicate from "effect/Predicate"

export type Shape =
  | { readonly _tag: "Literal"; readonly value: unknown }
  | { readonly _tag: "Object"; readonly fields: Readonly<Record<string, Field>> }
  | { readonly _tag: "List"; readonly item: Shape }
  | { readonly _tag: "Union" | "All"; readonly members: ReadonlyArray<Shape> }
  | { readonly _tag: "Reference"; readonly name: string }
  /** Whatever is of no interest here: text, numbers, tuples, dictionaries, types that are computed. */
  | { readonly _tag: "Other"; readonly nullable: boolean }

export interface Field {
  readonly optional: boolean
  readonly shape: Shape
}

const other: Shape = { _tag: "Other", nullable: false }

const anything: Shape = { _tag: "Other", nullable: true }

const token = /\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[key\]|[\w.$-]+|[^\s\w])/g

const closing: Readonly<Record<string, string>> = { "<": ">", "[": "]" }

const parseText = (text: string): Shape => {
  const tokens = Array.from(text.matchAll(token), (match) => match[1] ?? "")
  let at = 0
  const take = (expected?: string): string => {
    const next = tokens[at++] ?? "the end"
    if (expected !== undefined && next !== expected) {
      throw new Error(`expected ${expected}, got ${next} in ${text}`)
    }
    return next
  }
  /** Leaves out what is in brackets, the opening one of which has been read. */
  const skip = (open: "<" | "["): Shape => {
    for (let depth = 1; depth > 0;) {
      const next = take()
      if (next === open) depth++
      if (next === closing[open]) depth--
    }
    return other
  }
  const separated = (tag: "Union" | "All", separator: string, read: () => Shape): Shape => {
    if (tokens[at] === separator) at++
    const first = read()
    const members = [first]
    while (tokens[at] === separator) {
      at++
      members.push(read())
    }
    return members.length === 1 ? first : { _tag: tag, members }
  }
  const union = (): Shape => separated("Union", "|", () => separated("All", "&", listed))
  const listed = (): Shape => {
    let shape = single()
    while (tokens[at] === "[") {
      at++
      shape = tokens[at] === "]" ? { _tag: "List", item: shape } : other
      if (shape === other) skip("[")
      else at++
    }
    return shape
  }
  const single = (): Shape => {
    const next = take()
    if (next === "(") {
      const shape = union()
      take(")")
      return shape
    }
    if (next === "{") return object()
    if (next === "[") return skip("[")
    if (next === "null") return { _tag: "Literal", value: null }
    if (next === "unknown") return anything
    if (/^["'\d]|^(true|false|string|number|boolean|object|undefined)$/.test(next)) return other
    if (tokens[at] !== "<") return { _tag: "Reference", name: next }
    at++
    return skip("<")
  }
  const object = (): Shape => {
    const fields: Record<string, Field> = {}
    while (tokens[at] !== "}") {
      let name = take().replaceAll(/^["']|["']$/g, "")
      while (tokens[at] === "/") name += take() + take()
      const optional = tokens[at] === "?"
      if (optional) at++
      take(":")
      const shape = union()
      if (name !== "[key]") fields[name] = { optional, shape }
      if (tokens[at] === ";") at++
    }
    take("}")
    return Object.keys(fields).length === 0 ? other : { _tag: "Object", fields }
  }
  const shape = union()
  return at < tokens.length ? other : shape
}

/** Reads a type; objects are written as text or as JSON. */
export const parse = (value: unknown): Shape => {
  if (!Predicate.isObject(value)) return Predicate.isString(value) ? parseText(value) : anything
  const fields = Object.entries(value).map(([name, each]): readonly [string, Field] => [
    name.replace(/\?$/, ""),
    { optional: name.endsWith("?"), shape: parse(each) }
  ])
  return fields.length === 0 ? other : { _tag: "Object", fields: Object.fromEntries(fields) }
}

/** What a type may be in the end, references followed; `lookUp` finds what they name. */
export const membersOf = (shape: Shape, lookUp: (name: string) => unknown): ReadonlyArray<Shape> => {
  switch (shape._tag) {
    case "Union":
      return shape.members.flatMap((member) => membersOf(member, lookUp))
    case "Reference": {
      const found = lookUp(shape.name)
      return found === undefined ? [anything] : membersOf(parse(found), lookUp)
    }
    case "All": {
      const fields: Record<string, Field> = {}
      for (const member of shape.members.flatMap((member) => membersOf(member, lookUp))) {
        if (member._tag !== "Object") continue
        for (const [name, field] of Object.entries(member.fields)) {
          // What one of them requires is required.
          fields[name] = { ...field, optional: field.optional && (fields[name]?.optional ?? true) }
        }
      }
      return [Object.keys(fields).length === 0 ? other : { _tag: "Object", fields }]
    }
    default:
      return [shape]
  }
}

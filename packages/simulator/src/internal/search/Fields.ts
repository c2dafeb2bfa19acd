/** The fields of entries, by their paths: `author.name`, where a dot in a name is written `\.`. */

/** The content of an entry. */
export interface Content {
  readonly [name: string]: unknown
}

/** A value that is no object and no list, and where it stands. */
export interface Leaf {
  readonly path: string
  readonly value: string | number | boolean
  /** The words of the value, in lower case. */
  readonly words: ReadonlyArray<string>
}

const isObject = (value: unknown): value is Content =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The words of a text, in lower case. */
export const wordsOf = (text: string): ReadonlyArray<string> =>
  text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

const namesIn = (path: string): ReadonlyArray<string> =>
  (path.match(/(?:\\.|[^.\\])+/g) ?? []).map((name) => name.replaceAll("\\.", "."))

const join = (path: string, name: string): string => {
  const escaped = name.replaceAll(".", "\\.")
  return path === "" ? escaped : `${path}.${escaped}`
}

/** What stands at a path, the items of lists each for itself. */
export const valuesAt = (content: Content, path: string): ReadonlyArray<unknown> => {
  let values: ReadonlyArray<unknown> = [content]
  for (const name of namesIn(path)) {
    values = values
      .flatMap((value) => (isObject(value) && Object.hasOwn(value, name) ? [value[name]] : []))
      .flat(Infinity)
  }
  return values.filter((value) => value !== null)
}

const collect = (value: unknown, path: string, leaves: Array<Leaf>): void => {
  if (Array.isArray(value)) for (const item of value) collect(item, path, leaves)
  else if (isObject(value)) {
    for (const [name, below] of Object.entries(value)) collect(below, join(path, name), leaves)
  } else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    leaves.push({ path, value, words: wordsOf(String(value)) })
  }
}

// Contents do not change, and are looked through by every query.
const known = new WeakMap<Content, ReadonlyArray<Leaf>>()

/** All values of an entry. */
export const leavesOf = (content: Content): ReadonlyArray<Leaf> => {
  const before = known.get(content)
  if (before !== undefined) return before
  const leaves: Array<Leaf> = []
  collect(content, "", leaves)
  known.set(content, leaves)
  return leaves
}

/** A pattern in which `*` stands for any text and `?` for one character. */
export const wildcard = (pattern: string, flags = "u"): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\/]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    `s${flags}`
  )

const date = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?)?)?$/

/** The moments from which and until which a date lasts: a year, a month, a day, or no time at all. */
export const dateSpan = (text: string): readonly [from: number, until: number] | undefined => {
  const [, year, month, day, time, zone] = date.exec(text) ?? []
  if (year === undefined) return undefined
  if (time !== undefined) {
    const at = Date.parse(`${year}-${month}-${day}T${time}${zone ?? "Z"}`)
    return Number.isNaN(at) ? undefined : [at, at]
  }
  const from = Date.UTC(Number(year), Number(month ?? "1") - 1, Number(day ?? "1"))
  const next =
    month === undefined
      ? Date.UTC(Number(year) + 1, 0, 1)
      : day === undefined
        ? Date.UTC(Number(year), Number(month), 1)
        : from + 86_400_000
  return [from, next - 1]
}

/** Bounds of a range; `*` leaves a side open, `from` and `to` belong to it. */
export interface Bounds {
  readonly from?: unknown
  readonly to?: unknown
  readonly gte?: unknown
  readonly gt?: unknown
  readonly lte?: unknown
  readonly lt?: unknown
}

/** Whether a value lies on one side of a bound. */
const isBeyond = (value: unknown, bound: unknown, side: "gte" | "gt" | "lte" | "lt"): boolean => {
  if (bound === undefined || bound === null || bound === "*") return true
  const holds = (a: number | string, b: number | string) =>
    side === "gte" ? a >= b : side === "gt" ? a > b : side === "lte" ? a <= b : a < b
  if (typeof value === "number") {
    const number = Number(bound)
    return !Number.isNaN(number) && holds(value, number)
  }
  if (typeof value !== "string" || (typeof bound !== "string" && typeof bound !== "number")) return false
  const [at, span] = [dateSpan(value), dateSpan(String(bound))]
  // A day, as a bound, is meant whole.
  return at !== undefined && span !== undefined
    ? holds(at[0], side === "gt" || side === "lte" ? span[1] : span[0])
    : holds(value, String(bound))
}

/** Whether a value lies within a range. */
export const isWithin = (value: unknown, { from, gt, gte, lt, lte, to }: Bounds): boolean =>
  isBeyond(value, gte ?? from, "gte") &&
  isBeyond(value, gt, "gt") &&
  isBeyond(value, lte ?? to, "lte") &&
  isBeyond(value, lt, "lt")

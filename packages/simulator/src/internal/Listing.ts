/** Listings as Transfer gives them: filtered by clauses, ordered by fields, a page at a time. */
import { TransferFilter } from "@effect-globus/sdk/transfer"
import * as Glob from "./Glob.ts"

/** What is listed, by the names of its fields. */
export interface Item {
  readonly [field: string]: unknown
}

// -----------------------------------------------------------------------------
// filters
// -----------------------------------------------------------------------------

const times = new Set(["last_modified", "request_time", "completion_time"])

const timeOf = (text: string): number => Date.parse(text.replace(" ", "T"))

/** Whether a time lies in a range of which either side may be open. */
const isWithin = (value: unknown, [from = "", to = ""]: ReadonlyArray<string>): boolean => {
  if (typeof value !== "string") return false
  const time = timeOf(value)
  // A day as the end of a range is part of it.
  const end = /^\d{4}-\d\d-\d\d$/.test(to) ? timeOf(to) + 86_400_000 - 1 : timeOf(to)
  return (from === "" || time >= timeOf(from)) && (to === "" || time <= end)
}

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value)

const isOne = (value: unknown, wanted: string): boolean => {
  const text = textOf(value)
  if (wanted.startsWith("~")) return Glob.matches(wanted.slice(1), text, { ignoreCase: true })
  if (/^[<>]=?-?\d+$/.test(wanted)) {
    const [, sign = "", number = ""] = /^([<>]=?)(.*)$/.exec(wanted) ?? []
    const difference = Number(text) - Number(number)
    return sign.startsWith("<")
      ? difference < 0 || (difference === 0 && sign === "<=")
      : difference > 0 || (difference === 0 && sign === ">=")
  }
  return text === wanted.replace(/^=/, "")
}

const matches = (item: Item, filter: string): boolean =>
  Object.entries(TransferFilter.parse(filter)).every(([field, values]) => {
    const value = item[field]
    if (times.has(field)) return isWithin(value, values)
    const not = values.filter((wanted) => wanted.startsWith("!")).map((wanted) => wanted.slice(1))
    const any = values.filter((wanted) => !wanted.startsWith("!"))
    return (
      (any.length === 0 || any.some((wanted) => isOne(value, wanted))) &&
      !not.some((wanted) => isOne(value, wanted))
    )
  })

// -----------------------------------------------------------------------------
// orders
// -----------------------------------------------------------------------------

const compare = (a: unknown, b: unknown): number => {
  if (typeof a === "number" && typeof b === "number") return a - b
  const [left, right] = [textOf(a), textOf(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

const ordered = <A extends Item>(items: ReadonlyArray<A>, orders: ReadonlyArray<string>): ReadonlyArray<A> =>
  items.toSorted((a, b) => {
    for (const order of orders) {
      const [field = "", direction] = order.trim().split(/\s+/)
      const difference = compare(a[field], b[field])
      if (difference !== 0) return direction?.toUpperCase() === "DESC" ? -difference : difference
    }
    return 0
  })

// -----------------------------------------------------------------------------
// pages
// -----------------------------------------------------------------------------

const listOf = <A>(value: A | ReadonlyArray<A> | undefined): ReadonlyArray<A> =>
  value === undefined ? [] : Array.isArray(value) ? (value as ReadonlyArray<A>) : [value as A]

/** What of a listing is asked for. */
export interface Query {
  readonly filter?: TransferFilter.TransferFilter | ReadonlyArray<TransferFilter.TransferFilter> | undefined
  readonly orderby?: string | ReadonlyArray<string> | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

/** A page of what is listed, and how much there is altogether. */
export const page = <A extends Item>(
  all: ReadonlyArray<A>,
  query: Query,
  defaults: { readonly orderby: string | undefined; readonly limit: number; readonly maximum: number }
) => {
  const filters = listOf(query.filter).map(TransferFilter.format)
  const found =
    filters.length === 0 ? all : all.filter((item) => filters.every((filter) => matches(item, filter)))
  const orders = listOf(query.orderby ?? defaults.orderby)
  const sorted = orders.length === 0 ? found : ordered(found, orders)
  const limit = Math.min(Math.max(query.limit ?? defaults.limit, 0), defaults.maximum)
  const offset = Math.max(query.offset ?? 0, 0)
  return { items: sorted.slice(offset, offset + limit), limit, offset, total: sorted.length }
}

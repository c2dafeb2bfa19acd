/** Listings as Transfer gives them: filtered by clauses, ordered by fields, a page at a time. */
import { TransferFilter } from "@effect-globus/sdk/transfer"
import * as Array from "effect/Array"
import * as Result from "effect/Result"
import * as Glob from "./Glob.ts"
import type * as Refusals from "./Refusal.ts"
import { badQuery } from "./transfer/Answer.ts"

/** What is listed, by the names of its fields. */
export interface Item {
  readonly [field: string]: unknown
}

/** The fields by which something is filtered and ordered, and what they hold. */
export interface Fields {
  readonly [field: string]: "text" | "number" | "time" | "boolean"
}

// -----------------------------------------------------------------------------
// filters
// -----------------------------------------------------------------------------

type Test = (value: unknown) => boolean

const comparison = /^([<>]=?)(.*)$/

/** Whether a number is as the operator says of another. */
const compares = (operator: string, difference: number): boolean =>
  (operator.startsWith("<") ? difference < 0 : difference > 0) || (difference === 0 && operator.endsWith("="))

/** A time that does not say where is one of UTC. */
const timeOf = (text: string): number => Date.parse(text.replace(" ", "T").replace(/(T[^Z+-]*)$/, "$1Z"))

/** A time in a range of which either side may be open, or before or after one. */
const timeTest = (values: ReadonlyArray<string>): Test | undefined => {
  const [, operator, bound] = comparison.exec(values[0] ?? "") ?? []
  const [from, to] = operator === undefined ? [values[0] ?? "", values[1] ?? ""] : [bound ?? "", ""]
  if (values.length > (operator === undefined ? 2 : 1)) return undefined
  if ([from, to].some((text) => text !== "" && Number.isNaN(timeOf(text)))) return undefined
  // A day as the end of a range is part of it.
  const end = /^\d{4}-\d\d-\d\d$/.test(to) ? timeOf(to) + 86_400_000 - 1 : timeOf(to)
  return (value) => {
    if (typeof value !== "string") return false
    const time = timeOf(value)
    if (operator !== undefined) return compares(operator, time - timeOf(from))
    return (from === "" || time >= timeOf(from)) && (to === "" || time <= end)
  }
}

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value)

/** A text that is what is wanted, or matches a pattern. */
const textTest = (wanted: string): Test =>
  wanted.startsWith("~")
    ? (value) => Glob.matches(wanted.slice(1), textOf(value), { ignoreCase: true })
    : (value) => textOf(value) === wanted.replace(/^=/, "")

const numberTest = (wanted: string): Test | undefined => {
  const [, operator, text = wanted.replace(/^=/, "")] = comparison.exec(wanted) ?? []
  if (!/^-?\d+$/.test(text)) return undefined
  return operator === undefined
    ? (value) => value === Number(text)
    : (value) => typeof value === "number" && compares(operator, value - Number(text))
}

const booleans: Readonly<Record<string, boolean>> = { "0": false, "1": true, false: false, true: true }

const booleanTest = (wanted: string): Test | undefined => {
  const flag = booleans[wanted.toLowerCase()]
  return flag === undefined ? undefined : (value) => value === flag
}

const testsOf = { text: textTest, number: numberTest, boolean: booleanTest } as const

/** One of several, and none of those after a `!`. */
const listTest = (kind: keyof typeof testsOf, values: ReadonlyArray<string>): Test | undefined => {
  const any: Array<Test> = []
  const none: Array<Test> = []
  for (const value of values) {
    const test = testsOf[kind](value.replace(/^!/, ""))
    if (test === undefined) return undefined
    ;(value.startsWith("!") ? none : any).push(test)
  }
  return (value) => (any.length === 0 || any.some((test) => test(value))) && !none.some((test) => test(value))
}

const parse = (filter: string, fields: Fields): Result.Result<(item: Item) => boolean, Refusals.Refusal> =>
  Result.map(
    Result.all(
      Object.entries(TransferFilter.parse(filter)).map(([field, values]) => {
        const kind = Object.hasOwn(fields, field) ? fields[field] : undefined
        if (values.length === 0) {
          return Result.fail(badQuery(`Invalid filter clause '${field}': it has no value`))
        }
        if (kind === undefined) return Result.fail(badQuery(`Invalid filter: there is no field '${field}'`))
        const test = kind === "time" ? timeTest(values) : listTest(kind, values)
        return test === undefined
          ? Result.fail(badQuery(`Invalid filter value for '${field}': ${values.join(",")}`))
          : Result.succeed((item: Item) => test(item[field]))
      })
    ),
    (tests) => (item) => tests.every((test) => test(item))
  )

// -----------------------------------------------------------------------------
// orders
// -----------------------------------------------------------------------------

const compare = (a: unknown, b: unknown): number => {
  if (typeof a === "number" && typeof b === "number") return a - b
  const [left, right] = [textOf(a), textOf(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

/** Items in the order of fields, the first of which counts most; each may be followed by `ASC` or `DESC`. */
export const ordered = <A extends Item>(
  items: ReadonlyArray<A>,
  orders: ReadonlyArray<string>
): ReadonlyArray<A> =>
  orders.length === 0
    ? items
    : items.toSorted((a, b) => {
        for (const order of orders) {
          const [field = "", direction] = order.trim().split(/\s+/)
          const difference = compare(a[field], b[field])
          if (difference !== 0) return direction?.toUpperCase() === "DESC" ? -difference : difference
        }
        return 0
      })

const checkOrder = (order: string, fields: Fields): Result.Result<void, Refusals.Refusal> => {
  const [field = "", direction = "ASC", ...others] = order.trim().split(/\s+/)
  return Object.hasOwn(fields, field) && /^(asc|desc)$/i.test(direction) && others.length === 0
    ? Result.succeed(undefined)
    : Result.fail(badQuery(`Invalid orderby: '${order}'`))
}

// -----------------------------------------------------------------------------
// pages
// -----------------------------------------------------------------------------

/** Which part of a listing is asked for. */
export interface Part {
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

/** What of a listing is asked for. */
export interface Query extends Part {
  readonly filter?: TransferFilter.TransferFilter | ReadonlyArray<TransferFilter.TransferFilter> | undefined
  readonly orderby?: string | ReadonlyArray<string> | undefined
}

/** How long a part is, unless it is said otherwise, and at most. */
export interface Limits {
  readonly limit: number
  readonly maximum: number
}

/** A part of a listing, and how much there is altogether. */
export interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly limit: number
  readonly offset: number
  readonly total: number
}

/** The part of a listing that is asked for. */
export const part = <A>(all: ReadonlyArray<A>, query: Part, limits: Limits): Page<A> => {
  const limit = Math.min(Math.max(query.limit ?? limits.limit, 0), limits.maximum)
  const offset = Math.max(query.offset ?? 0, 0)
  return { items: all.slice(offset, offset + limit), limit, offset, total: all.length }
}

/** The part of what is found that is asked for. Fails if a filter or an order is none. */
export const page = <A extends Item>(
  all: ReadonlyArray<A>,
  query: Query,
  options: Limits & { readonly fields: Fields }
): Result.Result<Page<A>, Refusals.Refusal> =>
  Result.gen(function* () {
    const tests = yield* Result.all(
      Array.ensure(query.filter ?? []).map((filter) => parse(TransferFilter.format(filter), options.fields))
    )
    const orders = Array.ensure(query.orderby ?? [])
    yield* Result.all(orders.map((order) => checkOrder(order, options.fields)))
    const found = tests.length === 0 ? all : all.filter((item) => tests.every((test) => test(item)))
    return part(ordered(found, orders), query, options)
  })

/**
 * The seven ways in which Globus services page their listings. A contract names the way; streaming items and pages
 * follows from it, and nothing is fetched before it is asked for.
 *
 * ```ts
 * import { Paging } from "@effect-globus/sdk/service"
 *
 * const ofFlows = Paging.marker("flows")
 * ```
 */
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import { endless } from "./internal/trail.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** A way of paging; `items` is the key under which a page holds its items. */
export type Paging<Items extends string = string> = {
  /** Where the parameters of paging stand. Default: in the query. */
  readonly in?: "payload"
} & (
  | {
      readonly _tag: "HasNext" | "LimitOffsetTotal"
      readonly items: Items
      /** How many items are asked for at once, where the caller does not say. */
      readonly pageSize: number
      /** How many items the service gives away at all. */
      readonly maximum: number
    }
  | { readonly _tag: "Marker" | "NullableMarker"; readonly items: Items; readonly markerKey: string }
  | { readonly _tag: "NextToken" | "LastKey" | "JsonApi"; readonly items: Items }
)

/** The query (or the payload, if the parameters stand there) of the next request, or why there can be none. */
export type Next =
  | {
      readonly _tag: "Page"
      readonly query: Record<string, unknown>
      /** What the page says comes next, and where it says so; absent where items are counted. */
      readonly mark?: { readonly path: string; readonly text: string }
    }
  | { readonly _tag: "End" }
  | { readonly _tag: "Broken"; readonly path: string; readonly detail: string }

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

type Limited = { readonly pageSize: number; readonly maximum: number }

/** `limit` and `offset`, as long as the page says `has_next_page`. */
export const hasNext = <const Items extends string>(items: Items, options: Limited): Paging<Items> => ({
  _tag: "HasNext",
  items,
  ...options
})

/** `limit` and `offset`, as long as the offset is below the page's `total`. */
export const limitOffsetTotal = <const Items extends string>(
  items: Items,
  options: Limited
): Paging<Items> => ({
  _tag: "LimitOffsetTotal",
  items,
  ...options
})

/** `marker` from the page, as long as the page says `has_next_page`. */
export const marker = <const Items extends string>(items: Items, markerKey = "marker"): Paging<Items> => ({
  _tag: "Marker",
  items,
  markerKey
})

/** `marker` from the page, as long as it is not null. */
export const nullableMarker = <const Items extends string>(
  items: Items,
  markerKey = "marker"
): Paging<Items> => ({
  _tag: "NullableMarker",
  items,
  markerKey
})

/** `next_token` from the page, as long as it is not null. */
export const nextToken = <const Items extends string>(items: Items): Paging<Items> => ({
  _tag: "NextToken",
  items
})

/** `last_key` from the page, as long as the page says `has_next_page`. */
export const lastKey = <const Items extends string>(items: Items): Paging<Items> => ({
  _tag: "LastKey",
  items
})

/** The query of the page's `links.next`, as long as there is one. */
export const jsonApi = <const Items extends string>(items: Items): Paging<Items> => ({
  _tag: "JsonApi",
  items
})

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/**
 * The same way of paging with its parameters in the payload, for listings that are asked for with a document: `limit`
 * and `offset`, or the mark, replace those of the caller's payload.
 */
export const inPayload = <const Items extends string>(paging: Paging<Items>): Paging<Items> => ({
  ...paging,
  in: "payload"
})

const end: Next = { _tag: "End" }

const numberOf = (value: unknown): number | undefined => (Predicate.isNumber(value) ? value : undefined)

/** The first query: the caller's own, with the page size where the kind of paging has one. */
export const firstQuery = (paging: Paging, query: Record<string, unknown>): Record<string, unknown> => {
  if (paging._tag !== "HasNext" && paging._tag !== "LimitOffsetTotal") return query
  // Where the caller begins near the maximum, a whole page would reach beyond it.
  const left = paging.maximum - (numberOf(query["offset"]) ?? 0)
  return { ...query, limit: query["limit"] ?? (left > 0 ? Math.min(paging.pageSize, left) : paging.pageSize) }
}

/** The items of a page, where it has them. */
export const itemsOf = (paging: Paging, page: unknown): Option.Option<ReadonlyArray<unknown>> =>
  Predicate.hasProperty(page, paging.items) ? Option.liftPredicate(page[paging.items], isList) : Option.none()

const isList = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value)

/**
 * What to ask for after this page, which `query` (or the payload) brought. `read` turns parameters as they stand in a
 * link into those of a query, if they can be.
 */
export const next = (
  paging: Paging,
  query: Record<string, unknown>,
  page: Record<string, unknown>,
  read: (parameters: Record<string, unknown>) => Option.Option<Record<string, unknown>> = Option.some
): Next => {
  switch (paging._tag) {
    case "HasNext":
    case "LimitOffsetTotal": {
      const received = Option.getOrElse(itemsOf(paging, page), () => []).length
      const offset = (numberOf(query["offset"]) ?? 0) + received
      const more =
        paging._tag === "HasNext" ? page["has_next_page"] === true : offset < (numberOf(page["total"]) ?? 0)
      // A page without items moves nothing on, whatever it says: asking again would never end.
      if (!more || received === 0 || offset >= paging.maximum) return end
      const limit = Math.min(numberOf(query["limit"]) ?? paging.pageSize, paging.maximum - offset)
      return { _tag: "Page", query: { ...query, limit, offset } }
    }
    case "Marker":
      return page["has_next_page"] === true
        ? follow(paging, query, "marker", page[paging.markerKey], paging.markerKey)
        : end
    case "NullableMarker":
      return isPresent(page[paging.markerKey])
        ? follow(paging, query, "marker", page[paging.markerKey], paging.markerKey)
        : end
    case "NextToken":
      return isPresent(page["next_token"])
        ? follow(paging, query, "next_token", page["next_token"], "next_token")
        : end
    case "LastKey":
      return page["has_next_page"] === true
        ? follow(paging, query, "last_key", page["last_key"], "last_key")
        : end
    case "JsonApi": {
      const links = page["links"]
      if (!Predicate.hasProperty(links, "next") || !Predicate.isString(links.next)) return end
      const url = URL.parse(links.next, "https://globus.invalid")
      if (url === null) return { _tag: "Broken", path: "links.next", detail: "it is not a URL" }
      const names = new Set(url.searchParams.keys())
      const parameters = Object.fromEntries(
        Array.from(names, (name) => {
          const values = url.searchParams.getAll(name)
          return [name, values.length === 1 ? values[0] : values]
        })
      )
      const known = read(parameters)
      if (Option.isNone(known)) {
        return { _tag: "Broken", path: "links.next", detail: "its parameters are not those of the operation" }
      }
      const following = { ...query, ...known.value }
      return isSame(query, following)
        ? { _tag: "Broken", path: "links.next", detail: endless }
        : { _tag: "Page", query: following, mark: { path: "links.next", text: JSON.stringify(known.value) } }
    }
  }
}

const isPresent = (value: unknown): boolean => value !== undefined && value !== null

const follow = (
  paging: Paging,
  query: Record<string, unknown>,
  parameter: string,
  value: unknown,
  path: string
): Next => {
  // A query holds text; a payload takes a mark back as it came, whatever it is.
  if (
    paging.in === "payload" ? !isPresent(value) : !Predicate.isString(value) && !Predicate.isNumber(value)
  ) {
    return { _tag: "Broken", path, detail: "the page says that there are more, but not where they are" }
  }
  const mark = paging.in === "payload" ? value : String(value)
  return isEqual(query[parameter], mark)
    ? { _tag: "Broken", path, detail: endless }
    : { _tag: "Page", query: { ...query, [parameter]: mark }, mark: { path, text: JSON.stringify(mark) } }
}

const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const isSame = (a: Record<string, unknown>, b: Record<string, unknown>): boolean =>
  Object.keys({ ...a, ...b }).every((name) => isEqual(a[name], b[name]))

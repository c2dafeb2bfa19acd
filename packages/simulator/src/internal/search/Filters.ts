/** Whether entries match filters. */
import type { SearchFilter } from "@effect-globus/sdk/search"
import * as Equal from "effect/Equal"
import * as Fields from "./Fields.ts"
import * as Geometry from "./Geometry.ts"

type Content = Fields.Content

/** The kinds of filters that there are. */
const kinds = [
  "match_all",
  "match_any",
  "range",
  "geo_bounding_box",
  "geo_shape",
  "exists",
  "like",
  "not",
  "or",
  "and"
] as const

type Known = Extract<SearchFilter.SearchFilter, { readonly type: (typeof kinds)[number] }>

const isKnown = (filter: SearchFilter.SearchFilter): filter is Known =>
  kinds.some((kind) => kind === filter.type)

/** A filter, or one within it, of a kind that there is not. */
export const unknownKind = (filters: ReadonlyArray<SearchFilter.SearchFilter>): string | undefined => {
  for (const filter of filters) {
    if (!isKnown(filter)) return filter.type
    const below =
      filter.type === "not"
        ? [filter.filter]
        : filter.type === "or" || filter.type === "and"
          ? filter.filters
          : []
    const unknown = unknownKind(below)
    if (unknown !== undefined) return unknown
  }
  return undefined
}

const isInBox = (value: unknown, { bottom_right, top_left }: SearchFilter.BoundingBox): boolean => {
  const point = Geometry.pointOf(value)
  if (point === undefined) return false
  const [lon, lat] = point
  // A box may lie across the date line.
  const isBetween =
    top_left.lon <= bottom_right.lon
      ? lon >= top_left.lon && lon <= bottom_right.lon
      : lon >= top_left.lon || lon <= bottom_right.lon
  return isBetween && lat <= top_left.lat && lat >= bottom_right.lat
}

const hasShape = (value: unknown, { relation, shape }: SearchFilter.GeoShape): boolean => {
  const [given, there] = [Geometry.shapeOf(shape), Geometry.shapeOf(value)]
  if (given === undefined || there === undefined) return false
  return relation === "within" ? Geometry.isInside(there, given) : Geometry.intersect(there, given)
}

/** Whether an entry of this content matches a filter. */
export const matches = (content: Content, filter: SearchFilter.SearchFilter): boolean => {
  if (!isKnown(filter)) return false
  switch (filter.type) {
    case "not":
      return !matches(content, filter.filter)
    case "or":
      return filter.filters.some((each) => matches(content, each))
    case "and":
      return filter.filters.every((each) => matches(content, each))
    case "geo_bounding_box":
    case "geo_shape": {
      // A place may be a list of two numbers, which is one value here.
      const values = placesAt(content, filter.field_name)
      return filter.type === "geo_shape"
        ? values.some((value) => hasShape(value, filter))
        : values.some((value) => isInBox(value, filter))
    }
    default: {
      const values = Fields.valuesAt(content, filter.field_name)
      switch (filter.type) {
        case "exists":
          return values.length > 0
        case "match_any":
          return filter.values.some((wanted) => values.some((value) => Equal.equals(value, wanted)))
        case "match_all":
          return filter.values.every((wanted) => values.some((value) => Equal.equals(value, wanted)))
        case "range":
          return filter.values.some((bounds) => values.some((value) => Fields.isWithin(value, bounds)))
        case "like": {
          const pattern = Fields.wildcard(filter.value)
          return values.some((value) => typeof value === "string" && pattern.test(value))
        }
      }
    }
  }
}

/** The places and shapes at a path. */
const placesAt = (content: Content, path: string): ReadonlyArray<unknown> => {
  const values = Fields.valuesAt(content, path)
  return values.length === 2 && values.every((value) => typeof value === "number") ? [values] : values
}

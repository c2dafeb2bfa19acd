/** Counting how entries spread over the values of a field. */
import type { SearchFacet } from "@effect-globus/sdk/search"
import * as DateTime from "effect/DateTime"
import * as Fields from "./Fields.ts"
import * as Filters from "./Filters.ts"

type Content = Fields.Content

const version = "2017-09-01"

type Bucket = {
  readonly value: string | number | boolean | { readonly from: unknown; readonly to: unknown }
  readonly count: number
}

const bucketsOf = (buckets: ReadonlyArray<Bucket>) =>
  buckets.map((bucket) => ({ "@datatype": "GBucket", "@version": version, ...bucket }))

// -----------------------------------------------------------------------------
// what is counted
// -----------------------------------------------------------------------------

/** How many entries have each of the keys that they are given. */
const count = <K>(contents: ReadonlyArray<Content>, keysOf: (content: Content) => ReadonlyArray<K>) => {
  const counts = new Map<K, number>()
  for (const content of contents) {
    for (const key of new Set(keysOf(content))) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

const numbersAt = (content: Content, field: string): ReadonlyArray<number> =>
  Fields.valuesAt(content, field).filter((value) => typeof value === "number")

const terms = (contents: ReadonlyArray<Content>, { field_name, size = 10 }: SearchFacet.Terms) => {
  const counts = count(contents, (content) =>
    Fields.valuesAt(content, field_name).filter(
      (value) => typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    )
  )
  return [...counts]
    .toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, size)
    .map(([value, count]) => ({ value, count }))
}

const units = ["year", "month", "week", "day", "hour", "minute", "second"] as const

/** The first moment of the year, month, … in which a moment lies. */
const beginning = (interval: string, at: number): string => {
  const moment = DateTime.makeUnsafe(at)
  if (interval === "quarter") {
    const month = DateTime.startOf(moment, "month")
    return DateTime.formatIso(
      DateTime.subtract(month, { months: (DateTime.getPartUtc(month, "month") - 1) % 3 })
    )
  }
  const unit = units.find((unit) => unit === interval) ?? "second"
  return DateTime.formatIso(DateTime.startOf(moment, unit, { weekStartsOn: 1 }))
}

const lengthOfLabel: Readonly<Record<string, number>> = { year: 4, quarter: 7, month: 7, week: 10, day: 10 }

const dateHistogram = (
  contents: ReadonlyArray<Content>,
  { date_interval, field_name, histogram_range: { high, low } = {} }: SearchFacet.DateHistogram
) => {
  const counts = count(contents, (content) =>
    Fields.valuesAt(content, field_name).flatMap((value) => {
      if (typeof value !== "string" || !Fields.isWithin(value, { gte: low, lte: high })) return []
      const span = Fields.dateSpan(value)
      if (span === undefined) return []
      return [beginning(date_interval, span[0]).slice(0, lengthOfLabel[date_interval] ?? 19)]
    })
  )
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([value, count]) => ({ value, count }))
}

const numericHistogram = (
  contents: ReadonlyArray<Content>,
  { field_name, histogram_range: { high, low }, size }: SearchFacet.NumericHistogram
) => {
  const width = (high - low) / size
  const counts = count(contents, (content) =>
    numbersAt(content, field_name)
      .filter((number) => number >= low && number <= high)
      .map((number) => Math.min(Math.floor((number - low) / width), size - 1))
  )
  return Array.from({ length: size }, (_, part) => ({
    value: { from: low + part * width, to: low + (part + 1) * width },
    count: counts.get(part) ?? 0
  }))
}

const metric = (contents: ReadonlyArray<Content>, { field_name, missing, type }: SearchFacet.Metric) => {
  const numbers = contents.flatMap((content) => {
    const there = numbersAt(content, field_name)
    return there.length === 0 && missing !== undefined ? [missing] : there
  })
  const sum = numbers.reduce((total, number) => total + number, 0)
  return type === "sum" ? sum : numbers.length === 0 ? null : sum / numbers.length
}

const distinct = (contents: ReadonlyArray<Content>, field: string): number =>
  new Set(contents.flatMap((content) => Fields.valuesAt(content, field))).size

// -----------------------------------------------------------------------------
// facets
// -----------------------------------------------------------------------------

const kinds = ["terms", "sum", "avg", "distinct_count", "date_histogram", "numeric_histogram"] as const

type Known = Extract<SearchFacet.SearchFacet, { readonly type: (typeof kinds)[number] }>

const isKnown = (facet: SearchFacet.SearchFacet): facet is Known => kinds.some((kind) => kind === facet.type)

/** A facet of a kind that there is not. */
export const unknownKind = (facets: ReadonlyArray<SearchFacet.SearchFacet>): string | undefined =>
  facets.find((facet) => !isKnown(facet))?.type

const resultOf = (contents: ReadonlyArray<Content>, facet: Known) => {
  switch (facet.type) {
    case "terms":
      return { buckets: bucketsOf(terms(contents, facet)) }
    case "date_histogram":
      return { buckets: bucketsOf(dateHistogram(contents, facet)) }
    case "numeric_histogram":
      return { buckets: bucketsOf(numericHistogram(contents, facet)) }
    case "distinct_count":
      return { approximate_value: distinct(contents, facet.field_name) }
    default:
      return { value: metric(contents, facet) }
  }
}

/** What the facets count of entries of these contents. */
export const results = (contents: ReadonlyArray<Content>, facets: ReadonlyArray<SearchFacet.SearchFacet>) =>
  facets.filter(isKnown).map((facet) => {
    const filters = facet.additional_filters ?? []
    const counted = contents.filter((content) => filters.every((filter) => Filters.matches(content, filter)))
    return {
      "@datatype": "GFacetResult",
      "@version": version,
      name: facet.name ?? facet.field_name,
      ...resultOf(counted, facet)
    }
  })

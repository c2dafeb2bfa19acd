/** What queries find in an index: the entries that match and may be seen, the best first. */
import type { SearchFilter, SearchQuery } from "@effect-globus/sdk/search"
import * as Result from "effect/Result"
import * as Fields from "./Fields.ts"
import * as Filters from "./Filters.ts"
import type { Entry, Index } from "./Index.ts"
import * as Text from "./Text.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What all queries are made of. */
export interface Question {
  readonly q?: string | undefined
  readonly advanced?: boolean | undefined
  readonly q_settings?: SearchQuery.QSettings | undefined
  readonly bypass_visible_to?: boolean | undefined
  readonly filter_principal_sets?: ReadonlyArray<string> | undefined
  readonly filters?: ReadonlyArray<SearchFilter.SearchFilter> | undefined
  readonly boosts?: ReadonlyArray<SearchQuery.Boost> | undefined
}

/** An entry that was found. */
export interface Hit {
  readonly entry: Entry
  /** How well it matches. */
  readonly score: number
  /** The principal sets of the entry to which the caller belongs. */
  readonly sets: ReadonlyArray<string>
}

/** A subject of which entries were found. */
export interface Found {
  readonly subject: string
  readonly hits: ReadonlyArray<Hit>
}

// -----------------------------------------------------------------------------
// queries
// -----------------------------------------------------------------------------

const modes = ["query_string", "advanced_query_string", "text_match"] as const

/** What the text of a query looks for, or what is wrong with the query. */
const read = ({ advanced, filters = [], q, q_settings }: Question): Result.Result<Text.Query, string> => {
  const unknown = Filters.unknownKind(filters)
  if (unknown !== undefined) return Result.fail(`filters: there is no filter of the type ${unknown}`)
  if (q === undefined) {
    return filters.length === 0
      ? Result.fail("at least one of q and filters is required")
      : Result.succeed({ _tag: "Everything" })
  }
  const given = q_settings?.mode ?? (advanced === true ? "advanced_query_string" : "query_string")
  const mode = modes.find((mode) => mode === given)
  if (mode === undefined) return Result.fail(`q_settings: there is no mode ${given}`)
  const read = Text.read(q, {
    mode,
    operator: q_settings?.default_operator?.toLowerCase() === "and" ? "And" : "Or",
    fuzziness: q_settings?.fuzziness ?? 0
  })
  return Result.mapError(read, (problem) => `q: ${problem}`)
}

/** Whether somebody may see an entry. */
export const isVisible = (entry: Entry, principals: ReadonlyArray<string>): boolean =>
  entry.visible_to.some((principal) => principals.includes(principal))

/** The principal sets of an entry to which somebody belongs. */
export const setsOf = (entry: Entry, principals: ReadonlyArray<string>): ReadonlyArray<string> =>
  Object.entries(entry.principal_sets).flatMap(([set, members]) =>
    members.some((member) => principals.includes(member)) ? [set] : []
  )

/** The entries that a query finds, or what is wrong with it. */
export const find = (
  index: Index,
  question: Question,
  principals: ReadonlyArray<string>
): Result.Result<ReadonlyArray<Hit>, string> =>
  Result.map(read(question), (query) => {
    const { bypass_visible_to = false, filter_principal_sets: sets, filters = [] } = question
    const boosts = new Map((question.boosts ?? []).map(({ factor, field_name }) => [field_name, factor]))
    const hits: Array<Hit> = []
    for (const entry of [...index.subjects.values()].flat()) {
      if (!bypass_visible_to && !isVisible(entry, principals)) continue
      const belongs = setsOf(entry, principals)
      if (sets !== undefined && !sets.some((set) => belongs.includes(set))) continue
      if (!filters.every((filter) => Filters.matches(entry.content, filter))) continue
      const score = Text.score(entry.content, query, boosts)
      if (score > 0) hits.push({ entry, score, sets: belongs })
    }
    return hits
  })

/** The subjects that a query finds; none if there is something wrong with it. */
export const subjectsOf = (
  index: Index,
  question: Question,
  principals: ReadonlyArray<string>
): ReadonlyArray<string> =>
  Result.match(find(index, question, principals), {
    onFailure: () => [],
    onSuccess: (hits) => hits.map(({ entry }) => entry.subject)
  })

// -----------------------------------------------------------------------------
// orders
// -----------------------------------------------------------------------------

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value))

/** Puts what has no value at the end, whatever the order. */
const compare = (a: unknown, b: unknown, order: string): number => {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1
  const [first, second] = typeof a === "number" && typeof b === "number" ? [a, b] : [textOf(a), textOf(b)]
  const difference = first < second ? -1 : first > second ? 1 : 0
  return order === "asc" ? difference : -difference
}

/** The hits by subject: the best match first, or in the order of fields. */
export const bySubject = (
  hits: ReadonlyArray<Hit>,
  sort: ReadonlyArray<SearchQuery.Sort> = []
): ReadonlyArray<Found> => {
  const ordered = hits.toSorted((a, b) => {
    for (const { field_name, order = "desc" } of sort) {
      const [first, second] = [a, b].map(({ entry }) => Fields.valuesAt(entry.content, field_name)[0])
      const difference = compare(first, second, order)
      if (difference !== 0) return difference
    }
    return sort.length === 0 ? b.score - a.score : 0
  })
  const groups = Map.groupBy(ordered, ({ entry }) => entry.subject)
  return [...groups].map(([subject, hits]) => ({ subject, hits }))
}

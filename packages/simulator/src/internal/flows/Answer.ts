/** What Flows answers: refusals, and pages of lists. */
import * as Result from "effect/Result"
import * as Listing from "../Listing.ts"
import * as Refusals from "../Refusal.ts"
import { listOf } from "../Service.ts"

export const refusal = (
  status: number,
  code: string,
  message: string,
  fields?: Readonly<Record<string, unknown>>
) => new Refusals.Refusal({ status, code, message, fields })

export const notFound = (what: string, id: string) =>
  Result.fail(refusal(404, "NOT_FOUND", `No ${what} exists with id value ${id}`))

/** What is wrong, in the form of a validation framework. */
export const unprocessable = (
  mistakes: ReadonlyArray<{ readonly loc: ReadonlyArray<string | number>; readonly msg: string }>
) =>
  refusal(422, "UNPROCESSABLE_ENTITY", "", {
    detail: mistakes.map((mistake) => ({ ...mistake, type: "value_error" })),
    message: `${mistakes.length} validation error${mistakes.length === 1 ? "" : "s"} in body. ${mistakes
      .map(({ loc, msg }) => `$.${loc.join(".")}: ${msg}`)
      .join("; ")}`
  })

export const forbidden = (what: string, id: string, permission: string) =>
  refusal(
    403,
    "FORBIDDEN",
    `You do not have the necessary permissions to perform this action on the ${what} with id value ${id}. Missing permissions: ${permission}.`
  )

// -----------------------------------------------------------------------------
// pages
// -----------------------------------------------------------------------------

/** A page of a list, which goes on from a marker. */
export const page = <A>(
  items: ReadonlyArray<A>,
  query: { readonly limit: number | undefined; readonly marker: string | undefined; readonly usual: number }
): Result.Result<
  {
    readonly items: ReadonlyArray<A>
    readonly limit: number
    readonly marker: string | null
    readonly has_next_page: boolean
  },
  Refusals.Refusal
> => {
  const [, position] = query.marker === undefined ? ["", "0"] : (/^after-(\d+)$/.exec(query.marker) ?? [])
  if (position === undefined)
    return Result.fail(refusal(400, "BAD_REQUEST", `Invalid marker: ${query.marker}`))
  const start = Number(position)
  const limit = Math.min(Math.max(query.limit ?? query.usual, 1), 100)
  const next = start + limit
  const more = next < items.length
  return Result.succeed({
    items: items.slice(start, next),
    limit,
    marker: more ? `after-${next}` : null,
    has_next_page: more
  })
}

/** Whether one of the texts that are looked for is in one that is there, whatever the case. */
export const says = (text: string, wanted: string | ReadonlyArray<string> | undefined): boolean => {
  const any = listOf(wanted)
  return any.length === 0 || any.some((part) => text.toLowerCase().includes(part.toLowerCase()))
}

export const ordered = <A extends Listing.Item>(
  items: ReadonlyArray<A>,
  orderby: string | ReadonlyArray<string> | undefined,
  usual: string
): ReadonlyArray<A> => Listing.ordered(items, listOf(orderby ?? usual))

/** The documents of version 2 of Transfer (https://jsonapi.org/format/1.1). */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Refusal } from "../Refusal.ts"
import { requestId } from "../Service.ts"
import { badRequest } from "./Answer.ts"

/** What is said about every response. */
export const meta = Effect.map(requestId, (request_id) => ({ meta: { request_id } }))

const usual = 100

/** A page of a list, and the address of the next one. */
export const jsonApiPage = <A>(
  all: ReadonlyArray<A>,
  query: { readonly "page[marker]"?: string | undefined; readonly "page[limit]"?: number | undefined },
  address: string
): Result.Result<
  { readonly items: ReadonlyArray<A>; readonly links: { readonly next: string | null } },
  Refusal
> => {
  const marker = query["page[marker]"] ?? "0"
  if (!/^\d+$/.test(marker)) return Result.fail(badRequest(`Invalid page[marker]: ${marker}`))
  const limit = query["page[limit]"] ?? usual
  const start = Number(marker)
  const next = start + limit
  const parameters = new URLSearchParams({ "page[marker]": String(next), "page[limit]": String(limit) })
  return Result.succeed({
    items: all.slice(start, next),
    links: { next: next < all.length ? `${address}?${parameters.toString()}` : null }
  })
}

/** Who may do what in Globus Search, and how it says no. */
import type { SearchApi } from "@effect-globus/sdk/search"
import * as Result from "effect/Result"
import type { IndexRoleName } from "../../world/Index.ts"
import * as Refusals from "../Refusal.ts"
import type { State } from "../State.ts"
import type { Index } from "./Indices.ts"

/** The groups of operations of Search. */
export type ApiGroups = (typeof SearchApi)["groups"] extends { readonly [name: string]: infer G } ? G : never

// -----------------------------------------------------------------------------
// refusals
// -----------------------------------------------------------------------------

export const notFound = (code: string, message: string) =>
  new Refusals.Refusal({ status: 404, code, message })

/** Something that the caller has not the roles for. */
export const forbidden = (operation: string) =>
  new Refusals.Refusal({
    status: 403,
    code: "Forbidden.Generic",
    message: `${operation} request denied by service`,
    fields: {
      error_data: {
        cause: `You do not have the proper roles to perform the ${operation} operation.`,
        recommended_resolution:
          "Ensure you are making a call authenticated with a valid Search token and that you have been granted the required roles for this operation"
      }
    }
  })

/** A request that says something impossible. */
export const invalid = (message: string) =>
  new Refusals.Refusal({ status: 400, code: "BadRequest.ValidationError", message })

export const conflict = (code: string, message: string, fields?: Readonly<Record<string, unknown>>) =>
  new Refusals.Refusal({ status: 409, code, message, ...(fields === undefined ? {} : { fields }) })

// -----------------------------------------------------------------------------
// permissions
// -----------------------------------------------------------------------------

const ranks: ReadonlyArray<IndexRoleName> = ["writer", "admin", "owner"]

/** Whether somebody has a role, or one that includes it. */
export const has = (roles: ReadonlyArray<IndexRoleName>, wanted: IndexRoleName): boolean =>
  roles.some((role) => ranks.indexOf(role) >= ranks.indexOf(wanted))

/** An index, whatever its state. */
export const anyIndex = (state: State, id: string): Result.Result<Index, Refusals.Refusal> => {
  const index = state.indices.get(id.toLowerCase())
  return index === undefined
    ? Result.fail(notFound("NotFound.NoSuchIndex", `There is no search index named "${id}"`))
    : Result.succeed(index)
}

/** An index that answers queries and takes tasks. */
export const opened = (state: State, id: string): Result.Result<Index, Refusals.Refusal> =>
  Result.flatMap(anyIndex(state, id), (index) =>
    index.status === "open"
      ? Result.succeed(index)
      : Result.fail(conflict("Conflict.IndexState", `The index "${id}" will be deleted; reopen it to use it`))
  )

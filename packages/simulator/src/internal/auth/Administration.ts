/** Who administers what in Globus Auth, and what is said to those who do not. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { isMember } from "../Access.ts"
import * as Refusal from "../Refusal.ts"
import { Caller } from "../Service.ts"
import { identitySet, type State } from "../State.ts"
import { Store } from "../Store.ts"
import type { Project } from "./Registry.ts"

export const refusal = (status: number, code: string, message: string): Refusal.Refusal =>
  new Refusal.Refusal({ status, code, message })

export const notFound = (what: string, id: string): Refusal.Refusal =>
  refusal(404, "NOT_FOUND", `There is no ${what} ${id}.`)

export const forbidden = refusal(403, "FORBIDDEN", "You do not administer the project of this.")

/** Whether somebody, with any identity of theirs, is an administrator. */
export const administers = (state: State, identity: string, project: Project): boolean =>
  identitySet(state, identity).some(({ id }) => project.admin_ids.includes(id)) ||
  project.admin_group_ids.some((group) => isMember(state, group, identity))

/** A project that the caller administers. */
export const administered = (
  state: State,
  identity: string,
  id: string
): Result.Result<Project, Refusal.Refusal> => {
  const project = state.projects.get(id.toLowerCase())
  return project === undefined
    ? Result.fail(notFound("project", id))
    : administers(state, identity, project)
      ? Result.succeed(project)
      : Result.fail(forbidden)
}

/** Something of a project that the caller administers, found by its id. */
export const ofMine = <A>(
  state: State,
  identity: string,
  found: A | undefined,
  what: string,
  id: string,
  projectOf: (thing: A) => string
): Result.Result<A, Refusal.Refusal> =>
  found === undefined
    ? Result.fail(notFound(what, id))
    : Result.map(administered(state, identity, projectOf(found)), () => found)

/** The state, and who asks. */
export const asked = Effect.gen(function* () {
  const { current } = yield* Store
  const { identity } = yield* Caller
  return { state: yield* current, identity }
})

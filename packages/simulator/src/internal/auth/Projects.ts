/** Projects. */
import type { AuthApi } from "@effect-globus/sdk/auth"
import { IdentityId, ProjectId } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { change, type Handlers } from "../Service.ts"
import { principal, set, type State, without } from "../State.ts"
import { Store } from "../Store.ts"
import { administered, administers, asked, refusal } from "./Administration.ts"
import { identityOf } from "./Identities.ts"
import type { Project } from "./Registry.ts"

const listOrNull = <A>(list: ReadonlyArray<A>) => (list.length === 0 ? null : list)

const projectOf = (state: State, project: Project) => ({
  id: project.id,
  display_name: project.display_name,
  project_name: project.display_name,
  contact_email: project.contact_email,
  admin_ids: listOrNull(project.admin_ids.map((id) => IdentityId.make(id))),
  admin_group_ids: listOrNull(project.admin_group_ids),
  admins: {
    identities: project.admin_ids.flatMap((id) =>
      Option.toArray(principal(state, id)).map((who) => identityOf(state, who))
    ),
    groups: project.admin_group_ids.map((id) => {
      const group = state.groups.get(id)
      return { id, name: group?.name ?? null, description: group?.description ?? null, organization: null }
    })
  }
})

const withProject = Effect.fnUntraced(function* (id: string) {
  const { identity, state } = yield* asked
  return { state, project: yield* Effect.fromResult(administered(state, identity, id)) }
})

export const projects: Handlers<(typeof AuthApi)["groups"]["projects"]> = {
  listProjects: Effect.fnUntraced(function* () {
    const { identity, state } = yield* asked
    return {
      projects: [...state.projects.values()]
        .filter((project) => administers(state, identity, project))
        .map((project) => projectOf(state, project))
    }
  }),

  createProject: Effect.fnUntraced(function* ({ payload: { project: asked } }) {
    const { uuid } = yield* Store
    const id = ProjectId.make(yield* uuid)
    return yield* change((state) => {
      const project: Project = {
        id,
        display_name: asked.display_name,
        contact_email: asked.contact_email,
        admin_ids: asked.admin_ids ?? [],
        admin_group_ids: asked.admin_group_ids ?? []
      }
      if (project.admin_ids.length + project.admin_group_ids.length === 0) {
        return Result.fail(refusal(400, "INVALID_REQUEST", "A project needs an administrator."))
      }
      const after = { ...state, projects: set(state.projects, project) }
      return Result.succeed([{ project: projectOf(after, project) }, after])
    })
  }),

  getProject: Effect.fnUntraced(function* ({ params }) {
    const { project, state } = yield* withProject(params.project_id)
    return { project: projectOf(state, project) }
  }),

  updateProject: Effect.fnUntraced(function* ({ params, payload: { project: asked } }) {
    return yield* change((state, identity) =>
      Result.map(administered(state, identity, params.project_id), (project) => {
        const changed: Project = {
          ...project,
          display_name: asked.display_name ?? project.display_name,
          contact_email: asked.contact_email ?? project.contact_email,
          admin_ids: asked.admin_ids === undefined ? project.admin_ids : (asked.admin_ids ?? []),
          admin_group_ids:
            asked.admin_group_ids === undefined ? project.admin_group_ids : (asked.admin_group_ids ?? [])
        }
        const after = { ...state, projects: set(state.projects, changed) }
        return [{ project: projectOf(after, changed) }, after] as const
      })
    )
  }),

  deleteProject: Effect.fnUntraced(function* ({ params }) {
    return yield* change((state, identity) =>
      Result.flatMap(administered(state, identity, params.project_id), (project) => {
        const isUsed =
          [...state.clients.values()].some((client) => client.project === project.id) ||
          [...state.policies.values()].some((policy) => policy.project_id === project.id)
        return isUsed
          ? Result.fail(refusal(409, "CONFLICT", "There are clients or policies in the project."))
          : Result.succeed([
              { project: projectOf(state, project) },
              { ...state, projects: without(state.projects, project.id) }
            ])
      })
    )
  })
}

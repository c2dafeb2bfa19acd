/**
 * The operations on projects, which group clients, scopes and policies.
 *
 * ```ts
 * import { AuthApi } from "@effect-globus/sdk/auth"
 *
 * AuthApi.groups.projects.endpoints.listProjects.path // "/v2/api/projects"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Document from "../../model/Document.ts"
import { ProjectId } from "../../model/Id.ts"
import { AuthScopes } from "../../model/Scopes.ts"
import * as Operation from "../../service/Operation.ts"
import * as Project from "../ProjectDocument.ts"

const params = { project_id: ProjectId } as const
const scopes = [AuthScopes.manage_projects] as const

export const listProjects = Operation.get("listProjects", "/v2/api/projects", {
  success: Project.Projects,
  scopes
})

export const createProject = Operation.post("createProject", "/v2/api/projects", {
  payload: Document.make({ project: Project.ProjectCreate }),
  success: Project.ProjectDocument,
  scopes
})

export const getProject = Operation.get("getProject", "/v2/api/projects/:project_id", {
  params,
  success: Project.ProjectDocument,
  scopes
})

export const updateProject = Operation.put("updateProject", "/v2/api/projects/:project_id", {
  params,
  payload: Document.make({ project: Project.ProjectUpdate }),
  success: Project.ProjectDocument,
  scopes
})

export const deleteProject = Operation.del("deleteProject", "/v2/api/projects/:project_id", {
  params,
  success: Project.ProjectDocument,
  scopes
})

/** The operations on projects, which group clients, scopes and policies. */
export const Projects = HttpApiGroup.make("projects").add(
  listProjects,
  createProject,
  getProject,
  updateProject,
  deleteProject
)

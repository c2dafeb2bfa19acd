/**
 * Projects: what groups the clients, scopes and policies of Globus Auth, and says who administers them.
 *
 * ```ts
 * import { AuthClient } from "@effect-globus/sdk/auth"
 * import { Effect } from "effect"
 *
 * const rename = Effect.gen(function* () {
 *   const auth = yield* AuthClient
 *   const { project } = yield* auth.getProject("2bf0ae28-7a93-4a9c-bb9f-1ea0a8c0a5de")
 *   yield* auth.updateProject(project.id, { project: { ...project, display_name: "Beamline 8" } })
 * })
 * ```
 *
 * Docs: https://docs.globus.org/api/auth/reference/#get_projects
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { given, IdentityId, ProjectId, received, Uuid } from "../model/Id.ts"
import { Identity } from "./IdentityDocument.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const text = Schema.optionalKey(Schema.NullOr(Schema.String))

/** A group whose members administer a project. */
export const AdminGroup = Document.make({
  id: Schema.String,
  name: text,
  description: text,
  organization: text
})
export type AdminGroup = typeof AdminGroup.Type

/** What groups clients, scopes and policies. */
export const Project = Document.make({
  id: received(ProjectId),
  display_name: Schema.String,
  /** The older name of `display_name`. */
  project_name: text,
  contact_email: Schema.String,
  /** Who administers it: `admin_ids` and `admin_group_ids`, described. */
  admins: Schema.optionalKey(
    Document.make({
      identities: Schema.optionalKey(Schema.Array(Identity)),
      groups: Schema.optionalKey(Schema.Array(AdminGroup))
    })
  ),
  admin_ids: Schema.optionalKey(Schema.NullOr(Schema.Array(received(IdentityId)))),
  admin_group_ids: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String)))
})
export type Project = typeof Project.Type

/** One project. */
export const ProjectDocument = Document.make({ project: Project })
export type ProjectDocument = typeof ProjectDocument.Type

/** The projects that the caller administers. */
export const Projects = Document.make({ projects: Schema.Array(Project) })
export type Projects = typeof Projects.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

const admins = {
  /** Identities that administer it. */
  admin_ids: Schema.optional(Schema.NullOr(Schema.Array(given(IdentityId)))),
  /** Groups whose members administer it. */
  admin_group_ids: Schema.optional(Schema.NullOr(Schema.Array(Uuid)))
}

const Create = Document.make({
  display_name: Schema.NonEmptyString,
  contact_email: Schema.NonEmptyString,
  ...admins
})

/** Nobody could ever change a project without an administrator. */
const withoutAdmins = ({ admin_group_ids, admin_ids }: typeof Create.Type) => {
  const lists = [admin_ids, admin_group_ids].filter((list) => list !== undefined)
  return lists.length === 0 || lists.some((list) => list !== null && list.length > 0)
    ? undefined
    : { path: ["admin_ids"], issue: "Expected at least one identity here or one group in admin_group_ids" }
}

/** A new project, which wants at least one identity or group that administers it: the caller is not added. */
export const ProjectCreate = Create.check(Schema.makeFilter(withoutAdmins))
export type ProjectCreate = typeof ProjectCreate.Type

/** What may be changed about a project. A whole project will do. */
export const ProjectUpdate = Document.make({
  display_name: Schema.optional(Schema.NonEmptyString),
  contact_email: Schema.optional(Schema.NonEmptyString),
  ...admins
})
export type ProjectUpdate = typeof ProjectUpdate.Type

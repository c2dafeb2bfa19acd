/**
 * The operations on roles, on an endpoint and on its collections.
 *
 * ```ts
 * import { GcsApi } from "@effect-globus/sdk/gcs"
 *
 * GcsApi.groups.roles.endpoints.getRole.path // "/api/roles/:role_id"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import * as Document from "../../model/Document.ts"
import { EndpointId, GcsRoleId, given } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import * as Paging from "../../service/Paging.ts"
import * as Query from "../../service/Query.ts"
import { page } from "../internal/page.ts"
import { ResultDocument, resultOf, resultWith } from "../ResultDocument.ts"
import { Role, RoleData } from "../RoleDocument.ts"
import { unpacks } from "../Unpacked.ts"

const params = { role_id: GcsRoleId } as const

export const listRoles = Operation.get("listRoles", "/api/roles", {
  query: {
    /** The collection; without one, the endpoint. */
    collection_id: Schema.optional(given(EndpointId)),
    /** `all_roles`: those of everybody, not only the caller's own. */
    include: Query.commas(Document.openLiterals(["all_roles"])),
    ...page
  },
  success: resultOf(Role)
}).pipe(Operation.paged(Paging.marker("data")))

export const createRole = Operation.post("createRole", "/api/roles", {
  query: {},
  payload: RoleData,
  success: resultWith({ name: "role", schema: Role })
}).pipe(unpacks("role"))

export const getRole = Operation.get("getRole", "/api/roles/:role_id", {
  params,
  query: {},
  success: resultWith({ name: "role", schema: Role })
}).pipe(unpacks("role"))

export const deleteRole = Operation.del("deleteRole", "/api/roles/:role_id", {
  params,
  query: {},
  success: ResultDocument
})

/** The operations on roles. */
export const Roles = HttpApiGroup.make("roles").add(listRoles, createRole, getRole, deleteRole)

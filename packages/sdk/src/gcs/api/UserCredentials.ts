/**
 * The operations on user credentials.
 *
 * ```ts
 * import { GcsApi } from "@effect-globus/sdk/gcs"
 *
 * GcsApi.groups.userCredentials.endpoints.listUserCredentials.path // "/api/user_credentials"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import * as Document from "../../model/Document.ts"
import { given, StorageGatewayId, UserCredentialId } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import * as Paging from "../../service/Paging.ts"
import * as Query from "../../service/Query.ts"
import { page } from "../internal/page.ts"
import { ResultDocument, resultOf, resultWith } from "../ResultDocument.ts"
import { unpacks } from "../Unpacked.ts"
import {
  Location,
  UserCredential,
  UserCredentialData,
  UserCredentialLogin
} from "../UserCredentialDocument.ts"

const params = { user_credential_id: UserCredentialId } as const

export const listUserCredentials = Operation.get("listUserCredentials", "/api/user_credentials", {
  query: {
    storage_gateway: Schema.optional(given(StorageGatewayId)),
    /** `all`: those of everybody, not only the caller's own. */
    include: Query.commas(Document.openLiterals(["all"])),
    ...page
  },
  success: resultOf(UserCredential)
}).pipe(Operation.paged(Paging.marker("data")))

export const createUserCredential = Operation.post("createUserCredential", "/api/user_credentials", {
  query: {},
  payload: UserCredentialData,
  success: resultWith({ name: "user_credential", schema: UserCredential })
}).pipe(unpacks("user_credential"))

export const getUserCredential = Operation.get(
  "getUserCredential",
  "/api/user_credentials/:user_credential_id",
  {
    params,
    query: {},
    success: resultWith({ name: "user_credential", schema: UserCredential })
  }
).pipe(unpacks("user_credential"))

export const updateUserCredential = Operation.patch(
  "updateUserCredential",
  "/api/user_credentials/:user_credential_id",
  {
    params,
    query: {},
    payload: UserCredentialData,
    success: resultOf(UserCredential),
    idempotent: true
  }
)

export const replaceUserCredential = Operation.put(
  "replaceUserCredential",
  "/api/user_credentials/:user_credential_id",
  { params, query: {}, payload: UserCredentialData, success: resultOf(UserCredential) }
)

export const deleteUserCredential = Operation.del(
  "deleteUserCredential",
  "/api/user_credentials/:user_credential_id",
  { params, query: {}, success: ResultDocument }
)

export const authorizeUserCredential = Operation.post("authorizeUserCredential", "/api/v1/user_credentials", {
  query: {},
  payload: UserCredentialLogin.pipe(HttpApiSchema.asFormUrlEncoded()),
  success: Location,
  redirects: true
})

/** The operations on user credentials. */
export const UserCredentials = HttpApiGroup.make("userCredentials").add(
  listUserCredentials,
  createUserCredential,
  getUserCredential,
  updateUserCredential,
  replaceUserCredential,
  deleteUserCredential,
  authorizeUserCredential
)

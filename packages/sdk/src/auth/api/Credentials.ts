/**
 * The operations on the credentials of a client.
 *
 * ```ts
 * import { AuthApi } from "@effect-globus/sdk/auth"
 *
 * AuthApi.groups.credentials.endpoints.listClientCredentials.path // "/v2/api/clients/:client_id/credentials"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Document from "../../model/Document.ts"
import { ClientId, CredentialId } from "../../model/Id.ts"
import { AuthScopes } from "../../model/Scopes.ts"
import * as Operation from "../../service/Operation.ts"
import * as Credential from "../CredentialDocument.ts"

const params = { client_id: ClientId } as const
const scopes = [AuthScopes.manage_projects] as const

export const listClientCredentials = Operation.get(
  "listClientCredentials",
  "/v2/api/clients/:client_id/credentials",
  { params, success: Credential.Credentials, scopes }
)

export const createClientCredential = Operation.post(
  "createClientCredential",
  "/v2/api/clients/:client_id/credentials",
  {
    params,
    payload: Document.make({ credential: Credential.CredentialCreate }),
    success: Credential.CredentialDocument,
    scopes
  }
)

export const deleteClientCredential = Operation.del(
  "deleteClientCredential",
  "/v2/api/clients/:client_id/credentials/:credential_id",
  {
    params: { client_id: ClientId, credential_id: CredentialId },
    success: Credential.CredentialDocument,
    scopes
  }
)

/** The operations on credentials. */
export const Credentials = HttpApiGroup.make("credentials").add(
  listClientCredentials,
  createClientCredential,
  deleteClientCredential
)

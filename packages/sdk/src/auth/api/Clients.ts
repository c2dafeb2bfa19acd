/**
 * The operations on clients: applications, service accounts and services.
 *
 * ```ts
 * import { AuthApi } from "@effect-globus/sdk/auth"
 *
 * AuthApi.groups.clients.endpoints.listClients.path // "/v2/api/clients"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import * as Document from "../../model/Document.ts"
import { ClientId } from "../../model/Id.ts"
import { AuthScopes } from "../../model/Scopes.ts"
import * as Operation from "../../service/Operation.ts"
import * as Client from "../ClientDocument.ts"

const params = { client_id: ClientId } as const
const scopes = [AuthScopes.manage_projects] as const

// Asked for a domain, Globus Auth answers the one client that has proven it to be its own.
export const listClients = Operation.get("listClients", "/v2/api/clients", {
  query: { fqdn: Schema.optional(Schema.NonEmptyString) },
  success: Schema.Union([Client.Clients, Client.ClientDocument]),
  scopes
})

export const createClient = Operation.post("createClient", "/v2/api/clients", {
  payload: Document.make({ client: Client.ClientCreate }),
  success: Client.ClientCreatedDocument,
  scopes,
  // Instances of native applications register themselves.
  token: "optional"
})

export const getClient = Operation.get("getClient", "/v2/api/clients/:client_id", {
  params,
  success: Client.ClientDocument,
  scopes
})

export const updateClient = Operation.put("updateClient", "/v2/api/clients/:client_id", {
  params,
  payload: Document.make({ client: Client.ClientUpdate }),
  success: Client.ClientDocument,
  scopes
})

export const deleteClient = Operation.del("deleteClient", "/v2/api/clients/:client_id", {
  params,
  success: Client.ClientDocument,
  scopes
})

/** The operations on clients: applications, service accounts and services. */
export const Clients = HttpApiGroup.make("clients").add(
  listClients,
  createClient,
  getClient,
  updateClient,
  deleteClient
)

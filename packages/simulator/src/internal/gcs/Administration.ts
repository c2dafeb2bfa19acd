/** Who has which role at a server, and what it consists of: nodes, sharing policies, stream gateways. */
import { type GcsApi, Node, Role, SharingPolicy, StreamGateway } from "@effect-globus/sdk/gcs"
import * as Result from "effect/Result"
import type { Handlers } from "../Service.ts"
import { identitySet } from "../State.ts"
import * as Documents from "./Documents.ts"
import { type Fields, urnOf } from "./Resource.ts"
import {
  administrator,
  type Asked,
  endpointOf,
  find,
  isAdministrator,
  missingRole,
  rolesOf,
  text
} from "./Server.ts"

const everybody = () => Result.succeed<void>(undefined)

const isOwn = (asked: Asked, fields: Fields): boolean =>
  identitySet(asked.state, asked.identity).some(({ id }) => urnOf(id) === fields["principal"])

/** Administrators of the collection, or of the endpoint, say who has a role there. */
const mayGrant = (asked: Asked, fields: Fields) => {
  const collection = text(fields, "collection")
  const owner = collection === null ? endpointOf(asked).owner : asked.state.collections.get(collection)?.owner
  return owner === asked.identity ||
    rolesOf(asked, collection).includes("administrator") ||
    isAdministrator(asked)
    ? Result.succeed<void>(undefined)
    : Result.fail(missingRole("administrator", collection))
}

const rolesDocuments = Documents.make({
  kind: "role",
  schema: Role,
  version: "1.0.0",
  mayRead: (asked, fields) => (isOwn(asked, fields) ? Result.succeed(undefined) : mayGrant(asked, fields)),
  mayWrite: mayGrant,
  complete: (asked, fields) => {
    const collection = text(fields, "collection")
    return collection === null
      ? Result.succeed({ ...fields, collection })
      : Result.map(find(asked, "collection", collection), () => fields)
  }
})

export const roles: Handlers<(typeof GcsApi)["groups"]["roles"]> = {
  listRoles: ({ query }) =>
    rolesDocuments.list(
      query,
      ({ fields }, asked) =>
        (fields["collection"] ?? null) === (query.collection_id ?? null) &&
        ((query.include ?? []).includes("all_roles") || isOwn(asked, fields))
    ),
  createRole: ({ payload }) => rolesDocuments.create(payload),
  getRole: ({ params }) => rolesDocuments.get(params.role_id),
  deleteRole: ({ params }) => rolesDocuments.remove(params.role_id)
}

const nodeDocuments = Documents.make({
  kind: "node",
  schema: Node,
  version: "1.3.0",
  mayRead: administrator,
  mayWrite: administrator,
  complete: (_, fields) => Result.succeed({ ip_addresses: [], status: "active", ...fields })
})

const asksFor = (include: ReadonlyArray<string> | string | undefined, what: string): boolean =>
  include === what || (Array.isArray(include) && include.includes(what))

export const nodes: Handlers<(typeof GcsApi)["groups"]["nodes"]> = {
  listNodes: ({ query }) => nodeDocuments.list(query),
  createNode: ({ payload }) => nodeDocuments.create(payload),
  getNode: ({ params }) => nodeDocuments.get(params.node_id),
  updateNode: ({ params, payload, query }) =>
    nodeDocuments.update(params.node_id, payload, { anew: false, shows: asksFor(query.include, "node") }),
  replaceNode: ({ params, payload, query }) =>
    nodeDocuments.update(params.node_id, payload, { anew: true, shows: asksFor(query.include, "node") }),
  deleteNode: ({ params }) => nodeDocuments.remove(params.node_id)
}

const policyDocuments = Documents.make({
  kind: "sharing_policy",
  schema: SharingPolicy,
  version: "1.0.0",
  mayRead: administrator,
  mayWrite: administrator,
  complete: (asked, fields) =>
    Result.map(find(asked, "collection", text(fields, "collection_id") ?? ""), () => fields)
})

export const sharingPolicies: Handlers<(typeof GcsApi)["groups"]["sharingPolicies"]> = {
  listSharingPolicies: ({ query }) =>
    policyDocuments.list(
      query,
      ({ fields }) =>
        fields["collection_id"] === query.collection_id &&
        (query.username === undefined ||
          (Array.isArray(fields["users"]) && fields["users"].includes(query.username)))
    ),
  createSharingPolicy: ({ payload }) => policyDocuments.create(payload),
  getSharingPolicy: ({ params }) => policyDocuments.get(params.sharing_policy_id),
  deleteSharingPolicy: ({ params }) => policyDocuments.remove(params.sharing_policy_id)
}

const streamDocuments = Documents.make({
  kind: "stream_gateway",
  schema: StreamGateway,
  version: "1.1.0",
  mayRead: everybody,
  mayWrite: administrator
})

export const streamGateways: Handlers<(typeof GcsApi)["groups"]["streamGateways"]> = {
  listStreamGateways: ({ query }) => streamDocuments.list(query),
  createStreamGateway: ({ payload }) => streamDocuments.create(payload),
  getStreamGateway: ({ params }) => streamDocuments.get(params.stream_gateway_id),
  updateStreamGateway: ({ params, payload }) =>
    streamDocuments.update(params.stream_gateway_id, payload, { anew: false }),
  deleteStreamGateway: ({ params }) => streamDocuments.remove(params.stream_gateway_id)
}

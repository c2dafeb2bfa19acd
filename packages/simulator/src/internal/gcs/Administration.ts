/** Who has which role at a server, and what it consists of: nodes, sharing policies, stream gateways. */
import {
  type GcsApi,
  LanSecret,
  type LanSecretCreate,
  Node,
  Role,
  SharingPolicy,
  StreamGateway
} from "@effect-globus/sdk/gcs"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Refusal } from "../Refusal.ts"
import type { Handlers } from "../Service.ts"
import { identitySet } from "../State.ts"
import { Store } from "../Store.ts"
import { endOf } from "../transfer/Tunnels.ts"
import { accountOf } from "./Accounts.ts"
import * as Documents from "./Documents.ts"
import { type Fields, keyOf, type Resource, text, urnOf } from "./Resource.ts"
import {
  administrator,
  all,
  type Asked,
  asksFor,
  change,
  endpointOf,
  everybody,
  find,
  invalidInput,
  isAdministrator,
  isOwn,
  mayUse,
  missingRole,
  put,
  refusal,
  rolesOf,
  success,
  withoutExpired
} from "./Server.ts"

/** Whether a role is one that the caller has. */
const isHeld = (asked: Asked, fields: Fields): boolean =>
  identitySet(asked.state, asked.identity).some(({ id }) => urnOf(id) === fields["principal"])

/** Administrators of the collection, or of the endpoint, say who has a role there. */
const mayGrant = (asked: Asked, fields: Fields) => {
  const collection = text(fields, "collection")
  const owner = collection === null ? endpointOf(asked).owner : asked.state.collections.get(collection)?.owner
  return isOwn(asked, owner) || rolesOf(asked, collection).includes("administrator") || isAdministrator(asked)
    ? Result.succeed<void>(undefined)
    : Result.fail(missingRole("administrator", collection))
}

const rolesDocuments = Documents.make({
  kind: "role",
  schema: Role,
  version: "1.0.0",
  mayRead: (asked, fields) => (isHeld(asked, fields) ? Result.succeed(undefined) : mayGrant(asked, fields)),
  mayWrite: mayGrant,
  complete: (asked, fields) =>
    Result.gen(function* () {
      const named = text(fields, "collection")
      const collection = named === null ? null : (yield* find(asked, "collection", named)).id
      // Who has which role is told only to those who may give one.
      yield* mayGrant(asked, { collection })
      const isThere = all(asked, "role").some(
        (role) =>
          role.fields["principal"] === fields["principal"] &&
          role.fields["role"] === fields["role"] &&
          (role.fields["collection"] ?? null) === collection
      )
      return isThere
        ? yield* Result.fail(refusal(409, "exists", "There is such a role already"))
        : { ...fields, collection }
    })
})

export const roles: Handlers<(typeof GcsApi)["groups"]["roles"]> = {
  listRoles: ({ query }) =>
    rolesDocuments.list(
      query,
      ({ fields }, asked) =>
        (fields["collection"] ?? null) === (query.collection_id ?? null) &&
        ((query.include ?? []).includes("all_roles") || isHeld(asked, fields))
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
    Result.map(find(asked, "collection", text(fields, "collection_id") ?? ""), ({ id }) => ({
      ...fields,
      collection_id: id
    }))
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

const secrets = Documents.make({
  kind: "lan_secret",
  schema: LanSecret,
  version: "1.0.0",
  mayRead: mayUse,
  mayWrite: mayUse
})

/** A secret for a tunnel of whoever it is for; what is wrong with the request is said as of any other field. */
const newSecret = (
  asked: Asked,
  payload: LanSecretCreate
): Result.Result<{ readonly fields: Fields; readonly expires: number }, Refusal> =>
  Result.gen(function* () {
    const invalid = (property: string, message: string) => Result.fail(invalidInput(property, message))
    const identity = (payload.identity_id ?? asked.identity).toLowerCase()
    yield* mayUse(asked, { identity_id: identity })
    const gateway = asked.state.gcs.get(keyOf("stream_gateway", payload.stream_access_point_id))
    if (gateway?.endpoint !== asked.endpoint) {
      return yield* invalid("stream_access_point_id", "There is no such stream access point here")
    }
    const tunnel = asked.state.tunnels.get(payload.tunnel_id.toLowerCase())
    if (tunnel === undefined || tunnel.owner !== identity || endOf(tunnel) <= asked.now) {
      return yield* invalid("tunnel_id", "There is no such tunnel")
    }
    if (tunnel.initiator !== gateway.id && tunnel.listener !== gateway.id) {
      return yield* invalid("tunnel_id", "The tunnel does not use the stream access point")
    }
    const expires =
      payload.expires_in_mins === undefined
        ? endOf(tunnel)
        : Math.min(endOf(tunnel), asked.now + payload.expires_in_mins * 60_000)
    return {
      expires: Math.floor(expires / 1000),
      fields: {
        identity_id: identity,
        stream_access_point_id: gateway.id,
        tunnel_id: tunnel.id,
        username:
          payload.username ??
          Result.getOrNull(Result.map(accountOf(asked.state, gateway, identity), ({ username }) => username))
      }
    }
  })

const decodeSecret = Schema.decodeUnknownSync(LanSecret)

export const streamGateways: Handlers<(typeof GcsApi)["groups"]["streamGateways"]> = {
  listStreamGateways: ({ query }) => streamDocuments.list(query),
  createStreamGateway: ({ payload }) => streamDocuments.create(payload),
  getStreamGateway: ({ params }) => streamDocuments.get(params.stream_gateway_id),
  updateStreamGateway: ({ params, payload }) =>
    streamDocuments.update(params.stream_gateway_id, payload, { anew: false }),
  deleteStreamGateway: ({ params }) => streamDocuments.remove(params.stream_gateway_id),
  createLanSecret: Effect.fnUntraced(function* ({ payload }) {
    const { secret, uuid } = yield* Store
    const id = yield* uuid
    // Nothing ever asks for it, so it need not be kept.
    const text = yield* secret
    return yield* change((asked) =>
      Result.map(newSecret(asked, payload), ({ expires, fields }) => {
        const resource: Resource = {
          id,
          endpoint: asked.endpoint,
          kind: "lan_secret",
          fields: { ...fields, expires }
        }
        const document = decodeSecret({
          DATA_TYPE: "lan_secret#1.0.0",
          ...resource.fields,
          id,
          secret: text
        })
        const state = put(withoutExpired(asked.state, "lan_secret", asked.now / 1000), resource)
        return [success([document], `Created LAN secret ${id}`), state] as const
      })
    )
  }),
  deleteLanSecret: ({ params }) => secrets.remove(params.lan_secret_id)
}

/** Every operation of Globus Connect Server: what it sends, and what becomes of the answer. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as CollectionData from "../../src/gcs/CollectionData.ts"
import { GcsClient, type GcsOperations, type Service } from "../../src/gcs/GcsClient.ts"
import * as StoragePolicies from "../../src/gcs/StoragePolicies.ts"
import type { GlobusError } from "../../src/model/GlobusError.ts"
import * as Documents from "./internal/Documents.ts"
import * as Server from "./internal/Server.ts"

const D = Documents
const collection = `/api/collections/${D.collectionId}`

interface Row {
  readonly name: keyof GcsOperations
  readonly call: (gcs: Service) => Effect.Effect<unknown, GlobusError>
  /** `VERB /path?query`. */
  readonly sends: string
  readonly body?: unknown
  /** The documents in the answer. */
  readonly data?: ReadonlyArray<unknown>
  readonly status?: number
  /** What of the answer users get. */
  readonly gives: "document" | "items" | "result"
}

const items = <A, E>(stream: Stream.Stream<A, E>) => Stream.runCollect(stream)

const rows: ReadonlyArray<Row> = [
  // the endpoint
  {
    name: "getInfo",
    call: (gcs) => gcs.getInfo(),
    sends: "GET /api/info",
    data: [D.connector, D.info],
    gives: "document"
  },
  {
    name: "getEndpoint",
    call: (gcs) => gcs.getEndpoint(),
    sends: "GET /api/endpoint",
    data: [D.endpoint],
    gives: "document"
  },
  {
    name: "updateEndpoint",
    call: (gcs) => gcs.updateEndpoint({ display_name: "B" }, { include: "endpoint" }),
    sends: "PATCH /api/endpoint?include=endpoint",
    body: { DATA_TYPE: "endpoint#1.0.0", display_name: "B" },
    data: [D.endpoint],
    gives: "result"
  },
  {
    name: "replaceEndpoint",
    call: (gcs) =>
      gcs.replaceEndpoint({
        display_name: "B",
        network_use: "normal",
        public: true,
        gridftp_control_channel_port: 443
      }),
    sends: "PUT /api/endpoint",
    body: {
      DATA_TYPE: "endpoint#1.1.0",
      display_name: "B",
      network_use: "normal",
      public: true,
      gridftp_control_channel_port: 443
    },
    gives: "result"
  },
  {
    name: "setEndpointOwner",
    call: (gcs) => gcs.setEndpointOwner({ identity_id: D.identityId }),
    sends: "PUT /api/endpoint/owner",
    body: { DATA_TYPE: "endpoint_owner#1.0.0", identity_id: D.identityId },
    gives: "result"
  },
  {
    name: "setEndpointOwnerString",
    call: (gcs) => gcs.setEndpointOwnerString({ identity_id: D.identityId }),
    sends: "PUT /api/endpoint/owner_string",
    body: { DATA_TYPE: "owner_string#1.0.0", identity_id: D.identityId },
    gives: "result"
  },
  {
    name: "resetEndpointOwnerString",
    call: (gcs) => gcs.resetEndpointOwnerString(),
    sends: "DELETE /api/endpoint/owner_string",
    gives: "result"
  },
  {
    name: "setEndpointSubscriptionId",
    call: (gcs) => gcs.setEndpointSubscriptionId({ subscription_id: null }),
    sends: "PUT /api/endpoint/subscription_id",
    body: { DATA_TYPE: "endpoint_subscription#1.0.0", subscription_id: null },
    gives: "result"
  },
  {
    name: "getEndpointDomain",
    call: (gcs) => gcs.getEndpointDomain(),
    sends: "GET /api/endpoint/domain",
    data: [D.domain],
    gives: "document"
  },
  {
    name: "setEndpointDomain",
    call: (gcs) => gcs.setEndpointDomain({ domain_name: "data.example.edu", wildcard: false }),
    sends: "PUT /api/endpoint/domain",
    body: { DATA_TYPE: "domain#1.0.0", domain_name: "data.example.edu", wildcard: false },
    gives: "result"
  },
  {
    name: "deleteEndpointDomain",
    call: (gcs) => gcs.deleteEndpointDomain(),
    sends: "DELETE /api/endpoint/domain",
    gives: "result"
  },
  // collections
  {
    name: "listCollections",
    call: (gcs) =>
      items(
        gcs.listCollections({
          filter: ["mapped_collections", "managed_by_me"],
          storage_gateway_id: D.gatewayId,
          mapped_collection_id: D.mappedId,
          include: "private_policies",
          page_size: 10
        })
      ),
    sends: `GET /api/collections?filter=mapped_collections,managed_by_me&storage_gateway_id=${D.gatewayId}&mapped_collection_id=${D.mappedId}&include=private_policies&page_size=10`,
    data: [D.mapped, D.guest],
    gives: "items"
  },
  {
    name: "createCollection",
    call: (gcs) =>
      gcs.createCollection(
        CollectionData.guest({
          mapped_collection_id: D.mappedId,
          user_credential_id: D.credentialId,
          collection_base_path: "/results",
          display_name: "Results",
          user_message: "Welcome"
        })
      ),
    sends: "POST /api/collections",
    body: {
      DATA_TYPE: "collection#1.1.0",
      collection_type: "guest",
      mapped_collection_id: D.mappedId,
      user_credential_id: D.credentialId,
      collection_base_path: "/results",
      display_name: "Results",
      user_message: "Welcome"
    },
    data: [D.guest],
    status: 201,
    gives: "document"
  },
  {
    name: "getCollection",
    call: (gcs) => gcs.getCollection(D.collectionId, { include: "private_policies" }),
    sends: `GET ${collection}?include=private_policies`,
    data: [D.mapped],
    gives: "document"
  },
  {
    name: "updateCollection",
    call: (gcs) =>
      gcs.updateCollection(D.collectionId, { collection_type: "mapped", delete_protected: false }),
    sends: `PATCH ${collection}`,
    body: { DATA_TYPE: "collection#1.8.0", collection_type: "mapped", delete_protected: false },
    gives: "result"
  },
  {
    name: "replaceCollection",
    call: (gcs) =>
      gcs.replaceCollection(D.collectionId, { collection_type: "guest", display_name: "R", public: true }),
    sends: `PUT ${collection}`,
    body: { DATA_TYPE: "collection#1.0.0", collection_type: "guest", display_name: "R", public: true },
    data: [D.guest],
    gives: "result"
  },
  {
    name: "deleteCollection",
    call: (gcs) => gcs.deleteCollection(D.collectionId),
    sends: `DELETE ${collection}`,
    data: [{}],
    gives: "result"
  },
  {
    name: "deleteCollections",
    call: (gcs) => gcs.deleteCollections({ ids: [D.collectionId] }),
    sends: "POST /api/collections/batch_delete",
    body: D.batch,
    data: [D.batch],
    status: 202,
    gives: "result"
  },
  {
    name: "checkCollections",
    call: (gcs) => items(gcs.checkCollections({ storage_gateway_id: D.gatewayId })),
    sends: `GET /api/collections/check?storage_gateway_id=${D.gatewayId}`,
    data: [D.check, { ...D.check, error: null }],
    gives: "items"
  },
  {
    name: "checkCollection",
    call: (gcs) => gcs.checkCollection(D.collectionId),
    sends: `GET ${collection}/check`,
    data: [D.check],
    gives: "document"
  },
  {
    name: "setCollectionOwner",
    call: (gcs) => gcs.setCollectionOwner(D.collectionId, { identity_id: D.identityId }),
    sends: `PUT ${collection}/owner`,
    body: { DATA_TYPE: "collection_owner#1.0.0", identity_id: D.identityId },
    gives: "result"
  },
  {
    name: "setCollectionOwnerString",
    call: (gcs) => gcs.setCollectionOwnerString(D.collectionId, { identity_id: D.identityId }),
    sends: `PUT ${collection}/owner_string`,
    body: { DATA_TYPE: "owner_string#1.0.0", identity_id: D.identityId },
    gives: "result"
  },
  {
    name: "resetCollectionOwnerString",
    call: (gcs) => gcs.resetCollectionOwnerString(D.collectionId),
    sends: `DELETE ${collection}/owner_string`,
    gives: "result"
  },
  {
    name: "setSubscriptionAdminVerified",
    call: (gcs) => gcs.setSubscriptionAdminVerified(D.collectionId, { subscription_admin_verified: true }),
    sends: `PUT ${collection}/subscription_admin_verified`,
    body: { DATA_TYPE: "subscription_admin_verified#1.0.0", subscription_admin_verified: true },
    gives: "result"
  },
  {
    name: "getCollectionDomain",
    call: (gcs) => gcs.getCollectionDomain(D.collectionId),
    sends: `GET ${collection}/domain`,
    data: [D.domain],
    gives: "document"
  },
  {
    name: "setCollectionDomain",
    call: (gcs) => gcs.setCollectionDomain(D.collectionId, { domain_name: "data.example.edu" }),
    sends: `PUT ${collection}/domain`,
    body: { DATA_TYPE: "domain#1.0.0", domain_name: "data.example.edu" },
    gives: "result"
  },
  {
    name: "deleteCollectionDomain",
    call: (gcs) => gcs.deleteCollectionDomain(D.collectionId),
    sends: `DELETE ${collection}/domain`,
    gives: "result"
  },
  // storage gateways
  {
    name: "listStorageGateways",
    call: (gcs) => items(gcs.listStorageGateways({ include: ["private_policies", "accounts"] })),
    sends: "GET /api/storage_gateways?include=private_policies,accounts",
    data: [D.gateway],
    gives: "items"
  },
  {
    name: "createStorageGateway",
    call: (gcs) =>
      gcs.createStorageGateway({
        display_name: "Cluster",
        connector_id: D.connectorId,
        require_mfa: true,
        policies: StoragePolicies.posix({ groups_allow: ["staff"] })
      }),
    sends: "POST /api/storage_gateways",
    body: {
      DATA_TYPE: "storage_gateway#1.1.0",
      display_name: "Cluster",
      connector_id: D.connectorId,
      require_mfa: true,
      policies: { DATA_TYPE: "posix_storage_policies#1.0.0", groups_allow: ["staff"] }
    },
    data: [D.gateway],
    status: 201,
    gives: "document"
  },
  {
    name: "getStorageGateway",
    call: (gcs) => gcs.getStorageGateway(D.gatewayId),
    sends: `GET /api/storage_gateways/${D.gatewayId}`,
    data: [D.gateway],
    gives: "document"
  },
  {
    name: "updateStorageGateway",
    call: (gcs) => gcs.updateStorageGateway(D.gatewayId, { network_use: "minimal" }),
    sends: `PATCH /api/storage_gateways/${D.gatewayId}`,
    body: { DATA_TYPE: "storage_gateway#1.3.0", network_use: "minimal" },
    data: [D.gateway],
    gives: "result"
  },
  {
    name: "replaceStorageGateway",
    call: (gcs) =>
      gcs.replaceStorageGateway(D.gatewayId, { display_name: "C", admin_managed_credentials: true }),
    sends: `PUT /api/storage_gateways/${D.gatewayId}`,
    body: { DATA_TYPE: "storage_gateway#1.2.0", display_name: "C", admin_managed_credentials: true },
    data: [D.gateway],
    gives: "result"
  },
  {
    name: "deleteStorageGateway",
    call: (gcs) => gcs.deleteStorageGateway(D.gatewayId),
    sends: `DELETE /api/storage_gateways/${D.gatewayId}`,
    data: [{}],
    gives: "result"
  },
  // user credentials
  {
    name: "listUserCredentials",
    call: (gcs) => items(gcs.listUserCredentials({ storage_gateway: D.gatewayId, include: "all" })),
    sends: `GET /api/user_credentials?storage_gateway=${D.gatewayId}&include=all`,
    data: [D.credential],
    gives: "items"
  },
  {
    name: "createUserCredential",
    call: (gcs) => gcs.createUserCredential({ storage_gateway_id: D.gatewayId, username: "jane" }),
    sends: "POST /api/user_credentials",
    body: { DATA_TYPE: "user_credential#1.0.0", storage_gateway_id: D.gatewayId, username: "jane" },
    data: [D.credential],
    status: 201,
    gives: "document"
  },
  {
    name: "getUserCredential",
    call: (gcs) => gcs.getUserCredential(D.credentialId),
    sends: `GET /api/user_credentials/${D.credentialId}`,
    data: [D.credential],
    gives: "document"
  },
  {
    name: "updateUserCredential",
    call: (gcs) => gcs.updateUserCredential(D.credentialId, { display_name: "mine" }),
    sends: `PATCH /api/user_credentials/${D.credentialId}`,
    body: { DATA_TYPE: "user_credential#1.0.0", display_name: "mine" },
    data: [D.credential],
    gives: "result"
  },
  {
    name: "replaceUserCredential",
    call: (gcs) => gcs.replaceUserCredential(D.credentialId, { username: "joe" }),
    sends: `PUT /api/user_credentials/${D.credentialId}`,
    body: { DATA_TYPE: "user_credential#1.0.0", username: "joe" },
    gives: "result"
  },
  {
    name: "deleteUserCredential",
    call: (gcs) => gcs.deleteUserCredential(D.credentialId),
    sends: `DELETE /api/user_credentials/${D.credentialId}`,
    gives: "result"
  },
  // roles
  {
    name: "listRoles",
    call: (gcs) => items(gcs.listRoles({ collection_id: D.collectionId, include: "all_roles" })),
    sends: `GET /api/roles?collection_id=${D.collectionId}&include=all_roles`,
    data: [D.role, { ...D.role, role: "court_jester" }],
    gives: "items"
  },
  {
    name: "createRole",
    call: (gcs) => gcs.createRole({ principal: D.role.principal, role: "administrator" }),
    sends: "POST /api/roles",
    body: { DATA_TYPE: "role#1.0.0", principal: D.role.principal, role: "administrator" },
    data: [D.role],
    gives: "document"
  },
  {
    name: "getRole",
    call: (gcs) => gcs.getRole(D.roleId),
    sends: `GET /api/roles/${D.roleId}`,
    data: [D.role],
    gives: "document"
  },
  {
    name: "deleteRole",
    call: (gcs) => gcs.deleteRole(D.roleId),
    sends: `DELETE /api/roles/${D.roleId}`,
    gives: "result"
  },
  // nodes
  {
    name: "listNodes",
    call: (gcs) => items(gcs.listNodes()),
    sends: "GET /api/nodes",
    data: [D.node],
    gives: "items"
  },
  {
    name: "createNode",
    call: (gcs) => gcs.createNode({ ip_addresses: ["203.0.113.7"], status: "active" }),
    sends: "POST /api/nodes",
    body: { DATA_TYPE: "node#1.0.0", ip_addresses: ["203.0.113.7"], status: "active" },
    data: [D.node],
    gives: "document"
  },
  {
    name: "getNode",
    call: (gcs) => gcs.getNode(D.nodeId),
    sends: `GET /api/nodes/${D.nodeId}`,
    data: [D.node],
    gives: "document"
  },
  {
    name: "updateNode",
    call: (gcs) => gcs.updateNode(D.nodeId, { data_interface6: "2001:db8::7" }, { include: ["node"] }),
    sends: `PATCH /api/nodes/${D.nodeId}?include=node`,
    body: { DATA_TYPE: "node#1.2.0", data_interface6: "2001:db8::7" },
    data: [D.node],
    gives: "result"
  },
  {
    name: "replaceNode",
    call: (gcs) =>
      gcs.replaceNode(D.nodeId, {
        ip_addresses: [],
        status: "inactive",
        lan_addresses: [{ address: "10.0.0.7" }]
      }),
    sends: `PUT /api/nodes/${D.nodeId}`,
    body: {
      DATA_TYPE: "node#1.3.0",
      ip_addresses: [],
      status: "inactive",
      lan_addresses: [{ address: "10.0.0.7" }]
    },
    gives: "result"
  },
  {
    name: "deleteNode",
    call: (gcs) => gcs.deleteNode(D.nodeId),
    sends: `DELETE /api/nodes/${D.nodeId}`,
    gives: "result"
  },
  // sharing policies
  {
    name: "listSharingPolicies",
    call: (gcs) => items(gcs.listSharingPolicies({ collection_id: D.collectionId, username: "jane" })),
    sends: `GET /api/sharing_policies?collection_id=${D.collectionId}&username=jane`,
    data: [D.sharingPolicy],
    gives: "items"
  },
  {
    name: "createSharingPolicy",
    call: (gcs) =>
      gcs.createSharingPolicy({
        collection_id: D.collectionId,
        users: ["jane"],
        sharing_restrict_paths: { read: ["/"] }
      }),
    sends: "POST /api/sharing_policies",
    body: {
      DATA_TYPE: "sharing_policy#1.0.0",
      collection_id: D.collectionId,
      users: ["jane"],
      sharing_restrict_paths: { DATA_TYPE: "path_restrictions#1.0.0", read: ["/"] }
    },
    data: [D.sharingPolicy],
    status: 201,
    gives: "document"
  },
  {
    name: "getSharingPolicy",
    call: (gcs) => gcs.getSharingPolicy(D.policyId),
    sends: `GET /api/sharing_policies/${D.policyId}`,
    data: [D.sharingPolicy],
    gives: "document"
  },
  {
    name: "deleteSharingPolicy",
    call: (gcs) => gcs.deleteSharingPolicy(D.policyId),
    sends: `DELETE /api/sharing_policies/${D.policyId}`,
    gives: "result"
  },
  // stream gateways
  {
    name: "listStreamGateways",
    call: (gcs) => items(gcs.listStreamGateways()),
    sends: "GET /api/stream_gateways",
    data: [D.streamGateway],
    gives: "items"
  },
  {
    name: "createStreamGateway",
    call: (gcs) => gcs.createStreamGateway({ display_name: "Detectors", run_as_local_user: true }),
    sends: "POST /api/stream_gateways",
    body: { DATA_TYPE: "stream_gateway#1.1.0", display_name: "Detectors", run_as_local_user: true },
    data: [D.streamGateway],
    status: 201,
    gives: "document"
  },
  {
    name: "getStreamGateway",
    call: (gcs) => gcs.getStreamGateway(D.streamGatewayId),
    sends: `GET /api/stream_gateways/${D.streamGatewayId}`,
    data: [D.streamGateway],
    gives: "document"
  },
  {
    name: "updateStreamGateway",
    call: (gcs) => gcs.updateStreamGateway(D.streamGatewayId, { lan_name: "hall-4" }),
    sends: `PATCH /api/stream_gateways/${D.streamGatewayId}`,
    body: { DATA_TYPE: "stream_gateway#1.0.0", lan_name: "hall-4" },
    data: [D.streamGateway],
    gives: "result"
  },
  {
    name: "deleteStreamGateway",
    call: (gcs) => gcs.deleteStreamGateway(D.streamGatewayId),
    sends: `DELETE /api/stream_gateways/${D.streamGatewayId}`,
    gives: "result"
  },
  {
    name: "createLanSecret",
    call: (gcs) =>
      gcs.createLanSecret({
        stream_access_point_id: D.accessPointId,
        tunnel_id: D.tunnelId,
        expires_in_mins: 5
      }),
    sends: "POST /api/lan_secrets",
    body: {
      DATA_TYPE: "lan_secret_create#1.0.0",
      stream_access_point_id: D.accessPointId,
      tunnel_id: D.tunnelId,
      expires_in_mins: 5
    },
    data: [D.lanSecret],
    status: 201,
    gives: "document"
  },
  {
    name: "deleteLanSecret",
    call: (gcs) => gcs.deleteLanSecret(D.lanSecretId),
    sends: `DELETE /api/lan_secrets/${D.lanSecretId}`,
    gives: "result"
  }
]

/** What of an envelope users get. */
const given = (gives: Row["gives"], envelope: ReturnType<typeof Server.envelope>): unknown =>
  ({ document: envelope.data.at(-1), items: envelope.data, result: envelope })[gives]

describe("an operation", () => {
  it.effect.each(rows)("$name: $sends", ({ body, call, data = [], gives, name, sends, status = 200 }) =>
    Effect.gen(function* () {
      const server = Server.make(() => Server.result(data, { status }))
      const answer = yield* Effect.provide(Effect.flatMap(GcsClient, call), server.layer)
      assert.deepStrictEqual(server.lines(), [sends])
      assert.deepStrictEqual(server.bodyOf(0), body ?? null)
      assert.strictEqual(server.sent[0]?.url.origin, "https://abc.xyz.data.globus.org")
      assert.deepStrictEqual(answer, given(gives, Server.envelope(data, { http_response_code: status })))
      assert.deepStrictEqual(
        server.needs.map(({ anyOf, resourceServer }) => `${resourceServer}: ${anyOf.join(" ")}`),
        name === "getInfo" ? [] : [`${Server.endpointId}: ${Server.manageCollections}`]
      )
    })
  )

  it.effect.each(rows)("$name answers a ResponseError to JSON that is not an envelope", ({ call, name }) =>
    Effect.gen(function* () {
      for (const body of [
        "{}",
        "[]",
        "null",
        "7",
        '{"DATA_TYPE":"result#1.0.0","code":"success","data":7}',
        "<html>"
      ]) {
        const server = Server.make(
          () => new Response(body, { headers: { "content-type": "application/json" } })
        )
        const error = yield* Effect.flip(Effect.provide(Effect.flatMap(GcsClient, call), server.layer))
        assert(error._tag === "ResponseError", `${body}: ${error._tag}`)
        assert.strictEqual(error.service, "gcs")
        assert.strictEqual(error.operation, name)
      }
    })
  )

  it.effect("and there are no others, but for a login that ends in a browser", () =>
    Effect.gen(function* () {
      const server = Server.make(() => Server.result([]))
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      assert.deepStrictEqual(
        Object.keys(gcs).toSorted(),
        [
          ...rows.map(({ name }) => name),
          "authorizeUserCredential",
          "addDataAccess",
          "addScopes",
          "endpointId"
        ].toSorted()
      )
    })
  )

  it.effect("takes query parameters that are not declared", () =>
    Effect.gen(function* () {
      const server = Server.make(({ method }) => Server.result(method === "GET" ? [D.role] : []))
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      yield* gcs.getRole(D.roleId, { extra: "x" })
      yield* gcs.deleteRole(D.roleId, { extra: "y" })
      assert.deepStrictEqual(server.lines(), [
        `GET /api/roles/${D.roleId}?extra=x`,
        `DELETE /api/roles/${D.roleId}?extra=y`
      ])
    })
  )
})

describe("an answer that comes again and again", () => {
  it.effect("is read in the same way, however often", () =>
    Effect.gen(function* () {
      const broken = { ...D.gateway, policies: { ...D.gateway.policies, groups_deny: 7 } }
      const server = Server.make((_, index) => Server.result([index % 10 === 9 ? broken : D.gateway]))
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      for (let index = 0; index < 50; index++) {
        const answer = yield* Effect.result(gcs.getStorageGateway(D.gatewayId))
        if (index % 10 === 9) {
          assert(Result.isFailure(answer) && answer.failure._tag === "ResponseError", `${index}`)
          assert.strictEqual(answer.failure.path, "data[0].policies.groups_deny")
        } else assert.deepStrictEqual(Result.getOrThrow(answer) as unknown, D.gateway)
      }
    })
  )
})

describe("the envelope", () => {
  it.effect("is within reach where a document is answered", () =>
    Effect.gen(function* () {
      const server = Server.make(() =>
        Server.result([D.info, D.connector], { detail: { DATA_TYPE: "x#1.0.0" } })
      )
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      const result = yield* gcs.getInfo.result({ page_size: 2 })
      assert.deepStrictEqual(result.detail, { DATA_TYPE: "x#1.0.0" })
      assert.deepStrictEqual(result.data, [D.info, D.connector] as never)
      assert.deepStrictEqual(server.lines(), ["GET /api/info?page_size=2"])
    })
  )

  it.effect("may hold other documents, of which the right one is taken", () =>
    Effect.gen(function* () {
      const server = Server.make(() =>
        Server.result([{}, { DATA_TYPE: "collection_like#1.0.0" }, D.guest, D.mapped])
      )
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      const { collection_type } = yield* gcs.getCollection(D.collectionId)
      assert.strictEqual(collection_type, "guest")
    })
  )

  it.effect.each([
    ["none", undefined, "data"],
    ["an empty list", [], "data"],
    ["only others", [{ DATA_TYPE: "foo#1.0.0", id: D.collectionId }], "data"],
    ["one without a DATA_TYPE", [{ id: D.collectionId }], "data"],
    ["a broken one", [D.role, { ...D.guest, id: 7 }], "data[1].id"],
    [
      "a broken one within",
      [{ ...D.mapped, policies: { DATA_TYPE: "posix_collection_policies#1.1.0", sharing_groups_deny: 7 } }],
      "data[0].policies.sharing_groups_deny"
    ]
  ] as const)("without the document is an error that says so: %s", ([, data, path]) =>
    Effect.gen(function* () {
      const server = Server.make(() => Server.result(data as never))
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      const error = yield* Effect.flip(gcs.getCollection(D.collectionId))
      assert(error._tag === "ResponseError", error._tag)
      assert.strictEqual(error.operation, "getCollection")
      assert.strictEqual(error.path, path)
    })
  )

  it.effect("says what was done where something is changed, and what it is now if that is asked for", () =>
    Effect.gen(function* () {
      const server = Server.make(({ url }) =>
        Server.result(url.searchParams.has("include") ? [D.endpoint] : [], { message: "Updated endpoint" })
      )
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      const { data, message } = yield* gcs.updateEndpoint({ display_name: "B" })
      assert.strictEqual(message, "Updated endpoint")
      assert.deepStrictEqual(data, [])
      const asked = yield* gcs.updateEndpoint({ display_name: "B" }, { include: "endpoint" })
      assert.strictEqual(asked.data?.[0]?.display_name, "Beamline 7")
    })
  )
})

describe("a listing", () => {
  const pages = (count: number) => (sent: { readonly url: URL }) => {
    const page = Number(sent.url.searchParams.get("marker") ?? 0)
    const more = page + 1 < count
    return Server.result(count === 0 ? [] : [{ ...D.guest, page }], {
      has_next_page: more,
      marker: more ? String(page + 1) : ""
    })
  }

  it.effect.each([0, 1, 2, 5])("of %i pages is a stream", (count) =>
    Effect.gen(function* () {
      const server = Server.make(pages(count))
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      const collections = yield* Stream.runCollect(gcs.listCollections({ filter: "created_by_me" }))
      assert.deepStrictEqual(
        collections.map(({ page }) => page),
        Array.from({ length: count }, (_, page) => page)
      )
      assert.lengthOf(server.sent, Math.max(1, count))
      assert.isTrue(server.sent.every(({ url }) => url.searchParams.get("filter") === "created_by_me"))
    })
  )

  it.effect("fetches nothing before it is asked for", () =>
    Effect.gen(function* () {
      const server = Server.make(pages(1000))
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      yield* Stream.runDrain(Stream.take(gcs.listCollections(), 3))
      assert.lengthOf(server.sent, 3)
      const page = yield* gcs.listCollections.page({ marker: "7" })
      assert.deepStrictEqual([page.has_next_page, page.marker], [true, "8"])
      const whole = yield* Stream.runHead(gcs.listCollections.pages())
      assert.strictEqual(Option.getOrThrow(whole).code, "success")
    })
  )

  it.effect("whose marker stays the same is an error, not a loop", () =>
    Effect.gen(function* () {
      const server = Server.make(() => Server.result([D.guest], { has_next_page: true, marker: "same" }))
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      const error = yield* Effect.flip(Stream.runDrain(gcs.listCollections()))
      assert.strictEqual(error._tag, "ResponseError")
      assert.lengthOf(server.sent, 2)
    })
  )
})

/** What cannot be right about a document, beside what is so of all input of all services. */
describe("bad input", () => {
  type Call = (gcs: Service) => Effect.Effect<unknown, GlobusError>

  /** What a program without types may pass. */
  const untyped = (value: unknown) => value as never

  const create =
    (collection: object): Call =>
    (gcs) =>
      gcs.createCollection(untyped(collection))
  const createGateway =
    (gateway: object): Call =>
    (gcs) =>
      gcs.createStorageGateway(untyped(gateway))
  const tunnel = { stream_access_point_id: D.accessPointId, tunnel_id: D.tunnelId }
  const mapping = { DATA_TYPE: "external_identity_mapping#1.0.0", command: "map" }

  const refused: Readonly<Record<string, readonly [field: string, call: Call]>> = {
    "a query without what it needs": [
      "query.collection_id",
      (gcs) => items(gcs.listSharingPolicies(untyped({})))
    ],
    "an id in a list": ["payload.ids[1]", (gcs) => gcs.deleteCollections({ ids: [D.collectionId, "x"] })],
    "a domain without a name": ["payload.domain_name", (gcs) => gcs.setEndpointDomain({ domain_name: "" })],
    "a mapped collection of nothing": [
      "payload.storage_gateway_id",
      create({ collection_type: "mapped", collection_base_path: "/" })
    ],
    "a guest collection without a credential": [
      "payload.user_credential_id",
      create({ collection_type: "guest", collection_base_path: "/", mapped_collection_id: D.mappedId })
    ],
    "known policies with a wrong field": [
      "payload.policies.groups_allow",
      createGateway({ policies: StoragePolicies.posix({ groups_allow: untyped(7) }) })
    ],
    "a mapping with a wrong field": [
      "payload.identity_mappings[0].command",
      createGateway({ identity_mappings: [mapping] })
    ],
    "no tunnel": [
      "payload.tunnel_id",
      (gcs) => gcs.createLanSecret(untyped({ ...tunnel, tunnel_id: undefined }))
    ],
    "a secret that is old when it is made": [
      "payload.expires_in_mins",
      (gcs) => gcs.createLanSecret({ ...tunnel, expires_in_mins: 0 })
    ],
    "a collection whose data cannot be reached": [
      "mappedCollectionIds[1]",
      (gcs) => gcs.addDataAccess(D.mappedId, "x")
    ]
  }

  it.effect.each(Object.entries(refused))("%s is named, and nothing is sent", ([, [field, call]]) =>
    Effect.gen(function* () {
      const server = Server.make(() => Server.result([]))
      const error = yield* Effect.flip(Effect.provide(Effect.flatMap(GcsClient, call), server.layer))
      assert(Predicate.isTagged(error, "InvalidRequest"), error.message)
      assert.strictEqual(error.service, "gcs")
      assert.strictEqual(error.field, field)
      assert.lengthOf(server.sent, 0)
    })
  )
})

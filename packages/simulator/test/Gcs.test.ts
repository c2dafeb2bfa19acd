import { UserApp } from "@effect-globus/sdk/app"
import { CollectionClient } from "@effect-globus/sdk/collection"
import { CollectionData, ErrorDetail, GcsClient } from "@effect-globus/sdk/gcs"
import type { ApiError } from "@effect-globus/sdk/model"
import { TransferClient, TunnelData } from "@effect-globus/sdk/transfer"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Option, Redacted, Stream } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { Simulator, World } from "../src/index.ts"
import { linus, logIn, rosalind } from "./Browser.ts"
import { missingIn } from "./Recorded.ts"

const endpoint = "9a1f0c3e-52b7-4d68-8e0a-1c2d3e4f5a6b"
const gateway = "ab2e1d4f-63c8-4e79-9f1b-2d3e4f5a6b7c"
const campus = "bc3f2e50-74d9-4f8a-a02c-3e4f5a6b7c8d"
const shared = "cd403f61-85ea-409b-b13d-4f5a6b7c8d9e"

const near = "de51472a-96fb-41ac-824e-5a6b7c8d9eaf"
const elsewhere = "f073694c-b81d-43ce-a46a-7c8d9eafb0c1"

/** Another account of the owner's. */
const linked = "0184a75d-c92e-44df-b57b-8d9eafb0c1d2"

const world: World.Input = {
  ...World.defaultWorld,
  identities: [
    ...World.defaultWorld.identities,
    {
      id: linked,
      username: "rosalind@lab.example.edu",
      name: "Rosalind Okafor",
      linked_to: "rosalind@example.org"
    }
  ],
  gcs_endpoints: [
    {
      id: endpoint,
      display_name: "Data Center",
      organization: "Example Institute",
      stream_gateways: [
        { id: near, display_name: "Near" },
        { id: elsewhere, display_name: "Elsewhere" }
      ],
      storage_gateways: [
        { id: gateway, display_name: "Disks", allowed_domains: ["example.org", "lab.example.edu"] }
      ]
    }
  ],
  collections: [
    {
      id: campus,
      display_name: "Campus",
      entity_type: "GCSv5_mapped_collection",
      storage_gateway: gateway,
      data_access: true,
      files: { projects: { m101: { "a.txt": "a" } }, home: {} }
    },
    {
      id: shared,
      display_name: "Shared",
      host: { collection: campus, path: "/projects/" },
      access: []
    }
  ]
}

const address = `https://globus.simulator/gcs/${endpoint}`

const clients = (appName: string) =>
  Layer.mergeAll(GcsClient.layer({ address }), TransferClient.layer).pipe(
    Layer.provideMerge(UserApp.layer({ appName, clientId: World.nativeClientId }))
  )

const clientsIn = (world: World.Input) => Layer.provideMerge(clients("gcs"), Simulator.layerWith({ world }))

/** Somebody uses the same Globus with an app of their own. */
const as =
  (identity: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.andThen(
      Effect.flatMap(Simulator, ({ setPerson }) => setPerson({ identity })),
      Effect.provide(effect, Layer.fresh(clients(identity)))
    )

const inProcess = Effect.provide(clientsIn(world))

/** What the server says about a refusal. */
const refusalOf = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), (error) => {
    const { body, status } = error as unknown as ApiError
    const detail = ErrorDetail.of(error as unknown as ApiError)
    return {
      status,
      code: (body as { readonly code: string }).code,
      detail: Option.getOrUndefined(detail)?.DATA_TYPE?.split("#")[0]
    }
  })

describe("a server", () => {
  it.effect("says what it is to everybody, and is where Transfer says", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      expect(gcs.endpointId).toBe(endpoint)
      expect(missingIn(yield* gcs.getInfo.result(), "gcs.get_gcs_info.default")).toEqual([])
      expect((yield* transfer.getEndpoint(endpoint)).gcs_manager_url).toBe(address)
      expect((yield* transfer.getEndpoint(campus)).gcs_manager_url).toBe(address)
      const { url } = yield* Simulator
      const nowhere = yield* Effect.flip(GcsClient.make({ address: `${url}gcs/${campus}` }))
      expect(nowhere).toMatchObject({ status: 404 })
    }).pipe(inProcess)
  )

  it.effect("has an endpoint that Transfer knows, too", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      const plain = yield* gcs.updateEndpoint({ description: "Disks of the institute" })
      expect(missingIn(plain, "gcs.update_endpoint.default")).toEqual([])
      const shown = yield* gcs.updateEndpoint({ max_concurrency: 4 }, { include: ["endpoint"] })
      expect(missingIn(shown, "gcs.update_endpoint.include_endpoint")).toEqual([])
      expect(yield* gcs.getEndpoint()).toMatchObject({
        display_name: "Data Center",
        description: "Disks of the institute",
        max_concurrency: 4,
        gcs_manager_url: address
      })
      expect(yield* transfer.getEndpoint(endpoint)).toMatchObject({
        entity_type: "GCSv5_endpoint",
        description: "Disks of the institute"
      })
    }).pipe(inProcess)
  )

  it.effect("keeps what has operations of its own when all else is said anew", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      yield* gcs.setEndpointDomain({ domain_name: "data.example.org" })
      yield* gcs.setEndpointOwnerString({ identity_id: linked })
      yield* gcs.updateEndpoint({ department: "Physics" })
      yield* gcs.replaceEndpoint({ display_name: "Data Center" })
      const { department, earliest_last_access } = yield* gcs.getEndpoint()
      expect([department, earliest_last_access]).toEqual([undefined, "1970-01-01"])
      expect((yield* gcs.getEndpointDomain()).domain_name).toBe("data.example.org")
      expect((yield* transfer.getEndpoint(endpoint)).owner_string).toBe("rosalind@lab.example.edu")
    }).pipe(inProcess)
  )

  it.effect("belongs to somebody with whatever identity of theirs", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      yield* gcs.setEndpointOwner({ identity_id: linked })
      yield* gcs.updateEndpoint({ description: "Still mine" })
      yield* gcs.setCollectionOwner(shared, { identity_id: linked })
      const mine = yield* Stream.runCollect(gcs.listCollections({ filter: ["created_by_me"] }))
      expect(mine.map(({ id }) => id)).toEqual([campus, shared])
    }).pipe(inProcess)
  )

  it.effect("keeps its own for those who administer it", () =>
    Effect.gen(function* () {
      yield* (yield* Simulator).setPerson({ identity: "linus@lab.example.edu" })
      const gcs = yield* GcsClient
      expect(yield* refusalOf(gcs.updateEndpoint({ description: "x" }))).toEqual({
        status: 403,
        code: "permission_denied",
        detail: "missing_required_role"
      })
      expect(yield* refusalOf(gcs.createStorageGateway({ display_name: "x" }))).toMatchObject({ status: 403 })
      expect(yield* Stream.runCollect(gcs.listStorageGateways())).toEqual([])
    }).pipe(inProcess)
  )
})

describe("storage gateways", () => {
  it.effect("are made, listed page by page, changed, and removed when nothing is on them", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const made = yield* gcs.createStorageGateway.result({
        display_name: "Tape",
        restrict_paths: { read: ["/"] },
        users_allow: ["user1"],
        users_deny: ["user2"]
      })
      expect(
        missingIn(made, "gcs.create_storage_gateway.default", {
          except: [
            ".data[0].authentication_assurance_timeout",
            ".data[0].authentication_timeout_mins",
            ".data[0].mapping",
            ".data[0].policies"
          ]
        })
      ).toEqual([])
      const [{ id } = expect.fail("there is none")] = made.data ?? []
      const names = yield* Stream.runCollect(gcs.listStorageGateways({ page_size: 1 }))
      expect(names.map(({ display_name }) => display_name)).toEqual(["Disks", "Tape"])
      const gatewayId = id as typeof gateway
      yield* gcs.updateStorageGateway(gatewayId, { high_assurance: true, authentication_timeout_mins: 60 })
      expect(yield* gcs.getStorageGateway(gatewayId)).toMatchObject({
        display_name: "Tape",
        require_high_assurance: true,
        authentication_assurance_timeout: 60
      })
      expect(yield* refusalOf(gcs.deleteStorageGateway(gateway))).toEqual({
        status: 409,
        code: "conflict",
        detail: "resource_conflict"
      })
      const gone = yield* gcs.deleteStorageGateway(gatewayId)
      expect(missingIn(gone, "gcs.delete_storage_gateway.default")).toEqual([])
      expect(yield* refusalOf(gcs.getStorageGateway(gatewayId))).toEqual({
        status: 404,
        code: "not_found",
        detail: "storage_gateway_not_found"
      })
    }).pipe(inProcess)
  )
})

describe("collections", () => {
  it.effect("are those of Transfer", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      const listed = yield* gcs.listCollections.page()
      expect(listed.data?.map(({ display_name }) => display_name)).toEqual(["Campus", "Shared"])
      expect(
        missingIn(listed, "gcs.get_collection_list.default", {
          except: [".data[0].require_high_assurance", ".data[0].authentication_assurance_timeout"]
        })
      ).toEqual([])
      const guests = yield* Stream.runCollect(gcs.listCollections({ filter: ["guest_collections"] }))
      expect(guests).toMatchObject([
        { id: shared, mapped_collection_id: campus, collection_base_path: "/projects/" }
      ])
      yield* gcs.updateCollection(shared, {
        collection_type: "guest",
        display_name: "Renamed",
        keywords: ["k"]
      })
      expect(yield* transfer.getEndpoint(shared)).toMatchObject({
        display_name: "Renamed",
        host_endpoint_id: campus
      })
      expect((yield* gcs.checkCollection(shared)).error).toBeNull()
    }).pipe(inProcess)
  )

  it.effect("are created on a gateway, hold files, and go", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      const { id } = yield* gcs.createCollection(
        CollectionData.mapped({
          storage_gateway_id: gateway,
          collection_base_path: "/",
          display_name: "New"
        })
      )
      yield* transfer.addScopes(
        `urn:globus:auth:scope:transfer.api.globus.org:all[*https://auth.globus.org/scopes/${id}/data_access]`
      )
      yield* transfer.mkdir(id, { path: "/made/" })
      expect((yield* transfer.ls(id, { path: "/" })).DATA.map(({ name }) => name)).toEqual(["made"])
      expect(yield* refusalOf(gcs.deleteCollection(id))).toMatchObject({
        status: 403,
        code: "permission_denied"
      })
      yield* gcs.updateCollection(id, { collection_type: "mapped", delete_protected: false })
      yield* gcs.deleteCollection(id)
      expect(yield* Effect.flip(transfer.getEndpoint(id))).toMatchObject({ status: 404 })
      expect(yield* refusalOf(gcs.deleteCollection(campus))).toMatchObject({ detail: "resource_conflict" })
      const { data } = yield* gcs.deleteCollections({ ids: [shared, campus] })
      expect(data).toMatchObject([{ ids: [shared] }])
    }).pipe(inProcess)
  )

  it.effect("are shared by whoever has a credential and consents to it", () =>
    Effect.gen(function* () {
      yield* (yield* Simulator).setPerson({ identity: "linus@lab.example.edu" })
      const gcs = yield* GcsClient
      const credential = yield* gcs.createUserCredential({ storage_gateway_id: gateway })
      expect(credential).toMatchObject({ identity_id: linus, username: "linus" })
      const guest = CollectionData.guest({
        mapped_collection_id: campus,
        user_credential_id: credential.id,
        collection_base_path: "/projects/m101",
        display_name: "M101"
      })
      // The app logs in again, for what the refusal says is missing.
      const { id } = yield* gcs.createCollection(guest)
      const { consents } = yield* (yield* Simulator).snapshot
      expect(consents.at(-1)?.scope).toBe(`https://auth.globus.org/scopes/${campus}/data_access`)
      const files = yield* CollectionClient.make({ collectionId: id })
      expect(yield* files.download("/a.txt").pipe(Stream.decodeText, Stream.mkString)).toBe("a")
      const withoutDirectory = gcs.createCollection({ ...guest, collection_base_path: "/nowhere" })
      expect(yield* refusalOf(withoutDirectory)).toMatchObject({ status: 422, detail: "invalid_input" })
      // Through a collection of hers, he would reach what only Rosalind may.
      const ofRosalind = gcs.createCollection({ ...guest, identity_id: rosalind })
      expect(yield* refusalOf(ofRosalind)).toMatchObject({ status: 422, detail: "invalid_input" })
      yield* gcs.updateCollection(id, { identity_id: rosalind })
      expect((yield* gcs.getCollection(id)).identity_id).toBe(linus)
      const withoutCredential = gcs.createCollection({ ...guest, user_credential_id: gateway })
      expect(yield* refusalOf(withoutCredential)).toMatchObject({ detail: "credential_not_found" })
    }).pipe(inProcess)
  )
})

describe("user credentials", () => {
  it.effect("are one's own, and their secrets are not sent back", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const made = yield* gcs.createUserCredential.result({
        storage_gateway_id: gateway,
        display_name: "mine",
        policies: {
          DATA_TYPE: "s3_user_credential_policies#1.0.0",
          s3_key_id: "id",
          s3_secret_key: Redacted.make("secret")
        }
      })
      expect(missingIn(made, "gcs.get_user_credential.default")).toEqual([])
      const [credential = expect.fail("there is none")] = yield* Stream.runCollect(gcs.listUserCredentials())
      expect(JSON.stringify(credential.policies)).not.toContain("s3_secret_key")
      const gone = yield* gcs.deleteUserCredential(credential.id)
      expect(missingIn(gone, "gcs.delete_user_credential.default")).toEqual([])
      const theirs = yield* gcs.createUserCredential({ storage_gateway_id: gateway, identity_id: linus })
      expect(theirs.provisioned).toBe(true)
      expect(yield* Stream.runCollect(gcs.listUserCredentials())).toEqual([])
      expect(yield* Stream.runCollect(gcs.listUserCredentials({ include: ["all"] }))).toHaveLength(1)
    }).pipe(inProcess)
  )
})

describe("a user credential", () => {
  it.effect("stays whose it is, and for what, however it is changed", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const made = yield* gcs.createUserCredential({ storage_gateway_id: gateway.toUpperCase() })
      yield* gcs.updateUserCredential(made.id, { identity_id: linus, display_name: "a" })
      yield* gcs.replaceUserCredential(made.id, { display_name: "b" })
      expect(yield* gcs.getUserCredential(made.id)).toMatchObject({
        display_name: "b",
        identity_id: rosalind,
        storage_gateway_id: gateway,
        connector_id: made.connector_id
      })
    }).pipe(inProcess)
  )
})

describe("roles", () => {
  it.effect("are given and taken", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const role = yield* gcs.createRole({
        principal: `urn:globus:auth:identity:${linus}`,
        role: "activity_monitor",
        collection: campus
      })
      expect((yield* gcs.getRole(role.id)).role).toBe("activity_monitor")
      const all = { include: ["all_roles"] } as const
      expect(yield* Stream.runCollect(gcs.listRoles(all))).toEqual([])
      expect(yield* Stream.runCollect(gcs.listRoles({ collection_id: campus }))).toEqual([])
      expect(yield* Stream.runCollect(gcs.listRoles({ collection_id: campus, ...all }))).toEqual([role])
      // Others are not told who has which.
      const again = Effect.flatMap(GcsClient, (theirs) =>
        theirs.createRole({ principal: role.principal, role: "activity_monitor", collection: campus })
      )
      expect(yield* refusalOf(again).pipe(as("linus@lab.example.edu"))).toMatchObject({
        status: 403,
        detail: "missing_required_role"
      })
      yield* gcs.deleteRole(role.id)
      expect(yield* refusalOf(gcs.getRole(role.id))).toMatchObject({ status: 404 })
    }).pipe(inProcess)
  )

  it.effect("let others administer an endpoint", () =>
    Effect.gen(function* () {
      yield* (yield* Simulator).setPerson({ identity: "linus@lab.example.edu" })
      const gcs = yield* GcsClient
      yield* gcs.updateEndpoint({ description: "Linus was here" })
      expect((yield* gcs.getEndpoint()).description).toBe("Linus was here")
      expect((yield* Stream.runCollect(gcs.listRoles())).map(({ role }) => role)).toEqual(["administrator"])
    }).pipe(
      Effect.provide(
        clientsIn({
          ...world,
          gcs_endpoints: [{ id: endpoint, display_name: "Ours", administrators: ["linus@lab.example.edu"] }],
          collections: []
        })
      )
    )
  )
})

describe("nodes", () => {
  it.effect("come and go", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const { id } = yield* gcs.createNode({ ip_addresses: ["192.0.2.7"] })
      yield* gcs.updateNode(id, { status: "inactive" })
      expect(yield* gcs.getNode(id)).toMatchObject({ ip_addresses: ["192.0.2.7"], status: "inactive" })
      expect(yield* Stream.runCollect(gcs.listNodes())).toHaveLength(2)
      yield* gcs.deleteNode(id)
      expect(yield* refusalOf(gcs.getNode(id))).toMatchObject({ status: 404 })
    }).pipe(inProcess)
  )
})

describe("DNS names", () => {
  it.effect("are made up until they are given, and again when they are taken away", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const before = yield* gcs.getEndpointDomain()
      expect(before).toMatchObject({ wildcard: false })
      expect((yield* gcs.getInfo()).domain_name).toBe(before.domain_name)
      const ofCampus = yield* gcs.getCollectionDomain(campus)
      expect(ofCampus.domain_name).toBe(`m-${campus.slice(0, 6)}.${before.domain_name}`)
      expect((yield* gcs.getCollectionDomain(shared)).domain_name).toMatch(/^g-/)

      yield* gcs.setEndpointDomain({
        domain_name: "data.example.org",
        wildcard: true,
        certificate_path: "/etc/pki/data.pem",
        private_key: Redacted.make("key")
      })
      const named = yield* gcs.getEndpointDomain.result()
      expect(named.data).toEqual([
        {
          DATA_TYPE: "domain#1.0.0",
          domain_name: "data.example.org",
          wildcard: true,
          certificate_path: "/etc/pki/data.pem"
        }
      ])
      expect((yield* gcs.getInfo()).domain_name).toBe("data.example.org")
      expect((yield* gcs.getCollection(campus)).tlsftp_url).toBe(
        `tlsftp://m-${campus.slice(0, 6)}.data.example.org:443`
      )
      yield* gcs.setCollectionDomain(campus, { domain_name: "campus.example.org" })
      expect(yield* gcs.getCollection(campus)).toMatchObject({
        domain_name: "campus.example.org",
        domain: { domain_name: "campus.example.org" }
      })
      yield* gcs.deleteCollectionDomain(campus)
      yield* gcs.deleteEndpointDomain()
      expect(yield* gcs.getCollectionDomain(campus)).toEqual(ofCampus)
      expect((yield* gcs.getCollection(campus)).domain).toBeUndefined()
      expect(yield* gcs.getEndpointDomain()).toEqual(before)
      expect("domain" in (yield* gcs.getEndpoint())).toBe(false)
    }).pipe(inProcess)
  )

  it.effect("are for those who administer what has them", () =>
    Effect.gen(function* () {
      yield* (yield* Simulator).setPerson({ identity: "linus@lab.example.edu" })
      const gcs = yield* GcsClient
      const needsRole = { status: 403, detail: "missing_required_role" }
      expect(yield* refusalOf(gcs.getEndpointDomain())).toMatchObject(needsRole)
      expect(yield* refusalOf(gcs.deleteEndpointDomain())).toMatchObject(needsRole)
      expect(
        yield* refusalOf(gcs.setCollectionDomain(campus, { domain_name: "campus.example.org" }))
      ).toMatchObject(needsRole)
    }).pipe(inProcess)
  )
})

describe("owner strings", () => {
  it.effect("say which of the owner's names Transfer shows", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      const shown = (id: string) => Effect.map(transfer.getEndpoint(id), ({ owner_string }) => owner_string)
      yield* gcs.setEndpointOwnerString({ identity_id: linked })
      yield* gcs.setCollectionOwnerString(campus, { identity_id: linked })
      expect(yield* shown(endpoint)).toBe("rosalind@lab.example.edu")
      expect(yield* shown(campus)).toBe("rosalind@lab.example.edu")
      yield* gcs.resetCollectionOwnerString(campus)
      expect(yield* shown(campus)).toBe("rosalind@example.org")
      yield* gcs.setCollectionOwnerString(campus, {})
      expect(yield* shown(campus)).toBe("rosalind@example.org")
      expect("owner_string" in (yield* gcs.getCollection(campus))).toBe(false)

      expect(yield* refusalOf(gcs.setEndpointOwnerString({ identity_id: linus }))).toEqual({
        status: 403,
        code: "permission_denied",
        detail: "id_not_in_identity_set"
      })
      // With another owner, it has another name.
      yield* gcs.setEndpointOwner({ identity_id: linus })
      expect(yield* shown(endpoint)).toBe("linus@lab.example.edu")
      expect(yield* refusalOf(gcs.resetEndpointOwnerString())).toMatchObject({
        detail: "missing_required_role"
      })
    }).pipe(inProcess)
  )
})

describe("LAN secrets", () => {
  it.effect("are made for a tunnel of one's own, and made worthless", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      const { data: tunnel } = yield* transfer.createTunnel(
        TunnelData.make({ initiator: near, listener: near })
      )
      const request = { stream_access_point_id: near, tunnel_id: tunnel.id }
      const secret = yield* gcs.createLanSecret({ ...request, expires_in_mins: 5 })
      expect(secret).toMatchObject({
        identity_id: rosalind,
        stream_access_point_id: near,
        tunnel_id: tunnel.id,
        username: "rosalind",
        expires: 300
      })
      expect(Redacted.value(secret.secret ?? expect.fail("there is none"))).toMatch(/^.{20,}$/)
      // As long as the tunnel, if nothing is said.
      expect((yield* gcs.createLanSecret(request)).expires).toBe(360 * 60)
      yield* gcs.deleteLanSecret(secret.id)
      expect(yield* refusalOf(gcs.deleteLanSecret(secret.id))).toMatchObject({ status: 404 })

      const invalid = { status: 422, code: "unprocessable_entity", detail: "invalid_input" }
      expect(yield* refusalOf(gcs.createLanSecret({ ...request, tunnel_id: campus }))).toEqual(invalid)
      const other = { ...request, stream_access_point_id: elsewhere }
      expect(yield* refusalOf(gcs.createLanSecret(other))).toEqual(invalid)
    }).pipe(inProcess)
  )

  it.effect("are nobody else's", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      const { data: tunnel } = yield* transfer.createTunnel(
        TunnelData.make({ initiator: near, listener: near })
      )
      const secret = yield* gcs.createLanSecret({ stream_access_point_id: near, tunnel_id: tunnel.id })
      const refused = yield* Effect.flatMap(GcsClient, (gcs) =>
        refusalOf(gcs.deleteLanSecret(secret.id))
      ).pipe(as("linus@lab.example.edu"))
      expect(refused).toEqual({ status: 403, code: "permission_denied", detail: "not_resource_owner" })
    }).pipe(inProcess)
  )
})

describe("what a server has", () => {
  it.effect("is in the snapshot, and in the world", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const gcs = yield* GcsClient
      const kept = yield* simulator.snapshot
      yield* gcs.deleteCollection(shared)
      yield* simulator.restore(kept)
      expect((yield* gcs.getCollection(shared)).display_name).toBe("Shared")
      const now = yield* simulator.world
      expect(now.gcs_endpoints).toMatchObject([
        { id: endpoint, owner: rosalind, storage_gateways: [{ id: gateway }] }
      ])
      expect(now.collections.map(({ id, storage_gateway }) => [id, storage_gateway])).toEqual([
        [campus, gateway],
        [shared, undefined]
      ])
    }).pipe(inProcess)
  )

  it.effect("needs a token of the endpoint", () =>
    Effect.gen(function* () {
      const ask = (token: string | undefined, path = "api/endpoint") =>
        Effect.gen(function* () {
          const request = HttpClientRequest.get(`${address}/${path}`)
          const response = yield* HttpClient.execute(
            token === undefined ? request : HttpClientRequest.bearerToken(request, token)
          )
          return { status: response.status, json: yield* response.json }
        })
      const tokens = yield* logIn(
        `urn:globus:auth:scope:${endpoint}:manage_collections urn:globus:auth:scope:transfer.api.globus.org:all`
      )
      expect((yield* ask(undefined)).status).toBe(401)
      expect((yield* ask(tokens["transfer.api.globus.org"])).status).toBe(401)
      expect((yield* ask(tokens[endpoint])).status).toBe(200)
      expect(yield* ask(tokens[endpoint], "api/lan_secrets")).toMatchObject({ status: 404 })
    }).pipe(Effect.provide(Simulator.layerBackend({ world })))
  )
})

/** What the server of a collection says about it, and what becomes of that in Transfer and over HTTPS. */
import { UserApp } from "@effect-globus/sdk/app"
import { CollectionClient } from "@effect-globus/sdk/collection"
import { CollectionData, GcsClient, StoragePolicies } from "@effect-globus/sdk/gcs"
import { TransferClient, TransferData, TunnelData } from "@effect-globus/sdk/transfer"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Schema, Stream } from "effect"
import { HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import { Simulator, Snapshot, TestTime, World } from "../src/index.ts"
import { linus, rosalind, send } from "./Browser.ts"

const endpoint = "9a1f0c3e-52b7-4d68-8e0a-1c2d3e4f5a6b"
const gateway = "ab2e1d4f-63c8-4e79-9f1b-2d3e4f5a6b7c"
const campus = "bc3f2e50-74d9-4f8a-a02c-3e4f5a6b7c8d"
const shared = "cd403f61-85ea-409b-b13d-4f5a6b7c8d9e"
const plain = "de51472a-96fb-41ac-824e-5a6b7c8d9eaf"
const near = "ef62583b-a70c-42bd-935f-6b7c8d9eafb0"
const far = "f073694c-b81d-43ce-a46a-7c8d9eafb0c1"

type Collection = World.Input["collections"][number]
type Settings = NonNullable<Collection["settings"]>
type Endpoint = NonNullable<World.Input["gcs_endpoints"]>[number]

/** A mapped collection and a guest collection of Rosalind's on it, of which these things are said. */
const worldWith = (
  says: {
    readonly mapped?: Settings
    readonly guest?: Settings
    readonly access?: Collection["access"]
    readonly gateway?: Partial<NonNullable<Endpoint["storage_gateways"]>[number]>
    readonly near?: Partial<NonNullable<Endpoint["stream_gateways"]>[number]>
  } = {}
): World.Input => ({
  ...World.defaultWorld,
  gcs_endpoints: [
    {
      id: endpoint,
      display_name: "Data Center",
      storage_gateways: [{ id: gateway, display_name: "Disks", ...says.gateway }],
      stream_gateways: [
        { id: near, display_name: "Near", ...says.near },
        { id: far, display_name: "Far" }
      ]
    }
  ],
  collections: [
    {
      id: campus,
      display_name: "Campus",
      entity_type: "GCSv5_mapped_collection",
      storage_gateway: gateway,
      default_directory: "/",
      settings: says.mapped ?? {},
      files: { open: { "a.txt": { type: "file", content: "a", modified: "2020-01-01T00:00:00Z" } } }
    },
    {
      id: shared,
      display_name: "Shared",
      host: { collection: campus, path: "/open/" },
      settings: says.guest ?? {},
      ...(says.access === undefined ? {} : { access: says.access })
    },
    { id: plain, display_name: "Plain", files: {} }
  ]
})

const clients = (appName: string) =>
  Layer.mergeAll(
    GcsClient.layer({ address: `https://globus.simulator/gcs/${endpoint}` }),
    TransferClient.layer
  ).pipe(Layer.provideMerge(UserApp.layer({ appName, clientId: World.nativeClientId })))

const inWorld = (says: Parameters<typeof worldWith>[0] = {}) =>
  Effect.provide(
    clients("settings").pipe(Layer.provideMerge(Simulator.layerWith({ world: worldWith(says) })))
  )

const asLinus = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.andThen(
    Effect.flatMap(Simulator, ({ setPerson }) => setPerson({ identity: linus })),
    Effect.provide(effect, Layer.fresh(clients("linus")))
  )

/** A task that copies a file. */
const copied = (from: string, to: string, options: { readonly encrypt_data?: boolean } = {}) =>
  Effect.gen(function* () {
    const transfer = yield* TransferClient
    const { task_id } = yield* transfer.submitTransfer(
      TransferData.make({
        source_endpoint: from,
        destination_endpoint: to,
        verify_checksum: false,
        items: [{ source_path: from === shared ? "/a.txt" : "/open/a.txt", destination_path: "/copy.txt" }],
        ...options
      })
    )
    yield* TestClock.adjust("10 seconds")
    return yield* transfer.getTask(task_id)
  })

describe("what is said about a collection", () => {
  it.effect("is what Transfer shows", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const gcs = yield* GcsClient
      yield* gcs.updateEndpoint({ network_use: "custom", max_concurrency: 8 })
      expect(yield* transfer.getEndpoint(campus)).toMatchObject({
        department: "Astronomy",
        contact_email: "help@example.org",
        info_link: "https://example.org",
        user_message: "Be kind",
        force_encryption: true,
        force_verify: false,
        disable_verify: true,
        disable_anonymous_writes: true,
        shareable: false,
        acl_max_expiration_period_mins: 60,
        preserve_modtime: "all",
        network_use: "custom",
        max_concurrency: 8
      })
      // A guest collection is bound by it, too.
      expect(yield* transfer.getEndpoint(shared)).toMatchObject({
        department: null,
        contact_email: "rosalind@example.org",
        force_encryption: true,
        disable_anonymous_writes: true,
        acl_max_expiration_period_mins: 30
      })
      expect(yield* transfer.getEndpoint(plain)).toMatchObject({
        force_encryption: false,
        acl_max_expiration_period_mins: null
      })
    }).pipe(
      inWorld({
        mapped: {
          department: "Astronomy",
          contact_email: "help@example.org",
          info_link: "https://example.org",
          user_message: "Be kind",
          force_encryption: true,
          disable_verify: true,
          disable_anonymous_writes: true,
          allow_guest_collections: false,
          acl_expiration_mins: 60,
          preserve_modtime: "all"
        },
        guest: { acl_expiration_mins: 30 }
      })
    )
  )

  it.effect("is in the world, and must be about a collection that has a server", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      yield* gcs.updateCollection(campus, {
        collection_type: "mapped",
        sharing_restrict_paths: { read: ["/open"] },
        force_verify: true,
        user_message: null,
        acl_expiration_mins: -1,
        // Where it begins on its storage is not said again.
        collection_base_path: "/elsewhere"
      })
      const now = yield* (yield* Simulator).world
      expect(now.collections.find(({ id }) => id === campus)?.settings).toEqual({
        last_access: "1970-01-01",
        sharing_restrict_paths: { read: ["/open"] },
        force_verify: true,
        acl_expiration_mins: -1
      })
      const wrong = World.make({
        ...World.defaultWorld,
        collections: [{ id: plain, display_name: "Plain", settings: { force_verify: true } }]
      })
      expect(wrong).toMatchObject({
        failure: {
          setting: "world.collections.0.settings",
          detail: "the collection is on no storage gateway"
        }
      })
    }).pipe(inWorld())
  )
})

describe("a server and its collections", () => {
  it.effect("are in the snapshot, and in a world that others can begin with", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const simulator = yield* Simulator
      yield* gcs.setEndpointDomain({ domain_name: "data.example.org" })
      yield* gcs.setEndpointOwnerString({})
      yield* gcs.setCollectionOwnerString(campus, {})
      const made = yield* gcs.createStorageGateway({
        display_name: "Tape",
        restrict_paths: { none: ["/private"] },
        identity_mappings: [
          {
            DATA_TYPE: "expression_identity_mapping#1.0.0",
            mappings: [{ source: "{username}", match: "(.*)@.*", output: "{0}" }]
          }
        ],
        policies: StoragePolicies.posix({ groups_deny: ["guests"] })
      })
      const { id } = yield* gcs.createUserCredential({ storage_gateway_id: made.id })
      const tape = yield* gcs.createCollection(
        CollectionData.mapped({
          storage_gateway_id: made.id,
          collection_base_path: "/tape",
          display_name: "Tape",
          acl_expiration_mins: 60
        })
      )
      yield* gcs.createSharingPolicy({
        collection_id: tape.id,
        sharing_restrict_paths: { read: ["/"] }
      })
      const json = Schema.fromJsonString(Snapshot)
      const written = yield* Schema.encodeEffect(json)(yield* simulator.snapshot)
      const world = yield* Schema.encodeEffect(World.World)(yield* simulator.world)
      yield* gcs.updateCollection(tape.id, { collection_type: "mapped", acl_expiration_mins: 30 })
      yield* gcs.deleteUserCredential(id)
      yield* simulator.restore(yield* Schema.decodeEffect(json)(written))
      expect(yield* Schema.encodeEffect(json)(yield* simulator.snapshot)).toBe(written)

      const other = yield* Effect.fromResult(World.make(world))
      const [server] = other.gcs_endpoints ?? []
      expect(server).toMatchObject({
        owner_string: rosalind,
        user_credentials: [{ id, storage_gateway: made.id, identity: rosalind }]
      })
      expect(server?.storage_gateways?.[1]).toMatchObject({
        restrict_paths: { none: ["/private"] },
        identity_mappings: [{ mappings: [{ match: "(.*)@.*" }] }],
        policies: { groups_deny: ["guests"] }
      })
      expect(other.collections.find((collection) => collection.id === tape.id)).toMatchObject({
        storage_gateway: made.id,
        settings: { collection_base_path: "/tape", acl_expiration_mins: 60 },
        sharing_policies: [{ sharing_restrict_paths: { read: ["/"] } }]
      })
    }).pipe(inWorld())
  )

  it.effect("go with what they are reached with", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const made = yield* gcs.createStorageGateway({ display_name: "Tape" })
      const { id } = yield* gcs.createUserCredential({ storage_gateway_id: made.id })
      yield* gcs.deleteStorageGateway(made.id)
      expect(yield* Effect.flip(gcs.getUserCredential(id))).toMatchObject({ status: 404 })
    }).pipe(inWorld())
  )
})

describe("access rules", () => {
  const rule = { principal_type: "anonymous", principal: "", path: "/", permissions: "rw" } as const

  it.effect("do not let everybody write where that is said", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const refused = { status: 403, code: "PermissionDenied" }
      yield* transfer.deleteAccessRule(shared, yield* firstRule)
      expect(yield* Effect.flip(transfer.createAccessRule(shared, rule))).toMatchObject(refused)
      const { access_id } = yield* transfer.createAccessRule(shared, { ...rule, permissions: "r" })
      const change = transfer.updateAccessRule(shared, access_id ?? "", { permissions: "rw" })
      expect(yield* Effect.flip(change)).toMatchObject(refused)
    }).pipe(inWorld({ mapped: { disable_anonymous_writes: true } }))
  )

  it.effect("that let everybody write only let them read then", () =>
    Effect.gen(function* () {
      const ask = (method: "GET" | "PUT", path: string) =>
        Effect.map(
          send(HttpClientRequest.make(method)(`https://globus.simulator/collections/${shared}${path}`)),
          ({ status }) => status
        )
      expect(yield* ask("GET", "/a.txt")).toBe(200)
      expect(yield* ask("PUT", "/b.txt")).toBe(401)
    }).pipe(
      Effect.provide(
        Simulator.layerBackend({
          world: worldWith({
            mapped: { disable_anonymous_writes: true },
            access: [{ principal: "anonymous", permissions: "rw" }]
          })
        })
      )
    )
  )

  it.effect("last as long as the collection says at most", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const forLinus = { ...rule, principal_type: "identity", principal: linus } as const
      const late = transfer.createAccessRule(shared, {
        ...forLinus,
        expiration_date: "1970-01-01T02:00:00+00:00"
      })
      expect(yield* Effect.flip(late)).toMatchObject({ status: 400 })
      const { access_id } = yield* transfer.createAccessRule(shared, forLinus)
      expect((yield* transfer.getAccessRule(shared, access_id ?? "")).expiration_date).toMatch(
        /^1970-01-01T01:00:00/
      )
    }).pipe(inWorld({ guest: { acl_expiration_mins: 60 }, access: [] }))
  )
})

/** The rule that the guest collection began with. */
const firstRule = Effect.gen(function* () {
  const transfer = yield* TransferClient
  const { DATA } = yield* transfer.listAccessRules(shared)
  return DATA[0]?.id ?? ""
})

describe("transfers", () => {
  it.effect("are encrypted, checked, and keep times, where that is said", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      expect(yield* copied(shared, plain)).toMatchObject({
        status: "SUCCEEDED",
        encrypt_data: true,
        verify_checksum: true,
        preserve_timestamp: true
      })
      const { DATA } = yield* transfer.ls(plain, { path: "/" })
      expect(DATA[0]?.last_modified).toMatch(/^2020-01-01/)
      expect(yield* copied(campus, shared)).toMatchObject({ preserve_timestamp: true })
      expect(yield* copied(plain, campus)).toMatchObject({ preserve_timestamp: false })
    }).pipe(inWorld({ mapped: { force_encryption: true, force_verify: true, preserve_modtime: "outbound" } }))
  )

  it.effect("of high assurance stay among collections of high assurance, where that is said", () =>
    Effect.gen(function* () {
      const refused = { status: 403, code: "PermissionDenied" }
      expect(yield* Effect.flip(copied(campus, plain))).toMatchObject(refused)
      expect(yield* Effect.flip(copied(shared, plain))).toMatchObject(refused)
      expect(yield* copied(campus, shared)).toMatchObject({ status: "SUCCEEDED" })
    }).pipe(
      inWorld({
        gateway: { high_assurance: true },
        mapped: { restrict_transfers_to_high_assurance: "outbound" }
      })
    )
  )
})

describe("HTTPS", () => {
  it.effect("has the methods that both a collection and what it is a part of have", () =>
    Effect.gen(function* () {
      const ask = (method: "GET" | "HEAD" | "PUT" | "DELETE") =>
        Effect.map(
          send(HttpClientRequest.make(method)(`https://globus.simulator/collections/${shared}/a.txt`)),
          ({ status }) => status
        )
      expect(yield* ask("GET")).toBe(200)
      expect(yield* ask("HEAD")).toBe(200)
      expect(yield* ask("PUT")).toBe(405)
      expect(yield* ask("DELETE")).toBe(405)
    }).pipe(
      Effect.provide(
        Simulator.layerBackend({
          world: worldWith({
            mapped: { https_methods: ["GET", "PUT"] },
            guest: { https_methods: ["GET", "DELETE"] },
            access: [{ principal: "anonymous", permissions: "rw" }]
          })
        })
      )
    )
  )
})

describe("sharing", () => {
  const guestOf = (user_credential_id: string, path = "/open") =>
    CollectionData.guest({
      mapped_collection_id: campus,
      user_credential_id,
      collection_base_path: path,
      display_name: "Guest"
    })

  it.effect("is for local users and groups who may", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const { id } = yield* gcs.createUserCredential({ storage_gateway_id: gateway })
      expect(yield* Effect.flip(gcs.createCollection(guestOf(id)))).toMatchObject({
        status: 403,
        body: { detail: { DATA_TYPE: "invalid_user#1.0.0", usernames: ["rosalind"] } }
      })
      expect(yield* gcs.checkCollection(shared)).toMatchObject({ error: { DATA_TYPE: "invalid_user#1.0.0" } })
      yield* gcs.updateCollection(campus, { collection_type: "mapped", sharing_users_deny: [] })
      expect(yield* gcs.checkCollection(shared)).toMatchObject({ error: null })
      expect((yield* gcs.createCollection(guestOf(id))).collection_type).toBe("guest")
    }).pipe(inWorld({ mapped: { sharing_users_deny: ["rosalind"] } }))
  )

  it.effect("ends for all where it is not allowed any more", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      expect((yield* transfer.ls(shared)).DATA).toHaveLength(1)
      yield* gcs.updateCollection(campus, { collection_type: "mapped", allow_guest_collections: false })
      expect(yield* TestTime.passing(Effect.flip(transfer.ls(shared)))).toMatchObject({
        code: "ExternalError.DirListingFailed.LoginFailed"
      })
      expect((yield* transfer.ls(campus)).DATA).toHaveLength(1)
    }).pipe(inWorld())
  )

  it.effect("is limited to paths, and needs a login that is recent enough", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const { id } = yield* gcs.createUserCredential({ storage_gateway_id: gateway })
      expect(yield* Effect.flip(gcs.createCollection(guestOf(id)))).toMatchObject({ status: 403 })
      yield* (yield* TransferClient).symlink(campus, { path: "/link", symlink_target: "/open" })
      expect(yield* Effect.flip(gcs.createCollection(guestOf(id, "/link")))).toMatchObject({ status: 403 })
      yield* gcs.updateCollection(campus, { collection_type: "mapped", sharing_restrict_paths: null })
      yield* TestClock.adjust("3 hours")
      const before = (yield* (yield* Simulator).activity).logins.length
      yield* gcs.createCollection(guestOf(id))
      expect((yield* (yield* Simulator).activity).logins).toHaveLength(before + 1)
    }).pipe(
      inWorld({
        gateway: { authentication_timeout_mins: 120 },
        mapped: { sharing_restrict_paths: { none: ["/open"] } }
      })
    )
  )
})

describe("a mapped collection", () => {
  it.effect("is protected from being deleted, by whatever service, unless it is said otherwise", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      yield* gcs.deleteCollection(shared)
      expect(yield* Effect.flip(gcs.deleteCollection(campus))).toMatchObject({ status: 403 })
      expect(yield* Effect.flip(transfer.deleteEndpoint(campus))).toMatchObject({ status: 403 })
      expect(yield* Effect.flip(transfer.deleteEndpoint(endpoint))).toMatchObject({ status: 409 })
      yield* gcs.updateCollection(campus, { collection_type: "mapped", delete_protected: false })
      yield* gcs.deleteCollection(campus)
      expect(yield* Stream.runCollect(gcs.listCollections())).toEqual([])
    }).pipe(inWorld())
  )
})

describe("guest collections that nobody uses", () => {
  it.effect("are deleted after as many days as the mapped collection says, unless they are spared", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      const names = Effect.map(Stream.runCollect(gcs.listCollections()), (all) =>
        all.map(({ display_name }) => display_name)
      )
      const { id } = yield* gcs.createUserCredential({ storage_gateway_id: gateway })
      const guest = CollectionData.guest({
        mapped_collection_id: campus,
        user_credential_id: id,
        collection_base_path: "/open",
        display_name: "Spared",
        skip_auto_delete: true
      })
      yield* gcs.createCollection(guest)
      // That is not forgotten when all that may be said of it is said anew.
      yield* gcs.replaceCollection(shared, { display_name: "Shared" })
      expect((yield* gcs.getEndpoint()).earliest_last_access).toBe("1970-01-01")
      yield* TestClock.adjust("2 days")
      yield* transfer.ls(shared)
      expect((yield* gcs.getCollection(shared)).last_access).toBe("1970-01-03")
      expect((yield* transfer.getEndpoint(shared)).last_accessed_time).toMatch(/^1970-01-03/)
      yield* TestClock.adjust("2 days")
      expect(yield* names).toEqual(["Campus", "Shared", "Spared"])
      yield* TestClock.adjust("2 days")
      expect(yield* names).toEqual(["Campus", "Spared"])
    }).pipe(inWorld({ mapped: { auto_delete_timeout: 3 } }))
  )

  it.effect("are used by tasks and over HTTPS, too", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const gcs = yield* GcsClient
      const day = Effect.map(gcs.getCollection(shared), ({ last_access }) => last_access)
      yield* TestClock.adjust("1 day")
      yield* copied(shared, plain)
      expect(yield* day).toBe("1970-01-02")
      yield* TestClock.adjust("1 day")
      yield* transfer.mkdir(shared, { path: "/new/" })
      expect(yield* day).toBe("1970-01-03")
      yield* TestClock.adjust("1 day")
      const files = yield* CollectionClient.make({ collectionId: shared })
      expect(yield* files.download("/a.txt").pipe(Stream.decodeText, Stream.mkString)).toBe("a")
      expect(yield* day).toBe("1970-01-04")
    }).pipe(inWorld({ mapped: { auto_delete_timeout: 1 } }))
  )
})

describe("roles that a server gives", () => {
  it.effect("are roles in Transfer, and are given once", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      const role = {
        principal: `urn:globus:auth:identity:${linus}`,
        role: "access_manager",
        collection: shared
      } as const
      yield* gcs.createRole(role)
      expect(yield* Effect.flip(gcs.createRole(role))).toMatchObject({ status: 409, code: "exists" })
      const seen = yield* Effect.gen(function* () {
        const theirs = yield* TransferClient
        yield* theirs.listAccessRules(shared)
        return (yield* theirs.getEndpoint(shared)).my_effective_roles
      }).pipe(asLinus)
      expect(seen).toEqual(["access_manager"])
      expect((yield* transfer.getEndpoint(shared)).my_effective_roles).toEqual(["administrator"])
    }).pipe(inWorld())
  )
})

describe("a subscription", () => {
  it.effect("is that of the endpoint, and of all that is on it", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      // Rosalind belongs to none.
      expect(yield* Effect.flip(gcs.setEndpointSubscriptionId({ subscription_id: "DEFAULT" }))).toMatchObject(
        {
          status: 422
        }
      )
      yield* gcs.setEndpointOwner({ identity_id: linus })
      const subscription_id = yield* Effect.gen(function* () {
        const theirs = yield* GcsClient
        yield* theirs.setEndpointSubscriptionId({ subscription_id: "DEFAULT" })
        return (yield* theirs.getEndpoint()).subscription_id
      }).pipe(asLinus)
      expect(subscription_id).toBe("57d2c8e0-91ba-4f36-8e4d-b0a7c3f9125e")
      expect((yield* transfer.getEndpoint(campus)).subscription_id).toBe(subscription_id)
      yield* gcs.setSubscriptionAdminVerified(campus, { subscription_admin_verified: true })
      expect((yield* transfer.getEndpoint(campus)).subscription_admin_verified).toBe(true)
      expect((yield* gcs.getCollection(campus)).subscription_admin_verified).toBe(true)
    }).pipe(inWorld())
  )
})

describe("stream gateways", () => {
  it.effect("say who may open tunnels", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const tunnel = TunnelData.make({ initiator: near, listener: far })
      expect(yield* Effect.flip(transfer.createTunnel(tunnel))).toMatchObject({
        status: 403,
        code: "PermissionDenied"
      })
      const theirs = Effect.flatMap(TransferClient, ({ createTunnel }) => createTunnel(tunnel))
      expect((yield* asLinus(theirs)).data.type).toBe("Tunnel")
    }).pipe(inWorld({ near: { users_deny: ["rosalind"] } }))
  )
})

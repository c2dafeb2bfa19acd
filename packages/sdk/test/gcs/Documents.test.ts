/** The documents of Globus Connect Server: what they are called, what they keep, and what they do not show. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { inspect } from "node:util"
import * as CollectionData from "../../src/gcs/CollectionData.ts"
import { Collection } from "../../src/gcs/CollectionDocument.ts"
import * as CollectionPolicies from "../../src/gcs/CollectionPolicies.ts"
import * as Connectors from "../../src/gcs/Connectors.ts"
import { EndpointData } from "../../src/gcs/EndpointDocument.ts"
import { GcsClient } from "../../src/gcs/GcsClient.ts"
import * as IdentityMapping from "../../src/gcs/IdentityMapping.ts"
import { NodeData } from "../../src/gcs/NodeDocument.ts"
import { StorageGatewayData } from "../../src/gcs/StorageGatewayDocument.ts"
import * as StoragePolicies from "../../src/gcs/StoragePolicies.ts"
import { StreamGatewayData } from "../../src/gcs/StreamGatewayDocument.ts"
import * as UserCredentialPolicies from "../../src/gcs/UserCredentialPolicies.ts"
import * as Documents from "./internal/Documents.ts"
import * as Server from "./internal/Server.ts"

const dataTypeOf = (schema: Schema.Constraint, fields: unknown): unknown => {
  const encoded = Schema.encodeUnknownSync(schema as unknown as Schema.Encoder<unknown>)(fields)
  return Predicate.hasProperty(encoded, "DATA_TYPE") ? encoded.DATA_TYPE : undefined
}

describe("DATA_TYPE", () => {
  const { CollectionData: collection } = CollectionData

  it.each([
    [collection, {}, "collection#1.0.0"],
    [collection, { display_name: "x", collection_base_path: "/" }, "collection#1.0.0"],
    [collection, { enable_https: false }, "collection#1.1.0"],
    [collection, { user_message: "x".repeat(64) }, "collection#1.1.0"],
    [collection, { user_message: "x".repeat(65) }, "collection#1.7.0"],
    // A character is one however it is written.
    [collection, { user_message: "\u{1f600}".repeat(64) }, "collection#1.1.0"],
    [collection, { user_message: null }, "collection#1.1.0"],
    [collection, { sharing_users_deny: null }, "collection#1.2.0"],
    [collection, { domain: { domain_name: "x" } }, "collection#1.3.0"],
    [collection, { acl_expiration_mins: 5, enable_https: true }, "collection#1.10.0"],
    [collection, { skip_auto_delete: true, acl_expiration_mins: 5 }, "collection#1.13.0"],
    [collection, { preserve_modtime: "all" }, "collection#1.16.0"],
    [collection, { preserve_modtime: undefined, display_name: "x" }, "collection#1.0.0"],
    [EndpointData, { gridftp_control_channel_port: null }, "endpoint#1.1.0"],
    [StorageGatewayData, { root: "/data" }, "storage_gateway#1.0.0"],
    [StorageGatewayData, { require_mfa: false }, "storage_gateway#1.1.0"],
    [StorageGatewayData, { max_concurrency: 1 }, "storage_gateway#1.3.0"],
    [NodeData, { data_interface: "203.0.113.7" }, "node#1.1.0"],
    [StreamGatewayData, { run_as_local_user: true }, "stream_gateway#1.1.0"]
  ] as const)("is the lowest version that has all fields: %#", (schema, fields, expected) =>
    assert.strictEqual(dataTypeOf(schema, fields), expected)
  )

  it("stays as it is where it is given", () => {
    assert.strictEqual(
      dataTypeOf(collection, { DATA_TYPE: "collection#1.9.0", preserve_modtime: "all" }),
      "collection#1.9.0"
    )
  })

  it("is not made up for fields of which nothing is known here", () => {
    assert.isUndefined(dataTypeOf(EndpointData, { invented_later: true }))
    assert.strictEqual(dataTypeOf(EndpointData, { invented_later: true, public: true }), "endpoint#1.0.0")
  })

  it.each([
    [StoragePolicies.s3(), "s3_storage_policies#1.0.0"],
    [StoragePolicies.s3({ s3_requester_pays: false }), "s3_storage_policies#1.1.0"],
    [
      StoragePolicies.s3({ s3_storage_class: "GLACIER", s3_allow_multi_keys: true }),
      "s3_storage_policies#1.3.0"
    ],
    [StoragePolicies.activeScale({ s3_buckets: [] }), "s3_storage_policies#1.0.0"],
    [StoragePolicies.box({ enterpriseID: "x" }), "box_storage_policies#1.0.0"],
    [StoragePolicies.box({ client_id: "x", secret: Redacted.make("y") }), "box_storage_policies#1.1.0"],
    [StoragePolicies.box({ allow_any_account: true, client_id: "x" }), "box_storage_policies#1.2.0"],
    [StoragePolicies.dropbox({ allow_any_account: true }), "dropbox_storage_policies#1.0.0"],
    [StoragePolicies.oneDrive({ allow_any_account: true }), "onedrive_storage_policies#1.1.0"],
    [StoragePolicies.hpss({ login_name: "x" }), "hpss_storage_policies#1.1.0"],
    [StoragePolicies.irods({ environment: [{ name: "A", value: "1" }] }), "irods_storage_policies#1.0.0"],
    [StoragePolicies.posix({ DATA_TYPE: "posix_storage_policies#2.0.0" }), "posix_storage_policies#2.0.0"],
    [CollectionPolicies.posix({ sharing_groups_allow: [] }), "posix_collection_policies#1.0.0"],
    [CollectionPolicies.s3(), "s3_collection_policies#1.0.0"],
    [UserCredentialPolicies.s3({ s3_key_id: "x" }), "s3_user_credential_policies#1.0.0"],
    [UserCredentialPolicies.s3({ s3_multi_keys: [] }), "s3_user_credential_policies#1.2.0"],
    [UserCredentialPolicies.box({ scopes: [] }), "box_user_credential_policies#1.1.0"],
    [UserCredentialPolicies.posix(), "posix_user_credential_policies#1.0.0"],
    [IdentityMapping.external({ command: ["map"] }), "external_identity_mapping#1.0.0"]
  ] as const)("of policies and mappings is there when they are made: %#", (made, expected) =>
    assert.strictEqual(made.DATA_TYPE, expected)
  )
})

describe("policies", () => {
  it("are told apart, in whatever version", () => {
    const policies: StoragePolicies.StoragePolicies = Schema.decodeUnknownSync(
      StoragePolicies.StoragePolicies
    )({
      DATA_TYPE: "s3_storage_policies#9.9.9",
      s3_buckets: ["a"],
      invented_later: true
    })
    assert.isTrue(StoragePolicies.is(policies, "s3_storage_policies"))
    assert.isFalse(StoragePolicies.is(policies, "posix_storage_policies"))
    assert.deepStrictEqual(StoragePolicies.is(policies, "s3_storage_policies") ? policies.s3_buckets : [], [
      "a"
    ])
    assert.isFalse(StoragePolicies.is({}, "s3_storage_policies"))
    assert.isTrue(
      UserCredentialPolicies.is(UserCredentialPolicies.blackPearl(), "blackpearl_user_credential_policies")
    )
    assert.isTrue(CollectionPolicies.is(CollectionPolicies.hpss(), "hpss_collection_policies"))
    assert.isTrue(IdentityMapping.is(IdentityMapping.expression(), "expression_identity_mapping"))
  })

  it.each([{}, { a: 1 }, { DATA_TYPE: "tape_robot_policies#1.0.0", arms: 2 }, { DATA_TYPE: "no version" }])(
    "of a kind that is not known stay as they are: %j",
    (policies) => {
      const decoded = Schema.decodeUnknownSync(StoragePolicies.StoragePolicies)(policies)
      assert.deepStrictEqual(decoded, policies)
      assert.deepStrictEqual(Schema.encodeSync(StoragePolicies.StoragePolicies)(decoded), policies)
    }
  )
})

describe("secrets", () => {
  const secret = "canary-8e1f"

  it.effect("are sent, but never shown", () =>
    Effect.gen(function* () {
      const server = Server.make(() => Server.refusal(422, "unprocessable_entity"))
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      const gateway = {
        policies: StoragePolicies.googleCloudStorage({
          secret: Redacted.make(secret),
          service_account_key: Redacted.make({ private_key: secret })
        })
      }
      assert.notInclude(inspect(gateway, { depth: 9 }) + JSON.stringify(gateway), secret)
      const error = yield* Effect.flip(gcs.createStorageGateway(gateway))
      assert.notInclude(inspect(error, { depth: 9 }) + JSON.stringify(error), secret)
      assert.deepStrictEqual(server.bodyOf(0), {
        DATA_TYPE: "storage_gateway#1.0.0",
        policies: {
          DATA_TYPE: "google_cloud_storage_policies#1.0.0",
          secret,
          service_account_key: { private_key: secret }
        }
      })
    })
  )

  it.effect("deep in a document are sent too", () =>
    Effect.gen(function* () {
      const server = Server.make(() => Server.result([]))
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      yield* gcs.updateStorageGateway(Documents.gatewayId, {
        policies: StoragePolicies.box({
          boxAppSettings: {
            clientID: "x",
            clientSecret: Redacted.make(secret),
            appAuth: {
              publicKeyID: "y",
              privateKey: Redacted.make(secret),
              passphrase: Redacted.make(secret)
            }
          }
        })
      })
      yield* gcs.updateUserCredential(Documents.credentialId, {
        policies: UserCredentialPolicies.s3({
          s3_multi_keys: [{ path_prefixes: ["/a"], s3_secret_key: Redacted.make(secret) }]
        })
      })
      yield* gcs.setEndpointDomain({ domain_name: "x", private_key: Redacted.make(secret) })
      for (const [index, count] of [3, 1, 1].entries()) {
        assert.lengthOf((server.sent[index]?.body ?? "").split(secret), count + 1)
        assert.notInclude(server.sent[index]?.body, "redacted")
      }
    })
  )

  it.effect("that come are not shown either", () =>
    Effect.gen(function* () {
      const server = Server.make(() => Server.result([{ ...Documents.lanSecret, secret }]))
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      const made = yield* gcs.createLanSecret({
        stream_access_point_id: Documents.accessPointId,
        tunnel_id: Documents.tunnelId
      })
      assert.notInclude(inspect(made) + JSON.stringify(made), secret)
      assert.strictEqual(made.secret && Redacted.value(made.secret), secret)
    })
  )

  it.effect.each([
    [
      "in policies that nobody knows",
      { policies: { DATA_TYPE: "vault_policies#1.0.0", key: Redacted.make(secret) } }
    ],
    ["in policies without a DATA_TYPE", { policies: { secret: Redacted.make(secret) } }],
    [
      "as a plain text",
      { policies: { DATA_TYPE: "ceph_storage_policies#1.0.0", ceph_admin_secret_key: secret } }
    ]
  ] as const)("are refused %s, rather than sent wrong", ([, gateway]) =>
    Effect.gen(function* () {
      const server = Server.make(() => Server.result([]))
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      const error = yield* Effect.flip(gcs.createStorageGateway(gateway as never))
      assert(error._tag === "InvalidRequest", error._tag)
      assert.include(error.field, "payload.policies")
      assert.notInclude(inspect(error) + JSON.stringify(error) + error.message, secret)
      assert.lengthOf(server.sent, 0)
    })
  )
})

describe("a collection", () => {
  it.effect("that was read, changed and written back loses no field, known or not", () =>
    Effect.gen(function* () {
      const server = Server.make(({ method }) => Server.result(method === "GET" ? [Documents.mapped] : []))
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      const read = yield* gcs.getCollection(Documents.collectionId)
      yield* gcs.replaceCollection(read.id, { ...read, display_name: "After" })
      assert.deepStrictEqual(server.bodyOf(1), { ...Documents.mapped, display_name: "After" })
    })
  )

  it("is made with its type, and what else is said", () => {
    assert.deepStrictEqual(
      CollectionData.mapped({ storage_gateway_id: Documents.gatewayId, collection_base_path: "/", later: 1 }),
      {
        collection_type: "mapped",
        storage_gateway_id: Documents.gatewayId,
        collection_base_path: "/",
        later: 1
      }
    )
  })

  it.effect("of a type that is not known is not held to the rules of others", () =>
    Effect.gen(function* () {
      const server = Server.make(() => Server.result([{ ...Documents.guest, collection_type: "virtual" }]))
      const gcs = yield* Effect.provide(GcsClient, server.layer)
      const { collection_type } = yield* gcs.createCollection({ collection_type: "virtual" })
      assert.strictEqual(collection_type, "virtual")
    })
  )

  it("may have ids that are not UUIDs when it is read, but not when it is sent", () => {
    const named = { ...Documents.guest, id: "ark:/1", mapped_collection_id: "ark:/2" }
    assert.deepStrictEqual(Schema.decodeUnknownSync(Collection)(named), named as never)
    assert.throws(() => Schema.encodeUnknownSync(CollectionData.CollectionData)(named))
  })
})

describe("connectors", () => {
  it.each(["Google Drive", "google-drive", " gOOgle_dRiVe ", "976CF0CF-78c3-4aab-82d2-7c16adbcc281"])(
    "are found by name or id: `%s`",
    (nameOrId) => assert.deepStrictEqual(Connectors.find(nameOrId), Option.some(Connectors.googleDrive))
  )

  it("are not found by another", () => assert.isTrue(Option.isNone(Connectors.find("tape robot"))))

  it("have names and ids of their own", () => {
    assert.lengthOf(Connectors.all, 14)
    assert.strictEqual(new Set(Connectors.all.map(({ id }) => id)).size, 14)
    for (const connector of Connectors.all) {
      assert.deepStrictEqual(Connectors.find(connector.name), Option.some(connector))
    }
  })
})

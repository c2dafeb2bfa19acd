/** Globus Connect Server: methods of the Python SDK, and what they are called here. */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { GcsApi } from "../../../src/gcs/Api.ts"
import { CollectionData } from "../../../src/gcs/CollectionData.ts"
import * as CollectionPolicies from "../../../src/gcs/CollectionPolicies.ts"
import { EndpointData } from "../../../src/gcs/EndpointDocument.ts"
import { GcsClient } from "../../../src/gcs/GcsClient.ts"
import { RoleData } from "../../../src/gcs/RoleDocument.ts"
import { StorageGatewayData } from "../../../src/gcs/StorageGatewayDocument.ts"
import * as StoragePolicies from "../../../src/gcs/StoragePolicies.ts"
import { UserCredentialData } from "../../../src/gcs/UserCredentialDocument.ts"
import * as Mapping from "./Mapping.ts"

type Callable = { readonly result?: unknown }

/** The client of the cases' server, with the envelopes of its answers, which are what was recorded. */
const client = GcsClient.make({
  address: "abc.xyz.data.globus.org",
  endpointId: "6be37012-3026-4895-907d-1893f604ed72"
}).pipe(
  Effect.map((gcs) =>
    Object.fromEntries(
      Object.entries<Callable | string>(gcs as never).map(([name, operation]) => [
        name,
        Predicate.isString(operation) ? operation : (operation.result ?? operation)
      ])
    )
  )
)

const rules: Record<string, Mapping.Rule> = {
  get_gcs_info: "getInfo",
  get_endpoint: "getEndpoint",
  update_endpoint: "updateEndpoint",
  get_collection_list: "listCollections",
  get_collection: "getCollection",
  create_collection: "createCollection",
  update_collection: "updateCollection",
  delete_collection: "deleteCollection",
  get_storage_gateway_list: "listStorageGateways",
  create_storage_gateway: "createStorageGateway",
  get_storage_gateway: "getStorageGateway",
  update_storage_gateway: "updateStorageGateway",
  delete_storage_gateway: "deleteStorageGateway",
  get_role_list: "listRoles",
  create_role: "createRole",
  get_role: "getRole",
  delete_role: "deleteRole",
  get_user_credential_list: "listUserCredentials",
  create_user_credential: "createUserCredential",
  get_user_credential: "getUserCredential",
  update_user_credential: "updateUserCredential",
  delete_user_credential: "deleteUserCredential"
}

/** The fields of a document as the Python SDK gets them. */
const fieldsOf = ({ additional_fields, data_type, ...fields }: Mapping.Args): Record<string, unknown> => ({
  ...fields,
  ...(data_type === undefined ? {} : { DATA_TYPE: data_type }),
  ...(Predicate.isObject(additional_fields) ? additional_fields : {})
})

/** What is iterated over: a list, or of a dictionary its keys. */
const listed = (value: unknown): unknown =>
  Predicate.isObject(value) && !Array.isArray(value) ? Object.keys(value) : value

/**
 * A document by its schema. Some cases have anything in a list of documents, which the Python SDK passes on: ours
 * refuses it, so these lists are put in afterwards.
 */
const document =
  (schema: Schema.Constraint, type: Record<string, unknown> = {}, anything?: string) =>
  (args: Mapping.Args): unknown => {
    const fields = { ...type, ...fieldsOf(args) }
    const list = anything === undefined ? undefined : fields[anything]
    if (anything !== undefined) delete fields[anything]
    const encoded = Schema.encodeUnknownSync(schema as unknown as Schema.Encoder<Record<string, unknown>>)(
      fields
    )
    return anything === undefined || list === undefined ? encoded : { ...encoded, [anything]: listed(list) }
  }

const secrets = ["secret", "ceph_admin_secret_key", "service_account_key"]

/** Policies of one kind; where the cases have a plain secret, ours wants one that is not shown by mistake. */
const policies =
  (schema: Schema.Constraint, make: (fields: never) => object, anything?: string) =>
  (args: Mapping.Args): unknown =>
    document(
      schema,
      {},
      anything
    )(
      make(
        Object.fromEntries(
          Object.entries(fieldsOf(args)).map(([name, value]) => [
            name,
            secrets.includes(name) ? Redacted.make(value) : value
          ])
        ) as never
      ) as Mapping.Args
    )

const storage = (make: (fields: never) => object, anything?: string) =>
  policies(StoragePolicies.StoragePolicies, make, anything)

const collection = (make: (fields: never) => object) => policies(CollectionPolicies.CollectionPolicies, make)

export const gcs: Mapping.Mapping = {
  calls: { GCSClient: Mapping.calls(GcsApi, client, rules) },
  payloads: {
    MappedCollectionDocument: document(CollectionData, { collection_type: "mapped" }),
    GuestCollectionDocument: document(CollectionData, { collection_type: "guest" }),
    EndpointDocument: document(EndpointData),
    StorageGatewayDocument: document(StorageGatewayData, {}, "identity_mappings"),
    GCSRoleDocument: document(RoleData),
    UserCredentialDocument: document(UserCredentialData),
    POSIXStoragePolicies: storage(StoragePolicies.posix),
    POSIXStagingStoragePolicies: storage(StoragePolicies.posixStaging, "environment"),
    BlackPearlStoragePolicies: storage(StoragePolicies.blackPearl),
    BoxStoragePolicies: storage(StoragePolicies.box),
    CephStoragePolicies: storage(StoragePolicies.ceph),
    GoogleDriveStoragePolicies: storage(StoragePolicies.googleDrive),
    GoogleCloudStoragePolicies: storage(StoragePolicies.googleCloudStorage),
    OneDriveStoragePolicies: storage(StoragePolicies.oneDrive),
    AzureBlobStoragePolicies: storage(StoragePolicies.azureBlob),
    S3StoragePolicies: storage(StoragePolicies.s3),
    ActiveScaleStoragePolicies: storage(StoragePolicies.activeScale),
    IrodsStoragePolicies: storage(StoragePolicies.irods),
    HPSSStoragePolicies: storage(StoragePolicies.hpss),
    POSIXCollectionPolicies: collection(CollectionPolicies.posix),
    POSIXStagingCollectionPolicies: collection(CollectionPolicies.posixStaging),
    GoogleCloudStorageCollectionPolicies: collection(CollectionPolicies.googleCloudStorage)
  },
  recorded: Mapping.recorded(GcsApi, client, {
    createCollection: { collection_type: "other" }
  })
}

/**
 * What a storage gateway needs to know of its kind of storage: which buckets, which groups, as which client. One
 * function for each connector makes the policies of that connector, in the lowest version that has all their fields.
 *
 * ```ts
 * import { StoragePolicies } from "@effect-globus/sdk/gcs"
 *
 * const bucket = StoragePolicies.s3({ s3_endpoint: "https://s3.amazonaws.com", s3_buckets: ["results"] })
 *
 * declare const policies: StoragePolicies.StoragePolicies
 *
 * const buckets = StoragePolicies.is(policies, "s3_storage_policies") ? policies.s3_buckets : undefined
 * ```
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5.4/api/schemas/StorageGateway_schema
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import * as DataType from "./internal/dataType.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** Environment variables of a program that a connector starts. */
const environment = Schema.NullOr(Schema.Array(Document.make({ name: Schema.String, value: Schema.String })))

/** How the SDK of Box authenticates, as Box hands it out. */
const BoxAppSettings = Document.make(
  Field.sent({
    clientID: Field.text,
    clientSecret: Field.secret,
    appAuth: Schema.NullOr(
      Document.make(
        Field.sent({ publicKeyID: Field.text, privateKey: Field.secret, passphrase: Field.secret })
      )
    )
  })
)

/** A client of the storage's provider, as which users log in there. */
const client = { client_id: Field.text, secret: Field.secret, auth_callback: Field.text }

const Posix = DataType.kind(
  "posix_storage_policies",
  Field.sent({ groups_allow: Field.texts, groups_deny: Field.texts })
)

const PosixStaging = DataType.kind(
  "posix_staging_storage_policies",
  Field.sent({
    groups_allow: Field.texts,
    groups_deny: Field.texts,
    /** The program that brings files from the archive. */
    stage_app: Field.text,
    environment
  })
)

const S3 = DataType.kind(
  "s3_storage_policies",
  Field.sent({
    /** The URL of the service. */
    s3_endpoint: Field.text,
    /** Which buckets can be used; all if there are none here. */
    s3_buckets: Field.texts,
    s3_user_credential_required: Field.flag,
    s3_requester_pays: Field.flag,
    s3_allow_multi_keys: Field.flag,
    s3_restore: Field.flag,
    s3_storage_class: Field.text
  }),
  { s3_requester_pays: "1.1.0", s3_allow_multi_keys: "1.2.0", s3_restore: "1.3.0", s3_storage_class: "1.3.0" }
)

const AzureBlob = DataType.kind(
  "azure_blob_storage_policies",
  Field.sent({
    ...client,
    tenant: Field.text,
    account: Field.text,
    auth_type: Field.text,
    adls: Field.flag,
    user_credential_required: Field.flag,
    allow_any_account: Field.flag
  }),
  { allow_any_account: "1.1.0" }
)

const BlackPearl = DataType.kind(
  "blackpearl_storage_policies",
  Field.sent({ s3_endpoint: Field.text, bp_access_id_file: Field.text })
)

const Box = DataType.kind(
  "box_storage_policies",
  Field.sent({
    ...client,
    enterpriseID: Field.text,
    boxAppSettings: Schema.NullOr(BoxAppSettings),
    user_api_rate_limit: Field.number,
    user_credential_required: Field.flag,
    allow_any_account: Field.flag
  }),
  {
    client_id: "1.1.0",
    secret: "1.1.0",
    auth_callback: "1.1.0",
    user_api_rate_limit: "1.1.0",
    user_credential_required: "1.1.0",
    allow_any_account: "1.2.0"
  }
)

const Ceph = DataType.kind(
  "ceph_storage_policies",
  Field.sent({
    s3_endpoint: Field.text,
    s3_buckets: Field.texts,
    ceph_admin_key_id: Field.text,
    ceph_admin_secret_key: Field.secret
  })
)

const Dropbox = DataType.kind(
  "dropbox_storage_policies",
  Field.sent({ ...client, user_api_rate_limit: Field.number, allow_any_account: Field.flag })
)

const GoogleCloudStorage = DataType.kind(
  "google_cloud_storage_policies",
  Field.sent({
    ...client,
    /** What Google hands out for a service account, as JSON. */
    service_account_key: Schema.NullOr(Schema.RedactedFromValue(Document.Any)),
    buckets: Field.texts,
    projects: Field.texts,
    user_credential_required: Field.flag,
    allow_any_account: Field.flag
  }),
  { allow_any_account: "1.1.0" }
)

const GoogleDrive = DataType.kind(
  "google_drive_storage_policies",
  Field.sent({ ...client, user_api_rate_quota: Field.number, allow_any_account: Field.flag }),
  { allow_any_account: "1.1.0" }
)

const Hpss = DataType.kind(
  "hpss_storage_policies",
  Field.sent({
    authentication_mech: Field.oneOf(["krb5", "unix"]),
    authenticator: Field.text,
    uda_checksum: Field.flag,
    /** As older versions call `uda_checksum`. */
    uda_checksum_support: Field.flag,
    login_name: Field.text
  }),
  { login_name: "1.1.0" }
)

const Irods = DataType.kind(
  "irods_storage_policies",
  Field.sent({ irods_environment_file: Field.text, irods_authentication_file: Field.text, environment })
)

const OneDrive = DataType.kind(
  "onedrive_storage_policies",
  Field.sent({
    ...client,
    tenant: Field.text,
    user_api_rate_limit: Field.number,
    allow_any_account: Field.flag
  }),
  { allow_any_account: "1.1.0" }
)

const kinds = [
  Posix,
  PosixStaging,
  S3,
  AzureBlob,
  BlackPearl,
  Box,
  Ceph,
  Dropbox,
  GoogleCloudStorage,
  GoogleDrive,
  Hpss,
  Irods,
  OneDrive
] as const

/** The policies of a storage gateway, told apart by `DATA_TYPE`; those of a connector that is not known here stay as they are. */
export const StoragePolicies = DataType.oneOf(kinds)
export type StoragePolicies = typeof StoragePolicies.Type

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** A POSIX filesystem: which local groups may use it. */
export const posix = Posix.make

/** A POSIX filesystem in front of an archive, from which a program brings files. */
export const posixStaging = PosixStaging.make

/** Amazon S3, or what speaks as it does. */
export const s3 = S3.make

/** ActiveScale, whose policies are those of {@link s3}. */
export const activeScale = S3.make

/** Azure Blob Storage. */
export const azureBlob = AzureBlob.make

/** Spectra BlackPearl. */
export const blackPearl = BlackPearl.make

/** Box. */
export const box = Box.make

/** Ceph. */
export const ceph = Ceph.make

/** Dropbox. */
export const dropbox = Dropbox.make

/** Google Cloud Storage. */
export const googleCloudStorage = GoogleCloudStorage.make

/** Google Drive. */
export const googleDrive = GoogleDrive.make

/** HPSS. */
export const hpss = Hpss.make

/** iRODS. */
export const irods = Irods.make

/** Microsoft OneDrive and SharePoint. */
export const oneDrive = OneDrive.make

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** Whether the policies are those of a connector, in whatever version: `is(policies, "s3_storage_policies")`. */
export const is = DataType.isKind(kinds)

/**
 * What a mapped collection needs to know of its kind of storage. Most connectors have nothing to say here; one function
 * for each makes the policies of that connector, in the lowest version that has all their fields.
 *
 * ```ts
 * import { CollectionPolicies } from "@effect-globus/sdk/gcs"
 *
 * const onlyStaff = CollectionPolicies.posix({ sharing_groups_allow: ["staff"] })
 * ```
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5.4/api/schemas/Collection_schema
 */
import * as DataType from "./internal/dataType.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** Local groups whose members may, or may not, create guest collections. */
const sharing = Field.sent({ sharing_groups_allow: Field.texts, sharing_groups_deny: Field.texts })

// The groups are documented since 1.1.0; the official SDKs have always sent them as 1.0.0, so that is what servers know.
const Posix = DataType.kind("posix_collection_policies", sharing)

const PosixStaging = DataType.kind("posix_staging_collection_policies", sharing)

const GoogleCloudStorage = DataType.kind(
  "google_cloud_storage_collection_policies",
  Field.sent({
    /** The id of the project that buckets are listed of. */
    project: Field.text
  })
)

const S3 = DataType.kind("s3_collection_policies", {})
const AzureBlob = DataType.kind("azure_blob_collection_policies", {})
const BlackPearl = DataType.kind("blackpearl_collection_policies", {})
const Box = DataType.kind("box_collection_policies", {})
const Ceph = DataType.kind("ceph_collection_policies", {})
const Dropbox = DataType.kind("dropbox_collection_policies", {})
const GoogleDrive = DataType.kind("google_drive_collection_policies", {})
const Hpss = DataType.kind("hpss_collection_policies", {})
const Irods = DataType.kind("irods_collection_policies", {})
const OneDrive = DataType.kind("onedrive_collection_policies", {})

const kinds = [
  Posix,
  PosixStaging,
  GoogleCloudStorage,
  S3,
  AzureBlob,
  BlackPearl,
  Box,
  Ceph,
  Dropbox,
  GoogleDrive,
  Hpss,
  Irods,
  OneDrive
] as const

/** The policies of a collection, told apart by `DATA_TYPE`; those of a connector that is not known here stay as they are. */
export const CollectionPolicies = DataType.oneOf(kinds)
export type CollectionPolicies = typeof CollectionPolicies.Type

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** A POSIX filesystem: which local groups may share. */
export const posix = Posix.make

/** A POSIX filesystem in front of an archive: which local groups may share. */
export const posixStaging = PosixStaging.make

/** Google Cloud Storage: which project is listed. */
export const googleCloudStorage = GoogleCloudStorage.make

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

/** Whether the policies are those of a connector, in whatever version: `is(policies, "posix_collection_policies")`. */
export const is = DataType.isKind(kinds)

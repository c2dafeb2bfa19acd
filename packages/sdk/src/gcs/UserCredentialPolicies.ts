/**
 * What somebody reaches storage with: keys, or tokens of the storage's provider. One function for each connector makes
 * the policies of that connector, in the lowest version that has all their fields. Tokens come from a login in the
 * browser (`GcsClient.authorizeUserCredential`); keys are given here.
 *
 * ```ts
 * import { UserCredentialPolicies } from "@effect-globus/sdk/gcs"
 * import { Redacted } from "effect"
 *
 * declare const secretKey: Redacted.Redacted<string>
 *
 * const keys = UserCredentialPolicies.s3({ s3_key_id: "AKIAIOSFODNN7EXAMPLE", s3_secret_key: secretKey })
 * ```
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5.4/api/schemas/UserCredential_schema
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import * as DataType from "./internal/dataType.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** Whom the storage's provider knows, and the tokens that it gave. */
const login = {
  access_token: Field.secret,
  refresh_token: Field.secret,
  scopes: Field.texts,
  email: Field.text,
  /** The user's id at the provider. */
  sub: Field.text,
  /** When the access token expires. */
  token_expiry: Field.text
}

const keys = { s3_key_id: Field.text, s3_secret_key: Field.secret }

const S3 = DataType.kind(
  "s3_user_credential_policies",
  Field.sent({
    ...keys,
    s3_requester_pays: Field.flag,
    /** Other keys for some paths, where the gateway allows it (`s3_allow_multi_keys`). */
    s3_multi_keys: Schema.NullOr(
      Schema.Array(Document.make({ path_prefixes: Schema.Array(Schema.String), ...Field.sent(keys) }))
    )
  }),
  { s3_requester_pays: "1.1.0", s3_multi_keys: "1.2.0" }
)

const AzureBlob = DataType.kind(
  "azure_blob_user_credential_policies",
  Field.sent({ ...login, tid: Field.text })
)

const BlackPearl = DataType.kind(
  "blackpearl_user_credential_policies",
  Field.sent({ access_id: Field.text, secret_key: Field.secret })
)

const Box = DataType.kind(
  "box_user_credential_policies",
  Field.sent({ ...login, max_upload: Field.number }),
  {
    access_token: "1.1.0",
    refresh_token: "1.1.0",
    scopes: "1.1.0",
    email: "1.1.0",
    sub: "1.1.0",
    token_expiry: "1.1.0",
    max_upload: "1.1.0"
  }
)

const Dropbox = DataType.kind(
  "dropbox_user_credential_policies",
  Field.sent({ ...login, root_info: Field.json })
)

const GoogleCloudStorage = DataType.kind(
  "google_cloud_storage_user_credential_policies",
  Field.sent({
    ...login,
    projects: Schema.NullOr(
      Schema.Array(Document.make(Field.sent({ projectId: Field.text, name: Field.text })))
    )
  })
)

const GoogleDrive = DataType.kind("google_drive_user_credential_policies", Field.sent(login))

const OneDrive = DataType.kind("onedrive_user_credential_policies", Field.sent({ ...login, tid: Field.text }))

const Ceph = DataType.kind("ceph_user_credential_policies", {})
const Hpss = DataType.kind("hpss_user_credential_policies", {})
const Irods = DataType.kind("irods_user_credential_policies", {})
const Posix = DataType.kind("posix_user_credential_policies", {})
const PosixStaging = DataType.kind("posix_staging_user_credential_policies", {})

const kinds = [
  S3,
  AzureBlob,
  BlackPearl,
  Box,
  Dropbox,
  GoogleCloudStorage,
  GoogleDrive,
  OneDrive,
  Ceph,
  Hpss,
  Irods,
  Posix,
  PosixStaging
] as const

/** The policies of a user credential, told apart by `DATA_TYPE`; those of a connector that is not known here stay as they are. */
export const UserCredentialPolicies = DataType.oneOf(kinds)
export type UserCredentialPolicies = typeof UserCredentialPolicies.Type

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** Keys of Amazon S3, or of what speaks as it does. */
export const s3 = S3.make

/** Keys of ActiveScale, whose policies are those of {@link s3}. */
export const activeScale = S3.make

/** Azure Blob Storage. */
export const azureBlob = AzureBlob.make

/** The key of a user of Spectra BlackPearl. */
export const blackPearl = BlackPearl.make

/** Box. */
export const box = Box.make

/** Dropbox. */
export const dropbox = Dropbox.make

/** Google Cloud Storage. */
export const googleCloudStorage = GoogleCloudStorage.make

/** Google Drive. */
export const googleDrive = GoogleDrive.make

/** Microsoft OneDrive and SharePoint. */
export const oneDrive = OneDrive.make

/** Ceph. */
export const ceph = Ceph.make

/** HPSS. */
export const hpss = Hpss.make

/** iRODS. */
export const irods = Irods.make

/** A POSIX filesystem, where the local account is all there is. */
export const posix = Posix.make

/** A POSIX filesystem in front of an archive. */
export const posixStaging = PosixStaging.make

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** Whether the policies are those of a connector, in whatever version: `is(policies, "s3_user_credential_policies")`. */
export const is = DataType.isKind(kinds)

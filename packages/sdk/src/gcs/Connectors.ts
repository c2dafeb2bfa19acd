/**
 * The connectors of Globus Connect Server: the kinds of storage that it reaches, and the ids by which storage gateways
 * and credentials name them. Which of them a server has is in `getInfo.result`.
 *
 * ```ts
 * import { Connectors } from "@effect-globus/sdk/gcs"
 *
 * Connectors.googleDrive.id // "976cf0cf-78c3-4aab-82d2-7c16adbcc281"
 * Connectors.find("google_drive") // Option.some(Connectors.googleDrive)
 * ```
 *
 * Docs: https://docs.globus.org/premium-storage-connectors/
 */
import * as Option from "effect/Option"
import { ConnectorId } from "../model/Id.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** A kind of storage. */
export interface Connector {
  readonly id: ConnectorId
  readonly name: string
}

const connector = (name: string, id: string): Connector => ({
  name,
  id: ConnectorId.make(id, { disableChecks: true })
})

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

export const activeScale: Connector = connector("ActiveScale", "7251f6c8-93c9-11eb-95ba-12704e0d6a4d")
export const azureBlob: Connector = connector("Azure Blob", "9436da0c-a444-11eb-af93-12704e0d6a4d")
export const blackPearl: Connector = connector("BlackPearl", "7e3f3f5e-350c-4717-891a-2f451c24b0d4")
export const box: Connector = connector("Box", "7c100eae-40fe-11e9-95a3-9cb6d0d9fd63")
export const ceph: Connector = connector("Ceph", "1b6374b0-f6a4-4cf7-a26f-f262d9c6ca72")
export const dropbox: Connector = connector("Dropbox", "49b00fd6-63f1-48ae-b27f-d8af4589f876")
export const googleCloudStorage: Connector = connector(
  "Google Cloud Storage",
  "56366b96-ac98-11e9-abac-9cb6d0d9fd63"
)
export const googleDrive: Connector = connector("Google Drive", "976cf0cf-78c3-4aab-82d2-7c16adbcc281")
export const hpss: Connector = connector("HPSS", "fb656a17-0f69-4e59-95ff-d0a62ca7bdf5")
export const irods: Connector = connector("iRODS", "e47b6920-ff57-11ea-8aaa-000c297ab3c2")
export const oneDrive: Connector = connector("OneDrive", "28ef55da-1f97-11eb-bdfd-12704e0d6a4d")
export const posix: Connector = connector("POSIX", "145812c8-decc-41f1-83cf-bb2a85a2a70b")
export const posixStaging: Connector = connector("POSIX Staging", "052be037-7dda-4d20-b163-3077314dc3e6")
export const s3: Connector = connector("S3", "7643e831-5f6c-4b47-a07f-8ee90f401d23")

/** All connectors that are known here. */
export const all: ReadonlyArray<Connector> = [
  activeScale,
  azureBlob,
  blackPearl,
  box,
  ceph,
  dropbox,
  googleCloudStorage,
  googleDrive,
  hpss,
  irods,
  oneDrive,
  posix,
  posixStaging,
  s3
]

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

const plain = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replaceAll(/[ _-]+/g, "-")

/** The connector of this id or name, in whatever case, with spaces, dashes or underscores between its words. */
export const find = (nameOrId: string): Option.Option<Connector> =>
  Option.fromUndefinedOr(
    all.find(({ id, name }) => plain(name) === plain(nameOrId) || id === nameOrId.trim().toLowerCase())
  )

/** What people reach storage with that asks for more than a local account: keys, or a login at the storage's provider. */
import { Connectors } from "@effect-globus/sdk/gcs"
import * as Result from "effect/Result"
import { identitySet, type State } from "../State.ts"
import type { Problem } from "./Problem.ts"
import { flag, recordOf, type Resource } from "./Resource.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** A provider of storage, at which people log in. */
export interface Provider {
  readonly name: string
  /** What the policies of its credentials are called. */
  readonly policies: string
  /** Where the browser goes after the login, below the manager. */
  readonly callback: string
}

const callback = "/api/v1/authcallback"
const callbackOfGoogle = "/api/v1/authcallback_google"

const providers: ReadonlyMap<unknown, Provider> = new Map(
  (
    [
      [Connectors.azureBlob, "azure_blob_user_credential_policies#1.0.0", callback],
      [Connectors.box, "box_user_credential_policies#1.1.0", callback],
      [Connectors.dropbox, "dropbox_user_credential_policies#1.0.0", callback],
      [
        Connectors.googleCloudStorage,
        "google_cloud_storage_user_credential_policies#1.0.0",
        callbackOfGoogle
      ],
      [Connectors.googleDrive, "google_drive_user_credential_policies#1.0.0", callbackOfGoogle],
      [Connectors.oneDrive, "onedrive_user_credential_policies#1.0.0", callback]
    ] as const
  ).map(([{ id, name }, policies, callback]) => [id, { name, policies, callback }])
)

const withKeys: ReadonlySet<unknown> = new Set([
  Connectors.s3.id,
  Connectors.activeScale.id,
  Connectors.blackPearl.id
])

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** Where people log in to reach the storage behind a gateway, if they do. */
export const providerOf = ({ fields }: Pick<Resource, "fields">): Provider | undefined =>
  providers.get(fields["connector_id"])

/** Whether storage is reached with a credential of one's own; some gateways reach it with one of theirs. */
const isNeeded = (gateway: Resource): boolean => {
  const policies = recordOf(gateway.fields["policies"]) ?? {}
  return (
    (providerOf(gateway) !== undefined || withKeys.has(gateway.fields["connector_id"])) &&
    flag(policies, "user_credential_required") !== false &&
    flag(policies, "s3_user_credential_required") !== false
  )
}

/** The credentials of somebody for the storage behind a gateway. */
export const credentialsOf = (state: State, gateway: Resource, identity: string): ReadonlyArray<Resource> => {
  const mine = identitySet(state, identity).map(({ id }) => id)
  return [...state.gcs.values()].filter(
    ({ fields, kind }) =>
      kind === "user_credential" &&
      fields["storage_gateway_id"] === gateway.id &&
      mine.some((id) => id === fields["identity_id"])
  )
}

/** Whether somebody has what it takes to reach the storage behind a gateway. */
export const check = (
  state: State,
  gateway: Resource,
  account: { readonly identity: string; readonly username: string }
): Result.Result<void, Problem> => {
  if (!isNeeded(gateway)) return Result.succeed(undefined)
  const [first, ...others] = credentialsOf(state, gateway, account.identity)
  if (first === undefined) {
    return Result.fail({
      _tag: "CredentialNotFound",
      account: { identity_id: account.identity, storage_gateway_id: gateway.id, username: account.username }
    })
  }
  return [first, ...others].some(({ fields }) => fields["invalid"] !== true)
    ? Result.succeed(undefined)
    : Result.fail({ _tag: "InvalidCredential", credential: first.id })
}

/** Storage gateways, and what people reach storage with. */
import { type GcsApi, StorageGateway, UserCredential } from "@effect-globus/sdk/gcs"
import * as Result from "effect/Result"
import type { Handlers } from "../Service.ts"
import { set, type State } from "../State.ts"
import * as Accounts from "./Accounts.ts"
import * as Credentials from "./Credentials.ts"
import * as Documents from "./Documents.ts"
import { noAccount } from "./Problem.ts"
import { flag, posix, type Resource, text, timeoutOf } from "./Resource.ts"
import {
  administrator,
  all,
  drop,
  everybody,
  find,
  invalidInput,
  isAdministrator,
  isOwn,
  mayUse,
  missingRole,
  refusal
} from "./Server.ts"
import * as Terms from "./Terms.ts"

/** What the collections on a gateway ask of logins, as Transfer knows it. */
const withProtection = (state: State, gateway: Resource): State => {
  const { fields } = gateway
  const protection = {
    high_assurance: flag(fields, "high_assurance") === true,
    authentication_timeout_mins: timeoutOf(fields),
    mfa_required: flag(fields, "require_mfa") === true
  }
  let { collections } = state
  for (const collection of state.collections.values()) {
    if (Terms.groundOf(state, collection)?.gateway.id !== gateway.id) continue
    // Data of high assurance need no consent.
    const data_access =
      collection.host === null && protection.high_assurance !== collection.high_assurance
        ? !protection.high_assurance
        : collection.data_access
    collections = set(collections, { ...collection, ...protection, data_access })
  }
  return { ...state, collections }
}

const gateways = Documents.make({
  kind: "storage_gateway",
  schema: StorageGateway,
  version: "1.3.0",
  mayRead: everybody,
  mayWrite: administrator,
  fixed: ["connector_id"],
  check: (fields) => {
    const mistake = Accounts.mistakeIn(fields["identity_mappings"])
    return mistake === undefined
      ? Result.succeed(undefined)
      : Result.fail(invalidInput(mistake.property, mistake.message))
  },
  settle: withProtection,
  complete: (_, fields) =>
    Result.succeed({
      high_assurance: false,
      require_mfa: false,
      admin_managed_credentials: false,
      allowed_domains: null,
      ...fields,
      connector_id: fields["connector_id"] ?? posix
    }),
  derive: (fields) => ({
    ...fields,
    require_high_assurance: fields["high_assurance"] ?? false,
    authentication_timeout_mins: timeoutOf(fields),
    authentication_assurance_timeout: timeoutOf(fields)
  }),
  isFree: (asked, { id }) => {
    const on = all(asked, "collection").filter(({ fields }) => fields["storage_gateway_id"] === id)
    return on.length === 0
      ? Result.succeed(undefined)
      : Result.fail(
          refusal(409, "conflict", "There are collections on the storage gateway", {
            detail: {
              DATA_TYPE: "resource_conflict#1.0.0",
              resources: on.map((collection) => `/api/collections/${collection.id}`)
            }
          })
        )
  }
})

export const storageGateways: Handlers<(typeof GcsApi)["groups"]["storageGateways"]> = {
  // Who may see them all is whoever administers the endpoint.
  listStorageGateways: ({ query }) => gateways.list(query, (_, asked) => isAdministrator(asked)),
  createStorageGateway: ({ payload }) => gateways.create(payload),
  getStorageGateway: ({ params }) => gateways.get(params.storage_gateway_id),
  updateStorageGateway: ({ params, payload }) =>
    gateways.update(params.storage_gateway_id, payload, { anew: false }),
  replaceStorageGateway: ({ params, payload }) =>
    gateways.update(params.storage_gateway_id, payload, { anew: true }),
  deleteStorageGateway: ({ params }) =>
    gateways.remove(params.storage_gateway_id, (state) =>
      // What it was reached with is good for nothing else.
      drop(
        state,
        ({ fields }) =>
          text(fields, "storage_gateway_id")?.toLowerCase() === params.storage_gateway_id.toLowerCase()
      )
    )
}

const isPresent = (value: unknown): boolean => value !== undefined && value !== null

const credentials = Documents.make({
  kind: "user_credential",
  schema: UserCredential,
  version: "1.0.0",
  mayRead: mayUse,
  mayWrite: mayUse,
  fixed: ["identity_id", "storage_gateway_id", "connector_id", "home_directory", "provisioned"],
  complete: (asked, fields) =>
    Result.gen(function* () {
      const gateway = yield* find(asked, "storage_gateway", text(fields, "storage_gateway_id") ?? "")
      const identity = text(fields, "identity_id")?.toLowerCase() ?? asked.identity
      if (gateway.fields["admin_managed_credentials"] === true && !isAdministrator(asked)) {
        return yield* Result.fail(missingRole("administrator"))
      }
      const account = yield* Result.mapError(Accounts.accountOf(asked.state, gateway, identity), noAccount)
      const username = text(fields, "username") ?? account.username
      return {
        display_name: null,
        home_directory: `/home/${username}`,
        // At a provider, somebody has to log in first.
        invalid: Credentials.providerOf(gateway) !== undefined && !isPresent(fields["policies"]),
        provisioned: !isOwn(asked, identity),
        policies: {
          DATA_TYPE: Credentials.providerOf(gateway)?.policies ?? "posix_user_credential_policies#1.0.0"
        },
        ...fields,
        storage_gateway_id: gateway.id,
        connector_id: gateway.fields["connector_id"] ?? posix,
        identity_id: identity,
        username
      }
    })
})

export const userCredentials: Handlers<(typeof GcsApi)["groups"]["userCredentials"]> = {
  listUserCredentials: ({ query }) =>
    credentials.list(
      query,
      ({ fields }, asked) =>
        (query.storage_gateway === undefined || query.storage_gateway === fields["storage_gateway_id"]) &&
        ((query.include ?? []).includes("all") || isOwn(asked, fields["identity_id"]))
    ),
  createUserCredential: ({ payload }) => credentials.create(payload),
  getUserCredential: ({ params }) => credentials.get(params.user_credential_id),
  updateUserCredential: ({ params, payload }) =>
    credentials.update(params.user_credential_id, payload, { anew: false }),
  replaceUserCredential: ({ params, payload }) =>
    credentials.update(params.user_credential_id, payload, { anew: true }),
  deleteUserCredential: ({ params }) => credentials.remove(params.user_credential_id)
}

/** Storage gateways, and what people reach storage with. */
import { type GcsApi, StorageGateway, UserCredential } from "@effect-globus/sdk/gcs"
import * as Result from "effect/Result"
import type { Handlers } from "../Service.ts"
import { domainOf, identitySet } from "../State.ts"
import * as Documents from "./Documents.ts"
import { posix } from "./Resource.ts"
import { administrator, all, type Asked, find, isAdministrator, refusal, text } from "./Server.ts"

const everybody = () => Result.succeed<void>(undefined)

const gateways = Documents.make({
  kind: "storage_gateway",
  schema: StorageGateway,
  version: "1.3.0",
  mayRead: everybody,
  mayWrite: administrator,
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
    ...(typeof fields["authentication_timeout_mins"] === "number"
      ? { authentication_assurance_timeout: fields["authentication_timeout_mins"] }
      : {})
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
  deleteStorageGateway: ({ params }) => gateways.remove(params.storage_gateway_id)
}

/** The local account of an identity: its user name without the domain, as most gateways map it. */
export const accountOf = (asked: Asked, identity: string): string =>
  identitySet(asked.state, identity)[0]?.username.replace(/@.*$/, "") ?? "globus"

const credentials = Documents.make({
  kind: "user_credential",
  schema: UserCredential,
  version: "1.0.0",
  mayRead: (asked, fields) =>
    fields["identity_id"] === asked.identity ? Result.succeed(undefined) : administrator(asked),
  mayWrite: (asked, fields) =>
    fields["identity_id"] === asked.identity ? Result.succeed(undefined) : administrator(asked),
  complete: (asked, fields) =>
    Result.gen(function* () {
      const gateway = yield* find(asked, "storage_gateway", text(fields, "storage_gateway_id") ?? "")
      const identity = text(fields, "identity_id") ?? asked.identity
      const allowed = gateway.fields["allowed_domains"]
      const domains = identitySet(asked.state, identity).map(({ username }) => domainOf(username))
      if (Array.isArray(allowed) && !domains.some((domain) => allowed.includes(domain))) {
        return yield* Result.fail(
          refusal(403, "permission_denied", "The identity is of no domain that is allowed", {
            detail: { DATA_TYPE: "not_from_allowed_domain#1.0.0", allowed_domains: allowed }
          })
        )
      }
      const username = text(fields, "username") ?? accountOf(asked, identity)
      return {
        display_name: null,
        home_directory: `/home/${username}`,
        invalid: false,
        provisioned: identity !== asked.identity,
        policies: { DATA_TYPE: "posix_user_credential_policies#1.0.0" },
        ...fields,
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
        ((query.include ?? []).includes("all") || fields["identity_id"] === asked.identity)
    ),
  createUserCredential: ({ payload }) => credentials.create(payload),
  getUserCredential: ({ params }) => credentials.get(params.user_credential_id),
  updateUserCredential: ({ params, payload }) =>
    credentials.update(params.user_credential_id, payload, { anew: false }),
  replaceUserCredential: ({ params, payload }) =>
    credentials.update(params.user_credential_id, payload, { anew: true }),
  deleteUserCredential: ({ params }) => credentials.remove(params.user_credential_id)
}

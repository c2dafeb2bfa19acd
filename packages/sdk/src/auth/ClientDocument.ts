/**
 * Clients of Globus Auth: the applications, service accounts and services that are registered with it.
 *
 * ```ts
 * import type { ClientCreate } from "@effect-globus/sdk/auth"
 *
 * const portal: ClientCreate = {
 *   name: "Example Data Portal",
 *   project: "2bf0ae28-7a93-4a9c-bb9f-1ea0a8c0a5de",
 *   client_type: "confidential_client",
 *   redirect_uris: ["https://portal.example.org/callback"]
 * }
 * ```
 *
 * Docs: https://docs.globus.org/api/auth/reference/#get_clients
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { ClientId, given, ProjectId, received, ScopeId, Uuid } from "../model/Id.ts"
import { Credential } from "./CredentialDocument.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const text = Schema.optionalKey(Schema.NullOr(Schema.String))
const flag = Schema.optionalKey(Schema.NullOr(Schema.Boolean))

/**
 * What a client is for. `confidential_client`: an application that keeps a secret and acts for people.
 * `public_installed_client`: an application that is given away and so keeps no secret. `client_identity`: a service
 * account, which acts as itself. `resource_server`: a service that others call with tokens. `globus_connect_server`: an
 * endpoint of Globus Connect Server. `hybrid_confidential_client_resource_server`: any of these.
 */
export const ClientType = Document.openLiterals([
  "confidential_client",
  "public_installed_client",
  "client_identity",
  "resource_server",
  "globus_connect_server",
  "hybrid_confidential_client_resource_server",
  "public_webapp_client"
])
export type ClientType = typeof ClientType.Type

const visibility = Document.openLiterals(["public", "private"])

const fieldsOfClient = {
  /** What people see when they are asked for their consent. */
  name: Schema.optionalKey(Schema.String),
  client_type: ClientType,
  /** Whether it keeps no secret. */
  public_client: flag,
  grant_types: Schema.Array(
    Document.openLiterals([
      "authorization_code",
      "client_credentials",
      "refresh_token",
      "urn:globus:auth:grant_type:dependent_token"
    ])
  ),
  /** Whether everybody may look it up, or only those who administer its project. */
  visibility: Schema.optionalKey(visibility),
  /** The ids of the scopes that it defines. */
  scopes: Schema.Array(received(ScopeId)),
  /** The domains that it has proven to be its own. */
  fqdns: Schema.Array(Schema.String),
  redirect_uris: Schema.Array(Schema.String),
  links: Schema.optionalKey(
    Schema.NullOr(Document.make({ terms_and_conditions: text, privacy_policy: text }))
  ),
  project: Schema.optionalKey(Schema.NullOr(received(ProjectId))),
  /** The client that created it. */
  parent_client: Schema.optionalKey(Schema.NullOr(received(ClientId))),
  /** The identity provider of which a user must have an account. */
  required_idp: text,
  /** The identity provider that is offered first to those who log in. */
  preselect_idp: text,
  userinfo_from_effective_identity: flag,
  prompt_for_named_grant: flag
}

/** What is registered with Globus Auth: an application, a service account, or a service. */
export const Client = Document.make({ id: received(ClientId), ...fieldsOfClient })
export type Client = typeof Client.Type

/** What comes with a new client that was given a secret. */
const included = Schema.optionalKey(Document.make({ client_credential: Schema.optionalKey(Credential) }))

/** One client, and the credential that was made with it, if one was. */
export const ClientDocument = Document.make({ client: Client, included })
export type ClientDocument = typeof ClientDocument.Type

/** The clients of the projects that the caller administers. */
export const Clients = Document.make({ clients: Schema.Array(Client) })
export type Clients = typeof Clients.Type

const Created = Document.make({
  client: Document.make({ id: Schema.optionalKey(received(ClientId)), ...fieldsOfClient }),
  included
})

/** What is answered to a new client. Instances of native applications have been seen one level deeper, too. */
export const ClientCreatedDocument = Schema.Union([Created, Document.make({ client: Created })])
export type ClientCreatedDocument = typeof ClientCreatedDocument.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

const Name = Schema.String.check(Schema.isPattern(/^[^\r\n]+$/, { expected: "a name without line breaks" }))

const link = Schema.optional(Schema.NullOr(Schema.String))

/** Both pages of a client, or neither: Globus Auth takes no other. */
const Links = Document.make({ terms_and_conditions: link, privacy_policy: link }).check(
  Schema.makeFilter(({ privacy_policy, terms_and_conditions }) => {
    const without = Predicate.isString(privacy_policy) ? "terms_and_conditions" : "privacy_policy"
    return Predicate.isString(privacy_policy) === Predicate.isString(terms_and_conditions)
      ? undefined
      : { path: [without], issue: "Expected terms_and_conditions and privacy_policy both, or neither" }
  })
)

const settings = {
  visibility: Schema.optional(visibility),
  redirect_uris: Schema.optional(Schema.Array(Schema.String)),
  links: Schema.optional(Schema.NullOr(Links)),
  required_idp: Schema.optional(Schema.NullOr(Uuid)),
  preselect_idp: Schema.optional(Schema.NullOr(Uuid))
}

const Create = Document.make({
  name: Name,
  project: Schema.optional(Schema.NullOr(given(ProjectId))),
  parent_client: Schema.optional(Schema.NullOr(given(ClientId))),
  client_type: Schema.optional(ClientType),
  /** The older way to say what a client is for: whether it keeps no secret. */
  public_client: Schema.optional(Schema.Boolean),
  /** The native application of which this is an instance. */
  template_id: Schema.optional(given(ClientId)),
  userinfo_from_effective_identity: Schema.optional(Schema.NullOr(Schema.Boolean)),
  prompt_for_named_grant: Schema.optional(Schema.NullOr(Schema.Boolean)),
  ...settings
})

const kinds = ["client_type", "public_client", "template_id"] as const

/** A new client. Of `client_type`, `public_client` and `template_id` it has exactly one. */
export const ClientCreate = Create.check(
  Schema.makeFilter((client) => {
    const [kind, another] = kinds.filter((name) => client[name] !== undefined)
    if (kind === undefined) return { path: ["client_type"], issue: `Expected one of ${kinds.join(", ")}` }
    return another === undefined
      ? undefined
      : { path: [another], issue: `Expected only one of ${kinds.join(", ")}, got ${kind} too` }
  })
)
export type ClientCreate = typeof ClientCreate.Type

/** What may be changed about a client. A whole client will do. */
export const ClientUpdate = Document.make({ name: Schema.optional(Name), ...settings })
export type ClientUpdate = typeof ClientUpdate.Type

/** Clients, and the secrets with which they authenticate. */
import type { AuthApi } from "@effect-globus/sdk/auth"
import { ClientId, CredentialId, type ScopeId } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as World from "../../World.ts"
import * as Consents from "../Consents.ts"
import * as Instant from "../Instant.ts"
import type { Refusal } from "../Refusal.ts"
import { Caller, change, type Handlers } from "../Service.ts"
import { set, type State, without } from "../State.ts"
import { Store } from "../Store.ts"
import * as Tokens from "../Tokens.ts"
import { administered, administers, asked, forbidden, notFound, refusal } from "./Administration.ts"
import type { Credential } from "./Registry.ts"

// -----------------------------------------------------------------------------
// documents
// -----------------------------------------------------------------------------

/** What clients of each type may do, and whether they keep a secret. */
const kinds = {
  confidential_client: ["authorization_code", "client_credentials", "refresh_token"],
  public_installed_client: ["authorization_code", "refresh_token"],
  public_webapp_client: ["authorization_code", "refresh_token"],
  client_identity: ["authorization_code", "client_credentials", "refresh_token"],
  resource_server: [
    "authorization_code",
    "client_credentials",
    "refresh_token",
    "urn:globus:auth:grant_type:dependent_token"
  ],
  globus_connect_server: ["client_credentials", "urn:globus:auth:grant_type:dependent_token"],
  hybrid_confidential_client_resource_server: [
    "authorization_code",
    "client_credentials",
    "refresh_token",
    "urn:globus:auth:grant_type:dependent_token"
  ]
} as const

const isPublic = (type: string): boolean => type.startsWith("public_")

const typeOf = (client: World.Client): string =>
  client.client_type ?? (client.type === "native" ? "public_installed_client" : "confidential_client")

const documentOf = (state: State, client: World.Client) => {
  const type = typeOf(client)
  const known: Readonly<Record<string, ReadonlyArray<string> | undefined>> = kinds
  return {
    id: client.id,
    name: client.name,
    client_type: type,
    public_client: client.type === "native",
    grant_types: known[type] ?? kinds.confidential_client,
    visibility: client.visibility ?? "private",
    scopes: [...state.scopes.values()].flatMap((scope): ReadonlyArray<ScopeId> =>
      scope.client === client.id ? [scope.id] : []
    ),
    fqdns: client.fqdns ?? [],
    redirect_uris: client.redirect_uris ?? [],
    links: client.links ?? { terms_and_conditions: null, privacy_policy: null },
    project: client.project ?? null,
    parent_client: client.parent_client ?? null,
    required_idp: client.required_idp ?? null,
    preselect_idp: client.preselect_idp ?? null,
    userinfo_from_effective_identity: true,
    prompt_for_named_grant: client.type === "native"
  }
}

const credentialOf = (credential: Credential, secret: Credential["secret"] | null) => ({
  id: CredentialId.make(credential.id),
  client: ClientId.make(credential.client),
  name: credential.name,
  created: Instant.withMicroseconds(credential.created),
  secret
})

// -----------------------------------------------------------------------------
// who may
// -----------------------------------------------------------------------------

/** Whether somebody administers the project of a client, or is its parent, or the client itself. */
export const manages = (state: State, identity: string, client: World.Client | undefined): boolean => {
  if (client === undefined) return false
  if (client.id === identity || client.parent_client === identity) return true
  const project = client.project === undefined ? undefined : state.projects.get(client.project)
  return project !== undefined && administers(state, identity, project)
}

/** A client that the caller may change. */
export const managedClient = (
  state: State,
  identity: string,
  id: string
): Result.Result<World.Client, Refusal> => {
  const client = state.clients.get(id.toLowerCase())
  return client === undefined
    ? Result.fail(notFound("client", id))
    : manages(state, identity, client)
      ? Result.succeed(client)
      : Result.fail(forbidden)
}

// -----------------------------------------------------------------------------
// changes
// -----------------------------------------------------------------------------

interface Settings {
  readonly visibility?: string | undefined
  readonly redirect_uris?: ReadonlyArray<string> | undefined
  readonly links?:
    | {
        readonly terms_and_conditions?: string | null | undefined
        readonly privacy_policy?: string | null | undefined
      }
    | null
    | undefined
  readonly required_idp?: string | null | undefined
  readonly preselect_idp?: string | null | undefined
}

/** A client with these settings; what is null goes away, and what is not said stays. */
const withSettings = <C extends World.Client>(client: C, asked: Settings): C => {
  const { links, preselect_idp, required_idp, ...others } = client
  const terms = asked.links?.terms_and_conditions
  const privacy = asked.links?.privacy_policy
  const given =
    asked.links === undefined
      ? links
      : terms && privacy
        ? { terms_and_conditions: terms, privacy_policy: privacy }
        : undefined
  const required = asked.required_idp === undefined ? required_idp : (asked.required_idp ?? undefined)
  const preselected = asked.preselect_idp === undefined ? preselect_idp : (asked.preselect_idp ?? undefined)
  return {
    ...(others as C),
    ...(asked.visibility === undefined
      ? {}
      : { visibility: asked.visibility === "public" ? "public" : "private" }),
    ...(asked.redirect_uris === undefined ? {} : { redirect_uris: asked.redirect_uris }),
    ...(given === undefined ? {} : { links: given }),
    ...(required === undefined ? {} : { required_idp: required }),
    ...(preselected === undefined ? {} : { preselect_idp: preselected })
  }
}

/** A state without a client and all that it had. */
const withoutClient = (state: State, id: string): State => {
  const notOf = <A extends { readonly client: string }>(
    things: ReadonlyMap<string, A>
  ): ReadonlyMap<string, A> => new Map([...things].filter(([, { client }]) => client !== id))
  return {
    ...state,
    clients: without(state.clients, id),
    credentials: notOf(state.credentials),
    scopes: notOf(state.scopes),
    consents: Consents.revoke(state.consents, ({ client }) => client === id),
    tokens: Tokens.revokeWhere(state.tokens, ({ client }) => client === id)
  }
}

// -----------------------------------------------------------------------------
// handlers
// -----------------------------------------------------------------------------

export const clients: Handlers<(typeof AuthApi)["groups"]["clients"]> = {
  listClients: Effect.fnUntraced(function* ({ query }) {
    const { identity, state } = yield* asked
    const all = [...state.clients.values()]
    if (query.fqdn !== undefined) {
      const { fqdn } = query
      const client = all.find(({ fqdns }) => fqdns?.includes(fqdn) === true)
      return client === undefined ? yield* notFound("client of", fqdn) : { client: documentOf(state, client) }
    }
    return {
      clients: all.flatMap((client) =>
        client.id !== identity && manages(state, identity, client) ? [documentOf(state, client)] : []
      )
    }
  }),

  createClient: Effect.fnUntraced(function* ({ payload: { client: asked } }) {
    const { secret, uuid } = yield* Store
    const { client: callingClient, identity } = yield* Caller
    const id = ClientId.make(yield* uuid)
    const credentialId = yield* uuid
    const text = Redacted.make(yield* secret, { label: "client secret" })
    const isInstance = asked.template_id !== undefined
    if (identity === "" && !isInstance) {
      return yield* refusal(401, "UNAUTHORIZED", "Call must be authenticated")
    }
    return yield* change((state, identity, now) =>
      Result.gen(function* () {
        const template = isInstance ? state.clients.get((asked.template_id ?? "").toLowerCase()) : undefined
        if (isInstance && template?.type !== "native") {
          return yield* Result.fail(notFound("native client", asked.template_id ?? ""))
        }
        const project = asked.project ? yield* administered(state, identity, asked.project) : undefined
        // A client registers others without a project; it is their parent.
        const isChild = !isInstance && project === undefined && identity === callingClient
        if (project === undefined && !isInstance && !isChild) {
          return yield* Result.fail(
            refusal(400, "INVALID_REQUEST", "Say to which project the client belongs.")
          )
        }
        const type =
          asked.client_type ??
          (asked.public_client === true ? "public_installed_client" : "confidential_client")
        const parent = template?.id ?? (isChild ? ClientId.make(identity) : undefined)
        const common = {
          id,
          name: asked.name,
          client_type: type,
          ...(project === undefined ? {} : { project: project.id }),
          ...(parent === undefined ? {} : { parent_client: parent })
        }
        const client: World.Client = withSettings(
          isPublic(type) ? { type: "native", ...common } : { type: "confidential", ...common },
          asked
        )
        const credential: Credential = {
          id: credentialId,
          client: id,
          name: "Auto-created at client creation",
          created: now,
          secret: text
        }
        const after = {
          ...state,
          clients: set(state.clients, client),
          credentials: isInstance ? set(state.credentials, credential) : state.credentials
        }
        return [
          {
            client: documentOf(after, client),
            ...(isInstance ? { included: { client_credential: credentialOf(credential, text) } } : {})
          },
          after
        ] as const
      })
    )
  }),

  getClient: Effect.fnUntraced(function* ({ params }) {
    const { identity, state } = yield* asked
    const client = state.clients.get(params.client_id.toLowerCase())
    return client !== undefined && (client.visibility === "public" || manages(state, identity, client))
      ? { client: documentOf(state, client) }
      : yield* notFound("client", params.client_id)
  }),

  updateClient: Effect.fnUntraced(function* ({ params, payload: { client: asked } }) {
    return yield* change((state, identity) =>
      Result.map(managedClient(state, identity, params.client_id), (client) => {
        const changed = withSettings({ ...client, name: asked.name ?? client.name }, asked)
        const after = { ...state, clients: set(state.clients, changed) }
        return [{ client: documentOf(after, changed) }, after] as const
      })
    )
  }),

  deleteClient: Effect.fnUntraced(function* ({ params }) {
    return yield* change((state, identity) =>
      Result.map(
        managedClient(state, identity, params.client_id),
        (client) => [{ client: documentOf(state, client) }, withoutClient(state, client.id)] as const
      )
    )
  })
}

export const credentials: Handlers<(typeof AuthApi)["groups"]["credentials"]> = {
  listClientCredentials: Effect.fnUntraced(function* ({ params }) {
    const { identity, state } = yield* asked
    const client = yield* Effect.fromResult(managedClient(state, identity, params.client_id))
    return {
      credentials: [...state.credentials.values()].flatMap((credential) =>
        credential.client === client.id ? [credentialOf(credential, null)] : []
      )
    }
  }),

  createClientCredential: Effect.fnUntraced(function* ({ params, payload }) {
    const { secret, uuid } = yield* Store
    const id = yield* uuid
    const text = Redacted.make(yield* secret, { label: "client secret" })
    return yield* change((state, identity, now) =>
      Result.flatMap(managedClient(state, identity, params.client_id), (client) => {
        if (client.type === "native") {
          return Result.fail(refusal(400, "INVALID_REQUEST", "A public client has no credentials."))
        }
        const credential: Credential = {
          id,
          client: client.id,
          name: payload.credential.name,
          created: now,
          secret: text
        }
        return Result.succeed([
          { credential: credentialOf(credential, text) },
          { ...state, credentials: set(state.credentials, credential) }
        ])
      })
    )
  }),

  deleteClientCredential: Effect.fnUntraced(function* ({ params }) {
    return yield* change((state, identity) =>
      Result.flatMap(managedClient(state, identity, params.client_id), (client) => {
        const credential = state.credentials.get(params.credential_id.toLowerCase())
        return credential?.client === client.id
          ? Result.succeed([
              { credential: credentialOf(credential, null) },
              { ...state, credentials: without(state.credentials, credential.id) }
            ])
          : Result.fail(notFound("credential", params.credential_id))
      })
    )
  })
}

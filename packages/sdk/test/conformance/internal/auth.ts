/** Globus Auth: methods of the Python SDK's three Auth clients, and what they are called here. */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { AuthApi } from "../../../src/auth/Api.ts"
import { AuthClient } from "../../../src/auth/AuthClient.ts"
import type { ClientCreate } from "../../../src/auth/ClientDocument.ts"
import * as OAuth2Client from "../../../src/auth/OAuth2Client.ts"
import { DependentScope } from "../../../src/auth/ScopeDocument.ts"
import { AuthScopes } from "../../../src/model/Scopes.ts"
import * as ServiceClient from "../../../src/service/ServiceClient.ts"
import * as Mapping from "./Mapping.ts"

const client = Effect.provide(AuthClient, AuthClient.layer)

const clientId = "399be12a-fbf4-5e25-95d0-862e403318a8"
const native = OAuth2Client.make({ clientId })
const confidential = OAuth2Client.make({ clientId, clientSecret: Redacted.make("secret") })

const secret = (value: unknown) => Redacted.make(String(value))

const textAt = (args: Mapping.Args, name: string): string | undefined => {
  const value = args[name]
  return Predicate.isString(value) ? value : undefined
}

/** Further fields of a form. Of an object, Python sends the keys, each as a value of its own. */
const fieldsAt = (args: Mapping.Args, name: string): Record<string, unknown> => {
  const fields = args[name]
  return Predicate.isObject(fields)
    ? Object.fromEntries(
        Object.entries(fields).map(([key, value]) => [
          key,
          Predicate.isObject(value) ? Object.keys(value) : value
        ])
      )
    : {}
}

/** The fields of an envelope. Where Python takes one id for several, it sends a list of one. */
const wrapped = (operation: string, name: string): Mapping.Rule => ({
  operation,
  payload: (body) => ({
    [name]: Object.fromEntries(
      Object.entries(body).map(([key, value]) => [
        key,
        /^admin_\w*ids$/.test(key) && Predicate.isString(value) ? [value] : value
      ])
    )
  })
})

/** A client, of which Python takes the links apart. */
const clientOf = ({ privacy_policy, terms_and_conditions, ...client }: Record<string, unknown>) =>
  privacy_policy === undefined && terms_and_conditions === undefined
    ? client
    : { ...client, links: { privacy_policy, terms_and_conditions } }

const wrappedClient = (operation: string): Mapping.Rule => ({
  operation,
  payload: (body) => ({ client: clientOf(body) })
})

type Login = Effect.Effect<OAuth2Client.OAuth2Client, unknown, Effect.Services<typeof native>>

const loginClient = (login: Login): Record<string, (args: Mapping.Args) => Mapping.Call> => ({
  get_openid_configuration: () => Effect.flatMap(login, (oauth) => oauth.openIdConfiguration),
  oauth2_refresh_token: (args) =>
    Effect.flatMap(login, (oauth) =>
      oauth.refresh(secret(args["refresh_token"]), fieldsAt(args, "body_params"))
    ),
  oauth2_revoke_token: (args) =>
    Effect.flatMap(login, (oauth) => oauth.revoke(secret(args["token"]), fieldsAt(args, "body_params")))
})

/** The operations that need no scopes of their own to be called, such as the token endpoint. */
const operations = ServiceClient.make(AuthApi, {
  service: "auth",
  name: "Auth",
  need: () => ({ resourceServer: AuthScopes.resourceServer, anyOf: [] })
})

export const auth: Mapping.Mapping = {
  calls: {
    AuthClient: {
      ...Mapping.calls(AuthApi, client, {
        userinfo: "userinfo",
        get_identities: "getIdentities",
        get_consents: "getConsents",
        get_identity_providers: "getIdentityProviders",
        get_projects: "listProjects",
        create_project: wrapped("createProject", "project"),
        get_project: "getProject",
        update_project: wrapped("updateProject", "project"),
        delete_project: "deleteProject",
        get_policies: "listPolicies",
        create_policy: wrapped("createPolicy", "policy"),
        get_policy: "getPolicy",
        update_policy: wrapped("updatePolicy", "policy"),
        delete_policy: "deletePolicy",
        get_clients: "listClients",
        create_client: wrappedClient("createClient"),
        update_client: wrappedClient("updateClient"),
        delete_client: "deleteClient",
        get_client_credentials: "listClientCredentials",
        create_client_credential: wrapped("createClientCredential", "credential"),
        delete_client_credential: "deleteClientCredential",
        get_scopes: "listScopes",
        create_scope: wrapped("createScope", "scope"),
        get_scope: "getScope",
        update_scope: wrapped("updateScope", "scope"),
        delete_scope: "deleteScope"
      }),
      get_client: (args) =>
        Effect.flatMap(client, (auth) => {
          const fqdn = textAt(args, "fqdn")
          return fqdn === undefined ? auth.getClient(String(args["client_id"])) : auth.getClientByFqdn(fqdn)
        }),
      // Python sends `provision` with user names only.
      get_identities: ({ query_params, ...args }) =>
        Effect.flatMap(client, (auth) => {
          const { provision, ...query } = args
          return auth.getIdentities({
            ...query,
            ...(args["usernames"] === undefined || provision === undefined
              ? {}
              : { provision: provision === true }),
            ...(query_params as object)
          })
        }),
      get_openid_configuration: () => Effect.flatMap(native, (oauth) => oauth.openIdConfiguration)
    },
    NativeAppAuthClient: {
      ...loginClient(native),
      create_native_app_instance: ({ name, template_id }) =>
        Effect.flatMap(native, (oauth) =>
          oauth.createNativeAppInstance({ name: String(name), templateId: String(template_id) })
        )
    },
    ConfidentialAppAuthClient: {
      ...loginClient(confidential),
      create_child_client: ({ additional_fields, ...args }) =>
        Effect.flatMap(confidential, (oauth) =>
          oauth.createChildClient({ ...clientOf(args), ...(additional_fields as object) } as ClientCreate)
        ),
      oauth2_client_credentials_tokens: (args) =>
        Effect.flatMap(confidential, (oauth) =>
          oauth.clientCredentials([args["requested_scopes"]].flat().join(" "))
        ),
      oauth2_get_dependent_tokens: (args) =>
        Effect.flatMap(confidential, (oauth) => {
          const scope = args["scope"]
          return oauth.dependentTokens(secret(args["token"]), {
            refreshTokens: args["refresh_tokens"] === true,
            scope: Array.isArray(scope) ? scope.join(" ") : textAt(args, "scope"),
            extra: fieldsAt(args, "additional_params")
          })
        }),
      oauth2_token_introspect: (args) =>
        Effect.flatMap(confidential, (oauth) =>
          oauth.introspect(secret(args["token"]), {
            include: textAt(args, "include"),
            query: Object.fromEntries(
              Object.entries(fieldsAt(args, "query_params")).map(([name, value]) => [name, String(value)])
            )
          })
        )
    }
  },
  payloads: {
    DependentScopeSpec: Schema.encodeUnknownSync(DependentScope)
  },
  recorded: Mapping.recorded(AuthApi, operations, {
    token: { grant_type: "client_credentials", scope: "openid" },
    revoke: { token: secret("token") },
    introspect: { token: secret("token") },
    validate: { token: secret("token") },
    createProject: { project: { display_name: "x", contact_email: "x" } },
    updateProject: { project: {} },
    createPolicy: { policy: { project_id: clientId, display_name: "x", description: "x" } },
    updatePolicy: { policy: {} },
    createClient: { client: { name: "x", public_client: true } },
    updateClient: { client: {} },
    createClientCredential: { credential: { name: "x" } },
    createScope: { scope: { name: "x", description: "x", scope_suffix: "x" } },
    updateScope: { scope: {} }
  })
}

/** What is registered with Globus Auth beside clients: projects, policies, scopes, and the secrets of clients. */
import { type PolicyId, type ProjectId, ScopeId } from "@effect-globus/sdk/model"
import type * as Redacted from "effect/Redacted"
import type * as World from "../../World.ts"
import { uuidOf } from "../uuidOf.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

export interface Project {
  readonly id: ProjectId
  readonly display_name: string
  readonly contact_email: string
  /** Ids of identities. */
  readonly admin_ids: ReadonlyArray<string>
  readonly admin_group_ids: NonNullable<World.Project["admin_group_ids"]>
}

export interface Policy {
  readonly id: PolicyId
  readonly project_id: ProjectId
  readonly display_name: string
  readonly description: string
  readonly high_assurance: boolean
  /** Seconds. */
  readonly authentication_assurance_timeout: number | null
  readonly required_mfa: boolean
  readonly domain_constraints_include: ReadonlyArray<string> | null
  readonly domain_constraints_exclude: ReadonlyArray<string> | null
}

export interface DependentScope {
  /** The string of the scope. */
  readonly scope: string
  readonly optional: boolean
  readonly requires_refresh_token: boolean
}

export interface Scope {
  readonly id: ScopeId
  readonly client: World.Scope["client"]
  readonly scope_string: string
  readonly name: string
  readonly description: string
  readonly advertised: boolean
  readonly allows_refresh_token: boolean
  readonly required_domains: ReadonlyArray<string>
  readonly dependent_scopes: ReadonlyArray<DependentScope>
}

/** A secret of a client. */
export interface Credential {
  readonly id: string
  readonly client: string
  readonly name: string
  /** Milliseconds since 1970. */
  readonly created: number
  readonly secret: Redacted.Redacted<string>
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** The id of a scope that nobody has given one. */
export const scopeIdOf = (scope: string): ScopeId => ScopeId.make(uuidOf(scope))

export const projectOf = (
  project: World.Project,
  who: {
    readonly idOf: (name: string) => string
    readonly emailOf: (id: string) => string
    readonly first: string
  }
): Project => {
  const admins = (project.admin_ids ?? [who.first]).map(who.idOf)
  return {
    id: project.id,
    display_name: project.display_name,
    contact_email: project.contact_email ?? who.emailOf(admins[0] ?? who.first),
    admin_ids: admins,
    admin_group_ids: project.admin_group_ids ?? []
  }
}

export const policyOf = (policy: World.Policy): Policy => ({
  id: policy.id,
  project_id: policy.project_id,
  display_name: policy.display_name,
  description: policy.description ?? "",
  high_assurance: policy.high_assurance ?? false,
  authentication_assurance_timeout: policy.authentication_assurance_timeout ?? null,
  required_mfa: policy.required_mfa ?? false,
  domain_constraints_include: policy.domain_constraints_include ?? null,
  domain_constraints_exclude: policy.domain_constraints_exclude ?? null
})

export const scopeOf = (scope: World.Scope): Scope => ({
  id: scope.id ?? scopeIdOf(scope.scope_string),
  client: scope.client,
  scope_string: scope.scope_string,
  name: scope.name ?? scope.scope_string,
  description: scope.description ?? scope.name ?? scope.scope_string,
  advertised: scope.advertised ?? false,
  allows_refresh_token: scope.allows_refresh_token ?? true,
  required_domains: scope.required_domains ?? [],
  dependent_scopes: (scope.dependent_scopes ?? []).map(
    ({ optional = false, requires_refresh_token = false, scope }) => ({
      scope,
      optional,
      requires_refresh_token
    })
  )
})

/** The secret that a client has from the beginning. */
export const credentialsOf = (client: World.Client, now: number): ReadonlyArray<Credential> =>
  client.type === "confidential" && client.secret !== undefined
    ? [
        {
          id: uuidOf(`credential of ${client.id}`),
          client: client.id,
          name: "Default",
          created: now,
          secret: client.secret
        }
      ]
    : []

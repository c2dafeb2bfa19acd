/** Scopes, as the services define them. */
import type { AuthApi } from "@effect-globus/sdk/auth"
import { ClientId, ScopeId } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as KnownScopes from "../KnownScopes.ts"
import type { Refusal } from "../Refusal.ts"
import { change, type Handlers, listOf } from "../Service.ts"
import { set, type State, without } from "../State.ts"
import { Store } from "../Store.ts"
import { uuidOf } from "../uuidOf.ts"
import { asked, notFound, refusal } from "./Administration.ts"
import { managedClient, manages } from "./Clients.ts"
import { type DependentScope, type Scope, scopeIdOf, scopeOf } from "./Registry.ts"

/** A scope of Globus' own services, as if it were defined here. */
const ofGlobus = (scope: string, { description, resourceServer }: KnownScopes.KnownScope): Scope =>
  scopeOf({
    client: ClientId.make(uuidOf(resourceServer)),
    scope_string: scope,
    name: description,
    description,
    advertised: true
  })

const allScopes = (state: State): ReadonlyArray<Scope> => [
  ...state.scopes.values(),
  ...Array.from(KnownScopes.all, ([scope, known]) => ofGlobus(scope, known))
]

const idOf = (state: State, scope: string): ScopeId =>
  KnownScopes.registered(state, scope)?.id ?? scopeIdOf(scope)

const documentOf = (state: State, scope: Scope) => ({
  id: scope.id,
  client: scope.client,
  scope_string: scope.scope_string,
  name: scope.name,
  description: scope.description,
  advertised: scope.advertised,
  allows_refresh_token: scope.allows_refresh_token,
  required_domains: scope.required_domains,
  dependent_scopes: scope.dependent_scopes.map((dependency) => ({
    scope: idOf(state, dependency.scope),
    optional: dependency.optional,
    requires_refresh_token: dependency.requires_refresh_token
  }))
})

const dependenciesOf = (
  state: State,
  asked: ReadonlyArray<{
    readonly scope: string
    readonly optional: boolean
    readonly requires_refresh_token: boolean
  }>
): Result.Result<ReadonlyArray<DependentScope>, Refusal> =>
  Result.all(
    asked.map(({ optional, requires_refresh_token, scope: id }) => {
      const found = allScopes(state).find((scope) => scope.id === id.toLowerCase())
      return found === undefined
        ? Result.fail(refusal(400, "INVALID_REQUEST", `There is no scope ${id} to depend on.`))
        : Result.succeed({ scope: found.scope_string, optional, requires_refresh_token })
    })
  )

const isVisible = (state: State, identity: string, scope: Scope): boolean =>
  scope.advertised || manages(state, identity, state.clients.get(scope.client))

/** A scope that the caller may see. */
const visible = (state: State, identity: string, id: string): Result.Result<Scope, Refusal> => {
  const scope = allScopes(state).find((scope) => scope.id === id.toLowerCase())
  return scope !== undefined && isVisible(state, identity, scope)
    ? Result.succeed(scope)
    : Result.fail(notFound("scope", id))
}

/** A scope of a client that the caller manages. */
const mine = (state: State, identity: string, id: string): Result.Result<Scope, Refusal> => {
  const scope = state.scopes.get(id.toLowerCase())
  return scope === undefined
    ? Result.fail(notFound("scope", id))
    : Result.map(managedClient(state, identity, scope.client), () => scope)
}

/** Suffixes make the string of a scope; another name would be another scope. */
const stringOf = (client: string, suffix: string): string =>
  `https://auth.globus.org/scopes/${client}/${suffix}`

export const scopes: Handlers<(typeof AuthApi)["groups"]["scopes"]> = {
  listScopes: Effect.fnUntraced(function* ({ query }) {
    const { identity, state } = yield* asked
    const strings = listOf(query.scope_strings)
    const ids = listOf(query.ids)
    const found =
      strings.length === 0 && ids.length === 0
        ? [...state.scopes.values()].filter(({ client }) =>
            manages(state, identity, state.clients.get(client))
          )
        : allScopes(state).filter(
            (scope) =>
              (strings.includes(scope.scope_string) || ids.includes(scope.id)) &&
              isVisible(state, identity, scope)
          )
    return { scopes: found.map((scope) => documentOf(state, scope)) }
  }),

  createScope: Effect.fnUntraced(function* ({ params, payload: { scope: asked } }) {
    const { uuid } = yield* Store
    const id = ScopeId.make(yield* uuid)
    return yield* change((state, identity) =>
      Result.gen(function* () {
        const client = yield* managedClient(state, identity, params.client_id)
        const scope_string = stringOf(client.id, asked.scope_suffix)
        if (KnownScopes.registered(state, scope_string) !== undefined) {
          return yield* Result.fail(refusal(409, "CONFLICT", `There is a scope ${scope_string} already.`))
        }
        const scope: Scope = {
          id,
          client: client.id,
          scope_string,
          name: asked.name,
          description: asked.description,
          advertised: asked.advertised ?? false,
          allows_refresh_token: asked.allows_refresh_token ?? true,
          required_domains: asked.required_domains ?? [],
          dependent_scopes: yield* dependenciesOf(state, asked.dependent_scopes ?? [])
        }
        return [{ scope: documentOf(state, scope) }, { ...state, scopes: set(state.scopes, scope) }] as const
      })
    )
  }),

  getScope: Effect.fnUntraced(function* ({ params }) {
    const { identity, state } = yield* asked
    return { scope: documentOf(state, yield* Effect.fromResult(visible(state, identity, params.scope_id))) }
  }),

  getClientScope: Effect.fnUntraced(function* ({ params }) {
    const { identity, state } = yield* asked
    const scope = yield* Effect.fromResult(visible(state, identity, params.scope_id))
    if (scope.client !== params.client_id.toLowerCase()) return yield* notFound("scope", params.scope_id)
    return { scope: documentOf(state, scope) }
  }),

  updateScope: Effect.fnUntraced(function* ({ params, payload: { scope: asked } }) {
    return yield* change((state, identity) =>
      Result.gen(function* () {
        const scope = yield* mine(state, identity, params.scope_id)
        const changed: Scope = {
          ...scope,
          scope_string:
            asked.scope_suffix === undefined
              ? scope.scope_string
              : stringOf(scope.client, asked.scope_suffix),
          name: asked.name ?? scope.name,
          description: asked.description ?? scope.description,
          advertised: asked.advertised ?? scope.advertised,
          allows_refresh_token: asked.allows_refresh_token ?? scope.allows_refresh_token,
          required_domains: asked.required_domains ?? scope.required_domains,
          dependent_scopes:
            asked.dependent_scopes === undefined
              ? scope.dependent_scopes
              : yield* dependenciesOf(state, asked.dependent_scopes)
        }
        const after = { ...state, scopes: set(state.scopes, changed) }
        return [{ scope: documentOf(after, changed) }, after] as const
      })
    )
  }),

  deleteScope: Effect.fnUntraced(function* ({ params }) {
    return yield* change((state, identity) =>
      Result.map(
        mine(state, identity, params.scope_id),
        (scope) =>
          [
            { scope: documentOf(state, scope) },
            { ...state, scopes: without(state.scopes, scope.id) }
          ] as const
      )
    )
  })
}

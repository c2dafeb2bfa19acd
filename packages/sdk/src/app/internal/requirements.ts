/** What a program requires: scopes by resource server, which every client adds to. */
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Ref from "effect/Ref"
import { InvalidRequest } from "../../model/GlobusError.ts"
import * as GlobusScope from "../../model/GlobusScope.ts"
import { ResourceServer } from "../../model/Id.ts"
import { InvalidConfiguration } from "../../model/InvalidConfiguration.ts"
import { AuthScopes } from "../../model/Scopes.ts"
import type { Need } from "../../service/Authorizer.ts"
import * as Validation from "./tokenValidation.ts"

export type Scopes = ReadonlyArray<GlobusScope.GlobusScope>
export type ScopesByServer = ReadonlyMap<ResourceServer, Scopes>

/** What a program requires so far. */
export interface Requirements {
  /** What has to be there for any request to a resource server: what its clients and the program have registered. */
  readonly registered: Effect.Effect<ScopesByServer>
  /** What a login asks for: all that is registered, and what single operations have needed beyond that. */
  readonly all: Effect.Effect<ScopesByServer>
  readonly add: (resourceServer: ResourceServer, scopes: Scopes) => Effect.Effect<void>
  readonly addInput: (wanted: {
    readonly [resourceServer: string]: GlobusScope.ScopeInput
  }) => Effect.Effect<void, GlobusScope.ScopeError | InvalidConfiguration>
  /** Adds what an operation needs, unless something that is required already holds it. */
  readonly addNeed: (need: Need) => Effect.Effect<void>
}

/** Scopes as they are asked for: merged. What is right by itself may be wrong together with others. */
export const together = (
  scopes: GlobusScope.ScopeInput,
  field: string
): Effect.Effect<Scopes, InvalidRequest> =>
  Effect.mapError(
    GlobusScope.fromInputEffect(scopes),
    (error) => new InvalidRequest({ service: "auth", operation: "login", field, detail: error.message })
  )

const withScopes = (all: ScopesByServer, resourceServer: ResourceServer, scopes: Scopes): ScopesByServer => {
  // Without a scope, there is nothing that a login could bring.
  if (scopes.length === 0) return all
  const known = all.get(resourceServer) ?? []
  const added = scopes.filter((scope) => !known.some((other) => Equal.equals(other, scope)))
  return new Map(all).set(resourceServer, [...known, ...added])
}

const parse = Effect.fnUntraced(function* ([resourceServer, input]: [string, GlobusScope.ScopeInput]) {
  if (resourceServer === "") {
    return yield* new InvalidConfiguration({
      setting: "scopeRequirements",
      detail: "the name of a resource server is empty. Name it, such as transfer.api.globus.org."
    })
  }
  return [ResourceServer.make(resourceServer), yield* GlobusScope.fromInputEffect(input)] as const
})

export const make = Effect.gen(function* () {
  // Every app wants to know who logged in.
  const openid = GlobusScope.makeUnsafe(AuthScopes.openid)
  const registered = yield* Ref.make<ScopesByServer>(new Map([[AuthScopes.resourceServer, [openid]]]))
  // Apart, so that an operation whose scope nobody grants does not stand in the way of all others.
  const needed = yield* Ref.make<ScopesByServer>(new Map())

  const add: Requirements["add"] = (resourceServer, scopes) =>
    Ref.update(registered, (all) => withScopes(all, resourceServer, scopes))

  const all = Effect.zipWith(Ref.get(registered), Ref.get(needed), (registered, needed) =>
    Array.from(needed).reduce((all, [server, scopes]) => withScopes(all, server, scopes), registered)
  )

  const requirements: Requirements = {
    registered: Ref.get(registered),
    all,
    add,
    addInput: Effect.fnUntraced(function* (wanted) {
      const parsed = yield* Effect.forEach(Object.entries(wanted), parse)
      for (const [resourceServer, scopes] of parsed) yield* add(resourceServer, scopes)
    }),
    addNeed: Effect.fnUntraced(function* ({ anyOf, resourceServer }) {
      const [asked] = anyOf
      const names = new Set(((yield* all).get(resourceServer) ?? []).map(({ scope }) => scope))
      if (asked === undefined || anyOf.some((scope) => Validation.holds(names, scope))) return
      const scope = GlobusScope.makeUnsafe(asked)
      yield* Ref.update(needed, (all) => withScopes(all, resourceServer, [scope]))
    })
  }
  return requirements
})

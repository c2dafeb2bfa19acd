/** What a program requires: scopes by resource server, which every client adds to. */
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Ref from "effect/Ref"
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

const withScopes = (all: ScopesByServer, resourceServer: ResourceServer, scopes: Scopes): ScopesByServer => {
  // Nothing is required of a service of which no scope is: a login could not bring a token for it.
  if (scopes.length === 0) return all
  const known = all.get(resourceServer) ?? []
  const added = scopes.filter((scope) => !known.some((other) => Equal.equals(other, scope)))
  return new Map(all).set(resourceServer, [...known, ...added])
}

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
      const parsed = yield* Effect.forEach(Object.entries(wanted), ([name, input]) =>
        Effect.map(GlobusScope.fromInputEffect(input), (scopes) => [name, scopes] as const)
      )
      for (const [name, scopes] of parsed) {
        if (name === "") {
          return yield* new InvalidConfiguration({
            setting: "scopeRequirements",
            detail: `the name of the resource server of "${GlobusScope.serialize(scopes)}" is empty`
          })
        }
      }
      for (const [name, scopes] of parsed) yield* add(ResourceServer.make(name), scopes)
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

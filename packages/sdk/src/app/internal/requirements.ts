/** What a program requires: scopes by resource server, which every client adds to. */
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Ref from "effect/Ref"
import * as GlobusScope from "../../model/GlobusScope.ts"
import { ResourceServer } from "../../model/Id.ts"
import { AuthScopes } from "../../model/Scopes.ts"
import type { Need } from "../../service/Authorizer.ts"
import * as Validation from "./tokenValidation.ts"

type Scopes = ReadonlyArray<GlobusScope.GlobusScope>

/** What a program requires so far. */
export interface Requirements {
  readonly all: Effect.Effect<ReadonlyMap<ResourceServer, Scopes>>
  readonly of: (resourceServer: ResourceServer) => Effect.Effect<Scopes>
  readonly add: (resourceServer: ResourceServer, scopes: Scopes) => Effect.Effect<void>
  readonly addInput: (wanted: {
    readonly [resourceServer: string]: GlobusScope.ScopeInput
  }) => Effect.Effect<void, GlobusScope.ScopeError>
  /** Adds what an operation needs, unless something that is required already holds it. */
  readonly addNeed: (need: Need) => Effect.Effect<void>
}

const without = (known: Scopes, added: Scopes): Scopes =>
  added.filter((scope) => !known.some((other) => Equal.equals(other, scope)))

export const make = Effect.gen(function* () {
  // Every app wants to know who logged in.
  const openid = GlobusScope.makeUnsafe(AuthScopes.openid)
  const required = yield* Ref.make<ReadonlyMap<ResourceServer, Scopes>>(
    new Map([[AuthScopes.resourceServer, [openid]]])
  )

  const of: Requirements["of"] = (resourceServer) =>
    Effect.map(Ref.get(required), (all) => all.get(resourceServer) ?? [])

  const add: Requirements["add"] = (resourceServer, scopes) =>
    Ref.update(required, (all) => {
      const known = all.get(resourceServer)
      const added = without(known ?? [], scopes)
      return known !== undefined && added.length === 0
        ? all
        : new Map(all).set(resourceServer, [...(known ?? []), ...added])
    })

  const requirements: Requirements = {
    all: Ref.get(required),
    of,
    add,
    addInput: Effect.fnUntraced(function* (wanted) {
      for (const [resourceServer, input] of Object.entries(wanted)) {
        const scopes = yield* GlobusScope.fromInputEffect(input)
        yield* add(ResourceServer.make(resourceServer, { disableChecks: true }), scopes)
      }
    }),
    addNeed: Effect.fnUntraced(function* ({ anyOf, resourceServer }) {
      const [asked] = anyOf
      const names = new Set((yield* of(resourceServer)).map(({ scope }) => scope))
      const isHeld = anyOf.some((scope) => Validation.holds(names, scope))
      yield* add(resourceServer, asked === undefined || isHeld ? [] : [GlobusScope.makeUnsafe(asked)])
    })
  }
  return requirements
})

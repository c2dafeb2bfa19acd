/**
 * The consents of an identity, read as the forest they form: a tree for each scope that was consented to directly, with
 * the scopes that may be used on its behalf below it.
 *
 * ```ts
 * import { AuthClient, ConsentForest } from "@effect-globus/sdk/auth"
 * import { dataAccess } from "@effect-globus/sdk/model"
 * import { Effect } from "effect"
 *
 * const mayRead = Effect.gen(function* () {
 *   const auth = yield* AuthClient
 *   const { sub } = yield* auth.userinfo()
 *   const { consents } = yield* auth.getConsents(sub)
 *   return ConsentForest.covers(
 *     ConsentForest.make(consents),
 *     dataAccess("6c54cade-bde5-45c1-bdea-f4bd71dba2cc")
 *   )
 * })
 * ```
 */
import type * as GlobusScope from "../model/GlobusScope.ts"
import type { Consent } from "./IdentityDocument.ts"

/** A consent with those that depend on it. */
export interface ConsentTree {
  readonly consent: Consent
  readonly children: ReadonlyArray<ConsentTree>
}

/** The forest of these consents. Consents whose parents are missing are left out: nothing can be used through them. */
export const make = (consents: ReadonlyArray<Consent>): ReadonlyArray<ConsentTree> => {
  const byPath = new Map(consents.map((consent) => [keyOf(consent.dependency_path), consent]))
  const below = new Map<string, Array<ConsentTree>>()
  const childrenAt = (path: string): Array<ConsentTree> => {
    const children = below.get(path) ?? []
    below.set(path, children)
    return children
  }
  for (const [path, consent] of byPath) {
    // A consent without a path would be its own parent.
    if (path === root) continue
    childrenAt(keyOf(consent.dependency_path.slice(0, -1))).push({ consent, children: childrenAt(path) })
  }
  return childrenAt(root)
}

const keyOf = (path: Consent["dependency_path"]): string => path.join(">")
const root = keyOf([])

/** Whether a scope, with all its dependencies, optional ones too, is consented to. */
export const covers = (forest: ReadonlyArray<ConsentTree>, scope: GlobusScope.GlobusScope): boolean =>
  forest.some(
    (tree) =>
      tree.consent.scope_name === scope.scope &&
      scope.dependencies.every((dependency) => covers(tree.children, dependency))
  )

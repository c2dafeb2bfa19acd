/**
 * The consents of an identity, read as the forest they form: a tree for each scope that was consented to directly, with
 * the scopes that may be used on its behalf below it.
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
  const byParent = new Map<string, Array<Consent>>()
  for (const consent of consents) {
    // A consent without a path would be its own parent.
    if (consent.dependency_path.length === 0) continue
    const parent = consent.dependency_path.slice(0, -1).join(">")
    byParent.set(parent, [...(byParent.get(parent) ?? []), consent])
  }
  const under = (path: string): ReadonlyArray<ConsentTree> =>
    (byParent.get(path) ?? []).map((consent) => ({
      consent,
      children: under(consent.dependency_path.join(">"))
    }))
  return under("")
}

/** Whether a scope, with all its dependencies, optional ones too, is consented to. */
export const covers = (forest: ReadonlyArray<ConsentTree>, scope: GlobusScope.GlobusScope): boolean =>
  forest.some(
    (tree) =>
      tree.consent.scope_name === scope.scope &&
      scope.dependencies.every((dependency) => covers(tree.children, dependency))
  )

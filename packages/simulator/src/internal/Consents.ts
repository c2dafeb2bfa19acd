/**
 * What identities let clients do: for each identity and client a forest, in which a tree is a scope that was consented
 * to directly, with the scopes that may be used on its behalf below it.
 */
import type { GlobusScope } from "@effect-globus/sdk/model"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

export interface Consent {
  readonly id: number
  readonly identity: string
  /** The client at the root of the tree: the one that the user knows. */
  readonly client: string
  readonly scope: string
  /** Whether it may be revoked alone. */
  readonly optional: boolean
  /** Ids from the root to this consent. */
  readonly path: ReadonlyArray<number>
  /** Milliseconds since 1970. */
  readonly created: number
}

/** Whose consents, and for what program. */
export interface Party {
  readonly identity: string
  readonly client: string
}

export interface Consents {
  readonly nextId: number
  readonly byPlace: HashMap.HashMap<string, Consent>
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

export const empty: Consents = { nextId: 1, byPlace: HashMap.empty() }

export const fromList = (consents: ReadonlyArray<Consent>): Consents => ({
  nextId: consents.reduce((next, { id }) => Math.max(next, id + 1), 1),
  byPlace: HashMap.fromIterable(
    consents.map((consent) => [placeOf(consent, consent.path.slice(0, -1), consent.scope), consent] as const)
  )
})

const placeOf = ({ client, identity }: Party, parents: ReadonlyArray<number>, scope: string): string =>
  `${identity} ${client} ${parents.join(">")} ${scope}`

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

export const toList = (consents: Consents): ReadonlyArray<Consent> =>
  HashMap.toValues(consents.byPlace).toSorted((a, b) => a.id - b.id)

/** Consents to these scopes with all their dependencies, besides what is consented to already. */
export const grant = (
  consents: Consents,
  party: Party,
  scopes: ReadonlyArray<GlobusScope.GlobusScope>,
  now: number
): Consents => {
  let { byPlace, nextId } = consents
  const visit = (scopes: ReadonlyArray<GlobusScope.GlobusScope>, parents: ReadonlyArray<number>) => {
    for (const { dependencies, optional, scope } of scopes) {
      const place = placeOf(party, parents, scope)
      const known = Option.getOrUndefined(HashMap.get(byPlace, place))
      const path = known?.path ?? [...parents, nextId]
      if (known === undefined) {
        byPlace = HashMap.set(byPlace, place, { ...party, id: nextId, scope, optional, path, created: now })
        nextId += 1
      }
      visit(dependencies, path)
    }
  }
  visit(scopes, [])
  return { byPlace, nextId }
}

/** Whether a scope may be used on behalf of those before it, the first of which was consented to directly. */
export const covers = (consents: Consents, party: Party, scopes: ReadonlyArray<string>): boolean => {
  let path: ReadonlyArray<number> = []
  for (const scope of scopes) {
    const found = HashMap.get(consents.byPlace, placeOf(party, path, scope))
    if (Option.isNone(found)) return false
    path = found.value.path
  }
  return true
}

/** The scopes that may be used on behalf of those before them. */
export const below = (
  consents: Consents,
  party: Party,
  scopes: ReadonlyArray<string>
): ReadonlyArray<Consent> => {
  const mine = of(consents, party)
  let children = mine.filter(({ path }) => path.length === 1)
  for (const scope of scopes) {
    const parent = children.find((child) => child.scope === scope)
    if (parent === undefined) return []
    children = mine.filter(({ path }) => path.at(-2) === parent.id)
  }
  return children
}

/** The consents of an identity, for one client or for all. */
export const of = (
  consents: Consents,
  party: { readonly identity: string; readonly client?: string | undefined }
): ReadonlyArray<Consent> =>
  toList(consents).filter(
    ({ client, identity }) =>
      identity === party.identity && (party.client === undefined || client === party.client)
  )

/** Takes consents back, and with them all that depend on them. */
export const revoke = (consents: Consents, which: (consent: Consent) => boolean): Consents => {
  const revoked = new Set(
    toList(consents)
      .filter(which)
      .map(({ id }) => id)
  )
  return {
    ...consents,
    byPlace: HashMap.filter(consents.byPlace, ({ path }) => !path.some((id) => revoked.has(id)))
  }
}

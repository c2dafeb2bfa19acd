/** What somebody amounts to where access is given: their identities, and the groups to which they belong. */
import * as Groups from "./groups/Groups.ts"
import { identitySet, type State } from "./State.ts"

/** The identities of whoever has logged in with one of them. */
export const identitiesOf = (state: State, identity: string): Groups.Identities =>
  identitySet(state, identity).map(({ id }) => id)

/** The principals that somebody amounts to: their identities, and the groups to which they belong. */
export const principalsOf = (state: State, identity: string): ReadonlyArray<string> => {
  const identities = identitiesOf(state, identity)
  return [
    ...identities.map((id) => `urn:globus:auth:identity:${id}`),
    ...[...state.groups.values()].flatMap((group) =>
      Groups.roleIn(group, identities) === undefined ? [] : [`urn:globus:groups:id:${group.id}`]
    )
  ]
}

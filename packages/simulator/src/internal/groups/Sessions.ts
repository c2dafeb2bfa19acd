/** Groups of high assurance: whoever acts in one must have logged in recently, with an account that belongs to it. */
import * as Principals from "../Principals.ts"
import * as Session from "../Session.ts"
import type { State } from "../State.ts"
import type * as Tokens from "../Tokens.ts"
import * as Groups from "./Groups.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** Who asks, with which login, and when. */
export interface Asking extends Session.Actor {
  readonly identities: Groups.Identities
  readonly now: number
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

export const askingAs = (state: State, { grant, identity }: Session.Actor, now: number): Asking => ({
  identity,
  grant,
  identities: Principals.identitiesOf(state, identity),
  now
})

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** The identities with which somebody acts in a group: those that belong to it, or else any. */
const actingIn = (group: Groups.Group, identities: Groups.Identities): Groups.Identities => {
  const members = Groups.membershipsOf(group, identities)
    .filter(Groups.isConcerned)
    .map(({ identity }) => identity)
  return members.length === 0 ? identities : members
}

const limitOf = ({ policies }: Groups.Group): number | null => {
  const { authentication_assurance_timeout: seconds } = policies
  return seconds === null ? null : seconds * 1000
}

/** The logins with which somebody may act in a group of high assurance. */
const sessionsIn = (state: State, group: Groups.Group, asking: Asking): ReadonlyArray<Tokens.Login> => {
  const acting = actingIn(group, asking.identities)
  return Session.loginsOf(state, asking, limitOf(group), asking.now).filter(({ identity }) =>
    acting.includes(identity)
  )
}

/** Until when each account may act in a group of high assurance without another login. */
export const timeoutsOf = (
  state: State,
  group: Groups.Group,
  asking: Asking
): ReadonlyArray<{ readonly identity: string; readonly expires: number }> => {
  const limit = limitOf(group)
  return limit === null || !group.policies.is_high_assurance
    ? []
    : sessionsIn(state, group, asking).map(({ at, identity }) => ({ identity, expires: at + limit }))
}

/** What a login has to be like to act in a group, unless it is so already. */
export const unmet = (state: State, group: Groups.Group, asking: Asking): Session.Parameters | undefined => {
  if (!group.policies.is_high_assurance || sessionsIn(state, group, asking).length > 0) return undefined
  const [required = asking.identity] = actingIn(group, asking.identities)
  return {
    session_message: `The group "${group.name}" is of high assurance: log in anew, with an account that belongs to it`,
    session_required_identities: [required]
  }
}

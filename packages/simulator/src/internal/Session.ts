/**
 * How somebody has logged in, and whether that is enough: services ask for certain identities, for recent logins, for a
 * second factor, or for what a policy says, and tell in a refusal what a login has to be like.
 */
import type { Policy } from "./auth/Registry.ts"
import * as Glob from "./Glob.ts"
import * as Refusals from "./Refusal.ts"
import { domainOf, identitySet, type State } from "./State.ts"
import * as Tokens from "./Tokens.ts"

/** What is asked of a login. */
export interface Requirement {
  /** Whether only the logins of the session count that brought the token. */
  readonly highAssurance: boolean
  /** How long ago it may be, in milliseconds. */
  readonly within: number | null
  readonly mfa: boolean
  readonly allows: (username: string) => boolean
}

/** Whether a domain is one that is meant, such as `example.org`, or `*.example.org` for those below it. */
const isIn = (domain: string, pattern: string): boolean => Glob.matches(pattern, domain, { ignoreCase: true })

export const ofPolicy = (policy: Policy): Requirement => ({
  highAssurance: policy.high_assurance,
  within:
    policy.authentication_assurance_timeout === null ? null : policy.authentication_assurance_timeout * 1000,
  mfa: policy.required_mfa,
  allows: (username) => {
    const domain = domainOf(username)
    return (
      (policy.domain_constraints_include?.some((pattern) => isIn(domain, pattern)) ?? true) &&
      !(policy.domain_constraints_exclude?.some((pattern) => isIn(domain, pattern)) ?? false)
    )
  }
})

/** Who acts, with which login. */
export interface Actor {
  readonly identity: string
  /** The grant of the token, if it is one. */
  readonly grant?: number | undefined
}

/** The logins that brought a token, as far as they are recent enough. */
export const loginsOf = (
  { tokens }: State,
  { grant }: Actor,
  within: number | null,
  now: number
): ReadonlyArray<Tokens.Login> =>
  grant === undefined
    ? []
    : Tokens.sessionOf(tokens, grant).filter(({ at }) => within === null || now - at <= within)

/** Whether somebody has logged in as is asked for. */
export const satisfies = (state: State, actor: Actor, requirement: Requirement, now: number): boolean => {
  const mine = identitySet(state, actor.identity)
  const isMine = (identity: string) => mine.some(({ id }) => id === identity)
  if (!requirement.highAssurance && requirement.within === null && !requirement.mfa) {
    return mine.some(({ username }) => requirement.allows(username))
  }
  const logins =
    requirement.highAssurance && actor.grant !== undefined
      ? Tokens.sessionOf(state.tokens, actor.grant)
      : Tokens.logins(state.tokens).filter(({ identity }) => isMine(identity))
  return logins.some(
    ({ at, identity, mfa }) =>
      (requirement.within === null || now - at <= requirement.within) &&
      (!requirement.mfa || mfa) &&
      mine.some(({ id, username }) => id === identity && requirement.allows(username))
  )
}

/** What a login has to be like, as services write it. */
export interface Parameters {
  readonly session_message?: string
  readonly session_required_identities?: ReadonlyArray<string>
  readonly session_required_policies?: ReadonlyArray<string>
  readonly session_required_single_domain?: ReadonlyArray<string>
  readonly session_required_mfa?: boolean
  readonly prompt?: "login"
  readonly required_scopes?: ReadonlyArray<string>
}

/** A refusal that a login mends (a Globus Auth Requirements Error). */
export const refusal = (code: string, parameters: Parameters): Refusals.Refusal =>
  new Refusals.Refusal({
    status: 403,
    code,
    message: parameters.session_message ?? "You have to log in in another way",
    fields: { authorization_parameters: parameters }
  })

/** What is asked of those who use something of high assurance, or something that a policy protects. */
export interface Protected {
  readonly high_assurance: boolean
  readonly authentication_timeout_mins: number
  readonly mfa_required: boolean
  readonly authentication_policy_id: string | null
  /** The domains of the identities that may use it. Default: all. */
  readonly allowed_domains?: ReadonlyArray<string> | undefined
  /** Whether a login must be recent even without high assurance. Default: false. */
  readonly always_recent?: boolean | undefined
}

/** What a login has to be like to satisfy a policy, unless it is so already. */
export const unmetPolicy = (
  state: State,
  actor: Actor,
  id: string | null,
  now: number
): Parameters | undefined => {
  const policy = id === null ? undefined : state.policies.get(id)
  return policy === undefined || satisfies(state, actor, ofPolicy(policy), now)
    ? undefined
    : {
        session_message: `The authentication policy "${policy.display_name}" is not satisfied`,
        session_required_policies: [policy.id]
      }
}

/** What a login has to be like to use something, unless it is so already. */
export const unmet = (state: State, actor: Actor, thing: Protected, now: number): Parameters | undefined => {
  const ofItsPolicy = unmetPolicy(state, actor, thing.authentication_policy_id, now)
  if (ofItsPolicy !== undefined) return ofItsPolicy
  const { allowed_domains: domains } = thing
  const allows = (username: string) => domains === undefined || domains.includes(domainOf(username))
  const own = domains === undefined ? [] : identitySet(state, actor.identity)
  const allowed = own.filter(({ username }) => allows(username))
  if (domains !== undefined && allowed.length === 0) {
    return {
      session_message: "Session reauthentication required: no identity of yours is from an allowed domain",
      session_required_single_domain: domains
    }
  }
  if (!thing.high_assurance && thing.always_recent !== true) return undefined
  const requirement: Requirement = {
    highAssurance: thing.high_assurance,
    within: thing.authentication_timeout_mins * 60_000,
    mfa: thing.mfa_required,
    allows
  }
  return satisfies(state, actor, requirement, now)
    ? undefined
    : {
        session_message: "Session reauthentication required",
        session_required_identities: domains === undefined ? [actor.identity] : allowed.map(({ id }) => id),
        ...(thing.mfa_required ? { session_required_mfa: true } : {}),
        prompt: "login"
      }
}

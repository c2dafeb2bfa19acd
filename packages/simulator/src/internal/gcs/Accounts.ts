/**
 * Which local account somebody has on the storage behind a gateway: of an identity from an allowed domain, through the
 * gateway's mappings, if the gateway lets the account in.
 */
import { Connectors, IdentityMapping } from "@effect-globus/sdk/gcs"
import * as Array from "effect/Array"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { domainOf, identityProviderOf, identitySet, type Principal, type State } from "../State.ts"
import * as Credentials from "./Credentials.ts"
import type { Problem } from "./Problem.ts"
import { type Fields, recordOf, type Resource, text, texts } from "./Resource.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** A local account, and the identity that has it. */
export interface Account {
  readonly username: string
  readonly identity: string
}

// -----------------------------------------------------------------------------
// mappings
// -----------------------------------------------------------------------------

const Mappings = Schema.Array(IdentityMapping.IdentityMapping)
const isMappings = Schema.is(Mappings)

type Expression = NonNullable<
  Extract<
    IdentityMapping.IdentityMapping,
    { readonly DATA_TYPE: `expression_identity_mapping#${string}` }
  >["mappings"]
>[number]

/** A text with values in the place of names in braces, if there is one for each name. */
const fill = (template: string, valueOf: (name: string) => string | undefined): string | undefined => {
  let isComplete = true
  const filled = template.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    const value = valueOf(name)
    isComplete &&= value !== undefined
    return value ?? ""
  })
  return isComplete ? filled : undefined
}

/** The regular expressions of a server are Python's, in which groups have their names in another way. */
const patternOf = ({ ignore_case, match }: Expression): Option.Option<RegExp> =>
  Option.liftThrowable(() => {
    const pattern = (match ?? "").replaceAll("(?P<", "(?<").replaceAll(/\(\?P=(\w+)\)/g, "\\k<$1>")
    return new RegExp(`^(?:${pattern})$`, ignore_case === true ? "i" : "")
  })()

/** Where a mapping is not what it must be. */
export const mistakeIn = (
  mappings: unknown
): { readonly property: string; readonly message: string } | undefined => {
  if (!isMappings(mappings)) return undefined
  for (const [index, mapping] of mappings.entries()) {
    if (!IdentityMapping.is(mapping, "expression_identity_mapping")) continue
    for (const [place, expression] of (mapping.mappings ?? []).entries()) {
      if (expression.literal !== true && Option.isNone(patternOf(expression))) {
        return {
          property: `identity_mappings.${index}.mappings.${place}.match`,
          message: `It is no regular expression: ${expression.match}`
        }
      }
    }
  }
  return undefined
}

const byExpression = (
  expression: Expression,
  propertyOf: (name: string) => string | undefined
): string | undefined => {
  const { ignore_case, literal, match, output, source } = expression
  const subject = fill(source ?? "", propertyOf)
  if (subject === undefined) return undefined
  if (literal === true) {
    const isSame = ignore_case === true ? subject.toLowerCase() === match?.toLowerCase() : subject === match
    return isSame ? fill(output ?? "", propertyOf) : undefined
  }
  const found = Option.flatMap(patternOf(expression), (pattern) => Option.fromNullOr(pattern.exec(subject)))
  if (Option.isNone(found)) return undefined
  const { groups, ...byNumber } = found.value
  const groupOf = (name: string) =>
    /^\d+$/.test(name) ? byNumber[Number(name) + 1] : (groups?.[name] ?? propertyOf(name))
  return fill(output ?? "", groupOf)
}

const ofEndpoint = (state: State, { endpoint }: Resource, kind: Resource["kind"]): ReadonlyArray<Fields> =>
  [...state.gcs.values()].flatMap((resource) =>
    resource.endpoint === endpoint && resource.kind === kind ? [resource.fields] : []
  )

/** What a program answers, which is not run: the world says it. */
const byProgram = (
  state: State,
  gateway: Resource,
  command: string | undefined,
  who: Principal
): string | undefined => {
  const program = ofEndpoint(state, gateway, "mapping_program").find(
    (fields) => fields["command"] === command
  )
  const accounts = recordOf(program?.["accounts"]) ?? {}
  return text(accounts, who.username) ?? text(accounts, who.id) ?? undefined
}

const usernameOf = (state: State, gateway: Resource, who: Principal): string | undefined => {
  const mappings = gateway.fields["identity_mappings"]
  if (!isMappings(mappings) || mappings.length === 0) {
    // The accounts of a provider are named as identities are.
    return Credentials.providerOf(gateway) !== undefined ? who.username : who.username.replace(/@.*$/, "")
  }
  const { id, name } = identityProviderOf(state, who.username)
  const properties: Readonly<Record<string, string | null>> = {
    id: who.id,
    username: who.username,
    name: who.name,
    email: who.email,
    organization: who.organization,
    identity_provider: id,
    identity_provider_display_name: name
  }
  const propertyOf = (name: string) => properties[name] ?? undefined
  const candidates = mappings.flatMap((mapping) =>
    IdentityMapping.is(mapping, "expression_identity_mapping")
      ? (mapping.mappings ?? []).map((expression) => () => byExpression(expression, propertyOf))
      : IdentityMapping.is(mapping, "external_identity_mapping")
        ? [() => byProgram(state, gateway, mapping.command?.[0], who)]
        : []
  )
  for (const candidate of candidates) {
    const username = candidate()
    if (username !== undefined && username !== "") return username
  }
  return undefined
}

// -----------------------------------------------------------------------------
// accounts
// -----------------------------------------------------------------------------

const posix: ReadonlySet<unknown> = new Set([Connectors.posix.id, Connectors.posixStaging.id])

const has = (list: ReadonlyArray<string> | undefined, name: string): boolean => list?.includes(name) === true

/** The groups of a local account. */
export const groupsOf = (state: State, gateway: Resource, username: string): ReadonlyArray<string> =>
  texts(
    ofEndpoint(state, gateway, "local_account").find((fields) => fields["username"] === username) ?? {},
    "groups"
  ) ?? []

/** Whether lists of what is allowed, where there is any, and of what is not let an account pass. */
export const isListed = (
  account: { readonly username: string; readonly groups: ReadonlyArray<string> },
  users: {
    readonly allow: ReadonlyArray<string> | undefined
    readonly deny: ReadonlyArray<string> | undefined
  },
  groups: {
    readonly allow: ReadonlyArray<string> | undefined
    readonly deny: ReadonlyArray<string> | undefined
  }
): boolean => {
  const isOf = (list: ReadonlyArray<string> | undefined) => account.groups.some((group) => has(list, group))
  const isOpen = (users.allow ?? []).length + (groups.allow ?? []).length === 0
  return (
    !has(users.deny, account.username) &&
    !isOf(groups.deny) &&
    (isOpen || has(users.allow, account.username) || isOf(groups.allow))
  )
}

/** Whether there is such an account, and the gateway lets it in. Which accounts a machine has, only a world says. */
const isValid = (state: State, gateway: Resource, username: string): boolean => {
  const { fields } = gateway
  const accounts = posix.has(fields["connector_id"]) ? ofEndpoint(state, gateway, "local_account") : []
  const policies = recordOf(fields["policies"]) ?? {}
  return (
    (accounts.length === 0 || accounts.some((account) => account["username"] === username)) &&
    isListed(
      { username, groups: groupsOf(state, gateway, username) },
      { allow: texts(fields, "users_allow"), deny: texts(fields, "users_deny") },
      { allow: texts(policies, "groups_allow"), deny: texts(policies, "groups_deny") }
    )
  )
}

/** The account of somebody on the storage behind a gateway. */
export const accountOf = (
  state: State,
  gateway: Resource,
  identity: string
): Result.Result<Account, Problem> => {
  const domains = texts(gateway.fields, "allowed_domains")
  const admitted = identitySet(state, identity).filter(
    ({ username }) => domains === undefined || domains.includes(domainOf(username))
  )
  if (domains !== undefined && admitted.length === 0) {
    return Result.fail({ _tag: "NotFromAllowedDomain", domains })
  }
  const accounts = admitted.map((who) => ({
    identity: who.id,
    username: usernameOf(state, gateway, who),
    fallback: who.username
  }))
  const valid = Array.findFirst(accounts, ({ identity, username }) =>
    username !== undefined && isValid(state, gateway, username)
      ? Option.some({ identity, username })
      : Option.none()
  )
  return Result.fromOption(valid, () => ({
    _tag: "InvalidUser" as const,
    usernames: accounts.map(({ fallback, username }) => username ?? fallback)
  }))
}

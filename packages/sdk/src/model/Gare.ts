/**
 * Globus Auth Requirements Errors (GAREs): how a service says that a request would be served after another login, and
 * which. Use {@link detect} on the body of an error response, whatever is in it: it also understands the older shapes
 * that services still send, and tells which fields it could not use.
 *
 * ```ts
 * import { Gare } from "@effect-globus/sdk/model"
 *
 * const { gare, problems } = Gare.detect({
 *   code: "ConsentRequired",
 *   message: "Missing required data_access consent",
 *   required_scopes: ["transfer:all[*data_access]"]
 * })
 * // gare: Some({ code: "ConsentRequired", authorization_parameters: { required_scopes: […], session_message: … }, … })
 * // problems: []
 * ```
 *
 * Docs: https://docs.globus.org/guides/overviews/gares
 */
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as AuthorizationParameters from "./AuthorizationParameters.ts"
import * as Document from "./Document.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** A Globus Auth Requirements Error in its present form; what else the service sent along is kept. */
export const Gare = Document.make({
  /** Why: `ConsentRequired`, `AuthorizationRequired`, or a code of the service's own. */
  code: Schema.String,
  /** How to mend it: what the login has to bring. */
  authorization_parameters: AuthorizationParameters.AuthorizationParameters
})
export type Gare = typeof Gare.Type

/** A field that a service filled with something that it must not hold. */
export interface Problem {
  /** Where in the body, such as `errors[0].authorization_parameters.session_required_mfa`. */
  readonly field: string
  /** What it should be and what it is, such as `must be a boolean, but is a string`; never its value. */
  readonly detail: string
}

/** What {@link detect} found. */
export interface Detection {
  /** The error that asks for a login, without the fields that `problems` names. */
  readonly gare: Option.Option<Gare>
  /** The fields that could not be used; empty for a well-formed error, and for a body that is something else. */
  readonly problems: ReadonlyArray<Problem>
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/**
 * The Globus Auth Requirements Error in the body of an error response: at its root, or else in the first of its
 * `errors` (or its `error`) that is one. Older shapes are converted: a missing code, `authorization_parameters` with
 * comma-separated strings, Transfer's `ConsentRequired` with `required_scopes`, others' with `required_scope`, and
 * Auth's `dependent_consent_required` with `unapproved_scopes`. A field of a wrong type is left out and reported, and
 * an error without such fields is preferred. Accepts any value and never throws.
 */
export const detect = (body: unknown): Detection => {
  const problems: Array<Problem> = []
  let incomplete = Option.none<Gare>()
  for (const [document, path] of documentsIn(body)) {
    const before = problems.length
    const gare = Option.flatMap(read(document, path, problems), decode)
    if (Option.isSome(gare) && problems.length === before) return { gare, problems }
    incomplete = Option.orElse(incomplete, () => gare)
  }
  return { gare: incomplete, problems }
}

const decode = Schema.decodeUnknownOption(Gare)

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json => Predicate.isObject(value) && !Array.isArray(value)

const documentsIn = (body: unknown): ReadonlyArray<readonly [document: Json, path: string]> => {
  if (!isObject(body)) return []
  const documents: Array<readonly [Json, string]> = [[body, ""]]
  const { error, errors } = body
  if (Array.isArray(errors)) {
    for (const [index, item] of errors.entries()) {
      if (isObject(item)) documents.push([item, `errors[${index}].`])
    }
  }
  if (isObject(error)) documents.push([error, "error."])
  return documents
}

const read = (document: Json, path: string, problems: Array<Problem>): Option.Option<Json> => {
  if (isPresent(document["authorization_parameters"])) {
    const gare = readAuthorizationParameters(document, path, problems)
    if (Option.isSome(gare)) return gare
  }
  if (document["code"] === "ConsentRequired") {
    return Option.orElse(readConsentRequired(document, path, problems, "required_scopes", "message"), () =>
      readConsentRequired(document, path, problems, "required_scope", "description")
    )
  }
  if (document["error"] === "dependent_consent_required")
    return readDependentConsent(document, path, problems)
  return Option.none()
}

/** The present form, its code optional, and two of its lists allowed to be comma-separated strings. */
const readAuthorizationParameters = (
  document: Json,
  path: string,
  problems: Array<Problem>
): Option.Option<Json> => {
  const { authorization_parameters: given, code, ...others } = document
  if (!isObject(given)) {
    problems.push(problem(`${path}authorization_parameters`, "an object", given))
    return Option.none()
  }
  const parameters: Array<readonly [string, unknown]> = []
  for (const [name, value] of Object.entries(given)) {
    const field = Object.hasOwn(checks, name) ? checks[name] : undefined
    if (field === undefined || field.is(value)) parameters.push([name, value])
    else if (field.commaSeparated && typeof value === "string") parameters.push([name, value.split(",")])
    else if (isPresent(value)) {
      problems.push(problem(`${path}authorization_parameters.${name}`, field.expected, value))
    }
  }
  if (isPresent(code) && typeof code !== "string") problems.push(problem(`${path}code`, "a string", code))
  return Option.some({
    ...others,
    code: typeof code === "string" ? code : "AuthorizationRequired",
    authorization_parameters: Object.fromEntries(parameters)
  })
}

/** `ConsentRequired` as Transfer sends it (a list of scopes) and as action providers do (one scope). */
const readConsentRequired = (
  document: Json,
  path: string,
  problems: Array<Problem>,
  scopesField: "required_scopes" | "required_scope",
  messageField: "message" | "description"
): Option.Option<Json> => {
  const { [scopesField]: given, authorization_parameters: _, ...others } = document
  if (!isPresent(given)) return Option.none()
  const scopes = scopesField === "required_scope" ? [given] : given
  if (!isStrings(scopes)) {
    const expected = scopesField === "required_scope" ? "a string" : "a list of strings"
    problems.push(problem(`${path}${scopesField}`, expected, given))
    return Option.none()
  }
  const message = document[messageField]
  if (isPresent(message) && typeof message !== "string") {
    problems.push(problem(`${path}${messageField}`, "a string", message))
  }
  return Option.some({
    ...others,
    authorization_parameters: {
      required_scopes: scopes,
      ...(typeof message === "string" ? { session_message: message } : {})
    }
  })
}

/** What Auth answers to a service that may not use a scope in the name of a user. */
const readDependentConsent = (
  document: Json,
  path: string,
  problems: Array<Problem>
): Option.Option<Json> => {
  const { errors } = document
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined
  if (!isObject(first)) {
    problems.push(problem(`${path}errors`, "a list with an object first", errors))
    return Option.none()
  }
  const { unapproved_scopes: scopes = [] } = first
  if (!isStrings(scopes)) {
    problems.push(problem(`${path}errors[0].unapproved_scopes`, "a list of strings", scopes))
    return Option.none()
  }
  return Option.some({ code: "ConsentRequired", authorization_parameters: { required_scopes: scopes } })
}

interface Check {
  readonly is: (value: unknown) => boolean
  readonly expected: string
  readonly commaSeparated: boolean
}

const check = (schema: Schema.Constraint, expected: string, commaSeparated = false): Check => ({
  is: Schema.is(schema),
  expected,
  commaSeparated
})

const { fields } = AuthorizationParameters

const checks: Readonly<Record<string, Check>> = {
  session_message: check(fields.session_message, "a string"),
  session_required_identities: check(fields.session_required_identities, "a list of strings"),
  session_required_policies: check(fields.session_required_policies, "a list of strings", true),
  session_required_single_domain: check(fields.session_required_single_domain, "a list of strings", true),
  session_required_mfa: check(fields.session_required_mfa, "a boolean"),
  required_scopes: check(fields.required_scopes, "a list of strings"),
  prompt: check(fields.prompt, "a string")
} satisfies Record<keyof typeof fields, Check>

const isStrings = Schema.is(Schema.Array(Schema.String))

/** A null is as good as nothing. */
const isPresent = (value: unknown): boolean => value !== undefined && value !== null

const problem = (field: string, expected: string, value: unknown): Problem => ({
  field,
  detail: `must be ${expected}, but is ${kindOf(value)}`
})

const kindOf = (value: unknown): string => {
  if (value === undefined) return "missing"
  if (value === null) return "null"
  if (Array.isArray(value)) return "a list"
  return typeof value === "object" ? "an object" : `a ${typeof value}`
}

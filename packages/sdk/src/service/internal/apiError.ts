/** Reading the many shapes in which Globus services say no. */
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as GlobusError from "../../model/GlobusError.ts"
import * as DemandedLogin from "./demandedLogin.ts"

type Json = { readonly [key: string]: unknown }

const isObject = (value: unknown): value is Json => Predicate.isObject(value) && !Array.isArray(value)

const isList = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value)

const stringAt = (value: Json, key: string): string | undefined => {
  const found = value[key]
  return Predicate.isString(found) ? found : undefined
}

/** What is read out of a body before the status is considered. */
interface Said {
  readonly code: string | undefined
  readonly messages: ReadonlyArray<string>
  readonly errors: ReadonlyArray<GlobusError.SubError>
  readonly requestId: string | undefined
}

const nothing: Said = { code: undefined, messages: [], errors: [], requestId: undefined }

const present = (values: ReadonlyArray<string | undefined>): ReadonlyArray<string> =>
  values.filter((value) => value !== undefined)

const messageOf = (value: Json): string | undefined =>
  stringAt(value, "message") ?? stringAt(value, "detail") ?? stringAt(value, "title")

const subErrorSaying = (
  raw: Json,
  code: string | undefined,
  message: string | undefined
): GlobusError.SubError => ({
  ...(code === undefined ? {} : { code }),
  ...(message === undefined ? {} : { message }),
  raw
})

const subError = (raw: Json): GlobusError.SubError =>
  subErrorSaying(raw, stringAt(raw, "code"), messageOf(raw))

/** `[{ loc, msg }]`, as validation frameworks write it. */
const validations = (value: unknown): ReadonlyArray<Json> =>
  isList(value) ? value.filter(isObject).filter((item) => Predicate.isString(item["msg"])) : []

/** Flows and Timers: `{ error: { code, detail } }`; a `message` beside a list only counts what is in the list. */
const fromErrorObject = (error: Json): Said => {
  const invalid = validations(error["detail"])
  const code = stringAt(error, "code")
  const message = stringAt(error, "detail") ?? messageOf(error)
  return {
    ...nothing,
    code,
    messages: invalid.length > 0 ? present(invalid.map((item) => stringAt(item, "msg"))) : present([message]),
    errors: [subErrorSaying(error, code, invalid.length > 0 ? undefined : message)]
  }
}

/** Timers: `{ detail: [{ loc, msg }] }`. */
const fromValidations = (invalid: ReadonlyArray<Json>): Said => ({
  ...nothing,
  messages: invalid.map((item) => {
    const loc = item["loc"]
    const at = Array.isArray(loc) && loc.length > 0 ? `: ${loc.join(".")}` : ""
    return `${stringAt(item, "msg")}${at}`
  }),
  errors: invalid.map((item) => subErrorSaying(item, undefined, stringAt(item, "msg")))
})

/** JSON:API, Auth and some of Transfer: `{ errors: [...] }`, which a message beside the list sums up. */
const fromErrors = (body: Json, listed: ReadonlyArray<Json>): Said => {
  const codes = new Set(listed.map((error) => stringAt(error, "code")))
  const [common] = codes
  const sum = messageOf(body)
  const meta = body["meta"]
  return {
    code: stringAt(body, "code") ?? (codes.size === 1 ? common : undefined),
    messages: sum === undefined ? present(listed.map(messageOf)) : [sum],
    errors: listed.map(subError),
    requestId: isObject(meta) ? stringAt(meta, "request_id") : undefined
  }
}

/** Auth names the request as the id of its only error. */
const idOfOnlyError = (body: unknown): string | undefined => {
  const listed = isObject(body) ? body["errors"] : undefined
  return isList(listed) && listed.length === 1 && isObject(listed[0]) ? stringAt(listed[0], "id") : undefined
}

const read = (body: unknown): Said => {
  if (!isObject(body)) return nothing
  const error = body["error"]
  if (isObject(error)) return fromErrorObject(error)
  const invalid = validations(body["detail"])
  if (invalid.length > 0) return fromValidations(invalid)
  const listed = body["errors"]
  if (isList(listed) && listed.length > 0 && listed.every(isObject)) return fromErrors(body, listed)
  const code = stringAt(body, "code")
  const oauth = Predicate.isString(error)
  return {
    ...nothing,
    // RFC 6749 §5.2: OAuth2 endpoints say `error` and `error_description`.
    code: code ?? (oauth ? error : undefined),
    messages: present([messageOf(body) ?? (oauth ? stringAt(body, "error_description") : undefined)]),
    errors: Array.isArray(listed) && listed.length === 0 ? [] : [subError(body)]
  }
}

const reasonOf = (
  status: number,
  gare: boolean,
  retryAfter: number | undefined
): GlobusError.ApiErrorReason => {
  if (gare) return new GlobusError.ConsentRequired()
  switch (status) {
    case 401:
      return new GlobusError.Unauthorized()
    case 403:
      return new GlobusError.PermissionDenied()
    case 404:
    case 410:
      return new GlobusError.NotFound()
    case 409:
      return new GlobusError.Conflict()
    case 400:
    case 413:
    case 415:
    case 416:
    case 422:
      return new GlobusError.Rejected()
    case 429:
      return new GlobusError.RateLimited(retryAfter === undefined ? {} : { retryAfter })
    default:
      return status >= 500 ? new GlobusError.Unavailable() : new GlobusError.Other()
  }
}

const parseJson = (text: string): Option.Option<unknown> => {
  try {
    return Option.some(JSON.parse(text))
  } catch {
    return Option.none()
  }
}

/** The error that a response with a status outside 200–299 amounts to. */
export const fromResponse = (response: {
  readonly service: string
  readonly operation: string
  readonly status: number
  readonly contentType: string
  readonly text: string
  readonly retryAfter: number | undefined
}): GlobusError.ApiError => {
  const json = response.contentType.includes("json") ? parseJson(response.text) : Option.none()
  const body = Option.getOrElse(json, () => (response.text === "" ? null : response.text))
  const said = Option.match(json, { onNone: () => nothing, onSome: read })
  const gare = Option.isSome(DemandedLogin.detect({ body, status: response.status }).gare)
  const requestId =
    (isObject(body) ? stringAt(body, "request_id") : undefined) ??
    said.requestId ??
    (response.service === "auth" ? idOfOnlyError(body) : undefined)
  return new GlobusError.ApiError({
    service: response.service,
    operation: response.operation,
    status: response.status,
    reason: reasonOf(response.status, gare, response.retryAfter),
    ...(said.code === undefined ? {} : { code: said.code }),
    messages: said.messages,
    errors: said.errors,
    ...(requestId === undefined ? {} : { requestId }),
    body
  })
}

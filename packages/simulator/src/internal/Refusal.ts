/** Saying no, in the shape in which each service says it. */
import * as Data from "effect/Data"
import * as HttpServerResponse from "effect/http/HttpServerResponse"

/** A request that is not served, and why; each service renders it in its own shape. */
export class Refusal extends Data.TaggedError("Refusal")<{
  readonly status: number
  readonly code: string
  readonly message: string
  /** Further fields of the body, or of the error in it. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}> {}

/** Which request it was. */
export interface At {
  readonly requestId: string
  /** The path below the service. */
  readonly resource: string
}

/** How a service says no. */
export interface Voice {
  /** The body of a refusal. */
  readonly body: (refusal: Refusal, at: At) => unknown
  readonly contentType: string
  /** No token, or one that is not good. */
  readonly unauthorized: (detail: string) => Refusal
  /** A token that lacks a scope. */
  readonly missingScope: (scope: string) => Refusal
  /** Nothing is at this path. */
  readonly noRoute: Refusal
  /** A request that does not fit the contract. */
  readonly invalid: (
    detail: string,
    at: { readonly part: string; readonly path: ReadonlyArray<string | number> }
  ) => Refusal
  readonly notSimulated: (operation: string) => Refusal
  readonly broken: Refusal
}

/** The response of a refusal. */
export const respond = (voice: Voice, refusal: Refusal, at: At): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.text(JSON.stringify(voice.body(refusal, at)), {
    status: refusal.status,
    contentType: voice.contentType,
    headers: refusal.headers
  })

/** What FastAPI calls the parts of a request. */
const partNames: Readonly<Record<string, string>> = {
  Payload: "body",
  Params: "path",
  Query: "query",
  Headers: "header"
}

/** What is wrong with a request, as Groups, Timers and Compute tell it. */
const mistakes = (detail: string, { part, path }: Parameters<Voice["invalid"]>[1]) => [
  { loc: [partNames[part] ?? part.toLowerCase(), ...path], msg: detail, type: "value_error" }
]

const notSimulated = (code: string) => (operation: string) =>
  new Refusal({
    status: 501,
    code,
    message: `This is a simulation of Globus, and it does not simulate ${operation}.`
  })

// -----------------------------------------------------------------------------
// the services
// -----------------------------------------------------------------------------

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  500: "Internal Server Error",
  501: "Not Implemented"
}

/** An error of OAuth2 (RFC 6749 §5.2), whose codes are in lower case. */
export const oauth = (
  status: number,
  error: string,
  description?: string,
  headers?: Readonly<Record<string, string>>
) => new Refusal({ status, code: error, message: description ?? "", headers })

const isOAuth = (code: string): boolean => /^[a-z_]+$/.test(code)

/** Globus Auth: JSON:API, and at its OAuth2 endpoints RFC 6749. */
export const auth: Voice = {
  contentType: "application/json",
  body: (refusal, { requestId }) =>
    isOAuth(refusal.code)
      ? {
          error: refusal.code,
          ...(refusal.message === "" ? {} : { error_description: refusal.message }),
          ...refusal.fields
        }
      : {
          errors: [
            {
              status: String(refusal.status),
              id: requestId,
              code: refusal.code,
              detail: refusal.message,
              title: titles[refusal.status] ?? refusal.code,
              ...refusal.fields
            }
          ]
        },
  unauthorized: (detail) =>
    new Refusal({
      status: 401,
      code: "UNAUTHORIZED",
      message: detail,
      headers: { "www-authenticate": "Bearer" }
    }),
  missingScope: (scope) =>
    new Refusal({ status: 403, code: "FORBIDDEN", message: `The token lacks the scope ${scope}.` }),
  noRoute: new Refusal({ status: 404, code: "NOT_FOUND", message: "The requested resource was not found." }),
  invalid: (detail, { path }) =>
    new Refusal({
      status: 400,
      code: "MALFORMED_REQUEST",
      message: path.length === 0 ? detail : `${path.join(".")}: ${detail}`
    }),
  notSimulated: notSimulated("NOT_IMPLEMENTED"),
  broken: new Refusal({ status: 500, code: "INTERNAL_ERROR", message: "The simulator failed; see its log." })
}

/** Globus Transfer. */
export const transfer: Voice = {
  contentType: "application/json",
  body: (refusal, { requestId, resource }) => ({
    code: refusal.code,
    message: refusal.message,
    request_id: requestId,
    resource,
    ...refusal.fields
  }),
  unauthorized: (detail) => new Refusal({ status: 401, code: "AuthenticationFailed", message: detail }),
  missingScope: (scope) =>
    new Refusal({ status: 403, code: "PermissionDenied", message: `The token lacks the scope ${scope}` }),
  noRoute: new Refusal({ status: 404, code: "ClientError.NotFound", message: "No such resource" }),
  invalid: (detail, { part, path }) =>
    new Refusal({
      status: 400,
      code: part === "Payload" ? "ClientError.BadRequest" : "BadRequest",
      message: path.length === 0 ? detail : `Invalid value for ${path.join(".")}: ${detail}`
    }),
  notSimulated: notSimulated("NotImplemented"),
  broken: new Refusal({ status: 500, code: "ServerError", message: "The simulator failed; see its log." })
}

/** Globus Flows. */
export const flows: Voice = {
  contentType: "application/json",
  body: (refusal, { requestId }) => {
    const { authorization_parameters, ...fields } = refusal.fields ?? {}
    return {
      error: { code: refusal.code, detail: refusal.message, ...fields },
      // What a login mends is told beside the error.
      ...(authorization_parameters === undefined
        ? {}
        : { code: "AuthenticationPolicyRequired", authorization_parameters }),
      debug_id: requestId
    }
  },
  unauthorized: (detail) => new Refusal({ status: 401, code: "AUTHENTICATION_ERROR", message: detail }),
  missingScope: (scope) =>
    new Refusal({
      status: 403,
      code: "MISSING_SCOPE",
      message: `This action requires the following scope: ${scope}`
    }),
  noRoute: new Refusal({ status: 404, code: "NOT_FOUND", message: "The requested resource was not found." }),
  invalid: (detail, { path }) =>
    new Refusal({
      status: 422,
      code: "UNPROCESSABLE_ENTITY",
      message: detail,
      fields: {
        detail: [{ loc: path, msg: detail, type: "value_error" }],
        message: `1 validation error in body. $.${path.join(".")}: ${detail}`
      }
    }),
  notSimulated: notSimulated("NOT_IMPLEMENTED"),
  broken: new Refusal({ status: 500, code: "INTERNAL_ERROR", message: "The simulator failed; see its log." })
}

/** Globus Connect Server, and the collections of one over HTTPS. */
export const gcs: Voice = {
  contentType: "application/json",
  body: (refusal) => ({
    DATA_TYPE: "result#1.1.0",
    code: refusal.code,
    http_response_code: refusal.status,
    message: refusal.message,
    detail: null,
    data: [],
    has_next_page: false,
    marker: "",
    ...refusal.fields
  }),
  unauthorized: (detail) =>
    new Refusal({
      status: 401,
      code: "unauthorized",
      message: detail,
      headers: { "www-authenticate": "Bearer" }
    }),
  missingScope: (scope) =>
    new Refusal({
      status: 403,
      code: "permission_denied",
      message: `The token lacks the scope ${scope}`,
      fields: { detail: { DATA_TYPE: "missing_required_scopes#1.0.0", required_scopes: [scope] } }
    }),
  noRoute: new Refusal({ status: 404, code: "not_found", message: "Nothing is at this path" }),
  invalid: (detail, { path }) =>
    new Refusal({
      status: 422,
      code: "unprocessable_entity",
      message: "Data Validation Error",
      fields: {
        detail: {
          DATA_TYPE: "invalid_input#1.0.0",
          errors: [{ property: path.join("."), message: detail }]
        }
      }
    }),
  notSimulated: notSimulated("not_implemented"),
  broken: new Refusal({
    status: 500,
    code: "internal_server_error",
    message: "The simulator failed; see its log."
  })
}

/** Globus Groups. */
export const groups: Voice = {
  contentType: "application/json",
  body: (refusal, { requestId, resource }) => ({
    ...(refusal.code === "" ? {} : { code: refusal.code }),
    detail: refusal.message,
    schema: {},
    resource,
    trace_id: requestId,
    ...refusal.fields
  }),
  unauthorized: (detail) =>
    new Refusal({
      status: 401,
      code: "UNAUTHORIZED",
      message: detail,
      fields: { authorization_parameters: {} }
    }),
  missingScope: (scope) =>
    new Refusal({ status: 403, code: "FORBIDDEN", message: `The token lacks the scope ${scope}` }),
  noRoute: new Refusal({ status: 404, code: "", message: "Not Found" }),
  invalid: (detail, where) =>
    new Refusal({ status: 422, code: "", message: detail, fields: { detail: mistakes(detail, where) } }),
  notSimulated: notSimulated("NOT_IMPLEMENTED"),
  broken: new Refusal({ status: 500, code: "INTERNAL_ERROR", message: "The simulator failed; see its log." })
}

/** Globus Search. */
export const search: Voice = {
  contentType: "application/json",
  body: (refusal, { requestId }) => ({
    "@datatype": "GError",
    "@version": "2017-09-01",
    status: refusal.status,
    code: refusal.code,
    message: refusal.message,
    request_id: requestId,
    ...refusal.fields
  }),
  unauthorized: (detail) => new Refusal({ status: 401, code: "Unauthorized.Generic", message: detail }),
  missingScope: (scope) =>
    new Refusal({
      status: 403,
      code: "Forbidden.Generic",
      message: "request denied by service",
      fields: { error_data: { cause: `The token lacks the scope ${scope}` } }
    }),
  noRoute: new Refusal({
    status: 404,
    code: "NotFound.Generic",
    message: "The requested resource was not found."
  }),
  invalid: (detail, { part, path }) =>
    new Refusal({
      status: 400,
      code: "BadRequest.ValidationError",
      message: path.length === 0 ? detail : `${path.join(".")}: ${detail}`,
      fields: { error_data: { [part.toLowerCase()]: { [path.join(".")]: [detail] } } }
    }),
  notSimulated: notSimulated("NotImplemented.Generic"),
  broken: new Refusal({
    status: 500,
    code: "InternalServerError.Generic",
    message: "The simulator failed; see its log."
  })
}

/** Globus Timers. */
export const timers: Voice = {
  contentType: "application/json",
  body: (refusal) =>
    refusal.code === ""
      ? { detail: refusal.message, ...refusal.fields }
      : { error: { code: refusal.code, detail: refusal.message, status: refusal.status, ...refusal.fields } },
  unauthorized: (detail) => new Refusal({ status: 401, code: "AUTHENTICATION_ERROR", message: detail }),
  missingScope: (scope) =>
    new Refusal({
      status: 403,
      code: "MISSING_SCOPE",
      message: `This action requires the following scope: ${scope}`
    }),
  noRoute: new Refusal({ status: 404, code: "", message: "Not Found" }),
  invalid: (detail, where) =>
    new Refusal({ status: 422, code: "", message: detail, fields: { detail: mistakes(detail, where) } }),
  notSimulated: notSimulated("NOT_IMPLEMENTED"),
  broken: new Refusal({ status: 500, code: "ERROR", message: "The simulator failed; see its log." })
}

/** Globus Compute. */
export const compute: Voice = {
  contentType: "application/json",
  body: (refusal) => ({
    status: "Failed",
    code: refusal.code,
    error_args: [],
    http_status_code: refusal.status,
    detail: refusal.message,
    reason: refusal.message,
    ...refusal.fields
  }),
  unauthorized: (detail) => new Refusal({ status: 401, code: "USER_UNAUTHENTICATED", message: detail }),
  missingScope: (scope) =>
    new Refusal({ status: 403, code: "MISSING_SCOPE", message: `The token lacks the scope ${scope}` }),
  noRoute: new Refusal({ status: 404, code: "NOT_FOUND", message: "Not Found" }),
  invalid: (detail, where) =>
    new Refusal({
      status: 422,
      code: "REQUEST_MALFORMED",
      message: detail,
      fields: { detail: mistakes(detail, where), reason: mistakes(detail, where) }
    }),
  notSimulated: notSimulated("NOT_IMPLEMENTED"),
  broken: new Refusal({ status: 500, code: "INTERNAL_ERROR", message: "The simulator failed; see its log." })
}

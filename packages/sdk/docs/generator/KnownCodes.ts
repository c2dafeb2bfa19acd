/**
 * The codes that services are known to refuse with: those of recorded responses and of the services' own descriptions.
 * Services have others; `ApiError.reason` tells what kind of refusal those are.
 */

/** A code of an `ApiError`. */
export interface KnownCode {
  /** As `ApiError.is` takes it. */
  readonly code: string
  /** The status that it comes with, where that is known. */
  readonly status?: number
  /** What it means, and what to do about it. */
  readonly means: string
}

/** The codes by service. */
export const knownCodes: Readonly<Record<string, ReadonlyArray<KnownCode>>> = {
  auth: [
    {
      code: "invalid_grant",
      means:
        "The code, the refresh token or the other grant is not good, or not any more. An app logs in again by itself (RFC 6749 §5.2)."
    },
    {
      code: "invalid_client",
      status: 401,
      means:
        "The client's id or secret is wrong; a `ClientApp` fails with an `InvalidConfiguration` (RFC 6749 §5.2)."
    },
    {
      code: "unauthorized_client",
      means:
        "The client may not use this grant; a `ClientApp` fails with an `InvalidConfiguration` (RFC 6749 §5.2)."
    },
    { code: "UNAUTHORIZED", status: 401, means: "The request has no token, or one that is not accepted." },
    {
      code: "FORBIDDEN",
      status: 403,
      means:
        "The identity may not do it. With `authorization_parameters`, another session may: an app logs in for it."
    },
    {
      code: "DEPENDENT_CONSENT_REQUIRED",
      status: 403,
      means: "`dependentTokens` lacks consents of the user, which `unapproved_scopes` of the body names."
    }
  ],
  compute: [],
  flows: [
    {
      code: "UNPROCESSABLE_ENTITY",
      status: 422,
      means: "A definition, a principal or an answer to a web input is wrong; `messages` say where."
    },
    {
      code: "FLOW_INPUT_ERROR",
      status: 400,
      means: "The input of the run does not fit the flow's input schema; `messages` say where."
    },
    {
      code: "MISSING_SCOPE",
      status: 403,
      means: "The token lacks a scope of the flow: add it with `addScopes` of `SpecificFlowClient`."
    },
    { code: "FORBIDDEN", status: 403, means: "The identity has no role in the flow or run that allows it." },
    {
      code: "AUTHENTICATION_POLICY_REQUIRED",
      status: 403,
      means:
        "The flow has an authentication policy that no identity of the session meets: an app logs in for it."
    },
    {
      code: "NOT_FOUND",
      status: 404,
      means: "There is none with this id, or none that this identity may see."
    },
    {
      code: "STATE_CONFLICT",
      status: 409,
      means: "The run's status does not allow it, such as to delete a run that is active."
    }
  ],
  gcs: [
    { code: "bad_request", status: 400, means: "The request is malformed." },
    {
      code: "not_authorized",
      status: 401,
      means: "The token is not accepted. `ErrorDetail`: `missing_required_scopes`."
    },
    {
      code: "permission_denied",
      status: 403,
      means:
        "The identity may not do it. `ErrorDetail` says why: `missing_required_role`, `not_resource_owner`, `authentication_timeout`, `credential_not_found`, `invalid_credential`, `invalid_user`, `id_not_in_identity_set`, `not_from_allowed_domain`, `subscription_required`, `limit_exceeded`."
    },
    {
      code: "not_found",
      status: 404,
      means: "There is no such thing. `ErrorDetail`: `collection_not_found`, `storage_gateway_not_found`."
    },
    {
      code: "conflict",
      status: 409,
      means: "Something else stands in the way. `ErrorDetail`: `resource_conflict`."
    },
    { code: "unsupported_media_type", status: 415, means: "The body is not JSON." },
    {
      code: "unprocessable_entity",
      status: 422,
      means: "A field is wrong. `ErrorDetail`: `invalid_input`, which names the fields."
    }
  ],
  groups: [
    {
      code: "GROUP_NOT_FOUND",
      status: 404,
      means: "There is no such group, or none that this identity may see."
    }
  ],
  search: [
    {
      code: "Forbidden.Generic",
      status: 403,
      means: 'The identity has no role on the index that allows it. `is("Forbidden")` matches it too.'
    },
    {
      code: "Conflict.LimitExceeded",
      status: 409,
      means: 'There are as many trial indices as one identity may own. `is("Conflict")` matches it too.'
    }
  ],
  timers: [
    { code: "ERROR", means: "Timers failed, or refused without saying more: see `messages` and `status`." }
  ],
  transfer: [
    {
      code: "BadRequest",
      status: 400,
      means:
        "The request makes no sense: `messages` say why. Submissions may say `ClientError.BadRequest` instead."
    },
    {
      code: "ClientError.BadRequest",
      status: 400,
      means:
        "The submission makes no sense. A longer code may say why: `ClientError.BadRequest.NoTransferItems`."
    },
    {
      code: "ConsentRequired",
      status: 403,
      means:
        "A consent is missing, such as `data_access` of a mapped collection, which `required_scopes` of the body names: an app logs in for it."
    },
    { code: "PermissionDenied", status: 403, means: "The identity may not do it." },
    {
      code: "EndpointPermissionDenied",
      status: 403,
      means: "The endpoint denies it, such as a path that it does not allow."
    },
    { code: "EndpointNotFound", status: 404, means: "There is no such collection or endpoint." },
    { code: "ClientError.NotFound", means: "There is nothing at this path." },
    {
      code: "EndpointError",
      means: "The endpoint failed: `messages` say how, in its own words."
    },
    {
      code: "ExternalError.DirListingFailed.LoginFailed",
      means: "The directory could not be listed, because the endpoint did not let this identity in."
    },
    { code: "NotSupported", means: "The collection does not support it." },
    { code: "OperationPaused", means: "Operations on the collection are paused." },
    { code: "Conflict", means: "The submission contradicts the present state." },
    { code: "ServiceUnavailable", means: "Transfer is in trouble: try again later." }
  ]
}

/**
 * What Globus Connect Server says about a refusal, beyond its code: which role, scope or credential is missing, which
 * field is wrong. It is a document in the body of an `ApiError`, told apart by `DATA_TYPE`.
 *
 * ```ts
 * import { CollectionData, ErrorDetail, GcsClient } from "@effect-globus/sdk/gcs"
 * import { Effect, Option } from "effect"
 *
 * declare const collection: CollectionData.Guest
 *
 * const program = Effect.gen(function* () {
 *   const gcs = yield* GcsClient
 *   return yield* gcs.createCollection(CollectionData.guest(collection))
 * }).pipe(
 *   Effect.tapErrorTag("ApiError", (error) => {
 *     const detail = Option.getOrUndefined(ErrorDetail.of(error))
 *     return detail !== undefined && ErrorDetail.is(detail, "missing_required_role")
 *       ? Effect.logError("You need one of these roles:", detail.roles)
 *       : Effect.void
 *   })
 * )
 * ```
 *
 * The codes (`ApiError.code`), and what may stand beside them:
 *
 * | status | code                      | details                                                                         |
 * | ------ | ------------------------- | ------------------------------------------------------------------------------- |
 * | 400    | `bad_request`             |                                                                                 |
 * | 401    | `not_authorized`          | `missing_required_scopes`                                                       |
 * | 403    | `permission_denied`       | `missing_required_role`, `not_resource_owner`, `authentication_timeout`, `credential_not_found`, `invalid_credential`, `invalid_user`, `id_not_in_identity_set`, `not_from_allowed_domain`, `subscription_required`, `limit_exceeded` |
 * | 404    | `not_found`               | `collection_not_found`, `storage_gateway_not_found`                             |
 * | 409    | `conflict`                | `resource_conflict`                                                             |
 * | 415    | `unsupported_media_type`  |                                                                                 |
 * | 422    | `unprocessable_entity`    | `invalid_input`                                                                 |
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5.4/api/
 */
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import type { ApiError } from "../model/GlobusError.ts"
import { EndpointId, IdentityId, received, StorageGatewayId, UserCredentialId } from "../model/Id.ts"
import * as DataType from "./internal/dataType.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const identityId = Schema.NullOr(received(IdentityId))
const listOf = <const Fields extends Schema.Struct.Fields>(fields: Fields) =>
  Schema.NullOr(Schema.Array(Document.make(fields)))

const kinds = [
  /** The authentication is too old: log in again, as one of these identities. */
  DataType.kind(
    "authentication_timeout",
    Field.received({
      identities: Schema.NullOr(Schema.Array(received(IdentityId))),
      high_assurance: Field.flag,
      require_mfa: Field.flag
    })
  ),
  DataType.kind(
    "collection_not_found",
    Field.received({ collection_id: Schema.NullOr(received(EndpointId)) })
  ),
  /** There is no credential for the storage: create one, for one of these accounts. */
  DataType.kind(
    "credential_not_found",
    Field.received({
      accounts: listOf(
        Field.received({
          identity_id: identityId,
          storage_gateway_id: Schema.NullOr(received(StorageGatewayId)),
          username: Field.text
        })
      )
    })
  ),
  DataType.kind("id_not_in_identity_set", Field.received({ id: identityId })),
  DataType.kind(
    "invalid_credential",
    Field.received({ user_credential_id: Schema.NullOr(received(UserCredentialId)) })
  ),
  /** Which fields are wrong, and why. */
  DataType.kind(
    "invalid_input",
    Field.received({ errors: listOf(Field.received({ property: Field.text, message: Field.text })) })
  ),
  DataType.kind("invalid_user", Field.received({ usernames: Field.texts })),
  DataType.kind("limit_exceeded", {}),
  /** Any one of these roles would do. */
  DataType.kind(
    "missing_required_role",
    Field.received({ roles: listOf(Field.received({ role: Field.text, collection: Field.text })) })
  ),
  DataType.kind("missing_required_scopes", Field.received({ required_scopes: Field.texts })),
  DataType.kind("not_from_allowed_domain", Field.received({ allowed_domains: Field.texts })),
  DataType.kind("not_resource_owner", Field.received({ id: Field.text })),
  /** What stands in the way, by its path. */
  DataType.kind("resource_conflict", Field.received({ resources: Field.texts })),
  DataType.kind(
    "storage_gateway_not_found",
    Field.received({ storage_gateway_id: Schema.NullOr(received(StorageGatewayId)) })
  ),
  DataType.kind(
    "subscription_required",
    Field.received({ subscription_level: Field.text, add_ons: Field.texts })
  )
] as const

/** What is said about a refusal, told apart by `DATA_TYPE`; what is not known here stays as it is. */
export const ErrorDetail = DataType.oneOf(kinds)
export type ErrorDetail = typeof ErrorDetail.Type

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const decode = Schema.decodeUnknownOption(ErrorDetail)

/** What the server says about a refusal, where it says more than a sentence. */
export const of = (error: ApiError): Option.Option<ErrorDetail> =>
  Predicate.hasProperty(error.body, "detail") ? decode(error.body.detail) : Option.none()

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** Whether it is of this kind, in whatever version: `is(detail, "missing_required_role")`. */
export const is = DataType.isKind(kinds)

/**
 * The operations that say who is who, and what they have consented to.
 *
 * ```ts
 * import { AuthApi } from "@effect-globus/sdk/auth"
 *
 * AuthApi.groups.identities.endpoints.getIdentities.path // "/v2/api/identities"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import * as Document from "../../model/Document.ts"
import { given, IdentityId, Uuid } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import * as Query from "../../service/Query.ts"
import * as Identity from "../IdentityDocument.ts"

const params = { identity_id: IdentityId } as const

/** What may come with identities. */
const include = Query.commas(Document.openLiterals(["identity_provider"]))

export const getIdentities = Operation.get("getIdentities", "/v2/api/identities", {
  query: {
    usernames: Query.commas(Schema.String),
    ids: Query.commas(given(IdentityId)),
    provision: Query.boolean,
    include
  },
  success: Identity.Identities
})

export const getIdentity = Operation.get("getIdentity", "/v2/api/identities/:identity_id", {
  params,
  query: { include },
  success: Identity.IdentityDocument
})

export const getConsents = Operation.get("getConsents", "/v2/api/identities/:identity_id/consents", {
  params,
  query: { all: Query.boolean },
  success: Identity.Consents
})

export const getIdentityProviders = Operation.get("getIdentityProviders", "/v2/api/identity_providers", {
  query: { domains: Query.commas(Schema.String), ids: Query.commas(Uuid) },
  success: Identity.IdentityProviders
})

/** The operations on identities. */
export const Identities = HttpApiGroup.make("identities").add(
  getIdentities,
  getIdentity,
  getConsents,
  getIdentityProviders
)

/** What is registered with Globus Auth in the tests, and a client that notes what it sends and needs. */
import * as Layer from "effect/Layer"
import { AuthClient } from "../../../src/auth/AuthClient.ts"
import { Transport } from "../../../src/service/Transport.ts"
import { keeping } from "../../service/internal/KeepingAuthorizer.ts"
import * as Probe from "../../service/internal/Probe.ts"
import * as StubHttp from "../../service/internal/StubHttp.ts"

export const identityId = "ae341a98-d274-11e5-b888-dbae3a8ba545"
export const groupId = "31ce9ba0-176d-45a5-add3-f37d233ba47d"
export const projectId = "2bf0ae28-7a93-4a9c-bb9f-1ea0a8c0a5de"
export const policyId = "99d2dc75-3acb-48ff-b5e5-2eee0a5121d1"
export const clientId = "3f33d83f-ec0a-4190-887d-0622e7c4ee9a"
export const credentialId = "cf88318e-b2dd-43fd-8ea5-2086fc69ffac"
export const scopeId = "87cf7b34-e1e1-4805-a8d5-51ab59fe6000"

/** A secret that must appear nowhere. */
export const canary = "canary-9d41c7"

export const identity = {
  id: identityId,
  username: "ada@example.org",
  identity_type: "login",
  status: "used"
}

export const project = {
  id: projectId,
  display_name: "Beamline 7",
  project_name: "Beamline 7",
  contact_email: "beamline7@example.org",
  admins: { identities: [identity], groups: [] },
  admin_ids: [identityId],
  admin_group_ids: null
}

export const policy = {
  id: policyId,
  project_id: projectId,
  display_name: "Staff",
  description: "Only people of example.org",
  high_assurance: true,
  required_mfa: false,
  authentication_assurance_timeout: 3600,
  domain_constraints_include: ["example.org"],
  domain_constraints_exclude: null
}

export const client = {
  id: clientId,
  name: "Portal",
  client_type: "confidential_client",
  public_client: false,
  grant_types: ["authorization_code", "client_credentials", "refresh_token"],
  visibility: "private",
  scopes: [scopeId],
  fqdns: ["example.org"],
  redirect_uris: ["https://example.org/callback"],
  links: { privacy_policy: null, terms_and_conditions: null },
  project: projectId,
  parent_client: null,
  required_idp: null,
  preselect_idp: null,
  userinfo_from_effective_identity: true,
  prompt_for_named_grant: false
}

export const credential = {
  id: credentialId,
  client: clientId,
  name: "first",
  created: "2026-01-01T00:00:00+00:00",
  secret: null
}

export const scope = {
  id: scopeId,
  client: clientId,
  scope_string: `https://auth.globus.org/scopes/${clientId}/manage`,
  name: "Manage",
  description: "Manage samples",
  advertised: false,
  allows_refresh_token: true,
  required_domains: [],
  dependent_scopes: [{ scope: scopeId, optional: true, requires_refresh_token: false }]
}

/** A client of a Globus Auth that answers like this. */
export const globus = (answer: (sent: StubHttp.Sent) => StubHttp.Answer) => {
  const { layer: http, sent } = StubHttp.make(answer)
  const { needs, parts } = keeping()
  const transport = Layer.provide(Transport.layerWith({ retries: 0 }), http)
  return {
    sent,
    needs,
    transport,
    layer: Layer.provide(AuthClient.layer, Layer.merge(Probe.authorizer(parts), transport)),
    /** Each request as `VERB /path?query`, decoded. */
    lines: () => sent.map(({ method, url }) => `${method} ${url.pathname}${decodeURIComponent(url.search)}`),
    /** The JSON body of a request, if it has one. */
    bodyOf: (index: number): unknown => {
      const body = sent[index]?.body ?? ""
      return body === "" ? undefined : JSON.parse(body)
    }
  }
}

/** A client of a Globus Auth that answers everything with this document. */
export const answering = (document: unknown) => globus(() => StubHttp.json(document))

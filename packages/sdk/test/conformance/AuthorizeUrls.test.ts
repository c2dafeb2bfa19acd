/** Authorization URLs have the parameters that the official Python SDK gives them, and better ones where they are weak. */
import { assert, it } from "@effect/vitest"
import * as Digest from "effect/crypto/Digest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as AuthorizeUrl from "../../src/auth/AuthorizeUrl.ts"
import * as Pkce from "../../src/auth/Pkce.ts"
import * as Environment from "../../src/model/Environment.ts"
import * as GlobusScope from "../../src/model/GlobusScope.ts"
import * as Reference from "./internal/Reference.ts"

const OneOrMore = Schema.Union([Schema.Array(Schema.String), Schema.String])

const Case = Schema.Struct({
  id: Schema.String,
  client: Schema.Literals(["native", "confidential"]),
  clientId: Schema.String,
  start: Schema.Struct({
    requested_scopes: OneOrMore,
    verifier: Schema.optionalKey(Schema.String),
    refresh_tokens: Schema.optionalKey(Schema.Boolean),
    state: Schema.optionalKey(Schema.String),
    redirect_uri: Schema.optionalKey(Schema.String),
    prefill_named_grant: Schema.optionalKey(Schema.String)
  }),
  params: Schema.Struct({
    session_message: Schema.optionalKey(Schema.String),
    session_required_identities: Schema.optionalKey(OneOrMore),
    session_required_policies: Schema.optionalKey(OneOrMore),
    session_required_single_domain: Schema.optionalKey(OneOrMore),
    session_required_mfa: Schema.optionalKey(Schema.Boolean),
    prompt: Schema.optionalKey(Schema.String),
    query_params: Schema.optionalKey(Schema.Record(Schema.String, Schema.String))
  }),
  endpoint: Schema.String,
  query: Schema.Record(Schema.String, Schema.String)
})

const list = (value: string | ReadonlyArray<string>): ReadonlyArray<string> =>
  typeof value === "string" ? [value] : value

Reference.suite("authorize-url-cases.json", Schema.Array(Case), (cases) => {
  for (const { client, clientId, endpoint, id, params, query, start } of cases) {
    it.effect(id, () =>
      Effect.gen(function* () {
        const authUrl = Environment.production.urls.auth
        const { query_params, ...parameters } = params
        const pkce =
          start.verifier === undefined ? undefined : yield* Pkce.fromVerifier(Redacted.make(start.verifier))
        const url = new URL(
          AuthorizeUrl.make({
            authUrl,
            clientId,
            redirectUri: start.redirect_uri ?? AuthorizeUrl.codePageUri(authUrl),
            scope: GlobusScope.serialize(yield* GlobusScope.fromInputEffect(start.requested_scopes)),
            // Better: where the official SDK always says `_default`, an app of ours says something unguessable, so
            // that leaving the state out is not even possible.
            state: start.state ?? "_default",
            codeChallenge: pkce?.challenge,
            refreshTokens: start.refresh_tokens,
            prefillNamedGrant: start.prefill_named_grant,
            parameters: Object.fromEntries(
              Object.entries(parameters).map(([name, value]) => [
                name,
                /identities|policies|domain/.test(name) && typeof value !== "boolean" ? list(value) : value
              ])
            ),
            query: query_params
          })
        )
        assert.strictEqual(`${url.origin}${url.pathname}`, endpoint)
        assert.deepStrictEqual(Object.fromEntries(url.searchParams), query)
        assert.strictEqual(client === "native", url.searchParams.has("code_challenge"))
      }).pipe(Effect.provide(Digest.layerWebCrypto))
    )
  }
})

/** A Globus Connect Server that answers as a test says, and an app that notes what it is asked for. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { GcsClient } from "../../../src/gcs/GcsClient.ts"
import * as GlobusScope from "../../../src/model/GlobusScope.ts"
import { Authorizer, bearer, type Need, type Refusal, type Service } from "../../../src/service/Authorizer.ts"
import { type Options, Transport } from "../../../src/service/Transport.ts"
import * as StubHttp from "../../service/internal/StubHttp.ts"

export const address = "abc.xyz.data.globus.org"
export const endpointId = "98ab3f78-e7c2-4ecd-857c-c0f5f3907880"
export const manageCollections = `urn:globus:auth:scope:${endpointId}:manage_collections`

/** An envelope, as the server sends it. */
export const envelope = (data: ReadonlyArray<unknown>, fields: Record<string, unknown> = {}) => ({
  DATA_TYPE: "result#1.0.0",
  code: "success",
  detail: "success",
  http_response_code: 200,
  has_next_page: false,
  message: "Operation successful",
  data,
  ...fields
})

/** An envelope as a response. */
export const result = (
  data: ReadonlyArray<unknown>,
  { status = 200, ...fields }: { readonly status?: number; readonly [field: string]: unknown } = {}
) => StubHttp.json(envelope(data, { http_response_code: status, ...fields }), { status })

/** A refusal as a response. */
export const refusal = (status: number, code: string, fields: Record<string, unknown> = {}) =>
  StubHttp.json(
    { DATA_TYPE: "result#1.1.0", code, http_response_code: status, message: "No.", detail: null, ...fields },
    { status }
  )

/** The client, with what was sent and what the app was asked for. `login` says whether a login mends a refusal. */
export const make = (
  answer: (sent: StubHttp.Sent, index: number) => StubHttp.Answer,
  {
    login = false,
    transport = { retries: 0 }
  }: { readonly login?: boolean; readonly transport?: Options } = {}
) => {
  const network = StubHttp.make(answer)
  const required: Array<string> = []
  const needs: Array<Need> = []
  const refusals: Array<Refusal> = []
  const authorizer: Service = {
    appName: Option.some("tests"),
    require: (resourceServer, scopes) =>
      Effect.sync(() => void required.push(`${resourceServer}: ${GlobusScope.serialize(scopes)}`)),
    authorize: (need) =>
      Effect.sync(() => {
        needs.push(need)
        return Option.some(bearer(Redacted.make("token", { label: "token" })))
      }),
    recover: (refusal) =>
      Effect.sync(() => {
        refusals.push(refusal)
        return login
      })
  }
  const dependencies = Layer.merge(
    Layer.succeed(Authorizer, authorizer),
    Layer.provide(Transport.layerWith(transport), network.layer)
  )
  return {
    sent: network.sent,
    required,
    needs,
    refusals,
    dependencies,
    layer: Layer.provide(GcsClient.layerWith({ address, endpointId }), dependencies),
    /** Each request as `VERB /path?query`. */
    lines: () =>
      network.sent.map(
        ({ method, url }) => `${method} ${url.pathname}${decodeURIComponent(url.search.replaceAll("+", " "))}`
      ),
    /** The JSON body of a request. */
    bodyOf: (index: number): unknown => JSON.parse(network.sent[index]?.body || "null")
  }
}

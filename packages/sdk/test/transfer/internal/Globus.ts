/** A TransferClient on a network that answers as a test says, and an app that notes what it is asked for. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as GlobusScope from "../../../src/model/GlobusScope.ts"
import { Authorizer, bearer, type Refusal, type Service } from "../../../src/service/Authorizer.ts"
import { Transport } from "../../../src/service/Transport.ts"
import { TransferClient } from "../../../src/transfer/TransferClient.ts"
import * as StubHttp from "../../service/internal/StubHttp.ts"

export const source = "6c54cade-bde5-45c1-bdea-f4bd71dba2cc"
export const destination = "31ce9ba0-176d-45a5-add3-f37d233ba47d"
export const submissionId = "5f3d9a4e-0000-4000-8000-0000000000aa"
export const taskId = "d625cc04-2f08-5453-b980-834c9cceb289"

/** What the app was asked for. */
export interface Asked {
  readonly required: Array<string>
  readonly refusals: Array<Refusal>
}

/** The client, with what was sent and what the app was asked for. `login` says whether a login mends a refusal. */
export const make = (
  answer: (sent: StubHttp.Sent, index: number) => StubHttp.Answer,
  { login = false }: { readonly login?: boolean } = {}
) => {
  const network = StubHttp.make(answer)
  const asked: Asked = { required: [], refusals: [] }
  const authorizer: Service = {
    appName: Option.none(),
    require: (resourceServer, scopes) =>
      Effect.sync(() => {
        asked.required.push(`${resourceServer}: ${GlobusScope.serialize(scopes)}`)
      }),
    authorize: () => Effect.succeedSome(bearer(Redacted.make("token", { label: "token" }))),
    recover: (refusal) =>
      Effect.sync(() => {
        asked.refusals.push(refusal)
        return login
      })
  }
  const dependencies = Layer.merge(
    Layer.succeed(Authorizer, authorizer),
    Layer.provide(Transport.layerWith({}), network.layer)
  )
  const layer = Layer.provide(TransferClient.layer, dependencies)
  return {
    sent: network.sent,
    asked,
    dependencies,
    layer,
    /** Each request as `VERB /path?query`. */
    lines: () => network.sent.map(({ method, url }) => `${method} ${url.pathname}${url.search}`),
    /** The JSON body of a request. */
    bodyOf: (index: number): unknown => JSON.parse(network.sent[index]?.body ?? "null")
  }
}

export const json = StubHttp.json
export type Answer = StubHttp.Answer
export type Sent = StubHttp.Sent

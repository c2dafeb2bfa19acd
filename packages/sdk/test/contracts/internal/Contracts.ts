/** The contracts of all services, the operations in them, and how to call any of those. */
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import type * as HttpApi from "effect/http-api/HttpApi"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import type * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { AuthApi } from "../../../src/auth/Api.ts"
import { ComputeV2, ComputeV3 } from "../../../src/compute/Api.ts"
import { FlowsApi } from "../../../src/flows/Api.ts"
import { GcsApi } from "../../../src/gcs/Api.ts"
import { GroupsApi } from "../../../src/groups/Api.ts"
import { actions } from "../../../src/groups/MembershipActions.ts"
import type { GlobusError } from "../../../src/model/GlobusError.ts"
import { ResourceServer, Uuid } from "../../../src/model/Id.ts"
import { SearchApi } from "../../../src/search/Api.ts"
import * as ServiceClient from "../../../src/service/ServiceClient.ts"
import { TimersApi } from "../../../src/timers/Api.ts"
import { TransferApi } from "../../../src/transfer/Api.ts"
import * as NewClients from "../../auth/internal/NewClients.ts"
import * as Probe from "../../service/internal/Probe.ts"
import * as StubHttp from "../../service/internal/StubHttp.ts"

/** A contract, of which only its values are read. */
export type Contract = HttpApi.HttpApi<string, HttpApiGroup.Top>

// Contracts differ in their type parameters, which are not needed here.
const contract = <Id extends string, Groups extends HttpApiGroup.Constraint>(
  api: HttpApi.HttpApi<Id, Groups>
): Contract => api as unknown as Contract

export const contracts: Readonly<Record<string, Contract>> = {
  auth: contract(AuthApi),
  "compute, version 2": contract(ComputeV2),
  "compute, version 3": contract(ComputeV3),
  flows: contract(FlowsApi),
  gcs: contract(GcsApi),
  groups: contract(GroupsApi),
  search: contract(SearchApi),
  timers: contract(TimersApi),
  transfer: contract(TransferApi)
}

/** A schema, of which only its values are read. */
export type Codec = Schema.Codec<unknown, unknown>

export interface Operation {
  readonly service: string
  readonly name: string
  readonly endpoint: HttpApiEndpoint.Top
  /** What it takes, if anything. */
  readonly payload: Codec | undefined
  /** What it answers, if anything. */
  readonly success: Codec | undefined
}

/** All operations of a service. */
export const operationsOf = (service: string): ReadonlyArray<Operation> =>
  Object.values(contracts[service]?.groups ?? {}).flatMap((group) =>
    Object.values(group.endpoints as Readonly<Record<string, HttpApiEndpoint.Top>>).map((endpoint) => {
      const payloads = Array.from(endpoint.payload.values()).flatMap(({ schemas }) => schemas)
      const successes = Array.from(endpoint.success).filter(({ ast }) => !HttpApiSchema.isNoContent(ast))
      if (payloads.length > 1 || successes.length > 1) throw new Error(`${endpoint.identifier} has several`)
      return {
        service,
        name: endpoint.identifier,
        endpoint,
        payload: payloads[0] as Codec | undefined,
        success: successes[0] as Codec | undefined
      }
    })
  )

// -----------------------------------------------------------------------------
// input
// -----------------------------------------------------------------------------

/** What an operation is given. */
export interface Input {
  readonly params: Readonly<Record<string, unknown>> | undefined
  readonly query: Readonly<Record<string, unknown>> | undefined
  readonly payload: unknown
}

const Action = Schema.Struct({
  action: Schema.Literals(actions),
  identity_id: Uuid,
  status_reason: Schema.optionalKey(Schema.NullOr(Schema.String))
})

/** Payloads of which hardly any can be made up by their schema. */
const payloads: Readonly<Record<string, Arbitrary.Arbitrary<unknown>>> = {
  createClient: Arbitrary.map(NewClients.arbitrary, (client) => ({ client })),
  batchMembershipAction: Arbitrary.map(Arbitrary.schema(Action), ({ action, ...identity }) => ({
    [action]: [identity]
  }))
}

/** What an operation may be sent. */
export const payloadsOf = ({ endpoint, name, payload }: Operation): Arbitrary.Arbitrary<unknown> => {
  const values = payloads[name] ?? Arbitrary.schema(payload ?? Schema.Undefined)
  const [{ encoding } = {}] = endpoint.payload.values()
  return encoding?._tag === "FormUrlEncoded" ? Arbitrary.map(values, withTextsOnly) : values
}

/** Without what no form can hold. */
const withTextsOnly = (value: unknown): unknown =>
  Object.fromEntries(
    Object.entries(value as object).filter(
      ([, each]) => Predicate.isString(each) || Redacted.isRedacted(each)
    )
  )

/** The parameters that are known of a query or a path. */
const known = (
  schema: Schema.Top | undefined
): Schema.Codec<Readonly<Record<string, unknown>> | undefined> => {
  const struct = schema !== undefined && "schema" in schema ? schema.schema : (schema ?? Schema.Undefined)
  return struct as Schema.Codec<Readonly<Record<string, unknown>> | undefined>
}

/** Text that can be a segment of a URL's path. */
const segment = (text: string): string => (["", ".", ".."].includes(text) ? "-" : text.toWellFormed())

const segments = (params: Input["params"]): Input["params"] =>
  params &&
  Object.fromEntries(
    Object.entries(params).map(([name, each]) => [name, Predicate.isString(each) ? segment(each) : each])
  )

/** What an operation may be given. */
export const inputsOf = (operation: Operation): Arbitrary.Arbitrary<Input> => {
  const { params, query } = operation.endpoint
  const isQuery = query === undefined ? () => true : Schema.is(query)
  return Arbitrary.schema(Schema.Struct({ params: known(params), query: known(query) })).pipe(
    Arbitrary.filter((given) => isQuery(given.query)),
    Arbitrary.flatMap((given) =>
      Arbitrary.map(payloadsOf(operation), (payload) => ({
        ...given,
        params: segments(given.params),
        payload
      }))
    )
  )
}

// -----------------------------------------------------------------------------
// calls
// -----------------------------------------------------------------------------

type Call = (...args: ReadonlyArray<unknown>) => Effect.Effect<unknown, GlobusError>

/** A client of a service that gets these answers; of a listing it asks for one page. */
export const globus = (service: string, answer: Parameters<typeof StubHttp.make>[0]) => {
  const http = StubHttp.make(answer)
  const api = contracts[service]
  const made =
    api === undefined
      ? Effect.die(new Error(`there is no contract of ${service}`))
      : ServiceClient.make(api, {
          service,
          baseUrl: "https://example.org",
          name: service,
          need: (anyOf) => ({ resourceServer: ResourceServer.make("example"), anyOf })
        }).pipe(Effect.provide(Probe.layer(http.layer, Probe.once)))
  // One client for all calls, which reads answers in another way once it has read some.
  let client: Effect.Success<typeof made> | undefined
  return {
    sent: http.sent,
    call: ({ endpoint, name, payload }: Operation, { params, payload: given, query }: Input) =>
      Effect.gen(function* () {
        client ??= yield* made
        const operation = Reflect.get(client, name) as Call & { readonly page?: Call }
        const inPath = Array.from(
          endpoint.path.matchAll(/:(\w+)/g),
          ([, parameter = ""]) => params?.[parameter]
        )
        return yield* (operation.page ?? operation)(
          ...inPath,
          ...(payload === undefined ? [] : [given]),
          query
        )
      })
  }
}

/** Whatever a program does, the simulator answers as the service would, never with a failure of its own, and loses nothing. */
import { UserApp } from "@effect-globus/sdk/app"
import {
  AuthScopes,
  ComputeScopes,
  FlowsScopes,
  gcsEndpointScopes,
  type GlobusError,
  GroupsScopes,
  SearchScopes,
  specificFlowScopes,
  TimersScopes,
  TransferScopes
} from "@effect-globus/sdk/model"
import { ServiceClient } from "@effect-globus/sdk/service"
import { assert, it } from "@effect/vitest"
import { Arbitrary, Effect, Layer, Option, Predicate, Schema, Struct } from "effect"
import * as Contracts from "../../sdk/test/contracts/internal/Contracts.ts"
import { fuzz } from "../../sdk/test/internal/Fuzz.ts"
import { Simulator, Snapshot, World } from "../src/index.ts"
import * as Snapshots from "../src/internal/snapshots.ts"

const endpoint = "9a1f0c3e-52b7-4d68-8e0a-1c2d3e4f5a6b"

const world: World.Input = {
  ...World.defaultWorld,
  gcs_endpoints: [
    {
      id: endpoint,
      display_name: "Data Center",
      organization: "Example Institute",
      storage_gateways: [{ id: "ab2e1d4f-63c8-4e79-9f1b-2d3e4f5a6b7c", display_name: "Disks" }]
    }
  ],
  collections: [
    ...World.defaultWorld.collections,
    {
      id: "bc3f2e50-74d9-4f8a-a02c-3e4f5a6b7c8d",
      display_name: "Campus",
      entity_type: "GCSv5_mapped_collection",
      storage_gateway: "ab2e1d4f-63c8-4e79-9f1b-2d3e4f5a6b7c",
      files: { home: {} }
    }
  ]
}

const ofFlow = specificFlowScopes(World.defaultWorld.flows?.[0]?.id ?? "")

const called = {
  auth: { service: "auth", resourceServer: AuthScopes.resourceServer },
  "compute, version 2": { service: "compute", resourceServer: ComputeScopes.resourceServer },
  "compute, version 3": { service: "compute", resourceServer: ComputeScopes.resourceServer },
  flows: { service: "flows", resourceServer: FlowsScopes.resourceServer },
  gcs: {
    service: "gcs",
    baseUrl: `https://globus.simulator/gcs/${endpoint}`,
    resourceServer: gcsEndpointScopes(endpoint).resourceServer
  },
  groups: { service: "groups", resourceServer: GroupsScopes.resourceServer },
  search: { service: "search", resourceServer: SearchScopes.resourceServer },
  timers: { service: "timer", resourceServer: TimersScopes.resourceServer },
  transfer: { service: "transfer", resourceServer: TransferScopes.resourceServer }
} as const

/** Clients of all services, by their contracts alone. */
const clients = Effect.forEach(Object.entries(called), ([name, { resourceServer, ...at }]) =>
  Effect.map(
    ServiceClient.make(Contracts.contracts[name]!, {
      ...at,
      name,
      need: (anyOf) => {
        if (name === "gcs") return { resourceServer, anyOf: [gcsEndpointScopes(endpoint).manage_collections] }
        // What a flow demands for itself names the flow.
        return anyOf.some((scope) => scope.includes("{flow_id}"))
          ? { resourceServer: ofFlow.resourceServer, anyOf: [ofFlow.user] }
          : { resourceServer, anyOf }
      }
    }),
    (client) => [name, client] as const
  )
).pipe(Effect.map((entries) => Object.fromEntries<Record<string, unknown>>(entries)))

const operations = new Map(
  Object.keys(called)
    .flatMap(Contracts.operationsOf)
    .map((operation) => [`${operation.service}: ${operation.name}`, operation])
)

interface Call {
  readonly name: string
  readonly input: Contracts.Input
  /** Which of the ids that are known take the place of those that were made up. */
  readonly picks: ReadonlyArray<number>
}

const index = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000 }))

const calls = Arbitrary.schema(Schema.Literals(Array.from(operations.keys()))).pipe(
  Arbitrary.flatMap((name) =>
    Arbitrary.map(
      Arbitrary.all({
        input: Contracts.inputsOf(operations.get(name)!),
        picks: Arbitrary.array(Arbitrary.schema(index), { minLength: 1, maxLength: 8 })
      }),
      (rest): Call => ({ name, ...rest })
    )
  )
)

const isUuid = (value: unknown): value is string =>
  Predicate.isString(value) && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value)

/** With each value that is no object or list replaced. */
const mapValues = (value: unknown, change: (value: unknown) => unknown): unknown => {
  if (Array.isArray(value)) return value.map((each) => mapValues(each, change))
  if (!Predicate.isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return change(value)
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, mapValues(each, change)]))
}

const idsIn = (value: unknown): ReadonlyArray<string> => {
  const ids: Array<string> = []
  mapValues(value, (each) => (isUuid(each) ? ids.push(each) : 0))
  return ids
}

type Operation = ((...args: ReadonlyArray<unknown>) => Effect.Effect<unknown, GlobusError>) & {
  readonly page?: Operation
}

/** What there is at first, by service: whatever its lists show. Asked for once, because it takes longer than the calls. */
let listedOnce: ReadonlyMap<string, ReadonlyArray<string>> | undefined
const listed = Effect.fnUntraced(function* (
  call: (operation: Contracts.Operation, input: Contracts.Input) => Effect.Effect<unknown, GlobusError>
) {
  if (listedOnce !== undefined) return listedOnce
  const known = new Map<string, Array<string>>(Object.keys(called).map((service) => [service, []]))
  for (const operation of operations.values()) {
    const { endpoint, payload, service } = operation
    if (endpoint.method !== "GET" || endpoint.path.includes(":") || payload !== undefined) continue
    const list = yield* Effect.option(call(operation, { params: undefined, query: {}, payload: undefined }))
    known.get(service)!.push(...idsIn(Option.getOrUndefined(list)))
  }
  return (listedOnce = known)
})

const Json = Schema.fromJsonString(Snapshot)
const encodeSnapshot = Schema.encodeEffect(Json)
const decodeSnapshot = Schema.decodeEffect(Json)

const program = Effect.fnUntraced(function* (calls: ReadonlyArray<Call>) {
  const byService = yield* clients
  const call = ({ endpoint, name, payload, service }: Contracts.Operation, input: Contracts.Input) => {
    const operation = byService[service]![name] as Operation
    const inPath = Array.from(endpoint.path.matchAll(/:(\w+)/g), ([, name = ""]) => input.params?.[name])
    return (operation.page ?? operation)(
      ...inPath,
      ...(payload === undefined ? [] : [input.payload]),
      input.query
    )
  }
  const known = new Map(Array.from(yield* listed(call), ([service, ids]) => [service, [...ids]]))
  for (const { input, name, picks } of calls) {
    const operation = operations.get(name)!
    const ids = known.get(operation.service)!
    let pick = 0
    // Some ids stay as they were made up, so that there is nothing with them.
    const asked = mapValues(input, (value) =>
      isUuid(value) ? (ids[picks[pick++ % picks.length]! % (ids.length + 5)] ?? value) : value
    ) as Contracts.Input
    const result = yield* Effect.result(call(operation, asked))
    if (result._tag === "Success") {
      ids.push(...idsIn(result.success))
      continue
    }
    const { failure } = result
    const isBroken =
      failure._tag === "ResponseError" || (failure._tag === "ApiError" && failure.status >= 500)
    assert.isFalse(isBroken, `${name} ${JSON.stringify(asked)}: ${failure.message}`)
  }
  // Nothing is lost that was brought about.
  const { world, ...rest } = yield* (yield* Simulator).snapshot
  const text = yield* encodeSnapshot({ ...rest, world: Struct.omit(world, ["faults"]) })
  const restored = Snapshots.take(Snapshots.restore(yield* decodeSnapshot(text)))
  assert.deepStrictEqual(JSON.parse(yield* encodeSnapshot(restored)), JSON.parse(text))
})

it.live.prop(
  "any sequence of calls is answered with what the contracts say, or refused, and a snapshot keeps what came of it",
  [Arbitrary.array(calls, { minLength: 1, maxLength: 20 })],
  ([calls]) =>
    program(calls).pipe(
      Effect.provide(
        UserApp.layer({ appName: "any", clientId: World.nativeClientId }).pipe(
          Layer.provideMerge(Simulator.layerWith({ world }))
        )
      )
    ),
  fuzz
)

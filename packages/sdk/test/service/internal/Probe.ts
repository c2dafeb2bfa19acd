/** A service of the tests' own: one operation of each sort, and a listing for each of the seven kinds of paging. */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Document from "../../../src/model/Document.ts"
import * as Environment from "../../../src/model/Environment.ts"
import { ResourceServer, Uuid } from "../../../src/model/Id.ts"
import { Authorizer, bearer, type Service } from "../../../src/service/Authorizer.ts"
import * as Operation from "../../../src/service/Operation.ts"
import * as Paging from "../../../src/service/Paging.ts"
import * as Query from "../../../src/service/Query.ts"
import * as ServiceClient from "../../../src/service/ServiceClient.ts"
import { type Options, Transport } from "../../../src/service/Transport.ts"

export const thingId = "6c54cade-bde5-45c1-bdea-f4bd71dba2cc"

const Thing = Document.make({ name: Schema.String })

const Payload = Document.make({
  name: Schema.String,
  nested: Schema.optional(Document.make({ size: Schema.Number }))
})

const getThing = Operation.get("getThing", "/things/:thing_id", {
  params: { thing_id: Uuid },
  query: { limit: Query.integer, deep: Query.boolean, tags: Query.commas(Schema.String) },
  success: Thing,
  scopes: ["things:read", "things:all"]
})

const listThings = Operation.get("listThings", "/things", {
  success: Document.make({ DATA: Schema.Array(Document.make({ name: Schema.String, size: Schema.Number })) })
})

const startThing = Operation.post("startThing", "/things/:thing_id/start", {
  params: { thing_id: Uuid },
  payload: Payload,
  success: Thing
})

const submitThing = Operation.post("submitThing", "/things/:thing_id/submit", {
  params: { thing_id: Uuid },
  payload: Payload,
  success: Thing,
  idempotent: true
})

const headThing = Operation.head("headThing", "/things/:thing_id", {
  params: { thing_id: Uuid },
  success: HttpApiSchema.NoContent
})

const replaceThing = Operation.put("replaceThing", "/things/:thing_id", {
  params: { thing_id: Uuid },
  payload: Document.given({ name: Schema.String, size: Schema.optional(Schema.Number) }),
  success: Thing
})

const deleteThing = Operation.del("deleteThing", "/things/:thing_id", {
  params: { thing_id: Uuid },
  success: HttpApiSchema.NoContent
})

/** Items are numbered from 0. */
export const Item = Document.make({ n: Schema.Number })

const page = {
  success: Document.make({ items: Schema.Array(Item) }),
  query: { filter: Query.string, limit: Query.integer, deep: Query.boolean }
}

export const pageSize = 3
const limited = { pageSize, maximum: 10_000 }

/** The listings by kind; each is at the path of its kind's name. */
const hasNext = Operation.get("hasNext", "/hasNext", page).pipe(
  Operation.paged(Paging.hasNext("items", limited))
)
const limitOffsetTotal = Operation.get("limitOffsetTotal", "/limitOffsetTotal", page).pipe(
  Operation.paged(Paging.limitOffsetTotal("items", limited))
)
const marker = Operation.get("marker", "/marker", page).pipe(Operation.paged(Paging.marker("items")))
const nullableMarker = Operation.get("nullableMarker", "/nullableMarker", page).pipe(
  Operation.paged(Paging.nullableMarker("items", "next_marker"))
)
const nextToken = Operation.get("nextToken", "/nextToken", page).pipe(
  Operation.paged(Paging.nextToken("items"))
)
const lastKey = Operation.get("lastKey", "/lastKey", page).pipe(Operation.paged(Paging.lastKey("items")))
const jsonApi = Operation.get("jsonApi", "/jsonApi", page).pipe(Operation.paged(Paging.jsonApi("items")))
const capped = Operation.get("capped", "/capped", page).pipe(
  Operation.paged(Paging.limitOffsetTotal("items", { pageSize, maximum: 7 }))
)

/** Listings that are asked for with a document; each is at the path of its name. */
const inPayload = {
  payload: Document.make({ filter: Schema.optional(Schema.String), limit: Schema.optional(Schema.Int) }),
  success: page.success
}
const hasNextInPayload = Operation.post("hasNextInPayload", "/hasNextInPayload", inPayload).pipe(
  Operation.paged(Paging.inPayload(Paging.hasNext("items", limited)))
)
const markerInPayload = Operation.post("markerInPayload", "/markerInPayload", {
  ...inPayload,
  query: { deep: Query.boolean }
}).pipe(Operation.paged(Paging.inPayload(Paging.marker("items"))))

export const kinds = [
  "hasNext",
  "limitOffsetTotal",
  "marker",
  "nullableMarker",
  "nextToken",
  "lastKey",
  "jsonApi"
] as const
export type Kind = (typeof kinds)[number]

export const Api = HttpApi.make("probe").add(
  HttpApiGroup.make("things").add(
    getThing,
    listThings,
    startThing,
    submitThing,
    headThing,
    replaceThing,
    deleteThing
  ),
  HttpApiGroup.make("listings").add(
    hasNext,
    limitOffsetTotal,
    marker,
    nullableMarker,
    nextToken,
    lastKey,
    jsonApi,
    capped,
    hasNextInPayload,
    markerInPayload
  )
)

export const resourceServer = ResourceServer.make("probe.example")

/** The client of the probe, as the service named here. */
export const clientOf = (service: Environment.Service) =>
  ServiceClient.make(Api, {
    service,
    name: "Probe",
    need: (anyOf) => ({ resourceServer, anyOf })
  })

/** The client of the probe. */
export const client = clientOf("transfer")

/** The production environment with all services at this address. */
export const at = (url: string): Environment.Environment => {
  const { production } = Environment
  const services = Object.keys(production.urls)
  return {
    name: production.name,
    urls: Object.fromEntries(services.map((service) => [service, url])) as Record<Environment.Service, string>
  }
}

/** A secret that must appear nowhere but in the `Authorization` header. */
export const canary = "canary-4f1d9c0e7a"

/** An authorizer whose token is the canary, with parts replaced. */
export const authorizer = (parts: Partial<Service> = {}): Layer.Layer<Authorizer> =>
  Layer.succeed(Authorizer, {
    appName: Option.none(),
    require: () => Effect.void,
    authorize: () => Effect.succeedSome(bearer(Redacted.make(canary))),
    recover: () => Effect.succeed(false),
    ...parts
  })

/** All that a client of the probe needs, over this HTTP client. */
export const layer = (
  http: Layer.Layer<HttpClient.HttpClient>,
  options: Options = {},
  parts: Partial<Service> = {}
): Layer.Layer<Transport | Authorizer> =>
  Layer.merge(Layer.provide(Transport.layerWith(options), http), authorizer(parts))

/** Options under which a failure is final. */
export const once: Options = { retries: 0 }

/** Options under which repetitions do not take long in real time. */
export const hasty = (timeout: Duration.Input = "5 seconds"): Options => ({ maxDelay: "5 millis", timeout })

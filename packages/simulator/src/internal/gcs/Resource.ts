/**
 * What a Globus Connect Server has beside the files of its collections. The fields of its documents are many, and most
 * mean nothing to a simulation, so that they are kept as they were sent.
 */
import { ConnectorId, StorageGatewayId, StreamGatewayId } from "@effect-globus/sdk/model"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as World from "../../World.ts"
import { uuidOf } from "../uuidOf.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

export const Kind = Schema.Literals([
  "endpoint",
  "storage_gateway",
  "collection",
  "user_credential",
  "role",
  "node",
  "sharing_policy",
  "stream_gateway",
  "lan_secret"
])
export type Kind = typeof Kind.Type

/** Something of an endpoint. What is said of an endpoint or a collection here, Transfer does not know. */
export const Resource = Schema.Struct({
  id: Schema.String,
  endpoint: Schema.String,
  kind: Kind,
  fields: Schema.Record(Schema.String, Schema.Unknown)
})
export type Resource = typeof Resource.Type

export type Fields = Resource["fields"]

export type Resources = ReadonlyMap<string, Resource>

/** Documents of one kind may have the id of another, as the roles of an endpoint have not. */
export const keyOf = (kind: Kind, id: string): string => `${kind} ${id.toLowerCase()}`

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

export const posix = "145812c8-decc-41f1-83cf-bb2a85a2a70b"

/** Resources by kind and id. */
export const fromList = (resources: ReadonlyArray<Resource>): Resources =>
  new Map(resources.map((resource) => [keyOf(resource.kind, resource.id), resource]))

/** What the endpoints of a world have. */
export const fromWorld = (world: World.World, idOf: (name: string) => string): Resources => {
  const endpoints = world.gcs_endpoints ?? []
  const endpointOf = new Map(
    endpoints.flatMap(({ id, storage_gateways = [] }) =>
      storage_gateways.map((gateway) => [gateway.id as string, id as string] as const)
    )
  )
  const gatewayOf = (collection: World.Collection): string | undefined =>
    collection.storage_gateway ??
    world.collections.find(({ id }) => id === collection.host?.collection)?.storage_gateway
  return fromList([
    ...endpoints.flatMap((endpoint): ReadonlyArray<Resource> => [
      { id: endpoint.id, endpoint: endpoint.id, kind: "endpoint", fields: {} },
      {
        id: uuidOf(`node of ${endpoint.id}`),
        endpoint: endpoint.id,
        kind: "node",
        fields: { ip_addresses: ["127.0.0.1"], status: "active" }
      },
      ...(endpoint.administrators ?? []).map((name): Resource => ({
        id: uuidOf(`administrator ${name} of ${endpoint.id}`),
        endpoint: endpoint.id,
        kind: "role",
        fields: { collection: null, principal: urnOf(idOf(name)), role: "administrator" }
      })),
      ...(endpoint.storage_gateways ?? []).map(({ id, ...gateway }): Resource => ({
        id,
        endpoint: endpoint.id,
        kind: "storage_gateway",
        fields: { connector_id: posix, ...gateway }
      })),
      ...(endpoint.stream_gateways ?? []).map(({ id, ...gateway }): Resource => ({
        id,
        endpoint: endpoint.id,
        kind: "stream_gateway",
        fields: gateway
      }))
    ]),
    ...world.collections.flatMap((collection): ReadonlyArray<Resource> => {
      const gateway = gatewayOf(collection)
      const endpoint = gateway === undefined ? undefined : endpointOf.get(gateway)
      return gateway === undefined || endpoint === undefined
        ? []
        : [{ id: collection.id, endpoint, kind: "collection", fields: { storage_gateway_id: gateway } }]
    })
  ])
}

/** The endpoints of a world, as they are now. */
export const toWorld = (
  resources: Resources,
  describe: (
    endpoint: string
  ) => Omit<World.GcsEndpoint, "storage_gateways" | "stream_gateways" | "administrators"> | undefined
): ReadonlyArray<World.GcsEndpoint> => {
  const all = [...resources.values()]
  return all.flatMap((endpoint) => {
    if (endpoint.kind !== "endpoint") return []
    const described = describe(endpoint.id)
    if (described === undefined) return []
    const own = all.filter((resource) => resource.endpoint === endpoint.id)
    return [
      {
        ...described,
        administrators: own.flatMap(({ fields, kind }) =>
          kind === "role" && fields["role"] === "administrator" && fields["collection"] === null
            ? [String(fields["principal"]).replace(/^.*:/, "")]
            : []
        ),
        storage_gateways: own.flatMap(({ fields, id, kind }) =>
          kind === "storage_gateway" ? [gatewayOf({ id, ...fields })] : []
        ),
        stream_gateways: own.flatMap(({ fields, id, kind }) =>
          kind === "stream_gateway"
            ? [
                {
                  id: StreamGatewayId.make(id),
                  display_name: typeof fields["display_name"] === "string" ? fields["display_name"] : id
                }
              ]
            : []
        )
      }
    ]
  })
}

const gatewayOf = (fields: Fields): World.StorageGateway => {
  const text = (name: string) => (typeof fields[name] === "string" ? fields[name] : "")
  const flag = (name: string) => (fields[name] === true ? { [name]: true } : {})
  const timeout = fields["authentication_timeout_mins"]
  return {
    id: StorageGatewayId.make(text("id")),
    display_name: text("display_name") === "" ? text("id") : text("display_name"),
    connector_id: ConnectorId.make(text("connector_id") === "" ? posix : text("connector_id")),
    ...(Array.isArray(fields["allowed_domains"])
      ? { allowed_domains: fields["allowed_domains"].map(String) }
      : {}),
    ...flag("high_assurance"),
    ...flag("require_mfa"),
    ...(typeof timeout === "number" ? { authentication_timeout_mins: timeout } : {})
  }
}

/** A principal. */
export const urnOf = (identity: string): string => `urn:globus:auth:identity:${identity}`

/** What can be kept of a document: secrets are not sent back, so that nobody misses them. */
export const keepable = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(keepable)
  if (!Predicate.isObject(value) || Redacted.isRedacted(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, field]) =>
      field === undefined || Redacted.isRedacted(field) ? [] : [[key, keepable(field)]]
    )
  )
}

/**
 * What a Globus Connect Server has beside the files of its collections. The fields of its documents are many, and are kept
 * as they were sent; what they mean is for whoever asks about it (`Terms`, `Settings`, `Accounts`, `Credentials`).
 */
import { ConnectorId, StorageGatewayId, StreamGatewayId } from "@effect-globus/sdk/model"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import type * as World from "../../World.ts"
import * as Endpoint from "../../world/GcsEndpoint.ts"
import * as Instant from "../Instant.ts"
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
  "lan_secret",
  "local_account",
  "mapping_program",
  "provider_login"
])
export type Kind = typeof Kind.Type

/** Something of an endpoint. Of an endpoint or a collection, this is what the state of Transfer does not have. */
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

/** The storage gateway that a collection of a world is on, itself or with what it shares. */
const gatewayIn = (world: World.World, collection: World.Collection): string | undefined =>
  collection.storage_gateway ??
  world.collections.find(({ id }) => id === collection.host?.collection)?.storage_gateway

/** What the storage gateway of a collection asks of logins. */
export const protectionIn = (world: World.World, collection: World.Collection) => {
  const id = gatewayIn(world, collection)
  const gateway =
    id === undefined
      ? undefined
      : world.gcs_endpoints
          ?.flatMap(({ storage_gateways = [] }) => storage_gateways)
          .find((gateway) => gateway.id === id)
  return gateway === undefined
    ? undefined
    : {
        high_assurance: gateway.high_assurance ?? false,
        authentication_timeout_mins: timeoutOf(gateway),
        mfa_required: gateway.require_mfa ?? false
      }
}

/** The names of something in a world, with the id of whoever is shown as the owner. */
const namesIn = (
  { domain_name, owner_string }: Pick<World.CollectionSettings, "domain_name" | "owner_string">,
  idOf: (name: string) => string
): Fields => ({
  ...(domain_name === undefined ? {} : { domain_name }),
  ...(owner_string === undefined ? {} : { owner_string: idOf(owner_string) })
})

/** An endpoint of a world, and what it has. */
const endpointOfWorld = (
  endpoint: World.GcsEndpoint,
  idOf: (name: string) => string,
  today: string
): ReadonlyArray<Resource> => {
  const { id, storage_gateways = [] } = endpoint
  const resource = (kind: Kind, id: string, fields: Fields): Resource => ({
    id,
    endpoint: endpoint.id,
    kind,
    fields
  })
  return [
    resource("endpoint", id, { earliest_last_access: today, ...namesIn(endpoint, idOf) }),
    resource("node", uuidOf(`node of ${id}`), { ip_addresses: ["127.0.0.1"], status: "active" }),
    ...(endpoint.administrators ?? []).map((name) =>
      resource("role", uuidOf(`administrator ${name} of ${id}`), {
        collection: null,
        principal: urnOf(idOf(name)),
        role: "administrator"
      })
    ),
    ...(endpoint.local_accounts ?? []).map((account) =>
      resource("local_account", uuidOf(`account ${account.username} of ${id}`), account)
    ),
    ...(endpoint.mapping_programs ?? []).map((program) =>
      resource("mapping_program", uuidOf(`program ${program.command} of ${id}`), program)
    ),
    ...(endpoint.user_credentials ?? []).map((credential, index) =>
      resource("user_credential", credential.id ?? uuidOf(`user credential ${index} of ${id}`), {
        ...Struct.omit(credential, ["id", "identity", "storage_gateway"]),
        identity_id: idOf(credential.identity),
        storage_gateway_id: credential.storage_gateway,
        connector_id:
          storage_gateways.find(({ id }) => id === credential.storage_gateway)?.connector_id ?? posix
      })
    ),
    ...storage_gateways.map(({ id, ...gateway }) =>
      resource("storage_gateway", id, { connector_id: posix, ...gateway })
    ),
    ...(endpoint.stream_gateways ?? []).map(({ id, ...gateway }) => resource("stream_gateway", id, gateway))
  ]
}

/** What a world says of a collection besides what Transfer knows, if it is on a storage gateway. */
const collectionOfWorld = (
  world: World.World,
  collection: World.Collection,
  idOf: (name: string) => string,
  today: string
): ReadonlyArray<Resource> => {
  const { host, id, settings = {}, sharing_policies = [] } = collection
  const gateway = gatewayIn(world, collection)
  const endpoint = world.gcs_endpoints?.find(({ storage_gateways = [] }) =>
    storage_gateways.some(({ id }) => id === gateway)
  )?.id
  if (endpoint === undefined) return []
  return [
    {
      id,
      endpoint,
      kind: "collection",
      fields: {
        last_access: today,
        ...(host === undefined ? {} : { mapped_collection_id: host.collection }),
        ...settings,
        ...namesIn(settings, idOf),
        storage_gateway_id: gateway
      }
    },
    ...sharing_policies.map((policy, index): Resource => ({
      id: uuidOf(`sharing policy ${index} of ${id}`),
      endpoint,
      kind: "sharing_policy",
      fields: { ...policy, collection_id: id }
    }))
  ]
}

/** What the endpoints of a world have. */
export const fromWorld = (world: World.World, idOf: (name: string) => string, now: number): Resources => {
  const today = dayOf(now)
  return fromList([
    ...(world.gcs_endpoints ?? []).flatMap((endpoint) => endpointOfWorld(endpoint, idOf, today)),
    ...world.collections.flatMap((collection) => collectionOfWorld(world, collection, idOf, today))
  ])
}

/** The endpoints of a world, as they are now. */
export const toWorld = (
  resources: Resources,
  describe: (
    endpoint: string
  ) =>
    | Pick<
        World.GcsEndpoint,
        "id" | "display_name" | "owner" | "public" | "description" | "organization" | "subscription_id"
      >
    | undefined
): ReadonlyArray<World.GcsEndpoint> => {
  const all = [...resources.values()]
  return all.flatMap((endpoint) => {
    if (endpoint.kind !== "endpoint") return []
    const described = describe(endpoint.id)
    if (described === undefined) return []
    const own = all.filter((resource) => resource.endpoint === endpoint.id)
    const each = <A>(kind: Kind, describe: (resource: Resource) => A | undefined): ReadonlyArray<A> =>
      own.flatMap((resource) => (resource.kind === kind ? (describe(resource) ?? []) : []))
    return [
      {
        ...described,
        administrators: own.flatMap(({ fields, kind }) =>
          kind === "role" && fields["role"] === "administrator" && fields["collection"] === null
            ? identitiesIn(fields["principal"])
            : []
        ),
        ...saidOf(Names, endpoint.fields),
        local_accounts: each("local_account", ({ fields }) => saidOf(Endpoint.LocalAccount, fields)),
        user_credentials: each("user_credential", ({ fields, id }) =>
          saidOf(Endpoint.UserCredential, {
            ...fields,
            id,
            identity: fields["identity_id"],
            storage_gateway: fields["storage_gateway_id"]
          })
        ),
        mapping_programs: each("mapping_program", ({ fields }) => saidOf(Endpoint.MappingProgram, fields)),
        storage_gateways: each("storage_gateway", gatewayOf),
        stream_gateways: each("stream_gateway", streamsOf)
      }
    ]
  })
}

const gatewayOf = ({ fields, id }: Resource): World.StorageGateway => {
  const basics = {
    id: StorageGatewayId.make(id),
    display_name: text(fields, "display_name") || id,
    connector_id: ConnectorId.make(text(fields, "connector_id") ?? posix)
  }
  return saidOf(Endpoint.StorageGateway, { ...fields, ...basics }) ?? basics
}

const streamsOf = ({ fields, id }: Resource): World.StreamGateway => {
  const basics = { id: StreamGatewayId.make(id), display_name: text(fields, "display_name") || id }
  return saidOf(Endpoint.StreamGateway, { ...fields, ...basics }) ?? basics
}

const Names = Schema.Struct(Struct.pick(Endpoint.GcsEndpoint.fields, ["domain_name", "owner_string"]))

/**
 * What a world can say of what is kept. A field that does not fit is left out alone: clients send what a world could not
 * say, and the rest must not be lost for it. Nothing, if what must be said does not fit.
 */
const saidOf = <const F extends Record<string, Schema.ConstraintCodec<unknown, unknown>>>(
  schema: Schema.Struct<F>,
  fields: Fields
): Schema.Struct<F>["Type"] | undefined =>
  Option.getOrUndefined(
    Schema.decodeUnknownOption(schema)(
      Object.fromEntries(
        Object.entries(schema.fields).flatMap(([name, field]) =>
          Schema.is(field)(fields[name]) ? [[name, fields[name]]] : []
        )
      )
    )
  )

/** What a world can say of a collection besides what Transfer knows. */
export const collectionToWorld = (
  resources: Resources,
  id: string
): Pick<World.Collection, "settings" | "sharing_policies"> => {
  const resource = resources.get(keyOf("collection", id))
  if (resource === undefined) return {}
  const policies = [...resources.values()].flatMap(({ fields, kind }) =>
    kind === "sharing_policy" && fields["collection_id"] === id
      ? (saidOf(Endpoint.SharingPolicy, fields) ?? [])
      : []
  )
  return {
    settings: saidOf(Endpoint.CollectionSettings, resource.fields) ?? {},
    ...(policies.length === 0 ? {} : { sharing_policies: policies })
  }
}

// -----------------------------------------------------------------------------
// fields
// -----------------------------------------------------------------------------

/** Something with fields, if it is that. */
export const recordOf = (value: unknown): Fields | undefined =>
  Predicate.isObject(value) && !Array.isArray(value) ? value : undefined

/** A text, if it is there. */
export const text = (fields: Fields, name: string): string | null =>
  typeof fields[name] === "string" ? fields[name] : null

/** A list of texts, if it is there. */
export const texts = (fields: Fields, name: string): ReadonlyArray<string> | undefined =>
  Array.isArray(fields[name]) ? fields[name].map(String) : undefined

/** Whether something is so, if that is said. */
export const flag = (fields: Fields, name: string): boolean | undefined =>
  typeof fields[name] === "boolean" ? fields[name] : undefined

/** A number, if it is there. */
export const number = (fields: Fields, name: string): number | undefined =>
  typeof fields[name] === "number" ? fields[name] : undefined

/** The day of an instant, as servers write it. */
export const dayOf = (milliseconds: number): string => Instant.format(milliseconds).slice(0, 10)

/** How recently users must have logged in where it is not said: 30 minutes, or without high assurance eleven days. */
export const timeoutOf = (gateway: Fields): number =>
  number(gateway, "authentication_timeout_mins") ?? (flag(gateway, "high_assurance") === true ? 30 : 15_840)

const identities = "urn:globus:auth:identity:"

/** A principal. */
export const urnOf = (identity: string): string => identities + identity

/** The identity that a principal is, if it is no group. */
const identitiesIn = (principal: unknown): ReadonlyArray<string> =>
  typeof principal === "string" && principal.startsWith(identities)
    ? [principal.slice(identities.length)]
    : []

/** What can be kept of a document: secrets are not sent back, so that nobody misses them. */
export const keepable = (document: Fields): Fields =>
  Object.fromEntries(
    Object.entries(document).flatMap(([name, value]) =>
      value === undefined || Redacted.isRedacted(value) ? [] : [[name, keepableValue(value)]]
    )
  )

const keepableValue = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(keepableValue)
  const fields = Redacted.isRedacted(value) ? undefined : recordOf(value)
  return fields === undefined ? value : keepable(fields)
}

/** What a document says of something, besides which thing it is and of what kind. */
export const saidIn = (document: Fields): Fields => {
  const { DATA_TYPE: _, id: __, ...fields } = keepable(document)
  return fields
}

/** How something is changed: with `anew`, what is not said goes away; what is fixed stays, whatever is said. */
export const changed = (
  before: Fields,
  said: Fields,
  { anew, fixed }: { readonly anew: boolean; readonly fixed: ReadonlyArray<string> }
): Fields =>
  Object.fromEntries([
    ...Object.entries(before).filter(([name]) => !anew || fixed.includes(name)),
    ...Object.entries(said).filter(([name]) => !fixed.includes(name))
  ])

/**
 * Globus Connect Server: manage one endpoint, its storage gateways, collections, credentials, roles and nodes. Each
 * endpoint has a server of its own, at an address of its own, so each has a client of its own; files are transferred with
 * `TransferClient`.
 *
 * ```ts
 * import { GcsClient } from "@effect-globus/sdk/gcs"
 * import { Console, Effect, Stream } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const gcs = yield* GcsClient
 *   yield* Stream.runForEach(gcs.listCollections({ filter: "managed_by_me" }), ({ display_name }) =>
 *     Console.log(display_name)
 *   )
 * }).pipe(Effect.provide(GcsClient.layer({ address: "abc.xyz.data.globus.org" })))
 *
 * // Several endpoints in one program:
 * const both = Effect.gen(function* () {
 *   const first = yield* GcsClient.make({ address: "abc.xyz.data.globus.org" })
 *   const second = yield* GcsClient.make({ address: "https://def.xyz.data.globus.org" })
 *   return [yield* first.getEndpoint(), yield* second.getEndpoint()]
 * })
 * ```
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5.4/api/
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { type GlobusError, InvalidRequest, ResponseError } from "../model/GlobusError.ts"
import * as GlobusScope from "../model/GlobusScope.ts"
import { EndpointId, type Input, ResourceServer } from "../model/Id.ts"
import { InvalidConfiguration } from "../model/InvalidConfiguration.ts"
import { gcsCollectionScopes, gcsEndpointScopes } from "../model/Scopes.ts"
import { Authorizer } from "../service/Authorizer.ts"
import type * as Operation from "../service/Operation.ts"
import * as ServiceClient from "../service/ServiceClient.ts"
import type { Transport } from "../service/Transport.ts"
import { Authorized, OpenToAll } from "./Api.ts"
import type * as Collections from "./api/Collections.ts"
import type * as EndpointApi from "./api/Endpoint.ts"
import type * as InfoApi from "./api/Info.ts"
import type * as Nodes from "./api/Nodes.ts"
import type * as Roles from "./api/Roles.ts"
import type * as SharingPolicies from "./api/SharingPolicies.ts"
import type * as StorageGateways from "./api/StorageGateways.ts"
import type * as StreamGateways from "./api/StreamGateways.ts"
import type * as UserCredentials from "./api/UserCredentials.ts"
import * as Address from "./internal/address.ts"
import * as Unpacked from "./Unpacked.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * The operations of Globus Connect Server. All take further query parameters than those that are declared. Those that
 * read or create something answer its document, and the envelope around it from `.result`; those that change or remove
 * something answer the envelope.
 */
export interface GcsOperations {
  // the endpoint

  /** Gets what the server tells everybody: its version, the id of its endpoint, and in `getInfo.result` its connectors. Needs no token. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi/#getInfo */
  readonly getInfo: Unpacked.Unpacked<typeof InfoApi.getInfo>
  /** Gets what is said about the endpoint. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Endpoint/#getEndpoint */
  readonly getEndpoint: Unpacked.Unpacked<typeof EndpointApi.getEndpoint>
  /** Changes what is said about the endpoint: the given fields. `data` has the endpoint if it is asked for (`include`). Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Endpoint/#patchEndpoint */
  readonly updateEndpoint: Operation.Operation<typeof EndpointApi.updateEndpoint>
  /** Says everything about the endpoint anew: what is left out gets its default. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Endpoint/#putEndpoint */
  readonly replaceEndpoint: Operation.Operation<typeof EndpointApi.replaceEndpoint>
  /** Hands the endpoint over to another owner. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Endpoint/#putEndpointOwner */
  readonly setEndpointOwner: Operation.Operation<typeof EndpointApi.setEndpointOwner>
  /** Shows the name of this identity as the owner's. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Endpoint/#putEndpointOwnerString */
  readonly setEndpointOwnerString: Operation.Operation<typeof EndpointApi.setEndpointOwnerString>
  /** Shows the name of the server's own client as the owner's again. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Endpoint/#deleteEndpointOwnerString */
  readonly resetEndpointOwnerString: Operation.Operation<typeof EndpointApi.resetEndpointOwnerString>
  /** Sets the subscription that the endpoint belongs to. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Endpoint/#putEndpointSubscriptionId */
  readonly setEndpointSubscriptionId: Operation.Operation<typeof EndpointApi.setEndpointSubscriptionId>
  /** Gets the DNS name of the endpoint, where it has one of its own. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Domains/#getEndpointDomain */
  readonly getEndpointDomain: Unpacked.Unpacked<typeof EndpointApi.getEndpointDomain>
  /** Gives the endpoint a DNS name of its own. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Domains/#putEndpointDomain */
  readonly setEndpointDomain: Operation.Operation<typeof EndpointApi.setEndpointDomain>
  /** Takes the DNS name of its own from the endpoint. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Domains/#deleteEndpointDomain */
  readonly deleteEndpointDomain: Operation.Operation<typeof EndpointApi.deleteEndpointDomain>

  // collections

  /** Lists the collections that the caller may see. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Collections/#listCollections */
  readonly listCollections: Operation.Paged<typeof Collections.listCollections>
  /** Creates a collection, see `CollectionData`. A guest collection needs `data_access` of its mapped collection too ({@link Service.addDataAccess}), unless that has high assurance. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Collections/#postCollection */
  readonly createCollection: Unpacked.Unpacked<typeof Collections.createCollection>
  /** Gets one collection. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Collections/#getCollection */
  readonly getCollection: Unpacked.Unpacked<typeof Collections.getCollection>
  /** Changes what is said about a collection: the given fields, beside its `collection_type`. A guest collection needs `data_access` as for {@link createCollection}. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Collections/#patchCollection */
  readonly updateCollection: Operation.Operation<typeof Collections.updateCollection>
  /** Says everything about a collection anew, as with one that was read and changed: what is left out gets its default. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Collections/#putCollection */
  readonly replaceCollection: Operation.Operation<typeof Collections.replaceCollection>
  /** Removes a collection, for good; not if it is `delete_protected`. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Collections/#deleteCollection */
  readonly deleteCollection: Operation.Operation<typeof Collections.deleteCollection>
  /** Orders guest collections to be removed; `data` says which of them this server will remove. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Collections/#postCollectionsBatchDelete */
  readonly deleteCollections: Operation.Operation<typeof Collections.deleteCollections>
  /** Checks the configuration of collections. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Collections/#checkCollections */
  readonly checkCollections: Operation.Paged<typeof Collections.checkCollections>
  /** Checks the configuration of one collection. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Collections/#checkCollection */
  readonly checkCollection: Unpacked.Unpacked<typeof Collections.checkCollection>
  /** Hands a collection over to another owner. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Collections/#setCollectionOwner */
  readonly setCollectionOwner: Operation.Operation<typeof Collections.setCollectionOwner>
  /** Shows the name of this identity as the owner's. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Collections/#putCollectionOwnerString */
  readonly setCollectionOwnerString: Operation.Operation<typeof Collections.setCollectionOwnerString>
  /** Shows the name of the owner itself again. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Collections/#deleteCollectionOwnerString */
  readonly resetCollectionOwnerString: Operation.Operation<typeof Collections.resetCollectionOwnerString>
  /** Sets whether the administrator of its subscription vouches for a collection. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Collections/#putSubscriptionAdminVerified */
  readonly setSubscriptionAdminVerified: Operation.Operation<typeof Collections.setSubscriptionAdminVerified>
  /** Gets the DNS name of a collection, where it has one of its own. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Domains/#getCollectionDomain */
  readonly getCollectionDomain: Unpacked.Unpacked<typeof Collections.getCollectionDomain>
  /** Gives a collection a DNS name of its own. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Domains/#putCollectionDomain */
  readonly setCollectionDomain: Operation.Operation<typeof Collections.setCollectionDomain>
  /** Takes the DNS name of its own from a collection. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Domains/#deleteCollectionDomain */
  readonly deleteCollectionDomain: Operation.Operation<typeof Collections.deleteCollectionDomain>

  // storage gateways

  /** Lists the storage gateways. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Storage_Gateways/#listStorageGateways */
  readonly listStorageGateways: Operation.Paged<typeof StorageGateways.listStorageGateways>
  /** Creates a storage gateway. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Storage_Gateways/#postStorageGateway */
  readonly createStorageGateway: Unpacked.Unpacked<typeof StorageGateways.createStorageGateway>
  /** Gets one storage gateway. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Storage_Gateways/#getStorageGateway */
  readonly getStorageGateway: Unpacked.Unpacked<typeof StorageGateways.getStorageGateway>
  /** Changes what is said about a storage gateway: the given fields. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Storage_Gateways/#patchStorageGateway */
  readonly updateStorageGateway: Operation.Operation<typeof StorageGateways.updateStorageGateway>
  /** Says everything about a storage gateway anew: what is left out gets its default. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Storage_Gateways/#putStorageGateway */
  readonly replaceStorageGateway: Operation.Operation<typeof StorageGateways.replaceStorageGateway>
  /** Removes a storage gateway; not while there are collections on it. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Storage_Gateways/#deleteStorageGateway */
  readonly deleteStorageGateway: Operation.Operation<typeof StorageGateways.deleteStorageGateway>

  // user credentials

  /** Lists user credentials, the caller's own unless all are asked for (`include`). Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_User_Credentials/#listUserCredentials */
  readonly listUserCredentials: Operation.Paged<typeof UserCredentials.listUserCredentials>
  /** Creates a user credential. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_User_Credentials/#postUserCredential */
  readonly createUserCredential: Unpacked.Unpacked<typeof UserCredentials.createUserCredential>
  /** Gets one user credential, without the secrets in it. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_User_Credentials/#getUserCredential */
  readonly getUserCredential: Unpacked.Unpacked<typeof UserCredentials.getUserCredential>
  /** Changes what is said about a user credential: the given fields. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_User_Credentials/#patchUserCredential */
  readonly updateUserCredential: Operation.Operation<typeof UserCredentials.updateUserCredential>
  /** Says everything about a user credential anew: what is left out gets its default. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_User_Credentials/#putUserCredential */
  readonly replaceUserCredential: Operation.Operation<typeof UserCredentials.replaceUserCredential>
  /** Removes a user credential. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_User_Credentials/#deleteUserCredential */
  readonly deleteUserCredential: Operation.Operation<typeof UserCredentials.deleteUserCredential>
  /** Begins a login at the provider of a storage, and answers where the user's browser has to go; there will be a credential when the user has logged in. It is not sent again where it may have arrived. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_User_Credentials/#postUserCredentials */
  readonly authorizeUserCredential: Operation.Operation<typeof UserCredentials.authorizeUserCredential>

  // roles

  /** Lists roles on a collection or, without one, on the endpoint; the caller's own unless all are asked for (`include`). Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Roles/#listRoles */
  readonly listRoles: Operation.Paged<typeof Roles.listRoles>
  /** Gives somebody a role. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Roles/#postRoles */
  readonly createRole: Unpacked.Unpacked<typeof Roles.createRole>
  /** Gets one role. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Roles/#getRole */
  readonly getRole: Unpacked.Unpacked<typeof Roles.getRole>
  /** Takes a role from somebody. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Roles/#deleteRole */
  readonly deleteRole: Operation.Operation<typeof Roles.deleteRole>

  // nodes

  /** Lists the nodes. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Nodes/#listNodes */
  readonly listNodes: Operation.Paged<typeof Nodes.listNodes>
  /** Creates a node. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Nodes/#postNode */
  readonly createNode: Unpacked.Unpacked<typeof Nodes.createNode>
  /** Gets one node. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Nodes/#getNode */
  readonly getNode: Unpacked.Unpacked<typeof Nodes.getNode>
  /** Changes what is said about a node: the given fields. `data` has the node if it is asked for (`include`). Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Nodes/#patchNode */
  readonly updateNode: Operation.Operation<typeof Nodes.updateNode>
  /** Says everything about a node anew: what is left out gets its default. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Nodes/#putNode */
  readonly replaceNode: Operation.Operation<typeof Nodes.replaceNode>
  /** Removes a node. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Nodes/#deleteNode */
  readonly deleteNode: Operation.Operation<typeof Nodes.deleteNode>

  // sharing policies

  /** Lists the sharing policies of a mapped collection. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Sharing_Policies/#listSharingPolicies */
  readonly listSharingPolicies: Operation.Paged<typeof SharingPolicies.listSharingPolicies>
  /** Creates a sharing policy. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Sharing_Policies/#postSharingPolicy */
  readonly createSharingPolicy: Unpacked.Unpacked<typeof SharingPolicies.createSharingPolicy>
  /** Gets one sharing policy. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Sharing_Policies/#getSharingPolicy */
  readonly getSharingPolicy: Unpacked.Unpacked<typeof SharingPolicies.getSharingPolicy>
  /** Removes a sharing policy. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Sharing_Policies/#deleteSharingPolicy */
  readonly deleteSharingPolicy: Operation.Operation<typeof SharingPolicies.deleteSharingPolicy>

  // stream gateways

  /** Lists the stream gateways. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Stream_Gateways/#listStreamGateways */
  readonly listStreamGateways: Operation.Paged<typeof StreamGateways.listStreamGateways>
  /** Creates a stream gateway. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Stream_Gateways/#postStreamGateway */
  readonly createStreamGateway: Unpacked.Unpacked<typeof StreamGateways.createStreamGateway>
  /** Gets one stream gateway. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Stream_Gateways/#getStreamGateway */
  readonly getStreamGateway: Unpacked.Unpacked<typeof StreamGateways.getStreamGateway>
  /** Changes what is said about a stream gateway: the given fields. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Stream_Gateways/#patchStreamGateway */
  readonly updateStreamGateway: Operation.Operation<typeof StreamGateways.updateStreamGateway>
  /** Removes a stream gateway. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_Stream_Gateways/#deleteStreamGateway */
  readonly deleteStreamGateway: Operation.Operation<typeof StreamGateways.deleteStreamGateway>
  /** Makes a secret that lets a program of the local network into a tunnel. It is not sent again where it may have arrived. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_LAN_Secrets/#postLanSecret */
  readonly createLanSecret: Unpacked.Unpacked<typeof StreamGateways.createLanSecret>
  /** Makes such a secret worthless. Needs `manage_collections`. Docs: https://docs.globus.org/globus-connect-server/v5.4/api/openapi_LAN_Secrets/#deleteLanSecret */
  readonly deleteLanSecret: Operation.Operation<typeof StreamGateways.deleteLanSecret>
}

/** Globus Connect Server. */
export interface Service extends GcsOperations {
  /** The endpoint, as Globus Auth knows it: the resource server of all tokens for it. */
  readonly endpointId: EndpointId
  /** Makes further scopes of the endpoint a requirement of the program, for example with dependencies. */
  readonly addScopes: (scopes: GlobusScope.ScopeInput) => Effect.Effect<void, GlobusScope.ScopeError>
  /**
   * Makes access to the data of mapped collections a requirement of the program, so that the next login asks for it:
   * creating and changing guest collections on them needs it. A collection of high assurance has no such scope. Fails if
   * an id is not one.
   */
  readonly addDataAccess: (
    ...mappedCollectionIds: ReadonlyArray<Input<EndpointId>>
  ) => Effect.Effect<void, InvalidRequest>
}

/** Which server it is. */
export interface Options {
  /**
   * Its DNS name, or the URL of its manager, as Transfer has it in `gcs_manager_url`. Tokens for the endpoint are sent
   * there, so take it from where you can trust it.
   */
  readonly address: string
  /** The id of its endpoint. Default: the server is asked. */
  readonly endpointId?: Input<EndpointId> | undefined
  /** The scopes that the program requires. Default: `manage_collections` of the endpoint (`gcsEndpointScopes`). */
  readonly scopes?: GlobusScope.ScopeInput | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const service = "gcs"
const isEndpointId = Schema.is(EndpointId)
const expected = "Expected a UUID such as 6c54cade-bde5-45c1-bdea-f4bd71dba2cc"

const given = (endpointId: Input<EndpointId>) =>
  isEndpointId(endpointId)
    ? Effect.succeed(endpointId)
    : Effect.fail(
        new InvalidConfiguration({
          setting: "endpointId",
          detail: `${expected}, got ${JSON.stringify(endpointId)}`
        })
      )

/** The id by which Globus Auth knows the endpoint of a server: mostly, but not always, that of the endpoint itself. */
const discovered = Effect.fnUntraced(function* (info: Unpacked.Unpacked<typeof InfoApi.getInfo>) {
  const { client_id, endpoint_id } = yield* info()
  const id = client_id ?? endpoint_id
  if (isEndpointId(id)) return id
  const detail = `there is no id of an endpoint in it: ${expected}`
  return yield* new ResponseError({ service, operation: "getInfo", status: 200, path: "data", detail })
})

const makeRequiring = Effect.fnUntraced(function* (
  options: Pick<Options, "address" | "endpointId">,
  scopes: ReadonlyArray<GlobusScope.GlobusScope> | undefined
) {
  const baseUrl = yield* Address.baseUrl(options.address)
  const authorizer = yield* Authorizer
  const open = yield* ServiceClient.make(OpenToAll, {
    service,
    baseUrl,
    name: "Gcs",
    // Nobody is asked for it.
    need: () => ({ resourceServer: ResourceServer.make(service), anyOf: [] })
  }).pipe(
    Effect.provideService(Authorizer, {
      ...authorizer,
      authorize: () => Effect.succeedNone,
      recover: () => Effect.succeed(false)
    }),
    Effect.map((operations) => Unpacked.unpack(OpenToAll, operations))
  )
  const endpointId = yield* options.endpointId === undefined
    ? discovered(open.getInfo)
    : given(options.endpointId)
  const { manage_collections, resourceServer } = gcsEndpointScopes(endpointId)
  yield* authorizer.require(resourceServer, scopes ?? [GlobusScope.makeUnsafe(manage_collections)])
  const operations = yield* ServiceClient.make(Authorized, {
    service,
    baseUrl,
    name: "Gcs",
    need: () => ({ resourceServer, anyOf: [manage_collections] })
  })

  return GcsClient.of({
    ...open,
    ...Unpacked.unpack(Authorized, operations),
    endpointId,
    addScopes: Effect.fn("Gcs.addScopes")(function* (scopes) {
      yield* authorizer.require(resourceServer, yield* GlobusScope.fromInputEffect(scopes))
    }),
    addDataAccess: Effect.fn("Gcs.addDataAccess")(function* (...ids: ReadonlyArray<Input<EndpointId>>) {
      const wrong = ids.findIndex((id) => !isEndpointId(id))
      if (wrong !== -1) {
        return yield* new InvalidRequest({
          service,
          operation: "addDataAccess",
          field: `mappedCollectionIds[${wrong}]`,
          detail: `${expected}, got ${JSON.stringify(ids[wrong])}`
        })
      }
      if (ids.length === 0) return
      // Optional, so that the user can revoke it alone.
      const dependencies = ids.map((id) =>
        GlobusScope.makeUnsafe(gcsCollectionScopes(id).data_access, { optional: true })
      )
      yield* authorizer.require(resourceServer, [
        GlobusScope.makeUnsafe(manage_collections, { dependencies })
      ])
    })
  })
})

/**
 * A client of one server, for programs that use several. Asks the server for the id of its endpoint unless that is
 * given. Fails if the address or the id is none, if `scopes` cannot be read, or if the server does not answer.
 */
export const make = Effect.fnUntraced(function* ({ scopes, ...options }: Options) {
  return yield* makeRequiring(
    options,
    scopes === undefined ? undefined : yield* GlobusScope.fromInputEffect(scopes)
  )
})

/** Globus Connect Server. */
export class GcsClient extends Context.Service<GcsClient, Service>()("@effect-globus/sdk/gcs/GcsClient") {
  /** A client of one server as a value, for programs that use several. */
  static readonly make = make

  /**
   * The server at this address; it is asked for the id of its endpoint, whose scope `manage_collections` is required.
   * Fails if the address is none, or if the server does not answer.
   */
  static readonly layer = (
    options: Pick<Options, "address">
  ): Layer.Layer<GcsClient, InvalidConfiguration | GlobusError, Authorizer | Transport> =>
    Layer.effect(GcsClient, makeRequiring({ address: options.address }, undefined))

  /** With the id of the endpoint, so that nothing is asked, or with other scopes. */
  static readonly layerWith = (
    options: Options
  ): Layer.Layer<
    GcsClient,
    InvalidConfiguration | GlobusScope.ScopeError | GlobusError,
    Authorizer | Transport
  > => Layer.effect(GcsClient, make(options))
}

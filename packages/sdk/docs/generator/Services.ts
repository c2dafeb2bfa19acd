/** The services that the documents are about: their contracts, their clients, and where they are. */
import type * as HttpApi from "effect/http-api/HttpApi"
import type * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import type * as OpenApi from "effect/http-api/OpenApi"
import { AuthApi } from "../../src/auth/Api.ts"
import * as Auth from "../../src/auth/index.ts"
import { ComputeApi, ComputeV2, ComputeV3 } from "../../src/compute/Api.ts"
import * as Compute from "../../src/compute/index.ts"
import { AllFlows, FlowsApi, SpecificFlow } from "../../src/flows/Api.ts"
import * as Flows from "../../src/flows/index.ts"
import { Authorized, GcsApi, OpenToAll } from "../../src/gcs/Api.ts"
import * as Gcs from "../../src/gcs/index.ts"
import * as Groups from "../../src/groups/index.ts"
import { production } from "../../src/model/Environment.ts"
import * as Search from "../../src/search/index.ts"
import * as Timers from "../../src/timers/index.ts"
import * as Transfer from "../../src/transfer/index.ts"

/** A contract, of which only its values are read. */
export type Contract = HttpApi.HttpApi<string, HttpApiGroup.Top>

/** What a request has to carry: a token, what authenticates a client, or nothing. */
export type Authorization = "token" | "client" | "none"

/** A client of a service. */
export interface Client {
  /** Its name, which is that of its module. */
  readonly name: string
  /** What it calls. */
  readonly contract: Contract
  /** What its requests carry. Default: a token. */
  readonly authorization?: Authorization
  /** The operations that it has by another name than the contract, or by several. */
  readonly others?: Readonly<Record<string, Other>>
  /** Its names for operations that are another client's in the first place. */
  readonly also?: Readonly<Record<string, ReadonlyArray<string>>>
}

/** An operation that its client has by another name. */
export interface Other {
  readonly names: ReadonlyArray<string>
  readonly summary: string
  readonly authorization?: Authorization
}

/** A service. */
export interface Service {
  /** The name of its folder, its subpath and its documents. */
  readonly name: string
  readonly title: string
  /** One sentence. */
  readonly description: string
  /** Globus' own documentation. */
  readonly docs: string
  readonly servers: ReadonlyArray<OpenApi.OpenAPISpecServer>
  readonly contract: Contract
  /** The first that has an operation is the one to call it with. */
  readonly clients: ReadonlyArray<Client>
  /** What users import: its schemas give their names to the documents of the OpenAPI description. */
  readonly exports: Readonly<Record<string, unknown>>
}

const server = (url: string): ReadonlyArray<OpenApi.OpenAPISpecServer> => [{ url: url.replace(/\/$/, "") }]

// Contracts differ in their type parameters, which are not needed here.
const contract = <Id extends string, Groups extends HttpApiGroup.Constraint>(
  api: HttpApi.HttpApi<Id, Groups>
): Contract => api as unknown as Contract

/** The services, by name. */
export const services: ReadonlyArray<Service> = [
  {
    name: "auth",
    title: "Globus Auth",
    description: "Logins, tokens, identities and consents.",
    docs: "https://docs.globus.org/api/auth/reference/",
    servers: server(production.urls.auth),
    contract: contract(AuthApi),
    clients: [
      { name: "AuthClient", contract: contract(AuthApi) },
      {
        name: "OAuth2Client",
        contract: contract(AuthApi),
        authorization: "client",
        also: { createClient: ["createChildClient", "createNativeAppInstance"] },
        others: {
          token: {
            names: ["exchangeCode", "refresh", "clientCredentials", "dependentTokens"],
            summary:
              "Gets tokens for what is granted: a code, a refresh token, the client itself, another token."
          },
          getOpenIdConfiguration: {
            names: ["openIdConfiguration"],
            summary: "Gets what Globus Auth says about itself.",
            authorization: "none"
          },
          getJsonWebKeySet: {
            names: ["verifyIdToken"],
            summary: "Gets the keys that id tokens are signed with.",
            authorization: "none"
          }
        }
      }
    ],
    exports: Auth
  },
  {
    name: "compute",
    title: "Globus Compute",
    description: "Functions that run on remote endpoints.",
    docs: "https://compute.api.globus.org/redoc",
    servers: server(production.urls.compute),
    contract: contract(ComputeApi),
    clients: [
      { name: "ComputeClientV2", contract: contract(ComputeV2) },
      { name: "ComputeClientV3", contract: contract(ComputeV3) }
    ],
    exports: Compute
  },
  {
    name: "flows",
    title: "Globus Flows",
    description: "Flows of actions, and their runs.",
    docs: "https://globusonline.github.io/globus-flows",
    servers: server(production.urls.flows),
    contract: contract(FlowsApi),
    clients: [
      { name: "FlowsClient", contract: contract(AllFlows) },
      { name: "SpecificFlowClient", contract: contract(SpecificFlow) }
    ],
    exports: Flows
  },
  {
    name: "gcs",
    title: "Globus Connect Server",
    description: "The manager of an endpoint: its collections, storage gateways, roles and credentials.",
    docs: "https://docs.globus.org/globus-connect-server/v5.4/api/",
    servers: [
      {
        url: "https://{manager}",
        description: "Each endpoint has a host of its own.",
        variables: {
          manager: {
            default: "example.data.globus.org",
            description: "The host in `gcs_manager_url` of the endpoint, as Globus Transfer has it."
          }
        }
      }
    ],
    contract: contract(GcsApi),
    clients: [
      { name: "GcsClient", contract: contract(OpenToAll), authorization: "none" },
      { name: "GcsClient", contract: contract(Authorized) }
    ],
    exports: Gcs
  },
  {
    name: "groups",
    title: "Globus Groups",
    description: "Groups, their members and their policies.",
    docs: "https://docs.globus.org/api/groups/",
    servers: server(production.urls.groups),
    contract: contract(Groups.GroupsApi),
    clients: [{ name: "GroupsClient", contract: contract(Groups.GroupsApi) }],
    exports: Groups
  },
  {
    name: "search",
    title: "Globus Search",
    description: "Indices, the entries in them, and queries.",
    docs: "https://docs.globus.org/api/search/",
    servers: server(production.urls.search),
    contract: contract(Search.SearchApi),
    clients: [{ name: "SearchClient", contract: contract(Search.SearchApi) }],
    exports: Search
  },
  {
    name: "timers",
    title: "Globus Timers",
    description: "Transfers and flows that run at times to come.",
    docs: "https://timer.automate.globus.org/redoc",
    servers: server(production.urls.timer),
    contract: contract(Timers.TimersApi),
    clients: [{ name: "TimersClient", contract: contract(Timers.TimersApi) }],
    exports: Timers
  },
  {
    name: "transfer",
    title: "Globus Transfer",
    description: "Files, tasks that transfer and delete them, collections and who may use them.",
    docs: "https://docs.globus.org/api/transfer/",
    servers: server(production.urls.transfer),
    contract: contract(Transfer.TransferApi),
    clients: [{ name: "TransferClient", contract: contract(Transfer.TransferApi) }],
    exports: Transfer
  }
]

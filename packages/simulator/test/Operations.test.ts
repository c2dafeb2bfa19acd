import { AuthApi } from "@effect-globus/sdk/auth"
import { ComputeApi } from "@effect-globus/sdk/compute"
import { FlowsApi } from "@effect-globus/sdk/flows"
import { GcsApi } from "@effect-globus/sdk/gcs"
import { GroupsApi } from "@effect-globus/sdk/groups"
import {
  AuthScopes,
  ComputeScopes,
  FlowsScopes,
  gcsEndpointScopes,
  GroupsScopes,
  SearchScopes,
  TimersScopes,
  TransferScopes
} from "@effect-globus/sdk/model"
import { SearchApi } from "@effect-globus/sdk/search"
import { TimersApi } from "@effect-globus/sdk/timers"
import { TransferApi } from "@effect-globus/sdk/transfer"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { HttpClientRequest } from "effect/http"
import { Simulator, World } from "../src/index.ts"
import { logIn, send } from "./Browser.ts"

interface Declared {
  readonly identifier: string
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE"
  readonly path: string
}

interface Contract {
  readonly groups: {
    readonly [name: string]: { readonly endpoints: { readonly [name: string]: Declared } }
  }
}

const operationsOf = ({ groups }: Contract): ReadonlyArray<Declared> =>
  Object.values(groups).flatMap(({ endpoints }) => Object.values(endpoints))

const [server] = World.defaultWorld.gcs_endpoints ?? []
const ofServer = gcsEndpointScopes(server?.id ?? "")

const services = [
  ["auth", AuthApi as unknown as Contract, AuthScopes.manage_projects, AuthScopes.resourceServer],
  ["compute", ComputeApi as unknown as Contract, ComputeScopes.all, ComputeScopes.resourceServer],
  ["flows", FlowsApi as unknown as Contract, FlowsScopes.all, FlowsScopes.resourceServer],
  ["groups", GroupsApi as unknown as Contract, GroupsScopes.all, GroupsScopes.resourceServer],
  ["search", SearchApi as unknown as Contract, SearchScopes.all, SearchScopes.resourceServer],
  ["transfer", TransferApi as unknown as Contract, TransferScopes.all, TransferScopes.resourceServer],
  ["timer", TimersApi as unknown as Contract, TimersScopes.timer, TimersScopes.resourceServer],
  [`gcs/${server?.id}`, GcsApi as unknown as Contract, ofServer.manage_collections, ofServer.resourceServer]
] as const

describe("every operation of a contract", () => {
  for (const [service, contract, scope, resourceServer] of services) {
    it.effect(`of ${service.replace(/\/.*/, "")} is answered, whatever is asked`, () =>
      Effect.gen(function* () {
        const { [resourceServer]: token } = yield* logIn(scope)
        for (const { identifier, method, path } of operationsOf(contract)) {
          const filled = path.replace(/:\w+/g, "00000000-0000-4000-8000-00000000dead")
          const { url } = yield* Simulator
          const request = HttpClientRequest.make(method)(
            `${url}${service}/${filled.replace(/^\//, "")}`
          ).pipe(HttpClientRequest.bearerToken(token ?? ""))
          const { status } = yield* send(
            method === "GET" || method === "DELETE" ? request : HttpClientRequest.bodyJsonUnsafe(request, {})
          )
          expect({ identifier, isBroken: status === 500 }).toEqual({ identifier, isBroken: false })
          expect({ identifier, isMissing: status === 501 }).toEqual({ identifier, isMissing: false })
        }
      }).pipe(Effect.provide(Simulator.layerBackend()))
    )
  }
})

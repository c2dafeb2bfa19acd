/** Globus Compute: versions 2 and 3 of it, which know the same things. */
import { ComputeApi } from "@effect-globus/sdk/compute"
import { ComputeScopes } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as Scope from "effect/Scope"
import { v2 } from "./compute/V2.ts"
import { v3 } from "./compute/V3.ts"
import * as Refusals from "./Refusal.ts"
import { make as makeService, type Needs, type Served } from "./Service.ts"

const common = {
  name: "compute",
  voice: Refusals.compute,
  need: () => ({
    isFor: (resourceServer: string) => resourceServer === ComputeScopes.resourceServer,
    anyOf: [ComputeScopes.all]
  })
} as const

// Some operations have the same name in both, so that each is served for itself.
const version2 = makeService({
  ...common,
  api: HttpApi.make("computeV2").add(ComputeApi.groups.v2),
  handlers: v2
})

const version3 = makeService({
  ...common,
  api: HttpApi.make("computeV3").add(ComputeApi.groups.v3),
  handlers: v3
})

const isVersion3 = (path: string): boolean => path.startsWith("/v3/")

/** Globus Compute. */
export const make: Effect.Effect<Served, never, Needs | Scope.Scope> = Effect.map(
  Effect.all([version2, version3]),
  ([version2, version3]): Served => ({
    serve: Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ url }) =>
      isVersion3(url) ? version3.serve : version2.serve
    ),
    voice: version2.voice,
    operationAt: (method, path) => (isVersion3(path) ? version3 : version2).operationAt(method, path)
  })
)

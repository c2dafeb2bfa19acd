/**
 * The contract of Globus Compute: the operations of both versions of its API, which stand side by side. The clients
 * derive from it, and so may a simulated service; programs use `ComputeClientV2` and `ComputeClientV3`.
 *
 * ```ts
 * import { ComputeApi } from "@effect-globus/sdk/compute"
 * import { OpenApi } from "effect/http-api"
 *
 * const openApi = OpenApi.fromApi(ComputeApi)
 * ```
 *
 * Docs: https://compute.api.globus.org/redoc
 */
import * as HttpApi from "effect/http-api/HttpApi"
import { V2 } from "./api/V2.ts"
import { V3 } from "./api/V3.ts"

/** What `ComputeClientV2` calls. */
export const ComputeV2: HttpApi.HttpApi<"computeV2", typeof V2> = HttpApi.make("computeV2").add(V2)

/** What `ComputeClientV3` calls. */
export const ComputeV3: HttpApi.HttpApi<"computeV3", typeof V3> = HttpApi.make("computeV3").add(V3)

/** The contract of Globus Compute. */
export const ComputeApi: HttpApi.HttpApi<"compute", typeof V2 | typeof V3> = HttpApi.make("compute").add(
  V2,
  V3
)

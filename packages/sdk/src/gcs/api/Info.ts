/**
 * What a server tells everybody, without a token.
 *
 * ```ts
 * import { GcsApi } from "@effect-globus/sdk/gcs"
 *
 * GcsApi.groups.info.endpoints.getInfo.path // "/api/info"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Operation from "../../service/Operation.ts"
import { Connector, Info } from "../EndpointDocument.ts"
import { page } from "../internal/page.ts"
import { resultWith } from "../ResultDocument.ts"
import { unpacks } from "../Unpacked.ts"

export const getInfo = Operation.get("getInfo", "/api/info", {
  query: page,
  token: "none",
  success: resultWith({ name: "info", schema: Info }, { name: "connector", schema: Connector })
}).pipe(unpacks("info"))

/** The operations that need no token. */
export const InfoGroup = HttpApiGroup.make("info").add(getInfo)

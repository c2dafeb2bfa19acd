/**
 * What all Globus services have in common, as a middleware of their contracts: requests carry a bearer token that
 * holds the scope the operation needs, refusals that a new token or a login can mend are mended once, and every other
 * refusal becomes a typed error. A contract only says, in annotations, what is particular to an operation.
 *
 * `ServiceClient` does the client's part of it without a detour through the middleware; a service that answers through
 * its contract checks tokens in it.
 *
 * ```ts
 * import { GlobusService } from "@effect-globus/sdk/service"
 *
 * GlobusService.key
 * ```
 */
import * as Context from "effect/Context"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity"
import type { GlobusError } from "../model/GlobusError.ts"
import type { Paging } from "./Paging.ts"

/** The middleware that every operation of every service has. */
export class GlobusService extends HttpApiMiddleware.Service<GlobusService, { clientError: GlobusError }>()(
  "@effect-globus/sdk/service/GlobusService",
  { requiredForClient: true, security: { bearer: HttpApiSecurity.bearer } }
) {}

/**
 * The scopes an operation needs, any one of which suffices; the first is the one that is asked for. Empty where any
 * token of the service will do. Said of a contract or of a group, it holds for all operations in it that do not say
 * otherwise. A scope that belongs to one flow or one endpoint has `{flow_id}`, `{endpoint_id}` in it.
 */
export class RequiredScopes extends Context.Service<RequiredScopes, ReadonlyArray<string>>()(
  "@effect-globus/sdk/service/RequiredScopes"
) {}

/**
 * Whether the operation needs a bearer token. By default it does; with `"optional"` it answers without one too, and with
 * `"none"` it is open to everybody, or the client authenticates itself in another way.
 */
export class TokenUse extends Context.Service<TokenUse, "required" | "optional" | "none">()(
  "@effect-globus/sdk/service/TokenUse"
) {}

/**
 * Whether sending the operation twice does no more than sending it once, which may depend on what it is given. By
 * default this follows from its verb.
 */
export class Idempotent extends Context.Service<Idempotent, boolean | ((payload: unknown) => boolean)>()(
  "@effect-globus/sdk/service/Idempotent"
) {}

/** Whether the operation answers where a browser has to go on (303), as `{ location }`, in place of a document. */
export class Redirects extends Context.Service<Redirects, boolean>()(
  "@effect-globus/sdk/service/Redirects"
) {}

/** How a paged operation goes on from one page to the next. */
export class PagingOf extends Context.Service<PagingOf, Paging>()("@effect-globus/sdk/service/PagingOf") {}

/**
 * The contract of Globus Auth: every operation with its path, parameters, documents and scopes. The clients are derived
 * from it, and so are simulated services; programs use `AuthClient` and `OAuth2Client`.
 *
 * ```ts
 * import { AuthApi } from "@effect-globus/sdk/auth"
 * import { OpenApi } from "effect/http-api"
 *
 * const specification = OpenApi.fromApi(AuthApi)
 * ```
 *
 * Docs: https://docs.globus.org/api/auth/reference/
 */
import * as HttpApi from "effect/http-api/HttpApi"
import { Clients } from "./api/Clients.ts"
import { Credentials } from "./api/Credentials.ts"
import { Identities } from "./api/Identities.ts"
import { OAuth2 } from "./api/OAuth2.ts"
import { Policies } from "./api/Policies.ts"
import { Projects } from "./api/Projects.ts"
import { Scopes } from "./api/Scopes.ts"

/** The contract of Globus Auth. */
export const AuthApi: HttpApi.HttpApi<
  "auth",
  | typeof OAuth2
  | typeof Identities
  | typeof Projects
  | typeof Policies
  | typeof Clients
  | typeof Credentials
  | typeof Scopes
> = HttpApi.make("auth").add(OAuth2, Identities, Projects, Policies, Clients, Credentials, Scopes)

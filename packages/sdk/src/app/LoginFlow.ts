/**
 * How a person's consent is obtained. A flow shows the authorization URL in its own way and brings back the code; the
 * app does the rest, from making the URL to exchanging the code, checking who logged in, and storing tokens. So a flow
 * is small, and that of a test is one line.
 *
 * ```ts
 * import { LoginFlow } from "@effect-globus/sdk/app"
 * import { Effect, Layer, Option, Redacted } from "effect"
 *
 * const always = Layer.succeed(LoginFlow, {
 *   name: "always",
 *   run: (request) =>
 *     Effect.succeed({
 *       code: Redacted.make("a code"),
 *       redirectUri: request.codePageUri,
 *       state: Option.none(),
 *       issuer: Option.none()
 *     })
 * })
 * ```
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type { LoginFailed } from "../model/LoginFailed.ts"

/** What a flow is asked to do. */
export interface LoginRequest {
  readonly appName: string
  /** The URL that the person has to open, for the redirect URI of the flow's choice. It holds no secret. */
  readonly authorizeUrl: (redirectUri: string) => string
  /** The page of Globus Auth that shows the code to be copied. Native clients may use it. */
  readonly codePageUri: string
  /** The redirect URI that the app was configured with; a flow has to use it where there is one. */
  readonly redirectUri: Option.Option<string>
  /** What to tell the person beforehand, if a service wants something said: one line of plain text. */
  readonly message: Option.Option<string>
}

/** What a flow brings back. */
export interface LoginResponse {
  readonly code: Redacted.Redacted<string>
  /** The redirect URI that the URL was made for. */
  readonly redirectUri: string
  /** The `state` that came back, if it could: a flow that receives redirects always has one, empty when missing. */
  readonly state: Option.Option<string>
  /** The issuer (`iss`) that came back, if any. */
  readonly issuer: Option.Option<string>
}

/** How a person's consent is obtained. */
export interface Service {
  /** The name of the flow, for messages: `command-line`, `local-server`, … */
  readonly name: string
  /** The name of this machine, which a consent is remembered under together with the app's. */
  readonly hostName?: string | undefined
  readonly run: (request: LoginRequest) => Effect.Effect<LoginResponse, LoginFailed>
}

/** How a person's consent is obtained. */
export class LoginFlow extends Context.Service<LoginFlow, Service>()("@effect-globus/sdk/app/LoginFlow") {}

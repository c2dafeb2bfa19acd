/**
 * The login in a browser on this machine, which brings the code back by itself: the browser is sent to Globus, and from
 * there to a port that this program listens on, for the time of the login and for this machine only. Use it where
 * people sit at the machine that the program runs on; `AutomaticLogin` finds out whether they do.
 *
 * Globus lets native clients use any port of `localhost`. A confidential client, or one with a redirect URI of its own,
 * can use this flow if that is an `http` address on `localhost` or `127.0.0.1`.
 *
 * ```ts
 * import { LocalServerLogin } from "@effect-globus/node"
 * import { UserApp } from "@effect-globus/sdk/app"
 * import { Layer } from "effect"
 *
 * const app = UserApp.layer({ appName: "my-app", clientId: "3f1d1c2a-0000-4000-8000-000000000001" }).pipe(
 *   Layer.provide(LocalServerLogin.layerWith({ timeout: "5 minutes" }))
 * )
 * ```
 */
import { LoginFlow, type LoginRequest } from "@effect-globus/sdk/app"
import { FlowUnavailable, LoginFailed, TimedOut } from "@effect-globus/sdk/model"
import * as NodeStdio from "@effect/platform-node/NodeStdio"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Stdio from "effect/Stdio"
import { hostname } from "node:os"
import * as Answer from "./internal/answer.ts"
import * as Browser from "./internal/browser.ts"
import * as RedirectServer from "./internal/redirectServer.ts"
import * as Screen from "./internal/screen.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What can be set; everything has a default. */
export interface Options {
  /** How long to wait for the person. Default: 15 minutes. */
  readonly timeout?: Duration.Input | undefined
  /**
   * How to show the person an address. Default: in the default browser, which fails in an SSH session, where no display
   * is, and where the browser shows only text.
   */
  readonly openBrowser?: ((url: string) => Effect.Effect<void, LoginFailed>) | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

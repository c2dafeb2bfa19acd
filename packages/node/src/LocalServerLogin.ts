/**
 * The login in a browser on this machine, which brings the code back by itself: the browser is sent to Globus, and from
 * there to a port that this program listens on, for the time of the login and for this machine only. Use it where
 * people sit at the machine that the program runs on; `AutomaticLogin` finds out whether they do.
 *
 * Globus lets native clients use any port of `localhost`. A confidential client, or one with a redirect URI of its own,
 * can use this flow if that is an `http` address on `localhost`, `127.0.0.1` or `[::1]`. Logins of one flow take turns.
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
import { FlowUnavailable, LoginFailed, PlainText, TimedOut } from "@effect-globus/sdk/model"
import * as NodeStdio from "@effect/platform-node/NodeStdio"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import type * as Stdio from "effect/Stdio"
import { hostname } from "node:os"
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

const unavailable = (detail: string) =>
  new LoginFailed({
    reason: new FlowUnavailable({ detail, advice: "The command-line login works everywhere." })
  })

const noBrowser = ({ why }: Browser.NoBrowser) => unavailable(`No browser can be opened: ${why}.`)

/** Where to listen for what is sent to a redirect URI. */
const targetOf = (redirectUri: Option.Option<string>): Effect.Effect<RedirectServer.Target, LoginFailed> => {
  // RFC 8252 §7.3: any port will do.
  if (Option.isNone(redirectUri)) return Effect.succeed({ host: "localhost", port: 0, path: "/" })
  const url = URL.canParse(redirectUri.value) ? new URL(redirectUri.value) : undefined
  return url === undefined || url.protocol !== "http:" || !RedirectServer.isLoopback(url.hostname)
    ? Effect.fail(
        unavailable(
          `The redirect URI ${PlainText.oneLine(redirectUri.value)} does not lead to this program; http://localhost:<port> would.`
        )
      )
    : Effect.succeed({
        host: url.hostname,
        port: url.port === "" ? 80 : Number(url.port),
        path: url.pathname
      })
}

/** Compares with the `state` in an authorization URL, in a time that does not depend on where they differ. */
const stateOf = (url: string) =>
  Effect.map(
    Effect.promise(() => import("node:crypto")),
    ({ createHash, timingSafeEqual }) => {
      const digest = (text: string) => createHash("sha256").update(text).digest()
      const expected = digest(new URL(url).searchParams.get("state") ?? "")
      return (state: string) => state !== "" && timingSafeEqual(digest(state), expected)
    }
  )

const introduction = (request: LoginRequest, url: string): string => {
  const message = Option.match(request.message, {
    onNone: () => "",
    onSome: (message) => `\n${PlainText.oneLine(message)}\n`
  })
  return `
Log in to Globus for ${PlainText.oneLine(request.appName)} in the browser that opens now.
${message}
If none does, open this address on this machine:

${url}

`
}

/** The flow of this machine, with messages to the standard error at hand. */
export const make: (options?: Options) => Effect.Effect<LoginFlow["Service"], never, Stdio.Stdio> =
  Effect.fnUntraced(function* (options: Options = {}) {
    const screen = yield* Screen.make
    const oneAtATime = yield* Semaphore.make(1)
    const timeout = Duration.fromInputUnsafe(options.timeout ?? "15 minutes")
    const check = options.openBrowser === undefined ? Effect.mapError(Browser.check, noBrowser) : Effect.void
    const openBrowser =
      options.openBrowser ?? ((url: string) => Effect.mapError(Browser.open(url), noBrowser))

    return LoginFlow.of({
      name: "local-server",
      hostName: hostname(),
      run: Effect.fn("LocalServerLogin.run")(
        function* (request) {
          yield* check
          const server = yield* Effect.mapError(
            RedirectServer.make(yield* targetOf(request.redirectUri)),
            ({ detail }) => unavailable(`The browser's answer cannot be received on this machine: ${detail}.`)
          )
          const redirectUri = Option.getOrElse(request.redirectUri, () => `http://localhost:${server.port}`)
          const url = request.authorizeUrl(redirectUri)
          const isState = yield* stateOf(url)
          // Who cannot read it has the browser.
          yield* Effect.ignore(screen.say(introduction(request, url)))
          const answer = yield* Effect.raceFirst(
            server.wait(isState),
            Effect.andThen(openBrowser(url), Effect.never)
          )
          if (answer._tag === "Refusal") return yield* answer.failure
          return {
            code: answer.code,
            redirectUri,
            state: Option.orElseSome(answer.state, () => ""),
            issuer: answer.issuer
          }
        },
        Effect.scoped,
        Effect.timeoutOrElse({
          duration: timeout,
          orElse: () =>
            Effect.fail(new LoginFailed({ reason: new TimedOut({ seconds: Duration.toSeconds(timeout) }) }))
        }),
        oneAtATime.withPermit
      )
    })
  })

// -----------------------------------------------------------------------------
// layers
// -----------------------------------------------------------------------------

/** The login in a browser, with these options. */
export const layerWith = (options: Options): Layer.Layer<LoginFlow> =>
  Layer.effect(LoginFlow, make(options)).pipe(Layer.provide(NodeStdio.layer))

/** The login in a browser. */
export const layer: Layer.Layer<LoginFlow> = layerWith({})

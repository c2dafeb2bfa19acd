/** What the tests of login flows work with: a request, and a terminal to read and type on. */
import { LoginFlow, type LoginRequest, type LoginResponse } from "@effect-globus/sdk/app"
import { LoginFailed } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Terminal from "effect/Terminal"

export const state = "canary-state-0123456789"
export const codePageUri = "https://auth.globus.org/v2/web/auth-code"

/** A request whose authorization URL is for the redirect URI that the flow chooses. */
export const request = (parts: Partial<LoginRequest> = {}): LoginRequest => ({
  appName: "my app",
  authorizeUrl: (redirectUri) =>
    `https://auth.globus.org/v2/oauth2/authorize?${new URLSearchParams({ redirect_uri: redirectUri, state }).toString()}`,
  codePageUri,
  redirectUri: Option.none(),
  message: Option.none(),
  ...parts
})

/** A response with its secret, for comparing. */
export const reveal = ({ code, issuer, redirectUri, state }: LoginResponse) => ({
  code: Redacted.value(code),
  redirectUri,
  state: Option.getOrUndefined(state),
  issuer: Option.getOrUndefined(issuer)
})

/** Runs a flow. */
export const logIn = (parts: Partial<LoginRequest> = {}) =>
  Effect.flatMap(LoginFlow, (flow) => flow.run(request(parts)))

/** The reason why a login failed, and what the person is told. */
export const failureOf = <A, E, R>(login: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(login), (error) => {
    if (error instanceof LoginFailed) return { reason: error.reason, message: error.message, error }
    throw new Error("not a failure of a login", { cause: error })
  })

export interface Screen {
  readonly stdout: string
  readonly stderr: string
}

/**
 * A terminal on which these lines are typed, and what is then on its screen. After the lines its input ends, unless
 * `isOpen`.
 */
export const terminal = (
  lines: ReadonlyArray<string>,
  options: {
    readonly stdin?: boolean
    readonly stdout?: boolean
    readonly stderr?: boolean
    readonly isOpen?: boolean
  } = {}
) => {
  const screen = { stdout: "", stderr: "" }
  const decoder = new TextDecoder()
  const writeTo = (stream: keyof Screen) => () =>
    Sink.forEach((chunk: string | Uint8Array) =>
      Effect.sync(() => {
        screen[stream] += typeof chunk === "string" ? chunk : decoder.decode(chunk)
      })
    )
  const layer = Layer.merge(
    Stdio.layerTest({
      stdinIsTerminal: Effect.succeed(options.stdin ?? true),
      stdoutIsTerminal: Effect.succeed(options.stdout ?? true),
      stderrIsTerminal: Effect.succeed(options.stderr ?? true),
      stdout: writeTo("stdout"),
      stderr: writeTo("stderr")
    }),
    Layer.effect(
      Terminal.Terminal,
      Effect.gen(function* () {
        const typed = yield* Queue.unbounded<string>()
        yield* Queue.offerAll(typed, lines)
        return Terminal.make({
          columns: Effect.succeed(80),
          rows: Effect.succeed(24),
          size: Effect.die("not asked for"),
          readInput: Effect.die("not asked for"),
          readLine: Effect.flatMap(Queue.size(typed), (size) =>
            size === 0 && options.isOpen !== true
              ? Effect.fail(new Terminal.QuitError({}))
              : Queue.take(typed)
          ),
          display: () => Effect.die("not asked for")
        })
      })
    )
  )
  return { screen, layer }
}

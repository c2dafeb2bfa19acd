/**
 * The login on the command line: shows an address, which may be opened in any browser on any machine, and asks for the
 * code that Globus shows there. It works over SSH and in containers, and is what `NodeGlobus.layer` does.
 *
 * The person may paste the code, with white space around it, or the whole address that they end up at. What is said
 * goes to standard error, so that standard output holds only what the program prints; only if standard error is
 * redirected and standard output is not, it goes there.
 *
 * ```ts
 * import { CommandLineLogin } from "@effect-globus/node"
 * import { UserApp } from "@effect-globus/sdk/app"
 * import { Layer } from "effect"
 *
 * const app = UserApp.layer({ appName: "my-app", clientId: "3f1d1c2a-0000-4000-8000-000000000001" }).pipe(
 *   Layer.provide(CommandLineLogin.layer)
 * )
 * ```
 */
import { LoginFlow, type LoginRequest } from "@effect-globus/sdk/app"
import { LoginFailed, NotInteractive, PlainText } from "@effect-globus/sdk/model"
import * as NodeStdio from "@effect/platform-node/NodeStdio"
import * as NodeTerminal from "@effect/platform-node/NodeTerminal"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import * as Stdio from "effect/Stdio"
import * as Terminal from "effect/Terminal"
import { hostname } from "node:os"
import * as Answer from "./internal/answer.ts"
import * as Screen from "./internal/screen.ts"

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const notInteractive = (detail: string) => new LoginFailed({ reason: new NotInteractive({ detail }) })

const introduction = (request: LoginRequest, url: string): string => {
  const heading = `Log in to Globus for ${PlainText.oneLine(request.appName)}`
  const message = Option.match(request.message, {
    onNone: () => "",
    onSome: (message) => `\n${PlainText.oneLine(message)}\n`
  })
  return `\n${heading}\n${"=".repeat(heading.length)}\n${message}
Open this address in a browser, log in, and consent:

${url}

You are then shown a code. Paste it here, or the address of the page that you end up at.
`
}

/** The flow on the terminal at hand. */
export const make: Effect.Effect<LoginFlow["Service"], never, Stdio.Stdio | Terminal.Terminal> = Effect.gen(
  function* () {
    const stdio = yield* Stdio.Stdio
    const terminal = yield* Terminal.Terminal
    const screen = yield* Screen.make
    const oneAtATime = yield* Semaphore.make(1)

    const say = (text: string) =>
      Effect.mapError(screen.say(text), ({ message }) =>
        notInteractive(`The question for the code could not be shown (${message}).`)
      )

    const readLine = Effect.catchTag(terminal.readLine, "QuitError", () =>
      Effect.andThen(say("\n"), notInteractive("The input ended before a code was entered."))
    )

    const ask = Effect.gen(function* () {
      while (true) {
        yield* say("Code: ")
        const answer = Answer.fromText(yield* readLine)
        switch (answer._tag) {
          case "Code":
            return answer
          case "Refusal":
            return yield* answer.failure
          case "Unusable":
            yield* say(`${answer.why} Please try again.\n`)
        }
      }
    })

    return LoginFlow.of({
      name: "command-line",
      hostName: hostname(),
      run: Effect.fn("CommandLineLogin.run")(function* (request) {
        if (!(yield* stdio.stdinIsTerminal)) {
          return yield* notInteractive("Standard input is no terminal, so nobody can be asked for a code.")
        }
        if (!(yield* screen.isSeen)) {
          return yield* notInteractive(
            "Neither standard error nor standard output is a terminal, so nobody would see the question for the code."
          )
        }
        const redirectUri = Option.getOrElse(request.redirectUri, () => request.codePageUri)
        yield* say(introduction(request, request.authorizeUrl(redirectUri)))
        const { code, issuer, state } = yield* Effect.onInterrupt(ask, () => Effect.ignore(say("\n")))
        return { code, issuer, state, redirectUri }
      }, oneAtATime.withPermit)
    })
  }
)

// -----------------------------------------------------------------------------
// layers
// -----------------------------------------------------------------------------

/** The login on the command line of this process. */
export const layer: Layer.Layer<LoginFlow> = Layer.effect(LoginFlow, make).pipe(
  Layer.provide(Layer.merge(NodeStdio.layer, NodeTerminal.layer))
)

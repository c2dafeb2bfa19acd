/** Logs in with a flow and prints the code, as a program of its own: `login.ts command-line|automatic`. */
import { AutomaticLogin, CommandLineLogin } from "@effect-globus/node"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { logIn, reveal } from "../internal/Login.ts"

const flow = process.argv[2] === "automatic" ? AutomaticLogin.layer : CommandLineLogin.layer

logIn().pipe(
  Effect.flatMap((response) => Console.log(`code ${reveal(response).code}`)),
  Effect.catchTag("LoginFailed", (error) => Console.log(error.message)),
  Effect.provide(flow),
  NodeRuntime.runMain
)

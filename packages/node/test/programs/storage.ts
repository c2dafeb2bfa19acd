/**
 * Works on the token file of an app, as a program of its own: `storage.ts COMMAND DIRECTORY [ARGUMENT]`. The environment
 * variable `STORAGE` says in which of the storages of the tests; without a directory, `GLOBUS_TOKEN_STORAGE` does.
 */
import { NodeTokenStorage } from "@effect-globus/node"
import { TokenStorage } from "@effect-globus/sdk/app"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { account, get, put, record, reveal, storageNamed } from "../internal/Workplace.ts"

const [command, directory, argument] = process.argv.slice(2)

if (process.env["UMASK"] !== undefined) process.umask(Number.parseInt(process.env["UMASK"], 8))

const counter = "counter.example.org"

/** Adds one to a number in the store, the slow way. */
const increment = Effect.flatMap(TokenStorage, (storage) =>
  storage.modify(account, (tokens) => {
    const count = tokens[counter]?.expires_at_seconds ?? 0
    return Effect.as(Effect.yieldNow, [
      undefined,
      { ...tokens, [counter]: record(counter, { expires_at_seconds: count + 1 }) }
    ] as const)
  })
)

const commands: Record<string, Effect.Effect<unknown, unknown, TokenStorage>> = {
  location: Effect.flatMap(TokenStorage, (storage) => Effect.flatMap(storage.location(account), Console.log)),
  read: Effect.flatMap(get(), (tokens) => Console.log(JSON.stringify(reveal(tokens)))),
  write: put([
    record("transfer.api.globus.org", { refresh_token: "canary-refresh", identity_id: null }),
    record("auth.globus.org", { identity_id: "ae341a98-d274-11e5-b888-dbae3a8ba545" })
  ]),
  count: Effect.repeat(increment, { times: Number(argument) - 1 }),
  // As much as fits in a few blocks, so that a write takes its time.
  churn: Effect.forever(
    put(
      Array.from({ length: 50 }, (_, index) =>
        record(`server-${index}.example.org`, { scope: "x".repeat(2000) })
      )
    ).pipe(Effect.andThen(Console.log("written")))
  ),
  hold: Effect.flatMap(TokenStorage, (storage) =>
    storage.modify(account, () => Effect.andThen(Console.log("held"), Effect.never))
  )
}

NodeRuntime.runMain(
  Effect.provide(
    commands[command ?? ""] ?? Effect.die(`no command ${command}`),
    directory === undefined || directory === "default"
      ? NodeTokenStorage.layerConfig
      : storageNamed(process.env["STORAGE"])({ directory })
  )
)

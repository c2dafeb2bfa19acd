/** What the tests of storages work with: folders of their own, tokens, and other programs at work beside them. */
import { JsonTokenStorage, Keyring, KeyringTokenStorage, SqliteTokenStorage } from "@effect-globus/node"
import { type Account, TokenRecord, type Tokens, TokenStorage } from "@effect-globus/sdk/app"
import { ClientId } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { Scope } from "effect/Scope"
import { spawn } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { createInterface } from "node:readline"

export const clientId = "3f1d1c2a-0000-4000-8000-000000000001"

export const account: Account = {
  clientId: ClientId.make(clientId),
  appName: "My App: v2.0",
  environment: "production",
  profile: "DEFAULT"
}

const folderIn = (directory: string): Effect.Effect<string, never, Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(directory, "effect-globus-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  )

/** A folder that is gone after the test. */
export const folder = folderIn(tmpdir())

/** The same in memory, where there is such a place: for what is tried hundreds of times, and need not last. */
export const quickFolder = folderIn(existsSync("/dev/shm") ? "/dev/shm" : tmpdir())

/** Where the tokens of {@link account} are, in a folder. */
export const fileIn = (directory: string, extension = "json"): string =>
  join(directory, clientId, "my-app+-v2-0", `tokens.${extension}`)

/** Puts a file in place, with its folders. */
export const place = (path: string, content: unknown): string => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content), { mode: 0o600 })
  return path
}

export const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"))

const decodeRecord = Schema.decodeUnknownSync(TokenRecord)
const encodeTokens = Schema.encodeSync(Schema.Record(Schema.String, TokenRecord))

/** A token as it is on disk. */
export const encodedRecord = (server: string, fields: object = {}) => ({
  resource_server: server,
  scope: `${server}:all`,
  access_token: `canary-access-${server}`,
  expires_at_seconds: 2_000_000_000,
  token_type: "Bearer",
  ...fields
})

/** A token as a program has it. */
export const record = (server: string, fields: object = {}): TokenRecord =>
  decodeRecord(encodedRecord(server, fields))

/** Tokens with their secrets, for comparing. */
export const reveal = (tokens: Tokens): unknown => encodeTokens(tokens)

const decodeSecrets = Schema.decodeUnknownSync(
  Schema.fromJsonString(Schema.Array(Schema.Tuple([Schema.String, Schema.String])))
)

/** A keyring that several programs share: a file. */
const keyringIn = (directory: string) => {
  const file = join(directory, "keyring.json")
  const secrets = Effect.sync(
    () => new Map(existsSync(file) ? decodeSecrets(readFileSync(file, "utf8")) : [])
  )
  return Layer.succeed(
    Keyring.Keyring,
    Keyring.Keyring.of({
      get: (name) =>
        Effect.map(secrets, (all) =>
          Option.map(Option.fromUndefinedOr(all.get(name)), (secret) => Redacted.make(secret))
        ),
      set: (name, secret) =>
        Effect.map(secrets, (all) =>
          writeFileSync(file, JSON.stringify([...all.set(name, Redacted.value(secret))]))
        )
    })
  )
}

/** The storages in files, in a folder of their own. */
export const storages = {
  json: (options: JsonTokenStorage.Options & { readonly directory: string }) =>
    JsonTokenStorage.layerWith(options),
  sqlite: (options: SqliteTokenStorage.Options & { readonly directory: string }) =>
    SqliteTokenStorage.layerWith(options),
  keyring: (options: KeyringTokenStorage.Options & { readonly directory: string }) =>
    KeyringTokenStorage.layerWith({ ...options, keyring: keyringIn(options.directory) })
} as const

const isStorage = (name: string): name is keyof typeof storages => Object.hasOwn(storages, name)

/** The storage of this name, for programs. */
export const storageNamed = (name = "json") => {
  if (!isStorage(name)) throw new Error(`no storage ${name}`)
  return storages[name]
}

/** Runs an effect with the storage in a folder. */
export const within =
  (directory: string, options: JsonTokenStorage.Options = {}) =>
  <A, E, R>(effect: Effect.Effect<A, E, R | TokenStorage>) =>
    Effect.provide(effect, Layer.fresh(JsonTokenStorage.layerWith({ directory, ...options })))

export const get = (of: Account = account) => Effect.flatMap(TokenStorage, (storage) => storage.get(of))

/** Adds tokens to those that are there. */
export const put = (records: ReadonlyArray<TokenRecord>, to: Account = account) =>
  Effect.flatMap(TokenStorage, (storage) =>
    storage.modify(to, (tokens) =>
      Effect.succeed([
        undefined,
        { ...tokens, ...Object.fromEntries(records.map((each) => [each.resource_server, each])) }
      ])
    )
  )

/** What was logged, and a layer that logs to it. */
export const logged = () => {
  const lines: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => {
    const parts = [message].flat().map((part) => (typeof part === "string" ? part : JSON.stringify(part)))
    lines.push([logLevel, ...parts].join(" "))
  })
  return { lines, layer: Logger.layer([logger]) }
}

/** Another process that runs one of the programs beside the tests. */
export interface Program {
  readonly pid: number
  readonly signal: (signal: NodeJS.Signals) => Effect.Effect<void>
  /** Waits for a line. */
  readonly line: Effect.Effect<string>
  /** Waits for its end: what it wrote and how it ended. */
  readonly end: Effect.Effect<{
    readonly code: number | null
    readonly stdout: string
    readonly stderr: string
  }>
}

/** Starts a process; it is gone after the test. */
export const start = (
  command: string,
  args: ReadonlyArray<string>,
  options: { readonly env?: Record<string, string>; readonly input?: string } = {}
): Effect.Effect<Program, never, Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => spawn(command, args, { env: { ...process.env, ...options.env }, stdio: "pipe" })),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    ),
    (child) => {
      const output = { stdout: "", stderr: "" }
      child.stdout.on("data", (data: Buffer) => (output.stdout += data.toString()))
      child.stderr.on("data", (data: Buffer) => (output.stderr += data.toString()))
      const lines = createInterface({ input: child.stdout })
      const firstLine = new Promise<string>((resolve) => lines.once("line", resolve))
      const closed = new Promise<number | null>((resolve) => child.once("close", resolve))
      child.stdin.end(options.input ?? "")
      return {
        pid: child.pid ?? 0,
        signal: (signal) => Effect.sync(() => child.kill(signal)),
        line: Effect.promise(() => firstLine),
        end: Effect.map(
          Effect.promise(() => closed),
          (code) => ({ code, ...output })
        )
      }
    }
  )

/** Starts one of the programs in `programs`. */
export const startProgram = (
  name: string,
  args: ReadonlyArray<string>,
  env: Record<string, string> = {},
  node: string = process.execPath
): Effect.Effect<Program, never, Scope> =>
  start(node, [resolve(import.meta.dirname, "../programs", `${name}.ts`), ...args], { env })

export const isRoot: boolean = process.getuid?.() === 0

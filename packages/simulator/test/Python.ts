/** Programs of the official Python SDK, unmodified, against a simulator on a port. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { Effect, FileSystem, Result } from "effect"
import { spawn } from "node:child_process"
import { python, pythonSdk } from "../../sdk/test/internal/PythonSdk.ts"
import { Simulator, World } from "../src/index.ts"

/** Why there is no official SDK to run, if so. */
export const missing: string | undefined = Result.isFailure(pythonSdk) ? pythonSdk.failure : undefined

const world = {
  ...World.defaultWorld,
  pace: { task_start_seconds: 0.05, bytes_per_second: 1_000_000_000_000, seconds_per_file: 0 }
}

/** A simulator in which things happen fast, and logins need nobody. */
export const server = Simulator.layerServer({ world, autoApprove: true })

const preamble = `
import json, re, sys, time
import requests
import globus_sdk
from globus_sdk import ClientApp, FlowsClient, GlobusAppConfig, GroupsClient, SearchClient, SpecificFlowClient, TimersClient, TransferClient, TransferData, UserApp
from globus_sdk.login_flows import CommandLineLoginFlowManager
from globus_sdk.token_storage import MemoryTokenStorage
from globus_sdk.scopes import GCSCollectionScopes, TransferScopes

logins = []

class Login(CommandLineLoginFlowManager):
    """The official command-line login; the person opens the URL and copies the code."""
    def print_authorize_url(self, authorize_url):
        self.url = authorize_url
        logins.append(authorize_url)
    def prompt_for_code(self):
        page = requests.get(self.url)
        page.raise_for_status()
        return re.search(r'<code id="authorization-code">([^<]+)</code>', page.text).group(1)

def user_app(**config):
    return UserApp("python", client_id="${World.nativeClientId}", config=GlobusAppConfig(login_flow_manager=Login, token_storage=MemoryTokenStorage(), **config))

def client_app():
    return ClientApp("python", client_id="${World.confidentialClientId}", client_secret="${World.confidentialClientSecret}", config=GlobusAppConfig(token_storage=MemoryTokenStorage()))

result = {}
`

/** Runs a program of Python against the simulator; gives what it leaves in `result`. */
export const inPython = Effect.fnUntraced(
  function* (program: string) {
    const { variables } = yield* Simulator
    const home = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped({ prefix: "python-sdk-" })
    return yield* Effect.callback<Record<string, unknown>>((resume) => {
      const child = spawn(python, ["-c", `${preamble}\n${program}\nprint(json.dumps(result))`], {
        env: {
          PYTHONPATH: Result.getOrThrow(pythonSdk),
          HOME: home,
          ...variables
        }
      })
      let out = ""
      let err = ""
      child.stdout.on("data", (data) => (out += String(data)))
      child.stderr.on("data", (data) => (err += String(data)))
      child.on("close", (code) =>
        resume(
          code === 0
            ? Effect.succeed(JSON.parse(out.trim().split("\n").at(-1) ?? "{}") as Record<string, unknown>)
            : Effect.die(new Error(err))
        )
      )
      return Effect.sync(() => child.kill())
    })
  },
  Effect.scoped,
  Effect.provide(NodeFileSystem.layer)
)

/** Python takes its time to start. */
export const slow = { timeout: 60_000 }

/**
 * The official JavaScript SDK, unmodified, against a simulator on a port. It is made for browsers, so its programs get
 * as much of one as a login needs: an address bar and a session storage.
 */
import { specificFlowScopes, TimersScopes } from "@effect-globus/sdk/model"
import { Simulator, World } from "@effect-globus/simulator"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { resolve } from "node:path"

const [tutorial1, tutorial2, cluster] = World.defaultWorld.collections
const [, archiving] = World.defaultWorld.flows!
const [observatory] = World.defaultWorld.groups!
const [images] = World.defaultWorld.indices!

const world = {
  ...World.defaultWorld,
  pace: { task_start_seconds: 0.05, bytes_per_second: 1_000_000_000_000, seconds_per_file: 0 }
}

const server = Simulator.layerServer({ world, autoApprove: true })

const preamble = `
const kept = new Map()
globalThis.sessionStorage = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => kept.set(key, value),
  removeItem: (key) => kept.delete(key)
}
const address = { href: "http://localhost:3000/", assign: (url) => { address.href = String(url) } }
address.replace = address.assign
globalThis.window = { ...process.env, location: address }

const { auth, authorization, flows, groups, search, timers, transfer } = await import("@globus/sdk")

const create = (scopes) => authorization.create({
  client: "${World.nativeClientId}",
  redirect: "http://localhost:3000/",
  scopes,
  useRefreshTokens: true
})

/** The browser follows the login to where it leads back. */
const comeBack = async (manager) => {
  const answer = await fetch(address.href, { redirect: "manual" })
  address.href = answer.headers.get("location") ?? ""
  await manager.handleCodeRedirect({ shouldReplace: false })
}

/** For the operations to which the manager does not give its tokens by itself. */
const bearing = (token) => ({ Authorization: "Bearer " + token.access_token })

const json = async (answer) => (await answer).json()
const result = {}
`

/** Runs a program of JavaScript against the simulator; gives what it leaves in `result`. */
const inJavaScript = Effect.fnUntraced(function* (program: string) {
  const { variables } = yield* Simulator
  return yield* Effect.callback<Record<string, unknown>>((resume) => {
    const code = `${preamble}\n${program}\nconsole.log(JSON.stringify(result))`
    const child = spawn(process.execPath, ["--input-type=module", "--eval", code], {
      cwd: resolve(import.meta.dirname, ".."),
      env: variables
    })
    let out = ""
    let err = ""
    child.stdout.on("data", (data) => (out += String(data)))
    child.stderr.on("data", (data) => (err += String(data)))
    child.on("close", (status) =>
      resume(
        status === 0
          ? Effect.succeed(JSON.parse(out.trim().split("\n").at(-1) ?? "{}") as Record<string, unknown>)
          : Effect.die(new Error(err))
      )
    )
    return Effect.sync(() => child.kill())
  })
})

const slow = { timeout: 60_000 }

describe("the official JavaScript SDK", () => {
  it.live(
    "logs a user in, and lists, transfers, waits, and renews its tokens",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator
        const result = yield* inJavaScript(`
const manager = create("openid profile email urn:globus:auth:scope:transfer.api.globus.org:all")
await manager.login()
await comeBack(manager)
result.authenticated = manager.authenticated
result.user = manager.user.preferred_username
result.userinfo = (await json(auth.oauth2.userinfo({ headers: bearing(manager.tokens.auth) }))).name
const found = await json(transfer.endpointSearch({ query: { filter_fulltext: "tutorial astronomy" }, manager }))
result.found = found.DATA.map((endpoint) => endpoint.display_name)
const listing = await json(transfer.fileOperations.ls("${tutorial1!.id}", { query: { path: "/home/share/godata/", orderby: "size DESC", limit: 2 }, manager }))
result.files = listing.DATA.map((file) => file.name)
const { value } = await json(transfer.taskSubmission.submissionId({ manager }))
const { task_id } = await json(transfer.taskSubmission.submitTransfer({
  payload: {
    DATA_TYPE: "transfer",
    submission_id: value,
    source_endpoint: "${tutorial1!.id}",
    destination_endpoint: "${tutorial2!.id}",
    DATA: [{ DATA_TYPE: "transfer_item", source_path: "/home/share/godata/", destination_path: "/~/godata/", recursive: true }]
  },
  headers: bearing(manager.tokens.transfer)
}))
let task
do {
  task = await json(transfer.task.get(task_id, { manager }))
} while (task.status === "ACTIVE")
result.task = [task.status, task.files]
const refused = await transfer.fileOperations.ls("${cluster!.id}", { manager })
result.refused = refused.status
await manager.handleErrorResponse(await refused.json(), { execute: true })
await comeBack(manager)
result.home = (await json(transfer.fileOperations.ls("${cluster!.id}", { manager }))).DATA.map((file) => file.name)
const before = manager.tokens.transfer.access_token
await manager.refreshToken(manager.tokens.transfer)
result.renewed = manager.tokens.transfer.access_token !== before
result.after = (await transfer.endpoint.get("${tutorial1!.id}", { manager })).status
await manager.revoke()
result.authenticatedAfter = manager.authenticated
`)
        expect(result).toEqual({
          authenticated: true,
          user: "rosalind@example.org",
          userinfo: "Rosalind Okafor",
          found: ["Globus Tutorial Collection 1"],
          files: ["exposure-003.fits", "exposure-005.fits"],
          task: ["SUCCEEDED", 7],
          refused: 403,
          home: [".bashrc", "lattice-qcd"],
          renewed: true,
          after: 200,
          authenticatedAfter: false
        })
        expect((yield* simulator.activity).codeExchanges).toBe(2)
      }).pipe(Effect.provide(server)),
    slow
  )

  it.live(
    "searches, reads groups, and starts flows",
    () =>
      Effect.gen(function* () {
        const result = yield* inJavaScript(`
const manager = create([
  "urn:globus:auth:scope:search.api.globus.org:all",
  "urn:globus:auth:scope:groups.api.globus.org:all",
  "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/view_flows",
  "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/run_status",
  "${specificFlowScopes(archiving!.id).user}",
  "${TimersScopes.timer}"
].join(" "))
await manager.login()
await comeBack(manager)
const simple = await json(search.query.get("${images!.id}", { query: { q: "pinwheel" }, manager }))
result.simple = simple.gmeta.length
const posted = await json(search.query.post("${images!.id}", {
  payload: { "@version": "query#1.0.0", q: "*", filters: [{ type: "match_any", field_name: "object.type", values: ["nebula"] }] },
  manager
}))
result.posted = posted.total
const mine = await json(groups.groups.getMyGroups({ manager }))
result.groups = mine.map((group) => group.name)
const group = await json(groups.groups.get("${observatory!.id}", { query: { include: ["memberships", "policies"] }, manager }))
result.members = group.memberships.length
result.policies = (await json(groups.policies.get("${observatory!.id}", { manager }))).join_requests
result.flows = (await json(flows.flows.getAll({ query: { filter_fulltext: "tape" }, manager }))).flows.map((flow) => flow.title)
result.flow = (await json(flows.flows.get("${archiving!.id}", { manager }))).title
const started = await json(flows.flows.run("${archiving!.id}", {
  payload: { body: { exposures: 3 }, label: "JavaScript" },
  headers: bearing(manager.tokens.getByResourceServer("${archiving!.id}"))
}))
result.started = started.status
result.runs = (await json(flows.runs.getAll({ manager }))).runs.map((run) => run.label)
const created = await json(timers.timer.create({
  payload: {
    timer: {
      name: "JavaScript",
      timer_type: "transfer",
      schedule: { type: "recurring", interval_seconds: 3600 },
      body: {
        DATA_TYPE: "transfer",
        source_endpoint: "${tutorial1!.id}",
        destination_endpoint: "${tutorial2!.id}",
        DATA: [{ DATA_TYPE: "transfer_item", source_path: "/~/README.txt", destination_path: "/~/copy" }]
      }
    }
  },
  manager
}))
result.timer = created.timer.status
`)
        expect(result).toEqual({
          simple: 2,
          posted: 2,
          groups: ["Observatory", "Night assistants"],
          members: 2,
          policies: true,
          flows: ["Archive last night's exposures"],
          flow: "Archive last night's exposures",
          started: "ACTIVE",
          runs: ["JavaScript"],
          timer: "new"
        })
      }).pipe(Effect.provide(server)),
    slow
  )
})

/** On which terms a server lets somebody use its collections: as which account, after which login, at which paths. */
import { UserApp } from "@effect-globus/sdk/app"
import { GcsClient } from "@effect-globus/sdk/gcs"
import { TransferClient, TransferData } from "@effect-globus/sdk/transfer"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import { Simulator, TestTime, World } from "../src/index.ts"
import { get, linus, logIn, post, rosalind, send } from "./Browser.ts"

const endpoint = "9a1f0c3e-52b7-4d68-8e0a-1c2d3e4f5a6b"
const gateway = "ab2e1d4f-63c8-4e79-9f1b-2d3e4f5a6b7c"
const campus = "bc3f2e50-74d9-4f8a-a02c-3e4f5a6b7c8d"
const shared = "cd403f61-85ea-409b-b13d-4f5a6b7c8d9e"
const plain = "de51472a-96fb-41ac-824e-5a6b7c8d9eaf"
const linked = "0184a75d-c92e-44df-b57b-8d9eafb0c1d2"
const project = "1295b86e-da3f-45e0-a68c-9eafb0c1d2e3"
const policy = "23a6c97f-eb40-46f1-b79d-afb0c1d2e3f4"

type Endpoint = NonNullable<World.Input["gcs_endpoints"]>[number]
type Gateway = NonNullable<Endpoint["storage_gateways"]>[number]
type Settings = NonNullable<World.Input["collections"][number]["settings"]>

/** A server with one gateway, a mapped collection on it, and a guest collection of Rosalind's on that. */
const worldWith = (
  says: {
    readonly gateway?: Partial<Gateway>
    readonly endpoint?: Partial<Endpoint>
    readonly settings?: Settings
    readonly guest?: Settings
    readonly sharing_policies?: World.Input["collections"][number]["sharing_policies"]
    readonly identities?: ReadonlyArray<World.Input["identities"][number]>
  } = {}
): World.Input => ({
  ...World.defaultWorld,
  identities: [...World.defaultWorld.identities, ...(says.identities ?? [])],
  projects: [{ id: project, display_name: "P" }],
  policies: [
    {
      id: policy,
      project_id: project,
      display_name: "Example University",
      domain_constraints_include: ["lab.example.edu"]
    }
  ],
  gcs_endpoints: [
    {
      id: endpoint,
      display_name: "Data Center",
      storage_gateways: [{ id: gateway, display_name: "Disks", ...says.gateway }],
      ...says.endpoint
    }
  ],
  collections: [
    {
      id: campus,
      display_name: "Campus",
      entity_type: "GCSv5_mapped_collection",
      storage_gateway: gateway,
      default_directory: "/",
      ...(says.settings === undefined ? {} : { settings: says.settings }),
      ...(says.sharing_policies === undefined ? {} : { sharing_policies: says.sharing_policies }),
      files: {
        open: { "a.txt": "a", deep: { "b.txt": "b" } },
        kept: { "c.txt": "c" },
        "top.txt": "t"
      }
    },
    {
      id: shared,
      display_name: "Shared",
      host: { collection: campus, path: "/open/" },
      ...(says.guest === undefined ? {} : { settings: says.guest })
    },
    { id: plain, display_name: "Plain", files: { "p.txt": "p" } }
  ]
})

const inWorld = (says: Parameters<typeof worldWith>[0]) =>
  Effect.provide(Simulator.layerBackend({ world: worldWith(says) }))

/** With the clients of whoever the simulator's person is: Rosalind, unless it is said otherwise. */
const withClients = (says: Parameters<typeof worldWith>[0]) =>
  Effect.provide(
    Layer.mergeAll(
      GcsClient.layer({ address: `https://globus.simulator/gcs/${endpoint}` }),
      TransferClient.layer
    ).pipe(
      Layer.provideMerge(UserApp.layer({ appName: "terms", clientId: World.nativeClientId })),
      Layer.provideMerge(Simulator.layerWith({ world: worldWith(says) }))
    )
  )

const all = "urn:globus:auth:scope:transfer.api.globus.org:all"

const tokensOf = (identity: string) =>
  Effect.map(
    logIn(
      `${all} https://auth.globus.org/scopes/${campus}/https https://auth.globus.org/scopes/${shared}/https`,
      identity
    ),
    (tokens) => ({
      transfer: tokens["transfer.api.globus.org"] ?? "",
      [campus]: tokens[campus] ?? "",
      [shared]: tokens[shared] ?? ""
    })
  )

/** What somebody gets to see of a directory: its names, or why they do not. */
const ls = (identity: string, collection: string, path = "/") =>
  Effect.gen(function* () {
    const { transfer: token } = yield* tokensOf(identity)
    const query = { path }
    const answer = yield* get("transfer", `v0.10/operation/endpoint/${collection}/ls`, { token, query })
    const { DATA, authorization_parameters, code, message } = answer.json as {
      readonly DATA?: ReadonlyArray<{ readonly name: string }>
      readonly code?: string
      readonly message?: string
      readonly authorization_parameters?: unknown
    }
    return DATA === undefined
      ? { status: answer.status, code, message, authorization_parameters }
      : DATA.map(({ name }) => name).toSorted()
  })

const mkdir = (identity: string, collection: string, path: string) =>
  Effect.gen(function* () {
    const { transfer: token } = yield* tokensOf(identity)
    const answer = yield* post(
      "transfer",
      `v0.10/operation/endpoint/${collection}/mkdir`,
      { DATA_TYPE: "mkdir", path },
      { token }
    )
    return (answer.json as { readonly code: string }).code
  })

/** What somebody gets over HTTPS. */
const https = (
  identity: string | undefined,
  collection: typeof campus | typeof shared,
  path: string,
  method: "GET" | "PUT" | "DELETE" = "GET"
) =>
  Effect.gen(function* () {
    const request = HttpClientRequest.make(method)(
      `https://globus.simulator/collections/${collection}${path}`
    )
    const tokens = identity === undefined ? undefined : yield* tokensOf(identity)
    const answer = yield* send(
      tokens === undefined ? request : HttpClientRequest.bearerToken(request, tokens[collection])
    )
    const refusal = answer.json as { readonly detail?: { readonly DATA_TYPE: string } | null } | undefined
    return { status: answer.status, text: answer.text, detail: refusal?.detail?.DATA_TYPE }
  })

const everything = ["kept", "open", "top.txt"]

describe("an account", () => {
  it.effect("is what precedes the domain of an identity, unless something else is said", () =>
    Effect.gen(function* () {
      expect(yield* ls(linus, campus)).toEqual(everything)
      expect(yield* https(linus, campus, "/top.txt")).toMatchObject({ status: 200, text: "t" })
    }).pipe(inWorld({ gateway: { users_allow: ["linus"] } }))
  )

  it.effect("is had by those whom an expression maps, and others do not get in", () =>
    Effect.gen(function* () {
      expect(yield* ls(linus, campus)).toEqual(everything)
      const refused = yield* ls(rosalind, campus)
      expect(refused).toMatchObject({ status: 502, code: "ExternalError.DirListingFailed.LoginFailed" })
      const { message } = refused as { readonly message: string }
      expect(message).toContain("GlobusError: v=1 c=LOGIN_DENIED")
      expect(message).toContain(
        '"detail":{"DATA_TYPE":"invalid_user#1.0.0","usernames":["rosalind@example.org"]}'
      )
      expect(yield* mkdir(rosalind, campus, "/new")).toBe("ExternalError.MkdirFailed.LoginFailed")
      expect(yield* mkdir(linus, campus, "/new")).toBe("DirectoryCreated")
      expect(yield* https(rosalind, campus, "/top.txt")).toMatchObject({
        status: 403,
        detail: "invalid_user#1.0.0"
      })
    }).pipe(
      inWorld({
        gateway: {
          identity_mappings: [
            {
              DATA_TYPE: "expression_identity_mapping#1.0.0",
              mappings: [
                { source: "{username}", match: "nobody@.*", output: "{0}" },
                {
                  source: "{username} {organization}",
                  match: "(?P<who>.)(.*)@LAB\\..* .*University",
                  output: "{who}-{1}",
                  ignore_case: true
                }
              ]
            }
          ],
          users_allow: ["l-inus"]
        }
      })
    )
  )

  it.effect("is looked for in one mapping after another, and may be said literally", () =>
    Effect.gen(function* () {
      expect(yield* ls(rosalind, campus)).toEqual(everything)
      expect(yield* ls(linus, campus)).toMatchObject({ status: 502 })
    }).pipe(
      inWorld({
        gateway: {
          identity_mappings: [
            {
              DATA_TYPE: "expression_identity_mapping#1.0.0",
              mappings: [
                { source: "{username}", match: "rosalind@example.(org)", output: "no", literal: true },
                { source: "{no such property}", match: ".*", output: "no" }
              ]
            },
            {
              DATA_TYPE: "expression_identity_mapping#1.0.0",
              mappings: [
                {
                  source: "{email}",
                  match: "Rosalind@example.org",
                  output: "ros",
                  literal: true,
                  ignore_case: true
                }
              ]
            }
          ],
          users_allow: ["ros"]
        }
      })
    )
  )

  it.effect("is what an administrator's program answers, as the world says", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      // Nobody has told what this program answers.
      yield* gcs.updateStorageGateway(gateway, {
        identity_mappings: [
          { DATA_TYPE: "external_identity_mapping#1.0.0", command: ["/opt/other", "--quiet"] }
        ]
      })
      const refused = yield* TestTime.passing(Effect.flip(transfer.ls(campus)))
      expect(refused).toMatchObject({ code: "ExternalError.DirListingFailed.LoginFailed" })
      yield* gcs.updateStorageGateway(gateway, {
        identity_mappings: [{ DATA_TYPE: "external_identity_mapping#1.0.0", command: ["/opt/map"] }]
      })
      expect((yield* transfer.ls(campus)).DATA.map(({ name }) => name)).toEqual(everything)
      const credential = yield* gcs.createUserCredential({ storage_gateway_id: gateway })
      expect(credential.username).toBe("rok")
    }).pipe(
      withClients({
        endpoint: {
          mapping_programs: [{ command: "/opt/map", accounts: { "rosalind@example.org": "rok" } }]
        }
      })
    )
  )

  it.effect("must be one of the machine's, in groups that may use the gateway", () =>
    Effect.gen(function* () {
      expect(yield* ls(rosalind, campus)).toMatchObject({ status: 502 })
      expect(yield* ls(linus, campus)).toEqual(everything)
      const simulator = yield* Simulator
      const { gcs_endpoints: [now] = [] } = yield* simulator.world
      expect(now?.local_accounts).toEqual([
        { username: "linus", groups: ["staff"] },
        { username: "rosalind", groups: ["staff", "guests"] }
      ])
    }).pipe(
      inWorld({
        gateway: { policies: { groups_allow: ["staff"], groups_deny: ["guests"] } },
        endpoint: {
          local_accounts: [
            { username: "linus", groups: ["staff"] },
            { username: "rosalind", groups: ["staff", "guests"] }
          ]
        }
      })
    )
  )

  it.effect("is none where the machine has no such user", () =>
    Effect.gen(function* () {
      expect(yield* ls(rosalind, campus)).toMatchObject({ status: 502 })
      expect(yield* ls(linus, campus)).toEqual(everything)
    }).pipe(inWorld({ endpoint: { local_accounts: [{ username: "linus" }] } }))
  )

  it.effect("that a task has not lets it wait until its deadline", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const submit = (data: TransferData.TransferData) =>
        Effect.gen(function* () {
          const { task_id } = yield* transfer.submitTransfer(data)
          yield* TestClock.adjust("3 minutes")
          return yield* transfer.getTask(task_id)
        })
      const out = TransferData.make({
        source_endpoint: campus,
        destination_endpoint: plain,
        items: [{ source_path: "/top.txt", destination_path: "/top.txt" }]
      })
      expect(yield* submit(out)).toMatchObject({ status: "ACTIVE", nice_status: "LOGIN_DENIED", faults: 3 })
      expect((yield* transfer.ls(plain)).DATA.map(({ name }) => name)).toEqual(["p.txt"])
    }).pipe(withClients({ gateway: { users_deny: ["rosalind"] } }))
  )

  it.effect("of its owner's is what a guest collection is used as", () =>
    Effect.gen(function* () {
      expect(yield* ls(linus, shared)).toMatchObject({
        status: 502,
        code: "ExternalError.DirListingFailed.LoginFailed"
      })
      expect(yield* https(linus, shared, "/a.txt")).toMatchObject({ status: 403 })
    }).pipe(inWorld({ gateway: { users_deny: ["rosalind"] } }))
  )

  it.effect("is mapped by expressions that can be read", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const identity_mappings = [
        {
          DATA_TYPE: "expression_identity_mapping#1.0.0",
          mappings: [{ source: "{id}", match: "(", output: "x" }]
        }
      ] as const
      const error = yield* Effect.flip(gcs.updateStorageGateway(gateway, { identity_mappings }))
      expect(error).toMatchObject({
        status: 422,
        body: { detail: { errors: [{ property: "identity_mappings.0.mappings.0.match" }] } }
      })
    }).pipe(withClients({}))
  )
})

describe("a login", () => {
  const twoAccounts = [
    {
      id: linked,
      username: "rosalind@lab.example.edu",
      name: "Rosalind Okafor",
      linked_to: "rosalind@example.org"
    }
  ]

  it.effect("is asked for with an identity of an allowed domain, and the app makes up for it", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      expect((yield* transfer.ls(campus)).DATA).toHaveLength(3)
      const { logins } = yield* (yield* Simulator).activity
      expect(logins.map(({ username }) => username)).toEqual([
        "rosalind@example.org",
        "rosalind@lab.example.edu"
      ])
    }).pipe(withClients({ gateway: { allowed_domains: ["lab.example.edu"] }, identities: twoAccounts }))
  )

  it.effect("of another domain does not do", () =>
    Effect.gen(function* () {
      expect(yield* ls(rosalind, campus)).toMatchObject({
        status: 403,
        code: "AuthorizationRequired",
        authorization_parameters: { session_required_single_domain: ["lab.example.edu"] }
      })
      expect(yield* https(rosalind, campus, "/top.txt")).toMatchObject({
        status: 403,
        detail: "not_from_allowed_domain#1.0.0"
      })
      // What is shared is for everybody whom it is shared with, but whoever shares it must be allowed to.
      expect(yield* ls(linus, shared)).toMatchObject({
        code: "ExternalError.DirListingFailed.LoginFailed"
      })
    }).pipe(inWorld({ gateway: { allowed_domains: ["lab.example.edu"] } }))
  )

  it.effect("is asked for again when it is too long ago, as the gateway says now", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      const simulator = yield* Simulator
      const logins = Effect.map(simulator.activity, ({ logins }) => logins.length)
      yield* transfer.ls(campus)
      yield* TestClock.adjust("2 hours")
      yield* transfer.ls(campus)
      const before = yield* logins
      yield* gcs.updateStorageGateway(gateway, { authentication_timeout_mins: 60 })
      expect((yield* gcs.getCollection(campus)).authentication_timeout_mins).toBe(60)
      yield* transfer.ls(campus)
      expect(yield* logins).toBe(before + 1)
      // Guest collections are for whoever they are shared with.
      yield* TestClock.adjust("2 hours")
      yield* transfer.ls(shared)
      expect(yield* logins).toBe(before + 1)
    }).pipe(withClients({}))
  )

  it.effect("is asked for by all collections of a gateway of high assurance", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      yield* gcs.updateStorageGateway(gateway, { high_assurance: true, require_mfa: true })
      for (const id of [campus, shared]) {
        expect(yield* transfer.getEndpoint(id)).toMatchObject({
          high_assurance: true,
          mfa_required: true,
          authentication_timeout_mins: 30
        })
        expect(yield* gcs.getCollection(id)).toMatchObject({ high_assurance: true, require_mfa: true })
      }
      const before = (yield* (yield* Simulator).activity).logins.length
      yield* transfer.ls(shared)
      const { logins } = yield* (yield* Simulator).activity
      expect(logins.slice(before).map(({ parameters }) => parameters["session_required_mfa"])).toEqual([
        "True"
      ])
      yield* gcs.updateStorageGateway(gateway, { high_assurance: false, require_mfa: false })
      expect((yield* transfer.getEndpoint(shared)).high_assurance).toBe(false)
    }).pipe(withClients({}))
  )

  it.effect("follows from the gateway in a world, too", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      expect(yield* transfer.getEndpoint(campus)).toMatchObject({
        high_assurance: true,
        authentication_timeout_mins: 10
      })
      expect((yield* transfer.getEndpoint(shared)).high_assurance).toBe(true)
    }).pipe(withClients({ gateway: { high_assurance: true, authentication_timeout_mins: 10 } }))
  )

  it.effect("must satisfy the policy for guests of a mapped collection", () =>
    Effect.gen(function* () {
      expect(yield* ls(linus, shared)).toEqual(["a.txt", "deep"])
      expect(yield* ls(rosalind, shared)).toMatchObject({
        status: 403,
        authorization_parameters: { session_required_policies: [policy] }
      })
      expect(yield* ls(rosalind, campus)).toEqual(everything)
    }).pipe(inWorld({ settings: { guest_auth_policy_id: policy } }))
  )
})

describe("restrictions of paths", () => {
  const closed = { status: 403, code: "EndpointPermissionDenied" }

  it.effect("of a gateway say what may be listed, made and read", () =>
    Effect.gen(function* () {
      expect(yield* ls(linus, campus)).toEqual(everything)
      expect(yield* ls(linus, campus, "/open")).toEqual(["a.txt", "deep"])
      expect(yield* ls(linus, campus, "/kept")).toMatchObject(closed)
      expect(yield* ls(linus, campus, "/open/deep")).toEqual(["b.txt"])
      expect(yield* mkdir(linus, campus, "/open/new")).toBe("EndpointPermissionDenied")
      expect(yield* mkdir(linus, campus, "/open/deep/new")).toBe("DirectoryCreated")
      expect(yield* https(linus, campus, "/open/a.txt")).toMatchObject({ status: 200 })
      expect(yield* https(linus, campus, "/open/a.txt", "DELETE")).toMatchObject({ status: 403 })
      expect(yield* https(linus, campus, "/kept/c.txt")).toMatchObject({ status: 403 })
      expect(yield* https(linus, campus, "/top.txt")).toMatchObject({ status: 403 })
      expect(yield* https(linus, campus, "/open/deep/b.txt", "DELETE")).toMatchObject({ status: 204 })
      // A guest collection has no more than what it is a part of.
      expect(yield* mkdir(linus, shared, "/new")).toBe("EndpointPermissionDenied")
      expect(yield* mkdir(linus, shared, "/deep/newer")).toBe("DirectoryCreated")
    }).pipe(
      inWorld({
        gateway: { restrict_paths: { read: ["/open"], read_write: ["/open/deep/"], none: ["/kept"] } }
      })
    )
  )

  it.effect("leave everything open but what they close, if that is all they do", () =>
    Effect.gen(function* () {
      expect(yield* mkdir(linus, campus, "/new")).toBe("DirectoryCreated")
      expect(yield* ls(linus, campus, "/kept")).toMatchObject(closed)
    }).pipe(inWorld({ gateway: { restrict_paths: { none: ["/kept"] } } }))
  )

  it.effect("count from the root of the storage", () =>
    Effect.gen(function* () {
      expect(yield* ls(linus, campus, "/open")).toEqual(["a.txt", "deep"])
      expect(yield* ls(linus, campus, "/kept")).toMatchObject(closed)
    }).pipe(
      inWorld({
        gateway: { restrict_paths: { read: ["/data/campus/open"] } },
        settings: { collection_base_path: "/data/campus" }
      })
    )
  )

  it.effect("hinder tasks, unless they go without", () =>
    Effect.gen(function* () {
      const transfer = yield* TransferClient
      const copy = (options: { readonly skip_source_errors?: boolean } = {}) =>
        Effect.gen(function* () {
          const { task_id } = yield* transfer.submitTransfer(
            TransferData.make({
              source_endpoint: campus,
              destination_endpoint: plain,
              items: [{ source_path: "/", destination_path: "/copy/", recursive: true }],
              ...options
            })
          )
          yield* TestClock.adjust("90 seconds")
          return yield* transfer.getTask(task_id)
        })
      expect(yield* copy()).toMatchObject({ status: "ACTIVE", nice_status: "PERMISSION_DENIED" })
      expect(yield* copy({ skip_source_errors: true })).toMatchObject({ status: "SUCCEEDED", files: 3 })
      const copied = yield* transfer.ls(plain, { path: "/copy/" })
      expect(copied.DATA.map(({ name }) => name)).toEqual(["open", "top.txt"])
      const { task_id } = yield* transfer.submitDelete({
        endpoint: campus,
        DATA: [{ path: "/open/" }],
        recursive: true
      })
      yield* TestClock.adjust("90 seconds")
      expect(yield* transfer.getTask(task_id)).toMatchObject({ nice_status: "PERMISSION_DENIED" })
    }).pipe(
      withClients({
        gateway: { restrict_paths: { read: ["/open/deep"], none: ["/kept"], read_write: ["/"] } }
      })
    )
  )

  it.effect("of what is shared are for guest collections alone, and some may share otherwise", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      const made = (id: string, path: string) =>
        Effect.match(transfer.mkdir(id, { path }), {
          onFailure: ({ _tag, ...error }) => ("code" in error ? error.code : _tag),
          onSuccess: ({ code }) => code
        })
      expect(yield* made(campus, "/open/one")).toBe("DirectoryCreated")
      expect(yield* made(shared, "/two")).toBe("EndpointPermissionDenied")
      const policy = yield* gcs.createSharingPolicy({
        collection_id: campus,
        users: ["rosalind"],
        sharing_restrict_paths: { read_write: ["/open"] }
      })
      expect(yield* made(shared, "/two")).toBe("DirectoryCreated")
      yield* gcs.deleteSharingPolicy(policy.id)
      expect(yield* made(shared, "/three")).toBe("EndpointPermissionDenied")
    }).pipe(
      withClients({
        settings: { sharing_restrict_paths: { read: ["/open"] } },
        sharing_policies: [{ users: ["linus"], sharing_restrict_paths: { read_write: ["/"] } }]
      })
    )
  )
})

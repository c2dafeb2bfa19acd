/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access -- answers are looked at as they came */
import { dataAccess, gcsCollectionScopes, TransferScopes } from "@effect-globus/sdk/model"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { Simulator, World } from "../src/index.ts"
import { basic, del, form, get, linus, logIn, post, put, rosalind } from "./Browser.ts"

const here = "0f6c2a4e-5f0b-4d0a-9c6e-3a1d2b7f8e90"
const there = "1e7d3b5f-6a1c-4e1b-8d7f-4b2e3c8a9f01"
const mapped = "2d8e4c6a-7b2d-4f2c-9e8a-5c3f4d9b0a12"
const endpoint = "3c9f5d7b-8c3e-4a3d-af9b-6d4a5e0c1b23"

const files = {
  "README.txt": "Hello.\n",
  ".hidden": "x",
  data: {
    "a.bin": 4_000_000,
    "b.bin": { type: "file", size: 2_000_000, modified: "2025-01-02T03:04:05Z", permissions: "0600" },
    "notes.tmp": 10,
    deep: { "c.bin": 4_000_000 },
    empty: {}
  }
} as const

const world: World.Input = {
  ...World.defaultWorld,
  pace: { task_start_seconds: 1, bytes_per_second: 1_000_000, seconds_per_file: 0 },
  gcs_endpoints: [],
  collections: [
    { id: here, display_name: "Here", keywords: ["near", "by"], description: "The first place.", files },
    { id: there, display_name: "There", owner: "linus@lab.example.edu", files: { old: { "z.bin": 1 } } },
    {
      id: mapped,
      display_name: "Mapped",
      entity_type: "GCSv5_mapped_collection",
      data_access: true,
      home: "/home/rosalind",
      files: { home: { rosalind: { "mine.txt": "m" } } }
    },
    {
      id: endpoint,
      display_name: "Only an endpoint",
      entity_type: "GCSv5_endpoint",
      public: false,
      files: {}
    }
  ]
}

const inProcess = Effect.provide(Simulator.layerBackend({ world }))

const all = TransferScopes.all

const tokenFor = (scope: string = all, identity: string = rosalind) =>
  Effect.map(logIn(scope, identity), (tokens) => tokens["transfer.api.globus.org"])

const ls = (
  collection: string,
  path: string,
  token: string | undefined,
  query: Record<string, string> = {}
) => get("transfer", `v0.10/operation/endpoint/${collection}/ls`, { token, query: { path, ...query } })

const names = (
  collection: string,
  path: string,
  token: string | undefined,
  query: Record<string, string> = {}
) =>
  Effect.map(ls(collection, path, token, query), ({ json }) =>
    (json.DATA as ReadonlyArray<{ name: string }>).map(({ name }) => name)
  )

let submissions = 0
const submission = () => `00000000-0000-4000-8000-${String((submissions += 1)).padStart(12, "0")}`

const transfer = (token: string | undefined, document: Record<string, unknown>, from = here, to = there) =>
  post(
    "transfer",
    "v0.10/transfer",
    {
      DATA_TYPE: "transfer",
      submission_id: submission(),
      source_endpoint: from,
      destination_endpoint: to,
      ...document
    },
    { token }
  )

const item = (source_path: string, destination_path: string, others: Record<string, unknown> = {}) => ({
  DATA_TYPE: "transfer_item",
  source_path,
  destination_path,
  ...others
})

const task = (id: string, token: string | undefined) =>
  Effect.map(get("transfer", `v0.10/task/${id}`, { token }), ({ json }) => json as Record<string, unknown>)

/** Submits a transfer and lets it come to its end. */
const finish = Effect.fnUntraced(function* (token: string | undefined, document: Record<string, unknown>) {
  const { json } = yield* transfer(token, document)
  yield* TestClock.adjust("1 minute")
  return yield* task(json.task_id as string, token)
})

describe("tokens", () => {
  it.effect("are needed, for Transfer, and with its scope", () =>
    Effect.gen(function* () {
      const path = `v0.10/endpoint/${here}`
      const none = yield* get("transfer", path)
      expect(none.status).toBe(401)
      expect(none.json).toMatchObject({
        code: "AuthenticationFailed",
        request_id: expect.stringMatching(/^\w{9}$/),
        resource: `/v0.10/endpoint/${here}`
      })
      expect((yield* get("transfer", path, { token: "nonsense" })).status).toBe(401)
      const { "auth.globus.org": other } = yield* logIn("openid")
      expect((yield* get("transfer", path, { token: other })).status).toBe(401)
      const narrow = yield* get("transfer", path, { token: yield* tokenFor(TransferScopes.gcp_install) })
      expect(narrow.status).toBe(403)
      expect(narrow.json).toMatchObject({ code: "PermissionDenied", message: expect.stringContaining(all) })
      expect((yield* get("transfer", path, { token: yield* tokenFor() })).status).toBe(200)
    }).pipe(inProcess)
  )
})

describe("collections", () => {
  it.effect("are described", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const { json } = yield* get("transfer", `v0.10/endpoint/${here}`, { token })
      expect(json).toMatchObject({
        DATA_TYPE: "endpoint",
        id: here,
        display_name: "Here",
        entity_type: "GCSv5_guest_collection",
        owner_id: rosalind,
        owner_string: "rosalind@example.org",
        my_effective_roles: ["administrator"],
        high_assurance: false
      })
      const unknown = yield* get("transfer", `v0.10/endpoint/${rosalind}`, { token })
      expect(unknown.status).toBe(404)
      expect(unknown.json).toMatchObject({ code: "EndpointNotFound" })
      const nonsense = yield* get("transfer", "v0.10/endpoint/nonsense", { token })
      expect(nonsense.status).toBe(400)
      expect(nonsense.json).toMatchObject({ code: "BadRequest" })
    }).pipe(inProcess)
  )

  it.effect("are found by text and by scope, page by page", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const search = (query: Record<string, string>) =>
        get("transfer", "v0.10/endpoint_search", { token, query })
      const found = (query: Record<string, string>) =>
        Effect.map(search(query), ({ json }) =>
          (json.DATA as ReadonlyArray<{ display_name: string }>).map(({ display_name }) => display_name)
        )
      expect(yield* found({ filter_fulltext: "NEAR first" })).toEqual(["Here"])
      expect(yield* found({ filter_fulltext: "near nothing" })).toEqual([])
      expect(yield* found({ filter_fulltext: "linus@lab" })).toEqual(["There"])
      expect(yield* found({ filter_scope: "my-endpoints" })).toEqual(["Here", "Mapped", "Only an endpoint"])
      expect(yield* found({ filter_scope: "administered-by-me", filter_non_functional: "1" })).toEqual([
        "Only an endpoint"
      ])
      expect(yield* found({ filter_scope: "shared-by-me" })).toEqual(["Here"])
      expect(yield* found({ filter_scope: "shared-with-me" })).toEqual(["There"])
      expect(yield* found({ filter_scope: "my-gcp-endpoints" })).toEqual([])
      expect(yield* found({ filter_scope: "recently-used" })).toEqual([])
      expect(yield* found({ filter_owner_id: linus })).toEqual(["There"])
      expect(
        yield* found({ filter_scope: "my-endpoints", filter_entity_type: "GCSv5_mapped_collection" })
      ).toEqual(["Mapped"])
      const first = yield* search({ filter_scope: "my-endpoints", limit: "2" })
      expect(first.json).toMatchObject({ limit: 2, offset: 0, has_next_page: true })
      const rest = yield* search({ filter_scope: "my-endpoints", limit: "2", offset: "2" })
      expect(rest.json).toMatchObject({ has_next_page: false, DATA: [{ display_name: "Only an endpoint" }] })
      expect((yield* search({})).json).toMatchObject({ code: "BadRequest" })
      expect((yield* search({ filter_scope: "nonsense" })).json).toMatchObject({ code: "BadRequest" })
      const others = yield* tokenFor(all, linus)
      const hidden = yield* get("transfer", "v0.10/endpoint_search", {
        token: others,
        query: { filter_fulltext: "only an endpoint" }
      })
      expect(hidden.json.DATA).toEqual([])
    }).pipe(inProcess)
  )

  it.effect("are changed and removed by their owner alone", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const path = `v0.10/endpoint/${here}`
      const change = { display_name: "Elsewhere", keywords: "far,away", description: null }
      expect((yield* put("transfer", path, change, { token })).json).toMatchObject({ code: "Updated" })
      expect((yield* get("transfer", path, { token })).json).toMatchObject({
        display_name: "Elsewhere",
        keywords: "far,away",
        description: null
      })
      const others = yield* tokenFor(all, linus)
      expect((yield* put("transfer", path, change, { token: others })).json).toMatchObject({
        code: "PermissionDenied"
      })
      expect((yield* del("transfer", path, undefined, { token: others })).status).toBe(403)
      expect((yield* del("transfer", path, undefined, { token })).json).toMatchObject({ code: "Deleted" })
      expect((yield* get("transfer", path, { token })).status).toBe(404)
    }).pipe(inProcess)
  )

  it.effect("are not paused", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const path = (id: string) => `v0.10/endpoint/${id}/my_effective_pause_rule_list`
      expect((yield* get("transfer", path(here), { token })).json).toMatchObject({ DATA: [] })
      expect((yield* get("transfer", path(linus), { token })).status).toBe(404)
    }).pipe(inProcess)
  )
})

describe("files", () => {
  it.effect("are listed with all that is known about them", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const { json } = yield* ls(here, "/data", token)
      expect(json).toMatchObject({
        DATA_TYPE: "file_list",
        endpoint: here,
        path: "/data/",
        absolute_path: "/data/",
        length: 5,
        total: 5
      })
      expect(json.DATA.slice(1, 3)).toMatchObject([
        {
          DATA_TYPE: "file",
          name: "b.bin",
          type: "file",
          size: 2_000_000,
          last_modified: "2025-01-02 03:04:05+00:00",
          permissions: "0600"
        },
        { name: "deep", type: "dir" }
      ])
    }).pipe(inProcess)
  )

  it.effect("are listed from the default directory, and below the home directory", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor(String(dataAccess(mapped)))
      const { json } = yield* get("transfer", `v0.10/operation/endpoint/${mapped}/ls`, { token })
      expect(json).toMatchObject({
        path: "/~/",
        absolute_path: "/home/rosalind/",
        DATA: [{ name: "mine.txt" }]
      })
      for (const path of ["~", "~/", "/~/", "/home/rosalind", "/home/./rosalind/../rosalind"]) {
        expect(yield* names(mapped, path, token)).toEqual(["mine.txt"])
      }
    }).pipe(inProcess)
  )

  it.effect("are filtered, ordered and paged", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const listed = (query: Record<string, string>) => names(here, "/data", token, query)
      expect(yield* names(here, "/", token, { show_hidden: "0" })).toEqual(["README.txt", "data"])
      expect(yield* names(here, "/", token)).toEqual([".hidden", "README.txt", "data"])
      expect(yield* listed({ filter: "name:~*.BIN" })).toEqual(["a.bin", "b.bin"])
      expect(yield* listed({ filter: "name:~*.bin,deep/type:file" })).toEqual(["a.bin", "b.bin"])
      expect(yield* listed({ filter: "name:!~*.bin" })).toEqual(["deep", "empty", "notes.tmp"])
      expect(yield* listed({ filter: "name:!a.bin/type:file" })).toEqual(["b.bin", "notes.tmp"])
      expect(yield* listed({ filter: "name:=deep" })).toEqual(["deep"])
      expect(yield* listed({ filter: "type:file/size:>2000000" })).toEqual(["a.bin"])
      expect(yield* listed({ filter: "type:file/size:<=2000000" })).toEqual(["b.bin", "notes.tmp"])
      expect(yield* listed({ filter: "last_modified:2025-01-01,2025-01-02" })).toEqual(["b.bin"])
      expect(yield* listed({ filter: "last_modified:,2024-01-01/type:file" })).toEqual(["a.bin", "notes.tmp"])
      expect(yield* listed({ orderby: "type,name DESC" })).toEqual([
        "empty",
        "deep",
        "notes.tmp",
        "b.bin",
        "a.bin"
      ])
      expect(yield* listed({ orderby: "size desc", limit: "1" })).toEqual(["a.bin"])
      const { json } = yield* ls(here, "/data", token, { limit: "2", offset: "1" })
      expect(json).toMatchObject({ length: 2, total: 5, DATA: [{ name: "b.bin" }, { name: "deep" }] })
    }).pipe(inProcess)
  )

  it.effect("are not listed where nothing is to list", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const missing = yield* ls(here, "/nowhere", token)
      expect(missing.status).toBe(404)
      expect(missing.json).toMatchObject({ code: "ClientError.NotFound" })
      expect((yield* ls(here, "/README.txt", token)).json).toMatchObject({
        code: "ExternalError.DirListingFailed.NotDirectory"
      })
      expect((yield* ls(linus, "/", token)).json).toMatchObject({ code: "EndpointNotFound" })
      expect((yield* ls(endpoint, "/", token)).json).toMatchObject({ code: "NotSupported" })
    }).pipe(inProcess)
  )

  it.effect("have attributes of their own", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const stat = (path: string) =>
        get("transfer", `v0.10/operation/endpoint/${here}/stat`, { token, query: { path } })
      expect((yield* stat("/data/a.bin")).json).toMatchObject({
        name: "a.bin",
        type: "file",
        size: 4_000_000
      })
      expect((yield* stat("/data/")).json).toMatchObject({ name: "data", type: "dir" })
      expect((yield* stat("/")).json).toMatchObject({ name: "/", type: "dir" })
      expect((yield* stat("/nowhere")).json).toMatchObject({ code: "ClientError.NotFound" })
    }).pipe(inProcess)
  )

  it.effect("get directories", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const mkdir = (path: string) =>
        post("transfer", `v0.10/operation/endpoint/${here}/mkdir`, { DATA_TYPE: "mkdir", path }, { token })
      const made = yield* mkdir("~/new/")
      expect(made.json).toMatchObject({ DATA_TYPE: "mkdir_result", code: "DirectoryCreated" })
      expect(yield* names(here, "/", token)).toContain("new")
      expect((yield* mkdir("/new")).json).toMatchObject({ code: "ExternalError.MkdirFailed.Exists" })
      expect((yield* mkdir("/no/where")).json).toMatchObject({ code: "ClientError.NotFound" })
      expect((yield* mkdir("/README.txt/x")).json).toMatchObject({ code: "ExternalError.MkdirFailed" })
      expect((yield* mkdir("relative")).json).toMatchObject({ code: "ClientError.BadRequest" })
    }).pipe(inProcess)
  )

  it.effect("are renamed", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const rename = (old_path: string, new_path: string) =>
        post(
          "transfer",
          `v0.10/operation/endpoint/${here}/rename`,
          { DATA_TYPE: "rename", old_path, new_path },
          { token }
        )
      expect((yield* rename("/data/a.bin", "/a.bin")).json).toMatchObject({ code: "FileRenamed" })
      expect(yield* names(here, "/", token)).toContain("a.bin")
      expect((yield* rename("/data/a.bin", "/x")).json).toMatchObject({ code: "ClientError.NotFound" })
      expect((yield* rename("/a.bin", "/data")).json).toMatchObject({
        code: "ExternalError.RenameFailed.Exists"
      })
      expect((yield* rename("/data", "/data/deep/x")).json).toMatchObject({
        code: "ExternalError.RenameFailed"
      })
    }).pipe(inProcess)
  )
})

describe("a mapped collection that needs consent", () => {
  const required = [`${all}[*${gcsCollectionScopes(mapped).data_access}]`]

  it.effect("asks for it, in a form that clients understand", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const { json, status } = yield* ls(mapped, "/", token)
      expect(status).toBe(403)
      expect(json).toMatchObject({
        code: "ConsentRequired",
        message: "Missing required data_access consent",
        required_scopes: required,
        resource: `/v0.10/operation/endpoint/${mapped}/ls`
      })
    }).pipe(inProcess)
  )

  it.effect("asks before a transfer, on either side, and before a deletion", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const DATA = [item("/~/mine.txt", "/mine.txt")]
      expect((yield* transfer(token, { DATA }, mapped, there)).json).toMatchObject({
        required_scopes: required
      })
      expect((yield* transfer(token, { DATA }, here, mapped)).json).toMatchObject({
        required_scopes: required
      })
      const deletion = yield* post(
        "transfer",
        "v0.10/delete",
        { submission_id: submission(), endpoint: mapped, DATA: [{ path: "/~/mine.txt" }] },
        { token }
      )
      expect(deletion.json).toMatchObject({ code: "ConsentRequired" })
      yield* tokenFor(required[0])
      expect((yield* transfer(token, { DATA }, mapped, there)).status).toBe(200)
    }).pipe(inProcess)
  )

  it.effect("takes the consent of a client for its own sake, and notices when one is revoked", () =>
    Effect.gen(function* () {
      const fields = { grant_type: "client_credentials", scope: required[0] ?? "" }
      const { json } = yield* form("v2/oauth2/token", fields, basic())
      expect((yield* ls(mapped, "/", json.access_token as string)).status).toBe(200)
      yield* (yield* Simulator).revokeConsents({ scope: gcsCollectionScopes(mapped).data_access })
      expect((yield* ls(mapped, "/", json.access_token as string)).json).toMatchObject({
        code: "ConsentRequired"
      })
    }).pipe(inProcess)
  )
})

describe("a submission", () => {
  it.effect("gets an id first, and is accepted once", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const { json: id } = yield* get("transfer", "v0.10/submission_id", { token })
      expect(id).toMatchObject({
        DATA_TYPE: "submission_id",
        value: expect.stringMatching(/^[0-9a-f-]{36}$/)
      })
      const document = { submission_id: id.value as string, DATA: [item("/README.txt", "/README.txt")] }
      const first = yield* transfer(token, document)
      expect(first.json).toMatchObject({
        DATA_TYPE: "transfer_result",
        code: "Accepted",
        submission_id: id.value,
        task_link: { resource: "task" }
      })
      const again = yield* transfer(token, document)
      expect(again.json).toMatchObject({ code: "Duplicate", task_id: first.json.task_id })
      const others = yield* transfer(yield* tokenFor(all, linus), document)
      expect(others.json).toMatchObject({ code: "Accepted" })
    }).pipe(inProcess)
  )

  it.effect.each([
    ["no items", { DATA: [] }, 400, "ClientError.BadRequest.NoTransferItems"],
    ["no submission id", { submission_id: undefined }, 400, "ClientError.BadRequest"],
    ["no source", { source_endpoint: undefined }, 400, "ClientError.BadRequest"],
    ["no destination", { destination_endpoint: undefined }, 400, "ClientError.BadRequest"],
    ["an unknown source", { source_endpoint: linus }, 404, "EndpointNotFound"],
    ["a relative path", { DATA: [item("data", "/data")] }, 400, "ClientError.BadRequest"],
    ["a deadline in the past", { deadline: "1969-12-31" }, 400, "ClientError.BadRequest"],
    ["a deadline that is none", { deadline: "soon" }, 400, "ClientError.BadRequest"],
    ["an item without a path", { DATA: [{ source_path: "/x" }] }, 400, "ClientError.BadRequest"],
    ["an unknown sync level", { sync_level: 9 }, 400, "ClientError.BadRequest"]
  ] as const)("is refused with %s", ([, document, status, code]) =>
    Effect.gen(function* () {
      const answer = yield* transfer(yield* tokenFor(), { DATA: [item("/README.txt", "/x")], ...document })
      expect(answer.status).toBe(status)
      expect(answer.json).toMatchObject({ code, resource: "/v0.10/transfer" })
    }).pipe(inProcess)
  )

  it.effect("is refused when a hundred are waiting", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const submit = transfer(token, { DATA: [item("/README.txt", "/x")] })
      for (let index = 0; index < 100; index++) yield* transfer(token, { DATA: [item("/README.txt", "/x")] })
      expect((yield* submit).json).toMatchObject({ code: "Conflict" })
      yield* TestClock.adjust("1 minute")
      expect((yield* submit).status).toBe(200)
    }).pipe(inProcess)
  )
})

describe("a transfer", () => {
  it.effect("progresses as time passes, and leaves its files at the destination", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const { json } = yield* transfer(token, {
        label: "ten megabytes",
        DATA: [item("/data", "/copy", { recursive: true })],
        filter_rules: [{ method: "exclude", name: "*.tmp" }]
      })
      const id = json.task_id as string
      const start = yield* task(id, token)
      expect(start).toMatchObject({
        type: "TRANSFER",
        status: "ACTIVE",
        label: "ten megabytes",
        owner_id: rosalind,
        source_endpoint_id: here,
        destination_endpoint_display_name: "There",
        request_time: "1970-01-01T00:00:00+00:00",
        completion_time: null,
        nice_status: "Queued",
        files: 3,
        directories: 3,
        files_transferred: 0,
        bytes_transferred: 0,
        subtasks_total: 6,
        subtasks_pending: 6,
        verify_checksum: true
      })
      yield* TestClock.adjust("6 seconds")
      expect(yield* task(id, token)).toMatchObject({
        status: "ACTIVE",
        nice_status: "OK",
        files_transferred: 1,
        bytes_transferred: 5_000_000,
        effective_bytes_per_second: 833_333
      })
      expect((yield* ls(there, "/copy", token)).status).toBe(404)
      yield* TestClock.adjust("5 seconds")
      expect(yield* task(id, token)).toMatchObject({
        status: "SUCCEEDED",
        completion_time: "1970-01-01T00:00:11+00:00",
        files_transferred: 3,
        bytes_transferred: 10_000_000,
        subtasks_succeeded: 6,
        subtasks_pending: 0,
        fatal_error: null
      })
      expect(yield* names(there, "/copy", token)).toEqual(["a.bin", "b.bin", "deep", "empty"])
      expect(yield* names(there, "/copy/deep", token)).toEqual(["c.bin"])
    }).pipe(inProcess)
  )

  it.effect("copies the times of files when told to", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      yield* finish(token, { preserve_timestamp: true, DATA: [item("/data/b.bin", "/kept.bin")] })
      yield* finish(token, { DATA: [item("/data/b.bin", "/new.bin")] })
      const { json } = yield* ls(there, "/", token)
      expect(json.DATA).toMatchObject([
        { name: "kept.bin", last_modified: "2025-01-02 03:04:05+00:00" },
        { name: "new.bin", last_modified: "1970-01-01 00:01:03+00:00" },
        { name: "old" }
      ])
    }).pipe(inProcess)
  )

  it.effect("does again only what the sync level asks for", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const DATA = [item("/data/deep", "/old", { recursive: true }), item("/README.txt", "/old/z.bin")]
      const document = { DATA, sync_level: 1 }
      expect(yield* finish(token, document)).toMatchObject({
        files: 2,
        files_transferred: 2,
        files_skipped: 0
      })
      expect(yield* finish(token, document)).toMatchObject({
        files: 2,
        files_transferred: 0,
        files_skipped: 2
      })
      expect(yield* finish(token, { DATA })).toMatchObject({ files_transferred: 2, files_skipped: 0 })
      for (const sync_level of [0, 1, 2, 3]) {
        expect(yield* finish(token, { DATA, sync_level })).toMatchObject({ files_skipped: 2, sync_level })
      }
      const other = [item("/.hidden", "/old/z.bin")]
      expect(yield* finish(token, { DATA: other, sync_level: 0 })).toMatchObject({ files_skipped: 1 })
      expect(yield* finish(token, { DATA: other, sync_level: 3 })).toMatchObject({ files_skipped: 0 })
    }).pipe(inProcess)
  )

  it.effect("includes and excludes by the first rule that matches", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      yield* finish(token, {
        DATA: [item("/data", "/copy")],
        filter_rules: [
          { method: "include", name: "[a]*", type: "file" },
          { method: "exclude", name: "*", type: "file" },
          { name: "emp??", type: "dir" }
        ]
      })
      expect(yield* names(there, "/copy", token)).toEqual(["a.bin", "deep"])
      expect(yield* names(there, "/copy/deep", token)).toEqual([])
    }).pipe(inProcess)
  )

  it.effect("removes what its source has not, when told to", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      yield* finish(token, { DATA: [item("/data/deep", "/old")], delete_destination_extra: true })
      expect(yield* names(there, "/old", token)).toEqual(["c.bin"])
    }).pipe(inProcess)
  )

  it.effect.each([
    ["a directory that is not to be one", item("/data", "/x", { recursive: false }), "IS_A_DIRECTORY"],
    ["a file that is to be a directory", item("/README.txt", "/x", { recursive: true }), "NOT_A_DIRECTORY"]
  ] as const)("fails for %s, and does nothing", ([, one, code]) =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const failed = yield* finish(token, { DATA: [item("/README.txt", "/README.txt"), one] })
      expect(failed).toMatchObject({ status: "FAILED", fatal_error: { code }, faults: 1, nice_status: null })
      expect(yield* names(there, "/", token)).toEqual(["old"])
    }).pipe(inProcess)
  )

  it.effect("goes without what is missing, when told to", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const done = yield* finish(token, {
        skip_source_errors: true,
        DATA: [item("/nowhere", "/x"), item("/README.txt", "/README.txt")]
      })
      expect(done).toMatchObject({ status: "SUCCEEDED", subtasks_skipped_errors: 1, files_transferred: 1 })
      const { json } = yield* get("transfer", `v0.10/task/${String(done["task_id"])}/skipped_errors`, {
        token
      })
      expect(json).toMatchObject({
        DATA_TYPE: "skipped_errors",
        next_marker: null,
        DATA: [{ error_code: "FILE_NOT_FOUND", source_path: "/nowhere", destination_path: "/x" }]
      })
    }).pipe(inProcess)
  )

  it.effect("keeps what it had done by the time it is cancelled", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const { json } = yield* transfer(token, { DATA: [item("/data", "/copy")] })
      const cancel = post("transfer", `v0.10/task/${json.task_id}/cancel`, undefined, { token })
      yield* TestClock.adjust("6 seconds")
      expect((yield* cancel).json).toMatchObject({ code: "Canceled" })
      expect(yield* task(json.task_id as string, token)).toMatchObject({
        status: "FAILED",
        fatal_error: { code: "CANCELED" },
        completion_time: "1970-01-01T00:00:06+00:00",
        subtasks_canceled: expect.any(Number),
        subtasks_pending: 0
      })
      yield* TestClock.adjust("1 minute")
      expect(yield* names(there, "/copy", token)).toEqual(["a.bin", "deep", "empty"])
      expect((yield* cancel).json).toMatchObject({ code: "TaskComplete" })
    }).pipe(inProcess)
  )

  it.effect("ends at its deadline, which can be moved", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const document = { DATA: [item("/data", "/copy")], deadline: "1970-01-01T00:00:03Z" }
      const first = yield* transfer(token, document)
      const second = yield* transfer(token, document)
      const update = (body: unknown) => put("transfer", `v0.10/task/${second.json.task_id}`, body, { token })
      expect((yield* update({ label: "longer", deadline: "1970-01-01T01:00:00Z" })).json).toMatchObject({
        code: "Updated"
      })
      expect((yield* update({ deadline: "soon" })).json).toMatchObject({ code: "ClientError.BadRequest" })
      expect((yield* update({ deadline: "1969-12-31" })).json).toMatchObject({
        code: "ClientError.BadRequest"
      })
      expect((yield* update({ label: "two\nlines" })).json).toMatchObject({ code: "ClientError.BadRequest" })
      yield* TestClock.adjust("1 minute")
      expect(yield* task(first.json.task_id as string, token)).toMatchObject({
        status: "FAILED",
        fatal_error: { code: "EXPIRED" },
        completion_time: "1970-01-01T00:00:03+00:00"
      })
      expect(yield* task(second.json.task_id as string, token)).toMatchObject({
        status: "SUCCEEDED",
        label: "longer"
      })
      expect((yield* update({ label: "too late" })).json).toMatchObject({ code: "Conflict" })
    }).pipe(inProcess)
  )

  it.effect("tells what happened", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const done = yield* finish(token, { DATA: [item("/data/deep", "/copy")] })
      const path = `v0.10/task/${String(done["task_id"])}`
      const { json: events } = yield* get("transfer", `${path}/event_list`, { token })
      expect(events).toMatchObject({ DATA_TYPE: "event_list", total: 3, limit: 10, offset: 0 })
      expect(events.DATA.map(({ code }: { code: string }) => code)).toEqual([
        "SUCCEEDED",
        "PROGRESS",
        "STARTED"
      ])
      const { json: first } = yield* get("transfer", `${path}/event_list`, { token, query: { limit: "1" } })
      expect(first).toMatchObject({ length: 1, total: 3 })
      const { json: successful } = yield* get("transfer", `${path}/successful_transfers`, { token })
      expect(successful).toMatchObject({
        marker: 0,
        next_marker: null,
        DATA: [{ source_path: "/data/deep/c.bin", destination_path: "/copy/c.bin", size: 4_000_000 }]
      })
      const { json: pauses } = yield* get("transfer", `${path}/pause_info`, { token })
      expect(pauses).toMatchObject({ DATA_TYPE: "pause_info_limited", pause_rules: [] })
    }).pipe(inProcess)
  )

  it.effect("tells which error it met", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const failed = yield* finish(token, { DATA: [item("/data", "/x", { recursive: false })] })
      const { json } = yield* get("transfer", `v0.10/task/${String(failed["task_id"])}/event_list`, { token })
      expect(json.DATA[0]).toMatchObject({ code: "IS_A_DIRECTORY", is_error: true })
    }).pipe(inProcess)
  )

  it.effect("lists its files when it has ended, page by page", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const many = Array.from({ length: 130 }, (_, index) => item("/README.txt", `/many/${index}.txt`))
      const { json } = yield* transfer(token, { DATA: many })
      const list = (query: Record<string, string> = {}) =>
        get("transfer", `v0.10/task/${json.task_id}/successful_transfers`, { token, query })
      expect((yield* list()).status).toBe(400)
      yield* TestClock.adjust("1 minute")
      const first = yield* list()
      expect(first.json.DATA).toHaveLength(100)
      const second = yield* list({ marker: String(first.json.next_marker) })
      expect(second.json).toMatchObject({ next_marker: null })
      expect(second.json.DATA).toHaveLength(30)
    }).pipe(inProcess)
  )
})

describe("a deletion", () => {
  const remove = Effect.fnUntraced(function* (token: string | undefined, document: Record<string, unknown>) {
    const body = { DATA_TYPE: "delete", submission_id: submission(), endpoint: here, ...document }
    const { json } = yield* post("transfer", "v0.10/delete", body, { token })
    yield* TestClock.adjust("1 minute")
    return json.task_id === undefined
      ? (json as Record<string, unknown>)
      : yield* task(json.task_id as string, token)
  })
  const paths = (...paths: ReadonlyArray<string>) => paths.map((path) => ({ DATA_TYPE: "delete_item", path }))

  it.effect("removes files, and directories if it is recursive", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      expect(yield* remove(token, { DATA: paths("/README.txt") })).toMatchObject({
        type: "DELETE",
        status: "SUCCEEDED",
        source_endpoint_id: here,
        destination_endpoint_id: null
      })
      expect(yield* remove(token, { DATA: paths("/data") })).toMatchObject({
        status: "FAILED",
        fatal_error: { code: "IS_A_DIRECTORY" }
      })
      expect(yield* remove(token, { DATA: paths("/data"), recursive: true })).toMatchObject({
        status: "SUCCEEDED"
      })
      expect(yield* names(here, "/", token)).toEqual([".hidden"])
    }).pipe(inProcess)
  )

  it.effect("knows patterns when told to", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const DATA = paths("/data/*.bin")
      expect(yield* remove(token, { DATA })).toMatchObject({ nice_status: "FILE_NOT_FOUND" })
      expect(yield* remove(token, { DATA, interpret_globs: true })).toMatchObject({ status: "SUCCEEDED" })
      expect(yield* names(here, "/data", token)).toEqual(["deep", "empty", "notes.tmp"])
    }).pipe(inProcess)
  )

  it.effect("does not mind what is missing, when told so", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const DATA = paths("/nowhere")
      const deadline = "1970-01-01T00:00:30Z"
      expect(yield* remove(token, { DATA, deadline })).toMatchObject({
        status: "FAILED",
        fatal_error: { code: "EXPIRED" }
      })
      expect(yield* remove(token, { DATA, ignore_missing: true })).toMatchObject({ status: "SUCCEEDED" })
    }).pipe(inProcess)
  )

  it.effect("is refused when it makes no sense", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      expect(yield* remove(token, { DATA: [] })).toMatchObject({
        code: "ClientError.BadRequest.NoDeleteItems"
      })
      expect(yield* remove(token, { DATA: paths("x") })).toMatchObject({ code: "ClientError.BadRequest" })
      expect(yield* remove(token, { DATA: paths("/x"), endpoint: undefined })).toMatchObject({
        code: "ClientError.BadRequest"
      })
      expect(yield* remove(token, { DATA: paths("/x"), endpoint: linus })).toMatchObject({
        code: "EndpointNotFound"
      })
      const done = yield* remove(token, { DATA: paths("/README.txt") })
      const listed = yield* get("transfer", `v0.10/task/${String(done["task_id"])}/successful_transfers`, {
        token
      })
      expect(listed.status).toBe(400)
    }).pipe(inProcess)
  )
})

describe("tasks", () => {
  it.effect("are listed, the latest first, filtered and paged", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      for (const label of ["one", "two", "three"]) {
        yield* transfer(token, {
          label,
          deadline: "1970-01-01T00:00:30Z",
          DATA: [item(label === "two" ? "/nowhere" : "/README.txt", "/x")]
        })
        yield* TestClock.adjust("1 second")
      }
      yield* transfer(yield* tokenFor(all, linus), { DATA: [item("/README.txt", "/x")] })
      yield* TestClock.adjust("1 minute")
      const list = (query: Record<string, string> = {}) =>
        get("transfer", "v0.10/task_list", { token, query })
      const labels = (query: Record<string, string> = {}) =>
        Effect.map(list(query), ({ json }) =>
          (json.DATA as ReadonlyArray<{ label: string }>).map(({ label }) => label)
        )
      expect(yield* labels()).toEqual(["three", "two", "one"])
      expect(yield* labels({ orderby: "request_time" })).toEqual(["one", "two", "three"])
      expect(yield* labels({ filter: "status:FAILED" })).toEqual(["two"])
      expect(yield* labels({ filter: "status:SUCCEEDED,FAILED/label:~t*" })).toEqual(["three", "two"])
      expect(yield* labels({ filter: "type:DELETE" })).toEqual([])
      expect(yield* labels({ filter: "request_time:1970-01-01T00:00:01Z," })).toEqual(["three", "two"])
      const page = yield* list({ limit: "1", offset: "1" })
      expect(page.json).toMatchObject({ length: 1, limit: 1, offset: 1, total: 3, DATA: [{ label: "two" }] })
      const used = yield* get("transfer", "v0.10/endpoint_search", {
        token,
        query: { filter_scope: "recently-used" }
      })
      expect(used.json.DATA).toMatchObject([{ id: here }, { id: there }])
    }).pipe(inProcess)
  )

  it.effect("are nobody else's", () =>
    Effect.gen(function* () {
      const { json } = yield* transfer(yield* tokenFor(), { DATA: [item("/README.txt", "/x")] })
      const token = yield* tokenFor(all, linus)
      expect((yield* get("transfer", `v0.10/task/${json.task_id}`, { token })).json).toMatchObject({
        code: "TaskNotFound"
      })
      expect(
        (yield* post("transfer", `v0.10/task/${json.task_id}/cancel`, undefined, { token })).status
      ).toBe(404)
      expect((yield* put("transfer", `v0.10/task/${json.task_id}`, { label: "x" }, { token })).status).toBe(
        404
      )
    }).pipe(inProcess)
  )
})

describe("bookmarks", () => {
  it.effect("are kept for each identity", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const create = (body: unknown) => post("transfer", "v0.10/bookmark", body, { token })
      const made = yield* create({ name: "data", endpoint_id: here, path: "/data/" })
      const path = `v0.10/bookmark/${made.json.id}`
      expect(made.json).toMatchObject({
        DATA_TYPE: "bookmark",
        name: "data",
        endpoint_id: here,
        path: "/data/"
      })
      expect((yield* create({ name: "data", endpoint_id: here, path: "/" })).json).toMatchObject({
        code: "BookmarkExists"
      })
      expect((yield* create({ name: "x", endpoint_id: linus, path: "/" })).status).toBe(404)
      expect((yield* create({ name: "x" })).status).toBe(400)
      expect((yield* put("transfer", path, { name: "results" }, { token })).json).toMatchObject({
        name: "results"
      })
      expect((yield* get("transfer", path, { token })).json).toMatchObject({ name: "results" })
      expect((yield* get("transfer", "v0.10/bookmark_list", { token })).json.DATA).toHaveLength(1)
      const others = yield* tokenFor(all, linus)
      expect((yield* get("transfer", path, { token: others })).json).toMatchObject({
        code: "BookmarkNotFound"
      })
      expect((yield* put("transfer", path, { name: "y" }, { token: others })).status).toBe(404)
      expect((yield* del("transfer", path, undefined, { token: others })).status).toBe(404)
      expect((yield* del("transfer", path, undefined, { token })).json).toMatchObject({ code: "Deleted" })
      expect((yield* get("transfer", "v0.10/bookmark_list", { token })).json.DATA).toEqual([])
    }).pipe(inProcess)
  )
})

describe("what there is not", () => {
  it.effect("is not found", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      expect((yield* get("transfer", "v0.10/nonsense", { token })).json).toMatchObject({
        code: "ClientError.NotFound"
      })
    }).pipe(inProcess)
  )
})

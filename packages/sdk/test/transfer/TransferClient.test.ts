/** The operations of Transfer: what they take, what they refuse, what they keep. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { GlobusError } from "../../src/model/GlobusError.ts"
import { dataAccess } from "../../src/model/Scopes.ts"
import * as DeleteData from "../../src/transfer/DeleteData.ts"
import { type Service, TransferClient } from "../../src/transfer/TransferClient.ts"
import * as TransferData from "../../src/transfer/TransferData.ts"
import * as TunnelData from "../../src/transfer/TunnelData.ts"
import * as Globus from "./internal/Globus.ts"

const { destination, json, source, taskId } = Globus

const all = "urn:globus:auth:scope:transfer.api.globus.org:all"

describe("scopes", () => {
  it.effect("the client requires `all`, once it is built", () => {
    const { asked, layer } = Globus.make(() => json({}))
    return Effect.gen(function* () {
      yield* Effect.provide(TransferClient, layer)
      assert.deepStrictEqual(asked.required, [`transfer.api.globus.org: ${all}`])
    })
  })

  it.effect("or what it is told to instead", () => {
    const { asked, dependencies } = Globus.make(() => json({}))
    const layer = TransferClient.layerWith({ scopes: dataAccess(source) })
    return Effect.gen(function* () {
      yield* Effect.provide(TransferClient, Layer.provide(layer, dependencies))
      assert.deepStrictEqual(asked.required, [
        `transfer.api.globus.org: ${all}[*https://auth.globus.org/scopes/${source}/data_access]`
      ])
    })
  })

  it.effect("and refuses to be built for scopes that cannot be read", () => {
    const { asked, dependencies } = Globus.make(() => json({}))
    const layer = Layer.provide(TransferClient.layerWith({ scopes: "transfer:all[" }), dependencies)
    return Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.scoped(Layer.build(layer)))
      assert.strictEqual(error._tag, "ScopeParseError")
      assert.deepStrictEqual(asked.required, [])
    })
  })

  it.effect("more can be added", () => {
    const { asked, layer } = Globus.make(() => json({}))
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      yield* transfer.addScopes("foo bar[baz]")
      assert.strictEqual(asked.required.at(-1), "transfer.api.globus.org: foo bar[baz]")
      assert.strictEqual((yield* Effect.flip(transfer.addScopes("foo[]")))._tag, "ScopeParseError")
    }).pipe(Effect.provide(layer))
  })
})

describe("an operation", () => {
  it.effect("takes query parameters that are not declared", () => {
    const { layer, lines } = Globus.make(() => json({ id: source, display_name: "c" }))
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      yield* transfer.getEndpoint(source, { fields: "display_name,id", extra: 1 })
      assert.deepStrictEqual(lines(), [`GET /v0.10/endpoint/${source}?fields=display_name%2Cid&extra=1`])
    }).pipe(Effect.provide(layer))
  })

  it.effect("names the kind of the document that it sends", () => {
    const { bodyOf, layer } = Globus.make(() => json({ code: "DirectoryCreated" }))
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      yield* transfer.mkdir(source, { path: "/a" })
      yield* transfer.rename(source, { old_path: "/a", new_path: "/b" })
      assert.deepStrictEqual(bodyOf(0), { DATA_TYPE: "mkdir", path: "/a" })
      assert.deepStrictEqual(bodyOf(1), { DATA_TYPE: "rename", old_path: "/a", new_path: "/b" })
    }).pipe(Effect.provide(layer))
  })

  it.effect("leaves out what is undefined, and sends what is null", () => {
    const { bodyOf, layer } = Globus.make(() => json({ code: "Updated" }))
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      yield* transfer.updateEndpoint(source, { description: undefined, keywords: null })
      yield* transfer.setSubscriptionId(source, { subscription_id: null })
      assert.deepStrictEqual(bodyOf(0), { keywords: null })
      assert.deepStrictEqual(bodyOf(1), { subscription_id: null })
    }).pipe(Effect.provide(layer))
  })

  it.effect("that changes loses no field that was read, known or not", () => {
    const endpoint = {
      DATA_TYPE: "endpoint",
      id: source,
      display_name: "before",
      organization: null,
      entity_type: "a_type_of_the_future",
      invented_later: { deep: [1, null, { x: true }] },
      DATA: [{ DATA_TYPE: "server", id: 1, invented_later: "y" }]
    }
    const { bodyOf, layer } = Globus.make(({ method }) =>
      json(method === "GET" ? endpoint : { code: "Updated" })
    )
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const read = yield* transfer.getEndpoint(source)
      yield* transfer.updateEndpoint(source, { ...read, display_name: "after" })
      assert.deepStrictEqual(bodyOf(1), { ...endpoint, display_name: "after" })
    }).pipe(Effect.provide(layer))
  })

  it.effect("writes filters and orders as Transfer reads them", () => {
    const { layer, sent } = Globus.make(() => json({ DATA: [] }))
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      yield* transfer.ls(source, {
        path: "/",
        show_hidden: true,
        orderby: ["type", "name DESC"],
        filter: [{ name: ["~*.txt", "!x"], type: "file" }, "size:>10"]
      })
      assert.deepStrictEqual(Array.from(sent[0]?.url.searchParams ?? []), [
        ["path", "/"],
        ["show_hidden", "1"],
        ["orderby", "type,name DESC"],
        ["filter", "name:~*.txt,!x/type:file"],
        ["filter", "size:>10"]
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("reports an answer that is not as documented, with the place", () => {
    const { layer } = Globus.make(() =>
      json({ DATA: [{ task_id: taskId, status: "ACTIVE" }, { task_id: 7 }] })
    )
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const error = yield* Effect.flip(Stream.runDrain(transfer.listTasks()))
      assert.strictEqual(error._tag, "ResponseError")
      assert.strictEqual(error._tag === "ResponseError" && error.path, "DATA[1].task_id")
    }).pipe(Effect.provide(layer))
  })
})

describe("bad input", () => {
  const item = { source_path: "/a", destination_path: "/b" }
  const collections = { source_endpoint: source, destination_endpoint: destination }

  /** What a program without types may pass. */
  const untyped = (value: unknown) => value as never

  const cases: ReadonlyArray<
    readonly [
      title: string,
      field: string,
      call: (transfer: Service) => Effect.Effect<unknown, { readonly _tag: string } | GlobusError>
    ]
  > = [
    ["an id that is not one", "endpoint_id", (transfer) => transfer.getEndpoint("tutorial")],
    ["an empty id", "rule_id", (transfer) => transfer.getAccessRule(source, "")],
    ["an id that leads elsewhere", "rule_id", (transfer) => transfer.deleteAccessRule(source, "..")],
    ["a half number", "server_id", (transfer) => transfer.getEndpointServer(source, 1.5)],
    [
      "a limit that is not whole",
      "query.limit",
      (transfer) => Stream.runDrain(transfer.listTasks({ limit: 1.5 }))
    ],
    [
      "a host that is not an id",
      "query.filter_host_endpoint",
      (transfer) => Stream.runDrain(transfer.searchEndpoints({ filter_host_endpoint: "x" }))
    ],
    ["an empty path", "payload.path", (transfer) => transfer.mkdir(source, { path: "" })],
    [
      "a sync level that there is not",
      "payload.sync_level",
      (transfer) =>
        transfer.submitTransfer(TransferData.make({ ...collections, sync_level: untyped("sometimes") }))
    ],
    [
      "a sync level too high",
      "payload.sync_level",
      (transfer) => transfer.submitTransfer(TransferData.make({ ...collections, sync_level: untyped(4) }))
    ],
    [
      "a collection that is not an id",
      "payload.source_endpoint",
      (transfer) =>
        transfer.submitTransfer(TransferData.make({ ...collections, source_endpoint: "tutorial" }))
    ],
    [
      "an item without a source",
      "payload.DATA[1].source_path",
      (transfer) =>
        transfer.submitTransfer(
          TransferData.make({ ...collections, items: [item, { ...item, source_path: "" }] })
        )
    ],
    [
      "a rule without a name",
      "payload.filter_rules[0].name",
      (transfer) =>
        transfer.submitTransfer(TransferData.make({ ...collections, filter_rules: [{ name: "" }] }))
    ],
    [
      "a submission id that is not one",
      "payload.submission_id",
      (transfer) => transfer.submitTransfer(TransferData.make({ ...collections, submission_id: "1" }))
    ],
    [
      "a deletion of nothing in particular",
      "payload.DATA[0].path",
      (transfer) => transfer.submitDelete(DeleteData.make({ endpoint: source, items: [""] }))
    ],
    ["a document that is no document", "payload", (transfer) => transfer.submitDelete(untyped("x"))],
    [
      "an access point that is not an id",
      "payload.data.relationships.listener.data.id",
      (transfer) => transfer.createTunnel(TunnelData.make({ initiator: source, listener: "x" }))
    ],
    ["a tunnel without data", "payload.data", (transfer) => transfer.createTunnel(untyped({}))],
    [
      "a task that is not an id",
      "payload.task_id_list[1]",
      (transfer) => transfer.managerCancelTasks({ task_id_list: [taskId, "x"], message: "" })
    ],
    ["a task to wait for that is not an id", "task_id", (transfer) => transfer.waitForTask("x")],
    ["a place to walk that is not an id", "endpoint_id", (transfer) => Stream.runDrain(transfer.walk("x"))]
  ]

  for (const [title, field, call] of cases) {
    it.effect(`${title} is named, and nothing is sent`, () => {
      const { layer, sent } = Globus.make(() => json({}))
      return Effect.gen(function* () {
        const error = yield* Effect.flip(Effect.flatMap(TransferClient, call))
        assert.strictEqual(error._tag, "InvalidRequest")
        assert.strictEqual("field" in error ? error.field : undefined, field)
        assert.lengthOf(sent, 0)
      }).pipe(Effect.provide(layer))
    })
  }
})

describe("a listing", () => {
  const numbered = (count: number, first: number, item: (n: number) => object) =>
    Array.from({ length: count }, (_, index) => item(first + index))

  const query = ({ url }: Globus.Sent, name: string) => url.searchParams.get(name)

  const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`

  it.effect("of tasks goes on by offset up to the total, a thousand at a time", () => {
    const total = 1500
    const { layer, lines } = Globus.make((sent) => {
      const offset = Number(query(sent, "offset") ?? 0)
      const limit = Number(query(sent, "limit"))
      const DATA = numbered(Math.min(limit, total - offset), offset, (n) => ({
        task_id: uuid(n),
        status: "ACTIVE"
      }))
      return json({ DATA, total, offset, limit, length: DATA.length })
    })
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const tasks = yield* Stream.runCollect(transfer.listTasks({ limit: 400 }))
      assert.lengthOf(tasks, 1000)
      assert.deepStrictEqual(lines(), [
        "GET /v0.10/task_list?limit=400",
        "GET /v0.10/task_list?limit=400&offset=400",
        "GET /v0.10/task_list?limit=200&offset=800"
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("of a search goes on while there is a next page, a hundred at a time", () => {
    const { layer, lines } = Globus.make((sent) => {
      const offset = Number(query(sent, "offset") ?? 0)
      const DATA = numbered(offset === 0 ? 100 : 1, offset, (n) => ({ id: uuid(n), display_name: `c${n}` }))
      return json({ DATA, has_next_page: offset === 0 })
    })
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const found = yield* Stream.runCollect(transfer.searchEndpoints({ filter_fulltext: "c" }))
      assert.lengthOf(found, 101)
      assert.deepStrictEqual(lines(), [
        "GET /v0.10/endpoint_search?filter_fulltext=c&limit=100",
        "GET /v0.10/endpoint_search?filter_fulltext=c&limit=100&offset=100"
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("of transferred files goes on by marker until there is none", () => {
    const { layer, lines } = Globus.make((sent) =>
      json({ DATA: [{ source_path: "/a" }], next_marker: query(sent, "marker") === null ? 93979 : null })
    )
    const path = `/v0.10/task/${taskId}/successful_transfers`
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const files = yield* Stream.runCollect(transfer.listTaskSuccessfulTransfers(taskId))
      assert.lengthOf(files, 2)
      assert.deepStrictEqual(lines(), [`GET ${path}`, `GET ${path}?marker=93979`])
    }).pipe(Effect.provide(layer))
  })

  it.effect("of guest collections goes on by token", () => {
    const { layer, lines } = Globus.make((sent) =>
      json({
        shared_endpoints: [{ id: uuid(1) }],
        next_token: query(sent, "next_token") === null ? "t" : null
      })
    )
    const path = `/v0.10/endpoint/${source}/shared_endpoint_list`
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      assert.lengthOf(yield* Stream.runCollect(transfer.listSharedEndpoints(source)), 2)
      assert.deepStrictEqual(lines(), [`GET ${path}`, `GET ${path}?next_token=t`])
    }).pipe(Effect.provide(layer))
  })

  it.effect("of everybody's tasks goes on by last key", () => {
    const { layer, lines } = Globus.make((sent) =>
      json({
        DATA: [{ task_id: uuid(1), status: "ACTIVE" }],
        last_key: "active,7",
        has_next_page: query(sent, "last_key") === null
      })
    )
    const path = "/v0.10/endpoint_manager/task_list"
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      assert.lengthOf(yield* Stream.runCollect(transfer.managerListTasks({ filter_status: "ACTIVE" })), 2)
      assert.deepStrictEqual(lines(), [
        `GET ${path}?filter_status=ACTIVE`,
        `GET ${path}?filter_status=ACTIVE&last_key=active%2C7`
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("fetches nothing that is not read", () => {
    const { layer, sent } = Globus.make(() =>
      json({ DATA: [{ task_id: uuid(1), status: "ACTIVE" }], total: 1000 })
    )
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      yield* transfer.listTasks().pipe(Stream.take(2), Stream.runDrain)
      assert.lengthOf(sent, 2)
      const page = yield* transfer.listTasks.page({ limit: 1 })
      assert.strictEqual(page.total, 1000)
      assert.lengthOf(sent, 3)
    }).pipe(Effect.provide(layer))
  })
})

/** The operations of Search: what each sends and needs, what it refuses, how results come page by page, and tasks. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import type { GlobusError } from "../../src/model/GlobusError.ts"
import { SearchScopes } from "../../src/model/Scopes.ts"
import { SearchApi } from "../../src/search/Api.ts"
import * as GIngest from "../../src/search/GIngest.ts"
import * as ScrollQuery from "../../src/search/ScrollQuery.ts"
import { SearchClient } from "../../src/search/SearchClient.ts"
import * as SearchFacet from "../../src/search/SearchFacet.ts"
import * as SearchFilter from "../../src/search/SearchFilter.ts"
import * as SearchQuery from "../../src/search/SearchQuery.ts"
import * as Contract from "../service/internal/Contract.ts"
import * as Probe from "../service/internal/Probe.ts"
import * as StubHttp from "../service/internal/StubHttp.ts"

type Search = SearchClient["Service"]

const { all, ingest, search } = SearchScopes

const indexId = "60d1160b-f016-40b0-8545-99619865873d"
const taskId = "f1c5ee1a-e7b9-11f1-a556-02fc00000001"
const configurationId = "b4d3f1a2-0000-4000-8000-000000000001"
const catalogId = "b4d3f1a2-0000-4000-8000-000000000002"

const index = {
  "@datatype": "GSearchIndex",
  "@version": "2017-09-01",
  id: indexId,
  display_name: "Awesome Index of Awesomeness",
  description: "An index",
  status: "open",
  available: true,
  is_trial: true,
  subscription_id: null,
  max_size_in_mb: 1,
  size_in_mb: 0,
  num_subjects: 0,
  num_entries: 0,
  creation_date: "2021-04-05 15:05:18",
  content_last_modified_date: null
}

const subject = (name: string) => ({
  "@datatype": "GMetaResult",
  "@version": "2019-08-27",
  subject: name,
  entries: [{ entry_id: null, content: { title: name }, matched_principal_sets: [] }]
})

const page = (subjects: ReadonlyArray<string>, more: boolean, total = 1) => ({
  "@datatype": "GSearchResult",
  "@version": "2017-09-01",
  count: subjects.length,
  total,
  offset: 0,
  gmeta: subjects.map(subject),
  has_next_page: more
})

const submitted = { acknowledged: true, task_id: taskId }
const acknowledged = { acknowledged: true, index_id: indexId }
const entry = { subject: "s", visible_to: ["public"], content: { title: "S" } }

const task = (state: string, message = "") => ({
  task_id: taskId,
  index_id: indexId,
  state,
  state_description: state,
  task_type: "ingest",
  creation_date: "2022-01-26 21:53:06",
  completion_date: null,
  message
})

const role = {
  id: "MDMwMjM5",
  index_id: indexId,
  role_name: "writer",
  principal: "urn:globus:auth:identity:46bd0f56-e24f-11e5-a510-131bef46955c",
  principal_type: "identity",
  creation_date: "2022-01-26 21:53:06"
}

const catalog = {
  id: catalogId,
  display_name: "Catalog",
  collection_id: "6c54cade-bde5-45c1-bdea-f4bd71dba2cc",
  subscription_id: "f1c6599a-e7b9-11f1-a556-02fc00000001",
  file_datamart_id: null,
  aggregation_datamart_id: null,
  visible_to_group_id: null,
  status: "ready",
  created_timestamp: "2025-01-01T00:00:00Z"
}

const seen = {
  scan_observed_timestamp: "2025-01-01T00:00:00Z",
  attributes: {
    object_type: "file",
    path: "/data/a.txt",
    inode: 7,
    size_bytes: 42,
    uid: 1000,
    gid: 1000,
    mode_str: "-rw-r--r--",
    atime: "2025-01-01T00:00:00Z",
    ctime: "2025-01-01T00:00:00Z",
    mtime: "2025-01-01T00:00:00Z"
  }
}

const facetResults = [
  {
    "@version": "2017-09-01",
    name: "Formats",
    buckets: [{ "@version": "2017-09-01", value: "png", count: 3 }]
  },
  { "@version": "2017-09-01", name: "Sizes", buckets: [{ value: { from: 0, to: "*" }, count: 3 }] },
  { "@version": "2017-09-01", name: "Mean", value: 2.5 },
  { "@version": "2017-09-01", name: "Authors", approximate_value: 12 }
]

const query = SearchQuery.make({
  q: "neutrino",
  filters: [SearchFilter.matchAny("format", ["png"])],
  facets: [SearchFacet.terms("format", { name: "Formats" })]
})

describe("operations", () => {
  Contract.suite<Search>({
    api: SearchApi,
    resourceServer: "search.api.globus.org",
    client: Effect.provide(SearchClient, SearchClient.layer),
    maps: ["listFieldMappings", "getFieldMapping"],
    cases: [
      {
        name: "search",
        call: (client) =>
          client.search.page(indexId, { q: "a b", limit: 5, advanced: true, fields: ["content"] }),
        sends: `GET /v1/index/${indexId}/search?q=a+b&limit=5&advanced=true&fields=content`,
        answers: page(["one"], false),
        anyOf: [search, all]
      },
      {
        name: "postSearch",
        call: (client) => client.postSearch.page(indexId, query),
        sends: `POST /v1/index/${indexId}/search`,
        body: query,
        answers: { ...page(["one"], false), facet_results: facetResults },
        anyOf: [search, all]
      },
      {
        name: "scroll",
        call: (client) => client.scroll.page(indexId, ScrollQuery.make({ q: "*", marker: "m" })),
        sends: `POST /v1/index/${indexId}/scroll`,
        body: { q: "*", marker: "m" },
        answers: { total: 3, count: 1, gmeta: [subject("one")], has_next_page: true, marker: "n" },
        anyOf: [search, all]
      },
      {
        name: "ingest",
        call: (client) =>
          client.ingest(indexId, GIngest.list([entry], { field_mapping: { place: "geo_point" } })),
        sends: `POST /v1/index/${indexId}/ingest`,
        body: {
          ingest_type: "GMetaList",
          ingest_data: { gmeta: [entry] },
          field_mapping: { place: "geo_point" }
        },
        answers: { ...submitted, success: true, num_documents_ingested: 1 },
        anyOf: [ingest, all]
      },
      {
        name: "getEntry",
        call: (client) => client.getEntry(indexId, { subject: "https://a/é", entry_id: "e/1" }),
        sends: `GET /v1/index/${indexId}/entry?subject=https://a/é&entry_id=e/1`,
        answers: subject("https://a/é"),
        anyOf: [search, all]
      },
      {
        name: "createEntry",
        call: (client) => client.createEntry(indexId, entry),
        sends: `POST /v1/index/${indexId}/entry`,
        body: entry,
        answers: submitted,
        anyOf: [ingest, all]
      },
      {
        name: "updateEntry",
        call: (client) => client.updateEntry(indexId, { ...entry, id: null }),
        sends: `PUT /v1/index/${indexId}/entry`,
        body: { ...entry, id: null },
        answers: submitted,
        anyOf: [ingest, all]
      },
      {
        name: "deleteEntry",
        call: (client) => client.deleteEntry(indexId, { subject: "s", entry_id: "e" }),
        sends: `DELETE /v1/index/${indexId}/entry?subject=s&entry_id=e`,
        answers: submitted,
        anyOf: [ingest, all]
      },
      {
        name: "getSubject",
        call: (client) => client.getSubject(indexId, { subject: "s", bypass_visible_to: true }),
        sends: `GET /v1/index/${indexId}/subject?subject=s&bypass_visible_to=true`,
        answers: subject("s"),
        anyOf: [search, all]
      },
      {
        name: "deleteSubject",
        call: (client) => client.deleteSubject(indexId, { subject: "s" }),
        sends: `DELETE /v1/index/${indexId}/subject?subject=s`,
        answers: submitted,
        anyOf: [ingest, all]
      },
      {
        name: "deleteByQuery",
        call: (client) =>
          client.deleteByQuery(indexId, {
            "@version": "delete_by_query#1.0.0",
            filters: [SearchFilter.exists("withdrawn")]
          }),
        sends: `POST /v1/index/${indexId}/delete_by_query`,
        body: {
          "@version": "delete_by_query#1.0.0",
          filters: [{ type: "exists", field_name: "withdrawn" }]
        },
        answers: submitted,
        anyOf: [ingest, all]
      },
      {
        name: "batchDeleteBySubject",
        call: (client) => client.batchDeleteBySubject(indexId, { subjects: ["a", "b"] }),
        sends: `POST /v1/index/${indexId}/batch_delete_by_subject`,
        body: { subjects: ["a", "b"] },
        answers: { task_id: taskId },
        anyOf: [ingest, all]
      },
      {
        name: "listTasks",
        call: (client) => client.listTasks(indexId),
        sends: `GET /v1/task_list/${indexId}`,
        answers: { index_id: indexId, tasks: [task("PENDING"), task("FAILED", "too big")] },
        anyOf: [search, ingest, all]
      },
      {
        name: "getTask",
        call: (client) => client.getTask(taskId),
        sends: `GET /v1/task/${taskId}`,
        answers: { ...task("SUCCESS"), additional_details: [1], completion_date: "2022-01-26 21:53:07" },
        anyOf: [search, ingest, all]
      },
      {
        name: "listIndices",
        call: (client) => client.listIndices({ filter_roles: ["owner", "writer"] }),
        sends: "GET /v1/index_list?filter_roles=owner,writer",
        answers: { index_list: [{ ...index, permissions: ["owner"] }] },
        anyOf: [all]
      },
      {
        name: "createIndex",
        call: (client) => client.createIndex({ display_name: "A", description: "B" }),
        sends: "POST /v1/index",
        body: { display_name: "A", description: "B" },
        answers: index,
        anyOf: [all]
      },
      {
        name: "getIndex",
        call: (client) => client.getIndex(indexId),
        sends: `GET /v1/index/${indexId}`,
        answers: { ...index, permissions: [], entry_schema: { type: "object" } },
        anyOf: []
      },
      {
        name: "updateIndex",
        call: (client) => client.updateIndex(indexId, { description: "C", display_name: undefined }),
        sends: `PATCH /v1/index/${indexId}`,
        body: { description: "C" },
        answers: index,
        anyOf: [all]
      },
      {
        name: "deleteIndex",
        call: (client) => client.deleteIndex(indexId),
        sends: `DELETE /v1/index/${indexId}`,
        answers: acknowledged,
        anyOf: [all]
      },
      {
        name: "reopenIndex",
        call: (client) => client.reopenIndex(indexId),
        sends: `POST /v1/index/${indexId}/reopen`,
        answers: acknowledged,
        anyOf: [all]
      },
      {
        name: "listRoles",
        call: (client) => client.listRoles(indexId),
        sends: `GET /v1/index/${indexId}/role_list`,
        answers: { role_list: [role] },
        anyOf: [all]
      },
      {
        name: "createRole",
        call: (client) => client.createRole(indexId, { role_name: "writer", principal: role.principal }),
        sends: `POST /v1/index/${indexId}/role`,
        body: { role_name: "writer", principal: role.principal },
        answers: role,
        anyOf: [all]
      },
      {
        name: "deleteRole",
        call: (client) => client.deleteRole(indexId, "MDMw/é"),
        sends: `DELETE /v1/index/${indexId}/role/MDMw/é`,
        answers: { deleted: role, success: true },
        anyOf: [all]
      },
      {
        name: "getFieldBudget",
        call: (client) => client.getFieldBudget(indexId),
        sends: `GET /beta/index/${indexId}/field_budget`,
        answers: { budget: 1000, used: 17, remaining: 983 },
        anyOf: [all]
      },
      {
        name: "listFieldMappings",
        call: (client) => client.listFieldMappings(indexId),
        sends: `GET /beta/index/${indexId}/mapping`,
        answers: { "@version": "2017-09-01", mappings: { foo: "long", "bar.baz": "text" } },
        anyOf: [all]
      },
      {
        name: "getFieldMapping",
        call: (client) => client.getFieldMapping(indexId, "bar.baz"),
        sends: `GET /beta/index/${indexId}/mapping/bar.baz`,
        answers: { "@version": "2017-09-01", mappings: { "bar.baz": "text" } },
        anyOf: [all]
      },
      {
        name: "listInsightsCatalogs",
        call: (client) =>
          client.listInsightsCatalogs({ filter_collection_ids: [catalog.collection_id, catalogId] }),
        sends: `GET /beta/insights/catalog?filter_collection_ids=${catalog.collection_id},${catalogId}`,
        answers: { catalogs: [catalog] },
        anyOf: [all]
      },
      {
        name: "getInsightsCatalog",
        call: (client) => client.getInsightsCatalog(catalogId),
        sends: `GET /beta/insights/catalog/${catalogId}`,
        answers: catalog,
        anyOf: [all]
      },
      {
        name: "startInsightsScan",
        call: (client) => client.startInsightsScan(configurationId, { scan_type: "full", scope: "/" }),
        sends: `POST /beta/insights/collection_configuration/${configurationId}/scan_start`,
        body: { scan_type: "full", scope: "/" },
        answers: { scan_id: "s1" },
        anyOf: [all]
      },
      {
        name: "stopInsightsScan",
        call: (client) => client.stopInsightsScan(configurationId, "s1", { status: "succeeded" }),
        sends: `POST /beta/insights/collection_configuration/${configurationId}/scan/s1`,
        body: { status: "succeeded" },
        answers: { acknowledged: true },
        anyOf: [all]
      },
      {
        name: "ingestInsights",
        call: (client) => client.ingestInsights(configurationId, { scan_id: "s1", events: [seen] }),
        sends: `POST /beta/insights/${configurationId}/ingest`,
        body: { scan_id: "s1", events: [seen] },
        answers: { acknowledged: true },
        anyOf: [all]
      }
    ]
  })
})

/** Runs a program with the client, over a network that answers so. */
const withClient = (answer: Parameters<typeof StubHttp.make>[0] = () => StubHttp.json({})) => {
  const globus = Contract.globus(answer)
  const layer = Layer.provide(SearchClient.layer, globus.layer)
  return {
    ...globus,
    run: <A, E>(use: (client: Search) => Effect.Effect<A, E>) =>
      Effect.provide(Effect.flatMap(SearchClient, use), layer)
  }
}

describe("scopes", () => {
  it.effect("a program with this client requires to search, or what it says instead, and what it adds", () =>
    Effect.gen(function* () {
      const { layer, required, run, sent } = withClient()
      yield* run((client) => client.addScopes(all))
      yield* Effect.provide(
        SearchClient,
        Layer.provide(SearchClient.layerWith({ scopes: [ingest, "a[b]"] }), layer)
      )
      assert.deepStrictEqual(required, [
        ["search.api.globus.org", search],
        ["search.api.globus.org", all],
        ["search.api.globus.org", `${ingest} a[b]`]
      ])
      assert.lengthOf(sent, 0)
    })
  )

  it.effect("a scope that cannot be read is an error, and nothing is required", () =>
    Effect.gen(function* () {
      const { layer, required } = Contract.globus(() => StubHttp.json({}))
      const error = yield* Effect.flip(
        Effect.provide(SearchClient, Layer.provide(SearchClient.layerWith({ scopes: "a[" }), layer))
      )
      assert.strictEqual(error._tag, "ScopeParseError")
      assert.lengthOf(required, 0)
    })
  )
})

describe("input that cannot be right", () => {
  const hand = <A>(value: unknown): A => value as A

  it.effect.each<{
    readonly what: string
    readonly call: (client: Search) => Effect.Effect<unknown, GlobusError>
    readonly field: string
  }>([
    { what: "an id that is none", call: (client) => client.getIndex("nope"), field: "index_id" },
    { what: "a task id that is none", call: (client) => client.getTask("../index"), field: "task_id" },
    { what: "a role without an id", call: (client) => client.deleteRole(indexId, ""), field: "role_id" },
    {
      what: "a collection id that is none",
      call: (client) => client.listInsightsCatalogs({ filter_collection_ids: [catalogId, "x"] }),
      field: "query.filter_collection_ids[1]"
    },
    {
      what: "no subject",
      call: (client) => client.getSubject(indexId, { subject: "" }),
      field: "query.subject"
    },
    {
      what: "a subject that was forgotten",
      call: (client) => client.getEntry(indexId, hand({})),
      field: "query.subject"
    },
    {
      what: "more results than there are",
      call: (client) => Stream.runDrain(client.search(indexId, { q: "x", limit: 10_001 })),
      field: "query.limit"
    },
    {
      what: "half a result",
      call: (client) => client.search.page(indexId, { q: "x", limit: 0.5 }),
      field: "query.limit"
    },
    {
      what: "results before the first",
      call: (client) => Stream.runDrain(client.postSearch(indexId, { q: "x", offset: -1 })),
      field: "payload.offset"
    },
    {
      what: "pages without results",
      call: (client) => Stream.runDrain(client.scroll(indexId, { q: "*", limit: 0 })),
      field: "payload.limit"
    },
    {
      what: "two ways to read the text",
      call: (client) =>
        Stream.runDrain(
          client.postSearch(indexId, {
            q: "x",
            advanced: false,
            q_settings: { mode: "text_match" }
          })
        ),
      field: "payload.q_settings"
    },
    {
      what: "a filter that lacks what its kind needs",
      call: (client) =>
        Stream.runDrain(
          client.postSearch(indexId, {
            filters: [
              SearchFilter.exists("a"),
              SearchFilter.not(SearchFilter.and([hand({ type: "match_any", field_name: "b" })]))
            ]
          })
        ),
      field: "payload.filters[1].filter.filters[0].values"
    },
    {
      what: "a place that is not on earth",
      call: (client) =>
        client.deleteByQuery(indexId, {
          filters: [
            SearchFilter.boundingBox("place", {
              top_left: { lat: 91, lon: 0 },
              bottom_right: { lat: 0, lon: 0 }
            })
          ]
        }),
      field: "payload.filters[0].top_left.lat"
    },
    {
      what: "a facet of no values",
      call: (client) =>
        Stream.runDrain(
          client.postSearch(indexId, SearchQuery.make({ facets: [SearchFacet.terms("a", { size: 0 })] }))
        ),
      field: "payload.facets[0].size"
    },
    {
      what: "a known filter that is said to be another",
      call: (client) =>
        client.deleteByQuery(indexId, { filters: [SearchFilter.other("exists", { field: "a" })] }),
      field: "payload.filters[0].field_name"
    },
    {
      what: "a query that is no document",
      call: (client) => Stream.runDrain(client.postSearch(indexId, hand("neutrino"))),
      field: "payload"
    },
    {
      what: "nothing to write",
      call: (client) => client.ingest(indexId, GIngest.list([])),
      field: "payload.ingest_data.gmeta"
    },
    {
      what: "an entry that nobody is named for",
      call: (client) => client.ingest(indexId, GIngest.entry({ ...entry, visible_to: hand("public") })),
      field: "payload.ingest_data.visible_to"
    },
    {
      what: "nothing to remove",
      call: (client) => client.batchDeleteBySubject(indexId, { subjects: [] }),
      field: "payload.subjects"
    }
  ])("$what never reaches Globus", ({ call, field }) =>
    Effect.gen(function* () {
      const { run, sent } = withClient()
      const error = yield* Effect.flip(run(call))
      assert(error._tag === "InvalidRequest", String(error))
      assert.strictEqual(error.field, field)
      assert.lengthOf(sent, 0)
    })
  )

  it.effect("a document of a kind that is not known here is for Globus to judge", () =>
    Effect.gen(function* () {
      const { bodyOf, run } = withClient(() => StubHttp.json({ ...submitted, ...role }))
      yield* run((client) => client.ingest(indexId, hand({ ingest_type: "GMetaStream", url: "x" })))
      yield* run((client) => client.createRole(indexId, hand({ role_name: "reader" })))
      yield* run((client) =>
        client.deleteByQuery(indexId, { filters: [SearchFilter.other("near", { distance: 3 })] })
      )
      assert.deepStrictEqual(bodyOf(0), { ingest_type: "GMetaStream", url: "x" })
      assert.deepStrictEqual(bodyOf(1), { role_name: "reader" })
      assert.deepStrictEqual(bodyOf(2), { filters: [{ distance: 3, type: "near" }] })
    })
  )
})

describe("what Globus refuses", () => {
  it.effect("keeps the code, the message and all that Search says beside them", () =>
    Effect.gen(function* () {
      const body = {
        "@datatype": "GError",
        "@version": "2017-09-01",
        status: 409,
        code: "Conflict.LimitExceeded",
        message: "Role limit exceeded",
        request_id: "38186e960f3a64c9d530d48ba2271285",
        error_data: { constraint: "3" }
      }
      const { run } = withClient(() => StubHttp.json(body, { status: 409 }))
      const error = yield* Effect.flip(
        run((client) => client.createIndex({ display_name: "A", description: "B" }))
      )
      assert(error._tag === "ApiError" && error.reason._tag === "Conflict")
      assert.isTrue(error.is("Conflict.LimitExceeded") && error.is("Conflict"))
      assert.strictEqual(error.requestId, body.request_id)
      assert.deepStrictEqual(error.body, body)
    })
  )
})

describe("results", () => {
  const number = Schema.optionalKey(Schema.Union([Schema.Number, Schema.String]))
  const decodeAsked = Schema.decodeUnknownSync(
    Schema.Struct({
      limit: number,
      offset: number,
      marker: Schema.optionalKey(Schema.Tuple([Schema.Number, Schema.String]))
    })
  )

  /** An index with so many subjects, which answers queries, and scrolls by marks that are no text. */
  const indexOf = (total: number) =>
    withClient(({ body, url }) => {
      const asked = decodeAsked(body === "" ? Object.fromEntries(url.searchParams) : JSON.parse(body))
      const from = asked.marker?.[0] ?? Number(asked.offset ?? 0)
      const to = Math.min(from + Number(asked.limit ?? 10), total)
      const subjects = Array.from({ length: to - from }, (_, each) => `${from + each}`)
      return StubHttp.json({ ...page(subjects, to < total, total), marker: to < total ? [to, "x"] : null })
    })

  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, each) => `${from + each}`)

  const subjects = <E>(results: Stream.Stream<{ readonly subject: string }, E>) =>
    results.pipe(
      Stream.map(({ subject }) => subject),
      Stream.runCollect
    )

  it.effect.each([0, 1, 100, 101, 250])("of a query come page by page (%d)", (total) =>
    Effect.gen(function* () {
      const { bodyOf, run, sent } = indexOf(total)
      assert.deepStrictEqual(
        yield* run((client) => subjects(client.postSearch(indexId, query))),
        numbers(0, total)
      )
      assert.lengthOf(sent, Math.max(1, Math.ceil(total / 100)))
      for (const at of sent.keys()) {
        assert.deepStrictEqual(bodyOf(at), {
          ...query,
          limit: 100,
          ...(at === 0 ? {} : { offset: at * 100 })
        })
      }
    })
  )

  it.effect("of a query by text are asked for in the query", () =>
    Effect.gen(function* () {
      const { lines, run } = indexOf(250)
      const found = yield* run((client) => subjects(client.search(indexId, { q: "x", offset: 30 })))
      assert.deepStrictEqual(found, numbers(30, 250))
      assert.deepStrictEqual(lines(), [
        `GET /v1/index/${indexId}/search?q=x&limit=100&offset=30`,
        `GET /v1/index/${indexId}/search?q=x&limit=100&offset=130`,
        `GET /v1/index/${indexId}/search?q=x&limit=100&offset=230`
      ])
    })
  )

  it.effect("of a query end where Search gives no more away", () =>
    Effect.gen(function* () {
      const { bodyOf, run, sent } = indexOf(1_000_000)
      const found = yield* run((client) =>
        subjects(client.postSearch(indexId, SearchQuery.make({ q: "x", limit: 3_000, offset: 2_500 })))
      )
      assert.deepStrictEqual(found, numbers(2_500, 10_000))
      assert.deepStrictEqual(
        Array.from(sent.keys(), (at) => bodyOf(at)),
        [
          { "@version": "query#1.0.0", q: "x", limit: 3_000, offset: 2_500 },
          { "@version": "query#1.0.0", q: "x", limit: 3_000, offset: 5_500 },
          { "@version": "query#1.0.0", q: "x", limit: 1_500, offset: 8_500 }
        ]
      )
    })
  )

  it.effect("of a query that begins near the end are not asked for beyond it", () =>
    Effect.gen(function* () {
      const { bodyOf, run, sent } = indexOf(1_000_000)
      const found = yield* run((client) => subjects(client.postSearch(indexId, { offset: 9_990 })))
      assert.deepStrictEqual(found, numbers(9_990, 10_000))
      assert.lengthOf(sent, 1)
      assert.deepStrictEqual(bodyOf(0), { offset: 9_990, limit: 10 })
    })
  )

  it.effect.each([0, 1, 10, 35])("of a scroll come page by page, by marks of any kind (%d)", (total) =>
    Effect.gen(function* () {
      const { bodyOf, run, sent } = indexOf(total)
      const scroll = ScrollQuery.make({ q: "*" })
      assert.deepStrictEqual(
        yield* run((client) => subjects(client.scroll(indexId, scroll))),
        numbers(0, total)
      )
      assert.lengthOf(sent, Math.max(1, Math.ceil(total / 10)))
      for (const at of sent.keys()) {
        assert.deepStrictEqual(bodyOf(at), { q: "*", ...(at === 0 ? {} : { marker: [at * 10, "x"] }) })
      }
    })
  )

  it.effect("come with what facets have counted, page by page", () =>
    Effect.gen(function* () {
      const { run } = withClient((_, at) =>
        StubHttp.json({ ...page(["a"], at === 0, 2), facet_results: facetResults })
      )
      const pages = yield* run((client) => Stream.runCollect(client.postSearch.pages(indexId, query)))
      assert.lengthOf(pages, 2)
      assert.deepStrictEqual<unknown>(pages[1]?.facet_results, facetResults)
    })
  )

  it.effect("are asked for no further than they are used", () =>
    Effect.gen(function* () {
      const { run, sent } = indexOf(1_000)
      const first = yield* run((client) => Stream.runHead(client.scroll(indexId, { q: "*" })))
      assert.isTrue(Option.isSome(first))
      assert.lengthOf(sent, 1)
    })
  )

  it.effect.each([
    { what: "has the mark of the page before", marker: [7], requests: 2 },
    { what: "has no mark", marker: null, requests: 1 }
  ])("of a scroll whose page promises more, but $what, are an error", ({ marker, requests }) =>
    Effect.gen(function* () {
      const { run, sent } = withClient(() => StubHttp.json({ ...page(["a"], true), marker }))
      const error = yield* Effect.flip(run((client) => subjects(client.scroll(indexId, { q: "*" }))))
      assert(error._tag === "ResponseError")
      assert.strictEqual(error.path, "marker")
      assert.lengthOf(sent, requests)
    })
  )

  it.effect("are asked for again where the service was in trouble, because asking changes nothing", () =>
    Effect.gen(function* () {
      const http = StubHttp.make((_, at) =>
        at === 0 ? StubHttp.json({}, { status: 503 }) : StubHttp.json(page(["a"], false))
      )
      const layer = Layer.provide(SearchClient.layer, Probe.layer(http.layer, { maxDelay: 0 }))
      const fiber = yield* Effect.flatMap(SearchClient, (client) =>
        subjects(client.postSearch(indexId, query))
      ).pipe(Effect.provide(layer), Effect.forkChild({ startImmediately: true }))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* Fiber.join(fiber), ["a"])
      assert.lengthOf(http.sent, 2)
    })
  )
})

describe("a task", () => {
  /** Looks of tasks that have these states, one at each look, and the last one from then on. */
  const inAnHour = <A, E>(states: ReadonlyArray<string>, use: (client: Search) => Effect.Effect<A, E>) =>
    Effect.gen(function* () {
      const { run, sent } = withClient((_, look) => StubHttp.json(task(states[look] ?? states.at(-1) ?? "")))
      const fiber = yield* Effect.forkChild(run(use), { startImmediately: true })
      yield* TestClock.adjust("1 hour")
      return { result: yield* Fiber.join(fiber), seconds: sent.map(({ at }) => at / 1_000) }
    })

  it.effect.each(["SUCCESS", "FAILED", "CANCELLED"])("is waited for until it is %s", (last) =>
    Effect.gen(function* () {
      const { result, seconds } = yield* inAnHour(["CREATING", "PENDING", "PROGRESS", last], (client) =>
        client.waitForTask(taskId)
      )
      assert.strictEqual(result.state, last)
      assert.deepStrictEqual(seconds, [0, 10, 20, 30])
    })
  )

  it.effect("tells each state once, however often it is looked at, but not more than once a second", () =>
    Effect.gen(function* () {
      const { result, seconds } = yield* inAnHour(
        ["PENDING", "PENDING", "A_STATE_OF_THE_FUTURE", "SUCCESS"],
        (client) =>
          client.taskProgress(taskId, { pollingInterval: "1 milli" }).pipe(
            Stream.map(({ state }) => state),
            Stream.runCollect
          )
      )
      assert.deepStrictEqual(result, ["PENDING", "A_STATE_OF_THE_FUTURE", "SUCCESS"])
      assert.deepStrictEqual(seconds, [0, 1, 2, 3])
    })
  )
})

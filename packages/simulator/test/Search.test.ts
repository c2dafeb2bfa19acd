/* oxlint-disable typescript/no-unsafe-argument -- answers are looked at as they came */
import { SearchScopes } from "@effect-globus/sdk/model"
import { GIngest, ScrollQuery, SearchFacet, SearchFilter, SearchQuery } from "@effect-globus/sdk/search"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import { Simulator, Snapshot, World } from "../src/index.ts"
import { get, linus, logIn, post, rosalind } from "./Browser.ts"
import * as Recorded from "./Recorded.ts"
import { clientOf } from "./SearchPeople.ts"

const [images, holdings] = World.defaultWorld.indices!
const [observatory] = World.defaultWorld.groups!

const nobody = "00000000-0000-4000-8000-00000000dead"
const urn = (identity: string) => `urn:globus:auth:identity:${identity}`

type Client = Effect.Success<ReturnType<typeof clientOf>>

const inProcess = Effect.provide(Simulator.layer)
const raw = Effect.provide(Simulator.layerBackend())

const subjectsOf = (page: { readonly gmeta: ReadonlyArray<{ readonly subject: string }> }) =>
  page.gmeta.map(({ subject }) => subject.replace(/^.*\//, "").replace(/\.fits$/, ""))

/** The subjects that a query finds in the images, in the order in which it finds them. */
const find = (search: Client, query: SearchQuery.Options) =>
  Effect.map(search.postSearch.page(images!.id, SearchQuery.make(query)), subjectsOf)

/** Lets a task be carried out, and says how it ended. */
const carriedOut = Effect.fnUntraced(function* (
  search: Client,
  submitted: Effect.Effect<{ readonly task_id: string }, unknown>
) {
  const { task_id } = yield* submitted
  const waiting = yield* Effect.forkChild(search.waitForTask(task_id))
  yield* TestClock.adjust("1 minute")
  return yield* Fiber.join(waiting)
})

describe("tokens", () => {
  it.effect("are needed for whatever is not public", () =>
    Effect.gen(function* () {
      const query = { q: "nebula" }
      const open = yield* get("search", `v1/index/${images!.id}/search`, { query })
      expect(open.status).toBe(200)
      expect(subjectsOf(open.json)).toEqual(["exposure-004"])
      expect((yield* get("search", `v1/index/${images!.id}`)).json).toMatchObject({ permissions: [] })
      const refused = yield* get("search", "v1/index_list")
      expect(refused.status).toBe(401)
      expect(refused.json).toMatchObject({ "@datatype": "GError", status: 401 })
    }).pipe(raw)
  )

  it.effect("are needed with a scope that suffices", () =>
    Effect.gen(function* () {
      const { "search.api.globus.org": token } = yield* logIn(SearchScopes.search)
      const body = { ingest_type: "GMetaEntry", ingest_data: { subject: "s", content: {}, visible_to: [] } }
      const refused = yield* post("search", `v1/index/${images!.id}/ingest`, body, { token })
      expect(refused.status).toBe(403)
      expect(refused.json).toMatchObject({ code: "Forbidden.Generic" })
    }).pipe(raw)
  )
})

describe("indices", () => {
  it.effect("are listed with the roles that one has", () =>
    Effect.gen(function* () {
      const search = yield* clientOf(rosalind)
      expect((yield* search.listIndices()).index_list).toMatchObject([
        { display_name: "Observatory Images", permissions: ["owner"], num_subjects: 5, is_trial: true }
      ])
      expect((yield* search.listIndices({ filter_roles: ["writer"] })).index_list).toEqual([])
      expect((yield* search.getIndex(holdings!.id)).permissions).toEqual([])
    }).pipe(inProcess)
  )

  it.effect("are created, changed, deleted and opened again", () =>
    Effect.gen(function* () {
      const search = yield* clientOf(rosalind)
      const made = yield* search.createIndex({ display_name: "Plates", description: "Glass" })
      expect(made).toMatchObject({ status: "open", num_entries: 0, content_last_modified_date: null })
      const changed = yield* search.updateIndex(made.id, { description: "Photographic plates" })
      expect(changed).toMatchObject({ display_name: "Plates", description: "Photographic plates" })
      expect(yield* search.deleteIndex(made.id)).toMatchObject({ index_id: made.id, acknowledged: true })
      expect((yield* search.getIndex(made.id)).status).toBe("delete-pending")
      expect(yield* Effect.flip(search.search.page(made.id, { q: "x" }))).toMatchObject({
        status: 409,
        reason: { _tag: "Conflict" }
      })
      yield* search.reopenIndex(made.id)
      expect((yield* search.search.page(made.id, { q: "x" })).total).toBe(0)
    }).pipe(inProcess)
  )

  it.effect("on trial are three at most", () =>
    Effect.gen(function* () {
      const search = yield* clientOf(rosalind)
      const create = search.createIndex({ display_name: "x", description: "y" })
      yield* create
      yield* create
      expect(yield* Effect.flip(create)).toMatchObject({ status: 409, code: "Conflict.LimitExceeded" })
    }).pipe(inProcess)
  )

  it.effect("that there are not are said not to be", () =>
    Effect.gen(function* () {
      const search = yield* clientOf(rosalind)
      for (const asked of [search.getIndex(nobody), search.search.page(nobody, { q: "x" })]) {
        expect(yield* Effect.flip<unknown, unknown, never>(asked)).toMatchObject({
          status: 404,
          code: "NotFound.NoSuchIndex",
          message: expect.stringContaining(`There is no search index named "${nobody}"`) as string
        })
      }
    }).pipe(inProcess)
  )

  it.effect("are changed only by those who have the role", () =>
    Effect.gen(function* () {
      const owner = yield* clientOf(rosalind)
      const other = yield* clientOf(linus)
      const { id } = images!
      const entry = GIngest.entry({ subject: "s", content: { a: 1 }, visible_to: ["public"] })
      expect(yield* Effect.flip(other.ingest(id, entry))).toMatchObject({
        status: 403,
        code: "Forbidden.Generic",
        message: expect.stringContaining("ingest request denied by service") as string
      })
      const role = yield* owner.createRole(id, { role_name: "writer", principal: urn(linus) })
      expect(role).toMatchObject({ index_id: id, principal_type: "identity", role_name: "writer" })
      expect((yield* owner.listRoles(id)).role_list.map(({ role_name }) => role_name)).toEqual([
        "owner",
        "writer"
      ])
      yield* other.ingest(id, entry)
      expect(yield* Effect.flip(other.listRoles(id))).toMatchObject({ status: 403 })
      expect(yield* Effect.flip(other.updateIndex(id, { description: "z" }))).toMatchObject({ status: 403 })
      expect(yield* owner.deleteRole(id, role.id)).toMatchObject({ success: true, deleted: { id: role.id } })
      expect(yield* Effect.flip(other.ingest(id, entry))).toMatchObject({ status: 403 })
      // Through a group.
      yield* owner.createRole(id, {
        role_name: "admin",
        principal: `urn:globus:groups:id:${observatory!.id}`
      })
      expect((yield* other.getIndex(id)).permissions).toEqual(["admin"])
      expect(
        yield* Effect.flip(other.createRole(id, { role_name: "owner", principal: urn(linus) }))
      ).toMatchObject({ status: 403 })
    }).pipe(Effect.scoped, inProcess)
  )
})

describe("entries", () => {
  it.effect("are ingested by a task, which takes its time", () =>
    Effect.gen(function* () {
      const search = yield* clientOf(rosalind)
      const { task_id } = yield* search.ingest(
        images!.id,
        GIngest.list([
          { subject: "a", content: { title: "Comet" }, visible_to: ["public"] },
          { subject: "a", id: "second", content: { title: "Comet again" }, visible_to: ["public"] }
        ])
      )
      const state = Effect.map(search.getTask(task_id), ({ state }) => state)
      expect(yield* state).toBe("PENDING")
      expect(yield* find(search, { q: "comet" })).toEqual([])
      yield* TestClock.adjust("300 millis")
      expect(yield* state).toBe("PROGRESS")
      yield* TestClock.adjust("300 millis")
      expect(yield* search.getTask(task_id)).toMatchObject({
        state: "SUCCESS",
        task_type: "ingest",
        message: "2 entries ingested",
        index_id: images!.id
      })
      expect((yield* search.listTasks(images!.id)).tasks).toHaveLength(1)
      const page = yield* search.search.page(images!.id, { q: "comet" })
      expect(page).toMatchObject({ total: 1, count: 1, has_next_page: false })
      expect(page.gmeta[0]!.entries.map(({ entry_id }) => entry_id)).toEqual([null, "second"])
      expect(yield* search.getIndex(images!.id)).toMatchObject({ num_subjects: 6, num_entries: 7 })
    }).pipe(inProcess)
  )

  it.effect("are replaced by those of the same subject and id", () =>
    Effect.gen(function* () {
      const search = yield* clientOf(rosalind)
      const write = (content: Record<string, unknown>) =>
        search.createEntry(images!.id, { subject: "a", content, visible_to: ["public"] })
      yield* carriedOut(search, write({ title: "Draft" }))
      yield* carriedOut(search, write({ title: "Final" }))
      expect(yield* search.getEntry(images!.id, { subject: "a" })).toMatchObject({
        entries: [{ entry_id: null, content: { title: "Final" } }]
      })
    }).pipe(inProcess)
  )

  it.effect("are removed alone, by subject, in batches, and by query", () =>
    Effect.gen(function* () {
      const search = yield* clientOf(rosalind)
      const { id } = images!
      const everything = find(search, { q: "*", sort: [{ field_name: "observed", order: "asc" }] })
      const [first, second, third, fourth] = images!.entries!.map(({ subject }) => subject)
      yield* carriedOut(search, search.deleteEntry(id, { subject: first! }))
      yield* carriedOut(search, search.deleteSubject(id, { subject: second! }))
      expect(yield* everything).toEqual(["exposure-004", "exposure-003", "exposure-005"])
      expect(
        yield* carriedOut(search, search.batchDeleteBySubject(id, { subjects: [third!, "unknown"] }))
      ).toMatchObject({ message: "1 subject deleted" })
      yield* carriedOut(
        search,
        search.deleteByQuery(id, { filters: [SearchFilter.matchAny("object.type", ["nebula"])] })
      )
      expect(yield* everything).toEqual([])
      expect(yield* Effect.flip(search.getSubject(id, { subject: fourth! }))).toMatchObject({
        status: 404,
        code: "NotFound.Generic"
      })
    }).pipe(inProcess)
  )

  it.effect("are checked", () =>
    Effect.gen(function* () {
      const { "search.api.globus.org": token } = yield* logIn(SearchScopes.all)
      const ingest = (body: unknown) => post("search", `v1/index/${images!.id}/ingest`, body, { token })
      const entry = { subject: "s", content: { a: 1 }, visible_to: ["public"] }
      const wrong = [
        { ingest_type: "GMetaEntry", ingest_data: { ...entry, visible_to: undefined } },
        { ingest_type: "GMetaEntry", ingest_data: { ...entry, visible_to: ["somebody"] } },
        { ingest_type: "GMetaEntry", ingest_data: { ...entry, subject: "s".repeat(501) } },
        { ingest_type: "GMetaEntry", ingest_data: entry, field_mapping: { a: "geo_line" } },
        { ingest_type: "GMetaBook", ingest_data: entry },
        { ingest_type: "GMetaList", ingest_data: { gmeta: [] } }
      ]
      for (const body of wrong) {
        const answer = yield* ingest(body)
        expect(answer.status).toBe(400)
        expect(answer.json).toMatchObject({ "@datatype": "GError", code: "BadRequest.ValidationError" })
      }
    }).pipe(raw)
  )

  it.effect("are found by those who may see them, and by administrators who ask for it", () =>
    Effect.gen(function* () {
      const owner = yield* clientOf(rosalind)
      const member = yield* clientOf(linus)
      expect(yield* find(member, { q: "unpublished" })).toEqual(["exposure-005"])
      const write = (visible_to: ReadonlyArray<string>) =>
        carriedOut(
          owner,
          owner.createEntry(images!.id, { subject: "x", content: { a: "secret" }, visible_to })
        )
      for (const [visible_to, seen] of [
        [[urn(rosalind)], false],
        [[urn(linus)], true],
        [["all_authenticated_users"], true]
      ] as const) {
        yield* write(visible_to)
        expect(yield* find(member, { q: "secret" })).toEqual(seen ? ["x"] : [])
      }
      yield* write([urn(linus)])
      expect(yield* find(owner, { q: "secret" })).toEqual([])
      expect(yield* find(owner, { q: "secret", bypass_visible_to: true })).toEqual(["x"])
      expect(yield* Effect.flip(find(member, { q: "secret", bypass_visible_to: true }))).toMatchObject({
        status: 403
      })
    }).pipe(Effect.scoped, inProcess)
  )

  it.effect("may be asked for by principal sets, and shown with who may see them", () =>
    Effect.gen(function* () {
      const search = yield* clientOf(rosalind)
      const write = (subject: string, curators: string) =>
        carriedOut(
          search,
          search.createEntry(images!.id, {
            subject,
            content: {},
            visible_to: ["public"],
            principal_sets: { curators: [urn(curators)] }
          })
        )
      yield* write("mine", rosalind)
      yield* write("theirs", linus)
      const page = yield* search.postSearch.page(
        images!.id,
        SearchQuery.make({
          q: "*",
          filter_principal_sets: ["curators"],
          fields: ["visible_to", "principal_sets"]
        })
      )
      expect(page.gmeta).toMatchObject([
        {
          subject: "mine",
          entries: [
            { matched_principal_sets: ["curators"], visible_to: ["public"], principal_sets: ["curators"] }
          ]
        }
      ])
      expect(page.gmeta[0]!.entries[0]!.content).toBeUndefined()
    }).pipe(inProcess)
  )
})

describe("a query", () => {
  it.effect("of the simple syntax finds words and phrases, the best match first", () =>
    Effect.gen(function* () {
      const search = yield* clientOf(rosalind)
      const cases = {
        andromeda: ["exposure-003"],
        "PINWHEEL blue": ["exposure-001", "exposure-002"],
        '"blue filter"': ["exposure-001"],
        '"filter blue"': [],
        "galaxy -pinwheel": ["exposure-003"],
        "pin*": ["exposure-001", "exposure-002"],
        "no such words": [],
        "title:andromeda AND (": ["exposure-003"]
      }
      for (const [q, found] of Object.entries(cases)) {
        expect({ q, found: yield* find(search, { q }) }).toEqual({ q, found })
      }
      expect(yield* find(search, { q: "*" })).toHaveLength(5)
    }).pipe(inProcess)
  )

  it.effect("of the advanced syntax finds what it says, field by field", () =>
    Effect.gen(function* () {
      const search = yield* clientOf(rosalind)
      const cases = {
        "object.type:nebula": ["exposure-004", "exposure-005"],
        "object.type:nebula AND NOT filters:O": ["exposure-004"],
        "object.name:(M31 OR M101) AND filters:V": ["exposure-002", "exposure-003"],
        "exposure_seconds:[600 TO 1200]": ["exposure-002", "exposure-003", "exposure-004"],
        "exposure_seconds:[600 TO 1200}": ["exposure-002", "exposure-003"],
        "exposure_seconds:>=1200": ["exposure-004", "exposure-005"],
        "observed:[2025-03-14 TO *]": ["exposure-001", "exposure-002", "exposure-005"],
        "observed:[* TO 2023]": ["exposure-004"],
        'title:"hydrogen light"': ["exposure-004"],
        "title:androm*": ["exposure-003"],
        "title:/pinwh.{3}/": ["exposure-001", "exposure-002"],
        "andromda~1": ["exposure-003"],
        "+galaxy -blue": ["exposure-002", "exposure-003"],
        "_exists_:file.format AND object.name:Candidate": ["exposure-005"]
      }
      for (const [q, found] of Object.entries(cases)) {
        expect({ q, found: (yield* find(search, { q, advanced: true })).toSorted() }).toEqual({ q, found })
      }
      for (const q of ["title:(", "AND", "[1 2]", "a)", '"open', "title:"]) {
        expect(yield* Effect.flip(find(search, { q, advanced: true }))).toMatchObject({
          status: 400,
          code: "BadRequest.ValidationError"
        })
      }
    }).pipe(inProcess)
  )

  it.effect("may demand all words, or forgive mistakes in them", () =>
    Effect.gen(function* () {
      const search = yield* clientOf(rosalind)
      const all = { mode: "query_string", default_operator: "and" } as const
      expect(yield* find(search, { q: "pinwheel colors", q_settings: all })).toEqual(["exposure-002"])
      const forgiving = { mode: "text_match", fuzziness: 2 } as const
      expect(yield* find(search, { q: "tarentola", q_settings: forgiving })).toEqual(["exposure-004"])
      expect(yield* find(search, { q: "tarentola" })).toEqual([])
    }).pipe(inProcess)
  )

  it.effect("is filtered by what fields hold", () =>
    Effect.gen(function* () {
      const search = yield* clientOf(rosalind)
      const { and, boundingBox, exists, geoShape, like, matchAll, matchAny, not, or, range } = SearchFilter
      const chile = { top_left: { lat: 0, lon: -80 }, bottom_right: { lat: -60, lon: -60 } }
      const polygon = {
        type: "Polygon",
        coordinates: [
          [
            [-110, 30],
            [-100, 30],
            [-100, 35],
            [-110, 35],
            [-110, 30]
          ]
        ]
      } as const
      const cases: ReadonlyArray<readonly [SearchFilter.SearchFilter, ReadonlyArray<number>]> = [
        [matchAny("filters", ["R", "H-alpha"]), [2, 4, 5]],
        [matchAll("filters", ["B", "V"]), [2]],
        [range("exposure_seconds", { gt: 300, lt: 1200 }), [2, 3]],
        [range("exposure_seconds", { from: "*", to: 300 }, { from: 1800, to: "*" }), [1, 5]],
        [range("observed", { gte: "2024-01-01", lte: "2025-03-14" }), [1, 2, 3, 5]],
        [range("observed", { lt: "2024" }), [4]],
        [boundingBox("site", chile), [4, 5]],
        [geoShape("site", polygon, "within"), [1, 2, 3]],
        [exists("file.format"), [1, 2, 3, 4, 5]],
        [exists("file.size"), []],
        [like("object.name", "M?01"), [1, 2]],
        [like("object.name", "NGC*"), [4]],
        [not(matchAny("object.type", ["galaxy"])), [4, 5]],
        [and([matchAny("object.type", ["galaxy"]), not(like("object.name", "M1*"))]), [3]],
        [or([matchAny("exposure_seconds", [300]), matchAny("object.name", ["M31"])]), [1, 3]]
      ]
      for (const [filter, found] of cases) {
        const subjects = yield* find(search, { filters: [filter] })
        expect({ filter, found: subjects.toSorted() }).toEqual({
          filter,
          found: found.map((number) => `exposure-00${number}`)
        })
      }
      const unknown = SearchFilter.other("near", { field_name: "site" })
      expect(yield* Effect.flip(find(search, { filters: [unknown] }))).toMatchObject({ status: 400 })
    }).pipe(inProcess)
  )

  it.effect("counts the values of fields", () =>
    Effect.gen(function* () {
      const search = yield* clientOf(rosalind)
      const page = yield* search.postSearch.page(
        images!.id,
        SearchQuery.make({
          q: "*",
          limit: 0,
          facets: [
            SearchFacet.terms("object.name", { size: 2, name: "Objects" }),
            SearchFacet.sum("exposure_seconds", { name: "Total" }),
            SearchFacet.avg("exposure_seconds", { additional_filters: [SearchFilter.exists("nothing")] }),
            SearchFacet.avg("airmass", { missing: 2 }),
            SearchFacet.distinctCount("object.type"),
            SearchFacet.dateHistogram("observed", { date_interval: "year", name: "Years" }),
            SearchFacet.dateHistogram("observed", {
              date_interval: "month",
              histogram_range: { low: "2024-01-01", high: "2024-12-31" },
              name: "Months"
            }),
            SearchFacet.numericHistogram("exposure_seconds", {
              size: 3,
              histogram_range: { low: 0, high: 1800 },
              name: "Lengths"
            })
          ]
        })
      )
      expect(page).toMatchObject({ total: 5, count: 0, gmeta: [] })
      expect(page.facet_results).toMatchObject([
        {
          name: "Objects",
          buckets: [
            { value: "M101", count: 2 },
            { value: "Candidate 7", count: 1 }
          ]
        },
        { name: "Total", value: 4800 },
        { name: "exposure_seconds", value: null },
        { name: "airmass", value: 2 },
        { name: "object.type", approximate_value: 2 },
        {
          name: "Years",
          buckets: [
            { value: "2023", count: 1 },
            { value: "2024", count: 1 },
            { value: "2025", count: 3 }
          ]
        },
        { name: "Months", buckets: [{ value: "2024-11", count: 1 }] },
        {
          name: "Lengths",
          buckets: [
            { value: { from: 0, to: 600 }, count: 1 },
            { value: { from: 600, to: 1200 }, count: 2 },
            { value: { from: 1200, to: 1800 }, count: 2 }
          ]
        }
      ])
    }).pipe(inProcess)
  )

  it.effect("counts before the filters that come after facets", () =>
    Effect.gen(function* () {
      const search = yield* clientOf(rosalind)
      const facets = [SearchFacet.terms("object.type")]
      const filter = SearchFilter.matchAny("object.name", ["M31"])
      const present = SearchQuery.make({ q: "galaxy", facets, post_facet_filters: [filter] })
      const older = { q: "galaxy", facets, filters: [{ ...filter, post_filter: true }] }
      for (const query of [present, older]) {
        const page = yield* search.postSearch.page(images!.id, query)
        expect(subjectsOf(page)).toEqual(["exposure-003"])
        expect(page.facet_results).toMatchObject([{ buckets: [{ value: "galaxy", count: 3 }] }])
      }
    }).pipe(inProcess)
  )

  it.effect("is sorted by fields, or weighed by boosts", () =>
    Effect.gen(function* () {
      const search = yield* clientOf(rosalind)
      const sort = [
        { field_name: "object.type", order: "desc" },
        { field_name: "exposure_seconds", order: "asc" }
      ] as const
      expect(yield* find(search, { q: "*", sort })).toEqual([
        "exposure-004",
        "exposure-005",
        "exposure-001",
        "exposure-003",
        "exposure-002"
      ])
      const boosts = [{ field_name: "object.name", factor: 10 }]
      expect((yield* find(search, { q: "nebula m31", boosts }))[0]).toBe("exposure-003")
    }).pipe(inProcess)
  )

  it.effect("gives its results page by page, up to a limit", () =>
    Effect.gen(function* () {
      const search = yield* clientOf(rosalind)
      const page = yield* search.search.page(images!.id, { q: "*", limit: 2, offset: 2 })
      expect(page).toMatchObject({ total: 5, count: 2, offset: 2, has_next_page: true })
      const all = yield* Stream.runCollect(search.search(images!.id, { q: "*", limit: 2 }))
      expect(new Set(all.map(({ subject }) => subject)).size).toBe(5)
      const beyond = search.search.page(images!.id, { q: "*", limit: 100, offset: 9950 })
      expect(yield* Effect.flip(beyond)).toMatchObject({ status: 400 })
      for (const nothing of [{}, { filters: [] }]) {
        expect(yield* Effect.flip(find(search, nothing))).toMatchObject({
          status: 400,
          message: expect.stringContaining("at least one of q and filters") as string
        })
      }
    }).pipe(inProcess)
  )
})

describe("a scroll", () => {
  it.effect("goes through all that a query finds", () =>
    Effect.gen(function* () {
      const search = yield* clientOf(rosalind)
      const pages = yield* Stream.runCollect(
        search.scroll.pages(images!.id, ScrollQuery.make({ q: "*", limit: 2 }))
      )
      expect(pages.map(({ count }) => count)).toEqual([2, 2, 1])
      expect(pages.flatMap(subjectsOf)).toEqual([1, 2, 3, 4, 5].map((number) => `exposure-00${number}`))
      expect(pages.at(-1)).toMatchObject({ has_next_page: false, marker: null, total: 5 })
      const wrong = search.scroll.page(images!.id, ScrollQuery.make({ q: "*", marker: "%" }))
      expect(yield* Effect.flip(wrong)).toMatchObject({ status: 400 })
    }).pipe(inProcess)
  )
})

describe("fields", () => {
  it.effect("have types, and are counted", () =>
    Effect.gen(function* () {
      const search = yield* clientOf(rosalind)
      expect((yield* search.listFieldMappings(images!.id)).mappings).toEqual({
        title: { type: "text" },
        "object.name": { type: "text" },
        "object.type": { type: "text" },
        observed: { type: "date" },
        exposure_seconds: { type: "long" },
        filters: { type: "text" },
        "file.format": { type: "text" },
        site: { type: "geo_point" }
      })
      expect((yield* search.getFieldMapping(images!.id, "object")).mappings).toEqual({
        "object.name": { type: "text" },
        "object.type": { type: "text" }
      })
      expect(yield* search.getFieldBudget(images!.id)).toEqual({ budget: 1000, used: 8, remaining: 992 })
    }).pipe(inProcess)
  )
})

describe("a snapshot", () => {
  it.effect("has the indices as they are, and what is under way", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const search = yield* clientOf(rosalind)
      yield* search.createRole(images!.id, { role_name: "writer", principal: urn(linus) })
      yield* search.deleteByQuery(images!.id, { q: "galaxy" })
      const { task_id } = yield* search.ingest(
        images!.id,
        GIngest.entry({ subject: "late", content: { title: "Late" }, visible_to: ["public"] })
      )
      const json = Schema.fromJsonString(Snapshot)
      const written = yield* Schema.encodeEffect(json)(yield* simulator.snapshot)
      yield* TestClock.adjust("1 minute")
      yield* search.deleteIndex(images!.id)
      yield* simulator.restore(yield* Schema.decodeEffect(json)(written))
      expect((yield* search.getTask(task_id)).state).toBe("SUCCESS")
      expect(yield* find(search, { q: "*", sort: [{ field_name: "title" }] })).toEqual([
        "exposure-004",
        "late",
        "exposure-005"
      ])
      expect((yield* search.listRoles(images!.id)).role_list).toHaveLength(2)
    }).pipe(inProcess)
  )
})

describe("answers", () => {
  it.effect("have the fields that Globus sends", (context) =>
    Effect.gen(function* () {
      if (Recorded.absent !== undefined) return context.skip(Recorded.absent)
      const search = yield* clientOf(rosalind)
      const compare = (name: string, answer: unknown) =>
        expect({ [name]: Recorded.missingIn(answer, `search.${name}`) }).toEqual({ [name]: [] })
      const made = yield* search.createIndex({ display_name: "x", description: "y" })
      compare("create_index.default", made)
      compare("index_list.default", yield* search.listIndices())
      compare("update_index.default", yield* search.updateIndex(made.id, { description: "z" }))
      compare("delete_index.default", yield* search.deleteIndex(made.id))
      yield* carriedOut(
        search,
        search.createEntry(images!.id, {
          subject: "foo-bar",
          content: { foo: "bar" },
          visible_to: ["public"]
        })
      )
      compare(
        "post_search.default",
        yield* search.postSearch.page(images!.id, SearchQuery.make({ q: "bar" }))
      )
      compare(
        "create_role.default",
        yield* search.createRole(images!.id, { role_name: "writer", principal: urn(linus) })
      )
      compare("get_role_list.default", yield* search.listRoles(images!.id))
      compare(
        "batch_delete_by_subject.default",
        yield* search.batchDeleteBySubject(images!.id, { subjects: ["x"] })
      )
    }).pipe(inProcess)
  )

  it.effect("say no as Globus does", (context) =>
    Effect.gen(function* () {
      if (Recorded.absent !== undefined) return context.skip(Recorded.absent)
      const { "search.api.globus.org": token } = yield* logIn(SearchScopes.all, linus)
      const compare = (name: string, answer: unknown) =>
        expect({ [name]: Recorded.missingIn(answer, `search.${name}`) }).toEqual({ [name]: [] })
      const create = post("search", "v1/index", { display_name: "x", description: "y" }, { token })
      yield* create
      yield* create
      compare("create_index.trial_limit", (yield* create).json)
      const refused = yield* post(
        "search",
        `v1/index/${images!.id}/role`,
        { role_name: "writer", principal: urn(linus) },
        { token }
      )
      compare("update_index.forbidden", refused.json)
    }).pipe(raw)
  )
})

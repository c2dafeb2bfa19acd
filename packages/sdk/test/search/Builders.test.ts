/** What describes queries and entries: plain data in the form that Search reads. */
import { assert, describe, it } from "@effect/vitest"
import { pipe } from "effect/Function"
import * as Schema from "effect/Schema"
import * as GIngest from "../../src/search/GIngest.ts"
import * as ScrollQuery from "../../src/search/ScrollQuery.ts"
import * as SearchFacet from "../../src/search/SearchFacet.ts"
import * as SearchFilter from "../../src/search/SearchFilter.ts"
import * as SearchQuery from "../../src/search/SearchQuery.ts"

const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe("SearchQuery", () => {
  it("is of the present format, and holds what it is made of, also what is not known here", () => {
    assert.deepStrictEqual<unknown>(SearchQuery.make(), { "@version": "query#1.0.0" })
    assert.deepStrictEqual(
      sent(
        SearchQuery.make({ q: "x", limit: 3, advanced: undefined, brand_new: [1], "@version": "query#2.0.0" })
      ),
      { "@version": "query#2.0.0", q: "x", limit: 3, brand_new: [1] }
    )
  })

  it("grows by filters, facets, boosts and sorts, in their order", () => {
    const filter = SearchFilter.exists("a")
    const other = SearchFilter.like("b", "x*")
    const facet = SearchFacet.terms("c")
    const query = pipe(
      SearchQuery.make({ q: "x", filters: [filter] }),
      SearchQuery.addFilter(other),
      SearchQuery.addPostFacetFilter(filter),
      SearchQuery.addPostFacetFilter(other),
      SearchQuery.addFacet(facet),
      SearchQuery.addFacet(SearchFacet.avg("d")),
      SearchQuery.addBoost({ field_name: "e", factor: 2.5 }),
      SearchQuery.addSort({ field_name: "f" }),
      SearchQuery.addSort({ field_name: "g", order: "asc" })
    )
    assert.deepStrictEqual(sent(query), {
      "@version": "query#1.0.0",
      q: "x",
      filters: [
        { type: "exists", field_name: "a" },
        { type: "like", field_name: "b", value: "x*" }
      ],
      post_facet_filters: [
        { type: "exists", field_name: "a" },
        { type: "like", field_name: "b", value: "x*" }
      ],
      facets: [
        { type: "terms", field_name: "c" },
        { type: "avg", field_name: "d" }
      ],
      boosts: [{ field_name: "e", factor: 2.5 }],
      sort: [{ field_name: "f" }, { field_name: "g", order: "asc" }]
    })
    assert.deepStrictEqual(SearchQuery.addFacet(SearchQuery.make(), facet).facets, [facet])
  })

  it("is not changed by what is added to it", () => {
    const query = SearchQuery.make({ filters: [] })
    SearchQuery.addFilter(query, SearchFilter.exists("a"))
    assert.deepStrictEqual<unknown>(query, { "@version": "query#1.0.0", filters: [] })
  })
})

describe("ScrollQuery", () => {
  it("says its format only where a field needs it", () => {
    assert.deepStrictEqual<unknown>(ScrollQuery.make(), {})
    assert.deepStrictEqual<unknown>(ScrollQuery.make({ q: "*", limit: 5 }), { q: "*", limit: 5 })
    assert.deepStrictEqual<unknown>(ScrollQuery.make({ fields: ["content"] }), {
      "@version": "scroll#1.0.0",
      fields: ["content"]
    })
    assert.strictEqual(ScrollQuery.make({ q_settings: { mode: "text_match" } })["@version"], "scroll#1.0.0")
  })

  it("grows by filters", () => {
    const filters = pipe(
      ScrollQuery.make({ q: "*" }),
      ScrollQuery.addFilter(SearchFilter.exists("a")),
      ScrollQuery.addFilter(SearchFilter.exists("b"))
    ).filters
    assert.deepStrictEqual(filters, [SearchFilter.exists("a"), SearchFilter.exists("b")])
  })
})

describe("SearchFilter", () => {
  const corners = { top_left: { lat: 42, lon: -88 }, bottom_right: { lat: 41, lon: -87 } }
  const polygon = {
    type: "Polygon",
    coordinates: [
      [
        [0, 0],
        [0, 1],
        [1, 1],
        [0, 0]
      ]
    ]
  }

  it.each<readonly [SearchFilter.SearchFilter, unknown]>([
    [SearchFilter.matchAll("a", [1, "b"]), { type: "match_all", field_name: "a", values: [1, "b"] }],
    [SearchFilter.matchAny("a", [true]), { type: "match_any", field_name: "a", values: [true] }],
    [
      SearchFilter.range("a", { from: "*", to: "2014-11-07" }, { gt: 3, lte: 4 }),
      {
        type: "range",
        field_name: "a",
        values: [
          { from: "*", to: "2014-11-07" },
          { gt: 3, lte: 4 }
        ]
      }
    ],
    [SearchFilter.boundingBox("a", corners), { type: "geo_bounding_box", field_name: "a", ...corners }],
    [
      SearchFilter.geoShape("a", polygon),
      { type: "geo_shape", field_name: "a", shape: polygon, relation: "intersects" }
    ],
    [
      SearchFilter.geoShape("a", polygon, "within"),
      { type: "geo_shape", field_name: "a", shape: polygon, relation: "within" }
    ],
    [SearchFilter.exists("a"), { type: "exists", field_name: "a" }],
    [SearchFilter.like("a", "b?"), { type: "like", field_name: "a", value: "b?" }],
    [
      SearchFilter.not(SearchFilter.exists("a")),
      { type: "not", filter: { type: "exists", field_name: "a" } }
    ],
    [
      SearchFilter.or([SearchFilter.exists("a"), SearchFilter.and([])]),
      {
        type: "or",
        filters: [
          { type: "exists", field_name: "a" },
          { type: "and", filters: [] }
        ]
      }
    ],
    [SearchFilter.other("near", { km: 3 }), { type: "near", km: 3 }]
  ])("writes %j", (filter, expected) => {
    assert.deepStrictEqual<unknown>(filter, expected)
    assert.deepStrictEqual(Schema.encodeSync(SearchFilter.SearchFilter)(filter), expected)
    assert.deepStrictEqual(Schema.decodeUnknownSync(SearchFilter.SearchFilter)(expected), filter)
  })
})

describe("SearchFacet", () => {
  const additional_filters = [SearchFilter.exists("b")]

  it.each<readonly [SearchFacet.SearchFacet, unknown]>([
    [
      SearchFacet.terms("a", { size: 3, name: "A", additional_filters }),
      {
        type: "terms",
        field_name: "a",
        size: 3,
        name: "A",
        additional_filters: [{ type: "exists", field_name: "b" }]
      }
    ],
    [SearchFacet.sum("a", { missing: 0 }), { type: "sum", field_name: "a", missing: 0 }],
    [SearchFacet.avg("a"), { type: "avg", field_name: "a" }],
    [SearchFacet.distinctCount("a", { name: "A" }), { type: "distinct_count", field_name: "a", name: "A" }],
    [
      SearchFacet.dateHistogram("a", { date_interval: "year", histogram_range: { low: "2000" } }),
      { type: "date_histogram", field_name: "a", date_interval: "year", histogram_range: { low: "2000" } }
    ],
    [
      SearchFacet.numericHistogram("a", { size: 4, histogram_range: { low: 0, high: 1 } }),
      { type: "numeric_histogram", field_name: "a", size: 4, histogram_range: { low: 0, high: 1 } }
    ],
    [SearchFacet.other("median", { field_name: "a" }), { type: "median", field_name: "a" }]
  ])("writes %j", (facet, expected) => {
    assert.deepStrictEqual<unknown>(facet, expected)
    assert.deepStrictEqual(Schema.encodeSync(SearchFacet.SearchFacet)(facet), expected)
    assert.deepStrictEqual(Schema.decodeUnknownSync(SearchFacet.SearchFacet)(expected), facet)
  })
})

describe("GIngest", () => {
  const entry = { subject: "s", visible_to: ["public"], content: {} }

  it("writes one entry, or several", () => {
    assert.deepStrictEqual<unknown>(GIngest.entry(entry), { ingest_type: "GMetaEntry", ingest_data: entry })
    assert.deepStrictEqual<unknown>(GIngest.list([entry, entry], { field_mapping: { a: "geo_shape" } }), {
      ingest_type: "GMetaList",
      ingest_data: { gmeta: [entry, entry] },
      field_mapping: { a: "geo_shape" }
    })
  })
})

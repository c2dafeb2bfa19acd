import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import type { GlobusError } from "../../src/model/GlobusError.ts"
import * as Probe from "./internal/Probe.ts"
import * as StubHttp from "./internal/StubHttp.ts"

const numbers = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => ({ n: from + index }))

type Client = Effect.Success<typeof Probe.client>

interface Given {
  readonly filter?: string
  readonly limit?: number
  readonly [extra: string]: unknown
}

interface Listing {
  readonly name: string
  readonly kind: Probe.Kind
  readonly of: (
    probe: Client,
    given?: Given
  ) => {
    readonly items: Stream.Stream<{ readonly n: number }, GlobusError>
    readonly pages: Stream.Stream<object, GlobusError>
    readonly page: Effect.Effect<object, GlobusError>
  }
}

/** One listing of each kind, and of those kinds whose parameters may stand in the payload, one of these too. */
const listings: ReadonlyArray<Listing> = [
  ...Probe.kinds.map((kind) => ({
    name: kind,
    kind,
    of: (probe: Client, given?: Given) => ({
      items: probe[kind](given),
      pages: probe[kind].pages(given),
      page: probe[kind].page(given)
    })
  })),
  ...(["hasNext", "marker"] as const).map((kind) => {
    const name = `${kind}InPayload` as const
    return {
      name,
      kind,
      of: (probe: Client, given: Given = {}) => ({
        items: probe[name](given),
        pages: probe[name].pages(given),
        page: probe[name].page(given)
      })
    }
  })
]

/** The parameters of a request as text, wherever they stand. */
const parametersOf = ({ body, url }: StubHttp.Sent): Record<string, string> =>
  body === ""
    ? Object.fromEntries(url.searchParams)
    : Object.fromEntries(
        Object.entries(JSON.parse(body) as Record<string, unknown>).map(([name, value]) => [
          name,
          String(value)
        ])
      )

const parameter = {
  hasNext: "offset",
  limitOffsetTotal: "offset",
  marker: "marker",
  nullableMarker: "marker",
  nextToken: "next_token",
  lastKey: "last_key",
  jsonApi: "page[cursor]"
}

/** What a page of this kind says beside its items, where the next one is at this mark, if there is one. */
const ending = (kind: Probe.Kind, asked: Record<string, string>, mark: string | undefined) => {
  const more = mark !== undefined
  switch (kind) {
    case "hasNext":
      return { has_next_page: more }
    case "limitOffsetTotal":
      return {}
    case "marker":
      return { has_next_page: more, marker: mark ?? null }
    case "nullableMarker":
      return { next_marker: mark ?? null }
    case "nextToken":
      return { next_token: mark ?? null }
    case "lastKey":
      return { has_next_page: more, ...(more ? { last_key: mark } : {}) }
    case "jsonApi": {
      const next = new URL("https://example.org/jsonApi")
      for (const [name, value] of Object.entries(asked)) next.searchParams.set(name, value)
      next.searchParams.set(parameter.jsonApi, mark ?? "")
      return { links: { self: "/jsonApi", next: more ? next.href : null } }
    }
  }
}

/** A page of a listing of `total` items, as a service of this kind answers the request. */
const pageOf = (kind: Probe.Kind, total: number, sent: StubHttp.Sent, most = Infinity) => {
  const asked = parametersOf(sent)
  const from = Number(asked[parameter[kind]] ?? 0)
  const to = Math.min(from + Math.min(Number(asked["limit"] ?? Probe.pageSize), most), total)
  return {
    items: numbers(from, to),
    ...(kind === "limitOffsetTotal" ? { total } : {}),
    ...ending(kind, asked, to < total ? String(to) : undefined)
  }
}

const isCounted = (kind: Probe.Kind): boolean => parameter[kind] === "offset"

const service = (kind: Probe.Kind, total: number) =>
  StubHttp.make((sent) => StubHttp.json(pageOf(kind, total, sent)))

/** Runs a program with the probe's client over this HTTP client. */
const withProbe = <A, E>(
  http: ReturnType<typeof StubHttp.make>,
  use: (probe: Client) => Effect.Effect<A, E>
) => Effect.flatMap(Probe.client, use).pipe(Effect.provide(Probe.layer(http.layer, Probe.once)))

const queries = (sent: ReadonlyArray<StubHttp.Sent>) =>
  sent.map(({ url }) => Object.fromEntries(url.searchParams))

setFlagsFromString("--expose-gc")
const collectGarbage = runInNewContext("gc") as () => void

describe.each(listings)("a listing of the kind $name", ({ kind, name, of }) => {
  it.effect.each([
    { total: 0, pages: 1 },
    { total: 1, pages: 1 },
    { total: 3, pages: 1 },
    { total: 4, pages: 2 },
    { total: 9, pages: 3 },
    { total: 100, pages: 34 }
  ])("of $total items streams them all, in their order, with $pages requests", ({ pages, total }) =>
    Effect.gen(function* () {
      const http = service(kind, total)
      const items = yield* withProbe(http, (probe) => Stream.runCollect(of(probe).items))
      assert.deepStrictEqual(items, numbers(0, total))
      assert.lengthOf(http.sent, pages)
    })
  )

  it.effect("streams whole pages too, and makes single requests", () =>
    Effect.gen(function* () {
      const http = service(kind, 8)
      const [pages, page] = yield* withProbe(http, (probe) =>
        Effect.all([Stream.runCollect(of(probe).pages), of(probe).page])
      )
      assert.deepStrictEqual(
        pages.map((page) => "items" in page && Array.isArray(page.items) && page.items.length),
        [3, 3, 2]
      )
      assert.deepStrictEqual(pages[0], page)
      assert.lengthOf(http.sent, 4)
    })
  )

  it.effect("repeats the caller's query with each page", () =>
    Effect.gen(function* () {
      const http = service(kind, 5)
      const query = { filter: "a b", limit: 2, deep: true, extra: "x" }
      const items = yield* withProbe(http, (probe) => Stream.runCollect(of(probe, query).items))
      assert.deepStrictEqual(items, numbers(0, 5))
      assert.lengthOf(http.sent, 3)
      for (const each of http.sent) {
        assert.deepInclude(parametersOf(each), { filter: "a b", limit: "2", deep: "true", extra: "x" })
      }
    })
  )

  it.effect("asks for nothing before it is run, and for one page if that is enough", () =>
    Effect.gen(function* () {
      const http = service(kind, 1_000)
      yield* withProbe(http, (probe) =>
        Effect.gen(function* () {
          const stream = of(probe).items
          assert.lengthOf(http.sent, 0)
          assert.deepStrictEqual(yield* Stream.runHead(stream), Option.some({ n: 0 }))
          assert.lengthOf(http.sent, 1)
          assert.deepStrictEqual(yield* Stream.runCollect(Stream.take(stream, 3)), numbers(0, 3))
          assert.lengthOf(http.sent, 2)
          assert.deepStrictEqual(yield* Stream.runCollect(Stream.take(stream, 4)), numbers(0, 4))
          assert.lengthOf(http.sent, 4)
        })
      )
    })
  )

  it.effect("may be run again, from the start", () =>
    Effect.gen(function* () {
      const items = yield* withProbe(service(kind, 5), (probe) => {
        const stream = of(probe).items
        return Effect.andThen(Stream.runDrain(stream), Stream.runCollect(stream))
      })
      assert.deepStrictEqual(items, numbers(0, 5))
    })
  )

  it.effect("that is interrupted midway stops asking", () =>
    Effect.gen(function* () {
      const waiting = yield* Deferred.make<void>()
      const http = StubHttp.make((sent, index) =>
        index < 2
          ? StubHttp.json(pageOf(kind, 100, sent))
          : Effect.andThen(Deferred.succeed(waiting, undefined), Effect.never)
      )
      const seen: Array<number> = []
      yield* withProbe(http, (probe) =>
        Effect.gen(function* () {
          const fiber = yield* of(probe).items.pipe(
            Stream.runForEach(({ n }) => Effect.sync(() => seen.push(n))),
            Effect.forkChild
          )
          yield* Deferred.await(waiting)
          yield* Fiber.interrupt(fiber)
        })
      )
      assert.deepStrictEqual(seen, [0, 1, 2, 3, 4, 5])
      assert.lengthOf(http.sent, 3)
    })
  )

  it.effect("fails where a page fails, after the items before it", () =>
    Effect.gen(function* () {
      const http = StubHttp.make((sent, index) =>
        index < 2 ? StubHttp.json(pageOf(kind, 100, sent)) : StubHttp.json({ code: "Gone" }, { status: 410 })
      )
      const seen: Array<number> = []
      const error = yield* withProbe(http, (probe) =>
        Effect.flip(Stream.runForEach(of(probe).items, ({ n }) => Effect.sync(() => seen.push(n))))
      )
      assert(error._tag === "ApiError")
      assert.strictEqual(error.reason._tag, "NotFound")
      assert.lengthOf(seen, 6)
    })
  )

  it.effect("of a service that gives fewer items a page than it was asked for loses none", () =>
    Effect.gen(function* () {
      const http = StubHttp.make((sent, index) => StubHttp.json(pageOf(kind, 7, sent, 1 + (index % 2))))
      const items = yield* withProbe(http, (probe) => Stream.runCollect(of(probe).items))
      assert.deepStrictEqual(items, numbers(0, 7))
      assert.lengthOf(http.sent, 5)
    })
  )

  it.effect.each([
    { left: 0, pages: 2 },
    { left: 3, pages: 2 },
    { left: 4, pages: 2 },
    { left: 7, pages: 3 }
  ])("that shrinks to $left items after its first page ends where it ends now", ({ left, pages }) =>
    Effect.gen(function* () {
      const http = StubHttp.make((sent, index) => StubHttp.json(pageOf(kind, index === 0 ? 10 : left, sent)))
      const items = yield* withProbe(http, (probe) => Stream.runCollect(of(probe).items))
      assert.deepStrictEqual(items, numbers(0, Math.max(3, left)))
      assert.lengthOf(http.sent, pages)
    })
  )

  it.effect("with an empty page that promises more does not go on for ever", () =>
    Effect.gen(function* () {
      const http = StubHttp.make((sent) =>
        StubHttp.json({ items: [], total: 100, ...ending(kind, parametersOf(sent), "m") })
      )
      const result = yield* withProbe(http, (probe) => Effect.result(Stream.runCollect(of(probe).items)))
      // Where items are counted, an empty page is the end; where pages are marked, it need not be, but its mark moves.
      if (isCounted(kind)) {
        assert.strictEqual(result._tag, "Success")
        assert.lengthOf(http.sent, 1)
      } else {
        assert(result._tag === "Failure" && result.failure._tag === "ResponseError")
        assert.lengthOf(http.sent, 2)
      }
    })
  )

  it.effect.each([
    { before: 0, circle: 1 },
    { before: 0, circle: 2 },
    { before: 1, circle: 1 },
    { before: 1, circle: 2 },
    { before: 5, circle: 3 },
    { before: 20, circle: 7 },
    { before: 0, circle: 100 }
  ])(
    "whose marks go round in a circle of $circle after $before others is an error, soon",
    ({ before, circle }) =>
      Effect.gen(function* () {
        const http = StubHttp.make((sent, index) => {
          const mark = index < before ? `b${index}` : `c${(index - before) % circle}`
          return StubHttp.json({
            items: numbers(index, index + 1),
            total: 1_000,
            ...ending(kind, parametersOf(sent), mark)
          })
        })
        const result = yield* withProbe(http, (probe) =>
          Effect.result(Stream.runDrain(Stream.take(of(probe).items, 1_000)))
        )
        if (isCounted(kind)) {
          // Nothing is marked, so nothing can go round.
          assert.strictEqual(result._tag, "Success")
          assert.lengthOf(http.sent, 1_000)
        } else {
          assert(result._tag === "Failure" && result.failure._tag === "ResponseError")
          assert.strictEqual(result.failure.operation, name)
          assert.include(result.failure.message, "never end")
          assert.isAtLeast(http.sent.length, before + circle)
          assert.isAtMost(http.sent.length, 3 * (before + circle))
        }
      })
  )

  it.live(
    "of 10 000 pages needs no more memory than one of a few",
    () =>
      Effect.gen(function* () {
        const total = 10_000
        const kilobyte = "x".repeat(1_000)
        const http = StubHttp.make((sent) => StubHttp.json({ ...pageOf(kind, total, sent, 1), kilobyte }))
        const heap: Array<number> = []
        let pages = 0
        yield* withProbe(http, (probe) =>
          Stream.runForEach(of(probe, { limit: 1 }).pages, () =>
            Effect.gen(function* () {
              pages++
              // What the stub keeps is no part of what is measured.
              http.sent.length = 0
              if (pages % 2_500 !== 0) return
              yield* Effect.sleep(1)
              collectGarbage()
              heap.push(process.memoryUsage().heapUsed)
            })
          )
        )
        assert.strictEqual(pages, total)
        // Pages that were kept would add 7.5 MB.
        const [early = 0, , , late = Infinity] = heap
        assert.isBelow(late - early, 2_000_000)
      }),
    60_000
  )
})

describe("all kinds", () => {
  it.effect.prop(
    "give every item once, whatever the number of items and the size of pages",
    [
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 60 })),
      Schema.Literals([1, 2, 5, 59, 60, 1_000])
    ],
    ([total, limit]) =>
      Effect.gen(function* () {
        for (const { kind, of } of listings) {
          const http = service(kind, total)
          const items = yield* withProbe(http, (probe) => Stream.runCollect(of(probe, { limit }).items))
          assert.deepStrictEqual(items, numbers(0, total))
          assert.lengthOf(http.sent, Math.max(1, Math.ceil(total / limit)))
        }
      })
  )
})

describe("offsets", () => {
  it.effect("the page size is asked for, and the offset counts the items that came", () =>
    Effect.gen(function* () {
      const http = service("limitOffsetTotal", 8)
      yield* withProbe(http, (probe) => Stream.runDrain(probe.limitOffsetTotal()))
      assert.deepStrictEqual(queries(http.sent), [
        { limit: "3" },
        { limit: "3", offset: "3" },
        { limit: "3", offset: "6" }
      ])
    })
  )

  it.effect("nor where the caller begins near the end of that", () =>
    Effect.gen(function* () {
      const http = service("limitOffsetTotal", 100)
      const items = yield* withProbe(http, (probe) => Stream.runCollect(probe.capped({ offset: 5 })))
      assert.deepStrictEqual(items, numbers(5, 7))
      assert.deepStrictEqual(queries(http.sent), [{ limit: "2", offset: "5" }])
    })
  )

  it.effect("no more is asked for than the service gives away", () =>
    Effect.gen(function* () {
      const http = service("limitOffsetTotal", 100)
      const items = yield* withProbe(http, (probe) => Stream.runCollect(probe.capped()))
      assert.deepStrictEqual(items, numbers(0, 7))
      assert.deepStrictEqual(
        queries(http.sent).map(({ limit }) => limit),
        ["3", "3", "1"]
      )
    })
  )
})

describe("marks", () => {
  const broken = (kind: Probe.Kind, page: (index: number) => unknown) =>
    Effect.gen(function* () {
      const http = StubHttp.make((_, index) => StubHttp.json(page(index)))
      const error = yield* withProbe(http, (probe) => Effect.flip(Stream.runDrain(probe[kind]())))
      assert(error._tag === "ResponseError")
      return { error, requests: http.sent.length }
    })

  it.effect.each([
    { kind: "marker", page: { items: [], has_next_page: true, marker: "same" }, path: "marker" },
    { kind: "nullableMarker", page: { items: [], next_marker: "same" }, path: "next_marker" },
    { kind: "nextToken", page: { items: [], next_token: "same" }, path: "next_token" },
    { kind: "lastKey", page: { items: [], has_next_page: true, last_key: 7 }, path: "last_key" },
    { kind: "jsonApi", page: { items: [], links: { next: "/jsonApi?page[cursor]=2" } }, path: "links.next" }
  ] as const)(
    "a page that points at itself is an error, not an endless loop ($kind)",
    ({ kind, page, path }) =>
      Effect.gen(function* () {
        const { error, requests } = yield* broken(kind, () => page)
        assert.strictEqual(error.path, path)
        assert.strictEqual(requests, 2)
      })
  )

  it.effect.each([
    { kind: "marker", page: { items: [], has_next_page: true, marker: null }, path: "marker" },
    { kind: "marker", page: { items: [], has_next_page: true }, path: "marker" },
    { kind: "nullableMarker", page: { items: [], next_marker: {} }, path: "next_marker" },
    { kind: "lastKey", page: { items: [], has_next_page: true }, path: "last_key" },
    { kind: "jsonApi", page: { items: [], links: { next: "http://[" } }, path: "links.next" },
    { kind: "jsonApi", page: { items: [], links: { next: "/jsonApi?limit=many" } }, path: "links.next" }
  ] as const)(
    "a page that promises more but not where is an error ($kind at $path)",
    ({ kind, page, path }) =>
      Effect.gen(function* () {
        const { error, requests } = yield* broken(kind, () => page)
        assert.strictEqual(error.path, path)
        assert.strictEqual(requests, 1)
      })
  )

  it.effect("a page without its items is an error that names them", () =>
    Effect.gen(function* () {
      const { error } = yield* broken("marker", () => ({ has_next_page: false }))
      assert.strictEqual(error.path, "items")
    })
  )

  it.effect("a mark may be any text", () =>
    Effect.gen(function* () {
      const mark = "é/&=+ %2F"
      const http = StubHttp.make((_, index) =>
        StubHttp.json({ items: [], has_next_page: index === 0, marker: mark })
      )
      yield* withProbe(http, (probe) => Stream.runDrain(probe.marker()))
      assert.deepStrictEqual(queries(http.sent), [{}, { marker: mark }])
    })
  )

  it.effect("a caller may start in the middle", () =>
    Effect.gen(function* () {
      const items = yield* withProbe(service("marker", 7), (probe) =>
        Stream.runCollect(probe.marker({ marker: "5" }))
      )
      assert.deepStrictEqual(items, numbers(5, 7))
    })
  )

  it.effect("a link may be relative, and its parameters are read as what they are", () =>
    Effect.gen(function* () {
      const http = StubHttp.make((_, index) =>
        StubHttp.json({
          items: [],
          links: { next: index === 0 ? "/elsewhere?limit=7&deep=true&page[cursor]=2&page[cursor]=3" : null }
        })
      )
      yield* withProbe(http, (probe) => Stream.runDrain(probe.jsonApi({ filter: "f" })))
      assert.deepStrictEqual(
        http.sent.map(({ url }) => [
          url.pathname,
          [...url.searchParams].toSorted(([a], [b]) => a.localeCompare(b))
        ]),
        [
          ["/jsonApi", [["filter", "f"]]],
          [
            "/jsonApi",
            [
              ["deep", "true"],
              ["filter", "f"],
              ["limit", "7"],
              ["page[cursor]", "2"],
              ["page[cursor]", "3"]
            ]
          ]
        ]
      )
    })
  )
})

describe("parameters in the payload", () => {
  const bodies = (sent: ReadonlyArray<StubHttp.Sent>) => sent.map(({ body }) => JSON.parse(body) as unknown)

  it.effect("the page size and the offset go with the caller's document, which is repeated", () =>
    Effect.gen(function* () {
      const http = StubHttp.make((_, index) =>
        StubHttp.json({
          items: numbers(index * 3, index === 2 ? 7 : index * 3 + 3),
          has_next_page: index < 2
        })
      )
      const payload = { filter: "a b", extra: { deep: true } }
      const items = yield* withProbe(http, (probe) => Stream.runCollect(probe.hasNextInPayload(payload)))
      assert.deepStrictEqual(items, numbers(0, 7))
      assert.deepStrictEqual(bodies(http.sent), [
        { ...payload, limit: 3 },
        { ...payload, limit: 3, offset: 3 },
        { ...payload, limit: 3, offset: 6 }
      ])
      assert.deepStrictEqual(queries(http.sent), [{}, {}, {}])
    })
  )

  it.effect("one page is asked for as the caller says, and streams of pages start anew", () =>
    Effect.gen(function* () {
      const http = StubHttp.make(() => StubHttp.json({ items: numbers(0, 1), has_next_page: false }))
      yield* withProbe(http, (probe) =>
        Effect.gen(function* () {
          yield* probe.hasNextInPayload.page({ filter: "x" })
          const pages = probe.hasNextInPayload.pages({ limit: 2 })
          yield* Effect.andThen(Stream.runDrain(pages), Stream.runDrain(pages))
        })
      )
      assert.deepStrictEqual(bodies(http.sent), [{ filter: "x" }, { limit: 2 }, { limit: 2 }])
    })
  )

  it.effect.each(["text", 7, ["a", 1], { after: "b" }])("a mark goes back as it came (%j)", (mark) =>
    Effect.gen(function* () {
      const http = StubHttp.make((_, index) =>
        StubHttp.json({ items: numbers(index, index + 1), has_next_page: index === 0, marker: mark })
      )
      const items = yield* withProbe(http, (probe) =>
        Stream.runCollect(probe.markerInPayload({ filter: "f" }, { deep: true }))
      )
      assert.deepStrictEqual(items, numbers(0, 2))
      assert.deepStrictEqual(bodies(http.sent), [{ filter: "f" }, { filter: "f", marker: mark }])
      assert.deepStrictEqual(queries(http.sent), [{ deep: "true" }, { deep: "true" }])
    })
  )

  it.effect.each([
    { what: "points at itself", marker: ["a", 1], requests: 2 },
    { what: "does not say where they are", marker: null, requests: 1 },
    { what: "has lost its mark", marker: undefined, requests: 1 }
  ])("a page that promises more and $what is an error", ({ marker, requests }) =>
    Effect.gen(function* () {
      const http = StubHttp.make(() => StubHttp.json({ items: [], has_next_page: true, marker }))
      const error = yield* withProbe(http, (probe) => Effect.flip(Stream.runDrain(probe.markerInPayload({}))))
      assert(error._tag === "ResponseError")
      assert.strictEqual(error.path, "marker")
      assert.lengthOf(http.sent, requests)
    })
  )

  it.effect.each([null, "text", 7, [1]])(
    "a payload that is no document is refused, and nothing sent (%j)",
    (payload) =>
      Effect.gen(function* () {
        const http = StubHttp.make(() => StubHttp.json({ items: [], has_next_page: false }))
        const error = yield* withProbe(http, (probe) =>
          Effect.flip(Stream.runDrain(probe.hasNextInPayload(payload as never)))
        )
        assert(error._tag === "InvalidRequest")
        assert.strictEqual(error.field, "payload")
        assert.lengthOf(http.sent, 0)
      })
  )
})

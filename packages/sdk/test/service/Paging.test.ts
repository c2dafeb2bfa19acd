import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as Probe from "./internal/Probe.ts"
import * as StubHttp from "./internal/StubHttp.ts"

const numbers = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => ({ n: from + index }))

/** A page of a listing of `total` items, as a service of this kind answers the request. */
const pageOf = (kind: string, total: number, { searchParams }: URL) => {
  const limit = Number(searchParams.get("limit") ?? Probe.pageSize)
  const parameter = {
    marker: "marker",
    nullableMarker: "marker",
    nextToken: "next_token",
    lastKey: "last_key"
  }[kind]
  const from = Number(searchParams.get(parameter ?? (kind === "jsonApi" ? "page[cursor]" : "offset")) ?? 0)
  const to = Math.min(from + limit, total)
  const more = to < total
  const items = numbers(from, to)
  switch (kind) {
    case "hasNext":
      return { items, has_next_page: more }
    case "limitOffsetTotal":
      return { items, total, limit, offset: from }
    case "marker":
      return { items, has_next_page: more, marker: more ? String(to) : null }
    case "nullableMarker":
      return { items, next_marker: more ? String(to) : null }
    case "nextToken":
      return { items, next_token: more ? String(to) : null }
    case "lastKey":
      return { items, has_next_page: more, ...(more ? { last_key: String(to) } : {}) }
    default: {
      const next = new URL("https://example.org/jsonApi")
      for (const [name, value] of searchParams) next.searchParams.set(name, value)
      next.searchParams.set("page[cursor]", String(to))
      return { items, links: { self: "/jsonApi", next: more ? next.href : null } }
    }
  }
}

const service = (total: number) =>
  StubHttp.make(({ url }) => StubHttp.json(pageOf(url.pathname.slice(1), total, url)))

/** Runs a program with the probe's client over this HTTP client. */
const withProbe = <A, E>(
  http: ReturnType<typeof StubHttp.make>,
  use: (probe: Effect.Success<typeof Probe.client>) => Effect.Effect<A, E>
) => Effect.flatMap(Probe.client, use).pipe(Effect.provide(Probe.layer(http.layer, Probe.once)))

const queries = (sent: ReadonlyArray<StubHttp.Sent>) =>
  sent.map(({ url }) => Object.fromEntries(url.searchParams))

describe.each(Probe.kinds)("a listing of the kind %s", (kind) => {
  it.effect.each([
    { total: 0, pages: 1 },
    { total: 1, pages: 1 },
    { total: 3, pages: 1 },
    { total: 4, pages: 2 },
    { total: 9, pages: 3 },
    { total: 100, pages: 34 }
  ])("of $total items streams them all, in their order, with $pages requests", ({ pages, total }) =>
    Effect.gen(function* () {
      const http = service(total)
      const items = yield* withProbe(http, (probe) => Stream.runCollect(probe[kind]()))
      assert.deepStrictEqual(items, numbers(0, total))
      assert.lengthOf(http.sent, pages)
    })
  )

  it.effect("streams whole pages too, and makes single requests", () =>
    Effect.gen(function* () {
      const http = service(8)
      const [pages, page] = yield* withProbe(http, (probe) =>
        Effect.all([Stream.runCollect(probe[kind].pages()), probe[kind].page()])
      )
      assert.deepStrictEqual(
        pages.map(({ items }) => items.length),
        [3, 3, 2]
      )
      assert.deepStrictEqual(pages[0], page)
      assert.lengthOf(http.sent, 4)
    })
  )

  it.effect("repeats the caller's query with each page", () =>
    Effect.gen(function* () {
      const http = service(5)
      const query = { filter: "a b", limit: 2, deep: true, extra: "x" }
      const items = yield* withProbe(http, (probe) => Stream.runCollect(probe[kind](query)))
      assert.deepStrictEqual(items, numbers(0, 5))
      assert.lengthOf(http.sent, 3)
      for (const each of queries(http.sent)) {
        assert.deepInclude(each, { filter: "a b", limit: "2", deep: "true", extra: "x" })
      }
    })
  )

  it.effect("asks for nothing before it is run, and for one page if that is enough", () =>
    Effect.gen(function* () {
      const http = service(1_000)
      yield* withProbe(http, (probe) =>
        Effect.gen(function* () {
          const stream = probe[kind]()
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
      const items = yield* withProbe(service(5), (probe) => {
        const stream = probe[kind]()
        return Effect.andThen(Stream.runDrain(stream), Stream.runCollect(stream))
      })
      assert.deepStrictEqual(items, numbers(0, 5))
    })
  )

  it.effect("that is interrupted midway stops asking", () =>
    Effect.gen(function* () {
      const waiting = yield* Deferred.make<void>()
      const http = StubHttp.make(({ url }, index) =>
        index < 2
          ? StubHttp.json(pageOf(kind, 100, url))
          : Effect.andThen(Deferred.succeed(waiting, undefined), Effect.never)
      )
      const seen: Array<number> = []
      yield* withProbe(http, (probe) =>
        Effect.gen(function* () {
          const fiber = yield* probe[kind]().pipe(
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
      const http = StubHttp.make(({ url }, index) =>
        index < 2 ? StubHttp.json(pageOf(kind, 100, url)) : StubHttp.json({ code: "Gone" }, { status: 410 })
      )
      const seen: Array<number> = []
      const error = yield* withProbe(http, (probe) =>
        Effect.flip(Stream.runForEach(probe[kind](), ({ n }) => Effect.sync(() => seen.push(n))))
      )
      assert(error._tag === "ApiError")
      assert.strictEqual(error.reason._tag, "NotFound")
      assert.lengthOf(seen, 6)
    })
  )

  it.effect("with an empty page that promises more does not go on for ever", () =>
    Effect.gen(function* () {
      const empty = {
        items: [],
        has_next_page: true,
        total: 100,
        marker: "m",
        next_marker: "m",
        next_token: "m",
        last_key: "m",
        links: { next: "/jsonApi?page[cursor]=m" }
      }
      const http = StubHttp.make(() => StubHttp.json(empty))
      const result = yield* withProbe(http, (probe) => Effect.result(Stream.runCollect(probe[kind]())))
      // Where pages are counted, an empty one is the end; where they are marked, it need not be, but its mark moves.
      if (kind === "hasNext" || kind === "limitOffsetTotal") {
        assert.strictEqual(result._tag, "Success")
        assert.lengthOf(http.sent, 1)
      } else {
        assert(result._tag === "Failure" && result.failure._tag === "ResponseError")
        assert.lengthOf(http.sent, 2)
      }
    })
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
        for (const kind of Probe.kinds) {
          const http = service(total)
          const items = yield* withProbe(http, (probe) => Stream.runCollect(probe[kind]({ limit })))
          assert.deepStrictEqual(items, numbers(0, total))
          assert.lengthOf(http.sent, Math.max(1, Math.ceil(total / limit)))
        }
      })
  )
})

describe("offsets", () => {
  it.effect("the page size is asked for, and the offset counts the items that came", () =>
    Effect.gen(function* () {
      const http = service(8)
      yield* withProbe(http, (probe) => Stream.runDrain(probe.limitOffsetTotal()))
      assert.deepStrictEqual(queries(http.sent), [
        { limit: "3" },
        { limit: "3", offset: "3" },
        { limit: "3", offset: "6" }
      ])
    })
  )

  it.effect.each(["hasNext", "limitOffsetTotal"] as const)(
    "a service that gives fewer items a page than asked for loses none (%s)",
    (kind) =>
      Effect.gen(function* () {
        const http = StubHttp.make(({ url }) => {
          url.searchParams.set("limit", String(1 + (http.sent.length % 2)))
          return StubHttp.json(pageOf(kind, 7, url))
        })
        const items = yield* withProbe(http, (probe) => Stream.runCollect(probe[kind]()))
        assert.deepStrictEqual(items, numbers(0, 7))
      })
  )

  it.effect("a listing that shrinks meanwhile ends", () =>
    Effect.gen(function* () {
      const http = StubHttp.make(({ url }, index) =>
        StubHttp.json(pageOf("limitOffsetTotal", index === 0 ? 10 : 4, url))
      )
      const items = yield* withProbe(http, (probe) => Stream.runCollect(probe.limitOffsetTotal()))
      assert.deepStrictEqual(items, numbers(0, 4))
      assert.lengthOf(http.sent, 2)
    })
  )

  it.effect("nor where the caller begins near the end of that", () =>
    Effect.gen(function* () {
      const http = StubHttp.make(({ url }) => StubHttp.json(pageOf("limitOffsetTotal", 100, url)))
      const items = yield* withProbe(http, (probe) => Stream.runCollect(probe.capped({ offset: 5 })))
      assert.deepStrictEqual(items, numbers(5, 7))
      assert.deepStrictEqual(queries(http.sent), [{ limit: "2", offset: "5" }])
    })
  )

  it.effect("no more is asked for than the service gives away", () =>
    Effect.gen(function* () {
      const http = StubHttp.make(({ url }) => StubHttp.json(pageOf("limitOffsetTotal", 100, url)))
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
      const items = yield* withProbe(service(7), (probe) => Stream.runCollect(probe.marker({ marker: "5" })))
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

describe("memory", () => {
  setFlagsFromString("--expose-gc")
  const collectGarbage = runInNewContext("gc") as () => void

  it.live(
    "does not grow with the number of pages: none is kept once the next is asked for",
    () =>
      Effect.gen(function* () {
        const total = 10_000
        const http = StubHttp.make((_, index) =>
          StubHttp.json({ items: [{ n: index }], has_next_page: index < total - 1, marker: `m${index}` })
        )
        const pages: Array<WeakRef<object>> = []
        let most = 0
        yield* withProbe(http, (probe) =>
          Stream.runForEach(probe.marker.pages(), (page) =>
            Effect.gen(function* () {
              // What was sent is kept by the stub alone.
              pages.push(new WeakRef(page))
              if (pages.length % 1_000 !== 0) return
              // A weak reference holds on to its target until the present task is over.
              yield* Effect.sleep(1)
              collectGarbage()
              most = Math.max(most, pages.filter((page) => page.deref() !== undefined).length)
            })
          )
        )
        assert.lengthOf(pages, total)
        assert.isAtMost(most, 10)
      }),
    60_000
  )
})

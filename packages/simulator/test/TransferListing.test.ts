import { TransferClient } from "@effect-globus/sdk/transfer"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { TestClock } from "effect/testing"
import { between, here, item, refusalOf, submit } from "./Transfers.ts"

const at = (modified: string, size: number) => ({ type: "file", size, modified }) as const

const listed = between({
  files: {
    "a.txt": at("2020-01-01T10:00:00Z", 10),
    "B.TXT": at("2021-01-01T00:00:00Z", 20),
    "c.csv": at("2021-06-01T12:00:00Z", 20),
    "d,e.csv": at("2022-01-01T00:00:00Z", 40),
    sub: { type: "directory", modified: "2019-01-01T00:00:00Z", permissions: "0700", entries: {} }
  }
})

const ls = (query: Parameters<TransferClient["Service"]["ls"]>[1]) =>
  Effect.flatMap(TransferClient, (transfer) =>
    Effect.map(transfer.ls(here, query), ({ DATA }) => DATA.map(({ name }) => name))
  )

describe("a listing of files", () => {
  it.effect.each([
    ["name:a.txt", ["a.txt"]],
    ["name:=a.txt", ["a.txt"]],
    ["name:a.txt,c.csv", ["a.txt", "c.csv"]],
    ["name:~*.txt", ["B.TXT", "a.txt"]],
    ["name:~?.*,sub", ["B.TXT", "a.txt", "c.csv", "sub"]],
    ["name:!a.txt", ["B.TXT", "c.csv", "d,e.csv", "sub"]],
    ["name:!~*.txt", ["c.csv", "d,e.csv", "sub"]],
    ["name:~*.txt,!a.txt", ["B.TXT"]],
    ["type:dir", ["sub"]],
    ["type:file/size:20", ["B.TXT", "c.csv"]],
    ["type:file/size:>10", ["B.TXT", "c.csv", "d,e.csv"]],
    ["type:file/size:>=20/name:~*.csv", ["c.csv", "d,e.csv"]],
    ["type:file/size:<20", ["a.txt"]],
    ["size:10,40", ["a.txt", "d,e.csv"]],
    ["type:file/size:!20", ["a.txt", "d,e.csv"]],
    ["last_modified:2021-01-01", ["B.TXT", "c.csv", "d,e.csv"]],
    ["last_modified:2021-01-01,2021-06-01", ["B.TXT", "c.csv"]],
    ["last_modified:,2020-01-01", ["a.txt", "sub"]],
    ["last_modified:>2021-06-01 12:00:00", ["d,e.csv"]],
    ["last_modified:2021-06-01T12:00:00,2021-06-01T12:00:00", ["c.csv"]],
    ["permissions:0700", ["sub"]],
    ["user:globus/group:globus/type:dir", ["sub"]],
    ["/name:sub/", ["sub"]],
    ["", ["B.TXT", "a.txt", "c.csv", "d,e.csv", "sub"]]
  ] as const)("is filtered by %s", ([filter, expected]) =>
    Effect.gen(function* () {
      expect(yield* ls({ filter })).toEqual(expected)
    }).pipe(listed)
  )

  it.effect("is filtered by everything that is said, in several filters or in one", () =>
    Effect.gen(function* () {
      expect(yield* ls({ filter: ["name:~*.csv", { size: ">20" }] })).toEqual(["d,e.csv"])
      expect(yield* ls({ filter: { name: ["~*.csv", "sub"], type: "file" } })).toEqual(["c.csv", "d,e.csv"])
      expect(yield* ls({ filter: { last_modified: ["", "2021-01-01"] } })).toEqual(["B.TXT", "a.txt", "sub"])
    }).pipe(listed)
  )

  it.effect("is ordered by several fields, and paged", () =>
    Effect.gen(function* () {
      expect(yield* ls({ orderby: ["type DESC", "size DESC", "name"] })).toEqual([
        "d,e.csv",
        "B.TXT",
        "c.csv",
        "a.txt",
        "sub"
      ])
      expect(yield* ls({ orderby: "last_modified ASC", limit: 2, offset: 1 })).toEqual(["a.txt", "B.TXT"])
      expect(yield* ls({ offset: 9 })).toEqual([])
    }).pipe(listed)
  )

  it.effect.each([
    { filter: "name" },
    { filter: "type:file/name" },
    { filter: "colour:red" },
    { filter: "toString:x" },
    { filter: "size:big" },
    { filter: "size:~1*" },
    { filter: "size:>" },
    { filter: "last_modified:yesterday" },
    { filter: "last_modified:2020-01-01,2021-01-01,2022-01-01" },
    { orderby: "colour" },
    { orderby: "name UP" },
    { orderby: ["name", "size DESC NOW"] }
  ])("is refused where a filter or an order is none: %j", (query) =>
    Effect.gen(function* () {
      expect(yield* refusalOf(ls(query))).toEqual([400, "BadRequest"])
    }).pipe(listed)
  )
})

describe("a list of tasks", () => {
  const tasks = Effect.gen(function* () {
    yield* submit([item("/a.txt", "/1")], { label: "first one" })
    yield* TestClock.adjust("1 minute")
    yield* submit([item("/a.txt", "/2")], { label: "second" })
    yield* submit([item("/sub", "/3", { recursive: false })], { label: "third one" })
    yield* TestClock.adjust("10 seconds")
  })

  const labels = (filter: string, orderby?: string | ReadonlyArray<string>) =>
    Effect.flatMap(TransferClient, (transfer) =>
      Effect.map(
        Stream.runCollect(transfer.listTasks({ filter, ...(orderby === undefined ? {} : { orderby }) })),
        (tasks) => tasks.map(({ label }) => label)
      )
    )

  it.effect("is filtered and ordered by what tasks say", () =>
    Effect.gen(function* () {
      yield* tasks
      expect(yield* labels("label:~*one", "label")).toEqual(["first one", "third one"])
      expect(yield* labels("status:FAILED")).toEqual(["third one"])
      expect(yield* labels("status:!FAILED/faults:0", ["request_time"])).toEqual(["first one", "second"])
      expect(yield* labels("completion_time:,1970-01-01T00:00:30")).toEqual(["first one"])
      expect(yield* labels("faults:>0/type:TRANSFER,DELETE")).toEqual(["third one"])
      expect(yield* labels("is_paused:0", ["status DESC", "label DESC"])).toEqual([
        "second",
        "first one",
        "third one"
      ])
    }).pipe(listed)
  )

  it.effect("is refused where a filter or an order is none", () =>
    Effect.gen(function* () {
      for (const filter of ["label", "colour:red", "faults:many", "is_paused:perhaps", "request_time:soon"]) {
        expect([filter, yield* refusalOf(labels(filter))]).toEqual([filter, [400, "BadRequest"]])
      }
      expect(yield* refusalOf(labels("", "colour"))).toEqual([400, "BadRequest"])
    }).pipe(listed)
  )
})

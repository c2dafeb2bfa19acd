import { describe, expect, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import * as Fields from "../src/internal/search/Fields.ts"
import * as Geometry from "../src/internal/search/Geometry.ts"
import * as Text from "../src/internal/search/Text.ts"

const simple: Text.Settings = { mode: "query_string", operator: "Or", fuzziness: 0 }
const advanced: Text.Settings = { ...simple, mode: "advanced_query_string" }

const content = {
  title: "The Long Way, told twice: twice",
  "file.name": "a-b_c.TXT",
  tags: ["red", "green"],
  author: { name: "Ada", born: "1815-12-10" },
  pages: [10, 20]
}

const score = (q: string, settings: Text.Settings) =>
  Result.map(Text.read(q, settings), (query) => Text.score(content, query, new Map()))

const finds = (q: string, settings: Text.Settings) => Result.getOrThrow(score(q, settings)) > 0

const anyText = Schema.String
// Texts in which the signs of the syntax are frequent.
const syntax = Schema.Array(
  Schema.Literals([
    "a",
    "b:",
    '"',
    "(",
    ")",
    "[1 TO 2]",
    "{",
    "AND",
    "OR",
    "NOT",
    "-",
    "+",
    "~",
    "^2",
    "*",
    "/",
    "\\",
    " "
  ])
)

describe("the simple syntax", () => {
  it.prop("takes any text", [anyText], ([q]) => {
    expect(Result.isSuccess(score(q, simple))).toBe(true)
  })

  it.prop("takes the signs of the advanced one", [syntax], ([parts]) => {
    expect(Result.isSuccess(score(parts.join(""), simple))).toBe(true)
  })

  it("finds whole words, whatever their case", () => {
    expect(finds("LONG", simple)).toBe(true)
    expect(finds("lon", simple)).toBe(false)
    expect(finds('"way told"', simple)).toBe(true)
    expect(finds('"told way"', simple)).toBe(false)
    expect(finds("green", simple)).toBe(true)
    expect(finds("-green", simple)).toBe(false)
  })

  it("counts what is there twice for more", () => {
    expect(Result.getOrThrow(score("twice", simple))).toBeGreaterThan(
      Result.getOrThrow(score("told", simple))
    )
  })
})

describe("the advanced syntax", () => {
  it.prop("is read, or refused with a reason", [anyText], ([q]) => {
    const read = score(q, advanced)
    if (Result.isFailure(read)) expect(read.failure).not.toBe("")
  })

  it.prop("is read, or refused with a reason, whatever signs come together", [syntax], ([parts]) => {
    const read = score(parts.join(""), advanced)
    if (Result.isFailure(read)) expect(read.failure).not.toBe("")
  })

  it("has precedence, parentheses and signs", () => {
    expect(finds("red OR blue AND yellow", advanced)).toBe(true)
    expect(finds("(red OR blue) AND yellow", advanced)).toBe(false)
    expect(finds("+red -blue", advanced)).toBe(true)
    expect(finds("red !blue", advanced)).toBe(true)
    expect(finds("red !green", advanced)).toBe(false)
    expect(finds("NOT (blue OR yellow)", advanced)).toBe(true)
  })

  it("reads names with dots and signs in them", () => {
    expect(finds("author.name:ada", advanced)).toBe(true)
    expect(finds('title:"long way"', advanced)).toBe(true)
    expect(finds("a-b_c.TXT", advanced)).toBe(true)
    expect(finds("author.born:[1815-01-01 TO 1816}", advanced)).toBe(true)
    expect(finds("pages:>15", advanced)).toBe(true)
    expect(finds("pages:<5", advanced)).toBe(false)
    expect(finds("author.*:ada", advanced)).toBe(true)
  })

  it("counts a match for more where it is said", () => {
    const plain = Result.getOrThrow(score("long", advanced))
    expect(Result.getOrThrow(score("long^3", advanced))).toBe(3 * plain)
  })
})

describe("fields", () => {
  it("are found by their paths, in lists too", () => {
    expect(Fields.valuesAt(content, "author.name")).toEqual(["Ada"])
    expect(Fields.valuesAt(content, "file\\.name")).toEqual(["a-b_c.TXT"])
    expect(Fields.valuesAt(content, "file.name")).toEqual([])
    expect(Fields.valuesAt({ a: [{ b: 1 }, { b: [2, 3] }, { c: 4 }] }, "a.b")).toEqual([1, 2, 3])
    expect(Fields.valuesAt(content, "constructor")).toEqual([])
  })

  it("hold dates of which a year or a day is a span", () => {
    expect(Fields.isWithin("2024-02-29T23:59:59Z", { lte: "2024-02" })).toBe(true)
    expect(Fields.isWithin("2024-03-01", { lte: "2024-02" })).toBe(false)
    expect(Fields.isWithin("2024-06-01", { gt: "2024" })).toBe(false)
    expect(Fields.isWithin("2024-06-01", { gte: "2024", lt: "2025" })).toBe(true)
    expect(Fields.isWithin("b", { gte: "a", lt: "c" })).toBe(true)
    expect(Fields.isWithin(true, { gte: 0 })).toBe(false)
  })
})

describe("shapes", () => {
  const square = (from: number, to: number) => ({
    type: "Polygon",
    coordinates: [
      [
        [from, from],
        [to, from],
        [to, to],
        [from, to],
        [from, from]
      ]
    ]
  })
  const shape = (value: unknown) => Geometry.shapeOf(value)!

  it("meet, or lie in one another", () => {
    const cases = [
      [square(1, 2), square(0, 3), true, true],
      [square(0, 3), square(1, 2), true, false],
      [square(2, 5), square(0, 3), true, false],
      [square(4, 5), square(0, 3), false, false],
      [{ lat: 1, lon: 1 }, square(0, 3), true, true],
      ["1, 5", square(0, 3), false, false],
      [[1, 1], square(0, 3), true, true],
      [
        {
          type: "LineString",
          coordinates: [
            [-1, 1],
            [4, 1]
          ]
        },
        square(0, 3),
        true,
        false
      ]
    ] as const
    for (const [one, other, intersects, inside] of cases) {
      expect({ one, intersects: Geometry.intersect(shape(one), shape(other)) }).toEqual({ one, intersects })
      expect({ one, inside: Geometry.isInside(shape(one), shape(other)) }).toEqual({ one, inside })
    }
    expect(Geometry.shapeOf({ type: "Polygon" })).toBeUndefined()
    expect(Geometry.shapeOf("somewhere")).toBeUndefined()
  })
})

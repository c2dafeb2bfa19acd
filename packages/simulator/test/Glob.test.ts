import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import * as Glob from "../src/internal/Glob.ts"

describe("a pattern", () => {
  it.each([
    ["*", "anything", true],
    ["*.txt", "a.txt", true],
    ["*.txt", "a.txt.gz", false],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["[ab]x", "bx", true],
    ["[!ab]x", "bx", false],
    ["[a-c]x", "bx", true],
    ["[z-a]x", "bx", false],
    ["[", "[", true],
    ["[]", "[]", true],
    ["a.b", "axb", false],
    ["a(b)+", "a(b)+", true],
    ["A*", "abc", false]
  ])("%s means %s: %s", (pattern, name, expected) => {
    expect(Glob.matches(pattern, name)).toBe(expected)
  })

  it("may mean capital letters too", () => {
    expect(Glob.matches("A*", "abc", { ignoreCase: true })).toBe(true)
  })

  it.prop("means itself when nothing in it is special", [Schema.String], ([text]) => {
    const plain = text.replace(/[*?[\]]/g, "")
    expect(Glob.matches(plain, plain)).toBe(true)
  })

  it.prop("never throws", [Schema.String, Schema.String], ([pattern, name]) => {
    expect(typeof Glob.matches(pattern, name)).toBe("boolean")
  })
})

import { describe, expect, it } from "@effect/vitest"
import { uuidOf } from "../src/internal/uuidOf.ts"

describe("an id that follows from a text", () => {
  it("is the same for the same text", () => {
    expect(uuidOf("access rule 0")).toBe(uuidOf("access rule 0"))
    expect(uuidOf("")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it("is another for each of many texts, in each of its parts", () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => uuidOf(`run of a timer at ${index * 3_600_000}`))
    expect(new Set(ids).size).toBe(ids.length)
    // Of 20 000 numbers of 32 bits, hardly any are the same.
    expect(new Set(ids.map((id) => id.slice(0, 8))).size).toBeGreaterThan(19_990)
    expect(new Set(ids.map((id) => id.slice(-8))).size).toBeGreaterThan(19_990)
  })
})
